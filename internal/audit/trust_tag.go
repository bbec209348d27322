package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file asks who says for which tenant a session is. Where a role's policies take the tenant from a tag of the session, whoever
// makes the session says so, and the limit to rows is worth what the trust policy asks of him.

var (
	tenantChosen = Rule{
		ID: "tenant-tag-chosen-by-caller", Severity: High, Title: "Tenant that the caller chooses himself",
		Why: "The policies of this role limit a session to the rows of the tenant in its tag, and the trust policy lets everybody in an account make a session with whatever tag he likes. The tag is then no " +
			"limit: who wants another tenant's rows assumes the role again and names that tenant.",
		Remedy: "Trust one role that knows the tenant by other means, such as the one that checks the user's token. Or tie the tag to what the caller already is: `StringEquals: {\"aws:RequestTag/TAG\": " +
			"\"${aws:PrincipalTag/TAG}\"}`, where the caller's own tag was set by an identity provider.",
		Source: "IAM user guide, \"Pass session tags in AWS STS\"; IAM user guide, \"IAM tutorial: Use SAML session tags for ABAC\"",
	}
	tagsLoose = Rule{
		ID: "session-tags-not-pinned", Severity: Medium, Title: "Session tags that nothing pins",
		Why: "The policies of this role decide by a tag of the session. The trust policy lets its caller pass any tags besides, or leave the tenant's out where the role has a tag of that name itself, so that a " +
			"session is for a tenant by default. What a later policy makes of other tags is already given away.",
		Remedy: "Hold the statement, for `sts:AssumeRole` and `sts:TagSession` alike, to `StringLike: {\"aws:RequestTag/TAG\": \"?*\"}`, `ForAllValues:StringEquals: {\"aws:TagKeys\": \"TAG\"}` and " +
			"`Null: {\"aws:TagKeys\": \"false\"}`. In a second statement without them the conditions would do nothing: one Allow is enough.",
		Source: "IAM user guide, \"Pass session tags in AWS STS\", things to know about session tags",
	}
)

func (a *auditor) findTenantTags() {
	for _, t := range a.trustings() {
		s := a.subjectOf(t.identity)
		if s == nil {
			continue
		}
		for _, tag := range s.tenantTags() {
			for i, st := range t.document.Document.Statement {
				if st.Effect == policy.Allow && st.Principal != nil && len(matchedActions(st, []string{"sts:TagSession"})) > 0 {
					if a.tenantTag(t, i, st, tag) {
						break
					}
				}
			}
		}
	}
}

// tenantTags are the tags by which the identity's policies limit what it reaches in tables.
func (s *subject) tenantTags() []string {
	const prefix = "aws:principaltag/"
	var out []string
	for _, st := range s.statements {
		if st.Effect != policy.Allow || len(matchedActions(st.Statement, itemActions())) == 0 {
			continue
		}
		for _, text := range textsOf(st.Statement) {
			for _, v := range variablesIn(text) {
				if tag := strings.TrimPrefix(strings.ToLower(v.name), prefix); tag != strings.ToLower(v.name) {
					if tag = v.name[len(prefix):]; !slices.Contains(out, tag) {
						out = append(out, tag)
					}
				}
			}
		}
	}
	return out
}

// callersTenant is the tenant of whoever makes a session.
const callersTenant = "callers-own-tenant"

// tenantTag reports a statement of trust by which a session's tenant is not what it should be.
func (a *auditor) tenantTag(t trusting, i int, st policy.Statement, tag string) bool {
	report := func(rule Rule, w *Witness, detail string) bool {
		if w != nil {
			a.reportsTrust(t, i, Finding{Rule: rule, Witness: w, At: t.document.Element(i, "Action"), Detail: detail})
		}
		return w != nil
	}
	for _, account := range append(accountsOf(st.Principal), everybodysAccount(t, st)...) {
		who := memberOf(account, t.document)
		if account == t.owner {
			who = insider(account, t.document)
		}
		who = who.with(says("aws:PrincipalTag/"+tag, callersTenant))
		for _, tenant := range tenantsOf(st, tag) {
			w := t.tagged(who, st, evaluate.Policies{Identity: everything()}, tag, tenant)
			if report(tenantChosen, w, fmt.Sprintf("Anybody in the account %s whose policies let him assume the role can make this request, and is then the tenant %q.", account, tenant)) {
				return true
			}
		}
	}
	for _, name := range st.Principal.AWS {
		who, layers, named := a.namedCaller(t, name)
		if !named {
			continue
		}
		who = who.with(says("aws:PrincipalTag/"+tag, callersTenant))
		for _, tenant := range append(tenantsOf(st, tag), callersTenant) {
			w := t.tagged(who.with(says("aws:RequestTag/another-tag", "anything")), st, layers, tag, tenant, "another-tag")
			if report(tagsLoose, w, "The request passes another tag beside the tenant's.") {
				return true
			}
		}
		if slices.ContainsFunc(t.identity.Tags, func(own inventory.Tag) bool { return strings.EqualFold(own.Key, tag) }) {
			who.chooses = nil
			w := question{who, "sts:AssumeRole", t.arn, t.account()}.answer(layersOf(t, layers), st, evaluate.Allow)
			if report(tagsLoose, w, fmt.Sprintf("The request passes no tag, and the session has the tag %s of the role itself.", tag)) {
				return true
			}
		}
	}
	return false
}

func layersOf(t trusting, p evaluate.Policies) evaluate.Policies {
	p.Resource = &t.document.Document
	return p
}

// everybodysAccount is the role's own account, where everybody in it is trusted.
func everybodysAccount(t trusting, st policy.Statement) []string {
	if st.Principal.Any || slices.Contains(st.Principal.AWS, "*") {
		return []string{t.account()}
	}
	return nil
}

// tenantsOf are tenants that a caller could name: any, and what the statement itself speaks of.
func tenantsOf(st policy.Statement, tag string) []string {
	out := []string{somebodyElse}
	for _, c := range st.Condition {
		if !strings.EqualFold(c.Key, "aws:RequestTag/"+tag) || policy.OperatorOf(c.Operator).Base == "Null" {
			continue
		}
		for _, v := range c.Values {
			if len(variablesIn(v)) == 0 {
				out = append(out, concrete(v))
			}
		}
	}
	return out
}

// tagged asks for a session with the tenant in its tag. STS wants both actions allowed.
func (t trusting) tagged(who asker, st policy.Statement, layers evaluate.Policies, tag, tenant string, others ...string) *Witness {
	who = who.with(says("aws:RequestTag/"+tag, tenant), says("aws:TagKeys", append([]string{tag}, others...)...))
	layers = layersOf(t, layers)
	ask := func(action string) *Witness {
		return question{who, action, t.arn, t.account()}.answer(layers, st, evaluate.Allow)
	}
	if ask("sts:AssumeRole") == nil {
		return nil
	}
	return ask("sts:TagSession")
}

// namedCaller is a role or a user that a trust policy names, with its own policies where they are here.
func (a *auditor) namedCaller(t trusting, name string) (asker, evaluate.Policies, bool) {
	p, err := evaluate.ParsePrincipal(name)
	if _, whole := wholeAccount(name); whole || err != nil || !strings.HasPrefix(name, "arn:") {
		return asker{}, evaluate.Policies{}, false
	}
	for _, s := range a.subjects {
		if s.ARN == name {
			return someSession(s), s.policies, true
		}
	}
	who := insider(p.Account, t.document)
	who.principal = name
	return who, evaluate.Policies{Identity: everything()}, true
}
