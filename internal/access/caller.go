package access

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file reads Principal and NotPrincipal for symbols that know the documents.

// callers are the callers that a statement is about, as boxes of which nothing else is narrowed.
func (s *Symbols) callers(kind artifact.Kind, st policy.Statement) ([]Box, error) {
	if st.NotPrincipal != nil {
		return s.allCallersBut(st.NotPrincipal)
	}
	if st.Principal == nil {
		return []Box{Everything()}, nil
	}
	named, odd := s.named(st.Principal)
	if len(odd) > 0 && !s.Opaque {
		return nil, fmt.Errorf("%s is no principal of its kind", odd[0])
	}
	if st.Effect == policy.Deny && kind != artifact.Endpoint {
		named = s.membersToo(named, st.Principal.AWS)
	}
	b := Everything()
	b.Principal = named
	out := []Box{b}
	for _, words := range odd {
		out = append(out, Everything().supposing(words))
	}
	return out, nil
}

// allCallersBut is everybody but the named ones. To name a role spares its sessions, and to name an account only its root
// user: the other members of the account must be named themselves (IAM user guide, "AWS JSON policy elements: NotPrincipal").
func (s *Symbols) allCallersBut(p *policy.Principal) ([]Box, error) {
	named, odd := s.named(p)
	if len(odd) > 0 && !s.Opaque {
		return nil, fmt.Errorf("%s is no principal of its kind", odd[0])
	}
	b := Everything()
	b.Principal = named.Complement()
	for _, words := range odd {
		b = b.Given(supposeNot(words))
	}
	return []Box{b}, nil
}

// named are the principals that are named, and what else a name says that is none, in words.
func (s *Symbols) named(p *policy.Principal) (automata.Set, []string) {
	if p.Any || slices.Contains(p.AWS, "*") {
		return automata.All(), nil
	}
	var texts, odd []string
	sessions := automata.None()
	for _, of := range []struct {
		prefix string
		names  []string
	}{{"", p.AWS}, {"service:", p.Service}, {"federated:", p.Federated}, {"canonical:", p.CanonicalUser}} {
		for _, name := range of.names {
			switch {
			case of.prefix == "" && uniqueID.MatchString(name):
				// What was named is deleted, and nobody has its identifier again (IAM user guide, "IAM identifiers", unique IDs).
			case !isPrincipal(of.prefix, name):
				odd = append(odd, principalWords(of.prefix, name))
			case of.prefix == "":
				texts = append(texts, awsPrincipal(name))
				sessions = sessions.Union(s.sessionsOf(name))
			default:
				texts = append(texts, of.prefix+name)
			}
		}
	}
	return s.OneOf(Sorted(texts)).Union(sessions), Sorted(odd)
}

// uniqueID is what AWS puts in place of a user or role that was deleted.
var uniqueID = regexp.MustCompile(`^A[A-Z]{3}[A-Z0-9]{12,}$`)

// sessionsOf is the sessions of a role or a user, whose ARNs do not have its path.
func (s *Symbols) sessionsOf(arn string) automata.Set {
	p, err := evaluate.ParsePrincipal(arn)
	fields := strings.SplitN(arn, ":", 6)
	if err != nil || len(fields) < 6 {
		return automata.None()
	}
	of, last := "arn:[^:]*:sts::"+regexp.QuoteMeta(p.Account), regexp.QuoteMeta(arn[strings.LastIndexByte(arn, '/')+1:])
	switch {
	case strings.HasPrefix(fields[5], "role/"):
		return s.expression(of + ":assumed-role/" + last + "/(?s:.+)")
	case strings.HasPrefix(fields[5], "user/"):
		return s.expression(of + ":federated-user/(?s:.*/)?" + last)
	}
	return automata.None()
}

// membersToo is some principals with the members of those that are accounts (members).
func (s *Symbols) membersToo(named automata.Set, names []string) automata.Set {
	for _, name := range names {
		if account, is := strings.CutPrefix(awsPrincipal(name), "account:"); is {
			named = named.Union(s.expression("arn:[^:]*:(iam|sts)::" + regexp.QuoteMeta(account) + ":(?s:.*)"))
		}
	}
	return named
}

// expression is the set of a regular expression.
func (s *Symbols) expression(source string) automata.Set {
	return s.Set("expression "+source, func() automata.Set { return mustRegexp(source) })
}
