package prove

import (
	"slices"
	"sync"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// This file holds what was emitted to the laws, without asking what was meant: a mistake in the meaning of a grant would
// otherwise be a mistake of the proof too.

// laws are what is wrong with what a role's policies allow.
func (in intent) laws(r *model.Role, tenant string, allowed []box) []violation {
	var out []violation
	for _, law := range []struct {
		name     string
		breaking func(box) []box
	}{
		{"an action that no service has, or a whole service at once", unknownActions},
		{"an action on any resource at all, which has resources of its own", unboundActions},
		{"a runtime role's action that changes or reads more than items", func(b box) []box { return beyondItems(r, b) }},
		{"rows of another tenant", func(b box) []box { return in.foreignRows(r, tenant, b) }},
	} {
		for _, b := range allowed {
			if broken := law.breaking(b); len(broken) > 0 {
				out = append(out, violation{law.name, broken[0]})
				break
			}
		}
	}
	return out
}

// violation is a request that a law forbids, and what it is.
type violation struct {
	what    string
	request box
}

// actionsWhere is the set of the actions that satisfy want.
func actionsWhere(want func(catalog.Action) bool) automata.Set {
	var names []string
	for _, s := range catalog.Load().Services() {
		for _, a := range s.Actions {
			if want(a) {
				names = append(names, lower(a.Name))
			}
		}
	}
	return automata.Literals(names)
}

// The sets of actions that the laws speak of are the same in every proof.
var (
	knownActions       = sync.OnceValue(func() automata.Set { return actionsWhere(func(catalog.Action) bool { return true }) })
	resourcelessOnes   = sync.OnceValue(func() automata.Set { return actionsWhere(catalog.Action.NoResource) })
	applicationActions = sync.OnceValue(func() automata.Set {
		return automata.Glob("dynamodb:*").Complement().Union(actionsWhere(func(a catalog.Action) bool {
			o, known := catalog.OperationByName(cutService(a.Name))
			return known && o.ForRuntime()
		}))
	})
)

// unknownActions is law 1: every allowed action is one that is known by name.
func unknownActions(b box) []box { return beyond(b, knownActions()) }

// unboundActions is law 1 again: what is allowed on every resource has no resource type.
func unboundActions(b box) []box {
	if !b.resource.IsAll() {
		return nil
	}
	return beyond(b, resourcelessOnes())
}

// beyondItems is law 7: of DynamoDB a runtime role holds item actions and DescribeTable.
func beyondItems(r *model.Role, b box) []box {
	if r.Kind != model.Runtime {
		return nil
	}
	return beyond(b, applicationActions())
}

// beyond is the part of a box whose action is none of a set.
func beyond(b box, actions automata.Set) []box {
	if b.action.Within(actions) {
		return nil
	}
	b.action = b.action.Minus(actions)
	return []box{b}
}

// foreignRows is laws 2 and 3: on a table where a role reaches its tenant's rows, every allowed request but DescribeTable
// names partition keys, and each is the tenant's by a template of the table or of the index that is asked, or one of those
// that the spec shares with all tenants.
func (in intent) foreignRows(r *model.Role, tenant string, b box) []box {
	for _, t := range in.m.Tables {
		if !ownOn(r, t) {
			continue
		}
		here := in.patterns([]string{in.e.TableARN(t), in.e.TableARN(t) + "/index/*"})
		described := in.literal("dynamodb:describetable")
		if b.resource.Disjoint(here) || b.action.Within(described) {
			continue
		}
		on := b
		on.action, on.resource = b.action.Minus(described), b.resource.Intersect(here)
		if rest := minus([]box{on}, in.confined(r, t, tenant)); len(rest) > 0 {
			return rest
		}
	}
	return nil
}

func ownOn(r *model.Role, t *model.Table) bool {
	return slices.ContainsFunc(r.Grants, func(g *model.Grant) bool { return g.Table == t && g.Rows.Kind == model.OwnRows })
}

// confined is the requests to a table that stay within a tenant's rows and the shared ones.
func (in intent) confined(r *model.Role, t *model.Table, tenant string) []box {
	everything := box{principal: automata.All(), action: automata.All()}
	within := func(arn string, templates []model.KeyTemplate) []box {
		b := everything
		b.resource = in.literal(arn)
		own := b.given(in.ownRows(templates, tenant)...)
		out := []box{own}
		for _, g := range r.Grants {
			if g.Table == t && g.Rows.Kind == model.NamedRows {
				out = append(out, b.given(in.is("dynamodb:LeadingKeys", g.Rows.Keys...)))
			}
		}
		return out
	}
	out := within(in.e.TableARN(t), t.TenantKeys)
	for _, i := range t.Indexes() {
		out = append(out, within(in.e.IndexARN(i), i.TenantKeys)...)
	}
	return out
}

func (p *prover) lawful(in intent, s subject, r *model.Role, tenant string, allowed []box) {
	for _, v := range in.laws(r, tenant, allowed) {
		request := in.example(v.request, session(in.e, r, tenant))
		p.finding(s, "law", "Policy breaks a law", "%s allows %s: %s.", p.called(s.policy.Path()), v.what, request)
	}
}
