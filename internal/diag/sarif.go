package diag

import (
	"bytes"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
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
	ID         string         `json:"id"`
	Short      *sarifMessage  `json:"shortDescription,omitempty"`
	Full       *sarifMessage  `json:"fullDescription,omitempty"`
	HelpURI    string         `json:"helpUri,omitempty"`
	Help       *sarifHelp     `json:"help,omitempty"`
	Default    *sarifDefault  `json:"defaultConfiguration,omitempty"`
	Properties *sarifRuleTags `json:"properties,omitempty"`
}

type sarifDefault struct {
	Level string `json:"level"`
}

// sarifRuleTags are what GitHub reads of a rule's property bag (GitHub documentation, "SARIF support for code scanning"): with a
// score an alert is one of security, of low to critical severity.
type sarifRuleTags struct {
	Tags  []string `json:"tags"`
	Score string   `json:"security-severity"`
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
	Prints    *sarifPrints    `json:"partialFingerprints,omitempty"`
}

// sarifPrints are what results are known by from run to run. GitHub reads the first only, and would take it from the line; but
// a policy that a program wrote is one line, and all that is in it would be one alert. So it is the finding's own, and says
// which of several that are alike it is.
type sarifPrints struct {
	Line    string `json:"primaryLocationLineHash"`
	Finding string `json:"ddbgenFinding/v1"`
}

type sarifMessage struct {
	Text string `json:"text"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"`
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
	alike := map[[3]string]int{}
	for _, d := range ds {
		r := toSARIF(files, d)
		if mark := extra(d).Fingerprint; mark != "" {
			same := [3]string{subject(d).Filename, r.RuleID, mark}
			alike[same]++
			r.Prints = &sarifPrints{Line: mark + ":" + strconv.Itoa(alike[same]), Finding: mark}
		}
		run.Results = append(run.Results, r)
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
	if help.Title == "" {
		return sarifRule{ID: id}
	}
	r := sarifRule{
		ID: id, Short: &sarifMessage{help.Title}, HelpURI: help.URI, Help: &sarifHelp{Text: help.Text, Markdown: help.Markdown},
	}
	if help.Full != "" {
		r.Full = &sarifMessage{help.Full}
	}
	if help.Level != "" {
		r.Default = &sarifDefault{help.Level}
	}
	if help.Score != "" {
		r.Properties = &sarifRuleTags{Tags: help.Tags, Score: help.Score}
	}
	return r
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

// region returns nothing of a range that is somewhere in its file.
func region(src []byte, at hcl.Range) *sarifRegion {
	if at.Start.Line < 1 {
		return nil
	}
	return &sarifRegion{
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
	return utf8.RuneCount(bytes.TrimPrefix(src[lineOf(src, p.Byte):p.Byte], byteOrderMark)) + 1
}
