package report

import "github.com/ddbgen/ddbgen/internal/model"

// tenants says who the tenants are and how a request carries one.
func tenants(m *model.Model) string {
	if m.Tenancy == nil {
		return ""
	}
	id := "A tenant id matches " + code(m.Tenancy.IDPattern) + " as a whole"
	if m.Tenancy.Identity.Kind == model.Silo {
		return id + ". Each tenant has roles of its own, in whose policies its id is written: " + codes(m.Tenancy.Tenants) + "."
	}
	if len(m.Tenancy.Tenants) > 0 {
		id += ", such as " + codes(m.Tenancy.Tenants)
	}
	return id + ". A request is of the tenant in " + carrier(m.Tenancy.Identity) + "; where there is none, nothing of a tenant is reached."
}

// carrier is what carries the tenant id of a session.
func carrier(i model.Identity) string {
	switch i.Kind {
	case model.SessionTag:
		return "its session tag " + code(i.Name)
	case model.CognitoClaim:
		return "its session tag " + code(i.Name) + ", which a Cognito identity pool fills from a claim"
	case model.CognitoIdentity:
		return "its Cognito identity id"
	case model.LoginWithAmazon:
		return "its Login with Amazon user id"
	case model.Facebook:
		return "its Facebook user id"
	case model.Google:
		return "its Google subject"
	case model.OIDCSubject:
		return "its subject with the issuer " + code(i.Name)
	}
	panic("report: unknown source of a tenant id")
}
