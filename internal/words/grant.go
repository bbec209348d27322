package words

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// Grant says what a grant allows: which operations, where, on which rows and columns.
func (s Style) Grant(g *model.Grant) string {
	items := ActionsThat(g.Actions, reachItems)
	if len(items) == 0 {
		return s.Actions(g.Actions) + " of " + s.Name(g.Table.Name) + ", and none of its items"
	}
	out := s.Actions(items) + " on " + s.Name(g.Table.Name)
	if onIndexes := ActionsThat(items, takeIndexes); len(g.Indexes) > 0 && len(onIndexes) > 0 {
		out += "; " + s.Actions(onIndexes) + " also on " + s.Plural("index", "indexes", indexNames(g.Indexes))
	}
	out += ": " + s.rowsOf(g)
	if g.Attributes != nil {
		out += "; only the attributes " + s.Names(g.Attributes)
	}
	if g.NoTransactions {
		out += "; never inside a transaction"
	}
	if hasAction(g.Actions, "PartiQLSelect") {
		out += "; never a PartiQL statement that reads the whole table or index"
	}
	if others := ActionsThat(g.Actions, func(o catalog.Operation) bool { return !reachItems(o) }); len(others) > 0 {
		out += "; also " + s.Actions(others) + ", which shows no items"
	}
	return out
}

// Actions names actions, those that are granted only inside transactions apart.
func (s Style) Actions(actions []model.Action) string {
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
		return s.Names(plain)
	case len(plain) == 0:
		return "inside transactions " + s.Names(inside)
	}
	return s.Names(plain) + ", and inside transactions " + s.Names(inside)
}

// ActionsThat are the actions whose operation satisfies a condition.
func ActionsThat(actions []model.Action, are func(catalog.Operation) bool) []model.Action {
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

func (s Style) rowsOf(g *model.Grant) string {
	var templates []model.KeyTemplate
	templates = append(templates, g.Table.TenantKeys...)
	for _, i := range g.Indexes {
		templates = append(templates, i.TenantKeys...)
	}
	return s.Rows(g, templates, "{tenant}")
}

// Rows says which rows a grant reaches, where a tenant's keys have the shapes of some templates. The tenant is an id, or
// what stands for one.
func (s Style) Rows(g *model.Grant, templates []model.KeyTemplate, tenant string) string {
	switch {
	case g.Rows.Kind == model.OwnRows:
		return "only rows of its own tenant, with keys " + List(s.shapes(templates, tenant), "or")
	case g.Rows.Kind == model.NamedRows:
		return "only rows with the partition key " + s.Any(g.Rows.Keys)
	case g.Table.TenantKeyed():
		return "rows of every tenant"
	}
	return "every row"
}

// shapes are the shapes of keys, each once.
func (s Style) shapes(templates []model.KeyTemplate, tenant string) []string {
	var out []string
	for _, t := range templates {
		if shape := s.Name(t.Pattern(tenant)); !slices.Contains(out, shape) {
			out = append(out, shape)
		}
	}
	return out
}

// TagGrant says what access by tags allows.
func (s Style) TagGrant(m *model.Model, g *model.TagGrant) string {
	var tags []string
	for _, t := range g.Tags {
		if t.Same {
			tags = append(tags, s.Name(t.Key)+" as the role's own tag says")
			continue
		}
		tags = append(tags, s.Name(t.Key+" = "+t.Value))
	}
	return s.Actions(g.Actions) + " on every table of the account and region tagged " + List(tags, "and") +
		When(slices.ContainsFunc(m.Tables, (*model.Table).TenantKeyed), ", but on no tenant-keyed table of this spec")
}
