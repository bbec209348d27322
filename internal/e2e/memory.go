package e2e

import (
	"encoding/json"
	"html"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// What moto forgets is remembered here, for the mends that answer it.

// trailByName replaces a trail's ARN by the name it ends in.
func trailByName(asked []byte) []byte {
	return edit(asked, func(object map[string]any) {
		if name, ok := object["Name"].(string); ok {
			object["Name"] = lastPart(name)
		}
	})
}

// lastPart is the name or id an ARN ends in; callers may use either.
func lastPart(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }

// trailSelectors are the names of the trails that were given selectors.
type trailSelectors struct{ names sync.Map }

func (s *trailSelectors) put(asked, answered []byte) []byte {
	var request struct{ TrailName string }
	if json.Unmarshal(asked, &request) == nil {
		s.names.Store(lastPart(request.TrailName), true)
	}
	return answered
}

func (s *trailSelectors) describe(asked, answered []byte) []byte {
	var request struct {
		Names []string `json:"trailNameList"`
	}
	var all struct {
		Trails []map[string]any `json:"trailList"`
	}
	if json.Unmarshal(asked, &request) != nil || json.Unmarshal(answered, &all) != nil {
		return answered
	}
	trails := []map[string]any{}
	for _, trail := range all.Trails {
		name, _ := trail["Name"].(string)
		if len(request.Names) == 0 || slices.ContainsFunc(request.Names, func(asked string) bool { return lastPart(asked) == name }) {
			_, trail["HasCustomEventSelectors"] = s.names.Load(name)
			trails = append(trails, trail)
		}
	}
	return encode(map[string]any{"trailList": trails})
}

// rotationPeriods are the days between rotations, by key id.
type rotationPeriods struct{ days sync.Map }

func (r *rotationPeriods) enable(asked, answered []byte) []byte {
	var request struct {
		KeyID  string `json:"KeyId"`
		Period int    `json:"RotationPeriodInDays"`
	}
	if json.Unmarshal(asked, &request) == nil && request.Period != 0 {
		r.days.Store(lastPart(request.KeyID), request.Period)
	}
	return answered
}

func (r *rotationPeriods) status(asked, answered []byte) []byte {
	var request struct {
		KeyID string `json:"KeyId"`
	}
	if json.Unmarshal(asked, &request) != nil {
		return answered
	}
	days, known := r.days.Load(lastPart(request.KeyID))
	return edit(answered, func(object map[string]any) {
		if known && object["KeyRotationEnabled"] == true {
			object["RotationPeriodInDays"] = days
		}
	})
}

// documentElement is where IAM answers a policy document.
var documentElement = regexp.MustCompile(`(?s)<Document>(.*)</Document>`)

// encodeDocument encodes it as IAM does (IAM API reference, GetPolicyVersion: "URL-encoded compliant with RFC 3986").
func encodeDocument(_, answered []byte) []byte {
	return documentElement.ReplaceAllFunc(answered, func(element []byte) []byte {
		text := html.UnescapeString(string(documentElement.FindSubmatch(element)[1]))
		return []byte("<Document>" + strings.ReplaceAll(url.QueryEscape(text), "+", "%20") + "</Document>")
	})
}

// roleDescriptions are the descriptions of roles, by name.
type roleDescriptions struct{ texts sync.Map }

func (r *roleDescriptions) remember(asked, answered []byte) []byte {
	if form, err := url.ParseQuery(string(asked)); err == nil {
		r.texts.Store(form.Get("RoleName"), form.Get("Description"))
	}
	return answered
}

func (r *roleDescriptions) keep(asked []byte) []byte {
	form, err := url.ParseQuery(string(asked))
	if err != nil || form.Has("Description") {
		return asked
	}
	if text, known := r.texts.Load(form.Get("RoleName")); known && text != "" {
		form.Set("Description", text.(string))
	}
	return []byte(form.Encode())
}

// streamPolicies are the resource policies of streams, by ARN.
type streamPolicies struct{ documents sync.Map }

// request is what the three calls have in common.
func (s *streamPolicies) request(asked []byte) (arn, policy string, ofStream bool) {
	var request struct{ ResourceArn, Policy string }
	if json.Unmarshal(asked, &request) != nil {
		return "", "", false
	}
	return request.ResourceArn, request.Policy, strings.Contains(request.ResourceArn, "/stream/")
}

func (s *streamPolicies) put(asked []byte) *answer {
	arn, policy, ofStream := s.request(asked)
	if !ofStream {
		return nil
	}
	s.documents.Store(arn, policy)
	return &answer{http.StatusOK, `{"RevisionId": "1"}`}
}

func (s *streamPolicies) get(asked []byte) *answer {
	arn, _, ofStream := s.request(asked)
	if !ofStream {
		return nil
	}
	policy, found := s.documents.Load(arn)
	if !found {
		return &answer{http.StatusBadRequest, `{"__type": "com.amazonaws.dynamodb.v20120810#PolicyNotFoundException", "message": "no policy"}`}
	}
	return answerJSON(map[string]any{"Policy": policy, "RevisionId": "1"})
}

func (s *streamPolicies) delete(asked []byte) *answer {
	arn, _, ofStream := s.request(asked)
	if !ofStream {
		return nil
	}
	s.documents.Delete(arn)
	return &answer{http.StatusOK, `{"RevisionId": "1"}`}
}

// targetTags are the tags of scalable targets.
type targetTags struct {
	mutex sync.Mutex
	byARN map[string]map[string]string
}

func (s *targetTags) register(asked, answered []byte) []byte {
	var request struct{ Tags map[string]string }
	var registered struct{ ScalableTargetARN string }
	if json.Unmarshal(asked, &request) == nil && json.Unmarshal(answered, &registered) == nil {
		s.add(registered.ScalableTargetARN, request.Tags)
	}
	return answered
}

func (s *targetTags) add(arn string, tags map[string]string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.byARN[arn] == nil {
		s.byARN[arn] = map[string]string{}
	}
	maps.Copy(s.byARN[arn], tags)
}

func (s *targetTags) tag(asked []byte) *answer {
	var request struct {
		ResourceARN string
		Tags        map[string]string
	}
	if json.Unmarshal(asked, &request) != nil {
		return nil
	}
	s.add(request.ResourceARN, request.Tags)
	return &answer{http.StatusOK, "{}"}
}

func (s *targetTags) untag(asked []byte) *answer {
	var request struct {
		ResourceARN string
		TagKeys     []string
	}
	if json.Unmarshal(asked, &request) != nil {
		return nil
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, key := range request.TagKeys {
		delete(s.byARN[request.ResourceARN], key)
	}
	return &answer{http.StatusOK, "{}"}
}

func (s *targetTags) list(asked []byte) *answer {
	var request struct{ ResourceARN string }
	if json.Unmarshal(asked, &request) != nil {
		return nil
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return answerJSON(map[string]any{"Tags": s.byARN[request.ResourceARN]})
}

func answerJSON(value any) *answer { return &answer{http.StatusOK, string(encode(value))} }
