package spec

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/wanted"
)

// TestMistakes reads the catalogue of mistakes: every finding stands beside the line it is about.
func TestMistakes(t *testing.T) {
	for _, c := range catalogue(t) {
		t.Run(c.Name, func(t *testing.T) {
			c.Check(t, func(src []byte) hcl.Diagnostics {
				_, ds := Load("spec.yaml", src)
				return ds
			})
		})
	}
}

// catalogue returns the chunks of all files of the catalogue, in the order of their names.
func catalogue(t testing.TB) []wanted.Chunk {
	t.Helper()
	files, err := filepath.Glob("testdata/mistakes/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no catalogue: %v", err)
	}
	var out []wanted.Chunk
	for _, file := range files {
		chunks, err := wanted.Chunks(file)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, chunks...)
	}
	return out
}

// TestEveryCheckHasAnExample holds that the catalogue shows every check, and that the names of checks are well made.
func TestEveryCheckHasAnExample(t *testing.T) {
	shown, total := map[string]bool{}, 0
	for _, c := range catalogue(t) {
		_, ds := Load("spec.yaml", c.Source)
		for _, d := range ds {
			shown[string(diag.IDOf(d))] = true
			total++
		}
	}
	seen := map[string]bool{}
	for _, id := range checkIDs(t) {
		if !regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(id) || seen[id] {
			t.Errorf("%q is not in kebab-case, or not the only one", id)
		}
		seen[id] = true
		if !shown[id] {
			t.Errorf("the catalogue has no example of %q", id)
		}
	}
	if len(seen) < 60 || total < 130 {
		t.Errorf("%d checks and %d mistakes; the catalogue was not read", len(seen), total)
	}
}

// checkIDs reads the names of the checks from ids.go.
func checkIDs(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "ids.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			id, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		return true
	})
	return ids
}

// TestMessages holds every message of the catalogue to the form of all: a short title, and whole sentences of which the
// last is the remedy.
func TestMessages(t *testing.T) {
	for _, c := range catalogue(t) {
		_, ds := Load("spec.yaml", c.Source)
		for _, d := range ds {
			switch {
			case len(d.Summary) > 60 || strings.HasSuffix(d.Summary, "."):
				t.Errorf("%s: title: %q", c.Name, d.Summary)
			case strings.Count(d.Detail, " ") < 5 || strings.ContainsRune("?.}])", rune(d.Detail[0])):
				t.Errorf("%s: detail: %q", c.Name, d.Detail)
			case strings.Contains(d.Detail, "%!") || strings.Contains(d.Detail, "  "):
				t.Errorf("%s: badly formatted: %q", c.Name, d.Detail)
			}
		}
	}
}

// TestMarkedText holds the ranges to the very text that is wrong.
func TestMarkedText(t *testing.T) {
	const head = "version: 1\nname: shop\nenvironments: {prod: {account: \"444455556666\", region: eu-central-1}}\n"
	const tables = "tables: {orders: {partition_key: id, global_indexes: {by_day: {partition_key: day}}}}\n"
	role := func(rest string) string { return head + tables + "roles: {api: {kind: runtime, " + rest + "}}\n" }
	access := func(entry string) string { return role("assumed_by: {service: lambda}, access: [" + entry + "]") }
	for _, test := range []struct{ name, src, marked string }{
		{"table", access("{table: order, operations: [read]}"), "order"},
		{"index", access("{table: orders, operations: [read], indexes: [by_dya]}"), "by_dya"},
		{"operation", access("{table: orders, operations: [read, CreateTable]}"), "CreateTable"},
		{"group", access("{table: orders, operations: [write], attributes: [a]}"), "write"},
		{"scan", access("{table: orders, operations: [\"Scan\"]}"), `"Scan"`},
		{"tenant", access("{table: orders, operations: [read], tenant: own}"), "own"},
		{"kind key", role("assumed_by: {service: lambda}, streams: [orders]"), "[orders]"},
		{"no trust", role("access: [{table: orders, operations: [read]}]"), "api"},
		{"service", role("assumed_by: {service: toaster}"), "toaster"},
		{"attachment", role("assumed_by: {service: lambda}, attach: [AdministratorAccess]"), "AdministratorAccess"},
		{"template", head + "tenancy: {id_pattern: \"[a-z]+\", identity: {google: true}}\ntables: {orders: {partition_key: id, tenant_keys: [\"T#\"]}}\n", `"T#"`},
		{"overlap", head + "tenancy: {id_pattern: \"[a-z#]+\", identity: {google: true}}\ntables: {orders: {partition_key: id, tenant_keys: [\"T#{tenant}x#*\"]}}\n", `"T#{tenant}x#*"`},
		{"protection", head + "tables: {orders: {partition_key: id, deletion_protection: false}}\n", "false"},
		{"table name", head + "tables:\n  t: {partition_key: id}\n", "t"},
	} {
		_, ds := Load("spec.yaml", []byte(test.src))
		if len(ds) != 1 {
			t.Errorf("%s: %v", test.name, ds)
			continue
		}
		at := ds[0].Subject
		if marked := test.src[at.Start.Byte:at.End.Byte]; marked != test.marked {
			t.Errorf("%s: marks %q, not %q: %v", test.name, marked, test.marked, ds)
		}
	}
}

// TestOneMistakeIsOneFinding holds that what depends on a part with a mistake is not complained about as well, and that
// what does not depend on it still is.
func TestOneMistakeIsOneFinding(t *testing.T) {
	src := `version: 1
name: shop
environments: {prod: {account: "444455556666", region: eu-central-1}}
tenancy: {id_pattern: "[a-z", identity: {session_tag: tenant_id}}
tables:
  orders: {partition_key: PK, tenant_keys: ["T#{tenant}-*"]}
  prices: {partition_key: id}
  p: {partition_key: id}
roles:
  api: {kind: runtime, assumed_by: {service: lambda}, access: [{table: orders, operations: [read]}]}
  hen: {kind: runtime, assumed_by: {role: egg}}
  egg: {kind: runtime, assumed_by: {role: hen}}
`
	_, ds := Load("spec.yaml", []byte(src))
	var ids []string
	for _, d := range ds {
		ids = append(ids, string(diag.IDOf(d)))
	}
	if got := strings.Join(ids, " "); got != "id-pattern physical-name assumption-circle" {
		t.Errorf("found %s", got)
	}
}
