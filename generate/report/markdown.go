package report

import (
	"strings"
	"unicode"
)

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

// cellCode is a name in a code span in a table. A bar ends a cell even there, and a code span knows no escapes, so a name
// with either is written as text.
func cellCode(s string) string {
	if strings.ContainsAny(s, `|\`) {
		return text(s)
	}
	return code(s)
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

// codes is a list of names: `a`, `b` and `c`.
func codes(names []string) string { return list(eachCode(names), "and") }

// anyCode is a choice of names: `a`, `b` or `c`.
func anyCode(names []string) string { return list(eachCode(names), "or") }

func eachCode(names []string) []string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = code(n)
	}
	return quoted
}

// list is a list in words: a, b and c.
func list(items []string, conjunction string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " " + conjunction + " " + items[last]
}

// plural is a noun with its names: "the table `a`", "the tables `a` and `b`".
func plural(one, several string, names []string) string {
	noun := one
	if len(names) != 1 {
		noun = several
	}
	return "the " + noun + " " + codes(names)
}

// sentence closes a text with a full stop, if it has none.
func sentence(s string) string {
	if s == "" || strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}

// names are the names of things that satisfy want.
func names[T any](all []T, name func(T) string, want func(T) bool) []string {
	var out []string
	for _, v := range all {
		if want(v) {
			out = append(out, name(v))
		}
	}
	return out
}
