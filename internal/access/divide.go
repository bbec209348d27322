package access

import (
	"encoding/binary"
	"slices"

	"github.com/ddbgen/ddbgen/internal/automata"
)

// This file divides the texts of a variable by what they lead automata to (world.go).

// The most that is looked at.
const (
	mostNodes  = 2048    // that texts lead to
	mostStates = 1 << 18 // of automata in all of these
)

// statesAfter are the states that the texts of one set lead another to.
func statesAfter(texts, set automata.Set) []int {
	type pair struct{ a, b int }
	seen := map[pair]bool{{texts.Start(), set.Start()}: true}
	queue := []pair{{texts.Start(), set.Start()}}
	var out []int
	letters := lettersOf([]automata.Set{texts, set})
	for i := 0; i < len(queue); i++ {
		at := queue[i]
		if texts.Accepts(at.a) {
			out = append(out, at.b)
		}
		for _, l := range letters {
			to := pair{texts.Step(at.a, l.char), set.Step(at.b, l.char)}
			if texts.Live(to.a) && !seen[to] {
				seen[to] = true
				queue = append(queue, to)
			}
		}
	}
	return out
}

// alike is characters that lead automata to the same states, and one of them.
type alike struct {
	char    rune
	several bool
}

// lettersOf divides the characters into those that some sets do not tell apart, the readable ones first.
func lettersOf(sets []automata.Set) []alike {
	cuts := []rune{0, automata.Beyond}
	for _, s := range sets {
		for _, r := range s.Ranges() {
			cuts = append(cuts, r[0], r[1]+1)
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var out []alike
	for i, first := range cuts {
		last := rune(0xff)
		if i+1 < len(cuts) {
			last = min(last, cuts[i+1]-1)
		}
		if first > 0xff {
			break
		}
		out = append(out, alike{readableOf(first, last), first < last})
	}
	slices.SortStableFunc(out, func(a, b alike) int { return unreadable(a.char) - unreadable(b.char) })
	return append(out, alike{automata.Beyond, true})
}

func readableOf(first, last rune) rune {
	for _, r := range [][2]rune{{'a', 'z'}, {'A', 'Z'}, {'0', '9'}, {'!', '~'}} {
		if low := max(first, r[0]); low <= min(last, r[1]) {
			return low
		}
	}
	return first
}

func unreadable(c rune) int {
	switch {
	case 'a' <= c && c <= 'z':
		return 0
	case 'A' <= c && c <= 'Z' || '0' <= c && c <= '9':
		return 1
	case '!' <= c && c <= '~':
		return 2
	}
	return 3
}

// node is where a text leads all automata of all places to.
type node struct {
	states []int
	marked bool
	text   string
}

// divide finds the divisions, in the order of their shortest texts.
func (c *chooser) divide() []*division {
	var sets []automata.Set
	root := node{}
	for _, p := range c.places {
		sets = append(sets, p.sets...)
		for _, s := range p.starts {
			root.states = append(root.states, s...)
		}
	}
	letters := lettersOf(sets)
	queue := []node{root}
	numbers, several, edges := map[string]int{}, []bool{false}, [][2]int{}
	for i := 0; i < len(queue); i++ {
		if len(queue) > mostNodes || len(queue)*len(root.states) > mostStates {
			c.enough = false
			break
		}
		at := queue[i]
		for _, l := range letters {
			to := node{c.after(at.states, string(l.char)), at.marked || l.char == automata.Beyond, at.text + string(l.char)}
			key := to.key()
			number, known := numbers[key]
			if !known {
				number = len(queue)
				numbers[key], queue, several = number, append(queue, to), append(several, false)
			}
			several[number] = several[number] || known || l.several
			edges = append(edges, [2]int{i, number})
		}
	}
	for changed := true; changed; {
		changed = false
		for _, e := range edges {
			if several[e[0]] && !several[e[1]] {
				several[e[1]], changed = true, true
			}
		}
	}
	var out []*division
	found := map[string]*division{}
	for i, n := range queue[1:] {
		key := c.signature(n.states)
		d := found[key]
		if d == nil {
			d = &division{signature: key}
			found[key], out = d, append(out, d)
		}
		switch {
		case n.marked && d.marked == "":
			d.marked = n.text
		case n.marked:
		case d.plain == "":
			d.plain, d.several = n.text, several[i+1]
		default:
			d.several = true
		}
	}
	return out
}

// after is where a text leads on to.
func (c *chooser) after(states []int, text string) []int {
	out := slices.Clone(states)
	i := 0
	for _, p := range c.places {
		for k, set := range p.sets {
			for range p.starts[k] {
				for _, char := range text {
					out[i] = set.Step(out[i], char)
				}
				i++
			}
		}
	}
	return out
}

func (n node) key() string {
	b := []byte{0}
	if n.marked {
		b[0] = 1
	}
	for _, s := range n.states {
		b = binary.LittleEndian.AppendUint32(b, uint32(s))
	}
	return string(b)
}

// signature tells the divisions apart: which states texts lead to with what comes after, or, where that is the end, whether
// these accept.
func (c *chooser) signature(states []int) string {
	var b []byte
	i := 0
	for _, p := range c.places {
		for k, set := range p.sets {
			for range p.starts[k] {
				at := states[i]
				for _, char := range p.after {
					at = set.Step(at, char)
				}
				if p.closed {
					at = map[bool]int{true: 1}[set.Accepts(at)]
				}
				b = binary.LittleEndian.AppendUint32(b, uint32(at))
				i++
			}
		}
	}
	return string(b)
}

// leads is the signature of the division that a text is in.
func (c *chooser) leads(text string) string {
	var root []int
	for _, p := range c.places {
		for _, s := range p.starts {
			root = append(root, s...)
		}
	}
	return c.signature(c.after(root, text))
}
