package spec

import (
	"cmp"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/model"
)

// maxProjected is how many attributes the author may name in the projections of all indexes of a table together; an
// attribute named for two indexes counts twice (DynamoDB developer guide, "Service, account, and table quotas").
const maxProjected = 100

func (r *resolver) resolveIndexes(t *model.Table, v Table) {
	for _, e := range v.GlobalIndexes.Entries {
		t.GlobalIndexes = append(t.GlobalIndexes, r.globalIndex(t, e))
	}
	for _, e := range v.LocalIndexes.Entries {
		t.LocalIndexes = append(t.LocalIndexes, r.localIndex(t, v, e))
	}
	byName := func(a, b *model.Index) int { return cmp.Compare(a.Name, b.Name) }
	slices.SortFunc(t.GlobalIndexes, byName)
	slices.SortFunc(t.LocalIndexes, byName)
	r.checkIndexNames(t)
	r.checkProjected(t, v)
}

func (r *resolver) globalIndex(t *model.Table, e Entry[GlobalIndex]) *model.Index {
	v := e.Value
	i := &model.Index{
		Name:         e.Key.Value,
		PhysicalName: orElse(v.Name.Value, e.Key.Value),
		Table:        t,
		PartitionKey: attribute(v.PartitionKey),
		SortKey:      optionalAttribute(v.SortKey),
		TenantKeys:   r.templates(v.TenantKeys, v.PartitionKey),
		Capacity:     t.Capacity,
		Origin:       e.Key.Range,
	}
	if v.SortKey != nil {
		r.differ(v.PartitionKey, *v.SortKey)
	}
	i.Projection = r.projection(v.Projection, t, i)
	if v.Capacity != nil {
		i.Capacity = r.indexCapacity(t, *v.Capacity)
	}
	return i
}

func (r *resolver) indexCapacity(t *model.Table, c Capacity) *model.Capacity {
	switch {
	case t.Existing:
		r.refuseExisting("the table", []writtenKey{{"capacity", c.Range}})
		return nil
	case t.Capacity == nil:
		r.error(idCapacity, "Capacity on demand", c.Range,
			"The table is billed on demand, and its indexes with it. Remove the capacity, or give the table a \"billing\" with read and write.")
		return nil
	}
	return r.capacity(c.Read, c.Write, c.AutoscaleTo)
}

func (r *resolver) localIndex(t *model.Table, v Table, e Entry[LocalIndex]) *model.Index {
	sort := attribute(e.Value.SortKey)
	i := &model.Index{
		Name:         e.Key.Value,
		PhysicalName: orElse(e.Value.Name.Value, e.Key.Value),
		Table:        t,
		Local:        true,
		PartitionKey: t.PartitionKey,
		SortKey:      &sort,
		TenantKeys:   t.TenantKeys,
		Origin:       e.Key.Range,
	}
	r.checkLocal(v, e)
	i.Projection = r.projection(e.Value.Projection, t, i)
	return i
}

// checkLocal holds a local index to what DynamoDB demands: it sorts by another attribute what the table sorts already
// (DynamoDB developer guide, "Local secondary indexes").
func (r *resolver) checkLocal(v Table, e Entry[LocalIndex]) {
	sort := e.Value.SortKey.Name
	switch {
	case v.SortKey == nil:
		r.error(idLocalIndex, "Local index without a sort key", e.Key.Range,
			"A local index sorts a partition in another order, and this table has no sort key, so a partition is one item. Add a sort_key to the table, or make a global index.")
	case sort.Set() && sort.Value == v.SortKey.Name.Value:
		r.error(idLocalIndex, "Local index like its table", sort.Range,
			"The table is sorted by %q already. Sort the index by another attribute, or remove it.", sort.Value)
	default:
		r.differ(v.PartitionKey, e.Value.SortKey)
	}
}

// differ reports a key whose two attributes are the same.
func (r *resolver) differ(partition, sort Attribute) {
	if sort.Name.Set() && sort.Name.Value == partition.Name.Value {
		r.error(idKeyAttribute, "One attribute for both keys", sort.Name.Range,
			"%q is the partition key already, and an attribute is the one or the other. Sort by another attribute.", sort.Name.Value)
	}
}

func (r *resolver) projection(p *Projection, t *model.Table, i *model.Index) model.Projection {
	if p == nil || p.Type.Value == "all" {
		return model.Projection{Kind: model.ProjectAll}
	}
	if !p.Attributes.Set() {
		return model.Projection{Kind: model.ProjectKeysOnly}
	}
	keys := append(t.KeyAttributes(), i.KeyAttributes()...)
	var attributes []string
	for _, a := range r.unique(p.Attributes) {
		if slices.Contains(keys, a.Value) {
			r.error(idProjection, "Key in a projection", a.Range,
				"%q is a key of the table or the index, and keys are in every index anyway. Remove it.", a.Value)
		}
		attributes = append(attributes, a.Value)
	}
	slices.Sort(attributes)
	return model.Projection{Kind: model.ProjectInclude, Attributes: attributes}
}

func (r *resolver) checkProjected(t *model.Table, v Table) {
	total := 0
	for _, i := range t.Indexes() {
		total += len(i.Projection.Attributes)
	}
	if total > maxProjected {
		at := v.GlobalIndexes.Range
		if !v.GlobalIndexes.Set() {
			at = v.LocalIndexes.Range
		}
		r.error(idProjection, "Too many projected attributes", at,
			"The indexes of a table may name %d attributes to project, all together, and these name %d. Project all in some of them.", maxProjected, total)
	}
}

// checkIndexNames reports indexes that share a name: a table's indexes, global and local, are told apart by it, here and
// in ARNs.
func (r *resolver) checkIndexNames(t *model.Table) {
	logical, physical := map[string]bool{}, map[string]*model.Index{}
	for _, i := range t.Indexes() {
		other := physical[i.PhysicalName]
		switch {
		case logical[i.Name]:
			r.error(idNameTaken, "Two indexes of one name", i.Origin,
				"The table %q has a global index %q as well, and access entries could not say which they mean. Rename one of them.", t.Name, i.Name)
		case other != nil:
			r.error(idNameTaken, "Two indexes of one name", i.Origin,
				"The indexes %q and %q of the table %q would both be called %q in AWS. Give one of them another name.", other.Name, i.Name, t.Name, i.PhysicalName)
		}
		logical[i.Name], physical[i.PhysicalName] = true, i
		r.checkName("index", i.PhysicalName, i.Origin)
	}
}

// checkName holds the name of a table or an index to its least length; the rest the document has checked. Both have 3 to
// 255 characters (DynamoDB API reference, CreateTable).
func (r *resolver) checkName(what, name string, at hcl.Range) {
	if name != "" && len(name) < 3 {
		r.error(idPhysicalName, "Name too short for AWS", at,
			"%q would be the name of the %s, and DynamoDB wants at least 3 characters. Give it a \"name\".", name, what)
	}
}

// checkAttributes reports an attribute that is a key twice with different types: a table declares each attribute once
// (DynamoDB API reference, AttributeDefinition).
func (r *resolver) checkAttributes(t *model.Table, v Table) {
	if v.SortKey != nil {
		r.differ(v.PartitionKey, *v.SortKey)
	}
	types := map[string]model.AttributeType{}
	declare := func(a Attribute) {
		is := attribute(a)
		earlier, declared := types[is.Name]
		if declared && earlier != is.Type && is.Name != "" {
			at := a.Name.Range
			if a.Type.Set() {
				at = a.Type.Range
			}
			r.error(idAttributeType, "Attribute of two types", at,
				"%q is a key of type %s elsewhere in the table %q, and of type %s here. An attribute has one type; correct the one or the other.", is.Name, earlier, t.Name, is.Type)
			return
		}
		types[is.Name] = is.Type
	}
	declare(v.PartitionKey)
	if v.SortKey != nil {
		declare(*v.SortKey)
	}
	for _, e := range v.GlobalIndexes.Entries {
		declare(e.Value.PartitionKey)
		if e.Value.SortKey != nil {
			declare(*e.Value.SortKey)
		}
	}
	for _, e := range v.LocalIndexes.Entries {
		declare(e.Value.SortKey)
	}
}

// checkTimeToLive reports a key as the attribute with the time of deletion. An index may sort by that time, if it is a
// number (DynamoDB developer guide, "Using time to live").
func (r *resolver) checkTimeToLive(t *model.Table, v Table) {
	if !v.TimeToLive.Set() {
		return
	}
	if slices.Contains(t.KeyAttributes(), t.TimeToLive) {
		r.error(idTimeToLive, "Key as time to live", v.TimeToLive.Range,
			"%q is a key of the table, and an item's key cannot be its time of deletion. Name another attribute.", t.TimeToLive)
		return
	}
	for _, i := range t.Indexes() {
		for _, a := range []*model.Attribute{&i.PartitionKey, i.SortKey} {
			if a != nil && a.Name == t.TimeToLive && a.Type != "N" {
				r.error(idTimeToLive, "Time to live that is no number", v.TimeToLive.Range,
					"%q is of type %s in the index %q, and the time of deletion is a number. Give it the type N there, or name another attribute.", t.TimeToLive, a.Type, i.Name)
				return
			}
		}
	}
}
