package spec

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"regexp/syntax"
	"strconv"
	"strings"
)

// This file makes random documents from the tags, right ones and slightly wrong ones, as trees of object, array and
// scalars, and writes them as YAML.

type object []member

type member struct {
	key   string
	value any
}

type array []any

// generator makes random documents. Budget bounds their size.
type generator struct {
	*rand.Rand
	budget int
}

// maker is a type of the language that makes a value of its own, as node decodes one.
type maker interface {
	random(g *generator, r rules) any
}

func (g *generator) of(t reflect.Type, r rules) any {
	g.budget--
	if t.Kind() == reflect.Pointer {
		return g.of(t.Elem(), r)
	}
	if self, ok := reflect.New(t).Interface().(maker); ok {
		return self.random(g, r)
	}
	return g.structure(shapeOf(t))
}

func (g *generator) structure(s *shape) any {
	var forms []field
	for _, f := range s.fields {
		if f.rules.short {
			forms = append(forms, f)
		}
	}
	if len(forms) > 0 && g.IntN(2) == 0 {
		f := forms[g.IntN(len(forms))]
		return g.of(f.kind, f.rules)
	}
	left := map[string]bool{}
	for _, group := range s.groups {
		pick := g.IntN(len(group.keys) + 1)
		for i, key := range group.keys {
			left[key] = left[key] || i != pick
		}
		if group.exactly {
			left[group.keys[pick%len(group.keys)]] = false
		}
	}
	o := object{}
	for _, f := range s.fields {
		chosen, grouped := left[f.rules.name]
		wanted := !f.rules.optional || grouped && !chosen
		if wanted || !grouped && g.budget > 0 && g.IntN(3) == 0 {
			o = append(o, member{f.rules.name, g.of(f.kind, f.rules)})
		}
	}
	g.Shuffle(len(o), func(i, j int) { o[i], o[j] = o[j], o[i] })
	return o
}

// size returns how many items a collection gets.
func (g *generator) size(r rules) int {
	least, most := orInt(r.minItems, 0), orInt(r.maxItems, 1000)
	if g.budget <= 0 {
		return least
	}
	return min(most, least+g.IntN(3))
}

func orInt(n *int, other int) int {
	if n == nil {
		return other
	}
	return *n
}

func (l *List[T]) random(g *generator, r rules) any {
	a := array{}
	for range g.size(r) {
		a = append(a, g.of(reflect.TypeFor[T](), r.inner()))
	}
	return a
}

func (m *Map[T]) random(g *generator, r rules) any {
	o, taken := object{}, map[string]bool{}
	for n := g.size(r); len(o) < n; {
		key := g.text(rules{pattern: r.keys})
		if !taken[key] {
			taken[key] = true
			o = append(o, member{key, g.of(reflect.TypeFor[T](), r.inner())})
		}
	}
	return o
}

func (e *PerEnvironment) random(g *generator, r rules) any {
	if g.IntN(2) == 0 {
		return e.All.random(g, r)
	}
	return e.By.random(g, r)
}

func (b *Bool) random(g *generator, _ rules) any { return g.IntN(2) == 0 }

func (i *Int) random(g *generator, r rules) any {
	least := orInt(r.min, min(-1000, orInt(r.max, 0)-1000))
	most := orInt(r.max, max(1000, least+1000))
	return least + g.IntN(most-least+1)
}

func (t *Text) random(g *generator, r rules) any { return g.text(r) }

var letters = []rune("abz019 _-.:#'\"\\{}[],&*!|>%@`~é日\u00a0\U0001f600")

func (g *generator) text(r rules) string {
	switch {
	case len(r.enum) > 0:
		return r.enum[g.IntN(len(r.enum))]
	case r.pattern != "":
		re, err := syntax.Parse(r.pattern, syntax.Perl)
		if err != nil {
			panic(err)
		}
		return g.match(re)
	}
	least := orInt(r.minLen, 0)
	n := min(least+g.IntN(8), orInt(r.maxLen, 1000))
	var b strings.Builder
	for range n {
		b.WriteRune(letters[g.IntN(len(letters))])
	}
	return b.String()
}

// match returns a text that a pattern matches.
func (g *generator) match(re *syntax.Regexp) string {
	var b strings.Builder
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		i := 2 * g.IntN(len(re.Rune)/2)
		b.WriteRune(re.Rune[i] + rune(g.IntN(int(re.Rune[i+1]-re.Rune[i])+1)))
	case syntax.OpAnyCharNotNL, syntax.OpAnyChar:
		b.WriteRune(letters[g.IntN(len(letters))])
	case syntax.OpCapture, syntax.OpConcat:
		for _, sub := range re.Sub {
			b.WriteString(g.match(sub))
		}
	case syntax.OpAlternate:
		return g.match(re.Sub[g.IntN(len(re.Sub))])
	case syntax.OpEmptyMatch:
	default:
		least, most := repetition(re)
		for range least + g.IntN(min(most, least+4)-least+1) {
			b.WriteString(g.match(re.Sub[0]))
		}
	}
	return b.String()
}

func repetition(re *syntax.Regexp) (least, most int) {
	switch re.Op {
	case syntax.OpStar:
		return 0, 1000
	case syntax.OpPlus:
		return 1, 1000
	case syntax.OpQuest:
		return 0, 1
	case syntax.OpRepeat:
		if re.Max < 0 {
			return re.Min, 1000
		}
		return re.Min, re.Max
	}
	panic("no generator for " + re.String())
}

// write writes a tree as YAML: collections in flow or in block style, texts in quotes or, where that is plainly text,
// without.
func (g *generator) write(v any) string { return g.block(v, 0) + "\n" }

func (g *generator) block(v any, depth int) string {
	o, isObject := v.(object)
	a, isArray := v.(array)
	if len(o)+len(a) == 0 || g.IntN(3) == 0 && depth > 0 {
		return " " + g.flow(v)
	}
	indent := "\n" + strings.Repeat("  ", depth)
	var b strings.Builder
	if isObject {
		for _, m := range o {
			b.WriteString(indent + g.scalar(m.key) + ":" + g.block(m.value, depth+1))
		}
	}
	if isArray {
		for _, item := range a {
			b.WriteString(indent + "-" + g.block(item, depth+1))
		}
	}
	return b.String()
}

func (g *generator) flow(v any) string {
	var parts []string
	switch v := v.(type) {
	case object:
		for _, m := range v {
			parts = append(parts, g.scalar(m.key)+": "+g.flow(m.value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case array:
		for _, item := range v {
			parts = append(parts, g.flow(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	default:
		return g.scalar(v)
	}
}

func (g *generator) scalar(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		if strings.Trim(v, "abcdefghijklmnopqrstuvwxyz_") == "" && v != "" && v != "true" && v != "false" && v != "null" && g.IntN(2) == 0 {
			return v
		}
		if g.IntN(2) == 0 && !hasControl(v, false) && strconv.QuoteToGraphic(v) == `"`+v+`"` {
			return "'" + strings.ReplaceAll(v, "'", "''") + "'"
		}
		return strconv.QuoteToASCII(v)
	default:
		return fmt.Sprint(v)
	}
}
