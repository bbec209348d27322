package iam

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file vends tokens: one role becomes another and names the tenant it does so for. The same demand stands on both
// sides, in the policy of the role that asks and in the trust of the role that is asked.

// assumptions let a role become the roles that trust it.
func (h holder) assumptions() []policy.Statement {
	var out []policy.Statement
	for _, target := range h.role.Assumes {
		s := policy.Statement{
			Sid:      sid("assume", target.Name),
			Effect:   policy.Allow,
			Action:   []string{"sts:AssumeRole"},
			Resource: h.counterparts(target),
		}
		if demand := tenantDemand(h.m, target); demand != nil {
			s.Action = append(s.Action, "sts:TagSession")
			s.Condition = demand
		}
		out = append(out, s)
	}
	return out
}

// counterparts are the ARNs of another role as seen from this one: in a silo a tenant's role meets only the same tenant's.
func (h holder) counterparts(other *model.Role) []string {
	if h.tenant != "" && other.PerTenant {
		return []string{h.e.RoleARN(other, h.tenant)}
	}
	return h.e.RoleARNs(h.m, other)
}

// tenantDemand is what must be true of the session tags when a session of a tenant's role begins: the tag that carries the
// tenant is there, is not empty, and is the only one. It stands on sts:AssumeRole and its like as on sts:TagSession, so
// that a session without tags is refused too (IAM user guide, "Passing session tags in AWS STS"). Nil for a role whose
// sessions carry no tag.
func tenantDemand(m *model.Model, r *model.Role) []policy.Condition {
	if m.Tenancy == nil || !m.Tenancy.Identity.Tagged() || !r.TenantScoped() {
		return nil
	}
	key := m.Tenancy.Identity.Name
	return slices.Concat([]policy.Condition{like("aws:RequestTag/"+key, "?*")}, everyValue("aws:TagKeys", key))
}
