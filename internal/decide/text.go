package decide

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// text reads a string, at its opening quotation mark. It reports false, after a
// complaint, for one that is not what JSON calls a string, or that no Unicode
// text can hold: a decision about a replaced character would be one about
// another key.
func (r *reader) text() (string, bool) {
	open := r.start()
	end := closingQuote(r.src, open)
	if end >= len(r.src) {
		r.giveUp(open, "a string is not closed")
		return "", false
	}
	raw := r.src[open+1 : end]
	r.pos = end + 1
	escaped := false
	for i, c := range raw {
		if c < 0x20 {
			r.complain(open+1+i, "a string holds the control character %U unescaped", c)
			return "", false
		}
		escaped = escaped || c == '\\'
	}
	if !utf8.Valid(raw) {
		r.complain(open, "a string is not UTF-8")
		return "", false
	}
	if !escaped {
		return string(raw), true
	}
	text, ok := unescape(string(raw))
	if !ok {
		r.complain(open, "a string holds an escape that JSON does not have, or half of a surrogate pair")
	}
	return text, ok
}

// unescape replaces the escapes of a string.
func unescape(raw string) (string, bool) {
	var b strings.Builder
	for {
		plain, rest, found := strings.Cut(raw, `\`)
		b.WriteString(plain)
		if !found {
			return b.String(), true
		}
		c, size := escape(rest)
		if size == 0 {
			return "", false
		}
		b.WriteRune(c)
		raw = rest[size:]
	}
}

// escape reads what follows a backslash: the character that it stands for, and
// how many bytes it took, which is none for a wrong one.
func escape(rest string) (rune, int) {
	const escapes, characters = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if rest == "" {
		return 0, 0
	}
	if i := strings.IndexByte(escapes, rest[0]); i >= 0 {
		return rune(characters[i]), 1
	}
	high, ok := unicodeEscape(rest)
	switch {
	case !ok:
		return 0, 0
	case !utf16.IsSurrogate(high):
		return high, 5
	}
	after, found := strings.CutPrefix(rest[5:], `\`)
	low, ok := unicodeEscape(after)
	c := utf16.DecodeRune(high, low)
	if !found || !ok || c == utf8.RuneError {
		return 0, 0
	}
	return c, 11
}

// unicodeEscape reads uXXXX.
func unicodeEscape(text string) (rune, bool) {
	if len(text) < 5 || text[0] != 'u' {
		return 0, false
	}
	// ParseUint would take no sign, and underscores only with base 0.
	n, err := strconv.ParseUint(text[1:5], 16, 16)
	return rune(n), err == nil
}
