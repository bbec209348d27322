package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ddbgen/ddbgen/internal/audit"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/inventory/load"
	"github.com/ddbgen/ddbgen/internal/policy"
)

var update = flag.Bool("update", false, "rewrite docs/audit.md")

// TestRules holds every rule to the form of all.
func TestRules(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules() {
		if !regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(r.ID) || seen[r.ID] {
			t.Errorf("%q is no id in kebab-case, or comes twice", r.ID)
		}
		seen[r.ID] = true
		if r.Severity < audit.Low || r.Severity > audit.High || r.Title == "" || len(r.Title) > 80 || strings.HasSuffix(r.Title, ".") {
			t.Errorf("%s: severity %d, title %q", r.ID, r.Severity, r.Title)
		}
		for what, text := range map[string]string{"why": r.Why, "remedy": r.Remedy} {
			if strings.Count(text, " ") < 3 || !strings.HasSuffix(strings.TrimSpace(text), ".") && !strings.HasSuffix(strings.TrimSpace(text), "```") {
				t.Errorf("%s: %s is no sentences: %q", r.ID, what, text)
			}
		}
		if r.Source == "" {
			t.Errorf("%s: where does AWS say so?", r.ID)
		}
		if found, is := Rule(r.ID); !is || found.Title != r.Title {
			t.Errorf("%s is not found", r.ID)
		}
		plain := Plain(r)
		if !strings.HasSuffix(plain, "\nAn example: "+page+"#"+r.ID+"\n") {
			t.Errorf("%s: where is an example? %s", r.ID, plain)
		}
		for line := range strings.Lines(plain) {
			if utf8.RuneCountInString(line) > 80 && !strings.HasPrefix(line, r.ID+": ") && !strings.HasPrefix(line, "An example: ") && !strings.HasPrefix(line, " ") {
				t.Errorf("%s: a line is wider than a terminal: %s", r.ID, line)
			}
		}
		h := Help(r)
		if h.URI != page+"#"+r.ID || h.Level == "" || h.Score == "" || !strings.Contains(h.Text, r.Title) || !strings.Contains(List(), r.ID) {
			t.Errorf("%s: help %+v", r.ID, h)
		}
	}
}

// example is a finding of the corpus with what it is about.
type example struct {
	Item
	shown string // a block of code: the statement, or the line
}

// better prefers what shows more in fewer words.
func (e example) better(than example) bool {
	weigh := func(e example) int {
		n := len(e.shown) + len(e.Repair)
		if e.Witness == nil {
			n += 2000
		}
		if !strings.Contains(e.shown, "\n") || len(e.shown) > 1500 {
			n += 1000
		}
		return n
	}
	return weigh(e) < weigh(than)
}

// corpus is the best example of each rule among the documents that the audit is tested with.
func corpus(t *testing.T) map[string]example {
	t.Helper()
	dirs, err := filepath.Glob("../testdata/corpus/bad/*")
	if err != nil || len(dirs) < 30 {
		t.Fatalf("the corpus has %d entries: %v", len(dirs), err)
	}
	out := map[string]example{}
	for _, dir := range dirs {
		inv := audited(t, dir)
		for _, i := range Items(inv, audit.Run(inv)) {
			e := example{i, shown(inv, i.Finding)}
			if before, is := out[i.ID]; !is || e.better(before) {
				out[i.ID] = e
			}
		}
	}
	return out
}

// audited is what the files of a directory of the corpus say exists.
func audited(t *testing.T, dir string) *inventory.Inventory {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(f string) bool { return filepath.Base(f) == "expected.txt" })
	inv, err := load.Paths(files, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

// shown is what a finding is about: its statement, or its document, or else its line.
func shown(inv *inventory.Inventory, f audit.Finding) string {
	for _, d := range inv.Documents() {
		if f.Document == "" || d.Name != f.Document || d.Node.Place().Filename != f.At.Filename {
			continue
		}
		for n := range d.Document.Statement {
			if d.Sid(n) == f.Statement {
				return "```json\n" + statement(d, n) + "\n```\n"
			}
		}
		if whole := policy.Encode(d.Document); f.Statement == "" && len(whole) < 1500 {
			return "```json\n" + string(whole) + "```\n"
		}
	}
	all := strings.Split(string(inv.Files[f.At.Filename]), "\n")
	if f.At.Start.Line < 1 || f.At.Start.Line > len(all) {
		return ""
	}
	line := strings.TrimSpace(all[f.At.Start.Line-1])
	if len([]rune(line)) > 200 {
		line = string([]rune(line)[:200]) + " …"
	}
	return "```text\n" + line + "\n```\n"
}

// statement is a statement of a document in JSON.
func statement(d *inventory.Document, n int) string {
	var all struct{ Statement []json.RawMessage }
	if err := json.Unmarshal(policy.Encode(policy.Document{Statement: d.Document.Statement[n : n+1]}), &all); err != nil {
		return err.Error()
	}
	return pretty(string(all.Statement[0]))
}

// section is a rule in the document.
func section(r audit.Rule, e example, found bool) string {
	var out strings.Builder
	fmt.Fprintf(&out, "\n### %s\n\n%s", r.ID, Markdown(r))
	if !found {
		return out.String()
	}
	fmt.Fprintf(&out, "\nFor example, of %s:\n\n%s\n%s\n", e.Subject, e.shown, free(oneLine(e.Detail)))
	if e.Witness != nil {
		fmt.Fprintf(&out, "\nThis request is %s:\n\n```text\n%s\n```\n", e.decided(), e.Witness.Request)
	}
	if e.Repair != "" {
		fmt.Fprintf(&out, "\nInstead:\n\n%s\n", block(pretty(e.Repair)))
	}
	return out.String()
}

// session is the session of the introduction, as ddbgen audit prints it.
func session(t *testing.T) string {
	t.Helper()
	src, err := os.ReadFile("testdata/session/policy.json")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir("testdata/session")
	defer t.Chdir("../..")
	inv, err := load.Paths([]string{"policy.json"}, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	items := Items(inv, audit.Run(inv))
	var text bytes.Buffer
	if err := diag.Text(&text, inv.Files, Diagnostics(items, nil, ForPeople), false); err != nil {
		t.Fatal(err)
	}
	return "```sh\ncat > policy.json <<'END'\n" + string(src) + "END\nddbgen audit policy.json || echo \"exit code $?\"\n```\n\n```text\n" + text.String() + "\n" +
		strings.Join(Look(inv).Closing(items, 0, nil, nil), "\n") + "\nFor more, with examples: ddbgen explain-check ID\nexit code 1\n```"
}

// TestDocument holds docs/audit.md to the rules and the corpus: each rule finds something in it.
func TestDocument(t *testing.T) {
	const name = "../../../docs/audit.md"
	introduction, err := os.ReadFile("testdata/introduction.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := corpus(t)
	var out strings.Builder
	out.WriteString(strings.Replace(string(introduction), "{{session}}", session(t), 1) + "## Rules\n\n")
	for _, r := range Rules() {
		fmt.Fprintf(&out, "- [`%s`](#%s): %s (%s)\n", r.ID, r.ID, r.Title, r.Severity)
	}
	for _, r := range Rules() {
		e, found := examples[r.ID]
		if !found && r.ID != BeyondSpec.ID {
			t.Errorf("nothing in the corpus shows %s", r.ID)
		}
		out.WriteString(section(r, e, found))
	}
	if *update {
		if err := os.WriteFile(name, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(have), out.String()); diff != "" {
		t.Errorf("run go test ./internal/audit/report -update\n%s", diff)
	}
}

// TestCorpusWitnesses holds that every witness that is found in the corpus is one that ddbgen decide takes, as it is printed.
func TestCorpusWitnesses(t *testing.T) {
	dirs, err := filepath.Glob("../testdata/corpus/bad/*")
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, dir := range dirs {
		for _, f := range audit.Run(audited(t, dir)) {
			if f.Witness == nil {
				continue
			}
			shown++
			requireDecided(t, *f.Witness)
			if f.Repair != "" && !json.Valid([]byte(f.Repair)) {
				t.Errorf("%s: %s: the repair is no JSON", dir, f.ID)
			}
		}
	}
	if shown < 20 {
		t.Errorf("%d witnesses", shown)
	}
}

// TestCorpusSARIF holds the findings of the corpus, in SARIF, to the shape that it has, and their places to the lines of the
// files. With DDBGEN_SARIF_SCHEMA they are held to the published schema as well, of which that names a copy.
func TestCorpusSARIF(t *testing.T) {
	schemas := []string{"../../diag/testdata/sarif.schema.json"}
	if published := os.Getenv("DDBGEN_SARIF_SCHEMA"); published != "" {
		schemas = append(schemas, published)
	}
	inv := &inventory.Inventory{}
	dirs, err := filepath.Glob("../testdata/corpus/bad/*")
	if err != nil {
		t.Fatal(err)
	}
	var items []Item
	for _, dir := range dirs {
		one := audited(t, dir)
		inv.Add(one)
		items = append(items, Items(one, audit.Run(one))...)
	}
	help := func(id diag.ID) diag.Help { r, _ := Rule(string(id)); return Help(r) }
	ds := Diagnostics(items, inv.Findings, ForPrograms)
	for _, name := range schemas {
		var b bytes.Buffer
		if err := diag.SARIF(&b, inv.Files, ds, help); err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		c.AssertFormat()
		schema, err := c.Compile(name)
		if err != nil {
			t.Fatal(err)
		}
		log, err := jsonschema.UnmarshalJSON(&b)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(log); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, i := range items {
		if i.At.Start.Line < 1 || i.At.Start.Line != 1+bytes.Count(inv.Files[i.At.Filename][:i.At.Start.Byte], []byte("\n")) {
			t.Errorf("%s stands at %v", i.ID, i.At)
		}
	}
}
