package prove

import (
	"slices"
	"sync"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
)

// difference is a request on which a document and the spec disagree.
type difference struct {
	kind    differenceKind
	request box
}

// differenceKind says in what they disagree.
type differenceKind int

const (
	allowsMore differenceKind = iota // the document allows it, the spec does not
	allowsLess                       // the spec allows it, the document does not
	deniesMore                       // the document denies it, the spec does not
	deniesLess                       // the spec denies it, the document does not
)

// compare is where a document and what the spec means differ, both settled: at most one request of each kind.
func compare(document, spec meaning) []difference {
	var out []difference
	for _, side := range []struct {
		kind differenceKind
		a, b []box
	}{
		{allowsMore, document.allows, spec.allows},
		{allowsLess, spec.allows, document.allows},
		{deniesMore, document.denies, spec.denies},
		{deniesLess, spec.denies, document.denies},
	} {
		if rest := minus(side.a, side.b); len(rest) > 0 {
			out = append(out, difference{side.kind, best(rest)})
		}
	}
	return out
}

// best is the box whose example tells most: one with an action that exists, of DynamoDB if there is one.
func best(boxes []box) box {
	actions := actionsOfDynamoDB()
	for _, b := range boxes {
		if i := slices.IndexFunc(actions, b.action.Contains); i >= 0 {
			b.action = automata.Literal(actions[i])
			return b
		}
	}
	for _, b := range boxes {
		if action, known := shortestKnown(b.action); known {
			b.action = automata.Literal(action)
			return b
		}
	}
	return boxes[0]
}

// shortestKnown is a shortest action that exists of a set; false if there is none.
func shortestKnown(actions automata.Set) (string, bool) {
	if action, _ := actions.Shortest(); knownActions().Contains(action) {
		return action, true
	}
	return actions.Intersect(knownActions()).Shortest()
}

// actionsOfDynamoDB are its actions in lower case, in the order of the catalog.
var actionsOfDynamoDB = sync.OnceValue(func() []string {
	var out []string
	for _, o := range catalog.Operations() {
		if o.IsAction() {
			out = append(out, lower(o.Action()))
		}
	}
	return out
})
