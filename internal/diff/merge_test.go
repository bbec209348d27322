package diff

import (
	"testing"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/sample"
)

// TestMergedIsTheSame: fewer boxes are the same requests.
func TestMergedIsTheSame(t *testing.T) {
	fewer := 0
	for seed := range uint64(300) {
		g := sample.NewGrower(seed)
		d, e := g.Document(), g.Document()
		s := access.NewWorlds(d, e)
		var boxes []access.Box
		for _, d := range []policy.Document{d, e} {
			m, err := s.Read(g.Kind, "random", d)
			if err != nil {
				t.Fatal(err)
			}
			boxes = append(append(boxes, m.Allows...), m.Denies...)
		}
		if len(boxes) > mergeLimit {
			continue
		}
		joined := merged(boxes)
		if len(joined) < len(boxes) {
			fewer++
		}
		if len(access.Minus(boxes, joined)) > 0 || len(access.Minus(joined, boxes)) > 0 {
			t.Fatalf("seed %d: %d boxes are %d others", seed, len(boxes), len(joined))
		}
	}
	if fewer < 20 {
		t.Errorf("only %d were joined", fewer)
	}
}

// TestMergedLists: what a key that holds several values can be is no more joined than lists of values are.
func TestMergedLists(t *testing.T) {
	keys := func(some ...string) access.Box {
		v := access.Values{Multi: true, Every: automata.Literals([]string{"a", "b", "c"})}
		for _, text := range some {
			v.Some = append(v.Some, automata.Literal(text))
		}
		return access.Everything().With("dynamodb:leadingkeys", v)
	}
	every := func(texts ...string) access.Box {
		return access.Everything().With("dynamodb:leadingkeys", access.Values{Multi: true, Every: automata.Literals(texts)})
	}
	if got := merged([]access.Box{keys("a"), keys("b")}); len(got) != 2 {
		t.Errorf("lists with an a and lists with a b are joined")
	}
	if got := merged([]access.Box{every("a"), every("b")}); len(got) != 2 {
		t.Errorf("lists of a and lists of b are joined, though a list of both is in neither")
	}
	if got := merged([]access.Box{keys(), keys("a")}); len(got) != 1 {
		t.Errorf("a part stays beside the whole")
	}
}
