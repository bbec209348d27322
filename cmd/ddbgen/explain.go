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
	Role   string `arg:"" names:"role" help:"A role of the spec." placeholder:"ROLE"`
	Action string `help:"Only this operation, such as Query, or this action of another service, such as iam:CreateRole: a yes or a no with the reason." placeholder:"NAME"`
	Table  string `names:"table" help:"Only this table." placeholder:"NAME"`
	Tenant string `names:"tenant" help:"With this tenant's keys." placeholder:"ID"`
	Env    string `names:"environment" help:"The environment. Default: the first." placeholder:"NAME"`
	Spec   string `default:"spec.yaml" files:"*.yaml *.yml *.json" help:"The spec." placeholder:"SPEC"`
	Format string `enum:"text,json,github,sarif" default:"text" help:"How findings are printed: text, json, github, sarif. The answer is text; beside findings that a program reads it is printed on standard error."`
}

// Help is printed by explain --help.
func (explainCommand) Help() string {
	return `Each right is shown with the statement that grants it, as a build writes it; nothing is written.

Example:

  ddbgen explain api_tenant
  ddbgen explain api_tenant --table ledger --tenant acme0001
  ddbgen explain support --action Scan --table ledger    # no, and what comes nearest to allowing it
  ddbgen explain deployer --action DeleteTable           # of a role that deploys, too
  ddbgen explain deployer --action iam:PassRole          # an action of another service`
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
	q.Role = named(&ds, "role", c.Role, m.AllRoles(), func(r *model.Role) string { return r.Name })
	if c.Table != "" {
		q.Table = named(&ds, "table", c.Table, m.Tables, func(t *model.Table) string { return t.Name })
	}
	ds = append(ds, c.action(&q)...)
	if !ds.HasErrors() {
		ds = append(ds, c.tenant(m, &q)...)
	}
	return q, ds
}

// action finds the action that is asked about: an operation of DynamoDB, or an action of another service, with its name.
func (c explainCommand) action(q *explain.Question) hcl.Diagnostics {
	var ds hcl.Diagnostics
	service, _, qualified := strings.Cut(c.Action, ":")
	switch {
	case c.Action == "":
	case !qualified || service == "dynamodb":
		q.Operation = named(&ds, "action", strings.TrimPrefix(c.Action, "dynamodb:"), catalog.Operations(), func(o catalog.Operation) string { return o.Name })
	case c.Table != "":
		return unknown("action", fmt.Sprintf("%s is about no table. Leave --table out.", c.Action))
	default:
		q.Action = foreign(&ds, service, c.Action)
	}
	return ds
}

// foreign is an action of another service than DynamoDB, in the case that AWS writes it. Of some services the catalog has only
// the actions that policies here hold; any other of them can be asked about, and is allowed to nobody.
func foreign(ds *hcl.Diagnostics, service, name string) string {
	if a, known := catalog.Load().Action(name); known {
		return a.Name
	}
	for _, s := range catalog.Load().Services() {
		if s.Name == service && s.Whole {
			return named(ds, "action", name, s.Actions, func(a catalog.Action) string { return a.Name }).Name
		}
	}
	if !regexp.MustCompile("^[a-z0-9-]+:[a-zA-Z0-9]+$").MatchString(name) {
		*ds = append(*ds, unknown("action", fmt.Sprintf("%q is no action. Give an operation of DynamoDB, such as Query, or an action such as iam:PassRole.", name))...)
	}
	return name
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
