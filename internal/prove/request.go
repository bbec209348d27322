package prove

import (
	"slices"
	"strings"
	"sync"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/model"
)

// Request is a concrete request out of a difference: what a person can try.
type Request struct {
	Principal string // an ARN, a service, or an identity provider
	Action    string
	Resource  string
	Context   evaluate.Context
}

// example is one request of a box. The session's tenant, if a variable stands for it, is an id of the pattern.
func (in intent) example(b box, session string) Request {
	texts := in.variableTexts(b)
	r := Request{Principal: session, Action: spelled(shortest(b.action, texts)), Resource: shortest(b.resource, texts)}
	if strings.HasPrefix(r.Action, "dynamodb:") && b.resource.Contains(anyTable) {
		r.Resource = anyTable
	}
	switch {
	case b.principal.IsAll() && session == "" && b.isUnsigned():
		r.Principal = anonymous
	case !b.principal.Contains(anybody):
		r.Principal = shortest(b.principal, texts)
		if role, found := b.principal.Intersect(someRole()).Shortest(); found {
			r.Principal = role
		}
	}
	for _, k := range b.keys {
		if isSigned(k.name) && k.values.there() {
			k.values.absent = false
		}
		held, _ := k.values.example(texts)
		if i := slices.Index(in.names, k.name); i >= 0 && held != nil {
			held = []string{texts[i]}
		}
		if held != nil {
			r.Context = append(r.Context, evaluate.Key{Name: k.name, Values: held})
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
func (b box) isUnsigned() bool {
	return slices.ContainsFunc(b.keys, func(k keyed) bool { return isSigned(k.name) && k.values.absent && !k.values.there() })
}

// isSigned reports whether a key tells who signed a request, and so is missing only where nobody did (IAM user guide, "AWS
// global condition context keys", availability).
func isSigned(key string) bool {
	return key == "aws:principalarn" || key == "aws:principalisawsservice"
}

// variableTexts are texts that the variables can stand for in a box. One that must equal another comes after it.
func (in intent) variableTexts(b box) []string {
	texts := make([]string, len(in.names))
	for i, name := range in.names {
		texts[i] = in.variableText(b, name)
	}
	for i, name := range in.names {
		if texts[i] == "" {
			texts[i], _ = b.key(name, false).every.Shortest(texts...)
		}
	}
	return texts
}

// variableText is a text without variables that a variable can stand for in a box; "" if there is none.
func (in intent) variableText(b box, name string) string {
	set := b.key(name, false).every.Intersect(withoutVariables())
	if in.m.Tenancy != nil && strings.EqualFold(name, in.tenantVariable()) {
		if ids := in.ids().Intersect(set); !ids.Empty() {
			set = ids
		}
	} else if set.Contains(somebody) {
		return somebody
	}
	text, _ := set.Shortest()
	return text
}

// somebody is what a variable stands for when nothing else is known of it: hardly a text that a policy names.
const somebody = "somebody"

// ids are the tenant ids.
func (in intent) ids() automata.Set {
	return in.set("ids", func() automata.Set {
		ids, err := automata.Regexp(in.m.Tenancy.IDPattern)
		if err != nil {
			return automata.None()
		}
		return ids
	})
}

// spelled is an action in the case it is documented in.
func spelled(action string) string {
	if a, known := catalogAction(action); known {
		return a
	}
	return action
}

// session is a principal that is a session of a role.
func session(e *model.Environment, r *model.Role, tenant string) string {
	return "arn:" + e.Partition + ":sts::" + e.Account + ":assumed-role/" + e.RoleName(r, tenant) + "/session"
}

// asked is the request as evaluate takes it.
func (r Request) asked() (evaluate.Request, error) {
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
