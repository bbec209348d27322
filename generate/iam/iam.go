// Package iam makes the policies of the roles: what each may do, who may become it, and the boundary of them all.
//
// A role's policy is its meaning, one grant after the other. A grant becomes few statements, each with the exact
// conditions under which its actions are meant, because the statements of a role are alternatives: one that is looser
// than its neighbours decides (IAM user guide, "Policy evaluation logic"). So nothing is ever folded together that differs
// in a condition, and no action stands beside a condition on a key that its requests do not carry. What must not happen
// at all, whatever else is attached to the role, is a Deny at the end.
//
// A role that deploys or plans may do what Terraform calls for what the spec describes, in the same words: an action, on
// what it is for, under the conditions that tell it from everything else in the account.
//
// The order is the reader's: grants as they were written, access by tags, the roles it may become, the keys it needs,
// refusals. The documents are cut where the quota of a managed policy says so, between statements and nowhere else.
package iam

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// Policies are the managed policies of every role in an environment: by role, by tenant of the silo, by part. A role that
// may do nothing itself has none.
func Policies(m *model.Model, e *model.Environment) ([]artifact.Policy, hcl.Diagnostics) {
	var out []artifact.Policy
	var ds hcl.Diagnostics
	for _, r := range m.AllRoles() {
		ds = append(ds, impossible(r)...)
		for _, tenant := range m.RoleTenants(r) {
			documents, found := pack(r, Statements(m, e, r, tenant))
			for i, bytes := range documents {
				out = append(out, artifact.Policy{
					Kind: artifact.Identity, Environment: e, Role: r, Tenant: tenant, Part: i + 1, Bytes: bytes,
				})
			}
			ds = append(ds, found...)
			if found.HasErrors() {
				break // the next tenant's policies differ only in the tenant
			}
		}
	}
	return out, ds
}

// Statements are everything a role may do in an environment, before it is cut into documents. The tenant is "" but for a
// role made per tenant.
func Statements(m *model.Model, e *model.Environment, r *model.Role, tenant string) []policy.Statement {
	h := holder{m: m, e: e, role: r, tenant: tenant}
	granted := slices.Concat(
		h.grants(),
		h.tagGrants(),
		h.streams(),
		h.backups(),
		h.restores(),
		h.exports(),
		h.assumptions(),
		h.deployment(),
		h.planning(),
		h.keyUses(),
	)
	out := slices.Concat(
		granted,
		h.grantRefusals(),
		h.tagRefusals(),
		h.streamRefusals(),
		h.deploymentRefusals(granted),
	)
	nameUniquely(out)
	return out
}

// holder is who statements are written for: a role in one environment, for one tenant in a silo.
type holder struct {
	m      *model.Model
	e      *model.Environment
	role   *model.Role
	tenant string
}
