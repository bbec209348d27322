package main

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/explain"
	"github.com/ddbgen/ddbgen/internal/model"
)

type explainCommand struct {
	Role   string `arg:"" help:"A role of the spec." placeholder:"ROLE"`
	Action string `help:"Only this operation, such as Query; with --table, a yes or a no with the reason." placeholder:"NAME"`
	Table  string `help:"Only this table." placeholder:"NAME"`
	Tenant string `help:"With this tenant's keys." placeholder:"ID"`
	Env    string `help:"The environment. Default: the first." placeholder:"NAME"`
	Spec   string `default:"spec.yaml" help:"The spec." placeholder:"SPEC"`
	Format string `enum:"text,json,github,sarif" default:"text" help:"How findings are printed: text, json, github, sarif. The answer is text; beside findings that a program reads it is printed on standard error."`
}

// Help is printed by explain --help.
func (explainCommand) Help() string {
	return `Each right is shown with the statement that grants it, as a build writes it; nothing is written.

Example:

  ddbgen explain api_tenant
  ddbgen explain api_tenant --table ledger --tenant acme0001
  ddbgen explain support --action Scan --table ledger    # no, and what comes nearest to allowing it`
}

// Run says in words what a role may do, and by which statement.
func (c explainCommand) Run(stdout io.Writer) error {
	flags := specFlags{Spec: c.Spec, Format: c.Format}
	m, src, ds, err := flags.load()
	if err != nil {
		return err
	}
	ds = slices.DeleteFunc(ds, func(d *hcl.Diagnostic) bool { return d.Severity != hcl.DiagError })
	var tree generate.Tree
	var question explain.Question
	if m != nil {
		var unbuilt, unasked hcl.Diagnostics
		tree, unbuilt = generate.All(m)
		question, unasked = c.question(m)
		ds = slices.Concat(ds, unbuilt, unasked)
	}
	if err := flags.report(stdout, src, ds); err != nil {
		return err
	}
	answer, err := explain.Answer(question, tree.Files)
	if err != nil {
		return err
	}
	if c.Format != "text" {
		stdout = os.Stderr
	}
	_, err = io.WriteString(stdout, answer)
	return err
}

// question finds what is asked about.
func (c explainCommand) question(m *model.Model) (explain.Question, hcl.Diagnostics) {
	q := explain.Question{Model: m, Environment: m.Environments[0], Tenant: c.Tenant}
	var ds hcl.Diagnostics
	if c.Env != "" {
		q.Environment, ds = environmentNamed(m, c.Env)
	}
	q.Role = named(&ds, "role", c.Role, m.Roles, func(r *model.Role) string { return r.Name })
	if c.Table != "" {
		q.Table = named(&ds, "table", c.Table, m.Tables, func(t *model.Table) string { return t.Name })
	}
	if c.Action != "" {
		q.Operation = named(&ds, "action", strings.TrimPrefix(c.Action, "dynamodb:"), catalog.Operations(), func(o catalog.Operation) string { return o.Name })
	}
	if !ds.HasErrors() {
		ds = append(ds, c.tenant(m, &q)...)
	}
	return q, ds
}

// tenant checks the tenant that is asked about. Of a role that is made for each tenant, one is shown.
func (c explainCommand) tenant(m *model.Model, q *explain.Question) hcl.Diagnostics {
	switch {
	case m.Tenancy == nil && c.Tenant != "":
		return unknown("tenant", fmt.Sprintf("The spec has no tenants. Leave --tenant %s out.", c.Tenant))
	case q.Role.PerTenant && c.Tenant == "":
		q.Tenant = m.Tenancy.Tenants[0]
	case q.Role.PerTenant:
		ds := hcl.Diagnostics{}
		named(&ds, "tenant", c.Tenant, m.Tenancy.Tenants, func(t string) string { return t })
		return ds
	case c.Tenant != "" && !regexp.MustCompile("^(?:"+m.Tenancy.IDPattern+")$").MatchString(c.Tenant):
		return unknown("tenant", fmt.Sprintf("%q is no tenant id: those match %s as a whole. Give one that does.", c.Tenant, m.Tenancy.IDPattern))
	}
	return nil
}
