package prove

import (
	"fmt"
	"strings"

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
	var allowed, denied []box
	for _, s := range h.grants {
		for _, b := range s.boxes {
			if b.meets(asked) {
				allowed = append(allowed, intersect(b, asked))
			}
		}
	}
	for _, s := range h.refuses {
		denied = append(denied, s.boxes...)
	}
	return len(minus(allowed, denied)) > 0
}

// asked is every request for an action on a resource of a need, with the tags that the spec gives the table.
func (h *Holding) asked(action string, t *model.Table, n need) box {
	asked := h.in.on([]string{action}, n.resources)
	if n.none {
		asked.resource = h.in.oneOf(n.resources) // a star here is what the request says, and no pattern
	}
	for _, g := range h.role.TagGrants {
		for _, match := range g.Tags {
			if t == nil || !n.tagged || !h.carries(t, match) {
				asked = asked.given(keyed{strings.ToLower("aws:ResourceTag/" + match.Key), values{absent: true, every: automata.None()}})
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
		want, known = tagOf(h.role.Tags, match.Key)
	}
	got, there := tagOf(h.in.e.AllTags(h.in.m, t.Tags), match.Key)
	return there && (!known || got == want)
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

// intersect is what is in both of two boxes that meet.
func intersect(b, c box) box {
	b.action, b.resource, b.principal = b.action.Intersect(c.action), b.resource.Intersect(c.resource), b.principal.Intersect(c.principal)
	for _, k := range c.keys {
		b = b.with(k.name, k.values)
	}
	return b
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
	decision := evaluate.Decide(request, policies)
	var out []Cause
	for _, r := range decision.DecidedBy {
		out = append(out, Cause{h.statement(r, tablePath), "denies it"})
	}
	for _, m := range decision.Missed {
		if m.Layer != evaluate.Identity { // tables allow nothing by themselves
			continue
		}
		at := Statement{}
		if m.Statement >= 0 {
			at = h.statement(m.Reason, tablePath)
		}
		out = append(out, Cause{at, m.Failed})
	}
	return out
}

func (h *Holding) statement(r evaluate.Reason, tablePath string) Statement {
	at := Statement{tablePath, r.Sid}
	if r.Layer == evaluate.Identity {
		at.Path = h.paths[r.Policy]
	}
	if at.Sid == "" {
		at.Sid = fmt.Sprint(r.Statement + 1)
	}
	return at
}

// context is what a request of an application carries.
func (h *Holding) context() evaluate.Context {
	out := evaluate.Context{{Name: "aws:SecureTransport", Values: []string{"true"}}}
	for _, tag := range h.role.Tags {
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
