package iam

import (
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// operation is an action of a grant with what the catalog knows of it.
type operation struct {
	catalog.Operation
	inTransaction bool // granted only inside a transaction
}

// operationsOf looks actions up, in their order. The actions of a model were all looked up before.
func operationsOf(actions []model.Action) []operation {
	out := make([]operation, len(actions))
	for i, a := range actions {
		o, known := catalog.OperationByName(a.Name)
		if !known || !o.IsAction() {
			panic("iam: no action " + a.Name)
		}
		out[i] = operation{o, a.OnlyInTransaction}
	}
	return out
}

func dynamodb(action string) string { return "dynamodb:" + action }
