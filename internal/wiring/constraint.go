package wiring

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// constrain is what becomes of an argument on its way into a variable with a type. Of an object only the attributes that
// the type names arrive. No simple value is converted: where Terraform would, this is an error.
func constrain(v Value, constraint hclsyntax.Expression, r hcl.Range) (Value, error) {
	if fits(v, hcl.ExprAsKeyword(constraint)) {
		return v, nil
	}
	call, isCall := constraint.(*hclsyntax.FunctionCallExpr)
	if !isCall || len(call.Args) != 1 || call.ExpandFinal {
		return nil, at(r, "%s does not fit the variable's type, or the type is not read", kindOf(v))
	}
	switch v := v.(type) {
	case List:
		if call.Name == "list" {
			return constrainList(v, call.Args[0], r)
		}
	case Object:
		if call.Name == "map" {
			return constrainMap(v, call.Args[0], r)
		}
		if call.Name == "object" {
			return constrainObject(v, call.Args[0], r)
		}
	}
	return nil, at(r, "%s does not fit the variable's type", kindOf(v))
}

// fits reports whether a value is of a simple type.
func fits(v Value, keyword string) bool {
	switch v.(type) {
	case Text:
		return keyword == "string"
	case Number:
		return keyword == "number"
	case Bool:
		return keyword == "bool"
	}
	return false
}

func constrainList(list List, element hclsyntax.Expression, r hcl.Range) (Value, error) {
	out := List{}
	for _, x := range list {
		v, err := constrain(x, element, r)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func constrainMap(o Object, element hclsyntax.Expression, r hcl.Range) (Value, error) {
	out := Object{}
	for _, name := range o.names() {
		v, err := constrain(o[name], element, r)
		if err != nil {
			return nil, err
		}
		out[name] = v
	}
	return out, nil
}

func constrainObject(o Object, attributes hclsyntax.Expression, r hcl.Range) (Value, error) {
	types, isObject := attributes.(*hclsyntax.ObjectConsExpr)
	if !isObject {
		return nil, at(attributes.Range(), "this type is not read")
	}
	out := Object{}
	for _, item := range types.Items {
		name := hcl.ExprAsKeyword(item.KeyExpr)
		given, isGiven := o[name]
		if name == "" || !isGiven {
			return nil, at(r, "the variable's type asks for an attribute %q, which is not given", name)
		}
		v, err := constrain(given, item.ValueExpr, r)
		if err != nil {
			return nil, err
		}
		out[name] = v
	}
	return out, nil
}
