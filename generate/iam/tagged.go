package iam

import (
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file grants access by tags: to every table of the account and region that carries them, in this spec or not. Where
// tags are missing, on the table or on the principal, nothing matches (DynamoDB developer guide, "Using attribute-based
// access control"). Tables whose rows belong to tenants are never reached so, whatever tags they carry.

func (h holder) tagGrants() []policy.Statement {
	var out []policy.Statement
	for _, g := range h.role.TagGrants {
		out = append(out, h.tagGrant(g, tagConditions(g))...)
	}
	return out
}

func (h holder) tagGrant(g *model.TagGrant, conditions []policy.Condition) []policy.Statement {
	var out []policy.Statement
	if actions := taggedActions(g, false); actions != nil {
		out = append(out, h.tagged("TaggedTables", actions, conditions))
	}
	if actions := taggedActions(g, true); actions != nil {
		out = append(out, h.tagged("TaggedTablesInTransactions", actions, append(conditions, inTransaction())))
	}
	return out
}

func (h holder) tagged(sid string, actions []string, conditions []policy.Condition) policy.Statement {
	return policy.Statement{
		Sid: sid, Effect: policy.Allow, Action: actions, Resource: []string{h.e.AnyTableARN()}, Condition: conditions,
	}
}

func taggedActions(g *model.TagGrant, inTransaction bool) []string {
	var actions []string
	for _, a := range g.Actions {
		if a.OnlyInTransaction == inTransaction {
			actions = append(actions, dynamodb(a.Name))
		}
	}
	return actions
}

// tagConditions hold where the table carries every tag. An empty tag of the principal would match an empty tag of a table,
// so a tag that must be the same must also not be empty.
func tagConditions(g *model.TagGrant) []policy.Condition {
	var out []policy.Condition
	for _, t := range g.Tags {
		resource, principal := "aws:ResourceTag/"+t.Key, "aws:PrincipalTag/"+t.Key
		if !t.Same {
			out = append(out, equals(resource, literal(t.Value)))
			continue
		}
		out = append(out, equals(resource, principalTag(t.Key)), present(resource), like(principal, "?*"), present(principal))
	}
	return out
}

// tagRefusals deny what is granted by tags on the tables that belong to tenants, and PartiQL's scans everywhere.
func (h holder) tagRefusals() []policy.Statement {
	var out []policy.Statement
	for _, g := range h.role.TagGrants {
		out = append(out, h.onEach(policy.Statement{
			Sid:    sid("deny", "tagged", "tenant", "tables"),
			Effect: policy.Deny,
			Action: append(taggedActions(g, false), taggedActions(g, true)...),
		}, h.tenantTables())...)
		out = append(out, scanRefusal("tagged", g.Actions, []string{h.e.AnyTableARN()})...)
	}
	return out
}

// tenantTables are the ARNs of the tables whose rows belong to tenants, and of their indexes: those of every environment,
// since tags reach all tables of an account and region.
func (h holder) tenantTables() []string {
	var arns []string
	for _, e := range h.m.Environments {
		if e.Account != h.e.Account || e.Region != h.e.Region {
			continue
		}
		for _, t := range h.m.Tables {
			if t.TenantKeyed() {
				arns = append(arns, e.TableARN(t), e.TableARN(t)+"/index/*")
			}
		}
	}
	return arns
}
