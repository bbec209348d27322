package editor_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/editor"
)

// TestHover rests the pointer on every key, where it stands with the value of
// its example: what it does, what holds without it, and the example are shown.
func TestHover(t *testing.T) {
	d, l := newDesk(t), readLanguage(t)
	hovered := 0
	for _, v := range l.levels(l.root, nil) {
		for _, key := range l.keys(v.at) {
			where := level{path: down(v.path, step{key: key})}.String()
			property := l.property(v.at, key)
			about, _ := property["description"].(string)
			example := exampleOf(property)
			if about == "" || example == "" {
				t.Errorf("%s: the schema says %q of it, with the example %q", where, about, example)
				continue
			}
			text, at := editor.Cursor(document(v.path, key[:1]+"‸"+key[1:]+": "+example))
			shown := plain(d.open(t, text).Hover(t, at))
			for line := range strings.SplitSeq(about, "\n") {
				if !strings.Contains(shown, line) {
					t.Errorf("%s: no line %q in what is shown:\n%s", where, line, shown)
				}
			}
			if !strings.Contains(shown, "Example:") {
				t.Errorf("%s: no example in what is shown:\n%s", where, shown)
			}
			if value, has := property["default"]; has && !strings.Contains(shown, "Default: ") {
				t.Errorf("%s: the default %v is not in what is shown:\n%s", where, value, shown)
			}
			hovered++
		}
	}
	t.Logf("%d keys shown", hovered)
}

// exampleOf is the example of a key as YAML on one line: the schema's, or where
// that cannot show it, the description's.
func exampleOf(s schema) string {
	if examples, ok := s["examples"].([]any); ok {
		text, err := json.Marshal(examples[0])
		if err != nil {
			panic(err)
		}
		return string(text)
	}
	about, _ := s["description"].(string)
	_, example, _ := strings.Cut(about, "\nExample: ")
	return example
}

// plain takes back the backslashes that keep Markdown from reading plain text as
// markup.
func plain(markdown string) string { return escape.ReplaceAllString(markdown, "$1") }

var escape = regexp.MustCompile(`\\([^a-zA-Z0-9\s])`)

// TestHoverElsewhere rests the pointer on what is not a key of the language.
func TestHoverElsewhere(t *testing.T) {
	d := newDesk(t)
	for _, c := range []struct{ text, want string }{
		{"tables:\n  bo‸oks: {partition_key: ISBN}\n", "by the logical name"},
		{"tables:\n  books: {partition_key: ISBN, stream: new_i‸mage}\n", "`new_image`: The item as it is after the change."},
		{"tables:\n  books: {partition_key: ISBN, encryption: aws_‸managed}\n", "`aws_managed`: The key of DynamoDB in your account"},
	} {
		text, at := editor.Cursor(modeline + c.text)
		if got := plain(d.open(t, text).Hover(t, at)); !strings.Contains(got, c.want) {
			t.Errorf("%s\nwant %q in:\n%s", c.text, c.want, got)
		}
	}
}
