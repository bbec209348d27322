package audit

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file writes statements as they should be. A repair only takes away: what the repaired statement matches, the one that
// was found matched too.

// encoded is a statement in JSON; empty if nothing of it is left.
func encoded(st policy.Statement) string {
	if len(st.Action)+len(st.NotAction) == 0 || len(st.Resource)+len(st.NotResource) == 0 {
		return ""
	}
	text := string(policy.Encode(policy.Document{Statement: []policy.Statement{st}}))
	text = strings.TrimPrefix(text, "{\n  \"Statement\": [\n")
	text = strings.TrimSuffix(text, "\n  ]\n}\n")
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimPrefix(l, "    ")
	}
	return strings.Join(lines, "\n")
}

// withCondition is a statement with a condition more, which replaces one of the same operator and key.
func withCondition(st policy.Statement, operator, key string, values ...string) policy.Statement {
	st.Condition = slices.DeleteFunc(slices.Clone(st.Condition), func(c policy.Condition) bool {
		return strings.EqualFold(c.Operator, operator) && strings.EqualFold(c.Key, key)
	})
	st.Condition = append(st.Condition, policy.Condition{Operator: operator, Key: key, Values: values})
	return st
}

// keepActions is a statement with some of its actions.
func keepActions(st policy.Statement, keep func(string) bool) policy.Statement {
	st.Action = slices.DeleteFunc(slices.Clone(st.Action), func(a string) bool { return !keep(a) })
	return st
}

// withoutResources is a statement without some of its resources.
func withoutResources(st policy.Statement, gone func(string) bool) policy.Statement {
	st.Resource = slices.DeleteFunc(slices.Clone(st.Resource), gone)
	return st
}

// changeCondition is a statement with one of its conditions changed.
func changeCondition(st policy.Statement, old policy.Condition, change func(*policy.Condition)) policy.Statement {
	st.Condition = slices.Clone(st.Condition)
	for i, c := range st.Condition {
		if c.Operator == old.Operator && c.Key == old.Key {
			change(&st.Condition[i])
		}
	}
	return st
}
