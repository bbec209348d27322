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
	begin := lineOf(src, from)
	end := len(src)
	if i := bytes.IndexByte(src[from:], '\n'); i >= 0 {
		end = from + i
	}
	to = min(max(to, from), end)
	return snippet{
		before: ending(bytes.TrimPrefix(src[begin:from], byteOrderMark)),
		marked: strings.TrimSuffix(beginning(src[from:to]), "\r"),
		after:  strings.TrimSuffix(beginning(src[to:end]), "\r"),
	}, true
}

var byteOrderMark = []byte("\ufeff")

// lineOf returns where the line of an offset begins.
func lineOf(src []byte, at int) int { return bytes.LastIndexByte(src[:at], '\n') + 1 }

// maxPart is how many bytes of each part of a line are looked at. A state that Terraform wrote is one line of megabytes, and a
// copy of it for each finding would be more than anybody reads.
const maxPart = 4096

// ending is a text, or the end of a long one.
func ending(text []byte) string {
	if len(text) <= maxPart {
		return string(text)
	}
	text = text[len(text)-maxPart:]
	for len(text) > 0 && !utf8.RuneStart(text[0]) {
		text = text[1:]
	}
	return "…" + string(text)
}

// beginning is a text, or the beginning of a long one.
func beginning(text []byte) string {
	if len(text) <= maxPart {
		return string(text)
	}
	end := maxPart
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return string(text[:end]) + "…"
}

// line returns the whole line.
func (s snippet) line() string { return s.before + s.marked + s.after }

// A line that a person writes is shown whole, up to maxLine characters. One that a program wrote, such as a plan or a state, is
// shown around the range, as far as the line and the marker below it fit a terminal.
const (
	maxLine   = 120
	maxShown  = 68 // with what stands before the line in a print, and three signs of omission
	maxMarked = 40 // of them, of the range
)

// short leaves out what is far away from the range, if the line is long.
func (s snippet) short() snippet {
	if utf8.RuneCountInString(s.line()) <= maxLine {
		return s
	}
	s.marked = begun(s.marked, maxMarked)
	room := maxShown - min(utf8.RuneCountInString(s.marked), maxMarked)
	before, after := utf8.RuneCountInString(s.before), utf8.RuneCountInString(s.after)
	half := room / 2
	switch {
	case before < half:
		after = room - before
	case after < half:
		before = room - after
	default:
		before, after = room-half, half
	}
	s.before, s.after = ended(s.before, before), begun(s.after, after)
	return s
}

// begun is the beginning of a long text.
func begun(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// ended is the end of a long text.
func ended(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return "…" + string(runes[len(runes)-most:])
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

// Printable replaces what a terminal would obey instead of showing: control characters but for the tab and the newline.
// A spec is read from a pull request, and its text must not be able to rewrite the reader's screen.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return utf8.RuneError
		}
		return r
	}, s)
}

// Wrapped is a text for a terminal, as wide as the details of findings are.
func Wrapped(text string) string { return wrap(text, wrapAt) }

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
