package prove

import (
	"sync"

	"github.com/ddbgen/ddbgen/internal/automata"
)

// values is a set of things that one context key of a request can be. A key is absent; or it is there and empty (one empty
// text, or no values: AWS calls both null); or it holds texts: one, or, of a multivalued key, several.
//
// The texts of a key are a set themselves, so what can be said of them are two kinds of sentence: every text is in L, and
// some text is in L. Those are what ForAllValues and ForAnyValue say, they are each other's negation, and any number of
// them joined by "and" is a values. For a single-valued key the two are the same, and only every is used.
type values struct {
	multi  bool
	absent bool
	empty  bool
	every  automata.Set   // never holds the empty text
	some   []automata.Set // multi only; each within every
}

// nonEmpty is the texts that are not empty.
var nonEmpty = sync.OnceValue(func() automata.Set { return automata.Literal("").Complement() })

// anything is the key without a condition.
func anything(multi bool) values {
	return values{multi: multi, absent: true, empty: true, every: nonEmpty()}
}

// nothing is no value of the key at all.
func nothing(multi bool) values { return values{multi: multi, every: automata.None()} }

// there reports whether the key can hold texts.
func (v values) there() bool {
	if v.every.Empty() {
		return false
	}
	for _, s := range v.some {
		if s.Empty() {
			return false
		}
	}
	return true
}

func (v values) isEmpty() bool { return !v.absent && !v.empty && !v.there() }

// and is what both allow.
func (v values) and(w values) values {
	out := values{multi: v.multi, absent: v.absent && w.absent, empty: v.empty && w.empty, every: both(v.every, w.every)}
	for _, some := range [][]automata.Set{v.some, w.some} {
		for _, s := range some {
			out.some = append(out.some, s.Intersect(out.every))
		}
	}
	return out
}

// both is the intersection of two sets of texts that are not empty. Most conditions leave one of them whole.
func both(a, b automata.Set) automata.Set {
	switch {
	case a.Equal(b) || b.Equal(nonEmpty()):
		return a
	case a.Equal(nonEmpty()):
		return b
	}
	return a.Intersect(b)
}

// not is everything else, as alternatives that may overlap.
func (v values) not() []values {
	var out []values
	if !v.absent || !v.empty {
		out = append(out, values{multi: v.multi, absent: !v.absent, empty: !v.empty, every: automata.None()})
	}
	if outside := nonEmpty().Minus(v.every); !outside.Empty() {
		if v.multi {
			out = append(out, values{multi: true, every: nonEmpty(), some: []automata.Set{outside}})
		} else {
			out = append(out, values{every: outside})
		}
	}
	for _, s := range v.some {
		if rest := nonEmpty().Minus(s); !rest.Empty() {
			out = append(out, values{multi: true, every: rest})
		}
	}
	return out
}

// example is one thing that the key can be; false if there is none. Nil values are an absent key. Variables are written
// as names has them.
func (v values) example(names []string) ([]string, bool) {
	switch {
	case v.isEmpty():
		return nil, false
	case v.absent:
		return nil, true
	case !v.there():
		return []string{""}, true
	case len(v.some) == 0:
		return []string{shortest(v.every, names)}, true
	}
	var texts []string
	for _, s := range v.some {
		texts = append(texts, shortest(s, names))
	}
	return texts, true
}

// shortest is a shortest text of a set, without variables if there is one.
func shortest(set automata.Set, names []string) string {
	if plain := set.Intersect(withoutVariables()); !plain.Empty() {
		set = plain
	}
	text, _ := set.Shortest(names...)
	return text
}

// withoutVariables is the texts in which no variable occurs.
var withoutVariables = sync.OnceValue(func() automata.Set { return mustRegexp("(?s).*") })

func mustRegexp(source string) automata.Set {
	set, err := automata.Regexp(source)
	if err != nil {
		panic("prove: " + err.Error())
	}
	return set
}
