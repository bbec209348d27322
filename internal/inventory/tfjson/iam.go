package tfjson

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// This file reads the resources of IAM and of permission sets. The arguments are those of the Terraform AWS provider's
// documentation, one page a resource.

// identities are who there is, by what resources name them with.
type identities struct {
	*reader
	named     map[string][]*inventory.Identity  // by kind and name; of permission sets by ARN
	of        map[*resource]*inventory.Identity // that a resource makes
	documents map[string]*inventory.Document    // of managed policies, by ARN
	made      map[*resource]*inventory.Document
	attached  map[*inventory.Document]bool
}

func newIdentities(r *reader) *identities {
	return &identities{
		reader: r, named: map[string][]*inventory.Identity{}, of: map[*resource]*inventory.Identity{},
		documents: map[string]*inventory.Document{}, made: map[*resource]*inventory.Document{}, attached: map[*inventory.Document]bool{},
	}
}

// owner is a kind of identity with the resources that speak of it.
type owner struct {
	kind                       inventory.IdentityKind
	resource, member           string
	own, attachment, exclusive string
}

func owners() []owner {
	return []owner{
		{inventory.Role, "aws_iam_role", "role", "aws_iam_role_policy", "aws_iam_role_policy_attachment", "aws_iam_role_policy_attachments_exclusive"},
		{inventory.User, "aws_iam_user", "user", "aws_iam_user_policy", "aws_iam_user_policy_attachment", "aws_iam_user_policy_attachments_exclusive"},
		{inventory.Group, "aws_iam_group", "group", "aws_iam_group_policy", "aws_iam_group_policy_attachment", "aws_iam_group_policy_attachments_exclusive"},
	}
}

func (x *identities) read() {
	x.managed()
	for _, o := range owners() {
		for _, v := range x.byType[o.resource] {
			x.make(o.kind, v, v.name("name"))
		}
	}
	for _, v := range x.byType["aws_iam_role"] {
		x.of[v].Trust = x.policy(v, "assume_role_policy", artifact.Trust, "trust policy")
	}
	for _, o := range owners() {
		x.policies(o)
	}
	x.computed()
	x.boundaries()
	x.memberships()
	x.permissionSets()
	x.unattached()
}

// make adds the identity of a resource.
func (x *identities) make(kind inventory.IdentityKind, v *resource, name string) *inventory.Identity {
	i := &inventory.Identity{Kind: kind, Name: name, ARN: v.text("arn"), Range: v.at}
	i.Tags = tagsOf(v.values)
	x.of[v] = i
	x.named[string(kind)+" "+name] = append(x.named[string(kind)+" "+name], i)
	x.inv.Identities = append(x.inv.Identities, i)
	return i
}

// managed reads the managed policies, and those that a data source read.
func (x *identities) managed() {
	for _, kind := range []string{"aws_iam_policy", "data.aws_iam_policy"} {
		for _, v := range x.byType[kind] {
			d := x.policy(v, "policy", artifact.Identity, v.name("name"))
			if d == nil {
				continue
			}
			d.ARN = v.text("arn")
			x.made[v] = d
			if d.ARN != "" && x.documents[d.ARN] == nil {
				x.documents[d.ARN] = d
			}
		}
	}
}

// who is the identities that an attribute names, which may be resources that have no name yet. One that no resource makes is
// made elsewhere.
func (x *identities) who(o owner, v *resource, attribute string) []*inventory.Identity {
	if name := v.values.Get(attribute); name.String() != "" {
		return x.called(o.kind, name.Text, v.at)
	}
	var out []*inventory.Identity
	for _, s := range x.sources(v, attribute, o.resource) {
		out = append(out, x.of[s])
	}
	if len(out) == 0 {
		x.note(v.at, "Identity that is known after the apply", "Whose policy %s is cannot be told, so it counts as somebody's. Audit the state after the apply.", v.address)
		out = append(out, &inventory.Identity{Kind: inventory.Somebody, Name: v.address, Range: v.at})
		x.inv.Identities = append(x.inv.Identities, out[0])
	}
	return out
}

func (x *identities) called(kind inventory.IdentityKind, name string, at hcl.Range) []*inventory.Identity {
	key := string(kind) + " " + name
	if len(x.named[key]) == 0 {
		i := &inventory.Identity{Kind: kind, Name: name, Range: at}
		x.named[key] = []*inventory.Identity{i}
		x.inv.Identities = append(x.inv.Identities, i)
	}
	return x.named[key]
}

// policies reads the inline policies and the attachments of a kind of identity.
func (x *identities) policies(o owner) {
	for _, v := range x.byType[o.own] {
		if d := x.policy(v, "policy", artifact.Identity, v.name("name")); d != nil {
			for _, i := range x.who(o, v, o.member) {
				i.Policies = append(i.Policies, d)
			}
		}
	}
	for _, v := range x.byType[o.attachment] {
		for _, i := range x.who(o, v, o.member) {
			x.attach(i, v, "policy_arn", v.values.Get("policy_arn"))
		}
	}
	for _, v := range x.byType["aws_iam_policy_attachment"] {
		for _, name := range v.values.Get(o.member + "s").Each() {
			for _, i := range x.called(o.kind, name.String(), v.at) {
				x.attach(i, v, "policy_arn", v.values.Get("policy_arn"))
			}
		}
		for _, s := range x.sources(v, o.member+"s", o.resource) {
			x.attach(x.of[s], v, "policy_arn", v.values.Get("policy_arn"))
		}
	}
	for _, v := range x.byType[o.exclusive] {
		for _, i := range x.who(o, v, o.member+"_name") {
			for _, arn := range v.values.Get("policy_arns").Each() {
				if arn.String() != "" {
					x.attach(i, v, "policy_arns", arn)
				}
			}
			// What is not known yet is read where it is attached, if the list is computed from that.
			if x.later(v, "policy_arns") && len(x.sources(v, "policy_arns", o.attachment)) == 0 {
				x.attach(i, v, "policy_arns", nil)
			}
		}
	}
}

// attach gives an identity a managed policy, or those that a value which is not known yet is computed from.
func (x *identities) attach(i *inventory.Identity, v *resource, attribute string, arn *tree.Node) {
	if arn.String() != "" {
		x.give(i, x.documents[arn.Text], arn)
		return
	}
	found := x.sources(v, attribute, "aws_iam_policy")
	for _, s := range found {
		x.give(i, x.made[s], nil)
	}
	if len(found) == 0 && x.later(v, attribute) {
		x.note(v.at, "Policy that is known after the apply", "Which policy %s attaches cannot be told, so nothing is said of it. Audit the state after the apply.", v.address)
	}
}

// give gives an identity a document, once; without one, what its ARN stands for.
func (x *identities) give(i *inventory.Identity, d *inventory.Document, arn *tree.Node) {
	switch {
	case d == nil && arn != nil:
		i.Attach(arn.Text, arn.Range)
	case d != nil:
		x.attached[d] = true
		if !slices.Contains(i.Policies, d) {
			i.Policies = append(i.Policies, d)
		}
	}
}

// computed reads the policies that stand in a role itself: as it was written there, or as the provider read it back, which
// repeats the resources that were read before.
func (x *identities) computed() {
	for _, v := range x.byType["aws_iam_role"] {
		i := x.of[v]
		for _, p := range v.values.Get("inline_policy").Each() {
			name := p.Get("name").String()
			known := slices.ContainsFunc(i.Policies, func(d *inventory.Document) bool { return d.ARN == "" && !x.attached[d] && d.Name == name })
			if p.Kind != tree.Object || known || x.gone[i.Name+" inline "+name] {
				continue
			}
			if d := x.document(v, "inline_policy", p.Get("policy"), artifact.Identity, name); d != nil {
				i.Policies = append(i.Policies, d)
			}
		}
		for _, arn := range v.values.Get("managed_policy_arns").Each() {
			if arn.String() != "" && !x.gone[i.Name+" attached "+arn.Text] {
				x.give(i, x.documents[arn.Text], arn)
			}
		}
		if x.configured(v, "managed_policy_arns") != nil {
			for _, s := range x.sources(v, "managed_policy_arns", "aws_iam_policy") {
				x.give(i, x.made[s], nil)
			}
		}
	}
}

// boundaries reads the permissions boundaries of roles and users.
func (x *identities) boundaries() {
	for _, o := range owners()[:2] {
		for _, v := range x.byType[o.resource] {
			x.bound(x.of[v], v, "permissions_boundary", v.values.Get("permissions_boundary"))
		}
	}
}

func (x *identities) bound(i *inventory.Identity, v *resource, attribute string, arn *tree.Node) {
	var d *inventory.Document
	if arn.String() != "" {
		if d = x.documents[arn.Text]; d == nil {
			i.Bound(arn.Text, arn.Range)
			return
		}
	} else if found := x.sources(v, attribute, "aws_iam_policy"); len(found) == 1 {
		d = x.made[found[0]]
	} else if x.later(v, attribute) {
		x.note(v.at, "Boundary that is known after the apply", "Which permissions boundary %s has cannot be told, so it counts as none. Audit the state after the apply.", v.address)
	}
	switch {
	case x.inexact[d]: // to limit too much would hide what is allowed
		x.attached[d] = true
		x.note(v.at, "Boundary that is known after the apply", "What the permissions boundary of %s allows is computed from something that does not exist yet, so it counts as none. Audit the state after the apply.", v.address)
	case d != nil:
		boundary := *d
		boundary.Kind = artifact.Boundary
		i.Boundary, i.BoundaryARN = &boundary, d.ARN
		x.attached[d] = true
	}
}

// memberships reads which users are in which groups.
func (x *identities) memberships() {
	for _, v := range x.byType["aws_iam_group_membership"] {
		for _, user := range v.values.Get("users").Each() {
			x.member(user.String(), v.text("group"), v)
		}
	}
	for _, v := range x.byType["aws_iam_user_group_membership"] {
		for _, group := range v.values.Get("groups").Each() {
			x.member(v.text("user"), group.String(), v)
		}
	}
}

func (x *identities) member(user, group string, v *resource) {
	if user == "" || group == "" {
		x.note(v.at, "Member that is known after the apply", "Who is in the group of %s cannot be told in full, so nothing is said of the policies that a user has from it. Audit the state after the apply.", v.address)
		return
	}
	for _, i := range x.called(inventory.User, user, v.at) {
		if !slices.Contains(i.Groups, group) {
			i.Groups = append(i.Groups, group)
		}
	}
}

// permissionSets reads the permission sets of IAM Identity Center, and their policies. What has no ARN of its own there, a
// policy that each account has by its name, is unread by that name.
func (x *identities) permissionSets() {
	const set = "aws_ssoadmin_permission_set"
	o := owner{kind: inventory.Permitted, resource: set}
	for _, v := range x.byType[set] {
		i := x.make(inventory.Permitted, v, v.name("name"))
		if i.ARN != "" {
			x.named[string(inventory.Permitted)+" "+i.ARN] = []*inventory.Identity{i}
		}
	}
	for _, v := range x.byType[set+"_inline_policy"] {
		if d := x.policy(v, "inline_policy", artifact.Identity, "inline policy"); d != nil {
			for _, i := range x.who(o, v, "permission_set_arn") {
				i.Policies = append(i.Policies, d)
			}
		}
	}
	for _, v := range x.byType["aws_ssoadmin_managed_policy_attachment"] {
		for _, i := range x.who(o, v, "permission_set_arn") {
			x.attach(i, v, "managed_policy_arn", v.values.Get("managed_policy_arn"))
		}
	}
	for _, v := range x.byType["aws_ssoadmin_customer_managed_policy_attachment"] {
		for _, i := range x.who(o, v, "permission_set_arn") {
			x.reference(i, v.values.Get("customer_managed_policy_reference"))
		}
	}
	for _, v := range x.byType["aws_ssoadmin_permissions_boundary_attachment"] {
		for _, i := range x.who(o, v, "permission_set_arn") {
			for _, b := range v.values.Get("permissions_boundary").Each() {
				x.bound(i, v, "permissions_boundary", b.Get("managed_policy_arn"))
				for _, p := range b.Get("customer_managed_policy_reference").Each() {
					i.Unread = append(i.Unread, p.Get("path").String()+p.Get("name").String())
				}
			}
		}
	}
}

func (x *identities) reference(i *inventory.Identity, list *tree.Node) {
	for _, p := range list.Each() {
		name := p.Get("name").String()
		for _, v := range x.byType["aws_iam_policy"] {
			if d := x.made[v]; d != nil && v.text("name") == name {
				x.give(i, d, nil)
				name = ""
				break
			}
		}
		if name != "" {
			i.Unread = append(i.Unread, p.Get("path").String()+name)
		}
	}
}

// unattached adds the managed policies that nothing here attaches. Something elsewhere may.
func (x *identities) unattached() {
	for _, v := range x.byType["aws_iam_policy"] {
		if d := x.made[v]; d != nil && !x.attached[d] {
			x.inv.Identities = append(x.inv.Identities, &inventory.Identity{
				Kind: inventory.Somebody, Name: d.Name, ARN: d.ARN, Policies: []*inventory.Document{d}, Range: v.at,
			})
		}
	}
}

// tagsOf are the tags of a resource: with those that the provider gives all, if these are known.
func tagsOf(values *tree.Node) []inventory.Tag {
	tags := values.Get("tags_all")
	if tags == nil || tags.Kind != tree.Object {
		tags = values.Get("tags")
	}
	if tags == nil {
		return nil
	}
	var out []inventory.Tag
	for _, m := range tags.Members {
		out = append(out, inventory.Tag{Key: m.Name, Value: m.Value.String()})
	}
	return out
}
