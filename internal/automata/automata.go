// Package automata is sets of texts that can be computed with: joined, intersected, complemented, compared, and asked for
// a member. A set is a finite automaton, so an answer is about all texts at once and exact, never about samples.
//
// The alphabet is the 256 characters of Latin-1, which are all that a policy can hold, one letter more that stands for
// every character beyond them, since no pattern can tell those apart, and a few letters that stand for variables: texts
// that are not known yet, of any length. A star matches a variable; a question mark by itself does not, because a variable
// may be longer than one character, and is never empty. If every text of a set with variables is in another, that stays true whatever texts the
// variables become.
//
// An automaton is deterministic, complete and minimal, with its states numbered in the order a breadth-first walk meets
// them. Two sets are therefore equal when their automata are the same, field by field, and equal sets show the same
// example.
package automata

import (
	"slices"
	"strings"
)

// The letters above the characters of Latin-1, which are letters themselves.
const (
	other    = 256               // every character beyond Latin-1
	variable = other + 1         // the first variable
	highest  = other + Variables // the last letter
)

// Variables is how many variables there are, numbered from 0.
const Variables = 31

// Beyond is the character that examples show where any character beyond Latin-1 will do.
const Beyond = '\u263a'

// Set is a set of texts. The zero Set is not valid; make one with None, All, Literal, Glob or Regexp.
type Set struct {
	states []state // state 0 is where reading begins
}

// state is a state of a complete deterministic automaton: its edges cover all letters, in order.
type state struct {
	accept bool
	edges  []edge
}

// edge leads to a state for every letter above the last edge's and up to and including this one.
type edge struct {
	last uint16
	to   int32
}

// None is the empty set.
func None() Set { return Set{[]state{{edges: []edge{{highest, 0}}}}} }

// All is the set of all texts.
func All() Set { return Set{[]state{{accept: true, edges: []edge{{highest, 0}}}}} }

// letterOf is the letter that a character is read as.
func letterOf(c rune) uint16 {
	if c < 0 || c >= other {
		return other
	}
	return uint16(c)
}

// next is the state that a letter leads to.
func (s state) next(letter uint16) int32 {
	i, _ := slices.BinarySearchFunc(s.edges, letter, func(e edge, l uint16) int { return int(e.last) - int(l) })
	return s.edges[i].to
}

// Contains reports whether a text without variables is in the set.
func (a Set) Contains(text string) bool {
	at := int32(0)
	for _, c := range text {
		at = a.states[at].next(letterOf(c))
	}
	return a.states[at].accept
}

// Empty reports whether the set has no texts.
func (a Set) Empty() bool {
	return len(a.states) == 1 && !a.states[0].accept
}

// IsAll reports whether the set has all texts.
func (a Set) IsAll() bool { return len(a.states) == 1 && a.states[0].accept }

// Equal reports whether two sets have the same texts.
func (a Set) Equal(b Set) bool {
	if a.same(b) {
		return true
	}
	return slices.EqualFunc(a.states, b.states, func(x, y state) bool { return x.accept == y.accept && slices.Equal(x.edges, y.edges) })
}

// Complement is the set of all texts that a does not have.
func (a Set) Complement() Set {
	out := make([]state, len(a.states))
	for i, s := range a.states {
		out[i] = state{!s.accept, s.edges}
	}
	return Set{out}
}

// Intersect is the set of texts that both have.
func (a Set) Intersect(b Set) Set {
	switch {
	case a.Empty() || b.IsAll():
		return a
	case b.Empty() || a.IsAll():
		return b
	}
	return product(a, b, func(x, y bool) bool { return x && y })
}

// Union is the set of texts that one of them has.
func (a Set) Union(b Set) Set {
	switch {
	case a.Empty() || b.IsAll():
		return b
	case b.Empty() || a.IsAll():
		return a
	}
	return product(a, b, func(x, y bool) bool { return x || y })
}

// Minus is the set of texts that a has and b has not.
func (a Set) Minus(b Set) Set {
	if a.Empty() || b.Empty() {
		return a
	}
	return product(a, b, func(x, y bool) bool { return x && !y })
}

// product walks two automata side by side.
func product(a, b Set, accept func(x, y bool) bool) Set {
	type pair struct{ a, b int32 }
	numbers := map[pair]int32{{0, 0}: 0}
	queue := []pair{{0, 0}}
	var out []state
	for i := 0; i < len(queue); i++ {
		x, y := a.states[queue[i].a], b.states[queue[i].b]
		s := state{accept: accept(x.accept, y.accept)}
		for ix, iy := 0, 0; ix < len(x.edges); {
			last := min(x.edges[ix].last, y.edges[iy].last)
			to := pair{x.edges[ix].to, y.edges[iy].to}
			number, known := numbers[to]
			if !known {
				number = int32(len(queue))
				numbers[to] = number
				queue = append(queue, to)
			}
			s.edges = appendEdge(s.edges, edge{last, number})
			if x.edges[ix].last == last {
				ix++
			}
			if y.edges[iy].last == last {
				iy++
			}
		}
		out = append(out, s)
	}
	return minimal(out)
}

// appendEdge adds an edge, joined to the one before it if both lead to the same state.
func appendEdge(edges []edge, e edge) []edge {
	if n := len(edges); n > 0 && edges[n-1].to == e.to {
		edges[n-1].last = e.last
		return edges
	}
	return append(edges, e)
}

// Shortest is a shortest text of the set, the same one for equal sets, and false if there is none. Of several it prefers
// letters and digits, so that a person can read it. A variable counts as one letter and is written as values has it.
func (a Set) Shortest(values ...string) (string, bool) {
	type step struct {
		from   int32
		letter uint16
	}
	came := make([]step, len(a.states))
	seen := make([]bool, len(a.states))
	seen[0] = true
	queue := []int32{0}
	for i := 0; i < len(queue); i++ {
		at := queue[i]
		if a.states[at].accept {
			var letters []uint16
			for at != 0 {
				letters = append(letters, came[at].letter)
				at = came[at].from
			}
			slices.Reverse(letters)
			return spell(letters, values), true
		}
		first := uint16(0)
		for _, e := range a.states[at].edges {
			letter := readable(first, e.last)
			switch {
			case !seen[e.to]:
				seen[e.to] = true
				came[e.to] = step{at, letter}
				queue = append(queue, e.to)
			case e.to != 0 && came[e.to].from == at && rank(letter) < rank(came[e.to].letter):
				came[e.to].letter = letter
			}
			first = e.last + 1
		}
	}
	return "", false
}

func spell(letters []uint16, values []string) string {
	var b strings.Builder
	for _, letter := range letters {
		switch {
		case letter >= variable && int(letter-variable) < len(values):
			b.WriteString(values[letter-variable])
		case letter >= variable:
			b.WriteRune(Beyond)
		case letter == other:
			b.WriteRune(Beyond)
		default:
			b.WriteRune(rune(letter))
		}
	}
	return b.String()
}

// readableRanges are the letters, the most readable first.
var readableRanges = [...][2]uint16{{'a', 'z'}, {'A', 'Z'}, {'0', '9'}, {'!', '~'}, {' ', ' '}, {0xa1, 0xff}, {variable, highest}}

// readable is the most readable letter of a range.
func readable(first, last uint16) uint16 {
	for _, r := range readableRanges {
		if low, high := max(first, r[0]), min(last, r[1]); low <= high {
			return low
		}
	}
	return first
}

// rank is how readable a letter is, least first.
func rank(letter uint16) int {
	for i, r := range readableRanges {
		if r[0] <= letter && letter <= r[1] {
			return i
		}
	}
	return len(readableRanges)
}
