package tree

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
)

// shown is a value on one line, each part with its place: 1:2 "text".
func shown(n *Node) string {
	at := fmt.Sprintf("%d:%d ", n.Range.Start.Line, n.Range.Start.Column)
	tag := ""
	if n.Tag != "" {
		tag = n.Tag + " "
	}
	switch n.Kind {
	case List:
		var items []string
		for _, i := range n.Items {
			items = append(items, shown(i))
		}
		return at + tag + "[" + strings.Join(items, ", ") + "]"
	case Object:
		var members []string
		for _, m := range n.Members {
			members = append(members, fmt.Sprintf("%d:%d %s = %s", m.Range.Start.Line, m.Range.Start.Column, m.Name, shown(m.Value)))
		}
		return at + tag + "{" + strings.Join(members, ", ") + "}"
	case String:
		return at + tag + fmt.Sprintf("%q", n.Text)
	case Null:
		return at + tag + "null"
	}
	return at + tag + n.Text
}

func all(nodes []*Node, ds hcl.Diagnostics) string {
	var out []string
	for _, n := range nodes {
		out = append(out, shown(n))
	}
	for _, d := range ds {
		out = append(out, fmt.Sprintf("%d:%d %s", d.Subject.Start.Line, d.Subject.Start.Column, d.Summary))
	}
	return strings.Join(out, "; ")
}

func TestParseJSON(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"nothing", " \n", ""},
		{"values one after the other", "1\ntrue null \"a\"", `1:1 1; 2:1 true; 2:6 null; 2:11 "a"`},
		{"an object", "{\n  \"a\": [1, {\"b\": -1.5e3}]}", `1:1 {2:3 a = 2:8 [2:9 1, 2:12 {2:13 b = 2:18 -1.5e3}]}`},
		{"a byte order mark", "\ufeff{\"a\": 1}", `1:1 {1:2 a = 1:7 1}`},
		{"Windows' line ends", "{\r\n\"a\":\r\n1}", `1:1 {2:1 a = 3:1 1}`},
		{"characters of several runes", "[\"é\", \"日本\", \"e\u0301\", \"🇩🇪\", 1]", "1:1 [1:2 \"é\", 1:7 \"日本\", 1:13 \"e\u0301\", 1:18 \"🇩🇪\", 1:23 1]"},
		{"a name twice", `{"a": 1, "a": 2}`, `1:1 {1:2 a = 1:7 1, 1:10 a = 1:15 2}`},
		{"the end in an object", "{\"a\": {\n", "2:1 Not JSON"},
		{"a mistake behind a value", "{}\n[1,]", "1:1 {}; 2:3 Not JSON"},
		{"a mistake behind a mark", "\ufeffx", "1:1 Not JSON"},
		{"half of a character", `["\ud83d"]`, "1:2 Half a character"},
		{"no UTF-8", "[1]\n\xff", "2:1 Not UTF-8"},
		{"too deep", strings.Repeat("[", maxDepth+1), fmt.Sprintf("1:%d Values too deep in each other", maxDepth+1)},
	} {
		if got := all(ParseJSON("f.json", []byte(c.src))); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestParseYAML(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"nothing", "# only this\n", ""},
		{"documents", "a: 1\n---\n- b\n", `1:1 {1:1 a = 1:4 1}; 3:1 [3:3 "b"]`},
		{"what plain scalars are", "[yes, on, true, TRUE, null, ~, 12, 012, 0x1F, 1.5, .inf, 2012-10-17, \"12\"]",
			`1:1 [1:2 "yes", 1:7 "on", 1:11 true, 1:17 true, 1:23 null, 1:29 null, 1:32 12, 1:36 "012", 1:41 "0x1F", 1:47 1.5, 1:52 ".inf", 1:58 "2012-10-17", 1:70 "12"]`},
		{"tags", "a: !Ref Table\nb: !Sub\n  - x\n  - {y: !GetAtt T.Arn}\nc: !!str 12\nd: ! x\n",
			`1:1 {1:1 a = 1:4 !Ref "Table", 2:1 b = 2:4 !Sub [3:5 "x", 4:5 {4:6 y = 4:9 !GetAtt "T.Arn"}], 5:1 c = 5:4 "12", 6:1 d = 6:4 "x"}`},
		{"an alias", "a: &x [1]\nb: *x\n", `1:1 {1:1 a = 1:4 [1:8 1], 2:1 b = 1:4 [1:8 1]}`},
		{"an alias for a name", "&x a: 1\nb: {*x : 2}\n", `1:1 {1:1 a = 1:7 1, 2:1 b = 2:4 {2:5 a = 2:10 2}}`},
		{"a merge", "a: &x {p: 1, q: 2}\nb: &y {q: 3, r: 4}\nc:\n  p: 5\n  <<: [*x, *y]\n",
			`1:1 {1:1 a = 1:4 {1:8 p = 1:11 1, 1:14 q = 1:17 2}, 2:1 b = 2:4 {2:8 q = 2:11 3, 2:14 r = 2:17 4}, 3:1 c = 4:3 {4:3 p = 4:6 5, 1:14 q = 1:17 2, 2:14 r = 2:17 4}}`},
		{"a value inside itself", "a: &x [*x]\n", "1:8 Value inside itself"},
		{"a merge of a text", "a: &x 1\n<<: *x\n", "1:1 Merge of what has no names"},
		{"a name that is a list", "? [a]\n: 1\n", "1:3 Name that is no text"},
		{"a line break for YAML only", "a: \"\u2028\"\nb: 1\n", "1:5 Invisible character"},
		{"no UTF-8", "a: 1\nb: \xff\n", "2:4 Not UTF-8"},
		{"no YAML", "a: 1\nb: [\n", "3:1 Not YAML"},
		{"a byte order mark", "\ufeffa: é\nb: 1", `1:1 {1:1 a = 1:4 "é", 2:1 b = 2:4 1}`},
	} {
		if got := all(ParseYAML("f.yaml", []byte(c.src))); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestAliasesOfAliases holds that a short file does not stand for a huge one.
func TestAliasesOfAliases(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n")
	for i := 1; i < 30; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 10), ","))
	}
	_, ds := ParseYAML("f.yaml", []byte(b.String()))
	if len(ds) != 1 || ds[0].Summary != "Too large" {
		t.Errorf("got %v, want that it is too large", ds)
	}
}

func TestRepeated(t *testing.T) {
	for src, want := range map[string]string{
		`{"a": 1, "b": [{"a": 1}]}`:               "",
		`{"a": 1, "b": 2, "a": 3}`:                "1:18",
		`[1, {"a": {"x": 1,` + "\n" + `"x": 2}}]`: "2:1",
	} {
		nodes, _ := ParseJSON("f.json", []byte(src))
		got := ""
		if m := nodes[0].Repeated(); m != nil {
			got = fmt.Sprintf("%d:%d", m.Range.Start.Line, m.Range.Start.Column)
		}
		if got != want {
			t.Errorf("%s: at %q, want %q", src, got, want)
		}
	}
}

// FuzzParse holds that no file brings the parsers down, that what was parsed is written as JSON which says the same, and that
// every place is in the file.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"a": [1, "é", null]}`, "a: &x {b: !Ref c}\nd: *x\n", "\ufeff[]", "? a\n: - b\n", "a: |\n  x\n  y\n", "<<: {a: 1}", "'a': \"\\x41\"\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, parse := range []func(string, []byte) ([]*Node, hcl.Diagnostics){ParseJSON, ParseYAML} {
			nodes, ds := parse("f", src)
			for _, d := range ds {
				inside(t, src, *d.Subject)
			}
			for _, n := range nodes {
				visit(t, src, n)
				again, ds := ParseJSON("again", n.JSON())
				if len(ds) > 0 || len(again) != 1 || string(again[0].JSON()) != string(n.JSON()) {
					t.Errorf("written as %s, which is read with %v", n.JSON(), ds)
				}
			}
		}
	})
}

func visit(t *testing.T, src []byte, n *Node) {
	inside(t, src, n.Range)
	for _, i := range n.Items {
		visit(t, src, i)
	}
	for _, m := range n.Members {
		inside(t, src, m.Range)
		visit(t, src, m.Value)
	}
}

func inside(t *testing.T, src []byte, r hcl.Range) {
	t.Helper()
	line := 1 + strings.Count(string(src[:r.Start.Byte]), "\n")
	if r.End.Byte > len(src) || r.Start.Byte > r.End.Byte || r.Start.Line != line || r.Start.Column < 1 {
		t.Errorf("the place %v is not in the file, or not on that line", r)
	}
}
