package verify_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/e2e"
	"github.com/ddbgen/ddbgen/internal/output"
)

var update = flag.Bool("update", false, "rewrite the plans in testdata, with the real Terraform")

// TestRealPlans has Terraform plan some of the scenarios, and with -update all. The findings must be those of the plans in
// testdata.
func TestRealPlans(t *testing.T) {
	e2e.Require(t)
	m, tree := built(t)
	env := m.Environments[0]
	dir := t.TempDir()
	changes, err := output.Plan(dir, tree.Files, output.Options{Generator: "test", Spec: output.Digest(nil)})
	if err == nil {
		err = output.Apply(changes)
	}
	if err != nil {
		t.Fatal(err)
	}
	emulator := e2e.StartEmulator(t, env.Account, env.Region)
	place := env.Placements[0]
	emulator.Seed(t, e2e.Seed{Networks: []e2e.Network{{VPC: place.VPC, RouteTables: place.RouteTables}}})
	own := e2e.NewTerraform(t, emulator, dir, artifact.EnvironmentDir(env))
	bootstrap := own.Root(artifact.BootstrapRootDir(env))
	own.Init(t)
	bootstrap.Init(t)
	all := scenarios()
	slices.SortStableFunc(all, func(a, b scenario) int { return btoi(a.applied) - btoi(b.applied) })
	for _, s := range all {
		if !s.always && !*update {
			continue // a plan takes ten seconds
		}
		terraform := own
		if s.root != nil {
			terraform = bootstrap
		}
		undo := s.prepare(t, terraform.Dir)
		if s.applied {
			terraform.Apply(t)
		}
		terraform.Plan(t)
		text := terraform.ShowPlan(t)
		t.Run(s.name, func(t *testing.T) { judge(t, m, text, s.root, s.want) })
		if *update {
			write(t, filepath.Join("testdata", s.name+".json"), reduced(t, text))
		}
		undo()
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// prepare makes the changes of a scenario to a root, and returns what takes them back.
func (s scenario) prepare(t *testing.T, root string) (undo func()) {
	t.Helper()
	own, edited := filepath.Join(root, "own.tf"), filepath.Join(root, filepath.FromSlash(s.file))
	write(t, own, []byte(s.own))
	var before []byte
	if s.edit != nil {
		before, _ = os.ReadFile(edited)
		after := s.edit(string(before))
		if after == string(before) {
			t.Fatalf("%s: nothing to edit in %s", s.name, s.file)
		}
		write(t, edited, []byte(after))
	}
	return func() {
		write(t, own, nil)
		if s.edit != nil {
			write(t, edited, before)
		}
	}
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// reduced is a plan without what is not looked at.
func reduced(t *testing.T, text []byte) []byte {
	t.Helper()
	var p map[string]any
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	keep(p, "format_version", "complete", "errored", "resource_changes", "configuration", "planned_values")
	p["planned_values"] = map[string]any{}
	var changes []any
	for _, c := range p["resource_changes"].([]any) {
		c := c.(map[string]any)
		if !policyResource(c["type"].(string)) {
			continue
		}
		keep(c, "address", "module_address", "mode", "type", "name", "index", "change")
		change := c["change"].(map[string]any)
		keep(change, "actions", "after", "after_unknown")
		for _, side := range []string{"after", "after_unknown"} {
			if values, is := change[side].(map[string]any); is {
				keep(values, attributes()...)
			}
		}
		changes = append(changes, c)
	}
	p["resource_changes"] = changes
	keep(p["configuration"].(map[string]any), "root_module")
	reduceModule(p["configuration"].(map[string]any)["root_module"].(map[string]any))
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func reduceModule(m map[string]any) {
	keep(m, "resources", "module_calls", "outputs")
	resources, _ := m["resources"].([]any)
	m["resources"] = slices.DeleteFunc(resources, func(r any) bool { return !policyResource(r.(map[string]any)["type"].(string)) })
	for _, r := range m["resources"].([]any) {
		r := r.(map[string]any)
		keep(r, "address", "expressions", "for_each_expression")
		if expressions, is := r["expressions"].(map[string]any); is {
			keep(expressions, attributes()...)
		}
	}
	calls, _ := m["module_calls"].(map[string]any)
	for _, call := range calls {
		call := call.(map[string]any)
		keep(call, "expressions", "for_each_expression", "module")
		reduceModule(call["module"].(map[string]any))
	}
}

func policyResource(kind string) bool {
	return strings.HasPrefix(kind, "aws_iam_") || strings.HasPrefix(kind, "aws_kms_") || strings.HasPrefix(kind, "aws_dynamodb_") || strings.HasPrefix(kind, "aws_vpc_endpoint")
}

func attributes() []string {
	return []string{
		"arn", "assume_role_policy", "id", "inline_policy", "key_id", "managed_policy_arns", "name", "path", "permissions_boundary",
		"policy", "policy_arn", "policy_arns", "policy_names", "resource_arn", "role", "role_name", "roles", "service_name",
		"target_key_id", "vpc_endpoint_id", "vpc_endpoint_type", "vpc_id",
	}
}

// keep removes the other keys.
func keep(m map[string]any, keys ...string) {
	maps.DeleteFunc(m, func(k string, _ any) bool { return !slices.Contains(keys, k) })
}
