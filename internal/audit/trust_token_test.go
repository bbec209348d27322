package audit

import (
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// TestFixed: what a pattern fixes of a subject ends at its first wildcard.
func TestFixed(t *testing.T) {
	for _, c := range []struct {
		url, pattern string
		want         part
		is           bool
	}{
		{"token.actions.githubusercontent.com", "repo:acme/infra:ref:refs/heads/main", part{owner: "acme", project: "infra", hasOwner: true, hasProject: true}, true},
		{"token.actions.githubusercontent.com", "repo:acme/infra:*", part{owner: "acme", project: "infra", hasOwner: true, hasProject: true}, true},
		{"token.actions.githubusercontent.com", "repo:acme/infra*", part{owner: "acme", project: "infra", hasOwner: true}, true},
		{"token.actions.githubusercontent.com", "repo:acme/*", part{owner: "acme", hasOwner: true}, true},
		{"token.actions.githubusercontent.com", "repo:acme*", part{owner: "acme"}, true},
		{"token.actions.githubusercontent.com", "repo:*", part{}, true},
		{"token.actions.githubusercontent.com", "*", part{}, true},
		{"token.actions.githubusercontent.com", "re?o:acme/infra", part{}, true},
		{"token.actions.githubusercontent.com", "project_path:acme/infra", part{}, false},
		{"gitlab.com", "project_path:group/sub/app:ref_type:*", part{owner: "group", project: "sub/app", hasOwner: true, hasProject: true}, true},
		{"gitlab.example.com", "project_path:group/*", part{group: "group"}, true},
		{"app.terraform.io", "organization:acme:project:core:workspace:prod:run_phase:*", part{owner: "acme", group: "core", project: "prod", hasOwner: true, hasProject: true}, true},
		{"app.terraform.io", "organization:acme:*", part{owner: "acme", hasOwner: true}, true},
		{"agent.buildkite.com", "organization:acme:pipeline:deploy:ref:refs/heads/main:*", part{owner: "acme", project: "deploy", hasOwner: true, hasProject: true}, true},
		{"oidc.circleci.com/org/0a", "org/0a/project/1b/user/*", part{group: "0a", project: "1b", hasProject: true}, true},
		{"api.bitbucket.org/2.0/workspaces/w/pipelines-config/identity/oidc", "{1b}:*", part{project: "1b", hasProject: true}, true},
		{"api.bitbucket.org/2.0/workspaces/w/pipelines-config/identity/oidc", "", part{}, true},
	} {
		is, known := issuerOf(c.url)
		if !known {
			t.Fatalf("no issuer has the URL %s", c.url)
		}
		if got, ok := is.fixed(c.pattern); got != c.want || ok != c.is {
			t.Errorf("%s: %q fixes %+v, %t; want %+v, %t", c.url, c.pattern, got, ok, c.want, c.is)
		}
	}
}

// tokenRole is an inventory of a role that an issuer's tokens are trusted for, and that changes a table.
func tokenRole(url string, conditions ...policy.Condition) *inventory.Inventory {
	trust := policy.Statement{
		Effect: policy.Allow, Principal: &policy.Principal{Federated: []string{"arn:aws:iam::210987654321:oidc-provider/" + url}},
		Action: []string{"sts:AssumeRoleWithWebIdentity"}, Condition: conditions,
	}
	writes := policy.Statement{Effect: policy.Allow, Action: []string{"dynamodb:UpdateTable"}, Resource: []string{"arn:aws:dynamodb:eu-west-1:210987654321:table/orders"}}
	of := func(kind artifact.Kind, st policy.Statement) *inventory.Document {
		return &inventory.Document{Document: policy.Document{Version: policy.Version, Statement: []policy.Statement{st}}, Kind: kind, Name: string(kind)}
	}
	return &inventory.Inventory{Identities: []*inventory.Identity{{
		Kind: inventory.Role, Name: "deploy", ARN: "arn:aws:iam::210987654321:role/deploy", Trust: of(artifact.Trust, trust), Policies: []*inventory.Document{of(artifact.Identity, writes)},
	}}}
}

// TestIssuers: the same mistakes, with the subjects of each issuer.
func TestIssuers(t *testing.T) {
	for _, c := range []struct{ url, sub, want string }{
		{"gitlab.com", "project_path:acme/infra:ref_type:branch:ref:main", ""},
		{"gitlab.com", "project_path:acme/infra:ref_type:branch:ref:*", tokenAnyRef.ID},
		{"gitlab.com", "project_path:acme/infra:*", tokenAnyRef.ID},
		{"gitlab.com", "project_path:acme/*", tokenAnyProject.ID},
		{"gitlab.com", "project_path:acme*", tokenNeighbour.ID},
		{"gitlab.com", "project_path:*", tokenAnySubject.ID},
		{"gitlab.com", "", tokenAnySubject.ID},
		{"gitlab.example.com", "project_path:acme/infra:ref_type:branch:ref:main", ""},
		{"gitlab.example.com", "project_path:*:ref_type:branch:ref:main", tokenAnyProject.ID},
		{"gitlab.example.com", "", tokenAnyProject.ID},
		{"agent.buildkite.com", "organization:acme:pipeline:deploy:ref:refs/heads/main:*", ""},
		{"agent.buildkite.com", "organization:acme:pipeline:deploy:*", tokenAnyRef.ID},
		{"agent.buildkite.com", "organization:acme:pipeline:*", tokenAnyProject.ID},
		{"agent.buildkite.com", "organization:acme*", tokenNeighbour.ID},
		{"agent.buildkite.com", "*:pipeline:deploy:*", tokenAnySubject.ID},
		{"app.terraform.io", "organization:acme:project:*:workspace:prod:run_phase:apply", ""},
		{"app.terraform.io", "organization:acme:project:core:workspace:*:run_phase:apply", tokenAnyProject.ID},
		{"app.terraform.io", "organization:*:project:core:workspace:prod:run_phase:apply", tokenAnySubject.ID},
		{"app.terraform.io", "", tokenAnySubject.ID},
		{"oidc.circleci.com/org/0a", "org/0a/project/1b/user/*", ""},
		{"oidc.circleci.com/org/0a", "org/0a/project/*", tokenAnyProject.ID},
		{"oidc.circleci.com/org/0a", "", tokenAnyProject.ID},
		{"api.bitbucket.org/2.0/workspaces/w/pipelines-config/identity/oidc", "{1b}:*", ""},
		{"api.bitbucket.org/2.0/workspaces/w/pipelines-config/identity/oidc", "*", tokenAnyProject.ID},
		{"token.actions.githubusercontent.com", "repo:acme/infra:environment:production", ""},
		{"token.actions.githubusercontent.com", "repo:acme@123/infra@456:environment:production", ""},
		{"token.actions.githubusercontent.com", "repo:acme/infra:environment:*", tokenAnyRef.ID},
		{"token.actions.githubusercontent.com", "repo:acme/infra:ref:refs/heads/release/*", ""},
		{"token.actions.githubusercontent.com", "repo:acme/infra:pull_request", tokenPull.ID},
		{"token.actions.githubusercontent.com", "repo:acme/infra:pull*", tokenPull.ID},
		{"token.actions.githubusercontent.com", "repo:acme@123/*", tokenAnyProject.ID},
		{"token.actions.githubusercontent.com", "repo:*/infra:environment:production", tokenAnySubject.ID},
		{"token.actions.githubusercontent.com", "repo:????/infra:environment:production", ""}, // no owner of another length that nobody can have is made up
	} {
		conditions := []policy.Condition{{Operator: "StringEquals", Key: c.url + ":aud", Values: []string{"it"}}}
		if c.sub != "" {
			conditions = append(conditions, policy.Condition{Operator: "StringLike", Key: c.url + ":sub", Values: []string{c.sub}})
		}
		findings := Run(tokenRole(c.url, conditions...))
		confirmAll(t, findings)
		var got []string
		for _, f := range findings {
			got = append(got, f.ID)
			if f.ID == tokenNeighbour.ID && !strings.Contains(f.Witness.Request.String(), "acme-neighbour") {
				t.Errorf("%s, %q: the witness is no neighbour: %s", c.url, c.sub, f.Witness.Request)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s, %q: found %q, want %q", c.url, c.sub, got, c.want)
		}
		without := Run(tokenRole(c.url, conditions[1:]...))
		if c.want != tokenAnySubject.ID && !slices.ContainsFunc(without, func(f Finding) bool { return f.ID == tokenAudience.ID }) {
			t.Errorf("%s, %q: nothing is said of the missing audience", c.url, c.sub)
		}
	}
}

// TestStateLock: what holds a lock of Terraform's state, and what only sounds like it.
func TestStateLock(t *testing.T) {
	for arn, want := range map[string]bool{
		"arn:aws:s3:::acme-state/infra.tfstate.tflock":                        true,
		"arn:aws:s3:::acme-state/infra.tfstate":                               false,
		"arn:aws:dynamodb:eu-west-1:210987654321:table/terraform-locks":       true,
		"arn:aws:dynamodb:eu-west-1:210987654321:table/acme-tfstate-lock-dev": true,
		"arn:aws:dynamodb:eu-west-1:210987654321:table/blocks":                false,
		"arn:aws:dynamodb:eu-west-1:210987654321:table/door-locks":            false,
	} {
		if got := stateLock.MatchString(arn); got != want {
			t.Errorf("%s: %t, want %t", arn, got, want)
		}
	}
}
