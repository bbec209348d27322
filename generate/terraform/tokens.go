package terraform

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// This file makes expressions. Text of the spec goes through text and nothing else, so quotes, newlines, ${ and %{ in it
// are escaped; expr takes source code, which is only ever this package's own, with names in it that are identifiers.

// text is a quoted string.
func text(s string) hclwrite.Tokens { return hclwrite.TokensForValue(cty.StringVal(s)) }

func number(n int) hclwrite.Tokens { return hclwrite.TokensForValue(cty.NumberIntVal(int64(n))) }

func boolean(b bool) hclwrite.Tokens { return hclwrite.TokensForValue(cty.BoolVal(b)) }

// expr is the expression that format spells, with names put in the places of its %s.
func expr(format string, names ...string) hclwrite.Tokens {
	args := make([]any, len(names))
	for i, n := range names {
		if !hclsyntax.ValidIdentifier(n) {
			panic(fmt.Sprintf("terraform: %q is no identifier", n))
		}
		args[i] = n
	}
	return tokens(fmt.Sprintf(format, args...))
}

// tokens splits source code. Spaces are left to the formatter.
func tokens(source string) hclwrite.Tokens {
	lexed, ds := hclsyntax.LexExpression([]byte(source), "", hcl.InitialPos)
	if ds.HasErrors() {
		panic("terraform: " + ds.Error())
	}
	var out hclwrite.Tokens
	for _, t := range lexed {
		if t.Type != hclsyntax.TokenEOF {
			out = append(out, &hclwrite.Token{Type: t.Type, Bytes: t.Bytes})
		}
	}
	return out
}

// join is a quoted string of parts: text stays text, any other expression is interpolated.
func join(parts ...hclwrite.Tokens) hclwrite.Tokens {
	out := hclwrite.Tokens{{Type: hclsyntax.TokenOQuote, Bytes: []byte(`"`)}}
	for _, p := range parts {
		if inner, ok := unquote(p); ok {
			out = append(out, inner...)
			continue
		}
		out = append(out, &hclwrite.Token{Type: hclsyntax.TokenTemplateInterp, Bytes: []byte("${")})
		out = append(out, p...)
		out = append(out, &hclwrite.Token{Type: hclsyntax.TokenTemplateSeqEnd, Bytes: []byte("}")})
	}
	return append(out, &hclwrite.Token{Type: hclsyntax.TokenCQuote, Bytes: []byte(`"`)})
}

// unquote is the inside of a quoted string. A string that ends in $ or % stays quoted: before ${ its end would read as an
// escape ("$" and "${x}" would become the text "${x}").
func unquote(p hclwrite.Tokens) (hclwrite.Tokens, bool) {
	if len(p) < 2 || p[0].Type != hclsyntax.TokenOQuote || p[len(p)-1].Type != hclsyntax.TokenCQuote {
		return nil, false
	}
	inner := p[1 : len(p)-1]
	last := string(inner.Bytes())
	return inner, !strings.HasSuffix(last, "$") && !strings.HasSuffix(last, "%")
}

// prefixed is a physical name: the environment's prefix, then the part that environments share.
func prefixed(name string) hclwrite.Tokens { return join(expr("var.name_prefix"), text(name)) }

// file reads a file of the root.
func file(path string) hclwrite.Tokens {
	return hclwrite.TokensForFunctionCall("file", join(expr("path.module"), text("/"+path)))
}

// pair is an element of an object.
type pair struct {
	name  string // an identifier
	value hclwrite.Tokens
}

// object is an object constructor with one element a line.
func object(pairs []pair) hclwrite.Tokens {
	var attrs []hclwrite.ObjectAttrTokens
	for _, p := range pairs {
		attrs = append(attrs, hclwrite.ObjectAttrTokens{Name: hclwrite.TokensForIdentifier(p.name), Value: p.value})
	}
	return hclwrite.TokensForObject(attrs)
}

// quoted is an object constructor whose keys need not be identifiers.
func quoted(pairs []pair) hclwrite.Tokens {
	var attrs []hclwrite.ObjectAttrTokens
	for _, p := range pairs {
		attrs = append(attrs, hclwrite.ObjectAttrTokens{Name: text(p.name), Value: p.value})
	}
	return hclwrite.TokensForObject(attrs)
}

// objectType is the type constraint of an object.
func objectType(pairs []pair) hclwrite.Tokens {
	return hclwrite.TokensForFunctionCall("object", object(pairs))
}

// list is a list constructor: on one line if it has at most one element, else one element a line, so that a diff shows
// which was added.
func list(items []hclwrite.Tokens) hclwrite.Tokens {
	if len(items) <= 1 {
		return hclwrite.TokensForTuple(items)
	}
	out := hclwrite.Tokens{{Type: hclsyntax.TokenOBrack, Bytes: []byte("[")}, newline()}
	for _, item := range items {
		out = append(out, item...)
		out = append(out, &hclwrite.Token{Type: hclsyntax.TokenComma, Bytes: []byte(",")}, newline())
	}
	return append(out, &hclwrite.Token{Type: hclsyntax.TokenCBrack, Bytes: []byte("]")})
}

func newline() *hclwrite.Token {
	return &hclwrite.Token{Type: hclsyntax.TokenNewline, Bytes: []byte("\n")}
}

// texts is a list of quoted strings.
func texts(values []string) hclwrite.Tokens {
	var items []hclwrite.Tokens
	for _, s := range values {
		items = append(items, text(s))
	}
	return list(items)
}

// mapOf is the tokens of a function of each element.
func mapOf[T any](list []T, f func(T) hclwrite.Tokens) []hclwrite.Tokens {
	var out []hclwrite.Tokens
	for _, x := range list {
		out = append(out, f(x))
	}
	return out
}

// pairsOf is a pair for each element.
func pairsOf[T any](list []T, f func(T) pair) []pair {
	var out []pair
	for _, x := range list {
		out = append(out, f(x))
	}
	return out
}
