// Package words says in words what a model means: who may become a role, what the role may do, and what is refused to
// everybody. The generated page and the commands that explain say it with the same sentences.
package words

import "strings"

// Style is how the parts of a sentence are marked that are not its own words.
type Style struct {
	Name func(string) string // the name of a thing
	Text func(string) string // free text of the spec
}

// Plain is the style of a terminal: nothing is marked.
func Plain() Style { return Style{Name: plain, Text: oneLine} }

func plain(s string) string {
	if s = oneLine(s); s == "" {
		return "(empty)"
	}
	return s
}

// Names is a list of names: a, b and c.
func (s Style) Names(names []string) string { return List(s.each(names), "and") }

// Any is a choice of names: a, b or c.
func (s Style) Any(names []string) string { return List(s.each(names), "or") }

func (s Style) each(names []string) []string {
	marked := make([]string, len(names))
	for i, n := range names {
		marked[i] = s.Name(n)
	}
	return marked
}

// Plural is a noun with its names: "the table a", "the tables a and b".
func (s Style) Plural(one, several string, names []string) string {
	noun := one
	if len(names) != 1 {
		noun = several
	}
	return "the " + noun + " " + s.Names(names)
}

// List is a list in words: a, b and c.
func List(items []string, conjunction string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " " + conjunction + " " + items[last]
}

// Sentence closes a text with a full stop, if it has none.
func Sentence(s string) string {
	if s == "" || strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}

// When is a text that is there only on a condition.
func When(condition bool, text string) string {
	if condition {
		return text
	}
	return ""
}

// Those are the things that satisfy a condition.
func Those[T any](all []T, are func(T) bool) []T {
	var out []T
	for _, v := range all {
		if are(v) {
			out = append(out, v)
		}
	}
	return out
}

// NamesOf is the names of things.
func NamesOf[T any](all []T, name func(T) string) []string {
	var out []string
	for _, v := range all {
		out = append(out, name(v))
	}
	return out
}

// Choose is the names of the things that satisfy a condition.
func Choose[T any](all []T, name func(T) string, want func(T) bool) []string {
	return NamesOf(Those(all, want), name)
}
