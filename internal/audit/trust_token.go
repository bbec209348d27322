package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file asks which tokens of identity providers make somebody a role: of another customer of the provider, of another
// project, or of any branch. Audiences are in trust_audience.go.

var (
	tokenAnySubject = Rule{
		ID: "ci-trust-any-subject", Severity: High, Title: "CI trust for anybody's pipelines",
		Why: "The issuer of these tokens serves all of its customers, and the subject (`sub`) is what tells one from another. This trust policy takes tokens of projects that have nothing to do with it: " +
			"everybody with an account there can become the role.",
		Remedy: "Compare `sub` by `StringEquals` with the exact subject: for GitHub `repo:OWNER/REPOSITORY:environment:NAME` or `repo:OWNER/REPOSITORY:ref:refs/heads/main`.",
		Source: "IAM user guide, \"Create a role for OpenID Connect federation\", configuring a role for GitHub; IAM user guide, \"Identity-provider controls for shared OIDC providers\"",
	}
	tokenNeighbour = Rule{
		ID: "ci-trust-neighbour", Severity: High, Title: "CI trust for owners whose name begins alike",
		Why: "The pattern for the subject has a wildcard before the owner's name has ended. Names are given away to whoever comes first, so somebody else can take one that begins like yours, and with it " +
			"become the role.",
		Remedy: "End the owner's name with the delimiter (`/` or `:`), and name the project after it.",
		Source: "IAM user guide, \"Create a role for OpenID Connect federation\", configuring a role for GitHub",
	}
	tokenAnyProject = Rule{
		ID: "ci-trust-any-project", Severity: High, Title: "CI trust for every project of an owner",
		Why: "Every repository of the organization can become the role: one made for a test this morning, and one that takes contributions from outside. Who may create a repository, or write to any of " +
			"them, has what this role has.",
		Remedy: "Name the project in the subject, and what runs of it.",
		Source: "IAM user guide, \"Create a role for OpenID Connect federation\", configuring a role for GitHub; GitHub, \"OpenID Connect reference\"",
	}
	tokenAnyRef = Rule{
		ID: "ci-trust-any-branch", Severity: Medium, Title: "CI trust for every branch of a project",
		Why: "Whatever is pushed to any branch can become the role, before anybody has looked at it; where the pattern covers pull requests, also what is proposed to be merged. Rules that protect the main " +
			"branch do not protect the role.",
		Remedy: "Name one branch (`ref:refs/heads/main`), or an environment that only protected branches can use. Give pull requests a role that only reads.",
		Source: "GitHub, \"OpenID Connect reference\", example subject claims; IAM user guide, \"Create a role for OpenID Connect federation\"",
	}
	tokenPull = Rule{
		ID: "ci-trust-pull-request-writes", Severity: High, Title: "Pull requests that become a role which writes",
		Why:    "Code of a pull request runs before it is reviewed, with whatever role its job assumes. This one may change things, so that whoever can open a pull request from a branch can.",
		Remedy: "Give pull requests a role of their own that can only plan, and let the role that changes things trust the main branch or a protected environment.",
		Source: "GitHub, \"OpenID Connect reference\", filtering for pull_request events",
	}
	tokenVacuous = Rule{
		ID: "ci-trust-subject-missing", Severity: Medium, Title: "CI trust that a missing subject meets",
		Why: "`ForAllValues` and `IfExists` are true of a token that lacks the claim. That the tokens of this issuer always have it is all that the trust rests on, and with the claims that it can leave out it " +
			"does not hold at all.",
		Remedy: "Compare single-valued claims such as `sub` by `StringEquals` or `StringLike`, without a set operator and without `IfExists`.",
		Source: "IAM user guide, \"Single-valued vs. multivalued context keys\"; IAM user guide, \"IAM JSON policy elements: Condition operators\", ...IfExists",
	}
)

func (a *auditor) findTokens() {
	for _, t := range a.trustings() {
		for i, st := range t.document.Document.Statement {
			if st.Effect != policy.Allow || st.Principal == nil {
				continue
			}
			for _, provider := range st.Principal.Federated {
				a.findTokensOf(t, i, st, provider)
			}
		}
	}
}

func (a *auditor) findTokensOf(t trusting, i int, st policy.Statement, provider string) {
	_, url, found := strings.Cut(provider, ":oidc-provider/")
	switch {
	case strings.Contains(provider, ":saml-provider/"):
		a.samlAudience(t, i, st, provider)
		return
	case !found:
		url = provider
	}
	s := token{trusting: t, st: st, index: i, provider: provider, url: url}
	is, ci := issuerOf(url)
	if ci {
		s.issuer = is
		if a.ciSubjects(s) {
			return
		}
	}
	a.tokenAudiences(s)
	if url == catalog.CognitoIssuer {
		a.guests(s)
	}
}

// token is a statement of trust in the tokens of a provider.
type token struct {
	trusting
	st       policy.Statement
	index    int
	provider string
	url      string
	issuer   issuer
}

// bearer is somebody with a token: with some claims that AWS takes from it, and others that are as the statement wants them.
func (s token) bearer(own func(key string) bool, claims ...evaluate.Key) asker {
	return asker{principal: s.provider, says: claims, chooses: func(key string) bool {
		return freely(key) || own(strings.TrimPrefix(strings.ToLower(key), strings.ToLower(s.url)+":"))
	}}
}

func (s token) claim(name string, values ...string) evaluate.Key {
	return says(s.url+":"+name, values...)
}

// asks asks with a token of a subject. The claims of its owner and of its project are as the statement wants them where those are
// the statement's own, and else somebody else's.
func (s token) asks(subject string, ownOwner, ownProject bool) *Witness {
	own := []string{"aud"}
	claims := evaluate.Context{s.claim("sub", subject)}
	add := func(names []string, mine bool) {
		for _, name := range names {
			if mine {
				own = append(own, name)
			} else if names := s.url + ":" + name; mentions(s.st, names) {
				claims = append(claims, s.claim(name, somebodyElse))
			}
		}
	}
	add(s.issuer.ownerClaims, ownOwner)
	add(s.issuer.projectClaims, ownProject)
	return s.ask(s.bearer(func(claim string) bool { return slices.Contains(own, claim) }, claims...), s.st, evaluate.Policies{})
}

// mentions reports whether a statement has a condition on a key.
func mentions(st policy.Statement, key string) bool {
	return slices.ContainsFunc(st.Condition, func(c policy.Condition) bool { return strings.EqualFold(c.Key, key) })
}

// ciSubjects reports the widest of the sets of subjects that a statement takes beyond what it should; true where that is everybody's,
// so that nothing narrower needs saying.
func (a *auditor) ciSubjects(s token) bool {
	values := subjectsOf(s.st, s.url)
	if s.issuer.shared() && a.strangersSubject(s, values) {
		return true
	}
	a.vacuousSubject(s)
	if len(values) == 0 {
		values = []string{"*"}
	}
	for n, v := range values {
		p, ok := s.issuer.fixed(v)
		if ok && p == (part{}) && s.issuer.shared() {
			// Other claims keep strangers out: those of the owner, or of the project too.
			p = part{owner: somebodyElse, group: "anything", hasOwner: true}
			if a.wideSubject(s, p, v, s.subjectPlace(n)) {
				return false
			}
			p.project, p.hasProject = "anything", true
		}
		if ok && a.wideSubject(s, p, v, s.subjectPlace(n)) {
			return false
		}
	}
	return false
}

// strangersSubject reports that the token of a project of somebody else is taken.
func (a *auditor) strangersSubject(s token, values []string) bool {
	subjects := []string{s.issuer.subject(part{owner: somebodyElse, group: "anything", project: "anything"}, s.issuer.refs[0])}
	for _, v := range values {
		if subject, found := s.issuer.near(v, part{owner: somebodyElse}); found {
			subjects = append(subjects, subject)
		}
	}
	for _, subject := range subjects {
		if w := s.asks(subject, false, false); w != nil {
			a.reportsTrust(s.trusting, s.index, Finding{Rule: tokenAnySubject, Witness: w, At: s.subjectPlace(0),
				Detail: fmt.Sprintf("A token of %s for a project of somebody else makes its bearer the role.", s.issuer.name)})
			return true
		}
	}
	return false
}

// wideSubject reports that a pattern for the subject takes tokens of a neighbour, of every project, of every branch, or of pull
// requests to a role that writes.
func (a *auditor) wideSubject(s token, p part, pattern string, at hcl.Range) bool {
	is := s.issuer
	report := func(rule Rule, w *Witness, detail string) bool {
		if w == nil {
			return false
		}
		a.reportsTrust(s.trusting, s.index, Finding{Rule: rule, Witness: w, At: at, Detail: detail})
		return true
	}
	switch {
	case is.shared() && !p.hasOwner:
		if p.owner == "" {
			return false
		}
		neighbour := part{owner: p.owner + "-neighbour", group: "anything", project: "anything"}
		subjects := []string{is.subject(neighbour, is.refs[0])}
		if subject, found := is.near(pattern, part{owner: neighbour.owner}); found {
			subjects = append(subjects, subject)
		}
		for _, subject := range subjects {
			if report(tokenNeighbour, s.asks(subject, false, false), fmt.Sprintf("The pattern %q also takes this token, of the owner %q.", pattern, neighbour.owner)) {
				return true
			}
		}
		return false
	case !p.hasProject:
		for _, subject := range s.otherProjects(p, pattern) {
			if report(tokenAnyProject, s.asks(subject, true, false), fmt.Sprintf("The pattern %q takes this token, of a project that nothing names.", pattern)) {
				return true
			}
		}
		return false
	}
	return a.refs(s, p, pattern, report)
}

// otherProjects are subjects of another project of an owner, as near to a pattern as can be.
func (s token) otherProjects(p part, pattern string) []string {
	p.project += "another-project"
	if p.group == "" {
		p.group = "another-group"
	}
	var out []string
	for _, ref := range s.issuer.refs {
		out = append(out, s.issuer.subject(p, ref))
	}
	if subject, found := s.issuer.near(pattern, part{owner: p.owner, project: p.project}); found {
		out = append(out, subject)
	}
	return out
}

// refs asks for any branch of a project, and for its pull requests. A role that changes nothing and reads no items is what both may
// have.
func (a *auditor) refs(s token, p part, pattern string, report func(Rule, *Witness, string) bool) bool {
	is, role := s.issuer, a.subjectOf(s.identity)
	unknown := role == nil || len(role.statements) == 0
	var change *Witness
	if !unknown {
		if change = role.change(); change == nil && role.item() == nil {
			return false
		}
	}
	pulls := ""
	if is.pull != "" && s.asks(is.subject(p, is.pull), true, true) != nil {
		pulls = ", and so are tokens of pull requests"
	}
	for _, ref := range is.refs[1:] {
		if report(tokenAnyRef, s.asks(is.subject(p, ref), true, true), fmt.Sprintf("By the pattern %q this token is taken, of what anybody can make who may push%s.", pattern, pulls)) {
			return true
		}
	}
	if pulls == "" || change == nil {
		return false
	}
	return report(tokenPull, s.asks(is.subject(p, is.pull), true, true),
		fmt.Sprintf("A token of a pull request makes its bearer the role, which may, for example, make this request: %s.", change.Request))
}

// subjectPlace is where a value for the subject stands, by its number among those of the statement.
func (s token) subjectPlace(n int) hcl.Range {
	for _, c := range s.st.Condition {
		if !strings.EqualFold(c.Key, s.url+":sub") || policy.OperatorOf(c.Operator).Base == "Null" {
			continue
		}
		if n < len(c.Values) {
			return s.document.Value(s.index, n, "Condition", c.Operator, c.Key)
		}
		n -= len(c.Values)
	}
	return s.document.Element(s.index, "Condition")
}

// vacuousSubject asks with a token that has no subject.
func (a *auditor) vacuousSubject(s token) {
	all := func(claim string) bool { return claim != "sub" }
	if !mentions(s.st, s.url+":sub") {
		return
	}
	if w := s.ask(s.bearer(all), s.st, evaluate.Policies{}); w != nil {
		a.reportsTrust(s.trusting, s.index, Finding{Rule: tokenVacuous, Witness: w, At: s.subjectPlace(0), Repair: s.plainSubject(),
			Detail: "This token has no subject, and the condition on the subject holds."})
	}
}

// plainSubject is the statement with a plain operator for the subject.
func (s token) plainSubject() string {
	st := s.st
	st.Condition = slices.Clone(st.Condition)
	for i, c := range st.Condition {
		if strings.EqualFold(c.Key, s.url+":sub") {
			plain := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(c.Operator, "ForAllValues:"), "ForAnyValue:"), "IfExists")
			if slices.ContainsFunc(st.Condition, func(d policy.Condition) bool { return d.Operator == plain && strings.EqualFold(d.Key, c.Key) }) {
				return ""
			}
			st.Condition[i].Operator = plain
		}
	}
	return statementJSON(st)
}
