// Package tfjson reads what terraform show -json prints of a plan or of a state (Terraform documentation, "JSON output format",
// format version 1): the roles, users, groups, tables, keys and endpoints that are there, or will be after the apply.
//
// Terraform describes one thing by several resources, and what it reads back from AWS repeats them: the policies of a role stand
// in resources of their own, and in the role. A resource of its own says more exactly what will be, so it goes first. What is
// known only after the apply is followed to the resources that it is computed from; where that leads nowhere, a note says so.
package tfjson

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/plan"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// Options say what a plan leaves to whoever applies it. What is empty is not known.
type Options struct {
	Account, Region string // of what does not exist yet
}

// Read reads a file. It is false for one that terraform show -json did not print.
func Read(file string, src []byte) (*inventory.Inventory, bool) {
	return Options{}.Read(file, src)
}

// Values reads a file that was parsed already.
func Values(file string, src []byte, values []*tree.Node) (*inventory.Inventory, bool) {
	return Options{}.Values(file, src, values)
}

// Read reads a file. It is false for one that terraform show -json did not print.
func (o Options) Read(file string, src []byte) (*inventory.Inventory, bool) {
	values, broken := tree.ParseJSON(file, src)
	if len(broken) > 0 {
		return nil, false
	}
	return o.Values(file, src, values)
}

// Values reads a file that was parsed already.
func (o Options) Values(file string, src []byte, values []*tree.Node) (*inventory.Inventory, bool) {
	if len(values) != 1 || !isShown(values[0]) {
		return nil, false
	}
	root := values[0]
	r := &reader{
		options: o, root: root, src: src, inv: &inventory.Inventory{Files: map[string][]byte{file: src}},
		byAddress: map[string]*resource{}, unknown: map[string]*tree.Node{}, reads: map[string]*tree.Node{}, rebuilt: map[*resource]rebuilt{}, inexact: map[*inventory.Document]bool{},
	}
	if m := root.Repeated(); m != nil {
		r.wrong(m.Range, "Name that comes twice", "The object has %q already, and one of the two would be lost. Give what terraform show -json prints.", m.Name)
		return r.inv, true
	}
	if version := root.Get("format_version"); !strings.HasPrefix(version.String(), "1.") {
		r.wrong(version.Place(), "Unknown format", "The file has format version %s, and this ddbgen knows version 1 only. Print it with a Terraform of the versions 1.", version.String())
		return r.inv, true
	}
	if errored := root.Get("errored"); errored != nil && errored.Text == "true" {
		r.wrong(errored.Range, "Plan that failed", "Terraform could not finish this plan, so what will be is not known. Mend what Terraform says of it, and plan again.")
		return r.inv, true
	}
	if complete := root.Get("complete"); complete != nil && complete.Text == "false" {
		r.note(complete.Range, "Plan of a part", "The plan leaves something out, such as by -target, so nothing is said of that. Plan without -target.")
	}
	r.collect()
	r.read()
	r.inv.Join()
	return r.inv, true
}

// isShown knows a plan or a state. An empty state has a version only.
func isShown(root *tree.Node) bool {
	if root.Get("format_version").String() == "" {
		return false
	}
	return root.Get("values") != nil || root.Get("planned_values") != nil || root.Get("terraform_version") != nil || len(root.Members) == 1
}

// reader makes an inventory of resources.
type reader struct {
	options Options
	root    *tree.Node
	src     []byte
	inv     *inventory.Inventory

	byType    map[string][]*resource
	byAddress map[string]*resource
	unknown   map[string]*tree.Node // by address: what is known only after the apply
	gone      map[string]bool       // what a role is said to have, and will not have after the apply
	configs   map[string]*tree.Node // by address without keys: what the configuration says
	plan      *plan.Plan            // when a value had to be followed
	planned   map[string]*plan.Resource

	all      []*resource
	reads    map[string]*tree.Node        // by address: the changes of data sources that are read at the apply
	byOrigin map[[2]string][]*resource    // by module without keys, and address in it
	rebuilt  map[*resource]rebuilt        // the policy documents that such data sources will be
	inexact  map[*inventory.Document]bool // made of those
	placed   bool                         // whether it was said that an account or a region is made up
}

// resource is an instance of a resource, or of a data source.
type resource struct {
	values  *tree.Node
	address string
	module  string
	kind    string
	at      hcl.Range
}

func (v *resource) text(name string) string { return v.values.Get(name).String() }

// name is a text that names the resource. Until it is known, the address stands for it.
func (v *resource) name(attribute string) string {
	if text := v.text(attribute); text != "" {
		return text
	}
	return "{" + v.address + "}"
}

// collect gathers the resources of all modules, in their order.
func (r *reader) collect() {
	r.byType = map[string][]*resource{}
	values := r.root.Get("values")
	if planned := r.root.Get("planned_values"); planned != nil {
		values = planned
	}
	r.module(values.Get("root_module"))
	r.gone = map[string]bool{}
	for _, c := range r.root.Get("resource_changes").Each() {
		r.unknown[c.Get("address").String()] = c.At("change", "after_unknown")
		if after := c.At("change", "after"); values.Get("root_module") == nil && after != nil && after.Kind == tree.Object {
			r.add(c, after, c.Get("module_address").String()) // the same once more, of a plan of which only the changes were kept
		}
		for _, action := range c.At("change", "actions").Each() {
			if action.String() == "read" {
				r.reads[c.Get("address").String()] = c
			}
			if action.String() == "delete" {
				r.goes(c.Get("type").String(), c.At("change", "before"))
			}
		}
	}
}

func (r *reader) module(m *tree.Node) {
	for _, n := range m.Get("resources").Each() {
		r.add(n, n.Get("values"), m.Get("address").String())
	}
	for _, child := range m.Get("child_modules").Each() {
		r.module(child)
	}
}

// add keeps a resource by its type; a data source by its type with data before it.
func (r *reader) add(n, values *tree.Node, module string) {
	v := &resource{values: values, address: n.Get("address").String(), module: module, kind: n.Get("type").String(), at: n.Place()}
	kind := v.kind
	if n.Get("mode").String() == "data" {
		kind = "data." + kind
	}
	r.byType[kind] = append(r.byType[kind], v)
	r.byAddress[v.address] = v
	r.all = append(r.all, v)
}

// goes remembers what a role still repeats of a resource that the plan removes.
func (r *reader) goes(kind string, before *tree.Node) {
	switch kind {
	case "aws_iam_role_policy":
		r.gone[before.Get("role").String()+" inline "+before.Get("name").String()] = true
	case "aws_iam_role_policy_attachment":
		r.gone[before.Get("role").String()+" attached "+before.Get("policy_arn").String()] = true
	}
}

// later reports whether some of an attribute is known only after the apply.
func (r *reader) later(v *resource, attribute string) bool {
	unknown := r.unknown[v.address]
	if unknown != nil && unknown.Kind == tree.Bool {
		return unknown.Text == "true"
	}
	return some(unknown.Get(attribute))
}

func some(unknown *tree.Node) bool {
	if unknown == nil {
		return false
	}
	if unknown.Kind == tree.Bool {
		return unknown.Text == "true"
	}
	for _, i := range unknown.Items {
		if some(i) {
			return true
		}
	}
	for _, m := range unknown.Members {
		if some(m.Value) {
			return true
		}
	}
	return false
}

// readPlan is the plan with its configuration, which is read when the first value has to be followed.
func (r *reader) readPlan() *plan.Plan {
	if r.plan == nil {
		p, err := plan.Read(r.src)
		if err != nil {
			p = &plan.Plan{}
		}
		r.plan, r.planned = p, map[string]*plan.Resource{}
		for _, from := range p.Resources {
			r.planned[from.Address] = from
		}
	}
	return r.plan
}

// sources follows an attribute that is not known yet to the resources of a type that it is computed from.
func (r *reader) sources(v *resource, attribute string, kinds ...string) []*resource {
	if !r.later(v, attribute) {
		return nil
	}
	p := r.readPlan()
	from := r.planned[v.address]
	if from == nil {
		return nil
	}
	var out []*resource
	for _, kind := range kinds {
		for _, s := range p.Sources(from, attribute, kind) {
			if found := r.byAddress[s.Address]; found != nil {
				out = append(out, found)
			}
		}
	}
	return out
}

// configured is what the configuration of a plan says of an attribute; nil if it says nothing, or there is none.
func (r *reader) configured(v *resource, attribute string) *tree.Node {
	return r.configuredResource(v).Get("expressions").Get(attribute)
}

func (r *reader) configuredResource(v *resource) *tree.Node {
	if r.configs == nil {
		r.configs = map[string]*tree.Node{}
		r.configure("", r.root.At("configuration", "root_module"))
	}
	return r.configs[withoutKeys(v.module)+" "+withoutKeys(v.local())]
}

func (r *reader) configure(module string, m *tree.Node) {
	for _, n := range m.Get("resources").Each() {
		r.configs[module+" "+n.Get("address").String()] = n
	}
	if calls := m.Get("module_calls"); calls != nil {
		for _, call := range calls.Members {
			r.configure(strings.TrimPrefix(module+".module."+call.Name, "."), call.Value.Get("module"))
		}
	}
}

// withoutKeys is an address without the keys of instances. A key is a number or a quoted text, with anything in it.
func withoutKeys(address string) string {
	var out strings.Builder
	for address != "" {
		open := strings.IndexByte(address, '[')
		if open < 0 {
			out.WriteString(address)
			break
		}
		out.WriteString(address[:open])
		address = behindKey(address[open+1:])
	}
	return out.String()
}

func behindKey(text string) string {
	if !strings.HasPrefix(text, `"`) {
		_, rest, _ := strings.Cut(text, "]")
		return rest
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return strings.TrimPrefix(text[i+1:], "]")
		}
	}
	return ""
}

// policy reads a policy document of an attribute, and says so if it is not known yet.
func (r *reader) policy(v *resource, attribute string, kind artifact.Kind, name string) *inventory.Document {
	return r.document(v, attribute, v.values.Get(attribute), kind, name)
}

func (r *reader) document(v *resource, attribute string, n *tree.Node, kind artifact.Kind, name string) *inventory.Document {
	if n == nil || n.Kind == tree.Null || n.String() == "" && n.Kind == tree.String {
		if r.later(v, attribute) {
			if d := r.deferred(v, attribute, kind, name); d != nil {
				return d
			}
			r.note(v.at, "Policy that is known after the apply", "The %s of %s is computed from something that does not exist yet, so nothing is said of it here. Audit the Terraform files (.tf), or the state after the apply.", attribute, v.address)
		}
		return nil
	}
	d, wrong := inventory.Parse(n, kind, name)
	if wrong != nil {
		r.inv.Findings = append(r.inv.Findings, wrong)
		return nil
	}
	return d
}

func (r *reader) note(at hcl.Range, title, format string, args ...any) {
	r.inv.Findings = append(r.inv.Findings, diag.Noted(diag.Warning("unknown-yet", title, fmt.Sprintf(format, args...), at)))
}

func (r *reader) wrong(at hcl.Range, title, format string, args ...any) {
	r.inv.Findings = append(r.inv.Findings, diag.Error("unreadable-file", title, fmt.Sprintf(format, args...), at))
}

// read reads the resources: first who and what there is, then what is said of that.
func (r *reader) read() {
	i := newIdentities(r)
	i.read()
	r.tables()
	r.keys()
	r.endpoints()
}
