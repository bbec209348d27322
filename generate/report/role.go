package report

import (
	"fmt"
	"slices"

	"github.com/ddbgen/ddbgen/internal/model"
)

func roles(m *model.Model) []roleSection {
	var out []roleSection
	for _, r := range m.Roles {
		out = append(out, roleSection{Name: code(r.Name), Heading: heading(m, r), Lines: rights(m, r)})
	}
	return out
}

// heading says what the role is called and who becomes it.
func heading(m *model.Model, r *model.Role) string {
	out := "Role " + code(r.PhysicalName)
	if r.PerTenant {
		out = "One role for each tenant, " + code(r.PhysicalName+"-TENANT")
	}
	out += ", kind " + code(string(r.Kind)) + ". "
	if r.Description != "" {
		out += sentence(text(r.Description)) + " "
	}
	if r.Existing {
		return out + "Made elsewhere; its policies are written and attached here, its trust is not."
	}
	if len(r.Tags) > 0 {
		out += "Tagged " + codes(tagsOf(r)) + ". "
	}
	return out + "Assumed by " + assumer(m, r) + "."
}

// tagsOf are the role's own tags.
func tagsOf(r *model.Role) []string {
	var out []string
	for _, t := range r.Tags {
		out = append(out, t.Key+" = "+t.Value)
	}
	return out
}

func assumer(m *model.Model, r *model.Role) string {
	who := trustee(r.Trust)
	if demandsTag(m, r) {
		who += ", only with the session tag " + code(m.Tenancy.Identity.Name) + ", not empty, and no other tag"
	}
	return who
}

// demandsTag reports whether sessions of a role begin only with the tenant's tag.
func demandsTag(m *model.Model, r *model.Role) bool {
	return m.Tenancy != nil && m.Tenancy.Identity.Tagged() && r.TenantScoped()
}

func trustee(t model.Trust) string {
	switch t.Kind {
	case model.ServiceTrust:
		return "the AWS service " + code(t.Service)
	case model.RoleTrust:
		return plural("role", "roles", principals(t.Roles))
	case model.CognitoTrust:
		return "authenticated users of the Cognito identity pool " + anyCode(values(t.Audience))
	case model.SAMLTrust:
		return "users of the SAML provider " + code(t.SAMLProvider)
	case model.PodIdentityTrust:
		return fmt.Sprintf("the Kubernetes service account %s of the cluster %s, by EKS Pod Identity",
			code(t.Namespace+"/"+t.ServiceAccount), anyCode(values(t.Cluster)))
	}
	return bearer(t)
}

// bearer is whoever shows a token of an OpenID Connect issuer.
func bearer(t model.Trust) string {
	out := "users of " + anyCode(values(t.Issuer))
	if len(t.Subjects) > 0 {
		out = fmt.Sprintf("the subject %s of %s", anyCode(t.Subjects), anyCode(values(t.Issuer)))
	}
	if audiences := values(t.Audience); len(audiences) > 0 {
		out += ", with a token made for " + anyCode(audiences)
	}
	for _, c := range t.Claims {
		out += fmt.Sprintf(", %s being %s", code(c.Key), code(c.Value))
	}
	return out
}

// principals are the names of roles, or their ARNs as the spec has them.
func principals(all []model.Principal) []string {
	var out []string
	for _, p := range all {
		if p.Role != nil {
			out = append(out, p.Role.Name)
			continue
		}
		out = append(out, p.ARN)
	}
	return out
}

// values are the different values of all environments, in order.
func values(all []model.EnvironmentValue) []string {
	var out []string
	for _, v := range all {
		if !slices.Contains(out, v.Value) {
			out = append(out, v.Value)
		}
	}
	return out
}

// rights are the sentences that say what a role may do.
func rights(m *model.Model, r *model.Role) []string {
	var out []string
	for _, g := range r.Grants {
		out = append(out, grantInWords(g))
	}
	for _, g := range r.TagGrants {
		out = append(out, tagGrantInWords(m, g))
	}
	for _, to := range r.Assumes {
		out = append(out, becomeInWords(m, r, to))
	}
	out = append(out, jobInWords(r)...)
	if m.Trail != nil && slices.ContainsFunc(m.Trail.Readers, func(p model.Principal) bool { return p.Role == r }) {
		out = append(out, "decrypts the log files of the audit trail")
	}
	if len(out) == 0 {
		out = append(out, "nothing in DynamoDB")
	}
	return out
}

func becomeInWords(m *model.Model, r, to *model.Role) string {
	switch {
	case demandsTag(m, to):
		return fmt.Sprintf("becomes %s, for the tenant it passes as session tag %s", code(to.Name), code(m.Tenancy.Identity.Name))
	case to.PerTenant && r.PerTenant:
		return "becomes " + code(to.Name) + " of the same tenant"
	case to.PerTenant:
		return "becomes " + code(to.Name) + " of every tenant"
	}
	return "becomes " + code(to.Name)
}

// jobInWords is what a role does that is not an application's.
func jobInWords(r *model.Role) []string {
	tables := codes(names(r.Tables, tableName, anyTable))
	ofTenants := slices.ContainsFunc(r.Tables, (*model.Table).TenantKeyed)
	switch r.Kind {
	case model.StreamConsumer:
		return []string{"reads the streams of " + tables + when(ofTenants, ", which show the changes of every tenant")}
	case model.Backup:
		return []string{"makes backups of " + tables + "; deletes and restores none"}
	case model.Restore:
		return []string{fmt.Sprintf("restores %s, %s, into new tables %s, and may read and write every row of tables of such names",
			tables, sources(r.Restore), code(r.Restore.Into))}
	case model.Export:
		return []string{"exports " + tables + ", every row" + when(ofTenants, " of every tenant") + ", to " + code("s3://"+r.Export.Bucket+"/"+r.Export.Prefix)}
	}
	return nil
}

func sources(rights *model.RestoreRights) string {
	var out []string
	if rights.FromBackup {
		out = append(out, "from backups")
	}
	if rights.PointInTime {
		out = append(out, "to a point in time")
	}
	return list(out, "or")
}

func tableName(t *model.Table) string { return t.Name }

func anyTable(*model.Table) bool { return true }

// when is a text that is there only on a condition.
func when(condition bool, text string) string {
	if condition {
		return text
	}
	return ""
}
