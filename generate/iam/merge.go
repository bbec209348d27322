package iam

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/policy"
)

// merge writes statements as few, that allow together exactly the same: those that differ in nothing but their actions become
// one with all of them, and of what is left those that differ in nothing but their resources. They come out in an order that
// does not depend on the one they came in, with the names of all that went into each.
//
// Only a boundary is merged. There no statement is a grant that somebody wrote, and all have to fit one document.
func merge(statements []policy.Statement) []policy.Statement {
	out := fold(statements, func(s *policy.Statement) *[]string { return &s.Action })
	out = fold(out, func(s *policy.Statement) *[]string { return &s.Resource })
	for i := range out {
		names := strings.Fields(out[i].Sid)
		slices.Sort(names)
		out[i].Sid = sid(slices.Compact(names)...)
	}
	slices.SortFunc(out, func(a, b policy.Statement) int { return strings.Compare(text(a), text(b)) })
	return out
}

// fold unites the lists of the statements that are the same but for that list and their names, which are put one behind the
// other.
func fold(statements []policy.Statement, list func(*policy.Statement) *[]string) []policy.Statement {
	var out []policy.Statement
	at := map[string]int{}
	for _, s := range statements {
		rest := s
		rest.Sid = ""
		*list(&rest) = nil
		key := text(rest)
		i, found := at[key]
		if !found {
			at[key] = len(out)
			*list(&s) = slices.Clone(*list(&s))
			out = append(out, s)
			continue
		}
		*list(&out[i]) = append(*list(&out[i]), *list(&s)...)
		out[i].Sid += " " + s.Sid
	}
	return out
}

// text is a statement in its canonical form, in which lists are sorted.
func text(s policy.Statement) string {
	return string(policy.EncodeMinified(document([]policy.Statement{s})))
}
