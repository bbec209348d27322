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

// Ranges are the characters that the texts of the set hold, divided so that those of one range lead from everywhere to the
// same place. The character 0x100 stands for all beyond Latin-1.
func (a Set) Ranges() [][2]rune {
	var used, cut [other + 1]bool
	for i := range a.states {
		first := uint16(0)
		for _, e := range a.states[i].edges {
			last := min(e.last, other)
			cut[last] = true
			if a.Live(int(e.to)) {
				for c := first; c <= last; c++ {
					used[c] = true
				}
			}
			first = e.last + 1
			if first > other {
				break
			}
		}
	}
	var out [][2]rune
	first := rune(0)
	for c := range rune(other + 1) {
		if !cut[c] {
			continue
		}
		if used[c] {
			out = append(out, [2]rune{first, c})
		}
		first = c + 1
	}
	return out
}
