package diag

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
)

const src = "version: 1\ntables:\n\tkye: {partition: pk}\n  日本: \"é\" # x\x1b[2J\r\n"

// span returns the range of a text of src, which occurs once; its column is counted in characters.
func span(t *testing.T, text string) hcl.Range {
	t.Helper()
	at := strings.Index(src, text)
	if at < 0 || strings.Count(src, text) != 1 {
		t.Fatalf("%q is not once in the source", text)
	}
	return hcl.Range{Filename: "spec.yaml", Start: pos(at), End: pos(at + len(text))}
}

func pos(at int) hcl.Pos {
	before := src[:at]
	line := before[strings.LastIndexByte(before, '\n')+1:]
	return hcl.Pos{Line: strings.Count(before, "\n") + 1, Column: len([]rune(line)) + 1, Byte: at}
}

func sample(t *testing.T) hcl.Diagnostics {
	return hcl.Diagnostics{
		Error("unknown-key", "Unknown key", `"tables" has no key "kye". Did you mean "key"?`, span(t, "kye")),
		Warning("wide", "Wide, 100%", "First:\n  a command that is long enough to be wrapped if it were a sentence, which it is not\n"+
			strings.Repeat("word ", 20)+"end.", span(t, "日本")),
		Error("escape", "Escape", "A file must not rule \x1b[31mthe screen.", span(t, "\"é\"")),
		Error("two-lines", "Two lines", "Of which one is shown.", span(t, "version: 1\ntables")),
		Error("nowhere", "No place in particular", "", hcl.Range{}),
		{Severity: hcl.DiagError, Summary: "From elsewhere", Detail: "Not one of ours.",
			Subject: &hcl.Range{Filename: "gone.hcl", Start: hcl.Pos{Line: 7, Column: 3, Byte: 90}, End: hcl.Pos{Line: 7, Column: 5, Byte: 92}}},
	}
}

var files = map[string][]byte{"spec.yaml": []byte(src)}

// help knows one check.
func help(id ID) Help {
	if id != "unknown-key" {
		return Help{}
	}
	return Help{Title: "A slip", Text: "Of a finger.", Markdown: "Of a *finger*.", URI: "https://example.com/#unknown-key"}
}

func TestSort(t *testing.T) {
	at := func(file string, b int) hcl.Range {
		return hcl.Range{Filename: file, Start: hcl.Pos{Line: 1, Column: b, Byte: b}, End: hcl.Pos{Line: 1, Column: b + 1, Byte: b + 1}}
	}
	want := hcl.Diagnostics{
		Error("a", "no place", "", hcl.Range{}),
		Error("a", "z", "z", at("a.yaml", 9)),
		Error("a", "b", "x", at("b.yaml", 2)),
		Error("a", "b", "y", at("b.yaml", 2)),
		Error("b", "b", "y", at("b.yaml", 2)),
		Error("a", "c", "a", at("b.yaml", 2)),
		Warning("a", "a", "a", at("b.yaml", 2)),
		Error("a", "a", "a", at("b.yaml", 10)),
	}
	for shift := range want {
		mixed := append(hcl.Diagnostics{}, want[shift:]...)
		mixed = append(append(mixed, want[:shift]...), want...)
		for i, j := 0, len(mixed)-1; shift%2 == 1 && i < j; i, j = i+1, j-1 {
			mixed[i], mixed[j] = mixed[j], mixed[i]
		}
		if diff := cmp.Diff(want, Sort(mixed)); diff != "" {
			t.Errorf("shifted by %d: %s", shift, diff)
		}
	}
	if Sort(nil) != nil {
		t.Error("nothing sorted is something")
	}
}

func TestText(t *testing.T) {
	want := `Error: Unknown key [unknown-key]

  on spec.yaml:3:2
     3 | 	kye: {partition: pk}
       | 	^^^

"tables" has no key "kye". Did you mean "key"?

Warning: Wide, 100% [wide]

  on spec.yaml:4:3
     4 |   日本: "é" # x�[2J
       |   ^^^^

First:
  a command that is long enough to be wrapped if it were a sentence, which it is not
word word word word word word word word word word word word word word word
word word word word word end.

Error: Escape [escape]

  on spec.yaml:4:7
     4 |   日本: "é" # x�[2J
       |         ^^^

A file must not rule �[31mthe screen.

Error: Two lines [two-lines]

  on spec.yaml:1:1
     1 | version: 1
       | ^^^^^^^^^^

Of which one is shown.

Error: No place in particular [nowhere]

Error: From elsewhere

  on gone.hcl:7:3

Not one of ours.
`
	var b bytes.Buffer
	if err := Text(&b, files, sample(t), false); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

// TestTextColor holds that colour adds escape sequences and nothing else.
func TestTextColor(t *testing.T) {
	var plain, color bytes.Buffer
	Text(&plain, files, sample(t), false)
	Text(&color, files, sample(t), true)
	bare := strings.NewReplacer("\x1b[1;31m", "", "\x1b[1;33m", "", "\x1b[1m", "", "\x1b[2m", "", "\x1b[0m", "").Replace(color.String())
	if diff := cmp.Diff(plain.String(), bare); diff != "" {
		t.Error(diff)
	}
	for _, seq := range []string{"\x1b[1;31mError:\x1b[0m", "\x1b[1;33mWarning:\x1b[0m", "\x1b[1;31m\t^^^\x1b[0m"} {
		if !strings.Contains(color.String(), seq) {
			t.Errorf("no %q in %q", seq, color.String())
		}
	}
}

func TestMarkerAtTheEdges(t *testing.T) {
	for _, c := range []struct {
		name, src    string
		from, to     int
		line, marker string
	}{
		{"empty range at the end", "a: \n", 3, 3, "a: ", "   ^"},
		{"end of a file without a newline", "a", 1, 1, "a", " ^"},
		{"empty file", "", 0, 0, "", "^"},
		{"byte order mark", "\ufeffab", 3, 5, "ab", "^^"},
		{"combining mark", "e\u0301: x", 5, 6, "e\u0301: x", "   ^"},
		{"end before the beginning", "abc", 2, 1, "abc", "  ^"},
		{"end past the file", "abc", 1, 99, "abc", " ^^"},
	} {
		s, ok := cut([]byte(c.src), hcl.Range{Start: hcl.Pos{Byte: c.from}, End: hcl.Pos{Byte: c.to}})
		if !ok || s.line() != c.line || s.marker() != c.marker {
			t.Errorf("%s: %v %q %q, want %q %q", c.name, ok, s.line(), s.marker(), c.line, c.marker)
		}
	}
	if _, ok := cut([]byte("abc"), hcl.Range{Start: hcl.Pos{Byte: 4}}); ok {
		t.Error("a range outside the file is cut")
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, files, sample(t), help); err != nil {
		t.Fatal(err)
	}
	var got jsonOutput
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Valid || got.ErrorCount != 5 || got.WarningCount != 1 || len(got.Diagnostics) != 6 {
		t.Errorf("counts: %+v", got)
	}
	want := jsonDiagnostic{
		Severity: "error", ID: "unknown-key", HelpURI: "https://example.com/#unknown-key", Summary: "Unknown key", Detail: `"tables" has no key "kye". Did you mean "key"?`,
		Range:   &jsonRange{Filename: "spec.yaml", Start: jsonPos{3, 2, 20}, End: jsonPos{3, 5, 23}},
		Snippet: &jsonSnippet{Code: "\tkye: {partition: pk}", StartLine: 3, HighlightStartOffset: 1, HighlightEndOffset: 4},
	}
	if diff := cmp.Diff(want, got.Diagnostics[0]); diff != "" {
		t.Error(diff)
	}
	for _, d := range got.Diagnostics {
		if d.Snippet != nil && d.Snippet.HighlightEndOffset > len(d.Snippet.Code) {
			t.Errorf("%s: highlight past the line", d.Summary)
		}
	}
}

func TestJSONOfNothing(t *testing.T) {
	var b bytes.Buffer
	JSON(&b, nil, nil, help)
	want := "{\n  \"format_version\": \"1.0\",\n  \"valid\": true,\n  \"error_count\": 0,\n  \"warning_count\": 0,\n  \"diagnostics\": []\n}\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestGitHub(t *testing.T) {
	var b bytes.Buffer
	if err := GitHub(&b, sample(t)); err != nil {
		t.Fatal(err)
	}
	want := []string{
		`::error file=spec.yaml,line=3,endLine=3,col=2,endColumn=4,title=Unknown key [unknown-key]::"tables" has no key "kye". Did you mean "key"?`,
		`::warning file=spec.yaml,line=4,endLine=4,col=3,endColumn=4,title=Wide%2C 100%25 [wide]::First:%0A  a command that is long enough to be wrapped if it were a sentence, which it is not%0A` + strings.Repeat("word ", 20) + `end.`,
		`::error file=spec.yaml,line=4,endLine=4,col=7,endColumn=9,title=Escape [escape]::A file must not rule �[31mthe screen.`,
		`::error file=spec.yaml,line=1,endLine=2,title=Two lines [two-lines]::Of which one is shown.`,
		`::error title=No place in particular [nowhere]::No place in particular`,
		`::error file=gone.hcl,line=7,endLine=7,col=3,endColumn=4,title=From elsewhere::Not one of ours.`,
		``,
	}
	if diff := cmp.Diff(want, strings.Split(b.String(), "\n")); diff != "" {
		t.Error(diff)
	}
}

func TestSARIF(t *testing.T) {
	var b bytes.Buffer
	if err := SARIF(&b, files, sample(t), help); err != nil {
		t.Fatal(err)
	}
	var got sarifLog
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	run := got.Runs[0]
	wantRules := []sarifRule{{ID: "escape"}, {ID: "nowhere"}, {ID: "two-lines"}, {
		ID: "unknown-key", Short: &sarifMessage{"A slip"}, HelpURI: "https://example.com/#unknown-key", Help: &sarifHelp{"Of a finger.", "Of a *finger*."},
	}, {ID: "wide"}}
	if diff := cmp.Diff(wantRules, run.Tool.Driver.Rules); diff != "" {
		t.Error(diff)
	}
	want := sarifResult{RuleID: "wide", Level: "warning", Message: run.Results[1].Message,
		Locations: []sarifLocation{{sarifPhysical{sarifArtifact{"spec.yaml"}, &sarifRegion{4, 3, 4, 5}}}}}
	if diff := cmp.Diff(want, run.Results[1]); diff != "" {
		t.Error(diff)
	}
	if len(run.Results) != 6 || run.Results[4].Locations != nil || run.Results[4].Message.Text != "No place in particular" {
		t.Errorf("results: %+v", run.Results)
	}
}

// TestSARIFColumns holds that columns are code points, of which a grapheme cluster may have several.
func TestSARIFColumns(t *testing.T) {
	src := []byte("e\u0301e\u0301: x\n")
	at := hcl.Range{Filename: "a b:c.yaml", Start: hcl.Pos{Line: 1, Column: 5, Byte: 8}, End: hcl.Pos{Line: 1, Column: 6, Byte: 9}}
	if got, want := *region(src, at), (sarifRegion{1, 7, 1, 8}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got, want := *region(nil, at), (sarifRegion{1, 5, 1, 6}); got != want {
		t.Errorf("without the file: %+v, want %+v", got, want)
	}
	if got, want := fileURI(at.Filename), "./a%20b:c.yaml"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
