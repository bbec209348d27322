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

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
)

type buildCommand struct {
	specFlags
	Out    string `short:"o" help:"Where to write. Default: the directory generated beside the spec." placeholder:"DIR"`
	Env    string `help:"Only this environment, and the modules." placeholder:"NAME"`
	Check  bool   `help:"Change nothing, and exit with 1 if the files on disk are not what the spec says. For CI." xor:"mode"`
	DryRun bool   `help:"Change nothing, and print what would be written." xor:"mode"`
	Force  bool   `help:"Overwrite generated files that were edited by hand."`
}

// Help is printed by build --help.
func (buildCommand) Help() string {
	return `What was compiled is proven to grant what the spec says and nothing more before anything is written.
Files of your own in the output directory are never touched; a generated file that was edited by hand stops the build.

Example:

  ddbgen build spec.yaml
  ddbgen build --check spec.yaml    # in CI: is what was committed what the spec says?`
}

// Run compiles a spec, and writes all of the result or nothing.
func (c buildCommand) Run(stdout io.Writer) error {
	done, ds, err := c.compile()
	if err != nil {
		return err
	}
	if done.model != nil {
		ds = append(ds, c.unknownEnvironment(done.model)...)
	}
	if err := c.report(stdout, done.src, ds); err != nil {
		return err
	}
	changes, err := output.Plan(c.directory(), slices.DeleteFunc(done.files.Files, c.leftOut), output.Options{
		Generator: version, Spec: output.Digest(done.src), Proven: done.proof.String(), Force: c.Force,
		Keep: func(path string) bool { return c.leftOut(output.File{Path: path}) },
	})
	if err != nil {
		return err
	}
	return c.finish(c.progress(stdout), done, changes)
}

// finish does what was asked for with the changes.
func (c buildCommand) finish(w io.Writer, done compiled, changes *output.Changes) error {
	switch {
	case c.Check:
		return reportDrift(w, c.directory(), changes)
	case c.DryRun:
		return printChanges(w, "would write", c.directory(), done, changes)
	}
	if err := output.Apply(changes); err != nil {
		return conflictsAreWanting(err)
	}
	return printChanges(w, "wrote", c.directory(), done, changes)
}

// progress is where the closing lines go: not into findings that a program reads.
func (c buildCommand) progress(stdout io.Writer) io.Writer {
	if c.Format == "text" {
		return stdout
	}
	return os.Stderr
}

func (c buildCommand) directory() string {
	if c.Out != "" {
		return c.Out
	}
	return filepath.Join(filepath.Dir(c.Spec), "generated")
}

// leftOut reports whether a file belongs to an environment that --env leaves out.
func (c buildCommand) leftOut(f output.File) bool {
	if c.Env == "" || !strings.HasPrefix(f.Path, "environments/") {
		return false
	}
	return !strings.HasPrefix(f.Path, artifact.EnvironmentDir(&model.Environment{Name: c.Env})+"/")
}

func (c buildCommand) unknownEnvironment(m *model.Model) hcl.Diagnostics {
	if c.Env == "" || slices.ContainsFunc(m.Environments, func(e *model.Environment) bool { return e.Name == c.Env }) {
		return nil
	}
	var names []string
	for _, e := range m.Environments {
		names = append(names, e.Name)
	}
	return hcl.Diagnostics{diag.Error("unknown-environment", "No such environment",
		fmt.Sprintf("The spec has no environment %q. Give --env one of: %s.", c.Env, strings.Join(names, ", ")), hcl.Range{})}
}

// conflictsAreWanting prints what stands in the way of a write; that is for the user to mend, and no trouble of the disk.
func conflictsAreWanting(err error) error {
	var conflict *output.ConflictError
	if !errors.As(err, &conflict) {
		return err
	}
	fmt.Fprintln(os.Stderr, "Nothing was written. In the way stand:")
	for _, c := range conflict.Conflicts {
		fmt.Fprintf(os.Stderr, "  %s: %s\n", filepath.Join(conflict.Dir, c.Path), c.Reason)
	}
	return errWanting
}
