package load

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/inventory"
)

// Templates and Terraform files seldom say where they are deployed, and the policies in them often do, in the ARNs of tables that
// they name outright. Where all of those name one account, or one region, it is taken for that of the rest: a table that a file
// declares is then the one that its policies name.

// assumedPlace is the check by which readers say that a place is not known.
const assumedPlace diag.ID = "assumed-place"

// named fills in what options leave open and the files themselves name. It is false if there is nothing to fill in.
func (o Options) named(inv *inventory.Inventory) (Options, bool) {
	if o.Account != "" && o.Region != "" || !slices.ContainsFunc(inv.Findings, isAssumed) {
		return o, false
	}
	const unknownAccount, unknownRegion = "000000000000", "us-east-1"
	var accounts, regions []string
	see := func(t inventory.Table) {
		if t.Account == unknownAccount {
			t.Account = ""
			if t.Region == unknownRegion {
				t.Region = ""
			}
		}
		accounts, regions = append(accounts, t.Account), append(regions, t.Region)
	}
	for _, d := range inv.Documents() {
		for _, st := range d.Document.Statement {
			for _, arn := range slices.Concat(st.Resource, st.NotResource) {
				if t, _, ok := inventory.SplitTable(arn); ok {
					see(t)
				}
			}
		}
	}
	for _, t := range inv.Tables {
		see(*t)
	}
	account, region := only(accounts), only(regions)
	before := o
	if o.Account == "" {
		o.Account = account
	}
	if o.Region == "" {
		o.Region = region
	}
	return o, o.Account != before.Account || o.Region != before.Region
}

// only is the one text that is known among some; empty if there are several, or none.
func only(texts []string) string {
	found := ""
	for _, t := range texts {
		switch {
		case t == "" || strings.ContainsAny(t, "*?{$"):
		case found != "" && found != t:
			return ""
		default:
			found = t
		}
	}
	return found
}

func isAssumed(d *hcl.Diagnostic) bool { return diag.IDOf(d) == assumedPlace }

// taken says which place was taken, where the files said first that they do not name one.
func taken(before, after Options, first *inventory.Inventory) *hcl.Diagnostic {
	at := *first.Findings[slices.IndexFunc(first.Findings, isAssumed)].Subject
	var what []string
	if before.Account != after.Account {
		what = append(what, "the account "+after.Account)
	}
	if before.Region != after.Region {
		what = append(what, "the region "+after.Region)
	}
	return diag.Noted(diag.Warning("assumed-place", "Account or region taken from ARNs",
		"What is declared here does not say where it is deployed. The ARNs of tables in these files name "+strings.Join(what, " and ")+
			", and no other, so that was taken. If that is wrong, give --account and --region.", at))
}
