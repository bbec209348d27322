package decide

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// reader reads the JSON of one line from left to right, one value at a time as
// its caller asks for it.
//
// encoding/json is not used for it because it forgives: of a repeated name it
// keeps the last, and names match whatever their case, so that a line could be
// answered as something other than what another reader of it sees. It would also
// look at every byte of a policy twice before the policy is parsed.
//
// The first mistake is kept. After one in what a value says the reader goes on
// behind the value, so that an id that follows is still found. After one in the
// JSON itself it moves to the end, where every further step does nothing.
type reader struct {
	src  []byte
	pos  int
	path []step
	err  *mistake
}

// step is one step of a path: the index of a list item, or a name and a negative
// index.
type step struct {
	name  string
	index int
}

// mistake is what is wrong with a line, and where.
type mistake struct {
	column  int // from 1, in characters
	path    string
	message string
}

func (m *mistake) Error() string {
	if m.path == "" {
		return fmt.Sprintf("column %d: %s", m.column, m.message)
	}
	return fmt.Sprintf("column %d: %s: %s", m.column, m.path, m.message)
}

// complain keeps a mistake at an offset of the line.
func (r *reader) complain(at int, format string, args ...any) {
	r.keep(mistake{r.column(at), r.pathText(), fmt.Sprintf(format, args...)})
}

// keep keeps a mistake if it is the first.
func (r *reader) keep(m mistake) {
	if r.err == nil {
		r.err = &m
	}
}

// giveUp complains about text after which nothing can be understood.
func (r *reader) giveUp(at int, format string, args ...any) {
	r.complain(at, format, args...)
	r.pos = len(r.src)
}

func (r *reader) column(at int) int {
	return 1 + utf8.RuneCount(r.src[:at])
}

func (r *reader) pathText() string {
	var b strings.Builder
	for i, s := range r.path {
		switch {
		case s.index >= 0:
			fmt.Fprintf(&b, "[%d]", s.index)
		case !isPlainName(s.name):
			fmt.Fprintf(&b, "[%q]", s.name)
		case i == 0:
			b.WriteString(s.name)
		default:
			b.WriteString("." + s.name)
		}
	}
	return b.String()
}

// isPlainName says whether a name can stand in a path without quotation marks.
func isPlainName(name string) bool {
	for _, c := range []byte(name) {
		if c != '_' && (c < 'a' || 'z' < c) {
			return false
		}
	}
	return name != ""
}

// start moves to the next token and returns its offset.
func (r *reader) start() int {
	for r.pos < len(r.src) && isSpace(r.src[r.pos]) {
		r.pos++
	}
	return r.pos
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r'
}

// peek is the first byte of the next token, or 0 at the end of the line. A NUL
// in the line is legal nowhere either.
func (r *reader) peek() byte {
	if r.start() == len(r.src) {
		return 0
	}
	return r.src[r.pos]
}

// found names the next token for a message.
func (r *reader) found() string {
	switch r.peek() {
	case 0:
		return "the end of the line"
	case '"':
		return "a string"
	case '{':
		return "an object"
	case '[':
		return "a list"
	}
	if word := r.word(); isLiteral(word) {
		return word
	}
	c, _ := utf8.DecodeRune(r.src[r.pos:])
	return strconv.QuoteRune(c)
}

// word is the run of bytes at the next token that could be a number or a name.
func (r *reader) word() string {
	end := r.start()
	for end < len(r.src) && !isSpace(r.src[end]) && bytes.IndexByte([]byte(`{}[]",:`), r.src[end]) < 0 {
		end++
	}
	return string(r.src[r.pos:end])
}

// isLiteral says whether a word is a value of JSON. A number it need only look
// like, as the format has none and every one is refused.
func isLiteral(word string) bool {
	return word == "true" || word == "false" || word == "null" || word != "" && strings.Trim(word, "+-.0123456789eE") == ""
}

// wanted complains that the next value is another than was wanted, and steps
// over it.
func (r *reader) wanted(what string) {
	r.complain(r.start(), "expected %s, found %s", what, r.found())
	r.skip()
}

// skip steps over one value, whatever it is.
func (r *reader) skip() {
	switch at := r.start(); r.peek() {
	case '"':
		r.text()
	case '{', '[':
		if _, closed := r.brackets(); !closed {
			r.giveUp(at, "a bracket is not closed")
		}
	default:
		word := r.word()
		if !isLiteral(word) {
			r.giveUp(at, "expected a value, found %s", r.found())
			return
		}
		r.pos += len(word)
	}
}

// brackets steps over an object or a list, to the bracket that closes it, and
// returns its text. What stands inside is not looked at, but for strings, whose
// brackets do not count. When nothing closes it the text is the rest of the line.
func (r *reader) brackets() (text []byte, closed bool) {
	begin, depth := r.pos, 0
	for i := begin; i < len(r.src); i++ {
		switch r.src[i] {
		case '"':
			i = closingQuote(r.src, i)
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				r.pos = i + 1
				return r.src[begin:r.pos], true
			}
		}
	}
	r.pos = len(r.src)
	return r.src[begin:], false
}

// closingQuote is where the string that opens at an offset closes, or the end.
func closingQuote(src []byte, open int) int {
	for i := open + 1; i < len(src); i++ {
		switch src[i] {
		case '"':
			return i
		case '\\':
			i++
		}
	}
	return len(src)
}

// object calls member for each of the known names, at its value.
func (r *reader) object(known []string, member func(name string)) {
	var seen uint
	r.members(func(name string, at int) {
		for i, k := range known {
			switch {
			case k != name:
				continue
			case seen&(1<<i) != 0:
				r.complain(at, "%q comes twice", name)
				r.skip()
			default:
				seen |= 1 << i
				r.path = append(r.path, step{k, -1})
				member(k)
				r.path = r.path[:len(r.path)-1]
			}
			return
		}
		r.complain(at, "unknown field %q; the fields here are %s", name, strings.Join(known, ", "))
		r.skip()
	})
}

// members calls member for each name of an object, at its value.
func (r *reader) members(member func(name string, at int)) {
	if r.peek() != '{' {
		r.wanted("an object")
		return
	}
	for first := true; r.more(first, '}'); first = false {
		at := r.start()
		if r.peek() != '"' {
			r.giveUp(at, "expected a name in double quotes, found %s", r.found())
			return
		}
		name, _ := r.text()
		if r.peek() != ':' {
			r.giveUp(r.start(), `expected ":", found %s`, r.found())
			return
		}
		r.pos++
		member(name, at)
	}
}

// list calls item for each value of a list.
func (r *reader) list(item func()) {
	if r.peek() != '[' {
		r.wanted("a list")
		return
	}
	for i := 0; r.more(i == 0, ']'); i++ {
		r.path = append(r.path, step{index: i})
		item()
		r.path = r.path[:len(r.path)-1]
	}
}

// more says whether the object or list at the reader goes on, and steps over the
// bracket or comma before what comes next, or over the closing bracket.
func (r *reader) more(first bool, closing byte) bool {
	if first {
		r.pos++
	}
	switch c := r.peek(); {
	case c == closing && c != 0:
		r.pos++
		return false
	case first:
		return c != 0 || r.unclosed(closing)
	case c != ',':
		return r.unclosed(closing)
	}
	r.pos++
	if r.peek() == closing {
		r.giveUp(r.start(), `expected something after ","`)
		return false
	}
	return true
}

// unclosed gives up where a list or object neither goes on nor ends.
func (r *reader) unclosed(closing byte) bool {
	r.giveUp(r.start(), `expected "," or "%c", found %s`, closing, r.found())
	return false
}

// end refuses anything after the value that was read.
func (r *reader) end() {
	if at := r.start(); at < len(r.src) {
		r.giveUp(at, "expected the end of the line, found %s", r.found())
	}
}
