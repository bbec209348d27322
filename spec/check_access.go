package spec

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/model"
)

// The entries of a role add up: what one of them allows, none of the others can take back. The checks of this file find
// entries that mean to be tight and are void beside a looser one.

// checkOneScope is law 6: the rows of one tenant in one entry and all rows in another are all rows.
func checkOneScope(m *model.Model) hcl.Diagnostics {
	var f findings
	for _, r := range m.Roles {
		own := map[*model.Table]bool{}
		for _, g := range r.Grants {
			if g.Rows.Kind == model.OwnRows && grantsItems(g) {
				own[g.Table] = true
			}
		}
		for _, g := range r.Grants {
			if g.Rows.Kind == model.AllRows && grantsItems(g) && own[g.Table] {
				f.error(idTwoScopes, "Own rows and all rows in one role", g.Origin,
					"The role %q is held to its tenant's rows of %q in another entry, and this one lets it reach them all, so it is held to nothing. Make two roles.", r.Name, g.Table.Name)
			}
		}
	}
	return f.Diagnostics
}

// checkColumnsHold warns of a list of columns beside an entry that grants the same operation without one.
func checkColumnsHold(m *model.Model) hcl.Diagnostics {
	var f findings
	for _, r := range m.Roles {
		for _, g := range r.Grants {
			for _, wider := range r.Grants {
				if a, void := voided(g, wider); void {
					f.warn(idColumnsVoid, "List of columns without an effect", g.Origin,
						"Another entry of %q grants %s on %q with all attributes, and entries add up. Remove it there, or make two roles.", r.Name, a, g.Table.Name)
					break
				}
			}
		}
	}
	return f.Diagnostics
}

// voided returns an action whose columns g lists, and wider does not, on rows that are the same or more.
func voided(g, wider *model.Grant) (string, bool) {
	if g.Table != wider.Table || g.Attributes == nil || wider.Attributes != nil {
		return "", false
	}
	if wider.Rows.Kind != model.AllRows && (wider.Rows.Kind != g.Rows.Kind || !slices.Equal(wider.Rows.Keys, g.Rows.Keys)) {
		return "", false
	}
	for _, a := range g.Actions {
		same := func(w model.Action) bool { return w.Name == a.Name && (!w.OnlyInTransaction || a.OnlyInTransaction) }
		if a.Name != "DescribeTable" && slices.ContainsFunc(wider.Actions, same) {
			return a.Name, true
		}
	}
	return "", false
}

// checkTagGrantsApart keeps access by tags away from tenant-keyed tables: it is denied on them, and the denial would take
// the rights along that the role has there by name.
func checkTagGrantsApart(m *model.Model) hcl.Diagnostics {
	var f findings
	for _, r := range m.Roles {
		if len(r.TagGrants) == 0 {
			continue
		}
		for _, g := range r.Grants {
			if g.Table.TenantKeyed() {
				f.error(idTaggedAndTenant, "Access by tags beside a tenant-keyed table", g.Origin,
					"The role %q reaches tables by their tags, which is denied on every tenant-keyed table, %q among them. Make two roles.", r.Name, g.Table.Name)
			}
		}
	}
	return f.Diagnostics
}

// checkTransactionsAgree reports entries of one role on one table of which one keeps items out of transactions: that is a
// denial, and denials hold for the role, not for the entry.
func checkTransactionsAgree(m *model.Model) hcl.Diagnostics {
	var f findings
	for _, r := range m.Roles {
		first := map[*model.Table]*model.Grant{}
		for _, g := range r.Grants {
			if !grantsItems(g) {
				continue
			}
			if other := first[g.Table]; other != nil && other.NoTransactions != g.NoTransactions {
				f.error(idTransactions, "Entries that disagree on transactions", g.Origin,
					"One entry of %q on the table %q has transactions: never and another has not, and IAM would refuse them for both. Write it in all, or make two roles.", r.Name, g.Table.Name)
			} else {
				first[g.Table] = g
			}
		}
	}
	return f.Diagnostics
}

func touchesItems(r *model.Role) bool {
	return slices.ContainsFunc(r.Grants, grantsItems) ||
		slices.ContainsFunc(r.TagGrants, func(g *model.TagGrant) bool { return anyItemAction(g.Actions) })
}

func grantsItems(g *model.Grant) bool { return anyItemAction(g.Actions) }

func anyItemAction(actions []model.Action) bool {
	return slices.ContainsFunc(actions, func(a model.Action) bool { return a.Name != "DescribeTable" })
}
