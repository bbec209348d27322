package spec

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/ddbgen/ddbgen/internal/model"
)

// small is a spec of two environments, one table and one role, whose rest is written by the test.
func small(role string) []byte {
	return fmt.Appendf(nil, `version: 1
name: shop
environments:
  prod: {account: "444455556666", region: eu-central-1}
  test: {account: "444455556667", region: cn-north-1}
tables: {orders: {partition_key: id, stream: keys_only}, lines: {partition_key: id, sort_key: at}}
roles: {api: {%s}}
`, role)
}

func onlyRole(t *testing.T, role string) (*model.Model, *model.Role) {
	t.Helper()
	m, _ := mustLoad(t, small(role))
	return m, m.Roles[0]
}

func TestTrust(t *testing.T) {
	const org, project, user = "c8a1b6f2-1d2e-4f3a-9b8c-7d6e5f4a3b2c", "0f9e8d7c-6b5a-4c3d-8e2f-1a0b9c8d7e6f", "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d"
	const gitHub, sts = "token.actions.githubusercontent.com", "sts.amazonaws.com"
	ids := []model.Tag{{Key: "repository_id", Value: "456"}, {Key: "repository_owner_id", Value: "123"}}
	for _, test := range []struct {
		written  string
		kind     model.TrustKind
		issuer   string
		audience string
		subjects []string
		claims   []model.Tag
	}{
		{`github: {repository: acme/infra, environment: "prod:eu"}`, model.GitHubTrust, gitHub, sts,
			[]string{"repo:acme/infra:environment:prod%3Aeu"}, nil},
		{`github: {repository: acme/infra, branch: main, repository_id: "456"}`, model.GitHubTrust, gitHub, sts,
			[]string{"repo:acme/infra:ref:refs/heads/main"}, ids[:1]},
		{`github: {repository: acme/infra, tag: v1, repository_id: "456", owner_id: "123"}`, model.GitHubTrust, gitHub, sts,
			[]string{"repo:acme/infra:ref:refs/tags/v1", "repo:acme@123/infra@456:ref:refs/tags/v1"}, ids},
		{`github: {repository: acme/infra, branch: main, repository_id: "456", owner_id: "123", subject: immutable}`, model.GitHubTrust, gitHub, sts,
			[]string{"repo:acme@123/infra@456:ref:refs/heads/main"}, ids},
		{`github: {repository: acme/infra, branch: main, repository_id: "456", owner_id: "123", subject: classic}`, model.GitHubTrust, gitHub, sts,
			[]string{"repo:acme/infra:ref:refs/heads/main"}, ids},
		{`gitlab: {project: acme/eu/infra, branch: main}`, model.GitLabTrust, "gitlab.com", "https://gitlab.com",
			[]string{"project_path:acme/eu/infra:ref_type:branch:ref:main"}, nil},
		{`gitlab: {project: acme/infra, tag: v1, audience: aws}`, model.GitLabTrust, "gitlab.com", "aws",
			[]string{"project_path:acme/infra:ref_type:tag:ref:v1"}, nil},
		{`gitlab: {project: acme/infra, tag: v1, project_id: "456", namespace_id: "123"}`, model.GitLabTrust, "gitlab.com", "https://gitlab.com",
			[]string{"project_path:acme/infra:ref_type:tag:ref:v1"}, []model.Tag{{Key: "namespace_id", Value: "123"}, {Key: "project_id", Value: "456"}}},
		{`hcp_terraform: {organization: acme, project: Default Project, workspace: prod, run_phase: apply}`, model.HCPTerraformTrust,
			"app.terraform.io", "aws.workload.identity", []string{"organization:acme:project:Default Project:workspace:prod:run_phase:apply"}, nil},
		{`buildkite: {organization: acme, pipeline: infra, branch: main, step: deploy}`, model.BuildkiteTrust, "agent.buildkite.com", sts,
			[]string{"organization:acme:pipeline:infra:ref:refs/heads/main:commit:*:step:deploy"}, nil},
		{`circleci: {organization_id: ` + org + `, project_id: ` + project + `, user_id: ` + user + `}`, model.CircleCITrust,
			"oidc.circleci.com/org/" + org, org, []string{"org/" + org + "/project/" + project + "/user/" + user}, nil},
		{`circleci: {organization_id: ` + org + `, project_id: ` + project + `, because: all may}`, model.CircleCITrust,
			"oidc.circleci.com/org/" + org, org, []string{"org/" + org + "/project/" + project + "/user/*"}, nil},
		{`bitbucket: {workspace: acme, workspace_uuid: ` + org + `, subject: "{` + project + `}:*", because: steps differ}`, model.BitbucketTrust,
			"api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc", "ari:cloud:bitbucket::workspace/" + org,
			[]string{"{" + project + "}:*"}, nil},
		{`cognito: {identity_pool: "eu-central-1:12345678-1234-1234-1234-123456789012"}`, model.CognitoTrust,
			"cognito-identity.amazonaws.com", "eu-central-1:12345678-1234-1234-1234-123456789012", nil, nil},
		{`web_identity: {provider: www.amazon.com, audience: amzn1.application.1}`, model.WebIdentityTrust,
			"www.amazon.com", "amzn1.application.1", nil, nil},
		{`irsa: {issuer: oidc.eks.eu-central-1.amazonaws.com/id/1, namespace: billing, service_account: ledger}`, model.IRSATrust,
			"oidc.eks.eu-central-1.amazonaws.com/id/1", sts, []string{"system:serviceaccount:billing:ledger"}, nil},
	} {
		src := small("kind: runtime, assumed_by: {" + test.written + "}")
		if test.kind == model.CognitoTrust { // refused in China
			src = bytes.ReplaceAll(src, []byte("cn-north-1"), []byte("eu-west-1"))
		}
		m, _ := mustLoad(t, src)
		role := m.Roles[0]
		var subjects []model.EnvironmentValues
		for _, e := range m.Environments {
			if test.subjects != nil {
				subjects = append(subjects, model.EnvironmentValues{Environment: e, Values: test.subjects})
			}
		}
		everywhere := func(v string) []model.EnvironmentValue {
			return []model.EnvironmentValue{{Environment: m.Environments[0], Value: v}, {Environment: m.Environments[1], Value: v}}
		}
		same(t, model.Trust{Kind: test.kind, Issuer: everywhere(test.issuer), Audience: everywhere(test.audience),
			Subjects: subjects, Claims: test.claims}, role.Trust)
	}
}

func TestTrustOfPrincipals(t *testing.T) {
	for _, test := range []struct {
		written string
		want    model.Trust
	}{
		{`{service: ecs_tasks}`, model.Trust{Kind: model.ServiceTrust, Service: "ecs_tasks"}},
		{`{roles: ["arn:{partition}:iam::{account}:role/b", "arn:{partition}:iam::111122223333:role/a/b"]}`, model.Trust{Kind: model.RoleTrust,
			Roles: []model.Principal{{ARN: "arn:{partition}:iam::111122223333:role/a/b"}, {ARN: "arn:{partition}:iam::{account}:role/b"}}}},
		{`{saml: {provider: okta}}`, model.Trust{Kind: model.SAMLTrust, SAMLProvider: "okta"}},
	} {
		_, role := onlyRole(t, "kind: runtime, assumed_by: "+test.written)
		same(t, test.want, role.Trust)
	}
	m, role := onlyRole(t, `kind: runtime, assumed_by: {eks_pod_identity: {cluster: {test: small, prod: big}, namespace: billing, service_account: ledger}}`)
	same(t, model.Trust{Kind: model.PodIdentityTrust, Namespace: "billing", ServiceAccount: "ledger",
		Cluster: []model.EnvironmentValue{{Environment: m.Environments[0], Value: "big"}, {Environment: m.Environments[1], Value: "small"}}}, role.Trust)
}

// TestOpenSubjectsAreWaivers holds that a reason for an open subject is listed with the others.
func TestOpenSubjectsAreWaivers(t *testing.T) {
	m, _ := onlyRole(t, `kind: runtime, assumed_by: {circleci: {organization_id: c8a1b6f2-1d2e-4f3a-9b8c-7d6e5f4a3b2c, project_id: 0f9e8d7c-6b5a-4c3d-8e2f-1a0b9c8d7e6f, because: all may}}`)
	same(t, []model.Waiver{{Subject: `role "api"`, Waived: "can be assumed by any user of the CircleCI project", Because: "all may"}}, m.Waivers)
}
