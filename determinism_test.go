package ddbgen_test

import (
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/ddbgen/ddbgen/internal/output"
)

// TestDeterminism builds every example ten times, on one processor and on two, from specs whose mappings and lists stand in
// another order each time, and demands the same bytes.
func TestDeterminism(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, dir := range examples(t) {
		name := filepath.Join(dir, "spec.yaml")
		src := read(t, name)
		want := byPath(build(t, name, src).Files)
		for round := range 10 {
			runtime.GOMAXPROCS(1 + round%2)
			shuffled := shuffle(t, src, uint64(round))
			if diff := cmp.Diff(want, byPath(build(t, name, shuffled).Files)); diff != "" {
				t.Fatalf("%s: round %d differs (-as written +shuffled):\n%s\nof\n%s", name, round, diff, shuffled)
			}
		}
	}
}

func byPath(files []output.File) map[string]string {
	out := map[string]string{}
	for _, f := range files {
		out[f.Path] = string(f.Bytes)
	}
	return out
}

// shuffle is the same spec with every mapping and list in another order. No list of the language has an order that means
// something.
func shuffle(t *testing.T, src []byte, seed uint64) []byte {
	t.Helper()
	var root yaml.Node
	if err := yaml.Load(src, &root); err != nil {
		t.Fatal(err)
	}
	shuffleNode(&root, rand.New(rand.NewPCG(seed, 1)))
	out, err := yaml.Dump(&root)
	if err != nil {
		t.Fatal(err)
	}
	if string(out) == string(src) {
		t.Fatal("the shuffle changed nothing")
	}
	return out
}

func shuffleNode(n *yaml.Node, random *rand.Rand) {
	for _, child := range n.Content {
		shuffleNode(child, random)
	}
	switch n.Kind {
	case yaml.MappingNode:
		random.Shuffle(len(n.Content)/2, func(i, j int) {
			n.Content[2*i], n.Content[2*j] = n.Content[2*j], n.Content[2*i]
			n.Content[2*i+1], n.Content[2*j+1] = n.Content[2*j+1], n.Content[2*i+1]
		})
	case yaml.SequenceNode:
		random.Shuffle(len(n.Content), func(i, j int) { n.Content[i], n.Content[j] = n.Content[j], n.Content[i] })
	}
}
