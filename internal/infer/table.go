package infer

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/describe"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/model"
)

// table is a table of the spec.
type table struct {
	*describe.Table
	found      *inventory.Table // nil: only policies name it
	logical    string
	described  bool
	templates  []model.KeyTemplate
	indexes    []*index
	streaming  bool // undescribed, and its stream is read
	encryption string
	notes      []note
	model      *model.Table
}

// index is an index of a table.
type index struct {
	describe.Index
	logical   string
	local     bool
	described bool
	templates []model.KeyTemplate
	model     *model.Index
}

// unknownKey is the name of a key attribute that nobody says, where the spec is compiled all the same. No list of attributes
// can hold it by chance.
const unknownKey = "NAME-TO-FILL-IN"

// findTables gathers the tables of the spec's account and region: those that are described, and those that a policy names.
func (d *draft) findTables() {
	byName := map[string]*table{}
	elsewhere := map[string]bool{}
	add := func(name string) *table {
		t := byName[name]
		if t == nil {
			t = &table{Table: &describe.Table{Name: name, Account: d.env.Account, Region: d.env.Region}}
			byName[name] = t
			d.tables = append(d.tables, t)
		}
		return t
	}
	for _, found := range d.inv.Tables {
		if assumed := found.Account == "" || found.Account == unknownAccount; !assumed && (found.Account != d.env.Account || found.Region != d.env.Region) {
			elsewhere[found.Name+" of "+cmp.Or(found.Account, "?")+" in "+cmp.Or(found.Region, "?")] = true
			continue
		}
		if !literal(found.Name) || d.banned("table:"+found.Name) {
			continue
		}
		t := add(found.Name)
		if t.found == nil || found.Described {
			if t.found == nil || t.found.Policy == nil || found.Policy != nil {
				t.found = found
			}
		}
		if found.Described && !t.described {
			described := found.Table
			described.Account, described.Region = d.env.Account, d.env.Region
			t.Table, t.described = &described, true
		}
		if t.found.Policy == nil && found.Policy != nil {
			merged := *t.found
			merged.Policy = found.Policy
			t.found = &merged
		}
	}
	for _, h := range d.held {
		for _, s := range h.statements {
			for _, arn := range s.Resource {
				r, is := resourceOf(arn)
				if !is || !literal(r.table) || d.banned("table:"+r.table) {
					continue
				}
				if !d.here(r) && (r.account == "" || r.region == "") {
					continue // no ARN of a table
				}
				if !d.here(r) {
					elsewhere[r.table+" of "+cmp.Or(r.account, "?")+" in "+cmp.Or(r.region, "?")] = true
					continue
				}
				if s.Effect == "Allow" {
					add(r.table).mention(r)
				}
			}
		}
	}
	for _, name := range sortedKeys(elsewhere) {
		d.say("The table %s is left out: the spec is about the account %s in %s.", name, d.env.Account, d.env.Region)
	}
	slices.SortStableFunc(d.tables, func(a, b *table) int { return cmp.Compare(a.Name, b.Name) })
	names := describe.NewNames("table")
	for _, t := range d.tables {
		t.logical = names.Of(t.Name)
		t.complete(d)
	}
}

// mention adds an index that a policy names to a table that nobody described.
func (t *table) mention(r resource) {
	if t.described || r.part != "index" || !literal(r.name) {
		return
	}
	if !slices.ContainsFunc(t.indexes, func(i *index) bool { return i.Name == r.name }) {
		t.indexes = append(t.indexes, &index{Index: describe.Index{Name: r.name, Projection: "all"}})
	}
}

// complete gives the table what the generators need.
func (t *table) complete(d *draft) {
	if t.described {
		for _, i := range t.GlobalIndexes {
			t.indexes = append(t.indexes, &index{Index: i, described: true})
		}
		for _, i := range t.LocalIndexes {
			i.PartitionKey = t.PartitionKey
			t.indexes = append(t.indexes, &index{Index: i, described: true, local: true})
		}
	} else {
		t.PartitionKey = describe.Attribute{Name: unknownKey, Type: "S"}
	}
	t.indexes = slices.DeleteFunc(t.indexes, func(i *index) bool { return d.banned("index:" + t.Name + ":" + i.Name) })
	t.model = &model.Table{
		Name: t.logical, PhysicalName: t.Name, PartitionKey: attribute(t.PartitionKey), SortKey: optional(t.SortKey), Existing: !d.Managed,
	}
	names := describe.NewNames("index")
	for n, i := range t.indexes {
		if !i.described {
			i.PartitionKey = describe.Attribute{Name: fmt.Sprintf("%s-%d", unknownKey, n+1), Type: "S"}
		}
		i.logical = names.Of(i.Name)
		i.model = &model.Index{
			Name: i.logical, PhysicalName: i.Name, Table: t.model, Local: i.local,
			PartitionKey: attribute(i.PartitionKey), SortKey: optional(i.SortKey),
		}
		if i.local {
			t.model.LocalIndexes = append(t.model.LocalIndexes, i.model)
		} else {
			t.model.GlobalIndexes = append(t.model.GlobalIndexes, i.model)
		}
	}
}

func attribute(a describe.Attribute) model.Attribute {
	return model.Attribute{Name: a.Name, Type: model.AttributeType(a.Type)}
}

func optional(a *describe.Attribute) *model.Attribute {
	if a == nil {
		return nil
	}
	out := attribute(*a)
	return &out
}

// keyed tells the models of the table and its indexes which keys are tenants'.
func (t *table) keyed(templates []model.KeyTemplate) {
	t.templates, t.model.TenantKeys = templates, templates
	for _, i := range t.indexes {
		if i.local {
			i.templates, i.model.TenantKeys = templates, templates
		}
	}
}

// tableOf is a table by its physical name; nil if there is none.
func (d *draft) tableOf(name string) *table {
	for _, t := range d.tables {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// itemOperations are the operations that a runtime role may have on a table, in the order of the catalog.
var itemOperations = sync.OnceValue(func() []catalog.Operation {
	return slices.DeleteFunc(catalog.Operations(), func(o catalog.Operation) bool {
		return !o.IsAction() || !o.ForRuntime() || o.Class == catalog.ClassVector
	})
})

func sortedKeys[T any](m map[string]T) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
