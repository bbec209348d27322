package ddbgen_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/ddbgen/ddbgen/internal/policy"
)

// TestClassics holds the policies that everybody needs to expectations written by hand, whole files at a time. There is no
// way to update them from the output.
func TestClassics(t *testing.T) {
	archives, err := filepath.Glob("testdata/classic/*.txtar")
	if err != nil || len(archives) != 7 {
		t.Fatalf("found %d classics, want seven: %v", len(archives), err)
	}
	for _, path := range archives {
		t.Run(filepath.Base(path), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			built := byPath(build(t, "spec.yaml", archive.Files[0].Data).Files)
			if archive.Files[0].Name != "spec.yaml" || len(archive.Files) < 2 {
				t.Fatal("a classic is a spec.yaml and what it must become")
			}
			for _, want := range archive.Files[1:] {
				if diff := cmp.Diff(canonical(t, want.Name, want.Data), built[want.Name]); diff != "" {
					t.Errorf("%s (-by hand +built):\n%s", want.Name, diff)
				}
			}
		})
	}
}

// canonical is a file as a build writes it: of a policy, in canonical form, so that the hand is free in its layout.
func canonical(t *testing.T, name string, content []byte) string {
	t.Helper()
	if filepath.Ext(name) != ".json" {
		return string(content)
	}
	document, err := policy.Parse(content)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if matched, _ := filepath.Match("environments/*/policies/endpoint.*", name); matched {
		return string(policy.EncodeMinified(document))
	}
	return string(policy.Encode(document))
}
