package spec

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ddbgen/ddbgen/internal/model"
)

func TestPartitionFollowsFromRegion(t *testing.T) {
	m, _ := onlyRole(t, "kind: runtime, assumed_by: {service: lambda}")
	if m.Environments[0].Partition != "aws" || m.Environments[1].Partition != "aws-cn" {
		t.Errorf("partitions %s and %s", m.Environments[0].Partition, m.Environments[1].Partition)
	}
}

func TestRoleKinds(t *testing.T) {
	const lambda = "assumed_by: {service: lambda}, "
	trust := model.Trust{Kind: model.ServiceTrust, Service: "lambda"}
	base := model.Role{Name: "api", PhysicalName: "shop-api", Path: "/ddbgen/shop/", Session: 3600, Trust: trust}
	with := func(change func(r *model.Role, lines, orders *model.Table, m *model.Model)) func(*model.Model) model.Role {
		return func(m *model.Model) model.Role {
			r := base
			change(&r, m.Tables[0], m.Tables[1], m)
			return r
		}
	}
	for _, test := range []struct {
		written string
		want    func(*model.Model) model.Role
	}{
		{"kind: stream_consumer, " + lambda + "streams: [orders]", with(func(r *model.Role, lines, orders *model.Table, _ *model.Model) {
			r.Kind, r.Tables = model.StreamConsumer, []*model.Table{orders}
		})},
		{"kind: backup, " + lambda + "tables: [orders, lines]", with(func(r *model.Role, lines, orders *model.Table, _ *model.Model) {
			r.Kind, r.Tables = model.Backup, []*model.Table{lines, orders}
		})},
		{`kind: restore, ` + lambda + `tables: [lines], into: "restored-*", because: drills`, with(func(r *model.Role, lines, _ *model.Table, _ *model.Model) {
			r.Kind, r.Tables = model.Restore, []*model.Table{lines}
			r.Restore = &model.RestoreRights{Into: "restored-*", FromBackup: true, PointInTime: true, Because: "drills"}
		})},
		{`kind: restore, ` + lambda + `tables: [lines], into: "restored-*", from: [backup], because: drills`, with(func(r *model.Role, lines, _ *model.Table, _ *model.Model) {
			r.Kind, r.Tables = model.Restore, []*model.Table{lines}
			r.Restore = &model.RestoreRights{Into: "restored-*", FromBackup: true, Because: "drills"}
		})},
		{`kind: export, ` + lambda + `tables: [lines], bucket: acme-lake, prefix: lines/, bucket_key: {prod: "arn:aws:kms:eu-west-1:111122223333:key/1", test: "arn:aws-cn:kms:cn-north-1:111122223333:key/2"}`,
			with(func(r *model.Role, lines, _ *model.Table, m *model.Model) {
				r.Kind, r.Tables = model.Export, []*model.Table{lines}
				r.Export = &model.ExportTarget{Bucket: "acme-lake", Prefix: "lines/", BucketKey: []model.EnvironmentValue{
					{Environment: m.Environments[0], Value: "arn:aws:kms:eu-west-1:111122223333:key/1"},
					{Environment: m.Environments[1], Value: "arn:aws-cn:kms:cn-north-1:111122223333:key/2"},
				}}
			})},
		{"kind: runtime, existing: true, name: service/reader, attach: [AWSXRayDaemonWriteAccess]", with(func(r *model.Role, _, _ *model.Table, _ *model.Model) {
			*r = model.Role{Name: "api", Kind: model.Runtime, Existing: true, Path: "/service/", PhysicalName: "reader",
				Attach: []model.Attachment{{ARN: "arn:{partition}:iam::aws:policy/AWSXRayDaemonWriteAccess"}}}
		})},
		{"kind: runtime, existing: true, name: reader", with(func(r *model.Role, _, _ *model.Table, _ *model.Model) {
			*r = model.Role{Name: "api", Kind: model.Runtime, Existing: true, Path: "/", PhysicalName: "reader"}
		})},
		{"kind: runtime, " + lambda + "name: Reader, description: reads, max_session_seconds: 7200", with(func(r *model.Role, _, _ *model.Table, _ *model.Model) {
			r.Kind, r.PhysicalName, r.Description, r.Session = model.Runtime, "Reader", "reads", 7200
		})},
	} {
		m, role := onlyRole(t, test.written)
		want := test.want(m)
		same(t, &want, role)
	}
}

func TestActions(t *testing.T) {
	action := func(name string, only bool) model.Action { return model.Action{Name: name, OnlyInTransaction: only} }
	for _, test := range []struct {
		written string
		want    []model.Action
		never   bool
	}{
		{"operations: [read]", []model.Action{action("BatchGetItem", false), action("GetItem", false), action("Query", false)}, false},
		{"operations: [transact]", []model.Action{action("ConditionCheckItem", false), action("DeleteItem", true), action("GetItem", true),
			action("PutItem", true), action("UpdateItem", true)}, false},
		{"operations: [TransactGetItems, GetItem]", []model.Action{action("GetItem", false)}, false},
		{"operations: [GetItem, TransactWriteItems]", []model.Action{action("ConditionCheckItem", false), action("DeleteItem", true),
			action("GetItem", false), action("PutItem", true), action("UpdateItem", true)}, false},
		{"operations: [PutItem, ConditionCheckItem], transactions: only", []model.Action{action("ConditionCheckItem", false), action("PutItem", true)}, false},
		{"operations: [PutItem], transactions: never", []model.Action{action("PutItem", false)}, true},
	} {
		_, role := onlyRole(t, "kind: runtime, assumed_by: {service: lambda}, access: [{table: lines, "+test.written+"}]")
		same(t, test.want, role.Grants[0].Actions)
		if role.Grants[0].NoTransactions != test.never {
			t.Errorf("%s: NoTransactions is %v", test.written, role.Grants[0].NoTransactions)
		}
	}
}

// TestDescribingATenantTable holds that DescribeTable alone reaches no rows, and needs no tenant and no reason.
func TestDescribingATenantTable(t *testing.T) {
	m, ds := mustLoad(t, []byte(`version: 1
name: shop
environments: {prod: {account: "444455556666", region: eu-central-1}}
tenancy: {id_pattern: "[a-z]+", identity: {session_tag: tenant_id}}
tables: {orders: {partition_key: PK, tenant_keys: ["{tenant}"]}}
roles: {api: {kind: runtime, assumed_by: {service: lambda}, access: [{table: orders, operations: [DescribeTable]}]}}
`))
	if g := m.Roles[0].Grants[0]; g.Rows.Kind != model.AllRows || len(ds) > 0 {
		t.Errorf("rows %v, findings %v", g.Rows, ds)
	}
}

// TestSilo holds that in a silo only the roles that are held to a tenant's rows are made for each.
func TestSilo(t *testing.T) {
	m, _ := mustLoad(t, []byte(`version: 1
name: shop
environments: {prod: {account: "444455556666", region: eu-central-1}}
tenancy: {id_pattern: "[a-z]+", tenants: [globex, acme]}
tables: {orders: {partition_key: PK, tenant_keys: ["{tenant}"]}, prices: {partition_key: id}}
roles:
  api: {kind: runtime, assumed_by: {service: lambda}, access: [{table: orders, operations: [read]}]}
  job: {kind: runtime, assumed_by: {service: lambda}, access: [{table: prices, operations: [read]}]}
`))
	same(t, []string{"acme", "globex"}, m.RoleTenants(m.Roles[0]))
	same(t, []string{""}, m.RoleTenants(m.Roles[1]))
}

func TestDefaults(t *testing.T) {
	m, _ := mustLoad(t, []byte(`version: 1
name: shop
environments: {prod: {account: "444455556666", region: eu-central-1}}
keys: {old: {existing: "arn:aws:kms:eu-central-1:444455556666:key/1"}}
tables:
  carts:
    partition_key: id
    billing: {read: 3, write: 2}
    encryption: aws_managed
    global_indexes:
      by_day: {partition_key: day}
      by_week: {partition_key: week, capacity: {read: 9, write: 8}}
  orders: {partition_key: {name: id, type: N}, existing: true, stream: keys_only, encryption: {key: old, because: [audit]}}
guardrails: {insecure_transport: {effect: allow, because: a proxy}}
`))
	carts, orders := m.Tables[0], m.Tables[1]
	same(t, &model.Capacity{Read: 3, Write: 2}, carts.GlobalIndexes[0].Capacity)
	same(t, &model.Capacity{Read: 9, Write: 8}, carts.GlobalIndexes[1].Capacity)
	same(t, model.Encryption{Kind: model.AWSManaged}, carts.Encryption)
	same(t, &model.Table{Name: "orders", PhysicalName: "orders", PartitionKey: model.Attribute{Name: "id", Type: "N"}, Existing: true,
		Stream: "KEYS_ONLY", Encryption: model.Encryption{Kind: model.CustomerManaged, Key: m.Keys[0], Because: []string{"audit"}}}, orders)
	if m.Guardrails.DenyInsecureTransport || len(m.Waivers) != 1 {
		t.Errorf("guardrails %v, waivers %v", m.Guardrails, m.Waivers)
	}
}

// TestNothingToSay loads specs that come near to a warning and deserve none.
func TestNothingToSay(t *testing.T) {
	const head = `version: 1
name: shop
environments: {prod: {account: "444455556666", region: eu-central-1}}
tenancy: {id_pattern: "[a-z]+", tenants: [acme]}
`
	for name, rest := range map[string]string{
		"an index on the table's own key cannot be planted": `
tables: {orders: {partition_key: PK, tenant_keys: ["{tenant}"], global_indexes: {by_day: {partition_key: PK, sort_key: day, tenant_keys: ["{tenant}"]}}}}
roles: {api: {kind: runtime, assumed_by: {service: lambda}, access: [{table: orders, operations: [read, write], indexes: [by_day]}]}}`,
		"nor one whose key the tenant's roles may not write": `
tables: {orders: {partition_key: PK, tenant_keys: ["{tenant}"], global_indexes: {by_owner: {partition_key: owner, tenant_keys: ["{tenant}"]}}}}
roles:
  api:
    kind: runtime
    assumed_by: {service: lambda}
    access:
      - {table: orders, operations: [Query], indexes: [by_owner]}
      - {table: orders, operations: [UpdateItem], attributes: [status]}`,
		"columns to write beside whole items to read": `
tables: {prices: {partition_key: id}}
roles: {api: {kind: runtime, assumed_by: {service: lambda}, access: [{table: prices, operations: [read]}, {table: prices, operations: [UpdateItem], attributes: [price]}]}}`,
		"all rows of one table, own rows of another": `
tables: {orders: {partition_key: PK, tenant_keys: ["{tenant}"]}, lines: {partition_key: PK, tenant_keys: ["{tenant}"]}}
roles: {api: {kind: runtime, assumed_by: {service: lambda}, access: [{table: orders, operations: [read]}, {table: lines, tenant: any, because: counts, operations: [Query]}]}}`,
		"an expiry that an index sorts by, as a number": `
tables: {carts: {partition_key: id, time_to_live: expires, global_indexes: {by_expiry: {partition_key: day, sort_key: {name: expires, type: N}}}}}`,
	} {
		if _, ds := mustLoad(t, []byte(head+rest+"\n")); len(ds) > 0 {
			t.Errorf("%s: %v", name, ds)
		}
	}
}

// TestExamplesLoad loads the examples of the repository.
func TestExamplesLoad(t *testing.T) {
	files, err := filepath.Glob("../examples/*/spec.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		mustLoad(t, src)
	}
}
