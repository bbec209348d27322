package audit

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file asks of the policies of tables and of their streams who gets in by them.

var (
	tableOpen = Rule{
		ID: "table-open-to-everybody", Severity: High, Title: "Table open to everybody",
		Why: "The policy of a table or of its stream lets in callers of accounts that it does not name. A caller of another account needs two permissions, one of his own " +
			"account and one of the table's policy, and the first he gives himself. DynamoDB refuses a policy that it judges public when it is put (Block Public Access), " +
			"but it goes by the conditions that it knows, and a template that holds such a policy will be made to pass one day.",
		Remedy: "Name the roles in `Principal`. Where they are many, hold the statement to `aws:PrincipalOrgID` or to `aws:PrincipalAccount`. Identities of the own account need no " +
			"statement here: their own policies are enough.",
		Source: "DynamoDB developer guide, \"Blocking public access with resource-based policies\"; IAM user guide, \"Cross-account policy evaluation logic\"",
	}
	tableOpenToAccount = Rule{
		ID: "table-open-to-account", Severity: Medium, Title: "Table open to a whole account",
		Why: "An account as `Principal` stands for everybody in it whom its administrators let, now and later. Where it is another account, who reaches the table's items is decided there. " +
			"Where it is everybody (`*`) of the own account, nobody needs a right of his own any more: an Allow of the table's policy is enough by itself, and limits to rows and columns in " +
			"the policies of identities do not hold against it.",
		Remedy: "Name the roles that need the table, by ARN. For identities of the own account leave the statement out, and allow them in their own policies.",
		Source: "IAM user guide, \"AWS JSON policy elements: Principal\", account principals; IAM user guide, \"How AWS enforcement code logic evaluates requests to allow or deny access\"",
	}
)

func tableChecks() []check {
	return []check{
		{rules: []Rule{tableOpen, tableOpenToAccount}, find: (*auditor).findOpenTables},
		{rules: []Rule{plainHTTP, plainHTTPHere}, find: (*auditor).findPlainHTTP},
		{rules: []Rule{networkBreaksServices, networkMissingKey}, find: (*auditor).findNetworks},
	}
}

// guarded is a table or a stream with its policy.
type guarded struct {
	table    *inventory.Table
	document *inventory.Document
	name     string // "the table orders"
	stream   bool
	owner    string // its account; empty if nothing tells
}

// guardedTables are the tables and streams that have a policy.
func (a *auditor) guardedTables() []guarded {
	var out []guarded
	for _, t := range a.inv.Tables {
		name := "the table " + t.Name
		if t.Name == "" {
			name = "the table"
		}
		if t.Policy != nil {
			out = append(out, guarded{t, t.Policy, name, false, tableOwner(t, t.Policy)})
		}
		if t.StreamPolicy != nil {
			out = append(out, guarded{t, t.StreamPolicy, "the stream of " + name, true, tableOwner(t, t.StreamPolicy)})
		}
	}
	return out
}

// tableOwner is the account of a table: its own, or that of the resources that its policy names, which can be no others.
func tableOwner(t *inventory.Table, d *inventory.Document) string {
	if t.Account != "" && t.Account != unknownAccount {
		return t.Account
	}
	if d == nil {
		return ""
	}
	for _, st := range d.Document.Statement {
		for _, r := range slices.Concat(st.Resource, st.NotResource) {
			if parts := strings.SplitN(r, ":", 6); len(parts) == 6 && isAccountID(parts[4]) && parts[4] != unknownAccount {
				return parts[4]
			}
		}
	}
	return ""
}

// unknownAccount stands where nothing tells the account.
const unknownAccount = "000000000000"

func isAccountID(s string) bool { return len(s) == 12 && strings.Trim(s, "0123456789") == "" }

// ownerOr is the account that owns the table, or another.
func (g guarded) ownerOr(other string) string {
	if g.owner == "" {
		return other
	}
	return g.owner
}

// resources are resources that a statement could be about: the table, an index of it and its stream, as far as the policy is
// theirs, by the table's name and as the statement names them.
func (g guarded) resources(st policy.Statement) []string {
	t := g.table
	region := regionOfTable(t, g.document)
	named := *t
	named.Account, named.Region = g.ownerOr(unknownAccount), region
	var out []string
	switch {
	case t.Name == "":
	case g.stream:
		out = []string{named.ARN() + "/stream/2026-01-01T00:00:00.000"}
	default:
		out = []string{named.ARN(), named.ARN() + "/index/any"}
	}
	for _, r := range st.Resource {
		if strings.HasPrefix(r, "arn:") {
			out = append(out, concreteARN(r, named.Region, named.Account))
		}
	}
	if len(out) == 0 {
		out = append(out, "arn:aws:dynamodb:"+region+":"+named.Account+":table/any")
	}
	slices.SortStableFunc(out, func(x, y string) int { return strings.Count(x, "/") - strings.Count(y, "/") })
	return slices.Compact(out)
}

// regionOfTable is the region of a table, by the resources of its policy or else by its own word, which for a template is no more
// than where templates are deployed most; one that stands for any, where neither tells.
func regionOfTable(t *inventory.Table, d *inventory.Document) string {
	for _, st := range d.Document.Statement {
		for _, r := range st.Resource {
			if parts := strings.SplitN(r, ":", 6); len(parts) == 6 && parts[3] != "" && !strings.ContainsAny(parts[3], "*?{$") {
				return parts[3]
			}
		}
	}
	if t.Region != "" {
		return t.Region
	}
	return "us-east-1"
}

// concreteARN is an ARN that a pattern matches, of a region and an account where it leaves them open.
func concreteARN(pattern, region, account string) string {
	parts := strings.SplitN(pattern, ":", 6)
	if len(parts) < 6 {
		return concrete(pattern)
	}
	for i, known := range []string{"", "", "", region, account} {
		if known != "" && parts[i] != "" && strings.Trim(parts[i], "*?") == "" {
			parts[i] = known
		}
	}
	return concrete(strings.Join(parts, ":"))
}

// matchedActions are the actions of a list that a statement is about.
func matchedActions(st policy.Statement, actions []string) []string {
	var out []string
	for _, a := range actions {
		if len(st.NotAction) > 0 && !matchesAny(st.NotAction, a) || matchesAny(st.Action, a) {
			out = append(out, a)
		}
	}
	return out
}

// matchesAny reports whether one of some patterns matches an action. Actions are compared without case.
func matchesAny(patterns []string, action string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matchesFolded(p, action) })
}

// matchesFolded reports whether a pattern with stars and question marks matches a text, without case.
func matchesFolded(pattern, text string) bool {
	fold := func(c byte) byte {
		if 'A' <= c && c <= 'Z' {
			return c + 'a' - 'A'
		}
		return c
	}
	p, t, star, from := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from, p = p, t, p+1
		case p < len(pattern) && (pattern[p] == '?' || fold(pattern[p]) == fold(text[t])):
			p, t = p+1, t+1
		case star >= 0:
			from++
			p, t = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// tableActions are the actions that work on a table, an index or a stream: first those that reach items.
var tableActions = sync.OnceValue(func() []string {
	var items, others []string
	for _, o := range catalog.Operations() {
		if !o.IsAction() || o.Name == "ListStreams" {
			continue
		}
		switch o.Class {
		case catalog.ClassItemRead, catalog.ClassItemWrite, catalog.ClassQuery, catalog.ClassScan, catalog.ClassPartiQL, catalog.ClassStream, catalog.ClassVector:
			items = append(items, o.Action())
		case catalog.ClassExport, catalog.ClassRestore, catalog.ClassBackup, catalog.ClassControl, catalog.ClassDescribe:
			if a, known := catalog.Load().Action(o.Action()); known && !a.NoResource() {
				others = append(others, o.Action())
			}
		}
	}
	return append(items, others...)
})

// itemActions are the actions that read or write items by a request for them.
var itemActions = sync.OnceValue(func() []string {
	var out []string
	for _, o := range catalog.Operations() {
		switch o.Class {
		case catalog.ClassItemRead, catalog.ClassItemWrite, catalog.ClassQuery, catalog.ClassScan, catalog.ClassPartiQL:
			if o.IsAction() {
				out = append(out, o.Action())
			}
		}
	}
	return out
})

// findOpenTables asks as a stranger, as somebody of another account that is named, and as somebody of the own account who has
// no policies.
func (a *auditor) findOpenTables() {
	for _, g := range a.guardedTables() {
		for i, st := range g.document.Document.Statement {
			if st.Effect != policy.Allow {
				continue
			}
			if f, found := a.openTable(g, st); found {
				f.Subject = g.name
				f.At = g.document.Element(i, "Principal")
				a.reports(f, g.document, i)
			}
		}
	}
}

func (a *auditor) openTable(g guarded, st policy.Statement) (Finding, bool) {
	layers := evaluate.Policies{Identity: everything(), Resource: &g.document.Document}
	if w := g.askEitherWay(stranger(a.inv, g.document), layers, st); w != nil {
		f := Finding{Rule: tableOpen, Witness: w}
		f.Detail = fmt.Sprintf("The statement lets a role of any account in the world make this request to %s, once its own account lets it.", g.name)
		f.Repair = repairedPrincipal(st, g.owner)
		return f, true
	}
	for _, account := range accountsOf(st.Principal) {
		if account == g.owner || account == unknownAccount || g.owner == "" {
			continue
		}
		if w := g.askEitherWay(memberOf(account, g.document), layers, st); w != nil {
			f := Finding{Rule: tableOpenToAccount, Witness: w}
			f.Detail = fmt.Sprintf("The account %s as a whole is let in: this role stands for any that its administrators choose.", account)
			return f, true
		}
	}
	if st.Principal == nil || g.owner == "" || !st.Principal.Any && !slices.Contains(st.Principal.AWS, "*") {
		return Finding{}, false
	}
	layers.Identity = nil
	if w := g.askEitherWay(insider(g.owner, g.document), layers, st); w != nil {
		f := Finding{Rule: tableOpenToAccount, Witness: w, Repair: repairedPrincipal(st, g.owner)}
		f.Detail = "A role of the account that has no policies at all may make this request: the table's policy is enough by itself."
		return f, true
	}
	return Finding{}, false
}

// askEitherWay asks as somebody who calls himself, and for whom a service of AWS calls, which limits to a network let through.
func (g guarded) askEitherWay(who asker, layers evaluate.Policies, st policy.Statement) *Witness {
	if w := g.ask(who, layers, st); w != nil {
		return w
	}
	return g.ask(who.throughService(), layers, st)
}

// ask asks each action of a statement on each resource that it could be about.
func (g guarded) ask(who asker, layers evaluate.Policies, st policy.Statement) *Witness {
	for _, action := range matchedActions(st, tableActions()) {
		for _, resource := range g.resources(st) {
			q := question{who, action, resource, g.ownerOr(unknownAccount)}
			if w := q.answer(layers, st, evaluate.Allow); w != nil {
				return w
			}
		}
	}
	return nil
}

// repairedPrincipal is a statement for the own account instead of everybody, which leaves it to the policies of identities.
func repairedPrincipal(st policy.Statement, owner string) string {
	if owner == "" {
		return ""
	}
	st.NotPrincipal = nil
	st.Principal = &policy.Principal{AWS: []string{"arn:" + partitionOf(st) + ":iam::" + owner + ":root"}}
	return statementJSON(st)
}

// alone is a document of one statement of another.
func alone(d policy.Document, st policy.Statement) *policy.Document {
	return &policy.Document{Version: d.Version, Statement: []policy.Statement{st}}
}

// reports is a finding about a statement of a document that belongs to no identity.
func (a *auditor) reports(f Finding, d *inventory.Document, i int) {
	a.shows(f, statement{document: d, index: i, Statement: d.Document.Statement[i]})
}
