package diag

import (
	"bytes"
	"cmp"
	"fmt"
	"io"

	"github.com/hashicorp/hcl/v2"
)

// wrapAt is the width Terraform wraps its own details at.
const wrapAt = 78

// Text prints diagnostics for people: the summary, the place in a form that editors and terminals open at a click, the
// line with a marker under the range, and the detail. Files holds the sources by name; a diagnostic about a file that
// is not there is printed without its line.
func Text(w io.Writer, files map[string][]byte, ds hcl.Diagnostics, color bool) error {
	var b bytes.Buffer
	for i, d := range ds {
		if i > 0 {
			b.WriteByte('\n')
		}
		text(&b, files, d, palette(d, color))
	}
	_, err := w.Write(b.Bytes())
	return err
}

func text(b *bytes.Buffer, files map[string][]byte, d *hcl.Diagnostic, c colors) {
	fmt.Fprintf(b, "%s%s:%s %s%s%s", c.severity, heading(d), c.reset, c.bold, Printable(d.Summary), c.reset)
	if id := IDOf(d); id != "" {
		fmt.Fprintf(b, " %s[%s]%s", c.faint, id, c.reset)
	}
	b.WriteByte('\n')
	if d.Subject != nil {
		place(b, files, *d.Subject, c)
	}
	if d.Detail != "" {
		fmt.Fprintf(b, "\n%s\n", wrap(Printable(d.Detail), wrapAt))
	}
}

// heading returns the word that begins a finding.
func heading(d *hcl.Diagnostic) string {
	words := map[string]string{"error": "Error", "warning": "Warning", "note": "Note"}
	return cmp.Or(extra(d).Heading, words[severity(d)])
}

func place(b *bytes.Buffer, files map[string][]byte, at hcl.Range, c colors) {
	if at.Start.Line < 1 { // somewhere in the file
		fmt.Fprintf(b, "\n  on %s\n", Printable(at.Filename))
		return
	}
	fmt.Fprintf(b, "\n  on %s:%d:%d\n", Printable(at.Filename), at.Start.Line, at.Start.Column)
	s, ok := cut(files[at.Filename], at)
	if !ok {
		return
	}
	s = s.short()
	s = snippet{before: Printable(s.before), marked: Printable(s.marked), after: Printable(s.after)}
	fmt.Fprintf(b, "%s%6d |%s %s\n", c.faint, at.Start.Line, c.reset, s.line())
	fmt.Fprintf(b, "%s       |%s %s%s%s\n", c.faint, c.reset, c.severity, s.marker(), c.reset)
}

// colors are the escape sequences of a coloured print, all empty in a plain one.
type colors struct {
	severity, bold, faint, reset string
}

func palette(d *hcl.Diagnostic, color bool) colors {
	if !color {
		return colors{}
	}
	c := colors{severity: "\x1b[1;31m", bold: "\x1b[1m", faint: "\x1b[2m", reset: "\x1b[0m"}
	switch severity(d) {
	case "warning":
		c.severity = "\x1b[1;33m"
	case "note":
		c.severity = "\x1b[1;36m"
	}
	return c
}
