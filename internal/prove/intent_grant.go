package prove

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// This file says what the grants of a runtime role mean.

// grant is what one entry of a role's access allows: for each action, on the table and on the indexes that the action can
// use, the rows, the columns and the transactions of the entry.
func (in intent) grant(g *model.Grant, tenant string) access.Meaning {
	var gathered boxes
	for _, a := range g.Actions {
		o := operationOf(a)
		keys := in.limits(g, a)
		gathered.add(o.Action(), in.e.TableARN(g.Table), append(in.rows(g, o, g.Table.TenantKeys, tenant), keys...))
		if !o.Has(catalog.TakesIndex) {
			continue
		}
		for _, i := range g.Indexes {
			gathered.add(o.Action(), in.e.IndexARN(i), append(in.rows(g, o, i.TenantKeys, tenant), keys...))
		}
	}
	m := access.Meaning{Allows: gathered.boxes(in), Denies: in.refusals(g)}
	for i := range m.Allows {
		m.Allows[i].Origin = fmt.Sprintf("the access of role %q to table %q", g.Role.Name, g.Table.Name)
	}
	return m
}

// rows are the conditions on rows. DescribeTable tells of the table and reaches none.
func (in intent) rows(g *model.Grant, o catalog.Operation, templates []model.KeyTemplate, tenant string) []access.Key {
	if o.Class == catalog.ClassDescribe || g.Rows.Kind == model.AllRows {
		return nil
	}
	if g.Rows.Kind == model.NamedRows {
		return []access.Key{in.Is("dynamodb:LeadingKeys", g.Rows.Keys...)}
	}
	return in.ownRows(templates, tenant)
}

// ownRows are the conditions that a request names partition keys of its tenant, at least one, and no others.
func (in intent) ownRows(templates []model.KeyTemplate, tenant string) []access.Key {
	name := "own " + tenant
	for _, t := range templates {
		name += "\x00" + t.Pattern("{}")
	}
	own := in.Set(name, func() automata.Set {
		own := automata.None()
		for _, t := range templates {
			own = own.Union(in.template(t, tenant))
		}
		return own.Intersect(access.NonEmpty())
	})
	keys := []access.Key{{Name: "dynamodb:leadingkeys", Values: access.Values{Multi: true, Every: own}}}
	switch variable := in.tenantVariable(); {
	case in.m.Tenancy.Identity.Tagged():
		keys = append(keys, access.Key{Name: strings.ToLower(variable), Values: access.Values{Every: access.NonEmpty()}}) // a tag can be empty, and then names no tenant
	case variable != "":
		keys = append(keys, variableKey(variable))
	}
	return keys
}

// limits are the conditions of a grant on an action beside those on rows.
func (in intent) limits(g *model.Grant, a model.Action) []access.Key {
	o := operationOf(a)
	if o.Class == catalog.ClassDescribe {
		return nil
	}
	var keys []access.Key
	if g.Attributes != nil {
		keys = append(keys, in.Is("dynamodb:Attributes", g.Attributes...), in.returned(g, o))
	}
	if a.OnlyInTransaction {
		keys = append(keys, in.Is("dynamodb:EnclosingOperation", "TransactGetItems", "TransactWriteItems"))
	}
	return keys
}

// returned is what a request of some columns may ask to be returned: a read names the columns, a write returns nothing
// that the role could not read.
func (in intent) returned(g *model.Grant, o catalog.Operation) access.Key {
	if o.Has(catalog.CarriesSelect) {
		return in.Is("dynamodb:Select", "SPECIFIC_ATTRIBUTES")
	}
	for _, a := range g.Actions {
		if operationOf(a).Has(catalog.CarriesSelect) {
			return in.Is("dynamodb:ReturnValues", "NONE", "UPDATED_NEW", "UPDATED_OLD")
		}
	}
	return in.Is("dynamodb:ReturnValues", "NONE")
}

// refusals are what a grant denies to the role altogether: PartiQL that reads a whole table, and, if the entry says so,
// transactions.
func (in intent) refusals(g *model.Grant) []access.Box {
	resources := []string{in.e.TableARN(g.Table)}
	for _, i := range g.Indexes {
		resources = append(resources, in.e.IndexARN(i))
	}
	var items, partiQL, selects []string
	for _, a := range g.Actions {
		o := operationOf(a)
		switch {
		case o.Class == catalog.ClassPartiQL:
			partiQL = append(partiQL, o.Action())
			if o.Has(catalog.CarriesFullTableScan) {
				selects = append(selects, o.Action())
			}
		case o.Has(catalog.CarriesEnclosing):
			items = append(items, o.Action())
		}
	}
	var out []access.Box
	if len(selects) > 0 {
		out = append(out, in.On(selects, resources).Given(in.IsTrue("dynamodb:FullTableScan")))
	}
	if g.NoTransactions && len(items) > 0 {
		out = append(out, in.On(items, resources[:1]).Given(in.Is("dynamodb:EnclosingOperation", "TransactGetItems", "TransactWriteItems")))
	}
	if g.NoTransactions && len(partiQL) > 0 {
		out = append(out, in.On(partiQL, resources).Given(in.Is("dynamodb:EnclosingOperation", "ExecuteTransaction")))
	}
	return out
}

// tagGrant is access to every table that carries tags, less those whose rows belong to tenants.
func (in intent) tagGrant(g *model.TagGrant) access.Meaning {
	var tags []access.Key
	for _, t := range g.Tags {
		tags = append(tags, in.tag(t)...)
	}
	var gathered boxes
	for _, a := range g.Actions {
		keys := tags
		if a.OnlyInTransaction {
			keys = append([]access.Key{in.Is("dynamodb:EnclosingOperation", "TransactGetItems", "TransactWriteItems")}, tags...)
		}
		gathered.add("dynamodb:"+a.Name, in.e.AnyTableARN(), keys)
	}
	out := access.Meaning{Allows: gathered.boxes(in)}
	if tables := in.tenantTables(); len(tables) > 0 {
		out.Denies = []access.Box{in.On(actionNames(g.Actions), tables)}
	}
	return out
}

// tag is a tag that a table must carry. One that is the principal's own must not be empty.
func (in intent) tag(t model.TagMatch) []access.Key {
	resource, principal := "aws:ResourceTag/"+t.Key, "aws:PrincipalTag/"+t.Key
	if !t.Same {
		return []access.Key{in.Is(resource, t.Value)}
	}
	number, _ := in.Number(principal)
	same := automata.Pattern([]automata.Token{{Kind: automata.Variable, Variable: number}})
	return []access.Key{
		{Name: strings.ToLower(resource), Values: access.Values{Every: same}},
		{Name: strings.ToLower(principal), Values: access.Values{Every: access.NonEmpty()}},
	}
}

func (in intent) tenantTables() []string {
	var out []string
	for _, e := range in.m.Environments {
		for _, t := range in.m.Tables {
			if t.TenantKeyed() && e.Account == in.e.Account && e.Region == in.e.Region {
				out = append(out, e.TableARN(t), e.TableARN(t)+"/index/*")
			}
		}
	}
	return out
}

func actionNames(actions []model.Action) []string {
	var out []string
	for _, a := range actions {
		out = append(out, "dynamodb:"+a.Name)
	}
	return out
}

// boxes gathers actions that differ in no condition, so that they are one box.
type boxes []*lane

// lane is actions on one resource under the same conditions.
type lane struct {
	actions  []string
	resource string
	keys     []access.Key
}

func (b *boxes) add(action, resource string, keys []access.Key) {
	for _, l := range *b {
		if l.resource == resource && slices.EqualFunc(l.keys, keys, access.Key.Equal) {
			l.actions = append(l.actions, action)
			return
		}
	}
	*b = append(*b, &lane{[]string{action}, resource, keys})
}

func (b boxes) boxes(in intent) []access.Box {
	var out []access.Box
	for _, l := range b {
		out = append(out, in.On(l.actions, []string{l.resource}).Given(l.keys...))
	}
	return out
}
