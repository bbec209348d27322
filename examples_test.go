package ddbgen_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/prove"
	"github.com/ddbgen/ddbgen/spec"
)

var update = flag.Bool("update", false, "write the examples' generated files instead of comparing them")

// examples are the directories below examples that hold a spec.
func examples(tb testing.TB) []string {
	tb.Helper()
	specs, err := filepath.Glob("examples/*/spec.yaml")
	if err != nil || len(specs) == 0 {
		tb.Fatalf("no examples found: %v", err)
	}
	var dirs []string
	for _, s := range specs {
		dirs = append(dirs, filepath.Dir(s))
	}
	return dirs
}

// load is the model of a spec that has no errors, with the warnings it has.
func load(tb testing.TB, name string, src []byte) (*model.Model, hcl.Diagnostics) {
	tb.Helper()
	m, ds := spec.Load(name, src)
	if ds.HasErrors() {
		tb.Fatalf("%s: %v", name, ds)
	}
	return m, ds
}

// build is the tree of a spec that compiles.
func build(tb testing.TB, name string, src []byte) generate.Tree {
	tb.Helper()
	m, _ := load(tb, name, src)
	tree, ds := generate.All(m)
	if ds.HasErrors() {
		tb.Fatalf("%s: %v", name, ds)
	}
	return tree
}

// TestExamples builds every example and compares the result with what is committed, file by file: files that are missing
// and files that are too many count as differences.
func TestExamples(t *testing.T) {
	for _, dir := range examples(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			src := read(t, filepath.Join(dir, "spec.yaml"))
			m, _ := load(t, filepath.Join(dir, "spec.yaml"), src)
			tree, ds := generate.All(m)
			if ds.HasErrors() {
				t.Fatal(ds)
			}
			proof := prove.Run(m, tree.Files)
			if len(proof.Findings) > 0 {
				t.Fatal(proof.Findings)
			}
			committed := filepath.Join(dir, "generated")
			if *update {
				write(t, committed, tree, proof, src)
			}
			fresh := t.TempDir()
			write(t, fresh, tree, proof, src)
			if diff := cmp.Diff(contents(t, committed), contents(t, fresh)); diff != "" {
				t.Errorf("what is committed is not what the spec says; run go test . -update (-committed +built):\n%s", diff)
			}
		})
	}
}

// write puts a tree on disk as the build command does. The version in the lock is the one that is committed, so that a
// new version of the program alone changes no example.
func write(t *testing.T, dir string, tree generate.Tree, proof prove.Result, src []byte) {
	t.Helper()
	changes, err := output.Plan(dir, tree.Files, output.Options{
		Generator: "0.1.0", Spec: output.Digest(src), Proven: proof.String(), Force: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := output.Apply(changes); err != nil {
		t.Fatal(err)
	}
}

func read(tb testing.TB, path string) []byte {
	tb.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// contents are the files below a directory, by path.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		files[filepath.ToSlash(relative)] = string(read(t, path))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
