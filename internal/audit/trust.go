package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file asks who can become a role: of accounts and of services. Tokens are asked about in trust_token.go, and session tags in
// trust_tag.go.

var (
	trustOpen = Rule{
		ID: "trust-open-to-everybody", Severity: High, Title: "Role that everybody can assume",
		Why: "The trust policy lets in callers of accounts that it does not name. The caller's own account lets him call `sts:AssumeRole`, so that nothing is left in the way to all that the role may do. An " +
			"external id changes nothing here: it tells the customers of one vendor apart, and is no secret.",
		Remedy: "Name the roles that assume this one in `Principal`, by ARN.",
		Source: "IAM user guide, \"AWS JSON policy elements: Principal\", all principals; IAM user guide, \"The confused deputy problem\"",
	}
	trustAccount = Rule{
		ID: "trust-whole-account", Severity: Medium, Title: "Role that anybody in another account can assume",
		Why: "Another account is trusted as a whole. Who becomes this role is decided by that account's administrators, and if they serve other customers too, one of those can have them assume it: " +
			"nothing ties the call to you.",
		Remedy: "Name the role of the other account, by ARN. Where a vendor asks for the account, hold the statement to the external id that the vendor gave you (`sts:ExternalId`).",
		Source: "IAM user guide, \"Access to AWS accounts owned by third parties\"; IAM user guide, \"The confused deputy problem\"",
	}
	trustService = Rule{
		ID: "service-trust-without-source", Severity: Low, Title: "Service that may act for another account",
		Why: "A service assumes the role for whoever asks it to. This service says for whose resource it does so, and the trust policy does not ask. Somebody who can make the service use the role, by " +
			"its ARN, from another account, has the role's rights.",
		Remedy: "Add `StringEquals: {\"aws:SourceAccount\": \"ACCOUNT\"}`, and `ArnLike` on `aws:SourceArn` where the service's guide shows it.",
		Source: "IAM user guide, \"The confused deputy problem\", cross-service confused deputy prevention",
	}
)

func trustChecks() []check {
	return []check{
		{rules: []Rule{trustOpen, trustAccount, trustService}, find: (*auditor).findTrust},
		{rules: []Rule{tokenAnySubject, tokenNeighbour, tokenAnyProject, tokenAnyRef, tokenPull, tokenVacuous, tokenAudience, cognitoGuests}, find: (*auditor).findTokens},
		{rules: []Rule{tenantChosen, tagsLoose}, find: (*auditor).findTenantTags},
	}
}

// trusting is a role with its trust policy.
type trusting struct {
	identity *inventory.Identity
	document *inventory.Document
	arn      string
	owner    string // its account; empty if nothing tells
}

// trustings are the roles whose trust policies are here.
func (a *auditor) trustings() []trusting {
	var out []trusting
	for _, i := range a.inv.Identities {
		if i.Trust == nil {
			continue
		}
		t := trusting{identity: i, document: i.Trust, arn: i.ARN}
		if _, t.owner = place(i.ARN); t.owner == unknownAccount {
			t.owner = ""
		}
		if t.owner == "" {
			t.owner = providerAccount(i.Trust.Document)
		}
		if _, account := place(t.arn); account == "" || strings.ContainsAny(t.arn, "*{") || t.owner != "" && account != t.owner {
			t.arn = "arn:aws:iam::" + t.account() + ":role/trusting"
		}
		out = append(out, t)
	}
	return out
}

// providerAccount is the account of the identity providers that a trust policy names, which are in the role's own.
func providerAccount(d policy.Document) string {
	for _, st := range d.Statement {
		if st.Principal == nil {
			continue
		}
		for _, name := range st.Principal.Federated {
			if _, account := place(name); account != "" && account != unknownAccount {
				return account
			}
		}
	}
	return ""
}

func (t trusting) account() string {
	if t.owner == "" {
		return unknownAccount
	}
	return t.owner
}

// subjectOf is the role as an identity that has policies; nil if it has none.
func (a *auditor) subjectOf(i *inventory.Identity) *subject {
	for _, s := range a.subjects {
		if s.Identity == i {
			return s
		}
	}
	return nil
}

// reportsTrust is a finding about a statement of a trust policy.
func (a *auditor) reportsTrust(t trusting, i int, f Finding) {
	f.Subject = t.identity.String()
	a.reports(f, t.document, i)
}

// assuming are the actions by which a role is assumed.
func assuming() []string {
	return []string{"sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"}
}

// ask asks to assume the role.
func (t trusting) ask(who asker, st policy.Statement, layers evaluate.Policies) *Witness {
	layers.Resource = &t.document.Document
	for _, action := range matchedActions(st, assuming()) {
		if w := (question{who, action, t.arn, t.account()}).answer(layers, st, evaluate.Allow); w != nil {
			return w
		}
	}
	return nil
}

func (a *auditor) findTrust() {
	for _, t := range a.trustings() {
		for i, st := range t.document.Document.Statement {
			if st.Effect != policy.Allow {
				continue
			}
			a.trustOfAccounts(t, i, st)
			a.trustOfServices(t, i, st)
		}
	}
}

func (a *auditor) trustOfAccounts(t trusting, i int, st policy.Statement) {
	layers := evaluate.Policies{Identity: everything()}
	anybody := stranger(a.inv, t.document).choosing(func(key string) bool { return strings.EqualFold(key, "sts:ExternalId") })
	if w := t.ask(anybody, st, layers); w != nil {
		f := Finding{Rule: trustOpen, Witness: w, At: t.document.Element(i, "Principal"), Detail: "A role of any account in the world can make this request, once its own account lets it."}
		if t.owner != "" {
			// The account's own identities still need the right to assume the role.
			st.NotPrincipal, st.Principal = nil, &policy.Principal{AWS: []string{"arn:" + partitionOfARN(t.arn) + ":iam::" + t.owner + ":root"}}
			f.Repair = statementJSON(st)
		}
		a.reportsTrust(t, i, f)
		return
	}
	for j, account := range accountsOf(st.Principal) {
		if account == t.owner || account == unknownAccount || t.owner == "" {
			continue
		}
		if w := t.ask(memberOf(account, t.document), st, layers); w != nil {
			a.reportsTrust(t, i, Finding{Rule: trustAccount, Witness: w, At: t.document.Value(i, min(j, len(st.Principal.AWS)-1), "Principal", "AWS"),
				Detail: fmt.Sprintf("The account %s as a whole is trusted: this role stands for any of it, and the request has no external id.", account)})
			return
		}
	}
}

func (a *auditor) trustOfServices(t trusting, i int, st policy.Statement) {
	if st.Principal == nil {
		return
	}
	for _, name := range st.Principal.Service {
		service, sends := sendsSource(name)
		if !sends {
			continue
		}
		foreign := unmentionedAccount(a.inv, t.document)
		who := asker{principal: name, says: evaluate.Context{says("aws:SourceAccount", foreign), says("aws:SourceOrgID", strangeOrganization)}, chooses: freely}
		if service.SourceARN != "" {
			source := strings.NewReplacer("${Region}", "us-east-1", "${Account}", foreign, "*", "any").Replace(service.SourceARN)
			who = who.with(says("aws:SourceArn", "arn:"+partitionOfARN(t.arn)+":"+source))
		}
		w := t.ask(who, st, evaluate.Policies{})
		if w == nil {
			continue
		}
		f := Finding{Rule: trustService, Witness: w, At: t.document.Element(i, "Principal"), Detail: fmt.Sprintf("%s assumes the role for a resource of the account %s here, which stands for any.", name, foreign)}
		if t.owner != "" {
			st.Condition = append(slices.Clone(st.Condition), policy.Condition{Operator: "StringEquals", Key: "aws:SourceAccount", Values: []string{t.owner}})
			f.Repair = statementJSON(st)
		}
		a.reportsTrust(t, i, f)
		return
	}
}

// sendsSource is a service that says for whom it assumes a role.
func sendsSource(principal string) (catalog.AssumingService, bool) {
	name, _, _ := strings.Cut(principal, ".amazonaws.com")
	for _, s := range catalog.AssumingServices() {
		if s.Principal == name && s.SourceAccount {
			return s, true
		}
	}
	return catalog.AssumingService{}, false
}
