package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/verify"
)

type buildCommand struct {
	specFlags
	Out    string `short:"o" files:"/" help:"Where to write. Default: the directory generated beside the spec." placeholder:"DIR"`
	Env    string `names:"environment" help:"Only this environment, and the modules." placeholder:"NAME"`
	Check  bool   `help:"Change nothing, and exit with 1 if the files on disk are not what the spec says, or others stand among them. For CI." xor:"mode"`
	DryRun bool   `help:"Change nothing, and print what would be written." xor:"mode"`
	Force  bool   `help:"Overwrite generated files that were edited by hand."`
}

// Help is printed by build --help.
func (buildCommand) Help() string {
	return `What was compiled is proven to grant what the spec says and nothing more before anything is written.
Files of your own in the output directory are never touched; a generated file that was edited by hand stops the build.
--check also reports a file of your own that would pass for a generated one: a policy, or Terraform in a generated module.
Beside the spec lies its schema, ddbgen.schema.json, by which editors complete and check it, unless the spec names another.

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
	schema, err := c.schemaFile(done.src)
	if err != nil {
		return err
	}
	strays, err := c.strays()
	if err != nil {
		return err
	}
	ds = append(ds, strays...)
	if c.Format != "text" {
		ds = append(ds, c.unwritten(changes, schema)...)
	}
	if err := c.report(stdout, done.src, ds); err != nil && !errors.Is(err, errWanting) {
		return err
	}
	if len(strays) > 0 && !changes.Drift() { // of files that are as they should be there is nothing more to say
		return errors.Join(errWanting, schema.reportDrift(c.progress(stdout)))
	}
	return c.finish(c.progress(stdout), done, changes, schema)
}

// strays are the findings of --check about files that no build wrote, where Terraform or a reviewer would take them for
// generated: the same as verify's.
func (c buildCommand) strays() (hcl.Diagnostics, error) {
	if !c.Check {
		return nil, nil
	}
	held, err := output.Inspect(c.directory())
	if errors.Is(err, fs.ErrNotExist) { // no build was ever written here
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	held.Others = slices.DeleteFunc(held.Others, func(path string) bool { return c.leftOut(output.File{Path: path}) })
	found, _ := verify.Strays(c.directory(), held)
	return found, nil
}

// unwritten are the findings about files on disk that people are told of in lines of their own: what stands in the way of a
// write, and with --check also what is not what the spec says.
func (c buildCommand) unwritten(changes *output.Changes, schema schemaFile) hcl.Diagnostics {
	var ds hcl.Diagnostics
	found := func(at, detail string) {
		ds = append(ds, diag.Error("drift", "File that is not what the spec says", detail, hcl.Range{Filename: at, Start: hcl.InitialPos, End: hcl.InitialPos}))
	}
	for _, x := range changes.Conflicts {
		found(filepath.Join(c.directory(), x.Path), x.Reason.String())
	}
	if !c.Check {
		return ds
	}
	for _, kind := range driftKinds(changes) {
		for _, path := range kind.paths {
			found(filepath.Join(c.directory(), path), "The file is "+kind.what+". Run ddbgen build, and commit what it writes.")
		}
	}
	if schema.state == schemaStale {
		found(schema.path, "The file is of another version of ddbgen. Run ddbgen build, and commit what it writes.")
	}
	return ds
}

// finish does what was asked for with the changes.
func (c buildCommand) finish(w io.Writer, done compiled, changes *output.Changes, schema schemaFile) error {
	switch {
	case c.Check:
		return errors.Join(reportDrift(w, c.directory(), changes), schema.reportDrift(w))
	case c.DryRun:
		err := errors.Join(printChanges(w, "would write", c.directory(), done, changes), schema.report(w, "would write"))
		if err != nil || len(changes.Conflicts) == 0 {
			return err
		}
		return errWanting
	}
	if err := output.Apply(changes); err != nil {
		return conflictsAreWanting(err)
	}
	if err := printChanges(w, "wrote", c.directory(), done, changes); err != nil {
		return err
	}
	if err := schema.write(); err != nil {
		return err
	}
	return schema.report(w, "wrote")
}

// progress is where the closing lines go: not into findings that a program reads.
func (c buildCommand) progress(stdout io.Writer) io.Writer {
	if c.Format == "text" {
		return stdout
	}
	return os.Stderr
}

func (c buildCommand) directory() string { return outputDirectory(c.Spec, c.Out) }

// outputDirectory is where a build of a spec writes, if it is told nothing else.
func outputDirectory(spec, out string) string {
	if out != "" {
		return out
	}
	return filepath.Join(filepath.Dir(spec), "generated")
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
