package tree

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/spec/source"
)

// maxNodes is how many values a file may stand for when its aliases are written out. A template of CloudFormation, which may
// be 1 MB long, has less.
const maxNodes = 1_000_000

// ParseYAML reads the documents of a YAML file, up to the first mistake. Aliases and merge keys stand for what they mean, at
// the place where that is written. What a plain scalar is follows YAML 1.2; what JSON has no number for, such as 0x1F or a
// date, is a string. A tag that is not one of YAML's own is kept.
func ParseYAML(file string, src []byte) ([]*Node, hcl.Diagnostics) {
	p := yamlParser{file: source.New(file, src), src: src, anchored: map[*yaml.Node]*built{}}
	all, err := p.all()
	if err == nil {
		return all, nil
	}
	at := p.file.Start()
	var found *yamlMistake
	if errors.As(err, &found) {
		at = p.file.Range(found.at)
		return all, hcl.Diagnostics{diag.Error(idFile, found.title, found.detail, at)}
	}
	var encoding *mistake
	if errors.As(err, &encoding) {
		places := places{file: file, src: src}
		return nil, hcl.Diagnostics{diag.Error(idFile, encoding.title, encoding.detail, places.within(encoding.from, encoding.to))}
	}
	var load *yaml.LoadError
	detail := "This is not YAML: " + err.Error() + "."
	if errors.As(err, &load) && load.Mark.Line > 0 {
		detail = "This is not YAML: " + load.Message + "."
		at = p.file.Range(&yaml.Node{Kind: yaml.SequenceNode, Line: load.Mark.Line, Column: load.Mark.Column})
	}
	return all, hcl.Diagnostics{diag.Error(idFile, "Not YAML", detail+" Give the file as the program that uses it takes it.", at)}
}

// yamlParser makes nodes of YAML's.
type yamlParser struct {
	file     *source.File
	src      []byte
	anchored map[*yaml.Node]*built
	size     int // of all that was made, with what aliases stand for
}

// built is a value that an alias can stand for. There is no node while the value is being made, of which it cannot be a part.
type built struct {
	node *Node
	size int
}

// yamlMistake is a finding about a node.
type yamlMistake struct {
	title, detail string
	at            *yaml.Node
}

func (m *yamlMistake) Error() string { return m.title }

func (p *yamlParser) all() ([]*Node, error) {
	begin, err := checkEncoding(p.src)
	if err == nil {
		err = checkBreaks(p.src)
	}
	if err != nil {
		return nil, err
	}
	loader, err := yaml.NewLoader(bytes.NewReader(p.src[begin:]), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(maxDepth))))
	if err != nil {
		return nil, err
	}
	var all []*Node
	for {
		var doc yaml.Node
		if err := loader.Load(&doc); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return all, err
		}
		if len(doc.Content) == 0 {
			continue
		}
		n, err := p.value(doc.Content[0])
		if err != nil {
			return all, err
		}
		all = append(all, n)
	}
}

// checkBreaks refuses the characters that break a line for YAML and for nothing else: no place after them would be right.
func checkBreaks(src []byte) error {
	for at, r := range string(src) {
		if r == '\u0085' || r == '\u2028' || r == '\u2029' || r == '\r' && !bytes.HasPrefix(src[at:], []byte("\r\n")) {
			return &mistake{"Invisible character", fmt.Sprintf("The character U+%04X breaks a line for YAML, and what is here is not what a reader sees. Remove it.", r), at, at + len(string(r))}
		}
	}
	return nil
}

// value makes a node, and counts what is in it.
func (p *yamlParser) value(y *yaml.Node) (*Node, error) {
	if p.size++; p.size > maxNodes {
		return nil, &yamlMistake{"Too large", fmt.Sprintf("With its aliases written out the file holds more than %d values. Make a file of each part of it.", maxNodes), y}
	}
	if y.Kind == yaml.AliasNode {
		return p.alias(y)
	}
	before := p.size
	var b *built
	if y.Anchor != "" {
		b = &built{}
		p.anchored[y] = b
	}
	n, err := p.made(y)
	if err == nil && b != nil {
		b.node, b.size = n, p.size-before+1
	}
	return n, err
}

func (p *yamlParser) made(y *yaml.Node) (*Node, error) {
	n := &Node{Range: p.file.Range(y)}
	if y.Style&yaml.TaggedStyle != 0 && y.Tag != "!" && !strings.HasPrefix(y.ShortTag(), "!!") {
		n.Tag = y.Tag
	}
	switch y.Kind {
	case yaml.SequenceNode:
		n.Kind = List
		for _, c := range y.Content {
			item, err := p.value(c)
			if err != nil {
				return nil, err
			}
			n.Items = append(n.Items, item)
		}
		return n, nil
	case yaml.MappingNode:
		n.Kind = Object
		return n, p.members(n, y)
	}
	scalar(n, y)
	return n, nil
}

// alias is the value that an alias stands for. It is shared, and counted as if it were written out.
func (p *yamlParser) alias(y *yaml.Node) (*Node, error) {
	b := p.anchored[y.Alias]
	if b == nil || b.node == nil {
		return nil, &yamlMistake{"Value inside itself", fmt.Sprintf("The alias *%s stands for a value that it is a part of, which has no end. Write out what is meant.", y.Value), y}
	}
	if p.size += b.size; p.size > maxNodes {
		return nil, &yamlMistake{"Too large", fmt.Sprintf("With its aliases written out the file holds more than %d values. Write out what is meant.", maxNodes), y}
	}
	return b.node, nil
}

// members reads a mapping. What it says itself goes before what it merges, and of that the first goes before the rest (YAML,
// "Merge key language-independent type").
func (p *yamlParser) members(n *Node, y *yaml.Node) error {
	var merged []*Node
	for i := 0; i+1 < len(y.Content); i += 2 {
		name := y.Content[i]
		value, err := p.value(y.Content[i+1])
		if err != nil {
			return err
		}
		if name.Kind == yaml.AliasNode {
			name = name.Alias
		}
		switch {
		case name.Kind != yaml.ScalarNode:
			return &yamlMistake{"Name that is no text", "The name of a value is a list or a mapping here, which JSON has not. Write a text.", y.Content[i]}
		case name.ShortTag() == "!!merge":
			merged = append(merged, value)
		default:
			n.Members = append(n.Members, Member{Name: name.Value, Range: p.file.Range(y.Content[i]), Value: value})
		}
	}
	if len(merged) == 0 {
		return nil
	}
	return p.merge(n, y, merged)
}

func (p *yamlParser) merge(n *Node, y *yaml.Node, merged []*Node) error {
	seen := map[string]bool{}
	for _, m := range n.Members {
		seen[m.Name] = true
	}
	for _, value := range merged {
		for _, from := range value.Each() {
			if from.Kind != Object {
				return &yamlMistake{"Merge of what has no names", "A merge key (<<) takes the names of a mapping, or of a list of mappings, and here it is given something else. Give it a mapping.", y}
			}
			for _, m := range from.Members {
				if !seen[m.Name] {
					seen[m.Name] = true
					n.Members = append(n.Members, m)
				}
			}
		}
	}
	return nil
}

// scalar reads a scalar by its tag. Whatever has a tag of its own is a string, which the owner of the tag may read.
func scalar(n *Node, y *yaml.Node) {
	n.Kind, n.Text = String, y.Value
	if n.Tag != "" {
		return
	}
	switch y.ShortTag() {
	case "!!null":
		n.Kind, n.Text = Null, ""
	case "!!bool":
		n.Kind, n.Text = Bool, strings.ToLower(y.Value)
		if n.Text != "true" && n.Text != "false" {
			n.Kind, n.Text = String, y.Value
		}
	case "!!int", "!!float":
		if json.Valid([]byte(y.Value)) {
			n.Kind = Number
		}
	}
}
