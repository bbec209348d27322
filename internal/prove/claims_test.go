package prove_test

import (
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/prove"
	"github.com/ddbgen/ddbgen/spec"
)

// claim is a claim and what the proof says of it: "" if it holds, else a part of the request that refutes it.
type claim struct{ written, request string }

// TestClaims holds claims against the examples: those that are true are silent, and each that is not is refuted, at its
// line, by a request that the evaluator confirms.
func TestClaims(t *testing.T) {
	for example, claims := range map[string][]claim{
		"saas": {
			// Rows: the tenant's own, by each template, and the shared ones.
			{`{role: api_tenant, tenant: acme0001, may: GetItem, table: app, partition_key: "TENANT#acme0001"}`, ""},
			{`{role: api_tenant, tenant: acme0001, may: BatchWriteItem, table: app, partition_key: "TENANT#acme0001#PROJECT#x"}`, ""},
			{`{role: api_tenant, tenant: acme0001, may: GetItem, table: app, partition_key: CONFIG}`, ""},
			{`{role: api_tenant, tenant: acme0001, may: GetItem, table: app}`, ""},
			{`{role: api_tenant, tenant: acme0001, may: GetItem, table: plans, partition_key: gold}`, ""},
			{`{role: api_tenant, tenant: acme0001, may: GetItem, table: app, partition_key: "TENANT#globex01"}`, "dynamodb:GetItem on arn:aws:dynamodb:eu-west-1:444455556666:table/App with aws:principaltag/tenant_id = acme0001, dynamodb:leadingkeys = TENANT#globex01, by"},
			{`{role: api_tenant, tenant: acme0001, may: GetItem, table: app, partition_key: "TENANT#acme0001x"}`, "dynamodb:leadingkeys = TENANT#acme0001x"},
			{`{role: api_tenant, tenant: acme0001, may: PutItem, table: app, partition_key: CONFIG}`, "dynamodb:PutItem"},
			{`{role: api_tenant, tenant: acme0001, may_not: GetItem, table: app, partition_key: "TENANT#acme00012"}`, ""},
			{`{role: api_tenant, tenant: globex01, may_not: GetItem, table: app, partition_key: "TENANT#acme0001"}`, ""},
			{`{role: api_tenant, tenant: acme0001, may_not: GetItem, table: app, partition_key: "TENANT#acme0001#PROJECT#9"}`, "dynamodb:leadingkeys = TENANT#acme0001#PROJECT#9"},
			{`{role: api_tenant, tenant: acme0001, may_not: Query, table: app, partition_key: CONFIG}`, "dynamodb:Query"},
			{`{role: api_tenant, tenant: acme0001, may_not: GetItem, table: plans}`, "table/Plans"},
			// Indexes: by their own key; a claim that something may not be done is about all of them.
			{`{role: api_tenant, tenant: acme0001, may: Query, table: app, index: by_status, partition_key: "TENANT#acme0001#STATUS#open"}`, ""},
			{`{role: api_tenant, tenant: acme0001, may: Query, table: app, partition_key: "TENANT#acme0001#STATUS#open"}`, "table/App with"},
			{`{role: api_tenant, tenant: acme0001, may_not: Query, table: app, index: by_email}`, ""},
			{`{role: api_tenant, tenant: acme0001, may_not: Query, table: app, index: by_status}`, "table/App/index/by_status"},
			{`{role: sign_in, may_not: Query, table: app, index: by_status}`, ""},
			{`{role: sign_in, may_not: Query, table: app}`, "dynamodb:Query on arn:aws:dynamodb:eu-west-1:444455556666:table/App"},
			{`{role: sign_in, may_not: GetItem, table: app}`, ""},
			// Columns do not stand in the way of what may be done.
			{`{role: support, may: GetItem, table: app, partition_key: anything}`, ""},
			{`{role: support, may_not: GetItem, table: app}`, "dynamodb:select = SPECIFIC_ATTRIBUTES"},
			// Transactions: an operation of them is about what happens inside, and only in them.
			{`{role: api_tenant, tenant: acme0001, may: TransactGetItems, table: app, partition_key: "TENANT#acme0001"}`, ""},
			{`{role: api_tenant, tenant: acme0001, may: ConditionCheckItem, table: app, partition_key: "TENANT#acme0001"}`, ""},
			{`{role: api_tenant, tenant: acme0001, may_not: TransactWriteItems, table: app}`, "dynamodb:ConditionCheckItem on"},
			{`{role: api_tenant, tenant: acme0001, may_not: TransactWriteItems, table: app, partition_key: CONFIG}`, ""},
			// Whole tables, whoever asks.
			{`{role: api_tenant, tenant: acme0001, may_not: Scan, table: app}`, ""},
			{`{role: api_tenant, tenant: acme0001, may: Scan, table: app}`, "dynamodb:Scan"},
			{`{role: api_tenant, tenant: acme0001, may_not: ExecuteStatement, table: app}`, ""},
			{`{role: api, may_not: Query, table: app}`, ""},
			{`{role: api, may: Query, table: app}`, "dynamodb:Query"},
		},
		"payments": {
			{`{role: projector, may: GetRecords, table: ledger}`, ""},
			{`{role: projector, may: GetRecords, table: rates}`, "table/Rates/stream/"},
			{`{role: projector, may_not: GetRecords, table: ledger}`, "table/Ledger/stream/"},
			{`{role: vault, may_not: DeleteBackup, table: ledger}`, ""},
			{`{role: treasury, may: DescribeTable, table: rates}`, ""},
			{`{role: treasury, may_not: Scan, table: rates}`, "dynamodb:Scan on"},
			// Tags: those of the table and of the role, which in staging are others.
			{`{role: auditor, may: DescribeTable, table: rates}`, "aws:resourcetag/environment = staging"},
			{`{role: auditor, may_not: DescribeTable, table: rates}`, "aws:resourcetag/team = treasury"},
			{`{role: auditor, may_not: DescribeTable, table: ledger}`, ""},
		},
		"silo": {
			{`{role: worker, tenant: acme, may: PutItem, table: orders, partition_key: "acme#ORDER#1"}`, ""},
			{`{role: worker, tenant: acme, may: Query, table: orders, index: by_date, partition_key: acme}`, ""},
			{`{role: worker, tenant: acme, may_not: GetItem, table: orders, partition_key: globex}`, ""},
			{`{role: worker, tenant: globex, may_not: GetItem, table: orders, partition_key: globex}`, "dynamodb:leadingkeys = globex, by arn:aws:sts::444455556666:assumed-role/silo-worker-globex/session"},
			{`{role: gateway, may_not: GetItem, table: orders}`, ""},
		},
		"": {
			// An action that is granted in transactions only is no ordinary request, and yet a way.
			{`{role: booker, may: TransactWriteItems, table: notes}`, ""},
			{`{role: booker, may: PutItem, table: notes}`, "dynamodb:PutItem"},
			{`{role: booker, may_not: PutItem, table: notes}`, "dynamodb:enclosingoperation = TransactWriteItems"},
			{`{role: clerk, may: PutItem, table: notes}`, ""},
			{`{role: clerk, may_not: TransactWriteItems, table: notes}`, ""},
			{`{role: clerk, may_not: ExecuteTransaction, table: notes}`, ""},
			{`{role: clerk, may: ExecuteStatement, table: notes}`, ""},
			// A session can bring the table's tag, and a role has its own.
			{`{role: watcher, may: GetItem, table: notes}`, "aws:principaltag/team = blue"},
			{`{role: watcher, may_not: GetItem, table: notes}`, "aws:principaltag/team = red, aws:resourcetag/team = red"},
			{`{role: watcher, may_not: GetItem, table: plain}`, ""},
			{`{role: watcher, may_not: GetItem, table: theirs}`, "dynamodb:GetItem"},
		},
	} {
		t.Run(example, func(t *testing.T) {
			m, files := claimed(t, example, claims)
			findings := map[hcl.Range]string{}
			for _, f := range prove.Run(m, files).Findings {
				if string(diag.IDOf(f)) != "claim" || findings[*f.Subject] != "" {
					t.Errorf("%s: %s", f.Summary, f.Detail)
				}
				findings[*f.Subject] = f.Detail
			}
			for i, c := range claims {
				detail := findings[m.Claims[i].Origin]
				switch {
				case c.request == "" && detail != "":
					t.Errorf("%s: %s", c.written, detail)
				case !strings.Contains(detail, c.request) || c.request != "" && detail == "":
					t.Errorf("%s: no request with %q: %s", c.written, c.request, detail)
				case strings.Contains(detail, "evaluator"):
					t.Errorf("%s: not confirmed: %s", c.written, detail)
				}
			}
		})
	}
}

// notes is a spec with what the examples do not have.
const notes = `version: 1
name: notes
environments: {prod: {account: "444455556666", region: eu-central-1}}
tables:
  notes: {partition_key: id, tags: {Team: red}}
  plain: {partition_key: id}
  theirs: {partition_key: id, existing: true}
roles:
  booker: {kind: runtime, assumed_by: {service: lambda}, access: [{table: notes, operations: [transact]}]}
  clerk:
    kind: runtime
    assumed_by: {service: lambda}
    access: [{table: notes, operations: [PutItem, PartiQLInsert], transactions: never}]
  watcher:
    kind: runtime
    assumed_by: {service: lambda}
    tags: {Team: blue}
    access: [{tagged: {Team: same}, operations: [GetItem]}]`

// claimed is an example with other claims than its own; without a name, the notes.
func claimed(t *testing.T, example string, claims []claim) (*model.Model, []output.File) {
	t.Helper()
	path, src := "../../examples/"+example+"/spec.yaml", []byte(notes)
	if example != "" {
		var err error
		if src, err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	text, _, _ := strings.Cut(string(src), "\nexpect:\n")
	text += "\nexpect:\n"
	for _, c := range claims {
		text += "  - " + c.written + "\n"
	}
	m, ds := spec.Load(path, []byte(text))
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	tree, ds := generate.All(m)
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	return m, tree.Files
}

// TestClaimsAreAboutTheFiles holds that claims are proven of what was emitted: a role that lost a policy may not do what
// the spec grants.
func TestClaimsAreAboutTheFiles(t *testing.T) {
	m, files := claimed(t, "silo", []claim{{written: `{role: worker, tenant: acme, may: GetItem, table: orders}`}})
	var left []output.File
	for _, f := range files {
		if !strings.Contains(f.Path, "worker") || !strings.Contains(f.Path, "acme") {
			left = append(left, f)
		}
	}
	if len(left) == len(files) {
		t.Fatal("the role has no files")
	}
	for _, f := range prove.Run(m, left).Findings {
		if string(diag.IDOf(f)) == "claim" {
			return
		}
	}
	t.Error("the claim holds without the role's policies")
}
