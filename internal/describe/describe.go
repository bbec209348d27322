// Package describe makes a spec of what the AWS CLI says of tables that exist.
//
// It reads what `aws dynamodb describe-table` prints, of one table or of many, one after the other or in an array, and what
// describe-time-to-live and describe-continuous-backups print of the table before them. What a table cannot tell, who its
// tenants are and who may do what, is left to the author, in lines to uncomment.
//
// The input is not trusted: every text of it comes out as a quoted scalar or not at all. Whether the texts are names that AWS
// takes is for the spec to say, which has the rules.
package describe

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// The checks of this package.
const (
	idJSON    = "table-json"
	idLeftOut = "table-left-out"
)

// maxFindings keeps a file of something else from filling the screen.
const maxFindings = 20

// Table is a table, as it was described.
type Table struct {
	Name            string
	Account, Region string // of its ARN; empty if that was not given
	PartitionKey    Attribute
	SortKey         *Attribute
	GlobalIndexes   []Index
	LocalIndexes    []Index
	Stream          string // as a spec writes it; empty: none
	TimeToLive      string // the attribute; empty: off or unknown
	Recovery        Recovery
	Protected       *bool // against deletion; nil: unknown
	Capacity        *Capacity
	OnDemand        bool
	KMSKey          string // the ARN of a key in KMS, of AWS or of one's own; empty: a key of DynamoDB's
	Class           string // the table class; empty: the standard one
	LeftOut         []string
	Range           hcl.Range
}

// Attribute is a key attribute and its type: S, N or B.
type Attribute struct{ Name, Type string }

// Index is a secondary index, global or local.
type Index struct {
	Name         string
	PartitionKey Attribute
	SortKey      *Attribute
	Projection   string   // all, keys_only, or empty: the attributes
	Attributes   []string // beside the keys
	Capacity     *Capacity
}

// Capacity is provisioned capacity.
type Capacity struct{ Read, Write int }

// Recovery is point-in-time recovery.
type Recovery struct {
	Known, On bool
	Days      int // 0: not said
}

// Read returns the tables that a file describes.
func Read(file string, src []byte) ([]*Table, hcl.Diagnostics) {
	values, broken := tree.ParseJSON(file, src)
	for _, d := range broken {
		d.Extra = diag.ID(idJSON)
	}
	return read(file, values, broken)
}

// Values returns the tables that some values describe, of a file that was parsed already.
func Values(file string, values []*tree.Node) ([]*Table, hcl.Diagnostics) {
	return read(file, values, nil)
}

func read(file string, values []*tree.Node, broken hcl.Diagnostics) ([]*Table, hcl.Diagnostics) {
	r := reader{}
	for _, v := range values {
		if m := v.Repeated(); m != nil {
			broken = hcl.Diagnostics{diag.Error(idJSON, "Name that comes twice",
				fmt.Sprintf("The object has %q already, and one of the two would be lost. Give the output of the AWS CLI as it is.", m.Name), m.Range)}
			break
		}
		r.document(v, 0)
	}
	if len(broken) > 0 {
		r.ds = append(r.ds, broken...)
	} else if len(r.tables) == 0 && len(r.ds) == 0 {
		r.ds = append(r.ds, diag.Error(idJSON, "No table", "Nothing in "+file+" describes a table. Give what aws dynamodb describe-table prints.", hcl.Range{}))
	}
	return r.tables, r.ds
}

// Place is the account and the region that all tables are in; empty if they do not say.
func Place(tables []*Table) (account, region string, ds hcl.Diagnostics) {
	for _, t := range tables {
		switch {
		case t.Account == "":
		case account == "":
			account, region = t.Account, t.Region
		case account != t.Account || region != t.Region:
			return account, region, hcl.Diagnostics{diag.Error(idJSON, "Tables of several places",
				fmt.Sprintf("This table is in %s in the account %s, and one before it in %s in %s. An environment of a spec is one account and region: make a spec for each, or say with --account and --region which it shall be.", t.Region, t.Account, region, account), t.Range)}
		}
	}
	return account, region, nil
}

// Repeated reports tables that were described before.
func Repeated(tables []*Table) hcl.Diagnostics {
	var ds hcl.Diagnostics
	seen := map[string]bool{}
	for _, t := range tables {
		if seen[t.Name] {
			ds = append(ds, diag.Error(idJSON, "Table described twice", fmt.Sprintf("The table %q was described before. Leave one of the two out.", t.Name), t.Range))
		}
		seen[t.Name] = true
	}
	return ds
}

// reader makes tables of values. It goes on after a mistake.
type reader struct {
	tables           []*Table
	ds               hcl.Diagnostics
	errors, warnings int
}

func (r *reader) wrong(v *tree.Node, title, format string, args ...any) {
	if r.errors++; r.errors <= maxFindings {
		r.ds = append(r.ds, diag.Error(idJSON, title, fmt.Sprintf(format, args...), v.Place()))
	}
}

// leaveOut warns of something that a spec has no words for.
func (r *reader) leaveOut(t *Table, v *tree.Node, format string, args ...any) {
	what := fmt.Sprintf(format, args...)
	t.LeftOut = append(t.LeftOut, what)
	r.warn(v, "Left out of the spec", "%s A comment in the spec says so too. If Terraform shall manage the table, look at what its first plan would do about it.", what)
}

func (r *reader) warn(v *tree.Node, title, format string, args ...any) {
	if r.warnings++; r.warnings <= maxFindings {
		r.ds = append(r.ds, diag.Warning(idLeftOut, title, fmt.Sprintf(format, args...), v.Place()))
	}
}

// document reads one value of the file: a description, or an array of them.
func (r *reader) document(v *tree.Node, depth int) {
	if v.Kind == tree.List && depth == 0 {
		for _, item := range v.Items {
			r.document(item, depth+1)
		}
		return
	}
	before := len(r.tables)
	for _, name := range []string{"Table", "TableDescription"} {
		if table, ok := r.get(v, name, tree.Object); ok {
			r.table(table)
		}
	}
	if v.Get("KeySchema") != nil {
		r.table(v)
	}
	ttl, hasTTL := r.get(v, "TimeToLiveDescription", tree.Object)
	backups, hasBackups := r.get(v, "ContinuousBackupsDescription", tree.Object)
	switch {
	case !hasTTL && !hasBackups && before == len(r.tables):
		r.wrong(v, "Not a description of a table", "This is not what aws dynamodb describe-table, describe-time-to-live or describe-continuous-backups prints. Leave it out.")
		return
	case len(r.tables) == 0:
		r.wrong(v, "Setting of no table", "The AWS CLI does not say which table this is about, so it must come after the description of its table, in the same file.")
		return
	}
	t := r.tables[len(r.tables)-1]
	if hasTTL {
		r.timeToLive(t, ttl)
	}
	if hasBackups {
		r.recovery(t, backups)
	}
}

// tableARN is the ARN of a table, whatever the partition.
var tableARN = regexp.MustCompile(`^arn:aws[a-z-]*:dynamodb:([a-z0-9-]+):([0-9]{12}):table/(.+)$`)

func (r *reader) table(v *tree.Node) {
	t := &Table{Range: v.Place()}
	r.tables = append(r.tables, t)
	t.Name = r.demand(v, "TableName", tree.String).Text
	if arn, ok := r.get(v, "TableArn", tree.String); ok {
		parts := tableARN.FindStringSubmatch(arn.Text)
		if parts == nil || parts[3] != t.Name {
			r.wrong(arn, "Unusable ARN", "This is not the ARN of the table %q. Give the output of the AWS CLI as it is.", t.Name)
		} else {
			t.Region, t.Account = parts[1], parts[2]
		}
	}
	types := r.types(v)
	keys := r.keys(v, types)
	if len(keys.partition) != 1 || len(keys.sort) > 1 {
		r.wrong(v, "Key that is no key", "A table has one partition key, and one sort key or none; the KeySchema of this one says otherwise. Give the output of the AWS CLI as it is.")
	} else {
		t.PartitionKey, t.SortKey = keys.partition[0], keys.sortKey()
	}
	r.indexes(t, v, types)
	r.settings(t, v)
}

// types are the types of the attributes that are keys somewhere.
func (r *reader) types(v *tree.Node) map[string]string {
	types := map[string]string{}
	for _, a := range r.list(v, "AttributeDefinitions") {
		types[r.demand(a, "AttributeName", tree.String).Text] = r.demand(a, "AttributeType", tree.String).Text
	}
	return types
}

// keySchema is a key: of an index, it may have several attributes of each sort.
type keySchema struct{ partition, sort []Attribute }

func (k keySchema) sortKey() *Attribute {
	if len(k.sort) == 0 {
		return nil
	}
	return &k.sort[0]
}

func (r *reader) keys(v *tree.Node, types map[string]string) keySchema {
	var k keySchema
	for _, e := range r.list(v, "KeySchema") {
		name := r.demand(e, "AttributeName", tree.String)
		a := Attribute{Name: name.Text, Type: types[name.Text]}
		if a.Type == "" && name.Kind == tree.String {
			r.wrong(name, "Key of no type", "AttributeDefinitions does not say of which type %q is. Give the output of the AWS CLI as it is.", a.Name)
		}
		switch sort := r.demand(e, "KeyType", tree.String); {
		case sort.Text == "HASH":
			k.partition = append(k.partition, a)
		case sort.Text == "RANGE":
			k.sort = append(k.sort, a)
		case sort.Kind == tree.String:
			r.wrong(sort, "Unknown sort of key", "A KeyType is HASH or RANGE. Give the output of the AWS CLI as it is.")
		}
	}
	return k
}

func (r *reader) indexes(t *Table, v *tree.Node, types map[string]string) {
	for _, g := range r.list(v, "GlobalSecondaryIndexes") {
		if i, ok := r.index(t, g, types); ok {
			t.GlobalIndexes = append(t.GlobalIndexes, i)
		}
	}
	for _, l := range r.list(v, "LocalSecondaryIndexes") {
		if i, ok := r.index(t, l, types); ok {
			t.LocalIndexes = append(t.LocalIndexes, i)
		}
	}
}

// index reads an index. A key of several attributes has no words in a spec (DynamoDB developer guide, "Multi-attribute keys
// pattern").
func (r *reader) index(t *Table, v *tree.Node, types map[string]string) (Index, bool) {
	i := Index{Name: r.demand(v, "IndexName", tree.String).Text, Capacity: r.capacity(v)}
	keys := r.keys(v, types)
	switch {
	case len(keys.partition) == 0:
		r.wrong(v, "Key that is no key", "An index has a partition key, and the KeySchema of this one has none. Give the output of the AWS CLI as it is.")
		return i, false
	case len(keys.partition) > 1 || len(keys.sort) > 1:
		r.leaveOut(t, v, "The index %q has a key of several attributes, so no role can be granted it here.", i.Name)
		return i, false
	}
	i.PartitionKey, i.SortKey = keys.partition[0], keys.sortKey()
	r.projection(t, &i, r.demand(v, "Projection", tree.Object))
	return i, true
}

// projection reads what an index carries. Keys are in every index, so a list does not name them.
func (r *reader) projection(t *Table, i *Index, v *tree.Node) {
	keys := map[string]bool{t.PartitionKey.Name: true, i.PartitionKey.Name: true}
	for _, key := range []*Attribute{t.SortKey, i.SortKey} {
		if key != nil {
			keys[key.Name] = true
		}
	}
	for _, a := range r.list(v, "NonKeyAttributes") {
		if r.is(a, tree.String) && !keys[a.Text] {
			keys[a.Text] = true
			i.Attributes = append(i.Attributes, a.Text)
		}
	}
	switch kind := r.demand(v, "ProjectionType", tree.String); {
	case kind.Text == "ALL":
		i.Projection, i.Attributes = "all", nil
	case kind.Text == "KEYS_ONLY" || kind.Text == "INCLUDE" && len(i.Attributes) == 0:
		i.Projection, i.Attributes = "keys_only", nil
	case kind.Text != "INCLUDE" && kind.Kind == tree.String:
		r.wrong(kind, "Unknown projection", "A ProjectionType is ALL, KEYS_ONLY or INCLUDE. Give the output of the AWS CLI as it is.")
	}
}

// capacity reads provisioned capacity; nil if there is none, which DynamoDB writes as zeros.
func (r *reader) capacity(v *tree.Node) *Capacity {
	p, ok := r.get(v, "ProvisionedThroughput", tree.Object)
	if !ok {
		return nil
	}
	c := &Capacity{Read: r.whole(p, "ReadCapacityUnits"), Write: r.whole(p, "WriteCapacityUnits")}
	if *c == (Capacity{}) {
		return nil
	}
	return c
}

func (r *reader) whole(v *tree.Node, name string) int {
	n, ok := r.get(v, name, tree.Number)
	if !ok {
		return 0
	}
	i, err := strconv.Atoi(n.Text)
	if err != nil {
		r.wrong(n, "No whole number", "%s is a whole number. Give the output of the AWS CLI as it is.", name)
	}
	return i
}

// settings reads all of a table that is not about keys.
func (r *reader) settings(t *Table, v *tree.Node) {
	if s, ok := r.get(v, "StreamSpecification", tree.Object); ok {
		r.stream(t, s)
	}
	if b, ok := r.get(v, "BillingModeSummary", tree.Object); ok {
		t.OnDemand = r.demand(b, "BillingMode", tree.String).Text == "PAY_PER_REQUEST"
	}
	if !t.OnDemand {
		t.Capacity = r.capacity(v)
	}
	if s, ok := r.get(v, "SSEDescription", tree.Object); ok {
		r.encryption(t, s)
	}
	if p, ok := r.get(v, "DeletionProtectionEnabled", tree.Bool); ok {
		on := p.Text == "true"
		t.Protected = &on
	}
	if c, ok := r.get(v, "TableClassSummary", tree.Object); ok {
		if class := r.demand(c, "TableClass", tree.String).Text; class != "STANDARD" {
			t.Class = class
		}
	}
	if replicas := r.list(v, "Replicas"); len(replicas) > 0 {
		r.leaveOut(t, replicas[0], "The table has replicas in other regions, which have policies of their own.")
	}
}

func (r *reader) stream(t *Table, v *tree.Node) {
	if r.demand(v, "StreamEnabled", tree.Bool).Text != "true" {
		return
	}
	views := []string{"KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"}
	switch view := r.demand(v, "StreamViewType", tree.String); {
	case slices.Contains(views, view.Text):
		t.Stream = strings.ToLower(view.Text)
	case view.Kind == tree.String:
		r.wrong(view, "Unknown view of a stream", "A StreamViewType is KEYS_ONLY, NEW_IMAGE, OLD_IMAGE or NEW_AND_OLD_IMAGES. Give the output of the AWS CLI as it is.")
	}
}

// encryption reads the key that a table is encrypted with. Of a key in KMS the ARN is given, and not whether it is AWS's own
// for DynamoDB or one that the account manages; a table without this is under a key of DynamoDB's (DynamoDB API reference,
// SSEDescription).
func (r *reader) encryption(t *Table, v *tree.Node) {
	if status, ok := r.get(v, "Status", tree.String); ok && (status.Text == "DISABLED" || status.Text == "DISABLING") {
		return
	}
	key, ok := r.get(v, "KMSMasterKeyArn", tree.String)
	if !ok {
		return
	}
	t.KMSKey = key.Text
	r.warn(key, "Key of unknown owner", "The table is under a key in KMS, and the description does not say whether that is AWS's own for DynamoDB or one that you manage, which roles need the right to use. If aws kms describe-key prints KeyManager: CUSTOMER, uncomment keys in the spec, and the table's encryption.")
}

// timeToLive reads describe-time-to-live.
func (r *reader) timeToLive(t *Table, v *tree.Node) {
	switch status := r.demand(v, "TimeToLiveStatus", tree.String); status.Text {
	case "ENABLED", "ENABLING":
		t.TimeToLive = r.demand(v, "AttributeName", tree.String).Text
	}
}

// recovery reads describe-continuous-backups.
func (r *reader) recovery(t *Table, v *tree.Node) {
	p, ok := r.get(v, "PointInTimeRecoveryDescription", tree.Object)
	if !ok {
		return
	}
	t.Recovery = Recovery{Known: true, On: r.demand(p, "PointInTimeRecoveryStatus", tree.String).Text == "ENABLED", Days: r.whole(p, "RecoveryPeriodInDays")}
}

// missing stands for a value that is not there, or not what it must be, which was reported.
var missing = &tree.Node{}

// get returns a member of an object. One that is null is as good as none.
func (r *reader) get(v *tree.Node, name string, want tree.Kind) (*tree.Node, bool) {
	m := v.Get(name)
	if m == nil || m.Kind == tree.Null {
		return missing, false
	}
	return m, r.is(m, want)
}

// demand returns a member that must be there. Of what was missing itself nothing is demanded.
func (r *reader) demand(v *tree.Node, name string, want tree.Kind) *tree.Node {
	if v == missing || !r.is(v, tree.Object) {
		return missing
	}
	m := v.Get(name)
	if m == nil {
		r.wrong(v, "Incomplete description", "%s is missing here. Give the output of the AWS CLI as it is.", name)
		return missing
	}
	if !r.is(m, want) {
		return missing
	}
	return m
}

// list returns the items of an array; none if there is no array.
func (r *reader) list(v *tree.Node, name string) []*tree.Node {
	m, _ := r.get(v, name, tree.List)
	return m.Items
}

func (r *reader) is(v *tree.Node, want tree.Kind) bool {
	if v.Kind == want {
		return true
	}
	r.wrong(v, "Wrong type", "This must be %s, and it is %s. Give the output of the AWS CLI as it is.", want, v.Kind)
	return false
}
