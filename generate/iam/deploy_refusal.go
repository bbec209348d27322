package iam

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/calls"
	"github.com/ddbgen/ddbgen/internal/keyuse"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is what a role that Terraform runs as is refused, whoever grants it: a policy attached by hand, the policy of a
// table, of a key or of another role. An action that the role is not for is refused altogether, in one statement, and so are
// those that AWS will have tomorrow. Of an action that it is for, the other statements refuse what it is not for.

// deploymentRefusals are the refusals of both kinds of role, and of a role that deploys also those of what would free it, or
// what it makes, from bounds. Granted is what the role's own policies grant.
func (h holder) deploymentRefusals(granted []policy.Statement) []policy.Statement {
	actions := append(actionsOf(granted), h.keyPolicyActions()...)
	switch h.role.Kind {
	case model.Plan:
		return slices.Concat(h.itemRefusal(), h.keyUseRefusals(actions), denyAllElse(actions))
	case model.Deploy:
		return slices.Concat(h.boundRefusals(), h.itemRefusal(), h.keyRefusals(), h.keyUseRefusals(actions), denyAllElse(actions))
	}
	return nil
}

// keyPolicyActions are what the policies of the keys that are made here let the role do. They do not depend on which tables
// are under the keys, so that to put one there changes nothing here.
func (h holder) keyPolicyActions() []string {
	switch {
	case len(h.keyAliases()) == 0:
		return nil
	case h.role.Kind == model.Plan:
		return keyuse.InspectionActions()
	}
	actions := slices.Concat(keyuse.DeploymentActions(), usingKeys())
	if h.role.May(model.DeleteKeys) {
		actions = append(actions, keyuse.DeletionActions()...)
	}
	return actions
}

// boundRefusals keep the role from what bounds it and the roles it makes: itself, the boundary, the tag that says which tenant
// a session belongs to. They also keep it from roles that have another boundary, in case somebody made one under these names,
// and from what lies deeper than anything that is made here: the star of a pattern of names stands for a path too.
func (h holder) boundRefusals() []policy.Statement {
	bootstrap := []string{h.iamARN("policy" + h.m.BootstrapPath() + "*"), h.iamARN("role" + h.m.BootstrapPath() + "*")}
	if b := h.m.Guardrails.Boundary; b != nil && !b.Made() {
		bootstrap = append(bootstrap, h.e.BoundaryARN(h.m))
	}
	var deeper []string
	for _, kind := range []string{"instance-profile", "policy", "role"} {
		deeper = append(deeper, h.iamARN(kind+h.m.RolesPath()+"*/*"))
	}
	out := []policy.Statement{
		deny("DenyBootstrap", []string{"iam:*"}, bootstrap),
		deny("DenyOtherPaths", []string{"iam:*"}, deeper),
		deny("DenyOtherBoundary", unsurelyBounded(), anything(),
			policy.Condition{Operator: "StringNotEquals", Key: boundaryKey, Values: []string{h.e.BoundaryARN(h.m)}}, present(boundaryKey)),
	}
	if h.m.Tenancy == nil || !h.m.Tenancy.Identity.Tagged() {
		return out
	}
	// A role's own tags count where a session has none. The names of IAM's tags know no case (IAM user guide, "Tags for IAM
	// resources").
	return append(out, deny("DenyTenantTag", []string{"iam:CreateRole", "iam:TagRole", "iam:UntagRole"}, anything(),
		policy.Condition{Operator: "ForAnyValue:StringEqualsIgnoreCase", Key: "aws:TagKeys", Values: []string{h.m.Tenancy.Identity.Name}}))
}

// itemRefusal keeps the role to the one table whose items it is for: Terraform's lock is an item.
func (h holder) itemRefusal() []policy.Statement {
	if h.m.State == nil || h.m.State.LockTable == "" {
		return nil
	}
	s := deny("DenyItems", calls.Of(stateBackend).On("table").Actions(), nil)
	s.NotResource = []string{h.lockTable()}
	return []policy.Statement{s}
}

// keyRefusals keep the role to keys that stay the account's: with a policy that can be changed again, and with material that
// KMS made and that nobody has a copy of (KMS API reference, CreateKey and PutKeyPolicy).
func (h holder) keyRefusals() []policy.Statement {
	if len(h.keyAliases()) == 0 {
		return nil
	}
	return []policy.Statement{
		deny("DenyLockout", []string{"kms:CreateKey", "kms:PutKeyPolicy"}, anything(),
			policy.Condition{Operator: "Bool", Key: "kms:BypassPolicyLockoutSafetyCheck", Values: []string{"true"}}),
		deny("DenyKeyOrigins", []string{"kms:CreateKey"}, anything(),
			equals("kms:KeyOrigin", "AWS_CLOUDHSM", "EXTERNAL", "EXTERNAL_KEY_STORE")),
	}
}

// keyUseRefusals keep the use of keys, as far as the role has it, to what a service does with them for a table or the state.
func (h holder) keyUseRefusals(actions []string) []policy.Statement {
	used := slices.DeleteFunc(usingKeys(), func(action string) bool { return !slices.Contains(actions, action) })
	if len(used) == 0 {
		return nil
	}
	out := []policy.Statement{deny("DenyKeyUse", used, anything(), h.throughNoService())}
	if slices.Contains(used, createGrant) {
		out = append(out, deny("DenyKeyGrants", []string{createGrant}, anything(),
			policy.Condition{Operator: "BoolIfExists", Key: "kms:GrantIsForAWSResource", Values: []string{"false"}}))
	}
	return out
}

const createGrant = "kms:CreateGrant"

// usingKeys are the actions that use a key or hand out its use.
func usingKeys() []string { return append(keyuse.CryptoActions(), createGrant) }

// throughNoService holds where a key is not used by DynamoDB, for a table that is made under it, or by S3, for the state. Also
// where no service uses it: a negated operator is true when its key is missing.
func (h holder) throughNoService() policy.Condition {
	services := []string{keyuse.Via("dynamodb", h.e.Region)}
	if h.m.State != nil && model.In(h.e, h.m.State.Key) != "" {
		services = append(services, h.stateService())
	}
	return policy.Condition{Operator: "StringNotEquals", Key: "kms:ViaService", Values: services}
}

func deny(sid string, actions, resources []string, conditions ...policy.Condition) policy.Statement {
	return policy.Statement{Sid: sid, Effect: policy.Deny, Action: actions, Resource: resources, Condition: conditions}
}

// denyAllElse refuses every action but these. What no statement allows is refused anyway, but for what a resource policy
// allows to a session of the role: only a Deny stops that, in the role's own policies or in its permissions boundary (IAM user
// guide, "Policy evaluation logic", resource-based policies).
func denyAllElse(actions []string) []policy.Statement {
	if len(actions) == 0 {
		return []policy.Statement{deny("DenyEverything", []string{"*"}, anything())}
	}
	return []policy.Statement{{Sid: "DenyAllElse", Effect: policy.Deny, NotAction: unique(actions), Resource: anything()}}
}

// actionsOf are the actions that statements name.
func actionsOf(statements []policy.Statement) []string {
	var actions []string
	for _, s := range statements {
		actions = append(actions, s.Action...)
	}
	return unique(actions)
}

func unique(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }
