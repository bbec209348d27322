package explain_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/explain"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/spec"
)

// built is an example, compiled.
func built(t *testing.T, path string) (*model.Model, generate.Tree) {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return compiled(t, path, src)
}

func compiled(t *testing.T, path string, src []byte) (*model.Model, generate.Tree) {
	t.Helper()
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

// TestNothingUntold explains every role of every example: each statement of its policies is named by what it grants or
// refuses, and nothing is said that no statement stands for.
func TestNothingUntold(t *testing.T) {
	paths, err := filepath.Glob("../../examples/*/spec.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatal("no examples", err)
	}
	paths = append(paths, deploying)
	told := 0
	for _, path := range paths {
		m, tree := built(t, path)
		for _, p := range tree.Policies {
			if p.Kind != artifact.Identity && p.Kind != artifact.Trust {
				continue
			}
			q := explain.Question{Model: m, Environment: p.Environment, Role: p.Role, Tenant: p.Tenant}
			answer, err := explain.Answer(q, tree.Files)
			if err != nil {
				t.Fatalf("%s: %v", p.Path(), err)
			}
			document, err := policy.Parse(p.Bytes)
			if err != nil {
				t.Fatal(err)
			}
			for _, st := range document.Statement {
				told++
				by := "by " + st.Sid + " in " + p.Path() + "\n"
				if !strings.Contains(answer, by) {
					t.Errorf("%s: %s is not told:\n%s", path, by, answer)
				}
			}
			everythingStands(t, answer)
		}
	}
	if told == 0 {
		t.Error("no statement was looked for")
	}
}

// deploying is a spec of which every part is for somebody to deploy and to plan.
const deploying = "testdata/deploy.yaml"

// everythingStands demands a statement behind every line that grants or refuses.
func everythingStands(t *testing.T, answer string) {
	t.Helper()
	lines := strings.Split(answer, "\n")
	for i, line := range lines[:len(lines)-1] {
		right := strings.Contains(line, " on the table") || strings.Contains(line, " on the index") || strings.Contains(line, "  Never ") || strings.HasPrefix(line, "It ") ||
			strings.HasPrefix(line, "Withheld: ") || strings.HasPrefix(line, "Refused: ")
		if right && !strings.Contains(lines[i+1], " by ") {
			t.Errorf("no statement stands for %q:\n%s", line, answer)
		}
	}
}

func TestAnswers(t *testing.T) {
	for _, test := range []struct {
		example, role, action, table, env, tenant string
		want, without                             []string
	}{
		{
			example: "payments", role: "api_tenant", action: "Query", table: "ledger", env: "production", tenant: "acme0001",
			want: []string{
				"Yes: api_tenant may do Query on ledger in production, as follows.",
				"Query on the table: only rows of its own tenant, with keys TENANT#acme0001 or TENANT#acme0001#INVOICE#*\n    by LedgerOwnTenantReadWriteCheck in environments/production/policies/role.api_tenant.json",
				"Query on the index by_status: only rows of its own tenant, with keys TENANT#acme0001#STATUS#*\n    by LedgerByStatusOwnTenantQuery in",
				"by DenyInsecureTransport in environments/production/policies/table.ledger.json",
			},
			without: []string{"PutItem", "globex01", "rates", "Assumed by"},
		},
		{
			example: "payments", role: "support", action: "Scan", table: "ledger", env: "production",
			want: []string{"No: support may not do Scan on ledger in production.\n  No statement allows dynamodb:Scan.\n"},
		},
		{
			example: "payments", role: "support", action: "GetItem", table: "rates", env: "production",
			want: []string{
				"No: support may not do GetItem on rates",
				"LedgerAnyTenantReadColumns in environments/production/policies/role.support.json: the resource arn:aws:dynamodb:ap-northeast-1:444455556666:table/Rates is not among its resources.",
			},
		},
		{ // the tags of the table decide, and those of the role
			example: "payments", role: "auditor", action: "DescribeTable", table: "rates", env: "production",
			want: []string{"Yes: auditor may do DescribeTable on rates", "by TaggedTables in"},
		},
		{
			example: "payments", role: "auditor", action: "DescribeTable", table: "rates", env: "staging",
			want: []string{"No: auditor", `the condition StringEquals on aws:ResourceTag/Environment does not hold: the request has "staging"`},
		},
		{
			example: "payments", role: "auditor", action: "DescribeTable", table: "ledger", env: "production",
			want: []string{"No: auditor", "DenyTaggedTenantTables in environments/production/policies/role.auditor.json: denies it."},
		},
		{
			example: "payments", role: "treasury", action: "TransactWriteItems", env: "production",
			want: []string{"TransactWriteItems is no action of a policy", "No: treasury may do ConditionCheckItem on no table", "Yes: treasury may do PutItem on rates"},
		},
		{
			example: "payments", role: "projector", table: "rates", env: "production",
			want: []string{"Nothing: projector has no right on rates in production."}, without: []string{"streams"},
		},
		{
			example: "silo", role: "worker", env: "production", tenant: "globex",
			want:    []string{"worker in production, of tenant globex", "with keys globex or globex#ORDER#*", "policies/role.worker.globex.json", "policies/trust.worker.globex.json"},
			without: []string{"acme"},
		},
	} {
		m, tree := built(t, "../../examples/"+test.example+"/spec.yaml")
		got, err := explain.Answer(question(t, m, test.role, test.action, test.table, test.env, test.tenant), tree.Files)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range test.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s %s: no %q in\n%s", test.role, test.action, want, got)
			}
		}
		for _, without := range test.without {
			if strings.Contains(got, without) {
				t.Errorf("%s %s: %q in\n%s", test.role, test.action, without, got)
			}
		}
	}
}

// TestJobs asks about the work of each kind of role that is no application's: it is answered by the resources that the work is
// authorised on, and shown with the statements of what was asked only.
func TestJobs(t *testing.T) {
	const policies, boundary = " in environments/production/policies/role.", " in environments/production/bootstrap/policies/boundary.json"
	for _, test := range []struct{ role, action, table, want string }{
		{"projector", "GetRecords", "ledger", `Yes: projector may do GetRecords on ledger in production, as follows.

It reads the streams of ledger, which show the changes of every tenant
  by ReadStreams` + policies + `projector.json

Never over plain HTTP
  by DenyInsecureTransport` + policies + `projector.json
`},
		{"projector", "GetRecords", "rates", `No: projector may not do GetRecords on rates in production.
  ReadStreams` + policies + `projector.json: the resource arn:aws:dynamodb:ap-northeast-1:444455556666:table/Rates/stream/* is not among its resources.
`},
		{"projector", "ListStreams", "", `Yes: projector may do ListStreams in production, which no policy can hold to one table, as follows.

It reads the streams of ledger, which show the changes of every tenant
  by ListStreams` + policies + `projector.json

Never over plain HTTP
  by DenyInsecureListing` + policies + `projector.json
`},
		{"support", "ListTables", "rates", `No: support may not do ListTables in production.
  No statement allows dynamodb:ListTables.
`},
		{"vault", "StartAwsBackupJob", "", `Yes: vault may do StartAwsBackupJob on ledger in production, as follows.

It makes backups of ledger; deletes and restores none
  by BackUpTables` + policies + `vault.json
`},
		{"recovery", "RestoreTableFromBackup", "", `Yes: recovery may do RestoreTableFromBackup on ledger in production, as follows.

It restores ledger, from backups or to a point in time, into new tables recovered-*, and may read and write every row of tables of such names
  by RestoreFromBackup` + policies + `recovery.json
`},
		{"recovery", "RestoreTableToPointInTime", "ledger", `Yes: recovery may do RestoreTableToPointInTime on ledger in production, as follows.

It restores ledger, from backups or to a point in time, into new tables recovered-*, and may read and write every row of tables of such names
  by RestoreToPointInTime` + policies + `recovery.json
`},
		{"recovery", "RestoreTableFromAwsBackup", "", `No: recovery may not do RestoreTableFromAwsBackup on new tables recovered-* in production.
  No statement allows dynamodb:RestoreTableFromAwsBackup.
`},
		{"recovery", "PutItem", "", `Yes: recovery may do PutItem on new tables recovered-* in production, as follows.

It restores ledger, from backups or to a point in time, into new tables recovered-*, and may read and write every row of tables of such names
  by FillRestoredTables` + policies + `recovery.json
`},
		{"recovery", "PutItem", "ledger", `No: recovery may not do PutItem on ledger in production.
  FillRestoredTables` + policies + `recovery.json: the resource arn:aws:dynamodb:ap-northeast-1:444455556666:table/Ledger is not among its resources.
`},
		{"exporter", "ExportTableToPointInTime", "", `Yes: exporter may do ExportTableToPointInTime on ledger in production, as follows.

It exports ledger, every row of every tenant, to s3://acme-exports/ledger/
  by ExportTables` + policies + `exporter.json
`},
	} {
		m, tree := built(t, "../../examples/payments/spec.yaml")
		got, err := explain.Answer(question(t, m, test.role, test.action, test.table, "production", ""), tree.Files)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s %s %s (-want +got):\n%s", test.role, test.action, test.table, diff)
		}
	}
}

// A restore by AWS Backup shows DynamoDB the new table only, so the answer is of that one, whichever table is asked about.
func TestRestoreByAWSBackup(t *testing.T) {
	const path = "../../examples/payments/spec.yaml"
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, after, _ := strings.Cut(string(src), "kind: restore")
	after = strings.Replace(after, `{roles: ["arn:{partition}:iam::{account}:role/BreakGlass"]}`, "{service: backup}", 1)
	m, tree := compiled(t, path, []byte(before+"kind: restore"+after))
	got, err := explain.Answer(question(t, m, "recovery", "RestoreTableFromAwsBackup", "rates", "production", ""), tree.Files)
	const want = "Yes: recovery may do RestoreTableFromAwsBackup on new tables recovered-* in production, whichever table was backed up, as follows.\n"
	if err != nil || !strings.HasPrefix(got, want) || !strings.Contains(got, "\nIt restores ") {
		t.Errorf("%v in\n%s", err, got)
	}
}

// A table that carries the tags which are asked for is refused all the same, if its rows belong to tenants.
func TestDenied(t *testing.T) {
	const path, tagged = "../../examples/payments/spec.yaml", "    stream: new_and_old_images\n    tags: {Team: treasury}\n"
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, tree := compiled(t, path, []byte(strings.Replace(string(src), "    stream: new_and_old_images\n", tagged, 1)))
	got, err := explain.Answer(question(t, m, "auditor", "DescribeTable", "ledger", "production", ""), tree.Files)
	if err != nil || !strings.HasPrefix(got, "No: auditor may not do DescribeTable on ledger") || !strings.Contains(got, "DenyTaggedTenantTables") {
		t.Errorf("%v in\n%s", err, got)
	}
}

func question(t *testing.T, m *model.Model, role, action, table, env, tenant string) explain.Question {
	t.Helper()
	q := explain.Question{Model: m, Tenant: tenant}
	for _, e := range m.Environments {
		if e.Name == env {
			q.Environment = e
		}
	}
	for _, r := range m.AllRoles() {
		if r.Name == role {
			q.Role = r
		}
	}
	for _, x := range m.Tables {
		if x.Name == table {
			q.Table = x
		}
	}
	if action != "" {
		q.Operation, _ = catalog.OperationByName(action)
	}
	if q.Environment == nil || q.Role == nil || (table != "") != (q.Table != nil) || q.Operation.Name != action {
		t.Fatal("no such thing in the example")
	}
	return q
}

// Statements are found by what they grant, whatever they are called; what cannot be read is not explained.
func TestLookedUpNotGuessed(t *testing.T) {
	m, tree := built(t, "../../examples/books/spec.yaml")
	var files []output.File
	for _, f := range tree.Files {
		if strings.Contains(f.Path, "/role.") {
			f.Bytes = []byte(strings.Replace(string(f.Bytes), `"Sid": "`, `"Sid": "Renamed`, 1))
		}
		files = append(files, f)
	}
	got, err := explain.Answer(explain.Question{Model: m, Environment: m.Environments[0], Role: m.Roles[0]}, files)
	if err != nil || !strings.Contains(got, "by Renamed") {
		t.Errorf("%v in\n%s", err, got)
	}
	for i := range files {
		if strings.Contains(files[i].Path, "/role.") {
			files[i].Bytes = []byte("{")
		}
	}
	if _, err := explain.Answer(explain.Question{Model: m, Environment: m.Environments[0], Role: m.Roles[0]}, files); err == nil {
		t.Error("a file that is no policy is explained")
	}
}

// TestDeploying asks about roles that deploy and plan: each right and each refusal is shown with its own statements, and with no
// others that happen to be about the same things.
func TestDeploying(t *testing.T) {
	m, tree := built(t, deploying)
	const own, tables = " in environments/production/bootstrap/policies/role.", " in environments/production/policies/table."
	for _, test := range []struct{ role, action, table, want string }{
		{"cautious", "", "", `
Withheld: changing or turning off point-in-time recovery of the tables orders, plain and rates once it is on, which a table's own policy refuses: change_recovery
  by DenyRecoveryChange` + tables + `orders.json
  by DenyRecoveryChange` + tables + `plain.json
  by DenyRecoveryChange` + tables + `rates.json

`},
		{"cautious", "", "", `
Refused: tagging a role with tenant_id, which would make the role a tenant's
  by DenyTenantTag` + own + `cautious.json

`},
		{"cautious", "UpdateContinuousBackups", "orders", "No: cautious may not do UpdateContinuousBackups on orders in production.\n  DenyRecoveryChange" + tables + "orders.json: denies it.\n"},
		{"deployer", "UpdateContinuousBackups", "orders", "Yes: deployer may do UpdateContinuousBackups on orders in production, as follows.\n"},
		{"deployer", "", "", `
It reads and writes Terraform's state and takes its lock, in the table locks: s3://acme-tfstate/shop/production.tfstate
  by StateList` + own + `deployer.json
  by StateObject` + own + `deployer.json
  by StateLock` + own + `deployer.json
  by StateDigest` + own + `deployer.json
  by StateKey` + own + `deployer.json

`},
		{"deployer", "DeleteTable", "legacy", "No: deployer may not do DeleteTable on legacy in production.\n  TableDeletion" + own +
			"deployer.json: the resource arn:aws:dynamodb:eu-central-1:444455556666:table/live-legacy is not among its resources.\n"},
		{"deployer", "", "legacy", `
It reads the settings of the table legacy, made elsewhere
  by ExistingTables` + own + `deployer.json

It sets the resource policies of the table legacy, made elsewhere
  by ExistingTablePolicies` + own + `deployer.json
`},
		{"deployer", "iam:PassRole", "", `Yes: deployer may do iam:PassRole in production, as these statements say.
  by PassRoleToEC2` + own + `deployer.json
  but for what DenyBootstrap` + own + `deployer.json denies
  but for what DenyOtherPaths` + own + `deployer.json denies
`},
		{"deployer", "kms:ScheduleKeyDeletion", "", `Yes: deployer may do kms:ScheduleKeyDeletion in production, as these statements say.
  by KeyDeletion in environments/production/policies/key.ours.json
`},
		{"cautious", "kms:ScheduleKeyDeletion", "", `No: cautious may not do kms:ScheduleKeyDeletion in production.
  No statement allows kms:ScheduleKeyDeletion.
  DenyAllElse` + own + `cautious.json: denies it.
`},
		{"cautious", "DeleteTable", "orders", `No: cautious may not do DeleteTable on orders in production.
  No statement allows dynamodb:DeleteTable.
  DenyAllElse` + own + `cautious.json: denies it.
`},
		{"deployer", "cloudtrail:UpdateTrail", "", `Yes: deployer may do cloudtrail:UpdateTrail in production, as these statements say.
  by TrailDeletion` + own + `deployer.json
`},
		{"cautious", "", "", `
Withheld: deleting the audit trail, or changing where it writes: delete_trail
  by DenyAllElse` + own + `cautious.json

`},
		{"cautious", "", "", `
Refused: changing or deleting a role that has another permissions boundary, or the trust of one
  by DenyOtherBoundary` + own + `cautious.json

`},
		{"cautious", "", "", `
Refused: every action that its statements do not name, of any service, also one that AWS adds later
  by DenyAllElse` + own + `cautious.json

`},
		{"planner", "", "", `
It reads the resource policies of the tables legacy, orders, plain and rates
  by TablePolicyReading` + own + `planner.json

`},
		{"planner", "dynamodb:GetItem", "orders", "No: planner may not do GetItem on orders in production.\n  DenyItems" + own + "planner.json: denies it.\n"},
		{"host", "kms:Decrypt", "", "Yes: host may do kms:Decrypt in production, as these statements say.\n  by "},
		{"host", "", "", "\n  It can hold no more than its permissions boundary arn:aws:iam::444455556666:policy/ddbgen-bootstrap/shop/live-shop-boundary.\n"},
	} {
		operation, ofDynamoDB := strings.CutPrefix(test.action, "dynamodb:")
		service := !ofDynamoDB && strings.Contains(test.action, ":")
		if service {
			operation = ""
		}
		q := question(t, m, test.role, operation, test.table, "production", "")
		if service {
			q.Action = test.action
		}
		got, err := explain.Answer(q, tree.Files)
		got = part.ReplaceAllString(got, "")
		if err != nil || !strings.Contains("\n"+got+"\n", test.want) || strings.HasPrefix(test.want, "No: ") && got != test.want {
			t.Errorf("%s %s %s: %v, no %q in\n%s", test.role, test.action, test.table, err, test.want, got)
		}
	}
}

// What a boundary does not let through a role does not have, whatever its own policy says, or that of a key: neither what the
// boundary does not allow, nor what it denies.
func TestBeyondBoundary(t *testing.T) {
	for _, edit := range []struct{ name, from, upTo string }{
		{"not allowed", `"Statement"`, `"Sid": "DenyAllElse"`},
		{"denied", `"Sid": "DenyAllElse"`, "\n}"},
	} {
		m, tree := built(t, deploying)
		for i, f := range tree.Files {
			if strings.HasSuffix(f.Path, "/boundary.json") {
				before, rest, _ := strings.Cut(string(f.Bytes), edit.from)
				within, after, found := strings.Cut(rest, edit.upTo)
				if !found || !strings.Contains(within, `"kms:Decrypt"`) {
					t.Fatalf("%s: the boundary says nothing of it", edit.name)
				}
				tree.Files[i].Bytes = []byte(before + edit.from + strings.ReplaceAll(within, `"kms:Decrypt"`, `"kms:Encrypt"`) + edit.upTo + after)
			}
		}
		q := question(t, m, "host", "", "", "production", "")
		q.Action = "kms:Decrypt"
		got, err := explain.Answer(q, tree.Files)
		if want := "No: host may not do kms:Decrypt in production.\n  The permissions boundary lets nothing of it through.\n"; err != nil || got != want {
			t.Errorf("%s: %v, %s", edit.name, err, got)
		}
	}
}

// part is which of a role's documents it is, which depends on how they are packed.
var part = regexp.MustCompile(`~[0-9]+`)
