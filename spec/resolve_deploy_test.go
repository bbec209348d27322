package spec

import (
	"os"
	"testing"

	"github.com/ddbgen/ddbgen/internal/model"
)

// TestDeployment reads a spec that says everything about what Terraform runs as and with.
func TestDeployment(t *testing.T) {
	src, err := os.ReadFile("testdata/valid/deploy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m, ds := mustLoad(t, src)
	if len(ds) != 0 {
		t.Errorf("warnings: %v", ds)
	}
	production, staging := m.Environments[0], m.Environments[1]
	in := func(first, second string) []model.EnvironmentValue {
		return []model.EnvironmentValue{{Environment: production, Value: first}, {Environment: staging, Value: second}}
	}
	everywhere := func(v string) []model.EnvironmentValue { return in(v, v) }
	const gitHub, sts = "token.actions.githubusercontent.com", "sts.amazonaws.com"
	ids := []model.Tag{{Key: "repository_id", Value: "456789"}, {Key: "repository_owner_id", Value: "123456"}}
	workflow := model.Tag{Key: "job_workflow_ref", Value: "acme/workflows/.github/workflows/deploy.yml@refs/heads/main"}
	pulls := []string{"repo:acme/infra:pull_request", "repo:acme@123456/infra@456789:pull_request"}
	if len(m.DeployRoles) != 3 || len(m.Roles) != 2 || len(m.Keys) != 1 {
		t.Fatalf("%d deploy roles, %d others, %d keys", len(m.DeployRoles), len(m.Roles), len(m.Keys))
	}
	deployer, planner, release := m.DeployRoles[0], m.DeployRoles[1], m.DeployRoles[2]
	same(t, &model.Role{
		Name: "deployer", PhysicalName: "shop-deployer", Path: "/ddbgen-bootstrap/shop/", Kind: model.Deploy,
		Description: "Applies the environment's root", Session: 3600,
		Trust: model.Trust{Kind: model.GitHubTrust, Issuer: everywhere(gitHub), Audience: everywhere(sts),
			Claims: append([]model.Tag{workflow}, ids...),
			Subjects: []model.EnvironmentValues{
				{Environment: production, Values: []string{"repo:acme@123456/infra@456789:environment:prod-eu"}},
				{Environment: staging, Values: []string{"repo:acme@123456/infra@456789:environment:staging"}}}},
		Allows: []model.Allowance{model.ChangeExistingRoles, model.DeleteTables},
	}, deployer)
	same(t, &model.Role{
		Name: "planner", PhysicalName: "shop-planner", Path: "/ddbgen-bootstrap/shop/", Kind: model.Plan, Session: 7200,
		Tags: []model.Tag{{Key: "Team", Value: "platform"}},
		Trust: model.Trust{Kind: model.GitHubTrust, Issuer: everywhere(gitHub), Audience: everywhere(sts), Claims: ids,
			Subjects: []model.EnvironmentValues{{Environment: production, Values: pulls}, {Environment: staging, Values: pulls}}},
	}, planner)
	same(t, "ShopRelease", release.PhysicalName)
	same(t, []model.Principal{{ARN: "arn:{partition}:iam::{account}:role/KeyAdmin"}, {Role: deployer}, {Role: release}}, m.Keys[0].Administrators)
	same(t, &model.State{
		Bucket: in("acme-tfstate", "acme-tfstate-staging"), Region: everywhere("eu-central-1"), Prefix: "shop/", LockTable: "terraform-locks",
		Key: in("arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-44cd-96ef-1234567890ab", "arn:aws:kms:eu-central-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab"),
	}, m.State)
	same(t, &model.Boundary{Also: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Because: "the agent writes log events"}, m.Guardrails.Boundary)
	if !production.MakesProviders || staging.MakesProviders {
		t.Error("identity providers are made in production alone")
	}
	both := "tables of this system are caches, and the reader belongs to another team"
	same(t, []model.Waiver{
		{Subject: "permissions boundary", Waived: "lets through logs:CreateLogStream, logs:PutLogEvents on every resource", Because: "the agent writes log events"},
		{Subject: `role "deployer"`, Waived: "may attach this system's policies to roles made elsewhere, which no boundary of its own holds", Because: both},
		{Subject: `role "deployer"`, Waived: "may delete tables", Because: both},
		{Subject: `role "release"`, Waived: "may attach this system's policies to roles made elsewhere, which no boundary of its own holds", Because: "the reader belongs to another team"},
	}, m.Waivers)
}

// TestSubjectsPerEnvironment holds that each environment lets in its own runs alone.
func TestSubjectsPerEnvironment(t *testing.T) {
	const uuid, commit = "0f9e8d7c-6b5a-4c3d-8e2f-1a0b9c8d7e6f", "5d41402abc4b2a76b9719d911017c592ae7b2a3c"
	for _, test := range []struct{ written, prod, test string }{
		{`github: {repository: acme/infra, branch: {test: develop, prod: main}}`,
			"repo:acme/infra:ref:refs/heads/main", "repo:acme/infra:ref:refs/heads/develop"},
		{`github: {repository: acme/infra, tag: {test: next, prod: v1}, workflow: acme/infra/.github/workflows/d.yaml@` + commit + `}`,
			"repo:acme/infra:ref:refs/tags/v1", "repo:acme/infra:ref:refs/tags/next"},
		{`gitlab: {project: acme/infra, branch: {test: develop, prod: main}}`,
			"project_path:acme/infra:ref_type:branch:ref:main", "project_path:acme/infra:ref_type:branch:ref:develop"},
		{`gitlab: {project: acme/infra, tag: {test: next, prod: v1}}`,
			"project_path:acme/infra:ref_type:tag:ref:v1", "project_path:acme/infra:ref_type:tag:ref:next"},
		{`hcp_terraform: {organization: acme, project: shop, workspace: {test: shop-test, prod: shop}, run_phase: apply}`,
			"organization:acme:project:shop:workspace:shop:run_phase:apply", "organization:acme:project:shop:workspace:shop-test:run_phase:apply"},
		{`buildkite: {organization: acme, pipeline: infra, branch: {test: develop, prod: main}, step: deploy}`,
			"organization:acme:pipeline:infra:ref:refs/heads/main:commit:*:step:deploy", "organization:acme:pipeline:infra:ref:refs/heads/develop:commit:*:step:deploy"},
		{`bitbucket: {workspace: acme, workspace_uuid: ` + uuid + `, subject: {test: "{` + uuid + `}:t:*", prod: "{` + uuid + `}:p:*"}, because: steps differ}`,
			"{" + uuid + "}:p:*", "{" + uuid + "}:t:*"},
	} {
		m, role := onlyRole(t, "kind: runtime, assumed_by: {"+test.written+"}")
		same(t, []model.EnvironmentValues{
			{Environment: m.Environments[0], Values: []string{test.prod}},
			{Environment: m.Environments[1], Values: []string{test.test}},
		}, role.Trust.Subjects)
	}
}

// TestStateKeysApart holds that no two of the objects that hold or lock a state are the same one, whatever the environments
// are called: a full stop ends an environment's name in a key, and no name has one.
func TestStateKeysApart(t *testing.T) {
	const head, tail = "version: 1\nname: shop\nenvironments:\n", `
tables: {orders: {partition_key: id}}
roles: {planner: {kind: plan, assumed_by: {saml: {provider: okta}}, state: {bucket: acme-tfstate}}}
`
	environment := func(name string) string {
		return "  " + name + `: {account: "444455556666", region: eu-central-1, name_prefix: ` + name + "}\n"
	}
	src := head
	for _, name := range []string{"a", "a-bootstrap", "a_bootstrap", "a-tfstate", "a-tfstate-tflock", "bootstrap", "tfstate"} {
		src += environment(name)
	}
	m, _ := mustLoad(t, []byte(src+tail))
	owner := map[string]string{}
	for _, e := range m.Environments {
		for _, key := range []string{e.StateKey(m, false), e.StateKey(m, true)} {
			for _, object := range []string{key, model.LockKey(key)} {
				if other := owner[object]; other != "" {
					t.Errorf("%s is an object of %s and of %s", object, other, e.Name)
				}
				owner[object] = e.Name
			}
		}
	}
	if len(owner) != 4*len(m.Environments) {
		t.Errorf("%d objects", len(owner))
	}
	if m, _ := Load("spec.yaml", []byte(head+environment("a.bootstrap")+tail)); m != nil {
		t.Error("an environment's name may hold a full stop")
	}
}

// TestDefaultState holds what a state is that says its bucket only.
func TestDefaultState(t *testing.T) {
	m, _ := mustLoad(t, small("kind: plan, assumed_by: {saml: {provider: okta}}, state: {bucket: acme-tfstate, lock: s3}"))
	prod, test := m.Environments[0], m.Environments[1]
	same(t, &model.State{
		Bucket: []model.EnvironmentValue{{Environment: prod, Value: "acme-tfstate"}, {Environment: test, Value: "acme-tfstate"}},
		Region: []model.EnvironmentValue{{Environment: prod, Value: "eu-central-1"}, {Environment: test, Value: "cn-north-1"}},
		Prefix: "shop/",
	}, m.State)
}

// TestBoundaryElsewhere holds that the ARN of a boundary is kept as it is written, and needs to know nothing of what it holds.
func TestBoundaryElsewhere(t *testing.T) {
	const arn = "arn:{partition}:iam::{account}:policy/team/Boundary"
	m, _ := mustLoad(t, []byte(`version: 1
name: shop
environments: {prod: {account: "444455556666", region: eu-central-1}}
tables: {orders: {partition_key: id}}
roles:
  api: {kind: runtime, assumed_by: {service: lambda}, attach: ["arn:{partition}:iam::{account}:policy/Agent"]}
  deployer: {kind: deploy, assumed_by: {saml: {provider: okta}}}
guardrails: {permissions_boundary: "`+arn+`"}
`))
	same(t, &model.Boundary{ARN: arn}, m.Guardrails.Boundary)
}
