package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is about identities that are held to some columns. DynamoDB compares the names that a request names, not the
// attributes that come back.

func columnChecks() []check {
	return []check{
		{[]Rule{columnsWithoutSelect, columnsOpenReturn, wholeItemWrites, looserThanColumns}, each((*subject).findWaysPastColumns)},
		{[]Rule{deniedColumnsComeBack}, each((*subject).findDeniedColumns)},
		{[]Rule{keyAttributeMissing}, each((*subject).findMissingKeys)},
	}
}

var columnsWithoutSelect = Rule{
	ID: "columns-without-select", Severity: High, Title: "Column limit that whole items come back through",
	Why: "`dynamodb:Attributes` holds the attributes that a request names, and a read that names none but the key gets the whole item. A limit to " +
		"some attributes hides nothing unless reads are also held to naming what they want.",
	Remedy: "Demand `\"StringEquals\": {\"dynamodb:Select\": \"SPECIFIC_ATTRIBUTES\"}` in a statement with the reads alone; the writes, which have no such key, go into another.",
	Source: "DynamoDB developer guide, \"Using IAM policy conditions for fine-grained access control\" (dynamodb:Select)",
}

var columnsOpenReturn = Rule{
	ID: "columns-open-return", Severity: High, Title: "Column limit that writes return whole items through",
	Why: "A write with `ReturnValues` of `ALL_OLD` or `ALL_NEW` answers with the whole item, whatever attributes it names. So does a condition check that " +
		"fails and asks for the old item.",
	Remedy: "Demand `\"StringEquals\": {\"dynamodb:ReturnValues\": [\"NONE\", \"UPDATED_OLD\", \"UPDATED_NEW\"]}` in a statement with the writes alone, or `NONE` where nothing needs to be seen.",
	Source: "DynamoDB developer guide, \"Using IAM policy conditions for fine-grained access control\" (dynamodb:ReturnValues)",
}

var wholeItemWrites = Rule{
	ID: "whole-item-write-beside-columns", Severity: Medium, Title: "Whole-item write under a column limit",
	Why: "`PutItem`, `DeleteItem`, `BatchWriteItem` and their PartiQL likes replace or remove an item with all its attributes. A limit to some " +
		"attributes is kept by a request that names these only, and the hidden ones are gone all the same.",
	Remedy: "Grant `UpdateItem` alone where columns are limited.",
	Source: "DynamoDB developer guide, \"Using IAM policy conditions for fine-grained access control\"; AWS knowledge center, fine-grained access control for DynamoDB",
}

var looserThanColumns = Rule{
	ID: "looser-than-columns", Severity: High, Title: "Statement that voids a limit to columns",
	Why: "Statements that allow are alternatives. Beside one that allows the same requests without the condition on `dynamodb:Attributes`, or with more " +
		"attributes, the one that holds the identity to some columns is void.",
	Remedy: "Remove the looser statement, or narrow it to what the limited one does not grant. Where both are needed, make two roles of it.",
	Source: "IAM user guide, \"Policy evaluation logic\"; DynamoDB developer guide, \"Using resource-based policies for DynamoDB\"",
}

var deniedColumnsComeBack = Rule{
	ID: "denied-columns-come-back", Severity: High, Title: "Denied attributes that come back unnamed",
	Why: "A statement that denies requests which name some attributes does not touch those that name none, and a read that names none gets them all; a write " +
		"gets them with `ReturnValues` of `ALL_OLD` or `ALL_NEW`.",
	Remedy: "Deny besides, on the same table, reads with `\"StringNotEqualsIfExists\": {\"dynamodb:Select\": \"SPECIFIC_ATTRIBUTES\"}` and writes whose " +
		"`dynamodb:ReturnValues` is `ALL_OLD` or `ALL_NEW`. Better, allow the attributes that may be seen.",
	Source: "DynamoDB developer guide, \"Using IAM policy conditions for fine-grained access control\" (denying access to specific attributes)",
}

var keyAttributeMissing = Rule{
	ID: "key-attribute-missing", Severity: Low, Title: "Key attribute that the list of columns lacks",
	Why: "Requests name the attributes of the key, and every attribute that a request names must be in the list. Without those of the " +
		"table, and of each index that is granted, the statement refuses the very requests it is for.",
	Remedy: "Add the key attributes to the list.",
	Source: "DynamoDB developer guide, \"Using IAM policy conditions for fine-grained access control\" (Important: key attributes)",
}

func isColumnKey(key string) bool { return strings.EqualFold(key, keyAttributes) }

// findWaysPastColumns looks for requests that show or change attributes that a statement means to hide.
func (s *subject) findWaysPastColumns() {
	var limits []*limit
	for _, l := range s.limits(columnLimits) {
		if l.Effect == policy.Allow {
			limits = append(limits, l)
		}
	}
	if len(limits) == 0 {
		return
	}
	for _, l := range limits {
		s.findWholeReads(l)
		s.findWholeReturns(l)
		s.findWholeWrites(l)
	}
	for _, st := range s.allows() {
		if !touchesDynamoDB(st) {
			continue
		}
		if !s.findLooser(looserThanColumns, limits, st) {
			s.findUnnamed(limits, st)
		}
	}
}

// isUnnamed reports whether an operation hands out items with all their attributes, and none is named for it to be held to.
func isUnnamed(o catalog.Operation) bool {
	return isCopy(o) || reading(o) && o.IsAction() && !o.Has(catalog.CarriesAttributes)
}

// findUnnamed looks for a statement that allows to get items by a request that names no attribute: of the stream, by an export or
// a restore, by a search. Of who is held to rows as well that is another finding.
func (s *subject) findUnnamed(limits []*limit, st statement) {
	if !names(st, isUnnamed) {
		return
	}
	s.findPast(limits, st, func(l *limit, how statement, doubt string) bool {
		if !l.reads {
			return false
		}
		w := s.witness(s.allowedBy(how, l.within(s, "unnamed", isUnnamed)...))
		if w == nil || slices.ContainsFunc(s.limits(rowLimits), func(rows *limit) bool {
			return rows.reads && slices.ContainsFunc(rows.region, func(b access.Box) bool { return b.Resource.Contains(w.Request.Resource) })
		}) {
			return false
		}
		i, name := actionPlace(st, w.Request.Action)
		s.shows(doubted(Finding{Rule: looserThanColumns, Witness: w, At: st.document.Value(st.index, i, name), Repair: s.without(st, l, isUnnamed),
			Detail: fmt.Sprintf("The statement %s of %s holds %s to some columns. This one allows %s, which hands out all attributes and knows no dynamodb:Attributes.",
				l.document.Sid(l.index), l.document.Name, s, strings.TrimPrefix(w.Request.Action, "dynamodb:"))}, doubt), st)
		return true
	})
}

// named is some requests that name attributes which a limit lets through, and have another key set to one of some values.
func (s *subject) named(l *limit, name string, want func(catalog.Operation) bool, key string, values ...string) []access.Box {
	var out []access.Box
	for _, q := range l.within(s, name, want) {
		q = q.Given(access.Key{Name: l.key, Values: access.Values{Multi: true, Every: l.held}})
		if key != "" {
			q = q.Given(s.symbols.Is(key, values...))
		}
		out = append(out, q)
	}
	return slices.DeleteFunc(out, access.Box.IsEmpty)
}

// isSelecting reports whether an operation answers with what dynamodb:Select says, and isReturning whether it does with what
// dynamodb:ReturnValues says.
func isSelecting(o catalog.Operation) bool {
	return reading(o) && o.Has(catalog.CarriesSelect|catalog.CarriesAttributes)
}

func isReturning(o catalog.Operation) bool {
	return isItems(o) && o.Class != catalog.ClassQuery && o.Class != catalog.ClassScan && o.Has(catalog.CarriesReturnValues|catalog.CarriesAttributes)
}

// onIndexes is some requests as far as they are about indexes. Of a table there is nothing projected.
func onIndexes(boxes []access.Box) []access.Box {
	boxes = slices.Clone(boxes)
	for i := range boxes {
		boxes[i].Resource = boxes[i].Resource.Intersect(shapes()["index"])
	}
	return slices.DeleteFunc(boxes, access.Box.IsEmpty)
}

func (s *subject) findWholeReads(l *limit) {
	w := s.witness(s.allowedBy(l.statement, s.named(l, "selecting", isSelecting, keySelect, "ALL_ATTRIBUTES")...))
	if w == nil {
		w = s.witness(s.allowedBy(l.statement, onIndexes(s.named(l, "selecting", isSelecting, keySelect, "ALL_PROJECTED_ATTRIBUTES"))...))
	}
	if w == nil {
		return
	}
	s.shows(Finding{Rule: columnsWithoutSelect, Witness: w, At: l.document.Element(l.index, conditionNames(l.of[0])...),
		Repair: encoded(withCondition(l.Statement, "StringEqualsIfExists", "dynamodb:Select", "SPECIFIC_ATTRIBUTES")),
		Detail: fmt.Sprintf("The statement holds %s to the attributes %s, and the request shown, which names no others, gets whole items.", s, list(l.texts))}, l.statement)
}

func (s *subject) findWholeReturns(l *limit) {
	w := s.witness(s.allowedBy(l.statement, s.named(l, "returning", isReturning, keyReturnValues, "ALL_OLD")...))
	if w == nil {
		w = s.witness(s.allowedBy(l.statement, s.named(l, "returning", isReturning, keyReturnValues, "ALL_NEW")...))
	}
	if w == nil {
		return
	}
	s.shows(Finding{Rule: columnsOpenReturn, Witness: w, At: l.document.Element(l.index, conditionNames(l.of[0])...),
		Repair: encoded(withCondition(l.Statement, "StringEqualsIfExists", "dynamodb:ReturnValues", "NONE", "UPDATED_NEW", "UPDATED_OLD")),
		Detail: fmt.Sprintf("The statement holds %s to the attributes %s, and the request shown, which names no others, is answered with the whole item.", s, list(l.texts))}, l.statement)
}

func replacing(o catalog.Operation) bool { return isItems(o) && o.Has(catalog.ReplacesItems) }

func (s *subject) findWholeWrites(l *limit) {
	w := s.witness(s.allowedBy(l.statement, s.named(l, "replacing", replacing, "")...))
	if w == nil {
		return
	}
	i, name := actionPlace(l.statement, w.Request.Action)
	s.shows(Finding{Rule: wholeItemWrites, Witness: w, At: l.document.Value(l.index, i, name), Repair: s.without(l.statement, l, replacing),
		Detail: fmt.Sprintf("The statement holds %s to the attributes %s, and %s writes or removes items whole.", s, list(l.texts), strings.TrimPrefix(w.Request.Action, "dynamodb:"))}, l.statement)
}

// findDeniedColumns looks for attributes that requests which name them are denied, and that come back to those which do not.
func (s *subject) findDeniedColumns() {
	for _, l := range s.limits(columnLimits) {
		if l.Effect != policy.Deny {
			continue
		}
		unnamed := access.Values{Multi: true, Absent: true, Every: access.NonEmpty()}
		for _, b := range l.boxes {
			for _, some := range b.Key(keyAttributes, true).Some {
				unnamed.Every = unnamed.Every.Minus(some)
			}
		}
		if unnamed.Every.Equal(access.NonEmpty()) {
			continue // it denies by what all the attributes are, and so what names none
		}
		ways := []struct {
			name   string
			want   func(catalog.Operation) bool
			key    string
			values []string
		}{
			{"selecting", isSelecting, keySelect, []string{"ALL_ATTRIBUTES"}},
			{"selecting on indexes", isSelecting, keySelect, []string{"ALL_PROJECTED_ATTRIBUTES"}},
			{"returning", isReturning, keyReturnValues, []string{"ALL_OLD"}},
			{"returning", isReturning, keyReturnValues, []string{"ALL_NEW"}},
		}
		actions := s.actionsOf(l.statement)
	found:
		for _, way := range ways {
			asked := l.within(s, way.name, way.want)
			if way.values[0] == "ALL_PROJECTED_ATTRIBUTES" {
				asked = onIndexes(asked)
			}
			for _, q := range asked {
				if q.Action = q.Action.Intersect(actions); q.IsEmpty() {
					continue
				}
				q = q.Given(access.Key{Name: keyAttributes, Values: unnamed}, s.symbols.Is(way.key, way.values...))
				for _, st := range s.allows() {
					if w := s.witness(s.allowedBy(st, q)); w != nil {
						s.shows(Finding{Rule: deniedColumnsComeBack, Witness: w, At: l.document.Element(l.index, conditionNames(l.of[0])...),
							Detail: fmt.Sprintf("The statement denies requests that name %s. The request shown does not, is allowed by the statement %s of %s, and is answered with whole items.",
								list(l.texts), st.document.Sid(st.index), st.document.Name)}, l.statement)
						break found
					}
				}
			}
		}
	}
}

// findMissingKeys looks for keys of tables that are known, and of their indexes, which a list of attributes lacks.
func (s *subject) findMissingKeys() {
	for _, l := range s.limits(columnLimits) {
		if l.Effect != policy.Allow || l.undecided != nil {
			continue
		}
		_, account := place(s.session)
		for _, t := range s.knownTables() {
			if !t.Described || t.PartitionKey.Name == "" {
				continue
			}
			arn := strings.Replace(t.ARN(), ":*:*:", ":us-east-1:"+account+":", 1)
			keys := []string{t.PartitionKey.Name}
			if t.SortKey != nil {
				keys = append(keys, t.SortKey.Name)
			}
			s.findMissing(l, arn, "the table "+t.Name, keys)
			for _, i := range slices.Concat(t.GlobalIndexes, t.LocalIndexes) {
				of := []string{i.PartitionKey.Name}
				if i.SortKey != nil {
					of = append(of, i.SortKey.Name)
				}
				of = slices.DeleteFunc(of, func(k string) bool { return slices.Contains(keys, k) })
				s.findMissing(l, arn+"/index/"+i.Name, "the index "+i.Name, of)
			}
		}
	}
}

func (s *subject) findMissing(l *limit, resource, what string, keys []string) {
	keys = slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return k == "" || l.held.Contains(k) })
	if len(keys) == 0 || !slices.ContainsFunc(l.boxes, func(b access.Box) bool { return b.Resource.Contains(resource) }) {
		return
	}
	var about []access.Box
	for _, b := range l.boxes {
		named := access.Values{Multi: true, Every: l.held.Union(s.symbols.OneOf(keys))}
		for _, k := range keys {
			named.Some = append(named.Some, s.symbols.Literal(k))
		}
		q := access.Everything()
		q.Action, q.Resource = b.Action, s.symbols.Literal(resource)
		for _, k := range b.Keys {
			if k.Name != keyAttributes {
				q = q.Given(k)
			}
		}
		about = append(about, q.Given(access.Key{Name: keyAttributes, Values: named}))
	}
	w := s.witnessOf(about, evaluate.ImplicitDeny)
	if w == nil {
		return
	}
	s.shows(Finding{Rule: keyAttributeMissing, Witness: w, At: l.document.Element(l.index, conditionNames(l.of[0])...),
		Detail: fmt.Sprintf("%s has the key attribute%s %s, which the list lacks, so requests that name the key are refused.", sentence(what), plural(keys), list(keys))}, l.statement)
}

func plural(of []string) string {
	if len(of) == 1 {
		return ""
	}
	return "s"
}
