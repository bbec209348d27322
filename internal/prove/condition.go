package prove

import (
	"fmt"
	"slices"
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

// multivalued reports whether a key holds several values by nature. The catalog has the keys of services; of the global
// ones these do (IAM user guide, "AWS global condition context keys", value type).
func multivalued(key string) bool {
	switch key = lower(key); key {
	case "aws:tagkeys", "aws:calledvia", "aws:principalservicenameslist", "aws:principalorgpaths", "aws:resourceorgpaths",
		"aws:sourceorgpaths", "aws:vpceorgpaths":
		return true
	}
	if strings.HasSuffix(key, ":amr") {
		return true
	}
	k, known := catalog.Load().ConditionKey(key)
	return known && k.Multivalued()
}

// condition narrows a box to the requests for which a condition holds, as a box for each way in which it can. A value with
// a variable matches only where the variable stands for something (IAM user guide, "Policy variables with no value"), so
// without the variable the other values are left; and where it stands for the empty text, an empty key may equal it.
func (s *symbols) condition(b box, c policy.Condition, variables bool) ([]box, error) {
	op, name, multi := operatorOf(c.Operator), strings.ToLower(c.Key), multivalued(c.Key)
	if op.base == "Null" {
		b, err := null(b, op, name, multi, c.Values)
		return []box{b}, err
	}
	if multi && !op.all && !op.any {
		return nil, fmt.Errorf("%s on %s, which holds several values, has no set operator", c.Operator, c.Key)
	}
	m, err := s.matching(op, c.Values, variables)
	if err == nil {
		err = m.decided(op, name)
	}
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", c.Operator, c.Key, err)
	}
	plain := b.with(name, op.values(multi, m.plain))
	if len(m.variables) == 0 {
		return []box{plain}, nil
	}
	whole, empty := b.with(name, op.values(multi, m.all)), b.with(name, values{multi: multi, empty: m.empty, every: automata.None()})
	for _, v := range m.variables {
		whole = whole.with(v, present(false))
		empty = empty.with(v, values{empty: true, every: automata.None()})
	}
	return []box{whole, plain, empty}, nil
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
	empty := matching.Contains("")
	if empty {
		matching = matching.Intersect(nonEmpty())
	}
	out := values{multi: multi, absent: op.ifExists || op.all || op.negated && !op.any, empty: op.all || empty, every: matching}
	if op.any && multi {
		out.some, out.every = []automata.Set{out.every}, nonEmpty()
	}
	return out
}

// null is the Null operator: whether the key is null. With a set operator it asks nothing, and is refused.
func null(b box, op operator, name string, multi bool, wanted []string) (box, error) {
	if op.all || op.any {
		return b, fmt.Errorf("on %s, Null with a set operator is not decided", name)
	}
	out := nothing(multi)
	for _, w := range wanted {
		switch strings.ToLower(w) {
		case "true":
			out.absent, out.empty = true, true
		case "false":
			out.every = nonEmpty()
		default:
			return b, fmt.Errorf("on %s, Null is given %q, which is neither true nor false", name, w)
		}
	}
	return b.with(name, out), nil
}

// matching is what the values of a condition match.
type matching struct {
	all       automata.Set // with every variable standing for some text
	plain     automata.Set // the values without variables alone
	variables []string     // sorted
	empty     bool         // with every variable standing for the empty text, a value with variables matches the empty text
}

// decided is an error for what sets of texts with letters for variables cannot say exactly.
func (m matching) decided(op operator, key string) error {
	switch {
	case len(m.variables) > 0 && op.negated:
		return fmt.Errorf("a variable behind a negation is not decided")
	case slices.Contains(m.variables, key):
		return fmt.Errorf("a key compared with itself is not decided")
	case slices.ContainsFunc(m.variables, multivalued):
		return fmt.Errorf("a variable that holds several values is not decided")
	}
	return nil
}

// matching reads the values of a condition. All values with variables must have the same ones.
func (s *symbols) matching(op operator, wanted []string, variables bool) (matching, error) {
	out := matching{all: automata.None(), plain: automata.None()}
	for _, w := range wanted {
		v, err := s.value(op.base, w, variables)
		if err != nil {
			return out, err
		}
		out.all = out.all.Union(v.set)
		if len(v.variables) == 0 {
			out.plain = out.plain.Union(v.set)
			continue
		}
		if out.variables != nil && !slices.Equal(out.variables, v.variables) {
			return out, fmt.Errorf("values with different variables are not decided")
		}
		out.variables = v.variables
		out.empty = out.empty || v.empty
	}
	return out, nil
}

// value is what one value matches.
func (s *symbols) value(base, written string, variables bool) (matched, error) {
	switch base {
	case "StringEquals":
		return s.matched(written, reading{variables: variables})
	case "StringEqualsIgnoreCase":
		return s.matched(written, reading{variables: variables, fold: true})
	case "StringLike":
		return s.matched(written, reading{variables: variables, wildcards: true})
	case "Bool":
		if !strings.EqualFold(written, "true") && !strings.EqualFold(written, "false") {
			return matched{set: automata.None()}, nil
		}
		return s.matched(written, reading{fold: true})
	case "ArnEquals", "ArnLike":
		return s.arn(written, variables)
	}
	return matched{}, fmt.Errorf("%s is not decided", base)
}

// arn is the set of ARNs that a pattern matches. It is compared part by part, so a star ends at a colon, except in the last
// part, which holds colons of its own (IAM user guide, "Amazon Resource Name (ARN) condition operators"). A star by itself
// matches every ARN, and what has fewer parts none.
func (s *symbols) arn(written string, variables bool) (matched, error) {
	if written == "*" {
		written = "*:*:*:*:*:*"
	}
	parts := strings.SplitN(written, ":", 6)
	if len(parts) < 6 {
		return matched{set: automata.None()}, nil
	}
	before := strings.Join(parts[:5], ":") + ":"
	if variables && strings.Contains(before, "${") {
		return matched{}, fmt.Errorf("%q has a variable before the last part, which is not decided", written)
	}
	out, err := s.matched(written, reading{wildcards: true, variables: variables})
	if err != nil || !strings.ContainsAny(before, "*?") {
		return out, err
	}
	sixParts := s.set("arn parts "+before, func() automata.Set {
		sets := make([]automata.Set, 0, 11)
		for _, part := range parts[:5] {
			sets = append(sets, automata.Glob(part).Minus(automata.Glob("*:*")), automata.Literal(":"))
		}
		return automata.Concat(append(sets, automata.All())...)
	})
	out.set = out.set.Intersect(sixParts)
	return out, nil
}
