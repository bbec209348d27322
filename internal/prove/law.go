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

// law is something that no allowed request may do, and the part of a box that does it.
type law struct {
	name     string
	breaking func(box) []box
}

// laws are what is wrong with what a role's policies allow.
func (in intent) laws(r *model.Role, tenant string, allowed []box) []violation {
	laws := []law{
		{"an action that no service has, or a whole service at once", unknownActions},
		{"an action on any resource at all, which has resources of its own", unboundActions},
		{"a runtime role's action that changes or reads more than items", func(b box) []box { return beyondItems(r, b) }},
		{"a tenant's session to become another, whose tenant it would choose", func(b box) []box { return becoming(r, b) }},
		{"rows of another tenant", func(b box) []box { return in.foreignRows(r, tenant, b) }},
	}
	if deploys(r) {
		laws = append(laws, in.deployLaws(r)...)
	}
	return broken(allowed, laws)
}

// trustLaws are what is wrong with who may become a role.
func (in intent) trustLaws(r *model.Role, allowed []box) []violation {
	issuer := model.In(in.e, r.Trust.Issuer)
	return broken(allowed, []law{
		{"a token for whatever audience, or of whatever subject", func(b box) []box { return unboundToken(r.Trust, issuer, b) }},
		{"a session without its tenant", func(b box) []box { return in.tenantless(r, b) }},
		{"a subject that is not written out", func(b box) []box { return in.openSubjects(r, issuer, b) }},
		{"a run that is not trusted with it", func(b box) []box { return in.untrustedRuns(r, issuer, b) }},
	})
}

// broken is, for each law that is broken, one request that breaks it.
func broken(allowed []box, laws []law) []violation {
	var out []violation
	for _, l := range laws {
		for _, b := range allowed {
			if part := l.breaking(b); len(part) > 0 {
				out = append(out, violation{l.name, part[0]})
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

// unboundToken is law 10: a token is made for this use, and where its issuer serves many, of a subject that is asked for.
func unboundToken(t model.Trust, issuer string, b box) []box {
	if issuer == "" {
		return nil
	}
	asked := []string{issuer + ":aud"}
	switch issuer {
	case "www.amazon.com", "graph.facebook.com":
		asked = []string{issuer + ":app_id"}
	}
	if len(t.Subjects) > 0 {
		asked = append(asked, issuer+":sub")
	}
	for _, key := range asked {
		if v := b.key(lower(key), false); v.absent || v.empty || v.every.Equal(nonEmpty()) {
			return []box{b}
		}
	}
	return nil
}

// tenantless is who begins a session that must belong to a tenant, and does not say to which, or says more.
func (in intent) tenantless(r *model.Role, b box) []box {
	if !in.carriesTag(r) {
		return nil
	}
	demanded := everything().given(in.demandedTag()...)
	return b.minus(demanded)
}

// becoming is a tenant's session that begins another: whoever begins a session chooses its tags. A tenant's own role of a
// silo has the tenant in its name, and so has what it becomes.
func becoming(r *model.Role, b box) []box {
	if !r.TenantScoped() || r.PerTenant {
		return nil
	}
	b.action = b.action.Intersect(automata.Glob("sts:assume*"))
	if b.isEmpty() {
		return nil
	}
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
	within := func(arn string, templates []model.KeyTemplate) []box {
		b := everything()
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

// lawful reports the laws that a document breaks.
func (p *prover) lawful(in intent, s subject, caller string, broken []violation) {
	for _, v := range broken {
		p.finding(s, "law", "Policy breaks a law", "%s allows %s: %s.", p.called(s.policy.Path()), v.what, in.example(v.request, caller))
	}
}
