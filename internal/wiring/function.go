package wiring

import (
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// function is the call of one of the functions that a build emits.
func (s *scope) function(e *hclsyntax.FunctionCallExpr, f *frame) (Value, error) {
	arguments, err := s.argumentsOf(e, f)
	if err != nil {
		return nil, err
	}
	switch r := e.Range(); e.Name {
	case "file":
		return s.file(arguments, r)
	case "merge":
		return merge(arguments, r)
	case "concat":
		return concat(arguments, r)
	case "split":
		return split(arguments, r)
	case "toset":
		return toSet(arguments, r)
	}
	return nil, at(e.NameRange, "the function %s is not evaluated", e.Name)
}

// argumentsOf are the arguments of a call; an ellipsis behind the last spreads its elements.
func (s *scope) argumentsOf(e *hclsyntax.FunctionCallExpr, f *frame) ([]Value, error) {
	var out []Value
	for _, a := range e.Args {
		v, err := s.eval(a, f)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	if !e.ExpandFinal {
		return out, nil
	}
	if len(out) == 0 {
		return nil, at(e.Range(), "an ellipsis behind nothing")
	}
	last, isList := out[len(out)-1].(List)
	if !isList {
		return nil, at(e.Range(), "an ellipsis behind something other than a list")
	}
	return append(out[:len(out)-1], last...), nil
}

// file reads a file below the module's own directory, which is all that a path can be built from here.
func (s *scope) file(arguments []Value, r hcl.Range) (Value, error) {
	if len(arguments) != 1 {
		return nil, at(r, "file takes one argument")
	}
	text, _ := arguments[0].(Text)
	if len(text) != 2 || text[0].Kind != isDirectory || text[1].Kind != IsLiteral || !strings.HasPrefix(text[1].Text, "/") {
		return nil, at(r, "file of something other than a path below path.module is not evaluated")
	}
	name := path.Join(text[0].Text, text[1].Text)
	if _, there := s.tree.files[name]; !there {
		return nil, at(r, "the file %s is not there", name)
	}
	return File(name), nil
}

// merge puts objects together; of several elements with the same key the last stays.
func merge(arguments []Value, r hcl.Range) (Value, error) {
	out := Object{}
	for _, a := range arguments {
		o, isObject := a.(Object)
		if !isObject {
			return nil, at(r, "merge takes objects")
		}
		for _, name := range o.names() {
			out[name] = o[name]
		}
	}
	return out, nil
}

func concat(arguments []Value, r hcl.Range) (Value, error) {
	out := List{}
	for _, a := range arguments {
		l, isList := a.(List)
		if !isList {
			return nil, at(r, "concat takes lists")
		}
		out = append(out, l...)
	}
	return out, nil
}

func split(arguments []Value, r hcl.Range) (Value, error) {
	if len(arguments) != 2 {
		return nil, at(r, "split takes two arguments")
	}
	var plain [2]string
	for i, a := range arguments {
		text, isText := a.(Text)
		s, isPlain := text.plain()
		if !isText || !isPlain || i == 0 && s == "" {
			return nil, at(r, "split of anything but plain text is not evaluated")
		}
		plain[i] = s
	}
	return Literals(strings.Split(plain[1], plain[0])), nil
}

func toSet(arguments []Value, r hcl.Range) (Value, error) {
	if len(arguments) != 1 {
		return nil, at(r, "toset takes one argument")
	}
	list, isList := arguments[0].(List)
	out := Set{}
	for _, v := range list {
		text, isText := v.(Text)
		s, isPlain := text.plain()
		if !isText || !isPlain {
			return nil, at(r, "toset of anything but plain texts is not evaluated")
		}
		out = append(out, s)
	}
	if !isList {
		return nil, at(r, "toset takes a list")
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
