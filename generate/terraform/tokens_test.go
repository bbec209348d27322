package terraform

import (
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

func TestJoin(t *testing.T) {
	x := func() hclwrite.Tokens { return expr("x") }
	tests := []struct {
		name   string
		tokens hclwrite.Tokens
		source string
		value  string
	}{
		{"nothing", join(), `""`, ""},
		{"text", join(text("a"), text("b")), `"ab"`, "ab"},
		{"empty text", join(text(""), x()), `"${x}"`, "X"},
		{"between", join(text("a/"), x(), text("/b")), `"a/${x}/b"`, "a/X/b"},
		{"escapes", join(text("${x}%{y}\"\n"), x()), `"$${x}%%{y}\"\n${x}"`, "${x}%{y}\"\nX"},
		{"dollar before an interpolation", join(text("a$"), x()), `"${"a$"}${x}"`, "a$X"},
		{"percent before an interpolation", join(text("a%"), x()), `"${"a%"}${x}"`, "a%X"},
		{"dollar at the end", join(x(), text("a$")), `"${x}${"a$"}"`, "Xa$"},
		{"a brace after an interpolation", join(x(), text("{x}")), `"${x}{x}"`, "X{x}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := string(hclwrite.Format(tt.tokens.Bytes()))
			if got != tt.source {
				t.Errorf("got %s, want %s", got, tt.source)
			}
			e, ds := hclsyntax.ParseExpression([]byte(got), "", hcl.InitialPos)
			if ds.HasErrors() {
				t.Fatal(ds)
			}
			v, ds := e.Value(&hcl.EvalContext{Variables: map[string]cty.Value{"x": cty.StringVal("X")}})
			if ds.HasErrors() || v.AsString() != tt.value {
				t.Errorf("got %#v (%v), want %q", v, ds, tt.value)
			}
		})
	}
}

func TestExprTakesOnlyIdentifiers(t *testing.T) {
	for _, name := range []string{"", "a b", `a"`, "a.b", "${x}", "1a", "a\n"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q passed", name)
				}
			}()
			expr("var.%s", name)
		}()
	}
}

func TestList(t *testing.T) {
	tests := []struct {
		values []string
		want   string
	}{
		{nil, "[]"},
		{[]string{"a"}, `["a"]`},
		{[]string{"a", "b"}, "[\n  \"a\",\n  \"b\",\n]"},
	}
	for _, tt := range tests {
		if got := string(hclwrite.Format(texts(tt.values).Bytes())); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
}
