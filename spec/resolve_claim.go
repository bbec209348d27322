package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// A claim says what the author expects of the policies, in words that do not depend on how access is written: that a role
// may do something, or may not. It changes no policy; the proof holds every build to it. So a claim must be about
// something: a request that could be made, by a session that there can be.

func (r *resolver) resolveClaims() {
	for _, written := range r.doc.Expect.Items {
		c := claimBuilder{r, written, &model.Claim{May: written.May.Set(), PartitionKey: written.PartitionKey.Value, Origin: written.Range}}
		c.resolveRole()
		c.resolveOperation()
		r.m.Claims = append(r.m.Claims, c.claim)
	}
}

// claimBuilder is one claim on its way into the model.
type claimBuilder struct {
	*resolver
	written Claim
	claim   *model.Claim
}

// resolveRole finds whose session it is. A role that is held to its tenant's rows has sessions of tenants only, and no
// other role has any.
func (c *claimBuilder) resolveRole() {
	role, ok := c.worker(c.written.Role, "in a claim about a table")
	if !ok {
		return
	}
	c.claim.Role, c.claim.Tenant = role, c.written.Tenant.Value
	given, of := c.written.Tenant.Set(), role.PerTenant || role.TenantScoped()
	switch {
	case !c.accessKnown(role):
	case given && !of:
		c.error(idClaimTenant, "Tenant of a role without tenants", c.written.Tenant.Range,
			"%q is not held to the rows of a tenant, so its sessions belong to none. Remove \"tenant\".", role.Name)
	case of && !given:
		c.error(idClaimTenant, "Claim without a tenant", c.written.Role.Range,
			"A session of %q belongs to a tenant, and what it may do depends on which. Add \"tenant\".", role.Name)
	case given:
		c.checkTenant(role)
	}
}

// accessKnown reports whether all of a role's entries could be resolved; else nobody knows which rows it is held to.
func (c *claimBuilder) accessKnown(role *model.Role) bool {
	for _, e := range c.doc.Roles.Entries {
		if e.Key.Value == role.Name {
			return len(e.Value.Access.Items) == len(role.Grants)+len(role.TagGrants)
		}
	}
	return false
}

func (c *claimBuilder) checkTenant(role *model.Role) {
	id := c.written.Tenant
	switch {
	case c.ids != nil && !c.ids.set.Contains(id.Value):
		c.notOfPattern(id)
	case role.PerTenant && !slices.Contains(c.m.Tenancy.Tenants, id.Value):
		c.error(idUnknownReference, "Unknown tenant", id.Range, "The silo has no tenant %q, and so no role for it. %s",
			id.Value, didYouMean(id.Value, c.m.Tenancy.Tenants, "Write one of"))
	}
}

// resolveOperation finds what is asked, and of what.
func (c *claimBuilder) resolveOperation() {
	table, found := find(c.resolver, c.tables, c.written.Table)
	c.claim.Table = table
	text := c.written.May
	if !text.Set() {
		text = c.written.MayNot
	}
	o, known := catalog.OperationByName(text.Value)
	if !known {
		c.unknown(text)
		return
	}
	c.claim.Operation = o.Name
	if !onTable(o) {
		c.error(idClaimOperation, "Operation that works on no table", text.Range,
			"To IAM %s is not about a table, so it cannot be claimed of one. Remove the claim.", o.Name)
		return
	}
	if found {
		c.resolveDetail(o)
	}
}

func (c *claimBuilder) unknown(text Text) {
	switch group := operationGroup(text.Value); {
	case !text.Set():
	case group != nil:
		c.error(idUnknownOperation, "Group in a claim", text.Range,
			"A claim is about one operation, and %q stands for several. Write a claim for each that matters: %s.", text.Value, strings.Join(group, ", "))
	default:
		c.unknownOperation(text, nil)
	}
}

// onTable reports whether IAM takes an operation for one on a table, or on something that is a table's.
func onTable(o catalog.Operation) bool {
	return slices.ContainsFunc(o.Actions(), func(name string) bool {
		a, _ := catalog.Load().Action(name)
		return slices.ContainsFunc([]string{"table", "stream", "backup", "export", "import"}, a.TakesResource)
	})
}

// resolveDetail finds the index, and holds index and partition key to operations that have one.
func (c *claimBuilder) resolveDetail(o catalog.Operation) {
	key := c.claim.Table.PartitionKey
	if index := c.written.Index; index.Set() {
		if !o.Has(catalog.TakesIndex) {
			c.error(idClaimDetail, "Index of an operation that uses none", index.Range,
				"%s does not work on an index: Query, Scan and PartiQLSelect do. Remove \"index\".", o.Name)
			return
		}
		i, found := find(c.resolver, indexesOf(c.claim.Table), index)
		if !found {
			return
		}
		c.claim.Index, key = i, i.PartitionKey
	}
	carries := func(o catalog.Operation) bool { return o.Has(catalog.CarriesLeadingKeys) }
	switch at := c.written.PartitionKey; {
	case !at.Set():
	case !slices.ContainsFunc(authorisedBy(o), carries):
		c.error(idClaimDetail, "Partition of an operation that names none", at.Range,
			"A request of %s does not tell IAM which partition it works on. Remove \"partition_key\".", o.Name)
	case key.Type != "S":
		c.error(idPartitionKeys, "Partition of a key that is not text", at.Range,
			"The partition key is of type %s, and how IAM would see it as text is not documented. Remove \"partition_key\".", key.Type)
	}
}

// authorisedBy are the operations whose actions authorise an operation.
func authorisedBy(o catalog.Operation) []catalog.Operation {
	if o.IsAction() {
		return []catalog.Operation{o}
	}
	var out []catalog.Operation
	for _, name := range o.Members {
		out = append(out, operation(name))
	}
	return out
}

// indexesOf are the indexes of a table, by name.
func indexesOf(t *model.Table) names[*model.Index] {
	indexes := names[*model.Index]{what: "index", where: fmt.Sprintf("in the table %q", t.Name)}
	for _, i := range t.Indexes() {
		indexes.add(i.Name, i)
	}
	return indexes
}
