package access

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/automata"
)

// Box is a product of sets: every request whose principal, action, resource and context keys are each in the set for it. A
// statement is a box, so is a thing that the spec means, and a policy is a union of boxes.
type Box struct {
	Principal automata.Set
	Action    automata.Set // in lower case: actions are compared without case
	Resource  automata.Set
	Keys      []Key  // sorted by name; a key that is not among them can be anything
	Origin    string // what it was made of, for a person

	pins []pin // what its variables stand for, where they are not letters
}

// pin is that a variable stands for one of what it can stand for. The keys of a box say it too; boxes with different pins are
// told apart by them at once.
type pin struct {
	name string
	at   int // of Symbols.stands
}

// apart reports whether a variable stands for different things in two boxes.
func (b Box) apart(c Box) bool {
	for _, p := range b.pins {
		for _, q := range c.pins {
			if p.name == q.name && p.at != q.at {
				return true
			}
		}
	}
	return false
}

// Key is what one context key can be. Names are in lower case: they are compared without case.
type Key struct {
	Name   string
	Values Values
}

// Equal reports whether two keys are the same, and can be the same.
func (k Key) Equal(l Key) bool {
	return k.Name == l.Name && k.Values.Absent == l.Values.Absent && k.Values.Empty == l.Values.Empty &&
		k.Values.Every.Equal(l.Values.Every) && slices.EqualFunc(k.Values.Some, l.Values.Some, automata.Set.Equal)
}

// Key is what a context key can be in the box.
func (b Box) Key(name string, multi bool) Values {
	if i, found := b.Find(name); found {
		return b.Keys[i].Values
	}
	return anything(multi)
}

func (b Box) Find(name string) (int, bool) {
	return slices.BinarySearchFunc(b.Keys, name, func(k Key, name string) int {
		switch {
		case k.Name < name:
			return -1
		case k.Name > name:
			return 1
		}
		return 0
	})
}

// With is the box with a key narrowed to what v allows too.
func (b Box) With(name string, v Values) Box {
	return b.replace(name, b.Key(name, v.Multi).and(v))
}

// replace is the box with a key set to v.
func (b Box) replace(name string, v Values) Box {
	i, found := b.Find(name)
	b.Keys = slices.Clone(b.Keys)
	if found {
		b.Keys[i].Values = v
		return b
	}
	b.Keys = slices.Insert(b.Keys, i, Key{name, v})
	return b
}

func (b Box) IsEmpty() bool {
	return b.Action.Empty() || b.Resource.Empty() || b.Principal.Empty() ||
		slices.ContainsFunc(b.Keys, func(k Key) bool { return k.Values.isEmpty() })
}

// Meets reports whether some request is in both boxes.
func (b Box) Meets(c Box) bool {
	if b.apart(c) || b.Resource.Disjoint(c.Resource) || b.Action.Disjoint(c.Action) || b.Principal.Disjoint(c.Principal) {
		return false
	}
	return !slices.ContainsFunc(c.Keys, func(k Key) bool {
		i, found := b.Find(k.Name)
		return found && b.Keys[i].Values.and(k.Values).isEmpty()
	})
}

// Minus is what is in b and not in c, as boxes that may overlap: for each side of c, the part of b beyond it. The sides that
// are variables come first, so that what is divided further is about one text of each.
func (b Box) Minus(c Box) []Box {
	if !b.Meets(c) {
		return []Box{b}
	}
	var out []Box
	beyond := func(k Key) {
		mine := b.Key(k.Name, k.Values.Multi)
		for _, beyond := range k.Values.not() {
			if part := mine.and(beyond); !part.isEmpty() {
				out = append(out, b.replace(k.Name, part))
			}
		}
		b = b.replace(k.Name, mine.and(k.Values))
	}
	for _, p := range c.pins {
		if i, found := c.Find(p.name); found && !slices.Contains(b.pins, p) {
			beyond(c.Keys[i])
			b.pins = append(slices.Clip(b.pins), p)
		}
	}
	for _, side := range []struct{ mine, theirs *automata.Set }{
		{&b.Action, &c.Action}, {&b.Resource, &c.Resource}, {&b.Principal, &c.Principal},
	} {
		if whole := *side.mine; !whole.Within(*side.theirs) {
			*side.mine = whole.Minus(*side.theirs)
			out = append(out, b)
			*side.mine = whole.Intersect(*side.theirs)
		}
	}
	for _, k := range c.Keys {
		if !slices.ContainsFunc(c.pins, func(p pin) bool { return p.name == k.Name }) {
			beyond(k)
		}
	}
	return out
}

// equal reports whether two boxes are the same product of sets.
func (b Box) equal(c Box) bool {
	return b.Action.Equal(c.Action) && b.Resource.Equal(c.Resource) && b.Principal.Equal(c.Principal) &&
		slices.EqualFunc(b.Keys, c.Keys, Key.Equal)
}

// Minus is what is in one of the boxes a and in none of b. Most of two unions that are compared is the same in both.
func Minus(a, b []Box) []Box {
	rest := slices.DeleteFunc(slices.Clone(a), func(x Box) bool { return x.IsEmpty() || slices.ContainsFunc(b, x.equal) })
	for _, c := range b {
		if c.IsEmpty() {
			continue
		}
		var next []Box
		for _, r := range rest {
			next = append(next, r.Minus(c)...)
		}
		if rest = next; len(rest) == 0 {
			return nil
		}
	}
	return rest
}

// Meeting is what is both in one of some boxes and in another.
func Meeting(boxes []Box, with Box) []Box {
	var out []Box
	for _, b := range boxes {
		if b.Meets(with) {
			out = append(out, Intersect(b, with))
		}
	}
	return out
}

// Intersect is what is in both of two boxes that meet.
func Intersect(b, c Box) Box {
	b.Action, b.Resource, b.Principal = b.Action.Intersect(c.Action), b.Resource.Intersect(c.Resource), b.Principal.Intersect(c.Principal)
	for _, k := range c.Keys {
		b = b.With(k.Name, k.Values)
	}
	for _, p := range c.pins {
		if !slices.Contains(b.pins, p) {
			b.pins = append(slices.Clip(b.pins), p)
		}
	}
	return b
}
