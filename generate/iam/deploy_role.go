package iam

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/calls"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file lets roles be made that can do no more than their permissions boundary: the role that deploys writes their
// policies, and what it writes could hold anything. A role is made with the boundary and keeps it, and nothing is attached to
// one without it (IAM user guide, "Permissions boundaries for IAM entities", delegating responsibility to others). The
// policies themselves have no key for it, and need none: one counts for nothing until it is attached.

const boundaryKey = "iam:PermissionsBoundary"

// unsurelyBounded are changes of a role of which it is not sure that the request tells the role's boundary: the Service
// Authorization Reference says so, and the IAM user guide ("Available keys for IAM") does not name them. So they are granted
// without a condition on it, and refused where a request does tell and it is another.
func unsurelyBounded() []string {
	return []string{"iam:DeleteRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:UpdateRoleDescription"}
}

func (h holder) roleDeployment() []policy.Statement {
	attaching, tagging := calls.Of("aws_iam_role_policy_attachment").In(catalog.CreatePhase), roleCalls().For("tags")
	changing := roleCalls(catalog.Drift).Changing().Without(attaching.Actions()...).Without(tagging.Actions()...).
		Without("iam:DeleteRolePermissionsBoundary") // a build never takes the boundary off
	attachable := append(h.ownPolicies(), h.attachedElsewhere(h.madeRoles())...)
	return slices.Concat(
		h.allow("RoleReading", roleCalls(catalog.Drift).Reading(), h.ownRoles()),
		h.allow("RolesInBoundary", changing.Without(unsurelyBounded()...), h.ownRoles(), h.inBoundary()),
		h.allow("RoleChanges", changing.Only(unsurelyBounded()...), h.ownRoles()),
		h.allowTo(among(attachable), "RoleAttachments", attaching, h.ownRoles(), h.inBoundary()),
		h.allow("RoleTags", tagging, h.ownRoles()),
		h.allow("Policies", policyCalls(), h.ownPolicies()),
	)
}

// roleCalls are the calls for roles, what is attached to them, and what must not be; more is said of what else they need.
func roleCalls(more ...string) calls.List {
	return calls.Of("aws_iam_role", "aws_iam_role_policies_exclusive", "aws_iam_role_policy_attachment", "aws_iam_role_policy_attachments_exclusive").
		On("role").With(append(more, "description", "max_session_duration", "permissions_boundary", "tags")...)
}

func policyCalls() calls.List { return calls.Of("aws_iam_policy").On("policy").With("tags") }

// inBoundary holds where the role that is made or changed has the boundary.
func (h holder) inBoundary() policy.Condition { return equals(boundaryKey, h.e.BoundaryARN(h.m)) }

// among holds where one of these policies is attached to a role, or taken off.
func among(policies []string) policy.Condition {
	return policy.Condition{Operator: "ArnLike", Key: "iam:PolicyARN", Values: policies}
}

// attachedElsewhere are the policies written elsewhere that roles have attached.
func (h holder) attachedElsewhere(roles []*model.Role) []string {
	var arns []string
	for _, r := range roles {
		for _, a := range r.Attach {
			arns = append(arns, h.e.ExpandARN(a.ARN))
		}
	}
	return unique(arns)
}

// existingRoleDeployment is for roles made elsewhere. They have no boundary of this system, so all that is let be attached to
// them are the policies written for each; but who deploys writes those too, and so can make of such a role what it likes.
// The spec has to allow that in words.
func (h holder) existingRoleDeployment() []policy.Statement {
	if !h.role.May(model.ChangeExistingRoles) {
		return nil
	}
	attachment := calls.Of("aws_iam_role_policy_attachment")
	reading := append(calls.Of("data aws_iam_role"), attachment.Reading()...)
	var attachments []policy.Statement
	for _, r := range h.existingRoles() {
		attachable := append(h.policiesFor(r), h.attachedElsewhere([]*model.Role{r})...)
		attachments = append(attachments, h.allowTo(among(attachable), "ExistingRoleAttachments", attachment.Changing(), h.e.RoleARNs(h.m, r))...)
	}
	return slices.Concat(
		h.allow("ExistingRoleReading", reading, h.existingRoleARNs()),
		attachments,
		h.allow("ExistingRolePolicies", policyCalls(), h.existingRolePolicies()),
	)
}

func (h holder) existingRoleARNs() []string {
	var arns []string
	for _, r := range h.existingRoles() {
		arns = append(arns, h.e.RoleARNs(h.m, r)...)
	}
	return arns
}

// existingRolePolicies are the policies that are made here for existing roles.
func (h holder) existingRolePolicies() []string {
	var arns []string
	for _, r := range h.existingRoles() {
		arns = append(arns, h.policiesFor(r)...)
	}
	return arns
}

// policiesFor are the policies that are made here for one existing role.
func (h holder) policiesFor(r *model.Role) []string {
	var arns []string
	for _, tenant := range h.m.RoleTenants(r) {
		for _, name := range policyNames(h.e.RoleName(r, tenant)) {
			arns = append(arns, h.iamARN("policy"+r.Path+name))
		}
	}
	return arns
}

// instanceProfileDeployment puts roles into the profiles that EC2 instances take them in. Whoever puts a role there passes
// it to EC2 (IAM API reference, AddRoleToInstanceProfile).
func (h holder) instanceProfileDeployment() []policy.Statement {
	profile := calls.Of("aws_iam_instance_profile")
	return append(
		h.allow("InstanceProfiles", profile.On("instance-profile"), h.forEC2("instance-profile")),
		h.allow("PassRoleToEC2", profile.On("role").Changing(), h.forEC2("role"),
			equals("iam:PassedToService", h.servicePrincipal("ec2")))...)
}

// forEC2 are the ARNs of the roles that EC2 instances run as, or of their profiles, which are called like them.
func (h holder) forEC2(kind string) []string {
	var arns []string
	for _, r := range h.madeRoles() {
		if r.Trust.Kind == model.ServiceTrust && r.Trust.Service == "ec2" {
			arns = append(arns, h.iamARN(kind+r.Path+h.roleNames(r)))
		}
	}
	return arns
}
