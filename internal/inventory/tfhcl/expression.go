package tfhcl

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/ddbgen/ddbgen/internal/tree"
)

// frame is a variable of a for expression, of a template or of a resource, and those around it.
type frame struct {
	name  string
	value *tree.Node
	up    *frame
}

func (f *frame) with(name string, v *tree.Node) *frame {
	if name == "" {
		return f
	}
	return &frame{name, v, f}
}

func (f *frame) find(name string) *tree.Node {
	for ; f != nil; f = f.up {
		if f.name == name {
			return f.value
		}
	}
	return nil
}

// eval is what an expression comes to (Terraform documentation, "Expressions"). It is never nil.
func (m *module) eval(e hclsyntax.Expression, f *frame) *tree.Node {
	at := e.Range()
	if m.depth++; m.depth > maxDepth {
		m.depth--
		return somewhere("too-deep", "a value in too many others", at)
	}
	defer func() { m.depth-- }()
	if m.spent++; m.spent > m.budget {
		return somewhere("too-large", "a value that takes too long to compute", at)
	}
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		return fromCty(e.Val, at)
	case *hclsyntax.ParenthesesExpr:
		return m.eval(e.Expression, f)
	case *hclsyntax.TemplateWrapExpr:
		return m.eval(e.Wrapped, f)
	case *hclsyntax.TemplateExpr:
		return m.template(e.Parts, f, at)
	case *hclsyntax.TemplateJoinExpr:
		return m.text(m.eval(e.Tuple, f).Items, at)
	case *hclsyntax.TupleConsExpr:
		out := list(nil, e.OpenRange)
		for _, x := range e.Exprs {
			out.Items = append(out.Items, m.eval(x, f))
		}
		return m.sized(out)
	case *hclsyntax.ObjectConsExpr:
		return m.object(e, f)
	case *hclsyntax.ObjectConsKeyExpr:
		if word := hcl.ExprAsKeyword(e.Wrapped); word != "" && !e.ForceNonLiteral {
			return literal(word, at)
		}
		return m.eval(e.Wrapped, f)
	case *hclsyntax.FunctionCallExpr:
		return m.call(e, f)
	case *hclsyntax.ConditionalExpr:
		return m.conditional(e, f)
	case *hclsyntax.ForExpr:
		return m.loop(e, f)
	case *hclsyntax.AnonSymbolExpr:
		if v := f.find("*"); v != nil {
			return v
		}
	}
	return m.access(e, f)
}

// access evaluates what takes a value out of another, or computes with several.
func (m *module) access(e hclsyntax.Expression, f *frame) *tree.Node {
	at := e.Range()
	switch e := e.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return moved(m.traverse(e.Traversal, f, at), at)
	case *hclsyntax.RelativeTraversalExpr:
		return moved(m.follow(m.eval(e.Source, f), e.Traversal, at), at)
	case *hclsyntax.IndexExpr:
		return moved(m.index(m.eval(e.Collection, f), m.eval(e.Key, f), at), at)
	case *hclsyntax.SplatExpr:
		return m.splat(e, f)
	case *hclsyntax.BinaryOpExpr:
		return m.operation(e.Op, []*tree.Node{m.eval(e.LHS, f), m.eval(e.RHS, f)}, at)
	case *hclsyntax.UnaryOpExpr:
		return m.operation(e.Op, []*tree.Node{m.eval(e.Val, f)}, at)
	}
	return somewhere("expression", "an expression that is not evaluated here", at)
}

// sized is a list or an object, unless it grows too large.
func (m *module) sized(n *tree.Node) *tree.Node {
	m.spent += len(n.Items) + len(n.Members)
	delete(m.sizes, n) // it may have grown since it was looked at
	if len(n.Items) > maxItems || len(n.Members) > maxItems || m.size(n) > maxText {
		return somewhere("too-large", "a list that grows too large", n.Range)
	}
	return n
}

func (m *module) object(e *hclsyntax.ObjectConsExpr, f *frame) *tree.Node {
	out := &tree.Node{Kind: tree.Object, Range: e.OpenRange}
	seen := map[string]int{}
	for _, item := range e.Items {
		k := m.eval(item.KeyExpr, f)
		name := m.text([]*tree.Node{k}, item.KeyExpr.Range())
		v := m.eval(item.ValueExpr, f)
		if i, twice := seen[name.Text]; twice {
			out.Members[i].Value = v
			continue
		}
		seen[name.Text] = len(out.Members)
		out.Members = append(out.Members, tree.Member{Name: name.Text, Range: item.KeyExpr.Range(), Value: v})
		out.Unknown = union(out.Unknown, name.Unknown)
	}
	return m.sized(out)
}

// conditional evaluates a choice. Where it is not known which is made, and not assumed either, a list is that of both, and a
// text is a name in braces that says which texts it can be.
func (m *module) conditional(e *hclsyntax.ConditionalExpr, f *frame) *tree.Node {
	at := e.Range()
	condition := m.eval(e.Condition, f)
	holds := condition.Text == "true"
	if !isKnownBool(condition) {
		assumed, known := m.assume(condition, e.Condition.Range())
		if !known {
			return m.both(condition, m.eval(e.TrueResult, f), m.eval(e.FalseResult, f), at)
		}
		holds = assumed
	}
	if holds {
		return m.eval(e.TrueResult, f)
	}
	return m.eval(e.FalseResult, f)
}

func isKnownBool(n *tree.Node) bool {
	return n.Unknown == nil && (n.Kind == tree.Bool || n.Kind == tree.String && (n.Text == "true" || n.Text == "false"))
}

// both is a value that may be one of two.
func (m *module) both(condition, a, b *tree.Node, at hcl.Range) *tree.Node {
	what := []string{"which of two values is taken"}
	if len(condition.Unknown) > 0 {
		what = []string{"a value that hangs on " + condition.Unknown[0]}
	}
	switch {
	case !m.charge(a) || !m.charge(b):
		return somewhere("too-large", "a value that grows too large", at)
	case string(a.JSON()) == string(b.JSON()):
		return a
	case isNull(a) || isNull(b):
		out := *a
		if isNull(a) {
			out = *b
		}
		out.Unknown = union(what, out.Unknown)
		return &out
	case a.Kind == tree.List && b.Kind == tree.List:
		out := list(append(a.Items[:len(a.Items):len(a.Items)], b.Items...), at)
		out.Unknown = what
		return m.sized(out)
	case a.Kind == tree.Object && b.Kind == tree.Object && a.Tag == b.Tag:
		out := *a
		out.Members = a.Members[:len(a.Members):len(a.Members)]
		for _, other := range b.Members {
			if a.Get(other.Name) == nil {
				out.Members = append(out.Members, other)
			}
		}
		out.Unknown = what
		return m.sized(&out)
	}
	out := unknown("if "+shown(condition)+" "+shown(a)+" else "+shown(b), what[0], at)
	m.spent += len(a.Text) + len(b.Text)
	return out
}

func shown(n *tree.Node) string { return strings.Trim(n.Text, "{}") }

// loop evaluates a for expression. Of a collection that is not known there is one item, which stands for each.
func (m *module) loop(e *hclsyntax.ForExpr, f *frame) *tree.Node {
	over := m.eval(e.CollExpr, f)
	out := list(nil, e.OpenRange)
	if e.KeyExpr != nil {
		out.Kind = tree.Object
	}
	for _, p := range m.pairs(over, e.CollExpr.Range()) {
		inner := f.with(e.KeyVar, p.key).with(e.ValVar, p.value)
		if e.CondExpr != nil {
			if !m.holds(e.CondExpr, inner) {
				continue
			}
		}
		v := m.eval(e.ValExpr, inner)
		if e.KeyExpr == nil {
			out.Items = append(out.Items, v)
		} else {
			m.keep(out, e, m.text([]*tree.Node{m.eval(e.KeyExpr, inner)}, e.KeyExpr.Range()), v)
		}
		if len(out.Items)+len(out.Members) > maxItems || m.spent > m.budget {
			return somewhere("too-large", "a list that grows too large", e.SrcRange)
		}
	}
	if isUnknown(over) {
		out.Unknown = union(out.Unknown, over.Unknown)
	}
	return m.sized(out)
}

// holds reports whether the condition of a for expression holds, or may.
func (m *module) holds(e hclsyntax.Expression, f *frame) bool {
	c := m.eval(e, f)
	if isKnownBool(c) {
		return c.Text == "true"
	}
	assumed, known := m.assume(c, e.Range())
	return assumed || !known
}

// keep takes up an item of an object that a for expression makes. With an ellipsis, items of one key are a list.
func (m *module) keep(out *tree.Node, e *hclsyntax.ForExpr, key, v *tree.Node) {
	out.Unknown = union(out.Unknown, key.Unknown)
	if !e.Group {
		m.spent += len(out.Members) / 16
		put(out, key.Text, e.KeyExpr.Range(), v)
		return
	}
	if group := out.Get(key.Text); group != nil {
		group.Items = append(group.Items, v)
		delete(m.sizes, group)
		return
	}
	put(out, key.Text, e.KeyExpr.Range(), list([]*tree.Node{v}, e.SrcRange))
}

type pair struct{ key, value *tree.Node }

// pairs are the items of a collection with their keys.
func (m *module) pairs(n *tree.Node, at hcl.Range) []pair {
	var out []pair
	switch {
	case isUnknown(n):
		return []pair{{part(n, "key", at), part(n, "value", at)}}
	case n.Kind == tree.List:
		for i, v := range n.Items {
			out = append(out, pair{fromCty(cty.NumberIntVal(int64(i)), at), v})
		}
	case n.Kind == tree.Object && n.Tag == "":
		for _, member := range n.Members {
			out = append(out, pair{m.named(member.Name, member.Range), member.Value})
		}
	}
	return out
}

// named is the name of a member as a value. It may hold names in braces itself.
func (m *module) named(name string, at hcl.Range) *tree.Node {
	out := literal(name, at)
	m.recall(out)
	return out
}

func (m *module) splat(e *hclsyntax.SplatExpr, f *frame) *tree.Node {
	source := m.eval(e.Source, f)
	if isUnknown(source) {
		return m.eval(e.Each, f.with("*", part(source, "each", e.SrcRange)))
	}
	out := list(nil, e.SrcRange)
	if isNull(source) {
		return out
	}
	items := []*tree.Node{source}
	if source.Kind == tree.List {
		items = source.Items
	}
	for _, item := range items {
		out.Items = append(out.Items, m.eval(e.Each, f.with("*", item)))
	}
	return m.sized(out)
}

// operation computes with an operator.
func (m *module) operation(op *hclsyntax.Operation, operands []*tree.Node, at hcl.Range) *tree.Node {
	for _, n := range operands {
		if op == hclsyntax.OpLogicalAnd && n.Unknown == nil && n.Text == "false" || op == hclsyntax.OpLogicalOr && n.Unknown == nil && n.Text == "true" {
			return boolean(op == hclsyntax.OpLogicalOr, at) // whatever the other is
		}
	}
	var values []cty.Value
	for _, n := range operands {
		if len(m.unknowns(n)) > 0 {
			return m.uncomputed(op, operands, at)
		}
		v, ok := toCty(n)
		if !ok {
			return somewhere("operation", "what an operator makes", at)
		}
		values = append(values, v)
	}
	v, err := compute(op, values)
	if err != nil {
		return somewhere("operation", "what an operator makes", at)
	}
	return fromCty(v, at)
}

func compute(op *hclsyntax.Operation, values []cty.Value) (cty.Value, error) {
	if op == hclsyntax.OpEqual || op == hclsyntax.OpNotEqual {
		// Terraform brings both to one type first; texts and numbers are equal as texts.
		equal := values[0].Equals(values[1])
		if !values[0].Type().Equals(values[1].Type()) && values[0].Type().IsPrimitiveType() && values[1].Type().IsPrimitiveType() && !values[0].IsNull() && !values[1].IsNull() {
			equal = cty.BoolVal(fromCty(values[0], hcl.Range{}).Text == fromCty(values[1], hcl.Range{}).Text)
		}
		if op == hclsyntax.OpNotEqual {
			equal = equal.Not()
		}
		return equal, nil
	}
	return op.Impl.Call(values)
}

// uncomputed is what an operator makes of what is not known. Two names for the same are equal.
func (m *module) uncomputed(op *hclsyntax.Operation, operands []*tree.Node, at hcl.Range) *tree.Node {
	what := []string{"what an operator makes"}
	for _, n := range operands {
		if all := m.unknowns(n); len(all) > 0 {
			what = all[:1]
		}
	}
	if op == hclsyntax.OpEqual || op == hclsyntax.OpNotEqual {
		if isUnknown(operands[0]) && isUnknown(operands[1]) && operands[0].Text == operands[1].Text {
			return boolean(op == hclsyntax.OpEqual, at)
		}
		m.spent += len(operands[0].Text) + len(operands[1].Text)
		equal := unknown("equal "+shown(operands[0])+" "+shown(operands[1]), what[0], at)
		if op == hclsyntax.OpEqual {
			return equal
		}
		operands = []*tree.Node{equal}
	}
	if op == hclsyntax.OpLogicalNot || op == hclsyntax.OpNotEqual {
		return negated(operands[0], what[0], at)
	}
	return somewhere("operation", what[0], at)
}

// negated is the name for the opposite of what is not known.
func negated(n *tree.Node, what string, at hcl.Range) *tree.Node {
	name := shown(n)
	if positive, twice := strings.CutPrefix(name, "not."); twice {
		name = positive
	} else {
		name = "not." + name
	}
	return &tree.Node{Kind: tree.String, Text: "{" + name + "}", Unknown: []string{what}, Range: at}
}
