package source

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A YAML node knows where it begins and not where it ends, so the end is found again in the text, always on the line
// where the node begins: a marker in a message is one line anyway.

// extent returns the offsets of a node's text.
func (f *File) extent(n *yaml.Node) (from, to int) {
	from = f.lines.offset(n.Line, n.Column)
	l := f.lines.line(from)
	rest := f.Bytes[from:l.end]
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "" || n.Style&yaml.TaggedStyle != 0:
		return from, from + word(rest)
	case n.Kind == yaml.ScalarNode:
		return from, from + scalar(n, rest)
	case n.Style&yaml.FlowStyle != 0:
		return from, f.flowEnd(n, from, l)
	case n.Kind == yaml.MappingNode && len(n.Content) > 0:
		return f.extent(n.Content[0])
	default:
		return from, from + min(1, len(rest))
	}
}

// word returns the length of the text up to the next blank: an alias, an anchor, a tag, a block scalar's header.
func word(rest []byte) int {
	if i := bytes.IndexAny(rest, " \t,]}"); i >= 0 {
		return i
	}
	return len(rest)
}

func scalar(n *yaml.Node, rest []byte) int {
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return doubleQuoted(rest)
	case n.Style&yaml.SingleQuotedStyle != 0:
		return singleQuoted(rest)
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return word(rest)
	default:
		return commonPrefix(n.Value, rest)
	}
}

func doubleQuoted(rest []byte) int {
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return trimmed(rest)
}

func singleQuoted(rest []byte) int {
	for i := 1; i < len(rest); i++ {
		if rest[i] != '\'' {
			continue
		}
		if i+1 == len(rest) || rest[i+1] != '\'' {
			return i + 1
		}
		i++
	}
	return trimmed(rest)
}

// commonPrefix returns how far the text spells a plain scalar: all of it, or its first line where it is folded.
func commonPrefix(value string, rest []byte) int {
	n := 0
	for n < len(value) && n < len(rest) && value[n] == rest[n] {
		n++
	}
	return trimmed(rest[:n])
}

// trimmed returns the length of the text without blanks at its end.
func trimmed(text []byte) int { return len(bytes.TrimRight(text, " \t")) }

// flowEnd returns where a flow collection closes, or where its first line ends.
func (f *File) flowEnd(n *yaml.Node, from int, l line) int {
	at := from + 1
	if len(n.Content) > 0 {
		if _, at = f.extent(n.Content[len(n.Content)-1]); at > l.end {
			return from + trimmed(f.Bytes[from:l.end])
		}
	}
	for ; at < l.end; at++ {
		if c := f.Bytes[at]; c == '}' || c == ']' {
			return at + 1
		} else if !strings.ContainsRune(" \t,:", rune(c)) {
			break
		}
	}
	return from + trimmed(f.Bytes[from:l.end])
}
