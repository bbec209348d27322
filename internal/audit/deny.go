package audit

import (
	"fmt"
	"slices"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is about limits to rows and columns that are made by denying: everything is allowed, and a statement denies what is
// another's. Such a statement holds only against what it is about.

var allValues = Rule{
	ID: "all-values-in-deny", Severity: High, Title: "ForAllValues in a statement that denies",
	Why: "`ForAllValues` holds if every value of the request matches. A statement that denies with it lets a request through as soon as one value is harmless: " +
		"one key of one's own beside those of others in a batch, one attribute that may be seen beside the one that may not.",
	Remedy: "Write `ForAnyValue` in statements that deny, so that one value is enough to refuse the request. `ForAllValues` also denies requests without the key, `ForAnyValue` does not: a second statement with " +
		"`Null` of `true` on the key denies those.",
	Source: "IAM user guide, \"Set operators for multivalued context keys\"; DynamoDB developer guide, \"Using IAM policy conditions for fine-grained access control\"",
}

var rowsDeniedInPart = Rule{
	ID: "rows-denied-in-part", Severity: High, Title: "Denial of other rows that leaves a way",
	Why: "A statement that denies the rows of others holds for its own actions and resources only. A batch or a PartiQL statement reads what `GetItem` does, and a query of an index is " +
		"about the ARN of the index, not of the table. What the statement does not name stays as the others allow it.",
	Remedy: "Deny `dynamodb:*` on the table and on `table/NAME/index/*`. Better, allow only the rows that are meant, with `ForAllValues` and `Null` on `dynamodb:LeadingKeys`.",
	Source: "IAM user guide, \"Policy evaluation logic\"; Service Authorization Reference, \"Actions, resources, and condition keys for Amazon DynamoDB\"",
}

func denyChecks() []check {
	return []check{{[]Rule{allValues, rowsDeniedInPart}, each((*subject).findGapsOfDenials)}}
}

func (s *subject) findGapsOfDenials() {
	for _, l := range slices.Concat(s.limits(rowLimits), s.limits(columnLimits)) {
		if l.Effect == policy.Deny && l.undecided == nil && !s.findAllValues(l) && l.key != keyAttributes {
			s.findDeniedInPart(l)
		}
	}
}

// refuses is the values of its key for which a statement denies: of each of its boxes, what every value or some value must be.
func (l *limit) refuses(b access.Box) automata.Set {
	v := b.Key(l.key, true)
	if len(v.Some) == 0 {
		return v.Every
	}
	out := v.Some[0]
	for _, some := range v.Some[1:] {
		out = out.Intersect(some)
	}
	return out
}

// past is some requests that a denial means: they are for callers of whom it speaks, and a value of the key is one that it
// refuses. What else it asks of the request is left open.
func (l *limit) past(s *subject, requests []access.Box, beside bool) []access.Box {
	var out []access.Box
	for _, b := range l.boxes {
		refused := l.refuses(b)
		if refused.Empty() || refused.Equal(access.NonEmpty()) {
			continue // it does not go by values
		}
		if text := l.another(anotherTenant); refused.Contains(text) {
			refused = s.symbols.Literal(text)
		} else if refused.Contains(anotherTenant) {
			refused = s.symbols.Literal(anotherTenant)
		}
		values := access.Values{Multi: true, Every: refused}
		if beside {
			values = access.Values{Multi: true, Every: access.NonEmpty(), Some: []automata.Set{refused, access.NonEmpty().Minus(l.refuses(b))}}
		}
		for _, q := range requests {
			q = q.Given(access.Key{Name: l.key, Values: values})
			for _, k := range b.Keys {
				if k.Name != l.key && tellsCaller(k.Name) {
					q = q.Given(k)
				}
			}
			if !q.IsEmpty() {
				out = append(out, q)
			}
		}
	}
	return out
}

// allowedAtAll is a request that some statement allows in the end.
func (s *subject) allowedAtAll(asked []access.Box) (*Witness, statement) {
	if len(asked) == 0 {
		return nil, statement{}
	}
	for _, st := range s.allows() {
		if touchesDynamoDB(st) {
			if w := s.witness(s.allowedBy(st, asked...)); w != nil {
				return w, st
			}
		}
	}
	return nil, statement{}
}

// findAllValues looks for a request with a value that is denied, and another that spares it.
func (s *subject) findAllValues(l *limit) bool {
	for _, c := range l.of {
		if !policy.OperatorOf(c.Operator).All {
			continue
		}
		name, want, what := "many keys", manyKeys, "partition keys"
		if l.key == keyAttributes {
			name, want, what = "items", isItems, "attributes"
		}
		var asked []access.Box
		for _, b := range l.boxes {
			asked = append(asked, access.Meeting(s.asked(name, want), access.Box{Principal: automata.All(), Action: b.Action, Resource: b.Resource})...)
		}
		w, st := s.allowedAtAll(l.past(s, asked, true))
		if w == nil {
			continue
		}
		s.shows(Finding{Rule: allValues, Witness: w, At: l.document.Element(l.index, conditionNames(c)...),
			Detail: fmt.Sprintf("The statement denies only requests all of whose %s match. The request shown has one that does and one that does not, and is allowed by the statement %s of %s.",
				what, st.document.Sid(st.index), st.document.Name)}, l.statement)
		return true
	}
	return false
}

// findDeniedInPart looks for a request for rows that a statement denies, by an action or on an index that it is not about. A
// statement about reading says nothing of writing.
func (s *subject) findDeniedInPart(l *limit) {
	for _, class := range []struct {
		name string
		want func(catalog.Operation) bool
		is   bool
	}{{"read", reading, l.reads}, {"write", writing, l.writes}} {
		if !class.is {
			continue
		}
		asked := slices.DeleteFunc(l.within(s, class.name, class.want), func(q access.Box) bool {
			v := q.Key(keyLeading, true)
			return v.Absent && v.Every.Empty() // scans are another finding
		})
		if w, st := s.allowedAtAll(l.past(s, asked, false)); w != nil {
			s.shows(Finding{Rule: rowsDeniedInPart, Witness: w,
				Detail: fmt.Sprintf("The statement denies rows of others to some requests. The request shown is none of these, and is allowed by the statement %s of %s.",
					st.document.Sid(st.index), st.document.Name)}, l.statement)
			return
		}
	}
}
