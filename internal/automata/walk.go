package automata

// This file lets a set be read letter by letter, for searches that read several at once.

// Start is where reading begins.
func (a Set) Start() int { return 0 }

// Step is where reading gets to from a place by a character.
func (a Set) Step(at int, c rune) int { return int(a.states[at].next(letterOf(c))) }

// Accepts reports whether what was read up to a place is in the set.
func (a Set) Accepts(at int) bool { return a.states[at].accept }

// Live reports whether what was read up to a place begins a text of the set. In a minimal automaton only one state does
// not: the one that leads nowhere but to itself.
func (a Set) Live(at int) bool {
	s := a.states[at]
	return s.accept || len(s.edges) > 1 || int(s.edges[0].to) != at
}
