package access

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/automata"
)

// Difference is a request on which a document and the spec disagree.
type Difference struct {
	Kind    DifferenceKind
	Request Box
}

// DifferenceKind says in what they disagree.
type DifferenceKind int

// The kinds.
const (
	AllowsMore DifferenceKind = iota // the document allows it, the spec does not
	AllowsLess                       // the spec allows it, the document does not
	DeniesMore                       // the document denies it, the spec does not
	DeniesLess                       // the spec denies it, the document does not
)

// Compare is where a document and what the spec means differ, both settled: at most one request of each kind.
func Compare(document, spec Meaning) []Difference {
	var out []Difference
	for _, side := range []struct {
		kind DifferenceKind
		a, b []Box
	}{
		{AllowsMore, document.Allows, spec.Allows},
		{AllowsLess, spec.Allows, document.Allows},
		{DeniesMore, document.Denies, spec.Denies},
		{DeniesLess, spec.Denies, document.Denies},
	} {
		if rest := Minus(side.a, side.b); len(rest) > 0 {
			out = append(out, Difference{side.kind, Best(rest)})
		}
	}
	return out
}

// Best is the box whose example tells most: one with an action that exists, of DynamoDB if there is one.
func Best(boxes []Box) Box {
	actions := actionsOfDynamoDB()
	for _, b := range boxes {
		if i := slices.IndexFunc(actions, b.Action.Contains); i >= 0 {
			b.Action = automata.Literal(actions[i])
			return b
		}
	}
	for _, b := range boxes {
		if action, known := shortestKnown(b.Action); known {
			b.Action = automata.Literal(action)
			return b
		}
	}
	return boxes[0]
}

// shortestKnown is a shortest action that exists of a set; false if there is none.
func shortestKnown(actions automata.Set) (string, bool) {
	if action, _ := actions.Shortest(); KnownActions().Contains(action) {
		return action, true
	}
	return actions.Intersect(KnownActions()).Shortest()
}
