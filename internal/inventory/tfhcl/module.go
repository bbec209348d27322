package tfhcl

import (
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/ddbgen/ddbgen/internal/tree"
)

// module is a directory of Terraform, called once.
type module struct {
	*reader
	prefix    string // of its addresses: module.tables.
	dir       string // below the directory that is read
	depthOf   int    // how many calls lead to it
	perhaps   bool   // how often it is called is not known
	given     map[string]argument
	variables map[string]*hclsyntax.Body
	locals    map[string]hclsyntax.Expression
	outputs   map[string]hclsyntax.Expression
	resources map[string]*declaration // by address in the module; those of data sources begin with data.
	order     []*declaration
	calls     map[string]*invocation
	children  []*invocation
	providers []*hclsyntax.Block
}

// argument is what a module is given for a variable: an expression of the caller.
type argument struct {
	caller *module
	expr   hclsyntax.Expression
	frame  *frame
}

// declaration is a resource or data block.
type declaration struct {
	module     *module
	data       bool
	kind, name string
	body       *hclsyntax.Body
	at         hcl.Range
}

// address is the name of a declaration in its module.
func (d *declaration) address() string {
	if d.data {
		return "data." + d.kind + "." + d.name
	}
	return d.kind + "." + d.name
}

// invocation is a module block.
type invocation struct {
	caller *module
	name   string
	body   *hclsyntax.Body
	at     hcl.Range
	called map[string]*module // by key; nil: not yet
}

// load takes up the files of a module.
func (m *module) load(files []string) {
	for _, name := range files {
		body, problem := parse(m.inv.Files[name], name)
		if problem != nil {
			m.inv.Findings = append(m.inv.Findings, problem)
			continue
		}
		for _, b := range body.Blocks {
			m.block(b)
		}
	}
}

func (m *module) block(b *hclsyntax.Block) {
	switch {
	case b.Type == "locals":
		for _, a := range sorted(b.Body.Attributes) {
			m.locals[a.Name] = a.Expr
		}
	case b.Type == "variable" && len(b.Labels) == 1:
		m.variables[b.Labels[0]] = b.Body
	case b.Type == "output" && len(b.Labels) == 1:
		if a := b.Body.Attributes["value"]; a != nil {
			m.outputs[b.Labels[0]] = a.Expr
		}
	case (b.Type == "resource" || b.Type == "data") && len(b.Labels) == 2:
		d := &declaration{module: m, data: b.Type == "data", kind: b.Labels[0], name: b.Labels[1], body: b.Body, at: b.DefRange()}
		if m.resources[d.address()] == nil {
			m.resources[d.address()] = d
			m.order = append(m.order, d)
		}
	case b.Type == "provider":
		m.providers = append(m.providers, b)
	case b.Type == "module" && len(b.Labels) == 1:
		i := &invocation{caller: m, name: b.Labels[0], body: b.Body, at: b.DefRange()}
		if m.calls[i.name] == nil {
			m.calls[i.name] = i
			m.children = append(m.children, i)
		}
	}
}

func (r *reader) newModule(prefix, dir string, depth int) *module {
	return &module{reader: r, prefix: prefix, dir: dir, depthOf: depth, given: map[string]argument{},
		variables: map[string]*hclsyntax.Body{}, locals: map[string]hclsyntax.Expression{}, outputs: map[string]hclsyntax.Expression{},
		resources: map[string]*declaration{}, calls: map[string]*invocation{}}
}

// variable is the value of a variable of the module.
func (m *module) variable(name string, at hcl.Range) *tree.Node {
	if a, ok := m.given[name]; ok {
		return m.once("var."+name, at, func() *tree.Node { return a.caller.eval(a.expr, a.frame) })
	}
	body := m.variables[name]
	if m.prefix == "" {
		if text, ok := m.options.Parameters[name]; ok {
			return m.parameter(text, body, at)
		}
		if v := m.assigned[name]; v != nil {
			return v
		}
	}
	if body != nil {
		if a := body.Attributes["default"]; a != nil {
			return m.once("var."+name, at, func() *tree.Node { return m.eval(a.Expr, nil) })
		}
	}
	return unknown(m.prefix+"var."+name, "the variable "+name, at)
}

// parameter is a value that is given for a variable: a text, or an expression if the variable is of another type.
func (m *module) parameter(text string, body *hclsyntax.Body, at hcl.Range) *tree.Node {
	kind := "string"
	if body != nil {
		if a := body.Attributes["type"]; a != nil {
			kind = hcl.ExprAsKeyword(a.Expr)
		}
	}
	if kind != "string" {
		if e, ok := parseExpression(text); ok {
			if v := m.eval(e, nil); len(m.unknowns(v)) == 0 {
				return v
			}
		}
	}
	return literal(text, at)
}

// once computes what has a name, and keeps it. What refers to itself is not known.
func (m *module) once(name string, at hcl.Range, compute func() *tree.Node) *tree.Node {
	key := m.prefix + name
	if v := m.kept[key]; v != nil {
		return v
	}
	if m.busy[key] {
		return unknown(key, "the value "+name+", which refers to itself,", at)
	}
	m.busy[key] = true
	v := compute()
	delete(m.busy, key)
	m.kept[key] = v
	return v
}

// modules are those of an invocation: one for each key.
func (i *invocation) modules() map[string]*module {
	if i.called != nil {
		return i.called
	}
	i.called = map[string]*module{}
	m := i.caller
	source := ""
	if a := i.body.Attributes["source"]; a != nil {
		source = m.eval(a.Expr, nil).String()
	}
	if !strings.HasPrefix(source, "./") && !strings.HasPrefix(source, "../") {
		m.unread(i.at, "Module from elsewhere", "The module %s is not a local directory, so what it makes is not read. Give a plan: terraform show -json.", i.name)
		return i.called
	}
	dir := path.Join(m.dir, source)
	var files []string
	if !outside(dir) {
		files = m.filesOf(dir)
	}
	switch {
	case outside(dir):
		m.unread(i.at, "Module outside of the directory", "The module %s lies in %s, outside of the directory that is read, so what it makes is not read here. Give the directory above both, or a plan: terraform show -json.", i.name, source)
		return i.called
	case len(files) == 0:
		m.unread(i.at, "Module that is not there", "The module %s lies in %s, where there are no files of Terraform, so what it makes is not read. Give the files, or a plan: terraform show -json.", i.name, source)
		return i.called
	case m.depthOf >= 8 || m.moduleCount >= 200:
		m.unread(i.at, "Modules without end", "Modules call each other too often here, so what %s makes is not read. Give a plan: terraform show -json.", i.name)
		return i.called
	}
	m.called[path.Clean(dir)] = true
	var all []made
	m.steadily(func() *tree.Node { all = m.expand(i.body, m.prefix+"module."+i.name); return nil })
	for _, in := range all {
		m.moduleCount++
		child := m.newModule(in.address+".", dir, m.depthOf+1)
		child.perhaps = in.perhaps || m.perhaps
		child.load(files)
		for _, a := range sorted(i.body.Attributes) {
			if !slices.Contains([]string{"source", "version", "for_each", "count", "providers", "depends_on"}, a.Name) {
				child.given[a.Name] = argument{m, a.Expr, in.frame}
			}
		}
		i.called[in.key] = child
	}
	return i.called
}

// result is an output of a module.
func (m *module) output(name string, at hcl.Range) *tree.Node {
	if e := m.outputs[name]; e != nil {
		return m.once("output."+name, at, func() *tree.Node { return m.eval(e, nil) })
	}
	return unknown(m.prefix+name, "the output "+name+" of a module", at)
}
