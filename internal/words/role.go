package words

import (
	"fmt"
	"slices"

	"github.com/ddbgen/ddbgen/internal/model"
)

// Role says what the role is called and who becomes it.
func (s Style) Role(m *model.Model, r *model.Role) string {
	out := "Role " + s.Name(r.PhysicalName)
	if r.PerTenant {
		out = "One role for each tenant, " + s.Name(r.PhysicalName+"-TENANT")
	}
	out += ", kind " + s.Name(string(r.Kind)) + ". "
	if r.Description != "" {
		out += Sentence(s.Text(r.Description)) + " "
	}
	if r.Existing {
		return out + "Made elsewhere; its policies are written and attached here, its trust is not."
	}
	if len(r.Tags) > 0 {
		out += "Tagged " + s.Names(tagsOf(r)) + ". "
	}
	return out + "Assumed by " + s.Assumer(m, r) + "."
}

// tagsOf are the role's own tags.
func tagsOf(r *model.Role) []string {
	var out []string
	for _, t := range r.Tags {
		out = append(out, t.Key+" = "+t.Value)
	}
	return out
}

// Assumer is who becomes a role, and with what.
func (s Style) Assumer(m *model.Model, r *model.Role) string {
	who := s.Trustee(r.Trust)
	if DemandsTag(m, r) {
		who += ", only with the session tag " + s.Name(m.Tenancy.Identity.Name) + ", not empty, and no other tag"
	}
	return who
}

// DemandsTag reports whether sessions of a role begin only with the tenant's tag.
func DemandsTag(m *model.Model, r *model.Role) bool {
	return m.Tenancy != nil && m.Tenancy.Identity.Tagged() && r.TenantScoped()
}

// Trustee is whom a role trusts.
func (s Style) Trustee(t model.Trust) string {
	switch t.Kind {
	case model.ServiceTrust:
		return "the AWS service " + s.Name(t.Service)
	case model.RoleTrust:
		return s.Plural("role", "roles", Principals(t.Roles))
	case model.CognitoTrust:
		return "authenticated users of the Cognito identity pool " + s.Any(Values(t.Audience))
	case model.SAMLTrust:
		return "users of the SAML provider " + s.Name(t.SAMLProvider)
	case model.PodIdentityTrust:
		return fmt.Sprintf("the Kubernetes service account %s of the cluster %s, by EKS Pod Identity",
			s.Name(t.Namespace+"/"+t.ServiceAccount), s.Any(Values(t.Cluster)))
	}
	return s.bearer(t)
}

// bearer is whoever shows a token of an OpenID Connect issuer.
func (s Style) bearer(t model.Trust) string {
	out := "users of " + s.Any(Values(t.Issuer))
	if len(t.Subjects) > 0 {
		out = fmt.Sprintf("the subject %s of %s", s.Any(t.Subjects), s.Any(Values(t.Issuer)))
	}
	if audiences := Values(t.Audience); len(audiences) > 0 {
		out += ", with a token made for " + s.Any(audiences)
	}
	for _, c := range t.Claims {
		out += fmt.Sprintf(", %s being %s", s.Name(c.Key), s.Name(c.Value))
	}
	return out
}

// Principals are the names of roles, or their ARNs as the spec has them.
func Principals(all []model.Principal) []string {
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

// Values are the different values of all environments, in order.
func Values(all []model.EnvironmentValue) []string {
	var out []string
	for _, v := range all {
		if !slices.Contains(out, v.Value) {
			out = append(out, v.Value)
		}
	}
	return out
}

// Rights are the sentences that say what a role may do.
func (s Style) Rights(m *model.Model, r *model.Role) []string {
	var out []string
	for _, g := range r.Grants {
		out = append(out, s.Grant(g))
	}
	for _, g := range r.TagGrants {
		out = append(out, s.TagGrant(m, g))
	}
	for _, to := range r.Assumes {
		out = append(out, s.Becoming(m, r, to))
	}
	out = append(out, s.Job(r)...)
	if m.Trail != nil && slices.ContainsFunc(m.Trail.Readers, func(p model.Principal) bool { return p.Role == r }) {
		out = append(out, "decrypts the log files of the audit trail")
	}
	if len(out) == 0 {
		out = append(out, "nothing in DynamoDB")
	}
	return out
}

// Becoming says which role a role may become.
func (s Style) Becoming(m *model.Model, r, to *model.Role) string {
	switch {
	case DemandsTag(m, to):
		return fmt.Sprintf("becomes %s, for the tenant it passes as session tag %s", s.Name(to.Name), s.Name(m.Tenancy.Identity.Name))
	case to.PerTenant && r.PerTenant:
		return "becomes " + s.Name(to.Name) + " of the same tenant"
	case to.PerTenant:
		return "becomes " + s.Name(to.Name) + " of every tenant"
	}
	return "becomes " + s.Name(to.Name)
}

// Job is what a role does that is not an application's.
func (s Style) Job(r *model.Role) []string {
	tables := s.Names(Choose(r.Tables, tableName, anyTable))
	ofTenants := slices.ContainsFunc(r.Tables, (*model.Table).TenantKeyed)
	switch r.Kind {
	case model.StreamConsumer:
		return []string{"reads the streams of " + tables + When(ofTenants, ", which show the changes of every tenant")}
	case model.Backup:
		return []string{"makes backups of " + tables + "; deletes and restores none"}
	case model.Restore:
		return []string{fmt.Sprintf("restores %s, %s, into new tables %s, and may read and write every row of tables of such names",
			tables, sources(r.Restore), s.Name(r.Restore.Into))}
	case model.Export:
		return []string{"exports " + tables + ", every row" + When(ofTenants, " of every tenant") + ", to " + s.Name("s3://"+r.Export.Bucket+"/"+r.Export.Prefix)}
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
	return List(out, "or")
}

func tableName(t *model.Table) string { return t.Name }

func anyTable(*model.Table) bool { return true }
