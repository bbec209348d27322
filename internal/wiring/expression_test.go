package wiring

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// known are the variables that the expressions of these tests may use: as this package sees them, and as HCL does.
func known() (*scope, *hcl.EvalContext) {
	s := &scope{tree: &Tree{}, module: &module{}, arguments: map[string]Value{
		"name": Literal("n"), "list": Literals([]string{"b", "a", "b"}),
		"object": Object{"y": Number(2), "x": Number(1)},
		"nested": Object{"t1": Object{"docs": Literals([]string{"d"})}, "t0": Object{"docs": Literals([]string{"e", "f"})}},
	}}
	list := cty.ListVal([]cty.Value{cty.StringVal("b"), cty.StringVal("a"), cty.StringVal("b")})
	docs := func(names ...string) cty.Value {
		var out []cty.Value
		for _, n := range names {
			out = append(out, cty.StringVal(n))
		}
		return cty.ObjectVal(map[string]cty.Value{"docs": cty.ListVal(out)})
	}
	return s, &hcl.EvalContext{
		Variables: map[string]cty.Value{"var": cty.ObjectVal(map[string]cty.Value{
			"name": cty.StringVal("n"), "list": list,
			"object": cty.ObjectVal(map[string]cty.Value{"y": cty.NumberIntVal(2), "x": cty.NumberIntVal(1)}),
			"nested": cty.MapVal(map[string]cty.Value{"t1": docs("d"), "t0": docs("e", "f")}),
		})},
		Functions: map[string]function.Function{
			"merge": stdlib.MergeFunc, "concat": stdlib.ConcatFunc, "split": stdlib.SplitFunc,
			"toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
		},
	}
}

// expressionOf parses an expression.
func expressionOf(t testing.TB, src string) hclsyntax.Expression {
	t.Helper()
	e, ds := hclsyntax.ParseExpression([]byte(src), "test.tf", hcl.InitialPos)
	if ds.HasErrors() {
		t.Fatalf("%s: %v", src, ds)
	}
	return e
}

// Every expression that is evaluated comes to what HCL's own evaluation comes to.
func TestExpressionsAreAsInHCL(t *testing.T) {
	s, ctx := known()
	for _, src := range []string{
		`"text"`, `"a\n\"b\" $${x} %%{y}"`, `12`, `true`, `"${1 + 2} and ${true} and ${var.name}"`, `"${var.name}"`, `""`, `"${""}"`, `(1)`,
		"<<-EOT\n    two\n      lines ${var.name}\n    EOT\n",
		`[]`, `[1, "a", [true]]`, `{}`, `{a = 1, "b" = 2, (var.name) = 3, "${var.name}x" = 4, 5 = 6}`, `{ a = { b = [1] } }`,
		`var.object.x`, `var.object["y"]`, `var.list[1]`, `var.nested["t0"].docs[1]`, `{ a = 1 }.a`, `["x"][0]`, `split("/", "a/b")[0]`, `var.nested[concat(["t1"])[0]].docs`,
		`1 == 1`, `"a" == "b"`, `true == false`, `var.name == "n" ? "yes" : "no"`, `2 == 3 ? 1 : 0`, `"%{ if var.name == "n" }y%{ else }z%{ endif }"`,
		`[for x in var.list : x]`, `[for i, x in var.list : "${i}${x}"]`, `[for k, v in var.object : "${k}${v}"]`, `[for v in var.object : v]`,
		`{ for i, x in var.list : i + 1 => x }`, `{ for k, v in var.object : v => k }`, `[for x in var.list : x if x == "b"]`, `{ for k, v in var.object : k => v if k == "x" }`,
		`merge([for t, r in var.nested : { for i, d in r.docs : "${t}/${i + 1}" => { t = t, d = d, s = i == 0 ? "" : "+${i + 1}" } }]...)`,
		`merge()`, `merge({ a = 1, b = 1 }, { b = 2 })`, `concat([1], [], ["a"])`, `split("/", "a//b")`, `split("x", "")`, `toset(var.list)`, `toset([])`, `[for x in toset(var.list) : x]`, `{ for k, v in toset(var.list) : k => v }`,
		`[for var in [1] : var]`, `[for x in ["o"] : [for x in ["i"] : x]]`, `"e\u0301"`,
	} {
		want, ds := expressionOf(t, src).Value(ctx)
		if ds.HasErrors() {
			t.Errorf("%s: HCL says %v", src, ds)
			continue
		}
		got, err := s.eval(expressionOf(t, src), nil)
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		if shown := ofHCL(want).String(); got.String() != shown {
			t.Errorf("%s: %s, and in HCL %s", src, got, shown)
		}
	}
}

// ofHCL is a value of HCL as this package has it.
func ofHCL(v cty.Value) Value {
	switch t := v.Type(); {
	case t == cty.String:
		return Literal(v.AsString())
	case t == cty.Bool:
		return Bool(v.True())
	case t == cty.Number:
		n, _ := v.AsBigFloat().Int64()
		return Number(n)
	case t.IsSetType():
		out := Set{}
		for _, x := range v.AsValueSlice() {
			out = append(out, x.AsString())
		}
		return out
	case t.IsListType(), t.IsTupleType():
		out := List{}
		for _, x := range v.AsValueSlice() {
			out = append(out, ofHCL(x))
		}
		return out
	}
	out := Object{}
	for name, x := range v.AsValueMap() {
		out[name] = ofHCL(x)
	}
	return out
}

// What is not evaluated is an error that says where and what.
func TestExpressionsThatAreNotEvaluated(t *testing.T) {
	s, _ := known()
	for src, want := range map[string]string{
		`null`: "a literal other than", `1.5`: "a literal other than", `-1`: "of this kind", `!true`: "of this kind", `1 - 1`: "this operation", `1 < 2`: "this operation",
		`true && true`: "this operation", `"a" + 1`: "this operation", `1 == "1"`: "this operation", `[] == []`: "this operation", `"a" != "b"`: "this operation",
		`var.list[*]`: "of this kind", `var.nested.*.docs`: "of this kind", `var`: "var as a whole", `var.nothing`: "var.nothing is not declared", `local.x`: "local.x is not declared",
		`aws_iam_role.x.arn`: "aws_iam_role.x is not declared", `data.aws_iam_role.x.arn`: "data.aws_iam_role.x is not declared", `data.x`: "data as a whole", `module.x.y`: "module.x is not evaluated", `module.x`: "module.x is not evaluated",
		`path.cwd`: "path.cwd is not declared", `terraform.workspace`: "terraform.workspace is not declared", `each.key`: "each.key is not declared", `self.arn`: "self.arn is not declared", `var["name"]`: "var with an index",
		`var.object.z`: `has no element "z"`, `var.list[3]`: "no element 3", `var.list["a"]`: `has no element "a"`, `var.object[0]`: "no element 0", `var.name.x`: "has no element",
		`true ? 1 : "1"`: "this condition", `"true" ? 1 : 2`: "this condition", `true ? [1] : [2]`: "this condition", `true ? var.nothing : 1`: "not declared",
		`[for x in "a" : x]`: "a collection was expected", `{ for x in var.list : x => x }`: `"b" stands here twice`, `{ for x in var.list : x => x... }`: "that groups", `[for x in var.list : x if "true"]`: "a truth value",
		`{ a = 1, "a" = 2 }`: `"a" stands here twice`, `{ (var.list) = 1 }`: "a text was expected", `"x${var.list}"`: "a text was expected", `"%{ for x in var.list }${x}%{ endfor }"`: "of this kind",
		`upper("a")`: "the function upper", `jsonencode({})`: "the function jsonencode", `templatefile("a", {})`: "the function templatefile", `merge([])`: "merge takes objects", `merge({}...)`: "an ellipsis behind",
		`concat({})`: "concat takes lists", `split("/")`: "split takes two", `split("", "a")`: "split of anything", `split("/", 1)`: "split of anything", `toset([1])`: "toset of anything", `toset("a")`: "toset takes a list", `toset([], [])`: "toset takes one",
		`file("a")`: "below path.module", `file("${path.module}")`: "below path.module", `file("${path.module}x")`: "below path.module", `file("${path.module}/none")`: "none is not there", `file("x${path.module}/a")`: "below path.module", `file()`: "file takes one",
	} {
		v, err := s.eval(expressionOf(t, src), nil)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "test.tf:1: ") {
			t.Errorf("%s: %v and the error %v, not %q", src, v, err, want)
		}
	}
}
