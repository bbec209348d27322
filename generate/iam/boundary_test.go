package iam

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
)

// TestBoundary compares the boundaries of small models with files that were written by hand: testdata/CASE.json.
func TestBoundary(t *testing.T) {
	for _, c := range []struct {
		name  string
		model *model.Model
	}{
		{"boundary_rows", boundedRows()},
		{"boundary_jobs", boundedJobs()},
		{"boundary_keys", boundedKeys()},
		{"boundary_silo", vendingSilo()},
		{"boundary_attached", boundedAttachments()},
		{"boundary_integration", integrated()},
		{"boundary_nothing", nothingBounded()},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.model.Guardrails.Boundary == nil {
				c.model.Guardrails.Boundary = &model.Boundary{}
			}
			policies, ds := Boundary(c.model, c.model.Environments[0])
			if len(ds) > 0 || len(policies) != 1 {
				t.Fatalf("%d policies, %v", len(policies), ds)
			}
			want, err := os.ReadFile("testdata/" + c.name + ".json")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(policies[0].Bytes)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if path := policies[0].Path(); path != "environments/production/bootstrap/policies/boundary.json" {
				t.Errorf("it lies at %s", path)
			}
		})
	}
}

// boundedRows has tables whose rows some grants are held to, all grants are held to, and none is.
func boundedRows() *model.Model {
	ledger := table("ledger", "TENANT#{tenant}", "$*{tenant}#*")
	byDay, byEmail := index(ledger, "by_day", "{tenant}#DAY"), index(ledger, "by_email")
	orders := table("orders", "{tenant}")
	rates := table("rates")
	byCode := index(rates, "by_code")
	existing := runtime("existing", may(ledger, "Scan", anyTenant)) // it has no boundary of this system
	existing.Existing = true
	return identified(system(tables(ledger, orders, rates),
		runtime("api", may(ledger, "GetItem Query DescribeTable", with(byDay)), may(rates, "GetItem", keysOf("EUR")), may(orders, "GetItem")),
		existing,
		runtime("prices", may(rates, "GetItem Query", with(byCode))),
		runtime("shared", may(ledger, "GetItem PutItem", keysOf("CONFIG", "a$*"))),
		runtime("support", may(ledger, "UpdateItem", columnsOf("PK status")), may(ledger, "UpdateItem", anyTenant), may(orders, "GetItem"), may(ledger, "[DeleteItem]")),
		runtime("mail", may(ledger, "Query", anyTenant, with(byEmail)))), model.SessionTag, "tenant_id")
}

// boundedJobs has a role of every kind that works on whole tables, and one that reaches tables by their tags.
func boundedJobs() *model.Model {
	ledger, orders := table("ledger"), table("orders")
	auditor, projector, vault := role("auditor", model.Runtime), role("projector", model.StreamConsumer), role("vault", model.Backup)
	auditor.TagGrants = []*model.TagGrant{
		{Actions: actions("GetItem"), Tags: []model.TagMatch{{Key: "Site", Same: true}}},
		{Actions: actions("GetItem Query [PutItem]"), Tags: []model.TagMatch{{Key: "Stage", Value: "test"}, {Key: "Team", Same: true}}},
	}
	auditor.Tags = []model.Tag{{Key: "Stage", Value: "test"}, {Key: "team", Value: "$core"}}
	projector.Tables, vault.Tables = tables(ledger, orders), tables(ledger)
	drill, export := role("drill", model.Restore), role("export", model.Export)
	drill.Tables, export.Tables = tables(ledger), tables(ledger)
	drill.Restore = &model.RestoreRights{Into: "restored-*", PointInTime: true}
	export.Export = &model.ExportTarget{Bucket: "acme-exports", Prefix: "ledger/"}
	broker := runtime("broker")
	broker.Assumes = []*model.Role{auditor, projector}
	return system(tables(ledger, orders), auditor, broker, drill, export, projector, vault)
}

// boundedKeys has a table under a key that is made here and one under a key that exists, a role that restores under each, and
// a reader of the trail.
func boundedKeys() *model.Model {
	ledger, orders := table("ledger"), table("orders")
	drill, reader := role("drill", model.Restore), runtime("reader")
	drill.Tables = tables(ledger, orders)
	drill.Restore = &model.RestoreRights{Into: "restored-*", FromBackup: true}
	m := underKey(system(tables(ledger, orders), drill, reader), orders)
	made := &model.Key{Name: "made"}
	ledger.Encryption = model.Encryption{Kind: model.CustomerManaged, Key: made}
	m.Keys = append(m.Keys, made)
	m.Trail = &model.Trail{Bucket: "audit", Key: made, Readers: []model.Principal{{Role: reader}}}
	return m
}

// boundedAttachments has policies attached that are known, that are not, and what those need.
func boundedAttachments() *model.Model {
	r := runtime("api")
	r.Attach = []model.Attachment{
		{ARN: "arn:{partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"},
		{ARN: "arn:aws:iam::444455556666:policy/AWSLambdaVPCAccessExecutionRole"},
	}
	m := system(nil, r)
	m.Guardrails.Boundary = &model.Boundary{Also: []string{"sqs:ReceiveMessage", "sqs:DeleteMessage"}}
	return m
}

// nothingBounded has no role that could hold anything.
func nothingBounded() *model.Model {
	elsewhere := runtime("elsewhere", may(table("ledger"), "GetItem"))
	elsewhere.Existing = true
	return system(nil, elsewhere, runtime("idle"))
}

// integrated has roles that deploy from three systems of continuous integration, to one of which a role of the system is open
// too, one that deploys from elsewhere, and one that only plans.
func integrated() *model.Model {
	m := system(nil)
	from := func(name string, kind model.Kind, trust model.TrustKind, issuer string) *model.Role {
		r := role(name, kind)
		r.Trust = model.Trust{Kind: trust, Issuer: []model.EnvironmentValue{{Environment: m.Environments[0], Value: issuer}}}
		return r
	}
	m.Roles = []*model.Role{from("pipeline", model.Runtime, model.GitLabTrust, "gitlab.com")}
	m.DeployRoles = []*model.Role{
		from("deployer", model.Deploy, model.HCPTerraformTrust, "app.terraform.io"),
		from("from_elsewhere", model.Deploy, model.SAMLTrust, ""),
		from("from_github", model.Deploy, model.GitHubTrust, "token.actions.githubusercontent.com"),
		from("from_gitlab", model.Deploy, model.GitLabTrust, "gitlab.com"),
		from("hotfix", model.Deploy, model.HCPTerraformTrust, "app.terraform.io"),
		from("planner", model.Plan, model.BuildkiteTrust, "agent.buildkite.com"),
	}
	m.Guardrails.Boundary = &model.Boundary{Also: []string{"sqs:ReceiveMessage"}}
	return m
}

// TestBoundaryMade holds that a boundary is made where the spec asks for one, and nowhere else.
func TestBoundaryMade(t *testing.T) {
	m := boundedRows()
	for _, b := range []*model.Boundary{nil, {ARN: "arn:aws:iam::444455556666:policy/limits"}} {
		m.Guardrails.Boundary = b
		if policies, ds := Boundary(m, m.Environments[0]); len(policies)+len(ds) > 0 {
			t.Errorf("%v: a boundary was made", b)
		}
	}
}

// TestBoundaryQuota holds that a boundary that does not fit is an error at the line that asks for it, and that white space
// goes first.
func TestBoundaryQuota(t *testing.T) {
	origin := hcl.Range{Filename: "spec.yaml", Start: hcl.Pos{Line: 9, Column: 3}}
	for _, c := range []struct {
		tables int
		fits   bool
	}{{60, true}, {100, false}} {
		m, _ := wide(c.tables)
		m.Guardrails.Boundary = &model.Boundary{Origin: origin}
		policies, ds := Boundary(m, m.Environments[0])
		size := artifact.Size(artifact.Boundary, policies[0].Bytes)
		if fits := size <= artifact.IdentityQuota; fits != c.fits || fits == ds.HasErrors() {
			t.Errorf("%d tables take %d characters: %v", c.tables, size, ds)
		}
		if !c.fits && (len(ds) != 1 || diag.IDOf(ds[0]) != "boundary-quota" || *ds[0].Subject != origin || !strings.Contains(ds[0].Detail, fmt.Sprint(size))) {
			t.Errorf("findings: %v", ds)
		}
	}
}

// TestBoundaryOrder holds that the order of roles and grants is not that of the boundary.
func TestBoundaryOrder(t *testing.T) {
	m := boundedRows()
	m.Guardrails.Boundary = &model.Boundary{}
	want, _ := Boundary(m, m.Environments[0])
	for range len(m.Roles) {
		m.Roles = append(m.Roles[1:], m.Roles[0])
		for _, r := range m.Roles {
			if len(r.Grants) > 1 {
				r.Grants = append(r.Grants[1:], r.Grants[0])
			}
		}
		got, _ := Boundary(m, m.Environments[0])
		if diff := cmp.Diff(string(want[0].Bytes), string(got[0].Bytes)); diff != "" {
			t.Fatalf("another order makes another boundary:\n%s", diff)
		}
	}
}
