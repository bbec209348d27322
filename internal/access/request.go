package access

import (
	"slices"
	"strings"
	"sync"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/evaluate"
)

// Request is a concrete request out of a difference: what a person can try.
type Request struct {
	Principal string // an ARN, a service, or an identity provider
	Action    string
	Resource  string
	Context   evaluate.Context

	// Open is what else must be so for the request to be of the box, in words (Box.Propositions). Where there is something,
	// the evaluator need not confirm the request.
	Open []string
}

// Example is one request of a box. Usual are the texts that a variable usually stands for, where anybody knows.
func (s *Symbols) Example(b Box, session string, usual func(variable string) (automata.Set, bool)) Request {
	texts := s.variableTexts(b, usual)
	r := Request{Principal: session, Action: spelled(shortest(b.Action, texts)), Open: b.Propositions()}
	switch {
	case !s.isStrict():
		r.Resource = naturalResource(r.Action, b.Resource, texts)
	case strings.HasPrefix(r.Action, "dynamodb:") && b.Resource.Contains(anyTable):
		r.Resource = anyTable
	default:
		r.Resource = shortest(b.Resource, texts)
	}
	switch {
	case b.Principal.IsAll() && session == "" && b.isUnsigned():
		r.Principal = anonymous
	case !s.isStrict() && session != "" && b.Principal.Contains(session):
	case !s.isStrict() && !b.Principal.Contains(Anybody):
		r.Principal = naturalCaller(b.Principal, texts)
	case !b.Principal.Contains(Anybody):
		r.Principal = shortest(b.Principal, texts)
		if role, found := b.Principal.Intersect(someRole()).Shortest(); found {
			r.Principal = role
		}
	case !s.isStrict() && !b.Principal.Contains(session):
		r.Principal = ""
	}
	for _, k := range b.Keys {
		if strings.HasPrefix(k.Name, propositionMark) {
			continue
		}
		if isSigned(k.Name) && k.Values.there() {
			k.Values.Absent = false
		}
		held, _ := k.Values.example(texts)
		if !s.isStrict() {
			held = s.naturalKey(k, texts, r)
		}
		if i := slices.Index(s.names, k.Name); i >= 0 && held != nil {
			held = []string{texts[i]}
		}
		if held != nil {
			r.Context = append(r.Context, evaluate.Key{Name: s.spelledKey(k.Name), Values: held})
		}
	}
	return r
}

// anyTable is a table where a request may be about any.
const anyTable = "arn:aws:dynamodb:us-east-1:000000000000:table/any"

// someRole is the ARNs of roles.
var someRole = sync.OnceValue(func() automata.Set { return mustRegexp("arn:aws:iam::[0-9]{12}:role/[A-Za-z0-9]+") })

// anonymous is a principal that is nobody.
const anonymous = "nobody (an unsigned request)"

// isUnsigned reports whether a key is missing that every signed request has.
func (b Box) isUnsigned() bool {
	return slices.ContainsFunc(b.Keys, func(k Key) bool { return isSigned(k.Name) && k.Values.Absent && !k.Values.there() })
}

// isSigned reports whether a key tells who signed a request, and so is missing only where nobody did (IAM user guide, "AWS
// global condition context keys", availability).
func isSigned(key string) bool {
	return key == "aws:principalarn" || key == "aws:principalisawsservice"
}

// variableTexts are texts that the variables can stand for in a box. One that must equal another comes after it.
func (s *Symbols) variableTexts(b Box, usual func(string) (automata.Set, bool)) []string {
	texts := make([]string, len(s.names))
	for i, name := range s.names {
		texts[i] = variableText(b, name, usual)
	}
	for i, name := range s.names {
		if texts[i] == "" {
			texts[i], _ = b.Key(name, false).Every.Shortest(texts...)
		}
	}
	return texts
}

// variableText is a text without variables that a variable can stand for in a box; "" if there is none.
func variableText(b Box, name string, usual func(string) (automata.Set, bool)) string {
	set := b.Key(name, false).Every.Intersect(withoutVariables())
	if texts, known := usual(name); known {
		if texts = texts.Intersect(set); !texts.Empty() {
			set = texts
		}
	} else if set.Contains(somebody) {
		return somebody
	}
	text, _ := set.Shortest()
	return text
}

// somebody is what a variable stands for when nothing else is known of it: hardly a text that a policy names.
const somebody = "somebody"

// Asked is the request as evaluate takes it.
func (r Request) Asked() (evaluate.Request, error) {
	name := r.Principal
	for _, prefix := range []string{"service:", "federated:"} {
		name = strings.TrimPrefix(name, prefix)
	}
	if account, is := strings.CutPrefix(name, "account:"); is {
		name = "arn:aws:iam::" + account + ":root"
	}
	if name == anonymous {
		name = ""
	}
	p, err := evaluate.ParsePrincipal(name)
	if err != nil {
		return evaluate.Request{}, err
	}
	return evaluate.Request{Principal: p, Action: r.Action, Resource: r.Resource, Context: r.Context}, nil
}

// String is the request in one line, as a finding shows it.
func (r Request) String() string {
	var b strings.Builder
	b.WriteString(r.Action)
	if r.Resource != "" {
		b.WriteString(" on " + r.Resource)
	}
	for i, k := range r.Context {
		b.WriteString([]string{", ", " with "}[btoi(i == 0)] + k.Name + " = " + strings.Join(k.Values, ", "))
	}
	if r.Principal != "" {
		b.WriteString(", by " + r.Principal)
	}
	return b.String()
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
