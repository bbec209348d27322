package wiring

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/ddbgen/ddbgen/internal/output"
)

// Tree is the files of a build. Modules are parsed when the first root needs them, and once.
type Tree struct {
	files       map[string][]byte
	directories map[string][]string // Terraform files by directory, in the order given
	modules     map[string]*module
}

// NewTree is a tree of files.
func NewTree(files []output.File) *Tree {
	t := &Tree{files: map[string][]byte{}, directories: map[string][]string{}, modules: map[string]*module{}}
	for _, f := range files {
		t.files[f.Path] = f.Bytes
		if strings.HasSuffix(f.Path, ".tf") || strings.HasSuffix(f.Path, ".tf.json") {
			dir := path.Dir(f.Path)
			t.directories[dir] = append(t.directories[dir], f.Path)
		}
	}
	return t
}

// module is a directory of Terraform, parsed.
type module struct {
	dir          string
	names        map[string]bool // of everything declared, by address
	locals       map[string]hclsyntax.Expression
	variables    map[string]hclsyntax.Expression // their types
	outputs      map[string]hclsyntax.Expression
	calls        map[string]*call
	declarations map[string]*declaration // of resources and data sources, by address
	settings     []setting
}

// setting is a block that only a root has: of a provider, or of a backend.
type setting struct {
	mode  Mode
	block *hclsyntax.Block
}

// call is a module block.
type call struct {
	dir       string
	arguments hclsyntax.Attributes
	at        hcl.Range
}

// declaration is a resource or data block.
type declaration struct {
	mode       Mode
	kind, name string
	forEach    hclsyntax.Expression // nil: one instance
	ignored    []string
	body       *hclsyntax.Body // without what Terraform itself reads
	at         hcl.Range
}

// at is an error at a place.
func at(r hcl.Range, format string, args ...any) error {
	return fmt.Errorf("%s: %s", place(r), fmt.Sprintf(format, args...))
}

func place(r hcl.Range) string { return fmt.Sprintf("%s:%d", r.Filename, r.Start.Line) }

func (t *Tree) module(dir string) (*module, error) {
	if m, parsed := t.modules[dir]; parsed {
		return m, nil
	}
	paths := t.directories[dir]
	if len(paths) == 0 {
		return nil, fmt.Errorf("%s: there is no Terraform in this directory", dir)
	}
	m := &module{
		dir: dir, names: map[string]bool{},
		locals: map[string]hclsyntax.Expression{}, variables: map[string]hclsyntax.Expression{}, outputs: map[string]hclsyntax.Expression{},
		calls: map[string]*call{}, declarations: map[string]*declaration{},
	}
	for _, p := range paths {
		body, err := parse(p, t.files[p])
		if err != nil {
			return nil, err
		}
		if err := m.add(body); err != nil {
			return nil, err
		}
	}
	t.modules[dir] = m
	return m, nil
}

// parse reads a file. Terraform skips files with some names, and merges those of others over the rest (Terraform
// language, "Files and configuration structure" and "Override files").
func parse(name string, src []byte) (*hclsyntax.Body, error) {
	base := path.Base(name)
	switch {
	case strings.HasSuffix(base, ".tf.json"):
		return nil, fmt.Errorf("%s: Terraform in JSON is not read", name)
	case base == "override.tf" || strings.HasSuffix(base, "_override.tf"):
		return nil, fmt.Errorf("%s: Terraform merges a file of this name over the others", name)
	case strings.ContainsAny(base[:1], ".#"):
		return nil, fmt.Errorf("%s: Terraform skips a file of this name", name)
	}
	f, ds := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	if ds.HasErrors() {
		return nil, fmt.Errorf("%w", ds)
	}
	return f.Body.(*hclsyntax.Body), nil
}

// add takes up the blocks of a file.
func (m *module) add(body *hclsyntax.Body) error {
	for _, a := range inOrder(body.Attributes) {
		return at(a.SrcRange, "%s stands outside a block", a.Name)
	}
	for _, b := range body.Blocks {
		if err := m.block(b); err != nil {
			return err
		}
	}
	return nil
}

// inOrder are attributes in the order of the source, because those of a body are a map.
func inOrder(attributes hclsyntax.Attributes) []*hclsyntax.Attribute {
	out := make([]*hclsyntax.Attribute, 0, len(attributes))
	for _, a := range attributes {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b *hclsyntax.Attribute) int { return a.SrcRange.Start.Byte - b.SrcRange.Start.Byte })
	return out
}

func (m *module) block(b *hclsyntax.Block) error {
	switch b.Type {
	case "terraform":
		return m.addRequirements(b)
	case "locals":
		return m.addLocals(b)
	case "variable":
		return m.addVariable(b)
	case "output":
		return m.addOutput(b)
	case "module":
		return m.addCall(b)
	case "resource":
		return m.addDeclaration(b, Managed)
	case "data":
		return m.addDeclaration(b, Data)
	case "provider":
		return m.addProvider(b)
	}
	return at(b.TypeRange, "a %s block is not read", b.Type)
}

// declare notes the name of something: a second of the same name is an error in Terraform too.
func (m *module) declare(address string, r hcl.Range) error {
	if m.names[address] {
		return at(r, "%s is declared twice", address)
	}
	m.names[address] = true
	return nil
}

// labels are the labels of a block that has so many.
func labels(b *hclsyntax.Block, n int) ([]string, error) {
	if len(b.Labels) != n {
		return nil, at(b.TypeRange, "a %s block with %d labels", b.Type, len(b.Labels))
	}
	return b.Labels, nil
}

// only refuses what is not among the names of arguments; blocks inside are refused all.
func only(b *hclsyntax.Block, names ...string) error {
	for _, a := range inOrder(b.Body.Attributes) {
		if !slices.Contains(names, a.Name) {
			return at(a.SrcRange, "%s of a %s block is not read", a.Name, b.Type)
		}
	}
	for _, inner := range b.Body.Blocks {
		return at(inner.TypeRange, "a %s block in a %s block is not read", inner.Type, b.Type)
	}
	return nil
}

func (m *module) addLocals(b *hclsyntax.Block) error {
	if _, err := labels(b, 0); err != nil {
		return err
	}
	for _, inner := range b.Body.Blocks {
		return at(inner.TypeRange, "a %s block in locals", inner.Type)
	}
	for _, a := range inOrder(b.Body.Attributes) {
		if err := m.declare("local."+a.Name, a.SrcRange); err != nil {
			return err
		}
		m.locals[a.Name] = a.Expr
	}
	return nil
}

func (m *module) addVariable(b *hclsyntax.Block) error {
	return m.addNamed(b, "var", "type", m.variables)
}

func (m *module) addOutput(b *hclsyntax.Block) error {
	return m.addNamed(b, "output", "value", m.outputs)
}

// addNamed takes up a block with a name, a description and one argument that counts.
func (m *module) addNamed(b *hclsyntax.Block, kind, argument string, into map[string]hclsyntax.Expression) error {
	named, err := labels(b, 1)
	if err != nil {
		return err
	}
	if err := only(b, "description", argument); err != nil {
		return err
	}
	value := b.Body.Attributes[argument]
	if value == nil {
		return at(b.TypeRange, "a %s block without %s", b.Type, argument)
	}
	into[named[0]] = value.Expr
	return m.declare(kind+"."+named[0], b.TypeRange)
}

func (m *module) addProvider(b *hclsyntax.Block) error {
	if _, err := labels(b, 1); err != nil {
		return err
	}
	m.settings = append(m.settings, setting{Provider, b})
	return m.declare("provider."+b.Labels[0], b.TypeRange)
}

func (m *module) addCall(b *hclsyntax.Block) error {
	named, err := labels(b, 1)
	if err != nil {
		return err
	}
	for _, inner := range b.Body.Blocks {
		return at(inner.TypeRange, "a %s block in a module block is not read", inner.Type)
	}
	arguments := hclsyntax.Attributes{}
	for _, a := range inOrder(b.Body.Attributes) {
		switch a.Name {
		case "source":
		case "depends_on":
			if err := references(a.Expr); err != nil {
				return err
			}
		case "count", "for_each", "providers", "version":
			return at(a.SrcRange, "%s of a module block is not read", a.Name)
		default:
			arguments[a.Name] = a
		}
	}
	dir, err := m.source(b)
	if err != nil {
		return err
	}
	m.calls[named[0]] = &call{dir: dir, arguments: arguments, at: b.TypeRange}
	return m.declare("module."+named[0], b.TypeRange)
}

// source is the directory of a local module, in the tree.
func (m *module) source(b *hclsyntax.Block) (string, error) {
	a := b.Body.Attributes["source"]
	if a == nil {
		return "", at(b.TypeRange, "a module block without source")
	}
	v, err := constant(a.Expr)
	if err != nil {
		return "", err
	}
	text, isText := v.(Text)
	source, isPlain := text.plain()
	if !isText || !isPlain || !strings.HasPrefix(source, "./") && !strings.HasPrefix(source, "../") {
		return "", at(a.SrcRange, "only modules of this tree are read")
	}
	return path.Join(m.dir, source), nil
}
