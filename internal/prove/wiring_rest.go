package prove

import (
	"fmt"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/wiring"
)

// This file proves the wiring of keys, endpoints and the trail.

// key proves a key that is made here: its policy, and that its alias points to it.
func (w *wired) key(k *model.Key) {
	if len(k.Existing) > 0 {
		return
	}
	what := fmt.Sprintf("The key %s", k.Name)
	policy := wiring.File(artifact.Policy{Kind: artifact.Key, Environment: w.e, Key: k}.Path())
	r := w.one(k.Origin, what, selector{wiring.Managed, "aws_kms_key", "policy"}, policy)
	if r == nil {
		return
	}
	w.keys[k] = r
	w.match(k.Origin, r, wiring.Body{Arguments: arguments{
		"policy":                  policy,
		"enable_key_rotation":     wiring.Bool(true),
		"rotation_period_in_days": wiring.Number(k.RotationDays),
		"deletion_window_in_days": wiring.Number(k.DeletionWindowDays),
		"tags":                    w.tags(k.Tags),
	}}, "description")
	alias := wiring.Literal(w.e.KeyAlias(w.m, k))
	if a := w.one(k.Origin, what, selector{wiring.Managed, "aws_kms_alias", "name"}, alias); a != nil {
		w.match(k.Origin, a, wiring.Body{Arguments: arguments{"name": alias, "target_key_id": r.Reference("key_id")}})
	}
}

// keyARN is the ARN of a key, as what uses the key must name it.
func (w *wired) keyARN(k *model.Key) wiring.Value {
	if len(k.Existing) > 0 {
		return wiring.Literal(model.In(w.e, k.Existing))
	}
	if r := w.keys[k]; r != nil {
		return r.Reference("arn")
	}
	return wiring.Literal("the ARN of " + k.Name) // that there is no such key was said already
}

// endpoint proves an endpoint: its policy, the service, and the network it stands in. By its tags a deploy role knows it.
func (w *wired) endpoint(x *model.Endpoint) {
	policy := wiring.File(artifact.Policy{Kind: artifact.Endpoint, Environment: w.e, Endpoint: x}.Path())
	r := w.one(x.Origin, "The endpoint "+x.Name, selector{wiring.Managed, "aws_vpc_endpoint", "policy"}, policy)
	place := w.e.PlacementOf(x)
	if r == nil || place == nil {
		return
	}
	want := arguments{
		"policy":       policy,
		"vpc_id":       wiring.Literal(place.VPC),
		"service_name": wiring.Literal("com.amazonaws." + w.e.Region + "." + string(x.Service)), // in China too
		"tags":         w.tags([]model.Tag{{Key: "Name", Value: w.e.NamePrefix + w.m.Name + "-" + x.Name}}),
	}
	if x.Gateway {
		want["vpc_endpoint_type"] = wiring.Literal("Gateway")
		want["route_table_ids"] = wiring.Literals(place.RouteTables)
	} else {
		want["vpc_endpoint_type"] = wiring.Literal("Interface")
		want["subnet_ids"] = wiring.Literals(place.Subnets)
		want["security_group_ids"] = wiring.Literals(place.SecurityGroups)
		want["private_dns_enabled"] = wiring.Bool(false)
	}
	w.match(x.Origin, r, wiring.Body{Arguments: want})
}

// trail proves that the trail records the tables that it is to record, under its key.
func (w *wired) trail() {
	t := w.m.Trail
	if t == nil {
		return
	}
	name := wiring.Literal(w.e.TrailName(w.m))
	r := w.one(t.Origin, "The trail", selector{wiring.Managed, "aws_cloudtrail", "name"}, name)
	if r == nil {
		return
	}
	want := arguments{
		"name":                          name,
		"s3_bucket_name":                wiring.Literal(t.Bucket),
		"enable_log_file_validation":    wiring.Bool(true),
		"is_multi_region_trail":         wiring.Bool(true),
		"include_global_service_events": wiring.Bool(true),
	}
	if t.Key != nil {
		want["kms_key_id"] = w.keyARN(t.Key)
	}
	w.match(t.Origin, r, wiring.Body{Arguments: want, Blocks: []wiring.Block{w.recorded(t)}}, "tags")
}

// recorded is the selector of the trail: data events of the tables, and of their indexes should those be named.
func (w *wired) recorded(t *model.Trail) wiring.Block {
	b := wiring.Block{Type: "advanced_event_selector", Body: wiring.Body{Arguments: arguments{"name": wiring.Literal("Item access")}}}
	b.Blocks = append(b.Blocks, field("eventCategory", wiring.Literal("Data")), field("resources.type", wiring.Literal("AWS::DynamoDB::Table")))
	if t.Reads != t.Writes {
		b.Blocks = append(b.Blocks, field("readOnly", wiring.Literal(fmt.Sprint(t.Reads))))
	}
	var arns, indexes []wiring.Value
	for _, table := range t.Tables {
		r := w.tables[table]
		if r == nil {
			continue // that there is no such table was said already
		}
		arns = append(arns, r.Reference("arn"))
		if len(table.Indexes()) > 0 {
			indexes = append(indexes, r.Reference("arn").Then("/index/"))
		}
	}
	resources := field("resources.ARN", arns...)
	if len(indexes) > 0 {
		resources.Arguments["starts_with"] = wiring.List(indexes)
	}
	b.Blocks = append(b.Blocks, resources)
	return b
}

func field(name string, values ...wiring.Value) wiring.Block {
	return wiring.Block{Type: "field_selector", Body: wiring.Body{Arguments: arguments{
		"field": wiring.Literal(name), "equals": wiring.List(values),
	}}}
}
