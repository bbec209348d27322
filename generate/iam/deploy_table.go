package iam

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/calls"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file lets tables be made and kept: their settings, never their items. UpdateTable is one action for all settings, so
// whoever may add an index may also turn deletion protection off (Service Authorization Reference, DynamoDB: the action has
// no condition key that tells them apart). What is withheld is DeleteTable.

func (h holder) tableDeployment() []policy.Statement {
	table, guard := calls.Of("aws_dynamodb_table").On("table"), calls.Of("aws_dynamodb_resource_policy")
	recoverable, deletable := h.tablesThat(made, recovers), []string(nil)
	if h.role.May(model.ChangeRecovery) {
		recoverable = h.tablesThat(made)
	}
	if h.role.May(model.DeleteTables) {
		deletable = h.tablesThat(made)
	}
	return slices.Concat(
		h.allow("Tables", append(table.With("tags").In(whileKept), guard...), h.tablesThat(made)),
		h.allow("TableExpiry", table.For("ttl"), h.tablesThat(made, expires)),
		h.allow("TableRecovery", table.For("point_in_time_recovery"), recoverable),
		h.allow("TableDeletion", table.OnlyIn(catalog.DeletePhase), deletable),
		h.allow("ExistingTables", calls.Of("data aws_dynamodb_table"), h.tablesThat(exists)),
		h.allow("ExistingTablePolicies", guard, h.tablesThat(exists, h.m.Policied)),
	)
}

// tablesThat are the ARNs of the tables of which all of this is true.
func (h holder) tablesThat(are ...func(*model.Table) bool) []string {
	var arns []string
	for _, t := range h.m.Tables {
		if !slices.ContainsFunc(are, func(is func(*model.Table) bool) bool { return !is(t) }) {
			arns = append(arns, h.e.TableARN(t))
		}
	}
	return arns
}

func made(t *model.Table) bool     { return !t.Existing }
func exists(t *model.Table) bool   { return t.Existing }
func expires(t *model.Table) bool  { return t.TimeToLive != "" }
func recovers(t *model.Table) bool { return t.PointInTimeDays > 0 }
