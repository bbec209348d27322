// Package audit finds what is wrong with access that exists: the pitfalls of DynamoDB's security, in policies that anybody
// wrote.
//
// It goes by what documents mean and not by how they are written. The question behind each rule is whether a request of a kind
// that should not be is allowed (or, for what breaks, refused), by all that applies to whoever makes it. A finding holds such a
// request, and the evaluator, which decides single requests by itself, has confirmed it; what it does not confirm is not
// reported.
package audit

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
)

// Severity is how bad a finding is.
type Severity int

// The severities. High is access to what another tenant or nobody should have, or the way to it; Medium a layer that is missing
// or can be walked around; Low what costs, breaks, or invites the next mistake.
const (
	Low Severity = iota + 1
	Medium
	High
)

// String is the severity in a word.
func (s Severity) String() string { return [...]string{"", "low", "medium", "high"}[s] }

// Rule is one kind of finding. It is what the documentation says of it, and the beginning of each message.
type Rule struct {
	ID       string // "scan-beside-rows"
	Severity Severity
	Title    string // "Scan beside a limit to rows": no full stop
	Why      string // Markdown, whole sentences: what AWS does, and what follows for whoever relies on it
	Remedy   string // Markdown, whole sentences: what to write instead
	Source   string // where AWS says so: "DynamoDB developer guide, specifying-conditions"
}

// Finding is one thing that is wrong, in one place.
type Finding struct {
	Rule
	At        hcl.Range
	Subject   string // what it is about: "the role orders-api"
	Document  string // what a person calls the document; empty where it is about none
	Statement string // the Sid, or "number 2"; empty where it is about no statement
	Detail    string // whole sentences: what is the case here, and what the request shows
	Witness   *Witness
	Repair    string // the statement as it should be, in JSON; empty where that is not for a statement to say
}

// Witness is a request that shows a finding, and the policies that decide it.
type Witness struct {
	Request  access.Request
	Policies evaluate.Policies
	Account  string // owns the resource, where that is not the caller's account
	Outcome  evaluate.Outcome
}

// Confirm asks the evaluator, which must answer as the witness says.
func (w Witness) Confirm() error {
	asked, err := w.Request.Asked()
	if err != nil {
		return err
	}
	if asked.ResourceAccount = w.Account; w.Account == "" {
		asked.ResourceAccount = asked.Principal.Account
	}
	if got := evaluate.Decide(asked, w.Policies).Outcome; got != w.Outcome {
		return fmt.Errorf("the evaluator answers %s to %s", got, w.Request)
	}
	return nil
}

// Run returns what is wrong with an inventory, in the order of its files, lines and rules.
func Run(inv *inventory.Inventory) []Finding {
	a := newAuditor(inv)
	for _, c := range checks() {
		c.find(a)
	}
	return a.result()
}

// check looks for findings of some rules.
type check struct {
	rules []Rule
	find  func(*auditor)
}

// checks is all of them, in the order in which they run and are documented.
func checks() []check {
	return slices.Concat(
		rowChecks(),
		columnChecks(),
		identityChecks(),
		tableChecks(),
		endpointChecks(),
		keyChecks(),
		trustChecks(),
		escalationChecks(),
		workflowChecks(),
	)
}

// Rules is every rule, in the order in which they are documented.
func Rules() []Rule {
	var out []Rule
	for _, c := range checks() {
		out = append(out, c.rules...)
	}
	return out
}
