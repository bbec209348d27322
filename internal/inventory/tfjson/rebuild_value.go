package tfjson

import (
	"fmt"
	"strings"

	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// This file makes the values, principals and conditions of a statement of a data source that was put off.

// values are texts, with names for those that are not known. In all of them &{…} stands for ${…}, which is Terraform's own.
func (b *rebuilder) values(after, unknown *tree.Node, where string) *tree.Node {
	out := &tree.Node{Kind: tree.List, Range: after.Place()}
	if isTrue(unknown) {
		out.Items = []*tree.Node{symbol(where, after)}
		return out
	}
	for i, n := range after.Each() {
		switch {
		case some(item(unknown, i)):
			out.Items = append(out.Items, symbol(fmt.Sprintf("%s.%d", where, i), n))
		case n.Kind != tree.Null:
			replaced := *n
			replaced.Text = strings.ReplaceAll(n.Text, "&{", "${")
			out.Items = append(out.Items, &replaced)
		}
	}
	return out
}

func (b *rebuilder) principals(blocks, unknown *tree.Node, where string) *tree.Node {
	if isTrue(unknown) {
		b.ok = false
	}
	if len(blocks.Each()) == 0 || blocks.Kind == tree.Null {
		return nil
	}
	out := &tree.Node{Kind: tree.Object, Range: blocks.Range}
	for i, p := range blocks.Each() {
		u := item(unknown, i)
		kind := b.known(p, u, "type").String()
		ids := b.values(p.Get("identifiers"), u.Get("identifiers"), fmt.Sprintf("%s.%d.identifiers", where, i))
		if kind == "*" && len(blocks.Each()) == 1 && len(ids.Items) == 1 && ids.Items[0].Text == "*" {
			return text("*", p)
		}
		merge(out, kind, ids)
	}
	return out
}

// conditions are the condition blocks. Those of one test and one variable are one, with the values of all.
func (b *rebuilder) conditions(blocks, unknown *tree.Node, where string) *tree.Node {
	if isTrue(unknown) {
		b.ok = false
	}
	if len(blocks.Each()) == 0 || blocks.Kind == tree.Null {
		return nil
	}
	out := &tree.Node{Kind: tree.Object, Range: blocks.Range}
	for i, c := range blocks.Each() {
		u := item(unknown, i)
		test, variable := b.known(c, u, "test").String(), b.known(c, u, "variable").String()
		operator := out.Get(test)
		if operator == nil {
			operator = &tree.Node{Kind: tree.Object, Range: c.Place()}
			put(out, test, operator)
		}
		merge(operator, variable, b.values(c.Get("values"), u.Get("values"), fmt.Sprintf("%s.%d.values", where, i)))
	}
	return out
}

// put sets a member of an object that has none of the name.
func put(n *tree.Node, name string, v *tree.Node) {
	n.Members = append(n.Members, tree.Member{Name: name, Range: v.Range, Value: v})
}

// merge adds values to those of a name.
func merge(n *tree.Node, name string, values *tree.Node) {
	if before := n.Get(name); before != nil {
		before.Items = append(before.Items, values.Items...)
		return
	}
	put(n, name, values)
}

// symbol is a name in braces for a value that is not known.
func symbol(where string, at *tree.Node) *tree.Node {
	n := text(inventory.Symbol(where), at)
	n.Unknown = []string{where}
	return n
}

func text(of string, at *tree.Node) *tree.Node {
	return &tree.Node{Kind: tree.String, Text: of, Range: at.Place()}
}

// item is what is unknown of an item of a list.
func item(unknown *tree.Node, i int) *tree.Node {
	if unknown == nil || i >= len(unknown.Items) {
		return nil
	}
	return unknown.Items[i]
}

// move puts a value, with all that is in it, at the place of another, in whose text it was.
func move(n, to *tree.Node) {
	n.Range = to.Range
	for _, i := range n.Items {
		move(i, to)
	}
	for i := range n.Members {
		n.Members[i].Range = to.Range
		move(n.Members[i].Value, to)
	}
}
