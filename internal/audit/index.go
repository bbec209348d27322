package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is about indexes that are granted together with a limit to rows.

var indexNotByTenant = Rule{
	ID: "index-not-by-tenant", Severity: Medium, Title: "Index under the table's row condition, with another key",
	Why: "A query of a global index has the index's own partition key in `dynamodb:LeadingKeys`, not the table's. Under a condition that was made " +
		"for the table's key, an index with another key attribute shows the items in which that attribute is the tenant's id, whose tenant " +
		"ever wrote them: no condition is on what a writer puts into that attribute. Where it never is the tenant's id, the right is of no use.",
	Remedy: "Grant the index in a statement of its own, with the condition for its own partition key, if that names the tenant. Else do not grant it to this identity.",
	Source: "DynamoDB developer guide, \"Using IAM policy conditions for fine-grained access control\" and \"Using Global Secondary Indexes in DynamoDB\"",
}

var everyIndex = Rule{
	ID: "every-index-beside-rows", Severity: Medium, Title: "Every index under one row condition",
	Why: "`/index/*` is every index that the table has and will have. Each global index is queried by its own partition key, so the condition " +
		"means something else for each; the index that somebody adds for a report is granted with it, keyed by whatever he chose.",
	Remedy: "Name the indexes whose partition key is the tenant's, each under the condition for its own key. A local index has the key of its table.",
	Source: "DynamoDB developer guide, \"Using IAM policy conditions for fine-grained access control\" and \"Using Global Secondary Indexes in DynamoDB\"",
}

// isIndexed reports whether an operation reads an index, with its partition key.
func isIndexed(o catalog.Operation) bool {
	return isItems(o) && o.Has(catalog.TakesIndex|catalog.CarriesLeadingKeys)
}

// findIndexes looks for indexes that a limit to rows grants and does not limit.
func (s *subject) findIndexes() {
	for _, l := range s.limits(rowLimits) {
		if l.Effect == policy.Deny || !l.reads {
			continue
		}
		s.findEveryIndex(l)
		s.findStrangeIndexes(l)
	}
}

// findEveryIndex looks for a pattern that covers indexes of any name, and is not one for all tables, which is another finding.
func (s *subject) findEveryIndex(l *limit) {
	for n, r := range l.Resource {
		table, index, found := strings.Cut(r, "/index/")
		if !found && strings.HasSuffix(r, "*") {
			table, index = strings.TrimRight(r, "*"), "*"
		}
		if !strings.Contains(index, "*") || strings.HasSuffix(table, "table/") || !strings.Contains(table, "table/") || strings.HasSuffix(table, "table/*") {
			continue
		}
		unheard := automata.Glob("*/index/unheard-of")
		var asked []access.Box
		for _, q := range s.asked("indexed", isIndexed) {
			if q.Resource = q.Resource.Intersect(unheard).Intersect(automata.Glob(strings.ReplaceAll(r, "${", "*"))); !q.IsEmpty() {
				asked = append(asked, q)
			}
		}
		if w := s.witness(s.allowedBy(l.statement, asked...)); w != nil {
			s.shows(Finding{Rule: everyIndex, Witness: w, At: l.document.Value(l.index, n, "Resource"),
				Repair: encoded(withoutIndexes(l.Statement, r)),
				Detail: fmt.Sprintf("%q covers indexes of any name, under the condition that the partition key is %s.", r, strings.Join(l.texts, " or "))}, l.statement)
			return
		}
	}
}

// findStrangeIndexes looks for indexes with another partition key than their table, of tables that are known.
func (s *subject) findStrangeIndexes(l *limit) {
	_, account := place(s.session)
	for _, t := range s.knownTables() {
		if !t.Described || t.PartitionKey.Name == "" {
			continue
		}
		arn := t.ARN()
		arn = strings.Replace(arn, ":*:*:", ":us-east-1:"+account+":", 1)
		on := func(resource string) *Witness {
			var asked []access.Box
			for _, q := range s.asked("indexed", isIndexed) {
				if q.Resource = q.Resource.Intersect(automata.Glob(resource)); !q.IsEmpty() {
					asked = append(asked, q)
				}
			}
			return s.witness(s.allowedBy(l.statement, asked...))
		}
		if on(arn) == nil {
			continue
		}
		for _, i := range t.GlobalIndexes {
			if i.PartitionKey.Name == t.PartitionKey.Name {
				continue
			}
			if w := on(arn + "/index/" + i.Name); w != nil {
				n := slices.IndexFunc(l.Resource, func(r string) bool { return automata.Glob(r).Contains(w.Request.Resource) })
				at := l.document.Element(l.index, "Resource")
				if n >= 0 {
					at = l.document.Value(l.index, n, "Resource")
				}
				s.shows(Finding{Rule: indexNotByTenant, Witness: w, At: at,
					Repair: encoded(withoutResources(l.Statement, func(r string) bool { return strings.HasSuffix(r, "/index/"+i.Name) || strings.HasSuffix(r, "/index/*") })),
					Detail: fmt.Sprintf("The condition holds %s to %s in the table %s, whose partition key is %q. The partition key of its index %s is %q.",
						s, strings.Join(l.texts, " or "), t.Name, t.PartitionKey.Name, i.Name, i.PartitionKey.Name)}, l.statement)
			}
		}
	}
}

// withoutIndexes is a statement without a pattern that covers every index. Of one that covers a table with all that belongs to
// it, the table is left.
func withoutIndexes(st policy.Statement, pattern string) policy.Statement {
	table, index := strings.CutSuffix(pattern, "*")
	out := withoutResources(st, func(r string) bool { return r == pattern })
	if index && !strings.Contains(table, "/index/") {
		out.Resource = append(out.Resource, strings.TrimRight(table, "*/"))
	}
	return out
}
