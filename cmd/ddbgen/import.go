package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/diff"
	diffreport "github.com/ddbgen/ddbgen/internal/diff/report"
	"github.com/ddbgen/ddbgen/internal/infer"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/inventory/load"
)

type importCommand struct {
	Paths     []string          `arg:"" files:"*.json *.yaml *.yml *.tf *.template" help:"Files and directories that say what exists." placeholder:"PATH"`
	Out       string            `short:"o" default:"spec.yaml" files:"*.yaml *.yml" help:"The spec to write; - is standard output." placeholder:"FILE"`
	Name      string            `help:"The name of the system. Default: that of what ddbgen built, or of the directory the spec is in." placeholder:"NAME"`
	Env       string            `names:"environment" help:"The name of the environment. Default: production." placeholder:"NAME"`
	Account   string            `help:"The AWS account. Default: that of the ARNs." placeholder:"ID"`
	Region    string            `help:"The AWS region. Default: that of the ARNs, or us-east-1." placeholder:"REGION"`
	IDPattern string            `name:"id-pattern" help:"What tenant ids look like, as a regular expression. Default: one that keeps the keys of tenants apart, to be looked at." placeholder:"REGEXP"`
	Parameter map[string]string `mapsep:"none" help:"The value of a parameter of a template, or of a variable of Terraform. May be given several times." placeholder:"NAME=VALUE"`
	Managed   bool              `help:"The tables and roles are for Terraform to manage. Without it they are made elsewhere, and the spec writes policies for them."`
	Force     bool              `help:"Write over a spec that is there."`
	Format    string            `enum:"text,json,github,sarif" default:"text" help:"How findings are printed: text, json, github, sarif."`
}

// Help is printed by import --help.
func (importCommand) Help() string {
	return `Reads what ddbgen audit reads: policies as JSON, what the AWS CLI prints, plans and states of Terraform, its files, templates of CloudFormation. It writes a spec of the tables, keys and roles that they speak of.

The spec grants nothing that does not exist. What exists and is a hole, or has no words in a spec, is left out, with a comment at its place that says what the source said, where, and why. The spec is compiled in memory and compared with the sources; what would be lost is shown, and what would be gained is refused.

Example:

  aws iam get-account-authorization-details > account.json
  aws dynamodb describe-table --table-name Orders > orders.json
  ddbgen import account.json orders.json
  ddbgen import -o - plan.json`
}

// Validate refuses values that no spec could hold.
func (c importCommand) Validate() error {
	for _, v := range []struct{ flag, value, pattern string }{
		{"name", c.Name, `[a-z][a-z0-9-]{0,30}`}, {"env", c.Env, `[a-z][a-z0-9_-]{0,30}`}, {"account", c.Account, `[0-9]{12}`},
		{"region", c.Region, `[a-z]{2,4}(?:-[a-z]+)+-[0-9]`},
	} {
		if v.value != "" && !regexp.MustCompile("^(?:"+v.pattern+")$").MatchString(v.value) {
			return fmt.Errorf("--%s %q: it must match %s", v.flag, v.value, v.pattern)
		}
	}
	return nil
}

// Run writes a spec of what exists, if that grants no more.
func (c importCommand) Run(stdout io.Writer) error {
	inv, err := c.load()
	if err != nil {
		return err
	}
	if inv.Findings.HasErrors() { // what cannot be read may be a refusal, and what else is granted would go too far
		return c.report(stdout, inv, nil, inv.Findings)
	}
	r := infer.Infer(inv, c.file(), infer.Options{
		Name: c.Name, Directory: c.directory(), Environment: c.Env, Account: c.Account, Region: c.Region, IDPattern: c.IDPattern, Managed: c.Managed,
	})
	ds := append(append(hcl.Diagnostics{}, inv.Findings...), r.Findings...)
	if ds.HasErrors() {
		return c.report(stdout, inv, r.Complete, ds)
	}
	change := r.Difference()
	if ds = append(ds, gained(r, change)...); ds.HasErrors() {
		return c.report(stdout, inv, r.Complete, ds)
	}
	return c.finish(stdout, inv, r, change, append(ds, toFillIn(c.file(), r)...))
}

// load reads the sources. What they compute of the account and region is read once more where other parts of them say which
// those are.
func (c importCommand) load() (*inventory.Inventory, error) {
	given := load.Options{Account: c.Account, Region: c.Region, Parameters: c.Parameter}
	inv, err := load.Paths(c.Paths, given)
	if err != nil {
		return nil, err
	}
	said := given
	said.Account, said.Region = infer.Place(inv, infer.Options{Account: c.Account, Region: c.Region})
	if said.Account == given.Account && said.Region == given.Region {
		return inv, nil
	}
	return load.Paths(c.Paths, said)
}

// gained is the law: what the spec would grant beyond what exists. It is asked twice, by two that know nothing of each other.
func gained(r infer.Result, change diff.Result) hcl.Diagnostics {
	var ds hcl.Diagnostics
	more := func(subject, request string) {
		ds = append(ds, diag.Error("import-gain", "Spec that grants more than there is",
			fmt.Sprintf("%s would be allowed what it is not now: %s. Nothing was written. Leave the file that speaks of it out, and report this: the spec was to grant no more than its sources.", subject, request), hcl.Range{}))
	}
	for _, g := range r.Gains {
		more(g.Subject, g.Request)
	}
	for _, g := range change.Gains() {
		more(g.Subject, g.Witness.Request.String())
	}
	return ds
}

// toFillIn are the lines that the author must fill in before the spec is one.
func toFillIn(file string, r infer.Result) hcl.Diagnostics {
	var ds hcl.Diagnostics
	lines := strings.SplitAfter(string(r.Text), "\n")
	offset := 0
	next := 0
	for n, line := range lines {
		for next < len(r.FillIn) && r.FillIn[next].Number == n+1 {
			indent := len(line) - len(strings.TrimLeft(line, " "))
			ds = append(ds, diag.Warning("import-fill-in", "Line to fill in",
				"The sources do not say "+r.FillIn[next].What+". Fill it in, and uncomment the line; until then ddbgen check refuses the spec.",
				hcl.Range{
					Filename: file,
					Start:    hcl.Pos{Line: n + 1, Column: indent + 1, Byte: offset + indent},
					End:      hcl.Pos{Line: n + 1, Column: len([]rune(strings.TrimRight(line, "\n"))) + 1, Byte: offset + len(strings.TrimRight(line, "\n"))},
				}))
			next++
		}
		offset += len(line)
	}
	return ds
}

// finish writes the spec, and says what of the sources is not in it.
func (c importCommand) finish(stdout io.Writer, inv *inventory.Inventory, r infer.Result, change diff.Result, ds hcl.Diagnostics) error {
	if c.Out == "-" {
		if err := c.report(io.Discard, inv, r.Text, ds); err != nil {
			return err
		}
		if _, err := stdout.Write(r.Text); err != nil {
			return err
		}
		_, err := io.WriteString(os.Stderr, difference(change))
		return err
	}
	standing, err := c.write(r.Text)
	if err != nil {
		return err
	}
	ds = append(ds, standing...)
	if err := c.report(stdout, inv, r.Text, ds); err != nil {
		return err
	}
	w := stdout
	if c.Format != "text" {
		w = os.Stderr
	}
	_, err = fmt.Fprintf(w, "wrote %s: %s, %s. %s\n%s", c.Out,
		counted(len(r.Model.Tables), "table"), counted(r.Roles, "role"), sentenceCount(r.LeftOut), difference(change))
	return err
}

func sentenceCount(n int) string {
	switch n {
	case 0:
		return "Nothing was left out."
	case 1:
		return "A comment in it says what was left out."
	}
	return fmt.Sprintf("%d comments in it say what was left out.", n)
}

// difference says what the spec grants less than its sources.
func difference(change diff.Result) string {
	if change.Unchanged() {
		return "\nIt grants what they have to each of its roles: there is no change in access.\n"
	}
	return "\nWhat its roles and tables would lose, beside what exists:\n\n" + diffreport.Text(change)
}

// write writes the spec. One that is there and differs is a finding, unless it may be written over.
func (c importCommand) write(text []byte) (hcl.Diagnostics, error) {
	if err := os.MkdirAll(filepath.Dir(c.Out), 0o755); err != nil {
		return nil, err
	}
	have, err := os.ReadFile(c.Out)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	case bytes.Equal(have, text):
		return nil, nil
	case !c.Force:
		return hcl.Diagnostics{diag.Error("file-exists", "File that differs",
			c.Out+" is there already, and is not what would be written. It is yours, so it was left as it was. Give -o another name, or --force to write over it.", hcl.Range{})}, nil
	}
	return nil, os.WriteFile(c.Out, text, 0o644)
}

// report prints findings about the sources and about the spec.
func (c importCommand) report(stdout io.Writer, inv *inventory.Inventory, text []byte, ds hcl.Diagnostics) error {
	files := map[string][]byte{c.file(): text}
	for name, src := range inv.Files {
		files[name] = src
	}
	return specFlags{Format: c.Format}.reportOn(stdout, files, ds)
}

// file is what the spec is called in findings.
func (c importCommand) file() string {
	if c.Out == "-" {
		return "spec.yaml"
	}
	return c.Out
}

// directory is the name of the directory that the spec is in.
func (c importCommand) directory() string {
	at, err := filepath.Abs(filepath.Dir(c.file()))
	if err != nil {
		return ""
	}
	return filepath.Base(at)
}
