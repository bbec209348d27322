package audit

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is about what was not known when documents were read, which stands in braces: {TableArn} for a value that another
// stack exports. A policy would take that for plain text, and as plain text no ARN is a table's, so that whatever is granted on it
// would go unseen. Here the documents get ARNs that have the right shape.
//
// The same name stands for the same thing wherever it occurs, and for another than each that is spelt out, for which only its
// shape would speak. Regions and accounts are the exception: those that are not known are any, since most that a template leaves
// open are the place it is deployed to.

var (
	unknownText       = regexp.MustCompile(`\{[^{}$]+\}`)
	unknownInVariable = regexp.MustCompile(`(\$\{[^{}]*)\{([^{}$]*)\}([^{}]*\})`)
)

// hasUnknown reports whether a part of a text is not known.
func hasUnknown(text string) bool {
	for _, at := range unknownText.FindAllStringIndex(text, -1) {
		if at[0] == 0 || text[at[0]-1] != '$' {
			return true
		}
	}
	return false
}

// settler settles the documents of an inventory. What several identities share, they share afterwards.
type settler struct {
	documents map[*inventory.Document]*inventory.Document
	originals map[*inventory.Document]*inventory.Document
}

// settled is an inventory in which nothing that is not known stands in the way, with the documents as they were before.
func settled(inv *inventory.Inventory) (*inventory.Inventory, settler) {
	s := settler{map[*inventory.Document]*inventory.Document{}, map[*inventory.Document]*inventory.Document{}}
	out := *inv
	out.Identities = slices.Clone(inv.Identities)
	for n, i := range out.Identities {
		boundary := s.document(i.Boundary)
		changed := boundary != i.Boundary
		policies := slices.Clone(i.Policies)
		for p := range policies {
			policies[p] = s.document(policies[p])
			changed = changed || policies[p] != i.Policies[p]
		}
		if changed {
			identity := *i
			identity.Policies, identity.Boundary = policies, boundary
			out.Identities[n] = &identity
		}
	}
	out.Tables = slices.Clone(inv.Tables)
	for n, t := range out.Tables {
		if own, stream := s.document(t.Policy), s.document(t.StreamPolicy); own != t.Policy || stream != t.StreamPolicy {
			table := *t
			table.Policy, table.StreamPolicy = own, stream
			out.Tables[n] = &table
		}
	}
	return &out, s
}

// document is a document as it is to be judged; itself if all of it is known.
func (s settler) document(d *inventory.Document) *inventory.Document {
	if d == nil {
		return nil
	}
	if done, known := s.documents[d]; known {
		return done
	}
	s.documents[d] = d
	if !slices.ContainsFunc(d.Document.Statement, func(st policy.Statement) bool {
		return slices.ContainsFunc(textsOf(st), hasUnknown) || slices.ContainsFunc(st.Condition, func(c policy.Condition) bool { return hasUnknown(c.Key) })
	}) {
		return d
	}
	out := *d
	out.Document.Statement = slices.Clone(d.Document.Statement)
	for i, st := range out.Document.Statement {
		out.Document.Statement[i] = settledStatement(st)
	}
	s.documents[d], s.originals[&out] = &out, d
	return &out
}

func settledStatement(st policy.Statement) policy.Statement {
	st = mapTexts(st, settledVariable)
	for i, c := range st.Condition {
		if strings.Contains(c.Key, "/") {
			st.Condition[i].Key = unknownText.ReplaceAllStringFunc(c.Key, func(t string) string { return strings.Trim(t, "{}") })
		}
	}
	var more []string
	for i, r := range st.Resource {
		forms := settledResource(r, st)
		if len(forms) > 0 && allDynamoDB(st) {
			st.Resource[i], forms = forms[0], forms[1:]
		}
		more = append(more, forms...)
	}
	st.Resource = append(st.Resource, more...)
	for i, r := range st.NotResource {
		if forms := settledResource(r, st); len(forms) > 0 && allDynamoDB(st) {
			st.NotResource[i] = forms[0]
		}
	}
	return st
}

// settledVariable is a text with the names that variables take from elsewhere in them: the variable of a tag whose name is not
// known is the variable of a tag.
func settledVariable(text string) string {
	for unknownInVariable.MatchString(text) {
		text = unknownInVariable.ReplaceAllString(text, "$1$2$3")
	}
	return text
}

// settledResource is the ARNs that a resource which is not known is taken for: of a table, and of a stream where the actions take
// streams. None if it can stay as it is.
func settledResource(r string, st policy.Statement) []string {
	if !hasUnknown(r) {
		return nil
	}
	if parts := strings.SplitN(r, ":", 6); len(parts) == 6 {
		if parts[0] != "arn" || parts[2] != "dynamodb" {
			return nil
		}
		out := slices.Clone(parts)
		for _, i := range []int{1, 3, 4} {
			if hasUnknown(out[i]) {
				out[i] = "*"
			}
		}
		if slices.Equal(out, parts) {
			return nil
		}
		return []string{strings.Join(out, ":")}
	}
	if at, name, found := strings.Cut(r, ":table/"); found && strings.HasPrefix(at, "{") {
		return []string{"arn:*:dynamodb:*:*:table/" + name}
	}
	if !strings.HasPrefix(r, "{") {
		return nil
	}
	name, rest, below := strings.Cut(r, "/")
	if below {
		rest = "/" + rest
	}
	table := "arn:*:dynamodb:*:*:table/" + name
	var out []string
	if takes(st, "table", "index") || rest != "" {
		out = append(out, table+rest)
	}
	for _, kind := range []string{"stream", "backup", "export"} {
		if rest == "" && takes(st, kind) {
			out = append(out, table+"/"+kind+"/"+name)
		}
	}
	return out
}

// takes reports whether one of the actions of a statement takes resources of some types.
func takes(st policy.Statement, types ...string) bool {
	return len(st.NotAction) > 0 || slices.ContainsFunc(st.Action, func(pattern string) bool {
		return namesByType(pattern, types)
	})
}

func allDynamoDB(st policy.Statement) bool {
	return len(st.NotAction) == 0 && !slices.ContainsFunc(st.Action, func(a string) bool {
		service, _, _ := strings.Cut(a, ":")
		return !strings.EqualFold(service, "dynamodb")
	})
}

// repaired is a repair of a statement of a document, in the words of the document.
func (s settler) repaired(repair string, d *inventory.Document) string {
	original, changed := s.originals[d]
	if !changed || repair == "" {
		return repair
	}
	type pair struct{ now, before string }
	var pairs []pair
	for i, st := range original.Document.Statement {
		before := textsOf(st)
		after := textsOf(d.Document.Statement[i])
		for n := range min(len(st.Resource), len(before)) {
			pairs = append(pairs, pair{d.Document.Statement[i].Resource[n], st.Resource[n]})
		}
		before, after = before[len(st.Resource):], after[len(d.Document.Statement[i].Resource):]
		for n := range before {
			pairs = append(pairs, pair{after[n], before[n]})
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return len(b.now) - len(a.now) })
	for _, p := range pairs {
		if p.now != p.before {
			repair = strings.ReplaceAll(repair, p.now, p.before)
		}
	}
	return repair
}
