package diag

import (
	"encoding/json"
	"io"

	"github.com/hashicorp/hcl/v2"
)

// The names and the nesting are those of `terraform validate -json`, so that what reads the one reads the other; id, help_uri
// and finding are added, and notes.
type jsonOutput struct {
	FormatVersion string           `json:"format_version"`
	Valid         bool             `json:"valid"`
	ErrorCount    int              `json:"error_count"`
	WarningCount  int              `json:"warning_count"`
	NoteCount     int              `json:"note_count,omitempty"`
	Diagnostics   []jsonDiagnostic `json:"diagnostics"`
}

type jsonDiagnostic struct {
	Severity string       `json:"severity"`
	ID       ID           `json:"id,omitempty"`
	HelpURI  string       `json:"help_uri,omitempty"`
	Summary  string       `json:"summary"`
	Detail   string       `json:"detail"`
	Range    *jsonRange   `json:"range,omitempty"`
	Snippet  *jsonSnippet `json:"snippet,omitempty"`
	Finding  any          `json:"finding,omitempty"`
}

type jsonRange struct {
	Filename string  `json:"filename"`
	Start    jsonPos `json:"start"`
	End      jsonPos `json:"end"`
}

type jsonPos struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Byte   int `json:"byte"`
}

type jsonSnippet struct {
	Code                 string `json:"code"`
	StartLine            int    `json:"start_line"`
	HighlightStartOffset int    `json:"highlight_start_offset"`
	HighlightEndOffset   int    `json:"highlight_end_offset"`
}

// JSON prints diagnostics for programs, as `terraform validate -json` does, with the name of the check added and where to
// read about it.
func JSON(w io.Writer, files map[string][]byte, ds hcl.Diagnostics, help func(ID) Help) error {
	out := jsonOutput{FormatVersion: "1.0", Diagnostics: []jsonDiagnostic{}}
	for _, d := range ds {
		switch severity(d) {
		case "note":
			out.NoteCount++
		case "warning":
			out.WarningCount++
		default:
			out.ErrorCount++
		}
		out.Diagnostics = append(out.Diagnostics, toJSON(files, d, help))
	}
	out.Valid = out.ErrorCount == 0
	return writeJSON(w, out)
}

func toJSON(files map[string][]byte, d *hcl.Diagnostic, help func(ID) Help) jsonDiagnostic {
	j := jsonDiagnostic{Severity: severity(d), ID: IDOf(d), HelpURI: help(IDOf(d)).URI, Summary: d.Summary, Detail: d.Detail, Finding: extra(d).Data}
	if d.Subject == nil {
		return j
	}
	at := *d.Subject
	j.Range = &jsonRange{Filename: at.Filename, Start: jsonPos(at.Start), End: jsonPos(at.End)}
	if s, ok := cut(files[at.Filename], at); ok {
		j.Snippet = &jsonSnippet{
			Code:                 s.line(),
			StartLine:            at.Start.Line,
			HighlightStartOffset: len(s.before),
			HighlightEndOffset:   len(s.before) + len(s.marked),
		}
	}
	return j
}

// writeJSON writes a value with two blanks of indentation and without HTML escapes, which nobody wants to read.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
