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
	if done.model != nil && c.Env != "" {
		_, unknown := environmentNamed(done.model, c.Env)
		ds = append(ds, unknown...)
	}
	if ds.HasErrors() {
		return c.report(stdout, done.src, ds)
	}
	changes, err := output.Plan(c.directory(), slices.DeleteFunc(done.files.Files, c.leftOut), output.Options{
		Generator: version, Spec: specDigest(done.src), Proven: done.proof.String(), Force: c.Force,
		Keep: func(path string) bool { return c.leftOut(output.File{Path: path}) },
	})
	if err != nil {
		return err
	}
	if c.Format != "text" {
		ds = append(ds, c.unwritten(changes)...)
	}
	if err := c.report(stdout, done.src, ds); err != nil && !errors.Is(err, errWanting) {
		return err
	}
	return c.finish(c.progress(stdout), done, changes)
}

// unwritten are the findings about files on disk that people are told of in lines of their own: what stands in the way of a
// write, and with --check also what is not what the spec says.
func (c buildCommand) unwritten(changes *output.Changes) hcl.Diagnostics {
	var ds hcl.Diagnostics
	found := func(path, detail string) {
		at := filepath.Join(c.directory(), path)
		ds = append(ds, diag.Error("drift", "File that is not what the spec says", detail, hcl.Range{Filename: at, Start: hcl.InitialPos, End: hcl.InitialPos}))
	}
	for _, x := range changes.Conflicts {
		found(x.Path, x.Reason.String())
	}
	if !c.Check {
		return ds
	}
	for _, kind := range driftKinds(changes) {
		for _, path := range kind.paths {
			found(path, "The file is "+kind.what+". Run ddbgen build, and commit what it writes.")
		}
	}
	return ds
}

// finish does what was asked for with the changes.
func (c buildCommand) finish(w io.Writer, done compiled, changes *output.Changes) error {
	switch {
	case c.Check:
		return reportDrift(w, c.directory(), changes)
	case c.DryRun:
		if err := printChanges(w, "would write", c.directory(), done, changes); err != nil || len(changes.Conflicts) == 0 {
			return err
		}
		return errWanting
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
	if c.Env == "" || !strings.HasPrefix(f.Path, artifact.EnvironmentsDir+"/") {
		return false
	}
	return !strings.HasPrefix(f.Path, artifact.EnvironmentDir(&model.Environment{Name: c.Env})+"/")
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
