package prove

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/wiring"
)

// table proves what a table is and which policy it has. The names of its keys count: policies are about the values of the
// partition key, so another attribute in its place would be another meaning.
func (w *wired) table(t *model.Table) {
	name := wiring.Literal(w.e.TableName(t))
	what := fmt.Sprintf("The table %s", w.e.TableName(t))
	s := selector{wiring.Managed, "aws_dynamodb_table", "name"}
	if t.Existing {
		s.mode = wiring.Data
	}
	r := w.one(t.Origin, what, s, name)
	if r == nil {
		return
	}
	w.tables[t] = r
	if t.Existing {
		w.match(t.Origin, r, wiring.Body{Arguments: arguments{"name": name}})
	} else {
		w.match(t.Origin, r, w.madeTable(t), scaled(t)...)
		w.autoscaling(t)
	}
	w.tablePolicy(t, what, r)
}

func (w *wired) tablePolicy(t *model.Table, what string, table *wiring.Resource) {
	p := artifact.Policy{Kind: artifact.Table, Environment: w.e, Table: t}
	if !w.has(p) {
		return
	}
	arn := table.Reference("arn")
	if r := w.one(t.Origin, what, selector{wiring.Managed, "aws_dynamodb_resource_policy", "resource_arn"}, arn); r != nil {
		w.match(t.Origin, r, wiring.Body{Arguments: arguments{"resource_arn": arn, "policy": wiring.File(p.Path())}})
	}
}

// madeTable is a table as it must be.
func (w *wired) madeTable(t *model.Table) wiring.Body {
	b := wiring.Body{Arguments: arguments{
		"name":                        wiring.Literal(w.e.TableName(t)),
		"hash_key":                    wiring.Literal(t.PartitionKey.Name),
		"deletion_protection_enabled": wiring.Bool(t.DeletionProtection),
		"tags":                        w.tags(t.Tags),
		"billing_mode":                wiring.Literal("PAY_PER_REQUEST"),
	}}
	if t.Capacity != nil {
		b.Arguments["billing_mode"] = wiring.Literal("PROVISIONED")
	}
	ranged(b, t.SortKey)
	provisioned(b, t.Capacity)
	if t.Stream != "" {
		b.Arguments["stream_enabled"] = wiring.Bool(true)
		b.Arguments["stream_view_type"] = wiring.Literal(string(t.Stream))
	}
	b.Blocks = append(attributeBlocks(t), indexBlocks(t)...)
	b.Blocks = append(b.Blocks, timeToLive(t), recovery(t), w.encryption(t))
	return b
}

// ranged adds the sort key of a table or an index, if it has one.
func ranged(b wiring.Body, key *model.Attribute) {
	if key != nil {
		b.Arguments["range_key"] = wiring.Literal(key.Name)
	}
}

// provisioned adds a fixed or a starting capacity.
func provisioned(b wiring.Body, c *model.Capacity) {
	if c != nil {
		b.Arguments["read_capacity"] = wiring.Number(c.Read)
		b.Arguments["write_capacity"] = wiring.Number(c.Write)
	}
}

// attributeBlocks are the types of all key attributes.
func attributeBlocks(t *model.Table) []wiring.Block {
	types := map[string]model.AttributeType{}
	note := func(partition model.Attribute, sort *model.Attribute) {
		types[partition.Name] = partition.Type
		if sort != nil {
			types[sort.Name] = sort.Type
		}
	}
	note(t.PartitionKey, t.SortKey)
	for _, i := range t.Indexes() {
		note(i.PartitionKey, i.SortKey)
	}
	var out []wiring.Block
	for _, name := range slices.Sorted(maps.Keys(types)) {
		out = append(out, wiring.Block{Type: "attribute", Body: wiring.Body{Arguments: arguments{
			"name": wiring.Literal(name), "type": wiring.Literal(string(types[name])),
		}}})
	}
	return out
}

func indexBlocks(t *model.Table) []wiring.Block {
	var out []wiring.Block
	for _, i := range t.Indexes() {
		b := wiring.Body{Arguments: arguments{
			"name":            wiring.Literal(i.PhysicalName),
			"projection_type": wiring.Literal(string(i.Projection.Kind)),
		}}
		ranged(b, i.SortKey)
		if i.Projection.Kind == model.ProjectInclude {
			b.Arguments["non_key_attributes"] = wiring.Literals(i.Projection.Attributes)
		}
		kind := "local_secondary_index"
		if !i.Local {
			kind = "global_secondary_index"
			b.Arguments["hash_key"] = wiring.Literal(i.PartitionKey.Name)
			provisioned(b, i.Capacity)
		}
		out = append(out, wiring.Block{Type: kind, Body: b})
	}
	return out
}

func timeToLive(t *model.Table) wiring.Block {
	b := arguments{"enabled": wiring.Bool(t.TimeToLive != "")}
	if t.TimeToLive != "" {
		b["attribute_name"] = wiring.Literal(t.TimeToLive)
	}
	return wiring.Block{Type: "ttl", Body: wiring.Body{Arguments: b}}
}

func recovery(t *model.Table) wiring.Block {
	b := arguments{"enabled": wiring.Bool(t.PointInTimeDays > 0)}
	if t.PointInTimeDays > 0 {
		b["recovery_period_in_days"] = wiring.Number(t.PointInTimeDays)
	}
	return wiring.Block{Type: "point_in_time_recovery", Body: wiring.Body{Arguments: b}}
}

// encryption is a table's key. DynamoDB calls it disabled when AWS owns the key (API reference, SSESpecification).
func (w *wired) encryption(t *model.Table) wiring.Block {
	b := arguments{"enabled": wiring.Bool(t.Encryption.Kind != model.AWSOwned)}
	if t.Encryption.Kind == model.CustomerManaged {
		b["kms_key_arn"] = w.keyARN(t.Encryption.Key)
	}
	return wiring.Block{Type: "server_side_encryption", Body: wiring.Body{Arguments: b}}
}

// scaled is what Terraform leaves alone on a table whose capacity autoscaling moves.
func scaled(t *model.Table) []string {
	var out []string
	if t.Capacity != nil && t.Capacity.ReadRoof > 0 {
		out = append(out, "ignore read_capacity")
	}
	if t.Capacity != nil && t.Capacity.WriteRoof > 0 {
		out = append(out, "ignore write_capacity")
	}
	if slices.ContainsFunc(t.GlobalIndexes, func(i *model.Index) bool { return i.Capacity.Autoscaled() }) {
		out = append(out, "ignore global_secondary_index")
	}
	return out
}

// autoscaling accounts for what moves the capacity of a table and its indexes, and demands that it moves nothing else.
func (w *wired) autoscaling(t *model.Table) {
	id := "table/" + w.e.TableName(t)
	w.scaling(t, id, t.Capacity)
	for _, i := range t.GlobalIndexes {
		w.scaling(t, id+"/index/"+i.PhysicalName, i.Capacity)
	}
}

func (w *wired) scaling(t *model.Table, id string, c *model.Capacity) {
	if c == nil || c.ReadRoof == 0 && c.WriteRoof == 0 {
		return
	}
	want := wiring.Body{Arguments: arguments{"service_namespace": wiring.Literal("dynamodb"), "resource_id": wiring.Literal(id)}}
	for _, r := range w.where(selector{wiring.Managed, "aws_appautoscaling_target", "resource_id"}, wiring.Literal(id)) {
		w.match(t.Origin, r, want, "scalable_dimension", "min_capacity", "max_capacity", "tags")
	}
	for _, r := range w.where(selector{wiring.Managed, "aws_appautoscaling_policy", "resource_id"}, wiring.Literal(id)) {
		w.match(t.Origin, r, want, "scalable_dimension", "name", "policy_type", "target_tracking_scaling_policy_configuration")
	}
}
