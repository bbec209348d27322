// Package sample makes random policies, and requests at the boundaries of policies, for tests that compare two witnesses.
package sample

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file makes requests that lie at the boundaries of policies. Such a request is made to satisfy a statement of one of
// them, as well as that can be guessed, and then a few of its parts are changed: dropped, emptied, or made to look alike.

// Sampler makes requests about some documents of one kind.
type Sampler struct {
	*rand.Rand
	Sessions bool // callers are also sessions of the roles and users that a policy names

	// Stand is what a variable can stand for, if that is not for the sampler to say: lists of texts, nil for nothing.
	Stand func(variable string) [][]string

	kind       artifact.Kind
	statements []policy.Statement
	variables  []string
	texts      []string // condition values and resources of all statements
}

// NewSampler makes a sampler. Equal seeds make equal requests.
func NewSampler(seed uint64, kind artifact.Kind, documents ...policy.Document) *Sampler {
	s := &Sampler{Rand: rand.New(rand.NewPCG(seed, 1)), kind: kind}
	for _, d := range documents {
		s.statements = append(s.statements, d.Statement...)
	}
	for _, st := range s.statements {
		s.texts = append(s.texts, st.Resource...)
		s.texts = append(s.texts, st.NotResource...)
		for _, c := range st.Condition {
			s.texts = append(s.texts, c.Values...)
		}
	}
	for _, t := range s.texts {
		s.variables = append(s.variables, variablesOf(t)...)
	}
	slices.Sort(s.variables)
	s.variables = slices.Compact(s.variables)
	return s
}

// variablesOf are the names of the variables in a text.
func variablesOf(text string) []string {
	var out []string
	for {
		_, rest, found := strings.Cut(text, "${")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return out
		}
		name, _, _ = strings.Cut(name, ",")
		if !strings.ContainsAny(name, "*?$") {
			out = append(out, strings.TrimSpace(name))
		}
		text = after
	}
}

// draft is a request in the making.
type draft struct {
	principal, action, resource string
	keys                        []evaluate.Key
}

func (d *draft) set(name string, values []string) {
	i := slices.IndexFunc(d.keys, func(k evaluate.Key) bool { return strings.EqualFold(k.Name, name) })
	if i >= 0 {
		d.keys = slices.Delete(d.keys, i, i+1)
	}
	if values != nil {
		d.keys = append(d.keys, evaluate.Key{Name: name, Values: values})
	}
}

func (d *draft) value(name string) []string {
	for _, k := range d.keys {
		if strings.EqualFold(k.Name, name) {
			return k.Values
		}
	}
	return nil
}

// Request is one request.
func (s *Sampler) Request() evaluate.Request {
	st := Pick(s.Rand, s.statements)
	var d draft
	for _, v := range s.variables {
		d.set(v, s.variableValue(v))
	}
	d.action = s.action(st.Action)
	d.resource = s.fill(s.one(slices.Concat(st.Resource, st.NotResource)), &d)
	d.principal = s.principal(st)
	for _, c := range st.Condition {
		s.satisfy(&d, c)
	}
	for range s.IntN(4) {
		s.disturb(&d)
	}
	return s.finish(d)
}

// variableValue is what a tag can be: mostly there, sometimes empty, missing, or like another.
func (s *Sampler) variableValue(name string) []string {
	if s.Stand != nil {
		return Pick(s.Rand, s.Stand(name))
	}
	return Pick(s.Rand, [][]string{{"acme"}, {"acme"}, {"acme"}, {"acme-eu"}, {"a"}, {""}, nil})
}

func Pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

func (s *Sampler) one(from []string) string {
	if len(from) == 0 {
		return ""
	}
	return Pick(s.Rand, from)
}

// action is an action that a pattern matches, or one that is often forgotten.
func (s *Sampler) action(patterns []string) string {
	p := s.one(patterns)
	if p == "" || strings.HasSuffix(p, "*") || s.IntN(12) == 0 {
		return Pick(s.Rand, []string{
			"dynamodb:Scan", "dynamodb:PartiQLSelect", "dynamodb:DeleteTable", "dynamodb:Query", "dynamodb:PutItem",
			"sts:TagSession", "sts:AssumeRole", "kms:Decrypt", "kms:PutKeyPolicy", "s3:GetObject", "dynamodb:GetRecords",
			"iam:CreateRole", "iam:AttachRolePolicy", "iam:TagRole", "iam:CreatePolicyVersion", "kms:CreateGrant", "ec2:CreateTags",
		})
	}
	return s.fill(p, &draft{})
}

// principal is one that a statement names, or a stranger.
func (s *Sampler) principal(st policy.Statement) string {
	var names []string
	for _, p := range []*policy.Principal{st.Principal, st.NotPrincipal} {
		if p != nil {
			names = slices.Concat(p.AWS, p.Service, p.Federated)
		}
	}
	name := s.one(names)
	if name == "" || name == "*" || s.IntN(8) == 0 {
		for _, other := range s.statements {
			if p := other.Principal; p != nil {
				names = append(names, slices.Concat(p.AWS, p.Service, p.Federated)...)
			}
		}
		name = Pick(s.Rand, append(names, anybody, anybody))
	}
	if len(name) == 12 {
		name = "arn:aws:iam::" + name + ":root"
	}
	if s.Sessions && s.IntN(3) == 0 {
		name = sessionOf(name)
	}
	if _, err := evaluate.ParsePrincipal(name); err != nil {
		return anybody
	}
	return name
}

// sessionOf is a session of a role or a user; of another principal, it.
func sessionOf(arn string) string {
	last := arn[strings.LastIndexByte(arn, '/')+1:]
	switch {
	case strings.Contains(arn, ":role/"):
		return "arn:aws:sts::000000000000:assumed-role/" + last + "/session"
	case strings.Contains(arn, ":user/"):
		return "arn:aws:sts::000000000000:federated-user/" + last
	}
	return arn
}

// fill is a text that a pattern matches.
func (s *Sampler) fill(pattern string, d *draft) string {
	for _, v := range variablesOf(pattern) {
		for _, spelled := range []string{"${" + v + "}", "${" + v + ", 'acme'}", "${" + v + ", '*'}", "${" + v + ", 'b'}"} {
			pattern = strings.ReplaceAll(pattern, spelled, strings.Join(d.value(v), ""))
		}
	}
	for _, literal := range []string{"*", "?", "$"} {
		pattern = strings.ReplaceAll(pattern, "${"+literal+"}", "\x00"+literal)
	}
	var out strings.Builder
	for i, c := range pattern {
		switch {
		case c == 0 || i > 0 && pattern[i-1] == 0:
			out.WriteString(strings.Trim(string(c), "\x00"))
		case c == '*':
			out.WriteString(Pick(s.Rand, []string{"", "x", "#x", "/index/x", "a:b", "*"}))
		case c == '?':
			out.WriteString("q")
		default:
			out.WriteRune(c)
		}
	}
	return out.String()
}

// satisfy gives a key what a condition asks for, as far as that is easily known.
func (s *Sampler) satisfy(d *draft, c policy.Condition) {
	op := policy.OperatorOf(c.Operator)
	switch {
	case op.Base == "Null" && slices.Contains(c.Values, "true"):
		d.set(c.Key, nil)
	case op.Base == "Null":
		if d.value(c.Key) == nil {
			d.set(c.Key, []string{"x"})
		}
	case op.Negated:
		d.set(c.Key, Pick(s.Rand, [][]string{nil, {"other"}}))
	case strings.HasPrefix(op.Base, "Numeric") || strings.HasPrefix(op.Base, "Date") || op.Base == "IpAddress":
		d.set(c.Key, []string{Pick(s.Rand, append(ordered, c.Values...))})
	default:
		var values []string
		for range 1 + s.IntN(3) {
			if len(c.Values) > 0 && (len(values) == 0 || catalog.Multivalued(c.Key)) {
				values = append(values, s.fill(Pick(s.Rand, c.Values), d))
			}
		}
		d.set(c.Key, values)
	}
}

// ordered are numbers, dates and addresses about those that policies name, and what is none.
var ordered = []string{"4", "5.5", "6.0", "10", "-2", "2025-12-31T23:59:59Z", "2026-01-01T00:00:00.5Z", "2026-06-01T12:00:00Z", "2027", "1767225601",
	"9.255.255.255", "10.0.0.1", "10.1.0.0", "10.1.2.3", "10.2.0.0", "11.0.0.0", "2001:db8::1", "2001:db9::", "::ffff:10.1.2.3", "fe80::1%eth0", "10.0.0", "x", ""}

// disturb changes one part of a request.
func (s *Sampler) disturb(d *draft) {
	switch s.IntN(10) {
	case 0:
		d.action = s.action(Pick(s.Rand, s.statements).Action)
	case 1:
		d.resource = s.alike(d.resource)
	case 2:
		d.principal = s.principal(Pick(s.Rand, s.statements))
	case 3:
		st := Pick(s.Rand, s.statements)
		d.resource = s.fill(s.one(st.Resource), d)
	default:
		st := Pick(s.Rand, s.statements)
		if len(st.Condition) == 0 {
			return
		}
		key := Pick(s.Rand, st.Condition).Key
		d.set(key, s.disturbed(key, d))
	}
}

// disturbed is what a key holds otherwise: nothing, an empty text, a look-alike, a text of another condition, or several.
func (s *Sampler) disturbed(key string, d *draft) []string {
	var text string
	if held := d.value(key); len(held) > 0 {
		text = held[0]
	}
	switch s.IntN(7) {
	case 0:
		return nil
	case 1:
		return []string{""}
	case 2:
		return []string{s.alike(text)}
	case 3:
		return []string{s.fill(s.one(s.texts), d)}
	case 4:
		return []string{Pick(s.Rand, []string{"true", "false", "TRUE", "x", "acme", "YR==", "YQ=\n=", "5", "10.1.0.0"})}
	case 5:
		return []string{s.fill(s.one(s.texts), d) + "x"}
	}
	if !catalog.Multivalued(key) {
		return []string{s.alike(text)}
	}
	return []string{text + "y", s.fill(s.one(s.texts), d)}
}

// alike is a text that is almost another.
func (s *Sampler) alike(text string) string {
	if text == "" {
		return "x"
	}
	switch s.IntN(5) {
	case 0:
		return text + "x"
	case 1:
		return text[:len(text)-1]
	case 2:
		return "x" + text
	case 3:
		return strings.ToUpper(text)
	}
	i := s.IntN(len(text))
	return text[:i] + "z" + text[i+1:]
}

// finish makes a request of a draft. A list that holds an empty text beside others is left out: no key of AWS holds one.
func (s *Sampler) finish(d draft) evaluate.Request {
	for i, k := range d.keys {
		if len(k.Values) > 1 {
			d.keys[i].Values = slices.DeleteFunc(slices.Clone(k.Values), func(v string) bool { return v == "" })
		}
	}
	p, err := evaluate.ParsePrincipal(d.principal)
	if err != nil {
		panic("sample: " + err.Error())
	}
	return evaluate.Request{Principal: p, Action: d.action, Resource: d.resource, Context: d.keys}
}

// anybody is a caller that no policy names.
const anybody = "arn:aws:sts::000000000000:assumed-role/anybody/session"
