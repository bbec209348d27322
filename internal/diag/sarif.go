package diag

import (
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
)

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool       sarifTool     `json:"tool"`
	ColumnKind string        `json:"columnKind"`
	Results    []sarifResult `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name           string      `json:"name"`
	InformationURI string      `json:"informationUri"`
	Rules          []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID      string        `json:"id"`
	Short   *sarifMessage `json:"shortDescription,omitempty"`
	HelpURI string        `json:"helpUri,omitempty"`
	Help    *sarifHelp    `json:"help,omitempty"`
}

type sarifHelp struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown"`
}

type sarifResult struct {
	RuleID    string          `json:"ruleId,omitempty"`
	Level     string          `json:"level"`
	Message   sarifMessage    `json:"message"`
	Locations []sarifLocation `json:"locations,omitempty"`
}

type sarifMessage struct {
	Text string `json:"text"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   sarifRegion   `json:"region"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
	EndLine     int `json:"endLine"`
	EndColumn   int `json:"endColumn"`
}

// SARIF prints diagnostics as a SARIF 2.1.0 log, which code scanning services take in. They show a rule's help beside each
// of its results.
func SARIF(w io.Writer, files map[string][]byte, ds hcl.Diagnostics, help func(ID) Help) error {
	run := sarifRun{
		Tool: sarifTool{Driver: sarifDriver{
			Name: "ddbgen", InformationURI: "https://ddbgen.dev", Rules: sarifRules(ds, help),
		}},
		ColumnKind: "unicodeCodePoints",
		Results:    []sarifResult{},
	}
	for _, d := range ds {
		run.Results = append(run.Results, toSARIF(files, d))
	}
	return writeJSON(w, sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	})
}

// sarifRules returns the checks that spoke, each once, in the order of their names.
func sarifRules(ds hcl.Diagnostics, help func(ID) Help) []sarifRule {
	ids := []string{}
	for _, d := range ds {
		if id := IDOf(d); id != "" {
			ids = append(ids, string(id))
		}
	}
	slices.Sort(ids)
	rules := []sarifRule{}
	for _, id := range slices.Compact(ids) {
		rules = append(rules, newSARIFRule(id, help(ID(id))))
	}
	return rules
}

func newSARIFRule(id string, help Help) sarifRule {
	if help == (Help{}) {
		return sarifRule{ID: id}
	}
	return sarifRule{
		ID: id, Short: &sarifMessage{help.Title}, HelpURI: help.URI, Help: &sarifHelp{Text: help.Text, Markdown: help.Markdown},
	}
}

func toSARIF(files map[string][]byte, d *hcl.Diagnostic) sarifResult {
	text := d.Summary
	if d.Detail != "" {
		text += ": " + d.Detail
	}
	r := sarifResult{RuleID: string(IDOf(d)), Level: severity(d), Message: sarifMessage{Text: text}}
	if d.Subject != nil {
		r.Locations = []sarifLocation{{Physical: sarifPhysical{
			Artifact: sarifArtifact{URI: fileURI(d.Subject.Filename)},
			Region:   region(files[d.Subject.Filename], *d.Subject),
		}}}
	}
	return r
}

// fileURI returns a path as the relative reference that SARIF asks for, with its odd characters escaped.
func fileURI(name string) string {
	return (&url.URL{Path: filepath.ToSlash(name)}).String()
}

func region(src []byte, at hcl.Range) sarifRegion {
	return sarifRegion{
		StartLine:   at.Start.Line,
		StartColumn: codePoints(src, at.Start),
		EndLine:     at.End.Line,
		EndColumn:   codePoints(src, at.End),
	}
}

// codePoints returns the column in code points, the nearest to HCL's grapheme clusters that SARIF can be told of.
// The line's bytes are found from the position's own; where the file is not at hand the column stands as it is.
func codePoints(src []byte, p hcl.Pos) int {
	if p.Byte < 0 || p.Byte > len(src) || src == nil {
		return p.Column
	}
	s, _ := cut(src, hcl.Range{Start: p, End: p})
	return utf8.RuneCountInString(s.before) + 1
}
