package access

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file reads texts with variables while it is assumed what each variable stands for: nothing, the empty text, or some
// other text, which is a letter or, in worlds, known. A statement is read once for each way to assume it.

// stand is what a variable stands for.
type stand struct {
	kind standKind
	text string // forText
	at   int    // among what the variable can stand for
}

type standKind int

const (
	forNothing standKind = iota // a text with the variable matches nothing, unless it has a default
	forEmpty                    // the empty text
	forLetter                   // some other text
	forText                     // this text
)

// standing is what each variable stands for, by its name in lower case.
type standing map[string]stand

// piece is a part of a text of a policy: a character, which may be a wildcard, a character that is none, or a variable.
type piece struct {
	char      rune
	plain     bool // never a wildcard
	variable  bool
	name      string // of a variable, in lower case
	fallback  string // of one with a default
	defaulted bool
}

// takeApart takes a text apart. What begins with "${" and does not end is plain text; so is a default without its closing
// quotation mark part of a name that no key has (IAM user guide, "Variables and tags", default values).
func takeApart(source string, variables bool) []piece {
	var out []piece
	for rest := source; rest != ""; {
		if variables && strings.HasPrefix(rest, "${") {
			if p, after, is := variablePiece(rest); is {
				out, rest = append(out, p), after
				continue
			}
		}
		c, size := utf8.DecodeRuneInString(rest)
		out, rest = append(out, piece{char: c}), rest[size:]
	}
	return out
}

// variablePiece reads the variable that a text begins with.
func variablePiece(text string) (p piece, rest string, is bool) {
	body := text[len("${"):]
	end := strings.IndexByte(body, '}')
	if end < 0 {
		return piece{}, "", false
	}
	p, rest = variableNamed(body[:end]), body[end+1:]
	before, quoted, found := strings.Cut(body, ",")
	if !found || len(before) > end {
		return p, rest, true
	}
	blank, quoted, found := strings.Cut(quoted, "'")
	if !found || strings.TrimSpace(blank) != "" || len(before)+1+len(blank) > end {
		return p, rest, true
	}
	if fallback, after, closed := strings.Cut(quoted, "'}"); closed {
		p = variableNamed(strings.TrimSpace(before))
		p.fallback, p.defaulted = fallback, true
		return p, after, true
	}
	return p, rest, true
}

// variableNamed is the variable of a name. Three stand for characters that have a meaning in patterns.
func variableNamed(name string) piece {
	switch name {
	case "*", "?", "$":
		return piece{char: rune(name[0]), plain: true}
	}
	return piece{variable: true, name: strings.ToLower(name)}
}

// variablesIn are the names of the variables of a statement, in lower case and order. A key that holds several values
// stands for nothing (IAM user guide, "Variables and tags", multivalued).
func variablesIn(st policy.Statement, variables bool) []string {
	if !variables {
		return nil
	}
	var names []string
	add := func(text string) {
		if !strings.Contains(text, "${") {
			return
		}
		for _, p := range takeApart(text, true) {
			if p.variable && !catalog.Multivalued(p.name) {
				names = append(names, p.name)
			}
		}
	}
	for _, patterns := range [][]string{st.Resource, st.NotResource} {
		for _, p := range patterns {
			_, last := lastPart(p)
			add(last)
		}
	}
	for _, c := range st.Condition {
		if takesVariables(policy.OperatorOf(c.Operator).Base) {
			for _, v := range c.Values {
				add(v)
			}
		}
	}
	return Sorted(names)
}

// takesVariables reports whether variables count in the values of an operator.
func takesVariables(base string) bool {
	return strings.HasPrefix(base, "String") || strings.HasPrefix(base, "Arn")
}

// lastPart divides a pattern of a resource where its last part begins, the only one in which variables count (IAM user
// guide, "Variables and tags").
func lastPart(pattern string) (before, last string) {
	at := 0
	for range 5 {
		i := strings.IndexByte(pattern[at:], ':')
		if i < 0 {
			return pattern, ""
		}
		at += i + 1
	}
	return pattern[:at], pattern[at:]
}

// standings are the ways to assume what variables stand for: those with texts first.
func (s *Symbols) standings(names []string) ([]standing, error) {
	out := []standing{{}}
	for _, name := range names {
		var next []standing
		for _, st := range s.stands(name) {
			for _, o := range out {
				with := make(standing, len(o)+1)
				for n, v := range o {
					with[n] = v
				}
				with[name] = st
				next = append(next, with)
			}
		}
		if out = next; len(out) > mostStandings {
			return nil, fmt.Errorf("a statement with the variables %s stands for more than %d, which is not decided", strings.Join(names, ", "), mostStandings)
		}
	}
	return out, nil
}

// mostStandings is how often a statement is read at the most.
const mostStandings = 1024

// stands is what a variable can stand for.
func (s *Symbols) stands(name string) []stand {
	var out []stand
	if s.worlds == nil {
		out = append(out, stand{kind: forLetter})
	} else {
		for _, text := range s.worlds.textsOf(name) {
			out = append(out, stand{forText, text, len(out)})
		}
	}
	return append(out, stand{kind: forEmpty, at: len(out)}, stand{kind: forNothing, at: len(out) + 1})
}

// pin narrows a box to the requests in which the variables stand for what is assumed.
func (b Box) pin(s *Symbols, names []string, st standing) Box {
	for _, name := range names {
		v := Values{Every: automata.None()}
		switch st[name].kind {
		case forNothing:
			v.Absent = true
		case forEmpty:
			v.Empty = true
		case forLetter:
			v.Every = NonEmpty()
		case forText:
			v.Every = s.Literal(st[name].text)
		}
		b = b.With(name, v)
		b.pins = append(slices.Clip(b.pins), pin{name, st[name].at})
	}
	return b
}

// describe adds what the variables of a text stand for to the name of a set.
func (st standing) describe(name *strings.Builder, text string) {
	if !strings.Contains(text, "${") {
		return
	}
	for _, p := range takeApart(text, true) {
		if p.variable {
			fmt.Fprintf(name, "\x00%d%s", st[p.name].kind, st[p.name].text)
		}
	}
}

// part is what a part of a text of a policy matches.
type part struct {
	set      automata.Set
	lettered bool // a letter occurs in it
}

// match is the set of texts that a text of a policy matches.
func (s *Symbols) match(source string, how reading, st standing) (part, error) {
	if !how.variables || !strings.Contains(source, "${") {
		how.variables = false
		if how.fold && strings.ContainsFunc(source, func(c rune) bool { return c > unicode.MaxASCII }) {
			return part{}, fmt.Errorf("the case of %q is not decided", source)
		}
		m, err := s.matched(source, how)
		return part{set: m.set}, err
	}
	var tokens []automata.Token
	var out part
	for _, p := range takeApart(source, true) {
		switch {
		case p.plain:
			tokens = append(tokens, automata.Token{Kind: automata.Char, Char: p.char})
			continue
		case !p.variable:
			tokens = append(tokens, character(p.char, how))
			continue
		}
		is := st[p.name]
		switch {
		case is.kind == forText:
			tokens = append(tokens, Literal(is.text)...)
		case is.kind == forLetter:
			number, fits := s.Number(p.name)
			if !fits {
				return part{}, fmt.Errorf("more than %d variables are not decided", automata.Variables)
			}
			tokens = append(tokens, automata.Token{Kind: automata.Variable, Variable: number})
			out.lettered = true
		case is.kind == forNothing && p.defaulted:
			tokens = append(tokens, Literal(p.fallback)...)
		case is.kind == forNothing:
			return part{set: automata.None()}, nil
		}
	}
	isForeign := func(t automata.Token) bool { return t.Kind == automata.Char && t.Char > unicode.MaxASCII }
	if how.fold && (out.lettered || slices.ContainsFunc(tokens, isForeign)) {
		return part{}, fmt.Errorf("the case of the variable in %q is not decided", source)
	}
	key := strings.Builder{}
	fmt.Fprintf(&key, "%t%t under %s", how.wildcards, how.fold, source)
	st.describe(&key, source)
	out.set = s.Set(key.String(), func() automata.Set { return automata.Fold(tokens, how.fold) })
	return out, nil
}
