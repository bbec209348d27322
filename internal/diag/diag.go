// Package diag makes, orders and prints findings.
//
// Every finding a user can act on is an hcl.Diagnostic, the type Terraform users already read: a short Summary, a
// Detail of whole sentences whose last one is the remedy, and the tight range of source it is about. What HCL has no
// field for, the name of the check that spoke, travels in Extra as an ID; the same name is printed after the summary,
// heads the check's section in the documentation, and is the rule id in SARIF.
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

// Help is what there is to read about a check. The formats for programs hand it on; none is empty, or all are.
type Help struct {
	Title    string
	Text     string // the whole page, for a terminal
	Markdown string
	URI      string // where the page stands
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
	return id
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
		cmp.Compare(a.Summary, b.Summary),
		cmp.Compare(a.Detail, b.Detail),
		cmp.Compare(ra.End.Byte, rb.End.Byte),
		cmp.Compare(IDOf(a), IDOf(b)),
	)
}

// subject returns the place a diagnostic is about, or the zero range.
func subject(d *hcl.Diagnostic) hcl.Range {
	if d.Subject == nil {
		return hcl.Range{}
	}
	return *d.Subject
}

// severity returns the word all formats but SARIF's levels use.
func severity(d *hcl.Diagnostic) string {
	if d.Severity == hcl.DiagWarning {
		return "warning"
	}
	return "error"
}
