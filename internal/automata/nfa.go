package automata

import (
	"fmt"
	"math"
	"regexp/syntax"
	"slices"
	"unicode"
)

// nfa is an automaton that may have a choice. It is how sets are put together before they are made deterministic.
type nfa struct {
	nodes  []node
	start  int
	accept int
}

// node is a state: the letters that lead on, and the states it is as good as.
type node struct {
	moves []move
	free  []int
}

// move leads to a state for the letters from first to last.
type move struct {
	first, last uint16
	to          int
}

// add puts a set into the automaton with its states from offset on; where the set accepts, it is as good as exit.
func (n *nfa) add(a Set, offset, exit int) {
	for i, s := range a.states {
		first := uint16(0)
		for _, e := range s.edges {
			n.nodes[offset+i].moves = append(n.nodes[offset+i].moves, move{first, e.last, offset + int(e.to)})
			first = e.last + 1
		}
		if s.accept {
			n.nodes[offset+i].free = append(n.nodes[offset+i].free, exit)
		}
	}
}

// addInst puts an instruction of a compiled regular expression in place i.
func (n *nfa) addInst(i int, inst *syntax.Inst) error {
	out := int(inst.Out)
	switch inst.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		n.nodes[i].free = []int{out, int(inst.Arg)}
	case syntax.InstCapture, syntax.InstNop:
		n.nodes[i].free = []int{out}
	case syntax.InstMatch:
		n.nodes[i].free = []int{n.accept}
	case syntax.InstFail:
	case syntax.InstRuneAny:
		n.nodes[i].moves = []move{{0, other, out}}
	case syntax.InstRuneAnyNotNL:
		n.nodes[i].moves = []move{{0, '\n' - 1, out}, {'\n' + 1, other, out}}
	case syntax.InstRune, syntax.InstRune1:
		n.nodes[i].moves = runeMoves(inst, out)
	default:
		return fmt.Errorf("automata: a regular expression with an anchor or a word boundary is no set of texts")
	}
	return nil
}

// runeMoves are the letters that an instruction matches. What it matches beyond Latin-1 cannot be told apart there, so a
// pattern that matches any of it matches the letter for all of it.
func runeMoves(inst *syntax.Inst, to int) []move {
	var moves []move
	for c := uint16(0); c < other; c++ {
		switch last := len(moves) - 1; {
		case !inst.MatchRune(rune(c)):
		case last >= 0 && moves[last].last+1 == c:
			moves[last].last = c
		default:
			moves = append(moves, move{c, c, to})
		}
	}
	for i := 0; i < len(inst.Rune); i++ {
		if inst.Rune[i] >= other && inst.Rune[i] <= unicode.MaxRune {
			return append(moves, move{other, other, to})
		}
	}
	return moves
}

// determine is the set of texts that some way through the automaton accepts.
func (n *nfa) determine() Set {
	set, _ := n.determineWithin(math.MaxInt, math.MaxInt)
	return set
}

// determineWithin is determine, given up when the result has more than some states, or takes more than some work: each
// state is a set of this automaton's, and there can be as many as it has subsets.
func (n *nfa) determineWithin(most, work int) (Set, bool) {
	first := n.closure([]int{n.start})
	numbers := map[string]int32{name(first): 0}
	queue := [][]int{first}
	var out []state
	for i := 0; i < len(queue); i++ {
		if work -= len(queue[i]); len(queue) > most || work < 0 {
			return Set{}, false
		}
		s := state{accept: slices.Contains(queue[i], n.accept)}
		for _, r := range n.ranges(queue[i]) {
			to := n.after(queue[i], r)
			number, known := numbers[name(to)]
			if !known {
				number = int32(len(queue))
				numbers[name(to)] = number
				queue = append(queue, to)
			}
			s.edges = appendEdge(s.edges, edge{r, number})
		}
		out = append(out, s)
	}
	return minimal(out), true
}

// closure is a set of states with all they are as good as, sorted.
func (n *nfa) closure(states []int) []int {
	seen := make(map[int]bool, len(states))
	for i := 0; i < len(states); i++ {
		if seen[states[i]] {
			continue
		}
		seen[states[i]] = true
		states = append(states, n.nodes[states[i]].free...)
	}
	slices.Sort(states)
	return slices.Compact(states)
}

// ranges divides the letters so that all of a range lead the states to the same place; each is named by its last letter.
func (n *nfa) ranges(states []int) []uint16 {
	lasts := []uint16{highest}
	for _, s := range states {
		for _, m := range n.nodes[s].moves {
			lasts = append(lasts, m.last)
			if m.first > 0 {
				lasts = append(lasts, m.first-1)
			}
		}
	}
	slices.Sort(lasts)
	return slices.Compact(lasts)
}

func (n *nfa) after(states []int, letter uint16) []int {
	var to []int
	for _, s := range states {
		for _, m := range n.nodes[s].moves {
			if m.first <= letter && letter <= m.last {
				to = append(to, m.to)
			}
		}
	}
	return n.closure(to)
}

// name tells sorted sets of states apart.
func name(states []int) string {
	b := make([]byte, 0, 4*len(states))
	for _, s := range states {
		b = append(b, byte(s), byte(s>>8), byte(s>>16), byte(s>>24))
	}
	return string(b)
}
