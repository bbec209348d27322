package main

import (
	"io"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/checks"
)

type explainCheckCommand struct {
	ID string `arg:"" optional:"" names:"check" help:"The id of a check, which is printed in brackets with every finding." placeholder:"ID"`
}

// Help is printed by explain-check --help.
func (explainCheckCommand) Help() string {
	return `The page says what is wrong, what it means for access and how to mend it, with examples. Without an id, all checks are listed. The same pages are docs/checks.md.

Example:

  ddbgen explain-check keys-overlap`
}

// Run prints the page of a check, or the list of all.
func (c explainCheckCommand) Run(stdout io.Writer) error {
	if c.ID == "" {
		_, err := io.WriteString(stdout, checks.List())
		return err
	}
	var ds hcl.Diagnostics
	page := named(&ds, "check", c.ID, checks.Pages(), func(p checks.Page) string { return p.ID })
	if err := (specFlags{}).report(stdout, nil, ds); err != nil {
		return err
	}
	_, err := io.WriteString(stdout, page.Plain())
	return err
}
