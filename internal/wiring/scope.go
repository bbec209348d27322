package wiring

import (
	"cmp"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Read evaluates the root in a directory of the tree: every instance of a resource or data source of the root and of the
// modules that it calls, every provider and the backend, sorted by address.
func (t *Tree) Read(dir string) ([]*Resource, error) {
	m, err := t.module(dir)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(m.variables)) {
		return nil, at(m.variables[name].Range(), "a root with variables is not read")
	}
	root := &scope{tree: t, module: m}
	out, err := root.settings()
	if err != nil {
		return nil, err
	}
	rest, err := root.resources()
	if err != nil {
		return nil, err
	}
	out = append(out, rest...)
	slices.SortFunc(out, func(a, b *Resource) int { return cmp.Compare(a.Address(), b.Address()) })
	return out, nil
}

// scope is a module as it is called from one place: the same module called twice has two.
type scope struct {
	tree      *Tree
	module    *module
	address   string // such as module.roles; "" of the root
	arguments map[string]Value
	above     []string         // directories of the modules that this one is called from
	cells     map[string]*cell // what was evaluated, by address
}

// cell is something that is evaluated when it is first asked for. Asked for again before it is done, it depends on itself.
type cell struct {
	done  bool
	value Value
	err   error
	scope *scope // of a module call
}

// cell returns what is kept under an address, having it evaluated if there is nothing yet.
func (s *scope) cell(address string, at func(string) error, evaluate func(*cell) error) (*cell, error) {
	if c, begun := s.cells[address]; begun {
		if !c.done {
			return nil, at(address + " depends on itself")
		}
		return c, c.err
	}
	if s.cells == nil {
		s.cells = map[string]*cell{}
	}
	c := &cell{}
	s.cells[address] = c
	c.err = evaluate(c)
	c.done = true
	return c, c.err
}

// named is the value of an expression that has an address, such as local.tags.
func (s *scope) named(address string, e hclsyntax.Expression) (Value, error) {
	c, err := s.cell(address, atExpression(e), func(c *cell) (err error) {
		c.value, err = s.eval(e, nil)
		return err
	})
	if err != nil {
		return nil, err
	}
	return c.value, nil
}

func atExpression(e hclsyntax.Expression) func(string) error {
	return func(message string) error { return at(e.Range(), "%s", message) }
}

// settings are those of providers and of the backend. Only a root may have any.
func (s *scope) settings() ([]*Resource, error) {
	var out []*Resource
	for _, b := range s.module.settings {
		if s.address != "" {
			return nil, at(b.block.TypeRange, "a %s block in a module", b.block.Type)
		}
		reader := s
		if b.mode == Backend {
			reader = constants() // it is read before anything else (Terraform language, "Backend block")
		}
		body, err := reader.body(b.block.Body, nil)
		if err != nil {
			return nil, err
		}
		r := &Resource{Mode: b.mode, Type: b.block.Labels[0], Place: place(b.block.TypeRange), Body: body}
		out = append(out, r.addressed())
	}
	return out, nil
}

// resources are the instances of this module and of those it calls. All else that it declares is evaluated too, so that
// nothing in it is passed over unread.
func (s *scope) resources() ([]*Resource, error) {
	for _, name := range slices.Sorted(maps.Keys(s.module.locals)) {
		if _, err := s.named("local."+name, s.module.locals[name]); err != nil {
			return nil, err
		}
	}
	out, err := s.own()
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(s.module.calls)) {
		inner, err := s.called(name)
		if err != nil {
			return nil, err
		}
		resources, err := inner.resources()
		if err != nil {
			return nil, err
		}
		out = append(out, resources...)
	}
	for _, name := range slices.Sorted(maps.Keys(s.module.outputs)) {
		if _, err := s.named("output."+name, s.module.outputs[name]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// own are the instances that this module declares itself.
func (s *scope) own() ([]*Resource, error) {
	var out []*Resource
	for _, address := range slices.Sorted(maps.Keys(s.module.declarations)) {
		v, err := s.declared(s.module.declarations[address])
		if err != nil {
			return nil, err
		}
		switch v := v.(type) {
		case *Resource:
			out = append(out, v)
		case Object:
			for _, key := range v.names() {
				out = append(out, v[key].(*Resource))
			}
		}
	}
	return out, nil
}

// called is the scope of a module that this one calls.
func (s *scope) called(name string) (*scope, error) {
	call := s.module.calls[name]
	fail := func(message string) error { return at(call.at, "%s", message) }
	c, err := s.cell("module."+name, fail, func(c *cell) (err error) {
		c.scope, err = s.enter(name, call)
		return err
	})
	if err != nil {
		return nil, err
	}
	return c.scope, nil
}

func (s *scope) enter(name string, call *call) (*scope, error) {
	above := append(slices.Clone(s.above), s.module.dir)
	if slices.Contains(above, call.dir) {
		return nil, at(call.at, "a module that calls itself")
	}
	m, err := s.tree.module(call.dir)
	if err != nil {
		return nil, err
	}
	inner := &scope{tree: s.tree, module: m, address: "module." + name, arguments: map[string]Value{}, above: above}
	if s.address != "" {
		inner.address = s.address + "." + inner.address
	}
	if _, err := inner.settings(); err != nil {
		return nil, err
	}
	for _, a := range inOrder(call.arguments) {
		if err := s.pass(inner, a); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.variables)) {
		if inner.arguments[name] == nil {
			return nil, at(call.at, "the module's variable %s is not set", name)
		}
	}
	return inner, nil
}

// pass sets a variable of a module that is called.
func (s *scope) pass(inner *scope, a *hclsyntax.Attribute) error {
	constraint, declared := inner.module.variables[a.Name]
	if !declared {
		return at(a.SrcRange, "the module has no variable %s", a.Name)
	}
	v, err := s.eval(a.Expr, nil)
	if err != nil {
		return err
	}
	inner.arguments[a.Name], err = constrain(v, constraint, a.SrcRange)
	return err
}

// declared is a resource or data source: the one instance, or an object of several.
func (s *scope) declared(d *declaration) (Value, error) {
	fail := func(message string) error { return at(d.at, "%s", message) }
	c, err := s.cell(d.address(), fail, func(c *cell) (err error) {
		c.value, err = s.instances(d)
		return err
	})
	if err != nil {
		return nil, err
	}
	return c.value, nil
}

func (s *scope) instances(d *declaration) (Value, error) {
	if d.forEach == nil {
		return s.instance(d, &Resource{}, nil)
	}
	v, err := s.eval(d.forEach, nil)
	if err != nil {
		return nil, err
	}
	if _, isList := v.(List); isList {
		return nil, at(d.forEach.Range(), "for_each of a list")
	}
	pairs, err := elements(v, d.forEach.Range())
	if err != nil {
		return nil, err
	}
	out := Object{}
	for _, p := range pairs {
		key, _ := p.key.(Text).plain()
		each := &frame{name: "each", value: Object{"key": p.key, "value": p.value}}
		out[key], err = s.instance(d, &Resource{Key: key, HasKey: true}, each)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *scope) instance(d *declaration, r *Resource, each *frame) (*Resource, error) {
	r.Mode, r.Module, r.Type, r.Name, r.Ignored, r.Place = d.mode, s.address, d.kind, d.name, d.ignored, place(d.at)
	var err error
	r.Body, err = s.body(d.body, each)
	return r.addressed(), err
}

// body evaluates what stands in a block.
func (s *scope) body(b *hclsyntax.Body, each *frame) (Body, error) {
	out := Body{Arguments: make(map[string]Value, len(b.Attributes))}
	for _, a := range inOrder(b.Attributes) {
		v, err := s.eval(a.Expr, each)
		if err != nil {
			return out, err
		}
		out.Arguments[a.Name] = v
	}
	for _, inner := range b.Blocks {
		if inner.Type == "dynamic" || len(inner.Labels) > 0 {
			return out, at(inner.TypeRange, "a %s block with labels is not read", inner.Type)
		}
		body, err := s.body(inner.Body, each)
		if err != nil {
			return out, err
		}
		out.Blocks = append(out.Blocks, Block{inner.Type, body})
	}
	return out, nil
}
