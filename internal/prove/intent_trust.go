package prove

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// This file says who may become a role. A trust policy is about its own role, so its resource is all texts.

// trust is what the trust policy of a role must mean.
func (in intent) trust(r *model.Role, tenant string) access.Meaning {
	b := in.trustee(r, tenant)
	b.Resource = automata.All()
	if in.carriesTag(r) {
		b.Action = b.Action.Union(in.Literal("sts:tagsession"))
		b = b.Given(in.demandedTag()...)
	}
	return access.Meaning{Allows: []access.Box{b}}
}

// trustee is who becomes a role, how, and with what.
func (in intent) trustee(r *model.Role, tenant string) access.Box {
	t := r.Trust
	switch t.Kind {
	case model.ServiceTrust:
		return in.service(t.Service)
	case model.PodIdentityTrust:
		return in.service("eks_pod_identity").Given(
			in.Is("aws:RequestTag/eks-cluster-name", model.In(in.e, t.Cluster)),
			in.Is("aws:RequestTag/kubernetes-namespace", t.Namespace),
			in.Is("aws:RequestTag/kubernetes-service-account", t.ServiceAccount))
	case model.RoleTrust:
		return in.by("sts:AssumeRole", in.assumers(t.Roles, tenant)...)
	case model.SAMLTrust:
		return in.by("sts:AssumeRoleWithSAML", "federated:"+in.iam("saml-provider/"+t.SAMLProvider)).Given(in.Is("SAML:aud", in.samlAudience()))
	case model.CognitoTrust:
		pool := in.provider(t)
		signedIn := access.Key{Name: pool + ":amr", Values: access.Values{Multi: true, Every: access.NonEmpty(), Some: []automata.Set{in.Literal("authenticated")}}}
		return in.by("sts:AssumeRoleWithWebIdentity", "federated:"+pool).Given(in.Is(pool+":aud", model.In(in.e, t.Audience)), signedIn)
	case model.NoTrust:
		panic("prove: role " + r.Name + " has no trust")
	}
	return in.token(t)
}

func (in intent) by(action string, principals ...string) access.Box {
	b := in.On([]string{action}, []string{"*"})
	b.Principal = in.OneOf(access.Sorted(principals))
	return b
}

// assumers are the roles that may become another; in a silo a tenant's role serves the same tenant's only.
func (in intent) assumers(all []model.Principal, tenant string) []string {
	var out []string
	for _, p := range all {
		if p.Role != nil && p.Role.PerTenant && tenant != "" {
			out = append(out, in.e.RoleARN(p.Role, tenant))
			continue
		}
		out = append(out, in.e.PrincipalARNs(in.m, p)...)
	}
	return out
}

// service is an AWS service, acting for the own account where it says for whom it acts.
func (in intent) service(name string) access.Box {
	s, known := catalog.AssumingServiceByName(name)
	partition, inAWS := catalog.PartitionOf(in.e.Region)
	if !known || !inAWS {
		panic("prove: no service " + name + " in " + in.e.Region)
	}
	b := in.On(s.Actions, []string{"*"})
	b.Principal = in.Literal("service:" + partition.ServicePrincipal(s.Principal))
	if s.SourceAccount {
		b = b.Given(in.Is("aws:SourceAccount", in.e.Account))
	}
	if s.SourceARN != "" {
		source := strings.NewReplacer("${Region}", in.e.Region, "${Account}", in.e.Account).Replace(s.SourceARN)
		b = b.Given(in.Like("aws:SourceArn", "arn:"+in.e.Partition+":"+source))
	}
	return b
}

// token is a token of an OpenID Connect issuer: for this audience, with one of the subjects and all of the claims.
func (in intent) token(t model.Trust) access.Box {
	issuer := model.In(in.e, t.Issuer)
	audience := issuer + ":aud"
	switch issuer {
	case "www.amazon.com", "graph.facebook.com":
		audience = issuer + ":app_id"
	}
	b := in.by("sts:AssumeRoleWithWebIdentity", "federated:"+in.provider(t)).Given(in.Is(audience, model.In(in.e, t.Audience)))
	if subjects := model.AllIn(in.e, t.Subjects); len(subjects) > 0 {
		b = b.Given(in.Like(issuer+":sub", subjects...))
	}
	for _, c := range t.Claims {
		b = b.Given(in.Is(issuer+":"+c.Key, c.Value))
	}
	return b
}

// provider is the identity provider whose tokens make a role, as a trust policy names it, and sessions do; "" if none do.
func (in intent) provider(t model.Trust) string {
	if t.Kind == model.CognitoTrust {
		return "cognito-identity.amazonaws.com"
	}
	switch issuer := model.In(in.e, t.Issuer); issuer {
	case "", "www.amazon.com", "graph.facebook.com", "accounts.google.com":
		return issuer
	default:
		return in.iam("oidc-provider/" + issuer)
	}
}

func (in intent) iam(resource string) string {
	return "arn:" + in.e.Partition + ":iam::" + in.e.Account + ":" + resource
}

// samlAudience is the sign-in endpoint of the partition.
func (in intent) samlAudience() string {
	switch in.e.Partition {
	case "aws-cn":
		return "https://signin.amazonaws.cn/saml"
	case "aws-us-gov":
		return "https://signin.amazonaws-us-gov.com/saml"
	case "aws-eusc":
		return "https://" + in.e.Region + ".signin.amazonaws-eusc.eu/saml"
	}
	return "https://signin.aws.amazon.com/saml"
}
