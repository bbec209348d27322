package iam

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// TestDeployPolicies compares the policies of roles that deploy and plan with files that were written by hand:
// testdata/CASE/role.NAME.json for each of them, and of no other role.
func TestDeployPolicies(t *testing.T) {
	for _, c := range []struct {
		name  string
		model *model.Model
	}{
		{"deploy_everything", deployEverything()},
		{"deploy_allowed", deployAllowed()},
		{"deploy_minimal", deployMinimal()},
		{"deploy_existing", deployExisting()},
		{"deploy_silo", deploySilo()},
		{"deploy_china", deployChina()},
	} {
		t.Run(c.name, func(t *testing.T) {
			policies, ds := Policies(c.model, c.model.Environments[0])
			if ds.HasErrors() {
				t.Fatal(ds)
			}
			var deploying []artifact.Policy
			for _, p := range policies {
				if p.Bootstraps() {
					deploying = append(deploying, p)
				}
			}
			compare(t, "testdata/"+c.name, deploying)
		})
	}
}

// TestDeployPoliciesStay holds that what is changed every day changes nothing for who deploys and plans: their policies are
// applied by an administrator, who should seldom be asked.
func TestDeployPoliciesStay(t *testing.T) {
	want := deployBytes(t, deployEverything())
	for name, change := range map[string]func(*model.Model){
		"index":       func(m *model.Model) { index(m.Tables[0], "by_email") },
		"tag":         func(m *model.Model) { m.Tables[0].Tags = []model.Tag{{Key: "Team", Value: "core"}} },
		"stream":      func(m *model.Model) { m.Tables[0].Stream = "NEW_IMAGE" },
		"role tag":    func(m *model.Model) { m.Roles[0].Tags = []model.Tag{{Key: "Team", Value: "core"}} },
		"description": func(m *model.Model) { m.Roles[0].Description = "Writes orders" },
		"session":     func(m *model.Model) { m.Roles[0].Session = 7200 },
		"trust":       func(m *model.Model) { m.Roles[0].Trust.Service = "ecs_tasks" },
		"grant":       func(m *model.Model) { m.Roles[0].Grants = append(m.Roles[0].Grants, may(m.Tables[3], "Scan")) },
		"role":        func(m *model.Model) { m.Roles = append(m.Roles, runtime("zebra", may(m.Tables[3], "GetItem"))) },
		"capacity": func(m *model.Model) {
			m.Tables[2].Capacity = &model.Capacity{Read: 9, Write: 9, ReadRoof: 90, WriteRoof: 90}
		},
		"recovery": func(m *model.Model) { m.Tables[0].PointInTimeDays = 20 },
		"window":   func(m *model.Model) { m.Keys[0].DeletionWindowDays = 7 },
	} {
		m := deployEverything()
		change(m)
		if diff := cmp.Diff(want, deployBytes(t, m)); diff != "" {
			t.Errorf("%s: the policies of who deploys and plans changed (-before +after):\n%s", name, diff)
		}
	}
}

// deployBytes are the policies of the roles that deploy and plan, by path.
func deployBytes(t *testing.T, m *model.Model) map[string]string {
	t.Helper()
	policies, ds := Policies(m, m.Environments[0])
	trusts, more := Trusts(m, m.Environments[0])
	if ds = append(ds, more...); ds.HasErrors() {
		t.Fatal(ds)
	}
	out := map[string]string{}
	for _, p := range append(policies, trusts...) {
		if p.Bootstraps() {
			out[p.Path()] = string(p.Bytes)
		}
	}
	return out
}

// deploying adds to a model a role that deploys, with allowances, and one that plans, and a boundary.
func deploying(m *model.Model, allows ...model.Allowance) *model.Model {
	deployer, planner := role("deployer", model.Deploy), role("planner", model.Plan)
	deployer.Path, planner.Path = m.BootstrapPath(), m.BootstrapPath()
	deployer.Allows = allows
	m.DeployRoles = []*model.Role{deployer, planner}
	m.Guardrails.Boundary = &model.Boundary{}
	return m
}

// stored keeps the state of a model in a bucket.
func stored(m *model.Model) *model.Model {
	here := func(value string) []model.EnvironmentValue {
		return []model.EnvironmentValue{{Environment: m.Environments[0], Value: value}}
	}
	m.State = &model.State{Bucket: here("acme-tfstate"), Region: here("eu-west-1"), Prefix: "shop/"}
	return m
}

// deployEverything has something of each sort of thing that a build makes.
func deployEverything() *model.Model {
	ledger, orders, rates, old := table("ledger", "{tenant}"), table("orders"), table("rates"), table("old")
	ledger.PointInTimeDays, ledger.TimeToLive = 35, "expires_at"
	orders.PointInTimeDays = 7
	orders.Capacity = &model.Capacity{Read: 5, Write: 5, ReadRoof: 50, WriteRoof: 50}
	index(orders, "by_day").Capacity = orders.Capacity
	rates.Encryption.Kind = model.AWSManaged
	index(rates, "by_day").Capacity = orders.Capacity
	old.Existing, old.PointInTimeDays = true, 35
	worker, named := runtime("worker", may(ledger, "GetItem")), runtime("named", may(orders, "PutItem"))
	worker.Trust.Service = "ec2"
	worker.Attach = []model.Attachment{{ARN: "arn:{partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"}}
	named.PhysicalName = "OrderWriter"
	m := identified(system(tables(ledger, old, orders, rates), named, worker), model.SessionTag, "tenant_id")
	deploying(stored(m))
	e := m.Environments[0]
	e.NamePrefix = "prod-"
	key := &model.Key{Name: "at_rest", Administrators: []model.Principal{{Role: m.DeployRoles[0]}}}
	ledger.Encryption = model.Encryption{Kind: model.CustomerManaged, Key: key}
	m.Keys = []*model.Key{key}
	app := &model.Endpoint{Name: "app", Gateway: true, Service: model.DynamoDB}
	streams := &model.Endpoint{Name: "streams", Service: model.DynamoDBStreams}
	m.Endpoints = []*model.Endpoint{app, streams}
	e.Placements = []model.Placement{
		{Endpoint: app, VPC: "vpc-0a1b2c3d4e5f60718", RouteTables: []string{"rtb-0a1b2c3d4e5f60718", "rtb-0a1b2c3d4e5f60719"}},
		{Endpoint: streams, VPC: "vpc-0a1b2c3d4e5f60718", Subnets: []string{"subnet-0a1b2c3d4e5f60718"}, SecurityGroups: []string{"sg-0a1b2c3d4e5f60718"}},
	}
	m.Trail = &model.Trail{Bucket: "acme-audit", Key: key, Tables: tables(ledger), Writes: true}
	m.State.Key = []model.EnvironmentValue{{Environment: e, Value: "arn:aws:kms:eu-west-1:444455556666:key/0f9e8d7c-6b5a-4c3d-8e2f-1a0b9c8d7e6f"}}
	return m
}

// deployAllowed is the same with all that can be allowed, a lock table, and a boundary made elsewhere.
func deployAllowed() *model.Model {
	m := deployEverything()
	m.DeployRoles[0].Allows = []model.Allowance{model.ChangeRecovery, model.DeleteKeys, model.DeleteTables, model.DeleteTrail}
	m.State.LockTable, m.State.Key = "terraform-locks", nil
	m.Guardrails.Boundary = &model.Boundary{ARN: "arn:{partition}:iam::{account}:policy/limits/application"}
	return m
}

// deployMinimal is one table with nothing on, and no role.
func deployMinimal() *model.Model {
	m := deploying(system(tables(table("notes"))))
	m.Guardrails.DenyInsecureTransport = false
	return m
}

// deployExisting is tables, a key and roles that exist already.
func deployExisting() *model.Model {
	ledger, orders := table("ledger"), table("orders")
	orders.Existing = true
	reader := runtime("reader", may(ledger, "GetItem"))
	reader.Existing, reader.Trust, reader.PhysicalName, reader.Path = true, model.Trust{}, "reader", "/service/"
	reader.Attach = []model.Attachment{{ARN: "arn:aws:iam::444455556666:policy/logging"}}
	other := runtime("other", may(orders, "GetItem"))
	other.Existing, other.Trust, other.PhysicalName, other.Path = true, model.Trust{}, "other", "/"
	m := underKey(system(tables(ledger, orders), other, reader), ledger, orders)
	return deploying(m, model.ChangeExistingRoles)
}

// deploySilo has a role for each tenant, under the spec's name and under one of its own.
func deploySilo() *model.Model {
	ledger := table("ledger", "{tenant}")
	api, worker := runtime("api", may(ledger, "GetItem")), runtime("worker", may(ledger, "PutItem"))
	worker.PhysicalName, worker.Trust.Service = "LedgerWorker", "ec2"
	return deploying(siloed(system(tables(ledger), api, worker), []string{"acme", "globex"}))
}

// TestDeployMany holds that a role deploys more tables than one statement can list, and that all of them are there.
func TestDeployMany(t *testing.T) {
	m := deployMany(300)
	m.DeployRoles = m.DeployRoles[:1]
	policies, ds := Policies(m, m.Environments[0])
	if ds.HasErrors() || len(policies) < 2 {
		t.Fatalf("%d policies, %v", len(policies), ds)
	}
	listed := map[string]int{}
	for _, p := range policies {
		for _, s := range parsed(t, p.Bytes) {
			if s.Effect == policy.Allow && slices.Contains(s.Action, "dynamodb:CreateTable") {
				for _, arn := range s.Resource {
					listed[arn]++
				}
			}
		}
	}
	for _, table := range m.Tables {
		if n := listed[m.Environments[0].TableARN(table)]; n != 1 {
			t.Errorf("table %s may be created by %d statements", table.Name, n)
		}
	}
}

// TestDeployManyScaled holds that where many tables are scaled each of their alarms may act on the scaling of each of them: a
// statement that lists both kinds still fits.
func TestDeployManyScaled(t *testing.T) {
	m := deployMany(60)
	for _, table := range m.Tables {
		table.Capacity = &model.Capacity{Read: 5, Write: 5, ReadRoof: 50, WriteRoof: 50}
	}
	m.DeployRoles = m.DeployRoles[:1]
	policies, ds := Policies(m, m.Environments[0])
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	pairs := map[string]int{}
	for _, p := range policies {
		for _, s := range parsed(t, p.Bytes) {
			if s.Effect == policy.Allow && slices.Contains(s.Action, "cloudwatch:PutMetricAlarm") {
				for _, alarm := range s.Resource {
					for _, acts := range s.Condition[0].Values {
						pairs[alarm+" "+acts]++
					}
				}
			}
		}
	}
	for pair, n := range pairs {
		if n > 1 {
			t.Errorf("%d statements for %s", n, pair)
		}
	}
	if want := 61 * 60; len(pairs) != want { // the alarm without a name, too
		t.Errorf("%d pairs of alarms and scaling policies, not %d", len(pairs), want)
	}
}

// TestDeployQuota holds that what is too much for one role that deploys is said, with what can be done.
func TestDeployQuota(t *testing.T) {
	m := deployMany(1500)
	m.DeployRoles = m.DeployRoles[:1]
	_, ds := Policies(m, m.Environments[0])
	if len(ds) != 1 || diag.IDOf(ds[0]) != "attachment-quota" || !strings.Contains(ds[0].Detail, "Divide the spec") {
		t.Errorf("findings: %v", ds)
	}
}

// deployMany is a role that deploys many tables with recovery and expiry.
func deployMany(count int) *model.Model {
	var all []*model.Table
	for i := range count {
		t := table(fmt.Sprintf("table_%04d", i))
		t.PointInTimeDays, t.TimeToLive = 35, "expires_at"
		all = append(all, t)
	}
	return deploying(system(all))
}

// deployChina is in a partition where EC2 has another name.
func deployChina() *model.Model {
	scores := table("scores")
	scores.Capacity = &model.Capacity{Read: 5, Write: 5, ReadRoof: 50, WriteRoof: 50}
	worker := runtime("worker", may(scores, "GetItem"))
	worker.Trust.Service = "ec2"
	m := stored(deploying(system(tables(scores), worker)))
	m.Environments[0].Partition, m.Environments[0].Region = "aws-cn", "cn-north-1"
	return m
}
