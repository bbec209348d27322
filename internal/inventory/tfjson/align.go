package tfjson

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/tree"
)

// This file finds the block of the configuration that a statement was made of. Dynamic blocks are not in the configuration of a
// plan, and their statements stand between those of the others.

// aligned is the block of each statement; nil for one of which it cannot be told. The blocks are in the order of the statements,
// so a block whose first place and whose last place are the same has no other.
func aligned(statements, blocks []*tree.Node) []*tree.Node {
	out := make([]*tree.Node, len(statements))
	if len(blocks) == len(statements) {
		copy(out, blocks)
		return out
	}
	first, last := make([]int, len(blocks)), make([]int, len(blocks))
	at := 0
	for i, block := range blocks {
		for at < len(statements) && !madeOf(statements[at], block) {
			at++
		}
		if at == len(statements) {
			return out
		}
		first[i] = at
		at++
	}
	at = len(statements) - 1
	for i, block := range slices.Backward(blocks) {
		for !madeOf(statements[at], block) {
			at-- // not below zero: there is a place for each
		}
		last[i] = at
		at--
	}
	for i, block := range blocks {
		if first[i] == last[i] {
			out[first[i]] = block
		}
	}
	return out
}

// madeOf reports whether a statement may be made of a block: where that has constants, the statement has the same.
func madeOf(statement, block *tree.Node) bool {
	for _, name := range []string{"sid", "effect", "actions", "not_actions", "resources", "not_resources"} {
		value, expression := texts(statement.Get(name)), block.Get(name)
		constant := expression.Get("constant_value")
		switch {
		case expression == nil && len(value) > 0:
			return false
		case constant != nil && !slices.Equal(value, texts(constant)):
			return false
		}
	}
	return true
}

// texts are the texts of a set, sorted; one that is not known is an empty one.
func texts(n *tree.Node) []string {
	if n == nil || n.Kind == tree.Null {
		return nil
	}
	var out []string
	for _, i := range n.Each() {
		out = append(out, i.String())
	}
	slices.Sort(out)
	return slices.Compact(out)
}
