package terraform

import (
	"fmt"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
)

// rich is a model with every kind of thing: two environments, made and existing keys, tables and roles, indexes of every
// projection, fixed and moving capacities, both types of endpoint, a trail, and what an administrator makes first.
func rich() *model.Model {
	m := &model.Model{Name: "payments", Guardrails: model.Guardrails{DenyInsecureTransport: true, Boundary: &model.Boundary{}}}
	production := &model.Environment{
		Name: "production", Account: "444455556666", Region: "ap-northeast-1", Partition: "aws",
		Tags: []model.Tag{{Key: "CostCenter", Value: "1234"}},
	}
	staging := &model.Environment{
		Name: "staging", Account: "111122223333", Region: "cn-north-1", Partition: "aws-cn", NamePrefix: "staging-", MakesProviders: true,
	}
	m.Environments = []*model.Environment{production, staging}
	addKeys(m)
	addTables(m)
	addRoles(m)
	addEndpoints(m)
	addDeployRoles(m)
	m.Trail = &model.Trail{Bucket: "acme-audit", Key: m.Keys[1], Tables: m.Tables[1:3], Writes: true}
	return m
}

func addKeys(m *model.Model) {
	var arns []model.EnvironmentValue
	for _, e := range m.Environments {
		arns = append(arns, model.EnvironmentValue{Environment: e, Value: fmt.Sprintf("arn:%s:kms:%s:%s:key/1234abcd", e.Partition, e.Region, e.Account)})
	}
	m.Keys = []*model.Key{
		{Name: "legacy", Existing: arns},
		{Name: "payments", Description: "Ledger data at rest", RotationDays: 365, DeletionWindowDays: 30, Tags: []model.Tag{{Key: "Data class", Value: "secret"}}},
	}
}

func addTables(m *model.Model) {
	id := model.Attribute{Name: "id", Type: "S"}
	at := model.Attribute{Name: "at", Type: "N"}
	events := &model.Table{
		Name: "events", PhysicalName: "events", PartitionKey: id, SortKey: &at,
		Encryption:      model.Encryption{Kind: model.CustomerManaged, Key: m.Keys[0]},
		PointInTimeDays: 7, DeletionProtection: true, TimeToLive: "expires_at",
		Capacity: &model.Capacity{Read: 10, Write: 5, ReadRoof: 100, WriteRoof: 50},
	}
	events.GlobalIndexes = []*model.Index{{
		Name: "by_kind", PhysicalName: "by_kind", Table: events, PartitionKey: model.Attribute{Name: "kind", Type: "S"},
		Projection: model.Projection{Kind: model.ProjectAll}, Capacity: &model.Capacity{Read: 2, Write: 3, ReadRoof: 20, WriteRoof: 30},
	}}
	ledger := &model.Table{
		Name: "ledger", PhysicalName: "Ledger", PartitionKey: model.Attribute{Name: "PK", Type: "S"}, SortKey: &model.Attribute{Name: "SK", Type: "S"},
		Encryption: model.Encryption{Kind: model.CustomerManaged, Key: m.Keys[1]}, Stream: "NEW_AND_OLD_IMAGES",
		PointInTimeDays: 35, DeletionProtection: true, Tags: []model.Tag{{Key: "Team", Value: "billing"}},
	}
	amount := model.Attribute{Name: "amount", Type: "N"}
	ledger.GlobalIndexes = []*model.Index{{
		Name: "by_status", PhysicalName: "by_status", Table: ledger, PartitionKey: model.Attribute{Name: "GSI1PK", Type: "S"}, SortKey: &amount,
		Projection: model.Projection{Kind: model.ProjectInclude, Attributes: []string{"currency", "status"}},
	}}
	ledger.LocalIndexes = []*model.Index{{
		Name: "by_amount", PhysicalName: "by_amount", Table: ledger, Local: true, PartitionKey: ledger.PartitionKey, SortKey: &amount,
		Projection: model.Projection{Kind: model.ProjectKeysOnly},
	}}
	m.Tables = []*model.Table{
		{Name: "catalogue", PhysicalName: "Catalogue", PartitionKey: id, Existing: true, Stream: "KEYS_ONLY"},
		events,
		ledger,
		{
			Name: "rates", PhysicalName: "rates", PartitionKey: id, Capacity: &model.Capacity{Read: 1, Write: 1},
			Encryption: model.Encryption{Kind: model.AWSManaged}, PointInTimeDays: 35, DeletionProtection: true,
		},
		{Name: "scratch", PhysicalName: "scratch", PartitionKey: model.Attribute{Name: "k", Type: "B"}},
	}
}

func addRoles(m *model.Model) {
	m.Tenancy = &model.Tenancy{IDPattern: "[a-z0-9]{8}", Tenants: []string{"acme0001", "globex01"}}
	made := func(name, physical string) *model.Role {
		return &model.Role{Name: name, PhysicalName: physical, Path: "/ddbgen/payments/", Kind: model.Runtime, Session: 3600}
	}
	api := made("api", "payments-api")
	api.Description = "The Lambda function's own role"
	api.Trust = model.Trust{Kind: model.ServiceTrust, Service: "lambda"}
	api.Attach = []model.Attachment{
		{ARN: "arn:{partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"},
		{ARN: "arn:{partition}:iam::{account}:policy/tracing"},
	}
	apiTenant := made("api_tenant", "payments-api-tenant")
	apiTenant.Session = 7200
	apiTenant.Trust = model.Trust{Kind: model.RoleTrust, Roles: []model.Principal{{Role: api}, {ARN: "arn:{partition}:iam::{account}:role/admin"}}}
	batch := made("batch", "payments-batch")
	batch.Tags = []model.Tag{{Key: "Team", Value: "risk"}}
	batch.Trust = model.Trust{Kind: model.ServiceTrust, Service: "ec2"}
	reader := &model.Role{Name: "reader", PhysicalName: "reader", Path: "/service/", Kind: model.Runtime, Existing: true}
	worker := made("worker", "payments-worker")
	worker.PerTenant = true
	worker.Trust = model.Trust{Kind: model.RoleTrust, Roles: []model.Principal{{Role: batch}}}
	worker.Attach = []model.Attachment{{ARN: "arn:{partition}:iam::aws:policy/AWSXRayDaemonWriteAccess"}}
	m.Roles = []*model.Role{api, apiTenant, batch, reader, worker}
}

func addEndpoints(m *model.Model) {
	app := &model.Endpoint{Name: "app", Gateway: true, Service: model.DynamoDB}
	feed := &model.Endpoint{Name: "feed", Service: model.DynamoDBStreams}
	m.Endpoints = []*model.Endpoint{app, feed}
	for _, e := range m.Environments {
		e.Placements = []model.Placement{
			{Endpoint: app, VPC: "vpc-0a1b2c3d4e5f60718", RouteTables: []string{"rtb-0a1b2c3d4e5f60718"}},
			{Endpoint: feed, VPC: "vpc-0a1b2c3d4e5f60718", Subnets: []string{"subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"}, SecurityGroups: []string{"sg-0a1b2c3d4e5f60718"}},
		}
	}
}

// addDeployRoles adds roles of two issuers, of which one has two audiences, and the state.
func addDeployRoles(m *model.Model) {
	everywhere := func(values ...string) []model.EnvironmentValue {
		var out []model.EnvironmentValue
		for i, e := range m.Environments {
			out = append(out, model.EnvironmentValue{Environment: e, Value: values[i%len(values)]})
		}
		return out
	}
	role := func(name string, kind model.Kind, trust model.Trust) *model.Role {
		return &model.Role{Name: name, PhysicalName: "payments-" + name, Path: m.BootstrapPath(), Kind: kind, Session: 3600, Trust: trust}
	}
	github := func(context string) model.Trust {
		t := model.Trust{Kind: model.GitHubTrust, Issuer: everywhere("token.actions.githubusercontent.com"), Audience: everywhere("sts.amazonaws.com")}
		for _, e := range m.Environments {
			t.Subjects = append(t.Subjects, model.EnvironmentValues{Environment: e, Values: []string{"repo:acme/infra:" + context}})
		}
		return t
	}
	planner := github("pull_request")
	planner.Subjects[0].Values = []string{"repo:acme@123456/infra@456789:pull_request"}
	gitlab := model.Trust{Kind: model.GitLabTrust, Issuer: everywhere("gitlab.com"), Audience: everywhere("https://gitlab.com")}
	other := gitlab
	other.Audience = everywhere("https://acme.example")
	people := model.Trust{Kind: model.RoleTrust, Roles: []model.Principal{{ARN: "arn:{partition}:iam::{account}:role/admin"}}}
	m.DeployRoles = []*model.Role{
		role("by_hand", model.Deploy, people),
		role("deployer", model.Deploy, github("environment:production")),
		role("permissions_boundary", model.Deploy, gitlab),
		role("planner", model.Plan, planner),
		role("reviewer", model.Plan, other),
	}
	m.DeployRoles[1].Description = "Applies the main branch"
	m.DeployRoles[1].Tags = []model.Tag{{Key: "Team", Value: "platform"}}
	m.State = &model.State{
		Bucket: everywhere("acme-tfstate", "acme-tfstate-cn"), Region: everywhere("eu-central-1", "cn-northwest-1"), Prefix: "payments/",
		Key: everywhere("arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-44cd-96ef-1234567890ab", "arn:aws-cn:kms:cn-northwest-1:111122223333:key/1234abcd-12ab-44cd-96ef-1234567890ab"),
	}
}

// policies are the artifacts of an environment: one managed policy a role and tenant, two for api_tenant and deployer.
func policies(m *model.Model, e *model.Environment) []artifact.Policy {
	var out []artifact.Policy
	for _, r := range m.AllRoles() {
		for _, tenant := range m.RoleTenants(r) {
			out = append(out, artifact.Policy{Kind: artifact.Identity, Environment: e, Role: r, Tenant: tenant, Part: 1})
			if r.Name == "api_tenant" || r.Name == "deployer" || tenant == "globex01" {
				out = append(out, artifact.Policy{Kind: artifact.Identity, Environment: e, Role: r, Tenant: tenant, Part: 2})
			}
		}
	}
	return out
}
