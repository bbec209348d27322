package wiring

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// This file reads what Terraform itself, not the provider, takes from a block.

// addDeclaration takes up a resource or a data source.
func (m *module) addDeclaration(b *hclsyntax.Block, mode Mode) error {
	named, err := labels(b, 2)
	if err != nil {
		return err
	}
	d := &declaration{mode: mode, kind: named[0], name: named[1], at: b.TypeRange, body: &hclsyntax.Body{Attributes: hclsyntax.Attributes{}}}
	for _, a := range inOrder(b.Body.Attributes) {
		if err := d.argument(a); err != nil {
			return err
		}
	}
	for _, inner := range b.Body.Blocks {
		if err := d.block(inner); err != nil {
			return err
		}
	}
	m.declarations[d.address()] = d
	return m.declare(d.address(), b.TypeRange)
}

// address is the name by which expressions of the same module know it.
func (d *declaration) address() string {
	if d.mode == Data {
		return "data." + d.kind + "." + d.name
	}
	return d.kind + "." + d.name
}

func (d *declaration) argument(a *hclsyntax.Attribute) error {
	switch a.Name {
	case "for_each":
		d.forEach = a.Expr
	case "depends_on":
		return references(a.Expr)
	case "count", "provider":
		return at(a.SrcRange, "%s of a resource is not read", a.Name)
	default:
		d.body.Attributes[a.Name] = a
	}
	return nil
}

func (d *declaration) block(b *hclsyntax.Block) error {
	switch b.Type {
	case "lifecycle":
		return d.lifecycle(b)
	case "provisioner", "connection":
		return at(b.TypeRange, "a %s block is not read", b.Type)
	}
	d.body.Blocks = append(d.body.Blocks, b)
	return nil
}

// lifecycle takes the changes that Terraform is told to leave alone.
func (d *declaration) lifecycle(b *hclsyntax.Block) error {
	if _, err := labels(b, 0); err != nil {
		return err
	}
	if err := only(b, "ignore_changes"); err != nil {
		return err
	}
	a := b.Body.Attributes["ignore_changes"]
	if a == nil {
		return nil
	}
	elements, err := tuple(a.Expr)
	if err != nil {
		return err
	}
	for _, e := range elements {
		name := hcl.ExprAsKeyword(e)
		if name == "" {
			return at(e.Range(), "ignore_changes of something other than an argument is not read")
		}
		d.ignored = append(d.ignored, name)
	}
	return nil
}

// references demands a list of references. Their order of creation changes nothing of what is attached to what.
func references(e hclsyntax.Expression) error {
	elements, err := tuple(e)
	if err != nil {
		return err
	}
	for _, x := range elements {
		if _, isReference := x.(*hclsyntax.ScopeTraversalExpr); !isReference {
			return at(x.Range(), "depends_on of something other than a reference is not read")
		}
	}
	return nil
}

func tuple(e hclsyntax.Expression) ([]hclsyntax.Expression, error) {
	list, isTuple := e.(*hclsyntax.TupleConsExpr)
	if !isTuple {
		return nil, at(e.Range(), "a list was expected")
	}
	return list.Exprs, nil
}

// addRequirements demands that the one provider is HashiCorp's for AWS: what the types of the resources mean depends on it.
// It takes up where the state is kept.
func (m *module) addRequirements(b *hclsyntax.Block) error {
	for _, a := range inOrder(b.Body.Attributes) {
		if a.Name != "required_version" {
			return at(a.SrcRange, "%s of a terraform block is not read", a.Name)
		}
	}
	for _, inner := range b.Body.Blocks {
		if err := m.addRequirement(inner); err != nil {
			return err
		}
	}
	return nil
}

func (m *module) addRequirement(b *hclsyntax.Block) error {
	switch {
	case b.Type == "backend":
		return m.addBackend(b)
	case b.Type != "required_providers" || len(b.Labels) > 0 || len(b.Body.Blocks) > 0:
		return at(b.TypeRange, "a %s block in a terraform block is not read", b.Type)
	}
	for _, a := range inOrder(b.Body.Attributes) {
		if err := requirement(a); err != nil {
			return err
		}
	}
	return nil
}

// addBackend takes up where the state is kept. A configuration has one such place (Terraform language, "Backend block").
func (m *module) addBackend(b *hclsyntax.Block) error {
	if _, err := labels(b, 1); err != nil {
		return err
	}
	m.settings = append(m.settings, setting{Backend, b})
	return m.declare("backend", b.TypeRange)
}

func requirement(a *hclsyntax.Attribute) error {
	v, err := constant(a.Expr)
	if err != nil {
		return err
	}
	o, isObject := v.(Object)
	names := slices.Sorted(maps.Keys(o))
	if a.Name != "aws" || !isObject || !slices.Equal(names, []string{"source", "version"}) || !Equal(o["source"], Literal("hashicorp/aws")) {
		return at(a.SrcRange, "a provider other than hashicorp/aws is not read")
	}
	return nil
}
