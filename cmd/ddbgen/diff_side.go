package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/describe"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/inventory/built"
	"github.com/ddbgen/ddbgen/internal/inventory/load"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/tree"
	"github.com/ddbgen/ddbgen/spec"
)

// This file reads what diff compares.

// side reads one side from a path. The names of what a build would write get a prefix.
func (c diffCommand) side(path, prefix string) (compared, error) {
	info, err := os.Stat(path)
	if err != nil {
		return compared{}, err
	}
	if info.IsDir() && c.Env != "" {
		return c.build(path)
	}
	if !info.IsDir() {
		src, err := os.ReadFile(path)
		switch {
		case err != nil:
			return compared{}, err
		case c.Kind != "":
			return c.document(path, src), nil
		case isSpec(path, src):
			return c.spec(path, src, prefix), nil
		}
	}
	inv, err := load.Paths([]string{path}, load.Options{})
	if err != nil {
		return compared{}, err
	}
	return compared{inventory: inv, files: inv.Files, rest: inv.Findings}, nil
}

// isSpec reports whether a file is a spec, and none of the many other forms of YAML and JSON: it has a version and a name or
// something else that a spec cannot be without. A file that is no YAML at all is one if it begins like one.
func isSpec(path string, src []byte) bool {
	if !slices.Contains([]string{".yaml", ".yml", ".json"}, strings.ToLower(filepath.Ext(path))) {
		return false
	}
	nodes, ds := tree.ParseYAML(path, src)
	if ds.HasErrors() || len(nodes) == 0 {
		return strings.HasPrefix(string(src), "version:") || strings.Contains(string(src), "\nversion:")
	}
	return nodes[0].Get("version") != nil && (nodes[0].Get("environments") != nil || nodes[0].Get("tables") != nil)
}

// spec compiles a spec in memory.
func (c diffCommand) spec(path string, src []byte, prefix string) compared {
	out := compared{files: map[string][]byte{path: src}}
	m, ds := spec.Load(path, src)
	out.wrong = ds
	if m == nil {
		return out
	}
	made, found := generate.All(m)
	out.wrong = append(out.wrong, found...)
	whole := *m
	if c.Env != "" {
		e, unknown := environmentNamed(m, c.Env)
		out.wrong = append(out.wrong, unknown...)
		whole.Environments = []*model.Environment{e}
	}
	if out.wrong.HasErrors() {
		return out
	}
	out.wrong = nil // the warnings of a spec are for whoever checks it
	out.inventory = built.Policies(&whole, c.inEnvironment(made.Policies))
	prefixed(out.inventory, func(name string) string { return prefix + beside(path, name) })
	return out
}

// build reads the files of one environment of a directory that a build wrote.
func (c diffCommand) build(dir string) (compared, error) {
	held, err := output.Inspect(dir)
	if err != nil {
		return compared{}, err
	}
	var environments []string
	files := slices.DeleteFunc(slices.Clone(held.Files), func(f output.File) bool {
		rest, is := strings.CutPrefix(f.Path, artifact.EnvironmentsDir+"/")
		name, _, _ := strings.Cut(rest, "/")
		if is && !slices.Contains(environments, name) {
			environments = append(environments, name)
		}
		return is && name != c.Env
	})
	if !slices.Contains(environments, c.Env) {
		var ds hcl.Diagnostics
		named(&ds, "environment", c.Env, environments, func(name string) string { return name })
		return compared{wrong: ds}, nil
	}
	inv := built.In(filepath.ToSlash(dir), files)
	return compared{inventory: inv, files: inv.Files, rest: inv.Findings}, nil
}

// document reads a policy document of a kind that the command line says.
func (c diffCommand) document(path string, src []byte) compared {
	inv := &inventory.Inventory{Files: map[string][]byte{path: src}}
	out := compared{inventory: inv, files: inv.Files}
	nodes, ds := tree.ParseJSON(path, src)
	if ds.HasErrors() {
		out.wrong = ds
		return out
	}
	if len(nodes) != 1 {
		out.wrong = hcl.Diagnostics{diag.Error("unreadable-policy-document", "Policy document cannot be read",
			fmt.Sprintf("There are %d values of JSON in the file, and a policy document is one. Give a file with one.", len(nodes)), hcl.Range{Filename: path, Start: hcl.InitialPos, End: hcl.InitialPos})}
		return out
	}
	d, wrong := inventory.Parse(nodes[0], kindOf(c.Kind), filepath.Base(path))
	if wrong != nil {
		out.wrong = hcl.Diagnostics{wrong}
		return out
	}
	switch kindOf(c.Kind) {
	case artifact.Table:
		inv.Tables = []*inventory.Table{{Table: describe.Table{Name: "of the policy"}, Policy: d}}
	case artifact.Key:
		inv.Keys = []*inventory.Key{{Name: "of the policy", Policy: d}}
	case artifact.Endpoint:
		inv.Endpoints = []*inventory.Endpoint{{Name: "of the policy", Policy: d}}
	default:
		i := &inventory.Identity{Kind: inventory.Role, Name: "of the policy"}
		switch d.Kind {
		case artifact.Trust:
			i.Trust = d
		case artifact.Boundary:
			i.Boundary = d
		default:
			i.Policies = []*inventory.Document{d}
		}
		inv.Identities = []*inventory.Identity{i}
	}
	return out
}
