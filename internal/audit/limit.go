package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file finds what a policy holds an identity to. That somebody is meant to see some rows or columns only, nothing says but a
// statement that allows, or spares from a denial, no others.

// limit is a statement that holds an identity to some rows of tables, or to some of their columns.
type limit struct {
	statement
	key    string       // the condition key, in lower case
	held   automata.Set // what of the key it lets through
	region []access.Box // the tables that it is about, with their indexes, streams and backups
	reads  bool         // it is about reading
	writes bool         // it is about writing
	texts  []string     // what it compares the key with, as it is written
	of     []policy.Condition

	requests map[string][]access.Box // about the tables of the limit, by what rules call them
}

// limited is what limits are to.
type limited int

const (
	rowLimits limited = iota
	columnLimits
)

// limits are the limits of a subject to rows, or to columns. They are made once.
func (s *subject) limits(to limited) []*limit {
	if s.limited[to] == nil {
		s.limited[to] = s.limitsTo(map[limited]func(string) bool{rowLimits: isRowKey, columnLimits: isColumnKey}[to])
	}
	return s.limited[to]
}

func (s *subject) limitsTo(isKey func(string) bool) []*limit {
	out := []*limit{} // not nil: it is known that there are none
	for _, st := range slices.Concat(s.statements, s.granted, s.refusing) {
		l := &limit{statement: st, held: automata.None(), requests: map[string][]access.Box{}}
		for _, c := range st.Condition {
			op := policy.OperatorOf(c.Operator)
			if op.Base == "Null" || !isKey(c.Key) {
				continue
			}
			l.key, l.texts, l.of = strings.ToLower(c.Key), append(l.texts, c.Values...), append(l.of, c)
		}
		if l.key != "" && s.holds(l) {
			out = append(out, l)
		}
	}
	return out
}

// holds completes a limit; false if it limits nothing.
func (s *subject) holds(l *limit) bool {
	actions := automata.None()
	if l.Effect == policy.Deny {
		l.held, actions = automata.Literal(""), s.actionsOf(l.statement)
	} else {
		limited := l.undecided != nil // by what is not known, and is taken for nothing
		if limited {
			actions = s.actionsOf(l.statement)
		}
		for _, b := range l.boxes {
			v := b.Key(l.key, true)
			limited = limited || !v.Every.Equal(access.NonEmpty()) || len(v.Some) > 0
			if l.isIdle(b) {
				continue // nobody is anybody's tenant here
			}
			held := v.Every
			for _, some := range v.Some {
				held = held.Intersect(some)
			}
			l.held, actions = l.held.Union(held), actions.Union(b.Action)
		}
		if !limited {
			return false
		}
	}
	carries := catalog.CarriesLeadingKeys
	if l.key == keyAttributes {
		carries = catalog.CarriesAttributes
	}
	for _, o := range catalog.Operations() {
		if o.IsAction() && o.Has(carries) && actions.Contains(strings.ToLower(o.Action())) {
			l.reads, l.writes = l.reads || !o.Has(catalog.ChangesItems), l.writes || o.Has(catalog.ChangesItems)
		}
	}
	l.region = s.around(l.statement)
	return l.reads || l.writes
}

// isIdle reports whether in a box a variable that the limit is about has no text.
func (l *limit) isIdle(b access.Box) bool {
	return slices.ContainsFunc(l.texts, func(text string) bool {
		return slices.ContainsFunc(variablesIn(text), func(v variable) bool { return b.Key(strings.ToLower(v.name), false).Every.Empty() })
	})
}

// actionsOf is the actions of a statement, also of one that is not decided.
func (s *subject) actionsOf(st statement) automata.Set {
	bare := policy.Statement{Effect: policy.Allow, Action: st.Action, NotAction: st.NotAction, Resource: []string{"*"}}
	out := automata.None()
	boxes, _ := boxesOf(s.symbols, policy.Version, artifact.Identity, "", bare)
	for _, b := range boxes {
		out = out.Union(b.Action)
	}
	return out
}

// around is the tables that a statement is about, with all that belongs to them.
func (s *subject) around(st statement) []access.Box {
	bare := policy.Statement{Effect: policy.Allow, Action: []string{"*"}, NotResource: st.NotResource}
	for _, r := range st.Resource {
		for _, part := range []string{"/index/", "/stream/", "/backup/"} {
			r, _, _ = strings.Cut(r, part)
		}
		bare.Resource = append(bare.Resource, r, r+"/index/*", r+"/stream/*", r+"/backup/*")
	}
	boxes, err := boxesOf(s.symbols, st.document.Document.Version, artifact.Identity, "", bare)
	if err != nil {
		return st.boxesOfResources()
	}
	return boxes
}

// boxesOfResources is everything on the resources of a statement.
func (st statement) boxesOfResources() []access.Box {
	var out []access.Box
	for _, b := range st.boxes {
		all := access.Everything()
		all.Resource = b.Resource
		out = append(out, all)
	}
	return out
}

// within is the requests of some operations, as far as they are about the tables of a limit.
func (l *limit) within(s *subject, name string, want func(catalog.Operation) bool) []access.Box {
	out, known := l.requests[name]
	if !known {
		for _, r := range l.region {
			out = append(out, access.Meeting(s.asked(name, want), r)...)
		}
		l.requests[name] = out
	}
	return slices.Clone(out)
}

// beside is a statement as a way past the limit: the requests that whoever is limited can make, and those of which nothing says
// that he cannot. Requests for other callers are neither, nor those for fewer columns: a statement for support staff is not the
// way out for a tenant, and to see three columns of all rows is not to see all columns of one's own.
func (l *limit) beside(s *subject, st statement) (sure, doubtful statement) {
	if l.Effect == policy.Deny {
		return st, statement{}
	}
	sure, doubtful = st, st
	sure.boxes, doubtful.boxes = nil, nil
	for _, b := range st.boxes {
		switch l.separates(s, st, b) {
		case same:
			sure.boxes = append(sure.boxes, b)
		case perhaps:
			doubtful.boxes = append(doubtful.boxes, b)
		case apart:
		}
	}
	return sure, doubtful
}

// separation is whether the caller of a request can be one whom a limit is about.
type separation int

const (
	same separation = iota
	perhaps
	apart
)

// separates tells who can make the requests of a box. What it asks of the caller, and the limit does not, he may have or not: a
// tenant's session that has a tag role is a tenant's still. If the limit demands another value of the same key, he has not.
func (l *limit) separates(s *subject, st statement, b access.Box) separation {
	out := same
	for _, k := range b.Keys {
		if k.Name == l.key || k.Values.Absent && k.Values.Every.Equal(access.NonEmpty()) {
			continue
		}
		can := slices.ContainsFunc(l.boxes, func(mine access.Box) bool { return leaves(mine.Key(k.Name, k.Values.Multi), k.Values) })
		switch {
		case tellsCaller(k.Name) && (l.tells(k.Name) && k.Values.Every.Empty() || // who is nobody's tenant
			!slices.ContainsFunc(l.boxes, func(mine access.Box) bool { return mine.Meets(access.Everything().With(k.Name, k.Values)) })):
			return apart
		case can:
		case k.Name == keyAttributes || isRowKey(k.Name):
			return apart
		case strings.HasPrefix(k.Name, "aws:resourcetag/"):
			if !slices.ContainsFunc(l.boxes, func(mine access.Box) bool { return b.Resource.Within(mine.Resource) }) {
				return apart // tables that are told by their tags are others than those that are told by their names
			}
		case !tellsCaller(k.Name) || k.Values.Absent || s.usual(k):
		case l.tells(k.Name) || slices.ContainsFunc(textsOf(st.Statement), func(text string) bool { return speaksOf(text, k.Name) }):
			return apart // it goes by a key of the caller too, or by another
		default:
			out = perhaps
		}
	}
	return out
}

// doubt says of which callers it is not known whether a limit is about them.
func (l *limit) doubt(s *subject, st statement) string {
	var keys []string
	for _, b := range st.boxes {
		for _, k := range b.Keys {
			if name := spelledKey(s, k.Name); tellsCaller(k.Name) && !k.Values.Absent && !slices.Contains(keys, name) {
				keys = append(keys, name)
			}
		}
	}
	return fmt.Sprintf("It does so by what it demands of %s. Whether a session that is limited can have that, no policy says: demand in the limited statement that it has not.", list(keys))
}

// tells reports whether a limit goes by a condition key of the caller: whoever has another value is limited to other rows.
func (l *limit) tells(key string) bool {
	return slices.ContainsFunc(l.texts, func(text string) bool { return speaksOf(text, key) })
}

// speaksOf reports whether a text has the variable of a condition key.
func speaksOf(text, key string) bool {
	return slices.ContainsFunc(variablesIn(text), func(v variable) bool { return strings.EqualFold(v.name, key) })
}

// usual reports whether any session of the subject has what a key must be: what is the same for all its sessions, or what is
// open to a text of which nobody has heard.
func (s *subject) usual(k access.Key) bool {
	_, account := place(s.session)
	value := "unheard-of"
	switch k.Name {
	case "aws:principalaccount":
		value = account
	case "aws:principalarn":
		value = s.roleARN()
	case "aws:principaltype":
		if value = "AssumedRole"; s.Kind == inventory.User {
			value = "User"
		}
	case "aws:principalorgid", "aws:principalorgpaths":
		return true // whatever it is, it is the organization that the account is in
	case "aws:principalisawsservice":
		value = "false"
	}
	return k.Values.Every.Contains(value)
}

// leaves reports whether what a key can be under one condition it can be under another. Of a key that the request must have to
// be one at all, whether it may be absent says nothing.
func leaves(mine, theirs access.Values) bool {
	if theirs.Absent != mine.Absent && !theirs.Absent && !theirs.Multi {
		return false
	}
	if !mine.Every.Within(theirs.Every) {
		return mine.Every.Empty() && theirs.Absent
	}
	return len(theirs.Some) == 0
}

// tellsCaller reports whether a condition key tells one caller from another, or one table from another by its tags.
func tellsCaller(key string) bool {
	for _, prefix := range []string{"aws:principal", "aws:multifactorauth", "aws:userid", "aws:username", "aws:sourceidentity", "aws:federatedprovider",
		"aws:resourcetag/", "saml:"} {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	for _, suffix := range []string{":sub", ":aud", ":amr", ":app_id", ":user_id", ":id", ":oaud", ":email"} {
		if strings.HasSuffix(key, suffix) {
			return true
		}
	}
	return false
}

// foreign is what a key of a request may be that none of some limits lets through: a readable text where there is one.
func (s *subject) foreign(limits []*limit, example string) automata.Set {
	beyond := access.NonEmpty()
	for _, l := range limits {
		beyond = beyond.Minus(l.held)
	}
	for _, l := range limits {
		if text := l.another(example); text != "" && beyond.Contains(text) {
			return s.symbols.Literal(text)
		}
	}
	if beyond.Contains(example) {
		return s.symbols.Literal(example)
	}
	return beyond
}

// anothers is the keys of a limit with another tenant in the place of the variables, as far as the limit itself does not let them
// through.
func (l *limit) anothers() automata.Set {
	out := automata.None()
	for _, c := range l.of {
		for _, text := range c.Values {
			vars := variablesIn(text)
			if len(vars) == 0 {
				continue
			}
			for _, v := range vars {
				text = strings.ReplaceAll(text, v.written, anotherTenant)
			}
			if policy.OperatorOf(c.Operator).Base == "StringLike" {
				out = out.Union(automata.Glob(text))
			} else {
				out = out.Union(automata.Literal(text))
			}
		}
	}
	return out.Minus(l.held)
}

// another is a key of a limit with somebody else in the place of the variables; empty if it has no variable.
func (l *limit) another(example string) string {
	for _, text := range l.texts {
		for _, v := range variablesIn(text) {
			text = strings.ReplaceAll(text, v.written, example)
		}
		if text = strings.Trim(text, "*"); strings.Contains(text, example) {
			return text
		}
	}
	return ""
}

// reading and writing are the classes of operations of which a limit of one says nothing of the other: that everybody may read
// all scores and write his own only is no mistake.
func reading(o catalog.Operation) bool { return isItems(o) && !o.Has(catalog.ChangesItems) }
func writing(o catalog.Operation) bool { return isItems(o) && o.Has(catalog.ChangesItems) }

// actionPlace is the action of a statement that a request matched, as the path and the index of the value.
func actionPlace(st statement, action string) (int, string) {
	name := "Action"
	if len(st.NotAction) > 0 {
		return 0, "NotAction"
	}
	for i, a := range st.Action {
		if automata.Glob(strings.ToLower(a)).Contains(strings.ToLower(action)) {
			return i, name
		}
	}
	return 0, name
}

// conditionNames are the operator and the key of a condition as they are written, which is their path in the statement.
func conditionNames(c policy.Condition) []string { return []string{"Condition", c.Operator, c.Key} }
