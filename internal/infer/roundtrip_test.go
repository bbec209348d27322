package infer

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/inventory/built"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/spec"
)

// first is the inventory of what a spec generates, in its first environment.
func first(m *model.Model, policies []artifact.Policy) *inventory.Inventory {
	one := *m
	one.Environments = m.Environments[:1]
	return built.Policies(&one, slices.DeleteFunc(slices.Clone(policies), func(p artifact.Policy) bool { return p.Environment != m.Environments[0] }))
}

// example compiles an example of the repository.
func example(t testing.TB, path string) (*model.Model, generate.Tree) {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, ds := spec.Load(path, src)
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	tree, ds := generate.All(m)
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	return m, tree
}

// generated are the policies of a model.
func generated(t testing.TB, m *model.Model) []artifact.Policy {
	t.Helper()
	tree, ds := generate.All(m)
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	return tree.Policies
}

// TestRoundTrip holds what is imported of our own output to it: every role that works with tables holds the same afterwards, is
// trusted by the same, and nothing is said of it. What is not the same is named here, with the comment that must say why.
func TestRoundTrip(t *testing.T) {
	paths, _ := filepath.Glob("../../examples/*/spec.yaml")
	if len(paths) < 6 {
		t.Fatal("no examples")
	}
	except := map[string]string{
		// The policy of the table refuses more than plain HTTP, so that the spec refuses none; and a consumer of its stream would
		// not either.
		"payments/projector": "Such a role refuses plain HTTP itself where the spec does, which it does not",
	}
	same, other := 0, 0
	for _, path := range paths {
		name := filepath.Base(filepath.Dir(path))
		m, tree := example(t, path)
		r := Infer(first(m, tree.Policies), "spec.yaml", Options{})
		if r.Model == nil || r.Findings.HasErrors() || len(r.Gains) > 0 || len(r.FillIn) > 0 {
			t.Fatalf("%s: %v %v %v\n%s", name, r.Findings, r.Gains, r.FillIn, r.Text)
		}
		if string(r.Text) != string(r.Complete) && len(r.draft.endpoints) == 0 {
			t.Errorf("%s: the text is not what was compiled", name)
		}
		for _, role := range m.Roles {
			after := roleNamed(r.Model, role.Name)
			if role.Existing {
				after = roleNamed(r.Model, "shop_backend")
			}
			if why := except[name+"/"+role.Name]; why != "" {
				if other++; after != nil || !strings.Contains(strings.Join(strings.Fields(string(r.Text)), " "), strings.ReplaceAll(why, "  ", " ")) && !saysUnwrapped(r.Text, why) {
					t.Errorf("%s/%s: it is there, or nothing says why not:\n%s", name, role.Name, r.Text)
				}
				continue
			}
			if after == nil {
				t.Errorf("%s: there is no role %s:\n%s", name, role.Name, r.Text)
				continue
			}
			for _, tenant := range m.RoleTenants(role) {
				if same++; !equalMeaning(t, artifact.Identity, of(tree.Policies, artifact.Identity, m, role, tenant), of(r.Tree.Policies, artifact.Identity, r.Model, after, tenant)) {
					t.Errorf("%s/%s %s: its policies mean something else\n%s", name, role.Name, tenant, r.Text)
				}
				if !equalMeaning(t, artifact.Trust, of(tree.Policies, artifact.Trust, m, role, tenant), of(r.Tree.Policies, artifact.Trust, r.Model, after, tenant)) {
					t.Errorf("%s/%s %s: who may become it is another\n%s", name, role.Name, tenant, r.Text)
				}
			}
		}
		for _, n := range r.draft.roles {
			if !n.silent && len(n.notes) > 0 {
				t.Errorf("%s/%s: %v", name, n.logical, n.notes)
			}
		}
	}
	t.Logf("%d roles hold the same, %d do not", same, other)
	if same < 20 {
		t.Errorf("only %d roles", same)
	}
}

// saysUnwrapped reports whether a comment, which is broken into lines, says something.
func saysUnwrapped(text []byte, words string) bool {
	var plain []string
	for _, line := range strings.Split(string(text), "\n") {
		plain = append(plain, strings.Fields(strings.TrimLeft(line, " #"))...)
	}
	return strings.Contains(strings.Join(plain, " "), words)
}

// of are the documents of a role in the first environment.
func of(policies []artifact.Policy, kind artifact.Kind, m *model.Model, r *model.Role, tenant string) []policy.Document {
	var out []policy.Document
	for _, p := range policies {
		if p.Kind == kind && p.Role == r && p.Tenant == tenant && p.Environment == m.Environments[0] {
			out = append(out, parsed(p))
		}
	}
	return out
}

func equalMeaning(t *testing.T, kind artifact.Kind, a, b []policy.Document) bool {
	t.Helper()
	symbols := access.NewSymbols(append(slices.Clone(a), b...)...)
	before, err := symbols.Read(kind, "", a...)
	if err != nil {
		t.Fatal(err)
	}
	after, err := symbols.Read(kind, "", b...)
	if err != nil {
		t.Fatal(err)
	}
	x, y := before.Settled().Allows, after.Settled().Allows
	return len(access.Minus(x, y)) == 0 && len(access.Minus(y, x)) == 0
}
