package prove

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/automata"
)

// box is a product of sets: every request whose principal, action, resource and context keys are each in the set for it. A
// statement is a box, so is a thing that the spec means, and a policy is a union of boxes.
type box struct {
	principal automata.Set
	action    automata.Set // in lower case: actions are compared without case
	resource  automata.Set
	keys      []keyed // sorted by name; a key that is not among them can be anything
	origin    string  // what it was made of, for a person
}

// keyed is what one context key can be. Names are in lower case: they are compared without case.
type keyed struct {
	name   string
	values values
}

// key is what a context key can be in the box.
func (b box) key(name string, multi bool) values {
	if i, found := b.find(name); found {
		return b.keys[i].values
	}
	return anything(multi)
}

func (b box) find(name string) (int, bool) {
	return slices.BinarySearchFunc(b.keys, name, func(k keyed, name string) int {
		switch {
		case k.name < name:
			return -1
		case k.name > name:
			return 1
		}
		return 0
	})
}

// with is the box with a key narrowed to what v allows too.
func (b box) with(name string, v values) box {
	return b.replace(name, b.key(name, v.multi).and(v))
}

// replace is the box with a key set to v.
func (b box) replace(name string, v values) box {
	i, found := b.find(name)
	b.keys = slices.Clone(b.keys)
	if found {
		b.keys[i].values = v
		return b
	}
	b.keys = slices.Insert(b.keys, i, keyed{name, v})
	return b
}

func (b box) isEmpty() bool {
	return b.action.Empty() || b.resource.Empty() || b.principal.Empty() ||
		slices.ContainsFunc(b.keys, func(k keyed) bool { return k.values.isEmpty() })
}

// meets reports whether some request is in both boxes.
func (b box) meets(c box) bool {
	if b.resource.Disjoint(c.resource) || b.action.Disjoint(c.action) || b.principal.Disjoint(c.principal) {
		return false
	}
	return !slices.ContainsFunc(c.keys, func(k keyed) bool {
		i, found := b.find(k.name)
		return found && b.keys[i].values.and(k.values).isEmpty()
	})
}

// minus is what is in b and not in c, as boxes that may overlap: for each side of c, the part of b beyond it.
func (b box) minus(c box) []box {
	if !b.meets(c) {
		return []box{b}
	}
	var out []box
	for _, side := range []struct{ mine, theirs *automata.Set }{
		{&b.action, &c.action}, {&b.resource, &c.resource}, {&b.principal, &c.principal},
	} {
		if whole := *side.mine; !whole.Within(*side.theirs) {
			*side.mine = whole.Minus(*side.theirs)
			out = append(out, b)
			*side.mine = whole.Intersect(*side.theirs)
		}
	}
	for _, k := range c.keys {
		mine := b.key(k.name, k.values.multi)
		for _, beyond := range k.values.not() {
			if part := mine.and(beyond); !part.isEmpty() {
				out = append(out, b.replace(k.name, part))
			}
		}
		b = b.replace(k.name, mine.and(k.values))
	}
	return out
}

// equal reports whether two boxes are the same product of sets.
func (b box) equal(c box) bool {
	return b.action.Equal(c.action) && b.resource.Equal(c.resource) && b.principal.Equal(c.principal) &&
		slices.EqualFunc(b.keys, c.keys, sameKey)
}

// minus is what is in one of the boxes a and in none of b. Most of two unions that are compared is the same in both.
func minus(a, b []box) []box {
	rest := slices.DeleteFunc(slices.Clone(a), func(x box) bool { return x.isEmpty() || slices.ContainsFunc(b, x.equal) })
	for _, c := range b {
		if c.isEmpty() {
			continue
		}
		var next []box
		for _, r := range rest {
			next = append(next, r.minus(c)...)
		}
		if rest = next; len(rest) == 0 {
			return nil
		}
	}
	return rest
}
