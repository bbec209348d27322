package endpoint

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
)

// namer names statements by the table they are about.
type namer struct {
	tables map[string]*model.Table // by physical name
	sids   artifact.Sids
}

func newNamer(m *model.Model, e *model.Environment) namer {
	n := namer{tables: map[string]*model.Table{}, sids: artifact.Sids{}}
	for _, t := range m.Tables {
		n.tables[e.TableName(t)] = t
	}
	return n
}

// sid is LedgerIndexes where all resources are indexes of one table, Ledger where they are parts of it, and Tables,
// Indexes and so on where they belong to several tables or to a pattern of names.
func (n namer) sid(p *passage) string {
	if len(p.conditions) > 0 {
		return n.sids.Unique("TaggedTables")
	}
	table, part := tableAndPart(p.resources[0])
	for _, resource := range p.resources[1:] {
		otherTable, otherPart := tableAndPart(resource)
		if otherTable != table {
			table = ""
		}
		if otherPart != part {
			part = ""
		}
	}
	if p.resources[0] == "*" {
		return n.sids.Unique("NoResource")
	}
	if t := n.tables[table]; t != nil {
		return n.sids.Unique(artifact.Pascal(t.Name) + plural(part))
	}
	if part != "" {
		return n.sids.Unique(plural(part))
	}
	return n.sids.Unique("Tables")
}

// plural is a word for what an ARN names below a table (Service Authorization Reference, DynamoDB, resource types).
func plural(part string) string {
	switch part {
	case "index":
		return "Indexes"
	case "stream":
		return "Streams"
	case "backup":
		return "Backups"
	case "export":
		return "Exports"
	}
	return ""
}

// tableAndPart are the table's name in an ARN, and what kind of part of the table it names.
func tableAndPart(arn string) (table, part string) {
	_, path, _ := strings.Cut(arn, ":table/")
	table, rest, _ := strings.Cut(path, "/")
	part, _, _ = strings.Cut(rest, "/")
	return table, part
}
