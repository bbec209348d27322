package terraform

import (
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
)

// This file makes blocks, files and modules.

// body is the inside of a file or of a block, filled from top to bottom.
type body struct{ *hclwrite.Body }

// source is a file under construction.
type source struct {
	body
	file *hclwrite.File
}

func newSource() *source {
	f := hclwrite.NewEmptyFile()
	s := &source{body{f.Body()}, f}
	s.comment("Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.")
	return s
}

// named is the finished file. Its bytes are formatted as terraform fmt does.
func (s *source) named(dir, name string) output.File {
	return output.File{Path: path.Join(dir, name+".tf"), Bytes: s.file.Bytes()}
}

func (b body) set(name string, value hclwrite.Tokens) { b.SetAttributeRaw(name, value) }

func (b body) blank() { b.AppendNewline() }

// comment writes a comment of one or more lines. Text of the spec must not go in: a comment has no escapes. A line that
// starts with # is for a scanner, which may want no space after it.
func (b body) comment(lines ...string) {
	for _, line := range lines {
		if !strings.HasPrefix(line, "#") {
			line = "# " + line
		}
		b.AppendUnstructuredTokens(hclwrite.Tokens{{Type: hclsyntax.TokenComment, Bytes: []byte(line + "\n")}})
	}
}

// block appends a block and fills it.
func (b body) block(kind string, fill func(body), labels ...string) {
	fill(body{b.AppendNewBlock(kind, labels).Body()})
}

// resource appends a resource after a blank line. The comments explain it; each is a line.
func (s *source) resource(kind, name string, comments []string, fill func(body)) {
	s.top("resource", []string{kind, name}, comments, fill)
}

// data appends a data source after a blank line.
func (s *source) data(kind, name string, comments []string, fill func(body)) {
	s.top("data", []string{kind, name}, comments, fill)
}

func (s *source) top(kind string, labels, comments []string, fill func(body)) {
	s.blank()
	s.comment(comments...)
	fill(body{s.AppendNewBlock(kind, labels).Body()})
}

// variable declares an input of a module.
func (s *source) variable(name, description string, constraint hclwrite.Tokens) {
	s.top("variable", []string{name}, nil, func(b body) {
		b.set("description", text(description))
		b.set("type", constraint)
	})
}

// output declares an output.
func (s *source) output(name, description string, value hclwrite.Tokens) {
	s.top("output", []string{name}, nil, func(b body) {
		b.set("description", text(description))
		b.set("value", value)
	})
}

// prefixVariable declares the prefix that prefixed reads.
func (s *source) prefixVariable() {
	s.variable("name_prefix", "Put before every name, so that environments can share an account.", expr("string"))
}

func (s *source) tagsVariable() {
	s.variable("tags", "Tags of every resource.", expr("map(string)"))
}

// tags are the environment's tags and a resource's own, which win.
func tags(own []model.Tag) hclwrite.Tokens {
	if len(own) == 0 {
		return expr("var.tags")
	}
	return hclwrite.TokensForFunctionCall("merge", expr("var.tags"), tagObject(own))
}

func tagObject(list []model.Tag) hclwrite.Tokens {
	return quoted(pairsOf(list, func(t model.Tag) pair { return pair{t.Key, text(t.Value)} }))
}

// module is the directory of a module.
func module(name string) string { return artifact.ModulesDir + "/" + name }
