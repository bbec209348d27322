package diag

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// GitHub prints diagnostics as workflow commands, which GitHub Actions shows at their lines in a pull request
// (GitHub documentation, "Workflow commands for GitHub Actions").
func GitHub(w io.Writer, ds hcl.Diagnostics) error {
	var b bytes.Buffer
	for _, d := range ds {
		title := d.Summary
		if id := IDOf(d); id != "" {
			title += " [" + string(id) + "]"
		}
		message := d.Detail
		if message == "" {
			message = d.Summary
		}
		fmt.Fprintf(&b, "::%s %stitle=%s::%s\n",
			githubCommand(d), githubPlace(d.Subject), githubProperty(title), githubData(message))
	}
	_, err := w.Write(b.Bytes())
	return err
}

// githubCommand returns the workflow command for a finding: GitHub calls a note a notice.
func githubCommand(d *hcl.Diagnostic) string {
	if s := severity(d); s != "note" {
		return s
	}
	return "notice"
}

// githubPlace returns the properties that place an annotation. GitHub takes columns only where both ends are on one
// line, and its endColumn is the last column marked, where HCL's is the one after.
func githubPlace(at *hcl.Range) string {
	if at == nil {
		return ""
	}
	file := githubProperty(filepath.ToSlash(at.Filename))
	if at.Start.Line < 1 { // somewhere in the file
		return "file=" + file + ","
	}
	if at.Start.Line != at.End.Line {
		return fmt.Sprintf("file=%s,line=%d,endLine=%d,", file, at.Start.Line, at.End.Line)
	}
	return fmt.Sprintf("file=%s,line=%d,endLine=%d,col=%d,endColumn=%d,",
		file, at.Start.Line, at.End.Line, at.Start.Column, max(at.Start.Column, at.End.Column-1))
}

func githubData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(Printable(s))
}

func githubProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(Printable(s))
}
