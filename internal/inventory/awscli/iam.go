package awscli

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// The members of IAM's outputs are those of the IAM API reference: RoleDetail, UserDetail, GroupDetail, ManagedPolicyDetail,
// Role, User, PolicyVersion.

// policyName is a managed policy that was printed without its document.
type policyName struct{ name, arn string }

// managedPolicy is a managed policy with its document.
type managedPolicy struct {
	identity *inventory.Identity // who it is attached to, if nobody is found
	idle     bool                // it is attached to nobody
}

// of is the identity of a kind and a name that this file speaks of.
func (r *reader) of(kind inventory.IdentityKind, name string, at *tree.Node) *inventory.Identity {
	r.flush()
	key := string(kind) + " " + name
	if r.named[key] == nil || name == "" {
		r.named[key] = &inventory.Identity{Kind: kind, Name: name, Range: at.Place()}
		r.inv.Identities = append(r.inv.Identities, r.named[key])
	}
	r.identity = r.named[key]
	return r.identity
}

// one is an identity that is printed as a whole. A second one of the same name is of another account.
func (r *reader) one(kind inventory.IdentityKind, name, v *tree.Node) *inventory.Identity {
	arn := v.Get("Arn").String()
	i := r.of(kind, name.String(), v)
	if i.ARN != "" && i.ARN != arn {
		delete(r.named, string(kind)+" "+name.String())
		i = r.of(kind, name.String(), v)
	}
	i.ARN, i.Range = arn, v.Place()
	i.Tags = append(i.Tags, tagsOf(v.Get("Tags"))...)
	if arn := v.At("PermissionsBoundary", "PermissionsBoundaryArn"); arn != nil {
		i.Bound(arn.String(), arn.Range)
	}
	return i
}

// details reads aws iam get-account-authorization-details.
func (r *reader) details(v *tree.Node) {
	if more := v.Get("IsTruncated"); more != nil && more.Text == "true" {
		r.skip(more, "Part of an account", "The output says itself that it is not complete, so nothing is said of the rest. Leave --max-items and --no-paginate away.")
	}
	each(v.Get("Policies"), r.managed)
	for _, list := range []string{"RoleDetailList", "UserDetailList", "GroupDetailList"} {
		each(v.Get(list), r.detail)
	}
	r.identity = nil
}

// isDetail knows a role, a user or a group by itself, as --query leaves of an output: by its name, its id and its ARN.
func isDetail(v *tree.Node) bool {
	return v.Get("Arn") != nil && (v.Get("RoleName") != nil && v.Get("RoleId") != nil ||
		v.Get("UserName") != nil && v.Get("UserId") != nil || v.Get("GroupName") != nil && v.Get("GroupId") != nil)
}

// detail reads a role, a user or a group with its policies, as far as they are there.
func (r *reader) detail(d *tree.Node) {
	var i *inventory.Identity
	switch {
	case d.Get("RoleName") != nil:
		i = r.one(inventory.Role, d.Get("RoleName"), d)
		if trust := d.Get("AssumeRolePolicyDocument"); trust != nil {
			i.Trust = r.parse(trust, artifact.Trust, "trust policy")
		}
		r.ownPolicies(i, d.Get("RolePolicyList"))
	case d.Get("UserName") != nil:
		i = r.one(inventory.User, d.Get("UserName"), d)
		for _, g := range d.Get("GroupList").Each() {
			i.Groups = append(i.Groups, g.String())
		}
		r.ownPolicies(i, d.Get("UserPolicyList"))
	default:
		i = r.one(inventory.Group, d.Get("GroupName"), d)
		r.ownPolicies(i, d.Get("GroupPolicyList"))
	}
	r.attach(i, d.Get("AttachedManagedPolicies"))
}

func (r *reader) ownPolicies(i *inventory.Identity, list *tree.Node) {
	for _, p := range list.Each() {
		r.add(i, p.Get("PolicyDocument"), p.Get("PolicyName").String())
	}
}

// add gives an identity a policy of its own.
func (r *reader) add(i *inventory.Identity, document *tree.Node, name string) {
	if d := r.parse(document, artifact.Identity, name); d != nil {
		i.Policies = append(i.Policies, d)
	}
}

// attach gives an identity managed policies. Their documents are looked for when the whole file was read.
func (r *reader) attach(i *inventory.Identity, list *tree.Node) {
	for _, p := range list.Each() {
		if arn := p.Get("PolicyArn"); arn != nil {
			i.Attach(arn.String(), arn.Range)
		}
	}
}

// managed reads a managed policy with its versions. The default one is in force.
func (r *reader) managed(v *tree.Node) {
	name, arn, current := v.Get("PolicyName").String(), v.Get("Arn").String(), v.Get("DefaultVersionId").String()
	for _, version := range v.Get("PolicyVersionList").Each() {
		is := version.Get("IsDefaultVersion")
		if is != nil && is.Text == "true" || is == nil && current != "" && version.Get("VersionId").String() == current {
			r.alone(version.Get("Document"), name, arn, v)
			return
		}
	}
	if v.Get("PolicyVersionList") != nil {
		r.skip(v, "Policy without its document", "None of the versions of the policy %s is the default one, so it is not known what it allows. Give the output of the AWS CLI as it is.", name)
	}
}

// alone reads the document of a managed policy, which is somebody's until it is known whose.
func (r *reader) alone(document *tree.Node, name, arn string, at *tree.Node) {
	d := r.parse(document, artifact.Identity, name)
	if d == nil {
		return
	}
	if d.ARN = arn; arn != "" && r.documents[arn] == nil {
		r.documents[arn] = d
	}
	i := &inventory.Identity{Kind: inventory.Somebody, Name: name, ARN: arn, Policies: []*inventory.Document{d}, Range: at.Place()}
	zero := func(count string) bool { n := at.Get(count); return n != nil && n.Text == "0" }
	idle := zero("AttachmentCount") && zero("PermissionsBoundaryUsageCount")
	r.policies = append(r.policies, managedPolicy{i, idle})
}

// attachDocuments puts the documents of this file in place of those that are known of AWS's policies, and adds the policies
// that are attached to nobody here. One that IAM says is attached to nobody at all gives nobody anything.
func (r *reader) attachDocuments() {
	for _, i := range r.inv.Identities {
		for n, d := range i.Policies {
			if own := r.documents[d.ARN]; d.ARN != "" && own != nil {
				i.Policies[n] = own
			}
		}
	}
	for _, p := range r.policies {
		if !p.idle {
			r.inv.Identities = append(r.inv.Identities, p.identity)
		}
	}
}

// version reads aws iam get-policy-version, which does not name the policy.
func (r *reader) version(v *tree.Node) {
	p := v.Get("PolicyVersion")
	name := r.policy
	r.policy = policyName{}
	if name.name == "" {
		name.name = r.nameOfFile()
	}
	if is := p.Get("IsDefaultVersion"); is != nil && is.Text == "false" {
		r.skip(is, "Version that is not in force", "This is not the default version of the policy, so it allows nobody anything, and it is read as if it did. Give the default version to hear what the policy allows.")
	}
	r.alone(p.Get("Document"), name.name, name.arn, p)
}

// policyMetadata remembers what aws iam get-policy says, for the version that follows.
func (r *reader) policyMetadata(v *tree.Node) {
	p := v.Get("Policy")
	r.policy = policyName{p.Get("PolicyName").String(), p.Get("Arn").String()}
}

// policyList reads aws iam list-policies, which has no documents.
func (r *reader) policyList(v *tree.Node) {
	before := len(r.policies)
	each(v.Get("Policies"), r.managed)
	if len(r.policies) == before && len(v.Get("Policies").Items) > 0 {
		r.skip(v, "List of policies without documents", "A list of policies does not say what they allow. Give what aws iam get-account-authorization-details prints.")
	}
}

// role reads a role of aws iam get-role or list-roles.
func (r *reader) role(v *tree.Node) {
	i := r.one(inventory.Role, v.Get("RoleName"), v)
	if trust := v.Get("AssumeRolePolicyDocument"); trust != nil {
		i.Trust = r.parse(trust, artifact.Trust, "trust policy")
	}
}

func (r *reader) user(v *tree.Node) { r.one(inventory.User, v.Get("UserName"), v) }

// members reads aws iam get-group, with the users of the group.
func (r *reader) members(v *tree.Node) {
	g := v.Get("Group")
	for _, u := range v.Get("Users").Each() {
		user := r.one(inventory.User, u.Get("UserName"), u)
		user.Groups = append(user.Groups, g.Get("GroupName").String())
	}
	r.one(inventory.Group, g.Get("GroupName"), g)
}

// groups reads aws iam list-groups-for-user and list-groups, which do not say which of them they are. Behind a user they are
// his.
func (r *reader) groups(v *tree.Node) {
	user := r.identity
	for _, g := range v.Get("Groups").Each() {
		if r.one(inventory.Group, g.Get("GroupName"), g); user != nil && user.Kind == inventory.User {
			user.Groups = append(user.Groups, g.Get("GroupName").String())
		}
	}
	r.identity = user
}

// inline reads aws iam get-role-policy, get-user-policy and get-group-policy, or a document with no more than a name.
func (r *reader) inline(v *tree.Node) {
	name := v.Get("PolicyName").String()
	for _, owner := range []struct {
		kind   inventory.IdentityKind
		member string
	}{{inventory.Role, "RoleName"}, {inventory.User, "UserName"}, {inventory.Group, "GroupName"}} {
		if n := v.Get(owner.member).String(); n != "" {
			r.add(r.of(owner.kind, n, v), v.Get("PolicyDocument"), name)
			return
		}
	}
	if v.Get("VpcEndpointId") != nil {
		r.endpoint(v)
		return
	}
	if name == "" {
		name = r.nameOfFile()
	}
	r.alone(v.Get("PolicyDocument"), name, "", v)
}

// attachedPolicies reads aws iam list-attached-role-policies and its likes, which do not say whose policies they list.
func (r *reader) attachedPolicies(v *tree.Node) {
	if r.identity == nil {
		r.skip(v, "Policies that are attached to nobody", "The AWS CLI does not say here whose policies these are, so the list must come after the role, user or group, in the same file.")
		return
	}
	r.attach(r.identity, v.Get("AttachedPolicies"))
}

// policyNames reads aws iam list-role-policies and its likes: the names of policies, of which each is printed by a command of
// its own.
func (r *reader) policyNames(v *tree.Node) { r.names = append(r.names, policyNames{v, r.identity}) }

// policyNames are the names of policies, and whose they are: those of the identity that was printed before, if there is one.
type policyNames struct {
	list *tree.Node
	of   *inventory.Identity
}

// unprinted tells the policies of which this file has the name and not the document.
func (r *reader) unprinted() {
	for _, p := range r.names {
		var names []string
		for _, n := range p.list.Get("PolicyNames").Each() {
			if p.of == nil || !slices.ContainsFunc(p.of.Policies, func(d *inventory.Document) bool { return d.ARN == "" && d.Name == n.String() }) {
				names = append(names, n.String())
			}
		}
		if len(names) > 0 {
			r.skip(p.list, "List of policies without documents", "The names of policies do not say what they allow (%s). Give what aws iam get-role-policy prints of each, or aws iam get-account-authorization-details.", strings.Join(names, ", "))
		}
	}
}

// permissionSet reads aws sso-admin describe-permission-set.
func (r *reader) permissionSet(v *tree.Node) {
	p := v.Get("PermissionSet")
	i := r.of(inventory.Permitted, p.Get("Name").String(), p)
	i.ARN = p.Get("PermissionSetArn").String()
}

// permissionSetPolicy reads aws sso-admin get-inline-policy-for-permission-set.
func (r *reader) permissionSetPolicy(v *tree.Node) {
	if r.identity == nil || r.identity.Kind != inventory.Permitted {
		r.of(inventory.Permitted, r.nameOfFile(), v)
	}
	if p := v.Get("InlinePolicy"); p.Text != "" {
		r.add(r.identity, p, "inline policy")
	}
}

// tags reads aws dynamodb list-tags-of-resource, or aws iam list-role-tags and its likes. They do not say what they are about.
func (r *reader) tags(v *tree.Node) {
	r.flush()
	switch {
	case r.identity != nil:
		r.identity.Tags = append(r.identity.Tags, tagsOf(v.Get("Tags"))...)
	case r.table != nil:
		r.table.Tags = append(r.table.Tags, tagsOf(v.Get("Tags"))...)
	default:
		r.skip(v, "Tags of nothing", "The AWS CLI does not say here what has these tags, so they must come after the table or the role, in the same file.")
	}
}
