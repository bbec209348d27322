package audit

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file takes the texts of statements apart in which policy variables can be.

// textsOf is every text of a statement that variables can be in.
func textsOf(st policy.Statement) []string {
	out := slices.Concat(st.Resource, st.NotResource)
	for _, c := range st.Condition {
		out = append(out, c.Values...)
	}
	return out
}

// replaceTexts is a statement with a text replaced by another wherever variables can be.
func replaceTexts(st policy.Statement, from, to string) policy.Statement {
	return mapTexts(st, func(text string) string { return strings.ReplaceAll(text, from, to) })
}

// mapTexts is a statement with the texts that variables can be in changed.
func mapTexts(st policy.Statement, change func(string) string) policy.Statement {
	each := func(texts []string) []string {
		out := slices.Clone(texts)
		for i, t := range out {
			out[i] = change(t)
		}
		return out
	}
	st.Resource, st.NotResource = each(st.Resource), each(st.NotResource)
	st.Condition = slices.Clone(st.Condition)
	for i, c := range st.Condition {
		st.Condition[i].Values = each(c.Values)
	}
	return st
}

// variable is a policy variable where it is written.
type variable struct {
	written    string // "${aws:PrincipalTag/tenant, 'none'}"
	name       string // "aws:PrincipalTag/tenant"
	fallback   string
	hasDefault bool
}

// variablesIn are the variables of a text, without those that stand for a single character.
func variablesIn(text string) []variable {
	var out []variable
	for {
		_, rest, found := strings.Cut(text, "${")
		end := strings.IndexByte(rest, '}')
		if !found || end < 0 {
			return out
		}
		v := variable{written: "${" + rest[:end+1], name: rest[:end]}
		if name, quoted, ok := strings.Cut(rest[:end], ","); ok {
			quoted = strings.TrimSpace(quoted)
			if len(quoted) >= 2 && quoted[0] == '\'' && quoted[len(quoted)-1] == '\'' {
				v.name, v.fallback, v.hasDefault = strings.TrimSpace(name), quoted[1:len(quoted)-1], true
			}
		}
		text = rest[end+1:]
		if v.name != "*" && v.name != "?" && v.name != "$" {
			out = append(out, v)
		}
	}
}
