package prove

import (
	"fmt"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/wiring"
)

// role proves what a role is and what is attached to it. A role is attached to by its name, which is unique in an account
// whatever the path (IAM user guide, "IAM identifiers").
func (w *wired) role(r *model.Role, tenant string) {
	name := wiring.Literal(w.e.RoleName(r, tenant))
	what := fmt.Sprintf("The role %s", w.e.RoleName(r, tenant))
	if r.Existing {
		if data := w.one(r.Origin, what, selector{wiring.Data, "aws_iam_role", "name"}, name); data != nil {
			w.match(r.Origin, data, wiring.Body{Arguments: arguments{"name": name}})
		}
	} else if made := w.one(r.Origin, what, selector{wiring.Managed, "aws_iam_role", "name"}, name); made != nil {
		w.match(r.Origin, made, w.madeRole(r, tenant), "description")
	}
	attached := w.policies(r, tenant)
	w.attachments(r, name, attached)
	if !r.Existing {
		w.exclusive(r, what, name, attached)
		w.instanceProfile(r, what, name)
	}
}

// madeRole is a role as it must be. Its tags count: they are the tags of its sessions, which policies ask for. The boundary
// is that of the roles which others deploy; what deploys is made by an administrator, and has none.
func (w *wired) madeRole(r *model.Role, tenant string) wiring.Body {
	trust := artifact.Policy{Kind: artifact.Trust, Environment: w.e, Role: r, Tenant: tenant}
	b := wiring.Body{Arguments: arguments{
		"name":                 wiring.Literal(w.e.RoleName(r, tenant)),
		"path":                 wiring.Literal(r.Path),
		"assume_role_policy":   wiring.File(trust.Path()),
		"max_session_duration": wiring.Number(r.Session),
		"tags":                 w.tags(r.Tags),
	}}
	if arn := w.e.BoundaryARN(w.m); arn != "" && !trust.Bootstraps() {
		b.Arguments["permissions_boundary"] = wiring.Literal(arn)
	}
	return b
}

// policies demands one managed policy for each of the role's files, and returns the ARNs of all that is to be attached.
func (w *wired) policies(r *model.Role, tenant string) wiring.List {
	attached := wiring.List{}
	p := artifact.Policy{Kind: artifact.Identity, Environment: w.e, Role: r, Tenant: tenant, Part: 1}
	for ; w.has(p); p.Part++ {
		made := w.one(r.Origin, p.Path(), selector{wiring.Managed, "aws_iam_policy", "policy"}, wiring.File(p.Path()))
		if made == nil {
			continue
		}
		w.match(r.Origin, made, wiring.Body{Arguments: arguments{
			"name":   wiring.Literal(p.ManagedPolicyName()),
			"path":   wiring.Literal(r.Path),
			"policy": wiring.File(p.Path()),
		}}, "description", "tags")
		attached = append(attached, made.Reference("arn"))
	}
	for _, a := range r.Attach {
		attached = append(attached, wiring.Literal(w.e.ExpandARN(a.ARN)))
	}
	return attached
}

func (w *wired) attachments(r *model.Role, name wiring.Text, want wiring.List) {
	got := wiring.List{}
	for _, a := range w.where(selector{wiring.Managed, "aws_iam_role_policy_attachment", "role"}, name) {
		policy, set := a.Arguments["policy_arn"]
		if !set {
			w.fault(r.Origin, "%s (%s) attaches no policy.", a.Address(), a.Place)
			continue
		}
		w.match(r.Origin, a, wiring.Body{Arguments: arguments{"role": name, "policy_arn": policy}})
		got = append(got, policy)
	}
	if !wiring.EqualSets(got, want) {
		w.fault(r.Origin, "The policies %s are attached to the role %s; they should be %s.", got, name, want)
	}
}

// exclusive demands that what is attached by hand is detached again, managed and inline.
func (w *wired) exclusive(r *model.Role, what string, name wiring.Text, attached wiring.List) {
	managed := selector{wiring.Managed, "aws_iam_role_policy_attachments_exclusive", "role_name"}
	if x := w.one(r.Origin, what, managed, name); x != nil {
		want := unordered(x.Arguments["policy_arns"], attached)
		w.match(r.Origin, x, wiring.Body{Arguments: arguments{"role_name": name, "policy_arns": want}})
	}
	inline := selector{wiring.Managed, "aws_iam_role_policies_exclusive", "role_name"}
	if x := w.one(r.Origin, what, inline, name); x != nil {
		w.match(r.Origin, x, wiring.Body{Arguments: arguments{"role_name": name, "policy_names": wiring.List{}}})
	}
}

// instanceProfile is what EC2 instances take a role in.
func (w *wired) instanceProfile(r *model.Role, what string, name wiring.Text) {
	if r.Trust.Kind != model.ServiceTrust || r.Trust.Service != "ec2" {
		return
	}
	if x := w.one(r.Origin, what, selector{wiring.Managed, "aws_iam_instance_profile", "role"}, name); x != nil {
		w.match(r.Origin, x, wiring.Body{Arguments: arguments{"name": name, "path": wiring.Literal(r.Path), "role": name}}, "tags")
	}
}
