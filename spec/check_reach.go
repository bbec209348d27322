package spec

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/model"
)

// This file checks what one part of a spec can reach that is meant to be another's: a tenant's session other roles, and one
// environment the things of another in the same account.

// checkTenantChains refuses roles that a tenant's session could become. Whoever begins a session chooses its tags, and a
// tag that is not transitive ends with the session that it was passed to (IAM user guide, "Passing session tags in AWS
// STS"), so a tenant would choose the next session's tenant, or have none. Only a tenant's own role of a silo may become
// another of the same tenant, since both have the tenant in their names.
func checkTenantChains(m *model.Model) hcl.Diagnostics {
	var f findings
	for _, target := range m.Roles {
		for _, p := range target.Trust.Roles {
			if p.Role == nil || !ofTenants(p.Role) || p.Role.PerTenant && target.PerTenant {
				continue
			}
			f.error(idTenantChain, "Role that a tenant could become", target.Trust.Origin,
				"Each session of %q belongs to a tenant, and each could become %q, with a tenant of its own choosing or with none. Let a role that belongs to no tenant assume %q.",
				p.Role.Name, target.Name, target.Name)
		}
	}
	return f.Diagnostics
}

// ofTenants reports whether sessions of a role belong to a tenant.
func ofTenants(r *model.Role) bool { return r.TenantScoped() || r.PerTenant }

// checkOwnRolesByName refuses ARNs of roles of the spec where a role made elsewhere is meant: what is known of a role by its
// name, above all whether its sessions belong to a tenant, would be overlooked.
func checkOwnRolesByName(m *model.Model) hcl.Diagnostics {
	var f findings
	own := map[string]*model.Role{}
	for _, e := range m.Environments {
		for _, r := range m.AllRoles() {
			for _, arn := range e.RoleARNs(m, r) {
				own[strings.ToLower(arn)] = r
			}
		}
	}
	check := func(principals []model.Principal, at hcl.Range) {
		for _, p := range principals {
			for _, e := range m.Environments {
				if r := own[strings.ToLower(e.ExpandARN(p.ARN))]; p.Role == nil && r != nil {
					f.error(idPrincipalARN, "Role of this spec by its ARN", at,
						"%s is the role %q of this spec. Write its name, so that what is known of it counts; where names are not taken, it cannot stand.", e.ExpandARN(p.ARN), r.Name)
					break
				}
			}
		}
	}
	for _, r := range m.AllRoles() {
		check(r.Trust.Roles, r.Trust.Origin)
	}
	for _, k := range m.Keys {
		check(k.Administrators, k.Origin)
	}
	if m.Trail != nil {
		check(m.Trail.Readers, m.Trail.Origin)
	}
	return f.Diagnostics
}

// checkTrailReaders refuses a tenant's role among those who may read the record of everybody's access.
func checkTrailReaders(m *model.Model) hcl.Diagnostics {
	var f findings
	if m.Trail == nil {
		return nil
	}
	for _, p := range m.Trail.Readers {
		if p.Role != nil && ofTenants(p.Role) {
			f.error(idTrailReaders, "Tenant among the readers", m.Trail.Origin,
				"Sessions of %q belong to a tenant, and the trail records the keys of every tenant's items. Leave the role out.", p.Role.Name)
		}
	}
	return f.Diagnostics
}

// checkNamesAcross refuses things of two environments that AWS would know by one name. Tables, aliases and trails belong to
// an account and a region; roles to an account, whatever their path and case.
func checkNamesAcross(m *model.Model) hcl.Diagnostics {
	var f findings
	first := map[string]*model.Environment{}
	take := func(e *model.Environment, what, name string) bool {
		key := what + " " + name
		other := first[key]
		if other == nil {
			first[key] = e
		}
		if other == nil || other == e || other.NamePrefix == e.NamePrefix {
			return true
		}
		f.error(idSameEnvironment, "Environments that collide", e.Origin,
			"In the environments %q and %q, which share an account, a %s would be called %q. Choose a name_prefix by which no two names become the same.", other.Name, e.Name, strings.Fields(what)[0], name)
		return false
	}
	for _, e := range m.Environments {
		eachName(m, e, func(what, name string) bool { return take(e, what, name) })
	}
	return f.Diagnostics
}

// eachName visits the names of an environment's things, with where each is unique, until visit says stop.
func eachName(m *model.Model, e *model.Environment, visit func(what, name string) bool) {
	regional := e.Account + " " + e.Region
	for _, t := range m.Tables {
		if !visit("table "+regional, e.TableName(t)) {
			return
		}
	}
	for _, what := range []string{"role ", "policy "} { // a role's first policy is called like the role
		for _, r := range m.AllRoles() {
			for _, tenant := range m.RoleTenants(r) {
				if !visit(what+e.Account, strings.ToLower(e.RoleName(r, tenant))) {
					return
				}
			}
		}
	}
	if m.Guardrails.Boundary.Made() && !visit("policy "+e.Account, strings.ToLower(e.BoundaryName(m))) {
		return
	}
	for _, k := range m.Keys {
		if len(k.Existing) == 0 && !visit("alias "+regional, e.KeyAlias(m, k)) {
			return
		}
	}
	if m.Trail != nil {
		visit("trail "+regional, e.TrailName(m))
	}
}

// checkRestoresAcross keeps the rights on restored tables off the tables of other environments.
func checkRestoresAcross(m *model.Model) hcl.Diagnostics {
	var f findings
	for _, r := range m.Roles {
		if r.Restore == nil {
			continue
		}
		for _, e := range m.Environments {
			if other, t := covered(m, e, r.Restore.Into); t != nil {
				f.error(idRestoreTarget, "Restore into a table in use", r.Origin,
					"In the environment %q the role may read and write all items of tables named %q, and %q is the table %q of the environment %q. Choose names that no table has.",
					e.Name, e.NamePrefix+r.Restore.Into, other.TableName(t), t.Name, other.Name)
				break
			}
		}
	}
	return f.Diagnostics
}

// covered is a table of another environment in the same account and region whose name matches a pattern of this one.
func covered(m *model.Model, e *model.Environment, pattern string) (*model.Environment, *model.Table) {
	prefix := strings.TrimSuffix(e.NamePrefix+pattern, "*")
	for _, other := range m.Environments {
		if other == e || other.Account != e.Account || other.Region != e.Region {
			continue
		}
		for _, t := range m.Tables {
			if strings.HasPrefix(other.TableName(t), prefix) {
				return other, t
			}
		}
	}
	return nil, nil
}
