package editor

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// Document is a file that is open in the editor. Only the editor has its text:
// the file need not be on disk.
type Document struct {
	server  *Server
	uri     string
	version int
	settled bool // what was published of this version has been read
}

// Position is a place in a text, both counted from zero, columns in UTF-16.
type Position struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

// Item is something that is offered at the cursor.
type Item struct {
	Label         string
	Documentation Text
	InsertText    string
	TextEdit      *struct{ NewText string }
}

// Writes is what stands there when the item is chosen, with the places to fill
// in as snippets write them. An edit counts more than a text to insert.
func (i Item) Writes() string {
	if i.TextEdit != nil {
		return i.TextEdit.NewText
	}
	return i.InsertText
}

// Diagnostic is something that is underlined.
type Diagnostic struct {
	Range   struct{ Start, End Position }
	Message string
	Source  string
}

// Text is prose as servers send it: as it is, or with the kind of its markup.
type Text string

// UnmarshalJSON takes both forms.
func (t *Text) UnmarshalJSON(b []byte) error {
	var marked struct{ Value *string }
	if json.Unmarshal(b, &marked) == nil && marked.Value != nil {
		*t = Text(*marked.Value)
		return nil
	}
	return json.Unmarshal(b, (*string)(t))
}

// Cursor takes the cursor, written ‸, out of a text and says where it was.
func Cursor(text string) (string, Position) {
	before, after, found := strings.Cut(text, "‸")
	if !found {
		panic("editor: no cursor in " + text)
	}
	line := strings.Count(before, "\n")
	return before + after, Position{line, len(before) - strings.LastIndex(before, "\n") - 1}
}

// Open opens a file with a text.
func (s *Server) Open(t testing.TB, path, text string) *Document {
	t.Helper()
	d := &Document{server: s, uri: address(t, path), version: 1}
	s.tell(t, "textDocument/didOpen", map[string]any{"textDocument": map[string]any{
		"uri": d.uri, "languageId": "yaml", "version": d.version, "text": text,
	}})
	return d
}

// Change replaces the whole text. The server does not say which version it
// publishes findings of, so those of the text before are waited for.
func (d *Document) Change(t testing.TB, text string) {
	t.Helper()
	if !d.settled {
		d.Diagnostics(t)
	}
	d.version, d.settled = d.version+1, false
	d.server.tell(t, "textDocument/didChange", map[string]any{
		"textDocument":   map[string]any{"uri": d.uri, "version": d.version},
		"contentChanges": []map[string]any{{"text": text}},
	})
}

// Complete is what is offered at a place.
func (d *Document) Complete(t testing.TB, at Position) []Item {
	t.Helper()
	var list struct{ Items []Item }
	d.server.ask(t, "textDocument/completion", d.place(at), &list)
	return list.Items
}

// Hover is what is shown of the word at a place; "" if nothing is.
func (d *Document) Hover(t testing.TB, at Position) string {
	t.Helper()
	var hover *struct{ Contents Text }
	d.server.ask(t, "textDocument/hover", d.place(at), &hover)
	if hover == nil {
		return ""
	}
	return string(hover.Contents)
}

func (d *Document) place(at Position) map[string]any {
	return map[string]any{"textDocument": map[string]any{"uri": d.uri}, "position": at}
}

// Diagnostics waits for what the server finds in the text, in order.
func (d *Document) Diagnostics(t testing.TB) []Diagnostic {
	t.Helper()
	select {
	case found := <-d.server.newsOf(d.uri):
		d.settled = true
		slices.SortFunc(found, func(a, b Diagnostic) int {
			return cmp.Or(
				cmp.Compare(a.Range.Start.Line, b.Range.Start.Line),
				cmp.Compare(a.Range.Start.Character, b.Range.Start.Character),
				strings.Compare(a.Message, b.Message))
		})
		return found
	case <-d.server.wire.ended:
		t.Fatalf("%s: the language server ended\n%s", d.uri, d.server.state())
	case <-time.After(patience):
		t.Fatalf("%s: no diagnostics within %s\n%s", d.uri, patience, d.server.state())
	}
	return nil
}
