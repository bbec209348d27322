package iam

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file turns a grant into statements. The actions are first sorted into lanes, which are the actions that share every
// condition but the one on rows; then each lane is written for the table, and for the indexes by the rows they hold.

// lane is the actions of a grant that differ in no condition.
type lane struct {
	operations    []operation
	inTransaction bool
	columns       columnUse
}

// lanes are the lanes of a grant that have actions, in the order that reads best.
func lanes(g *model.Grant) []lane {
	var out []lane
	operations := operationsOf(g.Actions)
	for _, use := range []columnUse{allColumns, readColumns, writeColumns} {
		for _, inTransaction := range []bool{false, true} {
			l := lane{inTransaction: inTransaction, columns: use}
			for _, o := range operations {
				if actual, fits := laneOf(g, o); fits && actual == use && o.inTransaction == inTransaction {
					l.operations = append(l.operations, o)
				}
			}
			if l.operations != nil {
				out = append(out, l)
			}
		}
	}
	return out
}

// laneOf is how an action uses the columns of a grant, and false for an action that reaches no item (see description) or
// that the conditions of the grant cannot hold (see impossible).
func laneOf(g *model.Grant, o operation) (columnUse, bool) {
	if o.Class == catalog.ClassDescribe || unconfined(g, o) != "" {
		return allColumns, false
	}
	if g.Attributes == nil {
		return allColumns, true
	}
	return columnUseOf(o)
}

func (h holder) grants() []policy.Statement {
	var out []policy.Statement
	for _, g := range h.role.Grants {
		for _, l := range lanes(g) {
			out = append(out, h.onTable(g, l))
			out = append(out, h.onIndexes(g, l)...)
		}
		out = append(out, h.description(g)...)
	}
	return out
}

// onTable grants a lane on the table itself.
func (h holder) onTable(g *model.Grant, l lane) policy.Statement {
	return policy.Statement{
		Sid:       grantSid(g, l, g.Table.Name),
		Effect:    policy.Allow,
		Action:    l.actions(),
		Resource:  []string{h.e.TableARN(g.Table)},
		Condition: append(h.rowsOfTable(g), l.conditions(g)...),
	}
}

// onIndexes grants a lane on the grant's indexes: one statement for those whose rows are told by the same condition.
func (h holder) onIndexes(g *model.Grant, l lane) []policy.Statement {
	l.operations = slices.DeleteFunc(slices.Clone(l.operations), func(o operation) bool { return !o.Has(catalog.TakesIndex) })
	if len(l.operations) == 0 {
		return nil
	}
	var out []policy.Statement
	for _, group := range h.byRows(g) {
		names := []string{g.Table.Name, "indexes"}
		if len(group.indexes) == 1 {
			names[1] = group.indexes[0].Name
		}
		s := policy.Statement{
			Sid:       grantSid(g, l, names...),
			Effect:    policy.Allow,
			Action:    l.actions(),
			Condition: append(slices.Clone(group.rows), l.conditions(g)...),
		}
		for _, i := range group.indexes {
			s.Resource = append(s.Resource, h.e.IndexARN(i))
		}
		out = append(out, s)
	}
	return out
}

// indexGroup is indexes whose rows are told by the same condition.
type indexGroup struct {
	indexes []*model.Index
	rows    []policy.Condition
}

func (h holder) byRows(g *model.Grant) []indexGroup {
	var groups []indexGroup
	for _, i := range g.Indexes {
		if !reachable(g, i) {
			continue
		}
		rows := h.rowsOfIndex(g, i)
		at := slices.IndexFunc(groups, func(group indexGroup) bool { return slices.EqualFunc(group.rows, rows, sameCondition) })
		if at < 0 {
			groups = append(groups, indexGroup{rows: rows})
			at = len(groups) - 1
		}
		groups[at].indexes = append(groups[at].indexes, i)
	}
	return groups
}

func sameCondition(a, b policy.Condition) bool {
	return a.Operator == b.Operator && a.Key == b.Key && slices.Equal(a.Values, b.Values)
}

// description grants what tells of the table and not of its items. Its requests name no row and no column, so a condition
// on either would refuse it.
func (h holder) description(g *model.Grant) []policy.Statement {
	var actions []string
	for _, o := range operationsOf(g.Actions) {
		if o.Class == catalog.ClassDescribe {
			actions = append(actions, o.Action())
		}
	}
	if actions == nil {
		return nil
	}
	return []policy.Statement{{
		Sid:      sid(g.Table.Name, "describe"),
		Effect:   policy.Allow,
		Action:   actions,
		Resource: []string{h.e.TableARN(g.Table)},
	}}
}

// grantRefusals are what the role's grants must never be used for.
func (h holder) grantRefusals() []policy.Statement {
	var out []policy.Statement
	for _, g := range h.role.Grants {
		out = append(out, h.transactionRefusal(g)...)
		out = append(out, scanRefusal(g.Table.Name, g.Actions, h.granted(g))...)
	}
	return out
}

// granted are the ARNs of everything a grant names: its table and its indexes.
func (h holder) granted(g *model.Grant) []string {
	arns := []string{h.e.TableARN(g.Table)}
	for _, i := range g.Indexes {
		arns = append(arns, h.e.IndexARN(i))
	}
	return arns
}

func (l lane) actions() []string {
	var actions []string
	for _, o := range l.operations {
		actions = append(actions, o.Action())
	}
	return actions
}

// conditions are the conditions of a lane beside those on rows.
func (l lane) conditions(g *model.Grant) []policy.Condition {
	conditions := columns(g, l.columns)
	if l.inTransaction {
		conditions = append(conditions, inTransaction())
	}
	return conditions
}
