package audit

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file asks whether somebody can make a request. Of a request AWS says one part, such as the account of who makes it, and
// its maker chooses another, such as the tags that he passes. Names that no document mentions stand for everybody who is
// not mentioned: a policy cannot tell one of them from another.

// asker is somebody who makes requests.
type asker struct {
	principal string           // an ARN, a service, or an identity provider
	says      evaluate.Context // what AWS says of his requests; a key that is not here is absent unless he chooses it
	chooses   func(key string) bool
}

// question is a request that somebody would make, up to what he chooses.
type question struct {
	asker
	action   string
	resource string
	account  string // owns the resource
}

// with is the asker of whom AWS says something else too.
func (a asker) with(keys ...evaluate.Key) asker {
	said := slices.Clone(a.says)
	for _, k := range keys {
		said = slices.DeleteFunc(said, func(s evaluate.Key) bool { return strings.EqualFold(s.Name, k.Name) })
		said = append(said, k)
	}
	a.says = said
	return a
}

// choosing is the asker who chooses some keys besides.
func (a asker) choosing(more func(key string) bool) asker {
	before := a.chooses
	a.chooses = func(key string) bool { return before(key) || more(key) }
	return a
}

// says makes a key of a request.
func says(name string, values ...string) evaluate.Key {
	return evaluate.Key{Name: name, Values: values}
}

// answer is the question as a witness, if the policies answer it so. What its maker can choose he chooses as the conditions
// of a statement want it.
func (q question) answer(p evaluate.Policies, st policy.Statement, want evaluate.Outcome) *Witness {
	context := slices.DeleteFunc(q.satisfy(st.Condition), func(k evaluate.Key) bool { return idle(k, q.action, p) })
	slices.SortStableFunc(context, func(a, b evaluate.Key) int { return strings.Compare(a.Name, b.Name) })
	w := &Witness{
		Request:  access.Request{Principal: q.principal, Action: q.action, Resource: q.resource, Context: context},
		Policies: p, Account: q.account, Outcome: want,
	}
	if w.Confirm() != nil {
		return nil
	}
	return w
}

// idle reports whether a key of a request tells nobody anything: no policy asks for it, and it is as it mostly is.
func idle(k evaluate.Key, action string, p evaluate.Policies) bool {
	name := strings.ToLower(k.Name)
	switch name {
	case "aws:securetransport", "aws:viaawsservice":
		if k.Values[0] == "true" != (name == "aws:securetransport") {
			return false
		}
	case "kms:calleraccount":
		if !strings.HasPrefix(action, "kms:") {
			return true
		}
	case "aws:sourceip", "aws:vpcsourceip", "aws:vpceaccount", "aws:vpceorgid", "aws:calledvia", "aws:principalorgid", "aws:principalorgpaths",
		"aws:resourceorgid", "aws:resourceorgpaths", "aws:sourceorgid":
	default:
		return false
	}
	for _, d := range documentsOf(p) {
		for _, st := range d.Statement {
			if mentions(st, name) || slices.ContainsFunc(textsOf(st), func(text string) bool {
				return slices.ContainsFunc(variablesIn(text), func(v variable) bool { return strings.EqualFold(v.name, name) })
			}) {
				return false
			}
		}
	}
	return true
}

// documentsOf are all documents of the layers that a question is decided by.
func documentsOf(p evaluate.Policies) []policy.Document {
	out := slices.Concat(p.Identity, p.Boundaries, p.Session, p.Endpoint)
	if p.Resource != nil {
		out = append(out, *p.Resource)
	}
	return out
}

// satisfy completes what AWS says with what the asker chooses, so that conditions hold as far as that can be.
func (q question) satisfy(conditions []policy.Condition) evaluate.Context {
	context := slices.Clone(q.says)
	var keys []string
	for _, c := range conditions {
		name := strings.ToLower(c.Key)
		if !slices.Contains(keys, name) && !has(context, name) && q.canChoose(name) {
			keys = append(keys, name)
		}
	}
	for _, name := range keys {
		context = q.satisfyKey(context, conditions, name)
	}
	return context
}

// canChoose reports whether a request of the action can have a key, and its maker chooses it.
func (q question) canChoose(key string) bool {
	if q.chooses == nil || !q.chooses(key) {
		return false
	}
	service, _, _ := strings.Cut(key, ":")
	if service != "dynamodb" && service != "kms" {
		return true
	}
	a, known := catalog.Load().Action(q.action)
	return known && (a.HasConditionKey(key) || q.action == "dynamodb:ConditionCheckItem" && strings.EqualFold(key, "dynamodb:EnclosingOperation"))
}

// satisfyKey chooses a key.
func (q question) satisfyKey(context evaluate.Context, conditions []policy.Condition, name string) evaluate.Context {
	var about []policy.Condition
	spelled := name
	for _, c := range conditions {
		if strings.EqualFold(c.Key, name) {
			about, spelled = append(about, c), c.Key
		}
	}
	for _, values := range candidates(about) {
		tried := context
		for _, v := range variablesIn(strings.Join(values, "")) {
			if !has(tried, v.name) && q.chooses(v.name) {
				tried = append(slices.Clone(tried), says(v.name, somebodyElse))
			}
		}
		if values != nil {
			tried = append(slices.Clone(tried), says(spelled, resolved(values, tried)...))
		}
		if q.holds(about, tried) {
			return tried
		}
	}
	return context
}

// somebodyElse is what a request says where anything will do.
const somebodyElse = "somebody-else"

// holds asks the evaluator whether conditions are met.
func (q question) holds(conditions []policy.Condition, context evaluate.Context) bool {
	asked, err := access.Request{Principal: q.principal, Action: q.action, Resource: q.resource, Context: context}.Asked()
	if err != nil {
		return false
	}
	asked.ResourceAccount = q.account
	alone := policy.Document{Version: policy.Version, Statement: []policy.Statement{{
		Effect: policy.Deny, Principal: &policy.Principal{Any: true}, Action: []string{"*"}, Resource: []string{"*"}, Condition: conditions,
	}}}
	return evaluate.Decide(asked, evaluate.Policies{Resource: &alone}).Outcome == evaluate.ExplicitDeny
}

// candidates are values that could meet conditions on one key; nil is the key being absent.
func candidates(conditions []policy.Condition) [][]string {
	out := [][]string{nil}
	for _, c := range conditions {
		op := policy.OperatorOf(c.Operator)
		for _, v := range c.Values {
			if op.Base == "Null" {
				continue
			}
			for _, near := range neighbours(op.Base, v) {
				out = append(out, []string{near})
			}
		}
	}
	return append(out, []string{somebodyElse}, []string{"true"}, []string{"false"}, []string{"1"})
}

// neighbours are values that compare in one way or another with a value of a policy.
func neighbours(base, value string) []string {
	switch {
	case strings.HasPrefix(base, "Date"):
		if t, err := time.Parse(time.RFC3339, value); err == nil {
			return []string{value, t.Add(-time.Hour).Format(time.RFC3339), t.Add(time.Hour).Format(time.RFC3339)}
		}
	case strings.HasPrefix(base, "Numeric"):
		if n, err := strconv.ParseFloat(value, 64); err == nil {
			return []string{value, strconv.FormatFloat(n-1, 'f', -1, 64), strconv.FormatFloat(n+1, 'f', -1, 64)}
		}
	case strings.HasSuffix(base, "Like"), strings.HasPrefix(base, "Arn"):
		return []string{concrete(value)}
	}
	return []string{value}
}

// concrete is a text that a pattern matches, with its variables left alone.
func concrete(pattern string) string {
	var b strings.Builder
	for rest := pattern; rest != ""; {
		if end := strings.IndexByte(rest, '}'); strings.HasPrefix(rest, "${") && end > 0 {
			b.WriteString(rest[:end+1])
			rest = rest[end+1:]
			continue
		}
		switch rest[0] {
		case '*', '?':
			b.WriteByte('x')
		default:
			b.WriteByte(rest[0])
		}
		rest = rest[1:]
	}
	return b.String()
}

// resolved are texts with the values of a request in place of variables.
func resolved(values []string, context evaluate.Context) []string {
	out := slices.Clone(values)
	for i := range out {
		for _, k := range context {
			if len(k.Values) == 1 {
				out[i] = strings.ReplaceAll(out[i], "${"+k.Name+"}", k.Values[0])
			}
		}
	}
	return out
}

// has reports whether a request has a key.
func has(context evaluate.Context, name string) bool {
	return slices.ContainsFunc(context, func(k evaluate.Key) bool { return strings.EqualFold(k.Name, name) })
}

// everything is a policy of an identity that allows it everything: what a stranger can give himself in his own account, and
// what stands in for the policies of whoever a document leaves it to.
func everything() []policy.Document {
	return []policy.Document{{Version: policy.Version, Statement: []policy.Statement{{
		Effect: policy.Allow, Action: []string{"*"}, Resource: []string{"*"},
	}}}}
}

// freely are the keys that whoever makes a request chooses, be he who he will.
func freely(key string) bool {
	key = strings.ToLower(key)
	switch key {
	case "aws:useragent", "aws:referer", "aws:currenttime", "aws:epochtime", "aws:tokenissuetime", "aws:tagkeys",
		"sts:rolesessionname", "sts:sourceidentity", "sts:transitivetagkeys", "kms:viaservice", "kms:encryptioncontextkeys",
		"kms:grantoperations", "kms:grantconstrainttype", "aws:requestedregion":
		return true
	}
	return strings.HasPrefix(key, "aws:requesttag/") || strings.HasPrefix(key, "dynamodb:") || strings.HasPrefix(key, "kms:encryptioncontext:")
}
