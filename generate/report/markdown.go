package report

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/words"
)

// markdown is the style of the page.
func markdown() words.Style { return words.Markdown() }

// cells is the style of a table on the page.
func cells() words.Style { return words.Style{Name: cellCode, Text: text} }

func text(s string) string { return markdown().Text(s) }

func code(s string) string { return markdown().Name(s) }

func codes(names []string) string { return markdown().Names(names) }

func anyCode(names []string) string { return markdown().Any(names) }

func plural(one, several string, names []string) string {
	return markdown().Plural(one, several, names)
}

// cellCode is a name in a code span in a table. A bar ends a cell even there, and a code span knows no escapes, so a name
// with either is written as text.
func cellCode(s string) string {
	if strings.ContainsAny(s, `|\`) {
		return text(s)
	}
	return code(s)
}
