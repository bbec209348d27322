package access

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestValuesAlgebra(t *testing.T) {
	for seed := range uint64(20000) {
		r := rand.New(rand.NewPCG(seed, 4))
		multi := r.IntN(2) == 0
		a, b := randomValues(r, multi), randomValues(r, multi)
		both, not := a.and(b), a.not()
		something := false
		for _, held := range worldHeld {
			if len(held) > 1 && !multi {
				continue
			}
			if got, want := both.hold(held, nil), a.hold(held, nil) && b.hold(held, nil); got != want {
				t.Fatalf("seed %d: %q is in both: %t, want %t", seed, held, got, want)
			}
			outside := slices.ContainsFunc(not, func(v Values) bool { return v.hold(held, nil) })
			if outside == a.hold(held, nil) {
				t.Fatalf("seed %d: %q is in a set and its complement alike: %t", seed, held, outside)
			}
			something = something || a.hold(held, nil)
		}
		if a.isEmpty() && something {
			t.Fatalf("seed %d: something is said to be nothing", seed)
		}
		held, found := a.example(nil)
		if found == a.isEmpty() || found && !a.hold(held, nil) {
			t.Fatalf("seed %d: %q (%t) is no example", seed, held, found)
		}
	}
}

func TestAnythingAndNothing(t *testing.T) {
	for _, multi := range []bool{false, true} {
		if !anything(multi).isAnything() || anything(multi).isEmpty() || len(anything(multi).not()) != 0 {
			t.Error("anything is not all there is")
		}
		if !nothing(multi).isEmpty() || nothing(multi).isAnything() {
			t.Error("nothing is something")
		}
	}
}

func (v Values) isAnything() bool {
	return v.Absent && v.Empty && len(v.Some) == 0 && v.Every.Equal(NonEmpty())
}
