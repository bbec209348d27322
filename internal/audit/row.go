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

// This file is about identities that are held to some rows, and requests that are not: those that name no partition key, and
// those that another statement allows.

func rowChecks() []check {
	return []check{
		{[]Rule{scanBesideRows, copyBesideRows, looserThanRows}, each((*subject).findWaysPastRows)},
		denyChecks()[0],
		{[]Rule{unguardedSetOperator, anyValue}, each((*subject).findSetOperators)},
		{[]Rule{tenantPrefix, tenantDelimiter, variableDefault, chosenByCaller}, each((*subject).findTenants)},
		{[]Rule{indexNotByTenant, everyIndex}, each((*subject).findIndexes)},
		{[]Rule{unknownConditionKey, missingSetOperator, conditionNotCarried}, each((*subject).findConditionKeys)},
		{[]Rule{legacyVariables, variableWithoutValue}, each((*subject).findVariables)},
	}
}

var scanBesideRows = Rule{
	ID: "scan-beside-rows", Severity: High, Title: "Scan beside a limit to rows",
	Why: "`Scan`, `SearchVectors` and a PartiQL `SELECT` that names no partition key return items of every partition. Their requests have no " +
		"`dynamodb:LeadingKeys`, so no condition on that key can hold them to a tenant, and `ForAllValues` is true where its key is missing. " +
		"One such right beside a limit to rows reads the whole table.",
	Remedy: "Take the right away from the identity that is limited to rows. PartiQL can stay if a statement denies `dynamodb:PartiQLSelect` " +
		"with `Bool: {\"dynamodb:FullTableScan\": \"true\"}` on the table and its indexes. What must see all rows is for another role.",
	Source: "DynamoDB developer guide, \"Using IAM policy conditions for fine-grained access control\" and \"IAM policies with PartiQL for DynamoDB\"; IAM user guide, \"Set operators for multivalued context keys\"",
}

var copyBesideRows = Rule{
	ID: "copy-beside-rows", Severity: High, Title: "Stream, export or restore beside a limit to rows",
	Why: "A stream carries the changes of every partition, an export and a backup hold every item, and none of their requests has " +
		"`dynamodb:LeadingKeys`. Who is limited to rows of a table and may read its stream, export it or restore it elsewhere is limited to nothing.",
	Remedy: "Give the stream, the export or the restore to a role of its own, which nobody becomes who is limited to rows.",
	Source: "Service Authorization Reference, \"Actions, resources, and condition keys for Amazon DynamoDB\"; DynamoDB developer guide, \"Using IAM policy conditions for fine-grained access control\"",
}

var looserThanRows = Rule{
	ID: "looser-than-rows", Severity: High, Title: "Statement that voids a limit to rows",
	Why: "Statements that allow are alternatives: a request needs only one that matches, in any policy of the identity or, in the same account, " +
		"in the policy of the table. Beside a statement that allows the same table without the condition, the one that holds the identity to some rows is void.",
	Remedy: "Remove the looser statement, or narrow it to what the limited one does not grant. If it comes from a managed policy, detach that. Where both are needed, make two roles of it.",
	Source: "IAM user guide, \"Policy evaluation logic\"; DynamoDB developer guide, \"Using resource-based policies for DynamoDB\"",
}

// findWaysPastRows looks for requests for rows that an identity is not meant to see.
func (s *subject) findWaysPastRows() {
	limits := s.limits(rowLimits)
	if len(limits) == 0 {
		return
	}
	for _, st := range s.allows() {
		if !touchesDynamoDB(st) {
			continue
		}
		if s.findLooser(looserThanRows, limits, st) {
			continue
		}
		s.findScan(limits, st)
		s.findCopy(limits, st)
	}
}

// findLooser looks for a statement that allows what one of some limits withholds.
func (s *subject) findLooser(rule Rule, limits []*limit, st statement) bool {
	for _, class := range []struct {
		name   string
		want   func(catalog.Operation) bool
		within func(*limit) bool
	}{
		{"read", reading, func(l *limit) bool { return l.reads }},
		{"write", writing, func(l *limit) bool { return l.writes }},
	} {
		concerned := slices.DeleteFunc(slices.Clone(limits), func(l *limit) bool { return l.Effect == policy.Deny || !class.within(l) })
		if len(concerned) == 0 {
			continue
		}
		if !names(st, class.want) {
			continue
		}
		foreign := s.foreign(concerned, exampleOf(rule))
		own := slices.ContainsFunc(concerned, func(l *limit) bool { return l.statement.is(st) })
		if s.findPast(concerned, st, func(l *limit, how statement, doubt string) bool {
			if l.statement.is(st) {
				return false
			}
			beyond := access.Key{Name: l.key, Values: access.Values{Multi: true, Every: foreign}}
			if own && l.key != keyAttributes {
				// It is held to some rows itself, which may be everybody's. Those of another tenant are not.
				if beyond.Values.Every = l.anothers(); beyond.Values.Every.Empty() {
					return false
				}
			}
			if l.key == keyAttributes {
				beyond.Values = access.Values{Multi: true, Every: access.NonEmpty(), Some: []automata.Set{foreign}}
			}
			var asked []access.Box
			for _, q := range l.within(s, class.name, class.want) {
				if _, selects := q.Find(keySelect); selects && l.key == keyAttributes {
					q = q.Given(s.symbols.Is(keySelect, "SPECIFIC_ATTRIBUTES"))
				}
				asked = append(asked, q.Given(beyond))
			}
			w := s.witness(s.allowedBy(how, asked...))
			if w == nil {
				return false
			}
			s.shows(doubted(Finding{Rule: rule, Witness: w, Repair: s.without(st, l, class.want),
				Detail: fmt.Sprintf("The statement %s of %s holds %s to %s; this one allows %s the same table without that.",
					l.document.Sid(l.index), l.document.Name, s, heldTo(l), words[class.name])}, doubt), st)
			return true
		}) {
			return true
		}
	}
	return false
}

// findPast asks about each of some limits whether a statement is a way past it: first about callers of whom it is certain that
// the limit is about them, then about those of whom it may be.
func (s *subject) findPast(limits []*limit, st statement, find func(l *limit, how statement, doubt string) bool) bool {
	for _, l := range limits {
		if sure, _ := l.beside(s, st); len(sure.boxes) > 0 && find(l, sure, "") {
			return true
		}
	}
	for _, l := range limits {
		_, doubtful := l.beside(s, st)
		if len(doubtful.boxes) > 0 && find(l, doubtful, l.doubt(s, doubtful)) {
			return true
		}
	}
	return false
}

// doubted is a finding about callers of whom nothing says that there are any.
func doubted(f Finding, doubt string) Finding {
	if doubt != "" {
		f.Severity = Low
		f.Detail += " " + doubt
	}
	return f
}

var words = map[string]string{"read": "reading", "write": "writing"}

// exampleOf is what stands for what a limit withholds.
func exampleOf(rule Rule) string {
	if rule.ID == looserThanRows.ID {
		return anotherTenant
	}
	return "secret"
}

func heldTo(l *limit) string {
	if l.key == keyAttributes {
		return "some columns"
	}
	return "rows whose partition key is " + strings.Join(l.texts, " or ")
}

// is reports whether two statements are the same one.
func (st statement) is(other statement) bool {
	return st.document == other.document && st.index == other.index
}

// without is a statement without the operations that it must not allow, if it names its actions and something is left.
func (s *subject) without(st statement, _ *limit, want func(catalog.Operation) bool) string {
	if len(st.Action) == 0 || slices.ContainsFunc(st.Action, func(a string) bool { return strings.ContainsAny(a, "*?") }) {
		return ""
	}
	return encoded(keepActions(st.Statement, func(a string) bool { return !namesBy(a, want) }))
}

// findScan looks for a statement that allows to read items without naming a partition key.
func (s *subject) findScan(limits []*limit, st statement) {
	if !names(st, isScan) {
		return
	}
	s.findPast(limits, st, func(l *limit, how statement, doubt string) bool {
		if !l.reads && !l.statement.is(st) {
			return false
		}
		w := s.witness(s.allowedBy(how, onlyScans(l.within(s, "scans", isScan))...))
		if w == nil {
			return false
		}
		i, name := actionPlace(st, w.Request.Action)
		why := "No key is asked for, so every row comes back."
		if l.statement.is(st) {
			why = "The condition does not stop it: its request has no dynamodb:LeadingKeys, and ForAllValues is true of a key that is missing."
		}
		s.shows(doubted(Finding{Rule: scanBesideRows, Witness: w, At: st.document.Value(st.index, i, name), Repair: s.without(st, l, isScan),
			Detail: fmt.Sprintf("%s is held to %s, and may call %s on the same table. %s", sentence(s.String()), heldTo(l), strings.TrimPrefix(w.Request.Action, "dynamodb:"), why)}, doubt), st)
		return true
	})
}

// isCopy reports whether an operation hands out items of all partitions without reading the table.
func isCopy(o catalog.Operation) bool {
	return o.Name == "GetRecords" || o.Name == "ExportTableToPointInTime" || o.Class == catalog.ClassRestore
}

func (s *subject) findCopy(limits []*limit, st statement) {
	if !names(st, isCopy) {
		return
	}
	s.findPast(limits, st, func(l *limit, how statement, doubt string) bool {
		if !l.reads && !l.statement.is(st) {
			return false
		}
		w := s.witness(s.allowedBy(how, l.within(s, "copies", isCopy)...))
		if w == nil {
			return false
		}
		i, name := actionPlace(st, w.Request.Action)
		s.shows(doubted(Finding{Rule: copyBesideRows, Witness: w, At: st.document.Value(st.index, i, name), Repair: s.without(st, l, isCopy),
			Detail: fmt.Sprintf("%s is held to %s, and may call %s, which hands out the rows of everybody.", sentence(s.String()), heldTo(l), strings.TrimPrefix(w.Request.Action, "dynamodb:"))}, doubt), st)
		return true
	})
}

// sentence is a text with a capital letter at its beginning.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
