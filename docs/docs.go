// Package docs carries the page about the spec in the program, so that help can show its parts where there is no browser
// and no clone.
package docs

import (
	_ "embed" // for the page
	"strings"
)

//go:embed spec.md
var spec string

// Section is a part of the page, under a heading.
type Section struct {
	// Topic is the heading as a word to type: "Kinds of role" is kinds-of-role, and `roles.NAME.access[]` is roles.access.
	Topic string
	// Key says that the part is the table of a key, and not prose.
	Key bool
	// Text is Markdown, with the heading.
	Text string
}

// Sections are the parts of the page, in its order.
func Sections() []Section {
	var all []Section
	for _, part := range strings.Split("\n"+spec, "\n## ")[1:] {
		heading, _, _ := strings.Cut(part, "\n")
		all = append(all, Section{Topic: topic(heading), Key: strings.HasPrefix(heading, "`"), Text: "## " + strings.TrimRight(part, "\n") + "\n"})
	}
	return all
}

func topic(heading string) string {
	plain := strings.NewReplacer("`", "", ".NAME", "", "[]", "", " ", "-").Replace(heading)
	return strings.ToLower(plain)
}
