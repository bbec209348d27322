package tfhcl

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/describe"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/inventory/tfjson"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// This file knows what the resources of Terraform's AWS provider are (Terraform registry, hashicorp/aws, a page a resource).

// instance is an instance of a resource, with its arguments and attributes as a plan has them: a block is a list of objects,
// also where there may be only one. Arguments that name another resource have its name, id or ARN, or what stands for that.
type instance struct {
	address string
	kind    string
	values  *tree.Node
	at      hcl.Range
}

// things makes an inventory of resources. Join brings together what they say of the same thing.
func things(inv *inventory.Inventory, all []instance) {
	t := &terraform{inv: inv, keys: map[string]*inventory.Key{}, endpoints: map[string]*inventory.Endpoint{}, sets: map[string]*inventory.Identity{}}
	for _, r := range all {
		t.thing(r)
	}
	// What is said of another resource comes behind all of them.
	for _, r := range all {
		t.attachment(r)
	}
	inv.Join()
}

type terraform struct {
	inv       *inventory.Inventory
	keys      map[string]*inventory.Key      // by id and by ARN
	endpoints map[string]*inventory.Endpoint // by id
	sets      map[string]*inventory.Identity // permission sets, by ARN
}

// thing reads a resource that is something itself.
func (t *terraform) thing(r instance) {
	switch r.kind {
	case "aws_iam_role":
		t.identity(inventory.Role, r)
	case "aws_iam_user":
		t.identity(inventory.User, r)
	case "aws_iam_group":
		t.identity(inventory.Group, r)
	case "aws_iam_policy":
		t.managed(r)
	case "aws_dynamodb_table":
		t.table(r)
	case "aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key":
		t.key(r)
	case "aws_vpc_endpoint":
		t.endpoint(r)
	case "aws_ssoadmin_permission_set":
		i := &inventory.Identity{Kind: inventory.Permitted, Name: text(r.values, "name"), Tags: tags(r.values), Range: r.at}
		t.inv.Identities = append(t.inv.Identities, i)
		t.sets[text(r.values, "arn")] = i
	}
}

// attachment reads a resource that says something of another one.
func (t *terraform) attachment(r instance) {
	v := r.values
	switch r.kind {
	case "aws_iam_role_policy":
		t.inline(inventory.Role, text(v, "role"), r)
	case "aws_iam_user_policy":
		t.inline(inventory.User, text(v, "user"), r)
	case "aws_iam_group_policy":
		t.inline(inventory.Group, text(v, "group"), r)
	case "aws_iam_role_policy_attachment":
		t.attach(inventory.Role, v.Get("role"), v.Get("policy_arn"), r)
	case "aws_iam_user_policy_attachment":
		t.attach(inventory.User, v.Get("user"), v.Get("policy_arn"), r)
	case "aws_iam_group_policy_attachment":
		t.attach(inventory.Group, v.Get("group"), v.Get("policy_arn"), r)
	case "aws_iam_policy_attachment":
		t.attach(inventory.Role, v.Get("roles"), v.Get("policy_arn"), r)
		t.attach(inventory.User, v.Get("users"), v.Get("policy_arn"), r)
		t.attach(inventory.Group, v.Get("groups"), v.Get("policy_arn"), r)
	case "aws_iam_role_policy_attachments_exclusive":
		t.attach(inventory.Role, v.Get("role_name"), v.Get("policy_arns"), r)
	case "aws_iam_user_policy_attachments_exclusive":
		t.attach(inventory.User, v.Get("user_name"), v.Get("policy_arns"), r)
	case "aws_iam_group_policy_attachments_exclusive":
		t.attach(inventory.Group, v.Get("group_name"), v.Get("policy_arns"), r)
	case "aws_iam_group_membership":
		for _, user := range texts(v.Get("users")) {
			t.member(user, text(v, "group"), r)
		}
	case "aws_iam_user_group_membership":
		for _, group := range texts(v.Get("groups")) {
			t.member(text(v, "user"), group, r)
		}
	default:
		t.resourcePolicy(r)
	}
}

// resourcePolicy reads a policy on something that has one.
func (t *terraform) resourcePolicy(r instance) {
	v := r.values
	switch r.kind {
	case "aws_dynamodb_resource_policy":
		t.tablePolicy(r)
	case "aws_kms_key_policy":
		if k := t.keys[text(v, "key_id")]; k != nil {
			k.Policy = t.document(v.Get("policy"), artifact.Key, r.address)
		} else {
			t.inv.Keys = append(t.inv.Keys, &inventory.Key{Name: text(v, "key_id"), ARN: arnOnly(text(v, "key_id")), Policy: t.document(v.Get("policy"), artifact.Key, r.address), Range: r.at})
		}
	case "aws_kms_alias":
		if k := t.keys[text(v, "target_key_id")]; k != nil && text(v, "name") != "" && !strings.HasPrefix(k.Name, "alias/") {
			k.Name = text(v, "name")
		}
	case "aws_vpc_endpoint_policy":
		if e := t.endpoints[text(v, "vpc_endpoint_id")]; e != nil {
			e.Policy = t.document(v.Get("policy"), artifact.Endpoint, r.address)
		} else if d := t.document(v.Get("policy"), artifact.Endpoint, r.address); d != nil {
			t.inv.Endpoints = append(t.inv.Endpoints, &inventory.Endpoint{Name: text(v, "vpc_endpoint_id"), Policy: d, Range: r.at})
		}
	case "aws_ssoadmin_permission_set_inline_policy":
		i := t.set(r)
		if d := t.document(v.Get("inline_policy"), artifact.Identity, r.address); d != nil {
			i.Policies = append(i.Policies, d)
		}
	case "aws_ssoadmin_managed_policy_attachment":
		t.set(r).Attach(text(v, "managed_policy_arn"), r.at)
	}
}

// set is the permission set that a resource is about.
func (t *terraform) set(r instance) *inventory.Identity {
	arn := text(r.values, "permission_set_arn")
	if t.sets[arn] == nil {
		t.sets[arn] = &inventory.Identity{Kind: inventory.Permitted, Name: arn, Range: r.at}
		t.inv.Identities = append(t.inv.Identities, t.sets[arn])
	}
	return t.sets[arn]
}

func (t *terraform) identity(kind inventory.IdentityKind, r instance) {
	v := r.values
	i := &inventory.Identity{Kind: kind, Name: text(v, "name"), ARN: text(v, "arn"), Tags: tags(v), Range: r.at}
	t.inv.Identities = append(t.inv.Identities, i)
	if kind == inventory.Role {
		i.Trust = t.document(v.Get("assume_role_policy"), artifact.Trust, r.address+".assume_role_policy")
	}
	for _, p := range v.Get("inline_policy").Each() {
		if d := t.document(p.Get("policy"), artifact.Identity, text(p, "name")); d != nil {
			i.Policies = append(i.Policies, d)
		}
	}
	for _, arn := range v.Get("managed_policy_arns").Each() {
		i.Attach(arn.String(), arn.Range)
	}
	i.Bound(text(v, "permissions_boundary"), v.Get("permissions_boundary").Place())
}

func (t *terraform) managed(r instance) {
	name := text(r.values, "name")
	d := t.document(r.values.Get("policy"), artifact.Identity, r.address)
	if d == nil {
		return
	}
	d.ARN = text(r.values, "arn")
	t.inv.Identities = append(t.inv.Identities, &inventory.Identity{Kind: inventory.Somebody, Name: name, ARN: d.ARN, Policies: []*inventory.Document{d}, Tags: tags(r.values), Range: r.at})
}

func (t *terraform) inline(kind inventory.IdentityKind, who string, r instance) {
	d := t.document(r.values.Get("policy"), artifact.Identity, r.address)
	if d == nil {
		return
	}
	if who == "" { // it is not known whose it is
		t.inv.Identities = append(t.inv.Identities, &inventory.Identity{Kind: inventory.Somebody, Name: r.address, Policies: []*inventory.Document{d}, Range: r.at})
		return
	}
	t.inv.Identities = append(t.inv.Identities, &inventory.Identity{Kind: kind, Name: who, Policies: []*inventory.Document{d}, Range: r.at})
}

func (t *terraform) attach(kind inventory.IdentityKind, to, arns *tree.Node, r instance) {
	for _, who := range texts(to) {
		i := &inventory.Identity{Kind: kind, Name: who, Range: r.at}
		for _, arn := range arns.Each() {
			i.Attach(arn.String(), r.at)
		}
		t.inv.Identities = append(t.inv.Identities, i)
	}
}

func (t *terraform) member(user, group string, r instance) {
	if user != "" && group != "" {
		t.inv.Identities = append(t.inv.Identities, &inventory.Identity{Kind: inventory.User, Name: user, Groups: []string{group}, Range: r.at})
	}
}

func (t *terraform) key(r instance) {
	k := &inventory.Key{Name: r.address, ARN: text(r.values, "arn"), Range: r.at, Policy: t.document(r.values.Get("policy"), artifact.Key, r.address)}
	t.inv.Keys = append(t.inv.Keys, k)
	for _, name := range []string{"arn", "key_id", "id"} {
		if id := text(r.values, name); id != "" {
			t.keys[id] = k
		}
	}
}

func arnOnly(id string) string {
	if strings.HasPrefix(id, "arn:") {
		return id
	}
	return ""
}

// endpoint reads a VPC endpoint, which is a gateway where the type is not given.
func (t *terraform) endpoint(r instance) {
	v := r.values
	kind := text(v, "vpc_endpoint_type")
	e := &inventory.Endpoint{Name: r.address, Service: text(v, "service_name"), Gateway: kind == "" || kind == "Gateway", VPC: text(v, "vpc_id"), Range: r.at}
	e.Policy = t.document(v.Get("policy"), artifact.Endpoint, r.address)
	t.inv.Endpoints = append(t.inv.Endpoints, e)
	if id := text(v, "id"); id != "" {
		t.endpoints[id] = e
	}
}

// tablePolicy reads the policy of a table or of a stream, which its ARN tells apart.
func (t *terraform) tablePolicy(r instance) {
	d := t.document(r.values.Get("policy"), artifact.Table, r.address)
	of, rest, ok := inventory.SplitTable(text(r.values, "resource_arn"))
	if d == nil {
		return
	}
	if !ok {
		of.Name = text(r.values, "resource_arn")
	}
	out := &inventory.Table{Table: of.Table}
	out.Range = r.at
	if strings.HasPrefix(rest, "/stream/") {
		out.StreamPolicy = d
	} else {
		out.Policy = d
	}
	t.inv.Tables = append(t.inv.Tables, out)
}

// document reads a policy; an argument that is not given, or is empty, is none.
func (t *terraform) document(n *tree.Node, kind artifact.Kind, name string) *inventory.Document {
	if n == nil || n.Kind == tree.Null || n.Kind == tree.String && strings.TrimSpace(n.Text) == "" {
		return nil
	}
	if n.Kind == tree.String && n.Unknown != nil && !strings.Contains(n.Text, `"`) {
		t.inv.Findings = append(t.inv.Findings, diag.Warning("unread-part", "Policy that is not known",
			"What the policy "+name+" says is not known: it is "+n.Unknown[0]+". Give a plan: terraform show -json.", n.Range))
		return nil
	}
	d, problem := inventory.Parse(n, kind, name)
	if problem != nil {
		t.inv.Findings = append(t.inv.Findings, problem)
	}
	return d
}

func text(n *tree.Node, name string) string {
	v := n.Get(name)
	if v != nil && v.Kind == tree.Number {
		return v.Text
	}
	return v.String()
}

func texts(n *tree.Node) []string {
	var out []string
	for _, i := range n.Each() {
		if s := i.String(); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// tags are those of a resource.
func tags(v *tree.Node) []inventory.Tag {
	n := v.Get("tags")
	if n == nil {
		return nil
	}
	var out []inventory.Tag
	for _, m := range n.Members {
		out = append(out, inventory.Tag{Key: m.Name, Value: m.Value.String()})
	}
	return out
}

// table reads a table. What is not written is off; what is not known is not taken as on or off.
func (t *terraform) table(r instance) {
	v := r.values
	out := &inventory.Table{Table: tfjson.Describe(v), Described: true, Tags: tags(v)}
	out.Range = r.at
	if of, _, ok := inventory.SplitTable(text(v, "arn")); ok {
		out.Account, out.Region = of.Account, of.Region
	}
	if n := v.Get("point_in_time_recovery"); len(n.Unresolved()) > 0 {
		out.Recovery = describe.Recovery{}
	} else {
		out.Recovery.Known = true
	}
	if n := v.Get("deletion_protection_enabled"); n == nil || n.Kind == tree.Null {
		off := false
		out.Protected = &off
	}
	t.inv.Tables = append(t.inv.Tables, out)
}
