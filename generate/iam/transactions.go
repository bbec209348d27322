package iam

import (
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file knows transactions. TransactGetItems and TransactWriteItems are no IAM actions: each member is authorised as
// the item operation it is, and dynamodb:EnclosingOperation says what encloses it (DynamoDB developer guide,
// transaction-apis-iam). Outside a transaction the key is missing, and ForAnyValue is false.

func inTransaction() policy.Condition { return inside("TransactGetItems", "TransactWriteItems") }

func inside(operations ...string) policy.Condition {
	return policy.Condition{Operator: "ForAnyValue:StringEquals", Key: enclosingOperation, Values: operations}
}

// transactionRefusal denies transactions to a grant that is meant to act on single items only. A transaction of PartiQL
// statements is enclosed by ExecuteTransaction.
func (h holder) transactionRefusal(g *model.Grant) []policy.Statement {
	if !g.NoTransactions {
		return nil
	}
	var items, partiQL []string
	for _, o := range operationsOf(g.Actions) {
		switch {
		case o.Class == catalog.ClassPartiQL:
			partiQL = append(partiQL, o.Action())
		case o.Has(catalog.CarriesEnclosing):
			items = append(items, o.Action())
		}
	}
	out := refusal(sid("deny", g.Table.Name, "transactions"), items, []string{h.e.TableARN(g.Table)}, inTransaction())
	return append(out, refusal(sid("deny", g.Table.Name, "PartiQLTransactions"), partiQL, h.granted(g), inside("ExecuteTransaction"))...)
}

// refusal denies actions on resources under a condition; nothing if there are no actions.
func refusal(sid string, actions, resources []string, condition policy.Condition) []policy.Statement {
	if len(actions) == 0 {
		return nil
	}
	return []policy.Statement{{
		Sid: sid, Effect: policy.Deny, Action: actions, Resource: resources, Condition: []policy.Condition{condition},
	}}
}
