package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
)

// initCommand writes what there is to begin with, in three forms: a spec from a template (init_starter.go), a spec from
// tables that exist (init_tables.go), and the workflow that deploys what a spec generates (init_ci.go).
type initCommand struct {
	specFlags

	Template *string `enum:"single-tenant,saas,event-driven,brownfield" help:"What the spec begins as: single-tenant, saas, event-driven or brownfield. Default: single-tenant." placeholder:"NAME"`
	Name     string  `help:"The name of the system. Default: that of the directory the spec is in." placeholder:"NAME"`
	Account  string  `help:"The AWS account. Default: that of the tables, or 111122223333." placeholder:"ID"`
	Region   string  `help:"The AWS region. Default: that of the tables, or us-east-1." placeholder:"REGION"`

	FromTableJSON []string `name:"from-table-json" sep:"none" files:"*.json" help:"Begin with the tables that a file of aws dynamodb describe-table describes; - is standard input. May be given several times." placeholder:"FILE"`
	Managed       bool     `help:"The tables of --from-table-json are for Terraform to manage, once they are imported. Without it they are made elsewhere."`

	CI   *string  `name:"ci" enum:"github" help:"Write, for a spec that is there, the workflow of a system of continuous integration: github." placeholder:"SYSTEM"`
	Out  string   `short:"o" files:"/" help:"Where ddbgen build writes, for --ci. Default: the directory generated beside the spec." placeholder:"DIR"`
	Role []string `names:"role" help:"A role that the workflow of --ci runs as, where it may become several." placeholder:"NAME"`
}

// Help is printed by init --help.
func (initCommand) Help() string {
	return `A first spec is good as it is written, and its comments say what its parts do to access and what to change first. On a terminal ddbgen asks for what no flag says; elsewhere it takes the defaults.

The tables of --from-table-json are what aws dynamodb describe-table prints, of one table or of many one after the other. Behind a table may follow what describe-time-to-live and describe-continuous-backups print of it.

The workflow of --ci checks and plans pull requests, as the role of kind plan, and applies what is pushed to the branch that deploys, as the role of kind deploy.

What is written is yours from then on. A file that is there already is never written over.

Example:

  ddbgen init
  ddbgen init --template saas --name shop --account 111122223333 --region eu-central-1 spec.yaml
  aws dynamodb describe-table --table-name Orders | ddbgen init --from-table-json -
  ddbgen init --ci github spec.yaml`
}

// Validate refuses flags that do not go together, and values that no spec could hold.
func (c initCommand) Validate() error {
	ci, tables := c.CI != nil, len(c.FromTableJSON) > 0
	begins := tables || c.Template != nil || c.Managed || c.Name != "" || c.Account != "" || c.Region != ""
	switch {
	case ci && begins:
		return errors.New("--ci is for a spec that is there, and goes with --out and --role only")
	case !ci && (c.Out != "" || len(c.Role) > 0):
		return errors.New("--out and --role go with --ci")
	case tables && c.Template != nil:
		return errors.New("give --template or --from-table-json, not both")
	case c.Managed && !tables:
		return errors.New("--managed goes with --from-table-json")
	}
	for _, q := range c.questions() {
		if *q.answer == "" {
			continue
		}
		if complaint := q.complaint(*q.answer); complaint != "" {
			return fmt.Errorf("--%s %q: %s", q.flag, *q.answer, complaint)
		}
	}
	return nil
}

// Run writes a spec to begin with, or what a repository needs beside one.
func (c initCommand) Run(stdout io.Writer) error {
	switch {
	case c.CI != nil:
		return c.workflow(stdout)
	case len(c.FromTableJSON) > 0:
		return c.fromTables(stdout)
	}
	return c.starter(stdout)
}

// create writes a file that is not there yet, and reports whether it did. One that is there and the same is left alone; one
// that differs is a finding.
func create(path string, content []byte) (bool, hcl.Diagnostics, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return false, nil, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err == nil {
		_, err = f.Write(content)
		return true, nil, errors.Join(err, f.Close())
	}
	if !errors.Is(err, fs.ErrExist) {
		return false, nil, err
	}
	have, err := os.ReadFile(path)
	if err != nil || bytes.Equal(have, content) {
		return false, nil, err
	}
	return false, hcl.Diagnostics{diag.Error("file-exists", "File that differs",
		path+" is there already, and is not what would be written. It is yours, so it was left as it is. To have it written anew, move it away and compare.", hcl.Range{})}, nil
}
