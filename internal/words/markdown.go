package words

import (
	"strings"
	"unicode"
)

// Markdown is the style of a page: names are code spans, and free text has no markup in it.
func Markdown() Style { return Style{Name: code, Text: text} }

// text is free text as one line of Markdown: no character of it starts markup, a table cell, an HTML element or a new
// line.
func text(s string) string {
	var b strings.Builder
	for _, r := range oneLine(s) {
		if strings.ContainsRune("\\`*_{}[]()<>#+!|&~$", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// code is a name in a code span, in which nothing is markup but a run of as many backticks as opened it; so the fence is
// longer than any run inside. In a table use cellCode.
func code(s string) string {
	s = oneLine(s)
	if s == "" {
		return "(empty)"
	}
	fence, space := "`", ""
	for strings.Contains(s, fence) {
		fence, space = fence+"`", " "
	}
	return fence + space + s + space + fence
}

// oneLine is text without line breaks, control characters, and characters that change the direction of writing, by which a
// line could read otherwise than it is.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return '\uFFFD'
		}
		return r
	}, strings.Join(strings.Fields(s), " "))
}
