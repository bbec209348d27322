package decide

import (
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// answer is one line of output. Every answer has all four fields.
type answer struct {
	ID        *string           `json:"id"`
	Decision  *evaluate.Outcome `json:"decision"`
	DecidedBy []reason          `json:"decided_by"`
	Error     *string           `json:"error"`
}

// reason is a statement that made the decision.
type reason struct {
	Layer     evaluate.Layer `json:"layer"`
	Level     *int           `json:"level,omitempty"` // of the organization's policies only
	Policy    int            `json:"policy"`
	Statement int            `json:"statement"`
	Sid       string         `json:"sid"`
	Effect    policy.Effect  `json:"effect"`
}

func decided(id *string, d *evaluate.Decision) answer {
	a := answer{ID: id, Decision: &d.Outcome, DecidedBy: make([]reason, len(d.DecidedBy))}
	for i := range d.DecidedBy {
		a.DecidedBy[i] = reasonOf(&d.DecidedBy[i])
	}
	return a
}

func reasonOf(r *evaluate.Reason) reason {
	out := reason{Layer: r.Layer, Policy: r.Policy, Statement: r.Statement, Sid: r.Sid, Effect: r.Effect}
	if r.Layer == evaluate.SCP || r.Layer == evaluate.RCP {
		out.Level = &r.Level
	}
	return out
}

func refused(id *string, err error) answer {
	message := err.Error()
	return answer{ID: id, DecidedBy: []reason{}, Error: &message}
}
