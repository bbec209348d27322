package access

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// Meaning is what a document does: the requests its Allow statements match, and those its Deny statements match.
type Meaning struct {
	Allows, Denies []Box
}

// Settled is the meaning with what is allowed in the end.
func (m Meaning) Settled() Meaning { return Meaning{Minus(m.Allows, m.Denies), m.Denies} }

func (m *Meaning) Add(n Meaning) {
	m.Allows = append(m.Allows, n.Allows...)
	m.Denies = append(m.Denies, n.Denies...)
}

// Read reads documents that apply together as a meaning.
func (s *Symbols) Read(kind artifact.Kind, name string, documents ...policy.Document) (Meaning, error) {
	var m Meaning
	for _, d := range documents {
		for i, statement := range d.Statement {
			origin := fmt.Sprintf("%s, statement %d", name, i+1)
			if statement.Sid != "" {
				origin = fmt.Sprintf("%s, statement %s", name, statement.Sid)
			}
			if err := misplaced(kind, statement); err != nil {
				return Meaning{}, fmt.Errorf("%s %w", origin, err)
			}
			boxes, err := s.boxesOf(kind, statement, d.Version)
			if err != nil {
				return Meaning{}, fmt.Errorf("%s: %w", origin, err)
			}
			for _, b := range boxes {
				if kind == artifact.Key && s.keyARNs().Within(b.Resource) {
					b.Resource = automata.All()
				}
				b.Origin = origin
				if statement.Effect == policy.Deny {
					m.Denies = append(m.Denies, b)
				} else {
					m.Allows = append(m.Allows, b)
				}
			}
		}
	}
	return m, nil
}

// boxesOf is the requests that a statement matches.
func (s *Symbols) boxesOf(kind artifact.Kind, st policy.Statement, version string) ([]Box, error) {
	if s.isStrict() {
		return s.statement(st, version == policy.Version)
	}
	if s.worlds != nil && !s.worlds.expected[statementText(version, st)] {
		s.worlds.enough = false
	}
	return s.statementUnder(kind, st, version == policy.Version)
}

// keyARNs is the ARNs of keys. The policy of a key is about that key, so a resource that covers them says nothing more (KMS
// developer guide, "Key policies", Resource).
func (s *Symbols) keyARNs() automata.Set {
	return s.Set("key ARNs", func() automata.Set { return automata.Glob("arn:*:kms:*:*:key/?*") })
}

// Complemented finds a key, or the resource, that one statement compares with a variable and another by a negation. Whether
// the variable stands for what the other excludes, a letter of its own cannot say.
func Complemented(documents []policy.Document) (string, bool) {
	variable, negated := map[string]bool{}, map[string]bool{}
	for _, d := range documents {
		for _, st := range d.Statement {
			variable["Resource"] = variable["Resource"] || hasVariable(st.Resource)
			negated["Resource"] = negated["Resource"] || len(st.NotResource) > 0
			for _, c := range st.Condition {
				key := strings.ToLower(c.Key)
				variable[key] = variable[key] || hasVariable(c.Values)
				negated[key] = negated[key] || policy.OperatorOf(c.Operator).Negated
				if variable[key] && negated[key] {
					return c.Key, true
				}
			}
		}
	}
	return "Resource", variable["Resource"] && negated["Resource"]
}

func hasVariable(texts []string) bool { return strings.Contains(strings.Join(texts, "\n"), "${") }

// misplaced is an error for a statement that AWS refuses, or gives no effect, in a policy of its kind: policies of roles
// and their boundaries name no principal and all others do; trust policies name no resource and all others do.
func misplaced(kind artifact.Kind, st policy.Statement) error {
	who, what := st.Principal != nil || st.NotPrincipal != nil, len(st.Resource)+len(st.NotResource) > 0
	ofRole := kind == artifact.Identity || kind == artifact.Boundary
	switch {
	case who && ofRole:
		return fmt.Errorf("names a principal, which a policy of a role cannot")
	case !who && !ofRole:
		return fmt.Errorf("names no principal")
	case what && kind == artifact.Trust:
		return fmt.Errorf("names a resource, which a trust policy cannot")
	case !what && kind != artifact.Trust:
		return fmt.Errorf("names no resource")
	}
	return nil
}

// statement is the requests that a statement matches. Variables count only in the current version of the policy language.
func (s *Symbols) statement(st policy.Statement, variables bool) ([]Box, error) {
	if st.NotPrincipal != nil {
		return nil, fmt.Errorf("NotPrincipal is not decided")
	}
	if key, twice := overlapping(st); twice && variables {
		return nil, fmt.Errorf("a variable in one of two conditions on %s is not decided", key)
	}
	principal, err := s.principals(st.Principal, st.Effect)
	if err != nil {
		return nil, err
	}
	boxes, err := s.resources(Box{Principal: principal, Action: s.actions(st)}, st, variables)
	if err != nil {
		return nil, err
	}
	for _, c := range st.Condition {
		var narrowed []Box
		for _, b := range boxes {
			ways, err := s.condition(b, c, variables)
			if err != nil {
				return nil, err
			}
			narrowed = append(narrowed, ways...)
		}
		boxes = slices.DeleteFunc(narrowed, Box.IsEmpty)
	}
	return slices.DeleteFunc(boxes, Box.IsEmpty), nil
}

// overlapping finds a key with two conditions of which one may have a variable. What both hold of depends on whether the
// variable stands for a text that the other names, which a letter of its own cannot say.
func overlapping(st policy.Statement) (string, bool) {
	for i, c := range st.Condition {
		for _, d := range st.Condition[:i] {
			if strings.EqualFold(c.Key, d.Key) && (hasVariable(c.Values) || hasVariable(d.Values)) && c.Operator != "Null" && d.Operator != "Null" {
				return c.Key, true
			}
		}
	}
	return "", false
}

// actions are the actions of a statement, in lower case.
func (s *Symbols) actions(st policy.Statement) automata.Set {
	patterns, negated := st.Action, false
	if len(st.NotAction) > 0 {
		patterns, negated = st.NotAction, true
	}
	folded := make([]string, len(patterns))
	for i, p := range patterns {
		folded[i] = strings.ToLower(p)
	}
	out := s.AnyOf(folded)
	if negated {
		return s.Set("all but "+strings.Join(folded, "\x00"), out.Complement)
	}
	return out
}

// AnyOf is the set of texts that one of some patterns matches. Most have no wildcards.
func (s *Symbols) AnyOf(patterns []string) automata.Set {
	isOpen := func(p string) bool { return strings.ContainsAny(p, "*?") }
	if !slices.ContainsFunc(patterns, isOpen) {
		return s.OneOf(patterns)
	}
	return s.Set("patterns "+strings.Join(patterns, "\x00"), func() automata.Set {
		out := automata.Literals(slices.DeleteFunc(slices.Clone(patterns), isOpen))
		for _, p := range patterns {
			if isOpen(p) {
				out = out.Union(automata.Glob(p))
			}
		}
		return out
	})
}

// resources narrows a box to the resources of a statement, as a box for each way to match them: with the variables that
// some patterns have, and without. A trust policy has no resources: it is about the role that it belongs to.
func (s *Symbols) resources(b Box, st policy.Statement, variables bool) ([]Box, error) {
	patterns, negated := st.Resource, false
	if len(st.NotResource) > 0 {
		patterns, negated = st.NotResource, true
	}
	if len(patterns) == 0 {
		b.Resource = automata.All()
		return []Box{b}, nil
	}
	if !variables || !hasVariable(patterns) {
		b.Resource = s.AnyOf(completed(patterns))
		if negated {
			b.Resource = b.Resource.Complement()
		}
		return []Box{b}, nil
	}
	b.Resource = automata.None()
	whole := b
	for _, p := range completed(patterns) {
		m, err := s.resource(p, variables)
		if err != nil {
			return nil, err
		}
		if len(m.variables) == 0 {
			b.Resource = b.Resource.Union(m.set)
			continue
		}
		if len(whole.Keys) > 0 || negated {
			return nil, fmt.Errorf("several resources with variables, or NotResource with one, are not decided")
		}
		whole.Resource = m.set
		for _, v := range m.variables {
			whole = whole.With(v, Present(false))
		}
	}
	if negated {
		b.Resource = b.Resource.Complement()
	}
	return []Box{whole, b}, nil
}

// completed are the patterns of resources, with stars for the parts that an ARN lacks (IAM user guide, "Grammar of the IAM
// JSON policy language", resource_string).
func completed(patterns []string) []string {
	out := slices.Clone(patterns)
	for i, p := range out {
		if strings.HasPrefix(p, "arn:") && strings.Count(p, ":") < 5 {
			out[i] += ":*"
		}
	}
	return out
}

// resource is what one pattern of a resource matches. Variables count only in the last part (IAM user guide, "Variables and
// tags").
func (s *Symbols) resource(pattern string, variables bool) (matched, error) {
	parts := strings.SplitN(pattern, ":", 6)
	before := pattern
	if len(parts) == 6 {
		before = strings.Join(parts[:5], ":")
	}
	if variables && strings.Contains(before, "${") {
		return matched{}, fmt.Errorf("the variable before the last part of %q is not decided", pattern)
	}
	m, err := s.matched(pattern, reading{wildcards: true, variables: variables})
	if err == nil && slices.ContainsFunc(m.variables, catalog.Multivalued) {
		err = fmt.Errorf("a variable of %q that holds several values is not decided", pattern)
	}
	return m, err
}

// principals are the principals of a statement as texts: an ARN of AWS as it is, the account's root and its number alike
// as the account, the others behind their kind. Everybody is all texts; so is a statement of an identity policy, which
// speaks of whoever it is attached to.
func (s *Symbols) principals(p *policy.Principal, effect policy.Effect) (automata.Set, error) {
	if p == nil || p.Any || slices.Contains(p.AWS, "*") {
		return automata.All(), nil
	}
	var texts []string
	for _, kind := range []struct {
		prefix string
		names  []string
	}{{"", p.AWS}, {"service:", p.Service}, {"federated:", p.Federated}, {"canonical:", p.CanonicalUser}} {
		for _, name := range kind.names {
			if !isPrincipal(kind.prefix, name) {
				return automata.Set{}, fmt.Errorf("%q is no principal of its kind", name)
			}
			if kind.prefix == "" {
				name = awsPrincipal(name)
			}
			texts = append(texts, kind.prefix+name)
		}
	}
	if effect == policy.Deny {
		return s.OneOf(texts).Union(s.members(p.AWS)), nil
	}
	return s.OneOf(texts), nil
}

// members are the principals of accounts. To refuse an account is to refuse all of it; to allow one leaves it to the account
// whom it lets (IAM user guide, "AWS JSON policy elements: Principal", account principals).
func (s *Symbols) members(names []string) automata.Set {
	out := automata.None()
	for _, name := range names {
		if account, is := strings.CutPrefix(awsPrincipal(name), "account:"); is {
			out = out.Union(s.AnyOf([]string{"arn:*:iam::" + account + ":*", "arn:*:sts::" + account + ":*"}))
		}
	}
	return out
}

// isPrincipal reports whether a name can be that of a principal of its kind. None is a pattern.
func isPrincipal(kind, name string) bool {
	if kind == "" && isAccount(name) || kind == "canonical:" {
		return true
	}
	_, err := evaluate.ParsePrincipal(name)
	isARN := strings.HasPrefix(name, "arn:")
	isProvider := strings.Contains(name, "-provider/") || slices.Contains(builtInProviders(), name)
	switch {
	case err != nil || name == "":
		return false
	case kind == "federated:":
		return isProvider
	}
	return isARN == (kind == "") && !isProvider
}

// builtInProviders are the identity providers that are principals by name.
func builtInProviders() []string {
	return []string{"cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com", "accounts.google.com"}
}

// awsPrincipal is an AWS principal as a text. The root of an account stands for the account, whose own policies then
// decide (IAM user guide, "AWS JSON policy elements: Principal").
func awsPrincipal(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 && parts[2] == "iam" && parts[5] == "root" {
		return "account:" + parts[4]
	}
	if isAccount(arn) {
		return "account:" + arn
	}
	return arn
}

func isAccount(name string) bool { return len(name) == 12 && strings.Trim(name, "0123456789") == "" }
