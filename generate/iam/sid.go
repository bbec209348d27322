package iam

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file names statements. The names are words a person reads: what is reached, whose rows, what is done to it.

func sid(names ...string) string { return artifact.Pascal(names...) }

// grantSid names a statement of a grant: LedgerOwnTenantRead, LedgerByStatusOwnTenantQuery.
func grantSid(g *model.Grant, l lane, reached ...string) string {
	names := append(reached, whose(g), verb(l.operations))
	if l.columns != allColumns {
		names = append(names, "columns")
	}
	if l.inTransaction {
		names = append(names, "in", "transactions")
	}
	return sid(names...)
}

// whose is the part of a name that tells the rows; nothing for a table that belongs to no tenants.
func whose(g *model.Grant) string {
	switch {
	case g.Rows.Kind == model.OwnRows:
		return "own_tenant"
	case g.Rows.Kind == model.NamedRows:
		return "named_keys"
	case g.Table.TenantKeyed():
		return "any_tenant"
	}
	return ""
}

// verb sums up operations in a word or two. One operation is called by its own name where that is short.
func verb(operations []operation) string {
	if len(operations) == 1 && slices.Contains([]string{"Query", "Scan"}, operations[0].Name) {
		return operations[0].Name
	}
	reads, writes, checks := false, false, false
	for _, o := range operations {
		switch {
		case o.Name == "ConditionCheckItem":
			checks = true
		case o.Has(catalog.ChangesItems):
			writes = true
		default:
			reads = true
		}
	}
	word := ""
	for _, part := range []struct {
		is   bool
		word string
	}{{reads, "Read"}, {writes, "Write"}, {checks, "Check"}} {
		if part.is {
			word += part.word
		}
	}
	return word
}

// nameUniquely numbers the names that occur twice, because a Sid is unique within a policy, and here within a role, so
// that a finding about a statement needs no file name.
func nameUniquely(statements []policy.Statement) {
	sids := artifact.Sids{}
	for i := range statements {
		statements[i].Sid = sids.Unique(statements[i].Sid)
	}
}
