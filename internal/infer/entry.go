package infer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// entry is an entry of a role's access.
type entry struct {
	table        *table
	actions      []model.Action
	indexes      []*index
	rows         model.Rows
	attributes   []string
	transactions string // empty, only, never
	because      string
}

// part is the name of the entry as something that can be left out.
func (e *entry) part(r *role) string {
	return "entry:" + r.logical + ":" + e.table.Name + ":" + strings.Join(e.words(), "|") + e.rowWords()
}

func (e *entry) rowWords() string {
	switch {
	case e.rows.Kind == model.NamedRows:
		return "|of named partitions"
	case e.attributes != nil:
		return "|of " + strings.Join(e.attributes, " ")
	}
	return ""
}

// expressible reports whether conditions can hold the operations of an entry to its rows and columns; the generators write
// nothing for those that they cannot hold.
func expressible(e *entry) bool {
	for _, a := range e.actions {
		o, known := catalog.OperationByName(a.Name)
		switch {
		case !known:
			return false
		case o.Class == catalog.ClassDescribe:
		case e.rows.Kind != model.AllRows && !o.Has(catalog.CarriesLeadingKeys):
			return false
		case e.attributes != nil && (o.Has(catalog.ReplacesItems) || !o.Has(catalog.CarriesAttributes) || !o.Has(catalog.CarriesSelect) && !o.Has(catalog.CarriesReturnValues)):
			return false
		}
	}
	for _, i := range e.indexes {
		if (e.rows.Kind == model.OwnRows || e.rows.Kind == model.NamedRows && len(e.table.templates) > 0) && len(i.templates) == 0 {
			return false
		}
	}
	return true
}

// grant is the entry as the generators take it.
func (e *entry) grant() *model.Grant {
	g := &model.Grant{Table: e.table.model, Actions: slices.Clone(e.actions), Rows: e.rows, NoTransactions: e.transactions == "never"}
	slices.SortFunc(g.Actions, func(a, b model.Action) int { return cmp.Compare(a.Name, b.Name) })
	for _, i := range e.indexes {
		g.Indexes = append(g.Indexes, i.model)
	}
	if e.attributes != nil {
		g.Attributes = append(slices.Clone(e.attributes), g.Table.KeyAttributes()...)
		for _, i := range g.Indexes {
			g.Attributes = append(g.Attributes, i.KeyAttributes()...)
		}
		slices.Sort(g.Attributes)
		g.Attributes = slices.Compact(g.Attributes)
	}
	return g
}

// with is an entry with the operations of another; false if they differ in more, or one of them needs a reason of its own.
func (e *entry) with(other *entry) (*entry, bool) {
	scans := func(e *entry) bool {
		return slices.ContainsFunc(e.actions, func(a model.Action) bool { return a.Name == "Scan" })
	}
	any := len(e.table.templates) > 0 && e.rows.Kind == model.AllRows
	same := e.rows.Kind == other.rows.Kind && slices.Equal(e.rows.Keys, other.rows.Keys) && slices.Equal(e.attributes, other.attributes) &&
		e.transactions == other.transactions
	if !same || (scans(e) || scans(other)) && !any {
		return nil, false
	}
	out := *e
	out.actions = append(slices.Clone(e.actions), other.actions...)
	switch {
	case !other.takesIndex():
	case !e.takesIndex():
		out.indexes = other.indexes
	case !slices.Equal(e.indexes, other.indexes):
		return nil, false
	}
	return &out, true
}

func (e *entry) takesIndex() bool {
	return slices.ContainsFunc(e.actions, func(a model.Action) bool {
		o, _ := catalog.OperationByName(a.Name)
		return o.Has(catalog.TakesIndex)
	})
}

// words are the operations as a spec has them: groups where all of one are there.
func (e *entry) words() []string {
	var names []string
	for _, a := range e.actions {
		names = append(names, a.Name)
	}
	var out []string
	if e.transactions != "only" {
		for _, group := range []struct {
			word  string
			names []string
		}{{"read", []string{"GetItem", "BatchGetItem", "Query"}}, {"write", []string{"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"}}} {
			missing := func(n string) bool { return !slices.Contains(names, n) }
			if !slices.ContainsFunc(group.names, missing) {
				out = append(out, group.word)
				names = slices.DeleteFunc(names, func(n string) bool { return slices.Contains(group.names, n) })
			}
		}
	}
	return append(out, names...)
}

// needsReason reports whether a spec demands a reason for the entry.
func (e *entry) needsReason() bool {
	if e.rows.Kind != model.AllRows {
		return false
	}
	items := slices.ContainsFunc(e.actions, func(a model.Action) bool { return a.Name != "DescribeTable" })
	return items && len(e.table.templates) > 0 || slices.ContainsFunc(e.actions, func(a model.Action) bool { return a.Name == "Scan" })
}
