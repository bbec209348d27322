package iam

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/model"
)

// This file says by which names the roles of the system and their policies are known to who deploys them. A pattern stands
// for all that are named after the spec, so that a new role, tenant or policy changes nothing here; what has a name of its
// own is named by it.

// ownRoles are the ARNs of all roles that are made here.
func (h holder) ownRoles() []string {
	return h.named("role", func(name string) []string { return []string{name} })
}

// ownPolicies are the ARNs of all their policies (see artifact.Policy.ManagedPolicyName).
func (h holder) ownPolicies() []string { return h.named("policy", policyNames) }

// named are the ARNs of the roles that are made here, or of what is named after each; none if no role is made.
func (h holder) named(kind string, names func(string) []string) []string {
	if len(h.madeRoles()) == 0 {
		return nil
	}
	arns := []string{h.iamARN(kind + h.m.RolesPath() + h.e.NamePrefix + h.m.Name + "-*")}
	for _, r := range h.madeRoles() {
		if strings.HasPrefix(r.PhysicalName, h.m.Name+"-") {
			continue
		}
		for _, name := range names(h.roleNames(r)) {
			arns = append(arns, h.iamARN(kind+r.Path+name))
		}
	}
	return arns
}

// roleNames is a role's name, or the pattern of its names where every tenant has one.
func (h holder) roleNames(r *model.Role) string {
	name := h.e.RoleName(r, "")
	if r.PerTenant {
		name += "-*"
	}
	return name
}

// policyNames are the names of a role's policies: the first is called like the role, and each further one has a plus and its
// number behind it.
func policyNames(role string) []string {
	if strings.HasSuffix(role, "*") {
		return []string{role}
	}
	return []string{role, role + "+*"}
}

func (h holder) madeRoles() []*model.Role {
	return h.rolesThat(func(r *model.Role) bool { return !r.Existing })
}

func (h holder) existingRoles() []*model.Role {
	return h.rolesThat(func(r *model.Role) bool { return r.Existing })
}

// rolesThat are the roles that work with the tables and of which something is true.
func (h holder) rolesThat(is func(*model.Role) bool) []*model.Role {
	var out []*model.Role
	for _, r := range h.m.Roles {
		if is(r) {
			out = append(out, r)
		}
	}
	return out
}
