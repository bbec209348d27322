package wiring

import (
	"math/big"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// frame is a variable of a for expression, or each, and those around it.
type frame struct {
	name  string
	value Value
	up    *frame
}

// eval is what an expression comes to. Every kind of expression that is not listed is an error.
func (s *scope) eval(e hclsyntax.Expression, f *frame) (Value, error) {
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		return literal(e.Val, e.SrcRange)
	case *hclsyntax.ParenthesesExpr:
		return s.eval(e.Expression, f)
	case *hclsyntax.TemplateWrapExpr:
		return s.eval(e.Wrapped, f)
	case *hclsyntax.TemplateExpr:
		return s.template(e, f)
	case *hclsyntax.TupleConsExpr:
		return s.list(e, f)
	case *hclsyntax.ObjectConsExpr:
		return s.object(e, f)
	case *hclsyntax.ObjectConsKeyExpr:
		return s.key(e, f)
	case *hclsyntax.ScopeTraversalExpr:
		return s.traversal(e, f)
	case *hclsyntax.RelativeTraversalExpr:
		return s.relative(e, f)
	case *hclsyntax.IndexExpr:
		return s.index(e, f)
	case *hclsyntax.FunctionCallExpr:
		return s.function(e, f)
	case *hclsyntax.BinaryOpExpr:
		return s.operation(e, f)
	case *hclsyntax.ConditionalExpr:
		return s.conditional(e, f)
	case *hclsyntax.ForExpr:
		return s.loop(e, f)
	}
	return nil, at(e.Range(), "an expression of this kind is not evaluated")
}

// constant is what an expression comes to where Terraform takes no references.
func constant(e hclsyntax.Expression) (Value, error) {
	return constants().eval(e, nil)
}

// constants is a scope in which nothing is declared.
func constants() *scope { return &scope{tree: &Tree{}, module: &module{}} }

func literal(v cty.Value, r hcl.Range) (Value, error) {
	switch {
	case v.IsNull() || !v.IsKnown():
	case v.Type() == cty.String:
		return Literal(v.AsString()), nil
	case v.Type() == cty.Bool:
		return Bool(v.True()), nil
	case v.Type() == cty.Number:
		if n, accuracy := v.AsBigFloat().Int64(); accuracy == big.Exact {
			return Number(n), nil
		}
	}
	return nil, at(r, "a literal other than a text, a truth value or a whole number")
}

func (s *scope) template(e *hclsyntax.TemplateExpr, f *frame) (Value, error) {
	parts := make([]Text, 0, len(e.Parts))
	for _, p := range e.Parts {
		v, err := s.eval(p, f)
		if err != nil {
			return nil, err
		}
		text, err := asText(v, p.Range())
		if err != nil {
			return nil, err
		}
		parts = append(parts, text)
	}
	return join(parts...), nil
}

// asText is a value in the place of a string.
func asText(v Value, r hcl.Range) (Text, error) {
	switch v := v.(type) {
	case Text:
		return v, nil
	case Number:
		return Literal(v.String()), nil
	case Bool:
		return Literal(v.String()), nil
	}
	return nil, at(r, "a text was expected")
}

// asKey is a value that names an element. A symbol cannot: which element it names is not known.
func asKey(v Value, r hcl.Range) (string, error) {
	text, err := asText(v, r)
	if err != nil {
		return "", err
	}
	key, isPlain := text.plain()
	if !isPlain {
		return "", at(r, "a key that is not known before anything exists")
	}
	return key, nil
}

func (s *scope) list(e *hclsyntax.TupleConsExpr, f *frame) (Value, error) {
	out := make(List, 0, len(e.Exprs))
	for _, x := range e.Exprs {
		v, err := s.eval(x, f)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func (s *scope) object(e *hclsyntax.ObjectConsExpr, f *frame) (Value, error) {
	out := make(Object, len(e.Items))
	for _, item := range e.Items {
		k, err := s.eval(item.KeyExpr, f)
		if err != nil {
			return nil, err
		}
		v, err := s.eval(item.ValueExpr, f)
		if err != nil {
			return nil, err
		}
		if err := out.put(k, v, item.KeyExpr.Range()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// put adds an element. Of two with the same key Terraform would take the last here and refuse both there.
func (o Object) put(k, v Value, r hcl.Range) error {
	key, err := asKey(k, r)
	if err != nil {
		return err
	}
	if _, twice := o[key]; twice {
		return at(r, "the key %q stands here twice", key)
	}
	o[key] = v
	return nil
}

// key is the key of an object's element: a bare word is that word, not a reference.
func (s *scope) key(e *hclsyntax.ObjectConsKeyExpr, f *frame) (Value, error) {
	if word := hcl.ExprAsKeyword(e.Wrapped); word != "" && !e.ForceNonLiteral {
		return Literal(word), nil
	}
	return s.eval(e.Wrapped, f)
}

// operation is one of the two operators that a build emits.
func (s *scope) operation(e *hclsyntax.BinaryOpExpr, f *frame) (Value, error) {
	left, err := s.eval(e.LHS, f)
	if err != nil {
		return nil, err
	}
	right, err := s.eval(e.RHS, f)
	if err != nil {
		return nil, err
	}
	switch e.Op {
	case hclsyntax.OpAdd:
		a, isNumber := left.(Number)
		b, areNumbers := right.(Number)
		if isNumber && areNumbers {
			return a + b, nil
		}
	case hclsyntax.OpEqual:
		if scalars(left, right) {
			return Bool(Equal(left, right)), nil
		}
	}
	return nil, at(e.SrcRange, "this operation, of these operands, is not evaluated")
}

// scalars reports whether two values are of the same simple type and hold no symbol, so that Terraform converts nothing
// where they meet, and sees in them what is seen here.
func scalars(a, b Value) bool {
	switch a := a.(type) {
	case Text:
		b, same := b.(Text)
		_, plain := a.plain()
		_, plainToo := b.plain()
		return same && plain && plainToo
	case Number:
		_, same := b.(Number)
		return same
	case Bool:
		_, same := b.(Bool)
		return same
	}
	return false
}

// conditional evaluates both branches, because Terraform converts them to one type.
func (s *scope) conditional(e *hclsyntax.ConditionalExpr, f *frame) (Value, error) {
	condition, err := s.eval(e.Condition, f)
	if err != nil {
		return nil, err
	}
	yes, err := s.eval(e.TrueResult, f)
	if err != nil {
		return nil, err
	}
	no, err := s.eval(e.FalseResult, f)
	if err != nil {
		return nil, err
	}
	_, isText := yes.(Text)
	_, areTexts := no.(Text)
	holds, isBool := condition.(Bool)
	switch {
	case !isBool || !scalars(yes, no) && !(isText && areTexts):
		return nil, at(e.SrcRange, "this condition is not evaluated")
	case bool(holds):
		return yes, nil
	}
	return no, nil
}

// loop is a for expression.
func (s *scope) loop(e *hclsyntax.ForExpr, f *frame) (Value, error) {
	if e.Group {
		return nil, at(e.SrcRange, "a for expression that groups is not evaluated")
	}
	collection, err := s.eval(e.CollExpr, f)
	if err != nil {
		return nil, err
	}
	pairs, err := elements(collection, e.CollExpr.Range())
	if err != nil {
		return nil, err
	}
	list, object := List{}, Object{}
	for _, p := range pairs {
		inner := &frame{e.ValVar, p.value, f}
		if e.KeyVar != "" {
			inner = &frame{e.ValVar, p.value, &frame{e.KeyVar, p.key, f}}
		}
		key, value, taken, err := s.element(e, inner)
		if err != nil {
			return nil, err
		}
		if taken && e.KeyExpr == nil {
			list = append(list, value)
		} else if taken {
			if err := object.put(key, value, e.KeyExpr.Range()); err != nil {
				return nil, err
			}
		}
	}
	if e.KeyExpr == nil {
		return list, nil
	}
	return object, nil
}

// element is what a for expression makes of one element, if its condition takes it.
func (s *scope) element(e *hclsyntax.ForExpr, f *frame) (key, value Value, taken bool, err error) {
	if e.CondExpr != nil {
		v, err := s.eval(e.CondExpr, f)
		if err != nil {
			return nil, nil, false, err
		}
		taken, isBool := v.(Bool)
		if !isBool {
			return nil, nil, false, at(e.CondExpr.Range(), "a truth value was expected")
		}
		if !taken {
			return nil, nil, false, nil
		}
	}
	if e.KeyExpr != nil {
		if key, err = s.eval(e.KeyExpr, f); err != nil {
			return nil, nil, false, err
		}
	}
	value, err = s.eval(e.ValExpr, f)
	return key, value, true, err
}

// pair is an element of a collection, as for and for_each see it.
type pair struct{ key, value Value }

// elements are the elements of a collection in Terraform's order.
func elements(v Value, r hcl.Range) ([]pair, error) {
	var out []pair
	switch v := v.(type) {
	case List:
		for i, x := range v {
			out = append(out, pair{Number(i), x})
		}
	case Set:
		for _, x := range v {
			out = append(out, pair{Literal(x), Literal(x)})
		}
	case Object:
		for _, name := range v.names() {
			out = append(out, pair{Literal(name), v[name]})
		}
	default:
		return nil, at(r, "a collection was expected")
	}
	return out, nil
}
