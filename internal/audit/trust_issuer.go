package audit

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file knows how the subjects of CI's tokens are made: who owns the project, which project, and what of it runs.

// issuer is an issuer of tokens for CI.
type issuer struct {
	name string // as messages call it
	host string // the issuer's URL begins so, without https://
	// shape is a subject. OWNER, GROUP, PROJECT and REF stand for what differs; where the issuer's URL holds the owner there is none.
	shape string
	refs  []string // what REF can be that anybody who may push to the project can bring about; first what a pipeline mostly has
	pull  string   // what REF is for a pull request; empty where it is not told apart
	// What else a token says, by what it is of: an owner, or a project. All other claims are of what runs.
	ownerClaims, projectClaims []string
}

// anyRef is the name of a branch that no policy knows.
const anyRef = "any-branch"

// issuers are the issuers that serve many customers from one URL, or give each a URL of its own (GitHub, "OpenID Connect
// reference"; GitLab, "Configure OpenID Connect in AWS"; HCP Terraform, "Workload identity"; Buildkite, "OIDC in Buildkite
// Pipelines"; CircleCI, "Using OpenID Connect tokens in jobs"; Bitbucket, "Use AWS services with OpenID Connect").
//
// The names of workspaces are unique in an organization of HCP Terraform, so there they are the projects. The subjects of the last
// three do not tell branches.
func issuers() []issuer {
	return []issuer{
		{
			"GitHub Actions", "token.actions.githubusercontent.com", "repo:OWNER/PROJECT:REF",
			[]string{"ref:refs/heads/main", "ref:refs/heads/" + anyRef, "environment:any-environment"}, "pull_request",
			[]string{"repository_owner", "repository_owner_id", "enterprise", "enterprise_id"},
			[]string{"repository", "repository_id", "repository_visibility"},
		},
		{
			"GitLab", "gitlab.com", "project_path:OWNER/PROJECT:REF", []string{"ref_type:branch:ref:main", "ref_type:branch:ref:" + anyRef}, "",
			[]string{"namespace_id", "namespace_path"}, []string{"project_id", "project_path"},
		},
		{
			"GitLab", "gitlab.", "project_path:GROUP/PROJECT:REF", []string{"ref_type:branch:ref:main", "ref_type:branch:ref:" + anyRef}, "",
			nil, []string{"project_id", "project_path"},
		},
		{
			"Buildkite", "agent.buildkite.com", "organization:OWNER:pipeline:PROJECT:REF",
			[]string{"ref:refs/heads/main:commit:0a1b2c3d:step:build", "ref:refs/heads/" + anyRef + ":commit:0a1b2c3d:step:build"}, "",
			[]string{"organization_id", "organization_slug"}, []string{"pipeline_id", "pipeline_slug"},
		},
		{
			"HCP Terraform", "app.terraform.io", "organization:OWNER:project:GROUP:workspace:PROJECT:REF", []string{"run_phase:apply"}, "",
			[]string{"terraform_organization_id", "terraform_organization_name"}, nil,
		},
		{"CircleCI", "oidc.circleci.com/org/", "org/GROUP/project/PROJECT/REF", []string{"user/" + somebodyElse}, "", nil, nil},
		{"Bitbucket", "api.bitbucket.org/2.0/workspaces/", "{PROJECT}:REF", []string{"{0a1b2c3d-0000-0000-0000-000000000000}"}, "", nil, nil},
	}
}

// issuerOf is the issuer of a host and path.
func issuerOf(url string) (issuer, bool) {
	all := issuers()
	i := slices.IndexFunc(all, func(is issuer) bool { return strings.HasPrefix(url, is.host) })
	if i < 0 {
		return issuer{}, false
	}
	return all[i], true
}

// shared reports whether anybody can have a token of the issuer.
func (is issuer) shared() bool { return strings.Contains(is.shape, "OWNER") }

// subject is a subject of the issuer.
func (is issuer) subject(p part, ref string) string {
	return strings.NewReplacer("OWNER", p.owner, "GROUP", p.group, "PROJECT", p.project, "REF", ref).Replace(is.shape)
}

// part is how much of a subject a pattern fixes: the text before its first wildcard, taken apart.
type part struct {
	owner, group, project string
	hasOwner, hasProject  bool // its end comes before the wildcard
}

// fixed takes the text before the first wildcard of a pattern apart; false for one that is no subject of the issuer.
func (is issuer) fixed(pattern string) (part, bool) {
	literal := pattern
	if i := strings.IndexAny(pattern, "*?"); i >= 0 {
		literal = pattern[:i]
	}
	var p part
	shape := is.shape
	for shape != "" {
		name := firstOf(shape)
		before, after, _ := strings.Cut(shape, name)
		if len(literal) < len(before) {
			return p, strings.HasPrefix(before, literal)
		}
		if !strings.HasPrefix(literal, before) {
			return p, false
		}
		literal = literal[len(before):]
		if name == "REF" {
			return p, true
		}
		delimiter := after[:1]
		value, rest, ended := strings.Cut(literal, delimiter)
		switch name {
		case "OWNER":
			p.owner, p.hasOwner = value, ended
		case "GROUP":
			p.group = value
		case "PROJECT":
			p.project, p.hasProject = value, ended
		}
		if !ended {
			return p, true
		}
		literal, shape = delimiter+rest, after
	}
	return p, true
}

// firstOf is the first of the names in a shape.
func firstOf(shape string) string {
	first, at := "", len(shape)
	for _, name := range []string{"OWNER", "GROUP", "PROJECT", "REF"} {
		if i := strings.Index(shape, name); i >= 0 && i < at {
			first, at = name, i
		}
	}
	return first
}

// near is a subject that a pattern matches, with some parts given and the others as the pattern wants them; false if there is none.
// No part has a colon in it but for what runs, whose form is known of one issuer only.
func (is issuer) near(pattern string, p part) (string, bool) {
	subject := regexp.QuoteMeta(is.subject(part{"OWNER", "GROUP", "PROJECT", false, false}, "REF"))
	ref := ".+"
	if strings.HasPrefix(is.refs[0], "run_phase:") {
		ref = "run_phase:(apply|plan)"
	}
	given := func(name string) string {
		if name == "" {
			return "[^:{}]+"
		}
		return regexp.QuoteMeta(name)
	}
	subject = strings.NewReplacer("OWNER", given(p.owner), "GROUP", given(p.group), "PROJECT", given(p.project), "REF", ref).Replace(subject)
	set, err := automata.Regexp(subject)
	if err != nil {
		return "", false
	}
	return automata.Glob(pattern).Intersect(set).Shortest()
}

// subjectsOf are the values that a statement compares the subject with.
func subjectsOf(st policy.Statement, url string) []string {
	var out []string
	for _, c := range st.Condition {
		if strings.EqualFold(c.Key, url+":sub") && policy.OperatorOf(c.Operator).Base != "Null" {
			out = append(out, c.Values...)
		}
	}
	return out
}
