package report

import (
	"encoding/json"
	"strings"

	"github.com/ddbgen/ddbgen/internal/audit"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// Question is a witness as ddbgen decide takes it: a request, and the policies that decide it.
type Question struct {
	Request  question `json:"request"`
	Policies layers   `json:"policies"`
}

type question struct {
	Principal       any                 `json:"principal"`
	Action          string              `json:"action"`
	Resource        string              `json:"resource"`
	ResourceAccount string              `json:"resource_account,omitempty"`
	Context         map[string][]string `json:"context,omitempty"`
}

type layers struct {
	Identity   []json.RawMessage   `json:"identity,omitempty"`
	Boundaries []json.RawMessage   `json:"boundaries,omitempty"`
	Session    []json.RawMessage   `json:"session,omitempty"`
	SCP        [][]json.RawMessage `json:"scp,omitempty"`
	RCP        [][]json.RawMessage `json:"rcp,omitempty"`
	Resource   json.RawMessage     `json:"resource,omitempty"`
	Endpoint   []json.RawMessage   `json:"endpoint,omitempty"`
}

// Ask puts a witness as a question; nil, if its principal is none that makes requests.
func Ask(w audit.Witness) *Question {
	asked, err := w.Request.Asked()
	if err != nil {
		return nil
	}
	q := question{Action: asked.Action, Resource: asked.Resource, ResourceAccount: w.Account}
	if q.ResourceAccount == "" {
		q.ResourceAccount = asked.Principal.Account // as audit.Witness.Confirm asks
	}
	if q.Resource == "" {
		q.Resource = "*" // an action without a resource, or a statement about any
	}
	q.Principal = asked.Principal.Name
	if asked.Principal.Name == "" {
		q.Principal = map[string]bool{"anonymous": true}
	}
	return &Question{Request: q.given(asked.Context), Policies: layersOf(w.Policies)}
}

// given is a question with the condition keys of a request. Of names that differ in case only, the first counts, as it does for
// whoever decides.
func (q question) given(context evaluate.Context) question {
	seen := map[string]bool{}
	for _, k := range context {
		folded := strings.ToLower(k.Name)
		if seen[folded] {
			continue
		}
		seen[folded] = true
		if q.Context == nil {
			q.Context = map[string][]string{}
		}
		q.Context[k.Name] = append([]string{}, k.Values...)
	}
	return q
}

func layersOf(p evaluate.Policies) layers {
	out := layers{
		Identity: encoded(p.Identity), Boundaries: encoded(p.Boundaries), Session: encoded(p.Session), Endpoint: encoded(p.Endpoint),
	}
	for _, level := range p.SCP {
		out.SCP = append(out.SCP, encoded(level))
	}
	for _, level := range p.RCP {
		out.RCP = append(out.RCP, encoded(level))
	}
	if p.Resource != nil {
		out.Resource = policy.EncodeMinified(*p.Resource)
	}
	return out
}

func encoded(documents []policy.Document) []json.RawMessage {
	out := make([]json.RawMessage, 0, len(documents))
	for _, d := range documents {
		out = append(out, policy.EncodeMinified(d))
	}
	return out
}
