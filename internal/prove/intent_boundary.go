package prove

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file says what the permissions boundary lets through: what the roles that are made here hold, taken together, with
// the rows that their sessions reach, but not their columns or transactions. A role whose policies are changed later can
// then become any other of these roles, and no more. What a boundary does not allow, the policy of a table or of a key can
// still give to a session that it names; only a Deny holds against that (IAM user guide, "Policy evaluation logic"), so the
// boundary denies every action that it does not let through.

// boundary is what the permissions boundary must mean.
func (in intent) boundary() access.Meaning {
	var out access.Meaning
	made := in.madeRoles()
	for _, t := range in.m.Tables {
		out.Allows = append(out.Allows, in.mostOn(t)...)
	}
	for _, r := range made {
		for _, g := range r.TagGrants {
			for _, b := range in.tagGrant(g).Allows {
				out.Allows = append(out.Allows, b.Given(in.ownTags(r, g)...))
			}
		}
		for _, tenant := range in.m.RoleTenants(r) {
			for _, target := range r.Assumes {
				out.Allows = append(out.Allows, in.assumption(r, target, tenant))
			}
		}
		out.Allows = append(out.Allows, in.job(r).Allows...)
		out.Allows = append(out.Allows, in.foreignKeys(r)...)
	}
	out.Allows = append(out.Allows, in.mostKeyUse()...)
	out.Allows = append(out.Allows, in.managed()...)
	out.Allows = append(out.Allows, some(in.On(in.m.Guardrails.Boundary.Also, []string{"*"}))...)
	out.Denies = some(allBut(out.Allows, automata.None()), access.Everything().Given(in.Is(federatedProvider, in.integrations()...)))
	return out
}

// ownTags are the tags of a role that a grant compares with those of tables. Whoever deploys could give the role other
// values, and the boundary holds it to its own.
func (in intent) ownTags(r *model.Role, g *model.TagGrant) []access.Key {
	var out []access.Key
	for _, t := range g.Tags {
		if value, there := tagOf(in.roleTags(r), t.Key); t.Same && there {
			out = append(out, in.tagValue(strings.ToLower("aws:PrincipalTag/"+t.Key), value, true))
		}
	}
	return out
}

// federatedProvider is the identity provider whose token began a session (IAM user guide, "AWS global condition context keys").
const federatedProvider = "aws:federatedprovider"

// integrations are the providers of continuous integration whose tokens make roles that deploy, and no role that is made here:
// a session of one of those with such a token is that of whoever deploys, who let itself in by the role's trust.
func (in intent) integrations() []string {
	var out []string
	for _, r := range in.m.RolesThat(model.Deploy) {
		if isIntegration(r.Trust.Kind) && !slices.ContainsFunc(in.madeRoles(), func(made *model.Role) bool {
			return in.provider(made.Trust) == in.provider(r.Trust)
		}) {
			out = append(out, in.provider(r.Trust))
		}
	}
	return out
}

func isIntegration(kind model.TrustKind) bool {
	//exhaustive:ignore
	switch kind {
	case model.GitHubTrust, model.GitLabTrust, model.HCPTerraformTrust, model.BuildkiteTrust, model.CircleCITrust, model.BitbucketTrust:
		return true
	}
	return false
}

// managed is what the policies of AWS allow that roles made here have attached, as far as they are known. Of any other the
// spec says itself what it needs.
func (in intent) managed() []access.Box {
	var out []access.Box
	for _, arn := range access.Sorted(in.attached(in.madeRoles()...)) {
		document, known := catalog.ManagedPolicyDocument(arn[strings.LastIndexByte(arn, '/')+1:])
		if !known || !strings.Contains(arn, ":iam::aws:policy/") {
			continue
		}
		m, err := in.managedMeaning(arn, document)
		if err != nil {
			panic("prove: " + err.Error())
		}
		out = append(out, m.Allows...)
	}
	return out
}

func (in intent) managedMeaning(arn string, bytes []byte) (access.Meaning, error) {
	document, err := policy.Parse(bytes)
	if err != nil {
		return access.Meaning{}, err
	}
	return in.Read(artifact.Identity, arn, document)
}

// mostOn is the most that any role made here does on a table and its indexes: for each action, on which rows.
func (in intent) mostOn(t *model.Table) []access.Box {
	var gathered boxes
	for _, o := range catalog.Operations() {
		var grants []*model.Grant
		onIndexes := false
		for _, r := range in.madeRoles() {
			for _, g := range r.Grants {
				if g.Table != t || !slices.ContainsFunc(g.Actions, func(a model.Action) bool { return a.Name == o.Name }) {
					continue
				}
				grants = append(grants, g)
				onIndexes = onIndexes || o.Has(catalog.TakesIndex) && len(g.Indexes) > 0
			}
		}
		if len(grants) == 0 {
			continue
		}
		for _, rows := range in.mostRows(t, o, grants) {
			gathered.add(o.Action(), in.e.TableARN(t), rows)
			if onIndexes {
				gathered.add(o.Action(), in.e.TableARN(t)+"/index/*", rows)
			}
		}
	}
	return gathered.boxes(in)
}

// mostRows are the conditions on rows, as alternatives: with a tenant in the session, and without one, who is left with the
// partitions that the spec names. Where one grant reaches all rows, so does the boundary, which cannot tell roles apart; and
// in a silo the tenants are too many for one document.
func (in intent) mostRows(t *model.Table, o catalog.Operation, grants []*model.Grant) [][]access.Key {
	silo := in.m.Tenancy != nil && in.m.Tenancy.Identity.Kind == model.Silo
	if silo || o.Class == catalog.ClassDescribe || slices.ContainsFunc(grants, func(g *model.Grant) bool { return g.Rows.Kind == model.AllRows }) {
		return [][]access.Key{nil}
	}
	var named []string
	own := automata.None()
	for _, g := range grants {
		named = append(named, g.Rows.Keys...)
		if g.Rows.Kind == model.OwnRows {
			own = in.anyTemplate(t)
		}
	}
	plain := in.OneOf(access.Sorted(named))
	var out [][]access.Key
	if !own.Empty() {
		out = append(out, []access.Key{leading(plain.Union(own)), variableKey(in.tenantVariable())})
	}
	if !plain.Empty() {
		out = append(out, []access.Key{leading(plain)})
	}
	return out
}

// leading is a request that names partition keys, all of them in a set.
func leading(set automata.Set) access.Key {
	return access.Key{Name: "dynamodb:leadingkeys", Values: access.Values{Multi: true, Every: set.Intersect(access.NonEmpty())}}
}

// anyTemplate is the keys of a session's tenant in a table or any index of it.
func (in intent) anyTemplate(t *model.Table) automata.Set {
	out := automata.None()
	for _, template := range t.TenantKeys {
		out = out.Union(in.template(template, ""))
	}
	for _, i := range t.Indexes() {
		for _, template := range i.TenantKeys {
			out = out.Union(in.template(template, ""))
		}
	}
	return out
}

// mostKeyUse is the most that any role made here has done with a key that is made here. The key's own policy says for which
// tables; the boundary, which is made before the keys, does not know their ids.
func (in intent) mostKeyUse() []access.Box {
	used := automata.None()
	for _, k := range in.madeKeys() {
		for _, r := range in.madeRoles() {
			tables := in.tablesOf(r, k)
			for _, use := range in.keyUse(r, tables, "*") {
				if len(tables) > 0 {
					used = used.Union(use.Action).Union(in.Literal("kms:describekey"))
				}
			}
		}
	}
	b := in.On(nil, []string{in.arn("kms", "key/*")})
	b.Action = used
	out := some(b.Given(in.callerAndService()...))
	if t := in.m.Trail; t != nil && slices.ContainsFunc(t.Readers, isMadeRole) {
		b.Action = in.Literal("kms:decrypt")
		out = append(out, b.Given(in.callerAndService()[0], in.Is(trailKey, in.e.TrailARN(in.m))))
	}
	return out
}

func isMadeRole(p model.Principal) bool { return p.Role != nil && !p.Role.Existing }
