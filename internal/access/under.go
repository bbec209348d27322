package access

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file reads statements for symbols that know the documents. Of variables it is assumed in turn what they stand for
// (variable.go), and then a statement is a box, or a few where a principal or a condition takes several.

// statementUnder is the requests that a statement matches.
func (s *Symbols) statementUnder(kind artifact.Kind, st policy.Statement, variables bool) ([]Box, error) {
	callers, err := s.callers(kind, st)
	if err != nil {
		return nil, err
	}
	names := variablesIn(st, variables)
	standings, err := s.standings(names)
	if err != nil && !s.Opaque {
		return nil, err
	}
	if err != nil {
		return s.opaqueStatement(callers, st)
	}
	var out []Box
	for _, assumed := range standings {
		resource, err := s.resourceUnder(st, variables, assumed)
		if err != nil && !s.Opaque {
			return nil, err
		}
		for _, b := range callers {
			b.Action, b.Resource = s.actions(st), resource
			if err != nil {
				b.Resource = automata.All()
				b = b.supposing(resourceWords(st))
			}
			if b = b.pin(s, names, assumed); b.IsEmpty() {
				continue
			}
			boxes, err := s.conditionsUnder(b, st, variables, assumed)
			if err != nil {
				return nil, err
			}
			out = append(out, boxes...)
		}
	}
	return out, nil
}

// opaqueStatement is a statement with more variables than can be assumed: what else it says, and a proposition.
func (s *Symbols) opaqueStatement(callers []Box, st policy.Statement) ([]Box, error) {
	var out []Box
	for _, b := range callers {
		b.Action, b.Resource = s.actions(st), automata.All()
		b = b.supposing(resourceWords(st))
		for _, c := range st.Condition {
			b = b.supposing(conditionWords(c))
		}
		out = append(out, b)
	}
	return out, nil
}

// resourceUnder is the resources of a statement. Variables count in the last part of an ARN only, and are plain text before
// (IAM user guide, "Variables and tags", Resource element).
func (s *Symbols) resourceUnder(st policy.Statement, variables bool, assumed standing) (automata.Set, error) {
	patterns, negated := st.Resource, false
	if len(st.NotResource) > 0 {
		patterns, negated = st.NotResource, true
	}
	if len(patterns) == 0 {
		return automata.All(), nil
	}
	patterns = completed(patterns)
	plain := patterns
	if variables && hasVariable(patterns) {
		plain = slices.DeleteFunc(slices.Clone(patterns), func(p string) bool { _, last := lastPart(p); return strings.Contains(last, "${") })
	}
	sets := []automata.Set{s.AnyOf(plain)}
	key := strings.Builder{}
	fmt.Fprintf(&key, "resources %t %t %s", variables, negated, strings.Join(patterns, "\x00"))
	for _, p := range patterns {
		before, last := lastPart(p)
		if len(plain) == len(patterns) || !strings.Contains(last, "${") {
			continue
		}
		m, err := s.match(escaped(before)+last, reading{wildcards: true, variables: true}, assumed)
		if err != nil {
			return automata.Set{}, err
		}
		sets = append(sets, m.set)
		assumed.describe(&key, last)
	}
	return s.Set(key.String(), func() automata.Set {
		out := automata.None()
		for _, set := range sets {
			out = out.Union(set)
		}
		if negated {
			return out.Complement()
		}
		return out
	}), nil
}

// escaped is a text in which no variable begins.
func escaped(text string) string { return strings.ReplaceAll(text, "${", "${$}{") }

// conditionsUnder narrows a box to the requests that satisfy all conditions of a statement.
func (s *Symbols) conditionsUnder(b Box, st policy.Statement, variables bool, assumed standing) ([]Box, error) {
	boxes := []Box{b}
	seen := map[string][]part{}
	for _, c := range st.Condition {
		var narrowed []Box
		said, err := s.conditionUnder(c, variables, assumed, seen)
		switch {
		case err != nil && !s.Opaque:
			return nil, fmt.Errorf("%s %s: %w", c.Operator, c.Key, err)
		case err != nil:
			said = opaqueCondition(c)
		}
		for _, b := range boxes {
			for _, keys := range said {
				if with := b.Given(keys...); !with.IsEmpty() {
					narrowed = append(narrowed, with)
				}
			}
		}
		if boxes = narrowed; len(boxes) == 0 {
			return nil, nil
		}
	}
	return boxes, nil
}

// conditionUnder is what a condition asks of keys: in one of some ways.
func (s *Symbols) conditionUnder(c policy.Condition, variables bool, assumed standing, seen map[string][]part) ([][]Key, error) {
	op, name, multi := policy.OperatorOf(c.Operator), strings.ToLower(c.Key), catalog.Multivalued(c.Key)
	one := func(v Values) ([][]Key, error) { return [][]Key{{{name, v}}}, nil }
	switch {
	case op.Base == "Null" && op.All:
		return [][]Key{nil}, nil // asks nothing (IAM user guide, policy checks, "Null with qualifier")
	case op.Base == "Null" && op.Any:
		return nil, nil
	case op.Base == "Null":
		return one(nullUnder(multi, c.Values))
	case multi && !op.All && !op.Any: // compares no key that has several values and is there
		return one(Values{Multi: true, Absent: op.IfExists || op.Negated, Every: automata.None()})
	}
	m, err := s.valuesUnder(op.Base, name, c.Values, variables, assumed)
	if err != nil {
		return nil, err
	}
	if m.lettered {
		if _, itself := assumed[name]; itself {
			return nil, fmt.Errorf("a variable compared with a variable is not decided")
		}
	}
	compared := m
	if op.Negated {
		compared.set = m.set.Complement()
	}
	for _, other := range seen[name] {
		if (compared.lettered || other.lettered) && !compared.set.Within(other.set) && !other.set.Within(compared.set) {
			return nil, fmt.Errorf("a variable in one of two conditions on a key is not decided")
		}
	}
	seen[name] = append(seen[name], compared)
	return one(valuesFor(op, multi, m.set))
}

// valuesUnder is what one of some values of a condition matches.
func (s *Symbols) valuesUnder(base, key string, values []string, variables bool, assumed standing) (part, error) {
	if len(values) == 1 {
		return s.valueUnder(base, key, values[0], variables, assumed)
	}
	var out part
	var sets []automata.Set
	name := strings.Builder{}
	fmt.Fprintf(&name, "%s %s %t", base, key, variables)
	for _, v := range values {
		p, err := s.valueUnder(base, key, v, variables, assumed)
		if err != nil {
			return part{}, err
		}
		out.lettered = out.lettered || p.lettered
		sets = append(sets, p.set)
		name.WriteString("\x00" + v)
		assumed.describe(&name, v)
	}
	out.set = s.Set(name.String(), func() automata.Set {
		all := automata.None()
		for _, set := range sets {
			all = all.Union(set)
		}
		return all
	})
	return out, nil
}

// nullUnder is what a key is for the Null operator, which sees no values but true and false.
func nullUnder(multi bool, wanted []string) Values {
	out := nothing(multi)
	for _, w := range wanted {
		switch strings.ToLower(w) {
		case "true":
			out.Absent, out.Empty = true, true
		case "false":
			out.Every = NonEmpty()
		}
	}
	return out
}

// valueUnder is what one value of a condition matches.
func (s *Symbols) valueUnder(base, key, written string, variables bool, assumed standing) (part, error) {
	if kind := orderOf(base); kind != unordered {
		o := s.orders[key]
		switch {
		case o == nil || !o.cuts[written]:
			return part{}, fmt.Errorf("%q is not decided, since the documents were not known to compare with it", written)
		case o.mixed:
			return part{}, fmt.Errorf("%s on a key that is compared in another way too is not decided", base)
		}
		return part{set: s.Set(base+" "+key+" "+written, func() automata.Set { return automata.Literals(o.satisfying(base, written)) })}, nil
	}
	switch base {
	case "StringEquals":
		return s.match(written, reading{variables: variables}, assumed)
	case "StringEqualsIgnoreCase":
		return s.match(written, reading{variables: variables, fold: true}, assumed)
	case "StringLike":
		return s.match(written, reading{variables: variables, wildcards: true}, assumed)
	case "BinaryEquals":
		return s.binary(written)
	case "ArnEquals", "ArnLike":
		if variables && strings.Contains(written, "${") {
			return s.arnUnder(written, assumed)
		}
		m, err := s.arn(written, false)
		return part{set: m.set}, err
	}
	m, err := s.value(base, written, false)
	return part{set: m.set}, err
}

// arnUnder is arn for a pattern with variables, in whose names a colon ends no part. What a variable stands for cannot
// reach into the next part either.
func (s *Symbols) arnUnder(written string, assumed standing) (part, error) {
	parts := arnParts(written)
	if len(parts) < 6 {
		return part{set: automata.None()}, nil
	}
	var out part
	sets := make([]automata.Set, 0, 11)
	for i, field := range parts {
		m, err := s.match(field, reading{wildcards: true, variables: true}, assumed)
		if err != nil {
			return part{}, err
		}
		if i == 5 {
			sets = append(sets, m.set)
		} else {
			if m.lettered {
				return part{}, fmt.Errorf("%q has a variable before the last part, which is not decided", written)
			}
			sets = append(sets, m.set.Minus(automata.Glob("*:*")), automata.Literal(":"))
		}
		out.lettered = out.lettered || m.lettered
	}
	key := strings.Builder{}
	key.WriteString("arn under " + written)
	assumed.describe(&key, written)
	out.set = s.Set(key.String(), func() automata.Set { return automata.Concat(sets...) })
	return out, nil
}

// arnParts divides the pattern of an ARN into its six parts.
func arnParts(written string) []string {
	var out []string
	begin := 0
	for i := 0; i < len(written) && len(out) < 5; i++ {
		if written[i] == ':' {
			out = append(out, written[begin:i])
			begin = i + 1
		} else if strings.HasPrefix(written[i:], "${") {
			if _, rest, is := variablePiece(written[i:]); is {
				i = len(written) - len(rest) - 1
			}
		}
	}
	return append(out, written[begin:])
}
