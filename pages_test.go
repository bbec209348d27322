package ddbgen_test

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/prove"
)

// blockKinds are the kinds of fenced blocks that a page may have, each with what holds it to the program. So a block that
// nobody runs, compiles or compares is no accident.
func blockKinds() map[string]map[string]string {
	return map[string]map[string]string{
		"README.md": {
			"sh": "TestReadmeCommands", "text": "TestReadmeCommands: what a session prints", "yaml": "TestReadmeSnippets", "json": "TestReadmeSnippets",
			"": "a drawing, and the tree that TestReadmeTree compares",
		},
		"CONTRIBUTING.md":      {"sh": "TestContributing"},
		"docs/architecture.md": {"": "a drawing"},
		"docs/checks.md":       {"console": "internal/checks", "diff": "internal/checks", "hcl": "internal/checks", "yaml": "internal/checks"},
		"docs/cookbook.md": {
			"yaml": "TestCookbookRecipes", "json": "TestCookbookRecipes", "sh": "TestCookbookCommands; those of Terraform, TestCookbookSnippets",
			"go": "TestCookbookTenants", "python": "TestCookbookTenants", "ts": "TestCookbookTenants",
		},
		"docs/audit.md": {
			"sh": "TestAuditPage of cmd/ddbgen", "text": "TestAuditPage of cmd/ddbgen; requests of examples, internal/audit/report", "json": "internal/audit/report",
		},
		"docs/ci.md":     {"yaml": "TestCIPage", "sh": "TestCIPage"},
		"docs/decide.md": {"sh": "TestDecidePage of cmd/ddbgen", "text": "TestDecidePage of cmd/ddbgen"},
		"docs/deploy.md": {"sh": "TestDeployPageCommands"},
		"docs/import.md": {"sh": "TestImportPage of cmd/ddbgen", "text": "TestImportPage of cmd/ddbgen", "yaml": "TestImportPage of cmd/ddbgen"},
		"docs/diff.md":   {"sh": "TestDiffPage of cmd/ddbgen", "text": "TestDiffPage of cmd/ddbgen"},
		"docs/spec.md":   {"yaml": "TestSpecPage"},
	}
}

// TestBlocks holds that every block of every page is of a kind that some test answers for.
func TestBlocks(t *testing.T) {
	pages, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	known := blockKinds()
	for _, page := range append(pages, "README.md", "CONTRIBUTING.md") {
		kinds := known[page]
		for _, b := range blocks(t, page) {
			if kinds[b.language] == "" {
				t.Errorf("%s:%d: no test answers for a block of %q here", page, b.line, b.language)
			}
		}
		for _, language := range slices.Sorted(maps.Keys(kinds)) {
			if !slices.ContainsFunc(blocks(t, page), func(b block) bool { return b.language == language }) {
				t.Errorf("%s has no block of %q any more", page, language)
			}
		}
	}
}

// TestReadmeTree holds that each path in the page's tree of generated files is made for an example.
func TestReadmeTree(t *testing.T) {
	made := map[string]bool{}
	for _, example := range []string{"examples/saas/spec.yaml", "examples/payments/spec.yaml"} {
		for _, f := range build(t, example, read(t, example)).Files {
			for path := f.Path; path != "."; path = filepath.Dir(path) {
				made[path] = true
			}
		}
	}
	made["ddbgen.lock"] = true // it is written with the tree, and is not in it
	all := blocks(t, "README.md")
	i := slices.IndexFunc(all, func(b block) bool { return strings.HasPrefix(b.text, "generated/\n") })
	if i < 0 {
		t.Fatal("README.md shows no tree of generated files")
	}
	var above []string
	for _, line := range strings.Split(strings.TrimSpace(all[i].text), "\n")[1:] {
		depth := (len(line) - len(strings.TrimLeft(line, " "))) / 2
		names, _, _ := strings.Cut(strings.TrimSpace(line), "  ")
		for _, name := range strings.Fields(names) {
			path := filepath.Join(append(slices.Clone(above[:depth-1]), name)...)
			if !made[path] {
				t.Errorf("README.md: no example has %s", path)
			}
			above = append(above[:depth-1], name)
		}
	}
}

// TestContributing holds that the page's commands are targets of the Makefile.
func TestContributing(t *testing.T) {
	makefile := string(read(t, "Makefile"))
	for _, b := range blocks(t, "CONTRIBUTING.md") {
		for line := range strings.Lines(b.text) {
			command, _, _ := strings.Cut(strings.TrimSpace(line), " #")
			target, ours := strings.CutPrefix(strings.TrimSpace(command), "make ")
			if !ours || !strings.Contains("\n"+makefile, "\n"+target+":") {
				t.Errorf("CONTRIBUTING.md:%d: the Makefile has no target for %q", b.line, command)
			}
		}
	}
}

// fragment makes a whole spec of a piece of one that docs/spec.md shows.
type fragment struct {
	begins string // how the piece begins
	whole  func(t *testing.T, piece string) string
}

// smallest is a spec to put a piece into: one table, and a key if a piece wants one.
const smallest = `version: 1
name: shop
tables:
  ledger: {partition_key: PK, encryption: {key: payments, because: [audit]}}
`

func fragments() []fragment {
	nested := func(before, indent, after string) func(*testing.T, string) string {
		return func(_ *testing.T, piece string) string {
			return before + regexp.MustCompile(`(?m)^`).ReplaceAllString(strings.TrimSpace(piece), indent) + "\n" + after
		}
	}
	const production = "environments:\n  production: {account: \"444455556666\", region: eu-central-1}\n"
	const staging = "  staging: {account: \"111122223333\", region: eu-central-1}\n"
	plain := strings.Replace(smallest, ", encryption: {key: payments, because: [audit]}", "", 1)
	return []fragment{
		{"identity_pool:", nested(plain+production+staging+"roles:\n  member:\n    kind: runtime\n    access: [{table: ledger, operations: [read]}]\n    assumed_by:\n      cognito:\n", "        ", "")},
		{"environments:", nested(smallest, "", "")},
		{"permissions_boundary:", nested(plain+production+"guardrails:\n", "  ", "")},
		{"expect:", func(t *testing.T, piece string) string {
			saas, _, found := strings.Cut(string(read(t, "examples/saas/spec.yaml")), "\nexpect:\n")
			if !found {
				t.Fatal("the saas example claims nothing")
			}
			return saas + "\n" + piece
		}},
	}
}

// TestSpecPage holds that each piece of a spec that docs/spec.md shows is good in a spec: it compiles, and what it claims is
// proven.
func TestSpecPage(t *testing.T) {
	all := fragments()
	for _, b := range blocks(t, "docs/spec.md") {
		i := slices.IndexFunc(all, func(f fragment) bool { return strings.HasPrefix(b.text, f.begins) })
		if i < 0 {
			t.Errorf("docs/spec.md:%d: no test knows what this is a piece of:\n%s", b.line, b.text)
			continue
		}
		src := all[i].whole(t, b.text)
		m, _ := load(t, "docs/spec.md", []byte(src))
		if proof := prove.Run(m, build(t, "docs/spec.md", []byte(src)).Files); len(proof.Findings) > 0 {
			t.Errorf("docs/spec.md:%d: %v", b.line, proof.Findings)
		}
		all = slices.Delete(all, i, i+1)
	}
	for _, f := range all {
		t.Errorf("docs/spec.md shows no piece that begins with %s", f.begins)
	}
}
