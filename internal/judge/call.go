package judge

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// call is one request to a service.
type call struct {
	service   string // as requests are signed for it: "dynamodb"
	operation string // "CreateTable"
	region    string
	body      object // the parameters; of S3 those of the address
	header    http.Header

	// unknown is set when the call is about something that the judge should know and does not.
	unknown error
}

// String is the operation with its service, such as "dynamodb:CreateTable".
func (c *call) String() string { return c.service + ":" + c.operation }

// fail notes the first thing that the judge does not know.
func (c *call) fail(format string, arguments ...any) {
	if c.unknown == nil {
		c.unknown = fmt.Errorf(format, arguments...)
	}
}

// credentialScope finds region and service in a SigV4 header: Credential=KEY/20300101/eu-west-1/kms/aws4_request.
var credentialScope = regexp.MustCompile(`Credential=[^/]+/\d+/([^/]*)/([^/]+)/aws4_request`)

// parseCall reads a request of one of the three protocols: JSON with a target header, a form with an Action field, and
// S3's paths.
func parseCall(r *http.Request, body []byte) (*call, error) {
	c := &call{header: r.Header}
	if scope := credentialScope.FindStringSubmatch(r.Header.Get("Authorization")); scope != nil {
		c.region, c.service = scope[1], scope[2]
	}
	target := r.Header.Get("X-Amz-Target")
	switch {
	case c.service == "s3":
		c.operation, c.body = parseS3(r)
	case target != "":
		// CloudTrail's has several dots.
		c.operation = target[strings.LastIndex(target, ".")+1:]
		if err := json.Unmarshal(body, &c.body); err != nil {
			return c, fmt.Errorf("the body of %s: %w", target, err)
		}
	default:
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return c, err
		}
		c.operation, c.body = form.Get("Action"), nested(form)
	}
	return c, nil
}

// object is a JSON object, or a form in the shape of one.
type object map[string]any

// nested gives a form the shape that JSON would have: Tags.member.1.Key (IAM) and Tag.1.Key (EC2) are a list of objects.
func nested(form url.Values) object {
	root := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		at := root
		parts := strings.Split(name, ".")
		for _, part := range parts[:len(parts)-1] {
			if part == "member" {
				continue
			}
			if _, isMap := at[part].(map[string]any); !isMap {
				at[part] = map[string]any{}
			}
			at = at[part].(map[string]any)
		}
		at[parts[len(parts)-1]] = form.Get(name)
	}
	return listed(root).(map[string]any)
}

// listed turns maps from 1, 2, … into lists, all the way down.
func listed(value any) any {
	m, isMap := value.(map[string]any)
	if !isMap {
		return value
	}
	var list []any
	for i := 1; i <= len(m); i++ {
		item, has := m[strconv.Itoa(i)]
		if !has {
			break
		}
		list = append(list, listed(item))
	}
	if len(list) > 0 && len(list) == len(m) {
		return list
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		m[name] = listed(m[name])
	}
	return m
}

// text is a parameter that is a text, number or truth value; "" without one.
func (o object) text(name string) string {
	switch value := o[name].(type) {
	case nil, []any, map[string]any:
		return ""
	default:
		return fmt.Sprint(value)
	}
}

// textOr is a parameter that need not be there.
func (o object) textOr(name, otherwise string) string {
	if text := o.text(name); text != "" {
		return text
	}
	return otherwise
}

// texts is a parameter that is a list of texts.
func (o object) texts(name string) []string {
	list, _ := o[name].([]any)
	var out []string
	for _, item := range list {
		out = append(out, fmt.Sprint(item))
	}
	return out
}

// child is a parameter that is an object; nil without one.
func (o object) child(name string) object {
	child, _ := o[name].(map[string]any)
	return child
}

// children is a parameter that is a list of objects.
func (o object) children(name string) []object {
	list, _ := o[name].([]any)
	var out []object
	for _, item := range list {
		if child, isMap := item.(map[string]any); isMap {
			out = append(out, child)
		}
	}
	return out
}

// tags is a parameter that is a list of tags, or a map of them. KMS calls their parts TagKey and TagValue.
func (o object) tags(name string) tags {
	out := tags{}
	for key, value := range o.child(name) {
		out[key] = fmt.Sprint(value)
	}
	for _, tag := range o.children(name) {
		out[tag.text("Key")+tag.text("TagKey")] = tag.text("Value") + tag.text("TagValue")
	}
	return out
}

// answered reads what a call gave back: JSON, or of XML the texts of its elements by name, the first of each.
func answered(body []byte) object {
	var out object
	if json.Unmarshal(body, &out) == nil {
		return out
	}
	out = object{}
	for _, element := range xmlElement.FindAllSubmatch(body, -1) {
		if name := string(element[1]); out[name] == nil {
			out[name] = string(element[2])
		}
	}
	return out
}

// xmlElement is an element without elements inside.
var xmlElement = regexp.MustCompile(`<(\w+)>([^<]*)</\w+>`)
