package report

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// grantInWords says what a grant allows: which operations, where, on which rows and columns.
func grantInWords(g *model.Grant) string {
	items := actionsThat(g.Actions, reachItems)
	if len(items) == 0 {
		return actionsInWords(g.Actions) + " of " + code(g.Table.Name) + ", and none of its items"
	}
	out := actionsInWords(items) + " on " + code(g.Table.Name)
	if onIndexes := actionsThat(items, takeIndexes); len(g.Indexes) > 0 && len(onIndexes) > 0 {
		out += "; " + actionsInWords(onIndexes) + " also on " + plural("index", "indexes", indexNames(g.Indexes))
	}
	out += ": " + rowsInWords(g)
	if g.Attributes != nil {
		out += "; only the attributes " + codes(g.Attributes)
	}
	if g.NoTransactions {
		out += "; never inside a transaction"
	}
	if hasAction(g.Actions, "PartiQLSelect") {
		out += "; never a PartiQL statement that reads the whole table or index"
	}
	if others := actionsThat(g.Actions, func(o catalog.Operation) bool { return !reachItems(o) }); len(others) > 0 {
		out += "; also " + actionsInWords(others) + ", which shows no items"
	}
	return out
}

// actionsInWords names actions, those that are granted only inside transactions apart.
func actionsInWords(actions []model.Action) string {
	var plain, inside []string
	for _, a := range actions {
		if a.OnlyInTransaction {
			inside = append(inside, a.Name)
			continue
		}
		plain = append(plain, a.Name)
	}
	switch {
	case len(inside) == 0:
		return codes(plain)
	case len(plain) == 0:
		return "inside transactions " + codes(inside)
	}
	return codes(plain) + ", and inside transactions " + codes(inside)
}

func actionsThat(actions []model.Action, are func(catalog.Operation) bool) []model.Action {
	var out []model.Action
	for _, a := range actions {
		if o, known := catalog.OperationByName(a.Name); known && are(o) {
			out = append(out, a)
		}
	}
	return out
}

func reachItems(o catalog.Operation) bool { return o.Class != catalog.ClassDescribe }

func takeIndexes(o catalog.Operation) bool { return o.Has(catalog.TakesIndex) }

func hasAction(actions []model.Action, name string) bool {
	return slices.ContainsFunc(actions, func(a model.Action) bool { return a.Name == name })
}

func indexNames(indexes []*model.Index) []string {
	var out []string
	for _, i := range indexes {
		out = append(out, i.Name)
	}
	return out
}

func rowsInWords(g *model.Grant) string {
	switch {
	case g.Rows.Kind == model.OwnRows:
		return "only rows of its own tenant, with keys " + list(tenantKeys(g), "or")
	case g.Rows.Kind == model.NamedRows:
		return "only rows with the partition key " + anyCode(g.Rows.Keys)
	case g.Table.TenantKeyed():
		return "rows of every tenant"
	}
	return "every row"
}

// tenantKeys are the shapes of the keys a grant reaches, each once: the table's, then those of the indexes.
func tenantKeys(g *model.Grant) []string {
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
	return actionsInWords(g.Actions) + " on every table of the account and region tagged " + list(tags, "and") +
		when(slices.ContainsFunc(m.Tables, (*model.Table).TenantKeyed), ", but on no tenant-keyed table of this spec")
}
