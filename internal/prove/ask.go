package prove

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/model"
)

// This file answers whether a role can do an action on a table at all, and if not, why.

// Answer says whether a role can do an action on a table at all.
type Answer struct {
	Yes bool
	Why []Cause // of a no: what denies it, or what comes nearest to allowing it
}

// Cause is a statement with its part in a refusal, in words. Where it is no statement's, the statement is zero.
type Cause struct {
	Statement
	What string
}

// Ask says whether some request for an action is allowed: not whether each is. The request is for a table, or for what
// belongs to it and the action is about: an index, a stream, a backup, an export. Without a table, it is for an action that
// names none (NamesTable), or is for the tables that the role restores into.
func (h *Holding) Ask(action string, t *model.Table) Answer {
	for _, n := range h.needs(action, t) {
		if !h.allows(action, t, n) {
			return Answer{Why: h.causes(action, t, n)}
		}
	}
	return Answer{Yes: true}
}

// allows reports whether a request for an action on one of the resources of a need is allowed.
func (h *Holding) allows(action string, t *model.Table, n need) bool {
	asked := h.asked(action, t, n)
	var allowed []access.Box
	for _, s := range h.grants {
		allowed = append(allowed, access.Meeting(s.boxes, asked)...)
	}
	return h.passes(allowed)
}

// passes reports whether something of what is granted is let through by the boundary, and refused by nothing.
func (h *Holding) passes(granted []access.Box) bool {
	if len(h.bounds) > 0 { // it limits too what a key's policy grants to the role by name
		granted = h.bounded(granted)
	}
	var denied []access.Box
	for _, s := range slices.Concat(h.refuses, h.bars) {
		denied = append(denied, s.boxes...)
	}
	return len(access.Minus(granted, denied)) > 0
}

// bounded is what the boundary allows of some boxes.
func (h *Holding) bounded(boxes []access.Box) []access.Box {
	var out []access.Box
	for _, b := range boxes {
		for _, s := range h.limits {
			out = append(out, access.Meeting(s.boxes, b)...)
		}
	}
	return out
}

// asked is every request for an action on a resource of a need, with the tags that the spec gives the table.
func (h *Holding) asked(action string, t *model.Table, n need) access.Box {
	asked := h.in.On([]string{action}, n.resources)
	asked.Principal = h.principal() // a table may refuse one role and not another
	if n.none {
		asked.Resource = h.in.OneOf(n.resources) // a star here is what the request says, and no pattern
	}
	for _, g := range h.role.TagGrants {
		asked = asked.Given(h.in.ownTags(h.role, g)...)
		for _, match := range g.Tags {
			if t == nil || !n.tagged || !h.carries(t, match) {
				asked = asked.Given(access.Key{Name: strings.ToLower("aws:ResourceTag/" + match.Key), Values: access.Values{Absent: true, Every: automata.None()}})
			}
		}
	}
	return asked
}

// carries reports whether a table carries a tag that is asked for. A tag that the role itself does not have, a session of
// it may.
func (h *Holding) carries(t *model.Table, match model.TagMatch) bool {
	want, known := match.Value, true
	if match.Same {
		want, known = tagOf(h.in.roleTags(h.role), match.Key)
	}
	got, there := tagOf(h.in.e.AllTags(h.in.m, t.Tags), match.Key)
	return there && (!known || got == want)
}

// roleTags are the tags of a role, as far as it is made here.
func (in intent) roleTags(r *model.Role) []model.Tag {
	if r.Existing {
		return nil
	}
	return in.e.AllTags(in.m, r.Tags)
}

func tagOf(tags []model.Tag, key string) (string, bool) {
	for _, t := range tags {
		if t.Key == key {
			return t.Value, true
		}
	}
	return "", false
}

func (h *Holding) tags(t *model.Table) evaluate.Context {
	var out evaluate.Context
	for _, tag := range h.in.e.AllTags(h.in.m, t.Tags) {
		out = append(out, evaluate.Key{Name: "aws:ResourceTag/" + tag.Key, Values: []string{tag.Value}})
	}
	return out
}

// causes ask the evaluator about a request as an application of the role would make it: over TLS, and for a tenant.
func (h *Holding) causes(action string, t *model.Table, n need) []Cause {
	request := evaluate.Request{
		Principal: evaluate.MustPrincipal(session(h.in.e, h.role, h.tenant)),
		Action:    action, Resource: n.resources[0], Context: h.context(),
	}
	if t != nil && n.tagged {
		request.Context = append(request.Context, h.tags(t)...)
	}
	policies := evaluate.Policies{Identity: h.own}
	tablePath := ""
	if document, there := h.table[t]; there {
		policies.Resource = &document
		tablePath = artifact.Policy{Kind: artifact.Table, Environment: h.in.e, Table: t}.Path()
	}
	decision, layer := evaluate.Decide(request, policies), evaluate.Identity
	if decision.Outcome == evaluate.Allow {
		policies.Boundaries = h.bounds // it denies all that no role here needs, which is no news of what its own policies lack
		decision, layer = evaluate.Decide(request, policies), evaluate.Boundary
	}
	var out []Cause
	for _, r := range decision.DecidedBy {
		out = append(out, Cause{h.statement(r, tablePath), "denies it"})
	}
	for _, m := range missedBy(decision, layer) {
		at := Statement{}
		if m.Statement >= 0 {
			at = h.statement(m.Reason, tablePath)
		} else if m.Layer == evaluate.Boundary {
			m.Failed = "of the permissions boundary " + m.Failed
		}
		out = append(out, Cause{at, m.Failed})
	}
	return out
}

func missedBy(d evaluate.Decision, layer evaluate.Layer) []evaluate.Miss {
	return slices.DeleteFunc(slices.Clone(d.Missed), func(m evaluate.Miss) bool { return m.Layer != layer })
}

func (h *Holding) statement(r evaluate.Reason, tablePath string) Statement {
	at := Statement{tablePath, r.Sid}
	switch r.Layer {
	case evaluate.Identity:
		at.Path = h.paths[r.Policy]
	case evaluate.Boundary:
		at.Path = h.in.bounding().policy.Path()
	}
	if at.Sid == "" {
		at.Sid = fmt.Sprint(r.Statement + 1)
	}
	return at
}

// context is what a request of an application carries.
func (h *Holding) context() evaluate.Context {
	out := evaluate.Context{{Name: "aws:SecureTransport", Values: []string{"true"}}}
	for _, tag := range h.in.roleTags(h.role) {
		out = append(out, evaluate.Key{Name: "aws:PrincipalTag/" + tag.Key, Values: []string{tag.Value}})
	}
	if guarded := h.in.m.Guardrails.OnlyThrough; len(guarded) > 0 {
		place := h.in.e.PlacementOf(guarded[0])
		out = append(out, evaluate.Key{Name: "aws:SourceVpc", Values: []string{place.VPC}})
		if place.EndpointID != "" {
			out = append(out, evaluate.Key{Name: "aws:SourceVpce", Values: []string{place.EndpointID}})
		}
	}
	return out
}
