package diag

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"golang.org/x/text/width"
)

// snippet is the one source line a finding is shown with. Before, Marked and After are the line cut in three: what
// precedes the range, the range as far as it lies on this line, and the rest.
type snippet struct {
	before, marked, after string
}

// cut returns the first line of the range. It reports false when the file is not at hand or the range is not inside it.
func cut(src []byte, at hcl.Range) (snippet, bool) {
	from, to := at.Start.Byte, at.End.Byte
	if src == nil || from < 0 || from > len(src) {
		return snippet{}, false
	}
	begin := bytes.LastIndexByte(src[:from], '\n') + 1
	end := len(src)
	if i := bytes.IndexByte(src[from:], '\n'); i >= 0 {
		end = from + i
	}
	to = min(max(to, from), end)
	return snippet{
		before: strings.TrimPrefix(string(src[begin:from]), "\ufeff"),
		marked: strings.TrimSuffix(string(src[from:to]), "\r"),
		after:  strings.TrimSuffix(string(src[to:end]), "\r"),
	}, true
}

// line returns the whole line.
func (s snippet) line() string { return s.before + s.marked + s.after }

// maxAround is how much of a line is shown on each side of a range, and of the range itself, if the line is longer than a
// person writes: a spec or a description of tables that a program wrote is one line.
const maxAround = 80

// short leaves out what is far away from the range, if the line is long.
func (s snippet) short() snippet {
	if utf8.RuneCountInString(s.line()) <= 3*maxAround {
		return s
	}
	if before := []rune(s.before); len(before) > maxAround {
		s.before = "…" + string(before[len(before)-maxAround:])
	}
	s.marked, s.after = begun(s.marked), begun(s.after)
	return s
}

// begun is the beginning of a long text.
func begun(text string) string {
	if runes := []rune(text); len(runes) > maxAround {
		return string(runes[:maxAround]) + "…"
	}
	return text
}

// marker returns the line to be printed under the snippet: blanks up to the range, then a caret for each column of it,
// at least one. Tabs stay tabs, so that the carets stand right whatever the reader's tab width is.
func (s snippet) marker() string {
	var b strings.Builder
	for _, r := range s.before {
		if r == '\t' {
			b.WriteByte('\t')
			continue
		}
		b.WriteString(strings.Repeat(" ", runeColumns(r)))
	}
	b.WriteString(strings.Repeat("^", max(1, columns(s.marked))))
	return b.String()
}

// columns returns how many columns of a terminal the text takes.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}

// runeColumns returns 2 for the wide characters of East Asian scripts and emoji (Unicode annex 11), 0 for marks that
// combine with the character before them, and 1 for all others.
func runeColumns(r rune) int {
	if r < utf8.RuneSelf {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}

// printable replaces what a terminal would obey instead of showing: control characters but for the tab and the newline.
// A spec is read from a pull request, and its text must not be able to rewrite the reader's screen.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return utf8.RuneError
		}
		return r
	}, s)
}

// wrap breaks the paragraphs of a text at blanks so that no line is wider than limit, unless one word is.
// Lines that begin with a blank are shown as they are: they hold commands and code.
func wrap(text string, limit int) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if !strings.HasPrefix(line, " ") {
			lines[i] = wrapLine(line, limit)
		}
	}
	return strings.Join(lines, "\n")
}

func wrapLine(line string, limit int) string {
	var b strings.Builder
	at := 0
	for i, word := range strings.Split(line, " ") {
		w := columns(word)
		switch {
		case i == 0:
		case at+1+w > limit:
			b.WriteByte('\n')
			at = 0
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += w
	}
	return b.String()
}
