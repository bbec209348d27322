package tfhcl

import (
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/ddbgen/ddbgen/internal/tree"
)

// text is values as one text.
func (m *module) text(parts []*tree.Node, at hcl.Range) *tree.Node {
	out := literal("", at)
	var b strings.Builder
	for _, p := range parts {
		text := p.Text
		switch {
		case p.Tag == asText:
			if !m.charge(p) {
				return somewhere("too-large", "a text that grows too large", at)
			}
			text = string(p.JSON())
			out.Unknown = union(out.Unknown, p.Unresolved())
		case p.Kind == tree.List || p.Kind == tree.Object || p.Kind == tree.Null:
			return somewhere("not-a-text", "a value that is no text", p.Range)
		}
		out.Unknown = union(out.Unknown, p.Unknown)
		if m.spent += len(text); b.Len()+len(text) > maxText || m.spent > m.budget {
			return somewhere("too-large", "a text that grows too large", at)
		}
		b.WriteString(text)
	}
	out.Text = b.String()
	if out.Unknown != nil {
		for _, p := range parts {
			if m.charge(p) {
				m.remember(p)
			}
		}
	}
	return out
}

// remember keeps what the names in braces stand for, so that they are known again in a longer text.
func (m *module) remember(n *tree.Node) {
	if isUnknown(n) {
		m.symbols[n.Text] = n.Unknown[0]
	}
	for _, i := range n.Items {
		m.remember(i)
	}
	for _, member := range n.Members {
		m.remember(member.Value)
	}
}

// recall finds the names in braces that a text holds.
func (m *module) recall(n *tree.Node) {
	rest := n.Text
	for {
		begin := strings.Index(rest, "{")
		if begin < 0 {
			return
		}
		end := strings.Index(rest[begin:], "}")
		if end < 0 {
			return
		}
		if what := m.symbols[rest[begin:begin+end+1]]; what != "" {
			n.Unknown = union(n.Unknown, []string{what})
		}
		rest = rest[begin+1:]
	}
}

// template is a text with values in it. If it is the JSON of a policy, the statements have the places of their own lines.
func (m *module) template(parts []hclsyntax.Expression, f *frame, at hcl.Range) *tree.Node {
	var all []*tree.Node
	var lines []int // of the file, by line of the text
	for _, p := range parts {
		v := m.eval(p, f)
		t := m.text([]*tree.Node{v}, p.Range())
		all = append(all, v)
		line := p.Range().Start.Line
		if lines == nil {
			lines = append(lines, line)
		}
		_, written := p.(*hclsyntax.LiteralValueExpr)
		for range strings.Count(t.Text, "\n") {
			if written {
				line++
			}
			lines = append(lines, line)
		}
	}
	text := m.text(all, at)
	if at.End.Line == at.Start.Line {
		return text
	}
	if n := m.document(text, func(line int) int { return lines[min(max(line-1, 0), len(lines)-1)] }); n != nil {
		return n
	}
	return text
}

// document is the policy that a text is, with places in the file where the text was written; nil if it is none.
func (m *module) document(text *tree.Node, lineOf func(int) int) *tree.Node {
	if !strings.HasPrefix(strings.TrimSpace(text.Text), "{") || !strings.Contains(text.Text, `"Statement"`) {
		return nil
	}
	values, ds := tree.ParseJSON(text.Range.Filename, []byte(text.Text))
	if len(ds) > 0 || len(values) != 1 || values[0].Kind != tree.Object {
		return nil
	}
	if m.spent += len(text.Text); m.spent > m.budget {
		return nil
	}
	starts := m.lineStarts(text.Range.Filename)
	move := func(p hcl.Pos) hcl.Pos {
		line := lineOf(p.Line)
		start := 0
		if line-1 < len(starts) && line > 0 {
			start = starts[line-1]
		}
		return hcl.Pos{Line: line, Column: p.Column, Byte: start + p.Column - 1}
	}
	m.settle(values[0], text.Unknown != nil, move)
	values[0].Tag = asText
	return values[0]
}

// settle gives the parts of a parsed text their places in the file.
func (m *module) settle(n *tree.Node, partly bool, move func(hcl.Pos) hcl.Pos) {
	n.Range.Start, n.Range.End = move(n.Range.Start), move(n.Range.End)
	if n.Kind == tree.String && partly {
		m.recall(n)
	}
	for _, i := range n.Items {
		m.settle(i, partly, move)
	}
	for i := range n.Members {
		r := &n.Members[i].Range
		r.Start, r.End = move(r.Start), move(r.End)
		m.settle(n.Members[i].Value, partly, move)
	}
}

// lineStarts are the bytes at which the lines of a file begin.
func (r *reader) lineStarts(file string) []int {
	if starts := r.starts[file]; starts != nil {
		return starts
	}
	starts := []int{0}
	for i, c := range r.inv.Files[file] {
		if c == '\n' {
			starts = append(starts, i+1)
		}
	}
	r.starts[file] = starts
	return starts
}

// sorted are the attributes of a body in the order in which they are written.
func sorted(attributes hclsyntax.Attributes) []*hclsyntax.Attribute {
	var out []*hclsyntax.Attribute
	for _, a := range attributes {
		out = append(out, a)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].SrcRange.Start.Byte < out[j].SrcRange.Start.Byte })
	return out
}
