package cfn

import (
	"strconv"
	"strings"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/describe"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// table reads a table (AWS CloudFormation template reference, AWS::DynamoDB::Table and AWS::DynamoDB::GlobalTable; AWS SAM
// developer guide, AWS::Serverless::SimpleTable).
func (t *template) table(r *resource) {
	if !isTable(r) {
		return
	}
	name := t.name(r)
	t.unresolved(name)
	out := &inventory.Table{Described: true}
	out.Name, out.Range = name.Text, r.at
	out.Account, out.Region = t.account(r.at), t.region(r.at)
	t.keySchema(out, r)
	t.settings(out, r)
	if r.kind == "AWS::Serverless::SimpleTable" {
		out.Tags = t.tagMap(r.properties.Get("Tags"))
	} else {
		out.Tags = t.tags(r.properties.Get("Tags"))
	}
	if r.kind == "AWS::DynamoDB::GlobalTable" {
		t.replicas(out, r)
		return
	}
	out.Policy = t.resourcePolicy(r.properties, "the resource policy of "+out.Name)
	out.StreamPolicy = t.resourcePolicy(r.properties.Get("StreamSpecification"), "the policy of the stream of "+out.Name)
	t.inv.Tables = append(t.inv.Tables, out)
}

func (t *template) resourcePolicy(of *tree.Node, name string) *inventory.Document {
	return t.document(t.within(t.within(of, "ResourcePolicy"), "PolicyDocument"), artifact.Table, name, false)
}

// keySchema reads the keys of a table and its indexes.
func (t *template) keySchema(out *inventory.Table, r *resource) {
	p := t.value(r.properties)
	if r.kind == "AWS::Serverless::SimpleTable" {
		out.PartitionKey = describe.Attribute{Name: "id", Type: "S"}
		if key := p.Get("PrimaryKey"); key != nil {
			types := map[string]string{"String": "S", "Number": "N", "Binary": "B"}
			out.PartitionKey = describe.Attribute{Name: key.Get("Name").String(), Type: types[key.Get("Type").String()]}
		}
		return
	}
	types := map[string]string{}
	for _, a := range p.Get("AttributeDefinitions").Each() {
		types[a.Get("AttributeName").String()] = a.Get("AttributeType").String()
	}
	key := keys(p, types)
	out.PartitionKey, out.SortKey = key.partition(), key.sort()
	out.Described = len(key.hash) == 1
	for _, n := range p.Get("GlobalSecondaryIndexes").Each() {
		t.index(out, &out.GlobalIndexes, n, types)
	}
	for _, n := range p.Get("LocalSecondaryIndexes").Each() {
		t.index(out, &out.LocalIndexes, n, types)
	}
}

// key is a key of a table or an index.
type key struct{ hash, ranges []describe.Attribute }

func (k key) partition() describe.Attribute {
	if len(k.hash) == 0 {
		return describe.Attribute{}
	}
	return k.hash[0]
}

func (k key) sort() *describe.Attribute {
	if len(k.ranges) == 0 {
		return nil
	}
	return &k.ranges[0]
}

func keys(n *tree.Node, types map[string]string) key {
	var k key
	for _, e := range n.Get("KeySchema").Each() {
		name := e.Get("AttributeName").String()
		switch a := (describe.Attribute{Name: name, Type: types[name]}); e.Get("KeyType").String() {
		case "HASH":
			k.hash = append(k.hash, a)
		case "RANGE":
			k.ranges = append(k.ranges, a)
		}
	}
	return k
}

func (t *template) index(out *inventory.Table, to *[]describe.Index, n *tree.Node, types map[string]string) {
	k := keys(n, types)
	i := describe.Index{Name: n.Get("IndexName").String(), PartitionKey: k.partition(), SortKey: k.sort(), Capacity: capacity(n)}
	switch {
	case i.Name == "":
		t.unread(n.Range, "Index without a name", "The name of this index is not known, and the index is not read. Give the values of the template's parameters.")
		return
	case len(k.hash) > 1 || len(k.ranges) > 1:
		out.LeftOut = append(out.LeftOut, "The index \""+i.Name+"\" has a key of several attributes, so no role can be granted it here.")
		return
	}
	inKey := map[string]bool{out.PartitionKey.Name: true, i.PartitionKey.Name: true}
	for _, a := range []*describe.Attribute{out.SortKey, i.SortKey} {
		if a != nil {
			inKey[a.Name] = true
		}
	}
	for _, a := range n.At("Projection", "NonKeyAttributes").Each() {
		if !inKey[a.String()] {
			inKey[a.String()] = true
			i.Attributes = append(i.Attributes, a.String())
		}
	}
	switch kind := n.At("Projection", "ProjectionType").String(); {
	case kind == "ALL":
		i.Projection, i.Attributes = "all", nil
	case kind != "INCLUDE" || len(i.Attributes) == 0:
		i.Projection, i.Attributes = "keys_only", nil
	}
	*to = append(*to, i)
}

// capacity is provisioned capacity; nil where there is none, or it is not known.
func capacity(n *tree.Node) *describe.Capacity {
	read, err := strconv.Atoi(shown(n.At("ProvisionedThroughput", "ReadCapacityUnits")))
	write, err2 := strconv.Atoi(shown(n.At("ProvisionedThroughput", "WriteCapacityUnits")))
	if err != nil || err2 != nil || read == 0 && write == 0 {
		return nil
	}
	return &describe.Capacity{Read: read, Write: write}
}

// settings reads all of a table that is not about keys. What hangs on a condition that is not known is not known.
func (t *template) settings(out *inventory.Table, r *resource) {
	p := t.value(r.properties)
	if s := certain(p.Get("StreamSpecification")); s != nil {
		if view := s.Get("StreamViewType").String(); view != "" {
			out.Stream = strings.ToLower(view)
		}
	}
	if ttl := certain(p.Get("TimeToLiveSpecification")); on(ttl.Get("Enabled")) {
		out.TimeToLive = ttl.Get("AttributeName").String()
	}
	t.protections(out, p)
	out.Capacity = capacity(p)
	out.OnDemand = p.Get("BillingMode").String() == "PAY_PER_REQUEST" || r.kind == "AWS::Serverless::SimpleTable" && out.Capacity == nil
	if out.OnDemand {
		out.Capacity = nil
	}
	if class := p.Get("TableClass").String(); class != "" && class != "STANDARD" {
		out.Class = class
	}
	t.encryption(out, p.Get("SSESpecification"))
}

// protections reads recovery and protection against deletion, which are off where a template says nothing.
func (t *template) protections(out *inventory.Table, p *tree.Node) {
	if n := p.Get("PointInTimeRecoverySpecification"); n == nil || len(n.Unresolved()) == 0 {
		out.Recovery = describe.Recovery{Known: true, On: on(n.Get("PointInTimeRecoveryEnabled"))}
		if days, err := strconv.Atoi(shown(n.Get("RecoveryPeriodInDays"))); err == nil {
			out.Recovery.Days = days
		}
	}
	if n := p.Get("DeletionProtectionEnabled"); n == nil || len(n.Unknown) == 0 {
		protected := on(n)
		out.Protected = &protected
	}
}

// encryption reads the key of a table. Without one of its own, a table that is under a key in KMS is under AWS's for DynamoDB.
func (t *template) encryption(out *inventory.Table, n *tree.Node) {
	id := n.Get("KMSMasterKeyId").String()
	if id == "" && !on(n.Get("SSEEnabled")) {
		return
	}
	if id == "" {
		out.KMSKey = "alias/aws/dynamodb" // AWS's own
		return
	}
	out.KMSKey = t.keyARN(id, n)
}

// keyARN is the ARN of a key that is named by its id, its alias, or the ARN of either.
func (t *template) keyARN(id string, at *tree.Node) string {
	if strings.HasPrefix(id, "arn:") {
		return id
	}
	if !strings.HasPrefix(id, "alias/") {
		id = "key/" + id
	}
	r := at.Place()
	return "arn:" + t.partition(r) + ":kms:" + t.region(r) + ":" + t.account(r) + ":" + id
}

// certain is a value that hangs on nothing that is not known; nil if it does.
func certain(n *tree.Node) *tree.Node {
	if n == nil || len(n.Unknown) > 0 {
		return nil
	}
	return n
}

func on(n *tree.Node) bool {
	return n != nil && len(n.Unknown) == 0 && strings.EqualFold(n.Text, "true")
}

// replicas reads the tables of a global table, one in each region.
func (t *template) replicas(global *inventory.Table, r *resource) {
	for _, e := range t.entries(r.properties.Get("Replicas")) {
		out := *global
		n := t.value(e.node)
		if region := n.Get("Region").String(); region != "" {
			out.Region = region
		}
		out.Range = e.node.Range
		t.protections(&out, n)
		out.Tags = t.tags(e.node.Get("Tags"))
		if id := n.At("SSESpecification", "KMSMasterKeyId").String(); id != "" {
			out.KMSKey = t.keyARN(id, n)
		}
		if class := n.Get("TableClass").String(); class != "" && class != "STANDARD" {
			out.Class = class
		}
		out.Policy = t.resourcePolicy(e.node, "the resource policy of "+out.Name+" in "+out.Region)
		out.StreamPolicy = t.resourcePolicy(t.within(e.node, "ReplicaStreamSpecification"), "the policy of the stream of "+out.Name+" in "+out.Region)
		out.LeftOut = append(out.LeftOut[:len(out.LeftOut):len(out.LeftOut)], "The table is one of a global table, whose other replicas have policies of their own.")
		t.inv.Tables = append(t.inv.Tables, &out)
	}
}
