package prove_test

import (
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/prove"
	"github.com/ddbgen/ddbgen/spec"
)

// TestIsolationOfTheModel takes templates by which tenants share keys past the checks of the spec, by changing the model
// behind them: the policies then mean exactly what the model says, and the proof must refuse them all the same.
func TestIsolationOfTheModel(t *testing.T) {
	for _, test := range []struct {
		name, pattern string
		change        func(*model.Table)
		want          string // in the finding; "" if there must be none
	}{
		{"as written", "[a-z-]{1,9}", func(*model.Table) {}, ""},
		{"no delimiter", "[a-z]{1,9}", func(t *model.Table) { t.TenantKeys = []model.KeyTemplate{{Open: true}} }, `table "notes"`},
		{"a delimiter of ids", "[a-z-]{1,9}", func(t *model.Table) { t.TenantKeys = []model.KeyTemplate{{Suffix: "-", Open: true}} }, `table "notes"`},
		{"ids of one length", "[a-z-]{4}", func(t *model.Table) { t.TenantKeys = []model.KeyTemplate{{Suffix: "-", Open: true}} }, ""},
		{"an index", "[a-z]{1,9}", func(t *model.Table) { t.GlobalIndexes[0].TenantKeys = []model.KeyTemplate{{Open: true}} }, `index "by_day"`},
		{"no pattern at all", "^a", func(*model.Table) {}, "isolation is not proven"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, ds := spec.Load("spec.yaml", []byte(sharedNotes))
			if ds.HasErrors() {
				t.Fatal(ds)
			}
			m.Tenancy.IDPattern = test.pattern
			test.change(m.Tables[0])
			tree, ds := generate.All(m)
			if ds.HasErrors() {
				t.Fatal(ds)
			}
			var found []string
			for _, d := range prove.Run(m, tree.Files).Findings {
				found = append(found, string(diag.IDOf(d))+": "+d.Detail)
			}
			switch all := strings.Join(found, "\n"); {
			case test.want == "" && all != "":
				t.Errorf("found %s", all)
			case !strings.Contains(all, test.want):
				t.Errorf("found %q, want %q", all, test.want)
			}
		})
	}
}

const sharedNotes = `
version: 1
name: notes
environments: {production: {account: "444455556666", region: eu-central-1}}
tenancy: {id_pattern: "[a-z]{1,9}", identity: {session_tag: tenant}}
tables:
  notes:
    partition_key: PK
    tenant_keys: ["N#{tenant}"]
    global_indexes: {by_day: {partition_key: Day, tenant_keys: ["D#{tenant}#*"]}}
roles:
  reader:
    kind: runtime
    assumed_by: {roles: ["arn:aws:iam::444455556666:role/broker"]}
    access: [{table: notes, operations: [read], indexes: [by_day]}]
`
