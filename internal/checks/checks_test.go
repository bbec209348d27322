package checks_test

import (
	"flag"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/checks"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/prove"
	"github.com/ddbgen/ddbgen/spec"
)

var update = flag.Bool("update", false, "rewrite docs/checks.md")

// told are the checks whose pages have no example that is wrong, and why.
var told = map[string]string{
	"unconfined-action": "other checks speak first; generate/iam has tests of models that no spec makes",
	"unconfined-index":  "other checks speak first; generate/iam has tests of models that no spec makes",
	"shared-key":        "another check speaks first; internal/prove has tests of models that no spec makes",
	"undecided-ids":     "another check speaks first; internal/prove has tests of models that no spec makes",

	"not-planned":    "something that is missing; internal/verify takes it out of a plan",
	"partial-plan":   "something that is missing; internal/verify takes it out of a plan",
	"unbounded-role": "an argument that is missing; internal/verify takes it out of a plan",

	"undecided-document":    "about policies that no spec makes; internal/audit/report has a test",
	"undecided-beyond-spec": "about policies that no spec makes; internal/audit/report has a test",

	"import-gain":    "what must never be; internal/infer has tests that it is seen",
	"import-refused": "no sources are known that draw it",

	"statement-quota":       "as long as a quota: see TestQuotas",
	"attachment-quota":      "as long as a quota: see TestQuotas",
	"boundary-quota":        "as long as a quota: see TestQuotas",
	"trust-quota":           "as long as a quota: see TestQuotas",
	"key-policy-quota":      "as long as a quota: see TestQuotas",
	"table-policy-quota":    "as long as a quota: see TestQuotas",
	"endpoint-policy-quota": "as long as a quota: see TestQuotas",
}

// TestEveryCheckHasAPage holds that the ids that the program gives to findings, and those of the pages, are the same.
func TestEveryCheckHasAPage(t *testing.T) {
	ids := emitted(t)
	if len(ids) < 150 {
		t.Fatalf("%d ids; the source was not read", len(ids))
	}
	explained := map[string]bool{}
	for _, p := range checks.Pages() {
		if explained[p.ID] {
			t.Errorf("%s has two pages", p.ID)
		}
		explained[p.ID] = true
		if ids[p.ID] == "" {
			t.Errorf("%s has a page, and nothing reports it", p.ID)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		if !explained[id] {
			t.Errorf("%s has no page, and %s reports it", id, ids[id])
		}
	}
}

// TestPages holds every page to the form of all.
func TestPages(t *testing.T) {
	for _, part := range checks.Parts() {
		if part.Title == "" || !strings.HasSuffix(part.Text, ".") {
			t.Errorf("part without a title or sentences: %q", part.Title)
		}
	}
	untold := maps.Clone(told)
	for _, p := range checks.Pages() {
		if !regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(p.ID) {
			t.Errorf("%q is no id in kebab-case", p.ID)
		}
		if p.Title == "" || len(p.Title) > 80 || strings.HasSuffix(p.Title, ".") || strings.Count(p.Text, " ") < 8 || !strings.HasSuffix(strings.TrimSuffix(p.Text, ")"), ".") {
			t.Errorf("%s: a title, and sentences behind it: %q", p.ID, p.Title)
		}
		for _, e := range p.Examples {
			known := map[string][]checks.Verdict{
				"yaml": {checks.Given, checks.Wrong, checks.Right}, "console": {checks.Wrong, checks.Right}, "diff": {checks.Wrong}, "hcl": {checks.Wrong},
			}
			if !slices.Contains(known[e.Language], e.Verdict) {
				t.Errorf("%s: an example in %s is %q", p.ID, e.Language, e.Verdict)
			}
		}
		if _, told := untold[p.ID]; told == shows(p, checks.Wrong) {
			t.Errorf("%s has an example that is wrong: %v, and is among those that are told: %v", p.ID, !told, told)
		}
		delete(untold, p.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(untold)) {
		t.Errorf("%s is told, and has no page", id)
	}
}

func shows(p checks.Page, v checks.Verdict) bool {
	return slices.ContainsFunc(p.Examples, func(e checks.Example) bool { return e.Verdict == v })
}

// beside are the ids of findings that cannot but come with that of a page.
var beside = map[string][]string{
	"law":             {"allows-more"},
	"escalation":      {"allows-more", "law"},
	"beyond-boundary": {"allows-less"},
}

// TestExamples compiles and proves the examples in yaml, and the builds of those that are given with the edits in diff. What
// is wrong draws the finding of its page and no other, what is right draws none.
func TestExamples(t *testing.T) {
	for _, p := range checks.Pages() {
		t.Run(p.ID, func(t *testing.T) {
			var built []output.File
			var source string
			for _, e := range p.Examples {
				switch e.Language {
				case "yaml":
					found, files := compile(e.Spec())
					requireOnly(t, p.ID, e, found)
					built, source = files, e.Spec()
				case "diff":
					m, _ := spec.Load("spec.yaml", []byte(source))
					requireOnly(t, p.ID, e, prove.Run(m, edited(t, built, e.Source)).Findings)
				}
			}
		})
	}
}

// compile takes a spec all the way.
func compile(src string) (hcl.Diagnostics, []output.File) {
	m, ds := spec.Load("spec.yaml", []byte(src))
	if m == nil {
		return ds, nil
	}
	tree, found := generate.All(m)
	ds = append(ds, found...)
	if found.HasErrors() {
		return ds, nil
	}
	return append(ds, prove.Run(m, tree.Files).Findings...), tree.Files
}

// requireOnly holds the findings about an example to those of its page.
func requireOnly(t *testing.T, id string, e checks.Example, found hcl.Diagnostics) {
	t.Helper()
	if e.Verdict == checks.Wrong && !slices.ContainsFunc(found, func(d *hcl.Diagnostic) bool { return string(diag.IDOf(d)) == id }) {
		t.Errorf("not found, but %d others", len(found))
	}
	for _, d := range found {
		other := string(diag.IDOf(d))
		if e.Verdict != checks.Wrong || other != id && !slices.Contains(beside[id], other) {
			t.Errorf("%s: found as well: %s [%s]: %s", e.Verdict, d.Summary, other, d.Detail)
		}
	}
}

// edited are files with one of them changed as a diff says. Its first line names the file; the others are lines that are
// there once, side by side, of which those with a minus go and those with a plus come.
func edited(t *testing.T, files []output.File, diff string) []output.File {
	t.Helper()
	heading, hunk, _ := strings.Cut(diff, "\n")
	name := strings.TrimPrefix(heading, "--- generated/")
	var before, after strings.Builder
	for line := range strings.Lines(hunk) {
		if line[0] != '+' {
			before.WriteString(line[1:])
		}
		if line[0] != '-' {
			after.WriteString(line[1:])
		}
	}
	out := slices.Clone(files)
	i := slices.IndexFunc(out, func(f output.File) bool { return f.Path == name })
	if i < 0 || strings.Count(string(out[i].Bytes), before.String()) != 1 || before.Len() == 0 {
		t.Fatalf("%s is no file of the build, or does not hold once:\n%s", name, before.String())
	}
	out[i].Bytes = []byte(strings.Replace(string(out[i].Bytes), before.String(), after.String(), 1))
	return out
}

// TestDocument holds docs/checks.md to the pages.
func TestDocument(t *testing.T) {
	const name = "../../docs/checks.md"
	if *update {
		if err := os.WriteFile(name, []byte(checks.Document()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(have), checks.Document()); diff != "" {
		t.Errorf("run go test ./internal/checks -update\n%s", diff)
	}
}
