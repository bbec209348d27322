package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/diff"
	"github.com/ddbgen/ddbgen/internal/diff/report"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

type diffCommand struct {
	Old    string `arg:"" optional:"" files:"*" help:"What was: a spec, a directory that a build wrote, or any file that audit reads. With --git, the spec." placeholder:"OLD"`
	New    string `arg:"" optional:"" files:"*" help:"What is, or will be." placeholder:"NEW"`
	Git    string `help:"Compare the spec of this revision with the one on disk." placeholder:"REV"`
	Env    string `names:"environment" help:"Only this environment of specs and builds." placeholder:"NAME"`
	Kind   string `enum:",identity,trust,boundary,table,key,endpoint" default:"" help:"What two policy documents are for, where that cannot be told: identity, trust, boundary, table, key, endpoint."`
	FailOn string `enum:"never,gain,loss,change" default:"never" help:"Exit with 1 if access is gained, lost or either: never, gain, loss, change. What is not decided counts as both."`
	Format string `enum:"text,json,markdown,github,sarif" default:"text" help:"How the changes are printed: text, json, markdown, github, sarif."`
	Output string `short:"o" files:"*" help:"Write them into this file, and print the verdict." placeholder:"FILE"`
}

// Help is printed by diff --help.
func (diffCommand) Help() string {
	return `Policies are compared by what they mean, for every request: which access is gained and which is lost, each with a request that the two sides answer differently. Statements that were renamed, moved, split or merged are no change, and "no change in access" is a proof. docs/diff.md says what is compared.

Example:

  ddbgen diff --git origin/main spec.yaml
  ddbgen diff --git "$BASE" --format markdown > comment.md    # for a pull request
  ddbgen diff old/generated generated --fail-on gain
  ddbgen diff before.json after.json --kind table`
}

// Validate refuses arguments that do not go together.
func (c diffCommand) Validate() error {
	switch {
	case c.Git != "" && c.New != "":
		return errors.New("with --git there is one spec to give; what it is compared with is that of the revision")
	case c.Git != "" && c.Kind != "":
		return errors.New("--kind is for policy documents, and --git compares specs")
	case c.Git == "" && c.New == "":
		return errors.New("give what was and what is, or --git and the spec")
	}
	return nil
}

// Run compares.
func (c diffCommand) Run(stdout io.Writer) error {
	before, after, err := c.sides()
	if err != nil {
		return err
	}
	files := map[string][]byte{}
	var wrong, rest hcl.Diagnostics
	for _, s := range []compared{before, after} {
		for name, src := range s.files {
			files[name] = src
		}
		wrong = append(wrong, s.wrong...)
		rest = append(rest, s.rest...)
	}
	if wrong.HasErrors() { // what is wrong is not compared
		return c.flags().reportOn(stdout, files, wrong)
	}
	result := diff.Inventories(before.inventory, after.inventory)
	if err := c.print(stdout, result, rest); err != nil {
		return err
	}
	if c.fails(result) {
		return errWanting
	}
	return nil
}

// flags are those by which other commands print what is wrong with their input.
func (c diffCommand) flags() specFlags {
	format := c.Format
	if format == "markdown" {
		format = "text"
	}
	return specFlags{Format: format}
}

// compared is one side, or what is wrong with it.
type compared struct {
	inventory *inventory.Inventory
	files     map[string][]byte
	wrong     hcl.Diagnostics // of a spec: nothing is compared then
	rest      hcl.Diagnostics // what else there is to say of the input
}

func (c diffCommand) sides() (before, after compared, err error) {
	if c.Git != "" {
		return c.revisions()
	}
	if before, err = c.side(c.Old, "old "); err != nil {
		return before, after, err
	}
	after, err = c.side(c.New, "")
	return before, after, err
}

// print prints the result, into a file if one is given.
func (c diffCommand) print(stdout io.Writer, r diff.Result, rest hcl.Diagnostics) error {
	var b bytes.Buffer
	var err error
	switch c.Format {
	case "json":
		b.Write(report.JSON(r))
	case "markdown":
		b.WriteString(report.Markdown(r))
	case "github":
		err = diag.GitHub(&b, located(report.Findings(r)))
	case "sarif":
		err = diag.SARIF(&b, r.Files, located(report.Findings(r)), readMore)
	default:
		b.WriteString(report.Text(r))
	}
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		if err := diag.Text(os.Stderr, r.Files, diag.Sort(rest), colored(os.Stderr)); err != nil {
			return err
		}
	}
	if c.Output == "" {
		_, err = stdout.Write(b.Bytes())
		return err
	}
	if err := os.WriteFile(c.Output, b.Bytes(), 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s\nWrote %s.\n", report.Verdict(r), c.Output)
	return err
}

// located are findings without the places that are no files: of a revision, or of a build that was made in memory.
func located(ds hcl.Diagnostics) hcl.Diagnostics {
	for _, d := range ds {
		if d.Subject == nil {
			continue
		}
		if _, err := os.Stat(d.Subject.Filename); err != nil {
			d.Subject = nil
		}
	}
	return ds
}

// fails reports whether the run is to fail.
func (c diffCommand) fails(r diff.Result) bool {
	open := len(r.Undecided) > 0
	switch c.FailOn {
	case "gain":
		return open || len(r.Gains()) > 0
	case "loss":
		return open || len(r.Losses()) > 0
	case "change":
		return !r.Unchanged()
	}
	return false
}

// prefixed puts something before the names of an inventory's files, so that those of the two sides differ.
func prefixed(inv *inventory.Inventory, before func(string) string) {
	files := map[string][]byte{}
	for name, src := range inv.Files {
		files[before(name)] = src
	}
	inv.Files = files
	place := func(at *hcl.Range) {
		if at.Filename != "" {
			at.Filename = before(at.Filename)
		}
	}
	var walk func(n *tree.Node)
	walk = func(n *tree.Node) {
		if n == nil {
			return
		}
		place(&n.Range)
		for _, item := range n.Items {
			walk(item)
		}
		for i := range n.Members {
			place(&n.Members[i].Range)
			walk(n.Members[i].Value)
		}
	}
	for _, d := range inv.Documents() {
		walk(d.Node)
	}
	for _, i := range inv.Identities {
		place(&i.Range)
	}
	for _, k := range inv.Keys {
		place(&k.Range)
	}
	for _, e := range inv.Endpoints {
		place(&e.Range)
	}
}

// inEnvironment is the policies of one environment; all, if none is named.
func (c diffCommand) inEnvironment(policies []artifact.Policy) []artifact.Policy {
	if c.Env == "" {
		return policies
	}
	return slices.DeleteFunc(slices.Clone(policies), func(p artifact.Policy) bool { return p.Environment.Name != c.Env })
}

// beside is where a build of a spec lies that was given no other place.
func beside(spec, name string) string {
	return filepath.ToSlash(filepath.Join(filepath.Dir(spec), "generated", filepath.FromSlash(name)))
}

// kindOf is the kind that a flag names.
func kindOf(flag string) artifact.Kind {
	if flag == "identity" {
		return artifact.Identity
	}
	return artifact.Kind(strings.TrimSpace(flag))
}
