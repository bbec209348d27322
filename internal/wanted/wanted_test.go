package wanted

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
)

const file = "version: 1\n" +
	"nmae: x # want `Unknown key: .*\\[unknown-key\\]`\n" +
	"# ---\n" +
	"# want-file `Empty`\n" +
	"# ---\n" +
	"\n" +
	"# ---\r\n" +
	"a: b # want `One` `Two`\n"

func TestParse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file.yaml")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	chunks, err := Chunks(path)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range chunks {
		got = append(got, c.Name+" "+string(c.Source))
	}
	parts := strings.Split(strings.ReplaceAll(file, "\r", ""), "# ---\n")
	want := []string{"file.yaml:1 " + parts[0], "file.yaml:4 " + parts[1], "file.yaml:8 " + parts[3]}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, line := range []string{
		"a: b # want Unknown key\n", "a: b # want `Unknown` key\n", "a: b # want `(`\n", "a: b # want\n", "a: b #want `x`\n",
	} {
		if chunks, err := parse("f", "x: y\n"+line); err == nil || !strings.HasPrefix(err.Error(), "f:2: ") {
			t.Errorf("%q: %v, %v", line, chunks, err)
		}
	}
	if _, err := Chunks(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a missing file has chunks")
	}
}

func TestCompare(t *testing.T) {
	at := func(line, column int) hcl.Range {
		return hcl.Range{Filename: "f", Start: hcl.Pos{Line: line, Column: column, Byte: 10*line + column}, End: hcl.Pos{Line: line, Column: column + 1}}
	}
	one, two := diag.Error("one", "One", "The first.", at(2, 4)), diag.Error("two", "Two", "The\nsecond.", at(2, 9))
	for _, c := range []struct {
		name, src string
		found     hcl.Diagnostics
		want      []string
	}{
		{"all met", "\n# want `One: The first` `second.*two\\]`\n", hcl.Diagnostics{two, one}, nil},
		{"missing", "\n# want `One` `Two`\n", hcl.Diagnostics{one}, []string{"line 2: nothing matches: Two"}},
		{"surplus", "\n# want `One`\n", hcl.Diagnostics{one, two}, []string{"line 2: nobody wants: Two: The\nsecond. [two]"}},
		{"other line", "# want `One`\n", hcl.Diagnostics{one}, []string{
			"line 2: nobody wants: One: The first. [one]", "line 1: nothing matches: One"}},
		{"a want is met once", "\n# want `.*`\n", hcl.Diagnostics{one, two}, []string{"line 2: nobody wants: Two: The\nsecond. [two]"}},
		{"file", "\n# want-file `Empty` `Nowhere`\n", hcl.Diagnostics{
			diag.Error("e", "Empty", "", at(1, 1)), diag.Error("n", "Nowhere", "", hcl.Range{})}, nil},
		{"not the file", "\n# want-file `One`\n", hcl.Diagnostics{one}, []string{
			"line 2: nobody wants: One: The first. [one]", "line 0: nothing matches: One"}},
	} {
		chunks, err := parse("f", c.src)
		if err != nil || len(chunks) != 1 {
			t.Fatalf("%s: %v, %v", c.name, chunks, err)
		}
		if diff := cmp.Diff(c.want, chunks[0].compare(c.found)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// failures stands in for a test that must fail.
type failures struct {
	testing.TB
	n int
}

func (f *failures) Helper()               {}
func (f *failures) Errorf(string, ...any) { f.n++ }

func TestCheckFailsTheTest(t *testing.T) {
	chunks, err := parse("f", "a: b # want `One`\n")
	if err != nil {
		t.Fatal(err)
	}
	f := &failures{}
	chunks[0].Check(f, func(src []byte) hcl.Diagnostics {
		if string(src) != "a: b # want `One`\n" {
			t.Errorf("checked %q", src)
		}
		return nil
	})
	if f.n != 1 {
		t.Errorf("%d failures, want 1", f.n)
	}
}
