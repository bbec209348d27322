package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// Trust comes in forms, of which a role has exactly one. This file resolves those that name AWS principals or users;
// continuous integration is in resolve_ci.go. What is written is the little that differs between systems; issuer,
// audience and the shape of the subject are facts of each provider.

// trust resolves who may become a role.
func (r *resolver) trust(role *model.Role, a AssumedBy) model.Trust {
	t := model.Trust{Origin: a.Range}
	subject := fmt.Sprintf("role %q", role.Name)
	switch {
	case a.Service.Set():
		r.serviceTrust(&t, a.Service)
	case a.Role.Set():
		r.roleTrust(&t, role, a.Role)
	case a.Roles.Set():
		r.rolesTrust(&t, a.Roles)
	case a.GitHub != nil:
		r.gitHubTrust(&t, role.Kind, *a.GitHub)
	case a.GitLab != nil:
		r.gitLabTrust(&t, role.Kind, *a.GitLab)
	case a.HCPTerraform != nil:
		r.hcpTerraformTrust(&t, role.Kind, *a.HCPTerraform)
	case a.Buildkite != nil:
		r.buildkiteTrust(&t, *a.Buildkite)
	case a.CircleCI != nil:
		r.circleCITrust(&t, *a.CircleCI, subject)
	case a.Bitbucket != nil:
		r.bitbucketTrust(&t, *a.Bitbucket, subject)
	case a.Cognito != nil:
		r.cognitoTrust(&t, *a.Cognito)
	case a.WebIdentity != nil:
		r.webIdentityTrust(&t, *a.WebIdentity)
	case a.IRSA != nil:
		r.irsaTrust(&t, *a.IRSA)
	case a.PodIdentity != nil:
		r.podIdentityTrust(&t, *a.PodIdentity)
	case a.SAML != nil:
		t.Kind, t.SAMLProvider, t.Origin = model.SAMLTrust, a.SAML.Provider.Value, a.SAML.Provider.Range
	}
	return t
}

func (r *resolver) serviceTrust(t *model.Trust, service Text) {
	t.Kind, t.Service, t.Origin = model.ServiceTrust, service.Value, service.Range
	if _, known := catalog.AssumingServiceByName(service.Value); !known {
		var known []string
		for _, s := range catalog.AssumingServices() {
			known = append(known, s.Name)
		}
		r.error(idUnknownService, "Unknown service", service.Range, "No service %q that assumes roles is known here. %s",
			service.Value, didYouMean(service.Value, known, "Its role can be made elsewhere: write the role's name, and existing: true in place of assumed_by. Those that are known are"))
	}
}

func (r *resolver) roleTrust(t *model.Trust, role *model.Role, ref Text) {
	t.Kind, t.Origin = model.RoleTrust, ref.Range
	by, ok := r.worker(ref, "in assumed_by")
	switch {
	case !ok:
	case by == role:
		r.error(idAssumptionCircle, "Role assumed by itself", ref.Range,
			"Only %q could become %q, so nobody can. Name another role, or a service.", role.Name, role.Name)
	default:
		t.Roles = []model.Principal{{Role: by}}
		by.Assumes = append(by.Assumes, role)
	}
}

func (r *resolver) rolesTrust(t *model.Trust, list List[Text]) {
	t.Kind, t.Origin = model.RoleTrust, list.Range
	for _, text := range sortedTexts(r.unique(list)) {
		if _, ok := r.roles.parts[text.Value]; ok {
			r.error(idPrincipalARN, "Role of this spec among ARNs", text.Range,
				"%q is a role of this spec, and \"roles\" is for ARNs of roles made elsewhere. Write assumed_by: {role: %s}", text.Value, text.Value)
			continue
		}
		r.principalARN(text, roleARN)
		t.Roles = append(t.Roles, model.Principal{ARN: text.Value})
	}
}

// The issuers that AWS knows itself, under the names that this package has for all issuers.
const (
	amazonIssuer   = catalog.AmazonIssuer
	facebookIssuer = catalog.FacebookIssuer
	googleIssuer   = catalog.GoogleIssuer
	cognitoIssuer  = catalog.CognitoIssuer
)

// stsAudience is what tokens for AWS are made for, by the convention of most providers.
const stsAudience = "sts.amazonaws.com"

func (r *resolver) cognitoTrust(t *model.Trust, c Cognito) {
	t.Kind, t.Origin = model.CognitoTrust, c.Range
	for _, e := range r.m.Environments {
		if e.Partition != "aws" {
			r.error(idCognitoPartition, "Cognito in another partition", c.Range,
				"The environment %q lies in the partition %s, where Cognito's tokens carry other names, which are not known here. Use another way to assume the role.", e.Name, e.Partition)
			break
		}
	}
	t.Issuer = r.everywhere(cognitoIssuer)
	t.Audience = environmentValues(r.perEnvironment(c.IdentityPool))
}

func (r *resolver) webIdentityTrust(t *model.Trust, w WebIdentity) {
	t.Kind, t.Origin = model.WebIdentityTrust, w.Range
	providers := r.perEnvironment(w.Provider)
	for _, p := range providers {
		r.checkIssuer(p.text)
	}
	t.Issuer = environmentValues(providers)
	audiences := r.perEnvironment(w.Audience)
	for _, a := range audiences {
		r.policyText(a.text.Value, a.text.Range)
	}
	t.Audience = environmentValues(audiences)
}

// checkIssuer refuses issuers whose tokens say nothing by their audience alone, which is all that web_identity demands: those
// that everybody shares, and those that are made for many of one owner. For most the language has a form that also asks who
// it is; AWS itself refuses some without a subject (IAM user guide, "Identity-provider controls for shared OIDC providers").
func (r *resolver) checkIssuer(issuer Text) {
	for _, s := range []struct{ issuer, form string }{
		{gitHubIssuer, "github"}, {gitLabIssuer, "gitlab"}, {hcpTerraformIssuer, "hcp_terraform"}, {buildkiteIssuer, "buildkite"},
		{"oidc.circleci.com", "circleci"}, {"api.bitbucket.org", "bitbucket"}, {"cognito-identity", "cognito"}, {"oidc.eks.", "irsa"},
		{"scalr.io", ""}, {"proidc.upbound.io", ""}, {"oidc.vercel.com", ""}, {"api.pulumi.com", ""},
	} {
		under, is := strings.CutPrefix(issuer.Value, s.issuer)
		whole := under == "" || under[0] == '/' || strings.HasSuffix(s.issuer, ".") || strings.HasPrefix(s.issuer, "cognito")
		switch {
		case !is || !whole:
		case s.form != "":
			r.error(idSharedIssuer, "Issuer that many share", issuer.Range,
				"Tokens of %s are made for many, and web_identity asks for the audience only. Write assumed_by: {%s: …}, which asks who it is.", issuer.Value, s.form)
		default:
			r.error(idSharedIssuer, "Issuer that many share", issuer.Range,
				"Tokens of %s are made for many, and web_identity asks for the audience only, so any of them would do. Use another way to assume the role.", issuer.Value)
		}
	}
}

func (r *resolver) irsaTrust(t *model.Trust, i IRSA) {
	t.Kind, t.Origin = model.IRSATrust, i.Range
	t.Issuer = environmentValues(r.perEnvironment(i.Issuer))
	t.Audience = r.everywhere(stsAudience)
	t.Subjects = r.everywhereAll("system:serviceaccount:" + i.Namespace.Value + ":" + i.ServiceAccount.Value)
}

func (r *resolver) podIdentityTrust(t *model.Trust, p PodIdentity) {
	t.Kind, t.Origin = model.PodIdentityTrust, p.Range
	t.Cluster = environmentValues(r.perEnvironment(p.Cluster))
	t.Namespace, t.ServiceAccount = p.Namespace.Value, p.ServiceAccount.Value
}

func claims(written ...model.Tag) []model.Tag {
	written = slices.DeleteFunc(written, func(t model.Tag) bool { return t.Value == "" })
	slices.SortFunc(written, func(a, b model.Tag) int { return cmp.Compare(a.Key, b.Key) })
	return written
}
