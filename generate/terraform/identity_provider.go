package terraform

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/model"
)

// madeProviders is the address of the identity providers that are made here.
const madeProviders = "aws_iam_openid_connect_provider.integration"

// identityProviders is the file of the identity providers of continuous integration. An account has one provider for an
// issuer, whatever uses it (IAM user guide, "Create an OpenID Connect (OIDC) identity provider in IAM"), so it is made here
// only where the spec says so. There is no thumbprint: AWS trusts these issuers by its own list of authorities.
func identityProviders() *source {
	s := newSource()
	s.resource("aws_iam_openid_connect_provider", "integration", []string{
		"An account has one provider for an issuer. Other systems of the account may come to depend on these.",
	}, func(b body) {
		b.set("for_each", expr("var.identity_providers"))
		b.blank()
		b.set("url", expr(`"https://${each.key}"`))
		b.set("client_id_list", expr("each.value"))
		b.set("tags", expr("var.tags"))
	})
	s.data("aws_iam_openid_connect_provider", "integration", []string{
		"Made elsewhere. One that is missing shows in the plan, and not in a pipeline that finds itself refused.",
	}, func(b body) {
		b.set("for_each", expr("toset(var.existing_identity_providers)"))
		b.blank()
		b.set("url", expr(`"https://${each.key}"`))
	})
	return s
}

func (s *source) providerVariables() {
	s.variable("identity_providers", "The issuers, without https://, whose identity providers are made here, each with the audiences of its tokens.", expr("map(list(string))"))
	s.variable("existing_identity_providers", "The issuers, without https://, whose identity providers exist already.", expr("list(string)"))
}

// providerArguments are the issuers that roles of the environment trust: made with the audiences that the roles ask for, or
// looked up.
func providerArguments(b body, m *model.Model, e *model.Environment) {
	audiences := map[string][]string{}
	var made, existing []string
	for _, r := range integrations(m) {
		issuer := model.In(e, r.Trust.Issuer)
		audiences[issuer] = append(audiences[issuer], model.In(e, r.Trust.Audience))
		if e.MakesProviders {
			made = append(made, issuer)
		} else {
			existing = append(existing, issuer)
		}
	}
	b.set("identity_providers", quoted(pairsOf(unique(made), func(issuer string) pair { return pair{issuer, texts(unique(audiences[issuer]))} })))
	b.set("existing_identity_providers", texts(unique(existing)))
}

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// integrations are the roles of every kind that continuous integration becomes.
func integrations(m *model.Model) []*model.Role {
	return keep(m.AllRoles(), func(r *model.Role) bool { return r.Trust.Kind.ByIntegration() })
}
