package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file gathers what the documents of both sides say, by which their difference is described.

// vocabulary is the patterns by which each part of a box is described.
type vocabulary struct {
	actions, resources []pattern
	principals         []candidate
	keys               map[string][]pattern
	names              map[string]string   // keys as the documents write them, by their names in lower case
	stands             map[string][]string // the texts that a variable stands for in some box
	written            string              // all texts of the documents
}

func (r *reader) vocabulary() *vocabulary {
	out := &vocabulary{keys: map[string][]pattern{}, names: map[string]string{}, stands: map[string][]string{}}
	var texts []string
	for _, d := range append(r.old.all(), r.new.all()...) {
		for _, st := range d.Statement {
			out.principals = append(out.principals, r.principals(st)...)
			for _, a := range slices.Concat(st.Action, st.NotAction) {
				out.actions = append(out.actions, pattern{text: spelled(a), source: strings.ToLower(a), wildcards: true})
			}
			for _, p := range completed(slices.Concat(st.Resource, st.NotResource)) {
				out.resources = append(out.resources, pattern{text: p, source: p, wildcards: true, variables: lower(variablesOf(p))})
				texts = append(texts, p)
			}
			out.variables(slices.Concat(st.Resource, st.NotResource))
			for _, c := range st.Condition {
				out.learn(r, c)
				texts = append(texts, c.Values...)
			}
		}
	}
	for _, s := range catalog.Load().Services() {
		out.actions = append(out.actions, pattern{text: s.Name + ":*", source: s.Name + ":*", wildcards: true})
	}
	out.written = strings.Join(texts, "\n")
	out.actions, out.resources = distinct(out.actions), distinct(out.resources)
	for key, patterns := range out.keys {
		out.keys[key] = distinct(patterns)
		for _, p := range patterns {
			for _, v := range p.variables {
				out.stands[v] = nil
			}
		}
	}
	for _, p := range out.resources {
		for _, v := range p.variables {
			out.stands[v] = nil
		}
	}
	for _, st := range r.statement {
		for _, b := range st.boxes {
			for v := range out.stands {
				if text, pinned := pin(b, v); pinned && !slices.Contains(out.stands[v], text) {
					out.stands[v] = append(out.stands[v], text)
				}
			}
		}
	}
	return out
}

// principals is whom a statement names: one by one, and with all that a Deny means by a name.
func (r *reader) principals(st policy.Statement) []candidate {
	p := st.Principal
	if p == nil {
		p = st.NotPrincipal
	}
	if p == nil {
		return nil
	}
	var out []candidate
	for _, name := range sorted(p.AWS) {
		if name == "*" {
			continue
		}
		for _, effect := range []policy.Effect{policy.Allow, policy.Deny} {
			m, err := r.others.Read(TablePolicy.artifactKind(), "", policy.Document{Version: policy.Version, Statement: []policy.Statement{{
				Effect: effect, Principal: &policy.Principal{AWS: []string{name}}, Action: []string{"*"}, Resource: []string{"*"},
			}}})
			if boxes := append(m.Allows, m.Denies...); err == nil && len(boxes) == 1 {
				out = append(out, candidate{pattern{text: accountName(name)}, boxes[0].Principal})
			}
		}
	}
	return out
}

// accountName is how an account is told, which is its number or the ARN of its root user.
func accountName(name string) string {
	if parts := strings.SplitN(name, ":", 6); len(parts) == 6 && parts[2] == "iam" && parts[5] == "root" {
		return "account:" + parts[4]
	}
	if isAccount(name) {
		return "account:" + name
	}
	return name
}

// learn adds the values of a condition.
func (v *vocabulary) learn(r *reader, c policy.Condition) {
	op, key := policy.OperatorOf(c.Operator), strings.ToLower(c.Key)
	v.names[key] = strings.TrimSpace(c.Key)
	v.variables(c.Values)
	if words, ordered := orders(op.Base); ordered {
		for _, value := range c.Values {
			if s, fits := r.satisfying(op.Base, c.Key, value); fits {
				v.keys[key] = append(v.keys[key], pattern{text: strings.TrimSpace(words + " " + value), source: words + value, fixed: &s})
			}
		}
		return
	}
	for _, value := range c.Values {
		p := pattern{text: value, source: value, wildcards: op.Base == "StringLike" || strings.HasPrefix(op.Base, "Arn")}
		switch {
		case op.Base == "Null":
			continue
		case op.Base == "Bool" || strings.HasSuffix(op.Base, "IgnoreCase"):
			p.fold = !strings.Contains(value, "${")
		}
		p.variables = lower(variablesOf(value))
		if !p.wildcards && len(p.variables) == 0 {
			p.text = escaped(value)
		}
		v.keys[key] = append(v.keys[key], p)
	}
}

// orders are the operators that compare by order, and how what they hold for is told.
func orders(base string) (string, bool) {
	words, is := map[string]string{
		"NumericEquals": "", "NumericLessThan": "less than", "NumericLessThanEquals": "at most", "NumericGreaterThan": "more than", "NumericGreaterThanEquals": "at least",
		"DateEquals": "", "DateLessThan": "before", "DateLessThanEquals": "not after", "DateGreaterThan": "after", "DateGreaterThanEquals": "not before",
		"IpAddress": "in",
	}[base]
	return words, is
}

// satisfying is the values of a key for which an operator that compares by order holds. Of values that no document tells apart, a
// set has one.
func (r *reader) satisfying(base, key, value string) (set, bool) {
	m, err := r.others.Read(Access.artifactKind(), "", policy.Document{Version: policy.Version, Statement: []policy.Statement{{
		Effect: policy.Allow, Action: []string{"*"}, Resource: []string{"*"}, Condition: []policy.Condition{{Operator: base, Key: key, Values: []string{value}}},
	}}})
	if err != nil || len(m.Allows) != 1 || len(m.Allows[0].Keys) != 1 {
		return set{}, false
	}
	return m.Allows[0].Keys[0].Values.Every, true
}

// variables adds the names of variables as they are written.
func (v *vocabulary) variables(texts []string) {
	for _, t := range texts {
		for _, name := range variablesOf(t) {
			if key := strings.ToLower(name); v.names[key] == "" {
				v.names[key] = name
			}
		}
	}
}

func distinct(patterns []pattern) []pattern {
	slices.SortStableFunc(patterns, func(a, b pattern) int { return strings.Compare(a.key(), b.key()) })
	return slices.CompactFunc(patterns, func(a, b pattern) bool { return a.key() == b.key() })
}

func (p pattern) key() string {
	return fmt.Sprintf("%s\x00%t%t%s", p.text, p.wildcards, p.fold, p.source)
}

// pin is the text that a key must be in a box, if it must be one.
func pin(b access.Box, name string) (string, bool) {
	i, found := b.Find(name)
	if !found || b.Keys[i].Values.Absent || b.Keys[i].Values.Empty || b.Keys[i].Values.Multi {
		return "", false
	}
	text, there := b.Keys[i].Values.Every.Shortest()
	return text, there && b.Keys[i].Values.Every.Equal(automata.Literal(text))
}

// standing is what the variables stand for in a box.
func (v *vocabulary) standing(b access.Box) standing {
	out := standing{}
	for name := range v.stands {
		if text, pinned := pin(b, name); pinned {
			out[name] = text
		}
		if i, found := b.Find(name); found && b.Keys[i].Values.Empty && !b.Keys[i].Values.Absent && b.Keys[i].Values.Every.Empty() {
			out[name] = ""
		}
	}
	return out
}

// completed are patterns of resources with stars for the parts that an ARN lacks.
func completed(patterns []string) []string {
	out := slices.Clone(patterns)
	for i, p := range out {
		if strings.HasPrefix(p, "arn:") && strings.Count(p, ":") < 5 {
			out[i] += ":*"
		}
	}
	return out
}

// spelled is an action in the case it is documented in.
func spelled(action string) string {
	if a, known := catalog.Load().Action(action); known {
		return a.Name
	}
	return action
}

// escaped is a text as a pattern that matches it alone, as policies write one.
func escaped(text string) string {
	return strings.NewReplacer("*", "${*}", "?", "${?}").Replace(text)
}

func whole(text string) string { return text }

// key is a key as a person writes it.
func (v *vocabulary) key(name string) string {
	if written, known := v.names[name]; known {
		return written
	}
	if k, known := catalog.Load().ConditionKey(name); known && !strings.Contains(k.Name, "${") {
		return k.Name
	}
	return name
}
