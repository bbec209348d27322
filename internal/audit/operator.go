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

// This file is about ForAllValues and ForAnyValue in statements that allow.

var unguardedSetOperator = Rule{
	ID: "unguarded-set-operator", Severity: Medium, Title: "ForAllValues without a Null guard",
	Why: "`ForAllValues` asks that every value of a key is among some, and of a key that the request does not have, or has without a value, that " +
		"is true. In a statement that allows, each request without the key passes: those of an action that never has it, such as `Scan` with " +
		"`dynamodb:LeadingKeys`, a call that names no attribute, a session without the tag. What is safe with today's actions opens with the next one that somebody adds.",
	Remedy: "Demand beside it that the key is there: `\"Null\": {\"dynamodb:LeadingKeys\": \"false\"}`, for each key that is compared with `ForAllValues`.",
	Source: "IAM user guide, \"Single-valued vs. multivalued context keys\" and \"Set operators for multivalued context keys\"",
}

var anyValue = Rule{
	ID: "any-value", Severity: High, Title: "ForAnyValue in a statement that allows",
	Why: "`ForAnyValue` asks that one value of the request matches. A batch names many partition keys and every request several attributes, so one " +
		"good key, or one good attribute, opens all the others in the same request.",
	Remedy: "Write `ForAllValues`, with `Null` on the same key, so that every value must match and there must be one.",
	Source: "IAM user guide, \"Set operators for multivalued context keys\"; DynamoDB developer guide, \"Using IAM policy conditions for fine-grained access control\"",
}

// findSetOperators looks for set operators that let through what they should stop.
func (s *subject) findSetOperators() {
	for _, st := range s.allows() {
		if len(st.Condition) == 0 || !touchesItems(st) {
			continue
		}
		s.findUnguarded(st)
		s.findAnyValue(st)
	}
	for _, st := range s.boundary {
		if st.Effect == policy.Allow && len(st.Condition) > 0 && touchesItems(st) {
			s.findUnguarded(st)
		}
	}
}

// allowedThrough is what a statement allows of some requests in the end; of one of the boundary, what others allow through it.
func (s *subject) allowedThrough(st statement, of []access.Box) []access.Box {
	if !slices.ContainsFunc(s.boundary, st.is) {
		return s.allowedBy(st, of...)
	}
	var out []access.Box
	for _, own := range s.allows() {
		if !own.unbounded && touchesItems(own) {
			for _, b := range st.boxes {
				out = append(out, access.Meeting(s.allowedBy(own, of...), b)...)
			}
		}
	}
	return out
}

// touchesItems reports whether a statement may be about the items of tables, going by its actions.
func touchesItems(st statement) bool { return names(st, isItems) }

// harmlessWhenMissing are keys of which it is no harm that a request lacks them: there are no tags to be wrong.
func harmlessWhenMissing(key string) bool {
	return strings.EqualFold(key, "aws:TagKeys") || strings.EqualFold(key, "aws:CalledVia")
}

func (s *subject) findUnguarded(st statement) {
	var open []policy.Condition
	var shown *Witness
	for _, c := range st.Condition {
		op := policy.OperatorOf(c.Operator)
		if !op.All || op.Base == "Null" || harmlessWhenMissing(c.Key) {
			continue
		}
		if _, unknown := unknownKey(c.Key); unknown {
			continue // that it is missing is another finding
		}
		if w := s.witness(s.allowedThrough(st, lacking(s.asked("items", isItems), c.Key))); w != nil {
			open = append(open, c)
			if shown == nil {
				shown = w
			}
		}
	}
	if shown == nil {
		return
	}
	repaired := st.Statement
	var keys []string
	for _, c := range open {
		repaired = withCondition(repaired, "Null", c.Key, "false")
		if !slices.Contains(keys, c.Key) {
			keys = append(keys, c.Key)
		}
	}
	s.shows(Finding{Rule: unguardedSetOperator, Witness: shown, At: st.document.Element(st.index, conditionNames(open[0])...), Repair: encoded(repaired),
		Detail: fmt.Sprintf("The statement compares %s with ForAllValues, and nothing demands that the request has it: the request shown, which does not, is allowed.", list(keys))}, st)
}

// lacking is some requests without a key, those of actions that never have it first. What other keys a request of the kind has
// is left as it is.
func lacking(requests []access.Box, key string) []access.Box {
	name := strings.ToLower(key)
	absent := access.Values{Multi: catalog.Multivalued(key), Absent: true, Every: automata.None()}
	var never, usually []access.Box
	for _, q := range requests {
		i, found := q.Find(name)
		if !found || q.Keys[i].Values.Absent {
			if q = q.With(name, absent); !q.IsEmpty() {
				never = append(never, q)
			}
			continue
		}
		q.Keys = slices.Delete(slices.Clone(q.Keys), i, i+1)
		usually = append(usually, q.With(name, absent))
	}
	return append(never, usually...)
}

// manyKeys reports whether a request of an operation can name several partition keys.
func manyKeys(o catalog.Operation) bool {
	return o.Name == "BatchGetItem" || o.Name == "BatchWriteItem" || o.Name == "PartiQLSelect"
}

func (s *subject) findAnyValue(st statement) {
	for _, c := range st.Condition {
		op, name := policy.OperatorOf(c.Operator), strings.ToLower(c.Key)
		if !op.Any || op.Base == "Null" || !isRowKey(c.Key) && name != keyAttributes {
			continue
		}
		one := &limit{statement: st, key: name, texts: c.Values, held: automata.None()}
		for _, b := range st.boxes {
			v := b.Key(name, true)
			for _, some := range v.Some {
				one.held = one.held.Union(some)
			}
		}
		requests, what := s.asked("many keys", manyKeys), "partition keys"
		example := anotherTenant
		if name == keyAttributes {
			requests, what, example = s.asked("items", isItems), "attributes", "secret"
		}
		beyond := access.Key{Name: name, Values: access.Values{Multi: true, Every: access.NonEmpty(), Some: []automata.Set{s.foreign([]*limit{one}, example)}}}
		var asked []access.Box
		for _, q := range requests {
			asked = append(asked, q.Given(beyond))
		}
		w := s.witness(s.allowedBy(st, asked...))
		if w == nil {
			continue
		}
		repaired := changeCondition(st.Statement, c, func(c *policy.Condition) {
			c.Operator = strings.Replace(c.Operator, "ForAnyValue:", "ForAllValues:", 1)
		})
		s.shows(Finding{Rule: anyValue, Witness: w, At: st.document.Element(st.index, conditionNames(c)...),
			Repair: encoded(withCondition(repaired, "Null", c.Key, "false")),
			Detail: fmt.Sprintf("%s on %s is content with one of the %s of a request. The request shown has one that matches, and another that does not.", c.Operator, c.Key, what)}, st)
	}
}

// list is some words with commas and an "and".
func list(of []string) string {
	switch n := len(of); n {
	case 0:
		return ""
	case 1:
		return of[0]
	default:
		return strings.Join(of[:n-1], ", ") + " and " + of[n-1]
	}
}
