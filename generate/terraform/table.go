package terraform

import (
	"cmp"
	"slices"

	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
)

// tablesModule is the module of the tables, their resource policies and their autoscaling.
func tablesModule(m *model.Model) []output.File {
	if len(m.Tables) == 0 {
		return nil
	}
	dir := module("tables")
	var files []output.File
	for _, t := range m.Tables {
		files = append(files, table(m, t).named(dir, "table_"+t.Name))
	}
	return append(files,
		tableVariables(m).named(dir, "variables"),
		tableOutputs(m).named(dir, "outputs"),
		versions().named(dir, "versions"))
}

func table(m *model.Model, t *model.Table) *source {
	s := newSource()
	if t.Existing {
		s.data("aws_dynamodb_table", t.Name, []string{"Made elsewhere."}, func(b body) { b.set("name", prefixed(t.PhysicalName)) })
	} else {
		s.resource("aws_dynamodb_table", t.Name, tableNotesAbove(t), func(b body) { madeTable(b, t) })
		autoscaling(s, t)
	}
	if m.Policied(t) {
		s.resource("aws_dynamodb_resource_policy", t.Name, nil, func(b body) {
			b.set("resource_arn", expr(tableReference(t)+".arn"))
			b.set("policy", expr("var.policies.%s", t.Name))
		})
	}
	return s
}

func madeTable(b body, t *model.Table) {
	tableNotes(b, t)
	b.set("name", prefixed(t.PhysicalName))
	billing(b, t)
	b.set("hash_key", text(t.PartitionKey.Name))
	if t.SortKey != nil {
		b.set("range_key", text(t.SortKey.Name))
	}
	b.set("deletion_protection_enabled", boolean(t.DeletionProtection))
	if t.Stream != "" {
		b.set("stream_enabled", boolean(true))
		b.set("stream_view_type", text(string(t.Stream)))
	}
	b.set("tags", tags(t.Tags))
	attributes(b, t)
	indexes(b, t)
	timeToLive(b, t)
	recovery(b, t)
	encryption(b, t)
	leaveCapacity(b, t)
}

func billing(b body, t *model.Table) {
	if t.Capacity == nil {
		b.set("billing_mode", text("PAY_PER_REQUEST"))
		return
	}
	b.set("billing_mode", text("PROVISIONED"))
	capacity(b, t.Capacity)
}

func capacity(b body, c *model.Capacity) {
	b.set("read_capacity", number(c.Read))
	b.set("write_capacity", number(c.Write))
}

// attributes declares the key attributes of the table and of its indexes: each once, and no others, which the provider
// refuses.
func attributes(b body, t *model.Table) {
	for _, a := range keyAttributes(t) {
		b.blank()
		b.block("attribute", func(b body) {
			b.set("name", text(a.Name))
			b.set("type", text(string(a.Type)))
		})
	}
}

func keyAttributes(t *model.Table) []model.Attribute {
	all := keys(t.PartitionKey, t.SortKey)
	for _, i := range t.Indexes() {
		all = append(all, keys(i.PartitionKey, i.SortKey)...)
	}
	byName := func(a, b model.Attribute) int { return cmp.Compare(a.Name, b.Name) }
	slices.SortStableFunc(all, byName)
	return slices.CompactFunc(all, func(a, b model.Attribute) bool { return a.Name == b.Name })
}

func keys(partition model.Attribute, sort *model.Attribute) []model.Attribute {
	if sort == nil {
		return []model.Attribute{partition}
	}
	return []model.Attribute{partition, *sort}
}

func indexes(b body, t *model.Table) {
	for _, i := range t.GlobalIndexes {
		b.blank()
		b.block("global_secondary_index", func(b body) {
			b.set("name", text(i.PhysicalName))
			b.set("hash_key", text(i.PartitionKey.Name))
			sortKeyAndProjection(b, i)
			if i.Capacity != nil {
				capacity(b, i.Capacity)
			}
		})
	}
	for _, i := range t.LocalIndexes {
		b.blank()
		b.block("local_secondary_index", func(b body) {
			b.set("name", text(i.PhysicalName))
			sortKeyAndProjection(b, i)
		})
	}
}

func sortKeyAndProjection(b body, i *model.Index) {
	if i.SortKey != nil {
		b.set("range_key", text(i.SortKey.Name))
	}
	b.set("projection_type", text(string(i.Projection.Kind)))
	if i.Projection.Kind == model.ProjectInclude {
		b.set("non_key_attributes", texts(i.Projection.Attributes))
	}
}

// timeToLive is always written out, for the same reason as encryption: a table would go on deleting items unseen. AWS
// turns it off only by the name of its attribute, which nobody knows any more, so that apply fails until it is turned off
// by hand; better that than data lost in silence.
func timeToLive(b body, t *model.Table) {
	b.blank()
	b.block("ttl", func(b body) {
		if t.TimeToLive != "" {
			b.set("attribute_name", text(t.TimeToLive))
		}
		b.set("enabled", boolean(t.TimeToLive != ""))
	})
}

func recovery(b body, t *model.Table) {
	b.blank()
	b.block("point_in_time_recovery", func(b body) {
		kicsNote(b, t.PointInTimeDays == 0)
		b.set("enabled", boolean(t.PointInTimeDays > 0))
		if t.PointInTimeDays > 0 {
			b.set("recovery_period_in_days", number(t.PointInTimeDays))
		}
	})
}

// encryption is always written out: the provider reads a missing block as "leave it as it is", so a table would stay on
// the key of an earlier spec.
func encryption(b body, t *model.Table) {
	b.blank()
	if t.Encryption.Kind == model.AWSOwned {
		b.comment("Not off: without a key of this account DynamoDB encrypts with one that AWS owns.")
	}
	b.block("server_side_encryption", func(b body) {
		kicsNote(b, t.Encryption.Kind == model.AWSOwned)
		b.set("enabled", boolean(t.Encryption.Kind != model.AWSOwned))
		if t.Encryption.Kind == model.CustomerManaged {
			b.set("kms_key_arn", expr("var.key_arns.%s", t.Encryption.Key.Name))
		}
	})
}

// tableReference is the address of the table's resource or data source.
func tableReference(t *model.Table) string {
	if t.Existing {
		return "data.aws_dynamodb_table." + t.Name
	}
	return "aws_dynamodb_table." + t.Name
}

func tableVariables(m *model.Model) *source {
	s := newSource()
	s.prefixVariable()
	if slices.ContainsFunc(m.Tables, makesTable) {
		s.tagsVariable()
	}
	if used := tableKeys(m); len(used) > 0 {
		s.variable("key_arns", "ARN of each customer managed key that a table is encrypted with.",
			objectType(pairsOf(used, func(k *model.Key) pair { return pair{k.Name, expr("string")} })))
	}
	if policied := keep(m.Tables, m.Policied); len(policied) > 0 {
		s.variable("policies", "The JSON resource policy of each table that has one.",
			objectType(pairsOf(policied, func(t *model.Table) pair { return pair{t.Name, expr("string")} })))
	}
	return s
}

func tableOutputs(m *model.Model) *source {
	s := newSource()
	s.output("names", "Physical name of each table.", tableObject(m.Tables, "name"))
	s.output("arns", "ARN of each table.", tableObject(m.Tables, "arn"))
	if streaming := keep(m.Tables, streams); len(streaming) > 0 {
		s.output("stream_arns", "ARN of the stream of each table that has one. It changes when the stream is turned off and on.",
			tableObject(streaming, "stream_arn"))
	}
	return s
}

func streams(t *model.Table) bool { return t.Stream != "" }

func tableObject(tables []*model.Table, attribute string) hclwrite.Tokens {
	return object(pairsOf(tables, func(t *model.Table) pair { return pair{t.Name, expr(tableReference(t) + "." + attribute)} }))
}
