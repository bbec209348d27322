package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/plan"
	"github.com/ddbgen/ddbgen/internal/verify"
)

type verifyCommand struct {
	Dir       string `arg:"" optional:"" files:"/" help:"The output directory. Default: generated." placeholder:"DIR"`
	Spec      string `files:"*.yaml *.yml *.json" help:"The spec. Default: spec.yaml beside the output directory." placeholder:"SPEC"`
	Plan      string `files:"*.json" help:"A plan, as terraform show -json prints it, instead of a directory." placeholder:"FILE"`
	Env       string `names:"environment" help:"The environment that the plan is of. Default: the only one." placeholder:"NAME"`
	Bootstrap bool   `help:"The plan is of the environment's bootstrap root, which an administrator applies."`
	Format    string `enum:"text,json,github,sarif" default:"text" help:"How findings are printed: text, json, github, sarif."`
}

// Help is printed by verify --help.
func (verifyCommand) Help() string {
	return `Files are proven as they are on disk, whoever wrote them. Of a plan, the policies that it would put on the roles, keys, tables and endpoints of the spec are proven, and what it would add to them is reported. A plan is of one root: the environment's own or, with --bootstrap, the one that an administrator applies before it.

Example:

  ddbgen verify generated
  terraform show -json plan.out > plan.json && ddbgen verify --plan plan.json --spec spec.yaml --env production`
}

// Validate refuses flags that do not go together.
func (c verifyCommand) Validate() error {
	switch {
	case c.Plan != "" && c.Dir != "":
		return errors.New("give a directory or --plan, not both")
	case c.Plan == "" && c.Env != "":
		return errors.New("--env goes with --plan; a directory is proven whole")
	case c.Plan == "" && c.Bootstrap:
		return errors.New("--bootstrap goes with --plan; a directory is proven whole")
	}
	return nil
}

// Run proves what is on disk, or what a plan would do, against the spec.
func (c verifyCommand) Run(stdout io.Writer) error {
	if c.Plan != "" {
		return c.plan(stdout)
	}
	return c.tree(stdout)
}

func (c verifyCommand) tree(stdout io.Writer) error {
	dir := c.Dir
	if dir == "" {
		dir = "generated"
	}
	flags := specFlags{Spec: c.Spec, Format: c.Format}
	if flags.Spec == "" {
		flags.Spec = specBeside(dir)
	}
	m, src, ds, err := flags.load()
	if err != nil {
		return err
	}
	if m == nil { // what is wrong with the spec first, whatever is on disk
		return flags.report(stdout, src, ds)
	}
	held, err := output.Inspect(dir)
	if err != nil {
		return err
	}
	out := verify.Tree(m, dir, held)
	if err := flags.report(stdout, src, append(ds, out.Findings...)); err != nil {
		return err
	}
	return c.close(stdout, dir+" is what "+flags.Spec+" says", out)
}

// specBeside is where the spec of an output directory is: beside it; if there is none and the directory is a link, beside
// what it leads to.
func specBeside(dir string) string {
	beside := filepath.Join(dir, "..", "spec.yaml")
	if _, err := os.Stat(beside); err == nil {
		return beside
	}
	led, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return beside
	}
	there := filepath.Join(led, "..", "spec.yaml")
	if _, err := os.Stat(there); err != nil {
		return beside
	}
	return there
}

func (c verifyCommand) plan(stdout io.Writer) error {
	flags := specFlags{Spec: c.Spec, Format: c.Format}
	if flags.Spec == "" {
		flags.Spec = "spec.yaml"
	}
	m, src, ds, err := flags.load()
	if err != nil {
		return err
	}
	if m == nil { // what is wrong with the spec first, whatever the plan is
		return flags.report(stdout, src, ds)
	}
	text, err := os.ReadFile(c.Plan)
	if err != nil {
		return err
	}
	out, found := c.planned(m, text)
	if err := flags.report(stdout, src, slices.Concat(ds, found, out.Findings)); err != nil {
		return err
	}
	return c.close(stdout, c.Plan+" plans what "+flags.Spec+" says", out)
}

// planned proves a plan's policies, if it can be read and its environment is known.
func (c verifyCommand) planned(m *model.Model, text []byte) (verify.Outcome, hcl.Diagnostics) {
	p, err := plan.Read(text)
	if err != nil {
		return verify.Outcome{}, hcl.Diagnostics{diag.Error("unreadable-plan", "Plan cannot be read", c.Plan+": "+err.Error()+".", hcl.Range{})}
	}
	e, ds := c.environment(m)
	switch {
	case e == nil:
		return verify.Outcome{}, ds
	case c.Bootstrap && !m.Bootstraps():
		return verify.Outcome{}, hcl.Diagnostics{diag.Error("no-bootstrap", "No bootstrap root",
			"The spec has no role that deploys or plans and makes no permissions boundary, so it has no bootstrap root. Leave out --bootstrap.", hcl.Range{})}
	case c.Bootstrap:
		return verify.BootstrapPlan(m, e, p), nil
	}
	return verify.Plan(m, e, p), nil
}

// environment is the one that the plan is of; nil, with a finding, if that cannot be told.
func (c verifyCommand) environment(m *model.Model) (*model.Environment, hcl.Diagnostics) {
	switch {
	case c.Env != "":
		return environmentNamed(m, c.Env)
	case len(m.Environments) > 1:
		return nil, hcl.Diagnostics{diag.Error("unknown-environment", "Environment not given",
			fmt.Sprintf("A plan is of one environment, and the spec has %d. Give --env one of: %s.", len(m.Environments),
				strings.Join(namesOf(m.Environments, environmentName), ", ")), hcl.Range{})}
	}
	return m.Environments[0], nil
}

// close says what was proven, and what was not; not into findings that a program reads.
func (c verifyCommand) close(stdout io.Writer, verdict string, out verify.Outcome) error {
	w := stdout
	if c.Format != "text" {
		w = os.Stderr
	}
	lines := fmt.Sprintf("%s, and nothing more: %s and %s in %s proven.\n", verdict,
		counted(out.Roles, "role"), counted(out.Statements, "statement"), counted(out.Documents, "policy document"))
	if len(out.Outside) > 0 {
		lines += fmt.Sprintf("Outside the proof: %s.\n", strings.Join(out.Outside, ", "))
	}
	_, err := io.WriteString(w, lines)
	return err
}
