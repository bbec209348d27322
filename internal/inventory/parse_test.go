package inventory_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/tree"
)

const readable = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "One", "Effect": "Allow",
      "Action": ["dynamodb:GetItem",
                 "dynamodb:Query"],
      "Resource": "*",
      "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}
    },
    {"Effect": "Deny", "Action": "*", "Resource": "*"}
  ]
}`

func node(t *testing.T, src string) *tree.Node {
	t.Helper()
	nodes, ds := tree.ParseJSON("p.json", []byte(src))
	if len(ds) > 0 || len(nodes) != 1 {
		t.Fatal(ds)
	}
	return nodes[0]
}

func TestPlaces(t *testing.T) {
	d, wrong := inventory.Parse(node(t, readable), artifact.Identity, "p")
	if wrong != nil {
		t.Fatal(wrong)
	}
	for what, at := range map[string]int{
		"statement 4":  d.Statement(0).Start.Line,
		"statement 11": d.Statement(1).Start.Line,
		"value 7":      d.Value(0, 1, "Action").Start.Line,
		"element 9":    d.Element(0, "Condition", "StringEquals", "aws:SourceVpc").Start.Line,
	} {
		if !strings.HasSuffix(what, fmt.Sprintf(" %d", at)) {
			t.Errorf("%s stands on line %d", what, at)
		}
	}
}

// TestStrings holds that a document in a string is the same document, and stands where the string does.
func TestStrings(t *testing.T) {
	for name, text := range map[string]string{
		"plain":          readable,
		"encoded":        url.PathEscape(readable),
		"encoded spaces": "%20" + url.PathEscape(readable),
	} {
		n := node(t, fmt.Sprintf("{\"a\": 1,\n \"p\": %q}", text)).Get("p")
		d, wrong := inventory.Parse(n, artifact.Trust, "p")
		if wrong != nil {
			t.Fatalf("%s: %s", name, wrong)
		}
		want, _ := policy.Parse([]byte(readable))
		if string(policy.Encode(d.Document)) != string(policy.Encode(want)) || d.Kind != artifact.Trust {
			t.Errorf("%s: another document", name)
		}
		for i := range 2 {
			if at := d.Element(i, "Effect"); at != n.Range || at.Start.Line != 2 {
				t.Errorf("%s: statement %d stands at %v", name, i, at)
			}
		}
	}
}

// TestUnreadable holds what is refused, and that the finding stands at the reason.
func TestUnreadable(t *testing.T) {
	with := func(old, new string) string { return strings.Replace(readable, old, new, 1) }
	for _, c := range []struct{ name, src, want string }{
		{"an element of another case", with(`"Action": [`, `"action": [`), `6:7 "action": [`},
		{"an effect of another case", with(`"Deny"`, `"deny"`), `11:6 "Effect": "deny"`},
		{"a name twice", with(`"Sid": "One"`, `"Effect": "Deny"`), `5:25 "Effect"`},
		{"condition keys that differ in case", with(`"vpc-1"`, `"vpc-1", "aws:sourcevpc": "vpc-2"`), `9:64 "aws:sourcevpc": "vpc-2"`},
		{"an operator that does not exist", with(`"StringEquals"`, `"StringEqual"`), `9:21 "StringEqual": {`},
		{"an empty list", with(`"dynamodb:GetItem",`, `"",`), `6:18 ""`},
		{"an empty name in a list", with(`"dynamodb:Query"`, `""`), `7:18 ""`},
		{"a number for an action", with(`"Action": "*"`, `"Action": 7`), `11:24 "Action": 7`},
		{"no effect", with(`"Effect": "Deny", `, ``), `11:5 {`},
		{"no statement", `{"Version": "2012-10-17"}`, `1:1 {`},
		{"a name with a dot", `{"Statement": {"Effect": "Allow", "Action.x[0]": {"y": 1}}}`, `1:35 "Action.x[0]": {`},
		{"a list", `[]`, `1:1 [`},
		{"null", `null`, `1:1 null`},
		{"a string that is no JSON", `"Statement"`, `1:1 "Statement"`},
		{"a string that is badly encoded", `"%7B%2"`, `1:1 "%7B%2"`},
		{"a string with a mistake in it", `"{\"Statement\": 1}"`, `1:1 "{\"Statement\": 1}"`},
	} {
		d, wrong := inventory.Parse(node(t, c.src), artifact.Identity, "p")
		if d != nil || wrong == nil {
			t.Errorf("%s: it was read", c.name)
			continue
		}
		at := *wrong.Subject
		if got := fmt.Sprintf("%d:%d %s", at.Start.Line, at.Start.Column, c.src[at.Start.Byte:at.End.Byte]); got != c.want {
			t.Errorf("%s: at %s, want %s: %s", c.name, got, c.want, wrong.Detail)
		}
	}
	if d, wrong := inventory.Parse(nil, artifact.Identity, ""); d != nil || wrong == nil || wrong.Subject != nil {
		t.Error("nothing is a document")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(readable)
	f.Add(`{"Statement": [{"Effect": "allow"}]}`)
	f.Add(`{"a.b[0]\"": {"c": 1}}`)
	f.Fuzz(func(t *testing.T, src string) {
		nodes, _ := tree.ParseJSON("p.json", []byte(src))
		for _, n := range nodes {
			d, wrong := inventory.Parse(n, artifact.Identity, "p")
			if (d == nil) == (wrong == nil) {
				t.Fatal("neither a document nor a finding, or both")
			}
			text, _ := inventory.Parse(&tree.Node{Kind: tree.String, Text: string(n.JSON())}, artifact.Identity, "p")
			if n.Kind == tree.Object && (d == nil) != (text == nil) {
				t.Fatal("an object and the same text are not read alike")
			}
			if d != nil {
				d.Value(0, 0, "Action")
				d.Element(0, "Condition")
			}
		}
	})
}
