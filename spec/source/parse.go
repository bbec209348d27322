package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"github.com/ddbgen/ddbgen/internal/diag"
)

// maxDepth bounds the nesting of a document; the language itself needs less than ten levels.
const maxDepth = 64

// Parse returns the top node of the file's one document, or nil when there is none. Mistakes that leave a tree (an
// alias, a second document) are reported and the tree is returned, so that the rest of the file is checked as well.
func (f *File) Parse() (*yaml.Node, hcl.Diagnostics) {
	if ds := f.checkCharacters(); len(ds) > 0 {
		return nil, ds
	}
	loader, err := yaml.NewLoader(bytes.NewReader(bytes.TrimPrefix(f.Bytes, byteOrderMark)),
		yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(maxDepth))))
	if err != nil {
		panic("source: " + err.Error())
	}
	var doc yaml.Node
	if err := loader.Load(&doc); errors.Is(err, io.EOF) {
		return nil, hcl.Diagnostics{f.empty()}
	} else if err != nil {
		return nil, hcl.Diagnostics{f.syntax(err)}
	}
	root := doc.Content[0]
	if isEmpty(root) {
		return nil, hcl.Diagnostics{f.empty()}
	}
	return root, append(f.checkEnd(loader), f.checkNodes(root, nil)...)
}

// isEmpty reports whether a document has no content, as after a lone "---".
func isEmpty(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Tag == "!!null" && n.Value == ""
}

func (f *File) empty() *hcl.Diagnostic {
	return diag.Error("syntax", "Empty file",
		"The file holds no document. Begin with \"version: 1\"; examples/books/spec.yaml is a short spec to start from.", f.Start())
}

// checkEnd reports what follows the first document.
func (f *File) checkEnd(loader *yaml.Loader) hcl.Diagnostics {
	var doc yaml.Node
	err := loader.Load(&doc)
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return hcl.Diagnostics{f.syntax(err)}
	}
	return hcl.Diagnostics{diag.Error("syntax", "Second document",
		"A spec is one YAML document, and here a second one begins. Remove the line \"---\" between them, "+
			"or put the second document into a file of its own.", f.Range(&doc))}
}

// checkNodes reports the parts of YAML that hide what a document says: an alias stands for text elsewhere, a merge key
// for keys nobody wrote here, a tag changes what a value is.
func (f *File) checkNodes(n *yaml.Node, ds hcl.Diagnostics) hcl.Diagnostics {
	at := func() hcl.Range { return f.Range(n) }
	switch {
	case n.Kind == yaml.AliasNode:
		ds = append(ds, diag.Error("yaml-alias", "Alias",
			fmt.Sprintf("The alias *%s stands for text written elsewhere; a spec says everything where it holds. "+
				"Write the value out.", n.Value), at()))
	case n.Anchor != "":
		ds = append(ds, diag.Error("yaml-alias", "Anchor",
			fmt.Sprintf("The anchor &%s serves aliases, which a spec cannot have. Remove it.", n.Anchor), at()))
	case n.Style&yaml.TaggedStyle != 0:
		ds = append(ds, diag.Error("tag", "Explicit tag",
			fmt.Sprintf("The tag %s sets the type of a value; in a spec the key decides the type. "+
				"Remove the tag, and put text that looks like a number in quotes.", n.Tag), at()))
	case n.Tag == "!!merge":
		ds = append(ds, diag.Error("yaml-alias", "Merge key",
			"A merge key (<<) brings in keys written elsewhere; a spec says everything where it holds. "+
				"Write the keys out.", at()))
	}
	for _, child := range n.Content {
		ds = f.checkNodes(child, ds)
	}
	return ds
}

// syntax turns a complaint of the YAML parser into a diagnostic.
func (f *File) syntax(err error) *hcl.Diagnostic {
	var load *yaml.LoadError
	if !errors.As(err, &load) || load.Mark.Line == 0 {
		return diag.Error("syntax", "Invalid YAML", "This is not YAML: "+err.Error()+".", f.Start())
	}
	offset := f.lines.offset(load.Mark.Line, load.Mark.Column)
	detail := "This is not YAML: " + load.Message
	if load.ContextMsg != "" {
		detail += ", " + load.ContextMsg
		if load.ContextMark.Line > 0 && load.ContextMark.Line < load.Mark.Line {
			detail += fmt.Sprintf(" that began on line %d", load.ContextMark.Line)
		}
	}
	at := f.between(offset, min(offset+1, f.lines.line(offset).end))
	return diag.Error("syntax", "Invalid YAML", detail+". "+f.remedy(load, offset), at)
}

// remedy says what to do about the mistakes that people make most.
func (f *File) remedy(e *yaml.LoadError, offset int) string {
	l := f.lines.line(offset)
	switch {
	case bytes.ContainsRune(leadingBlanks(f.Bytes[l.begin:l.end]), '\t'):
		return "Indent with blanks; YAML does not take tabs."
	case strings.Contains(e.Message, "mapping values are not allowed"):
		return "If the text before holds a colon, put it in quotes; if this is a key, check its indentation."
	case strings.Contains(e.Message, "exceeded max depth"):
		return fmt.Sprintf("Nest at most %d levels.", maxDepth)
	case strings.Contains(e.Message, "unknown anchor"):
		return "If the star belongs to the text, put the text in quotes."
	case strings.Contains(e.ContextMsg, "flow"):
		return "Close every { and [, and put a comma between the items."
	case strings.Contains(e.ContextMsg, "quoted"):
		return "Close the quotes."
	case strings.Contains(e.Message, "cannot start any token"):
		return "Put text that begins with this character in quotes."
	default:
		return "Check the indentation: the keys of one mapping, and the dashes of one list, begin in one column."
	}
}

func leadingBlanks(line []byte) []byte {
	return line[:len(line)-len(bytes.TrimLeft(line, " \t"))]
}
