package policy

import "strings"

// Operator is a condition operator taken apart.
type Operator struct {
	All, Any bool   // ForAllValues, ForAnyValue
	Base     string // without Not, IfExists and the set operator
	Negated  bool
	IfExists bool
}

// OperatorOf takes an operator apart.
func OperatorOf(written string) Operator {
	var op Operator
	rest, all := strings.CutPrefix(written, "ForAllValues:")
	rest, any := strings.CutPrefix(rest, "ForAnyValue:")
	op.All, op.Any = all, any
	rest, op.IfExists = strings.CutSuffix(rest, "IfExists")
	op.Base = strings.Replace(rest, "Not", "", 1)
	op.Negated = op.Base != rest
	return op
}
