package words

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/model"
)

// Role says what the role is called and who becomes it, in some environments.
func (s Style) Role(m *model.Model, r *model.Role, environments ...*model.Environment) string {
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
	return out + "Assumed by " + s.Assumer(m, r, environments...) + "."
}

// tagsOf are the role's own tags.
func tagsOf(r *model.Role) []string {
	var out []string
	for _, t := range r.Tags {
		out = append(out, t.Key+" = "+t.Value)
	}
	return out
}

// Assumer is who becomes a role, and with what, in some environments.
func (s Style) Assumer(m *model.Model, r *model.Role, environments ...*model.Environment) string {
	who := s.Each(environments, func(e *model.Environment) string { return s.Trustee(e, r.Trust) })
	if DemandsTag(m, r) {
		who += ", only with the session tag " + s.Name(m.Tenancy.Identity.Name) + ", not empty, and no other tag"
	}
	return who
}

// DemandsTag reports whether sessions of a role begin only with the tenant's tag.
func DemandsTag(m *model.Model, r *model.Role) bool {
	return m.Tenancy != nil && m.Tenancy.Identity.Tagged() && r.TenantScoped()
}

// AssumerInShort is who becomes a role, without what a token must hold beside its subject.
func (s Style) AssumerInShort(m *model.Model, r *model.Role) string {
	if r.Existing {
		return "decided elsewhere"
	}
	if len(r.Trust.Subjects) == 0 {
		return s.Assumer(m, r, m.Environments...)
	}
	return s.Each(m.Environments, func(e *model.Environment) string { return s.holder(e, r.Trust) })
}

// Each says something of some environments: once, where it is the same for all of them.
func (s Style) Each(environments []*model.Environment, say func(*model.Environment) string) string {
	var said, apart []string
	for _, e := range environments {
		said = append(said, say(e))
		apart = append(apart, say(e)+" (in "+s.Text(e.Name)+")")
	}
	if said = slices.Compact(said); len(said) == 1 {
		return said[0]
	}
	return strings.Join(apart, "; ")
}

// Trustee is whom a role trusts in an environment.
func (s Style) Trustee(e *model.Environment, t model.Trust) string {
	switch t.Kind {
	case model.ServiceTrust:
		return "the AWS service " + s.Name(t.Service)
	case model.RoleTrust:
		return s.Plural("role", "roles", Principals(t.Roles))
	case model.CognitoTrust:
		return "authenticated users of the Cognito identity pool " + s.Name(model.In(e, t.Audience))
	case model.SAMLTrust:
		return "users of the SAML provider " + s.Name(t.SAMLProvider)
	case model.PodIdentityTrust:
		return fmt.Sprintf("the Kubernetes service account %s of the cluster %s, by EKS Pod Identity",
			s.Name(t.Namespace+"/"+t.ServiceAccount), s.Name(model.In(e, t.Cluster)))
	}
	return s.bearer(e, t)
}

// bearer is whoever shows a token of an OpenID Connect issuer.
func (s Style) bearer(e *model.Environment, t model.Trust) string {
	out := s.holder(e, t)
	if audience := model.In(e, t.Audience); audience != "" {
		out += ", with a token made for " + s.Name(audience)
	}
	for _, c := range t.Claims {
		out += ", " + s.claim(c)
	}
	return out
}

// holder is whose token it is.
func (s Style) holder(e *model.Environment, t model.Trust) string {
	issuer := s.Name(model.In(e, t.Issuer))
	if subjects := model.AllIn(e, t.Subjects); len(subjects) > 0 {
		return fmt.Sprintf("the subject %s of %s", s.Any(subjects), issuer)
	}
	return "users of " + issuer
}

// claim says what a claim of a token must be. Those of GitHub that many specs name have words of their own (GitHub
// documentation, "OpenID Connect reference").
func (s Style) claim(c model.Tag) string {
	switch c.Key {
	case "job_workflow_ref":
		return "in a job of the workflow " + s.Name(c.Value)
	case "repository_id":
		return "in the repository with the id " + s.Name(c.Value)
	case "repository_owner_id":
		return "of the owner with the id " + s.Name(c.Value)
	}
	return s.Name(c.Key) + " being " + s.Name(c.Value)
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

// Rights are the sentences that say what a role may do, in all environments.
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
	for _, d := range s.Duties(m, r, m.Environments...) {
		out = append(out, d.What)
	}
	if readsTrail(m, r) {
		out = append(out, decryptsTrail)
	}
	if len(out) == 0 {
		out = append(out, nothing)
	}
	return out
}

// What the summary of a role and the list of its rights say alike.
const (
	decryptsTrail = "decrypts the log files of the audit trail"
	nothing       = "nothing in DynamoDB"
)

func readsTrail(m *model.Model, r *model.Role) bool {
	return m.Trail != nil && slices.ContainsFunc(m.Trail.Readers, func(p model.Principal) bool { return p.Role == r })
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
	tables := s.Names(NamesOf(r.Tables, tableName))
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
