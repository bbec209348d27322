package judge

import (
	"fmt"
	"strings"

	"github.com/ddbgen/ddbgen/internal/evaluate"
)

// Record is what was asked of a judge, in order.
type Record []Entry

// Entry is one request.
type Entry struct {
	Phase     string
	Role      string // name; "": an administrator
	Operation string // "dynamodb:CreateTable"
	Checks    []Check
}

// Check is one permission that a request needs, and what was decided about it, by which policies.
type Check struct {
	Keys     evaluate.Context // the condition keys of the request's own
	Request  evaluate.Request // with those of its actor
	Policies evaluate.Policies
	ByAWS    bool // not on the wire: AWS checks it on its own side
	Decision evaluate.Decision
}

// Denied are the checks of a request that failed.
func (e Entry) Denied() []Check {
	var out []Check
	for _, c := range e.Checks {
		if c.Decision.Outcome != evaluate.Allow {
			out = append(out, c)
		}
	}
	return out
}

// Denials are the failed checks of all requests, in words, each once.
func (r Record) Denials() []string {
	var out []string
	seen := map[string]bool{}
	for _, e := range r {
		for _, c := range e.Denied() {
			line := fmt.Sprintf("%s: %s needs %s", e.Phase, e.Operation, c)
			if !seen[line] {
				seen[line] = true
				out = append(out, line)
			}
		}
	}
	return out
}

// Since are the requests after those of an earlier record of the same judge.
func (r Record) Since(earlier Record) Record { return r[len(earlier):] }

// String is the permission and what AWS would say about it.
func (c Check) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s on %s: %s", c.Request.Action, c.Request.Resource, c.Decision.Outcome)
	for _, reason := range c.Decision.DecidedBy {
		fmt.Fprintf(&b, ", %s %s", reason.Layer, reason.Sid)
	}
	for _, miss := range c.Decision.Missed {
		fmt.Fprintf(&b, "; %s %s: %s", miss.Layer, miss.Sid, miss.Failed)
	}
	return b.String()
}
