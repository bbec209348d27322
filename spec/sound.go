package spec

import (
	"slices"
	"sort"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/model"
)

// The laws are about what a spec means, and a part with a mistake means nothing yet. So before the checks run, the parts
// in which an error was found are taken out of the model, and with them the parts that refer to them: a law never speaks
// about a guess, and whatever is right is checked in the same run.
//
// Which part an error belongs to is a matter of place: parts follow each other in the file, so it is the last one that
// begins before the error.

// sound returns the model without the parts that the errors are about. Without errors it is the model itself.
func sound(m *model.Model, diags hcl.Diagnostics) *model.Model {
	if !diags.HasErrors() {
		return m
	}
	faulty := faultyParts(m, diags)
	out := *m
	out.Waivers = nil
	out.Environments = slices.DeleteFunc(slices.Clone(m.Environments), func(e *model.Environment) bool { return faulty[e.Origin] })
	if m.Tenancy != nil && faulty[m.Tenancy.Origin] {
		out.Tenancy = nil
	}
	out.Keys = slices.DeleteFunc(slices.Clone(m.Keys), func(k *model.Key) bool { return faulty[k.Origin] })
	out.Tables = slices.DeleteFunc(slices.Clone(m.Tables), func(t *model.Table) bool {
		return faulty[t.Origin] || t.TenantKeyed() && out.Tenancy == nil
	})
	out.Roles = soundRoles(m, out.Tables, faulty)
	out.DeployRoles = slices.DeleteFunc(slices.Clone(m.DeployRoles), func(r *model.Role) bool { return faulty[r.Origin] })
	if len(out.DeployRoles) < len(m.DeployRoles) {
		out.State = nil // any of them may have written it
	}
	// What a role passes is known only when all endpoints are, for it is those that list the roles.
	if faulty[m.Guardrails.Origin] || slices.ContainsFunc(m.Endpoints, func(e *model.Endpoint) bool { return faulty[e.Origin] }) {
		out.Guardrails, out.Endpoints = model.Guardrails{}, nil
	}
	return &out
}

// faultyParts returns the origins of the parts that errors lie in.
func faultyParts(m *model.Model, diags hcl.Diagnostics) map[hcl.Range]bool {
	origins := partOrigins(m)
	faulty := map[hcl.Range]bool{}
	for _, d := range diags {
		if d.Severity != hcl.DiagError || d.Subject == nil {
			continue
		}
		after := sort.Search(len(origins), func(i int) bool { return origins[i].Start.Byte > d.Subject.Start.Byte })
		if after > 0 {
			faulty[origins[after-1]] = true
		}
	}
	return faulty
}

func partOrigins(m *model.Model) []hcl.Range {
	var out []hcl.Range
	for _, e := range m.Environments {
		out = append(out, e.Origin)
	}
	if m.Tenancy != nil {
		out = append(out, m.Tenancy.Origin)
	}
	for _, k := range m.Keys {
		out = append(out, k.Origin)
	}
	for _, t := range m.Tables {
		out = append(out, t.Origin)
	}
	for _, e := range m.Endpoints {
		out = append(out, e.Origin)
	}
	for _, r := range m.AllRoles() {
		out = append(out, r.Origin)
	}
	if m.Guardrails.Origin != (hcl.Range{}) {
		out = append(out, m.Guardrails.Origin)
	}
	if m.Trail != nil {
		out = append(out, m.Trail.Origin)
	}
	for _, c := range m.Claims {
		out = append(out, c.Origin)
	}
	slices.SortFunc(out, func(a, b hcl.Range) int { return a.Start.Byte - b.Start.Byte })
	return out
}

// soundRoles returns the roles without a fault of their own, of a table of theirs, or of a role that assumes them.
func soundRoles(m *model.Model, tables []*model.Table, faulty map[hcl.Range]bool) []*model.Role {
	good := map[*model.Table]bool{}
	for _, t := range tables {
		good[t] = true
	}
	out := map[*model.Role]bool{}
	for _, r := range m.Roles {
		out[r] = faulty[r.Origin] || refersToOther(r, good)
	}
	for changed := true; changed; {
		changed = false
		for _, r := range m.Roles {
			for _, by := range r.Trust.Roles {
				if by.Role != nil && out[by.Role] && !out[r] {
					out[r], changed = true, true
				}
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(m.Roles), func(r *model.Role) bool { return out[r] })
}

func refersToOther(r *model.Role, good map[*model.Table]bool) bool {
	for _, g := range r.Grants {
		if !good[g.Table] {
			return true
		}
	}
	return slices.ContainsFunc(r.Tables, func(t *model.Table) bool { return !good[t] })
}
