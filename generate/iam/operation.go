package iam

import (
	"slices"

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
	catalogued := catalog.Operations()
	out := make([]operation, len(actions))
	for i, a := range actions {
		at := slices.IndexFunc(catalogued, func(o catalog.Operation) bool { return o.Name == a.Name })
		if at < 0 || !catalogued[at].IsAction() {
			panic("iam: no action " + a.Name)
		}
		out[i] = operation{catalogued[at], a.OnlyInTransaction}
	}
	return out
}

func dynamodb(action string) string { return "dynamodb:" + action }
