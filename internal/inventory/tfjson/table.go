package tfjson

import (
	"strconv"
	"strings"

	"github.com/ddbgen/ddbgen/internal/describe"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// This file reads aws_dynamodb_table as describe-table would show it.

func (r *reader) tables() {
	made := map[*resource]*inventory.Table{}
	byARN := map[string]*inventory.Table{}
	for _, v := range r.byType["aws_dynamodb_table"] {
		t := r.table(v)
		made[v] = t
		if v.text("arn") != "" {
			byARN[t.ARN()] = t
		}
		r.inv.Tables = append(r.inv.Tables, t)
	}
	r.resourcePolicies(made, byARN)
}

func (r *reader) table(v *resource) *inventory.Table {
	t := &inventory.Table{Table: Describe(v.values), Described: true}
	t.Name, t.Range, t.Region = v.name("name"), v.at, v.text("region")
	if named, _, ok := inventory.SplitTable(v.text("arn")); ok {
		t.Account, t.Region = named.Account, named.Region
	} else {
		if r.options.Account != "" {
			t.Account = r.account(v)
		}
		if r.options.Region != "" {
			t.Region = r.region(v)
		}
	}
	if r.later(v, "server_side_encryption") && t.KMSKey == defaultKey {
		t.KMSKey = "{" + v.address + ".server_side_encryption.kms_key_arn}"
	}
	t.Tags = tagsOf(v.values)
	return t
}

// Describe reads the arguments of aws_dynamodb_table.
func Describe(values *tree.Node) describe.Table {
	t := describe.Table{Name: values.Get("name").String()}
	types := map[string]string{}
	for _, a := range values.Get("attribute").Each() {
		types[a.Get("name").String()] = a.Get("type").String()
	}
	k := keysOf(values, types)
	if len(k.partition) > 0 {
		t.PartitionKey, t.SortKey = k.partition[0], k.sortKey()
	}
	for _, n := range values.Get("global_secondary_index").Each() {
		if i, ok := index(&t, n, types); ok {
			t.GlobalIndexes = append(t.GlobalIndexes, i)
		}
	}
	for _, n := range values.Get("local_secondary_index").Each() {
		if i, ok := index(&t, n, types); ok {
			t.LocalIndexes = append(t.LocalIndexes, i)
		}
	}
	settings(&t, values)
	return t
}

// keySchema is a key: of an index, it may have several attributes of each sort.
type keySchema struct{ partition, sort []describe.Attribute }

func (k keySchema) sortKey() *describe.Attribute {
	if len(k.sort) == 0 {
		return nil
	}
	return &k.sort[0]
}

func keysOf(n *tree.Node, types map[string]string) keySchema {
	var k keySchema
	add := func(list *[]describe.Attribute, name string) {
		if name != "" {
			*list = append(*list, describe.Attribute{Name: name, Type: types[name]})
		}
	}
	if schema := n.Get("key_schema").Each(); len(schema) > 0 {
		for _, e := range schema {
			switch e.Get("key_type").String() {
			case "HASH":
				add(&k.partition, e.Get("attribute_name").String())
			case "RANGE":
				add(&k.sort, e.Get("attribute_name").String())
			}
		}
		return k
	}
	add(&k.partition, n.Get("hash_key").String())
	add(&k.sort, n.Get("range_key").String())
	return k
}

// index reads an index; a local one has the partition key of its table. A key of several attributes has no words in a spec, as
// when it is described.
func index(t *describe.Table, n *tree.Node, types map[string]string) (describe.Index, bool) {
	i := describe.Index{Name: n.Get("name").String(), Capacity: capacity(n)}
	k := keysOf(n, types)
	if len(k.partition) > 1 || len(k.sort) > 1 {
		t.LeftOut = append(t.LeftOut, "The index "+strconv.Quote(i.Name)+" has a key of several attributes, so no role can be granted it here.")
		return i, false
	}
	if i.PartitionKey, i.SortKey = t.PartitionKey, k.sortKey(); len(k.partition) == 1 {
		i.PartitionKey = k.partition[0]
	}
	keys := map[string]bool{t.PartitionKey.Name: true, i.PartitionKey.Name: true}
	for _, key := range []*describe.Attribute{t.SortKey, i.SortKey} {
		if key != nil {
			keys[key.Name] = true
		}
	}
	switch n.Get("projection_type").String() {
	case "ALL":
		i.Projection = "all"
	case "INCLUDE":
		for _, a := range n.Get("non_key_attributes").Each() {
			if name := a.String(); name != "" && !keys[name] {
				keys[name] = true
				i.Attributes = append(i.Attributes, name)
			}
		}
	}
	if i.Projection == "" && len(i.Attributes) == 0 {
		i.Projection = "keys_only"
	}
	return i, true
}

// capacity reads provisioned capacity; nil if there is none, which the provider writes as zeros.
func capacity(n *tree.Node) *describe.Capacity {
	c := &describe.Capacity{Read: whole(n.Get("read_capacity")), Write: whole(n.Get("write_capacity"))}
	if *c == (describe.Capacity{}) {
		return nil
	}
	return c
}

func whole(n *tree.Node) int {
	if n == nil {
		return 0
	}
	i, err := strconv.Atoi(n.Text)
	if err != nil {
		return 0
	}
	return i
}

// settings reads all of a table that is not about keys.
func settings(t *describe.Table, n *tree.Node) {
	if isTrue(n.Get("stream_enabled")) {
		t.Stream = strings.ToLower(n.Get("stream_view_type").String())
	}
	if t.OnDemand = n.Get("billing_mode").String() == "PAY_PER_REQUEST"; !t.OnDemand {
		t.Capacity = capacity(n)
	}
	for _, ttl := range n.Get("ttl").Each() {
		if isTrue(ttl.Get("enabled")) {
			t.TimeToLive = ttl.Get("attribute_name").String()
		}
	}
	for _, p := range n.Get("point_in_time_recovery").Each() {
		t.Recovery = describe.Recovery{Known: true, On: isTrue(p.Get("enabled")), Days: whole(p.Get("recovery_period_in_days"))}
	}
	t.KMSKey = encryption(n)
	if p := n.Get("deletion_protection_enabled"); p != nil && p.Kind == tree.Bool {
		on := isTrue(p)
		t.Protected = &on
	}
	if class := n.Get("table_class").String(); class != "STANDARD" {
		t.Class = class
	}
	if len(n.Get("replica").Each()) > 0 {
		t.LeftOut = append(t.LeftOut, "The table has replicas in other regions, which have policies of their own.")
	}
}

// defaultKey is AWS's own key for DynamoDB, which a table is under that asks for a key in KMS and names none (Amazon DynamoDB
// developer guide, "Encryption at rest").
const defaultKey = "alias/aws/dynamodb"

// encryption is the key in KMS that a table is under. Without the block it is one of DynamoDB's, which is none in KMS.
func encryption(n *tree.Node) string {
	for _, s := range n.Get("server_side_encryption").Each() {
		switch arn := s.Get("kms_key_arn").String(); {
		case !isTrue(s.Get("enabled")):
		case arn != "":
			return arn
		default:
			return defaultKey
		}
	}
	return ""
}
