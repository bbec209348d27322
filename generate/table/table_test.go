package table

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// production is an environment where the endpoint "app" is known by its VPC and "partner" by its id.
func production() *model.Environment {
	return &model.Environment{
		Name: "production", Account: "444455556666", Region: "ap-northeast-1", Partition: "aws",
		Placements: []model.Placement{
			{Endpoint: app, VPC: "vpc-0a1b2c3d4e5f60718"},
			{Endpoint: partner, VPC: "vpc-00000000000000001", EndpointID: "vpce-0123456789abcdef0"},
		},
	}
}

func china() *model.Environment {
	return &model.Environment{
		Name: "china", Account: "111122223333", Region: "cn-north-1", Partition: "aws-cn", NamePrefix: "cn-",
		Placements: []model.Placement{{Endpoint: app, VPC: "vpc-0f0f0f0f0f0f0f0f0"}},
	}
}

var (
	app     = &model.Endpoint{Name: "app", Gateway: true, Service: model.DynamoDB}
	partner = &model.Endpoint{Name: "partner", Service: model.DynamoDB}
	ledger  = &model.Table{Name: "ledger", PhysicalName: "Ledger", Origin: hcl.Range{Filename: "spec.yaml"}}
	rates   = &model.Table{Name: "rates", PhysicalName: "Rates", Existing: true}
)

// A backup role is let through for its own tables, and no other role is.
func backups() []*model.Role {
	return []*model.Role{
		{Name: "api", PhysicalName: "payments-api", Path: "/ddbgen/payments/", Kind: model.Runtime},
		{Name: "exporter", PhysicalName: "exporter", Path: "/", Kind: model.Export, Tables: []*model.Table{ledger}},
		{Name: "nightly", PhysicalName: "nightly", Path: "/", Kind: model.Backup, Tables: []*model.Table{rates}},
		{Name: "vault", PhysicalName: "payments-vault", Path: "/ddbgen/payments/", Kind: model.Backup, Tables: []*model.Table{ledger}},
	}
}

// deployers are roles that deploy, of which one may change recovery.
func deployers() []*model.Role {
	path := "/ddbgen-bootstrap/payments/"
	return []*model.Role{
		{Name: "deployer", PhysicalName: "payments-deployer", Path: path, Kind: model.Deploy},
		{Name: "keeper", PhysicalName: "payments-keeper", Path: path, Kind: model.Deploy, Allows: []model.Allowance{model.ChangeRecovery}},
		{Name: "planner", PhysicalName: "payments-planner", Path: path, Kind: model.Plan},
		{Name: "second", PhysicalName: "payments-second", Path: path, Kind: model.Deploy, Allows: []model.Allowance{model.DeleteTables}},
	}
}

// recovered is a table that can be restored to a point in time.
func recovered() *model.Table {
	t := *ledger
	t.PointInTimeDays = 35
	return &t
}

func TestPolicies(t *testing.T) {
	tls := func(endpoints ...*model.Endpoint) model.Guardrails {
		return model.Guardrails{DenyInsecureTransport: true, OnlyThrough: endpoints}
	}
	for name, test := range map[string]struct {
		environment *model.Environment
		model       model.Model
	}{
		"tls":      {production(), model.Model{Tables: []*model.Table{ledger}, Guardrails: tls()}},
		"tls_cn":   {china(), model.Model{Tables: []*model.Table{ledger}, Guardrails: tls()}},
		"vpc":      {production(), model.Model{Tables: []*model.Table{ledger}, Guardrails: model.Guardrails{OnlyThrough: []*model.Endpoint{app}}}},
		"endpoint": {production(), model.Model{Tables: []*model.Table{ledger}, Guardrails: model.Guardrails{OnlyThrough: []*model.Endpoint{partner}}}},
		"mixed":    {production(), model.Model{Tables: []*model.Table{ledger}, Guardrails: tls(app, partner), Roles: backups()}},
		"recovery": {production(), model.Model{Tables: []*model.Table{recovered()}, DeployRoles: deployers()}},
		"deployed": {production(), model.Model{Tables: []*model.Table{recovered()}, Guardrails: tls(), DeployRoles: deployers()}},
	} {
		t.Run(name, func(t *testing.T) {
			policies, found := Policies(&test.model, test.environment)
			if len(found) > 0 || len(policies) != 1 {
				t.Fatalf("%d policies, findings: %v", len(policies), found)
			}
			want, err := os.ReadFile(filepath.Join("testdata", name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(canonical(t, want), canonical(t, policies[0].Bytes)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			held(t, policies[0])
		})
	}
}

func canonical(t *testing.T, document []byte) string {
	t.Helper()
	parsed, err := policy.Parse(document)
	if err != nil {
		t.Fatal(err)
	}
	return string(policy.Encode(parsed))
}

// held demands what DynamoDB accepts: only refusals, only the table and its indexes, only actions that a table's policy may
// name (DynamoDB developer guide, "API operations supported by resource-based policies").
func held(t *testing.T, p artifact.Policy) {
	t.Helper()
	document, err := policy.Parse(p.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	arn := p.Environment.TableARN(p.Table)
	for _, s := range document.Statement {
		everybody := s.Principal != nil && s.Principal.Any
		if s.Effect != policy.Deny || everybody == (s.Sid == "DenyRecoveryChange") || len(s.NotAction)+len(s.NotResource) > 0 {
			t.Errorf("%s is no refusal, or is one to others than it should be to", s.Sid)
		}
		if everybody && !slices.Equal(s.Resource, []string{arn, arn + "/index/*"}) || s.Resource[0] != arn {
			t.Errorf("%s names %v", s.Sid, s.Resource)
		}
		for _, action := range s.Action {
			if !slices.Contains(accepted(), strings.TrimPrefix(action, "dynamodb:")) {
				t.Errorf("%s names %s, which DynamoDB does not take", s.Sid, action)
			}
		}
	}
}

func accepted() []string {
	return []string{
		"*",
		"BatchGetItem", "BatchWriteItem", "ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem",
		"PartiQLDelete", "PartiQLInsert", "PartiQLSelect", "PartiQLUpdate",
		"UpdateContinuousBackups",
	}
}

func TestPoliciesOfAllTables(t *testing.T) {
	m := model.Model{Tables: []*model.Table{ledger, rates}, Guardrails: model.Guardrails{DenyInsecureTransport: true}}
	policies, _ := Policies(&m, production())
	var got []string
	for _, p := range policies {
		got = append(got, p.Path())
		held(t, p)
	}
	want := []string{"environments/production/policies/table.ledger.json", "environments/production/policies/table.rates.json"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("an existing table is guarded as well (-want +got):\n%s", diff)
	}
}

// TestUnguarded holds that a table has a policy only where something is refused: not where its recovery is off, not where it
// is another's, and not where whoever deploys may change recovery.
func TestUnguarded(t *testing.T) {
	theirs := recovered()
	theirs.Existing = true
	for _, m := range []*model.Model{
		{Tables: []*model.Table{ledger, theirs}, DeployRoles: deployers()},
		{Tables: []*model.Table{recovered()}, DeployRoles: deployers()[1:3]},
	} {
		if policies, found := Policies(m, production()); len(policies)+len(found) > 0 {
			t.Errorf("%v, %v", policies, found)
		}
	}
}

func TestNoGuardrails(t *testing.T) {
	if policies, found := Policies(&model.Model{Tables: []*model.Table{ledger}}, production()); len(policies)+len(found) > 0 {
		t.Errorf("%v, %v", policies, found)
	}
}

func TestQuota(t *testing.T) {
	e, m := production(), model.Model{Tables: []*model.Table{ledger}}
	e.Placements = nil
	for i := range 900 {
		endpoint := &model.Endpoint{Name: fmt.Sprint("e", i)}
		m.Guardrails.OnlyThrough = append(m.Guardrails.OnlyThrough, endpoint)
		e.Placements = append(e.Placements, model.Placement{Endpoint: endpoint, EndpointID: fmt.Sprintf("vpce-%017x", i)})
	}
	policies, found := Policies(&m, e)
	if len(policies) != 0 || len(found) != 1 || diag.IDOf(found[0]) != "table-policy-quota" || found[0].Subject == nil {
		t.Fatalf("%d policies, findings: %v", len(policies), found)
	}

	// What is too large with white space may fit without.
	m.Guardrails.OnlyThrough = m.Guardrails.OnlyThrough[:700]
	policies, found = Policies(&m, e)
	if len(policies) != 1 || len(found) != 0 || strings.Contains(string(policies[0].Bytes), "\n") {
		t.Fatalf("%d policies, findings: %v", len(policies), found)
	}
}
