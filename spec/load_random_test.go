package spec

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/hashicorp/hcl/v2"
)

// TestLoadRandom loads documents that are made from the tags, and so are right in shape and wrong in meaning, with a
// break or two in most of them. Whatever they say, there is no panic, a model comes without errors and errors come
// without a model, and every finding has a name, a remedy and a place.
func TestLoadRandom(t *testing.T) {
	for seed := range 400 {
		g := &generator{Rand: rand.New(rand.NewPCG(uint64(seed), 7)), budget: 60}
		doc := g.of(reflect.TypeFor[Document](), rules{})
		for range seed % 3 {
			doc = g.breakOne(doc)
		}
		checkLoad(t, []byte(g.write(doc)))
	}
}

// FuzzLoad does the same with whatever comes to mind.
func FuzzLoad(f *testing.F) {
	for _, c := range catalogue(f) {
		f.Add(c.Source)
	}
	f.Fuzz(func(t *testing.T, src []byte) { checkLoad(t, src) })
}

func checkLoad(t *testing.T, src []byte) {
	t.Helper()
	m, ds := Load("spec.yaml", src)
	if (m == nil) != ds.HasErrors() {
		t.Fatalf("model: %v, errors: %v, of\n%s", m != nil, ds, src)
	}
	for _, d := range ds {
		if problem := unfit(d, len(src)); problem != "" {
			t.Fatalf("%s: %v, of\n%s", problem, d, src)
		}
	}
}

// unfit says what a finding lacks.
func unfit(d *hcl.Diagnostic, size int) string {
	switch {
	case d.Extra == nil:
		return "no name"
	case d.Summary == "" || d.Detail == "":
		return "no words"
	case d.Subject == nil:
		return "no place"
	case d.Subject.Start.Byte < 0 || d.Subject.End.Byte > size || d.Subject.Start.Byte > d.Subject.End.Byte:
		return "place outside the file"
	}
	return ""
}
