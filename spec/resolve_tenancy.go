package spec

import (
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/model"
)

func (r *resolver) resolveTenancy() {
	t := r.doc.Tenancy
	if t == nil {
		return
	}
	r.m.Tenancy = &model.Tenancy{IDPattern: t.IDPattern.Value, Origin: t.Range}
	r.m.Tenancy.Identity = r.identity(t)
	r.resolveIDPattern(t.IDPattern, r.m.Tenancy.Identity)
	r.m.Tenancy.Tenants = r.tenants(t)
}

func (r *resolver) resolveIDPattern(written Text, identity model.Identity) {
	if !written.Set() {
		return
	}
	ids, problem := parseIDPattern(written.Value)
	if problem == nil && identity.Tagged() {
		problem = ids.outsideTags()
	}
	if problem != nil {
		r.error(problem.id, "Unusable tenant id pattern", written.Range, "%s", problem.detail)
		return
	}
	r.ids = ids
}

// identity resolves the source of the tenant id. A source that is switched off by false is no source.
func (r *resolver) identity(t *Tenancy) model.Identity {
	if t.Identity == nil {
		return model.Identity{Kind: model.Silo, Origin: t.Range}
	}
	i := t.Identity
	for _, text := range []struct {
		kind model.IdentityKind
		text Text
	}{
		{model.SessionTag, i.SessionTag},
		{model.CognitoClaim, i.CognitoClaim},
		{model.OIDCSubject, i.OIDCSubject},
	} {
		if text.text.Set() {
			return model.Identity{Kind: text.kind, Name: text.text.Value, Origin: text.text.Range}
		}
	}
	for _, choice := range []struct {
		kind model.IdentityKind
		on   Bool
	}{
		{model.CognitoIdentity, i.CognitoIdentity},
		{model.LoginWithAmazon, i.LoginWithAmazon},
		{model.Facebook, i.Facebook},
		{model.Google, i.Google},
	} {
		if choice.on.Set() {
			r.mustBeTrue(choice.on)
			return model.Identity{Kind: choice.kind, Origin: choice.on.Range}
		}
	}
	return model.Identity{Kind: model.Silo, Origin: i.Range}
}

// mustBeTrue reports a choice that was written with false, which chooses nothing.
func (r *resolver) mustBeTrue(b Bool) {
	if b.Set() && !b.Value {
		r.error(idChoiceFalse, "Choice turned off", b.Range,
			"This key chooses one of several forms, and false chooses none. Write true, or write another of the forms.")
	}
}

// roleNameID is what a tenant id must be to stand in a role's name (IAM API reference, CreateRole, RoleName).
var roleNameID = regexp.MustCompile(`^[a-zA-Z0-9+=,.@_-]+$`)

func (r *resolver) tenants(t *Tenancy) []string {
	silo := r.m.Tenancy.Identity.Kind == model.Silo
	if silo && t.Identity == nil && len(t.Tenants.Items) == 0 {
		r.error(idNoTenants, "Silo without tenants", t.Range,
			"Without an identity every tenant has roles of its own, and no tenant is listed. List them, such as tenants: [acme, globex], or say how a request carries its tenant, such as identity: {session_tag: tenant_id}.")
	}
	folded := map[string]string{}
	items := r.unique(t.Tenants)
	for _, id := range items {
		switch same := folded[strings.ToLower(id.Value)]; {
		case r.ids != nil && !r.ids.set.Contains(id.Value):
			r.notOfPattern(id)
		case silo && !roleNameID.MatchString(id.Value):
			r.error(idTenantID, "Tenant id that no role name can hold", id.Range,
				"In a silo the tenant id is part of role names, which hold letters, digits and + = , . @ _ - only. Rename the tenant.")
		case silo && same != "":
			r.error(idTenantID, "Tenant ids that differ in case only", id.Range,
				"In a silo the tenant id is part of role names, and IAM takes %q and %q for the same. Rename one of them.", same, id.Value)
		}
		folded[strings.ToLower(id.Value)] = id.Value
	}
	ids := values(items)
	slices.Sort(ids)
	return ids
}

func (r *resolver) notOfPattern(id Text) {
	r.error(idTenantID, "Not a tenant id", id.Range,
		"%q does not match the id_pattern %s as a whole. Correct the one or the other.", id.Value, r.m.Tenancy.IDPattern)
}

// templates resolves the tenant keys of a table or an index whose partition key is key.
func (r *resolver) templates(list List[Text], key Attribute) []model.KeyTemplate {
	if !list.Set() {
		return nil
	}
	if r.doc.Tenancy == nil {
		r.error(idNoTenancy, "Tenant keys without tenancy", list.Range,
			"The spec does not say what a tenant id is, so no row could be held to its tenant. Add, for example, tenancy: {id_pattern: \"[a-z0-9]{8,32}\", identity: {session_tag: tenant_id}}")
	}
	if key.Type.Set() && key.Type.Value != "S" {
		r.error(idTenantKeyType, "Tenant key that is not text", key.Type.Range,
			"How IAM would see a key of type %s as text is not documented, so a condition on it may not hold. Make the partition key of a tenant-keyed table or index an S.", key.Type.Value)
	}
	var out []model.KeyTemplate
	for _, text := range r.unique(list) {
		template, problem := parseTemplate(text.Value)
		if problem != "" {
			r.error(idKeyTemplate, "Unusable key template", text.Range, "%s", problem)
		}
		template.Origin = text.Range
		out = append(out, template)
	}
	slices.SortStableFunc(out, func(a, b model.KeyTemplate) int { return strings.Compare(a.Pattern("\x00"), b.Pattern("\x00")) })
	return out
}

// policyText reports a text that a policy cannot hold, or would not read as it is written: policies are Latin-1 (IAM API
// reference, CreatePolicy, PolicyDocument), and "${" begins a variable (IAM user guide, "IAM policy elements: variables").
func (r *resolver) policyText(value string, at hcl.Range) bool {
	problem := policyProblem(value)
	if problem != "" {
		r.error(idPolicyText, "Text that no policy can hold", at, "%s", problem)
	}
	return problem == ""
}

func policyProblem(value string) string {
	for _, c := range value {
		if c > 0xff {
			return "The character " + quoteRune(c) + " is not in Latin-1, and IAM policies hold no other characters. Rename it."
		}
	}
	if strings.Contains(value, "${") {
		return "A policy takes \"${\" for the beginning of a variable. Choose a name without it."
	}
	return ""
}
