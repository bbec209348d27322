package infer

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// plain is a text from outside for the middle of a line: what does not show is escaped, and it is no longer than a line.
func plain(text string) string {
	hidden := strings.IndexFunc(text, func(c rune) bool { return !unicode.IsPrint(c) || c == unicode.ReplacementChar }) >= 0
	if hidden {
		quoted := strconv.QuoteToGraphic(text)
		text = quoted[1 : len(quoted)-1]
	}
	return clipped(text, 300)
}

// clip is a text that a reason of a spec can hold: 500 characters at most.
func clip(text string) string { return clipped(text, 400) }

func clipped(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// some are the first of some texts, for a sentence.
func some(lists ...[]string) string {
	var all []string
	for _, l := range lists {
		all = append(all, l...)
	}
	const most = 6
	if len(all) > most {
		return strings.Join(all[:most], ", ") + fmt.Sprintf(" and %d more", len(all)-most)
	}
	return strings.Join(all, ", ")
}
