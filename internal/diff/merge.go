package diff

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/access"
)

// This file joins the boxes of a difference into as few as are needed to tell it. The union of the boxes stays what it is.

// mergeLimit is how many boxes are joined with each other. Beyond, a difference is told as it is.
const mergeLimit = 64

// merged joins boxes where the joined box is no more than both.
func merged(boxes []access.Box) []access.Box {
	out := slices.DeleteFunc(slices.Clone(boxes), access.Box.IsEmpty)
	if len(out) > mergeLimit {
		return out
	}
	for again := true; again; {
		again = false
		for i := 0; i < len(out); i++ {
			for j := i + 1; j < len(out); j++ {
				if b, fits := joined(out[i], out[j]); fits {
					out[i] = b
					out = slices.Delete(out, j, j+1)
					again = true
					j--
				}
			}
		}
	}
	return out
}

// joined is one box for two, if there is one: the wider one of two of which one is in the other, or, of two that differ in one
// thing, what either can be there.
func joined(a, b access.Box) (access.Box, bool) {
	if inside(a, b) {
		return b, true
	}
	if inside(b, a) {
		return a, true
	}
	out, differ := bareBox(a), 0
	if !a.Action.Equal(b.Action) {
		out.Action, differ = a.Action.Union(b.Action), differ+1
	}
	if !a.Resource.Equal(b.Resource) {
		out.Resource, differ = a.Resource.Union(b.Resource), differ+1
	}
	if !a.Principal.Equal(b.Principal) {
		out.Principal, differ = a.Principal.Union(b.Principal), differ+1
	}
	for _, name := range keyNames(a, b) {
		multi := isMulti(name, a, b)
		v, w := a.Key(name, multi), b.Key(name, multi)
		if (access.Key{Name: name, Values: v}).Equal(access.Key{Name: name, Values: w}) {
			out.Keys = append(out.Keys, access.Key{Name: name, Values: v})
			continue
		}
		u, fits := either(v, w)
		if !fits {
			return a, false
		}
		differ++
		if !isAnything(u) {
			out.Keys = append(out.Keys, access.Key{Name: name, Values: u})
		}
	}
	return out, differ == 1
}

// bareBox is a box without its keys, nor what else it knows of them: another box is made of it.
func bareBox(b access.Box) access.Box {
	return access.Box{Principal: b.Principal, Action: b.Action, Resource: b.Resource, Origin: b.Origin}
}

func keyNames(boxes ...access.Box) []string {
	var out []string
	for _, b := range boxes {
		for _, k := range b.Keys {
			out = append(out, k.Name)
		}
	}
	return sorted(out)
}

func isMulti(name string, boxes ...access.Box) bool {
	return slices.ContainsFunc(boxes, func(b access.Box) bool { i, found := b.Find(name); return found && b.Keys[i].Values.Multi })
}

// inside reports whether one box holds all of another.
func inside(a, b access.Box) bool {
	if !a.Action.Within(b.Action) || !a.Resource.Within(b.Resource) || !a.Principal.Within(b.Principal) {
		return false
	}
	return len(access.Minus([]access.Box{a}, []access.Box{b})) == 0
}

// either is what one of two values allows, if that is values.
func either(v, w access.Values) (access.Values, bool) {
	out := access.Values{Multi: v.Multi, Absent: v.Absent || w.Absent, Empty: v.Empty || w.Empty, Every: v.Every, Some: v.Some}
	switch {
	case v.Every.Empty():
		out.Every, out.Some = w.Every, w.Some
	case w.Every.Empty():
	case !v.Multi:
		out.Every = v.Every.Union(w.Every)
	case !v.Every.Equal(w.Every) || !slices.EqualFunc(v.Some, w.Some, func(x, y set) bool { return x.Equal(y) }):
		return v, false
	}
	return out, true
}

func isAnything(v access.Values) bool {
	return v.Absent && v.Empty && len(v.Some) == 0 && v.Every.Equal(access.NonEmpty())
}

// hull is the smallest box around some boxes of which a person is told no more: the conditions are those that all have.
func hull(boxes []access.Box) access.Box {
	out := bareBox(boxes[0])
	out.Keys = boxes[0].Keys
	for _, b := range boxes[1:] {
		out.Action, out.Resource, out.Principal = out.Action.Union(b.Action), out.Resource.Union(b.Resource), out.Principal.Union(b.Principal)
		out.Keys = slices.DeleteFunc(slices.Clone(out.Keys), func(k access.Key) bool {
			i, found := b.Find(k.Name)
			return !found || !b.Keys[i].Equal(k)
		})
	}
	return out
}
