package automata

// This file compares sets without making a third one: most questions are answered after a few letters.

// Disjoint reports whether no text is in both sets.
func (a Set) Disjoint(b Set) bool {
	switch {
	case a.IsAll() || a.same(b):
		return b.Empty()
	case b.IsAll():
		return a.Empty()
	}
	return explore(a, b,
		func(x, y state) bool { return x.accept && y.accept },
		func(x, y *state, i, j int32) bool { return x.sink(i) && !x.accept || y.sink(j) && !y.accept })
}

// Within reports whether b has every text that a has.
func (a Set) Within(b Set) bool {
	if a.same(b) {
		return true
	}
	return explore(a, b,
		func(x, y state) bool { return x.accept && !y.accept },
		func(x, y *state, i, j int32) bool { return x.sink(i) && !x.accept || y.sink(j) && y.accept })
}

// same reports whether two sets are one value, which makes them equal; equal sets need not be one.
func (a Set) same(b Set) bool {
	return len(a.states) == len(b.states) && &a.states[0] == &b.states[0]
}

// sink reports whether a state leads nowhere but to itself.
func (s *state) sink(self int32) bool { return len(s.edges) == 1 && s.edges[0].to == self }

// explore walks two automata side by side and reports whether it meets no pair that is a counterexample. Pairs from which
// none can be reached are not followed.
func explore(a, b Set, counter func(x, y state) bool, hopeless func(x, y *state, i, j int32) bool) bool {
	type pair struct{ a, b int32 }
	seen := make(map[pair]struct{}, len(a.states))
	queue := make([]pair, 1, len(a.states)+1)
	for len(queue) > 0 {
		at := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		x, y := &a.states[at.a], &b.states[at.b]
		if counter(*x, *y) {
			return false
		}
		if hopeless(x, y, at.a, at.b) {
			continue
		}
		for ix, iy := 0, 0; ix < len(x.edges) && iy < len(y.edges); {
			to := pair{x.edges[ix].to, y.edges[iy].to}
			if _, known := seen[to]; !known {
				seen[to] = struct{}{}
				queue = append(queue, to)
			}
			last := min(x.edges[ix].last, y.edges[iy].last)
			if x.edges[ix].last == last {
				ix++
			}
			if y.edges[iy].last == last {
				iy++
			}
		}
	}
	return true
}
