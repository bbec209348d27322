// Package report prints an audit: what was found as diagnostics for every format that the commands have and as Markdown for a
// pull request, what was accepted before, and what the audit looked at.
package report

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/audit"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
)

// Item is a finding of an audit, with what it is known by.
type Item struct {
	audit.Finding
	Fingerprint string
}

// Items are the findings of an inventory, each with its fingerprint, in the order in which they are read.
func Items(inv *inventory.Inventory, findings []audit.Finding) []Item {
	where := newIndex(inv)
	var out []Item
	for _, f := range findings {
		out = append(out, Item{f, where.fingerprint(f)})
	}
	slices.SortStableFunc(out, func(a, b Item) int { return compare(a.Finding, b.Finding) })
	return out
}

// compare is the order of findings on a page: by file and place, the worst of a place first.
func compare(a, b audit.Finding) int {
	return cmp.Or(cmp.Compare(a.At.Filename, b.At.Filename), cmp.Compare(a.At.Start.Byte, b.At.Start.Byte),
		-cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Subject, b.Subject))
}

// Style is how much of a finding its diagnostic says.
type Style int

// People read a report from its beginning to its end, so the first finding of a rule says why it matters and what to write
// instead. To a program each finding is its own, and the rest is in the page of the rule.
const (
	ForPeople Style = iota
	ForPrograms
)

// Diagnostics are findings in the form in which all commands print theirs, among them what could not be read or resolved: the
// former are errors, the latter notes. They are in the order of files and places, and are not to be sorted again.
func Diagnostics(items []Item, unread hcl.Diagnostics, style Style) hcl.Diagnostics {
	out := Unread(unread)
	said := map[string]bool{}
	for _, i := range items {
		detail := i.brief()
		if style == ForPeople {
			detail = i.full(!said[i.ID])
			said[i.ID] = true
		}
		out = append(out, i.diagnostic(detail))
	}
	slices.SortStableFunc(out, func(a, b *hcl.Diagnostic) int {
		x, y := place(a), place(b)
		return cmp.Or(cmp.Compare(x.Filename, y.Filename), cmp.Compare(x.Start.Byte, y.Start.Byte))
	})
	return out
}

func place(d *hcl.Diagnostic) hcl.Range {
	if d.Subject == nil {
		return hcl.Range{}
	}
	return *d.Subject
}

// Unread are the findings of readers as an audit reports them: what could not be read is an error, because nothing is known of
// it; what could not be resolved is a note, because it was judged as far as it is known.
func Unread(findings hcl.Diagnostics) hcl.Diagnostics {
	var out hcl.Diagnostics
	for _, d := range diag.Sort(findings) {
		if d.Severity != hcl.DiagError {
			d = diag.Noted(d)
		}
		out = append(out, d)
	}
	return out
}

// diagnostic is a finding with a detail. Its HCL severity decides how programs take it: as an error, a warning or a note.
func (i Item) diagnostic(detail string) *hcl.Diagnostic {
	d := &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: i.Title, Detail: detail}
	if i.Severity == audit.High {
		d.Severity = hcl.DiagError
	}
	if i.At.Filename != "" {
		at := i.At
		d.Subject = &at
	}
	d.Extra = diag.Extra{
		ID: diag.ID(i.ID), Note: i.Severity == audit.Low, Heading: capital(i.Severity.String()),
		Fingerprint: i.Fingerprint, Data: i.data(),
	}
	return d
}

func capital(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

// brief is what is the case in one place, and the request that shows it.
func (i Item) brief() string {
	return joined(" ", oneLine(i.about()), i.request())
}

// full is a finding for people. What is the same of all findings of a rule is said once.
func (i Item) full(first bool) string {
	why, remedy, repair := "", "", ""
	if first {
		why, remedy = unwrapped(i.Why), unwrapped(i.Remedy)
	}
	if i.Repair != "" {
		repair = "Instead:\n\n" + indented(pretty(i.Repair))
	}
	request := i.request()
	if request != "" {
		request = "  " + request // in one line, which can be copied
	}
	return joined("\n\n", unwrapped(i.about()), request, why, remedy, repair)
}

// about says whom or what a finding is about, and in which document; not whom, if its sentences do. Of a policy that was found
// alone, or of a key, both have one name, which is said once.
func (i Item) about() string {
	subject, document := i.Subject, i.Document
	if strings.Contains(strings.ToLower(i.Detail), strings.ToLower(subject)) {
		subject = ""
	} else if document != "" && strings.HasSuffix(subject, " "+document) {
		subject, document = "", subject
	}
	var where []string
	switch {
	case i.Statement != "" && document != "":
		where = append(where, "Statement "+i.Statement+" of "+document)
	case i.Statement != "":
		where = append(where, "Statement "+i.Statement)
	case document != "":
		where = append(where, "In "+document)
	}
	if subject != "" {
		where = append(where, subject)
	}
	if where == nil {
		return i.Detail
	}
	where[0] = capital(where[0])
	return strings.Join(where, ", ") + ": " + i.Detail
}

// request is the witness in a line.
func (i Item) request() string {
	if i.Witness == nil {
		return ""
	}
	return "Request: " + i.Witness.Request.String() + " (" + i.decided() + ")."
}

// decided is what the evaluator answers to the witness, in a word.
func (i Item) decided() string {
	if i.Witness.Outcome == evaluate.Allow {
		return "allowed"
	}
	return "refused"
}

// data is a finding for programs, as the member "finding" of JSON.
type data struct {
	Severity    string          `json:"severity"`
	Subject     string          `json:"subject"`
	Document    string          `json:"document,omitempty"`
	Statement   string          `json:"statement,omitempty"`
	Decision    string          `json:"decision,omitempty"`
	Witness     *Question       `json:"witness,omitempty"`
	Repair      json.RawMessage `json:"repair,omitempty"`
	Fingerprint string          `json:"fingerprint"`
}

func (i Item) data() data {
	d := data{Severity: i.Severity.String(), Subject: i.Subject, Document: i.Document, Statement: i.Statement, Fingerprint: i.Fingerprint}
	if i.Witness != nil {
		d.Decision = string(i.Witness.Outcome)
		d.Witness = Ask(*i.Witness)
	}
	if json.Valid([]byte(i.Repair)) {
		d.Repair = json.RawMessage(i.Repair)
	}
	return d
}

// joined is the texts that are not empty, with something between them.
func joined(between string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(t string) bool { return t == "" }), between)
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// unwrapped is prose whose paragraphs are one line each, for a printer that breaks lines itself. Items of lists, and what is
// indented, stay lines of their own.
func unwrapped(text string) string {
	var out strings.Builder
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		apart := line == "" || strings.HasPrefix(line, " ") || strings.HasPrefix(line, "- ")
		switch {
		case i == 0:
		case apart || strings.HasSuffix(out.String(), "\n"):
			out.WriteByte('\n')
		default:
			out.WriteByte(' ')
		}
		out.WriteString(line)
		if line == "" {
			continue
		}
	}
	return out.String()
}

// pretty is JSON with indentation; a text that is no JSON stays as it is.
func pretty(text string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(text), "", "  ") != nil {
		return strings.TrimSpace(text)
	}
	return strings.TrimSpace(b.String())
}

func indented(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }
