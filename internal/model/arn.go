package model

import "strings"

// This file holds the physical names: how a logical name becomes the name and the ARN of an environment. The formats are
// those of the Service Authorization Reference.

// TableName is the physical name of a table.
func (e *Environment) TableName(t *Table) string { return e.NamePrefix + t.PhysicalName }

// TableARN is the ARN of a table.
func (e *Environment) TableARN(t *Table) string { return e.dynamodb("table/" + e.TableName(t)) }

// IndexARN is the ARN of an index.
func (e *Environment) IndexARN(i *Index) string {
	return e.TableARN(i.Table) + "/index/" + i.PhysicalName
}

// StreamARN is the ARN pattern of a table's streams. The label of a stream is the time it was turned on, unknown before
// and new each time, hence the star.
func (e *Environment) StreamARN(t *Table) string { return e.TableARN(t) + "/stream/*" }

// AnyTableARN is the ARN pattern of every table of the account and region.
func (e *Environment) AnyTableARN() string { return e.dynamodb("table/*") }

// TablePatternARN is the ARN pattern of tables whose physical name matches pattern, which the prefix is put before.
func (e *Environment) TablePatternARN(pattern string) string {
	return e.dynamodb("table/" + e.NamePrefix + pattern)
}

func (e *Environment) dynamodb(resource string) string {
	return "arn:" + e.Partition + ":dynamodb:" + e.Region + ":" + e.Account + ":" + resource
}

// RoleName is the physical name of a role; tenant is "" but for a role made per tenant.
func (e *Environment) RoleName(r *Role, tenant string) string {
	name := e.NamePrefix + r.PhysicalName
	if tenant != "" {
		name += "-" + tenant
	}
	return name
}

// RoleARN is the ARN of a role; tenant is "" but for a role made per tenant.
func (e *Environment) RoleARN(r *Role, tenant string) string {
	return "arn:" + e.Partition + ":iam::" + e.Account + ":role" + r.Path + e.RoleName(r, tenant)
}

// RoleARNs are the ARNs of a role: one, or one for each tenant of the silo.
func (e *Environment) RoleARNs(m *Model, r *Role) []string {
	var arns []string
	for _, tenant := range m.RoleTenants(r) {
		arns = append(arns, e.RoleARN(r, tenant))
	}
	return arns
}

// RoleTenants are the tenants a role is made for; [""] for a role that is made once.
func (m *Model) RoleTenants(r *Role) []string {
	if r.PerTenant {
		return m.Tenancy.Tenants
	}
	return []string{""}
}

// PrincipalARNs are the ARNs of a principal in this environment.
func (e *Environment) PrincipalARNs(m *Model, p Principal) []string {
	if p.Role != nil {
		return e.RoleARNs(m, p.Role)
	}
	return []string{e.ExpandARN(p.ARN)}
}

// ExpandARN fills {partition}, {region} and {account} into an ARN that was written once for all environments.
func (e *Environment) ExpandARN(arn string) string {
	return strings.NewReplacer("{partition}", e.Partition, "{region}", e.Region, "{account}", e.Account).Replace(arn)
}

// AccountRootARN is the principal that stands for the account.
func (e *Environment) AccountRootARN() string {
	return "arn:" + e.Partition + ":iam::" + e.Account + ":root"
}

// TrailName is the name of the audit trail.
func (e *Environment) TrailName(m *Model) string { return e.NamePrefix + m.Name + "-audit" }

// TrailARN is the ARN of the audit trail.
func (e *Environment) TrailARN(m *Model) string {
	return "arn:" + e.Partition + ":cloudtrail:" + e.Region + ":" + e.Account + ":trail/" + e.TrailName(m)
}

// KeyAlias is the alias of a key, with its alias/ prefix.
func (e *Environment) KeyAlias(m *Model, k *Key) string {
	return "alias/" + e.NamePrefix + m.Name + "-" + hyphens(k.Name)
}

// In is the value for an environment; "" if there is none.
func In(e *Environment, values []EnvironmentValue) string {
	for _, v := range values {
		if v.Environment == e {
			return v.Value
		}
	}
	return ""
}

// AllIn are the values for an environment.
func AllIn(e *Environment, values []EnvironmentValues) []string {
	for _, v := range values {
		if v.Environment == e {
			return v.Values
		}
	}
	return nil
}

// PlacementOf is where an endpoint stands in this environment.
func (e *Environment) PlacementOf(p *Endpoint) *Placement {
	for i := range e.Placements {
		if e.Placements[i].Endpoint == p {
			return &e.Placements[i]
		}
	}
	return nil
}

// AllTags are the tags of a resource in this environment: those every resource gets, the environment's, the resource's
// own; a later one of the same key replaces an earlier one. Sorted by key.
func (e *Environment) AllTags(m *Model, own []Tag) []Tag {
	all := []Tag{{"ManagedBy", "ddbgen"}, {StackTag, e.Stack(m)}}
	all = append(all, e.Tags...)
	all = append(all, own...)
	return uniqueTags(all)
}

func hyphens(s string) string { return strings.ReplaceAll(s, "_", "-") }
