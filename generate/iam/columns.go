package iam

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file says which columns a grant reaches. dynamodb:Attributes holds the attribute names that a request mentions,
// never those that a response carries, so by itself it holds back nobody who mentions none. Reads are therefore pinned to
// dynamodb:Select SPECIFIC_ATTRIBUTES, and writes to the dynamodb:ReturnValues that show no more than what was written
// (DynamoDB developer guide, specifying-conditions). Each action carries one of the two keys, so each kind has its own
// statements, where StringEquals can be used: IfExists would be true for the actions that lack the key.

// columnUse is what a statement does with the columns of a grant.
type columnUse int

const (
	allColumns columnUse = iota
	readColumns
	writeColumns
)

// columnUseOf is the kind of statement that an action needs in a grant of some columns, and false for an action that no
// condition holds to columns: one that replaces or removes an item whole.
func columnUseOf(o operation) (columnUse, bool) {
	switch {
	case !o.Has(catalog.CarriesAttributes) || o.Has(catalog.ReplacesItems):
		return allColumns, false
	case o.Has(catalog.CarriesSelect):
		return readColumns, true
	case o.Has(catalog.CarriesReturnValues):
		return writeColumns, true
	}
	return allColumns, false
}

// columns are the conditions that hold a statement to the columns of its grant.
func columns(g *model.Grant, use columnUse) []policy.Condition {
	named := everyValue(attributes, literals(g.Attributes)...)
	switch use {
	case allColumns:
		return nil
	case readColumns:
		return append(named, equals(selected, "SPECIFIC_ATTRIBUTES"))
	case writeColumns:
		return append(named, equals(returnValues, returnable(g)...))
	}
	panic("iam: unknown use of columns")
}

// returnable are the values of ReturnValues that show a grant nothing it may not read. UPDATED_NEW and UPDATED_OLD return
// the attributes that the request itself names; the ALL forms return the whole item.
func returnable(g *model.Grant) []string {
	if slices.ContainsFunc(operationsOf(g.Actions), func(o operation) bool { return o.Has(catalog.CarriesSelect) }) {
		return []string{"NONE", "UPDATED_NEW", "UPDATED_OLD"}
	}
	return []string{"NONE"}
}
