package diag

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// audited is a finding of each severity, as an audit makes them: two that are alike, and one that is somewhere in its file.
func audited(t *testing.T) hcl.Diagnostics {
	extra := Extra{ID: "unknown-key", Heading: "High", Fingerprint: "abc", Data: map[string]string{"severity": "high"}}
	high := Error("", "Open", "To everybody.", span(t, "kye"))
	high.Extra = extra
	again := Error("", "Open", "To everybody, again.", span(t, "kye"))
	again.Extra = extra
	other := Warning("", "Elsewhere", "In another file.", hcl.Range{Filename: "other.json"})
	other.Extra = extra
	return hcl.Diagnostics{high, again, other, Noted(Warning("wide", "Wide", "By far.", span(t, "日本")))}
}

// scored is the help of a check that code scanning is told all of.
func scored(id ID) Help {
	h := help(id)
	if h.Title != "" {
		h.Full, h.Level, h.Score, h.Tags = "Somebody slipped.", "error", "8.0", []string{"security"}
	}
	return h
}

// TestSARIFShape holds what is printed to the shape of SARIF. With DDBGEN_SARIF_SCHEMA it is held to the published schema as
// well, of which that names a copy.
func TestSARIFShape(t *testing.T) {
	schemas := []string{"testdata/sarif.schema.json"}
	if published := os.Getenv("DDBGEN_SARIF_SCHEMA"); published != "" {
		schemas = append(schemas, published)
	}
	for _, name := range schemas {
		c := jsonschema.NewCompiler()
		c.AssertFormat()
		schema, err := c.Compile(name)
		if err != nil {
			t.Fatal(err)
		}
		for what, ds := range map[string]hcl.Diagnostics{"checks": sample(t), "an audit": audited(t), "nothing": nil} {
			var b bytes.Buffer
			if err := SARIF(&b, files, ds, scored); err != nil {
				t.Fatal(err)
			}
			log, err := jsonschema.UnmarshalJSON(&b)
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(log); err != nil {
				t.Errorf("%s: %s: %v", name, what, err)
			}
			broken := log.(map[string]any)
			broken["version"] = "2.0.0"
			if schema.Validate(broken) == nil {
				t.Errorf("%s takes anything", name)
			}
		}
	}
}

func TestSARIFOfAnAudit(t *testing.T) {
	var b bytes.Buffer
	if err := SARIF(&b, files, audited(t), scored); err != nil {
		t.Fatal(err)
	}
	var got sarifLog
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	run := got.Runs[0]
	var levels, prints []string
	for _, r := range run.Results {
		levels = append(levels, r.Level)
		if r.Prints != nil {
			prints = append(prints, r.Prints.Line+" "+r.Prints.Finding)
		}
	}
	if diff := cmp.Diff([]string{"error", "error", "warning", "note"}, levels); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"abc:1 abc", "abc:2 abc", "abc:1 abc"}, prints); diff != "" {
		t.Error(diff)
	}
	if at := run.Results[2].Locations[0].Physical; at.Region != nil || at.Artifact.URI != "other.json" {
		t.Errorf("somewhere in a file: %+v", at)
	}
	want := sarifRule{
		ID: "unknown-key", Short: &sarifMessage{"A slip"}, Full: &sarifMessage{"Somebody slipped."}, HelpURI: "https://example.com/#unknown-key",
		Help: &sarifHelp{"Of a finger.", "Of a *finger*."}, Default: &sarifDefault{"error"}, Properties: &sarifRuleTags{[]string{"security"}, "8.0"},
	}
	if diff := cmp.Diff(want, run.Tool.Driver.Rules[0]); diff != "" {
		t.Error(diff)
	}
}

// TestNotes holds what the other formats make of notes and of what an audit adds.
func TestNotes(t *testing.T) {
	var text, github, printed bytes.Buffer
	Text(&text, files, audited(t), false)
	GitHub(&github, audited(t))
	JSON(&printed, files, audited(t), scored)
	want := `High: Open [unknown-key]

  on spec.yaml:3:2
     3 | 	kye: {partition: pk}
       | 	^^^

To everybody.

High: Open [unknown-key]

  on spec.yaml:3:2
     3 | 	kye: {partition: pk}
       | 	^^^

To everybody, again.

High: Elsewhere [unknown-key]

  on other.json

In another file.

Note: Wide [wide]

  on spec.yaml:4:3
     4 |   日本: "é" # x�[2J
       |   ^^^^

By far.
`
	if diff := cmp.Diff(want, text.String()); diff != "" {
		t.Error(diff)
	}
	want = `::error file=spec.yaml,line=3,endLine=3,col=2,endColumn=4,title=Open [unknown-key]::To everybody.
::error file=spec.yaml,line=3,endLine=3,col=2,endColumn=4,title=Open [unknown-key]::To everybody, again.
::warning file=other.json,title=Elsewhere [unknown-key]::In another file.
::notice file=spec.yaml,line=4,endLine=4,col=3,endColumn=4,title=Wide [wide]::By far.
`
	if diff := cmp.Diff(want, github.String()); diff != "" {
		t.Error(diff)
	}
	var got jsonOutput
	if err := json.Unmarshal(printed.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.ErrorCount != 2 || got.WarningCount != 1 || got.NoteCount != 1 || got.Valid || got.Diagnostics[3].Severity != "note" {
		t.Errorf("counts: %+v", got)
	}
	if diff := cmp.Diff(any(map[string]any{"severity": "high"}), got.Diagnostics[0].Finding); diff != "" {
		t.Error(diff)
	}
}
