package policy

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Error is the first thing that is wrong with a document, and where.
type Error struct {
	Line, Column int    // of the offending text, from 1; the column counts characters
	Path         string // the element, as in Statement[2].Condition.StringEquals; "" is the document
	Message      string
}

func (e *Error) Error() string {
	where := fmt.Sprintf("line %d, column %d", e.Line, e.Column)
	if e.Path != "" {
		where += ": " + e.Path
	}
	return where + ": " + e.Message
}

// scanner reads JSON from left to right, one value at a time as its caller asks
// for it.
//
// encoding/json is not used for it because it forgives: of a repeated name it
// keeps the last, names match whatever their case, half of a surrogate pair
// becomes U+FFFD. Each of these would let a document be read as something other
// than what AWS reads. As the caller always says what must come next, nothing
// nests deeper than a policy does.
//
// The first error sticks: it moves the scanner to the end of the text, where
// every further step does nothing, so callers need not look at it.
type scanner struct {
	src  []byte
	pos  int
	path []segment
	err  *Error
}

// segment is one step of a path: the index of a list item, or a name and a
// negative index.
type segment struct {
	name  string
	index int
}

// fail records the first error, at an offset of the text.
func (s *scanner) fail(at int, format string, args ...any) {
	if s.err != nil {
		return
	}
	before := s.src[:at]
	line := 1 + strings.Count(string(before), "\n")
	column := 1 + utf8.RuneCount(before[strings.LastIndexByte(string(before), '\n')+1:])
	s.err = &Error{Line: line, Column: column, Path: pathText(s.path), Message: fmt.Sprintf(format, args...)}
	s.pos = len(s.src)
}

func pathText(path []segment) string {
	var b strings.Builder
	for i, step := range path {
		switch {
		case step.index >= 0:
			fmt.Fprintf(&b, "[%d]", step.index)
		case i == 0:
			b.WriteString(nameText(step.name))
		default:
			b.WriteString("." + nameText(step.name))
		}
	}
	return b.String()
}

// nameText quotes a name that could not be read, or that would reach a terminal
// as control characters.
func nameText(name string) string {
	if quoted := strconv.Quote(name); name == "" || strings.Contains(name, " ") || len(quoted) != len(name)+2 {
		return quoted
	}
	return name
}

// start moves to the next token and returns its offset.
func (s *scanner) start() int {
	for s.pos < len(s.src) && isSpace(s.src[s.pos]) {
		s.pos++
	}
	return s.pos
}

// peek is the first byte of the next token, or 0 at the end. A literal NUL is
// not told apart from the end, and is legal in neither place.
func (s *scanner) peek() byte {
	if s.start() == len(s.src) {
		return 0
	}
	return s.src[s.pos]
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r'
}

// unexpected fails at the next token, which is not what was wanted.
func (s *scanner) unexpected(want string) {
	s.fail(s.start(), "expected %s, found %s", want, s.found())
}

// found names the next token for a message.
func (s *scanner) found() string {
	c := s.peek()
	switch {
	case s.pos == len(s.src):
		return "the end of the document"
	case c == '"':
		return "a string"
	case c == '{':
		return "an object"
	case c == '[':
		return "a list"
	case c == '-' || '0' <= c && c <= '9':
		return "a number"
	}
	switch word := s.word(); word {
	case "true", "false":
		return "a boolean"
	case "null":
		return "null"
	}
	r, _ := utf8.DecodeRune(s.src[s.pos:])
	return strconv.QuoteRune(r)
}

// end refuses anything after the value that was read.
func (s *scanner) end() {
	if s.start() < len(s.src) {
		s.unexpected("the end of the document")
	}
}

// skip steps over one punctuation mark.
func (s *scanner) skip(mark byte, want string) bool {
	if s.peek() != mark {
		s.unexpected(want)
		return false
	}
	s.pos++
	return true
}

// more says whether an open object or list goes on, and steps over the comma or
// the closing bracket.
func (s *scanner) more(first bool, closing byte) bool {
	switch c := s.peek(); {
	case c == closing:
		s.pos++
		return false
	case first:
		return s.err == nil
	case c != ',':
		s.unexpected(fmt.Sprintf(`"," or "%c"`, closing))
		return false
	}
	s.pos++
	if s.peek() == closing {
		s.unexpected(`something after ","`)
	}
	return s.err == nil
}

// object calls member for each name of an object, at its value. A name that
// comes twice is refused (IAM user guide, policy grammar notes: no element may
// hold two instances of a key).
func (s *scanner) object(member func(name string, at int)) {
	if !s.skip('{', "an object") {
		return
	}
	seen := make(map[string]bool)
	for first := true; s.more(first, '}'); first = false {
		at := s.start()
		name := s.text("a name in double quotes")
		if seen[name] {
			s.fail(at, "%q comes twice", name)
		}
		seen[name] = true
		if s.skip(':', `":"`) {
			s.path = append(s.path, segment{name, -1})
			member(name, at)
			s.path = s.path[:len(s.path)-1]
		}
	}
}

// list calls item for each value of a list.
func (s *scanner) list(item func()) {
	if !s.skip('[', "a list") {
		return
	}
	for i := 0; s.more(i == 0, ']'); i++ {
		s.path = append(s.path, segment{index: i})
		item()
		s.path = s.path[:len(s.path)-1]
	}
}

// text reads a string.
func (s *scanner) text(want string) string {
	if !s.skip('"', want) {
		return ""
	}
	begin := s.pos
	for s.pos < len(s.src) {
		switch c := s.src[s.pos]; {
		case c == '"':
			s.pos++
			return string(s.src[begin : s.pos-1])
		case c == '\\':
			return s.escapedText(begin)
		case c < 0x20:
			s.fail(s.pos, "a string holds the control character %U unescaped", c)
		default:
			s.pos++
		}
	}
	s.fail(begin-1, "a string is not closed")
	return ""
}

// escapedText reads on in a string from its first escape.
func (s *scanner) escapedText(begin int) string {
	var b strings.Builder
	b.Write(s.src[begin:s.pos])
	for s.pos < len(s.src) {
		switch c := s.src[s.pos]; {
		case c == '"':
			s.pos++
			return b.String()
		case c == '\\':
			b.WriteRune(s.escape())
		case c < 0x20:
			s.fail(s.pos, "a string holds the control character %U unescaped", c)
		default:
			b.WriteByte(c)
			s.pos++
		}
	}
	s.fail(begin-1, "a string is not closed")
	return ""
}

// escape reads one escape and returns the character that it stands for.
func (s *scanner) escape() rune {
	at := s.pos
	s.pos++
	if s.pos == len(s.src) {
		return 0
	}
	c := s.src[s.pos]
	if c == 'u' {
		return s.unicodeEscape(at)
	}
	s.pos++
	const escapes, characters = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	i := strings.IndexByte(escapes, c)
	if i < 0 {
		s.fail(at, "a string holds an escape that JSON does not have")
		return 0
	}
	return rune(characters[i])
}

// unicodeEscape reads \uXXXX, or two of them that make one character.
func (s *scanner) unicodeEscape(at int) rune {
	r := s.hex(at)
	if !utf16.IsSurrogate(r) {
		return r
	}
	if s.err == nil && s.pos+1 < len(s.src) && s.src[s.pos] == '\\' && s.src[s.pos+1] == 'u' {
		s.pos++
		r = utf16.DecodeRune(r, s.hex(at))
	}
	if utf16.IsSurrogate(r) || r == utf8.RuneError {
		s.fail(at, "a string holds half of a surrogate pair")
	}
	return r
}

// hex reads the uXXXX of an escape.
func (s *scanner) hex(at int) rune {
	if s.pos+5 > len(s.src) {
		s.fail(at, `a \u escape has fewer than four hexadecimal digits`)
		return 0
	}
	digits := string(s.src[s.pos+1 : s.pos+5])
	n, err := strconv.ParseUint(digits, 16, 16)
	if err != nil || digits[0] == '+' {
		s.fail(at, `a \u escape has fewer than four hexadecimal digits`)
		return 0
	}
	s.pos += 5
	return rune(n)
}

// literal reads a number or a boolean and returns it as it is written.
func (s *scanner) literal(want string) string {
	word := s.word()
	numeric := word != "" && (word[0] == '-' || '0' <= word[0] && word[0] <= '9')
	switch {
	case numeric && !json.Valid([]byte(word)):
		s.fail(s.pos, "%q is no number in JSON", word)
	case !numeric && word != "true" && word != "false":
		s.unexpected(want)
	default:
		s.pos += len(word)
	}
	return word
}

// word is the run of letters, digits and signs at the next token.
func (s *scanner) word() string {
	end := s.start()
	for end < len(s.src) && !isSpace(s.src[end]) && !strings.ContainsRune(`{}[]",:`, rune(s.src[end])) {
		end++
	}
	return string(s.src[s.pos:end])
}
