package terraform

import (
	"slices"

	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/ddbgen/ddbgen/internal/model"
)

// targetUtilization is the share of the capacity, in percent, that autoscaling aims at: DynamoDB's own default.
const targetUtilization = 70

// scaling is one capacity that autoscaling moves.
type scaling struct {
	name        string          // of the resources; a hyphen is in no logical name, so names cannot clash
	id          hclwrite.Tokens // Application Auto Scaling's name of the table or index
	dimension   string
	metric      string
	floor, roof int
}

// autoscaling registers the capacities of a table and of its global indexes.
func autoscaling(s *source, t *model.Table) {
	for _, c := range scalings(t) {
		s.resource("aws_appautoscaling_target", c.name, nil, func(b body) { scalingTarget(b, c) })
		s.resource("aws_appautoscaling_policy", c.name, nil, func(b body) { scalingPolicy(b, c) })
	}
}

func scalings(t *model.Table) []scaling {
	name := expr("aws_dynamodb_table.%s.name", t.Name)
	out := directions(t.Name, join(text("table/"), name), "table", t.Capacity)
	for _, i := range t.GlobalIndexes {
		id := join(text("table/"), name, text("/index/"+i.PhysicalName))
		out = append(out, directions(t.Name+"-"+i.Name, id, "index", i.Capacity)...)
	}
	return out
}

// directions are the read and the write capacity of a table or index, as far as they have a roof.
func directions(name string, id hclwrite.Tokens, of string, c *model.Capacity) []scaling {
	if c == nil {
		return nil
	}
	both := []scaling{
		{name + "-read", id, "dynamodb:" + of + ":ReadCapacityUnits", "DynamoDBReadCapacityUtilization", c.Read, c.ReadRoof},
		{name + "-write", id, "dynamodb:" + of + ":WriteCapacityUnits", "DynamoDBWriteCapacityUtilization", c.Write, c.WriteRoof},
	}
	return slices.DeleteFunc(both, func(s scaling) bool { return s.roof == 0 })
}

func scalingTarget(b body, c scaling) {
	b.set("service_namespace", text("dynamodb"))
	b.set("resource_id", c.id)
	b.set("scalable_dimension", text(c.dimension))
	b.set("min_capacity", number(c.floor))
	b.set("max_capacity", number(c.roof))
	b.set("tags", expr("var.tags"))
}

func scalingPolicy(b body, c scaling) {
	target := "aws_appautoscaling_target." + c.name
	b.set("name", text(c.metric))
	b.set("policy_type", text("TargetTrackingScaling"))
	b.set("service_namespace", expr(target+".service_namespace"))
	b.set("resource_id", expr(target+".resource_id"))
	b.set("scalable_dimension", expr(target+".scalable_dimension"))
	b.blank()
	b.block("target_tracking_scaling_policy_configuration", func(b body) {
		b.set("target_value", number(targetUtilization))
		b.blank()
		b.block("predefined_metric_specification", func(b body) { b.set("predefined_metric_type", text(c.metric)) })
	})
}

// leaveCapacity keeps Terraform from setting back what autoscaling moved. The capacity of one index cannot be left alone
// by itself: global indexes are a set, whose elements have no address.
func leaveCapacity(b body, t *model.Table) {
	var ignored []hclwrite.Tokens
	if t.Capacity != nil && t.Capacity.ReadRoof > 0 {
		ignored = append(ignored, expr("read_capacity"))
	}
	if t.Capacity != nil && t.Capacity.WriteRoof > 0 {
		ignored = append(ignored, expr("write_capacity"))
	}
	indexes := slices.ContainsFunc(t.GlobalIndexes, func(i *model.Index) bool { return i.Capacity.Autoscaled() })
	if indexes {
		ignored = append(ignored, expr("global_secondary_index"))
	}
	if len(ignored) == 0 {
		return
	}
	b.blank()
	b.block("lifecycle", func(b body) {
		b.comment("Autoscaling moves these; Terraform only sets where they start.")
		if indexes {
			b.comment(
				"Indexes can only be left alone as a whole. The price: Terraform makes no change to an index of this",
				"table. To add or change one, build and apply without autoscale_to, then with it again.",
			)
		}
		b.set("ignore_changes", list(ignored))
	})
}
