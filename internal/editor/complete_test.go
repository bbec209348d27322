package editor_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/editor"
)

// TestCompleteKeys asks at every level for what may be written there: every key
// is offered, with what it does.
func TestCompleteKeys(t *testing.T) {
	d, l := newDesk(t), readLanguage(t)
	offered := 0
	for _, v := range l.levels(l.root, nil) {
		text, at := editor.Cursor(document(v.path, "‸"))
		items := d.open(t, text).Complete(t, at)
		for _, key := range l.keys(v.at) {
			about, _ := l.property(v.at, key)["description"].(string)
			if complain(t, v.String(), key, about, items) {
				offered++
			}
		}
		if names, ok := l.part(v.at, "propertyNames"); ok {
			complain(t, v.String(), "name", names["description"].(string), items)
		}
	}
	t.Logf("%d keys offered", offered)
}

// complain reports a word that is not among what is offered, or not with the
// words about it.
func complain(t *testing.T, where, word, about string, items []editor.Item) bool {
	t.Helper()
	i := slices.IndexFunc(items, func(item editor.Item) bool { return item.Label == word })
	switch {
	case i < 0:
		t.Errorf("%s: %s is not offered, but %s", where, word, labels(items))
	case about == "" || !strings.Contains(string(items[i].Documentation), about):
		t.Errorf("%s: %s is offered with %q, want %q", where, word, items[i].Documentation, about)
	default:
		return true
	}
	return false
}

func labels(items []editor.Item) []string {
	var labels []string
	for _, item := range items {
		labels = append(labels, item.Label)
	}
	return labels
}

// TestCompleteValues asks at every value that is one of a few words: each is
// offered, with what it does, and is what is then written.
func TestCompleteValues(t *testing.T) {
	d, l := newDesk(t), readLanguage(t)
	offered := 0
	for _, v := range l.levels(l.root, nil) {
		for _, key := range l.keys(v.at) {
			where := level{path: down(v.path, step{key: key})}.String()
			for _, form := range l.forms(l.property(v.at, key)) {
				offered += completeWords(t, d, where, form, document(v.path, key+": ‸"))
				if items, ok := l.part(form, "items"); ok {
					inList := down(v.path, step{key: key})
					offered += completeWords(t, d, where, items, document(down(inList, step{inList: true}), "‸"))
					offered += completeWords(t, d, where, items, document(v.path, key+": [‸]"))
				}
			}
		}
	}
	t.Logf("%d values offered", offered)
}

// completeWords asks for the words of a schema, if it has any, and counts them.
func completeWords(t *testing.T, d *desk, where string, of schema, text string) int {
	t.Helper()
	words := wordsOf(of)
	if len(words) == 0 {
		return 0
	}
	text, at := editor.Cursor(text)
	items := d.open(t, text).Complete(t, at)
	for _, w := range words {
		if w.about != "" && !complain(t, where, w.text, w.about, items) {
			continue
		}
		if !slices.ContainsFunc(items, func(item editor.Item) bool {
			return item.Label == w.text && strings.TrimSpace(item.Writes()) == w.text
		}) {
			t.Errorf("%s: %s is not offered as it is written", where, w.text)
		}
	}
	for _, item := range items {
		if strings.Contains(item.Label, "[object") {
			t.Errorf("%s: %q is offered, which says nothing", where, item.Label)
		}
	}
	return len(words)
}

// word is something that may be written, and what it does; of true and false
// there is nothing to say but at their key.
type word struct{ text, about string }

// wordsOf are the words that a schema names.
func wordsOf(s schema) []word {
	var words []word
	if s["type"] == "boolean" {
		words = append(words, word{"true", ""}, word{"false", ""})
	}
	enum, _ := s["enum"].([]any)
	abouts, _ := s["enumDescriptions"].([]any)
	for i, text := range enum {
		about := "a description in the schema"
		if i < len(abouts) {
			about = abouts[i].(string)
		}
		words = append(words, word{text.(string), about})
	}
	snippets, _ := s["defaultSnippets"].([]any)
	for _, snippet := range snippets {
		s := snippet.(map[string]any)
		words = append(words, word{s["label"].(string), s["description"].(string)})
	}
	return words
}

// TestCompleteTyped goes on where something is typed already, as it mostly is.
func TestCompleteTyped(t *testing.T) {
	d := newDesk(t)
	for _, c := range []struct{ text, label, writes string }{
		{"tab‸", "tables", "tables:"},
		{"tables:\n  books:\n    partition_key: ISBN\n    str‸\n", "stream", "stream:"},
		{"tables:\n  books:\n    str‸\n    partition_key: ISBN\n", "stream", "stream:"},
		{"tables:\n  books: {partition_key: ISBN, str‸}\n", "stream", "stream"},
		{"tables:\n  books:\n    partition_key: ISBN\n    stream: new‸\n", "new_image", "new_image"},
		{"tables:\n  books:\n    encryption: aws‸\n", "aws_managed", "aws_managed"},
		{"roles:\n  reader:\n    kind: runtime\n    access:\n      - table: books\n        operations: [read, Q‸]\n", "Query", "Query"},
		{"roles:\n  reader:\n    kind: runtime\n    access:\n      - table: books\n        ten‸\n", "tenant", "tenant:"},
		{"roles:\n  reader:\n    assumed_by:\n      service: ecs‸\n", "ecs_tasks", "ecs_tasks"},
	} {
		text, at := editor.Cursor(modeline + c.text)
		items := d.open(t, text).Complete(t, at)
		if !slices.ContainsFunc(items, func(item editor.Item) bool {
			return item.Label == c.label && strings.HasPrefix(item.Writes(), c.writes)
		}) {
			t.Errorf("%s\n%s is not offered, or not as %q, but %q", c.text, c.label, c.writes, labels(items))
		}
	}
}
