package iam

import (
	"fmt"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
)

// TestTrusts compares the trust of small models with files that were written by hand: testdata/CASE/trust.NAME.json for
// every policy of the case, and no other.
func TestTrusts(t *testing.T) {
	for _, c := range []struct {
		name  string
		model *model.Model
	}{
		{"trust_services", trustedServices("aws", "eu-central-1")},
		{"trust_services_china", trustedServices("aws-cn", "cn-north-1")},
		{"trust_roles", trustedRoles()},
		{"trust_ci", trustedPipelines()},
		{"trust_users", trustedUsers()},
		{"trust_tagged_users", taggedUsers()},
		{"trust_saml_china", trustedSAML("aws-cn", "cn-north-1")},
		{"trust_saml_government", trustedSAML("aws-us-gov", "us-gov-west-1")},
		{"trust_saml_europe", trustedSAML("aws-eusc", "eusc-de-east-1")},
		{"trust_silo", vendingSiloTrust()},
	} {
		t.Run(c.name, func(t *testing.T) {
			policies, ds := Trusts(c.model, c.model.Environments[0])
			if len(ds) > 0 {
				t.Fatal(ds)
			}
			compare(t, "testdata/"+c.name, policies)
		})
	}
}

func trusting(name string, trust model.Trust) *model.Role {
	r := runtime(name)
	r.Trust = trust
	return r
}

// everywhere is one value for the environment of a model, which is put in later.
func everywhere(value string) []model.EnvironmentValue {
	return []model.EnvironmentValue{{Value: value}}
}

// subjectsEverywhere are the subjects in that environment.
func subjectsEverywhere(subjects ...string) []model.EnvironmentValues {
	return []model.EnvironmentValues{{Values: subjects}}
}

// trusts is a model of roles whose trust was written with everywhere.
func trusts(roles ...*model.Role) *model.Model {
	m := system(nil, roles...)
	for _, r := range roles {
		for _, values := range [][]model.EnvironmentValue{r.Trust.Issuer, r.Trust.Audience, r.Trust.Cluster} {
			for i := range values {
				values[i].Environment = m.Environments[0]
			}
		}
		for i := range r.Trust.Subjects {
			r.Trust.Subjects[i].Environment = m.Environments[0]
		}
	}
	return m
}

func trustedServices(partition, region string) *model.Model {
	var roles []*model.Role
	for _, s := range []string{"backup", "ec2", "ecs_tasks", "lambda"} {
		roles = append(roles, trusting(s, model.Trust{Kind: model.ServiceTrust, Service: s}))
	}
	elsewhere := runtime("elsewhere")
	elsewhere.Existing, elsewhere.Trust = true, model.Trust{}
	m := trusts(append(roles, elsewhere, trusting("pods", model.Trust{
		Kind: model.PodIdentityTrust, Cluster: everywhere("main"), Namespace: "billing", ServiceAccount: "ledger",
	}))...)
	m.Environments[0].Partition, m.Environments[0].Region = partition, region
	return m
}

func trustedRoles() *model.Model {
	ledger := table("ledger", "TENANT#{tenant}")
	api := runtime("api")
	byAPI := model.Trust{Kind: model.RoleTrust, Roles: []model.Principal{{Role: api}}}
	tenant := runtime("api_tenant", may(ledger, "GetItem"))
	tenant.Trust = byAPI
	m := trusts(tenant, trusting("reporter", byAPI), trusting("auditor", model.Trust{Kind: model.RoleTrust, Roles: []model.Principal{
		{ARN: "arn:{partition}:iam::{account}:role/compliance/reader"}, {ARN: "arn:aws:iam::111122223333:role/partner"},
	}}))
	m.Tables = tables(ledger)
	return identified(m, model.SessionTag, "tenant_id")
}

func trustedPipelines() *model.Model {
	return trusts(
		trusting("github", model.Trust{
			Kind: model.GitHubTrust, Issuer: everywhere("token.actions.githubusercontent.com"), Audience: everywhere("sts.amazonaws.com"),
			Subjects: subjectsEverywhere("repo:acme/infra:environment:production", "repo:acme@123456/infra@456789:environment:production"),
			Claims:   []model.Tag{{Key: "repository_id", Value: "456789"}, {Key: "repository_owner_id", Value: "123456"}},
		}),
		trusting("gitlab", model.Trust{
			Kind: model.GitLabTrust, Issuer: everywhere("gitlab.com"), Audience: everywhere("https://gitlab.com"),
			Subjects: subjectsEverywhere("project_path:acme/infra:ref_type:branch:ref:main"),
		}),
		trusting("hcp", model.Trust{
			Kind: model.HCPTerraformTrust, Issuer: everywhere("app.terraform.io"), Audience: everywhere("aws.workload.identity"),
			Subjects: subjectsEverywhere("organization:acme:project:payments:workspace:production:run_phase:apply"),
		}),
		trusting("buildkite", model.Trust{
			Kind: model.BuildkiteTrust, Issuer: everywhere("agent.buildkite.com"), Audience: everywhere("sts.amazonaws.com"),
			Subjects: subjectsEverywhere("organization:acme:pipeline:infra:ref:refs/heads/$main?:commit:*:step:deploy", "organization:acme:exact"),
		}),
		trusting("circleci", model.Trust{
			Kind:     model.CircleCITrust,
			Issuer:   everywhere("oidc.circleci.com/org/c8a1b6f2-1d2e-4f3a-9b8c-7d6e5f4a3b2c"),
			Audience: everywhere("c8a1b6f2-1d2e-4f3a-9b8c-7d6e5f4a3b2c"),
			Subjects: subjectsEverywhere("org/c8a1b6f2-1d2e-4f3a-9b8c-7d6e5f4a3b2c/project/0f9e8d7c-6b5a-4c3d-8e2f-1a0b9c8d7e6f/user/*"),
		}),
		trusting("bitbucket", model.Trust{
			Kind:     model.BitbucketTrust,
			Issuer:   everywhere("api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc"),
			Audience: everywhere("ari:cloud:bitbucket::workspace/c8a1b6f2-1d2e-4f3a-9b8c-7d6e5f4a3b2c"),
			Subjects: subjectsEverywhere("{0f9e8d7c-6b5a-4c3d-8e2f-1a0b9c8d7e6f}:*"),
		}),
		trusting("irsa", model.Trust{
			Kind:     model.IRSATrust,
			Issuer:   everywhere("oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E"),
			Audience: everywhere("sts.amazonaws.com"),
			Subjects: subjectsEverywhere("system:serviceaccount:billing:ledger"),
		}),
	)
}

func trustedUsers() *model.Model {
	web := func(name, issuer, audience string) *model.Role {
		return trusting(name, model.Trust{Kind: model.WebIdentityTrust, Issuer: everywhere(issuer), Audience: everywhere(audience)})
	}
	return trusts(
		web("amazon", "www.amazon.com", "amzn1.application.0123456789abcdef"),
		web("facebook", "graph.facebook.com", "111222333444555"),
		web("google", "accounts.google.com", "66677788899900pro0"),
		web("customers", "login.example.com/realms/customers", "shop"),
		trusting("cognito", model.Trust{Kind: model.CognitoTrust, Audience: everywhere("eu-central-1:12345678-1234-1234-1234-123456789012")}),
		trusting("saml", model.Trust{Kind: model.SAMLTrust, SAMLProvider: "okta"}),
	)
}

// taggedUsers are users whose token carries the tenant as a session tag.
func taggedUsers() *model.Model {
	ledger := table("ledger", "TENANT#{tenant}")
	m := trusts(
		trusting("cognito", model.Trust{Kind: model.CognitoTrust, Audience: everywhere("eu-central-1:12345678-1234-1234-1234-123456789012")}),
		trusting("customers", model.Trust{Kind: model.WebIdentityTrust, Issuer: everywhere("login.example.com"), Audience: everywhere("shop")}),
		trusting("saml", model.Trust{Kind: model.SAMLTrust, SAMLProvider: "okta"}))
	for _, r := range m.Roles {
		r.Grants = []*model.Grant{may(ledger, "GetItem")}
	}
	m.Tables = tables(ledger)
	return identified(m, model.CognitoClaim, "tenant_id")
}

func trustedSAML(partition, region string) *model.Model {
	m := trusts(trusting("saml", model.Trust{Kind: model.SAMLTrust, SAMLProvider: "okta"}))
	m.Environments[0].Partition, m.Environments[0].Region = partition, region
	return m
}

// vendingSiloTrust is vendingSilo with the trust that goes with it.
func vendingSiloTrust() *model.Model {
	m := vendingSilo()
	api, archive := m.Roles[0], m.Roles[1]
	api.Trust = model.Trust{Kind: model.RoleTrust, Roles: []model.Principal{{Role: m.Roles[2]}}}
	archive.Trust = model.Trust{Kind: model.RoleTrust, Roles: []model.Principal{{Role: api}}}
	return m
}

// TestTrustOfDeployment holds that who deploys an environment is told by the subjects of that environment and no other.
func TestTrustOfDeployment(t *testing.T) {
	m := deploying(system(nil))
	production, staging := m.Environments[0], &model.Environment{Name: "staging", Account: "111122223333", Region: "eu-central-1", Partition: "aws"}
	m.Environments = append(m.Environments, staging)
	in := func(e *model.Environment, value string) model.EnvironmentValue {
		return model.EnvironmentValue{Environment: e, Value: value}
	}
	const issuer, subject = "token.actions.githubusercontent.com", "repo:acme/infra:environment:"
	m.DeployRoles = m.DeployRoles[:1]
	m.DeployRoles[0].Trust = model.Trust{
		Kind:   model.GitHubTrust,
		Issuer: []model.EnvironmentValue{in(production, issuer), in(staging, issuer)}, Audience: []model.EnvironmentValue{in(production, "sts"), in(staging, "sts")},
		Subjects: []model.EnvironmentValues{
			{Environment: production, Values: []string{subject + "production"}}, {Environment: staging, Values: []string{subject + "staging"}},
		},
	}
	for _, e := range m.Environments {
		policies, ds := Trusts(m, e)
		if len(ds) > 0 || len(policies) != 1 || policies[0].Path() != "environments/"+e.Name+"/bootstrap/policies/trust.deployer.json" {
			t.Fatalf("%v, %v", policies, ds)
		}
		if s := parsed(t, policies[0].Bytes)[0]; !holds(s, "StringEquals", issuer+":sub", subject+e.Name) {
			t.Errorf("%s: %v", e.Name, s.Condition)
		}
	}
}

// TestTrustQuota holds the two limits of a trust policy: the one of every account, and the one it can be raised to.
func TestTrustQuota(t *testing.T) {
	for _, c := range []struct {
		principals int
		want       hcl.DiagnosticSeverity
	}{
		{2, hcl.DiagInvalid}, {60, hcl.DiagWarning}, {200, hcl.DiagError},
	} {
		trust := model.Trust{Kind: model.RoleTrust, Origin: hcl.Range{Filename: "spec.yaml"}}
		for i := range c.principals {
			trust.Roles = append(trust.Roles, model.Principal{ARN: fmt.Sprintf("arn:aws:iam::444455556666:role/services/number-%04d-of-many", i)})
		}
		policies, ds := Trusts(trusts(trusting("crowded", trust)), system(nil).Environments[0])
		if c.want == hcl.DiagInvalid {
			if len(ds) > 0 {
				t.Errorf("%d principals: %s", c.principals, ds)
			}
			continue
		}
		if len(ds) != 1 || ds[0].Severity != c.want || diag.IDOf(ds[0]) != "trust-quota" || ds[0].Subject == nil {
			t.Errorf("%d principals take %d characters: %v, want severity %v", c.principals,
				artifact.Size(artifact.Trust, policies[0].Bytes), ds, c.want)
		}
	}
}
