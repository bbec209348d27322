package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file asks for whom a token was made: for another service, for another identity pool, or for a guest of one.

var (
	tokenAudience = Rule{
		ID: "token-for-any-audience", Severity: Medium, Title: "Trust of tokens that were made for something else",
		Why: "A token says for whom it was made (`aud`). Whoever takes it without looking also takes those that its bearer handed to another service, which can pass them on. Of the issuers that " +
			"IAM knows itself, such as Cognito and Google, the audience is all that tells your application or your identity pool from everybody else's.",
		Remedy: "Compare the audience: `ISSUER:aud` with `sts.amazonaws.com` or whatever your tokens are made for, `cognito-identity.amazonaws.com:aud` with the identity pool, `SAML:aud` with the sign-in endpoint.",
		Source: "IAM user guide, \"Available keys for AWS web identity federation\"; IAM user guide, \"Create a role for OpenID Connect federation\"; Cognito developer guide, \"IAM roles\"",
	}
	cognitoGuests = Rule{
		ID: "guests-of-identity-pool", Severity: High, Title: "Guests of an identity pool with access to tables",
		Why:    "An identity pool that allows guests gives a token to whoever asks, without signing in, and the claim `amr` is what tells a guest from a user. This role takes both, and reaches items.",
		Remedy: "Add `ForAnyValue:StringLike: {\"cognito-identity.amazonaws.com:amr\": \"authenticated\"}`, and give guests a role of their own without access to items.",
		Source: "Cognito developer guide, \"IAM roles\", role trust and permissions",
	}
)

// tokenAudiences asks with a token that was made for something else.
func (a *auditor) tokenAudiences(s token) {
	audience := s.url + ":aud"
	if key, builtin := catalog.BuiltinAudience(s.url); builtin {
		audience = key
	}
	all := func(claim string) bool { return claim != "aud" && claim != "app_id" }
	other := "https://another-service.example"
	if s.url == catalog.CognitoIssuer {
		other = "us-east-1:00000000-0000-0000-0000-00000000beef"
	}
	w := s.ask(s.bearer(all, says(audience, other)), s.st, evaluate.Policies{})
	if w == nil {
		return
	}
	a.reportsTrust(s.trusting, s.index, Finding{Rule: tokenAudience, Witness: w, At: s.document.Element(s.index, "Condition"), Repair: s.withAudience(audience),
		Detail: fmt.Sprintf("This token was made for %s, and makes its bearer the role.", other)})
}

// withAudience is the statement with the audience that tokens for AWS have by default; empty where that is another for everybody.
func (s token) withAudience(key string) string {
	if s.issuer.host != "token.actions.githubusercontent.com" && !strings.HasPrefix(s.url, "oidc.eks.") || mentions(s.st, key) {
		return ""
	}
	st := s.st
	st.Condition = append(slices.Clone(st.Condition), policy.Condition{Operator: "StringEquals", Key: key, Values: []string{"sts.amazonaws.com"}})
	return statementJSON(st)
}

// guests asks as a guest of an identity pool.
func (a *auditor) guests(s token) {
	role := a.subjectOf(s.identity)
	if role == nil || role.item() == nil {
		return
	}
	all := func(claim string) bool { return claim != "amr" }
	w := s.ask(s.bearer(all, s.claim("amr", "unauthenticated")), s.st, evaluate.Policies{})
	if w == nil {
		return
	}
	f := Finding{Rule: cognitoGuests, Witness: w, At: s.document.Element(s.index, "Condition"), Detail: "The bearer of this token has not signed in. " +
		fmt.Sprintf("As the role he may make this request: %s.", role.item().Request)}
	amr := s.url + ":amr"
	if !mentions(s.st, amr) {
		st := s.st
		st.Condition = append(slices.Clone(st.Condition), policy.Condition{Operator: "ForAnyValue:StringLike", Key: amr, Values: []string{"authenticated"}})
		f.Repair = statementJSON(st)
	}
	a.reportsTrust(s.trusting, s.index, f)
}

// samlAudience asks with an assertion that was made for something else.
func (a *auditor) samlAudience(t trusting, i int, st policy.Statement, provider string) {
	who := asker{principal: provider, says: evaluate.Context{says("SAML:aud", "https://another-service.example/saml")},
		chooses: func(key string) bool { return freely(key) || strings.HasPrefix(key, "saml:") }}
	w := t.ask(who, st, evaluate.Policies{})
	if w == nil {
		return
	}
	f := Finding{Rule: tokenAudience, Witness: w, At: t.document.Element(i, "Condition"), Detail: "This assertion was made for another service, and makes its bearer the role."}
	if !mentions(st, "SAML:aud") && partitionOfARN(t.arn) == "aws" {
		st.Condition = append(slices.Clone(st.Condition), policy.Condition{Operator: "StringEquals", Key: "SAML:aud", Values: []string{"https://signin.aws.amazon.com/saml"}})
		f.Repair = statementJSON(st)
	}
	a.reportsTrust(t, i, f)
}
