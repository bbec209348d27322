package access

import "slices"

// This file is what a change gives: the requests that are allowed after it and were not before.

// Gain is the requests that new allows in the end (it allows them, and no statement denies them) and old does not, as boxes
// that may overlap. Both were read by these symbols, which were made by NewWorlds of all documents of both sides. To see what
// is lost, swap the two.
//
// Of boxes that differ only in what texts a variable and other keys hold, one is enough and the others are left out. Every
// box is of such requests, if its propositions (Box.Propositions) are as it says. No boxes and sure: there is no such
// request, whatever texts the variables stand for and whichever propositions hold. Not sure: there may be more than the boxes,
// or something though there are none, as variables are used in a way that no choice of texts is known to be enough for.
//
// A request is gained that new allows and does not deny, and that old does not allow or does deny. Most boxes of two sides
// are the same, so the two cases are looked at one by one.
func (s *Symbols) Gain(old, new Meaning) (boxes []Box, sure bool) {
	for _, b := range new.Allows {
		if !slices.ContainsFunc(old.Allows, b.equal) {
			boxes = addUnlike(boxes, s.beyond(b, old.Allows, new.Denies))
		}
	}
	for _, d := range old.Denies {
		if !slices.ContainsFunc(new.Denies, d.equal) {
			for _, b := range Meeting(new.Allows, d) {
				boxes = addUnlike(boxes, s.beyond(b, new.Denies))
			}
		}
	}
	slices.SortStableFunc(boxes, func(a, b Box) int { return len(a.Propositions()) - len(b.Propositions()) })
	return boxes, s.isSure()
}

// beyond is what is in a box and in none of others. The box is divided first by what the variables of the others stand for,
// since then most others do not meet it, and no variable is looked at again.
func (s *Symbols) beyond(b Box, others ...[]Box) []Box {
	var names []string
	var meeting []Box
	for _, o := range slices.Concat(others...) {
		if o.Meets(b) {
			meeting = append(meeting, o)
			for _, p := range o.pins {
				names = append(names, p.name)
			}
		}
	}
	names = slices.DeleteFunc(Sorted(names), func(name string) bool {
		return slices.ContainsFunc(b.pins, func(p pin) bool { return p.name == name })
	})
	standings, err := s.standings(names)
	if err != nil || s.worlds == nil {
		return s.inWorlds(Minus([]Box{b}, meeting))
	}
	var out []Box
	for _, assumed := range standings {
		divided := b.pin(s, names, assumed)
		if divided.IsEmpty() {
			continue
		}
		out = addUnlike(out, Minus([]Box{divided}, slices.DeleteFunc(slices.Clone(meeting), divided.apart)))
	}
	return out
}

// addUnlike adds boxes to others, but for those that are like one of the others that was made of the same statement.
func addUnlike(boxes, more []Box) []Box {
	before := len(boxes)
	for _, b := range more {
		if !slices.ContainsFunc(boxes[:before], b.isLike) {
			boxes = append(boxes, b)
		}
	}
	return boxes
}

// isLike reports whether two boxes differ only in which texts some of their keys hold.
func (b Box) isLike(c Box) bool {
	return b.Origin == c.Origin && len(c.pins) > 0 && b.Action.Equal(c.Action) && b.Resource.Equal(c.Resource) && b.Principal.Equal(c.Principal) && slices.EqualFunc(b.Keys, c.Keys, func(k, l Key) bool {
		return k.Name == l.Name && k.Values.Absent == l.Values.Absent && k.Values.Empty == l.Values.Empty &&
			k.Values.Every.Empty() == l.Values.Every.Empty() && len(k.Values.Some) == len(l.Values.Some)
	})
}

// isSure reports whether what is not found is not there.
func (s *Symbols) isSure() bool {
	if s.worlds == nil {
		return len(s.names) == 0
	}
	return s.worlds.enough
}

// inWorlds is the requests of some boxes whose variables stand for the texts that are looked at.
func (s *Symbols) inWorlds(boxes []Box) []Box {
	if s.worlds == nil || len(s.worlds.texts) == 0 {
		return boxes
	}
	var names []string
	for name := range s.worlds.texts {
		names = append(names, name)
	}
	slices.Sort(names)
	var out []Box
	for _, b := range boxes {
		for _, name := range names {
			if slices.ContainsFunc(b.pins, func(p pin) bool { return p.name == name }) {
				continue
			}
			b = b.With(name, Values{Absent: true, Empty: true, Every: s.OneOf(Sorted(s.worlds.texts[name])).Intersect(NonEmpty())})
		}
		if !b.IsEmpty() {
			out = append(out, b)
		}
	}
	return out
}
