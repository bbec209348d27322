package spec

import (
	"fmt"
	"regexp"
	"slices"
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

// perSubject is the subjects that a text makes, which may differ between environments.
func (r *resolver) perSubject(written PerEnvironment, subjects func(text string) []string) []model.EnvironmentValues {
	var out []model.EnvironmentValues
	for _, l := range r.perEnvironment(written) {
		out = append(out, model.EnvironmentValues{Environment: l.environment, Values: subjects(l.text.Value)})
	}
	return out
}

// gitHubTrust writes subjects as GitHub makes them (GitHub documentation, "OpenID Connect reference"). The classic form
// names owner and repository, which somebody else may register after a rename; the immutable form names their ids too.
func (r *resolver) gitHubTrust(t *model.Trust, kind model.Kind, g GitHub) {
	t.Kind, t.Origin = model.GitHubTrust, g.Range
	t.Issuer, t.Audience = r.everywhere(gitHubIssuer), r.everywhere(stsAudience)
	t.Claims = claims(
		model.Tag{Key: "job_workflow_ref", Value: g.Workflow.Value},
		model.Tag{Key: "repository_id", Value: g.RepositoryID.Value},
		model.Tag{Key: "repository_owner_id", Value: g.OwnerID.Value})
	r.mustBeTrue(g.PullRequest)
	if g.PullRequest.Value && kind != model.Plan {
		r.error(idPullRequest, "Pull request that may change data", g.PullRequest.Range,
			"Whoever can open a pull request can run code in it, so its runs may become roles of kind plan only. Name an environment, a branch or a tag.")
	}
	for _, name := range g.Environment.texts() {
		r.checkGitHubEnvironment(kind, name)
	}
	if !g.RepositoryID.Set() && !g.OwnerID.Set() {
		r.trustedByName(kind, g.Repository, "\"repository_id\" and \"owner_id\"")
	}
	ids := g.RepositoryID.Set() && g.OwnerID.Set()
	form := g.Subject.Value
	if form == "" {
		form = map[bool]string{true: "both", false: "classic"}[ids]
	}
	if form != "classic" && !ids {
		r.error(idGitHubIDs, "Immutable subject without ids", g.Subject.Range,
			"The immutable form of the subject names the owner and the repository by their numbers. Add \"repository_id\" and \"owner_id\".")
	}
	context, names := gitHubContext(g)
	if !names.Set() {
		t.Subjects = r.everywhereAll(gitHubSubjects(g, form, context)...)
		return
	}
	// A colon in a name is escaped, since colons separate.
	t.Subjects = r.perSubject(names, func(name string) []string {
		return gitHubSubjects(g, form, context+strings.ReplaceAll(name, ":", "%3A"))
	})
}

// trustedByName warns of a deploy role for whoever has a name. After a rename or a deletion the name is anybody's to take,
// and tokens of the new owner have the same subject; a number is never given twice.
func (r *resolver) trustedByName(kind model.Kind, name Text, ids string) {
	if kind == model.Deploy {
		r.warn(idTrustByName, "Deploy role trusted to a name", name.Range,
			"Once %q is renamed or deleted, somebody else may register the name, and could deploy. Add %s, which nobody else gets.", name.Value, ids)
	}
}

// checkGitHubEnvironment refuses names that would not stand for themselves in a condition. GitHub escapes a colon in a name
// and does not say what it does with a percent sign, so that two names might have one subject.
func (r *resolver) checkGitHubEnvironment(kind model.Kind, name Text) {
	if kind == model.Deploy && strings.ContainsAny(name.Value, ":%") {
		r.error(idAmbiguousSubject, "Environment with an ambiguous name", name.Range,
			"GitHub writes a colon in a name as %%3A, so the subject of %q might be that of another environment, which has other rules for who may deploy. Choose a name without : and %%.", name.Value)
	}
	if r.policyText(name.Value, name.Range) && strings.ContainsAny(name.Value, "*?") {
		r.error(idWildcardSubject, "Wildcard in an environment", name.Range,
			"A star or a question mark in a subject can match other environments too. Name the environment without them.")
	}
}

func gitHubSubjects(g GitHub, form, context string) []string {
	owner, repository, _ := strings.Cut(g.Repository.Value, "/")
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

// gitHubContext is the part of the subject that says which runs, and the names that end it, if any do.
func gitHubContext(g GitHub) (string, PerEnvironment) {
	switch {
	case g.Environment.Set():
		return "environment:", g.Environment
	case g.Branch.Set():
		return "ref:refs/heads/", g.Branch
	case g.Tag.Set():
		return "ref:refs/tags/", g.Tag
	}
	return "pull_request", PerEnvironment{}
}

// gitLabTrust is for gitlab.com (GitLab documentation, "Connect to cloud services", "ID token payload"). The subject names
// the project by its path; the ids are claims of their own (IAM user guide, "Available keys for AWS OIDC federation").
func (r *resolver) gitLabTrust(t *model.Trust, kind model.Kind, g GitLab) {
	t.Kind, t.Origin = model.GitLabTrust, g.Range
	t.Issuer = r.everywhere(gitLabIssuer)
	t.Claims = claims(model.Tag{Key: "project_id", Value: g.ProjectID.Value}, model.Tag{Key: "namespace_id", Value: g.NamespaceID.Value})
	if len(t.Claims) == 0 {
		r.trustedByName(kind, g.Project, "\"project_id\" and \"namespace_id\"")
	}
	t.Audience = r.everywhere(orElse(g.Audience.Value, "https://gitlab.com"))
	r.policyText(g.Audience.Value, g.Audience.Range)
	refType, refs := "branch", g.Branch
	if g.Tag.Set() {
		refType, refs = "tag", g.Tag
	}
	t.Subjects = r.perSubject(refs, func(ref string) []string {
		return []string{"project_path:" + g.Project.Value + ":ref_type:" + refType + ":ref:" + ref}
	})
}

// hcpTerraformTrust follows HashiCorp's documentation, "Workload identity tokens".
func (r *resolver) hcpTerraformTrust(t *model.Trust, kind model.Kind, h HCPTerraform) {
	t.Kind, t.Origin = model.HCPTerraformTrust, h.Range
	t.Issuer, t.Audience = r.everywhere(hcpTerraformIssuer), r.everywhere("aws.workload.identity")
	r.checkRunPhase(kind, h.RunPhase)
	t.Subjects = r.perSubject(h.Workspace, func(workspace string) []string {
		return []string{fmt.Sprintf("organization:%s:project:%s:workspace:%s:run_phase:%s",
			h.Organization.Value, h.Project.Value, workspace, h.RunPhase.Value)}
	})
}

// checkRunPhase keeps the phases of a run to the roles that are made for them.
func (r *resolver) checkRunPhase(kind model.Kind, phase Text) {
	of := map[model.Kind]string{model.Deploy: "apply", model.Plan: "plan"}[kind]
	if of != "" && phase.Set() && phase.Value != of {
		r.error(idRunPhase, "Run phase of another kind of role", phase.Range,
			"A role of kind %s is for the phase %s of a run. Write run_phase: %s, and make a role of its own for the other phase.", kind, of, of)
	}
}

// buildkiteTrust leaves the commit open, which differs in every build (Buildkite documentation, "OIDC").
func (r *resolver) buildkiteTrust(t *model.Trust, b Buildkite) {
	t.Kind, t.Origin = model.BuildkiteTrust, b.Range
	t.Issuer, t.Audience = r.everywhere(buildkiteIssuer), r.everywhere(stsAudience)
	t.Subjects = r.perSubject(b.Branch, func(branch string) []string {
		return []string{fmt.Sprintf("organization:%s:pipeline:%s:ref:refs/heads/%s:commit:*:step:%s",
			b.Organization.Value, b.Pipeline.Value, branch, b.Step.Value)}
	})
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
	t.Subjects = r.everywhereAll("org/" + c.Organization.Value + "/project/" + c.Project.Value + "/user/" + user)
}

// startsWithUUID is a subject that names one repository, by the braces that Bitbucket writes around its UUIDs.
var startsWithUUID = regexp.MustCompile(`^\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}:`)

// bitbucketTrust takes the subject as it is written: Bitbucket's documentation does not fix its parts, and shows each
// repository its own.
func (r *resolver) bitbucketTrust(t *model.Trust, b Bitbucket, subject string) {
	t.Kind, t.Origin = model.BitbucketTrust, b.Range
	t.Issuer = r.everywhere("api.bitbucket.org/2.0/workspaces/" + b.Workspace.Value + "/pipelines-config/identity/oidc")
	t.Audience = r.everywhere("ari:cloud:bitbucket::workspace/" + b.WorkspaceUUID.Value)
	t.Subjects = r.perSubject(b.Subject, func(subject string) []string { return []string{subject} })
	open := slices.DeleteFunc(b.Subject.texts(), func(text Text) bool { return !strings.Contains(text.Value, "*") })
	early := func(text Text) bool { return !startsWithUUID.MatchString(text.Value) }
	switch at := slices.IndexFunc(open, early); {
	case at >= 0:
		r.error(idWildcardSubject, "Subject of any repository", open[at].Range,
			"With a star so early, the subject of other repositories matches as well. Begin with the repository's UUID in braces and a colon, as the repository's settings show it.")
	case len(open) > 0:
		r.wildcardSubject(b.Because, open[0], subject, "any Bitbucket step that matches the subject", "Say with \"because\" why the rest of the subject is open.")
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
