package infer

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diff"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/inventory/load"
	"github.com/ddbgen/ddbgen/spec"
)

var update = flag.Bool("update", false, "rewrite the specs that are expected")

// imported imports a directory as the command does.
func imported(t testing.TB, dir string, o Options) (*inventory.Inventory, Result) {
	t.Helper()
	inv, err := load.Paths([]string{dir}, load.Options{Account: o.Account, Region: o.Region})
	if err != nil {
		t.Fatal(err)
	}
	account, region := Place(inv, o)
	if inv, err = load.Paths([]string{dir}, load.Options{Account: account, Region: region}); err != nil {
		t.Fatal(err)
	}
	return inv, Infer(inv, "spec.yaml", o)
}

// lawful holds a result to the law: nothing is gained, by what is computed here and by what package diff computes.
func lawful(t *testing.T, r Result) diff.Result {
	t.Helper()
	for _, g := range r.Gains {
		t.Errorf("%s gains %s", g.Subject, g.Request)
	}
	change := r.Difference()
	for _, c := range change.Gains() {
		t.Errorf("%s gains %s: %s", c.Subject, c.Sentence(), c.Witness.Request)
	}
	if m, ds := spec.Load("spec.yaml", r.Complete); m == nil {
		t.Errorf("what was written is no spec: %v\n%s", ds, r.Complete)
	}
	if len(r.FillIn) == 0 {
		if m, ds := spec.Load("spec.yaml", r.Text); m == nil {
			t.Errorf("nothing is to be filled in, and it is no spec: %v\n%s", ds, r.Text)
		}
	}
	return change
}

// TestCorpus imports sources of every form. What is expected of each lies beside it; of what is safe in the source nothing is
// lost, so that losses must be among those that are named here.
func TestCorpus(t *testing.T) {
	for _, test := range []struct {
		name    string
		options Options
		lost    []string // the roles that may lose access
	}{
		{"bare", Options{Name: "books"}, nil},
		{"bare-holes", Options{Name: "notes"}, []string{"notes"}},
		{"account", Options{Name: "orders"}, []string{"orders-api"}}, // what is no matter of DynamoDB
		{"plan", Options{Name: "sessions"}, nil},
		{"template", Options{Name: "shop", Account: "210987654321", Region: "eu-west-1"}, []string{"shop"}},
		{"terraform", Options{Name: "jobs", Account: "210987654321", Region: "eu-west-1"}, []string{"worker"}}, // indexes there will be
		{"state", Options{Name: "ledger"}, nil},
		{"cli", Options{Name: "checkout"}, nil},
		{"silo", Options{Name: "orders"}, nil},
		{"mobile", Options{Name: "progress"}, []string{"app-user"}},
		{"kinds", Options{Name: "ledger"}, []string{"projector", "nightly"}},
		{"managed", Options{Name: "app", Managed: true}, []string{"either"}},
		{"hostile", Options{Name: "hostile"}, []string{"on", "tags"}},
		{"key", Options{Name: "vault"}, []string{"reader"}},
		{"boundary", Options{Name: "plain"}, []string{"batch"}},
		{"wildcard", Options{Name: "shop"}, []string{"wide"}},
		{"index-of-another-key", Options{Name: "depot", Account: "210987654321", Region: "eu-west-1"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join("testdata", "corpus", test.name)
			_, r := imported(t, dir, test.options)
			if r.Model == nil {
				t.Fatalf("no spec: %v", r.Findings)
			}
			change := lawful(t, r)
			for _, c := range change.Losses() {
				about := c.Subject[strings.LastIndexByte(c.Subject, ' ')+1:]
				if c.Layer == diff.Access && !slices.Contains(test.lost, about) {
					t.Errorf("%s is safe, and it is lost that %s: %s", c.Subject, c.Sentence(), c.Witness.Request)
				}
			}
			golden := filepath.Join("testdata", "want", test.name+".yaml")
			if *update {
				if err := os.WriteFile(golden, r.Text, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(r.Text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestAuditCorpus imports whatever package audit is tried on, good and bad. Not every directory holds a table.
func TestAuditCorpus(t *testing.T) {
	dirs, _ := filepath.Glob("../audit/testdata/corpus/*/*")
	specs := 0
	for _, dir := range dirs {
		for _, managed := range []bool{false, true} {
			_, r := imported(t, dir, Options{Name: "corpus", Managed: managed})
			if r.Model == nil {
				if !slices.ContainsFunc(r.Findings, func(f *hcl.Diagnostic) bool { return f.Summary == "No table" }) {
					t.Errorf("%s: %v", dir, r.Findings)
				}
				continue
			}
			specs++
			t.Run(filepath.Base(dir), func(t *testing.T) { lawful(t, r) })
		}
	}
	if len(dirs) < 55 || specs < 80 {
		t.Errorf("%d directories, %d specs", len(dirs), specs)
	}
	t.Logf("%d directories, %d specs", len(dirs), specs)
}
