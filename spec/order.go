package spec

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ddbgen/ddbgen/internal/model"
)

// order puts what a role may do, and what is waived, in an order that follows from what they say: the same spec written in
// another order means the same, so it becomes the same model and the same files. Grants stand by table, those that reach
// the fewest rows first.
func order(m *model.Model) {
	for _, r := range m.Roles {
		slices.SortStableFunc(r.Grants, compareGrants)
		slices.SortStableFunc(r.TagGrants, compareTagGrants)
	}
	slices.SortStableFunc(m.Waivers, func(a, b model.Waiver) int {
		return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Waived, b.Waived), cmp.Compare(a.Because, b.Because))
	})
}

func compareGrants(a, b *model.Grant) int {
	return cmp.Or(
		cmp.Compare(a.Table.Name, b.Table.Name),
		cmp.Compare(rowsRank(a), rowsRank(b)),
		slices.Compare(a.Rows.Keys, b.Rows.Keys),
		slices.CompareFunc(a.Actions, b.Actions, compareActions),
		slices.CompareFunc(a.Indexes, b.Indexes, func(a, b *model.Index) int { return cmp.Compare(a.Name, b.Name) }),
		slices.Compare(a.Attributes, b.Attributes),
		cmp.Compare(fmt.Sprint(a.NoTransactions), fmt.Sprint(b.NoTransactions)),
	)
}

// rowsRank is how far a grant reaches, least first.
func rowsRank(g *model.Grant) int {
	return slices.Index([]model.RowsKind{model.OwnRows, model.NamedRows, model.AllRows}, g.Rows.Kind)
}

func compareActions(a, b model.Action) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(fmt.Sprint(a.OnlyInTransaction), fmt.Sprint(b.OnlyInTransaction)))
}

func compareTagGrants(a, b *model.TagGrant) int {
	return cmp.Or(
		slices.CompareFunc(a.Tags, b.Tags, func(a, b model.TagMatch) int {
			return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Value, b.Value))
		}),
		slices.CompareFunc(a.Actions, b.Actions, compareActions),
	)
}
