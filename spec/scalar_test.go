package spec_test

import (
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/ddbgen/ddbgen/spec"
)

func TestScalar(t *testing.T) {
	for text, want := range map[string]string{
		"Orders": "Orders", "by_day": "by_day", "us-east-1": "us-east-1", "a.b/c": "a.b/c",
		"444455556666": `"444455556666"`, "": `""`, "Null": `"Null"`, "no": `"no"`, "a b": `"a b"`, "a,b": `"a,b"`,
		"-": `"-"`, "a: b": `"a: b"`, "x#y": `"x#y"`, `"\`: `"\"\\"`, "a\nb": `"a\nb"`, "\u202e": `"\u202e"`, "é": `"é"`,
		"{tenant}": `"{tenant}"`, "*": `"*"`,
	} {
		if got := spec.Scalar(text); got != want {
			t.Errorf("%q is written %s, want %s", text, got, want)
		}
	}
}

// FuzzScalar holds that YAML reads back what was written, among other values of a list and as a key.
func FuzzScalar(f *testing.F) {
	for _, text := range []string{"a", "true", "~", "a, b]", "key: value # x", "\x00\x7f\u0085\u2028\ufeff\u202e", "'", "💥", "<<", "=", "0x1F", "!!str"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip("what is written was read as UTF-8")
		}
		written := "{" + spec.Scalar(text) + ": [a, " + spec.Scalar(text) + "]}\n"
		var got map[string][]string
		if err := yaml.Load([]byte(written), &got); err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		if l := got[text]; len(l) != 2 || l[1] != text {
			t.Errorf("%s is read as %q", written, got)
		}
	})
}
