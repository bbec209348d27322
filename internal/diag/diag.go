// Package diag makes, orders and prints findings.
//
// Every finding a user can act on is an hcl.Diagnostic, the type Terraform users already read: a short Summary, a
// Detail of whole sentences whose last one is the remedy, and the tight range of source it is about. What HCL has no
// field for, the name of the check that spoke, travels in Extra as an ID; the same name is printed after the summary,
// heads the check's section in the documentation, and is the rule id in SARIF. A finding of which there is more to say
// than that carries an Extra.
//
// Checks may run in any order and may say the same thing twice: Sort orders and deduplicates once, at the door. The
// printers take what Sort returns, build the whole output in memory and write it in one call, so that equal findings
// give equal bytes.
package diag

import (
	"cmp"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// ID names the check that made a diagnostic, such as "unknown-key". It is carried in hcl.Diagnostic.Extra.
type ID string

// Extra is carried in hcl.Diagnostic.Extra instead of an ID where a finding has more than HCL has fields for.
type Extra struct {
	ID          ID
	Note        bool   // it is neither an error nor a warning, whatever its HCL severity
	Heading     string // begins the finding in text, in place of Error, Warning or Note
	Fingerprint string // stays the same while the finding does, wherever its line moves
	Data        any    // for JSON, as the finding's member "finding"
}

// Help is what there is to read about a check. The formats for programs hand it on. Title, Text, Markdown and URI are there
// of every check that is known; the rest only of those that judge what exists, and is for code scanning.
type Help struct {
	Title    string
	Text     string // the whole page, for a terminal
	Markdown string
	URI      string // where the page stands

	Full  string   // what is wrong, in sentences
	Level string   // of its findings: error, warning or note
	Score string   // how grave they are, from 0.1 to 10.0, as vulnerabilities are scored
	Tags  []string // by which findings are filtered
}

// Error returns an error of the check id at the given range. A zero range means no place in particular.
func Error(id, summary, detail string, at hcl.Range) *hcl.Diagnostic {
	return diagnostic(hcl.DiagError, id, summary, detail, at)
}

// Warning returns a warning of the check id at the given range. A zero range means no place in particular.
func Warning(id, summary, detail string, at hcl.Range) *hcl.Diagnostic {
	return diagnostic(hcl.DiagWarning, id, summary, detail, at)
}

func diagnostic(severity hcl.DiagnosticSeverity, id, summary, detail string, at hcl.Range) *hcl.Diagnostic {
	d := &hcl.Diagnostic{Severity: severity, Summary: summary, Detail: detail, Extra: ID(id)}
	if at != (hcl.Range{}) {
		d.Subject = &at
	}
	return d
}

// IDOf returns the name of the check that made d, or "" for a diagnostic from elsewhere, such as an HCL parser.
func IDOf(d *hcl.Diagnostic) ID {
	id, _ := d.Extra.(ID)
	return cmp.Or(id, extra(d).ID)
}

// Noted returns a finding as a note, which is neither an error nor a warning.
func Noted(d *hcl.Diagnostic) *hcl.Diagnostic {
	note, e := *d, extra(d)
	e.ID, e.Note = IDOf(d), true
	note.Severity, note.Extra = hcl.DiagWarning, e // the slightest that HCL has
	return &note
}

// extra returns what a diagnostic carries besides its ID.
func extra(d *hcl.Diagnostic) Extra {
	e, _ := d.Extra.(Extra)
	return e
}

// Sort returns the diagnostics ordered by file, byte, severity, summary and detail, without repeats.
// Those without a place come first. The argument is left as it was.
func Sort(ds hcl.Diagnostics) hcl.Diagnostics {
	sorted := slices.Clone(ds)
	slices.SortStableFunc(sorted, compare)
	return slices.CompactFunc(sorted, func(a, b *hcl.Diagnostic) bool { return compare(a, b) == 0 })
}

func compare(a, b *hcl.Diagnostic) int {
	ra, rb := subject(a), subject(b)
	return cmp.Or(
		cmp.Compare(ra.Filename, rb.Filename),
		cmp.Compare(ra.Start.Byte, rb.Start.Byte),
		cmp.Compare(a.Severity, b.Severity),
		cmp.Compare(severity(b), severity(a)), // a note, which HCL takes for a warning, comes after one
		cmp.Compare(a.Summary, b.Summary),
		cmp.Compare(a.Detail, b.Detail),
		cmp.Compare(ra.End.Byte, rb.End.Byte),
		cmp.Compare(IDOf(a), IDOf(b)),
		cmp.Compare(extra(a).Fingerprint, extra(b).Fingerprint),
	)
}

// subject returns the place a diagnostic is about, or the zero range.
func subject(d *hcl.Diagnostic) hcl.Range {
	if d.Subject == nil {
		return hcl.Range{}
	}
	return *d.Subject
}

// severity returns the word for how grave a finding is. SARIF has the same.
func severity(d *hcl.Diagnostic) string {
	switch {
	case extra(d).Note:
		return "note"
	case d.Severity == hcl.DiagWarning:
		return "warning"
	}
	return "error"
}
