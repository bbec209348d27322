package spec

import (
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/hcl/v2"
	"go.yaml.in/yaml/v4"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
)

// mustLoad loads a spec without errors.
func mustLoad(t testing.TB, src []byte) (*model.Model, hcl.Diagnostics) {
	t.Helper()
	m, ds := Load("spec.yaml", src)
	if m == nil {
		t.Fatalf("%v, of\n%s", ds.Errs(), src)
	}
	return m, ds
}

func payments(t testing.TB) (*model.Model, hcl.Diagnostics) {
	t.Helper()
	src, err := os.ReadFile("testdata/valid/payments.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return mustLoad(t, src)
}

func TestPaymentsWarnings(t *testing.T) {
	_, ds := payments(t)
	var got []string
	for _, d := range ds {
		got = append(got, string(diag.IDOf(d)))
	}
	want := []string{"consumer-endpoint", "planted-key", "locked-out", "locked-out", "locked-out"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("warnings (-want +got):\n%s", d)
	}
}

func TestPaymentsEnvironment(t *testing.T) {
	m, _ := payments(t)
	e := m.Environments[0]
	want := &model.Environment{
		Name: "production", Account: "444455556666", Region: "ap-northeast-1", Partition: "aws",
		Placements: []model.Placement{{Endpoint: m.Endpoints[0], VPC: "vpc-0a1b2c3d4e5f60718", RouteTables: []string{"rtb-0a1b2c3d4e5f60718"}}},
		Tags:       []model.Tag{{Key: "CostCenter", Value: "1234"}},
	}
	same(t, want, e)
	same(t, &model.Tenancy{IDPattern: "[a-z0-9]{8,32}", Tenants: []string{"acme0001", "globex01"},
		Identity: model.Identity{Kind: model.SessionTag, Name: "tenant_id"}}, m.Tenancy)
	same(t, []*model.Key{{Name: "payments", Description: "Ledger data at rest", RotationDays: 400, DeletionWindowDays: 20,
		Administrators: []model.Principal{{ARN: "arn:{partition}:iam::{account}:role/KeyAdmin"}}}}, m.Keys)
}

func TestPaymentsTables(t *testing.T) {
	m, _ := payments(t)
	ledger, settings := m.Tables[0], m.Tables[1]
	templates := []model.KeyTemplate{{Prefix: "TENANT#"}, {Prefix: "TENANT#", Suffix: "#INVOICE#", Open: true}}
	same(t, &model.Table{
		Name: "ledger", PhysicalName: "Ledger",
		PartitionKey: model.Attribute{Name: "PK", Type: "S"}, SortKey: &model.Attribute{Name: "SK", Type: "S"},
		TenantKeys: templates,
		GlobalIndexes: []*model.Index{
			{Name: "by_email", PhysicalName: "by_email", Table: ledger, PartitionKey: model.Attribute{Name: "email", Type: "S"},
				Projection: model.Projection{Kind: model.ProjectKeysOnly}},
			{Name: "by_status", PhysicalName: "by_status", Table: ledger, PartitionKey: model.Attribute{Name: "GSI1PK", Type: "S"},
				SortKey:    &model.Attribute{Name: "GSI1SK", Type: "N"},
				Projection: model.Projection{Kind: model.ProjectInclude, Attributes: []string{"amount_due", "status"}},
				TenantKeys: []model.KeyTemplate{{Prefix: "TENANT#", Suffix: "#STATUS#", Open: true}}},
		},
		LocalIndexes: []*model.Index{
			{Name: "by_amount", PhysicalName: "by_amount", Table: ledger, Local: true, PartitionKey: model.Attribute{Name: "PK", Type: "S"},
				SortKey: &model.Attribute{Name: "amount", Type: "N"}, Projection: model.Projection{Kind: model.ProjectKeysOnly}, TenantKeys: templates},
		},
		Stream: "NEW_AND_OLD_IMAGES", TimeToLive: "expires_at",
		Encryption:      model.Encryption{Kind: model.CustomerManaged, Key: m.Keys[0], Because: []string{"audit", "revocation"}},
		PointInTimeDays: 14, DeletionProtection: true, Tags: []model.Tag{{Key: "Team", Value: "payments"}},
	}, ledger)
	same(t, &model.Table{
		Name: "settings", PhysicalName: "settings", PartitionKey: model.Attribute{Name: "id", Type: "S"}, PointInTimeDays: 35,
		Capacity: &model.Capacity{Read: 10, Write: 5, ReadRoof: 100, WriteRoof: 50},
	}, settings)
}

func TestPaymentsRoles(t *testing.T) {
	m, _ := payments(t)
	roles := map[string]*model.Role{}
	var order []string
	for _, r := range m.Roles {
		roles[r.Name] = r
		order = append(order, r.Name)
	}
	same(t, []string{"api", "api_tenant", "auditor", "projector", "reader", "support", "vault"}, order)
	api, tenant := roles["api"], roles["api_tenant"]
	same(t, &model.Role{
		Name: "api", PhysicalName: "payments-api", Path: "/ddbgen/payments/", Kind: model.Runtime, Session: 3600,
		Trust:   model.Trust{Kind: model.ServiceTrust, Service: "lambda"},
		Assumes: []*model.Role{tenant},
		Attach:  []model.Attachment{{ARN: "arn:{partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}},
	}, api)
	ledger := m.Tables[0]
	marked := func(name string) model.Action { return model.Action{Name: name} }
	same(t, []*model.Grant{
		{Role: tenant, Table: ledger, Rows: model.Rows{Kind: model.OwnRows}, Indexes: []*model.Index{ledger.GlobalIndexes[1]},
			Actions: []model.Action{marked("BatchGetItem"), marked("BatchWriteItem"), marked("ConditionCheckItem"), marked("DeleteItem"),
				marked("GetItem"), marked("PutItem"), marked("Query"), marked("UpdateItem")}},
		{Role: tenant, Table: ledger, Rows: model.Rows{Kind: model.NamedRows, Keys: []string{"CONFIG"}}, Actions: []model.Action{marked("GetItem")}},
	}, tenant.Grants)
	same(t, model.Trust{Kind: model.RoleTrust, Roles: []model.Principal{{Role: api}}}, tenant.Trust)
	same(t, []*model.Grant{{Role: roles["support"], Table: ledger, Indexes: ledger.LocalIndexes, Because: "support desk reads across tenants, ticket SEC-12",
		Actions: []model.Action{marked("GetItem"), marked("Query")}, Attributes: []string{"PK", "SK", "amount", "status"}}}, roles["support"].Grants)
	same(t, []*model.TagGrant{{Role: roles["auditor"], Actions: []model.Action{marked("DescribeTable"), marked("GetItem")},
		Tags: []model.TagMatch{{Key: "Environment", Value: "production"}, {Key: "Team", Same: true}}}}, roles["auditor"].TagGrants)
	same(t, []model.Tag{{Key: "Area", Value: "audit"}, {Key: "Team", Value: "treasury"}}, roles["auditor"].Tags)
	same(t, []*model.Table{ledger}, roles["projector"].Tables)
	same(t, []*model.Role{tenant, roles["projector"]}, m.Endpoints[0].Roles)
	if !tenant.TenantScoped() || tenant.PerTenant || roles["support"].TenantScoped() {
		t.Error("api_tenant alone is held to its tenant, by a tag")
	}
}

func TestPaymentsRest(t *testing.T) {
	m, _ := payments(t)
	same(t, []*model.Endpoint{{Name: "app", Gateway: true, Service: model.DynamoDB, Roles: m.Endpoints[0].Roles}}, m.Endpoints)
	same(t, model.Guardrails{DenyInsecureTransport: true, OnlyThrough: m.Endpoints}, m.Guardrails)
	reader := m.Roles[slices.IndexFunc(m.Roles, func(r *model.Role) bool { return r.Name == "reader" })]
	same(t, &model.Trail{Bucket: "acme-audit", Key: m.Keys[0], Tables: m.Tables[:1], Writes: true,
		Readers: []model.Principal{{ARN: "arn:{partition}:iam::{account}:role/AuditReader"}, {Role: reader}}}, m.Trail)
	same(t, []model.Waiver{
		{Subject: `role "reader"`, Waived: `scans table "settings"`, Because: "small table"},
		{Subject: `role "support"`, Waived: `reaches rows of every tenant of table "ledger"`, Because: "support desk reads across tenants, ticket SEC-12"},
		{Subject: `table "settings"`, Waived: "has no deletion protection", Because: "rebuilt from the repository"},
	}, m.Waivers)
}

// same compares two values of the model but for their origins. What they refer to is compared by name, since references
// go round in circles.
func same(t *testing.T, want, got any) {
	t.Helper()
	options := cmp.Options{
		cmpopts.IgnoreTypes(hcl.Range{}), cmpopts.EquateEmpty(),
		byName(func(r *model.Role) string { return r.Name }),
		byName(func(t *model.Table) string { return t.Name }),
		byName(func(k *model.Key) string { return k.Name }),
		byName(func(e *model.Endpoint) string { return e.Name }),
		byName(func(e *model.Environment) string { return e.Name }),
	}
	if d := cmp.Diff(want, got, options); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// byName compares pointers by the name of what they point to, wherever they lie in a field of something else.
func byName[T any](name func(*T) string) cmp.Option {
	inField := func(p cmp.Path) bool {
		return slices.ContainsFunc(p, func(s cmp.PathStep) bool { _, is := s.(cmp.StructField); return is })
	}
	return cmp.FilterPath(inField, cmp.Comparer(func(a, b *T) bool {
		return (a == nil) == (b == nil) && (a == nil || name(a) == name(b))
	}))
}

// TestOrderDoesNotMatter holds that the order of keys in a spec has no part in what it means.
func TestOrderDoesNotMatter(t *testing.T) {
	for _, file := range []string{"testdata/valid/payments.yaml", "testdata/valid/deploy.yaml"} {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := mustLoad(t, src)
		for seed := range uint64(10) {
			var doc yaml.Node
			if err := yaml.Unmarshal(src, &doc); err != nil {
				t.Fatal(err)
			}
			shuffle(&doc, rand.New(rand.NewPCG(seed, 1)))
			shuffled, err := yaml.Marshal(&doc)
			if err != nil {
				t.Fatal(err)
			}
			got, _ := mustLoad(t, shuffled)
			same(t, want.Environments, got.Environments)
			same(t, want.Keys, got.Keys)
			same(t, want.Tables, got.Tables)
			same(t, want.Endpoints, got.Endpoints)
			same(t, want.AllRoles(), got.AllRoles())
			same(t, want.Waivers, got.Waivers)
			same(t, *want, *got)
		}
	}
}

func shuffle(n *yaml.Node, r *rand.Rand) {
	if n.Kind == yaml.MappingNode {
		pairs := slices.Collect(slices.Chunk(n.Content, 2))
		r.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
		n.Content = slices.Concat(pairs...)
	}
	for _, child := range n.Content {
		shuffle(child, r)
	}
}
