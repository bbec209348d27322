package prove

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// This file says what the roles that deploy and plan may do with other roles and their policies.

// madeRoles are the roles that the environment's root makes.
func (in intent) madeRoles() []*model.Role {
	return slices.DeleteFunc(slices.Clone(in.m.Roles), func(r *model.Role) bool { return r.Existing })
}

// belowPath are the ARNs of what the environment's root makes for its roles: of a kind, role or policy. What has a name of
// the spec's own is exact but for what a tenant, or a part, adds.
func (in intent) belowPath(kind string, parts ...string) []string {
	made := in.madeRoles()
	if len(made) == 0 {
		return nil
	}
	path := in.iam(kind + in.m.RolesPath() + in.e.NamePrefix)
	out := []string{path + in.m.Name + "-*"}
	for _, r := range made {
		switch name := path + r.PhysicalName; {
		case strings.HasPrefix(r.PhysicalName, in.m.Name+"-"):
		case r.PerTenant:
			out = append(out, name+"-*")
		default:
			out = append(out, name)
			for _, part := range parts {
				out = append(out, name+part)
			}
		}
	}
	return out
}

func (in intent) roleARNs() []string   { return in.belowPath("role") }
func (in intent) policyARNs() []string { return in.belowPath("policy", "+*") }

// attached are the ARNs of the policies from elsewhere that some roles have.
func (in intent) attached(roles ...*model.Role) []string {
	var out []string
	for _, r := range roles {
		for _, a := range r.Attach {
			out = append(out, in.e.ExpandARN(a.ARN))
		}
	}
	return out
}

const changesOfPolicies = "CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion GetPolicy GetPolicyVersion ListPolicyVersions TagPolicy UntagPolicy"

// changesOfRoles are calls that give a role no more than it has. Whether AWS says with them which boundary the role has, its
// pages do not agree on, so that it is not asked for (Service Authorization Reference, "Actions, resources, and condition keys
// for IAM"; IAM user guide, "IAM and AWS STS condition context keys", iam:PermissionsBoundary).
const changesOfRoles = "DeleteRole UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription"

// changeRoles is to make and change roles that keep the boundary. Every call by which a role could be given more asks for
// the boundary (IAM user guide, "Delegating responsibility to others using permissions boundaries").
func (in intent) changeRoles() []access.Box {
	roles, policies := in.roleARNs(), in.policyARNs()
	bounded := in.Is("iam:PermissionsBoundary", in.e.BoundaryARN(in.m))
	return some(
		in.On(access.Actions("iam", readingOfRoles+" ListInstanceProfilesForRole"), roles),
		in.On(access.Actions("iam", "CreateRole DeleteRolePolicy DetachRolePolicy PutRolePermissionsBoundary"), roles).Given(bounded),
		in.On(access.Actions("iam", changesOfRoles), roles),
		in.On(access.Actions("iam", "AttachRolePolicy"), roles).Given(bounded, in.Like("iam:PolicyARN", append(policies, in.attached(in.madeRoles()...)...)...)),
		in.On(access.Actions("iam", "TagRole UntagRole"), roles),
		in.On(access.Actions("iam", changesOfPolicies), policies))
}

// existing are the roles that were made elsewhere.
func (in intent) existing() []*model.Role {
	return slices.DeleteFunc(slices.Clone(in.m.Roles), func(r *model.Role) bool { return !r.Existing })
}

// ownPolicies are the ARNs of the policies that are made here for a role from elsewhere.
func (in intent) ownPolicies(r *model.Role) []string {
	var out []string
	for _, tenant := range in.m.RoleTenants(r) {
		name := in.iam("policy" + r.Path + in.e.RoleName(r, tenant))
		out = append(out, name, name+"+*")
	}
	return out
}

// changeExistingRoles is to attach policies to roles from elsewhere, which have a boundary of their own or none: only those
// that are made here for the very role, and those that the spec names.
func (in intent) changeExistingRoles(r *model.Role) []access.Box {
	if !r.May(model.ChangeExistingRoles) {
		return nil
	}
	out := in.readExistingRoles()
	var policies []string
	for _, r := range in.existing() {
		own := in.ownPolicies(r)
		policies = append(policies, own...)
		out = append(out, in.On(access.Actions("iam", "AttachRolePolicy DetachRolePolicy"), in.e.RoleARNs(in.m, r)).
			Given(in.Like("iam:PolicyARN", append(own, in.attached(r)...)...)))
	}
	return append(out, some(in.On(access.Actions("iam", changesOfPolicies), policies))...)
}

func (in intent) readExistingRoles() []access.Box {
	var arns []string
	for _, r := range in.existing() {
		arns = append(arns, in.e.RoleARNs(in.m, r)...)
	}
	return some(in.On(access.Actions("iam", "GetRole ListAttachedRolePolicies"), arns))
}

// forEC2 are the ARNs of a kind, role or instance-profile, of the roles that EC2 assumes.
func (in intent) forEC2(kind string) []string {
	var out []string
	for _, r := range in.madeRoles() {
		if r.Trust.Kind != model.ServiceTrust || r.Trust.Service != "ec2" {
			continue
		}
		name := in.iam(kind + r.Path + in.e.RoleName(r, ""))
		if r.PerTenant {
			name += "-*"
		}
		out = append(out, name)
	}
	return out
}

// changeProfiles is to put the roles that EC2 assumes into their instance profiles, which is to pass them to EC2.
func (in intent) changeProfiles() []access.Box {
	partition, _ := catalog.PartitionOf(in.e.Region)
	return some(
		in.On(access.Actions("iam", "AddRoleToInstanceProfile CreateInstanceProfile DeleteInstanceProfile GetInstanceProfile RemoveRoleFromInstanceProfile TagInstanceProfile UntagInstanceProfile"),
			in.forEC2("instance-profile")),
		in.On(access.Actions("iam", "PassRole"), in.forEC2("role")).Given(in.Is("iam:PassedToService", partition.ServicePrincipal("ec2"))))
}

func (in intent) readRoles() []access.Box {
	policies := in.policyARNs()
	for _, r := range in.existing() {
		policies = append(policies, in.ownPolicies(r)...)
	}
	return append(in.readExistingRoles(), some(
		in.On(access.Actions("iam", readingOfRoles), in.roleARNs()),
		in.On(access.Actions("iam", "GetPolicy GetPolicyVersion"), policies),
		in.On(access.Actions("iam", "GetInstanceProfile"), in.forEC2("instance-profile")))...)
}
