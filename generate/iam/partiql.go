package iam

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// scanRefusal denies PartiQL statements that read a whole table. A SELECT without an equality on the partition key is a
// scan, and it is authorised by PartiQLSelect, not by Scan: to withhold Scan is not enough (DynamoDB developer guide,
// ql-iam).
func scanRefusal(name string, actions []model.Action, resources []string) []policy.Statement {
	if !slices.ContainsFunc(actions, func(a model.Action) bool { return a.Name == "PartiQLSelect" }) {
		return nil
	}
	scan := policy.Condition{Operator: "Bool", Key: fullTableScan, Values: []string{"true"}}
	return refusal(sid("deny", name, "full_scan"), []string{dynamodb("PartiQLSelect")}, resources, scan)
}
