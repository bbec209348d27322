package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file asks whether items go over the network in the clear. A table without a policy of its own is judged by its company:
// as DynamoDB's clients speak TLS unless they are told otherwise, nobody is warned of a table for the sole reason that nothing
// refuses plain HTTP, but where a policy is kept for one table, or others refuse it, this one was forgotten.

var (
	plainHTTP = Rule{
		ID: "plain-http-allowed", Severity: Medium, Title: "Table policy that lets plain HTTP through",
		Why: "DynamoDB's endpoints answer plain HTTP in most regions. The signature of a request keeps it from being changed on its way, and hides nothing: keys and items can be read by whoever " +
			"can listen. The policy of the table is the one place where it can be refused to everybody at once, and this one does not.",
		Remedy: "Add a statement that denies `dynamodb:*` to `Principal: \"*\"` on the table and on `/index/*`, under `Bool: {\"aws:SecureTransport\": \"false\"}`.",
		Source: "IAM user guide, \"AWS global condition context keys\", aws:SecureTransport; DynamoDB developer guide, \"Resource-based policy examples\"",
	}
	plainHTTPHere = Rule{
		ID: "plain-http-on-this-table", Severity: Low, Title: "Plain HTTP refused for other tables, and not for this one",
		Why: "Other tables here have a policy that refuses plain HTTP. This one has none, and an identity can read its items in the clear.",
		Remedy: "Give this table the policy that the others have: deny `dynamodb:*` to `Principal: \"*\"` on the table and on `/index/*`, under " +
			"`Bool: {\"aws:SecureTransport\": \"false\"}`.",
		Source: "IAM user guide, \"AWS global condition context keys\", aws:SecureTransport",
	}
)

// inTheClear is the asker over plain HTTP.
func (a asker) inTheClear() asker { return a.with(says("aws:SecureTransport", "false")) }

func (a *auditor) findPlainHTTP() {
	refuses, readers := false, a.itemStatements()
	for _, g := range a.guardedTables() {
		if g.stream {
			continue
		}
		w, unknown := a.overHTTP(g.table, &g, readers)
		if w == nil {
			refuses = true
			continue
		}
		f := Finding{Rule: plainHTTP, Witness: w, Subject: g.name, Repair: statementJSON(denyPlainHTTP(g))}
		f.Detail = fmt.Sprintf("Nothing in the policy of %s refuses this request, which is not encrypted on its way.", g.name)
		if unknown {
			f.Detail += " Whose it is stands for any identity of the account whose own policies allow the operation."
		}
		f.At = g.document.Node.Place()
		a.about(f, g.document)
	}
	if !refuses {
		return
	}
	for _, t := range a.inv.Tables {
		policed := slices.ContainsFunc(a.inv.Tables, func(other *inventory.Table) bool { return couldBeOne(other, t) && other.Policy != nil })
		if policed || !t.Described {
			continue
		}
		if w, _ := a.overHTTP(t, nil, readers); w != nil {
			a.findings = append(a.findings, Finding{Rule: plainHTTPHere, Witness: w, Subject: "the table " + t.Name, At: t.Range,
				Detail: fmt.Sprintf("The table %s has no policy here, and nothing refuses this request.", t.Name)})
		}
	}
}

// about is a finding about a document as a whole.
func (a *auditor) about(f Finding, d *inventory.Document) {
	if f.Witness != nil && f.Witness.Confirm() != nil {
		return
	}
	f.Document = d.Name
	a.findings = append(a.findings, f)
}

// overHTTP is a request for items over plain HTTP that is allowed: of an identity that can make it over TLS. Where none is
// known, and the table has a policy, it is one of an identity whose own policies allow it.
func (a *auditor) overHTTP(t *inventory.Table, g *guarded, readers readers) (w *Witness, unknown bool) {
	if g == nil {
		g = &guarded{table: t, document: &inventory.Document{}, owner: tableOwner(t, nil)}
	}
	known := false
	for _, r := range readers.of(t.Name) {
		p := r.subject.policies
		if t.Policy != nil {
			p.Resource = &t.Policy.Document
		}
		for _, q := range g.itemQuestions(r.subject, r.Statement) {
			if q.answer(p, r.Statement, evaluate.Allow) == nil {
				continue
			}
			known = true
			q.asker = q.inTheClear()
			if w := q.answer(p, r.Statement, evaluate.Allow); w != nil {
				return w, false
			}
		}
	}
	if known || t.Policy == nil {
		return nil, !known
	}
	who := insider(g.ownerOr(unknownAccount), g.document).inTheClear()
	for _, action := range itemActions() {
		for _, resource := range g.resources(policy.Statement{}) {
			q := question{who, action, resource, g.ownerOr(unknownAccount)}
			layers := evaluate.Policies{Identity: everything(), Resource: &g.document.Document}
			if w := q.answer(layers, policy.Statement{}, evaluate.Allow); w != nil {
				return w, true
			}
		}
	}
	return nil, true
}

// reader is a statement that may allow an identity items.
type reader struct {
	subject *subject
	statement
}

// readers are such statements: those about one table by its name, and those whose patterns may match any.
type readers struct {
	named map[string][]reader
	any   []reader
}

func (r readers) of(table string) []reader { return slices.Concat(r.named[table], r.any) }

func (a *auditor) itemStatements() readers {
	out := readers{named: map[string][]reader{}}
	for _, s := range a.subjects {
		for _, st := range s.allows() {
			if len(matchedActions(st.Statement, itemActions())) == 0 {
				continue
			}
			var tables []string
			literal := len(st.Resource) > 0
			for _, r := range st.Resource {
				t, _, ok := inventory.SplitTable(r)
				if literal = literal && ok; ok && !slices.Contains(tables, t.Name) {
					tables = append(tables, t.Name)
				}
			}
			if !literal {
				out.any = append(out.any, reader{s, st})
				continue
			}
			for _, name := range tables {
				out.named[name] = append(out.named[name], reader{s, st})
			}
		}
	}
	return out
}

// itemQuestions are requests of an identity for items of the table, by one of its statements.
func (g guarded) itemQuestions(s *subject, st policy.Statement) []question {
	actions := matchedActions(st, itemActions())
	if len(actions) == 0 {
		return nil
	}
	var out []question
	for _, resource := range g.namedBy(st) {
		_, owner := place(resource)
		for _, action := range actions {
			out = append(out, question{someSession(s), action, resource, owner})
		}
	}
	return out
}

// namedBy are the table and its indexes where a statement could be about them: by the ARN of the table, or by a pattern in the
// statement with the table's name, as where a table is deployed is not always known.
func (g guarded) namedBy(st policy.Statement) []string {
	var out []string
	for _, r := range st.Resource {
		for _, known := range g.resources(policy.Statement{}) {
			if couldBe(r, known) && !slices.Contains(out, known) {
				out = append(out, known)
			}
		}
		if t, rest, ok := inventory.SplitTable(concreteARN(r, regionOfTable(g.table, g.document), g.ownerOr(unknownAccount))); ok && couldBeOne(&t, g.table) && !strings.HasPrefix(rest, "/stream") {
			if arn := t.ARN() + rest; !slices.Contains(out, arn) {
				out = append(out, arn)
			}
		}
	}
	return out
}

// couldBeOne reports whether two tables have one name, and no place that both name tells them apart.
func couldBeOne(t, other *inventory.Table) bool {
	apart := func(a, b string) bool {
		return a != "" && b != "" && a != unknownAccount && b != unknownAccount && a != b
	}
	return t.Name == other.Name && !apart(t.Account, other.Account) && !apart(t.Region, other.Region)
}

// couldBe reports whether a pattern may match a resource, by what both have in front of the first wildcard. It spares
// questions, and is no answer to any.
func couldBe(pattern, resource string) bool {
	if i := strings.IndexAny(pattern, "*?$"); i >= 0 {
		return strings.HasPrefix(resource, pattern[:i])
	}
	return pattern == resource
}

// denyPlainHTTP is the statement that refuses plain HTTP to everybody.
func denyPlainHTTP(g guarded) policy.Statement {
	resources := g.resources(policy.Statement{})
	if len(resources) > 1 {
		resources[1] = resources[0] + "/index/*"
	}
	return policy.Statement{
		Sid: "DenyInsecureTransport", Effect: policy.Deny, Principal: &policy.Principal{Any: true}, Action: []string{"dynamodb:*"}, Resource: resources,
		Condition: []policy.Condition{{Operator: "Bool", Key: "aws:SecureTransport", Values: []string{"false"}}},
	}
}
