package source

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"go.yaml.in/yaml/v4"

	"github.com/ddbgen/ddbgen/internal/diag"
)

// TestRange writes the text that each node of a document should be shown with, in the order of the nodes.
func TestRange(t *testing.T) {
	for _, c := range []struct {
		name, yaml string
		want       []string
	}{
		{"plain", "key: some text # note\n", []string{`1:1 key`, `1:1 key`, `1:6 some text`}},
		{"folded plain", "key: some\n  text\n", []string{`1:1 key`, `1:1 key`, `1:6 some`}},
		{"quoted", `a: "x\"y" ` + "\nb: 'it''s'\n", []string{`1:1 a`, `1:1 a`, `1:4 "x\"y"`, `2:1 b`, `2:4 'it''s'`}},
		{"quoted over two lines", "a: \"x  \n  y\"\n", []string{`1:1 a`, `1:1 a`, `1:4 "x`}},
		{"literal", "a: |-\n  x\n  y\n", []string{`1:1 a`, `1:1 a`, `1:4 |-`}},
		{"list", "a:\n  - b\n", []string{`1:1 a`, `1:1 a`, `2:3 -`, `2:5 b`}},
		{"flow", "{a: [b, c ], d: {} }", []string{`1:1 {a: [b, c ], d: {} }`, `1:2 a`, `1:5 [b, c ]`, `1:6 b`, `1:9 c`, `1:14 d`, `1:17 {}`}},
		{"flow with a comma and an empty value", "[{a: },]", []string{`1:1 [{a: },]`, `1:2 {a: }`, `1:3 a`, `1:6 `}},
		{"flow over two lines", "[a, \n b]", []string{`1:1 [a,`, `1:2 a`, `2:2 b`}},
		{"wide", "e\u0301ü日: [\"é\", 日本]\n", []string{"1:1 e\u0301ü日", "1:1 e\u0301ü日", `1:6 ["é", 日本]`, `1:7 "é"`, `1:12 日本`}},
		{"byte order mark", "\ufeffa: b\n", []string{`1:1 a`, `1:1 a`, `1:4 b`}},
		{"carriage returns", "a: b\r\nc: d\r\n", []string{`1:1 a`, `1:1 a`, `1:4 b`, `2:1 c`, `2:4 d`}},
		{"anchor and tag", "a: &x b\nc: !!str 1\n", []string{`1:1 a`, `1:1 a`, `1:4 &x`, `2:1 c`, `2:4 !!str`}},
		{"alias", "a: &x b\nc: [*x,1]\n", []string{`1:1 a`, `1:1 a`, `1:4 &x`, `2:1 c`, `2:4 [*x,1]`, `2:5 *x`, `2:8 1`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := New("spec.yaml", []byte(c.yaml))
			root, _ := f.Parse()
			if root == nil {
				t.Fatal("no document")
			}
			if diff := cmp.Diff(c.want, shown(f, root)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// shown returns line, column and text of the range of a node and all below it.
func shown(f *File, n *yaml.Node) []string {
	r := f.Range(n)
	out := []string{fmt.Sprintf("%d:%d %s", r.Start.Line, r.Start.Column, f.Bytes[r.Start.Byte:r.End.Byte])}
	for _, child := range n.Content {
		out = append(out, shown(f, child)...)
	}
	return out
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		name, yaml string
		want       []string
	}{
		{"nothing", "", []string{"1:1-1:1 Empty file [syntax]"}},
		{"comment", "# a spec\n", []string{"1:1-1:1 Empty file [syntax]"}},
		{"empty document", "---\n", []string{"1:1-1:1 Empty file [syntax]"}},
		{"only a byte order mark", "\ufeff", []string{"1:1-1:1 Empty file [syntax]"}},
		{"NUL", "a: b\x00\n", []string{"1:5-1:6 Invisible character [encoding]"}},
		{"not UTF-8", "a: b\nc: \xff\xfe\n", []string{"2:4-2:5 Not UTF-8 [encoding]", "2:5-2:6 Not UTF-8 [encoding]"}},
		{"UTF-16", "\xff\xfea\x00", []string{
			"1:1-1:2 Not UTF-8 [encoding]", "1:2-1:3 Not UTF-8 [encoding]", "1:4-1:5 Invisible character [encoding]"}},
		{"line separator hides a key", "a: x\u2028b: 1\n", []string{"1:5-1:6 Invisible character [encoding]"}},
		{"lone carriage return hides a key", "# note\rb: 1\n", []string{"1:7-1:8 Invisible character [encoding]"}},
		{"text shown backwards", "a: \u202egnirts\n", []string{"1:4-1:5 Invisible character [encoding]"}},
		{"second document", "a: 1\n---\nb: 2\n", []string{"3:1-3:2 Second document [syntax]"}},
		{"broken second document", "a: 1\n---\nb: [\n", []string{"4:1-4:1 Invalid YAML [syntax]"}},
		{"aliases", "a: &x 1\nb: *x\n", []string{"1:4-1:6 Anchor [yaml-alias]", "2:4-2:6 Alias [yaml-alias]"}},
		{"unknown alias", "a: *x\n", []string{"1:4-1:5 Invalid YAML [syntax]"}},
		{"merge key", "<<: {a: b}\n", []string{"1:1-1:3 Merge key [yaml-alias]"}},
		{"tag", "a: !!str 1\n", []string{"1:4-1:9 Explicit tag [tag]"}},
		{"tab", "a:\n\tb: 1\n", []string{"2:1-2:2 Invalid YAML [syntax]"}},
		{"open brace", "a: {b: 1\n", []string{"2:1-2:1 Invalid YAML [syntax]"}},
		{"too deep", "a: " + strings.Repeat("[", 65), []string{"1:68-1:69 Invalid YAML [syntax]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, ds := New("spec.yaml", []byte(c.yaml)).Parse()
			var got []string
			for _, d := range ds {
				got = append(got, line1(d))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func line1(d *hcl.Diagnostic) string {
	s, e := d.Subject.Start, d.Subject.End
	return fmt.Sprintf("%d:%d-%d:%d %s [%s]", s.Line, s.Column, e.Line, e.Column, d.Summary, diag.IDOf(d))
}

// TestAliasBomb holds that aliases are never followed: nine levels of nine would be 387 million nodes.
func TestAliasBomb(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 x\n")
	for i := 1; i <= 9; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9), ","))
	}
	_, ds := New("spec.yaml", []byte(b.String())).Parse()
	if len(ds) != 10+81 {
		t.Errorf("%d diagnostics, want one for each of 10 anchors and 81 aliases", len(ds))
	}
}

// TestPositionsOfOneLongLine holds that finding a position takes no time in the length of the line: a quadratic walk
// over this document would take minutes, and the test would run into its time limit.
func TestPositionsOfOneLongLine(t *testing.T) {
	f := New("spec.json", []byte(`["`+strings.Repeat(`é", "`, 100_000)+`"]`))
	root, ds := f.Parse()
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	for i, n := range root.Content {
		if at := f.Range(n).Start.Column; i < 100_000 && at != 2+5*i {
			t.Fatalf("item %d at column %d, want %d", i, at, 2+5*i)
		}
	}
}

func TestSyntaxErrorsSayWhatToDo(t *testing.T) {
	for _, c := range []struct{ yaml, want string }{
		{"a:\n\tb: 1\n", "Indent with blanks; YAML does not take tabs."},
		{"a: b: c\n", "put it in quotes"},
		{"a: {b: 1\nc: 2", "Close every { and [, and put a comma between the items."},
		{"a: 'x\n", "that began on line 1. Close the quotes."},
		{"a: @b\n", "Put text that begins with this character in quotes."},
		{"a: *b\n", "If the star belongs to the text, put the text in quotes."},
		{"- a\nb: c\n", "Check the indentation"},
		{strings.Repeat("[", 70), "Nest at most 64 levels."},
	} {
		_, ds := New("spec.yaml", []byte(c.yaml)).Parse()
		if len(ds) != 1 || !strings.Contains(ds[0].Detail, c.want) {
			t.Errorf("%q: %v, want %q", c.yaml, ds, c.want)
		}
	}
}
