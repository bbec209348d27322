package access

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// Symbols are the policy variables met so far, each with its number. Both sides of a comparison share them, so that the
// same variable is the same letter.
type Symbols struct {
	// Opaque says that what cannot be decided becomes a proposition, which may hold or not, instead of an error.
	Opaque bool

	names  []string // in lower case, without ${}
	sets   map[string]automata.Set
	orders map[string]*order // the keys that are compared by order, in lower case; nil where no documents are known
	worlds *worlds           // what variables stand for; nil where they are letters

	spelling map[string]string // the names of keys in lower case, as the documents write them
}

// NewSymbols makes symbols for documents whose conditions are to be compared: the thresholds of numbers and dates and the
// ranges of addresses are learnt from them, and so must be all that is read. Without documents, whatever sets of texts
// with letters for variables cannot say exactly is refused, which is what a proof wants.
func NewSymbols(documents ...policy.Document) *Symbols {
	s := &Symbols{sets: map[string]automata.Set{}}
	if len(documents) > 0 {
		s.orders = ordersOf(documents)
		s.spelling = spellingOf(documents)
	}
	return s
}

// NewWorlds makes symbols for Gain, of all documents on both sides. Read then takes variables for every text that makes a
// difference to the documents, one after the other, instead of as a letter: all boxes are without variables, and their
// differences exact. What still cannot be decided is a proposition.
func NewWorlds(documents ...policy.Document) *Symbols {
	s := NewSymbols(documents...)
	s.Opaque = true
	if s.orders == nil {
		s.orders = map[string]*order{}
	}
	s.worlds = s.worldsOf(documents)
	return s
}

// isStrict reports whether no documents are known.
func (s *Symbols) isStrict() bool { return s.orders == nil }

// Number is the number of a variable; false when there are more than an alphabet can hold.
func (s *Symbols) Number(name string) (int, bool) {
	name = strings.ToLower(name)
	for i, n := range s.names {
		if n == name {
			return i, true
		}
	}
	if len(s.names) == automata.Variables {
		return 0, false
	}
	s.names = append(s.names, name)
	return len(s.names) - 1, true
}

// Set is a set made by make the first time it is asked for under this name. Most texts of a policy occur many times.
func (s *Symbols) Set(name string, make func() automata.Set) automata.Set {
	set, known := s.sets[name]
	if !known {
		set = make()
		s.sets[name] = set
	}
	return set
}

func (s *Symbols) Literal(text string) automata.Set {
	return s.Set("="+text, func() automata.Set { return automata.Literal(text) })
}

// OneOf is the set of some texts.
func (s *Symbols) OneOf(texts []string) automata.Set {
	return s.Set("|"+strings.Join(texts, "\x00"), func() automata.Set { return automata.Literals(texts) })
}
