package prove

import (
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

// compare is where a document and what the spec means differ: at most one request of each kind.
func compare(document, spec meaning) []difference {
	var out []difference
	documentAllows, specAllows := document.allowed(), spec.allowed()
	for _, side := range []struct {
		kind differenceKind
		a, b []box
	}{
		{allowsMore, documentAllows, specAllows},
		{allowsLess, specAllows, documentAllows},
		{deniesMore, document.denies, spec.denies},
		{deniesLess, spec.denies, document.denies},
	} {
		if rest := minus(side.a, side.b); len(rest) > 0 {
			out = append(out, difference{side.kind, best(rest)})
		}
	}
	return out
}

// best is the box whose example tells most: one with an action that exists.
func best(boxes []box) box {
	for _, b := range boxes {
		for _, o := range catalog.Operations() {
			if action := lower(o.Action()); o.IsAction() && b.action.Contains(action) {
				b.action = automata.Literal(action)
				return b
			}
		}
	}
	return boxes[0]
}
