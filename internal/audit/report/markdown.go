package report

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/words"
)

// maxPage is how long a page may be. GitHub takes comments of 65,536 characters, and something else may stand beside it.
const maxPage = 60000

// maxRows is how many rows the table of a page has at most.
const maxRows = 100

// Page is a report as Markdown, for a comment on a pull request: a table of the findings, and a section about each, as far as
// there is room. What comes from the files is in code spans, or has no markup in it.
func Page(items []Item, unread hcl.Diagnostics, closing []string) string {
	var out strings.Builder
	fmt.Fprintf(&out, "## ddbgen audit: %s\n\n", cmp.Or(Verdict(items), "no finding"))
	for _, line := range closing {
		fmt.Fprintf(&out, "%s\n\n", free(line))
	}
	out.WriteString(table(items))
	out.WriteString(unreadList(unread))
	said := map[string]bool{}
	for n, i := range items {
		section := i.section(n+1, !said[i.ID])
		said[i.ID] = true
		if out.Len()+len(section) > maxPage {
			fmt.Fprintf(&out, "\nThere is no room here for the %s after these.\n", counted(len(items)-n, "finding"))
			break
		}
		out.WriteString(section)
	}
	return out.String()
}

// table is the findings in short, one a row.
func table(items []Item) string {
	if len(items) == 0 {
		return ""
	}
	var out strings.Builder
	out.WriteString("| | severity | finding | where | about |\n|---|---|---|---|---|\n")
	for n, i := range items {
		if n == maxRows {
			fmt.Fprintf(&out, "\n%d more are not in this table.\n", len(items)-n)
			break
		}
		fmt.Fprintf(&out, "| %d | %s | %s [`%s`](%s#%s) | %s | %s |\n", n+1, i.Severity, i.Title, i.ID, page, i.ID,
			cell(clipped(where(i.At))), cell(clipped(i.whom())))
	}
	return out.String()
}

// where is a place as editors and terminals open it.
func where(at hcl.Range) string {
	if at.Start.Line < 1 {
		return filepath.ToSlash(at.Filename)
	}
	return fmt.Sprintf("%s:%d", filepath.ToSlash(at.Filename), at.Start.Line)
}

// whom is whom or what a finding is about, and where in the document.
func (i Item) whom() string {
	statement := ""
	if i.Statement != "" {
		statement = "statement " + i.Statement
	}
	return joined(", ", i.Subject, statement)
}

// section is one finding.
func (i Item) section(n int, first bool) string {
	var out strings.Builder
	fmt.Fprintf(&out, "\n### %d. %s (%s)\n\n", n, i.Title, i.Severity)
	fmt.Fprintf(&out, "%s\n\n%s\n", name(joined(" · ", clipped(where(i.At)), clipped(i.Document), clipped(i.whom()))), free(i.Detail))
	if i.Witness != nil {
		fmt.Fprintf(&out, "\nRequest, which is %s: %s\n", i.decided(), name(i.Witness.Request.String()))
	}
	if first {
		fmt.Fprintf(&out, "\n%s\n\n%s\n", strings.TrimSpace(i.Why), strings.TrimSpace(i.Remedy))
	}
	if i.Repair != "" {
		fmt.Fprintf(&out, "\n<details><summary>Instead</summary>\n\n%s\n\n</details>\n", block(pretty(i.Repair)))
	}
	return out.String()
}

// unreadList is what could not be read, resolved or decided, in short.
func unreadList(unread hcl.Diagnostics) string {
	const shown = 20
	var out strings.Builder
	for n, d := range unread {
		if n == shown {
			fmt.Fprintf(&out, "- and %d more\n", len(unread)-n)
			break
		}
		if n == 0 {
			out.WriteString("\nNot judged, or not as a whole:\n\n")
		}
		at := ""
		if d.Subject != nil {
			at = " " + name(where(*d.Subject))
		}
		fmt.Fprintf(&out, "- %s (`%s`)%s: %s\n", free(d.Summary), diag.IDOf(d), at, free(clipped(d.Detail)))
	}
	return out.String()
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
func cell(text string) string { return strings.ReplaceAll(name(text), "|", `\|`) }

// free is prose that may hold texts out of a file: nothing in it is markup, and nobody is notified.
func free(text string) string {
	return strings.ReplaceAll(words.Markdown().Text(text), "@", "@<!-- -->")
}

// block is JSON as a block of code, whose fence is longer than any in it.
func block(text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + "json\n" + diag.Printable(text) + "\n" + fence
}
