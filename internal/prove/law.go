package prove

import (
	"slices"
	"strings"
	"sync"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// This file holds what was emitted to the laws, without asking what was meant: a mistake in the meaning of a grant would
// otherwise be a mistake of the proof too.

// law is something that no allowed request may do, and the part of a box that does it.
type law struct {
	name     string
	breaking func(access.Box) []access.Box
}

// laws are what is wrong with what a role's policies allow.
func (in intent) laws(r *model.Role, tenant string, allowed []access.Box) []violation {
	laws := []law{
		{"an action that no service has, or a whole service at once", unknownActions},
		{"an action on any resource at all, which has resources of its own", unboundActions},
		{"a runtime role's action that changes or reads more than items", func(b access.Box) []access.Box { return beyondItems(r, b) }},
		{"a tenant's session to become another, whose tenant it would choose", func(b access.Box) []access.Box { return becoming(r, b) }},
		{"rows of another tenant", func(b access.Box) []access.Box { return in.foreignRows(r, tenant, b) }},
	}
	if deploys(r) {
		laws = append(laws, in.deployLaws(r)...)
	}
	return broken(allowed, laws)
}

// trustLaws are what is wrong with who may become a role.
func (in intent) trustLaws(r *model.Role, allowed []access.Box) []violation {
	issuer := model.In(in.e, r.Trust.Issuer)
	return broken(allowed, []law{
		{"a token for whatever audience, or of whatever subject", func(b access.Box) []access.Box { return unboundToken(r.Trust, issuer, b) }},
		{"a session without its tenant", func(b access.Box) []access.Box { return in.tenantless(r, b) }},
		{"a subject that is not written out", func(b access.Box) []access.Box { return in.openSubjects(r, issuer, b) }},
		{"a run that is not trusted with it", func(b access.Box) []access.Box { return in.untrustedRuns(r, issuer, b) }},
	})
}

// broken is, for each law that is broken, one request that breaks it.
func broken(allowed []access.Box, laws []law) []violation {
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
	request access.Box
}

// The sets of actions that the laws speak of are the same in every proof.
var (
	resourcelessOnes   = sync.OnceValue(func() automata.Set { return access.ActionsWhere(catalog.Action.NoResource) })
	applicationActions = sync.OnceValue(func() automata.Set {
		return automata.Glob("dynamodb:*").Complement().Union(access.ActionsWhere(func(a catalog.Action) bool {
			o, known := catalog.OperationByName(cutService(a.Name))
			return known && o.ForRuntime()
		}))
	})
)

// unknownActions is law 1: every allowed action is one that is known by name.
func unknownActions(b access.Box) []access.Box { return beyond(b, access.KnownActions()) }

// unboundActions is law 1 again: what is allowed on every resource has no resource type.
func unboundActions(b access.Box) []access.Box {
	if !b.Resource.IsAll() {
		return nil
	}
	return beyond(b, resourcelessOnes())
}

// beyondItems is law 7: of DynamoDB a runtime role holds item actions and DescribeTable.
func beyondItems(r *model.Role, b access.Box) []access.Box {
	if r.Kind != model.Runtime {
		return nil
	}
	return beyond(b, applicationActions())
}

// beyond is the part of a box whose action is none of a set.
func beyond(b access.Box, actions automata.Set) []access.Box {
	if b.Action.Within(actions) {
		return nil
	}
	b.Action = b.Action.Minus(actions)
	return []access.Box{b}
}

// unboundToken is law 10: a token is made for this use, and where its issuer serves many, of a subject that is asked for.
func unboundToken(t model.Trust, issuer string, b access.Box) []access.Box {
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
		if v := b.Key(strings.ToLower(key), false); v.Absent || v.Empty || v.Every.Equal(access.NonEmpty()) {
			return []access.Box{b}
		}
	}
	return nil
}

// tenantless is who begins a session that must belong to a tenant, and does not say to which, or says more.
func (in intent) tenantless(r *model.Role, b access.Box) []access.Box {
	if !in.carriesTag(r) {
		return nil
	}
	demanded := access.Everything().Given(in.demandedTag()...)
	return b.Minus(demanded)
}

// becoming is a tenant's session that begins another: whoever begins a session chooses its tags. A tenant's own role of a
// silo has the tenant in its name, and so has what it becomes.
func becoming(r *model.Role, b access.Box) []access.Box {
	if !r.TenantScoped() || r.PerTenant {
		return nil
	}
	b.Action = b.Action.Intersect(automata.Glob("sts:assume*"))
	if b.IsEmpty() {
		return nil
	}
	return []access.Box{b}
}

// foreignRows is laws 2 and 3: on a table where a role reaches its tenant's rows, every allowed request but DescribeTable
// names partition keys, and each is the tenant's by a template of the table or of the index that is asked, or one of those
// that the spec shares with all tenants.
func (in intent) foreignRows(r *model.Role, tenant string, b access.Box) []access.Box {
	for _, t := range in.m.Tables {
		if !ownOn(r, t) {
			continue
		}
		here := in.Patterns([]string{in.e.TableARN(t), in.e.TableARN(t) + "/index/*"})
		described := in.Literal("dynamodb:describetable")
		if b.Resource.Disjoint(here) || b.Action.Within(described) {
			continue
		}
		on := b
		on.Action, on.Resource = b.Action.Minus(described), b.Resource.Intersect(here)
		if rest := access.Minus([]access.Box{on}, in.confined(r, t, tenant)); len(rest) > 0 {
			return rest
		}
	}
	return nil
}

func ownOn(r *model.Role, t *model.Table) bool {
	return slices.ContainsFunc(r.Grants, func(g *model.Grant) bool { return g.Table == t && g.Rows.Kind == model.OwnRows })
}

// confined is the requests to a table that stay within a tenant's rows and the shared ones.
func (in intent) confined(r *model.Role, t *model.Table, tenant string) []access.Box {
	within := func(arn string, templates []model.KeyTemplate) []access.Box {
		b := access.Everything()
		b.Resource = in.Literal(arn)
		own := b.Given(in.ownRows(templates, tenant)...)
		out := []access.Box{own}
		for _, g := range r.Grants {
			if g.Table == t && g.Rows.Kind == model.NamedRows {
				out = append(out, b.Given(in.Is("dynamodb:LeadingKeys", g.Rows.Keys...)))
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
