package access

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
)

// This file makes boxes of what they shall hold.

// Everything is all requests.
func Everything() Box {
	return Box{Principal: automata.All(), Action: automata.All(), Resource: automata.All()}
}

// On is a box of some actions on some resources.
func (s *Symbols) On(actions, resources []string) Box {
	folded := make([]string, len(actions))
	for i, a := range actions {
		folded[i] = strings.ToLower(a)
	}
	return Box{Principal: automata.All(), Action: s.OneOf(Sorted(folded)), Resource: s.Patterns(resources)}
}

// Patterns is the set of texts that one of some patterns with stars matches.
func (s *Symbols) Patterns(patterns []string) automata.Set { return s.AnyOf(Sorted(patterns)) }

// Sorted is some texts in order, each once.
func Sorted(texts []string) []string {
	out := slices.Clone(texts)
	slices.Sort(out)
	return slices.Compact(out)
}

// Is is a key that is there with one of some texts; of a multivalued key, with none but these.
func (s *Symbols) Is(key string, texts ...string) Key {
	if o := s.orders[strings.ToLower(key)]; o != nil && !o.mixed {
		texts = slices.Clone(texts)
		for i := range texts {
			texts[i] = o.represent(texts[i])
		}
	}
	return Key{strings.ToLower(key), Values{Multi: catalog.Multivalued(key), Every: s.OneOf(Sorted(texts))}}
}

// Like is a key that is there with a text that matches one of some patterns with stars.
func (s *Symbols) Like(key string, patterns ...string) Key {
	return Key{strings.ToLower(key), Values{Multi: catalog.Multivalued(key), Every: s.Patterns(patterns).Intersect(NonEmpty())}}
}

// IsNot is a multivalued key that is there, with none of some texts.
func (s *Symbols) IsNot(key string, texts ...string) Key {
	return Key{strings.ToLower(key), Values{Multi: true, Every: NonEmpty().Minus(s.OneOf(Sorted(texts)))}}
}

// Has is a multivalued key of which one text is in a set.
func Has(key string, texts automata.Set) Key {
	return Key{strings.ToLower(key), Values{Multi: true, Every: NonEmpty(), Some: []automata.Set{texts}}}
}

// AnyCase is the spellings of a text.
func (s *Symbols) AnyCase(text string) automata.Set {
	return s.Set("any case "+text, func() automata.Set { return automata.Fold(Literal(text), true) })
}

// IsTrue is a key that is there and true, in whatever case.
func (s *Symbols) IsTrue(key string) Key { return s.truth(key, "true") }

// IsFalse is a key that is there and false, in whatever case.
func (s *Symbols) IsFalse(key string) Key { return s.truth(key, "false") }

func (s *Symbols) truth(key, value string) Key {
	return Key{strings.ToLower(key), Values{Every: s.AnyCase(value)}}
}

// OrMissing is a key that may also be missing.
func OrMissing(k Key) Key {
	k.Values.Absent = true
	return k
}

// Given is a box narrowed by what keys must be.
func (b Box) Given(keys ...Key) Box {
	for _, k := range keys {
		b = b.With(k.Name, k.Values)
	}
	return b
}

// Everywhere is a box of actions on everything.
func (s *Symbols) Everywhere(service, names string) Box {
	return s.On(Actions(service, names), []string{"*"})
}

// Literal is the tokens of a text without wildcards and variables.
func Literal(s string) []automata.Token {
	var out []automata.Token
	for _, c := range s {
		out = append(out, automata.Token{Kind: automata.Char, Char: c})
	}
	return out
}
