// Package awscli reads what the AWS CLI prints of identities, tables, keys and endpoints, and policy documents that lie in files
// by themselves, one or many, one after the other or in arrays.
//
// Some of what the AWS CLI prints does not say what it is about: the policies that are attached to a role do not name the role,
// the policy of a table not the table. It then belongs to what stands before it in the same file, or, where nothing stands
// there, to what the document itself names.
package awscli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/describe"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// Read reads a file. It is false for one in which nothing is known.
func Read(file string, src []byte) (*inventory.Inventory, bool) {
	values, broken := tree.ParseJSON(file, src)
	inv, ok := Values(file, values)
	if !ok {
		return nil, false
	}
	inv.Files = map[string][]byte{file: src}
	inv.Findings = append(inv.Findings, broken...)
	return inv, true
}

// Values reads a file that was parsed already.
func Values(file string, values []*tree.Node) (*inventory.Inventory, bool) {
	r := &reader{
		file: file, inv: &inventory.Inventory{},
		named: map[string]*inventory.Identity{}, documents: map[string]*inventory.Document{}, keys: map[string]*inventory.Key{},
	}
	for _, v := range values {
		r.value(v, 0)
	}
	r.finish()
	if !r.known {
		return nil, false
	}
	for _, v := range r.unknown {
		r.skip(v, "Part of a file that is not known", "This is neither a policy document nor an output of the AWS CLI that is read, so nothing is said of it. Leave it out, or give the output of another command.")
	}
	r.inv.Join()
	return r.inv, true
}

// reader makes an inventory of values, and remembers what those that follow may be about.
type reader struct {
	file    string
	inv     *inventory.Inventory
	known   bool
	unknown []*tree.Node

	named     map[string]*inventory.Identity // of this file, by kind and name
	documents map[string]*inventory.Document // of managed policies, by ARN
	policies  []managedPolicy
	names     []policyNames
	identity  *inventory.Identity // that was printed last
	policy    policyName          // so
	described []*tree.Node        // a table and its settings
	table     *inventory.Table    // so
	key       *inventory.Key      // so
	keyOfAWS  bool
	keys      map[string]*inventory.Key // by key id
	bare      int                       // how many documents by themselves there were
}

// form is something that the AWS CLI prints, known by what it holds.
type form struct {
	is   func(v *tree.Node) bool
	read func(r *reader, v *tree.Node)
}

// forms is what is read, in the order in which it is looked for. A name alone is not enough: any JSON can have users.
func forms() []form {
	return []form{
		{list("Statement", "Effect", "Action", "NotAction"), (*reader).document},
		{object("Statement", "Effect", "Action", "NotAction"), (*reader).document},
		{either(list("RoleDetailList", "RoleName"), list("UserDetailList", "UserName"), list("GroupDetailList", "GroupName")), (*reader).details},
		{object("PolicyVersion", "Document"), (*reader).version},
		{isDetail, func(r *reader, v *tree.Node) { r.detail(v) }},
		{object("Role", "RoleName"), func(r *reader, v *tree.Node) { r.role(v.Get("Role")) }},
		{list("Roles", "RoleName"), func(r *reader, v *tree.Node) { each(v.Get("Roles"), r.role) }},
		{object("Group", "GroupName"), (*reader).members},
		{object("User", "UserName"), func(r *reader, v *tree.Node) { r.user(v.Get("User")) }},
		{list("Users", "UserName"), func(r *reader, v *tree.Node) { each(v.Get("Users"), r.user) }},
		{list("Groups", "GroupName"), (*reader).groups},
		{either(object("PolicyDocument", "Statement"), document("PolicyDocument")), (*reader).inline},
		{list("AttachedPolicies", "PolicyArn"), (*reader).attachedPolicies},
		{list("PolicyNames"), (*reader).policyNames},
		{list("Policies", "PolicyName"), (*reader).policyList},
		{object("PermissionSet", "PermissionSetArn"), (*reader).permissionSet},
		{document("InlinePolicy"), (*reader).permissionSetPolicy},
		{list("VpcEndpoints", "VpcEndpointId"), func(r *reader, v *tree.Node) { each(v.Get("VpcEndpoints"), r.endpoint) }},
		{object("VpcEndpoint", "VpcEndpointId"), func(r *reader, v *tree.Node) { r.endpoint(v.Get("VpcEndpoint")) }},
		{either(isTable, object("TimeToLiveDescription", "TimeToLiveStatus"), object("ContinuousBackupsDescription", "ContinuousBackupsStatus", "PointInTimeRecoveryDescription")), (*reader).tables},
		{object("KeyMetadata", "KeyId"), (*reader).keyMetadata},
		{list("Aliases", "AliasName"), (*reader).aliases},
		{object("Policy", "PolicyName"), (*reader).policyMetadata},
		{document("Policy"), (*reader).resourcePolicy},
		{list("Tags", "Key"), (*reader).tags},
	}
}

// list knows an object by a list, in which each item has one of some members. With no members to know them by they are strings.
func list(name string, members ...string) func(*tree.Node) bool {
	return func(v *tree.Node) bool {
		m := v.Get(name)
		if m == nil || m.Kind != tree.List {
			return false
		}
		for _, item := range m.Items {
			if len(members) == 0 && item.Kind != tree.String || len(members) > 0 && !has(item, members) {
				return false
			}
		}
		return true
	}
}

// object knows an object by another in it, which has one of some members.
func object(name string, members ...string) func(*tree.Node) bool {
	return func(v *tree.Node) bool { return has(v.Get(name), members) }
}

// document knows an object by a policy document in a string.
func document(name string) func(*tree.Node) bool {
	return func(v *tree.Node) bool {
		text := strings.TrimSpace(v.Get(name).String())
		return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "%7B")
	}
}

func either(forms ...func(*tree.Node) bool) func(*tree.Node) bool {
	return func(v *tree.Node) bool {
		return slices.ContainsFunc(forms, func(is func(*tree.Node) bool) bool { return is(v) })
	}
}

func isTable(v *tree.Node) bool {
	return either(object("Table", "TableName", "KeySchema"), object("TableDescription", "TableName", "KeySchema"))(v) ||
		has(v, []string{"KeySchema"}) && has(v, []string{"TableName"})
}

func has(v *tree.Node, members []string) bool {
	return slices.ContainsFunc(members, func(name string) bool { return v.Get(name) != nil })
}

func each(list *tree.Node, read func(*tree.Node)) {
	for _, v := range list.Each() {
		read(v)
	}
}

// value reads one value of the file, or an array of them.
func (r *reader) value(v *tree.Node, depth int) {
	if v.Kind == tree.List && depth == 0 {
		for _, item := range v.Items {
			r.value(item, depth+1)
		}
		return
	}
	for _, f := range forms() {
		if !f.is(v) {
			continue
		}
		r.known = true
		if m := v.Repeated(); m != nil && v.Get("Statement") == nil { // a document says so itself
			r.inv.Findings = append(r.inv.Findings, diag.Error("unreadable-file", "Name that comes twice",
				fmt.Sprintf("The object has %q already, and one of the two would be lost. Give the output of the AWS CLI as it is.", m.Name), m.Range))
			return
		}
		f.read(r, v)
		return
	}
	r.unknown = append(r.unknown, v)
}

// finish reads what was put off until the whole file was seen.
func (r *reader) finish() {
	r.flush()
	r.unprinted()
	r.attachDocuments()
}

// tables puts a description aside: settings of the table may follow.
func (r *reader) tables(v *tree.Node) {
	if isTable(v) {
		r.flush()
	}
	r.described = append(r.described, v)
}

// flush reads the description of a table and of its settings. What a spec would have no words for is no finding here; the table
// remembers it.
func (r *reader) flush() {
	if len(r.described) == 0 {
		return
	}
	tables, ds := describe.Values(r.file, r.described)
	r.described = nil
	for _, d := range ds {
		if d.Severity == hcl.DiagError {
			r.inv.Findings = append(r.inv.Findings, d)
		}
	}
	for _, t := range tables {
		r.table, r.identity = &inventory.Table{Table: *t, Described: true}, nil
		r.inv.Tables = append(r.inv.Tables, r.table)
	}
}

// parse reads a document. One that cannot be read is a finding.
func (r *reader) parse(v *tree.Node, kind artifact.Kind, name string) *inventory.Document {
	d, wrong := inventory.Parse(v, kind, name)
	if wrong != nil {
		r.inv.Findings = append(r.inv.Findings, wrong)
		return nil
	}
	return d
}

// skip warns of what is not read.
func (r *reader) skip(v *tree.Node, title, format string, args ...any) {
	r.inv.Findings = append(r.inv.Findings, diag.Warning("unread-input", title, fmt.Sprintf(format, args...), v.Place()))
}

func tagsOf(list *tree.Node) []inventory.Tag {
	var out []inventory.Tag
	for _, t := range list.Each() {
		if key := t.Get("Key"); key != nil {
			out = append(out, inventory.Tag{Key: key.String(), Value: t.Get("Value").String()})
		}
	}
	return out
}
