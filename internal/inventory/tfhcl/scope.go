package tfhcl

import (
	"path/filepath"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/tree"
)

// traverse is what a reference stands for.
func (m *module) traverse(t hcl.Traversal, f *frame, at hcl.Range) *tree.Node {
	root := t.RootName()
	if v := f.find(root); v != nil {
		return m.follow(v, t[1:], at)
	}
	name := func(i int) string {
		if i < len(t) {
			if a, ok := t[i].(hcl.TraverseAttr); ok {
				return a.Name
			}
		}
		return ""
	}
	first := name(1)
	switch root {
	case "var":
		return m.follow(m.variable(first, at), t[min(2, len(t)):], at)
	case "local":
		if e := m.locals[first]; e != nil {
			return m.follow(m.once("local."+first, at, func() *tree.Node { return m.eval(e, nil) }), t[2:], at)
		}
		return unknown(m.prefix+"local."+first, "local."+first, at)
	case "path":
		if first == "module" {
			return literal(m.path(), at)
		}
		return literal(".", at)
	case "terraform":
		return unknown("terraform."+first, "terraform."+first, at)
	case "module":
		return m.followModule(first, t[min(2, len(t)):], at)
	case "data":
		return m.followResource(m.resources["data."+first+"."+name(2)], "data."+first+"."+name(2), t[min(3, len(t)):], at)
	}
	return m.followResource(m.resources[root+"."+first], root+"."+first, t[min(2, len(t)):], at)
}

// follow takes a value out of another.
func (m *module) follow(v *tree.Node, steps hcl.Traversal, at hcl.Range) *tree.Node {
	for _, s := range steps {
		switch s := s.(type) {
		case hcl.TraverseAttr:
			v = m.index(v, literal(s.Name, at), at)
		case hcl.TraverseIndex:
			v = m.index(v, fromCty(s.Key, at), at)
		default:
			return somewhere("value", "a part of a value", at)
		}
	}
	return v
}

// index is the item of a collection.
func (m *module) index(v, key *tree.Node, at hcl.Range) *tree.Node {
	switch {
	case isUnknown(v):
		return part(v, strings.Trim(key.Text, "{}"), at)
	case v.Kind == tree.Object && v.Tag == "":
		if found := v.Get(key.Text); found != nil {
			return found
		}
		if isUnknown(key) && len(v.Members) == 1 && v.Members[0].Name == key.Text {
			return v.Members[0].Value
		}
	case v.Kind == tree.List && v.Unknown == nil:
		if i, err := strconv.Atoi(key.Text); err == nil && i >= 0 && i < len(v.Items) {
			return v.Items[i]
		}
	}
	what := "a part of a value"
	if all := append(key.Unknown[:len(key.Unknown):len(key.Unknown)], v.Unknown...); len(all) > 0 {
		what += ", " + all[0] + ","
	}
	return somewhere("value", what, at)
}

// followModule is an output of a module, or of its instances.
func (m *module) followModule(name string, steps hcl.Traversal, at hcl.Range) *tree.Node {
	call := m.calls[name]
	if call == nil {
		return unknown(m.prefix+"module."+name, "the module "+name, at)
	}
	if m.busy["module "+m.prefix+name] {
		return unknown(m.prefix+"module."+name, "the module "+name+", which refers to itself,", at)
	}
	m.busy["module "+m.prefix+name] = true
	all := call.modules()
	delete(m.busy, "module "+m.prefix+name)
	key := ""
	if len(steps) > 0 {
		if i, ok := steps[0].(hcl.TraverseIndex); ok {
			key, steps = "["+quoted(fromCty(i.Key, at))+"]", steps[1:]
		}
	}
	child := all[key]
	if child != nil && len(steps) > 0 {
		if a, ok := steps[0].(hcl.TraverseAttr); ok {
			return m.follow(child.output(a.Name, at), steps[1:], at)
		}
	}
	text := "module." + name + key
	for _, s := range steps {
		if a, ok := s.(hcl.TraverseAttr); ok {
			text += "." + a.Name
		}
	}
	return unknown(m.prefix+text, "what "+text+" is", at)
}

func quoted(n *tree.Node) string {
	if n.Kind == tree.Number {
		return n.Text
	}
	return strconv.Quote(n.Text)
}

// followResource is an attribute of a resource, or of its instances.
func (m *module) followResource(d *declaration, address string, steps hcl.Traversal, at hcl.Range) *tree.Node {
	if d == nil {
		text := address
		for _, s := range steps {
			if a, ok := s.(hcl.TraverseAttr); ok {
				text += "." + a.Name
			}
		}
		return unknown(m.prefix+text, text, at)
	}
	all := m.instances(d)
	if !d.repeated() && len(all) == 1 {
		return m.followInstance(d, all[0], steps, at)
	}
	if len(steps) > 0 {
		if i, ok := steps[0].(hcl.TraverseIndex); ok {
			key := fromCty(i.Key, at)
			for _, in := range all {
				if in.key == "["+quoted(key)+"]" || in.perhaps {
					return m.followInstance(d, in, steps[1:], at)
				}
			}
		}
	}
	return m.follow(m.every(d, all), steps, at)
}

func (m *module) followInstance(d *declaration, in made, steps hcl.Traversal, at hcl.Range) *tree.Node {
	if len(steps) == 0 {
		return m.whole(d, in)
	}
	if a, ok := steps[0].(hcl.TraverseAttr); ok {
		return m.follow(m.attribute(d, in, a.Name, at), steps[1:], at)
	}
	return m.follow(m.whole(d, in), steps, at)
}

// every is the instances of a resource as a value: a list of them, or an object with their keys.
func (m *module) every(d *declaration, all []made) *tree.Node {
	out := list(nil, d.at)
	if d.body.Attributes["for_each"] != nil {
		out.Kind = tree.Object
	}
	for _, in := range all {
		v := m.whole(d, in)
		if out.Kind == tree.List {
			out.Items = append(out.Items, v)
		} else {
			out.Members = append(out.Members, tree.Member{Name: in.name, Range: d.at, Value: v})
		}
	}
	return m.sized(out)
}

// path is the directory of a module, from the one in which Terraform runs.
func (m *module) path() string {
	rel, err := filepath.Rel(filepath.FromSlash("/"+m.cwd), filepath.FromSlash("/"+m.dir))
	if err != nil {
		return m.dir
	}
	return filepath.ToSlash(rel)
}
