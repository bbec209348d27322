// Package report prints what a change of policies changes: as text for a terminal, as Markdown for a pull request, as JSON, and as
// findings for the formats that have those.
package report

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diff"
	"github.com/ddbgen/ddbgen/internal/words"
)

// Verdict is the result in one line.
func Verdict(r diff.Result) string {
	gains, losses := len(r.Gains()), len(r.Losses())
	var parts []string
	if gains > 0 {
		parts = append(parts, "access is gained ("+counted(gains, "change")+")")
	}
	if losses > 0 {
		parts = append(parts, "access is lost ("+counted(losses, "change")+")")
	}
	if len(r.Undecided) > 0 {
		parts = append(parts, counted(len(r.Undecided), "question")+" not decided")
	}
	if len(parts) == 0 {
		return "No change in access: proven for every request."
	}
	line := strings.Join(parts, ", ")
	return strings.ToUpper(line[:1]) + line[1:] + "."
}

// alike is what the words leave out.
const alike = "What is denied on both sides alike is left out of what is said."

// Compared says how much there was to compare.
func Compared(c diff.Counts) string {
	var parts []string
	for _, p := range []struct {
		n            int
		one, several string
	}{
		{c.Identities, "identity", "identities"}, {c.Tables, "table", "tables"}, {c.Keys, "key", "keys"}, {c.Endpoints, "endpoint", "endpoints"},
		{c.Documents, "policy document", "policy documents"}, {c.Statements, "statement", "statements"},
	} {
		switch {
		case p.n == 1:
			parts = append(parts, "1 "+p.one)
		case p.n > 1:
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.several))
		}
	}
	if len(parts) == 0 {
		return "Nothing was there to compare."
	}
	return "Compared: " + strings.Join(parts, ", ") + "."
}

// statement is the statement that a change comes from, with its place.
func statement(c diff.Change) string {
	out := "statement " + c.Statement
	if c.Statement == "" {
		out = ""
	}
	for _, more := range []string{c.Document, where(c.At)} {
		if more != "" && !strings.Contains(where(c.At), more) || more == where(c.At) && more != "" {
			out += map[bool]string{true: ", ", false: ""}[out != ""] + more
		}
	}
	return out
}

// where is a place as editors and terminals open it.
func where(at hcl.Range) string {
	if at.Filename == "" {
		return ""
	}
	if at.Start.Line < 1 {
		return filepath.ToSlash(at.Filename)
	}
	return fmt.Sprintf("%s:%d", filepath.ToSlash(at.Filename), at.Start.Line)
}

// asides are what there is to say of a change beside its sentence.
func asides(c diff.Change) []string {
	var out []string
	if c.Because != "" {
		out = append(out, c.Because)
	}
	switch {
	case c.Refusal && c.Direction == diff.Gain:
		out = append(out, "what other policies grant is not held back here any more")
	case c.Refusal:
		out = append(out, "whatever other policies grant")
	}
	if c.Held != "" {
		out = append(out, "all of it is refused still, by "+c.Held)
	}
	return out
}

// sentence is a change below its heading.
func sentence(c diff.Change, style words.Style) string {
	if c.Who == nil {
		return c.PredicateIn(style)
	}
	return c.SentenceIn(style)
}

// heading is what changes are grouped under: the subject, and the layer where that is not what the subject's policies allow.
func heading(c diff.Change) string {
	out := c.Subject
	if c.Layer != diff.Access && c.Layer != diff.Boundary {
		out += ": " + string(c.Layer)
	}
	switch {
	case c.Whole && c.Direction == diff.Gain:
		out += " (on the new side only)"
	case c.Whole:
		out += " (on one side only)"
	}
	return out
}

// answers says how the two sides answer a witness.
func answers(w diff.Witness) string {
	return fmt.Sprintf("%s before, %s now", decision(string(w.OldOutcome)), decision(string(w.NewOutcome)))
}

func decision(outcome string) string {
	return map[string]string{"allow": "allowed", "explicit_deny": "denied", "implicit_deny": "not allowed"}[outcome]
}

// counted is "1 change" or "3 changes".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
