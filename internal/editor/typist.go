package editor

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Typist writes in a document as a person does: letter by letter, and by
// choosing from what the editor offers. It counts what that takes.
type Typist struct {
	// Keys is how many keys were pressed: letters, Tab, Enter, and the arrow
	// down for each item above the one that was chosen.
	Keys int
	// Typed and Completed are how many characters were written letter by
	// letter, and how many by choosing.
	Typed, Completed int

	document *Document
	// The text, cut where the cursor is. What is selected there goes with the
	// next letter. What is behind holds the places that snippets leave open.
	before, selected, after string
	proposed                bool // the selection is what a snippet proposes
}

// Typist begins to write in an open document that has this text.
func (d *Document) Typist(text string) *Typist {
	return &Typist{document: d, before: text}
}

// Text is what is written.
func (w *Typist) Text() string { return w.before + w.selected + withoutPlaces(w.after) }

// End puts the cursor at the end of the text.
func (w *Typist) End() {
	w.before, w.selected, w.after, w.proposed = w.Text(), "", "", false
}

// Behind puts the cursor behind a piece of the text, which must be there once.
func (w *Typist) Behind(t testing.TB, piece string) {
	t.Helper()
	w.Select(t, piece)
	w.before, w.selected = w.before+piece, ""
}

// Select selects a piece of the text, which must be there once: all of it, or
// what is between « and » in it.
func (w *Typist) Select(t testing.TB, piece string) {
	t.Helper()
	w.End()
	above, rest, marked := strings.Cut(piece, "«")
	if middle, below, _ := strings.Cut(rest, "»"); marked {
		w.Select(t, above+middle+below)
		w.before, w.selected, w.after = w.before+above, middle, below+w.after
		return
	}
	if n := strings.Count(w.before, piece); n != 1 {
		t.Fatalf("the typist looks for %q, which is in the text %d times:\n%s", piece, n, w.before)
	}
	w.before, w.after, _ = strings.Cut(w.before, piece)
	w.selected = piece
}

// Type presses keys. Where "kin→kind⏎" stands, kin is typed and kind is chosen
// from what the editor then offers. "⇥" goes to the next place that a snippet
// left open, and behind the snippet in the end. Blanks that begin a line are
// not counted, since editors indent by themselves.
func (w *Typist) Type(t testing.TB, keys string) {
	t.Helper()
	for keys != "" {
		key, size := utf8.DecodeRuneInString(keys)
		keys = keys[size:]
		switch key {
		case '→':
			label, rest, taken := strings.Cut(keys, "⏎")
			if !taken {
				t.Fatalf("the typist never takes %q", keys)
			}
			w.choose(t, label)
			keys = rest
		case '⇥':
			w.Keys++
			w.next()
		default:
			w.letter(key)
		}
	}
	w.document.Change(t, w.Text())
}

func (w *Typist) letter(key rune) {
	w.drop()
	if key != ' ' || strings.Trim(w.line(), " ") != "" {
		w.Keys, w.Typed = w.Keys+1, w.Typed+1
	}
	w.before += string(key)
}

// line is what stands before the cursor on its line.
func (w *Typist) line() string { return w.before[strings.LastIndex(w.before, "\n")+1:] }

// drop removes the selection.
func (w *Typist) drop() {
	if w.proposed {
		w.Completed -= utf8.RuneCountInString(w.selected)
	}
	w.selected, w.proposed = "", false
}

// choose takes what is offered under a label. The test fails if nothing is, or
// if nothing is said about it.
func (w *Typist) choose(t testing.TB, label string) {
	t.Helper()
	w.drop()
	w.document.Change(t, w.Text())
	line := w.line()
	offered := w.document.Complete(t, Position{strings.Count(w.before, "\n"), len(utf16.Encode([]rune(line)))})
	word := line[strings.LastIndexFunc(line, notInWord)+1:]
	shown := beginningWith(word, offered)
	at := slices.IndexFunc(shown, func(i Item) bool { return i.Label == label })
	if at < 0 {
		var labels []string
		for _, i := range shown {
			labels = append(labels, i.Label)
		}
		t.Fatalf("the typist wants %s behind %q, where only %q is offered", label, line, labels)
	}
	if about := shown[at].Documentation; about == "" && label != "true" && label != "false" { // of which their key says all
		t.Errorf("%s is offered behind %q with no word about it", label, line)
	}
	w.Keys += at + 1
	w.take(shown[at], word)
}

// take writes an item in place of the word that was begun. Its lines are
// indented as the line it begins on.
func (w *Typist) take(i Item, word string) {
	line := w.line()
	indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
	text := places(strings.ReplaceAll(i.Writes(), "\n", "\n"+indent))
	w.Completed += utf8.RuneCountInString(withoutPlaces(text)) - utf8.RuneCountInString(word)
	w.before = strings.TrimSuffix(w.before, word)
	w.after = text + open + closed + w.after
	w.next()
}

func notInWord(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-'
}

// beginningWith is what editors show of what is offered once a word is begun:
// what begins so, by the alphabet.
func beginningWith(word string, offered []Item) []Item {
	shown := slices.DeleteFunc(slices.Clone(offered), func(i Item) bool {
		return !strings.HasPrefix(strings.ToLower(i.Label), strings.ToLower(word))
	})
	slices.SortStableFunc(shown, func(a, b Item) int { return cmp.Compare(a.Label, b.Label) })
	return shown
}

// A place that a snippet leaves open, with what it proposes there, stands
// between two characters that no text has.
const open, closed = "\ue000", "\ue001"

var (
	// Places are written ${1:proposal}, ${1} or $1.
	written = regexp.MustCompile(`\$\{\d+:([^}]*)\}|\$\{\d+\}|\$\d+`)
	place   = strings.NewReplacer(open, "", closed, "")
)

func places(snippet string) string     { return written.ReplaceAllString(snippet, open+"${1}"+closed) }
func withoutPlaces(text string) string { return place.Replace(text) }

// next goes to the next open place, and selects what is proposed there.
func (w *Typist) next() {
	w.before, w.selected, w.proposed = w.before+w.selected, "", false
	between, rest, found := strings.Cut(w.after, open)
	if !found {
		return
	}
	w.before += between
	w.selected, w.after, _ = strings.Cut(rest, closed)
	w.proposed = w.selected != ""
}
