// Package cfn reads templates of CloudFormation, of SAM, and what the CDK makes of an app, in JSON and YAML.
//
// A template is evaluated as CloudFormation would, as far as the template alone can tell. A reference to a resource is what the
// resource will be: its name, if the template gives it one, and else its logical id in braces, the same wherever it comes, so
// that an ARN in a policy agrees with the table that it is about. Everything else that is not known is a name in braces too,
// and a finding says what it stands for.
//
// Where a condition is not known (AWS CloudFormation user guide, "Conditions"), the policies are what they are at worst:
// statements that allow are there if they are there in one case, statements that deny only if they are there in every case.
package cfn

import (
	"bytes"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// The checks of this package.
const (
	idUnresolved = "unresolved-value"
	idAssumed    = "assumed-place"
	idUnread     = "unread-part"
)

// Options say what a template leaves to whoever deploys it.
type Options struct {
	Account, Region string
	Parameters      map[string]string
}

// Read returns what a template makes; false if the file is no template.
func Read(file string, src []byte, o Options) (*inventory.Inventory, bool) {
	if !likely(src) {
		return nil, false
	}
	parse := tree.ParseYAML
	if bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(src, []byte("\ufeff")), " \t\r\n"), []byte("{")) {
		parse = tree.ParseJSON
	}
	values, ds := parse(file, src)
	if len(values) == 0 || len(values) > 1 || ds.HasErrors() {
		if !bytes.Contains(src, []byte("AWSTemplateFormatVersion")) {
			return nil, false
		}
		return &inventory.Inventory{Files: map[string][]byte{file: src}, Findings: ds}, true
	}
	root := values[0]
	if body := root.Get("TemplateBody"); body != nil && root.Get("Resources") == nil {
		root = body // aws cloudformation get-template
	}
	if !isTemplate(root) {
		return nil, false
	}
	t := newTemplate(file, src, root, o)
	t.read()
	return t.inv, true
}

// likely is quick: most files that are looked at are no templates.
func likely(src []byte) bool {
	return bytes.Contains(src, []byte("Resources")) && (bytes.Contains(src, []byte("AWS::")) || bytes.Contains(src, []byte("AWSTemplateFormatVersion")))
}

// isTemplate tells a template by its one section that must be there (AWS CloudFormation user guide, "Template sections").
func isTemplate(root *tree.Node) bool {
	resources := root.Get("Resources")
	if resources == nil || resources.Kind != tree.Object {
		return false
	}
	if root.Get("AWSTemplateFormatVersion") != nil {
		return true
	}
	for _, m := range resources.Members {
		if strings.Contains(m.Value.Get("Type").String(), "::") || strings.HasPrefix(m.Name, "Fn::ForEach::") {
			return true
		}
	}
	return false
}

// template is a template while it is read.
type template struct {
	evaluator
	file     string
	inv      *inventory.Inventory
	root     *tree.Node
	order    []*resource
	reported map[string]bool

	identities map[string]*inventory.Identity // by kind and name
	managed    []*managed
	existence  map[*inventory.Identity]string // under which condition an identity is made, where it is not known
}

// resource is a member of Resources.
type resource struct {
	id, kind   string
	properties *tree.Node // nil: none
	condition  string     // the name of one, or empty
	symbol     string     // stands for what CloudFormation chooses: {Orders}
	node       *tree.Node
	at         hcl.Range // of the logical id
	made       bool      // by SAM: the template does not have it
}

func newTemplate(file string, src []byte, root *tree.Node, o Options) *template {
	t := &template{
		file:       file,
		inv:        &inventory.Inventory{Files: map[string][]byte{file: src}},
		root:       root,
		reported:   map[string]bool{},
		identities: map[string]*inventory.Identity{},
		existence:  map[*inventory.Identity]string{},
	}
	t.evaluator = newEvaluator(root, o, 1<<20+64*len(src), t.warn)
	t.declare()
	return t
}

// declare takes up the resources, and those that SAM makes beside them.
func (t *template) declare() {
	symbols := map[string]bool{}
	var made []*resource
	add := func(r *resource) {
		if t.resources[r.id] == nil {
			t.resources[r.id] = r
			t.order = append(t.order, r)
		}
	}
	for _, m := range members(t.root.Get("Resources")) {
		kind := m.Value.Get("Type").String()
		if strings.HasPrefix(m.Name, "Fn::") {
			t.unread(m.Range, "Loop that is not written out", "%s makes resources when the template is deployed, and they are not read. Give the template that AWS makes of it: aws cloudformation get-template --template-stage Processed.", m.Name)
			continue
		}
		if kind == "" {
			continue
		}
		r := &resource{id: m.Name, kind: kind, properties: m.Value.Get("Properties"), condition: m.Value.Get("Condition").String(), node: m.Value, at: m.Range}
		if f, _ := call(r.properties); f != "" {
			t.unread(r.properties.Range, "Properties that are computed", "What %s makes is not known here, and the resource is read without it. Give the template that AWS makes of it: aws cloudformation get-template --template-stage Processed.", f)
		}
		r.symbol = symbol(r.id)
		if path := construct(m.Value); path != "" && !symbols[path] {
			symbols[path] = true
			r.symbol = path
		}
		t.symbols[r.symbol] = true
		add(r)
		if role := samRole(r); role != nil {
			made = append(made, role)
		}
	}
	for _, r := range made {
		t.symbols[r.symbol] = true
		add(r)
	}
}

// construct is the symbol for what the CDK calls a resource, with dots for slashes, which would separate the parts of an ARN. The last part of
// most paths is Resource or Default, and says nothing.
func construct(n *tree.Node) string {
	path := n.At("Metadata", "aws:cdk:path").String()
	path = strings.TrimSuffix(strings.TrimSuffix(path, "/Resource"), "/Default")
	if path == "" {
		return ""
	}
	return symbol(strings.ReplaceAll(path, "/", "."))
}

// read makes the inventory.
func (t *template) read() {
	t.macros()
	// Policies are attached by name and by ARN, so what they can be attached to comes first.
	steps := []func(*resource){t.managedPolicy, t.identity, t.samFunction, t.attach, t.connectors, t.table, t.key, t.endpoint}
	for _, step := range steps {
		for _, r := range t.order {
			if t.exists(r) {
				step(r)
			}
		}
	}
	t.leftOver()
	t.inv.Join()
	if t.spent > t.budget {
		t.inv.Findings = append(t.inv.Findings, diag.Error(idUnread, "Template that grows too large", "With what it refers to written out, this template is much larger than CloudFormation takes, and not all of it was read.", t.root.Range))
	}
}

// macros says what may change the template before it is deployed (AWS CloudFormation user guide, "Template macros").
func (t *template) macros() {
	for _, n := range t.root.Get("Transform").Each() {
		switch name := n.String(); name {
		case "AWS::Serverless-2016-10-31", "AWS::LanguageExtensions":
		default:
			if name == "" {
				name = n.Get("Name").String()
			}
			t.unread(n.Range, "Macro", "The macro %s changes the template before it is deployed, and what it does is not known here. Give the template that AWS makes of it: aws cloudformation get-template --template-stage Processed.", name)
		}
	}
}

// exists reports whether a resource is made, for all that is known.
func (t *template) exists(r *resource) bool {
	return r.condition == "" || t.condition(r.condition, r.node) != no
}

// undecided is the condition of a resource, if it is not known whether it holds.
func (t *template) undecided(r *resource) string {
	if r.condition != "" && t.condition(r.condition, r.node) == maybe {
		return r.condition
	}
	return ""
}

func (t *template) warn(id, title, detail string, at hcl.Range) {
	key := id + "\x00" + title + "\x00" + detail + "\x00" + at.String()
	if !t.reported[key] {
		t.reported[key] = true
		t.inv.Findings = append(t.inv.Findings, finding(id, title, detail, at))
	}
}

// members are those of an object; none of anything else.
func members(n *tree.Node) []tree.Member {
	if n == nil {
		return nil
	}
	return n.Members
}
