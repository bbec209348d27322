package prove

import (
	"slices"
	"strings"

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
	texts := make([]string, len(in.names))
	for i, name := range in.names {
		texts[i] = in.variableText(b, name)
	}
	action, _ := b.action.Shortest(texts...)
	resource, _ := b.resource.Shortest(texts...)
	r := Request{Principal: session, Action: spelled(action), Resource: resource}
	if !b.principal.IsAll() {
		r.Principal, _ = b.principal.Shortest(texts...)
	}
	for _, k := range b.keys {
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

// variableText is a text that a variable can stand for in a box.
func (in intent) variableText(b box, name string) string {
	set := b.key(name, false).every
	if in.m.Tenancy != nil && strings.EqualFold(name, in.tenantVariable()) {
		if ids, err := automata.Regexp(in.m.Tenancy.IDPattern); err == nil && !ids.Intersect(set).Empty() {
			set = ids.Intersect(set)
		}
	}
	text, _ := set.Shortest()
	return text
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
