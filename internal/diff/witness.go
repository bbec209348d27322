package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file finds a request that shows a change.

// Witness is a request that the two sides answer differently, with the policies of each.
type Witness struct {
	Request    access.Request
	Kind       artifact.Kind // what the policies that changed are attached to
	Old, New   evaluate.Policies
	OldOutcome evaluate.Outcome
	NewOutcome evaluate.Outcome
}

// Confirm asks the evaluator, which must answer as the witness says, and differently on the two sides.
func (w Witness) Confirm() error {
	asked, err := w.Request.Asked()
	if err != nil {
		return err
	}
	asked = access.Placed(asked, w.Kind)
	before, after := evaluate.Decide(asked, w.Old).Outcome, evaluate.Decide(asked, w.New).Outcome
	if before != w.OldOutcome || after != w.NewOutcome || before == after {
		return fmt.Errorf("the evaluator answers %s and %s to %s", before, after, w.Request)
	}
	return nil
}

// triedActions is how many actions of a box are tried for a request that shows it.
const triedActions = 6

// witness finds the request; false if there is none. Of a refusal, a request that was allowed, or is now, tells more than one that
// only other policies could allow.
func (r *reader) witness(c *Change, effective []access.Box) bool {
	if c.Refusal {
		var both []access.Box
		for _, b := range c.Boxes {
			both = append(both, access.Meeting(effective, b)...)
		}
		if r.shown(c, both, false) {
			return true
		}
	}
	return r.shown(c, c.Boxes, c.Refusal)
}

// shown finds a request of some boxes that shows a change, or, if everything else is allowed, a refusal.
func (r *reader) shown(c *Change, boxes []access.Box, open bool) bool {
	w := Witness{Kind: r.layer.artifactKind(), Old: r.policies(r.old, open), New: r.policies(r.new, open)}
	for _, b := range boxes {
		for _, one := range withActions(b) {
			w.Request = r.symbols.Example(one, r.caller, func(string) (set, bool) { return set{}, false })
			if w.Request.Principal == "" {
				w.Request.Principal = access.Anybody
			}
			asked, err := w.Request.Asked()
			if err != nil {
				continue
			}
			asked = access.Placed(asked, w.Kind)
			w.OldOutcome, w.NewOutcome = evaluate.Decide(asked, w.Old).Outcome, evaluate.Decide(asked, w.New).Outcome
			from, to := w.OldOutcome, w.NewOutcome
			if c.Direction == Loss {
				from, to = to, from
			}
			if !open && to == evaluate.Allow && from != evaluate.Allow || open && from == evaluate.ExplicitDeny && to != evaluate.ExplicitDeny {
				c.Witness = w
				return true
			}
		}
	}
	return false
}

// withActions is a box with one of its actions each time: what tells most first, then others.
func withActions(b access.Box) []access.Box {
	out := []access.Box{access.Best([]access.Box{b})}
	for _, o := range catalog.Operations() {
		if name := strings.ToLower(o.Action()); o.IsAction() && len(out) < triedActions && b.Action.Contains(name) {
			one := b
			one.Action = automata.Literal(name)
			out = append(out, one)
		}
	}
	return append(out, b)
}

// policies is a side as the evaluator takes it. To show a refusal, everything else is allowed.
func (r *reader) policies(s *state, open bool) evaluate.Policies {
	everything := policy.Document{Version: policy.Version, Statement: []policy.Statement{{Effect: policy.Allow, Action: []string{"*"}, Resource: []string{"*"}}}}
	documents := plainDocuments(s.documents)
	switch r.layer {
	case Access:
		if open {
			documents = append(documents, everything)
		}
		return evaluate.Policies{Identity: documents, Boundaries: plainDocuments(s.limits)}
	case Boundary:
		return evaluate.Policies{Identity: []policy.Document{everything}, Boundaries: documents}
	case EndpointPolicy:
		everybody := everything
		everybody.Statement = slices.Clone(everybody.Statement)
		everybody.Statement[0].Principal = &policy.Principal{Any: true}
		return evaluate.Policies{Resource: &everybody, Endpoint: documents}
	}
	own := policy.Document{}
	if len(documents) > 0 {
		own = documents[0]
	}
	out := evaluate.Policies{Resource: &own}
	if open {
		out.Identity = []policy.Document{everything}
	}
	return out
}

// caller is a session of an identity, as a principal.
func caller(i *inventory.Identity) string {
	account, name := "000000000000", i.Name
	if parts := strings.SplitN(i.ARN, ":", 6); len(parts) == 6 {
		if isAccount(parts[4]) {
			account = parts[4]
		}
		name = parts[5]
	}
	name = name[strings.LastIndexByte(name, '/')+1:]
	if name == "" || i.Kind == inventory.Somebody || strings.ContainsAny(name, " {}:*?$") {
		name = "somebody"
	}
	if i.Kind == inventory.User {
		return "arn:aws:iam::" + account + ":user/" + name
	}
	return "arn:aws:sts::" + account + ":assumed-role/" + name + "/session"
}

func isAccount(text string) bool { return len(text) == 12 && strings.Trim(text, "0123456789") == "" }
