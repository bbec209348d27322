// Package checks explains the checks. For each id that a finding can carry there is a page: what is wrong, what it means
// for access and how to mend it, with an example that the check finds and one that it does not.
//
// The pages lie in pages/, in the order of their names, one file for each part of the language. They are Markdown, so
// that they are read and reviewed as they are:
//
//	# Part of the language
//
//	A few sentences about it.
//
//	## id: Title
//
//	Sentences.
//
//	```yaml wrong
//	…
//	```
//
//	```yaml right
//	…
//	```
//
// Everything that shows a page is made of these files: ddbgen explain-check, docs/checks.md and the help of a SARIF log.
// Tests hold that every id has a page, that no page is of an id that nothing reports, and that the examples are what they
// say.
//
// An example in yaml is a spec without the keys that it is not about (Spec adds them). What a spec cannot show is shown of
// the build of one that is given: in diff an edit of a generated file, in hcl a Terraform file beside those, in console a
// session at a terminal.
package checks

import (
	"embed"
	"path"
	"slices"
	"strings"
)

// base is what the examples leave out, one key on a line.
const base = `version: 1
name: shop
environments: {production: {account: "444455556666", region: eu-central-1}}
tables: {orders: {partition_key: id}}
`

// Part is the pages about one part of the language.
type Part struct {
	Title string
	Text  string // Markdown
	Pages []Page
}

// Page explains one check.
type Page struct {
	ID       string
	Title    string // begins the text, and says what is wrong
	Text     string // Markdown
	Examples []Example
}

// Example is one code block of a page.
type Example struct {
	Language string // yaml, diff, hcl or console
	Verdict  Verdict
	Source   string
}

// Spec is an example in yaml as a whole spec.
func (e Example) Spec() string {
	var rest strings.Builder
	for line := range strings.Lines(base) {
		key, _, _ := strings.Cut(line, ":")
		if !strings.Contains("\n"+e.Source, "\n"+key+":") {
			rest.WriteString(line)
		}
	}
	return rest.String() + e.Source
}

// Verdict is what the check says of an example.
type Verdict string

// The check finds what is wrong, and not what is right. What is given is the spec that the other examples are about.
const (
	Wrong Verdict = "wrong"
	Right Verdict = "right"
	Given Verdict = "given"
)

//go:embed pages
var files embed.FS

// Parts returns all pages, in the order in which they are read.
func Parts() []Part {
	entries, err := files.ReadDir("pages")
	if err != nil {
		panic("checks: " + err.Error())
	}
	var out []Part
	for _, e := range entries {
		src, err := files.ReadFile(path.Join("pages", e.Name()))
		if err != nil {
			panic("checks: " + err.Error())
		}
		out = append(out, parse(string(src)))
	}
	return out
}

// Pages returns the pages of all parts.
func Pages() []Page {
	var out []Page
	for _, p := range Parts() {
		out = append(out, p.Pages...)
	}
	return out
}

// Find returns the page of an id, and whether there is one.
func Find(id string) (Page, bool) {
	all := Pages()
	i := slices.IndexFunc(all, func(p Page) bool { return p.ID == id })
	if i < 0 {
		return Page{}, false
	}
	return all[i], true
}

// parse reads the pages of one file.
func parse(src string) Part {
	var out Part
	for i, section := range strings.Split("\n"+src, "\n## ") {
		heading, text, _ := strings.Cut(strings.TrimSpace(section), "\n")
		if i == 0 {
			out.Title, out.Text = strings.TrimPrefix(heading, "# "), strings.TrimSpace(text)
			continue
		}
		id, title, _ := strings.Cut(heading, ": ")
		page := Page{ID: id, Title: title}
		page.Text, page.Examples = divide(text)
		out.Pages = append(out.Pages, page)
	}
	return out
}

// divide parts the sentences of a page from its examples.
func divide(text string) (string, []Example) {
	const fence = "```"
	var examples []Example
	blocks := strings.Split("\n"+text, "\n"+fence)
	for i := 1; i+1 < len(blocks); i += 2 {
		info, source, _ := strings.Cut(blocks[i], "\n")
		language, verdict, _ := strings.Cut(info, " ")
		examples = append(examples, Example{Language: language, Verdict: Verdict(verdict), Source: source + "\n"})
	}
	return strings.TrimSpace(blocks[0]), examples
}
