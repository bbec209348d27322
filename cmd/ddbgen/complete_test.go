package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/templates"
)

func TestComplete(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "spec.yaml", `
version: 1
name: shop
environments:
  production: {account: "444455556666", region: eu-central-1}
  staging: {account: "111122223333", region: eu-central-1}
tables:
  orders: {partition_key: id}
roles:
  reader: {kind: runtime, assumed_by: {service: lambda}, access: [{table: orders, operations: [read]}]}
  writer: {kind: runtime, assumed_by: {service: lambda}, access: [{table: orders, operations: [write]}]}
`)
	write(t, dir, "other.yml", starterNamed("saas").Text())
	write(t, dir, "plan.json", "{}")
	write(t, dir, "notes.txt", "")
	write(t, dir, ".hidden.yaml", "")
	write(t, dir, "wrong.yaml", "version: 7")
	write(t, dir, "sub/deep.yaml", "")
	write(t, dir, "two\nlines.yaml", "")
	t.Chdir(dir)
	t.Setenv("HOME", dir+"/sub")

	specs := "other.yml plan.json spec.yaml sub/ wrong.yaml"
	for _, c := range []struct{ line, want string }{
		{"", "init build check verify audit import diff decide explain explain-check schema completion help version"},
		{"expl", "explain explain-check"},
		{"nonsense|", ""},
		{"--ver", "--version"},
		{"build|--f", "--format --force"},
		{"build|--format|", "text json github sarif"},
		{"build|--format|j", "json"},
		{"build|--format=|", specs},
		{"build|--format=j", "--format=json"},
		{"build|--format|=", "text json github sarif"}, // as bash breaks words
		{"build|--format|=|j", "json"},
		{"build|--format|=|json|--e", "--env"},
		{"build|--nothing=j", ""},
		{"build|--check|--dr", "--dry-run"},
		{"build|--env|", "production staging"},
		{"build|other.yml|--env|", "production"},
		{"build|wrong.yaml|--env|", ""},
		{"build|missing.yaml|--env|", ""},
		{"build|", specs},
		{"build|spec.yaml|", ""},
		{"build|-o|s", "sub/"},
		{"build|-o|sub|", specs},
		{"build|--|", specs},
		{"build|--|--f", ""},
		{"check|sub/", "sub/deep.yaml"},
		{"check|~/d", "~/deep.yaml"},
		{"check|.", ".hidden.yaml"},
		{"check|missing/", ""},
		{"verify|--plan|", "plan.json sub/"},
		{"verify|--plan=p", "--plan=plan.json"},
		{"verify|", "sub/"},
		{"explain|", "reader writer"},
		{"explain|reader|--table|", "orders"},
		{"explain|--spec|other.yml|a", "api api_tenant"},
		{"explain|--spec=other.yml|api_tenant|--tenant|", "acme0001 globex01"},
		{"explain|reader|--tenant|", ""},
		{"init|--template|s", "single-tenant saas"},
		{"init|--from-table-json|", "plan.json sub/"},
		{"completion|", "bash zsh fish"},
		{"help|tenan", "tenants tenancy tenancy.identity"},
		{"help|ver", "verify version"},
		{"complete|--|build|--f", ""},
	} {
		t.Run(c.line, func(t *testing.T) {
			var got []string
			for _, line := range strings.Split(complete(newParser().Model.Node, strings.Split(c.line, "|")).String(), "\n")[1:] {
				text, _, _ := strings.Cut(line, "\t")
				got = append(got, text)
			}
			if got := strings.TrimSpace(strings.Join(got, " ")); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestGrammar holds what every command has: an example, and for each value that is a file or a name a tag that completes it.
func TestGrammar(t *testing.T) {
	sorts := []string{"check", "environment", "role", "rule", "table", "tenant", "topic"}
	free := []string{"account", "action", "id-pattern", "git", "name", "parameter", "region", "tenant", "words"} // what only a person knows
	for _, command := range newParser().Model.Children {
		if !strings.Contains(command.Detail, "Example:\n\n  ddbgen ") && !strings.Contains(command.Detail, " ddbgen ") {
			t.Errorf("the help of %s has no example", command.Name)
		}
		values := slices.Clone(command.Positional)
		for _, flag := range command.Flags {
			values = append(values, flag.Value)
		}
		for _, v := range values {
			sort := v.Tag.Get("names")
			if sort != "" && !slices.Contains(sorts, sort) {
				t.Errorf("%s %s: nothing completes names:%q", command.Name, v.Name, sort)
			}
			if !v.IsBool() && v.Enum == "" && sort == "" && v.Tag.Get("files") == "" && !slices.Contains(free, v.Name) {
				t.Errorf("%s %s: nothing completes it", command.Name, v.Name)
			}
		}
	}
}

func TestTemplateFlag(t *testing.T) {
	names := namesOf(templates.Starters(), func(s templates.Starter) string { return s.Name })
	command := commandNamed(t, "init")
	for _, flag := range command.Flags {
		if flag.Name == "template" {
			if diff := cmp.Diff(names, flag.EnumSlice()); diff != "" {
				t.Error(diff)
			}
		}
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	at := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func commandNamed(t *testing.T, name string) *kong.Node {
	t.Helper()
	for _, command := range newParser().Model.Children {
		if command.Name == name {
			return command
		}
	}
	t.Fatalf("no command %s", name)
	return nil
}
