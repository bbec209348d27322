package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/diff"
	"github.com/ddbgen/ddbgen/internal/words"
)

// Marker begins the page, hidden from readers: by it a bot finds its comment again, to update it.
const Marker = "<!-- ddbgen diff -->"

// maxPage is how many bytes a page has at most. GitHub takes comments of 65,536 characters, and whoever posts one may add to it.
const maxPage = 60000

// Markdown is the result as a comment on a pull request: the verdict, a table of gains and then of losses, and the requests that
// show them, folded. What does not fit is counted. Texts of the files are in code spans, or have no markup in them.
func Markdown(r diff.Result) string {
	var b strings.Builder
	b.WriteString(Marker + "\n**ddbgen diff:** " + free(Verdict(r)) + "\n")
	changes := slices.Concat(r.Gains(), r.Losses())
	notes := notes(r)
	room := maxPage - b.Len() - len(notes) - 400
	var rows, shown strings.Builder
	told, requests := 0, 0
	for i, c := range changes {
		row := row(i+1, c)
		if rows.Len()+len(row) > room*2/3 {
			break
		}
		rows.WriteString(row)
		told++
	}
	for i, c := range changes[:told] {
		request := fmt.Sprintf("%d. %s  \n   %s\n", i+1, name(clipped(c.Witness.Request.String())), free(answers(c.Witness)))
		if rows.Len()+shown.Len()+len(request) > room {
			break
		}
		shown.WriteString(request)
		requests++
	}
	if told > 0 {
		b.WriteString("\n| | | subject | access | statement |\n|---|---|---|---|---|\n" + rows.String())
	}
	if told < len(changes) {
		fmt.Fprintf(&b, "\nThere is no room here for %s more (%s, %s in all). `ddbgen diff` prints them.\n", counted(len(changes)-told, "change"), counted(len(r.Gains()), "gain"), lossesIn(r))
	}
	if requests > 0 {
		b.WriteString("\n<details><summary>Requests that show it</summary>\n\n" + shown.String() + "\n</details>\n")
	}
	if requests < told {
		fmt.Fprintf(&b, "\nThere is no room here for %s.\n", counted(told-requests, "more request"))
	}
	b.WriteString(notes)
	return b.String()
}

func lossesIn(r diff.Result) string {
	if n := len(r.Losses()); n != 1 {
		return fmt.Sprintf("%d losses", n)
	}
	return "1 loss"
}

// row is a change in the table.
func row(n int, c diff.Change) string {
	sign := map[diff.Direction]string{diff.Gain: "gain", diff.Loss: "loss"}[c.Direction]
	text := sentence(c, style())
	for _, a := range asides(c) {
		text += "; " + free(a)
	}
	at := ""
	if s := statement(c); s != "" {
		at = cell(clipped(s))
	}
	return fmt.Sprintf("| %d | %s | %s | %s | %s |\n", n, sign, free(clipped(heading(c))), text, at)
}

// style is Markdown in a table.
func style() words.Style {
	return words.Style{Name: cell, Text: free}
}

// notes is what follows the changes.
func notes(r diff.Result) string {
	var b strings.Builder
	list := func(title string, lines []string) {
		const most = 20
		if len(lines) == 0 {
			return
		}
		b.WriteString("\n" + title + "\n\n")
		for i, line := range lines {
			if i == most {
				fmt.Fprintf(&b, "- and %d more\n", len(lines)-most)
				break
			}
			b.WriteString("- " + free(clipped(line)) + "\n")
		}
	}
	var undecided, renames []string
	for _, u := range r.Undecided {
		line := u.Subject + ": " + u.Why
		if at := where(u.At); at != "" {
			line += " (" + at + ")"
		}
		undecided = append(undecided, line)
	}
	for _, n := range r.Renames {
		renames = append(renames, n.Old+" is now "+n.New)
	}
	list("Not decided:", undecided)
	list("Renamed, with the same access:", renames)
	list("Taken as given:", r.Assumed)
	b.WriteString("\n" + Compared(r.Compared))
	if len(r.Changes) > 0 {
		b.WriteString(" " + alike)
	}
	b.WriteString("\n")
	return b.String()
}

// clipped is a text that fits a cell. A name in a file may be as long as somebody likes.
func clipped(text string) string {
	const most = 300
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// name is a text out of a file in a code span.
func name(text string) string { return words.Markdown().Name(text) }

// cell is such a text in a table, where GitHub ends a cell at a bar even in a code span.
func cell(text string) string { return strings.ReplaceAll(name(clipped(text)), "|", `\|`) }

// free is prose that may hold texts out of a file: nothing in it is markup, and nobody is notified.
func free(text string) string {
	return strings.ReplaceAll(words.Markdown().Text(text), "@", "@<!-- -->")
}
