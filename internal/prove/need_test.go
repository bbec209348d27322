package prove_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/prove"
	"github.com/ddbgen/ddbgen/spec"
)

// TestAskEveryAction asks each kind of role about every action of DynamoDB on every table, and for no table those that
// can be asked so: what is answered with yes is this, and nothing else.
func TestAskEveryAction(t *testing.T) {
	const fill = "*: BatchWriteItem DeleteItem DescribeTable GetItem PutItem Query "
	for _, test := range []struct {
		role, written, instead string
		want                   []string
	}{
		{role: "support", want: []string{"ledger: GetItem Query"}},
		{role: "projector", want: []string{"ledger: DescribeStream GetRecords GetShardIterator", "*: ListStreams"}},
		{role: "vault", want: []string{"ledger: DescribeTable ListTagsOfResource StartAwsBackupJob"}},
		{
			role: "vault", written: "assumed_by: {service: backup}", instead: "assumed_by: {service: ecs_tasks}",
			want: []string{"ledger: CreateBackup DescribeBackup DescribeTable"},
		},
		{role: "recovery", want: []string{"ledger: RestoreTableFromBackup RestoreTableToPointInTime", fill + "Scan UpdateItem"}},
		{
			role: "recovery", written: `Disaster recovery
    assumed_by: {roles: ["arn:{partition}:iam::{account}:role/BreakGlass"]}`, instead: `Disaster recovery
    assumed_by: {service: backup}`,
			want: []string{fill + "RestoreTableFromAwsBackup Scan UpdateItem"},
		},
		{role: "exporter", want: []string{"ledger: DescribeExport ExportTableToPointInTime"}},
	} {
		m, tree := rewritten(t, test.written, test.instead)
		if diff := cmp.Diff(test.want, everyYes(t, m, tree, test.role)); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", test.role, test.instead, diff)
		}
	}
}

// rewritten is the example of payments with one thing written otherwise.
func rewritten(t *testing.T, written, instead string) (*model.Model, generate.Tree) {
	t.Helper()
	const path = "../../examples/payments/spec.yaml"
	src, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(src), written) {
		t.Fatalf("no %q in the example: %v", written, err)
	}
	m, ds := spec.Load(path, []byte(strings.Replace(string(src), written, instead, 1)))
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	tree, ds := generate.All(m)
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	return m, tree
}

// everyYes is a line for each table, and one with a star for no table, with the actions that a role may do.
func everyYes(t *testing.T, m *model.Model, tree generate.Tree, name string) []string {
	t.Helper()
	var out []string
	for _, r := range m.Roles {
		if r.Name != name {
			continue
		}
		held, err := prove.Hold(m, m.Environments[0], tree.Files, r, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range append(m.Tables[:len(m.Tables):len(m.Tables)], nil) {
			line := "*:"
			if table != nil {
				line = table.Name + ":"
			}
			if yes := yeses(t, r, held, table); yes != "" {
				out = append(out, line+yes)
			}
		}
	}
	return out
}

func yeses(t *testing.T, r *model.Role, held *prove.Holding, table *model.Table) string {
	t.Helper()
	var names []string
	for _, o := range catalog.Operations() {
		if !o.IsAction() || prove.NamesTable(o.Action()) && table == nil && (r.Restore == nil || o.Class == catalog.ClassRestore) {
			continue
		}
		if table != nil && !prove.NamesTable(o.Action()) {
			continue
		}
		switch answer := held.Ask(o.Action(), table); {
		case answer.Yes:
			names = append(names, o.Name)
		case len(answer.Why) == 0:
			t.Errorf("%s is refused without a reason", o.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	return " " + strings.Join(names, " ")
}
