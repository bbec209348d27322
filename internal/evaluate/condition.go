package evaluate

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/policy"
)

// quantifier is the set operator before a condition operator.
type quantifier int

const (
	single       quantifier = iota // no set operator: the key has one value
	forAllValues                   // every value of the request must compare
	forAnyValue                    // at least one must
)

// operator is a condition operator taken apart: "ForAllValues:StringNotLike" is
// every value, compared as StringLike, negated.
type operator struct {
	quantifier quantifier
	compare    comparison
	negated    bool
	ifExists   bool
}

// comparison is what an operator does to one value of the request and one of the
// policy.
type comparison int

const (
	isNull comparison = iota
	stringEquals
	stringEqualsIgnoreCase
	stringLike
	arnLike
	numericEquals
	numericLess
	numericLessEquals
	numericGreater
	numericGreaterEquals
	dateEquals
	dateLess
	dateLessEquals
	dateGreater
	dateGreaterEquals
	boolEquals
	binaryEquals
	ipAddress
)

// holds says whether a condition of a statement is met.
//
// What a missing key means is where policies go wrong, so it stands first (IAM
// user guide, "Condition operators", and "Single-valued vs. multivalued context
// keys"): IfExists and ForAllValues hold, ForAnyValue does not, and of the rest
// those hold that negate.
func (r *Request) holds(c *policy.Condition, variables bool) bool {
	op := parseOperator(c.Operator)
	k := r.lookup(c.Key)
	switch {
	case op.compare == isNull:
		return op.holdsNull(k, c.Values)
	case !k.present && op.quantifier == forAnyValue:
		return op.ifExists
	case !k.present:
		return op.ifExists || op.negated || op.quantifier == forAllValues
	}
	compared := comparer{op: op, values: c.Values}
	if variables {
		compared.request = r
	}
	switch op.quantifier {
	case forAllValues:
		return k.isNull() || compared.all(k)
	case forAnyValue:
		return compared.any(k)
	default:
		return k.len() == 1 && compared.value(k.at(0)) && !isMultivalued(c.Key)
	}
}

// holdsNull is the Null operator: "true" holds of a key that is null, "false" of
// one that is not. Behind a set operator it does not ask at all (IAM user guide,
// policy checks, "Null with qualifier").
func (op operator) holdsNull(k key, values []string) bool {
	switch op.quantifier {
	case forAllValues:
		return true
	case forAnyValue:
		return false
	}
	for _, v := range values {
		if want, ok := parseBool(v); ok && want == k.isNull() {
			return true
		}
	}
	return false
}

// comparer compares values of a request with the values of a condition.
type comparer struct {
	op      operator
	values  []string
	request *Request // what variables stand for; nil where there are none
}

func (c *comparer) all(k key) bool {
	for i := range k.len() {
		if !c.value(k.at(i)) {
			return false
		}
	}
	return true
}

func (c *comparer) any(k key) bool {
	for i := range k.len() {
		if c.value(k.at(i)) {
			return true
		}
	}
	return false
}

// value compares one value: it must match one of the policy's, or with a negated
// operator none of them (IAM user guide, "Conditions with multiple context keys
// or values": OR and NOR).
func (c *comparer) value(value string) bool {
	for _, policyValue := range c.values {
		if c.pair(policyValue, value) {
			return !c.op.negated
		}
	}
	return c.op.negated
}

func (c *comparer) pair(policyValue, value string) bool {
	switch op := c.op.compare; op {
	case stringEquals:
		p := pattern{text: policyValue, request: c.request}
		return p.matches(value)
	case stringEqualsIgnoreCase:
		p := pattern{text: policyValue, request: c.request, fold: true}
		return p.matches(value)
	case stringLike:
		p := pattern{text: policyValue, request: c.request, wild: true}
		return p.matches(value)
	case arnLike:
		p := pattern{text: policyValue, request: c.request}
		return p.matchARN(value)
	case boolEquals:
		return compareBools(policyValue, value)
	case binaryEquals:
		return compareBinary(policyValue, value)
	case ipAddress:
		return matchAddress(policyValue, value)
	case dateEquals, dateLess, dateLessEquals, dateGreater, dateGreaterEquals:
		return compareDates(op, policyValue, value)
	default:
		return compareNumbers(op, policyValue, value)
	}
}

// parseOperator takes an operator apart. Documents hold only known ones, which
// policy.Parse sees to.
func parseOperator(text string) operator {
	var op operator
	base := text
	if rest, found := strings.CutPrefix(base, "ForAllValues:"); found {
		base, op.quantifier = rest, forAllValues
	} else if rest, found := strings.CutPrefix(base, "ForAnyValue:"); found {
		base, op.quantifier = rest, forAnyValue
	}
	base, op.ifExists = strings.CutSuffix(base, "IfExists")
	var known bool
	if op.compare, op.negated, known = comparisonOf(base); !known {
		panic("evaluate: no condition operator is named " + text)
	}
	return op
}

func comparisonOf(base string) (c comparison, negated, known bool) {
	switch base {
	case "Null":
		return isNull, false, true
	case "StringEquals":
		return stringEquals, false, true
	case "StringNotEquals":
		return stringEquals, true, true
	case "StringEqualsIgnoreCase":
		return stringEqualsIgnoreCase, false, true
	case "StringNotEqualsIgnoreCase":
		return stringEqualsIgnoreCase, true, true
	case "StringLike":
		return stringLike, false, true
	case "StringNotLike":
		return stringLike, true, true
	case "ArnEquals", "ArnLike":
		return arnLike, false, true
	case "ArnNotEquals", "ArnNotLike":
		return arnLike, true, true
	case "Bool":
		return boolEquals, false, true
	case "BinaryEquals":
		return binaryEquals, false, true
	case "IpAddress":
		return ipAddress, false, true
	case "NotIpAddress":
		return ipAddress, true, true
	}
	return orderingOf(base)
}

// orderingOf is comparisonOf for numbers and dates.
func orderingOf(base string) (c comparison, negated, known bool) {
	switch base {
	case "NumericEquals":
		return numericEquals, false, true
	case "NumericNotEquals":
		return numericEquals, true, true
	case "NumericLessThan":
		return numericLess, false, true
	case "NumericLessThanEquals":
		return numericLessEquals, false, true
	case "NumericGreaterThan":
		return numericGreater, false, true
	case "NumericGreaterThanEquals":
		return numericGreaterEquals, false, true
	case "DateEquals":
		return dateEquals, false, true
	case "DateNotEquals":
		return dateEquals, true, true
	case "DateLessThan":
		return dateLess, false, true
	case "DateLessThanEquals":
		return dateLessEquals, false, true
	case "DateGreaterThan":
		return dateGreater, false, true
	case "DateGreaterThanEquals":
		return dateGreaterEquals, false, true
	}
	return 0, false, false
}
