package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// checkPlantedKeys is law 5: a write is held to the table's partition key only, so a tenant may put another tenant's key
// into an attribute that an index is partitioned by, and the other finds it there among its own.
func checkPlantedKeys(m *model.Model) hcl.Diagnostics {
	var f findings
	read, planting := readIndexes(m), plantingActions()
	for _, r := range m.Roles {
		for _, g := range r.Grants {
			plantsAny := func(a model.Action) bool { return planting[a.Name] }
			if g.Rows.Kind != model.OwnRows || !slices.ContainsFunc(g.Actions, plantsAny) {
				continue
			}
			for _, i := range g.Table.GlobalIndexes {
				if reader := read[i]; reader != nil && g.MaySet(i.PartitionKey.Name) {
					f.warn(idPlantedKey, "Index key that a tenant could plant", g.Origin,
						"%q may write the attribute %q of its own rows, with another tenant's key in it, and %q would find the row in the index %q among that tenant's. Let tenants' roles write in an entry without the index, whose \"attributes\" leave %[2]q out, or let readers check the table's key %[5]q of what they find.",
						r.Name, i.PartitionKey.Name, reader.Name, i.Name, g.Table.PartitionKey.Name)
				}
			}
		}
	}
	return f.Diagnostics
}

// readIndexes are the tenant-keyed global indexes that tenants' roles read, with the first such role.
func readIndexes(m *model.Model) map[*model.Index]*model.Role {
	out := map[*model.Index]*model.Role{}
	for _, r := range m.Roles {
		for _, g := range r.Grants {
			for _, i := range g.Indexes {
				if g.Rows.Kind == model.OwnRows && !i.Local && out[i] == nil {
					out[i] = r
				}
			}
		}
	}
	return out
}

// plantingActions are the actions that can set an attribute.
func plantingActions() map[string]bool {
	out := map[string]bool{}
	for _, o := range catalog.Operations() {
		out[o.Name] = o.SetsAttributes()
	}
	return out
}

// checkTenantArrives demands, of every role that is held to its tenant's rows, that whoever becomes it brings a tenant of
// the kind that the spec's identity says.
func checkTenantArrives(m *model.Model) hcl.Diagnostics {
	var f findings
	if m.Tenancy == nil || m.Tenancy.Identity.Kind == model.Silo {
		return nil
	}
	for _, r := range m.Roles {
		switch {
		case !r.TenantScoped():
		case r.Existing:
			f.warn(idTenantTrust, "Trust that is not written here", r.Origin,
				"%q reaches its tenant's rows only, and its trust is written elsewhere: it must demand %s. Check it there.", r.Name, demanded(m.Tenancy.Identity))
		default:
			if problem := arrival(m, r); problem != "" {
				f.error(idTenantTrust, "Role that gets no tenant", r.Trust.Origin,
					"%q reaches its tenant's rows only, and %s", r.Name, problem)
			}
		}
	}
	return f.Diagnostics
}

// demanded says what a trust policy must demand for an identity.
func demanded(i model.Identity) string {
	if i.Tagged() {
		return fmt.Sprintf("the tag %q, not empty, and no other tag", i.Name)
	}
	return "the identity that the spec's tenancy names"
}

// arrival says why no tenant id arrives with a role's trust, or "".
func arrival(m *model.Model, r *model.Role) string {
	identity, trust := m.Tenancy.Identity, r.Trust
	switch identity.Kind {
	case model.SessionTag:
		return tagArrival(trust, identity.Name)
	case model.CognitoClaim, model.CognitoIdentity:
		if trust.Kind != model.CognitoTrust {
			return "the tenant id comes from a Cognito identity pool. Write assumed_by: {cognito: {identity_pool: …}}"
		}
	case model.LoginWithAmazon:
		return issuerArrival(trust, amazonIssuer)
	case model.Facebook:
		return issuerArrival(trust, facebookIssuer)
	case model.Google:
		return issuerArrival(trust, googleIssuer)
	case model.OIDCSubject:
		return issuerArrival(trust, identity.Name)
	}
	return ""
}

func issuerArrival(trust model.Trust, issuer string) string {
	other := func(v model.EnvironmentValue) bool { return v.Value != issuer }
	if trust.Kind != model.WebIdentityTrust || slices.ContainsFunc(trust.Issuer, other) {
		return fmt.Sprintf("the tenant id comes from %s. Write assumed_by: {web_identity: {provider: %s, audience: …}}", issuer, issuer)
	}
	return ""
}

// tagArrival says who can pass a session tag: roles, SAML assertions and tokens of one's own issuer can (IAM user guide,
// "Pass session tags in AWS STS"). A service that becomes a role for an application passes none of the application's.
func tagArrival(trust model.Trust, tag string) string {
	switch trust.Kind {
	case model.RoleTrust, model.SAMLTrust:
		return ""
	case model.WebIdentityTrust:
		public := func(v model.EnvironmentValue) bool {
			return slices.Contains([]string{amazonIssuer, facebookIssuer, googleIssuer}, v.Value)
		}
		if slices.ContainsFunc(trust.Issuer, public) {
			return fmt.Sprintf("the tokens of this provider carry no session tag %q. Use an issuer of your own, or another identity in tenancy.", tag)
		}
		return ""
	case model.CognitoTrust:
		return fmt.Sprintf("a Cognito identity pool fills tags from claims. Write cognito_claim: %s instead of session_tag in tenancy.", tag)
	}
	return fmt.Sprintf("nobody passes the session tag %q here. Give whoever this is a role of its own, and write assumed_by: {role: …} with that role here.", tag)
}

// checkTenantTag reports tags that would be the tenant's: those of an environment, which all roles carry, and a role's own.
// A role's tag is what a session without one falls back to (IAM user guide, "Pass session tags in AWS STS"). Tag keys know
// no case there.
func checkTenantTag(m *model.Model) hcl.Diagnostics {
	var f findings
	if m.Tenancy == nil || !m.Tenancy.Identity.Tagged() {
		return nil
	}
	identity := m.Tenancy.Identity
	for _, e := range m.Environments {
		for _, t := range e.AllTags(m, nil) {
			if strings.EqualFold(t.Key, identity.Name) {
				f.error(idTenantTag, "Tag of the tenant on every role", identity.Origin,
					"In the environment %q every role has a tag %q, and a session without a tenant would have its value for one. Rename the one or the other.", e.Name, t.Key)
			}
		}
	}
	for _, r := range m.AllRoles() {
		for _, t := range r.Tags {
			if strings.EqualFold(t.Key, identity.Name) {
				f.error(idTenantTag, "Tag of the tenant on a role", r.Origin,
					"The role %q has a tag %q, and a session of it without a tenant would have its value for one. Rename the tag.", r.Name, t.Key)
			}
		}
	}
	return f.Diagnostics
}
