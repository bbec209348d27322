package access

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

// condition narrows a box to the requests for which a condition holds, as a box for each way in which it can. A value with
// a variable matches only where the variable stands for something (IAM user guide, "Policy variables with no value"), so
// without the variable the other values are left; and where it stands for the empty text, an empty key may equal it.
func (s *Symbols) condition(b Box, c policy.Condition, variables bool) ([]Box, error) {
	op, name, multi := policy.OperatorOf(c.Operator), strings.ToLower(c.Key), catalog.Multivalued(c.Key)
	if op.Base == "Null" {
		b, err := null(b, op, name, multi, c.Values)
		return []Box{b}, err
	}
	if multi && !op.All && !op.Any {
		return nil, fmt.Errorf("%s on %s, which holds several values, has no set operator", c.Operator, c.Key)
	}
	m, err := s.matching(op, c.Values, variables)
	if err == nil {
		err = m.decided(op, name)
	}
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", c.Operator, c.Key, err)
	}
	plain := b.With(name, valuesFor(op, multi, m.plain))
	if len(m.variables) == 0 {
		return []Box{plain}, nil
	}
	whole, empty := b.With(name, valuesFor(op, multi, m.all)), b.With(name, Values{Multi: multi, Empty: m.empty, Every: automata.None()})
	for _, v := range m.variables {
		whole = whole.With(v, Present(false))
		empty = empty.With(v, Values{Empty: true, Every: automata.None()})
	}
	return []Box{whole, plain, empty}, nil
}

// Present is the key being there at all, which a variable needs to stand for something.
func Present(multi bool) Values {
	v := anything(multi)
	v.Absent = false
	return v
}

// values is what a key can be for the operator to hold, when the texts of the policy match those of a set.
func valuesFor(op policy.Operator, multi bool, matching automata.Set) Values {
	if op.Negated {
		matching = matching.Complement()
	}
	empty := matching.Contains("")
	if empty {
		matching = matching.Intersect(NonEmpty())
	}
	out := Values{Multi: multi, Absent: op.IfExists || op.All || op.Negated && !op.Any, Empty: op.All || empty, Every: matching}
	if op.Any && multi {
		out.Some, out.Every = []automata.Set{out.Every}, NonEmpty()
	}
	return out
}

// null is the Null operator: whether the key is null. With a set operator it asks nothing, and is refused.
func null(b Box, op policy.Operator, name string, multi bool, wanted []string) (Box, error) {
	if op.All || op.Any {
		return b, fmt.Errorf("on %s, Null with a set operator is not decided", name)
	}
	out := nothing(multi)
	for _, w := range wanted {
		switch strings.ToLower(w) {
		case "true":
			out.Absent, out.Empty = true, true
		case "false":
			out.Every = NonEmpty()
		default:
			return b, fmt.Errorf("on %s, Null is given %q, which is neither true nor false", name, w)
		}
	}
	return b.With(name, out), nil
}

// matching is what the values of a condition match.
type matching struct {
	all       automata.Set // with every variable standing for some text
	plain     automata.Set // the values without variables alone
	variables []string     // sorted
	empty     bool         // with every variable standing for the empty text, a value with variables matches the empty text
}

// decided is an error for what sets of texts with letters for variables cannot say exactly.
func (m matching) decided(op policy.Operator, key string) error {
	switch {
	case len(m.variables) > 0 && op.Negated:
		return fmt.Errorf("a variable behind a negation is not decided")
	case slices.Contains(m.variables, key):
		return fmt.Errorf("a key compared with itself is not decided")
	case slices.ContainsFunc(m.variables, catalog.Multivalued):
		return fmt.Errorf("a variable that holds several values is not decided")
	}
	return nil
}

// matching reads the values of a condition. All values with variables must have the same ones.
func (s *Symbols) matching(op policy.Operator, wanted []string, variables bool) (matching, error) {
	out := matching{all: automata.None(), plain: automata.None()}
	for _, w := range wanted {
		v, err := s.value(op.Base, w, variables)
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
func (s *Symbols) value(base, written string, variables bool) (matched, error) {
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
func (s *Symbols) arn(written string, variables bool) (matched, error) {
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
	if !strings.ContainsAny(before, "*?") {
		return s.matched(written, reading{wildcards: true, variables: variables})
	}
	last, err := s.matched(parts[5], reading{wildcards: true, variables: variables})
	if err != nil {
		return matched{}, err
	}
	last.empty = false
	last.set = s.Set(fmt.Sprintf("arn %t %s", variables, written), func() automata.Set {
		sets := make([]automata.Set, 0, 11)
		for _, part := range parts[:5] {
			sets = append(sets, automata.Glob(part).Minus(automata.Glob("*:*")), automata.Literal(":"))
		}
		return automata.Concat(append(sets, last.set)...)
	})
	return last, nil
}
