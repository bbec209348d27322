package report

import (
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// rich is a model with something for every sentence of the README but those on other sources of a tenant id.
func rich() *model.Model {
	production := &model.Environment{Name: "production", Account: "444455556666", Region: "ap-northeast-1", Partition: "aws"}
	staging := &model.Environment{Name: "staging", Account: "111122223333", Region: "ap-northeast-1", Partition: "aws", NamePrefix: "staging-"}
	environments := []*model.Environment{production, staging}
	everywhere := func(value string) []model.EnvironmentValue {
		return []model.EnvironmentValue{{Environment: production, Value: value}, {Environment: staging, Value: value}}
	}
	admin := model.Principal{ARN: "arn:{partition}:iam::{account}:role/TerraformDeploy"}
	atRest := &model.Key{Name: "at_rest", Description: "Ledger data at rest", Administrators: []model.Principal{admin}}
	existing := &model.Key{Name: "shared", Existing: []model.EnvironmentValue{
		{Environment: production, Value: "arn:aws:kms:ap-northeast-1:444455556666:key/1234abcd"},
		{Environment: staging, Value: "arn:aws:kms:ap-northeast-1:111122223333:key/5678abcd"},
	}}
	ledger := ledgerUnder(atRest)
	rates := &model.Table{Name: "rates", PhysicalName: "Rates", TimeToLive: "until", Capacity: &model.Capacity{Read: 1, Write: 1, ReadRoof: 10, WriteRoof: 10}, Tags: []model.Tag{{Key: "Team", Value: "treasury"}}}
	orders := &model.Table{Name: "orders", PhysicalName: "Orders", Existing: true, Encryption: model.Encryption{Kind: model.CustomerManaged, Key: existing}}
	m := &model.Model{
		Name: "payments", Environments: environments,
		Tenancy: &model.Tenancy{
			IDPattern: "[a-z0-9]{8,32}", Identity: model.Identity{Kind: model.SessionTag, Name: "tenant_id"}, Tenants: []string{"acme0001", "globex01"},
		},
		Keys: []*model.Key{atRest, existing}, Tables: []*model.Table{ledger, orders, rates},
		Guardrails: model.Guardrails{DenyInsecureTransport: true},
		Trail: &model.Trail{Bucket: "acme-audit", Key: atRest, Tables: []*model.Table{ledger}, Writes: true,
			Readers: []model.Principal{{ARN: "arn:{partition}:iam::{account}:role/AuditReader"}}},
		Waivers: []model.Waiver{
			{Subject: `role "support"`, Waived: `reads rows of every tenant of "ledger"`, Because: "support desk reads across tenants, ticket SEC-12"},
			{Subject: `table "rates"`, Waived: "point-in-time recovery is off", Because: "rates are loaded again every day"},
		},
	}
	m.Roles = richRoles(ledger, orders, rates, everywhere)
	deploying(m, everywhere)
	app := &model.Endpoint{Name: "app", Gateway: true, Service: model.DynamoDB, Roles: m.Roles[:1]}
	streams := &model.Endpoint{Name: "streams", Service: model.DynamoDBStreams}
	m.Endpoints = []*model.Endpoint{app, streams}
	m.Guardrails.OnlyThrough = []*model.Endpoint{app}
	for _, e := range environments {
		e.Placements = []model.Placement{{Endpoint: app, VPC: "vpc-1"}, {Endpoint: streams, VPC: "vpc-1"}}
	}
	return m
}

func ledgerUnder(k *model.Key) *model.Table {
	t := &model.Table{
		Name: "ledger", PhysicalName: "Ledger",
		TenantKeys: []model.KeyTemplate{{Prefix: "TENANT#"}, {Prefix: "TENANT#", Suffix: "#INVOICE#", Open: true}},
		Stream:     "NEW_IMAGE", PointInTimeDays: 35, DeletionProtection: true, Encryption: model.Encryption{Kind: model.CustomerManaged, Key: k},
	}
	t.GlobalIndexes = []*model.Index{{Name: "by_status", Table: t, PartitionKey: model.Attribute{Name: "GSI1PK", Type: "S"}, TenantKeys: []model.KeyTemplate{{Prefix: "TENANT#", Suffix: "#STATUS#", Open: true}}}}
	t.LocalIndexes = []*model.Index{{Name: "by_amount", Table: t, Local: true, TenantKeys: t.TenantKeys}}
	return t
}

func richRoles(ledger, orders, rates *model.Table, everywhere func(string) []model.EnvironmentValue) []*model.Role {
	breakGlass := model.Trust{Kind: model.RoleTrust, Roles: []model.Principal{{ARN: "arn:{partition}:iam::{account}:role/BreakGlass"}}}
	all := map[string]*model.Role{
		"api":        {Kind: model.Runtime, Description: "The API's function", Trust: service("lambda"), Attach: []model.Attachment{{ARN: "arn:{partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}}},
		"api_tenant": {Kind: model.Runtime, Description: "One tenant's session."},
		"auditor":    {Kind: model.Runtime, Tags: []model.Tag{{Key: "Team", Value: "risk"}}, Trust: breakGlass, TagGrants: []*model.TagGrant{{Actions: actions("DescribeTable", "GetItem"), Tags: []model.TagMatch{{Key: "Environment", Value: "production"}, {Key: "Team", Same: true}}}}},
		"ci":         {Kind: model.Runtime, Trust: gitHub(everywhere, "repo:acme/infra:ref:refs/heads/main")},
		"exporter":   {Kind: model.Export, Trust: breakGlass, Tables: []*model.Table{ledger}, Export: &model.ExportTarget{Bucket: "acme-exports", Prefix: "ledger/"}},
		"projector":  {Kind: model.StreamConsumer, Trust: service("ecs_tasks"), Tables: []*model.Table{ledger}},
		"recovery":   {Kind: model.Restore, Trust: breakGlass, Tables: []*model.Table{ledger}, Restore: &model.RestoreRights{Into: "recovered-*", FromBackup: true, PointInTime: true}},
		"shop":       {Kind: model.Runtime, PhysicalName: "shop-backend", Existing: true, Grants: []*model.Grant{{Table: orders, Actions: actions("GetItem", "PutItem"), NoTransactions: true}}},
		"support":    {Kind: model.Runtime, Trust: service("ecs_tasks"), Grants: []*model.Grant{{Table: ledger, Actions: actions("GetItem", "UpdateItem"), Attributes: []string{"PK", "SK", "status"}}}},
		"treasury": {Kind: model.Runtime, Trust: service("ec2"), Grants: []*model.Grant{
			{Table: rates, Actions: actions("DescribeTable", "GetItem", "PartiQLSelect")}, {Table: orders, Actions: actions("DescribeTable")},
			{Table: ledger, Actions: actions("GetItem"), Rows: model.Rows{Kind: model.NamedRows, Keys: []string{"CONFIG", "FLAGS"}}},
		}},
		"vault": {Kind: model.Backup, Trust: service("backup"), Tables: []*model.Table{ledger, rates}},
	}
	all["api_tenant"].Trust = model.Trust{Kind: model.RoleTrust, Roles: []model.Principal{{Role: all["api"]}}}
	all["api_tenant"].Grants = []*model.Grant{{
		Table: ledger, Indexes: ledger.Indexes(), Rows: model.Rows{Kind: model.OwnRows},
		Actions: append(actions("GetItem", "PutItem", "Query"), model.Action{Name: "ConditionCheckItem"}, model.Action{Name: "DeleteItem", OnlyInTransaction: true}),
	}}
	all["api"].Assumes = []*model.Role{all["api_tenant"]}
	var out []*model.Role
	for _, name := range []string{"api", "api_tenant", "auditor", "ci", "exporter", "projector", "recovery", "shop", "support", "treasury", "vault"} {
		r := all[name]
		r.Name, r.Path = name, "/ddbgen/payments/"
		if r.Existing {
			r.Path = "/"
		}
		if r.PhysicalName == "" {
			r.PhysicalName = "payments-" + name
		}
		out = append(out, r)
	}
	return out
}

// gitHub is trust in a workflow's runs of a subject.
func gitHub(everywhere func(string) []model.EnvironmentValue, subject string) model.Trust {
	t := model.Trust{
		Kind: model.GitHubTrust, Issuer: everywhere("token.actions.githubusercontent.com"), Audience: everywhere("sts.amazonaws.com"),
		Claims: []model.Tag{{Key: "job_workflow_ref", Value: "acme/workflows/.github/workflows/deploy.yml@refs/heads/main"}, {Key: "repository_id", Value: "456789"}},
	}
	for _, v := range everywhere(subject) {
		t.Subjects = append(t.Subjects, model.EnvironmentValues{Environment: v.Environment, Values: []string{v.Value}})
	}
	return t
}

// deploying gives a model roles that deploy and plan, a boundary and a state.
func deploying(m *model.Model, everywhere func(string) []model.EnvironmentValue) {
	trust := gitHub(everywhere, "")
	trust.Subjects = nil
	for _, e := range m.Environments {
		trust.Subjects = append(trust.Subjects, model.EnvironmentValues{Environment: e, Values: []string{
			"repo:acme/infra:environment:" + e.Name, "repo:acme@123456/infra@456789:environment:" + e.Name,
		}})
	}
	deployer := &model.Role{Name: "deployer", Kind: model.Deploy, Trust: trust, Allows: []model.Allowance{model.ChangeExistingRoles, model.DeleteTables}}
	planner := &model.Role{Name: "planner", Kind: model.Plan, Description: "Plans of pull requests", Trust: gitHub(everywhere, "repo:acme/infra:pull_request")}
	m.DeployRoles = []*model.Role{deployer, planner}
	for _, r := range m.DeployRoles {
		r.PhysicalName, r.Path = m.Name+"-"+r.Name, m.BootstrapPath()
	}
	m.Keys[0].Administrators = append(m.Keys[0].Administrators, model.Principal{Role: deployer})
	m.Guardrails.Boundary = &model.Boundary{Also: []string{"logs:PutLogEvents"}, Because: "the API logs"}
	m.State = &model.State{
		Bucket: everywhere("acme-tfstate"), Region: everywhere("us-east-1"), Prefix: "payments/", LockTable: "terraform-locks",
		Key: everywhere("arn:aws:kms:us-east-1:444455556666:key/5tate"),
	}
	m.State.Bucket[1].Value, m.State.Region[1].Value = "acme-tfstate-staging", "ap-northeast-1"
	m.Environments[0].MakesProviders = true
}

func service(name string) model.Trust { return model.Trust{Kind: model.ServiceTrust, Service: name} }

func actions(names ...string) []model.Action {
	var out []model.Action
	for _, n := range names {
		out = append(out, model.Action{Name: n})
	}
	return out
}

// silo is a small model with roles for each tenant and nothing else.
func silo() *model.Model {
	orders := &model.Table{Name: "orders", PhysicalName: "Orders", TenantKeys: []model.KeyTemplate{{}}}
	gateway := &model.Role{Name: "gateway", PhysicalName: "silo-gateway", Kind: model.Runtime, Trust: service("ecs_tasks")}
	worker := &model.Role{Name: "worker", PhysicalName: "silo-worker", Kind: model.Runtime, PerTenant: true, Trust: model.Trust{Kind: model.RoleTrust, Roles: []model.Principal{{Role: gateway}}}}
	worker.Grants = []*model.Grant{{Table: orders, Actions: actions("GetItem"), Rows: model.Rows{Kind: model.OwnRows}}}
	gateway.Assumes = []*model.Role{worker}
	return &model.Model{
		Name: "silo", Environments: []*model.Environment{{Name: "production", Account: "444455556666", Region: "us-east-1", Partition: "aws"}},
		Tenancy: &model.Tenancy{IDPattern: "[a-z]{4,8}", Tenants: []string{"acme", "globex", "initech"}},
		Tables:  []*model.Table{orders}, Roles: []*model.Role{gateway, worker},
	}
}

// policiesOf are the policies of a model, without their bytes: the README names files and quotes none.
func policiesOf(m *model.Model) []artifact.Policy {
	var out []artifact.Policy
	for _, e := range m.Environments {
		if m.Guardrails.Boundary.Made() {
			out = append(out, artifact.Policy{Kind: artifact.Boundary, Environment: e})
		}
		for _, kind := range []artifact.Kind{artifact.Identity, artifact.Trust} {
			for _, r := range m.AllRoles() {
				for _, tenant := range m.RoleTenants(r) {
					if kind == artifact.Trust && r.Existing {
						continue
					}
					out = append(out, artifact.Policy{Kind: kind, Environment: e, Role: r, Tenant: tenant, Part: 1})
					if kind == artifact.Identity && r.Name == "api_tenant" {
						out = append(out, artifact.Policy{Kind: kind, Environment: e, Role: r, Part: 2})
					}
				}
			}
		}
		for _, t := range m.Tables {
			out = append(out, artifact.Policy{Kind: artifact.Table, Environment: e, Table: t})
		}
		for _, k := range m.Keys {
			if len(k.Existing) == 0 {
				out = append(out, artifact.Policy{Kind: artifact.Key, Environment: e, Key: k})
			}
		}
		for _, p := range m.Endpoints {
			out = append(out, artifact.Policy{Kind: artifact.Endpoint, Environment: e, Endpoint: p})
		}
	}
	return out
}

func foreignOf(m *model.Model) []ForeignKey {
	var out []ForeignKey
	for _, e := range m.Environments {
		for _, k := range m.Keys {
			if len(k.Existing) > 0 {
				out = append(out, ForeignKey{Environment: e, Key: k, Statements: []policy.Statement{{
					Sid: "UseByShop", Effect: policy.Allow, Principal: &policy.Principal{AWS: []string{"arn:aws:iam::" + e.Account + ":role/shop-backend"}},
					Action: []string{"kms:Decrypt"}, Resource: []string{"*"},
				}}})
			}
		}
	}
	return out
}
