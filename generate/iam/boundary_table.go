package iam

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file unites the grants of all roles on each table. Indexes are united to all of a table's, and rows to the keys of
// the table and of all its indexes, so that a role which is given one more index stays within the boundary.

func (h holder) tableBounds() []policy.Statement {
	var out []policy.Statement
	for _, t := range h.m.Tables {
		grants := h.boundedGrants(t)
		for _, o := range operationsOfAll(grants) {
			if holders := holding(grants, o); len(holders) > 0 {
				out = append(out, h.tableBound(t, o, holders)...)
			}
		}
	}
	return out
}

// tableBound is an action on a table as any of the grants that hold it allows it. Its indexes have a statement of their own,
// so that the table's can be merged with those of the actions that take no index.
func (h holder) tableBound(t *model.Table, o catalog.Operation, grants []*model.Grant) []policy.Statement {
	s := policy.Statement{Sid: "Tables", Effect: policy.Allow, Action: []string{o.Action()}}
	if keys := h.keyBound(t, o, grants); len(keys) > 0 {
		s.Sid, s.Condition = "TableRows", everyValueLike(leadingKeys, keys...)
	}
	resources := []string{h.e.TableARN(t)}
	if o.Has(catalog.TakesIndex) && slices.ContainsFunc(grants, reachesIndexes) {
		resources = append(resources, h.e.TableARN(t)+"/index/*")
	}
	var out []policy.Statement
	for _, arn := range resources {
		s.Resource = []string{arn}
		out = append(out, s)
	}
	return out
}

func reachesIndexes(g *model.Grant) bool {
	return slices.ContainsFunc(g.Indexes, func(i *model.Index) bool { return reachable(g, i) })
}

// keyBound are the patterns of the partition keys that grants of an action reach together; none if one of them reaches all,
// or if requests of the action name no row. In a silo each tenant has roles of its own under the one boundary, which can
// name no tenant.
func (h holder) keyBound(t *model.Table, o catalog.Operation, grants []*model.Grant) []string {
	if o.Class == catalog.ClassDescribe || h.m.Tenancy != nil && h.m.Tenancy.Identity.Kind == model.Silo {
		return nil
	}
	var keys []string
	for _, g := range grants {
		//exhaustive:enforce
		switch g.Rows.Kind {
		case model.AllRows:
			return nil
		case model.NamedRows:
			for _, key := range g.Rows.Keys {
				keys = append(keys, literalPattern(key))
			}
		case model.OwnRows:
			keys = append(keys, h.tenantKeys(t.TenantKeys, literalPattern)...)
			for _, i := range t.Indexes() {
				keys = append(keys, h.tenantKeys(i.TenantKeys, literalPattern)...)
			}
		}
	}
	return keys
}

// boundedGrants are the grants on a table of the roles that have the boundary.
func (h holder) boundedGrants(t *model.Table) []*model.Grant {
	var out []*model.Grant
	for _, r := range h.madeRoles() {
		for _, g := range r.Grants {
			if g.Table == t {
				out = append(out, g)
			}
		}
	}
	return out
}

// operationsOfAll are the actions of grants, sorted by name, each once.
func operationsOfAll(grants []*model.Grant) []catalog.Operation {
	var actions []model.Action
	for _, g := range grants {
		actions = append(actions, g.Actions...)
	}
	var out []catalog.Operation
	for _, o := range operationsOf(actions) {
		if !slices.ContainsFunc(out, func(other catalog.Operation) bool { return other.Name == o.Name }) {
			out = append(out, o.Operation)
		}
	}
	return out
}

// holding are the grants that hold an action and can.
func holding(grants []*model.Grant, o catalog.Operation) []*model.Grant {
	var out []*model.Grant
	for _, g := range grants {
		for _, held := range operationsOf(g.Actions) {
			if held.Name == o.Name && unconfined(g, held) == "" {
				out = append(out, g)
				break
			}
		}
	}
	return out
}
