package report

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/diff"
	"github.com/ddbgen/ddbgen/internal/words"
)

// Text is the result as a reviewer would sum it up: the verdict, then what is gained, what is lost, and what is not decided.
func Text(r diff.Result) string {
	var b strings.Builder
	b.WriteString(Verdict(r) + "\n")
	textChanges(&b, "Gained", "+", r.Gains())
	textChanges(&b, "Lost", "-", r.Losses())
	if len(r.Undecided) > 0 {
		b.WriteString("\nNot decided\n")
	}
	for _, u := range r.Undecided {
		line := "  ? " + u.Subject + ": " + u.Why
		if at := where(u.At); at != "" {
			line += " (" + at + ")"
		}
		b.WriteString(line + "\n")
	}
	if len(r.Renames) > 0 {
		b.WriteString("\nRenamed, with the same access\n")
	}
	for _, n := range r.Renames {
		b.WriteString("  = " + n.Old + " is now " + n.New + "\n")
	}
	if len(r.Assumed) > 0 {
		b.WriteString("\nTaken as given\n")
	}
	for _, a := range r.Assumed {
		b.WriteString("  " + a + "\n")
	}
	b.WriteString("\n" + Compared(r.Compared) + "\n")
	if len(r.Changes) > 0 {
		b.WriteString(alike + "\n")
	}
	return diag.Printable(b.String())
}

func textChanges(b *strings.Builder, title, sign string, changes []diff.Change) {
	if len(changes) == 0 {
		return
	}
	b.WriteString("\n" + title + "\n")
	under := ""
	for _, c := range changes {
		if h := heading(c); h != under {
			b.WriteString("\n  " + h + "\n")
			under = h
		}
		b.WriteString("    " + sign + " " + sentence(c, words.Plain()) + "\n")
		for _, a := range asides(c) {
			b.WriteString("      (" + a + ")\n")
		}
		if s := statement(c); s != "" {
			b.WriteString("      by: " + s + "\n")
		}
		b.WriteString("      request: " + c.Witness.Request.String() + "\n        " + answers(c.Witness) + "\n")
	}
}
