package inventory

import "github.com/ddbgen/ddbgen/internal/tree"

// Worst brings together the statements that a document has in several cases, of which nobody says which one it is: what allows
// if it comes in one case, what denies only if it comes in each. The second result says that something which denies was left
// out.
func Worst(cases [][]*tree.Node) ([]*tree.Node, bool) {
	if len(cases) == 1 {
		return cases[0], false
	}
	count := map[string]int{}
	for _, c := range cases {
		inCase := map[string]bool{}
		for _, s := range c {
			if text := string(s.JSON()); !inCase[text] {
				inCase[text] = true
				count[text]++
			}
		}
	}
	var out []*tree.Node
	left := false
	for _, c := range cases {
		for _, s := range c {
			text := string(s.JSON())
			switch {
			case count[text] == 0: // taken already
			case count[text] == len(cases) || !Denies(s):
				out = append(out, s)
			default:
				left = true
			}
			count[text] = 0
		}
	}
	return out, left
}

// Denies reports whether a node is a statement that denies.
func Denies(statement *tree.Node) bool { return statement.Get("Effect").String() == "Deny" }

// WithoutDenials is a document without what it denies, for one that may not be there as a whole; nil if nothing else is in it.
func WithoutDenials(document *tree.Node) *tree.Node {
	if document == nil || document.Kind != tree.Object {
		return document
	}
	var out []*tree.Node
	for _, s := range document.Get("Statement").Each() {
		if !Denies(s) {
			out = append(out, s)
		}
	}
	return WithStatements(document, out)
}

// WithStatements is a document with other statements; nil if there are none, because AWS has no such document.
func WithStatements(document *tree.Node, statements []*tree.Node) *tree.Node {
	if len(statements) == 0 {
		return nil
	}
	out := *document
	out.Members = nil
	for _, m := range document.Members {
		if m.Name == "Statement" {
			m.Value = &tree.Node{Kind: tree.List, Items: statements, Range: m.Value.Range}
		}
		out.Members = append(out.Members, m)
	}
	return &out
}
