package tfjson_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/inventory/tfjson"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// statements are those of all policies, in a line each: whose, effect, actions, resources, conditions.
func statements(inv *inventory.Inventory) []string {
	var out []string
	add := func(who string, d *inventory.Document) {
		if d == nil {
			return
		}
		for _, s := range d.Document.Statement {
			line := who + " " + d.Name + ": " + string(s.Effect) + " " + strings.Join(s.Action, ",")
			if len(s.NotAction) > 0 {
				line += "not " + strings.Join(s.NotAction, ",")
			}
			line += " on " + strings.Join(s.Resource, ",")
			if len(s.NotResource) > 0 {
				line += "not " + strings.Join(s.NotResource, ",")
			}
			for _, c := range s.Condition {
				line += " if " + c.Operator + " " + c.Key + " " + strings.Join(c.Values, ",")
			}
			out = append(out, line)
		}
	}
	for _, i := range inv.Identities {
		for _, d := range i.Policies {
			add(i.Name, d)
		}
	}
	for _, t := range inv.Tables {
		add(t.Name, t.Policy)
	}
	return out
}

var _ = policy.Document{}

func TestFirst(t *testing.T) {
	inv := read(t, "testdata/first.json")
	for _, l := range statements(inv) {
		t.Log(l)
	}
	for _, l := range shown(inv) {
		t.Log(l)
	}
	_ = regexp.MustCompile
	_ = slices.Contains[[]string]
	_ = cmp.Diff
	_ = os.ReadFile
	_ = tfjson.Read
}
