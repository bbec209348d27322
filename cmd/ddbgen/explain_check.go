package main

import (
	"io"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/audit/report"
	"github.com/ddbgen/ddbgen/internal/checks"
)

type explainCheckCommand struct {
	ID string `arg:"" optional:"" names:"check" help:"The id of a check or of a rule of the audit, which is printed in brackets with every finding." placeholder:"ID"`
}

// Help is printed by explain-check --help.
func (explainCheckCommand) Help() string {
	return `The page says what is wrong, what it means for access and how to mend it, with examples. Without an id, all checks are listed, and the rules of ddbgen audit. The same pages are docs/checks.md and docs/audit.md.

Example:

  ddbgen explain-check keys-overlap`
}

// Run prints the page of a check or of a rule of the audit, or the list of all.
func (c explainCheckCommand) Run(stdout io.Writer) error {
	if c.ID == "" {
		_, err := io.WriteString(stdout, checks.List()+"\nRules of ddbgen audit\n"+report.List())
		return err
	}
	var ds hcl.Diagnostics
	page := named(&ds, "check", c.ID, explained(), func(p explainedCheck) string { return p.id })
	if err := (specFlags{}).report(stdout, nil, ds); err != nil {
		return err
	}
	_, err := io.WriteString(stdout, page.text)
	return err
}

// explainedCheck is what can be explained: a check, or a rule of the audit. Where a rule finds in what exists what a check finds
// in a build, both have the id.
type explainedCheck struct{ id, text string }

func explained() []explainedCheck {
	var out []explainedCheck
	for _, p := range checks.Pages() {
		out = append(out, explainedCheck{p.ID, p.Plain()})
	}
	for _, r := range report.Rules() {
		i := slices.IndexFunc(out, func(c explainedCheck) bool { return c.id == r.ID })
		if i < 0 {
			out = append(out, explainedCheck{r.ID, report.Plain(r)})
			continue
		}
		out[i].text += "\nAs a rule of ddbgen audit:\n\n" + report.Plain(r)
	}
	return out
}
