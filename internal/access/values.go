package access

import (
	"sync"

	"github.com/ddbgen/ddbgen/internal/automata"
)

// Values is a set of things that one context key of a request can be. A key is absent; or it is there and empty (one empty
// text, or no values: AWS calls both null); or it holds texts: one, or, of a multivalued key, several.
//
// The texts of a key are a set themselves, so what can be said of them are two kinds of sentence: every text is in L, and
// some text is in L. Those are what ForAllValues and ForAnyValue say, they are each other's negation, and any number of
// them joined by "and" is a values. For a single-valued key the two are the same, and only every is used.
type Values struct {
	Multi  bool
	Absent bool
	Empty  bool
	Every  automata.Set   // never holds the empty text
	Some   []automata.Set // multi only; each within every
}

// NonEmpty is the texts that are not empty.
var NonEmpty = sync.OnceValue(func() automata.Set { return automata.Literal("").Complement() })

// anything is the key without a condition.
func anything(multi bool) Values {
	return Values{Multi: multi, Absent: true, Empty: true, Every: NonEmpty()}
}

// nothing is no value of the key at all.
func nothing(multi bool) Values { return Values{Multi: multi, Every: automata.None()} }

// there reports whether the key can hold texts.
func (v Values) there() bool {
	if v.Every.Empty() {
		return false
	}
	for _, s := range v.Some {
		if s.Empty() {
			return false
		}
	}
	return true
}

func (v Values) isEmpty() bool { return !v.Absent && !v.Empty && !v.there() }

// and is what both allow.
func (v Values) and(w Values) Values {
	out := Values{Multi: v.Multi, Absent: v.Absent && w.Absent, Empty: v.Empty && w.Empty, Every: both(v.Every, w.Every)}
	for _, some := range [][]automata.Set{v.Some, w.Some} {
		for _, s := range some {
			out.Some = append(out.Some, s.Intersect(out.Every))
		}
	}
	return out
}

// both is the intersection of two sets of texts that are not empty. Most conditions leave one of them whole.
func both(a, b automata.Set) automata.Set {
	switch {
	case a.Equal(b) || b.Equal(NonEmpty()):
		return a
	case a.Equal(NonEmpty()):
		return b
	}
	return a.Intersect(b)
}

// not is everything else, as alternatives that may overlap.
func (v Values) not() []Values {
	var out []Values
	if !v.Absent || !v.Empty {
		out = append(out, Values{Multi: v.Multi, Absent: !v.Absent, Empty: !v.Empty, Every: automata.None()})
	}
	if outside := NonEmpty().Minus(v.Every); !outside.Empty() {
		if v.Multi {
			out = append(out, Values{Multi: true, Every: NonEmpty(), Some: []automata.Set{outside}})
		} else {
			out = append(out, Values{Every: outside})
		}
	}
	for _, s := range v.Some {
		if rest := NonEmpty().Minus(s); !rest.Empty() {
			out = append(out, Values{Multi: true, Every: rest})
		}
	}
	return out
}

// example is one thing that the key can be; false if there is none. Nil values are an absent key. Variables are written
// as names has them.
func (v Values) example(names []string) ([]string, bool) {
	switch {
	case v.isEmpty():
		return nil, false
	case v.Absent:
		return nil, true
	case !v.there():
		return []string{""}, true
	case len(v.Some) == 0:
		return []string{shortest(v.Every, names)}, true
	}
	var texts []string
	for _, s := range v.Some {
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
		panic("access: " + err.Error())
	}
	return set
}
