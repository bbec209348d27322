package describe

import (
	"fmt"
	"strings"

	"github.com/ddbgen/ddbgen/spec"
)

// Spec is a spec to begin with, of tables that exist.
type Spec struct {
	Name, Account, Region string
	Tables                []*Table
	Managed               bool // Terraform shall manage the tables; else only their resource policies
}

// Text is the spec as a file. A line that begins with # and no space is a setting to fill in and uncomment.
func (s Spec) Text() []byte {
	w := &writer{keyNames: map[string]string{}}
	tables := NewNames("table")
	var logical []string
	for _, t := range s.Tables {
		logical = append(logical, tables.Of(t.Name))
	}
	w.header(s, logical)
	w.keys(s.Tables, logical)
	w.Line(0, "tables:")
	var indexes [][]string
	for i, t := range s.Tables {
		indexes = append(indexes, w.table(logical[i], t, s.Managed))
	}
	w.roles(logical[0], indexes[0])
	return []byte(w.String())
}

// Lines is the text of a spec in the making. Texts from outside become part of a line only by spec.Scalar and %q, so none can
// end it.
type Lines struct{ strings.Builder }

// writer writes a spec of tables.
type writer struct {
	Lines
	keyNames map[string]string // of keys in KMS, by their ARN
}

// Line writes a line, indented to a depth.
func (w *Lines) Line(depth int, format string, args ...any) {
	w.WriteString(strings.Repeat("  ", depth) + fmt.Sprintf(format, args...) + "\n")
}

// Prose writes a comment, in lines of ordinary length.
func (w *Lines) Prose(depth int, format string, args ...any) {
	const width = 118
	begin := strings.Repeat("  ", depth) + "#"
	line := begin
	for _, word := range strings.Fields(fmt.Sprintf(format, args...)) {
		if line != begin && len(line)+len(word) >= width {
			w.WriteString(line + "\n")
			line = begin
		}
		line += " " + word
	}
	w.WriteString(line + "\n")
}

func (w *writer) header(s Spec, logical []string) {
	w.Line(0, "# yaml-language-server: $schema=./ddbgen.schema.json")
	w.Line(0, "#")
	w.Prose(0, "Written from what aws dynamodb describe-table printed. What that cannot say is left to you: who may do what, under roles at the end, and whether tenants share the tables, under tenancy.")
	w.Line(0, "#")
	if s.Managed {
		w.Prose(0, "Terraform shall manage the tables. Before the first apply, import each into its state, in generated/environments/production, and read what it plans:")
		w.Line(0, "#")
		for i, t := range s.Tables {
			w.Line(0, "#   terraform import module.tables.aws_dynamodb_table.%s %q", logical[i], t.Name)
		}
	} else {
		w.Prose(0, "The tables are made elsewhere. Of each, only the resource policy is written, which refuses plain HTTP from anybody. A policy that a table has already would be replaced, so look first: aws dynamodb get-resource-policy.")
	}
	w.Line(0, "#")
	w.Prose(0, "Lines that begin with # and no space are settings to fill in and uncomment.")
	w.Line(0, "version: 1")
	w.Line(0, "name: %s", spec.Scalar(s.Name))
	w.Line(0, "")
	w.Line(0, "environments:")
	w.Line(1, "production:")
	w.Line(2, "account: %q", s.Account)
	w.Line(2, "region: %s", spec.Scalar(s.Region))
	w.Line(0, "")
	w.Prose(0, "What tenant ids look like, and where the tenant of a request comes from. Each table that tenants share then says under tenant_keys what their partition keys look like. ddbgen init --template saas shows the roles for it.")
	w.Line(0, "#tenancy:")
	w.Line(1, `#id_pattern: "[a-z0-9]{8,32}"`)
	w.Line(1, "#identity: {session_tag: tenant_id}")
	w.Line(0, "")
}

// keys writes the keys in KMS that tables are under, each once, named after the first table.
func (w *writer) keys(tables []*Table, logical []string) {
	for i, t := range tables {
		if t.KMSKey == "" || w.keyNames[t.KMSKey] != "" {
			continue
		}
		if len(w.keyNames) == 0 {
			w.Prose(0, "Keys in KMS that tables are under. Those that you manage (KeyManager: CUSTOMER in what aws kms describe-key prints) belong here, and roles get the right to use them, for these tables and through DynamoDB only. Those of AWS do not.")
			w.Line(0, "#keys:")
		}
		w.keyNames[t.KMSKey] = logical[i]
		w.Line(1, "#%s: {existing: %s}", logical[i], spec.Scalar(t.KMSKey))
	}
	if len(w.keyNames) > 0 {
		w.Line(0, "")
	}
}

// table writes a table, and returns the logical names of its indexes.
func (w *writer) table(logical string, t *Table, managed bool) []string {
	w.Line(1, "%s:", logical)
	if logical != t.Name {
		w.Line(2, "name: %s", spec.Scalar(t.Name))
	}
	w.Head(t, managed)
	if t.PartitionKey.Type == "S" {
		w.Line(2, `#tenant_keys: ["TENANT#{tenant}"]`)
	}
	w.encryption(logical, t, managed)
	indexes := NewNames("index")
	all := append(
		w.indexes("global_indexes", t, t.GlobalIndexes, indexes, managed), w.indexes("local_indexes", t, t.LocalIndexes, indexes, managed)...)
	w.Settings(t, managed)
	return all
}

// Head writes the keys of a table, and what was left out of it.
func (w *Lines) Head(t *Table, managed bool) {
	for _, what := range t.LeftOut {
		w.Prose(2, "%s", what)
	}
	if !managed {
		w.Line(2, "existing: true")
	}
	w.Line(2, "partition_key: %s", attribute(t.PartitionKey))
	if t.SortKey != nil {
		w.Line(2, "sort_key: %s", attribute(*t.SortKey))
	}
}

// Settings writes the stream of a table, and what is not about keys: for a table that is made elsewhere, in a comment.
func (w *Lines) Settings(t *Table, managed bool) {
	if t.Stream != "" {
		w.Line(2, "stream: %s", t.Stream)
	}
	if managed {
		w.settings(t)
	} else if facts := t.facts(); len(facts) > 0 {
		w.Prose(2, "As described, and not changed here: %s.", strings.Join(facts, "; "))
	}
}

// encryption writes the key in KMS of a table as AWS's own, which takes no rights: whether it is one that the account manages
// is not described, and why one does so is the author's to say.
func (w *writer) encryption(logical string, t *Table, managed bool) {
	if t.KMSKey == "" {
		return
	}
	w.Prose(2, "If its key is one that you manage, see keys above:")
	own := fmt.Sprintf("encryption: {key: %s, because: [audit]}", w.keyNames[t.KMSKey])
	if managed {
		w.Line(2, "encryption: aws_managed # or %s", own)
	} else {
		w.Line(2, "#%s", own)
	}
}

func attribute(a Attribute) string {
	switch a.Type {
	case "S":
		return spec.Scalar(a.Name)
	case "N": // which is short for no in YAML 1.1, and is written plainly in specs all the same
		return fmt.Sprintf("{name: %s, type: N}", spec.Scalar(a.Name))
	}
	return fmt.Sprintf("{name: %s, type: %s}", spec.Scalar(a.Name), spec.Scalar(a.Type))
}

func (w *writer) indexes(key string, t *Table, indexes []Index, taken *Names, managed bool) []string {
	if len(indexes) > 0 {
		w.Line(2, "%s:", key)
	}
	var all []string
	for _, i := range indexes {
		logical := taken.Of(i.Name)
		all = append(all, logical)
		w.Index(logical, i, key == "global_indexes")
		w.indexCapacity(t, i, managed)
	}
	return all
}

// Index writes an index.
func (w *Lines) Index(logical string, i Index, global bool) {
	w.Line(3, "%s:", logical)
	if logical != i.Name {
		w.Line(4, "name: %s", spec.Scalar(i.Name))
	}
	if global {
		w.Line(4, "partition_key: %s", attribute(i.PartitionKey))
	}
	if i.SortKey != nil {
		w.Line(4, "sort_key: %s", attribute(*i.SortKey))
	}
	w.Line(4, "projection: %s", projection(i))
}

func (w *Lines) indexCapacity(t *Table, i Index, managed bool) {
	if c := i.Capacity; managed && c != nil && t.Capacity != nil && *c != *t.Capacity {
		w.Line(4, "capacity: {read: %d, write: %d}", c.Read, c.Write)
	}
}

func projection(i Index) string {
	if i.Projection != "" {
		return i.Projection
	}
	var attributes []string
	for _, a := range i.Attributes {
		attributes = append(attributes, spec.Scalar(a))
	}
	return "[" + strings.Join(attributes, ", ") + "]"
}

// settings writes what Terraform shall keep as it is. A protection that is off stays off only with a reason, which is the
// author's to give.
func (w *Lines) settings(t *Table) {
	if t.TimeToLive != "" {
		w.Line(2, "time_to_live: %s", spec.Scalar(t.TimeToLive))
	}
	switch r := t.Recovery; {
	case r.On && r.Days > 0:
		w.Line(2, "point_in_time_recovery: {days: %d}", r.Days)
	case r.Known && !r.On:
		w.Prose(2, "Point-in-time recovery was off, and is on unless there is a reason:")
		w.Line(2, `#point_in_time_recovery: {enabled: false, because: "…"}`)
	}
	if t.Protected != nil && !*t.Protected {
		w.Prose(2, "Deletion protection was off, and is on unless there is a reason:")
		w.Line(2, `#deletion_protection: {enabled: false, because: "…"}`)
	}
	if c := t.Capacity; c != nil {
		w.Prose(2, "Whether the capacity is scaled automatically, describe-table does not say; autoscale_to says so here.")
		w.Line(2, "billing: {read: %d, write: %d}", c.Read, c.Write)
	}
	if t.Class != "" {
		w.Prose(2, "The table class is %q, which is not a setting of a spec.", t.Class)
	}
}

// facts are the settings of a table, in words.
func (t *Table) facts() []string {
	var facts []string
	add := func(format string, args ...any) { facts = append(facts, fmt.Sprintf(format, args...)) }
	if t.OnDemand {
		add("billed on demand")
	} else if c := t.Capacity; c != nil {
		add("provisioned with %d read and %d write capacity units", c.Read, c.Write)
	}
	if t.TimeToLive != "" {
		add("time to live by %q", t.TimeToLive)
	}
	if t.Recovery.Known {
		add("point-in-time recovery %s", onOff(t.Recovery.On))
	}
	if t.Protected != nil {
		add("deletion protection %s", onOff(*t.Protected))
	}
	if t.Class != "" {
		add("table class %q", t.Class)
	}
	return facts
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// roles writes a role to fill in, with access to a table.
func (w *writer) roles(table string, indexes []string) {
	through := ""
	if len(indexes) > 0 {
		through = ", indexes: [" + strings.Join(indexes, ", ") + "]"
	}
	w.Line(0, "")
	w.Prose(0, "Who may do what with which table. What access does not list, a role cannot do; an index is granted by name. A role that exists already has existing: true and its name, with its path, in place of assumed_by.")
	w.Line(0, "#roles:")
	w.Line(1, "#app:")
	w.Line(2, "#kind: runtime")
	w.Line(2, "#assumed_by: {service: lambda}")
	w.Line(2, "#access:")
	w.Line(3, "#- {table: %s, operations: [read, write]%s}", table, through)
}
