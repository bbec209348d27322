package access

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/sample"
)

// A small world, so that a box can be compared with what it should be by asking about every request that there is.

var (
	worldTexts = []string{"a", "b", "ab"}
	// worldHeld is all that a key can hold: nothing, the empty text, and lists of the texts.
	worldHeld = [][]string{nil, {""}, {"a"}, {"b"}, {"ab"}, {"a", "b"}, {"a", "ab"}, {"b", "ab"}, {"a", "b", "ab"}}
)

// world is a request of it.
type world struct {
	action, resource, principal string
	single, multi               []string
}

func everyRequest(visit func(w world)) {
	for _, action := range worldTexts {
		for _, resource := range worldTexts {
			for _, single := range worldHeld {
				if len(single) > 1 {
					continue
				}
				for _, multi := range worldHeld {
					visit(world{action, resource, worldTexts[len(multi)%3], single, multi})
				}
			}
		}
	}
}

func (b Box) has(w world) bool {
	return b.Action.Contains(w.action) && b.Resource.Contains(w.resource) && b.Principal.Contains(w.principal) &&
		b.Key("s", false).hold(w.single, nil) && b.Key("m", true).hold(w.multi, nil)
}

func anyHas(boxes []Box, w world) bool {
	return slices.ContainsFunc(boxes, func(b Box) bool { return b.has(w) })
}

func randomSet(r *rand.Rand) automata.Set {
	return automata.Glob(sample.Pick(r, []string{"*", "a", "b", "ab", "a*", "*b", "?", "??"}))
}

func randomValues(r *rand.Rand, multi bool) Values {
	v := Values{Multi: multi, Absent: r.IntN(2) == 0, Empty: r.IntN(2) == 0, Every: randomSet(r).Intersect(NonEmpty())}
	for multi && r.IntN(2) == 0 {
		v.Some = append(v.Some, randomSet(r).Intersect(v.Every))
	}
	return v
}

func randomBox(r *rand.Rand) Box {
	b := Box{Principal: randomSet(r), Action: randomSet(r), Resource: randomSet(r)}
	if r.IntN(3) > 0 {
		b = b.With("s", randomValues(r, false))
	}
	if r.IntN(3) > 0 {
		b = b.With("m", randomValues(r, true))
	}
	return b
}

func randomBoxes(r *rand.Rand) []Box {
	var out []Box
	for range 1 + r.IntN(4) {
		out = append(out, randomBox(r))
	}
	return out
}

func TestBoxAlgebra(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 3))
		a, b := randomBoxes(r), randomBoxes(r)
		rest := Minus(a, b)
		meet := a[0].Meets(b[0])
		empty := true
		everyRequest(func(w world) {
			if got, want := anyHas(rest, w), anyHas(a, w) && !anyHas(b, w); got != want {
				t.Fatalf("seed %d: %+v is in the difference: %t, want %t", seed, w, got, want)
			}
			if both := a[0].has(w) && b[0].has(w); both && !meet {
				t.Fatalf("seed %d: %+v is in both, which are said not to meet", seed, w)
			}
			empty = empty && !a[0].has(w)
		})
		if a[0].IsEmpty() && !empty {
			t.Fatalf("seed %d: a box with requests is said to be empty", seed)
		}
		for _, left := range rest {
			if left.IsEmpty() {
				t.Fatalf("seed %d: an empty box in a difference", seed)
			}
		}
	}
}

func TestBoxKeysAreSorted(t *testing.T) {
	is := func(text string) Values { return Values{Every: automata.Literal(text)} }
	b := Box{}.With("m", is("a")).With("z", is("a")).With("a", is("a")).With("m", is("b"))
	var names []string
	for _, k := range b.Keys {
		names = append(names, k.Name)
	}
	if want := []string{"a", "m", "z"}; !slices.Equal(names, want) {
		t.Errorf("keys are %v, want %v", names, want)
	}
	if !b.Key("m", false).isEmpty() {
		t.Error("a key that is a and b is something")
	}
	if !b.Key("other", true).isAnything() {
		t.Error("a key without a condition is not anything")
	}
}

// TestBoxesDoNotShare: a box that was made from another must not change with it.
func TestBoxesDoNotShare(t *testing.T) {
	a := Box{}.With("k", Values{Every: automata.Literal("a")})
	b := a.With("k", Values{Every: automata.Literal("b")})
	if a.Key("k", false).isEmpty() || !b.Key("k", false).isEmpty() {
		t.Error("narrowing one box narrowed another")
	}
}
