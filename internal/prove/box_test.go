package prove

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ddbgen/ddbgen/internal/automata"
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

func (b box) has(w world) bool {
	return b.action.Contains(w.action) && b.resource.Contains(w.resource) && b.principal.Contains(w.principal) &&
		b.key("s", false).hold(w.single, nil) && b.key("m", true).hold(w.multi, nil)
}

func anyHas(boxes []box, w world) bool {
	return slices.ContainsFunc(boxes, func(b box) bool { return b.has(w) })
}

func randomSet(r *rand.Rand) automata.Set {
	return automata.Glob(pick(r, []string{"*", "a", "b", "ab", "a*", "*b", "?", "??"}))
}

func randomValues(r *rand.Rand, multi bool) values {
	v := values{multi: multi, absent: r.IntN(2) == 0, empty: r.IntN(2) == 0, every: randomSet(r).Intersect(nonEmpty())}
	for multi && r.IntN(2) == 0 {
		v.some = append(v.some, randomSet(r).Intersect(v.every))
	}
	return v
}

func randomBox(r *rand.Rand) box {
	b := box{principal: randomSet(r), action: randomSet(r), resource: randomSet(r)}
	if r.IntN(3) > 0 {
		b = b.with("s", randomValues(r, false))
	}
	if r.IntN(3) > 0 {
		b = b.with("m", randomValues(r, true))
	}
	return b
}

func randomBoxes(r *rand.Rand) []box {
	var out []box
	for range 1 + r.IntN(4) {
		out = append(out, randomBox(r))
	}
	return out
}

func TestBoxAlgebra(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 3))
		a, b := randomBoxes(r), randomBoxes(r)
		rest := minus(a, b)
		meet := a[0].meets(b[0])
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
		if a[0].isEmpty() && !empty {
			t.Fatalf("seed %d: a box with requests is said to be empty", seed)
		}
		for _, left := range rest {
			if left.isEmpty() {
				t.Fatalf("seed %d: an empty box in a difference", seed)
			}
		}
	}
}

func TestBoxKeysAreSorted(t *testing.T) {
	is := func(text string) values { return values{every: automata.Literal(text)} }
	b := box{}.with("m", is("a")).with("z", is("a")).with("a", is("a")).with("m", is("b"))
	var names []string
	for _, k := range b.keys {
		names = append(names, k.name)
	}
	if want := []string{"a", "m", "z"}; !slices.Equal(names, want) {
		t.Errorf("keys are %v, want %v", names, want)
	}
	if !b.key("m", false).isEmpty() {
		t.Error("a key that is a and b is something")
	}
	if !b.key("other", true).isAnything() {
		t.Error("a key without a condition is not anything")
	}
}

// TestBoxesDoNotShare: a box that was made from another must not change with it.
func TestBoxesDoNotShare(t *testing.T) {
	a := box{}.with("k", values{every: automata.Literal("a")})
	b := a.with("k", values{every: automata.Literal("b")})
	if a.key("k", false).isEmpty() || !b.key("k", false).isEmpty() {
		t.Error("narrowing one box narrowed another")
	}
}
