package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

func (r *resolver) resolveAccess(role *model.Role, list List[Access]) {
	for _, a := range list.Items {
		switch {
		case a.Tagged.Set():
			r.resolveTagGrant(role, a)
		case a.Table.Set():
			r.resolveGrant(role, a)
		}
	}
}

// grantBuilder is one access entry on its way to a grant.
type grantBuilder struct {
	*resolver
	written Access
	uses    []use
	grant   *model.Grant
	waived  []string // what the entry asks for beyond the safe default: verbs whose object is the table
}

func (r *resolver) resolveGrant(role *model.Role, a Access) {
	uses := r.uses(a.Operations)
	table, ok := find(r, r.tables, a.Table)
	if !ok {
		return
	}
	g := &grantBuilder{resolver: r, written: a, uses: uses,
		grant: &model.Grant{Role: role, Table: table, Because: a.Because.Value, Origin: a.Table.Range}}
	g.resolveTransactions()
	g.grant.Actions = actions(uses, a.Transactions.Value == "only")
	g.resolveGrantedIndexes()
	g.resolveRows()
	g.checkScan()
	g.resolveAttributes()
	g.excuse(fmt.Sprintf("role %q", role.Name))
	role.Grants = append(role.Grants, g.grant)
}

// resolveTransactions pins item actions to transactions, or keeps them out of any. Only those that carry
// dynamodb:EnclosingOperation can be (Service Authorization Reference, "Actions defined by Amazon DynamoDB").
func (g *grantBuilder) resolveTransactions() {
	pinned := func(u use) bool {
		return u.Has(catalog.CarriesEnclosing) && u.Class != catalog.ClassPartiQL
	}
	switch g.written.Transactions.Value {
	case "only":
		g.refuseOutside(func(u use) bool { return !pinned(u) && u.Name != "ConditionCheckItem" })
	case "never":
		g.grant.NoTransactions = true
		for _, u := range firstUses(g.uses, func(u use) bool { return u.inTransaction || u.Name == "ConditionCheckItem" }) {
			g.error(idTransactions, "Transaction where none may be", u.written.Range,
				"%s is for transactions, and the entry has transactions: never. Remove the one or the other.", u.written.Value)
		}
		if !slices.ContainsFunc(g.uses, pinned) && len(g.uses) > 0 {
			g.error(idTransactions, "Nothing to keep out of transactions", g.written.Transactions.Range,
				"Of these operations none can be part of a transaction: only GetItem, PutItem, UpdateItem and DeleteItem can. Remove the key.")
		}
	}
}

func (g *grantBuilder) refuseOutside(pick func(use) bool) {
	for _, u := range firstUses(g.uses, pick) {
		g.error(idTransactions, "Operation outside transactions", u.written.Range,
			"%s is never part of a transaction, and the entry has transactions: only. Name GetItem, PutItem, UpdateItem, DeleteItem or ConditionCheckItem, and grant the rest in another entry.", u.describe())
	}
}

func (g *grantBuilder) resolveGrantedIndexes() {
	if g.written.Indexes.Set() && len(g.uses) > 0 && !slices.ContainsFunc(g.uses, func(u use) bool { return u.Has(catalog.TakesIndex) }) {
		g.error(idIndexUnused, "Index without a use", g.written.Indexes.Range,
			"Of these operations none works on an index: only Query, Scan and PartiQLSelect do. Add one of them, or remove the indexes.")
	}
	g.grant.Indexes = findAll(g.resolver, indexesOf(g.grant.Table), g.written.Indexes)
}

// resolveRows says which rows the entry reaches: on a tenant-keyed table those of the session's own tenant, unless it
// says otherwise.
func (g *grantBuilder) resolveRows() {
	a, keyed := g.written, g.grant.Table.TenantKeyed()
	if !keyed && a.Tenant.Set() {
		g.error(idNotTenantKeyed, "Tenant on a table without tenants", a.Tenant.Range,
			"The table %q has no tenant_keys, so its rows belong to no tenant. Remove \"tenant\", or give the table tenant_keys.", g.grant.Table.Name)
		return
	}
	switch {
	case a.PartitionKeys.Set():
		g.namedRows()
	case a.Tenant.Value == "any":
		g.needsReason(a.Tenant.Range, "reaches rows of every tenant of", "Reaching the rows of every tenant")
	case keyed && (reachesItems(g.uses) || a.Tenant.Set() || len(g.uses) == 0):
		g.grant.Rows.Kind = model.OwnRows
		g.checkIndexesKeyed("the rows of a tenant")
		g.checkCarriesKeys("the rows of a tenant")
	}
}

func (g *grantBuilder) namedRows() {
	a := g.written
	if a.Tenant.Set() {
		g.error(idRowsTwice, "Rows chosen twice", a.Tenant.Range,
			"The entry names its partitions, so it is not a matter of tenants. Remove \"tenant\", or make two entries.")
	}
	keys := g.unique(a.PartitionKeys)
	g.grant.Rows = model.Rows{Kind: model.NamedRows, Keys: values(sortedTexts(slices.Clone(keys)))}
	if is := g.grant.Table.PartitionKey.Type; is != "S" {
		g.error(idPartitionKeys, "Partitions of a key that is not text", a.PartitionKeys.Range,
			"The partition key of %q is of type %s, and how IAM would see it as text is not documented, so a condition on it may let every row through. Leave partition_keys out, or make the key an S.", g.grant.Table.Name, is)
	}
	for _, key := range keys {
		if g.policyText(key.Value, key.Range) {
			g.checkShared(key)
		}
	}
	if g.grant.Table.TenantKeyed() {
		g.checkIndexesKeyed("shared partitions")
	}
	g.checkCarriesKeys("named partitions")
}

// checkShared demands that a named partition is no tenant's, for any tenant id there can be.
func (g *grantBuilder) checkShared(key Text) {
	templates := slices.Clone(g.grant.Table.TenantKeys)
	for _, i := range g.grant.Indexes {
		templates = append(templates, i.TenantKeys...)
	}
	for _, t := range templates {
		if id, ok := g.ids.tenantOf(t, key.Value); ok {
			g.error(idPartitionKeys, "Partition of a tenant", key.Range,
				"%q is a key of the tenant %q by the template %q, and named partitions are shared. Choose a key that no tenant can have, or narrow the id_pattern.", key.Value, id, templateText(t))
			return
		}
	}
}

// checkIndexesKeyed is law 3 for indexes: a query on an index is held to the index's own partition key, not the table's
// (DynamoDB developer guide, specifying-conditions), so an index whose key is not the tenant's cannot be held at all.
func (g *grantBuilder) checkIndexesKeyed(what string) {
	for _, text := range g.written.Indexes.Items {
		at := slices.IndexFunc(g.grant.Indexes, func(i *model.Index) bool { return i.Name == text.Value })
		if at < 0 || len(g.grant.Indexes[at].TenantKeys) > 0 {
			continue
		}
		g.error(idIndexNotKeyed, "Index that is not tenant-keyed", text.Range,
			"The partition key of the index %q does not hold the tenant id, so IAM cannot hold a query on it to %s. Give the index tenant_keys, or leave it to a role with tenant: any.", text.Value, what)
	}
}

// checkCarriesKeys is law 2: where rows are chosen by dynamodb:LeadingKeys, an operation that does not carry the key is
// not held to anything.
func (g *grantBuilder) checkCarriesKeys(what string) {
	for _, u := range firstUses(g.uses, func(u use) bool { return !u.Has(catalog.CarriesLeadingKeys) && u.Class != catalog.ClassDescribe }) {
		g.error(idNoLeadingKeys, "Operation that cannot be held to rows", u.written.Range,
			"%s does not tell IAM which partitions it reads, so it cannot be held to %s. Use Query, or grant it in a role of its own with tenant: any and a reason.", u.Name, what)
	}
}

func (g *grantBuilder) checkScan() {
	if g.grant.Rows.Kind != model.AllRows {
		return
	}
	for _, u := range firstUses(g.uses, isScan) {
		g.needsReason(u.written.Range, "scans", "Scan reads every item, and")
	}
}

// needsReason demands a reason for something, and remembers what it is for.
func (g *grantBuilder) needsReason(at hcl.Range, waived, what string) {
	if !g.written.Because.Set() {
		g.error(idNeedsBecause, "Access without a reason", at,
			"%s needs a reason that reviewers can read. Add it to the entry, as because: \"…\".", what)
		return
	}
	g.waived = append(g.waived, waived)
}

// excuse writes the entry's reason down, with what it is for.
func (g *grantBuilder) excuse(subject string) {
	if len(g.waived) == 0 {
		if !g.unclear() {
			g.needless(g.written.Because)
		}
		return
	}
	if g.written.Because.Set() {
		g.waive(subject, fmt.Sprintf("%s table %q", strings.Join(g.waived, " and "), g.grant.Table.Name), g.written.Because)
	}
}

// unclear reports whether the entry has mistakes for which nobody can tell what its reason is for.
func (g *grantBuilder) unclear() bool {
	return len(g.uses) == 0 || g.written.Tenant.Value == "any" || slices.ContainsFunc(g.uses, isScan)
}

// resolveAttributes closes the list of columns over the keys: a request names the key attributes as well, and one that
// names an attribute beyond the list is refused (DynamoDB developer guide, specifying-conditions).
func (g *grantBuilder) resolveAttributes() {
	list := g.written.Attributes
	if !list.Set() {
		return
	}
	attributes := values(g.unique(list))
	attributes = append(attributes, g.grant.Table.KeyAttributes()...)
	for _, i := range g.grant.Indexes {
		attributes = append(attributes, i.KeyAttributes()...)
	}
	slices.Sort(attributes)
	g.grant.Attributes = slices.Compact(attributes)
	for _, name := range g.grant.Attributes {
		at := list.Range
		for _, item := range list.Items {
			if item.Value == name {
				at = item.Range
			}
		}
		g.policyText(name, at)
	}
	g.checkColumns()
}

// checkColumns refuses operations that a list of columns cannot hold: a write of a whole item removes what the list
// leaves out.
func (g *grantBuilder) checkColumns() {
	for _, u := range firstUses(g.uses, func(u use) bool { return u.Has(catalog.ReplacesItems) }) {
		g.error(idWholeItem, "Whole item with a list of columns", u.written.Range,
			"%s writes or removes an item whole, with the attributes that the list leaves out. Use UpdateItem or PartiQLUpdate, or remove \"attributes\".", u.describe())
	}
}

// resolveTagGrant resolves an entry that reaches tables by their tags.
func (r *resolver) resolveTagGrant(role *model.Role, a Access) {
	g := &grantBuilder{resolver: r, written: a, uses: r.uses(a.Operations)}
	g.refuseWithTags()
	if a.Transactions.Value == "only" {
		g.refuseOutside(func(u use) bool { return !u.Has(catalog.CarriesEnclosing) && u.Name != "ConditionCheckItem" })
	}
	grant := &model.TagGrant{
		Role:    role,
		Tags:    g.tagMatches(),
		Actions: actions(g.uses, a.Transactions.Value == "only"),
		Because: a.Because.Value,
		Origin:  a.Tagged.Range,
	}
	for _, u := range firstUses(g.uses, isScan) {
		g.needsReason(u.written.Range, "scans every table with certain tags", "Scan reads every item, and")
	}
	switch {
	case len(g.waived) > 0:
		r.waive(fmt.Sprintf("role %q", role.Name), g.waived[0], a.Because)
	case !g.unclear():
		r.needless(a.Because)
	}
	role.TagGrants = append(role.TagGrants, grant)
}

// refuseWithTags reports what only makes sense for one table.
func (g *grantBuilder) refuseWithTags() {
	a := g.written
	keys := []writtenKey{
		{"indexes", a.Indexes.Range}, {"tenant", a.Tenant.Range},
		{"partition_keys", a.PartitionKeys.Range}, {"attributes", a.Attributes.Range},
	}
	if a.Transactions.Value == "never" {
		keys = append(keys, writtenKey{"transactions: never", a.Transactions.Range})
	}
	for _, k := range keys {
		if k.at != (hcl.Range{}) {
			g.error(idTaggedOnly, "Detail of a table that is not named", k.at,
				"The entry reaches whatever tables carry the tags, and %q is about one table. Remove it, or name the table.", k.name)
		}
	}
	for _, u := range firstUses(g.uses, func(u use) bool { return u.Class == catalog.ClassPartiQL }) {
		g.error(idTaggedOnly, "PartiQL on tables that are not named", u.written.Range,
			"A PartiQL statement can read a whole table, and whole tables are refused by name only. Use the item operations, or name the table.")
	}
}

func (g *grantBuilder) tagMatches() []model.TagMatch {
	var out []model.TagMatch
	for _, t := range g.tagValues(g.written.Tagged.Entries) {
		if t.Value == "same" {
			out = append(out, model.TagMatch{Key: t.Key, Same: true})
			continue
		}
		out = append(out, model.TagMatch{Key: t.Key, Value: t.Value})
	}
	for _, e := range g.written.Tagged.Entries {
		if !hasPrefixFold(e.Key.Value, "aws:") && g.policyText(e.Key.Value, e.Key.Range) {
			g.policyText(e.Value.Value, e.Value.Range)
		}
	}
	slices.SortFunc(out, func(a, b model.TagMatch) int { return cmp.Compare(a.Key, b.Key) })
	return out
}
