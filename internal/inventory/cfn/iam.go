package cfn

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// managed is a managed policy of the template.
type managed struct {
	resource *resource
	raw      *tree.Node
	arn      string
	name     string
	full     *inventory.Document
	weak     *inventory.Document // where it may not be attached: without what it denies
	attached bool
	reads    [2]bool
}

// text is a property as a text; empty if it is not there.
func (t *template) property(r *resource, name string) string { return t.textOf(r.properties.Get(name)) }

func (t *template) textOf(raw *tree.Node) string {
	if v := t.value(raw); v != nil && v.Kind != tree.List && v.Kind != tree.Object {
		t.unresolved(v)
		return v.Text
	}
	return ""
}

// managedPolicy takes up a managed policy.
func (t *template) managedPolicy(r *resource) {
	if r.kind != "AWS::IAM::ManagedPolicy" {
		return
	}
	t.managed = append(t.managed, &managed{resource: r, raw: r.properties.Get("PolicyDocument"), arn: t.arn(r, r.at).Text, name: t.name(r).Text})
}

// managedDocument is the document of a managed policy of the template.
func (t *template) managedDocument(m *managed, perhaps bool) *inventory.Document {
	d, i := &m.full, 0
	if perhaps {
		d, i = &m.weak, 1
	}
	if !m.reads[i] {
		m.reads[i] = true
		if *d = t.document(m.raw, artifact.Identity, m.name, perhaps); *d != nil {
			(*d).ARN = m.arn
		}
	}
	return *d
}

func (t *template) managedByARN(arn string) *managed {
	i := slices.IndexFunc(t.managed, func(m *managed) bool { return m.arn == arn })
	if i < 0 {
		return nil
	}
	return t.managed[i]
}

// identity reads a role, a user, a group or a permission set, with what it has itself.
func (t *template) identity(r *resource) {
	var kind inventory.IdentityKind
	switch r.kind {
	case "AWS::IAM::Role":
		kind = inventory.Role
	case "AWS::IAM::User":
		kind = inventory.User
	case "AWS::IAM::Group":
		kind = inventory.Group
	case "AWS::SSO::PermissionSet":
		t.permissionSet(r)
		return
	default:
		return
	}
	i := t.newIdentity(kind, r)
	i.Trust = t.document(r.properties.Get("AssumeRolePolicyDocument"), artifact.Trust, "the trust policy of "+i.Name, false)
	for _, e := range t.entries(r.properties.Get("Policies")) {
		t.inline(i, e)
	}
	t.attachAll(i, r.properties.Get("ManagedPolicyArns"))
	t.bound(i, r.properties.Get("PermissionsBoundary"))
	i.Tags = t.tags(r.properties.Get("Tags"))
	for _, e := range t.entries(r.properties.Get("Groups")) {
		t.member(i, t.textOf(e.node))
	}
}

func (t *template) newIdentity(kind inventory.IdentityKind, r *resource) *inventory.Identity {
	name := t.name(r)
	t.unresolved(name)
	i := &inventory.Identity{Kind: kind, Name: name.Text, ARN: t.arn(r, r.at).Text, Range: r.at}
	t.inv.Identities = append(t.inv.Identities, i)
	t.identities[string(kind)+" "+i.Name] = i
	if c := t.undecided(r); c != "" {
		t.existence[i] = c
	}
	return i
}

// elsewhere finds an identity, or takes up one that is made elsewhere.
func (t *template) elsewhere(kind inventory.IdentityKind, name string, at hcl.Range) *inventory.Identity {
	key := string(kind) + " " + name
	if i := t.identities[key]; i != nil {
		return i
	}
	i := &inventory.Identity{Kind: kind, Name: name, Range: at}
	t.inv.Identities = append(t.inv.Identities, i)
	t.identities[key] = i
	return i
}

// inline reads a policy of the list of a role, a user or a group.
func (t *template) inline(i *inventory.Identity, e entry) {
	if d := t.document(t.within(e.node, "PolicyDocument"), artifact.Identity, t.textOf(e.node.Get("PolicyName")), e.perhaps); d != nil {
		i.Policies = append(i.Policies, d)
	}
}

func (t *template) attachAll(i *inventory.Identity, raw *tree.Node) {
	for _, e := range t.entries(raw) {
		t.attachARN(i, t.textOf(e.node), e.node.Range, e.perhaps)
	}
}

// attachARN attaches a managed policy, of this template or of elsewhere.
func (t *template) attachARN(i *inventory.Identity, arn string, at hcl.Range, perhaps bool) {
	m := t.managedByARN(arn)
	if m == nil {
		i.Attach(arn, at)
		return
	}
	c := t.undecided(m.resource)
	d := t.managedDocument(m, perhaps || c != "" && c != t.existence[i])
	if m.attached = true; d != nil && !slices.ContainsFunc(i.Policies, func(own *inventory.Document) bool { return own.ARN == arn }) {
		i.Policies = append(i.Policies, d)
	}
}

// bound gives an identity its boundary. One that may not be there is none: without it more is allowed.
func (t *template) bound(i *inventory.Identity, raw *tree.Node) {
	n, perhaps := t.one(raw)
	if n == nil {
		return
	}
	if perhaps {
		t.unread(n.Range, "Boundary that may not be there", "Whether there is this boundary hangs on a condition that is not known, and it is taken as not there. Give the values of the template's parameters.")
		return
	}
	arn := t.textOf(n)
	m := t.managedByARN(arn)
	if m == nil {
		i.Bound(arn, n.Range)
		return
	}
	i.BoundaryARN, m.attached = arn, true
	if c := t.undecided(m.resource); c != "" && c != t.existence[i] {
		t.unread(n.Range, "Boundary that may not be there", "Whether there is this boundary hangs on the condition %s, which is not known, and it is taken as not there. Give the values of the template's parameters.", c)
		i.BoundaryARN = ""
		return
	}
	if i.Boundary = t.document(m.raw, artifact.Boundary, m.name, false); i.Boundary != nil {
		i.Boundary.ARN = arn
	} else {
		i.Unread = append(i.Unread, arn)
	}
}

func (t *template) tags(raw *tree.Node) []inventory.Tag {
	var out []inventory.Tag
	for _, e := range t.entries(raw) {
		if e.perhaps {
			continue
		}
		if key := t.textOf(e.node.Get("Key")); key != "" {
			out = append(out, inventory.Tag{Key: key, Value: t.textOf(e.node.Get("Value"))})
		}
	}
	return out
}

// tagMap are tags as SAM writes them.
func (t *template) tagMap(raw *tree.Node) []inventory.Tag {
	n, perhaps := t.one(raw)
	if perhaps {
		return nil
	}
	var out []inventory.Tag
	for _, m := range members(n) {
		out = append(out, inventory.Tag{Key: m.Name, Value: t.textOf(m.Value)})
	}
	return out
}

func (t *template) member(user *inventory.Identity, group string) {
	if group != "" && !slices.Contains(user.Groups, group) {
		user.Groups = append(user.Groups, group)
	}
}

// permissionSet reads a permission set of IAM Identity Center.
func (t *template) permissionSet(r *resource) {
	i := &inventory.Identity{Kind: inventory.Permitted, Name: t.property(r, "Name"), Range: r.at}
	t.inv.Identities = append(t.inv.Identities, i)
	if d := t.document(r.properties.Get("InlinePolicy"), artifact.Identity, "the inline policy of "+i.Name, false); d != nil {
		i.Policies = append(i.Policies, d)
	}
	t.attachAll(i, r.properties.Get("ManagedPolicies"))
	for _, e := range t.entries(r.properties.Get("CustomerManagedPolicyReferences")) {
		t.attachARN(i, t.customerManaged(e.node), e.node.Range, e.perhaps)
	}
	boundary, perhaps := t.one(r.properties.Get("PermissionsBoundary"))
	switch {
	case boundary == nil || perhaps:
	case boundary.Get("ManagedPolicyArn") != nil:
		t.bound(i, boundary.Get("ManagedPolicyArn"))
	default:
		reference := boundary.Get("CustomerManagedPolicyReference")
		t.bound(i, literal(t.customerManaged(reference), boundary.Range))
	}
}

// customerManaged is the ARN of a policy in the account of the permission set's user, which is named by path and name.
func (t *template) customerManaged(n *tree.Node) string {
	path := t.textOf(n.Get("Path"))
	if path == "" {
		path = "/"
	}
	at := n.Place()
	return "arn:" + t.partition(at) + ":iam::" + t.account(at) + ":policy" + path + t.textOf(n.Get("Name"))
}

// attach reads what attaches policies to identities.
func (t *template) attach(r *resource) {
	p := r.properties
	switch r.kind {
	case "AWS::IAM::Policy":
		t.attachInline(r, inventory.Role, t.entries(p.Get("Roles")))
		t.attachInline(r, inventory.User, t.entries(p.Get("Users")))
		t.attachInline(r, inventory.Group, t.entries(p.Get("Groups")))
	case "AWS::IAM::RolePolicy":
		t.attachInline(r, inventory.Role, t.entries(p.Get("RoleName")))
	case "AWS::IAM::UserPolicy":
		t.attachInline(r, inventory.User, t.entries(p.Get("UserName")))
	case "AWS::IAM::GroupPolicy":
		t.attachInline(r, inventory.Group, t.entries(p.Get("GroupName")))
	case "AWS::IAM::ManagedPolicy":
		t.attachManaged(r, inventory.Role, "Roles")
		t.attachManaged(r, inventory.User, "Users")
		t.attachManaged(r, inventory.Group, "Groups")
	case "AWS::IAM::UserToGroupAddition":
		for _, e := range t.entries(p.Get("Users")) {
			if name := t.textOf(e.node); name != "" {
				t.member(t.elsewhere(inventory.User, name, e.node.Range), t.property(r, "GroupName"))
			}
		}
	}
}

func (t *template) attachInline(r *resource, kind inventory.IdentityKind, to []entry) {
	name := t.property(r, "PolicyName")
	documents := map[bool]*inventory.Document{}
	for _, e := range to {
		who := t.textOf(e.node)
		if who == "" {
			continue
		}
		i := t.elsewhere(kind, who, e.node.Range)
		c := t.undecided(r)
		perhaps := e.perhaps || c != "" && c != t.existence[i]
		d, read := documents[perhaps]
		if !read {
			d = t.document(r.properties.Get("PolicyDocument"), artifact.Identity, name, perhaps)
			documents[perhaps] = d
		}
		if d != nil {
			i.Policies = append(i.Policies, d)
		}
	}
}

func (t *template) attachManaged(r *resource, kind inventory.IdentityKind, property string) {
	for _, e := range t.entries(r.properties.Get(property)) {
		if who := t.textOf(e.node); who != "" {
			t.attachARN(t.elsewhere(kind, who, e.node.Range), t.arn(r, r.at).Text, e.node.Range, e.perhaps)
		}
	}
}

// leftOver takes up the managed policies that the template attaches to nobody.
func (t *template) leftOver() {
	for _, m := range t.managed {
		if m.attached {
			continue
		}
		if d := t.managedDocument(m, false); d != nil {
			t.inv.Identities = append(t.inv.Identities, &inventory.Identity{Kind: inventory.Somebody, Name: m.name, ARN: m.arn, Policies: []*inventory.Document{d}, Range: m.resource.node.Range})
		}
	}
}
