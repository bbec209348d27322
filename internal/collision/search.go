package collision

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/automata"
)

// place is how far one way of reading has got: into the prefix, the id, the suffix, or beyond.
type place struct {
	part part
	at   int // letters read of the prefix or suffix, or where the automaton of ids is
}

type part int8

const (
	inPrefix part = iota
	inID
	inSuffix
	beyond
)

// state is both ways of reading, and what is remembered of the ids.
type state struct {
	first, second place
	behind        int  // letters read since the first id ended and before the second did; -1 if the second ended first
	picked        rune // a letter of the first id to compare; 0: none yet
	due           int  // letters until its counterpart
	differ        bool // the counterpart was another letter
}

// step is a letter and what each way of reading took it for.
type step struct {
	from          state
	letter        rune
	first, second part
}

// search looks for a text that is read in two ways, with the first prefix no longer than the second.
type search struct {
	ids      automata.Set
	readers  [2]reader
	distance int // between the beginnings of the two ids
	letters  []rune
	came     map[state]step
}

// reader is one way of reading: a template.
type reader struct {
	ids            automata.Set
	prefix, suffix []rune
	open           bool
}

func newSearch(ids automata.Set, ranges [][2]rune, first, second Template) *search {
	s := &search{ids: ids, came: map[state]step{}}
	for i, t := range []Template{first, second} {
		s.readers[i] = reader{ids, []rune(t.Prefix), []rune(t.Suffix), t.Open}
	}
	s.distance = len(s.readers[1].prefix) - len(s.readers[0].prefix)
	s.letters = s.alphabet(ranges)
	return s
}

// alphabet is the letters of the templates, and two of each range of letters that ids do not tell apart. More are not
// needed: in a key that is read as two ids, let the letters of each range become one of its two, and where the ids differ
// in two letters of one range, let these become one each; the ids still differ. What follows an open template may be
// anything, so it needs no other.
func (s *search) alphabet(ranges [][2]rune) []rune {
	var letters []rune
	for _, r := range s.readers {
		letters = append(append(letters, r.prefix...), r.suffix...)
	}
	slices.Sort(letters)
	letters = slices.Compact(letters)
	own := len(letters)
	for _, r := range ranges {
		for c, left := r[0], 2; c <= r[1] && left > 0; c++ {
			if _, is := slices.BinarySearch(letters[:own], c); !is {
				letters = append(letters, c)
				left--
			}
		}
	}
	slices.SortFunc(letters, preferred)
	return letters
}

// preferred puts letters that read well first, so that the key that is found reads well.
func preferred(a, b rune) int {
	rank := func(c rune) int {
		switch {
		case 'a' <= c && c <= 'z':
			return 0
		case '0' <= c && c <= '9':
			return 1
		case 'A' <= c && c <= 'Z':
			return 2
		}
		return 3
	}
	if d := rank(a) - rank(b); d != 0 {
		return d
	}
	return int(a - b)
}

// maxStates is how many states a search may reach. It bounds time and memory to about a second and a hundred megabytes;
// templates and patterns that people write need some hundreds.
const maxStates = 1 << 18

func (s *search) run() (Shared, bool, error) {
	start := state{first: s.readers[0].begin(), second: s.readers[1].begin()}
	s.came[start] = step{}
	queue := []state{start}
	for i := 0; i < len(queue); i++ {
		if s.shared(queue[i]) {
			return s.retrace(queue[i], start), true, nil
		}
		if len(queue) > maxStates {
			return Shared{}, false, ErrTooLarge
		}
		for _, c := range s.letters {
			for _, next := range s.next(queue[i], c) {
				if _, seen := s.came[next.to]; !seen {
					s.came[next.to] = next.by
					queue = append(queue, next.to)
				}
			}
		}
	}
	return Shared{}, false, nil
}

// begin is where reading begins: in the id at once if there is no prefix.
func (r reader) begin() place {
	if len(r.prefix) == 0 {
		return place{inID, r.ids.Start()}
	}
	return place{inPrefix, 0}
}

// read is where a letter can lead; where an id may have ended, in two ways.
func (r reader) read(p place, c rune) []place {
	switch p.part {
	case inPrefix:
		if r.prefix[p.at] != c {
			return nil
		}
		if p.at+1 == len(r.prefix) {
			return []place{{inID, r.ids.Start()}}
		}
		return []place{{inPrefix, p.at + 1}}
	case inID:
		var out []place
		if to := r.ids.Step(p.at, c); r.ids.Live(to) {
			out = append(out, place{inID, to})
		}
		if r.ids.Accepts(p.at) {
			out = append(out, r.read(place{inSuffix, 0}, c)...)
		}
		return out
	case inSuffix:
		if p.at < len(r.suffix) && r.suffix[p.at] == c {
			return []place{{inSuffix, p.at + 1}}
		}
		if p.at == len(r.suffix) && r.open {
			return []place{{beyond, 0}}
		}
		return nil
	}
	return []place{p}
}

// ends reports whether a text may end here.
func (r reader) ends(p place) bool {
	switch p.part {
	case inID:
		return len(r.suffix) == 0 && r.ids.Accepts(p.at)
	case inSuffix:
		return p.at == len(r.suffix)
	}
	return p.part == beyond
}

// shared reports whether what was read is a key of both, under different ids.
func (s *search) shared(at state) bool {
	return s.readers[0].ends(at.first) && s.readers[1].ends(at.second) && (at.differ || at.behind != s.distance)
}

// reached is a state and the step that leads to it.
type reached struct {
	to state
	by step
}

// next is where a letter can lead from a state.
func (s *search) next(at state, c rune) []reached {
	var out []reached
	for _, first := range s.readers[0].read(at.first, c) {
		for _, second := range s.readers[1].read(at.second, c) {
			by := step{at, c, consumed(at.first, first), consumed(at.second, second)}
			for _, to := range s.remember(at, by, c) {
				to.first, to.second = first, second
				out = append(out, reached{to, by})
			}
		}
	}
	return out
}

// consumed is the part of a template that took a letter which led from one place to another.
func consumed(from, to place) part {
	if from.part == inPrefix {
		return inPrefix
	}
	return to.part
}

// remember is what is known of the ids after a letter: as it was, or with this letter picked for comparison.
func (s *search) remember(at state, by step, c rune) []state {
	to := at
	firstEnded, secondEnded := by.first > inID, by.second > inID
	switch {
	case firstEnded && !secondEnded && to.behind >= 0:
		to.behind = min(to.behind+1, s.distance+1)
	case secondEnded && !firstEnded:
		to.behind = -1
	}
	if to.due > 0 {
		if to.due--; to.due == 0 {
			to.differ = by.second == inID && to.picked != c
			if !to.differ {
				return nil // the guess was wrong; the way without it goes on elsewhere
			}
		}
	}
	out := []state{to}
	if by.first == inID && at.picked == 0 && s.distance > 0 {
		to.picked, to.due = c, s.distance
		out = append(out, to)
	}
	return out
}

// retrace reads the key and the ids off the steps that led to a state.
func (s *search) retrace(at, start state) Shared {
	var key, first, second []rune
	for at != start {
		by := s.came[at]
		key = append(key, by.letter)
		if by.first == inID {
			first = append(first, by.letter)
		}
		if by.second == inID {
			second = append(second, by.letter)
		}
		at = by.from
	}
	for _, text := range [][]rune{key, first, second} {
		slices.Reverse(text)
	}
	return Shared{Key: string(key), First: string(first), Second: string(second)}
}
