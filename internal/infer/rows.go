package infer

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// The condition keys that a spec has words for (DynamoDB developer guide, "Using IAM policy conditions").
const (
	leadingKeys        = "dynamodb:LeadingKeys"
	attributesKey      = "dynamodb:Attributes"
	selectKey          = "dynamodb:Select"
	returnValuesKey    = "dynamodb:ReturnValues"
	enclosingOperation = "dynamodb:EnclosingOperation"
	fullTableScan      = "dynamodb:FullTableScan"
)

// keyValue is a value that a condition compares partition keys with.
type keyValue struct {
	variable string // as it is written, without ${}; empty: a text
	template model.KeyTemplate
	text     string // without a variable; the template then says whether a star follows
	usable   bool   // else a pattern that no spec has words for
}

// readKey takes a value apart: a text, or one variable with text around it, and a star at the end.
func readKey(value string, wildcards bool) keyValue {
	var out keyValue
	var before, after strings.Builder
	put := func(text string) {
		if out.variable == "" {
			before.WriteString(text)
		} else {
			after.WriteString(text)
		}
	}
	for rest := value; rest != ""; {
		switch end := strings.IndexByte(rest, '}'); {
		case strings.HasPrefix(rest, "${") && end > 0:
			name := rest[2:end]
			rest = rest[end+1:]
			switch {
			case name == "*" || name == "?" || name == "$":
				put(name)
			case out.variable != "" || strings.Contains(name, ","):
				return keyValue{variable: name}
			default:
				out.variable = name
			}
		case wildcards && rest == "*":
			out.template.Open = true
			rest = ""
		case wildcards && (rest[0] == '*' || rest[0] == '?'):
			return keyValue{variable: firstVariable(value)}
		default:
			put(rest[:1])
			rest = rest[1:]
		}
	}
	out.template.Prefix, out.template.Suffix, out.usable = before.String(), after.String(), true
	if out.variable == "" {
		out.text = before.String()
	}
	return out
}

// firstVariable is the name of the first variable in a text; empty if there is none.
func firstVariable(value string) string {
	_, rest, found := strings.Cut(value, "${")
	name, _, ended := strings.Cut(rest, "}")
	if !found || !ended || strings.ContainsAny(name, "*?$") {
		return ""
	}
	return name
}

// keyValues are the values that a statement compares partition keys with.
func (s *statement) keyValues() []keyValue {
	var out []keyValue
	for _, c := range s.conditions(leadingKeys) {
		op := policy.OperatorOf(c.Operator)
		if op.Negated || op.Base != "StringEquals" && op.Base != "StringLike" {
			continue
		}
		variables := s.document.Version == policy.Version
		for _, v := range c.Values {
			if !variables { // the older language has none
				v = strings.ReplaceAll(v, "$", "${$}")
			}
			out = append(out, readKey(v, op.Base == "StringLike"))
		}
	}
	return out
}

// attributeLists are the lists of attributes of a statement.
func (s *statement) attributeLists() [][]string {
	var out [][]string
	for _, c := range s.conditions(attributesKey) {
		op := policy.OperatorOf(c.Operator)
		if op.Negated || op.Base != "StringEquals" || slices.ContainsFunc(c.Values, func(v string) bool { return !literal(v) }) {
			continue
		}
		list := slices.Clone(c.Values)
		slices.Sort(list)
		out = append(out, slices.Compact(list))
	}
	return out
}

// templateWords is a template as a spec has it.
func templateWords(t model.KeyTemplate) string { return t.Pattern("{tenant}") }

// sameTemplate reports whether two templates are the same.
func sameTemplate(a, b model.KeyTemplate) bool {
	return a.Prefix == b.Prefix && a.Suffix == b.Suffix && a.Open == b.Open
}

func holdsTemplate(all []model.KeyTemplate, t model.KeyTemplate) bool {
	return slices.ContainsFunc(all, func(u model.KeyTemplate) bool { return sameTemplate(t, u) })
}

// within reports whether all of some templates are among others.
func within(some, all []model.KeyTemplate) bool {
	return !slices.ContainsFunc(some, func(t model.KeyTemplate) bool { return !holdsTemplate(all, t) })
}
