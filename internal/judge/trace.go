package judge

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/evaluate"
)

// Trace is what the requests of a record need, each need once, in a form that two runs have alike and that can be kept. What
// a role may is decided again with it without Terraform.
type Trace []Need

// Need is a permission that was needed.
type Need struct {
	Role      string              `json:"role"`
	Operation string              `json:"operation"`
	Action    string              `json:"action"`
	Resource  string              `json:"resource"`
	Keys      map[string][]string `json:"keys,omitempty"`
	ByAWS     bool                `json:"by_aws,omitempty"`
	Policied  bool                `json:"policied,omitempty"` // the resource had a policy of its own
	Denied    bool                `json:"denied,omitempty"`
	Phases    []string            `json:"phases"` // in which it was needed, in order
}

// Trace is the trace of what roles asked; the administrator's requests are left out. Ids that differ from run to run are
// renamed.
func (r Record) Trace(ids *strings.Replacer) Trace {
	found := map[string]*Need{}
	for _, entry := range r {
		if entry.Role == "" {
			continue
		}
		for _, c := range entry.Checks {
			n := Need{
				Role: entry.Role, Operation: entry.Operation, Action: c.Request.Action, Resource: ids.Replace(c.Request.Resource),
				Keys: map[string][]string{}, ByAWS: c.ByAWS, Policied: c.Policies.Resource != nil, Denied: c.Decision.Outcome != evaluate.Allow,
			}
			for _, key := range c.Keys {
				if !unsteady(key) {
					n.Keys[key.Name] = key.Values
				}
			}
			id := n.String()
			if found[id] == nil {
				found[id] = &n
			}
			if phases := found[id].Phases; len(phases) == 0 || phases[len(phases)-1] != entry.Phase {
				found[id].Phases = append(phases, entry.Phase)
			}
		}
	}
	var out Trace
	for _, id := range slices.Sorted(maps.Keys(found)) {
		out = append(out, *found[id])
	}
	return out
}

// unsteady reports whether a condition key differs from run to run: a key's alias and the table under the key are made at the
// same time, so that the alias is there or not.
func unsteady(key evaluate.Key) bool {
	return key.Name == "kms:ResourceAliases" && !slices.ContainsFunc(key.Values, func(alias string) bool { return strings.HasPrefix(alias, "alias/aws/") })
}

// String is the need as a line of text, with all that tells it from others but its phases.
func (n Need) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s needs %s on %s", n.Role, n.Operation, n.Action, n.Resource)
	for _, name := range slices.Sorted(maps.Keys(n.Keys)) {
		fmt.Fprintf(&b, " %s=%s", name, strings.Join(n.Keys[name], ","))
	}
	for _, mark := range []struct {
		is   bool
		text string
	}{{n.ByAWS, ", checked by AWS"}, {n.Policied, ", under a policy of its own"}, {n.Denied, ", denied"}} {
		if mark.is {
			b.WriteString(mark.text)
		}
	}
	return b.String()
}

// Request is the request of a need.
func (n Need) Request(actor Actor) evaluate.Request {
	return actor.Request(n.Action, n.Resource, evaluate.ContextOf(n.Keys))
}

// Encode is a trace as JSON, a need on each line.
func (t Trace) Encode() []byte {
	var b bytes.Buffer
	for _, n := range t {
		line, err := json.Marshal(n)
		if err != nil {
			panic("judge: encoding texts: " + err.Error())
		}
		b.Write(line)
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// ReadTrace reads what Encode wrote.
func ReadTrace(text []byte) (Trace, error) {
	var out Trace
	decoder := json.NewDecoder(bufio.NewReader(bytes.NewReader(text)))
	decoder.DisallowUnknownFields()
	for {
		var n Need
		err := decoder.Decode(&n)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
}
