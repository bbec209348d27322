package editor_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/editor"
	"github.com/ddbgen/ddbgen/spec"
)

// modeline is the first line of a spec, by which editors find its schema.
const modeline = "# yaml-language-server: $schema=./ddbgen.schema.json\n"

// desk is an editor with the directory of a project, where the schema lies.
type desk struct {
	*editor.Server
	dir    string
	opened int
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{Server: editor.Start(t), dir: t.TempDir()}
	if err := os.WriteFile(filepath.Join(d.dir, "ddbgen.schema.json"), spec.Schema(), 0o600); err != nil {
		t.Fatal(err)
	}
	return d
}

// open opens a text as a file of its own.
func (d *desk) open(t *testing.T, text string) *editor.Document {
	t.Helper()
	d.opened++
	return d.Open(t, filepath.Join(d.dir, fmt.Sprintf("%d.yaml", d.opened)), text)
}

// TestExamples opens every example as it is, and everything else that is a
// right spec: nothing may be underlined.
func TestExamples(t *testing.T) {
	d := newDesk(t)
	documents := map[string]*editor.Document{}
	examples, others := glob(t, "../../examples/*/spec.yaml"), glob(t, "../../spec/testdata/valid/*.yaml")
	for _, file := range examples {
		text := read(t, file)
		if !strings.HasPrefix(text, modeline) {
			t.Errorf("%s does not begin with %s", file, modeline)
		}
		documents[file] = d.open(t, text)
	}
	for _, file := range others {
		documents[file] = d.open(t, modeline+read(t, file))
	}
	for _, file := range slices.Concat(examples, others) {
		for _, found := range documents[file].Diagnostics(t) {
			t.Errorf("%s:%d: %s", file, found.Range.Start.Line+1, found.Message)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	return files
}

// TestChange types a mistake into a right spec, and takes it back.
func TestChange(t *testing.T) {
	d := newDesk(t)
	right := modeline + "version: 1\nname: books\nenvironments:\n  production: {account: \"444455556666\", region: eu-central-1}\ntables:\n  books: {partition_key: ISBN}\n"
	document := d.open(t, right)
	for i, c := range []struct {
		text string
		want []string
	}{
		{right, nil},
		{strings.Replace(right, "ISBN", "[ISBN]", 1), []string{"Write text or a mapping."}},
		{right, nil},
	} {
		if i > 0 {
			document.Change(t, c.text)
		}
		var got []string
		for _, found := range document.Diagnostics(t) {
			got = append(got, found.Message)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("after change %d: %q, want %q", i, got, c.want)
		}
	}
}
