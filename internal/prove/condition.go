package prove

import (
	"fmt"
	"strings"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file reads conditions as sets (IAM user guide, "Condition operators", "Single-valued vs. multivalued context keys").
// An operator that is not decided here is an error, so that a document which uses it is never proven.

// operator is a condition operator taken apart.
type operator struct {
	all, any bool   // ForAllValues, ForAnyValue
	base     string // without Not, IfExists and the set operator
	negated  bool
	ifExists bool
}

func operatorOf(written string) operator {
	var op operator
	rest, all := strings.CutPrefix(written, "ForAllValues:")
	rest, any := strings.CutPrefix(rest, "ForAnyValue:")
	op.all, op.any = all, any
	rest, op.ifExists = strings.CutSuffix(rest, "IfExists")
	op.base = strings.Replace(rest, "Not", "", 1)
	op.negated = op.base != rest
	return op
}

// multivalued reports whether a key holds several values by nature.
func multivalued(key string) bool {
	if strings.HasSuffix(key, ":amr") {
		return true
	}
	k, known := catalog.Load().ConditionKey(key)
	return known && k.Multivalued()
}

// condition narrows a box to the requests for which a condition holds.
func (s *symbols) condition(b box, c policy.Condition) (box, error) {
	op, name, multi := operatorOf(c.Operator), strings.ToLower(c.Key), multivalued(c.Key)
	if op.base == "Null" {
		return null(b, op, name, multi, c.Values)
	}
	if multi && !op.all && !op.any {
		return b, fmt.Errorf("%s on %s, which holds several values, has no set operator", c.Operator, c.Key)
	}
	matching, variables, err := s.matching(op, c.Values)
	if err != nil {
		return b, fmt.Errorf("%s %s: %w", c.Operator, c.Key, err)
	}
	if len(variables) > 0 && op.negated {
		return b, fmt.Errorf("%s %s: a variable behind a negation is not decided", c.Operator, c.Key)
	}
	for _, v := range variables {
		b = b.with(v, present(multivalued(v)))
	}
	return b.with(name, op.values(multi, matching)), nil
}

// present is the key being there at all, which a variable needs to stand for something.
func present(multi bool) values {
	v := anything(multi)
	v.absent = false
	return v
}

// values is what a key can be for the operator to hold, when the texts of the policy match those of a set.
func (op operator) values(multi bool, matching automata.Set) values {
	if op.negated {
		matching = matching.Complement()
	}
	out := values{
		multi:  multi,
		absent: op.ifExists || op.all || op.negated && !op.any,
		empty:  op.all || matching.Contains(""),
		every:  matching.Intersect(nonEmpty()),
	}
	if op.any && multi {
		out.some, out.every = []automata.Set{out.every}, nonEmpty()
	}
	return out
}

// null is the Null operator: whether the key is null. With a set operator it asks nothing, and is refused.
func null(b box, op operator, name string, multi bool, wanted []string) (box, error) {
	if op.all || op.any {
		return b, fmt.Errorf("Null with a set operator on %s is not decided", name)
	}
	out := nothing(multi)
	for _, w := range wanted {
		switch strings.ToLower(w) {
		case "true":
			out.absent, out.empty = true, true
		case "false":
			out.every = nonEmpty()
		default:
			return b, fmt.Errorf("Null %s: %q is neither true nor false", name, w)
		}
	}
	return b.with(name, out), nil
}

// matching is the set of texts that one of the values matches, and the variables the values depend on.
func (s *symbols) matching(op operator, wanted []string) (automata.Set, []string, error) {
	out := automata.None()
	var variables []string
	for _, w := range wanted {
		set, used, err := s.value(op.base, w)
		if err != nil {
			return out, nil, err
		}
		if len(used) > 0 && len(wanted) > 1 && !sameVariables(variables, used) && variables != nil {
			return out, nil, fmt.Errorf("values with different variables are not decided")
		}
		variables = append(variables, used...)
		out = out.Union(set)
	}
	return out, variables, nil
}

func sameVariables(a, b []string) bool { return len(a) > 0 && len(b) > 0 && a[0] == b[0] }

// value is the set of texts that one value matches.
func (s *symbols) value(base, written string) (automata.Set, []string, error) {
	switch base {
	case "StringEquals":
		return s.matched(written, reading{variables: true})
	case "StringEqualsIgnoreCase":
		return s.matched(written, reading{variables: true, fold: true})
	case "StringLike":
		return s.matched(written, reading{variables: true, wildcards: true})
	case "Bool":
		return s.matched(written, reading{fold: true})
	case "ArnEquals", "ArnLike":
		return s.arn(written)
	}
	return automata.Set{}, nil, fmt.Errorf("%s is not decided", base)
}

// arn is the set of ARNs that a pattern matches. It is compared part by part, so a star ends at a colon, except in the last
// part, which holds colons of its own (IAM user guide, "Amazon Resource Name (ARN) condition operators"). Only patterns
// without wildcards before the last part are decided: they match as a text does.
func (s *symbols) arn(written string) (automata.Set, []string, error) {
	parts := strings.SplitN(written, ":", 6)
	if len(parts) < 6 {
		return automata.None(), nil, nil
	}
	if strings.ContainsAny(strings.Join(parts[:5], ""), "*?") {
		return automata.Set{}, nil, fmt.Errorf("%q has a wildcard before the last part, which is not decided", written)
	}
	return s.matched(written, reading{variables: true, wildcards: true})
}
