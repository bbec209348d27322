package verify_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/ddbgen/ddbgen/internal/checks"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/plan"
	"github.com/ddbgen/ddbgen/internal/verify"
)

// TestPages adds the resources that the pages about checks show to a plan that has no findings. The check of the page is
// found, and no other.
func TestPages(t *testing.T) {
	shown := 0
	for _, p := range checks.Pages() {
		for _, e := range p.Examples {
			if e.Language != "hcl" {
				continue
			}
			shown++
			t.Run(p.ID, func(t *testing.T) {
				found := planWith(t, e.Source)
				if len(found) == 0 || slices.ContainsFunc(found, func(d *hcl.Diagnostic) bool { return string(diag.IDOf(d)) != p.ID }) {
					t.Errorf("found %v", found)
				}
			})
		}
	}
	if shown < 8 {
		t.Errorf("%d examples; the pages were not read", shown)
	}
}

// planWith returns the findings about a plan that has the resources of a Terraform file as well.
func planWith(t *testing.T, source string) hcl.Diagnostics {
	t.Helper()
	m, _ := built(t)
	text, err := os.ReadFile("testdata/applied.json")
	if err != nil {
		t.Fatal(err)
	}
	// The emulator gave the key an id of its own making; the pages name a fixed one.
	id := regexp.MustCompile(`:key/([0-9a-f-]{36})`).FindSubmatch(text)
	if id == nil {
		t.Fatal("the plan has no key")
	}
	text = bytes.ReplaceAll(text, id[1], []byte("1234abcd-12ab-44cd-96ef-1234567890ab"))
	var file map[string]any
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	file["resource_changes"] = append(file["resource_changes"].([]any), planned(t, source)...)
	if text, err = json.Marshal(file); err != nil {
		t.Fatal(err)
	}
	p, err := plan.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	return verify.Plan(m, m.Environments[0], p).Findings
}

// planned are the resources of a Terraform file as a plan has them. What refers to something is not known yet.
func planned(t *testing.T, source string) []any {
	t.Helper()
	parsed, ds := hclsyntax.ParseConfig([]byte(source), "own.tf", hcl.InitialPos)
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	functions := &hcl.EvalContext{Functions: map[string]function.Function{"jsonencode": stdlib.JSONEncodeFunc}}
	var out []any
	for _, block := range parsed.Body.(*hclsyntax.Body).Blocks {
		after, unknown := map[string]any{}, map[string]any{}
		for name, a := range block.Body.Attributes {
			if len(a.Expr.Variables()) > 0 {
				unknown[name] = true
				continue
			}
			value, ds := a.Expr.Value(functions)
			if ds.HasErrors() {
				t.Fatal(ds)
			}
			after[name] = ctyjson.SimpleJSONValue{Value: value}
		}
		kind, name := block.Labels[0], block.Labels[1]
		out = append(out, map[string]any{
			"address": kind + "." + name, "mode": "managed", "type": kind, "name": name,
			"change": map[string]any{"after": after, "after_unknown": unknown},
		})
	}
	return out
}
