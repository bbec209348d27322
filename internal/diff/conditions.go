package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/words"
)

// This file says conditions in words.

// toldWays is how many ways a sentence tells; the rest is counted. The data of a change holds all.
const toldWays = 3

// ways is the conditions of a change: "for rows whose partition key is TENANT#${aws:PrincipalTag/t}, if aws:SecureTransport is true".
func (c Change) ways(style words.Style) string {
	var told []string
	for _, w := range c.Ways {
		text := w.words(style)
		if text == "" {
			return ""
		}
		told = append(told, text)
	}
	if rest := len(told) - toldWays; rest > 0 {
		told = append(told[:toldWays], "in "+count(rest, "more way", "more ways"))
	}
	return strings.Join(told, "; or ")
}

func (w Way) words(style words.Style) string {
	var out []string
	if w.Rows != nil {
		out = append(out, w.Rows.items(style, "rows", "partition key"))
	}
	if w.Columns != nil {
		out = append(out, w.Columns.items(style, "columns", "name"))
	}
	for i, c := range w.Conditions {
		out = append(out, []string{"if ", ""}[min(i, 1)]+c.words(style))
	}
	return words.List(out, "and")
}

// items is a condition on what a request names: rows, or columns.
func (c Condition) items(style words.Style, things, by string) string {
	unnamed := "requests that name no " + things
	if c.Only {
		return "for " + unnamed
	}
	item := func(p Part) string {
		if p.All && len(p.But) == 0 {
			return "any " + things
		}
		return things + " whose " + by + " " + p.is(style)
	}
	out := "for " + item(c.Values)
	if some := c.some(); len(some) > 0 {
		var each []string
		for _, s := range some {
			each = append(each, item(s))
		}
		slices.Sort(each)
		out = "for " + words.List(each, "and") + ", alone or beside " + item(c.Values)
	}
	if c.Missing || c.Empty {
		out += " (and " + unnamed + ")"
	}
	return out
}

// some is the parts of which there must be a value, that are not all that a value can be.
func (c Condition) some() []Part {
	var out []Part
	for _, s := range c.Some {
		if !s.All || len(s.But) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// words is a condition on any other key.
func (c Condition) words(style words.Style) string {
	key := style.Name(c.Key)
	if c.Undecided {
		return map[bool]string{true: "it does not hold that ", false: "it holds that "}[c.Missing] + key
	}
	if c.Only {
		return key + " is " + c.nothing()
	}
	anything := c.Values.All && len(c.Values.But) == 0
	if c.Values.All && !anything && c.Missing && c.Empty && !c.Several {
		return key + " " + c.Values.is(style) // as a negation is read: what is missing is no such value
	}
	out := key + " "
	switch {
	case anything:
		out += "is there"
	case c.Several:
		out += "holds only what " + c.Values.is(style)
	default:
		out += c.Values.is(style)
	}
	for _, s := range c.some() {
		out += ", and something that " + s.is(style)
	}
	if c.Missing || c.Empty {
		out += " (or is " + c.nothing() + ")"
	}
	return out
}

// nothing is how a key has no values.
func (c Condition) nothing() string {
	switch {
	case c.Missing && c.Empty:
		return "missing or empty"
	case c.Empty:
		return "empty"
	}
	return "missing"
}

// is says which texts a part has: "is a, b or begins c".
func (p Part) is(style words.Style) string {
	loose := ""
	if p.Loose {
		loose = " (not all of these)"
	}
	if p.All {
		if len(p.But) == 0 {
			return "is anything"
		}
		if len(p.But) == 1 && !isPattern(p.But[0]) {
			return "is not " + style.Any(p.But) + loose
		}
		return "is none of " + style.Any(p.But) + loose
	}
	var exact, like []string
	for _, t := range p.Texts {
		if isPattern(t) {
			like = append(like, t)
		} else {
			exact = append(exact, t)
		}
	}
	var out []string
	if len(exact) > 0 {
		out = append(out, "is "+style.Any(exact))
	}
	if len(like) > 0 {
		out = append(out, "is like "+style.Any(like))
	}
	text := strings.Join(out, " or ")
	if len(p.But) > 0 {
		text += " but not " + style.Any(p.But)
	}
	return text + loose
}

// isPattern reports whether a text has wildcards. Those of ${*} and ${?} are characters.
func isPattern(text string) bool {
	return strings.ContainsAny(strings.NewReplacer("${*}", "", "${?}", "").Replace(text), "*?")
}

func count(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, several)
}
