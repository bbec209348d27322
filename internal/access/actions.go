package access

import (
	"strings"
	"sync"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
)

// This file is sets of actions, in lower case.

// KnownActions are the actions that the catalog knows.
var KnownActions = sync.OnceValue(func() automata.Set { return ActionsWhere(func(catalog.Action) bool { return true }) })

// ActionsWhere is the set of the actions that satisfy want.
func ActionsWhere(want func(catalog.Action) bool) automata.Set {
	var names []string
	for _, s := range catalog.Load().Services() {
		for _, a := range s.Actions {
			if want(a) {
				names = append(names, strings.ToLower(a.Name))
			}
		}
	}
	return automata.Literals(names)
}

// actionsOfDynamoDB are its actions in lower case, in the order of the catalog.
var actionsOfDynamoDB = sync.OnceValue(func() []string {
	var out []string
	for _, o := range catalog.Operations() {
		if o.IsAction() {
			out = append(out, strings.ToLower(o.Action()))
		}
	}
	return out
})

// ItemsAndCopies is what reaches items, directly or by way of a stream, a copy or a backup.
var ItemsAndCopies = sync.OnceValue(func() automata.Set { return OperationsWhere(reachesItems) })

// reachesItems reports whether an operation reads or changes items, directly or by way of a stream, a copy or a backup.
func reachesItems(o catalog.Operation) bool {
	switch o.Class {
	case catalog.ClassItemRead, catalog.ClassItemWrite, catalog.ClassQuery, catalog.ClassScan, catalog.ClassPartiQL, catalog.ClassVector,
		catalog.ClassRestore:
		return true
	case catalog.ClassStream:
		return o.Name != "ListStreams"
	}
	return o.Name == "ExportTableToPointInTime" || o.Name == "ImportTable" || o.Name == "DeleteBackup"
}

// OperationsWhere is the set of the actions of DynamoDB that satisfy want.
func OperationsWhere(want func(catalog.Operation) bool) automata.Set {
	var names []string
	for _, o := range catalog.Operations() {
		if o.IsAction() && want(o) {
			names = append(names, strings.ToLower(o.Action()))
		}
	}
	return automata.Literals(names)
}

// ReadingActions are those that change nothing.
var ReadingActions = sync.OnceValue(func() automata.Set { return ActionsWhere(Reads) })

// catalogAction is an action in the case it is documented in.
func catalogAction(action string) (string, bool) {
	a, known := catalog.Load().Action(action)
	return a.Name, known
}

// spelled is an action in the case it is documented in.
func spelled(action string) string {
	if a, known := catalogAction(action); known {
		return a
	}
	return action
}

func Reads(a catalog.Action) bool { return a.Access == "Read" || a.Access == "List" }

// Actions are the actions of a service by their names, which blanks separate.
func Actions(service, names string) []string {
	out := strings.Fields(names)
	for i, name := range out {
		out[i] = service + ":" + name
	}
	return out
}
