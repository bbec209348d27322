package verify

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/plan"
)

// This file is about the two roots of an environment: what an administrator applies, and what the roles apply which he
// makes. Neither root has any business with what the other makes.

// boundary takes the policy that is the permissions boundary.
func (c *planned) boundary(b *model.Boundary) {
	as := artifact.Policy{Kind: artifact.Boundary, Environment: c.e}
	policies := c.boundaries()
	if len(policies) == 0 {
		c.missing(as.Path(), b.Origin, fmt.Sprintf("No policy of the plan is the permissions boundary %s", c.e.BoundaryARN(c.m)))
	}
	for _, r := range policies {
		c.document(r, "policy", as, b.Origin)
	}
}

// boundaries are the policies of the plan that will have the ARN of the boundary.
func (c *planned) boundaries() []*plan.Resource {
	var out []*plan.Resource
	for _, r := range c.plan.Of("aws_iam_policy") {
		if c.arn(r) == c.e.BoundaryARN(c.m) {
			out = append(out, r)
		}
	}
	return out
}

// elsewhere reports what the plan makes of roles that another root makes, or puts on them.
func (c *planned) elsewhere(roles []*model.Role, root string) {
	for _, r := range roles {
		if r.Existing {
			continue
		}
		for _, tenant := range c.m.RoleTenants(r) {
			c.roleElsewhere(r, c.e.RoleName(r, tenant), root)
		}
	}
}

func (c *planned) roleElsewhere(r *model.Role, name, root string) {
	for _, by := range []struct{ attribute, kind string }{
		{"name", "aws_iam_role"},
		{"role", "aws_iam_role_policy"}, {"role", "aws_iam_role_policy_attachment"}, {"role", "aws_iam_instance_profile"},
		{"role_name", "aws_iam_role_policies_exclusive"}, {"role_name", "aws_iam_role_policy_attachments_exclusive"},
	} {
		for _, resource := range c.plan.Of(by.kind) {
			if c.concerns(resource, by.attribute, "aws_iam_role", "name", name) {
				c.other(resource, r.Origin, "the role "+name, root)
			}
		}
	}
}

// other reports a resource that changes what another root makes.
func (c *planned) other(r *plan.Resource, origin hcl.Range, what, root string) {
	c.ours[r] = true
	c.find("other-root", "Plan changes what another root makes", origin,
		"%s makes or changes %s, which %s makes, so each would undo the other. Remove it, or say by --bootstrap which root the plan is of.", r.Address, what, root)
}
