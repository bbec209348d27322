package iam

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file trusts identity providers. Each is held to tokens that were made for this use, by their audience, and where
// the provider serves many customers also to exact subjects: AWS refuses the trust of a shared issuer without one (IAM
// user guide, "Identity-provider controls for shared OIDC providers").

// tokenTrust trusts tokens of an OpenID Connect issuer.
func (h holder) tokenTrust(t model.Trust) policy.Statement {
	issuer := h.in(t.Issuer)
	federated, audience := h.identityProvider(issuer), issuer+":aud"
	if key, builtin := catalog.BuiltinAudience(issuer); builtin {
		federated, audience = issuer, key
	}
	conditions := []policy.Condition{equals(audience, h.in(t.Audience))}
	conditions = append(conditions, subjects(issuer, model.AllIn(h.e, t.Subjects))...)
	for _, claim := range t.Claims {
		conditions = append(conditions, equals(issuer+":"+claim.Key, literal(claim.Value)))
	}
	return h.demanding(policy.Statement{
		Sid:       sid("assumed_by", tokenHolder(t.Kind)),
		Effect:    policy.Allow,
		Principal: &policy.Principal{Federated: []string{federated}},
		Action:    []string{"sts:AssumeRoleWithWebIdentity"},
		Condition: conditions,
	})
}

// subjects holds a token to one of the subjects. One with a star makes all of them patterns: two operators on one key
// would both have to hold.
func subjects(issuer string, subjects []string) []policy.Condition {
	if len(subjects) == 0 {
		return nil
	}
	if !strings.Contains(strings.Join(subjects, ""), "*") {
		return []policy.Condition{equals(issuer+":sub", literals(subjects)...)}
	}
	var patterns []string
	for _, s := range subjects {
		patterns = append(patterns, strings.ReplaceAll(literalPattern(s), "${*}", "*"))
	}
	return []policy.Condition{like(issuer+":sub", patterns...)}
}

// tokenHolder is who carries the tokens, as a statement's name says it.
func tokenHolder(kind model.TrustKind) string {
	switch kind {
	case model.GitHubTrust:
		return "GitHub"
	case model.GitLabTrust:
		return "GitLab"
	case model.HCPTerraformTrust:
		return "HCPTerraform"
	case model.BuildkiteTrust:
		return "Buildkite"
	case model.CircleCITrust:
		return "CircleCI"
	case model.BitbucketTrust:
		return "Bitbucket"
	case model.WebIdentityTrust:
		return "WebIdentity"
	case model.IRSATrust:
		return "ServiceAccount"
	case model.NoTrust, model.ServiceTrust, model.RoleTrust, model.CognitoTrust, model.PodIdentityTrust, model.SAMLTrust:
	}
	panic("iam: no token comes with this kind of trust")
}

// cognitoTrust trusts users of an identity pool who have signed in: guests of the pool have amr "unauthenticated"
// (Cognito developer guide, "IAM roles").
func (h holder) cognitoTrust(t model.Trust) policy.Statement {
	const issuer = catalog.CognitoIssuer
	return h.demanding(policy.Statement{
		Sid:       "AssumedByCognito",
		Effect:    policy.Allow,
		Principal: &policy.Principal{Federated: []string{issuer}},
		Action:    []string{"sts:AssumeRoleWithWebIdentity"},
		Condition: []policy.Condition{
			equals(issuer+":aud", h.in(t.Audience)),
			{Operator: "ForAnyValue:StringLike", Key: issuer + ":amr", Values: []string{"authenticated"}},
		},
	})
}

// samlTrust trusts assertions that a SAML provider made for AWS.
func (h holder) samlTrust(t model.Trust) policy.Statement {
	return h.demanding(policy.Statement{
		Sid:       "AssumedBySAML",
		Effect:    policy.Allow,
		Principal: &policy.Principal{Federated: []string{h.iamARN("saml-provider/" + t.SAMLProvider)}},
		Action:    []string{"sts:AssumeRoleWithSAML"},
		Condition: []policy.Condition{equals("SAML:aud", samlAudience(h.e))},
	})
}

// samlAudience is the sign-in endpoint of the partition, which is who an assertion is made for (IAM user guide, "Configure
// SAML assertions for the authentication response").
func samlAudience(e *model.Environment) string {
	switch e.Partition {
	case "aws":
		return "https://signin.aws.amazon.com/saml"
	case "aws-cn":
		return "https://signin.amazonaws.cn/saml"
	case "aws-us-gov":
		return "https://signin.amazonaws-us-gov.com/saml"
	case "aws-eusc":
		return "https://" + e.Region + ".signin.amazonaws-eusc.eu/saml"
	}
	panic("iam: unknown partition " + e.Partition)
}

// identityProvider is the ARN of the account's provider for an issuer.
func (h holder) identityProvider(issuer string) string { return h.iamARN("oidc-provider/" + issuer) }

func (h holder) iamARN(resource string) string {
	return "arn:" + h.e.Partition + ":iam::" + h.e.Account + ":" + resource
}
