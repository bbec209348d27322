package infer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/generate/iam"
	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file infers what a runtime role may do on a table. Each operation is proposed with the rows and columns that the
// source's own statements speak of, the widest first, and accepted if all that the generators would write for it is allowed
// already. Operations that were accepted with the same become one entry.

// accessTo infers what an identity may do on a table.
func (d *draft) accessTo(h *holder, t *table) []*entry {
	p := proposer{draft: d, holder: h, table: t, arn: d.env.TableARN(t.model)}
	var entries []*entry
	boxes := slices.DeleteFunc(slices.Clone(h.allows), func(b access.Box) bool { return !b.Resource.Contains(p.arn) })
	if len(boxes) == 0 {
		return nil
	}
	for _, o := range itemOperations() {
		action := strings.ToLower(o.Action())
		if o.Class == catalog.ClassDescribe || !slices.ContainsFunc(boxes, func(b access.Box) bool { return b.Action.Contains(action) }) {
			continue
		}
		entries = append(entries, p.proposals(o)...)
	}
	entries = p.united(p.agreed(entries))
	return p.described(entries)
}

// proposer proposes access of one identity to one table.
type proposer struct {
	*draft
	holder *holder
	table  *table
	arn    string
}

// proposals are the entries for one operation, each accepted.
func (p proposer) proposals(o catalog.Operation) []*entry {
	var out []*entry
	because, named := p.source(o)
	if !named {
		return nil
	}
	for _, rows := range p.rowChoices(o) {
		for _, e := range p.withColumns(o, rows) {
			e.because = because
			out = append(out, e)
		}
	}
	return out
}

// source says which statement grants an operation, in words for whoever reviews the spec; false if none names it.
func (p proposer) source(o catalog.Operation) (string, bool) {
	for _, s := range p.holder.statements {
		if s.Effect == policy.Allow && s.names(o) && s.on(o.Action(), p.arn) {
			return clip(fmt.Sprintf("%s grants it (%s); say why when you review this", s.place(), s.where())), true
		}
	}
	return "", false
}

// rowChoices are the rows to try for an operation: of a role that is held to a tenant's rows in any statement, never all.
func (p proposer) rowChoices(o catalog.Operation) []model.Rows {
	var out []model.Rows
	plain := false
	keys := map[string]bool{}
	for _, s := range p.holder.statements {
		if s.Effect != policy.Allow || !s.on(o.Action(), p.arn) {
			continue
		}
		plain = plain || len(s.conditions(leadingKeys)) == 0
		for _, v := range s.keyValues() {
			if !p.ofTenant(p.holder, v) && v.usable && !v.template.Open && v.text != "" && !strings.ContainsAny(v.text, "{}") {
				keys[v.text] = true
			}
		}
	}
	limited := p.limited(p.holder, p.table)
	if limited && len(p.table.templates) > 0 {
		out = append(out, model.Rows{Kind: model.OwnRows})
	}
	if !limited && plain {
		out = append(out, model.Rows{})
	}
	if len(keys) > 0 && p.table.PartitionKey.Type == "S" {
		out = append(out, model.Rows{Kind: model.NamedRows, Keys: sortedKeys(keys)})
	}
	return out
}

// limited reports whether a statement holds an identity to rows of a tenant on a table, whatever it takes for one.
func (d *draft) limited(h *holder, t *table) bool {
	arn := d.env.TableARN(t.model)
	return slices.ContainsFunc(h.statements, func(s *statement) bool {
		return s.Effect == policy.Allow && slices.ContainsFunc(s.keyValues(), func(v keyValue) bool { return d.ofTenant(h, v) }) &&
			slices.ContainsFunc(itemOperations(), func(o catalog.Operation) bool { return s.on(o.Action(), arn) })
	})
}

// ofTenant reports whether a value tells a tenant.
func (d *draft) ofTenant(h *holder, v keyValue) bool {
	if v.variable != "" || d.tenancy == nil {
		return v.variable != ""
	}
	_, is := d.tenantKey(h, v)
	return is
}

// withColumns are the accepted entries for an operation on some rows: with all columns, or else with each list of columns
// that the source has. Of partitions that are named, those are kept that are accepted.
func (p proposer) withColumns(o catalog.Operation, rows model.Rows) []*entry {
	if rows.Kind == model.NamedRows {
		rows.Keys = slices.DeleteFunc(slices.Clone(rows.Keys), func(key string) bool {
			one := model.Rows{Kind: model.NamedRows, Keys: []string{key}}
			return !slices.ContainsFunc(append(p.columnLists(), nil), func(list []string) bool { return p.fitting(o, one, list) != nil })
		})
		if len(rows.Keys) == 0 {
			return nil
		}
	}
	if e := p.fitting(o, rows, nil); e != nil {
		return []*entry{e}
	}
	var out []*entry
	for _, list := range p.columnLists() {
		if e := p.fitting(o, rows, list); e != nil {
			out = append(out, e)
		}
	}
	return out
}

// columnLists are the lists of attributes that the source has for the table, each once.
func (p proposer) columnLists() [][]string {
	var out [][]string
	for _, s := range p.holder.statements {
		if s.Effect != policy.Allow || !slices.ContainsFunc(s.boxes, func(b access.Box) bool { return b.Resource.Contains(p.arn) }) {
			continue
		}
		for _, list := range s.attributeLists() {
			if len(list) > 0 && !slices.ContainsFunc(out, func(l []string) bool { return slices.Equal(l, list) }) {
				out = append(out, list)
			}
		}
	}
	return out
}

// fitting is the entry for an operation, rows and columns, in and out of transactions if that is accepted, or else outside,
// or inside alone; nil if none is. It names the indexes for which it is accepted too.
func (p proposer) fitting(o catalog.Operation, rows model.Rows, list []string) *entry {
	for _, transactions := range []string{"", "never", "only"} {
		if transactions != "" && (!o.Has(catalog.CarriesEnclosing) || o.Class == catalog.ClassPartiQL) {
			continue
		}
		e := &entry{
			table: p.table, rows: rows, attributes: list, transactions: transactions,
			actions: []model.Action{{Name: o.Name, OnlyInTransaction: transactions == "only"}},
		}
		if !p.accepts(e) {
			continue
		}
		if o.Has(catalog.TakesIndex) {
			for _, i := range p.table.indexes {
				with := *e
				with.indexes = []*index{i}
				if p.accepts(&with) {
					e.indexes = append(e.indexes, i)
				}
			}
			if with := *e; list != nil && len(e.indexes) > 1 && !p.accepts(&with) { // the keys of one are no columns of another
				e.indexes = e.indexes[:1]
			}
		}
		return e
	}
	return nil
}

// accepts reports whether all that the generators would write for an entry is allowed.
func (p proposer) accepts(e *entry) bool {
	if !expressible(e) {
		return false
	}
	return p.fits(p.holder, &model.Role{Kind: model.Runtime, Grants: []*model.Grant{e.grant()}})
}

// fits reports whether a role of the spec would allow something, and nothing that is not allowed for certain. What the policies
// of the tables refuse, whoever asks, it does not allow.
func (d *draft) fits(h *holder, r *model.Role) bool {
	wanted, comparable := d.meaningOf(h, r)
	if !comparable || len(wanted.Allows) == 0 {
		return false
	}
	rest := access.Minus(wanted.Allows, h.allows)
	return len(rest) == 0 || len(access.Minus(rest, d.refusedByTables(h))) == 0
}

// meaningOf is what the generators write for a role, as far as its own policies go.
func (d *draft) meaningOf(h *holder, r *model.Role) (access.Meaning, bool) {
	m := &model.Model{Name: d.Name, Environments: []*model.Environment{d.env}, Tenancy: d.modelTenancy()}
	m.Guardrails.DenyInsecureTransport = d.transport == nil
	r.Name, r.PhysicalName, r.Path, r.Existing = "role", h.Name, "/", true
	r.PerTenant = d.tenancy != nil && d.tenancy.silo != nil && r.TenantScoped()
	m.Roles = []*model.Role{r}
	if len(r.TagGrants) > 0 { // which reach no table that is tenant-keyed
		for _, t := range d.tables {
			m.Tables = append(m.Tables, t.model)
		}
	}
	tenant := ""
	if r.PerTenant {
		s, is := d.tenancy.silo[h]
		if !is {
			return access.Meaning{}, false
		}
		tenant = s.tenant
	}
	return h.meaning(artifact.Identity, iam.Statements(m, d.env, r, tenant))
}

func (d *draft) modelTenancy() *model.Tenancy {
	if d.tenancy == nil {
		return nil
	}
	return &model.Tenancy{Identity: d.tenancy.identity, Tenants: d.tenancy.tenants}
}

// agreed makes the entries agree on transactions: that one of them refuses them is a refusal for the role and the table.
func (p proposer) agreed(entries []*entry) []*entry {
	if !slices.ContainsFunc(entries, func(e *entry) bool { return e.transactions == "never" }) {
		return entries
	}
	var out []*entry
	for _, e := range entries {
		if e.transactions == "only" || e.actions[0].Name == "ConditionCheckItem" {
			continue
		}
		e.transactions = "never"
		out = append(out, e)
	}
	return out
}

// united makes one entry of those that differ in their operations only, as far as that is accepted: a list of columns may then
// be held to less.
func (p proposer) united(entries []*entry) []*entry {
	var out []*entry
	for _, e := range entries {
		at := slices.IndexFunc(out, func(into *entry) bool {
			both, may := into.with(e)
			if may && (e.attributes == nil || p.accepts(both)) {
				*into = *both
				return true
			}
			return false
		})
		if at < 0 {
			out = append(out, e)
		}
	}
	return out
}

// described adds DescribeTable, which is about no rows and columns, to the first entry.
func (p proposer) described(entries []*entry) []*entry {
	describe, _ := catalog.OperationByName("DescribeTable")
	alone := &entry{table: p.table, actions: []model.Action{{Name: describe.Name}}}
	if _, named := p.source(describe); !named || !p.accepts(alone) {
		return entries
	}
	if len(entries) == 0 {
		return []*entry{alone}
	}
	if first := entries[0]; first.transactions == "" {
		first.actions = append(first.actions, alone.actions[0])
		return entries
	}
	return append(entries, alone)
}
