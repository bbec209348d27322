package terraform

import (
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
)

// auditModule is the module of the trail that records item access.
func auditModule(m *model.Model) []output.File {
	if m.Trail == nil {
		return nil
	}
	dir := module("audit")
	return []output.File{
		trail(m).named(dir, "trail"),
		auditVariables(m).named(dir, "variables"),
		auditOutputs().named(dir, "outputs"),
		versions().named(dir, "versions"),
	}
}

func trail(m *model.Model) *source {
	s := newSource()
	s.resource("aws_cloudtrail", "audit", trailNotesAbove(m.Trail), func(b body) {
		trailNotes(b, m.Trail)
		b.set("name", prefixed(blank().TrailName(m)))
		b.set("s3_bucket_name", text(m.Trail.Bucket))
		if m.Trail.Key != nil {
			b.set("kms_key_id", expr("var.kms_key_arn"))
		}
		b.set("enable_log_file_validation", boolean(true))
		b.comment(
			"The selector below picks events of these tables, so other regions add none and cost nothing. A trail of",
			"all regions must include the global services' events; the selector takes none of them.",
		)
		b.set("is_multi_region_trail", boolean(true))
		b.set("include_global_service_events", boolean(true))
		b.set("tags", expr("var.tags"))
		b.blank()
		b.block("advanced_event_selector", func(b body) { selector(b, m.Trail) })
	})
	return s
}

// selector picks the data events of the trail's tables. There is no resource type for an index: a query on one is
// recorded with the table. Should it be recorded with the index's ARN, the prefix matches it; the prefix ends in a slash,
// so it matches no other table (CloudTrail user guide, "Filtering data events by using advanced event selectors").
func selector(b body, t *model.Trail) {
	b.set("name", text("Item access"))
	b.blank()
	fieldSelector(b, "eventCategory", "Data")
	fieldSelector(b, "resources.type", "AWS::DynamoDB::Table")
	if t.Reads != t.Writes {
		readOnly(b, t.Reads)
	}
	b.block("field_selector", func(b body) {
		b.set("field", text("resources.ARN"))
		b.set("equals", list(mapOf(t.Tables, tableARN)))
		if indexed := keep(t.Tables, hasIndexes); len(indexed) > 0 {
			b.set("starts_with", list(mapOf(indexed, func(t *model.Table) hclwrite.Tokens { return join(tableARN(t), text("/index/")) })))
		}
	})
}

func fieldSelector(b body, field, value string) {
	b.block("field_selector", func(b body) {
		b.set("field", text(field))
		b.set("equals", texts([]string{value}))
	})
	b.blank()
}

func readOnly(b body, reads bool) {
	if reads {
		b.comment("PartiQL statements count as writes whatever they do, so none of them is recorded here.")
		fieldSelector(b, "readOnly", "true")
		return
	}
	b.comment("PartiQL statements count as writes whatever they do, so all of them are recorded here.")
	fieldSelector(b, "readOnly", "false")
}

func tableARN(t *model.Table) hclwrite.Tokens { return expr("var.table_arns.%s", t.Name) }

func hasIndexes(t *model.Table) bool { return len(t.GlobalIndexes)+len(t.LocalIndexes) > 0 }

func auditVariables(m *model.Model) *source {
	s := newSource()
	s.prefixVariable()
	s.tagsVariable()
	s.variable("table_arns", "ARN of each table whose item access is recorded.",
		objectType(pairsOf(m.Trail.Tables, func(t *model.Table) pair { return pair{t.Name, expr("string")} })))
	if m.Trail.Key != nil {
		s.variable("kms_key_arn", "ARN of the key that encrypts the records.", expr("string"))
	}
	return s
}

func auditOutputs() *source {
	s := newSource()
	s.output("trail_arn", "ARN of the trail.", expr("aws_cloudtrail.audit.arn"))
	return s
}
