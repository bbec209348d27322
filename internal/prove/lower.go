package prove

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// meaning is what a document does: the requests its Allow statements match, and those its Deny statements match.
type meaning struct {
	allows, denies []box
}

// allowed is what the document allows in the end.
func (m meaning) allowed() []box { return minus(m.allows, m.denies) }

// meaningOf reads documents that apply together as a meaning.
func (s *symbols) meaningOf(name string, documents ...policy.Document) (meaning, error) {
	var m meaning
	for _, d := range documents {
		for i, statement := range d.Statement {
			origin := fmt.Sprintf("%s, statement %d", name, i+1)
			if statement.Sid != "" {
				origin = fmt.Sprintf("%s, statement %s", name, statement.Sid)
			}
			b, err := s.statement(statement, d.Version == policy.Version)
			if err != nil {
				return meaning{}, fmt.Errorf("%s: %w", origin, err)
			}
			b.origin = origin
			if b.isEmpty() {
				continue
			}
			if statement.Effect == policy.Deny {
				m.denies = append(m.denies, b)
			} else {
				m.allows = append(m.allows, b)
			}
		}
	}
	return m, nil
}

// statement is a statement as a box. Variables count only in the current version of the policy language.
func (s *symbols) statement(st policy.Statement, variables bool) (box, error) {
	if st.NotPrincipal != nil {
		return box{}, fmt.Errorf("NotPrincipal is not decided")
	}
	var used []string
	resource, used, err := s.resources(st, variables)
	if err != nil {
		return box{}, err
	}
	b := box{principal: s.principals(st.Principal), action: s.actions(st), resource: resource}
	for _, v := range used {
		b = b.with(v, present(multivalued(v)))
	}
	for _, c := range st.Condition {
		if !variables && strings.Contains(strings.Join(c.Values, ""), "${") {
			return box{}, fmt.Errorf("a variable in a document of version 2008-10-17 is not decided")
		}
		if b, err = s.condition(b, c); err != nil {
			return box{}, err
		}
	}
	return b, nil
}

// actions are the actions of a statement, in lower case.
func (s *symbols) actions(st policy.Statement) automata.Set {
	patterns, negated := st.Action, false
	if len(st.NotAction) > 0 {
		patterns, negated = st.NotAction, true
	}
	return s.set(fmt.Sprintf("actions%t%s", negated, strings.Join(patterns, "\x00")), func() automata.Set {
		out := automata.None()
		for _, p := range patterns {
			out = out.Union(automata.Glob(strings.ToLower(p)))
		}
		if negated {
			return out.Complement()
		}
		return out
	})
}

// resources are the resources of a statement, and the variables they depend on. A trust policy has none: it is about the
// role that it belongs to.
func (s *symbols) resources(st policy.Statement, variables bool) (automata.Set, []string, error) {
	patterns, negated := st.Resource, false
	if len(st.NotResource) > 0 {
		patterns, negated = st.NotResource, true
	}
	if len(patterns) == 0 {
		return automata.All(), nil, nil
	}
	out := automata.None()
	var used []string
	for _, p := range patterns {
		set, names, err := s.matched(p, reading{wildcards: true, variables: variables})
		if err != nil {
			return out, nil, err
		}
		used = append(used, names...)
		out = out.Union(set)
	}
	if !negated {
		return out, used, nil
	}
	if len(used) > 0 {
		return out, nil, fmt.Errorf("a variable in NotResource is not decided")
	}
	return out.Complement(), nil, nil
}

// principals are the principals of a statement as texts: an ARN of AWS as it is, the account's root and its number alike
// as the account, the others behind their kind. Everybody is all texts; so is a statement of an identity policy, which
// speaks of whoever it is attached to.
func (s *symbols) principals(p *policy.Principal) automata.Set {
	if p == nil || p.Any || slices.Contains(p.AWS, "*") {
		return automata.All()
	}
	var texts []string
	for _, arn := range p.AWS {
		texts = append(texts, awsPrincipal(arn))
	}
	for _, kind := range []struct {
		prefix string
		names  []string
	}{{"service:", p.Service}, {"federated:", p.Federated}, {"canonical:", p.CanonicalUser}} {
		for _, name := range kind.names {
			texts = append(texts, kind.prefix+name)
		}
	}
	return s.oneOf(texts)
}

// awsPrincipal is an AWS principal as a text. The root of an account stands for the account, whose own policies then
// decide (IAM user guide, "AWS JSON policy elements: Principal").
func awsPrincipal(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 && parts[2] == "iam" && parts[5] == "root" {
		return "account:" + parts[4]
	}
	if len(arn) == 12 && strings.Trim(arn, "0123456789") == "" {
		return "account:" + arn
	}
	return arn
}
