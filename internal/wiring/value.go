package wiring

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Value is what an expression comes to: a Text, Number, Bool, List, Set or Object, or a *Resource as a whole.
type Value interface {
	// String shows a value, unambiguously: two values are equal exactly if they show alike.
	String() string
}

// Text is a string, as the parts that it is made of. Adjacent literal parts are one, and none is empty.
type Text []Part

// Part is a piece of a text.
type Part struct {
	Kind PartKind
	Text string // the literal, the path, or the address with the attribute
}

// PartKind says what a piece of a text is.
type PartKind int

// The kinds of pieces.
const (
	IsLiteral   PartKind = iota // characters
	IsFile                      // the content of a file, by its path in the tree
	IsReference                 // an attribute that AWS decides
	isDirectory                 // the path of a module; it goes into file() and nowhere else
)

// Number is a whole number. A build emits no others.
type Number int64

// Bool is a truth value.
type Bool bool

// List is a list or a tuple.
type List []Value

// Set is a set of strings, sorted.
type Set []string

// Object is an object or a map.
type Object map[string]Value

// Literal is plain text.
func Literal(s string) Text { return join(Text{{IsLiteral, s}}) }

// Literals is a list of plain texts.
func Literals(texts []string) List {
	out := List{}
	for _, s := range texts {
		out = append(out, Literal(s))
	}
	return out
}

// File is the content of a file.
func File(path string) Text { return Text{{IsFile, path}} }

// Then is a text with plain text behind it.
func (t Text) Then(s string) Text { return join(t, Literal(s)) }

// join puts texts together to one.
func join(texts ...Text) Text {
	out := Text{}
	for _, t := range texts {
		for _, p := range t {
			switch n := len(out); {
			case p == Part{}:
			case n > 0 && p.Kind == IsLiteral && out[n-1].Kind == IsLiteral:
				out[n-1].Text += p.Text
			default:
				out = append(out, p)
			}
		}
	}
	return out
}

// plain is the text, if it holds no symbol.
func (t Text) plain() (string, bool) {
	switch {
	case len(t) == 0:
		return "", true
	case len(t) == 1 && t[0].Kind == IsLiteral:
		return t[0].Text, true
	}
	return "", false
}

func (t Text) String() string {
	if len(t) == 0 {
		return `""`
	}
	parts := make([]string, len(t))
	for i, p := range t {
		parts[i] = p.String()
	}
	return strings.Join(parts, " + ")
}

func (p Part) String() string {
	switch p.Kind {
	case IsLiteral:
		return strconv.Quote(p.Text)
	case IsFile:
		return "file(" + strconv.Quote(p.Text) + ")"
	case IsReference:
		return p.Text
	case isDirectory:
		return "directory(" + strconv.Quote(p.Text) + ")"
	}
	panic("wiring: unknown kind of part")
}

func (n Number) String() string { return strconv.FormatInt(int64(n), 10) }

func (b Bool) String() string { return strconv.FormatBool(bool(b)) }

func (l List) String() string { return "[" + strings.Join(shown(l), ", ") + "]" }

func (s Set) String() string { return "toset(" + Literals(s).String() + ")" }

func (o Object) String() string {
	parts := make([]string, 0, len(o))
	for _, name := range o.names() {
		parts = append(parts, strconv.Quote(name)+" = "+o[name].String())
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// names are the keys of an object in the order in which Terraform goes through them.
func (o Object) names() []string { return slices.Sorted(maps.Keys(o)) }

func shown(values []Value) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = v.String()
	}
	return out
}

// EqualSets reports whether two lists have the same elements, each as often, in whatever order.
func EqualSets(a, b List) bool {
	return slices.Equal(slices.Sorted(slices.Values(shown(a))), slices.Sorted(slices.Values(shown(b))))
}

// Equal reports whether two values are the same; neither is the same as a missing one.
func Equal(a, b Value) bool { return a != nil && b != nil && a.String() == b.String() }
