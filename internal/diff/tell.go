package diff

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
)

// This file makes the changes that are told out of the boxes of a difference.

// tell adds the changes of some boxes, by the statement that they come from. Of those that are effective, more than the refusal
// itself shows what changed.
func (r *reader) tell(d Direction, boxes, effective []access.Box, refusal bool) {
	if len(boxes) == 0 {
		return
	}
	if r.words == nil {
		r.words = r.vocabulary()
	}
	for _, group := range byOrigin(boxes) {
		for _, same := range r.alike(group, refusal) {
			r.change(d, refusal, same, effective)
		}
	}
}

// byOrigin groups boxes by the statement that they come from, in the order of the statements.
func byOrigin(boxes []access.Box) [][]access.Box {
	groups := map[int][]access.Box{}
	var order []int
	for _, b := range boxes {
		n, err := strconv.Atoi(b.Origin)
		if err != nil {
			n = -1
		}
		if groups[n] == nil {
			order = append(order, n)
		}
		groups[n] = append(groups[n], b)
	}
	slices.Sort(order)
	var out [][]access.Box
	for _, n := range order {
		out = append(out, groups[n])
	}
	return out
}

// alikes is boxes with the same actions, resources and principals, in words.
type alikes struct {
	described
	boxes []access.Box
	ways  []Way
	rough bool
}

// row is a box in words, with all that its variables may stand for.
type row struct {
	described
	boxes []access.Box
	pins  [][]access.Key
	rough bool // it says more than there is
}

// alike groups boxes that differ in their conditions only.
func (r *reader) alike(boxes []access.Box, refusal bool) []alikes {
	var out []alikes
	for _, row := range r.rows(boxes, refusal) {
		i := slices.IndexFunc(out, func(t alikes) bool { return t.key() == row.key() })
		if i < 0 {
			i, out = len(out), append(out, alikes{described: row.described})
		}
		out[i].boxes, out[i].rough = append(out[i].boxes, row.boxes...), out[i].rough || row.rough
		w := row.words
		w.Conditions = append(slices.Clone(w.Conditions), r.words.pinned(row.described, row.pins)...)
		if !slices.ContainsFunc(out[i].ways, func(o Way) bool { return o.key() == w.key() }) {
			out[i].ways = append(out[i].ways, w)
		}
	}
	return out
}

// Beyond these, cases are not told one by one.
const (
	mostCases = 12 // of one text of each variable
	mostTexts = 12 // of the variables
)

// rows is boxes in words. What is the same whatever a variable stands for is told once: the words of one text are taken for those
// of another where they mean exactly what there is. Of many boxes, what is told is what they have in common.
func (r *reader) rows(boxes []access.Box, refusal bool) []row {
	var out []row
	groups := r.byText(boxes)
	told, bare := make([]bool, len(groups)), make([][]access.Box, len(groups))
	for i, group := range groups {
		if len(group) > mostCases {
			continue // these are told roughly
		}
		for _, b := range group {
			bare[i] = append(bare[i], r.bare(b, refusal))
		}
	}
	for i, main := range groups {
		if told[i] {
			continue
		}
		first, rough := len(out), len(main) > mostCases
		if rough {
			d := r.describe(r.words, r.bare(hull(main), refusal))
			out = append(out, row{d, main, [][]access.Key{d.pins}, true})
		} else {
			for k, b := range main {
				d := r.describe(r.words, bare[i][k])
				out = append(out, row{d, []access.Box{b}, [][]access.Key{d.pins}, false})
			}
		}
		for j := i + 1; j < len(groups); j++ {
			if told[j] {
				continue
			}
			switch {
			case rough || len(groups[j]) > mostCases || j > mostTexts:
				out[first].rough = true
			case !r.sameWords(out[first:], bare[j]):
				continue
			}
			told[j] = true
			pins := r.words.pins(groups[j][0])
			for k := range out[first:] {
				out[first+k].pins = append(out[first+k].pins, pins)
			}
			out[first].boxes = append(slices.Clone(out[first].boxes), groups[j]...)
		}
	}
	return out
}

// bare is a box without the conditions that are there only because both sides deny the rest: a person is not told of what stays
// denied.
func (r *reader) bare(b access.Box, refusal bool) access.Box {
	before, after := r.old.refused(), r.new.refused()
	if len(before) == 0 || len(after) == 0 {
		return b
	}
	denied := func(boxes []access.Box) bool {
		return len(access.Minus(boxes, before)) == 0 && len(access.Minus(boxes, after)) == 0
	}
	for _, k := range b.Keys {
		if _, variable := r.words.stands[k.Name]; variable || !speaksOf(before, k.Name) || !speaksOf(after, k.Name) {
			continue
		}
		i, _ := b.Find(k.Name)
		wide := b
		wide.Keys = slices.Delete(slices.Clone(b.Keys), i, i+1)
		if denied(wide.Minus(b)) {
			b = wide
		}
	}
	if st := r.origin(b); st != nil && !refusal { // what a statement refuses is what it adds to other refusals
		for _, own := range st.boxes {
			wide := b
			wide.Resource = own.Resource
			if b.Resource.Within(own.Resource) && !b.Resource.Equal(own.Resource) && denied(wide.Minus(b)) {
				b = wide
			}
			wide = b
			wide.Action = own.Action
			if b.Action.Within(own.Action) && !b.Action.Equal(own.Action) && denied(wide.Minus(b)) {
				b = wide
			}
		}
	}
	return b
}

// speaksOf reports whether some boxes have a condition on a key.
func speaksOf(boxes []access.Box, key string) bool {
	return slices.ContainsFunc(boxes, func(b access.Box) bool { _, found := b.Find(key); return found })
}

// sameWords reports whether rows, read with what the variables stand for in other boxes, are these boxes.
func (r *reader) sameWords(rows []row, boxes []access.Box) bool {
	is, pins := r.words.standing(boxes[0]), r.words.pins(boxes[0])
	var meant []access.Box
	for _, row := range rows {
		b, exact := r.elsewhere(row.described, pins, is)
		if !exact {
			return false
		}
		meant = append(meant, b)
	}
	return len(access.Minus(meant, boxes)) == 0 && len(access.Minus(boxes, meant)) == 0
}

// byText groups boxes by what the variables stand for in them: first where that is a text that no document names.
func (r *reader) byText(boxes []access.Box) [][]access.Box {
	var order []string
	groups := map[string][]access.Box{}
	for _, b := range boxes {
		var name string
		for _, k := range b.Keys {
			if _, variable := r.words.stands[k.Name]; variable {
				text, there := k.Values.Every.Shortest()
				name += fmt.Sprintf("%s %t %t %t %t %q\n", k.Name, k.Values.Absent, k.Values.Empty, !there, strings.Contains(r.words.written, text), text)
			}
		}
		if groups[name] == nil {
			order = append(order, name)
		}
		groups[name] = append(groups[name], b)
	}
	slices.Sort(order)
	var out [][]access.Box
	for _, name := range order {
		out = append(out, merged(groups[name]))
	}
	return out
}

// change adds one change. If no request shows it, it is undecided whether there is one.
func (r *reader) change(d Direction, refusal bool, t alikes, effective []access.Box) {
	c := Change{
		Direction: d, Layer: r.layer, Subject: r.subject, Refusal: refusal, Whole: r.whole,
		Boxes: t.boxes, Actions: t.actions, Resources: t.resources, Ways: t.ways, Rough: t.rough, callers: r.callers,
	}
	if t.who != nil {
		who := t.who.part()
		c.Who = &who
	}
	if st := r.origin(t.boxes[0]); st != nil {
		c.Document, c.Statement, c.At = st.document.Name, st.document.Sid(st.index), st.at()
	}
	c.Because = r.because(d, refusal, t.boxes)
	if !r.witness(&c, effective) {
		r.undecided(fmt.Sprintf("It seems that there is a %s, and no request was found that shows it: %s.", d, c.Sentence()), c.At)
		return
	}
	r.out.changes = append(r.out.changes, c)
}

// because says what stood in the way on the side where the requests were not allowed, if they were granted there too.
func (r *reader) because(d Direction, refusal bool, boxes []access.Box) string {
	from, to := r.sides(d)
	if refusal || len(access.Minus(boxes, boxesOf(from.allows))) > 0 {
		return ""
	}
	gone := map[Direction]string{Gain: " refused it", Loss: " refuses it"}[d]
	for _, s := range slices.Concat(from.denies, from.bars) {
		if slices.ContainsFunc(boxes, func(b access.Box) bool { return len(access.Meeting(s.boxes, b)) > 0 }) {
			return s.String() + gone
		}
	}
	if len(from.limits) > 0 && (len(to.limits) == 0 || !sameText(from.limits, to.limits)) {
		return "the boundary " + from.limits[0].Name + map[Direction]string{Gain: " left no room for it", Loss: " leaves no room for it"}[d]
	}
	return ""
}
