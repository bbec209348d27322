package checks

import (
	"fmt"
	"strings"
)

// URI is where a page of docs/checks.md is read.
func (p Page) URI() string {
	return "https://github.com/ddbgen/ddbgen/blob/main/docs/checks.md#" + p.ID
}

// Markdown is the page without its heading.
func (p Page) Markdown() string {
	out := "**" + p.Title + "**\n\n" + p.Text + "\n"
	for _, e := range p.Examples {
		out += fmt.Sprintf("\n%s\n\n```%s\n%s```\n", e.caption(), e.Language, e.Source)
	}
	return out
}

// Plain is the page for a terminal.
func (p Page) Plain() string {
	out := fmt.Sprintf("%s: %s\n\n%s\n", p.ID, p.Title, p.Text)
	for _, e := range p.Examples {
		out += fmt.Sprintf("\n%s\n\n%s", e.caption(), indented(e.Source))
	}
	return out
}

func indented(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  ") + "\n"
}

func (e Example) caption() string {
	switch {
	case e.Verdict == Given:
		return "The spec:"
	case e.Verdict == Right:
		return "Right:"
	case e.Language == "diff":
		return "Wrong, in a generated file:"
	case e.Language == "hcl":
		return "Wrong, in a file beside the generated ones:"
	}
	return "Wrong:"
}

// List is the ids of all checks with their titles, for a terminal.
func List() string {
	var out strings.Builder
	for i, part := range Parts() {
		if i > 0 {
			out.WriteByte('\n')
		}
		fmt.Fprintf(&out, "%s\n", part.Title)
		for _, p := range part.Pages {
			fmt.Fprintf(&out, "  %-22s %s\n", p.ID, p.Title)
		}
	}
	return out.String()
}

// introduction begins the document of all pages.
const introduction = `# Checks

<!-- Generated from internal/checks/pages by go test ./internal/checks -update. Do not edit. -->

Every finding of ` + "`ddbgen`" + ` carries the id of the check that made it, in brackets behind its title. Here is for each of
them what is wrong, what it means for access, and how to mend it. ` + "`ddbgen explain-check ID`" + ` prints the same at a
terminal.

The examples are built and proven by tests. They leave out the keys of a spec that they are not about; those are

` + "```yaml\n" + base + "```\n"

// Document is all pages, as docs/checks.md has them.
func Document() string {
	var out strings.Builder
	out.WriteString(introduction)
	parts := Parts()
	for _, part := range parts {
		fmt.Fprintf(&out, "\n**%s**\n\n", part.Title)
		for _, p := range part.Pages {
			fmt.Fprintf(&out, "- [`%s`](#%s): %s\n", p.ID, p.ID, p.Title)
		}
	}
	for _, part := range parts {
		fmt.Fprintf(&out, "\n## %s\n\n%s\n", part.Title, part.Text)
		for _, p := range part.Pages {
			fmt.Fprintf(&out, "\n### %s\n\n%s", p.ID, p.Markdown())
		}
	}
	return out.String()
}
