package access

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// Symbols are the policy variables met so far, each with its number. Both sides of a comparison share them, so that the
// same variable is the same letter.
type Symbols struct {
	names []string // in lower case, without ${}
	sets  map[string]automata.Set
}

func NewSymbols(_ ...policy.Document) *Symbols { return &Symbols{sets: map[string]automata.Set{}} }

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
