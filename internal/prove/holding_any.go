package prove

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/automata"
)

// This file answers for any action on any resource whether a role holds it, and by which statements.

// readKeys reads the policies of the keys made here. Each is about its own key, which has no ARN yet; its name stands for the id,
// and no other key has such an id.
func (h *Holding) readKeys(p *prover) error {
	for _, k := range h.in.m.Keys {
		path := artifact.Policy{Kind: artifact.Key, Environment: h.in.e, Key: k}.Path()
		if _, there := p.files[path]; !there {
			continue // a key made elsewhere
		}
		from := len(h.keys)
		if _, err := h.read(p, artifact.Key, path); err != nil {
			return err
		}
		for _, s := range h.keys[from:] {
			for i := range s.boxes {
				s.boxes[i].Resource = h.in.OneOf([]string{"arn:" + h.in.e.Partition + ":kms:" + h.in.e.Region + ":" + h.in.e.Account + ":key/" + k.Name})
			}
		}
	}
	return nil
}

// Allowing are the statements that allow the role something of some actions on some resources; both may hold stars. Among them
// are those of the keys made here, whose policies name the role.
func (h *Holding) Allowing(actions, resources []string) []Statement {
	asked := h.anything(actions, resources)
	var out []Statement
	for _, s := range slices.Concat(h.grants, h.keys) {
		if s.meets(asked) {
			out = append(out, s.Statement)
		}
	}
	return out
}

// Refusing are the statements that refuse the role some actions, all of them, on one of some resources; where there is none,
// those that refuse it a part. Those that refuse it a part and are about the very same actions are always among them.
func (h *Holding) Refusing(actions, resources []string) []Statement {
	var asked []access.Box
	for _, r := range resources {
		asked = append(asked, h.anything(actions, []string{r}))
	}
	told := holding(h.refuses, asked...)
	var out []Statement
	for _, s := range h.refuses {
		if slices.Contains(told, s.Statement) || slices.ContainsFunc(asked, func(b access.Box) bool { return s.meets(b) && s.about(b.Action) }) {
			out = append(out, s.Statement)
		}
	}
	return out
}

// about reports whether a statement is about these actions, and no others.
func (s emitted) about(actions automata.Set) bool {
	return !slices.ContainsFunc(s.boxes, func(b access.Box) bool { return !b.Action.Minus(actions).Empty() || !actions.Minus(b.Action).Empty() })
}

// May reports whether some request of the role for an action is allowed, on whatever resource.
func (h *Holding) May(action string) bool {
	asked := h.anything([]string{action}, []string{"*"})
	var allowed []access.Box
	for _, s := range slices.Concat(h.grants, h.keys) {
		allowed = append(allowed, access.Meeting(s.boxes, asked)...)
	}
	return h.passes(allowed)
}

// anything is every request of the role for some actions on some resources.
func (h *Holding) anything(actions, resources []string) access.Box {
	lower := make([]string, len(actions))
	for i, a := range actions {
		lower[i] = strings.ToLower(a)
	}
	return access.Box{Principal: h.principal(), Action: h.in.Patterns(lower), Resource: h.in.Patterns(resources)}
}

// principal is the role as policies of resources name it.
func (h *Holding) principal() automata.Set {
	return h.in.OneOf([]string{h.in.e.RoleARN(h.role, h.tenant)})
}
