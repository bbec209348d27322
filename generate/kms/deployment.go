package kms

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/keyuse"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is about the roles that Terraform runs as. What they do to a key stands in its own policy and not in theirs: the
// id of a key is unknown until it exists, so that a policy of theirs could name only every key of the account.

// deployment lets the roles that deploy do to the key what Terraform does, and nothing that takes it out of use; to delete it
// is given apart. Those that plan look at it.
func deployment(m *model.Model, e *model.Environment, k *model.Key) []policy.Statement {
	var deployers, deleters []*model.Role
	for _, p := range k.Administrators {
		if !deploys(p) {
			continue
		}
		deployers = append(deployers, p.Role)
		if p.Role.May(model.DeleteKeys) {
			deleters = append(deleters, p.Role)
		}
	}
	return slices.Concat(
		forPrincipals("KeyDeployment", roleARNs(m, e, deployers), keyuse.DeploymentActions()),
		forPrincipals("KeyDeletion", roleARNs(m, e, deleters), keyuse.DeletionActions()),
		forPrincipals("KeyInspection", roleARNs(m, e, m.RolesThat(model.Plan)), keyuse.InspectionActions()),
	)
}

// deploys reports whether a principal is a role of the spec that Terraform runs as.
func deploys(p model.Principal) bool { return p.Role != nil && p.Role.Kind == model.Deploy }

func roleARNs(m *model.Model, e *model.Environment, roles []*model.Role) []string {
	var arns []string
	for _, r := range roles {
		arns = append(arns, e.RoleARNs(m, r)...)
	}
	return arns
}
