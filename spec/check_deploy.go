package spec

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// The checks of this file are about what Terraform runs as: that it can do all that the spec asks for, and that nothing which
// it makes, and nobody else who runs it, gets further than was meant.

// checkDeployersHoldKeys demands of a key that is made here that every deploy role administers it: the key policy alone says
// who may, and whoever makes a key must be able to change its policy later (KMS developer guide, "Default key policy").
func checkDeployersHoldKeys(m *model.Model) hcl.Diagnostics {
	var f findings
	for _, k := range m.Keys {
		for _, r := range m.RolesThat(model.Deploy) {
			named := func(p model.Principal) bool { return p.Role == r }
			if len(k.Existing) == 0 && !slices.ContainsFunc(k.Administrators, named) {
				f.error(idKeyAdministrators, "Key out of its maker's reach", k.Origin,
					"The role %q makes the key %q, and only administrators of a key may change it or choose it for a table. Add %q to the key's administrators.", r.Name, k.Name, r.Name)
			}
		}
	}
	return f.Diagnostics
}

// checkExistingRolesAllowed demands of deploy roles that they say so where they attach policies to roles made elsewhere.
func checkExistingRolesAllowed(m *model.Model) hcl.Diagnostics {
	var f findings
	at := slices.IndexFunc(m.Roles, func(r *model.Role) bool { return r.Existing })
	if at < 0 {
		return nil
	}
	for _, r := range m.RolesThat(model.Deploy) {
		if !r.May(model.ChangeExistingRoles) {
			f.error(idDeployExisting, "Existing role out of reach", r.Origin,
				"%q is made elsewhere, where nothing demands the boundary, so %q may attach its policies only if the spec says so. Write allow: [change_existing_roles] with \"because\", or leave existing roles out.",
				m.Roles[at].Name, r.Name)
		}
	}
	return f.Diagnostics
}

// checkBoundaryApart refuses a boundary that is among the policies of a role of the spec: whoever deploys writes those.
func checkBoundaryApart(m *model.Model) hcl.Diagnostics {
	var f findings
	if m.Guardrails.Boundary == nil || m.Guardrails.Boundary.Made() {
		return nil
	}
	for _, e := range m.Environments {
		_, name, _ := strings.Cut(e.BoundaryARN(m), ":policy")
		if pattern, _ := caught(ownPatterns(m, e), []string{name}); pattern != "" {
			f.error(idBoundary, "Boundary among what it bounds", m.Guardrails.Boundary.Origin,
				"In the environment %q the policies of a role of the spec are named %q, and whoever deploys writes them. Write generate to have the boundary made here, or name a policy that is nobody's own.", e.Name, pattern)
			break
		}
	}
	return f.Diagnostics
}

// checkBoundaryHoldsAttached refuses a generated boundary around policies that say nobody here knows what: a role may do
// only what both its policies and its boundary allow (IAM user guide, "Permissions boundaries for IAM entities").
func checkBoundaryHoldsAttached(m *model.Model) hcl.Diagnostics {
	var f findings
	b := m.Guardrails.Boundary
	if !b.Made() || len(b.Also) > 0 {
		return nil
	}
	for _, r := range m.Roles {
		for _, a := range r.Attach {
			if !r.Existing && !documented(a.ARN) {
				f.error(idBoundary, "Policy that the boundary would stop", a.Origin,
					"The boundary is made of what is known to be granted, and what this policy grants is not known here, so the role would have none of it. List the actions that the role needs of it: permissions_boundary: {policy: generate, also: […], because: …}")
			}
		}
	}
	return f.Diagnostics
}

// documented reports whether it is known what a policy grants.
func documented(arn string) bool {
	_, known := catalog.ManagedPolicyDocument(arn[strings.LastIndex(arn, "/")+1:])
	return splitARN(arn).account == "aws" && known
}

// checkStateApart refuses roles that could write over the state or its locks: whoever does chooses what the next run of
// Terraform takes for made.
func checkStateApart(m *model.Model) hcl.Diagnostics {
	var f findings
	if m.State == nil {
		return nil
	}
	for _, r := range m.Roles {
		for _, e := range m.Environments {
			switch {
			case r.Export != nil && r.Export.Bucket == model.In(e, m.State.Bucket) && strings.HasPrefix(e.StateKey(m, false), r.Export.Prefix):
				f.error(idState, "Export over the state", r.Origin,
					"%q writes whatever begins with %q in the bucket %q, and the state of the environment %q does. Export to another bucket, or with a prefix of its own.",
					r.Name, r.Export.Prefix, r.Export.Bucket, e.Name)
			case r.Restore != nil && m.State.LockTable != "" && strings.HasPrefix(m.State.LockTable, e.NamePrefix+strings.TrimSuffix(r.Restore.Into, "*")):
				f.error(idState, "Restore into the lock table", r.Origin,
					"In the environment %q the role may read and write all items of tables named %q, and the table of Terraform's locks is %q. Choose other names.",
					e.Name, e.NamePrefix+r.Restore.Into, m.State.LockTable)
			default:
				continue
			}
			break
		}
	}
	return f.Diagnostics
}

// checkSubjectsApart warns of runs that may deploy several environments alike. Each environment has a role of its own, and
// nothing but the token's subject tells who may become which. CircleCI's subject has no part that could.
func checkSubjectsApart(m *model.Model) hcl.Diagnostics {
	var f findings
	for _, r := range m.RolesThat(model.Deploy) {
		if first, second := sameSubjects(r.Trust.Subjects); first != nil && r.Trust.Kind != model.CircleCITrust {
			f.warn(idSameSubject, "One subject for several environments", r.Trust.Origin,
				"The runs that deploy %q may deploy %q as well, for their tokens have the same subject. Write one for each environment, such as branch: {%s: …, %s: …}",
				first.Name, second.Name, first.Name, second.Name)
		}
	}
	return f.Diagnostics
}

// sameSubjects are two environments in which the same subject is let in, or nil.
func sameSubjects(all []model.EnvironmentValues) (first, second *model.Environment) {
	for i, b := range all {
		for _, a := range all[:i] {
			if slices.ContainsFunc(b.Values, func(v string) bool { return slices.Contains(a.Values, v) }) {
				return a.Environment, b.Environment
			}
		}
	}
	return nil, nil
}

// checkDeployersApart refuses environments of one account of which one's deploy role could change another's roles. It may
// change what is named as it names things itself.
func checkDeployersApart(m *model.Model) hcl.Diagnostics {
	var f findings
	if len(m.RolesThat(model.Deploy)) == 0 {
		return nil
	}
	for _, e := range m.Environments {
		for _, other := range m.Environments {
			if other == e || other.Account != e.Account {
				continue
			}
			if pattern, name := caught(ownPatterns(m, e), ownNames(m, other)); name != "" {
				f.error(idDeployReach, "Environment that another one's deploy role reaches", other.Origin,
					"Whoever deploys the environment %q may change roles and policies of this account that are named %q, and %q is one of this environment. Choose another name_prefix, so that no name begins like that.",
					e.Name, pattern, name)
			}
		}
	}
	return f.Diagnostics
}

// ownPatterns are the names, with their paths, that the deploy role of an environment may give to roles and policies; of
// roles made elsewhere, to their policies.
func ownPatterns(m *model.Model, e *model.Environment) []string {
	out := []string{m.RolesPath() + e.NamePrefix + m.Name + "-*"}
	for _, r := range m.Roles {
		switch {
		case r.Existing || !r.PerTenant && !strings.HasPrefix(r.PhysicalName, m.Name+"-"):
			for _, name := range pathNames(m, e, r) {
				out = append(out, name, name+"+*")
			}
		case r.PerTenant:
			out = append(out, r.Path+e.RoleName(r, "")+"-*")
		}
	}
	return out
}

// ownNames are the names, with their paths, of an environment's roles and policies. A role's first policy is called like the role, the others
// have a number behind (see artifact.Policy.ManagedPolicyName).
func ownNames(m *model.Model, e *model.Environment) []string {
	var out []string
	for _, r := range m.Roles {
		for _, name := range pathNames(m, e, r) {
			out = append(out, name, name+"+2")
		}
	}
	return out
}

// pathNames are the names of a role, one for each tenant in a silo, behind its path.
func pathNames(m *model.Model, e *model.Environment, r *model.Role) []string {
	var out []string
	for _, tenant := range m.RoleTenants(r) {
		out = append(out, r.Path+e.RoleName(r, tenant))
	}
	return out
}

// caught is the first pattern that one of the names matches, and that name.
func caught(patterns, names []string) (pattern, name string) {
	for _, p := range patterns {
		prefix, open := strings.CutSuffix(p, "*")
		for _, n := range names {
			if n == p || open && strings.HasPrefix(n, prefix) {
				return p, n
			}
		}
	}
	return "", ""
}
