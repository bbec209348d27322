package audit

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/inventory/load"
)

var update = flag.Bool("update", false, "rewrite the expectations of the corpus with what is found")

const expectations = "expected.txt"

// corpus is the directories of a part of the corpus, each with files as they are found in the wild.
func corpus(t testing.TB, part string) []string {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join("testdata", "corpus", part, "*"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no corpus in %s: %v", part, err)
	}
	return dirs
}

// inventoryOf is what the files of a directory say exists.
func inventoryOf(t testing.TB, dir string) *inventory.Inventory {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(f string) bool { return filepath.Base(f) == expectations })
	inv, err := load.Paths(files, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range inv.Findings {
		if d.Severity == 1 {
			t.Fatalf("%s cannot be read: %v", dir, d)
		}
	}
	return inv
}

// lines is findings as expectations are written: one a line, with the place in the file, and whom it is about where that is not
// whoever the policy is attached to.
func lines(dir string, findings []Finding) []string {
	var out []string
	for _, f := range findings {
		name, err := filepath.Rel(dir, f.At.Filename)
		if err != nil {
			name = f.At.Filename
		}
		line := fmt.Sprintf("%s %s:%d", f.ID, filepath.ToSlash(name), f.At.Start.Line)
		if !strings.HasPrefix(f.Subject, "the policy") && f.Subject != "" {
			line += " " + f.Subject
		}
		out = append(out, line)
	}
	return out
}

// TestCorpus: in each bad directory exactly what is expected is found, where it stands, and nothing in the clean ones. Every
// witness is confirmed here again, whoever made it.
func TestCorpus(t *testing.T) {
	for _, dir := range corpus(t, "bad") {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			findings := Run(inventoryOf(t, dir))
			confirmAll(t, findings)
			got := strings.Join(lines(dir, findings), "\n") + "\n"
			file := filepath.Join(dir, expectations)
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("found\n%swant\n%s", got, want)
			}
			explainAll(t, findings)
			if len(findings) == 0 {
				t.Error("nothing is found in a bad directory")
			}
		})
	}
	for _, dir := range corpus(t, "clean") {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			if findings := Run(inventoryOf(t, dir)); len(findings) > 0 {
				t.Errorf("found in a clean directory:\n%s", strings.Join(lines(dir, findings), "\n"))
				explainAll(t, findings)
			}
		})
	}
}

// confirmAll asks the evaluator about every witness.
func confirmAll(t *testing.T, findings []Finding) {
	t.Helper()
	for _, f := range findings {
		if f.Witness == nil {
			continue
		}
		if err := f.Witness.Confirm(); err != nil {
			t.Errorf("%s at %s: %v", f.ID, f.At, err)
		}
	}
}

func explainAll(t *testing.T, findings []Finding) {
	t.Helper()
	for _, f := range findings {
		request := "no witness"
		if f.Witness != nil {
			request = fmt.Sprintf("%s: %s", f.Witness.Outcome, f.Witness.Request)
		}
		t.Logf("%s at %s, statement %s, %s\n  %s\n  %s", f.ID, f.At, f.Statement, f.Subject, f.Detail, request)
	}
}

// TestExamplesAreClean: what a build writes has none of the mistakes. Each directory is read as a build, and its policies one
// by one as well.
func TestExamplesAreClean(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join("..", "..", "examples", "*", "generated"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(filepath.Dir(dir)), func(t *testing.T) {
			alone, err := filepath.Glob(filepath.Join(dir, "environments", "*", "policies", "role.*.json"))
			if err != nil {
				t.Fatal(err)
			}
			for _, paths := range [][]string{{dir}, alone} {
				inv, err := load.Paths(paths, load.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if len(inv.Identities) == 0 {
					t.Fatal("no identity was read")
				}
				if findings := Run(inv); len(findings) > 0 {
					t.Errorf("found in %s:\n%s", paths[0], strings.Join(lines(dir, findings), "\n"))
					explainAll(t, findings)
				}
			}
		})
	}
}
