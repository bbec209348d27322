package model

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	plain = &Environment{Name: "production", Account: "444455556666", Region: "eu-central-1", Partition: "aws"}
	china = &Environment{Name: "china", Account: "111122223333", Region: "cn-north-1", Partition: "aws-cn", NamePrefix: "cn-"}
)

func TestARNs(t *testing.T) {
	table := &Table{Name: "ledger", PhysicalName: "Ledger"}
	index := &Index{Name: "by_status", PhysicalName: "ByStatus", Table: table}
	role := &Role{Name: "api", PhysicalName: "payments-api", Path: "/ddbgen/payments/"}
	key := &Key{Name: "at_rest"}
	m := &Model{Name: "payments"}
	all := func(e *Environment) []string {
		return []string{
			e.TableARN(table), e.IndexARN(index), e.StreamARN(table), e.AnyTableARN(), e.TablePatternARN("recovered-*"),
			e.RoleARN(role, ""), e.RoleARN(role, "acme"), e.AccountRootARN(), e.TrailARN(m), e.KeyAlias(m, key),
			e.ExpandARN("arn:{partition}:iam::{account}:role/{region}/R"),
		}
	}
	for e, want := range map[*Environment][]string{
		plain: {
			"arn:aws:dynamodb:eu-central-1:444455556666:table/Ledger",
			"arn:aws:dynamodb:eu-central-1:444455556666:table/Ledger/index/ByStatus",
			"arn:aws:dynamodb:eu-central-1:444455556666:table/Ledger/stream/*",
			"arn:aws:dynamodb:eu-central-1:444455556666:table/*",
			"arn:aws:dynamodb:eu-central-1:444455556666:table/recovered-*",
			"arn:aws:iam::444455556666:role/ddbgen/payments/payments-api",
			"arn:aws:iam::444455556666:role/ddbgen/payments/payments-api-acme",
			"arn:aws:iam::444455556666:root",
			"arn:aws:cloudtrail:eu-central-1:444455556666:trail/payments-audit",
			"alias/payments-at-rest",
			"arn:aws:iam::444455556666:role/eu-central-1/R",
		},
		china: { // the prefix stands before names of tables and roles, not before an index, which belongs to its table
			"arn:aws-cn:dynamodb:cn-north-1:111122223333:table/cn-Ledger",
			"arn:aws-cn:dynamodb:cn-north-1:111122223333:table/cn-Ledger/index/ByStatus",
			"arn:aws-cn:dynamodb:cn-north-1:111122223333:table/cn-Ledger/stream/*",
			"arn:aws-cn:dynamodb:cn-north-1:111122223333:table/*",
			"arn:aws-cn:dynamodb:cn-north-1:111122223333:table/cn-recovered-*",
			"arn:aws-cn:iam::111122223333:role/ddbgen/payments/cn-payments-api",
			"arn:aws-cn:iam::111122223333:role/ddbgen/payments/cn-payments-api-acme",
			"arn:aws-cn:iam::111122223333:root",
			"arn:aws-cn:cloudtrail:cn-north-1:111122223333:trail/cn-payments-audit",
			"alias/cn-payments-at-rest",
			"arn:aws-cn:iam::111122223333:role/cn-north-1/R",
		},
	} {
		if diff := cmp.Diff(want, all(e)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", e.Name, diff)
		}
	}
}

func TestPrincipals(t *testing.T) {
	m := &Model{Tenancy: &Tenancy{Tenants: []string{"acme", "globex"}}}
	worker := &Role{PhysicalName: "worker", Path: "/", PerTenant: true}
	for name, test := range map[string]struct {
		principal Principal
		want      []string
	}{
		"one role":    {Principal{Role: &Role{PhysicalName: "api", Path: "/"}}, []string{"arn:aws:iam::444455556666:role/api"}},
		"silo":        {Principal{Role: worker}, []string{"arn:aws:iam::444455556666:role/worker-acme", "arn:aws:iam::444455556666:role/worker-globex"}},
		"an ARN":      {Principal{ARN: "arn:aws:iam::000000000000:role/x"}, []string{"arn:aws:iam::000000000000:role/x"}},
		"placeholder": {Principal{ARN: "arn:{partition}:iam::{account}:role/x"}, []string{"arn:aws:iam::444455556666:role/x"}},
	} {
		if diff := cmp.Diff(test.want, plain.PrincipalARNs(m, test.principal)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestAllTags(t *testing.T) {
	e := &Environment{Name: "production", Tags: []Tag{{"Stage", "prod"}, {"Team", "core"}}}
	got := e.AllTags(&Model{Name: "payments"}, []Tag{{"Team", "risk"}, {"A", "1"}})
	want := []Tag{{"A", "1"}, {"ManagedBy", "ddbgen"}, {"Stage", "prod"}, {"Team", "risk"}, {"ddbgen:stack", "payments/production"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if e.Tags[0].Key != "Stage" || len(e.Tags) != 2 {
		t.Error("the environment was changed")
	}
}

func TestLookups(t *testing.T) {
	app, other := &Endpoint{Name: "app"}, &Endpoint{Name: "other"}
	e := &Environment{Placements: []Placement{{Endpoint: app, VPC: "vpc-1"}}}
	if p := e.PlacementOf(app); p == nil || p.VPC != "vpc-1" || e.PlacementOf(other) != nil {
		t.Errorf("placement %v", p)
	}
	values := []EnvironmentValue{{plain, "a"}, {china, "b"}}
	if In(china, values) != "b" || In(e, values) != "" {
		t.Error("In finds another environment's value")
	}
}

func TestTenancy(t *testing.T) {
	for want, template := range map[string]KeyTemplate{
		"TENANT#acme":           {Prefix: "TENANT#"},
		"TENANT#acme#INVOICE#*": {Prefix: "TENANT#", Suffix: "#INVOICE#", Open: true},
		"acme":                  {},
	} {
		if got := template.Pattern("acme"); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
	own, any := &Grant{Rows: Rows{Kind: OwnRows}}, &Grant{}
	if !(&Role{Grants: []*Grant{any, own}}).TenantScoped() || (&Role{Grants: []*Grant{any}}).TenantScoped() {
		t.Error("a role is tenant-scoped by a grant of the tenant's own rows, and by nothing else")
	}
	for kind := Silo; kind <= OIDCSubject; kind++ {
		if got := (Identity{Kind: kind}).Tagged(); got != (kind == SessionTag || kind == CognitoClaim) {
			t.Errorf("identity %d: tagged is %v", kind, got)
		}
	}
}

func TestTable(t *testing.T) {
	table := &Table{PartitionKey: Attribute{"PK", "S"}, SortKey: &Attribute{"SK", "N"}}
	global := &Index{Name: "g", Table: table, PartitionKey: Attribute{"G", "S"}}
	local := &Index{Name: "l", Table: table, Local: true, PartitionKey: table.PartitionKey, SortKey: &Attribute{"L", "S"}}
	table.GlobalIndexes, table.LocalIndexes = make([]*Index, 1, 8), []*Index{local}
	table.GlobalIndexes[0] = global
	if got := table.Indexes(); len(got) != 2 || got[0] != global || got[1] != local || len(table.GlobalIndexes) != 1 {
		t.Errorf("indexes %v", got)
	}
	if diff := cmp.Diff([][]string{{"PK", "SK"}, {"G"}, {"PK", "L"}}, [][]string{table.KeyAttributes(), global.KeyAttributes(), local.KeyAttributes()}); diff != "" {
		t.Errorf("key attributes (-want +got):\n%s", diff)
	}
	if table.TenantKeyed() || !(&Table{TenantKeys: []KeyTemplate{{}}}).TenantKeyed() {
		t.Error("a table is tenant-keyed when it has tenant keys")
	}
	if (*Capacity)(nil).Autoscaled() || (&Capacity{Read: 1}).Autoscaled() || !(&Capacity{ReadRoof: 2}).Autoscaled() {
		t.Error("capacity is autoscaled when it has a roof")
	}
}
