package spec

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ddbgen/ddbgen/internal/model"
)

// Continuous integration becomes a role with a token of its provider. All customers of a provider get tokens of the same
// issuer, so the subject must say exactly which pipeline it is; a subject with a wildcard needs a reason (IAM user guide,
// "Identity-provider controls for shared OIDC providers").

// The issuers of the providers.
const (
	gitHubIssuer       = "token.actions.githubusercontent.com"
	gitLabIssuer       = "gitlab.com"
	hcpTerraformIssuer = "app.terraform.io"
	buildkiteIssuer    = "agent.buildkite.com"
)

// gitHubTrust writes subjects as GitHub makes them (GitHub documentation, "OpenID Connect reference"). The classic form
// names owner and repository, which somebody else may register after a rename; the immutable form names their ids too.
func (r *resolver) gitHubTrust(t *model.Trust, g GitHub) {
	t.Kind, t.Origin = model.GitHubTrust, g.Range
	t.Issuer, t.Audience = r.everywhere(gitHubIssuer), r.everywhere(stsAudience)
	t.Claims = claims(model.Tag{Key: "repository_id", Value: g.RepositoryID.Value}, model.Tag{Key: "repository_owner_id", Value: g.OwnerID.Value})
	r.mustBeTrue(g.PullRequest)
	if g.PullRequest.Value {
		r.error(idPullRequest, "Pull request that may change data", g.PullRequest.Range,
			"Whoever can open a pull request can run code in it, so its runs may become roles of kind plan only. Name an environment, a branch or a tag.")
	}
	r.checkGitHubEnvironment(g.Environment)
	ids := g.RepositoryID.Set() && g.OwnerID.Set()
	form := g.Subject.Value
	if form == "" {
		form = map[bool]string{true: "both", false: "classic"}[ids]
	}
	if form != "classic" && !ids {
		r.error(idGitHubIDs, "Immutable subject without ids", g.Subject.Range,
			"The immutable form of the subject names the owner and the repository by their numbers. Add \"repository_id\" and \"owner_id\".")
	}
	t.Subjects = gitHubSubjects(g, form)
}

// checkGitHubEnvironment refuses names that would not stand for themselves in a condition.
func (r *resolver) checkGitHubEnvironment(name Text) {
	if r.policyText(name.Value, name.Range) && strings.ContainsAny(name.Value, "*?") {
		r.error(idWildcardSubject, "Wildcard in an environment", name.Range,
			"A star or a question mark in a subject can match other environments too. Name the environment without them.")
	}
}

func gitHubSubjects(g GitHub, form string) []string {
	owner, repository, _ := strings.Cut(g.Repository.Value, "/")
	context := gitHubContext(g)
	classic := "repo:" + owner + "/" + repository + ":" + context
	immutable := "repo:" + owner + "@" + g.OwnerID.Value + "/" + repository + "@" + g.RepositoryID.Value + ":" + context
	switch form {
	case "classic":
		return []string{classic}
	case "immutable":
		return []string{immutable}
	}
	return []string{classic, immutable}
}

// gitHubContext is the part of the subject that says which runs. A colon in a name is escaped, since colons separate.
func gitHubContext(g GitHub) string {
	escape := func(s string) string { return strings.ReplaceAll(s, ":", "%3A") }
	switch {
	case g.Environment.Set():
		return "environment:" + escape(g.Environment.Value)
	case g.Branch.Set():
		return "ref:refs/heads/" + escape(g.Branch.Value)
	case g.Tag.Set():
		return "ref:refs/tags/" + escape(g.Tag.Value)
	}
	return "pull_request"
}

// gitLabTrust is for gitlab.com (GitLab documentation, "Connect to cloud services", "ID token payload").
func (r *resolver) gitLabTrust(t *model.Trust, g GitLab) {
	t.Kind, t.Origin = model.GitLabTrust, g.Range
	t.Issuer = r.everywhere(gitLabIssuer)
	t.Audience = r.everywhere(orElse(g.Audience.Value, "https://gitlab.com"))
	r.policyText(g.Audience.Value, g.Audience.Range)
	kind, ref := "branch", g.Branch.Value
	if g.Tag.Set() {
		kind, ref = "tag", g.Tag.Value
	}
	t.Subjects = []string{"project_path:" + g.Project.Value + ":ref_type:" + kind + ":ref:" + ref}
}

// hcpTerraformTrust follows HashiCorp's documentation, "Workload identity tokens".
func (r *resolver) hcpTerraformTrust(t *model.Trust, h HCPTerraform) {
	t.Kind, t.Origin = model.HCPTerraformTrust, h.Range
	t.Issuer, t.Audience = r.everywhere(hcpTerraformIssuer), r.everywhere("aws.workload.identity")
	t.Subjects = []string{fmt.Sprintf("organization:%s:project:%s:workspace:%s:run_phase:%s",
		h.Organization.Value, h.Project.Value, h.Workspace.Value, h.RunPhase.Value)}
}

// buildkiteTrust leaves the commit open, which differs in every build (Buildkite documentation, "OIDC").
func (r *resolver) buildkiteTrust(t *model.Trust, b Buildkite) {
	t.Kind, t.Origin = model.BuildkiteTrust, b.Range
	t.Issuer, t.Audience = r.everywhere(buildkiteIssuer), r.everywhere(stsAudience)
	t.Subjects = []string{fmt.Sprintf("organization:%s:pipeline:%s:ref:refs/heads/%s:commit:*:step:%s",
		b.Organization.Value, b.Pipeline.Value, b.Branch.Value, b.Step.Value)}
}

// circleCITrust follows CircleCI's documentation, "Using OpenID Connect tokens in jobs": every organization has an issuer
// of its own.
func (r *resolver) circleCITrust(t *model.Trust, c CircleCI, subject string) {
	t.Kind, t.Origin = model.CircleCITrust, c.Range
	t.Issuer, t.Audience = r.everywhere("oidc.circleci.com/org/"+c.Organization.Value), r.everywhere(c.Organization.Value)
	user := c.User.Value
	if !c.User.Set() {
		user = "*"
		r.wildcardSubject(c.Because, c.Project, subject, "any user of the CircleCI project", "Name the user with \"user_id\", or say with \"because\" why any user of the project may start it.")
	} else {
		r.needless(c.Because)
	}
	t.Subjects = []string{"org/" + c.Organization.Value + "/project/" + c.Project.Value + "/user/" + user}
}

// startsWithUUID is a subject that names one repository, by the braces that Bitbucket writes around its UUIDs.
var startsWithUUID = regexp.MustCompile(`^\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}:`)

// bitbucketTrust takes the subject as it is written: Bitbucket's documentation does not fix its parts, and shows each
// repository its own.
func (r *resolver) bitbucketTrust(t *model.Trust, b Bitbucket, subject string) {
	t.Kind, t.Origin = model.BitbucketTrust, b.Range
	t.Issuer = r.everywhere("api.bitbucket.org/2.0/workspaces/" + b.Workspace.Value + "/pipelines-config/identity/oidc")
	t.Audience = r.everywhere("ari:cloud:bitbucket::workspace/" + b.WorkspaceUUID.Value)
	t.Subjects = []string{b.Subject.Value}
	switch wild := strings.Contains(b.Subject.Value, "*"); {
	case wild && !startsWithUUID.MatchString(b.Subject.Value):
		r.error(idWildcardSubject, "Subject of any repository", b.Subject.Range,
			"With a star so early, the subject of other repositories matches as well. Begin with the repository's UUID in braces and a colon, as the repository's settings show it.")
	case wild:
		r.wildcardSubject(b.Because, b.Subject, subject, "any Bitbucket step that matches the subject", "Say with \"because\" why the rest of the subject is open.")
	default:
		r.needless(b.Because)
	}
}

// wildcardSubject demands a reason for a subject with an open part.
func (r *resolver) wildcardSubject(because, at Text, subject, who, remedy string) {
	if !because.Set() {
		r.error(idNeedsBecause, "Open subject without a reason", at.Range,
			"This would let in %s, and that needs a reason that reviewers can read. %s", who, remedy)
		return
	}
	r.waive(subject, "can be assumed by "+who, because)
}
