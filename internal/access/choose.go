package access

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/automata"
)

// This file chooses the texts of the variables that are compared together (world.go).

// mostTexts is how many texts a variable takes at the most, by how many there are: every variable takes every text.
var mostTexts = [...]int{64, 16, 6, 3}

// chooser chooses texts of some variables.
type chooser struct {
	symbols *Symbols
	sites   map[string]*site
	names   []string
	places  []place
	enough  bool

	divisions []*division
}

// place is where a variable is compared: the states of automata that read what comes before it.
type place struct {
	sets   []automata.Set
	starts [][]int // of each set
	after  string  // what comes after the variable in all patterns
	closed bool    // and ends them
}

// division is texts that lead to the same states.
type division struct {
	signature string
	plain     string // one without characters beyond Latin-1; "" if there is none
	several   bool   // there are more such texts
	marked    string // one with such a character
	texts     []string
}

func (c *chooser) choose() {
	for _, key := range keysInOrder(c.sites) {
		c.look(key, c.sites[key])
	}
	found := c.divide()
	usual := c.leads(somebody)
	slices.SortStableFunc(found, func(a, b *division) int { return btoi(b.signature == usual) - btoi(a.signature == usual) })
	if most := mostTexts[min(len(c.names), len(mostTexts))-1]; len(found)*len(c.names) > most {
		c.enough, found = false, found[:max(1, most/len(c.names))]
	}
	for _, d := range found {
		c.pick(d)
	}
	c.divisions = found
}

// texts are those of all divisions, the one first that most texts are in.
func (c *chooser) texts(name string) []string {
	var out []string
	for _, d := range c.divisions {
		out = append(out, d.texts...)
	}
	natural := naturalTexts(name)
	slices.SortStableFunc(out, func(a, b string) int { return rank(natural, a) - rank(natural, b) })
	return slices.Compact(out)
}

func rank(of []string, text string) int {
	if i := slices.Index(of, text); i >= 0 {
		return i
	}
	return len(of)
}

// look finds the places of a site where the variables are compared, and whether they are of the kind that can be decided.
func (c *chooser) look(key string, t *site) {
	mine := slices.DeleteFunc(slices.Clone(t.with), func(a affixed) bool { return !slices.Contains(c.names, a.variable) })
	isMine := slices.Contains(c.names, key)
	if isMine {
		c.places = append(c.places, place{sets: t.sets, starts: beginnings(t.sets), closed: true})
	}
	if len(mine) == 0 {
		return
	}
	if t.loose {
		c.enough = false
	}
	for i, a := range mine {
		first := slices.IndexFunc(mine, func(b affixed) bool { return a.before == b.before }) == i
		if first {
			c.places = append(c.places, c.placeOf(t, a, mine))
		}
		whole := a.before == "" && a.fields == "" && a.after == "" && !a.open
		if isMine && !whole {
			c.enough = false
		}
		for _, b := range mine[:i] {
			switch {
			case !a.overlaps(b):
			case a.before != b.before:
				c.enough = false
			case a.variable != b.variable && (a.open || b.open || a.after != b.after):
				c.enough = false
			}
		}
	}
}

// placeOf is the place that some patterns have in common.
func (c *chooser) placeOf(t *site, a affixed, mine []affixed) place {
	p := place{sets: t.sets, starts: make([][]int, len(t.sets)), after: a.after, closed: true}
	var fields []string
	for _, b := range mine {
		if b.before != a.before {
			continue
		}
		fields = append(fields, b.fields)
		p.closed = p.closed && !b.open && b.after == a.after
		for !strings.HasPrefix(b.after, p.after) {
			p.after = p.after[:len(p.after)-1]
		}
	}
	for _, f := range Sorted(fields) {
		before := c.symbols.fieldsBefore(f, a.before)
		for i, set := range t.sets {
			p.starts[i] = append(p.starts[i], statesAfter(before, set)...)
		}
	}
	for i := range p.starts {
		slices.Sort(p.starts[i])
		p.starts[i] = slices.Compact(p.starts[i])
	}
	return p
}

func beginnings(sets []automata.Set) [][]int {
	out := make([][]int, len(sets))
	for i, s := range sets {
		out[i] = []int{s.Start()}
	}
	return out
}

// pick picks as many texts of a division as there are variables, so that each can have its own.
func (c *chooser) pick(d *division) {
	closed := !slices.ContainsFunc(c.places, func(p place) bool { return !p.closed })
	add := func(text string) {
		if len(d.texts) < len(c.names) && !slices.Contains(d.texts, text) {
			d.texts = append(d.texts, text)
		}
	}
	if d.marked == "" {
		add(d.plain)
		if d.several && (!closed || len(c.names) > 1) {
			c.enough = false
		}
		return
	}
	for _, name := range c.names {
		for _, text := range append(naturalTexts(name), d.plain, d.plain+somebody, d.plain+"another", d.plain+"-"+somebody) {
			if text != "" && c.leads(text) == d.signature && c.canReplace(text, d.marked) {
				add(text)
				break
			}
		}
	}
	for _, other := range []string{"\u263a", "\u263b", "\u263c", "\u263d", "\u263e", "\u263f"} {
		add(strings.ReplaceAll(d.marked, string(automata.Beyond), other))
	}
	c.enough = c.enough && len(d.texts) == len(c.names)
}

// canReplace reports whether a text may stand in for one with a character beyond Latin-1: no text that is compared begins
// with it only because that one does.
func (c *chooser) canReplace(text, marked string) bool {
	return !slices.ContainsFunc(c.places, func(p place) bool { return strings.HasPrefix(marked+p.after, text+p.after) })
}

func keysInOrder(sites map[string]*site) []string {
	var out []string
	for k := range sites {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
