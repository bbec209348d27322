// Package workflow writes the workflow of GitHub Actions that checks, plans and applies what a build generates.
//
// A pull request is checked and planned, as the role that only reads; what it would change is proven, and shown on the page
// of the run. A push to the branch that deploys is checked, planned and applied, as the role that deploys. Each environment has jobs of
// its own with literal values, so that a reviewer sees which role touches which account.
//
// What keeps the workflow itself safe:
//
//   - A job has the permissions it needs and no others: to read the repository, and where it becomes a role of AWS to ask
//     for a token. There are no secrets.
//   - The job that becomes a role runs Terraform, ddbgen and the actions of the step list. What it installs, it installs
//     before there are credentials.
//   - What is applied is the file that was planned and proven, in the same job; two applies of an environment never overlap.
//   - Text of the spec never becomes syntax. Three languages are nested here: YAML, whose strings are quoted by its encoder;
//     expressions of GitHub, which are escaped in every text; and the shell, whose scripts are constant and read what they
//     need from the environment.
package workflow

import (
	"cmp"
	"path"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
)

// Options are what the spec does not say.
type Options struct {
	Spec      string        // where the spec lies in the repository, with slashes
	Generated string        // where a build writes, in the repository, with slashes
	Version   string        // of ddbgen, as Go's tools take it; "": of a development build, which cannot be installed
	Roles     []*model.Role // the roles to choose from; empty: all
}

// Path is where the workflow lies in the repository. GitHub reads workflows from nowhere else.
func Path(m *model.Model) string { return ".github/workflows/ddbgen-" + m.Name + ".yml" }

// Workflow is a workflow, and what it takes for granted of the repository.
type Workflow struct {
	output.File
	Repository   string   // OWNER/NAME
	Environments []string // of GitHub, that jobs run in; sorted
	Branches     []string // whose pushes are deployed; sorted
}

// GitHub is the workflow. With errors among the diagnostics there is none.
func GitHub(m *model.Model, o Options) (Workflow, hcl.Diagnostics) {
	r, ds := choose(m, o.Roles)
	if ds.HasErrors() {
		return Workflow{}, ds
	}
	w := writer{m: m, o: o, runners: r}
	return Workflow{
		File:         output.File{Path: Path(m), Bytes: encode(w.workflow())},
		Repository:   runOf(m.Environments[0], cmp.Or(r.deploy, r.plan)).repository,
		Environments: r.environments(m),
		Branches:     r.branches(m),
	}, ds
}

// writer holds what the parts of the workflow are made of.
type writer struct {
	m *model.Model
	o Options
	runners
}

// root is the directory of an environment's Terraform, in the repository. Paths begin with a dot, so that none can be taken
// for a flag.
func (w writer) root(dir string) string { return "./" + path.Join(w.o.Generated, dir) }
