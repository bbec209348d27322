package wiring

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// This file follows references: a root name, then steps by attribute or index.

func (s *scope) traversal(e *hclsyntax.ScopeTraversalExpr, f *frame) (Value, error) {
	root := e.Traversal.RootName()
	for v := f; v != nil; v = v.up {
		if v.name == root {
			return follow(v.value, e.Traversal[1:], e.SrcRange)
		}
	}
	names := 1
	if root == "data" {
		names = 2
	}
	if len(e.Traversal) <= names {
		return nil, at(e.SrcRange, "%s as a whole is not evaluated", root)
	}
	var path []string
	for _, step := range e.Traversal[1 : names+1] {
		attribute, isAttribute := step.(hcl.TraverseAttr)
		if !isAttribute {
			return nil, at(e.SrcRange, "%s with an index is not evaluated", root)
		}
		path = append(path, attribute.Name)
	}
	if root == "module" {
		return s.outputOf(path[0], e)
	}
	v, err := s.root(root, path, e)
	if err != nil {
		return nil, err
	}
	return follow(v, e.Traversal[names+1:], e.SrcRange)
}

// root is what a root name and the name behind it stand for.
func (s *scope) root(root string, path []string, e *hclsyntax.ScopeTraversalExpr) (Value, error) {
	name := path[0]
	switch root {
	case "var":
		if v, set := s.arguments[name]; set {
			return v, nil
		}
	case "local":
		if local, declared := s.module.locals[name]; declared {
			return s.named("local."+name, local)
		}
	case "path":
		if name == "module" {
			return Text{{isDirectory, s.module.dir}}, nil
		}
	case "data":
		return s.resource("data."+name+"."+path[1], e)
	default:
		return s.resource(root+"."+name, e)
	}
	return nil, at(e.SrcRange, "%s.%s is not declared", root, name)
}

func (s *scope) resource(address string, e *hclsyntax.ScopeTraversalExpr) (Value, error) {
	if s.module.declarations[address] == nil {
		return nil, at(e.SrcRange, "%s is not declared", address)
	}
	return s.declared(s.module.declarations[address])
}

// outputOf is an output of a module that is called, and what lies below it.
func (s *scope) outputOf(name string, e *hclsyntax.ScopeTraversalExpr) (Value, error) {
	if s.module.calls[name] == nil || len(e.Traversal) < 3 {
		return nil, at(e.SrcRange, "module.%s is not evaluated", name)
	}
	inner, err := s.called(name)
	if err != nil {
		return nil, err
	}
	output, isAttribute := e.Traversal[2].(hcl.TraverseAttr)
	if !isAttribute || inner.module.outputs[output.Name] == nil {
		return nil, at(e.SrcRange, "the module %s has no such output", name)
	}
	v, err := inner.named("output."+output.Name, inner.module.outputs[output.Name])
	if err != nil {
		return nil, err
	}
	return follow(v, e.Traversal[3:], e.SrcRange)
}

func (s *scope) relative(e *hclsyntax.RelativeTraversalExpr, f *frame) (Value, error) {
	v, err := s.eval(e.Source, f)
	if err != nil {
		return nil, err
	}
	return follow(v, e.Traversal, e.SrcRange)
}

func (s *scope) index(e *hclsyntax.IndexExpr, f *frame) (Value, error) {
	v, err := s.eval(e.Collection, f)
	if err != nil {
		return nil, err
	}
	key, err := s.eval(e.Key, f)
	if err != nil {
		return nil, err
	}
	return step(v, key, e.SrcRange)
}

// follow goes from a value along the steps of a traversal.
func follow(v Value, steps hcl.Traversal, r hcl.Range) (Value, error) {
	for _, t := range steps {
		var key Value
		var err error
		switch t := t.(type) {
		case hcl.TraverseAttr:
			key = Literal(t.Name)
		case hcl.TraverseIndex:
			if key, err = literal(t.Key, r); err != nil {
				return nil, err
			}
		default:
			return nil, at(r, "a step of this kind is not evaluated")
		}
		if v, err = step(v, key, r); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// step is one element of a value: of a list by number, of an object or a resource by name.
func step(v, key Value, r hcl.Range) (Value, error) {
	if n, isNumber := key.(Number); isNumber {
		list, isList := v.(List)
		if !isList || n < 0 || int(n) >= len(list) {
			return nil, at(r, "there is no element %d", n)
		}
		return list[n], nil
	}
	name, err := asKey(key, r)
	if err != nil {
		return nil, err
	}
	if element, found := member(v, name); found {
		return element, nil
	}
	return nil, at(r, "%s has no element %q", kindOf(v), name)
}

func member(v Value, name string) (Value, bool) {
	switch v := v.(type) {
	case Object:
		element, found := v[name]
		return element, found
	case *Resource:
		return v.attribute(name)
	}
	return nil, false
}

// kindOf names a value in a message.
func kindOf(v Value) string {
	if r, isResource := v.(*Resource); isResource {
		return r.Address()
	}
	return fmt.Sprintf("a value of the kind %T", v)
}
