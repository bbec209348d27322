// Package source turns the bytes of a spec into YAML nodes and knows where each of them stands.
//
// A spec is read by people in editors, by this program, and by other YAML tools (schema validators, formatters). They
// must all see the same text, so the package refuses what they would see differently: bytes that are not UTF-8,
// characters that no editor shows or that break lines for YAML only, aliases and merge keys, explicit tags, and a
// second document. What is left is YAML's plain core: mappings, lists, and scalars.
//
// Three notions of a column meet here. A YAML node counts runes, an HCL position counts grapheme clusters and carries
// the byte offset besides, and Go slices by bytes. All conversions go through one index of lines (lines.go).
package source

import (
	"github.com/hashicorp/hcl/v2"
	"go.yaml.in/yaml/v4"
)

// File is a spec as it was read.
type File struct {
	Name  string
	Bytes []byte

	lines index
}

// New returns the file of the given name and content.
func New(name string, bytes []byte) *File {
	return &File{Name: name, Bytes: bytes, lines: newIndex(bytes)}
}

// Start returns the empty range at the beginning of the file, for findings about the file as a whole.
func (f *File) Start() hcl.Range { return f.between(f.lines.lines[0].begin, f.lines.lines[0].begin) }

// Range returns the text of a node, as far as it lies on the line where the node begins: a scalar with its quotes, a
// flow collection with its brackets, and for a block collection its first key or its first dash.
func (f *File) Range(n *yaml.Node) hcl.Range {
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	from, to := f.extent(n)
	return f.between(from, to)
}

// between returns the range of two byte offsets.
func (f *File) between(from, to int) hcl.Range {
	return hcl.Range{Filename: f.Name, Start: f.lines.pos(from), End: f.lines.pos(to)}
}
