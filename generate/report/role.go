package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/model"
)

func roles(m *model.Model) []roleSection {
	var out []roleSection
	for _, r := range m.Roles {
		out = append(out, roleSection{Name: text(r.Name), Heading: heading(m, r), Lines: rights(m, r)})
	}
	return out
}

// heading says what the role is called and who becomes it.
func heading(m *model.Model, r *model.Role) string {
	name := "Role " + code("…"+r.PhysicalName)
	if r.PerTenant {
		name = "One role for each tenant, " + code("…"+r.PhysicalName+"-TENANT")
	}
	name = strings.Replace(name, "…", "", 1)
	out := fmt.Sprintf("%s, kind %s. ", name, text(string(r.Kind)))
	if r.Description != "" {
		out += text(r.Description)
		if !strings.HasSuffix(r.Description, ".") {
			out += "."
		}
		out += " "
	}
	if r.Existing {
		return out + "Made elsewhere; its policies are written and attached here, its trust is not."
	}
	return out + "Assumed by " + assumer(m, r) + "."
}

func assumer(m *model.Model, r *model.Role) string {
	who := trustee(r.Trust)
	if m.Tenancy != nil && m.Tenancy.Identity.Tagged() && r.TenantScoped() {
		who += ", only with the session tag " + code(m.Tenancy.Identity.Name) + ", not empty, and no other tag"
	}
	return who
}

func trustee(t model.Trust) string {
	switch t.Kind {
	case model.ServiceTrust:
		return "the service " + code(t.Service)
	case model.RoleTrust:
		return "role " + list(principals(t.Roles))
	case model.CognitoTrust:
		return "authenticated users of a Cognito identity pool"
	case model.SAMLTrust:
		return "users of the SAML provider " + code(t.SAMLProvider)
	case model.PodIdentityTrust:
		return fmt.Sprintf("the Kubernetes service account %s, by EKS Pod Identity", code(t.Namespace+"/"+t.ServiceAccount))
	}
	issuers := values(t.Issuer)
	if len(t.Subjects) == 0 {
		return "users of " + codes(issuers)
	}
	return fmt.Sprintf("the subject %s of %s", codes(t.Subjects), codes(issuers))
}

func principals(all []model.Principal) []string {
	var out []string
	for _, p := range all {
		if p.Role != nil {
			out = append(out, code(p.Role.Name))
			continue
		}
		out = append(out, code(p.ARN))
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
		out = append(out, grantInWords(m, g))
	}
	for _, g := range r.TagGrants {
		out = append(out, tagGrantInWords(m, g))
	}
	for _, to := range r.Assumes {
		out = append(out, becomeInWords(m, to))
	}
	out = append(out, jobInWords(r)...)
	if len(out) == 0 {
		out = append(out, "nothing in DynamoDB")
	}
	return out
}

func becomeInWords(m *model.Model, to *model.Role) string {
	if m.Tenancy != nil && m.Tenancy.Identity.Tagged() && to.TenantScoped() {
		return fmt.Sprintf("becomes %s, for the tenant it passes as session tag %s", code(to.Name), code(m.Tenancy.Identity.Name))
	}
	return "becomes " + code(to.Name)
}

func grantInWords(m *model.Model, g *model.Grant) string {
	out := actionsInWords(g.Actions) + " on " + code(g.Table.Name)
	if len(g.Indexes) > 0 {
		out += " and its indexes " + codes(indexNames(g.Indexes))
	}
	out += ": " + rowsInWords(m, g)
	if g.Attributes != nil {
		out += "; only the attributes " + codes(g.Attributes)
	}
	if g.NoTransactions {
		out += "; never inside a transaction"
	}
	return out
}

// actionsInWords names actions, those that are granted only inside transactions apart.
func actionsInWords(actions []model.Action) string {
	var plain, inside []string
	for _, a := range actions {
		if a.OnlyInTransaction {
			inside = append(inside, code(a.Name))
			continue
		}
		plain = append(plain, code(a.Name))
	}
	if len(inside) == 0 {
		return list(plain)
	}
	text := "inside transactions " + list(inside)
	if len(plain) > 0 {
		text = list(plain) + ", and " + text
	}
	return text
}

func indexNames(indexes []*model.Index) []string {
	var names []string
	for _, i := range indexes {
		names = append(names, i.Name)
	}
	return names
}

func rowsInWords(m *model.Model, g *model.Grant) string {
	switch {
	case g.Rows.Kind == model.OwnRows:
		return "only rows of its own tenant, " + list(tenantKeys(m, g))
	case g.Rows.Kind == model.NamedRows:
		return "only the partitions " + codes(g.Rows.Keys)
	case g.Table.TenantKeyed():
		return "rows of every tenant"
	}
	return "every row"
}

// tenantKeys are the shapes of the keys a grant reaches, each once: the table's, then those of the indexes.
func tenantKeys(m *model.Model, g *model.Grant) []string {
	var out []string
	add := func(templates []model.KeyTemplate) {
		for _, t := range templates {
			if shape := code(t.Pattern("{tenant}")); !slices.Contains(out, shape) {
				out = append(out, shape)
			}
		}
	}
	add(g.Table.TenantKeys)
	for _, i := range g.Indexes {
		add(i.TenantKeys)
	}
	return out
}

func tagGrantInWords(m *model.Model, g *model.TagGrant) string {
	var tags []string
	for _, t := range g.Tags {
		if t.Same {
			tags = append(tags, code(t.Key)+" as the role's own tag says")
			continue
		}
		tags = append(tags, code(t.Key+" = "+t.Value))
	}
	out := actionsInWords(g.Actions) + " on every table of the account and region tagged " + list(tags)
	if slices.ContainsFunc(m.Tables, (*model.Table).TenantKeyed) {
		out += ", but on no tenant-keyed table of this spec"
	}
	return out
}

func jobInWords(r *model.Role) []string {
	var tables []string
	for _, t := range r.Tables {
		tables = append(tables, t.Name)
	}
	switch r.Kind {
	case model.StreamConsumer:
		return []string{"reads the streams of " + codes(tables) + ", which show the changes of every tenant"}
	case model.Backup:
		return []string{"makes backups of " + codes(tables) + "; deletes and restores none"}
	case model.Restore:
		return []string{"restores " + codes(tables) + " into new tables " + code(r.Restore.Into) + ", and so may read and write every row of those"}
	case model.Export:
		return []string{"exports " + codes(tables) + ", every row of every tenant, to " + code("s3://"+r.Export.Bucket+"/"+r.Export.Prefix)}
	}
	return nil
}
