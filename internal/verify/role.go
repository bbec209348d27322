package verify

import (
	"fmt"
	"slices"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/plan"
)

// role takes the policies of a role: its trust, and all that is attached to it.
func (c *planned) role(r *model.Role, tenant string) {
	name := c.e.RoleName(r, tenant)
	resources := c.named("aws_iam_role", name)
	trust := artifact.Policy{Kind: artifact.Trust, Environment: c.e, Role: r, Tenant: tenant}
	if len(resources) == 0 && !r.Existing {
		c.missing(trust.Path(), r.Origin, fmt.Sprintf("No role of the plan is called %s", name))
	}
	for _, resource := range resources {
		c.ours[resource] = true
		if !r.Existing {
			c.document(resource, "assume_role_policy", trust, r.Origin)
		}
		c.inline(r, name, resource)
		c.bounded(r, trust, resource)
	}
	c.attachments(r, tenant, resources)
}

// bounded looks at the permissions boundary of a role. That of the spec belongs on each role that is made here, but on those
// that deploy and plan; elsewhere one takes rights away and gives none.
func (c *planned) bounded(r *model.Role, trust artifact.Policy, resource *plan.Resource) {
	got, want := resource.Text("permissions_boundary"), c.e.BoundaryARN(c.m)
	switch {
	case r.Existing || trust.Bootstraps() || want == "":
		if got != "" {
			c.outside = append(c.outside, resource.Address+".permissions_boundary, which takes rights away and gives none")
		}
	case resource.Unknown("permissions_boundary"):
		c.find("unbounded-role", "Permissions boundary is known only after the apply", r.Origin,
			"%s.permissions_boundary depends on something that does not exist yet, so it is not known whether it is %s. Write that ARN as a literal, as ddbgen build does.", resource.Address, want)
	case got == "":
		c.find("unbounded-role", "Role without its permissions boundary", r.Origin,
			"%s has no permissions boundary, so whoever deploys can give it anything. Set permissions_boundary to %s.", resource.Address, want)
	case got != want:
		c.find("unbounded-role", "Role with another permissions boundary", r.Origin,
			"%s has the permissions boundary %s, of which nothing is proven. Set it to %s.", resource.Address, got, want)
	}
}

// inline reports policies inside a role: the spec's are all managed ones.
func (c *planned) inline(r *model.Role, name string, resource *plan.Resource) {
	if c.exclusive("aws_iam_role_policies_exclusive", name) != nil {
		return // whatever is there goes, but what other resources put there
	}
	for _, block := range resource.Blocks("inline_policy") {
		if block.Text("policy") != "" || block.Unknown("policy") {
			c.find("extra-policy", "Policy that the spec does not have", r.Origin,
				"%s has the inline policy %q, which the spec does not give it. Remove it.", resource.Address, block.Text("name"))
		}
	}
}

// exclusive is the resource that detaches from a role what it does not list.
func (c *planned) exclusive(kind, role string) *plan.Resource {
	for _, r := range c.plan.Of(kind) {
		if c.concerns(r, "role_name", "aws_iam_role", "name", role) {
			return r
		}
	}
	return nil
}

// attachments takes what is attached to a role: the policies that the proof is of, those that the spec lets stay, and
// what neither is.
func (c *planned) attachments(r *model.Role, tenant string, resources []*plan.Resource) {
	a := attachments{planned: c, role: r, tenant: tenant, name: c.e.RoleName(r, tenant), parts: map[int]bool{}, seen: map[string]bool{}}
	for _, at := range c.plan.Of("aws_iam_role_policy_attachment") {
		if c.concerns(at, "role", "aws_iam_role", "name", a.name) {
			c.ours[at] = true
			a.attachment(at, "policy_arn", at.Text("policy_arn"))
		}
	}
	for _, at := range c.plan.Of("aws_iam_policy_attachment") {
		roles := at.Texts("roles")
		if at.Unknown("roles") {
			for _, s := range c.plan.Sources(at, "roles", "aws_iam_role") {
				roles = append(roles, s.Text("name"))
			}
		}
		if slices.Contains(roles, a.name) {
			a.attachment(at, "policy_arn", at.Text("policy_arn"))
		}
	}
	a.lists(resources)
	c.detached(a)
}

// attachments are what is attached to one role.
type attachments struct {
	*planned
	role   *model.Role
	tenant string
	name   string
	parts  map[int]bool    // of the role's own policies that are attached
	seen   map[string]bool // ARNs
}

// attachment sorts out one attached policy. While its ARN is unknown, it is the policy that the ARN is computed from.
func (a *attachments) attachment(at *plan.Resource, attribute, arn string) {
	var policies []*plan.Resource
	if at.Unknown(attribute) {
		policies = a.plan.Sources(at, attribute, "aws_iam_policy")
	} else {
		a.seen[arn] = true
		policies = slices.DeleteFunc(a.plan.Of("aws_iam_policy"), func(p *plan.Resource) bool { return a.arn(p) != arn })
	}
	switch {
	case len(policies) == 1:
		a.policy(at, policies[0])
	case at.Unknown(attribute):
		a.find("unknown-attachment", "Attachment is known only after the apply", a.role.Origin,
			"%s.%s does not say yet which policy is attached to the role %s, so nothing is proven of the role. Remove it, or plan again after the policy is there.", at.Address, attribute, a.name)
	case !a.allowed(arn):
		a.extra(at, arn)
	default:
		a.outside = append(a.outside, arn+" on the role "+a.name)
	}
}

// arn is the ARN of a policy of the plan, which follows from its name.
func (c *planned) arn(p *plan.Resource) string {
	if arn := p.Text("arn"); arn != "" {
		return arn
	}
	path := p.Text("path")
	if path == "" {
		path = "/"
	}
	return "arn:" + c.e.Partition + ":iam::" + c.e.Account + ":policy" + path + p.Text("name")
}

func (a *attachments) policy(at, p *plan.Resource) {
	a.seen[a.arn(p)] = true
	part := a.part(p)
	switch {
	case a.allowed(a.arn(p)):
	case part == 0:
		a.extra(at, p.Address)
	case !a.parts[part]:
		a.parts[part] = true
		a.document(p, "policy", artifact.Policy{Kind: artifact.Identity, Environment: a.e, Role: a.role, Tenant: a.tenant, Part: part}, a.role.Origin)
	}
}

// part is which of the role's own policies one of the plan is; 0 if it is none.
func (a *attachments) part(p *plan.Resource) int {
	for part := 1; part <= artifact.AttachmentQuota; part++ {
		own := artifact.Policy{Kind: artifact.Identity, Environment: a.e, Role: a.role, Tenant: a.tenant, Part: part}
		if p.Text("name") == own.ManagedPolicyName() && p.Text("path") == a.role.Path {
			return part
		}
	}
	return 0
}

// allowed reports whether the spec lets a policy written elsewhere stay attached.
func (a *attachments) allowed(arn string) bool {
	return slices.ContainsFunc(a.role.Attach, func(x model.Attachment) bool { return a.e.ExpandARN(x.ARN) == arn })
}

func (a *attachments) extra(at *plan.Resource, what string) {
	if a.role.Existing {
		a.outside = append(a.outside, fmt.Sprintf("%s, which attaches %s to the role %s, made elsewhere", at.Address, what, a.name))
		return
	}
	a.find("extra-attachment", "Attachment that the spec does not have", a.role.Origin,
		"%s attaches %s to the role %s, so the role may do more than is proven. Remove it, or name the policy under attach of the role %q.", at.Address, what, a.name, a.role.Name)
}

// lists looks at the lists of ARNs: what a resource would attach that keeps others away, and what the role itself has
// and nothing takes away.
func (a *attachments) lists(resources []*plan.Resource) {
	exclusive := a.exclusive("aws_iam_role_policy_attachments_exclusive", a.name)
	if exclusive != nil {
		resources = []*plan.Resource{exclusive}
	}
	for _, r := range resources {
		attribute := "managed_policy_arns"
		if r == exclusive {
			attribute = "policy_arns"
		}
		for _, arn := range r.Texts(attribute) {
			if !a.seen[arn] && !a.allowed(arn) && !a.ownARN(arn) {
				a.seen[arn] = true
				a.extra(r, arn)
			}
		}
	}
}

func (a *attachments) ownARN(arn string) bool {
	return slices.ContainsFunc(a.plan.Of("aws_iam_policy"), func(p *plan.Resource) bool { return a.arn(p) == arn && a.part(p) > 0 })
}

// detached reports policies of the role that the plan makes and does not attach to it.
func (c *planned) detached(a attachments) {
	for _, p := range c.plan.Of("aws_iam_policy") {
		part := a.part(p)
		if part == 0 || a.parts[part] {
			continue
		}
		c.ours[p] = true
		own := artifact.Policy{Kind: artifact.Identity, Environment: c.e, Role: a.role, Tenant: a.tenant, Part: part}
		c.missing(own.Path(), a.role.Origin, fmt.Sprintf("%s is not attached to the role %s", p.Address, a.name))
	}
}
