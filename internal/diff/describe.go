package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
)

// This file takes the boxes of a difference apart into what a person reads: actions, resources, principals and conditions.
//
// The boxes are of one text each that a variable can stand for. Each is described by the patterns of the documents with the
// variables replaced, so that boxes which differ in that text only have the same words, and are told once.

// described is a box with what each part of it is made of, but for what its variables stand for.
type described struct {
	box                access.Box
	action, resource   recipe
	who                *recipe
	keys               []describedKey
	pins               []access.Key // the keys that variables stand for
	words              Way
	actions, resources Part
}

// describedKey is a key that has a condition.
type describedKey struct {
	access.Key
	every recipe
	some  []recipe
}

func (r *reader) describe(v *vocabulary, b access.Box) described {
	is := v.standing(b)
	out := described{
		box:      b,
		pins:     v.pins(b),
		action:   r.described("action", v.actions, is, spelled, b.Action, automata.All()),
		resource: r.described("resource", v.resources, is, escaped, b.Resource, automata.All()),
	}
	out.actions, out.resources = out.action.part(), out.resource.part()
	if r.layer != Access && r.layer != Boundary {
		of := describer{candidates: v.principals, spell: whole}.of(b.Principal, automata.All())
		of.fixed = &b.Principal
		out.who = &of
	}
	for _, k := range b.Keys {
		if _, variable := v.stands[k.Name]; variable || isAnything(k.Values) {
			continue
		}
		d := describedKey{Key: k}
		d.every = r.described(k.Name, v.keys[k.Name], is, escaped, k.Values.Every, nonEmpty())
		for _, s := range k.Values.Some {
			of := r.described(k.Name, v.keys[k.Name], is, escaped, s, k.Values.Every)
			if of.all && len(of.but) > 0 && !d.every.all { // all that a value can be
				of = recipe{in: d.every.in, but: slices.Concat(d.every.but, of.but), loose: of.loose || d.every.loose}
			}
			d.some = append(d.some, of)
		}
		out.keys = append(out.keys, d)
		out.words.add(v.condition(d))
	}
	return out
}

// described is a set in words, which most boxes of a difference share.
func (r *reader) described(name string, patterns []pattern, is standing, spell func(string) string, s, whole set) recipe {
	for _, done := range r.done[name] {
		if done.set.Equal(s) && done.whole.Equal(whole) && maps.Equal(done.is, is) {
			return done.recipe
		}
	}
	out := r.describer(patterns, is, spell).of(s, whole)
	if r.done == nil {
		r.done = map[string][]doneRecipe{}
	}
	r.done[name] = append(r.done[name], doneRecipe{s, whole, is, out})
	return out
}

// doneRecipe is a set that was described before.
type doneRecipe struct {
	set, whole set
	is         standing
	recipe     recipe
}

// pins are the keys of a box that variables stand for.
func (v *vocabulary) pins(b access.Box) []access.Key {
	var out []access.Key
	for _, k := range b.Keys {
		if _, variable := v.stands[k.Name]; variable {
			out = append(out, k)
		}
	}
	return out
}

// add adds a condition where it belongs.
func (w *Way) add(c Condition) {
	switch strings.ToLower(c.Key) {
	case "dynamodb:leadingkeys":
		w.Rows = &c
	case "dynamodb:attributes":
		w.Columns = &c
	default:
		w.Conditions = append(w.Conditions, c)
	}
}

func (v *vocabulary) condition(k describedKey) Condition {
	c := Condition{Key: v.key(k.Name), Missing: k.Values.Absent, Empty: k.Values.Empty, Several: k.Values.Multi}
	if words, is := strings.CutPrefix(k.Name, "\x00"); is {
		c.Key, c.Undecided = words, true
		return c
	}
	if k.Values.Every.Empty() {
		c.Only = true
		return c
	}
	c.Values = k.every.part()
	for _, s := range k.some {
		c.Some = append(c.Some, s.part())
	}
	return c
}

// elsewhere is what the words of a box mean where the variables stand for something else; false, if the words are not exact.
func (r *reader) elsewhere(d described, pins []access.Key, is standing) (access.Box, bool) {
	exact := !d.action.loose && !d.resource.loose
	b := access.Box{Principal: d.box.Principal, Action: r.make(d.action, automata.All(), is), Resource: r.make(d.resource, automata.All(), is)}
	for _, k := range d.keys {
		values := k.Values
		if !k.Values.Every.Empty() {
			values.Every = r.make(k.every, nonEmpty(), is)
		}
		values.Some = nil
		exact = exact && !k.every.loose
		for _, s := range k.some {
			values.Some = append(values.Some, r.make(s, values.Every, is))
			exact = exact && !s.loose
		}
		b = b.With(k.Name, values)
	}
	return b.Given(pins...), exact
}

// uses reports whether the words hold a variable.
func (d described) uses(variable string) bool {
	recipes := []recipe{d.action, d.resource}
	for _, k := range d.keys {
		recipes = append(append(recipes, k.every), k.some...)
	}
	return slices.ContainsFunc(recipes, func(r recipe) bool {
		return slices.ContainsFunc(slices.Concat(r.in, r.but), func(p pattern) bool { return slices.Contains(p.variables, variable) })
	})
}

// key is the same for boxes with the same actions, resources and principals, in words.
func (d described) key() string {
	who := ""
	if d.who != nil {
		who = fmt.Sprintf("%#v", d.who.part())
	}
	return fmt.Sprintf("%#v %#v %s", d.actions, d.resources, who)
}

func (w Way) key() string {
	var rows, columns string
	if w.Rows != nil {
		rows = fmt.Sprintf("%#v", *w.Rows)
	}
	if w.Columns != nil {
		columns = fmt.Sprintf("%#v", *w.Columns)
	}
	return fmt.Sprintf("%s %s %#v", rows, columns, w.Conditions)
}

// pinned is the conditions on what variables stand for, of boxes that have the same words otherwise.
func (v *vocabulary) pinned(d described, pins [][]access.Key) []Condition {
	var names []string
	for _, p := range pins {
		for _, k := range p {
			names = append(names, k.Name)
		}
	}
	var out []Condition
	for _, name := range sorted(names) {
		c := Condition{Key: v.key(name)}
		seen := automata.None()
		for _, p := range pins {
			i := slices.IndexFunc(p, func(k access.Key) bool { return k.Name == name })
			if i < 0 { // anything
				c.Missing, c.Empty, seen = true, true, nonEmpty()
				continue
			}
			is := p[i].Values
			c.Missing, c.Empty, seen = c.Missing || is.Absent, c.Empty || is.Empty, seen.Union(is.Every)
		}
		if c.Values = v.standsFor(name, seen); c.Values.All && len(c.Values.But) == 0 && (c.Missing && c.Empty || d.uses(name)) {
			continue // none, or one that the variable makes by itself
		}
		c.Only = seen.Empty()
		out = append(out, c)
	}
	return out
}

// standsFor says for which texts a variable stands. Among those that it is tried with are all that a document names, and one that
// none does, which is every other.
func (v *vocabulary) standsFor(name string, seen set) Part {
	var in, out []string
	others, left := false, false
	for _, text := range sorted(v.stands[name]) {
		named := strings.Contains(v.written, text)
		switch {
		case seen.Contains(text) && named:
			in = append(in, escaped(text))
		case seen.Contains(text):
			others = true
		case named:
			out = append(out, escaped(text))
		default:
			left = true
		}
	}
	if others || nonEmpty().Within(seen) {
		return Part{All: true, But: out, Loose: left}
	}
	return Part{Texts: in}
}
