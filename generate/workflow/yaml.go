package workflow

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// This file makes YAML. Text of the spec goes through text or literal and nothing else, so that it is quoted for YAML and
// means itself to GitHub; plain and script take source code, which is only ever this package's own.

// pair is an element of a mapping.
type pair struct {
	key     string
	value   *yaml.Node
	comment []string // above it
}

func mapping(pairs ...pair) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, p := range pairs {
		key := plain(p.key)
		key.HeadComment = comment(p.comment)
		n.Content = append(n.Content, key, p.value)
	}
	return n
}

// sections is a mapping with an empty line between its elements.
func sections(pairs ...pair) *yaml.Node {
	n := mapping(pairs...)
	for i := 2; i < len(n.Content); i += 2 {
		n.Content[i].HeadComment = "\n" + n.Content[i].HeadComment
	}
	return n
}

func comment(lines []string) string {
	var out []string
	for _, line := range lines {
		out = append(out, strings.TrimSuffix("# "+line, " "))
	}
	return strings.Join(out, "\n")
}

func sequence(items ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Content: items}
}

// plain is a word of this package's own.
func plain(word string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: word} }

// script is a program for the shell. It holds no expression and no text of the spec.
func script(lines ...string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: strings.Join(lines, "\n") + "\n", Style: yaml.LiteralStyle}
	if len(lines) == 1 {
		n.Value, n.Style = lines[0], 0
	}
	return n
}

// literal is a quoted string, for the few places that GitHub reads without expressions.
func literal(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Style: yaml.DoubleQuotedStyle}
}

// text is a quoted string that means itself where GitHub looks for expressions: what would begin one is the value of an
// expression instead (GitHub documentation, "Evaluate expressions in workflows and actions").
func text(s string) *yaml.Node {
	return literal(strings.ReplaceAll(s, "${{", expression(quote("${{"))))
}

// expression is source code that GitHub evaluates.
func expression(source string) string { return "${{ " + source + " }}" }

// quote is a string inside an expression, where the end of the expression is not looked for.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// indentOnly is a line of spaces, which the encoder leaves between a script and a comment. No string of more than one line
// but a script is written over several lines.
var indentOnly = regexp.MustCompile(`(?m)^ +$`)

// encode writes a document. Lines are not broken: a broken string would be hard to find again.
func encode(n *yaml.Node) []byte {
	out, err := yaml.Dump(n, yaml.WithV4Defaults(), yaml.WithCompactSeqIndent(false), yaml.WithLineWidth(-1), yaml.WithQuotePreference(yaml.QuoteDouble))
	if err != nil {
		panic("workflow: " + err.Error()) // of nodes that are made above
	}
	return indentOnly.ReplaceAll(out, nil)
}
