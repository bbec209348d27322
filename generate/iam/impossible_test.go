package iam

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
)

// TestImpossible holds that a grant no policy can express is reported, and that what was written holds none of it.
func TestImpossible(t *testing.T) {
	ledger := table("ledger", "{tenant}")
	byEmail := index(ledger, "by_email")
	vault := role("vault", model.Restore)
	vault.Trust.Service, vault.Tables = "backup", tables(ledger)
	vault.Restore = &model.RestoreRights{Into: "restored-*", PointInTime: true}
	for _, c := range []struct {
		name   string
		role   *model.Role
		want   []string
		absent string
	}{
		{"scan of own rows", runtime("r", may(ledger, "GetItem Scan")), []string{"unconfined-action"}, "dynamodb:Scan"},
		{"scan of named rows", runtime("r", may(ledger, "GetItem Scan", keysOf("CONFIG"))), []string{"unconfined-action"}, "dynamodb:Scan"},
		{"vectors of own rows", runtime("r", may(ledger, "GetItem SearchVectors")), []string{"unconfined-action"}, "dynamodb:SearchVectors"},
		{"batch in columns", runtime("r", may(ledger, "GetItem BatchWriteItem PutItem", columnsOf("PK"))),
			[]string{"unconfined-action", "unconfined-action"}, "dynamodb:PutItem"},
		{"index without tenants", runtime("r", may(ledger, "GetItem Query", with(byEmail))), []string{"unconfined-index"}, "/index/"},
		{"point in time by AWS Backup", vault, []string{"restore-source"}, "PointInTime"},
		{"description of own rows", runtime("r", may(ledger, "GetItem DescribeTable")), nil, "nothing is absent"},
		{"scan of all rows", runtime("r", may(ledger, "Scan", anyTenant, with(byEmail))), nil, "nothing is absent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, g := range c.role.Grants {
				g.Origin = hcl.Range{Filename: "spec.yaml", Start: hcl.Pos{Line: 7, Column: 1}}
			}
			m := identified(system(tables(ledger), c.role), model.SessionTag, "tenant_id")
			policies, ds := Policies(m, m.Environments[0])
			var ids []string
			for _, d := range ds {
				ids = append(ids, string(diag.IDOf(d)))
			}
			if diff := cmp.Diff(c.want, ids); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			for _, p := range policies {
				if strings.Contains(string(p.Bytes), c.absent) {
					t.Errorf("%s is granted:\n%s", c.absent, p.Bytes)
				}
			}
			if i := slices.IndexFunc(ds, func(d *hcl.Diagnostic) bool { return c.role.Kind == model.Runtime && d.Subject == nil }); i >= 0 {
				t.Errorf("%v has no place", ds[i])
			}
		})
	}
}
