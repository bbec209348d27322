package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is about conditions that do not ask what they seem to: on keys that do not exist, that the request never has, or
// that are compared in a way that never holds.

var unknownConditionKey = Rule{
	ID: "unknown-condition-key", Severity: High, Title: "Condition key that does not exist",
	Why: "AWS takes any name for a condition key, and requests have none that does not exist. So `StringEquals` and the like never hold: a statement " +
		"that allows grants nothing, one that denies stops nothing. `ForAllValues`, `IfExists` and the negations always hold: a statement that allows is as if the condition were not there.",
	Remedy: "Write the key as the service has it. The Service Authorization Reference lists them by service and by action.",
	Source: "IAM user guide, \"IAM JSON policy elements: Condition operators\"; Service Authorization Reference, \"Actions, resources, and condition keys for Amazon DynamoDB\"",
}

var missingSetOperator = Rule{
	ID: "missing-set-operator", Severity: Medium, Title: "Key of several values compared without a set operator",
	Why: "`dynamodb:LeadingKeys`, `dynamodb:Attributes` and others hold a list, and an operator without `ForAllValues` or `ForAnyValue` does not compare lists. " +
		"The condition never holds of a request that has the key, and the negated ones and those with `IfExists` hold of requests without it, such as a scan.",
	Remedy: "Write `ForAllValues:` before the operator in a statement that allows, with `Null` on the key; in one that denies, `ForAnyValue:`.",
	Source: "IAM user guide, \"Single-valued vs. multivalued context keys\"; IAM Access Analyzer policy check reference, \"Missing qualifier\"",
}

var conditionNotCarried = Rule{
	ID: "condition-not-carried", Severity: Low, Title: "Action that the condition never lets through",
	Why: "The statement names an action and demands a condition key that its requests never have, so it does not grant the action. Whoever put it there expects " +
		"otherwise, and the next attempt to make it work may drop the condition.",
	Remedy: "Remove the action, or grant it in a statement of its own under conditions that it can meet.",
	Source: "Service Authorization Reference, \"Actions, resources, and condition keys for Amazon DynamoDB\"",
}

// findConditionKeys looks for conditions that do not ask what they seem to.
func (s *subject) findConditionKeys() {
	for _, st := range slices.Concat(s.statements, s.granted) {
		if len(st.Condition) == 0 || !touchesDynamoDB(st) {
			continue
		}
		for _, c := range st.Condition {
			if hasUnknown(c.Key) {
				continue // that it is not known is another finding
			}
			if meant, unknown := unknownKey(c.Key); unknown {
				s.findUnknownKey(st, c, meant)
				continue
			}
			op := policy.OperatorOf(c.Operator)
			if op.Base != "Null" && !op.All && !op.Any && catalog.Multivalued(c.Key) {
				s.findNoSetOperator(st, c, op)
			}
		}
		s.findNotCarried(st)
	}
}

// touchesDynamoDB reports whether a statement may be about DynamoDB, going by its actions.
func touchesDynamoDB(st statement) bool {
	return len(st.NotAction) > 0 || slices.ContainsFunc(st.Action, func(a string) bool {
		service, _, _ := strings.Cut(strings.ToLower(a), ":")
		return service == "dynamodb" || strings.ContainsAny(service, "*?") || hasUnknown(service)
	})
}

// holdsWithout reports whether an operator holds of a request that does not have the key.
func holdsWithout(c policy.Condition) bool {
	op := policy.OperatorOf(c.Operator)
	if op.Base == "Null" {
		return slices.ContainsFunc(c.Values, func(v string) bool { return strings.EqualFold(v, "true") })
	}
	return op.IfExists || op.All || op.Negated && !op.Any
}

func (s *subject) findUnknownKey(st statement, c policy.Condition, meant string) {
	f := Finding{Rule: unknownConditionKey, At: st.document.Element(st.index, conditionNames(c)...)}
	hint := ""
	if meant != "" {
		hint = fmt.Sprintf(" It is close to %s.", meant)
		right := changeCondition(st.Statement, c, func(c *policy.Condition) { c.Key = meant })
		if policy.OperatorOf(c.Operator).All && st.Effect == policy.Allow {
			right = withCondition(right, "Null", meant, "false")
		}
		f.Repair = encoded(right)
	}
	items := lacking(s.asked("all", func(catalog.Operation) bool { return true }), c.Key)
	always := holdsWithout(c)
	switch {
	case st.Effect == policy.Allow && always:
		f.Detail = fmt.Sprintf("No request has %s, and %s holds of a missing key, so the statement allows as if the condition were not there.%s", c.Key, c.Operator, hint)
		if f.Witness = s.witness(s.allowedBy(st, items...)); f.Witness == nil {
			f.Severity = Low
		}
	case st.Effect == policy.Allow:
		f.Severity = Low
		f.Detail = fmt.Sprintf("No request has %s, so the condition never holds and the statement grants nothing.%s", c.Key, hint)
		f.Witness = s.refused(st, c, meant)
	case always:
		f.Severity = Low
		f.Detail = fmt.Sprintf("No request has %s, and %s holds of a missing key, so the statement denies whatever it is about.%s", c.Key, c.Operator, hint)
		f.Witness = s.denial(st)
	default:
		f.Detail = fmt.Sprintf("No request has %s, so the condition never holds and the statement stops nothing.%s", c.Key, hint)
		if f.Witness = s.passes(st, c); f.Witness == nil {
			f.Severity = Low
		}
	}
	s.shows(f, st)
}

// unconditioned is what a statement is about, without one of its conditions.
func (s *subject) unconditioned(st statement, c policy.Condition) []access.Box {
	bare := st.Statement
	bare.Condition = slices.DeleteFunc(slices.Clone(st.Condition), func(d policy.Condition) bool { return d.Operator == c.Operator && d.Key == c.Key })
	bare.Effect = policy.Allow
	bare.Principal, bare.NotPrincipal = nil, nil
	boxes, err := boxesOf(s.symbols, st.document.Document.Version, artifact.Identity, "", bare)
	if err != nil {
		return nil
	}
	return boxes
}

// refused is a request that a statement seems to allow, and that is not allowed: with the key that may be meant.
func (s *subject) refused(st statement, c policy.Condition, meant string) *Witness {
	right := st.Statement
	if meant == "" {
		right.Condition = slices.DeleteFunc(slices.Clone(right.Condition), func(d policy.Condition) bool { return d.Key == c.Key })
	} else {
		right = changeCondition(right, c, func(c *policy.Condition) { c.Key = meant })
	}
	right.Principal, right.NotPrincipal = nil, nil
	boxes, err := boxesOf(s.symbols, st.document.Document.Version, artifact.Identity, "", right)
	if err != nil {
		return nil
	}
	return s.witnessOf(boxes, evaluate.ImplicitDeny)
}

// denial is a request that a statement denies.
func (s *subject) denial(st statement) *Witness { return s.witnessOf(st.boxes, evaluate.ExplicitDeny) }

// passes is a request that is allowed, and that a statement would deny but for one of its conditions.
func (s *subject) passes(st statement, c policy.Condition) *Witness {
	about := s.unconditioned(st, c)
	for _, other := range s.allows() {
		for _, q := range about {
			if w := s.witness(s.allowedBy(other, access.Meeting(s.asked("all", func(catalog.Operation) bool { return true }), q)...)); w != nil {
				return w
			}
		}
	}
	return nil
}

func (s *subject) findNoSetOperator(st statement, c policy.Condition, op policy.Operator) {
	f := Finding{Rule: missingSetOperator, At: st.document.Element(st.index, conditionNames(c)...)}
	quantifier := "ForAllValues:"
	if st.Effect == policy.Deny {
		quantifier = "ForAnyValue:"
	}
	fixed := changeCondition(st.Statement, c, func(c *policy.Condition) { c.Operator = quantifier + c.Operator })
	switch {
	case st.Effect == policy.Deny && (op.Negated || op.IfExists):
		f.Detail = fmt.Sprintf("%s on %s holds of requests without the key only, so the statement does not deny those that it is about.", c.Operator, c.Key)
		f.Witness = s.passes(st, c)
	case st.Effect == policy.Deny:
		f.Detail = fmt.Sprintf("%s never holds on %s, so the statement stops nothing.", c.Operator, c.Key)
		f.Witness = s.passes(st, c)
	case op.Negated || op.IfExists:
		f.Detail = fmt.Sprintf("%s on %s holds of requests without the key only: of those that it seems to limit none is allowed, and scans are.", c.Operator, c.Key)
		if f.Witness = s.witness(s.allowedBy(st, lacking(s.asked("items", isItems), c.Key)...)); f.Witness != nil {
			f.Severity = High
		}
	default:
		f.Detail = fmt.Sprintf("%s never holds on %s, so the statement grants nothing.", c.Operator, c.Key)
		f.Witness = s.refusedAs(st, fixed)
	}
	switch {
	case st.Effect == policy.Deny:
		f.Repair = encoded(fixed)
	case !op.Negated && !op.IfExists: // else what is right is other requests than those that are allowed now
		f.Repair = encoded(withCondition(fixed, "Null", c.Key, "false"))
	}
	s.shows(f, st)
}

// refusedAs is a request that a statement would allow if it were written otherwise, and that is not allowed.
func (s *subject) refusedAs(st statement, fixed policy.Statement) *Witness {
	boxes, err := boxesOf(s.symbols, st.document.Document.Version, artifact.Identity, "", fixed)
	if err != nil {
		return nil
	}
	return s.witnessOf(boxes, evaluate.ImplicitDeny)
}

// carried are the condition keys of DynamoDB with what tells which operations have them.
func carried() []struct {
	key   string
	trait catalog.Trait
} {
	return []struct {
		key   string
		trait catalog.Trait
	}{
		{keyLeading, catalog.CarriesLeadingKeys}, {keyAttributes, catalog.CarriesAttributes}, {keySelect, catalog.CarriesSelect},
		{keyReturnValues, catalog.CarriesReturnValues}, {keyFullScan, catalog.CarriesFullTableScan},
	}
}

// findNotCarried looks for actions by name that a statement cannot allow, because it demands a key that their requests never
// have. That no other statement allows them either makes it a mistake.
func (s *subject) findNotCarried(st statement) {
	if st.Effect != policy.Allow || st.undecided != nil {
		return
	}
	for n, a := range st.Action {
		_, name, _ := strings.Cut(a, ":")
		o, known := operationFolded(name)
		if !known || !o.IsAction() || !strings.HasPrefix(strings.ToLower(a), "dynamodb:") {
			continue
		}
		for _, c := range st.Condition {
			i := slices.IndexFunc(carried(), func(k struct {
				key   string
				trait catalog.Trait
			}) bool {
				return strings.EqualFold(k.key, c.Key)
			})
			if i < 0 || o.Has(carried()[i].trait) || holdsWithout(c) || carried()[i].key == keyReturnValues && (o.Class == catalog.ClassQuery || o.Class == catalog.ClassScan) {
				continue
			}
			if w := s.never(st, o); w != nil {
				s.shows(Finding{Rule: conditionNotCarried, Witness: w, At: st.document.Value(st.index, n, "Action"),
					Repair: encoded(keepActions(st.Statement, func(b string) bool { return !strings.EqualFold(a, b) })),
					Detail: fmt.Sprintf("Requests of %s never have %s, which the statement demands, so they are refused.", o.Name, c.Key)}, st)
			}
			break
		}
	}
}

// never is a request of an operation on what a statement is about, if no statement allows any.
func (s *subject) never(st statement, o catalog.Operation) *Witness {
	requests := s.of(o)
	var about []access.Box
	for _, b := range s.onResources(st) {
		about = append(about, access.Meeting(requests, b)...)
	}
	for _, other := range s.allows() {
		if len(s.allowedBy(other, about...)) > 0 {
			return nil
		}
	}
	return s.witnessOf(about, evaluate.ImplicitDeny)
}

// onResources is everything on the resources of a statement.
func (s *subject) onResources(st statement) []access.Box {
	boxes, err := boxesOf(s.symbols, st.document.Document.Version, artifact.Identity, "", policy.Statement{
		Effect: policy.Allow, Action: []string{"*"}, Resource: st.Resource, NotResource: st.NotResource,
	})
	if err != nil {
		return nil
	}
	return boxes
}
