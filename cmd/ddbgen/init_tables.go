package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/describe"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/spec"
)

// maxTableJSON is the most that is read of a file: far more than all tables of an account and region take.
const maxTableJSON = 64 << 20

// maxBlamed keeps a file of mistakes from filling the screen.
const maxBlamed = 20

// fromTables writes a spec of tables that exist.
func (c initCommand) fromTables(stdout io.Writer) error {
	tables, sources, ds, err := c.described()
	if err != nil {
		return err
	}
	if ds.HasErrors() {
		return c.reportOn(stdout, sources, ds)
	}
	account, region, several := describe.Place(tables)
	if c.Account == "" || c.Region == "" {
		ds = append(ds, several...)
		c.Account, c.Region = cmp.Or(c.Account, account), cmp.Or(c.Region, region)
	}
	if ds.HasErrors() {
		return c.reportOn(stdout, sources, ds)
	}
	if err := settle(c.questions(), terminal(), os.Stderr); err != nil {
		return err
	}
	text, m, wrong := c.specOf(tables)
	ds = append(ds, wrong...)
	if ds.HasErrors() {
		return c.reportOn(stdout, sources, ds)
	}
	return c.begin(stdout, text, m, sources, ds)
}

// described reads the files.
func (c initCommand) described() ([]*describe.Table, map[string][]byte, hcl.Diagnostics, error) {
	var tables []*describe.Table
	var ds hcl.Diagnostics
	sources := map[string][]byte{}
	for _, file := range c.FromTableJSON {
		src, err := tableJSON(file)
		if err != nil {
			return nil, nil, nil, err
		}
		if file == "-" {
			file = "standard input"
		}
		sources[file] = src
		found, wrong := describe.Read(file, src)
		tables, ds = append(tables, found...), append(ds, wrong...)
	}
	if !ds.HasErrors() {
		ds = append(ds, describe.Repeated(tables)...)
	}
	return tables, sources, ds, nil
}

func tableJSON(file string) ([]byte, error) {
	in := os.Stdin
	if file != "-" {
		var err error
		if in, err = os.Open(file); err != nil {
			return nil, err
		}
	}
	src, err := io.ReadAll(io.LimitReader(in, maxTableJSON+1))
	if err == nil && len(src) > maxTableJSON {
		err = fmt.Errorf("%s: more than %d MiB, which no description of tables is", file, maxTableJSON>>20)
	}
	return src, errors.Join(err, in.Close())
}

// specOf is the spec of tables, and what it means.
func (c initCommand) specOf(tables []*describe.Table) ([]byte, *model.Model, hcl.Diagnostics) {
	text := describe.Spec{Name: c.Name, Account: c.Account, Region: c.Region, Tables: tables, Managed: c.Managed}.Text()
	m, ds := spec.Load(c.Spec, text)
	if !ds.HasErrors() {
		return text, m, nil
	}
	return nil, nil, c.blame(tables, ds)
}

// blame finds the tables that no spec could describe, which AWS itself would have refused, one by one. What is wrong with a
// spec of each alone is said of the place where it was described.
func (c initCommand) blame(tables []*describe.Table, whole hcl.Diagnostics) hcl.Diagnostics {
	if len(tables) == 1 {
		return unspoken(whole, tables[0].Range)
	}
	var ds hcl.Diagnostics
	for i := 0; i < len(tables) && len(ds) < maxBlamed; i++ {
		_, _, wrong := c.specOf(tables[i : i+1])
		ds = append(ds, wrong...)
	}
	if len(ds) == 0 {
		return unspoken(whole, hcl.Range{})
	}
	return ds
}

func unspoken(wrong hcl.Diagnostics, at hcl.Range) hcl.Diagnostics {
	for _, d := range wrong {
		if d.Severity == hcl.DiagError {
			return hcl.Diagnostics{diag.Error("table-json", "Table that no spec can describe", d.Summary+": "+d.Detail, at)}
		}
	}
	return nil
}
