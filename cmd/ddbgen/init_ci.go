package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/generate/workflow"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
)

// workflow writes what a repository needs beside a spec.
func (c initCommand) workflow(stdout io.Writer) error {
	m, src, ds, err := c.load()
	if err != nil {
		return err
	}
	if m == nil {
		return c.report(stdout, src, ds)
	}
	done, found, err := c.writeWorkflow(m)
	if err != nil {
		return err
	}
	if err := c.report(stdout, src, append(ds, found...)); err != nil || c.Format != "text" {
		return err
	}
	_, err = fmt.Fprint(stdout, done)
	return err
}

// writeWorkflow writes the workflow, and says what it did and what is left to do.
func (c initCommand) writeWorkflow(m *model.Model) (string, hcl.Diagnostics, error) {
	roles, ds := c.roles(m)
	repository, err := repositoryOf(c.Spec)
	if err != nil {
		return "", nil, err
	}
	if repository == "" {
		ds = append(ds, diag.Error("no-repository", "No git repository",
			"GitHub reads workflows from the root of a repository, and the spec lies in none. Run git init where the repository is to begin.", hcl.Range{}))
	}
	if ds.HasErrors() {
		return "", ds, nil
	}
	build, _ := debug.ReadBuildInfo()
	o := workflow.Options{Version: installable(build), Roles: roles}
	if o.Spec, err = below(repository, c.Spec); err != nil {
		return "", nil, err
	}
	if o.Generated, err = below(repository, outputDirectory(c.Spec, c.Out)); err != nil {
		return "", nil, err
	}
	if !filepath.IsLocal(filepath.FromSlash(o.Generated)) {
		return "", hcl.Diagnostics{diag.Error("outside-repository", "Output outside the repository",
			"The workflow reads what was built and committed, and "+o.Generated+" is not in the repository of the spec. Build into a directory of the repository.", hcl.Range{})}, nil
	}
	w, ds := workflow.GitHub(m, o)
	if ds.HasErrors() {
		return "", ds, nil
	}
	made, found, err := create(filepath.Join(repository, filepath.FromSlash(w.Path)), w.Bytes)
	done := w.Path + " is up to date\n"
	if made {
		done = "wrote " + w.Path + "\n"
	}
	return done + afterWorkflow(m, o, w), append(ds, found...), err
}

// roles are those that the workflow may run as; none: any.
func (c initCommand) roles(m *model.Model) ([]*model.Role, hcl.Diagnostics) {
	var roles []*model.Role
	var ds hcl.Diagnostics
	for _, name := range c.Role {
		roles = append(roles, named(&ds, "role", name, m.DeployRoles, func(r *model.Role) string { return r.Name }))
	}
	return roles, ds
}

// repositoryOf is the root of the git repository that holds a file; "" if none does. In a worktree .git is a file.
func repositoryOf(path string) (string, error) {
	dir, err := filepath.Abs(filepath.Dir(path))
	for ; err == nil; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", nil
		}
	}
	return "", err
}

// below is a path from a directory on, with slashes.
func below(dir, path string) (string, error) {
	whole, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	relative, err := filepath.Rel(dir, whole)
	return filepath.ToSlash(relative), err
}

// afterWorkflow is what is left to do by hand.
func afterWorkflow(m *model.Model, o workflow.Options, w workflow.Workflow) string {
	steps := "\nNext, an administrator makes the roles that the workflow runs as, now and whenever a build changes them:\n"
	for _, e := range m.Environments {
		dir := o.Generated + "/" + artifact.BootstrapRootDir(e)
		steps += fmt.Sprintf("  terraform -chdir=%s init\n  terraform -chdir=%s apply\n", dir, dir)
	}
	if len(w.Environments) > 0 {
		steps += fmt.Sprintf("In the settings of %s, let only %s deploy to %s, after a review: the role is trusted to jobs there, whatever branch they are of.\n",
			w.Repository, strings.Join(w.Branches, " and "), strings.Join(w.Environments, " and "))
	}
	return steps + fmt.Sprintf("Then commit the workflow with the spec and %s, and with the .terraform.lock.hcl that terraform init writes beside an environment's main.tf: runs keep to the providers that it names.\n", o.Generated)
}
