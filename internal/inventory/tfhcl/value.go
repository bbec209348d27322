package tfhcl

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// asText marks a value that stands for its own JSON, which is a text: what jsonencode makes. So it keeps the places of what is in
// it.
const asText = "!json"

// The limits of what is evaluated: a few lines can stand for a value without end.
const (
	maxText     = 256 << 10
	maxItems    = 10_000
	maxDepth    = 150
	maxVariants = 64
)

func literal(text string, at hcl.Range) *tree.Node {
	return &tree.Node{Kind: tree.String, Text: text, Range: at}
}

func null(at hcl.Range) *tree.Node { return &tree.Node{Kind: tree.Null, Range: at} }

func boolean(b bool, at hcl.Range) *tree.Node {
	return &tree.Node{Kind: tree.Bool, Text: fmt.Sprint(b), Range: at}
}

func list(items []*tree.Node, at hcl.Range) *tree.Node {
	return &tree.Node{Kind: tree.List, Items: items, Range: at}
}

// unknown is a name in braces for what is not known.
func unknown(name, what string, at hcl.Range) *tree.Node {
	return &tree.Node{Kind: tree.String, Text: inventory.Symbol(name), Unknown: []string{what}, Range: at}
}

// somewhere is one for what has no name of its own, and so is named after its place: the same name must not stand for two values.
func somewhere(name, what string, at hcl.Range) *tree.Node {
	return unknown(fmt.Sprintf("%s.%d.%d", name, at.Start.Line, at.Start.Column), what, at)
}

// part is a part of a value that is not known.
func part(n *tree.Node, name string, at hcl.Range) *tree.Node {
	return unknown(strings.Trim(n.Text, "{}")+"."+name, name+" of "+n.Unknown[0], at)
}

// isUnknown reports whether nothing is known of a value.
func isUnknown(n *tree.Node) bool {
	return n != nil && n.Kind == tree.String && n.Unknown != nil && n.Tag == "" && strings.HasPrefix(n.Text, "{") && strings.Index(n.Text, "}") == len(n.Text)-1
}

func isNull(n *tree.Node) bool { return n == nil || n.Kind == tree.Null }

// moved is a value at another place: where it is used.
func moved(n *tree.Node, at hcl.Range) *tree.Node {
	if n == nil {
		return null(at)
	}
	if n.Kind == tree.List || n.Kind == tree.Object {
		return n // what is in it was written elsewhere, and stands there
	}
	out := *n
	out.Range = at
	return &out
}

// union appends what is not there yet, and not without end.
func union(a, b []string) []string {
	for _, s := range b {
		found := false
		for _, t := range a {
			found = found || s == t
		}
		if !found && len(a) < 20 {
			a = append(a[:len(a):len(a)], s)
		}
	}
	return a
}

// size is about how much memory a value takes with everything in it written out. Values share their parts, so it is more than
// was ever made, and is added up and not counted.
func (r *reader) size(n *tree.Node) int {
	if n == nil {
		return 0
	}
	if len(n.Items)+len(n.Members) == 0 {
		return 1 + len(n.Text)
	}
	if s, ok := r.sizes[n]; ok {
		return s
	}
	sum := 1
	for _, i := range n.Items {
		sum = min(sum+r.size(i), 1<<40)
	}
	for _, m := range n.Members {
		sum = min(sum+len(m.Name)+r.size(m.Value), 1<<40)
	}
	r.sizes[n] = sum
	return sum
}

// charge counts the work of going through a value; false if it is too much.
func (r *reader) charge(n *tree.Node) bool {
	s := r.size(n)
	r.spent += s
	return s <= maxText && r.spent <= r.budget
}

// unknowns is what of a value is not known.
func (r *reader) unknowns(n *tree.Node) []string {
	if !r.charge(n) {
		return []string{"a value that takes too long to compute"}
	}
	return n.Unresolved()
}

// put sets a member of an object: a later one of a name takes the place of an earlier.
func put(n *tree.Node, name string, at hcl.Range, v *tree.Node) {
	for i := range n.Members {
		if n.Members[i].Name == name {
			n.Members[i] = tree.Member{Name: name, Range: at, Value: v}
			return
		}
	}
	n.Members = append(n.Members, tree.Member{Name: name, Range: at, Value: v})
}

// fromCty is a value of the library that Terraform computes with.
func fromCty(v cty.Value, at hcl.Range) *tree.Node {
	v, _ = v.UnmarkDeep()
	switch {
	case !v.IsKnown():
		return somewhere("value", "a value", at)
	case v.IsNull():
		return null(at)
	case v.Type() == cty.String:
		return literal(v.AsString(), at)
	case v.Type() == cty.Bool:
		return boolean(v.True(), at)
	case v.Type() == cty.Number:
		return number(v.AsBigFloat(), at)
	case v.Type().IsObjectType() || v.Type().IsMapType():
		out := &tree.Node{Kind: tree.Object, Range: at}
		for it := v.ElementIterator(); it.Next(); {
			k, e := it.Element()
			out.Members = append(out.Members, tree.Member{Name: k.AsString(), Range: at, Value: fromCty(e, at)})
		}
		return out
	case v.CanIterateElements():
		out := list(nil, at)
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			out.Items = append(out.Items, fromCty(e, at))
		}
		return out
	}
	return somewhere("value", "a value", at)
}

// number is a number as Terraform writes it. One of thousands of digits is not written.
func number(f *big.Float, at hcl.Range) *tree.Node {
	if f.IsInf() || f.MantExp(nil) > 2048 || f.MantExp(nil) < -2048 {
		return somewhere("number", "a number", at)
	}
	return &tree.Node{Kind: tree.Number, Text: f.Text('f', -1), Range: at}
}

// toCty is a value for the library; false if it has none, or is too large for what a function could make of it.
func toCty(n *tree.Node) (cty.Value, bool) {
	switch {
	case n == nil || n.Kind == tree.Null:
		return cty.NullVal(cty.DynamicPseudoType), true
	case n.Tag == asText:
		return cty.StringVal(string(n.JSON())), true
	}
	switch n.Kind {
	case tree.Bool:
		return cty.BoolVal(n.Text == "true"), true
	case tree.Number:
		v, err := cty.ParseNumberVal(n.Text)
		return v, err == nil
	case tree.String:
		return cty.StringVal(n.Text), true
	case tree.List:
		var all []cty.Value
		for _, i := range n.Items {
			v, ok := toCty(i)
			if !ok {
				return v, false
			}
			all = append(all, v)
		}
		return cty.TupleVal(all), true
	}
	all := map[string]cty.Value{}
	for _, m := range n.Members {
		v, ok := toCty(m.Value)
		if !ok {
			return v, false
		}
		all[m.Name] = v
	}
	return cty.ObjectVal(all), true
}
