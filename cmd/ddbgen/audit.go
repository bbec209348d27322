package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/audit"
	"github.com/ddbgen/ddbgen/internal/audit/report"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/inventory/built"
	"github.com/ddbgen/ddbgen/internal/inventory/load"
	"github.com/ddbgen/ddbgen/internal/model"
)

type auditCommand struct {
	Paths         []string          `arg:"" optional:"" files:"*" help:"Files, and directories of them." placeholder:"PATH"`
	Format        string            `enum:"text,json,sarif,github,markdown" default:"text" help:"How findings are printed: text, json, sarif, github, markdown."`
	FailOn        string            `enum:"high,medium,low,never" default:"medium" help:"Exit with 1 from findings of this severity on: high, medium, low, never. Input that cannot be read is always a failure."`
	Baseline      string            `files:"*.json" help:"Findings that are known and accepted." placeholder:"FILE"`
	WriteBaseline bool              `help:"Write the findings of this run into the baseline, and print none."`
	Spec          string            `files:"*.yaml *.yml *.json" help:"Report access beyond this spec, too." placeholder:"SPEC"`
	Env           string            `names:"environment" help:"Compare with this environment of the spec only. Default: all." placeholder:"NAME"`
	Rule          []string          `names:"rule" help:"Only this rule. Can be given again." placeholder:"ID"`
	Skip          []string          `names:"rule" help:"Not this rule. Can be given again." placeholder:"ID"`
	Account       string            `help:"The account of a template, which says none itself." placeholder:"ID"`
	Region        string            `help:"The region of a template, which says none itself." placeholder:"NAME"`
	Parameter     map[string]string `mapsep:"none" help:"The value of a template's parameter, or of a variable of Terraform. Can be given again." placeholder:"NAME=VALUE"`
	ListRules     bool              `help:"List the rules, and audit nothing."`
}

// Help is printed by audit --help.
func (auditCommand) Help() string {
	return `Policies, roles, tables, keys and endpoints that exist are read from files, whoever wrote them: what the AWS CLI printed, plans and states as terraform show -json prints them, templates of CloudFormation, SAM and CDK, Terraform files, workflows, the output of a build. docs/audit.md has the commands. What they allow is judged by meaning, and each finding is shown by a request that AWS would decide so.

Example:

  aws iam get-account-authorization-details > account.json && ddbgen audit account.json
  ddbgen audit infrastructure/ --baseline audit-baseline.json
  ddbgen audit plan.json --spec spec.yaml --format sarif > audit.sarif
  ddbgen audit template.yaml --account 111122223333 --region eu-central-1 --parameter Stage=prod`
}

// Validate refuses flags that do not go together.
func (c auditCommand) Validate() error {
	switch {
	case len(c.Paths) == 0 && !c.ListRules:
		return errors.New("give files or directories to audit")
	case c.WriteBaseline && c.Baseline == "":
		return errors.New("--write-baseline goes with --baseline, which names the file")
	case c.Env != "" && c.Spec == "":
		return errors.New("--env goes with --spec")
	case c.Account != "" && !regexp.MustCompile("^[0-9]{12}$").MatchString(c.Account):
		return errors.New("--account is twelve digits")
	}
	return nil
}

// Run finds what is wrong with what exists.
func (c auditCommand) Run(stdout io.Writer) error {
	if c.ListRules {
		_, err := io.WriteString(stdout, report.List())
		return err
	}
	if ds := c.unknownRules(); ds.HasErrors() {
		return c.flags().report(stdout, nil, ds)
	}
	inv, err := load.Paths(c.Paths, load.Options{Account: c.Account, Region: c.Region, Parameters: c.Parameter})
	if err != nil {
		return err
	}
	done := audited{inv: inv, files: map[string][]byte{}, unread: c.unread(inv)}
	maps.Copy(done.files, inv.Files)
	before, ds, err := c.before(done.files)
	if err != nil {
		return err
	}
	granted, found, err := c.granted(done.files)
	if err != nil {
		return err
	}
	if ds = append(ds, found...); ds.HasErrors() { // without the baseline, or the spec, the findings would be others
		return c.flags().reportOn(stdout, done.files, ds)
	}
	findings := audit.Run(inv)
	if granted != nil {
		done.beyond = report.BeyondOf(granted, inv)
		findings = append(findings, done.beyond.Findings...)
		done.unread = append(done.unread, done.beyond.Undecided...)
	}
	done.unread = report.Unread(done.unread)
	done.items = slices.DeleteFunc(report.Items(inv, findings), func(i report.Item) bool { return !c.looks(i.ID) })
	if c.WriteBaseline {
		return c.write(stdout, done, before)
	}
	return c.finish(stdout, done, before)
}

// audited is what an audit came to.
type audited struct {
	inv    *inventory.Inventory
	files  map[string][]byte // those of the inventory, the baseline and the spec
	items  []report.Item
	unread hcl.Diagnostics // what was not judged
	beyond report.Beyond
}

// flags are those by which other commands print what is wrong with their input.
func (c auditCommand) flags() specFlags {
	format := c.Format
	if format == "markdown" {
		format = "text"
	}
	return specFlags{Spec: c.Spec, Format: format}
}

// unknownRules are the rules of the command line that there are not.
func (c auditCommand) unknownRules() hcl.Diagnostics {
	var ds hcl.Diagnostics
	for _, id := range slices.Concat(c.Rule, c.Skip) {
		named(&ds, "rule", id, report.Rules(), func(r audit.Rule) string { return r.ID })
	}
	return ds
}

// looks reports whether the findings of a rule are wanted.
func (c auditCommand) looks(rule string) bool {
	if rule == report.BeyondSpec.ID && c.Spec == "" || slices.Contains(c.Skip, rule) {
		return false
	}
	return len(c.Rule) == 0 || slices.Contains(c.Rule, rule)
}

// before is the baseline. One that is to be written need not be there.
func (c auditCommand) before(files map[string][]byte) (report.Baseline, hcl.Diagnostics, error) {
	if c.Baseline == "" {
		return report.Baseline{}, nil, nil
	}
	src, err := os.ReadFile(c.Baseline)
	if c.WriteBaseline && errors.Is(err, fs.ErrNotExist) {
		return report.Baseline{}, nil, nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w (--write-baseline writes one)", err)
	}
	if err != nil {
		return report.Baseline{}, nil, err
	}
	files[c.Baseline] = src
	b, ds := report.ReadBaseline(c.Baseline, src)
	return b, ds, nil
}

// granted is what the spec grants; nil without one. Its warnings are for those who check it.
func (c auditCommand) granted(files map[string][]byte) (*inventory.Inventory, hcl.Diagnostics, error) {
	if c.Spec == "" {
		return nil, nil, nil
	}
	done, ds, err := c.flags().compile()
	if err != nil {
		return nil, nil, err
	}
	files[c.Spec] = done.src
	if ds.HasErrors() {
		return nil, ds, nil
	}
	m, policies := *done.model, done.files.Policies
	if c.Env != "" {
		e, ds := environmentNamed(done.model, c.Env)
		if ds.HasErrors() {
			return nil, ds, nil
		}
		m.Environments = []*model.Environment{e} // the tables of the others are none to compare with
		policies = slices.DeleteFunc(slices.Clone(policies), func(p artifact.Policy) bool { return p.Environment != e })
	}
	return built.Policies(&m, policies), nil, nil
}

// write puts the findings into the baseline. What could not be read is not accepted by it, and stays a failure.
func (c auditCommand) write(stdout io.Writer, done audited, before report.Baseline) error {
	b := report.Accept(done.items, before).Keep(before, c.looks)
	if err := os.WriteFile(c.Baseline, b.Bytes(), 0o644); err != nil {
		return err
	}
	done.items = nil
	if err := c.print(stdout, done, nil); err != nil {
		return err
	}
	w := stdout
	if c.Format != "text" {
		w = os.Stderr
	}
	if _, err := fmt.Fprintf(w, "wrote %s: %s accepted.\n", c.Baseline, counted(len(b.Accepted), "finding")); err != nil {
		return err
	}
	if done.unread.HasErrors() {
		return errWanting
	}
	return nil
}

// unread is what could not be read, resolved or decided, and that there was nothing to read.
func (c auditCommand) unread(inv *inventory.Inventory) hcl.Diagnostics {
	ds := append(slices.Clone(inv.Findings), report.Undecided(inv)...)
	if !ds.HasErrors() && report.Look(inv).Nothing() {
		ds = append(ds, diag.Error("nothing-to-audit", "Nothing to audit",
			fmt.Sprintf("There is no policy, role, table, key, endpoint or workflow in %s. Give files that hold some; docs/audit.md says by which commands they are made.", strings.Join(c.Paths, ", ")), hcl.Range{}))
	}
	return ds
}

// finish prints what is found and not accepted, and fails if it is grave enough.
func (c auditCommand) finish(stdout io.Writer, done audited, before report.Baseline) error {
	rest, accepted, stale := before.Apply(done.items, c.looks)
	done.items = rest
	var closing []string
	if looked := report.Look(done.inv); !looked.Nothing() {
		closing = looked.Closing(rest, accepted, done.unread, done.beyond.Absent)
	}
	done.unread = append(done.unread, report.Unread(stale)...)
	if err := c.print(stdout, done, closing); err != nil {
		return err
	}
	if done.unread.HasErrors() || report.Worst(rest) >= c.threshold() {
		return errWanting
	}
	return nil
}

// threshold is the severity from which on findings fail the run.
func (c auditCommand) threshold() audit.Severity {
	switch c.FailOn {
	case "high":
		return audit.High
	case "low":
		return audit.Low
	case "never":
		return audit.High + 1
	}
	return audit.Medium
}

// print prints a report. It is what an audit is asked for, so people, too, read it on standard output.
func (c auditCommand) print(stdout io.Writer, done audited, closing []string) error {
	summary := ""
	for _, line := range closing {
		summary += diag.Printable(line) + "\n"
	}
	var err error
	switch c.Format {
	case "json":
		err = diag.JSON(stdout, done.files, report.Diagnostics(done.items, done.unread, report.ForPrograms), readRule)
	case "github":
		err = diag.GitHub(stdout, report.Diagnostics(done.items, done.unread, report.ForPrograms))
	case "sarif":
		err = diag.SARIF(stdout, done.files, report.Diagnostics(done.items, done.unread, report.ForPrograms), readRule)
	case "markdown":
		_, err = io.WriteString(stdout, report.Page(done.items, done.unread, closing))
		return err
	default:
		return printText(stdout, done.files, report.Diagnostics(done.items, done.unread, report.ForPeople), summary)
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(os.Stderr, summary)
	return err
}

// readRule is the page of a rule, or of a check of the input.
func readRule(id diag.ID) diag.Help {
	if r, is := report.Rule(string(id)); is {
		return report.Help(r)
	}
	return readMore(id)
}

func printText(stdout io.Writer, files map[string][]byte, ds hcl.Diagnostics, summary string) error {
	if err := diag.Text(stdout, files, ds, colored(os.Stdout)); err != nil {
		return err
	}
	if len(ds) > 0 {
		summary = "\n" + summary + readOn(ds) + "\n"
	}
	_, err := io.WriteString(stdout, summary)
	return err
}
