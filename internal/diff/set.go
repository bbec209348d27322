package diff

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
)

// This file says a set of texts in words: by the patterns of the documents where they make it up, by its members where it has few,
// and as the one without the other.

type set = automata.Set

// pattern is a text of a policy by which a set may be described.
type pattern struct {
	text      string // as it is told
	source    string // as it is written
	wildcards bool
	fold      bool // whatever the case
	variables []string
	fixed     *set // what it matches, if that is no pattern
}

// candidate is a pattern with what it matches.
type candidate struct {
	pattern
	set set
}

// fewMembers is how many members a set may have to be described by them, beside patterns.
const fewMembers = 24

// describer says sets in words.
type describer struct {
	candidates []candidate
	closed     bool                // the members say nothing by themselves
	spell      func(string) string // a member as a person writes it
}

// recipe is a set as what it is made of, so that it can be made again where the variables stand for something else.
type recipe struct {
	all     bool
	in, but []pattern
	fixed   *set // of a set that is not made of patterns
	loose   bool
}

// part is the recipe in words.
func (r recipe) part() Part {
	return Part{All: r.all, Texts: textsOf(r.in), But: textsOf(r.but), Loose: r.loose}
}

func textsOf(patterns []pattern) []string {
	var out []string
	for _, p := range patterns {
		out = append(out, p.text)
	}
	return sorted(out)
}

// of says what a set is made of, out of a whole that is everything.
func (d describer) of(s, whole set) recipe {
	if whole.Within(s) {
		return recipe{all: true}
	}
	if in, exact := d.made(s); exact {
		return recipe{in: in}
	}
	if but, exact := d.made(whole.Minus(s)); exact {
		return recipe{all: true, but: but}
	}
	return d.without(s, whole)
}

// made is the patterns that make up a set, if there are some.
func (d describer) made(s set) ([]pattern, bool) {
	var out []pattern
	rest := s
	for _, c := range d.inside(s) {
		if c.set.Disjoint(rest) {
			continue
		}
		out = append(out, c.pattern)
		if rest = rest.Minus(c.set); rest.Empty() {
			return out, true
		}
	}
	if d.closed || !isFinite(rest) {
		return nil, false
	}
	for range fewMembers {
		text, found := rest.Shortest()
		if !found {
			return out, true
		}
		out = append(out, pattern{text: d.spell(text), source: escaped(text), wildcards: true})
		if rest = rest.Minus(automata.Literal(text)); rest.Empty() {
			return out, true
		}
	}
	return nil, false
}

// isFinite reports whether a set has finitely many texts: whether no text of it can be read in a circle.
func isFinite(s set) bool {
	ranges := s.Ranges()
	const open, closed = 1, 2
	state := map[int]int{}
	var circle func(at int) bool
	circle = func(at int) bool {
		state[at] = open
		for _, r := range ranges {
			to := s.Step(at, r[0])
			if s.Live(to) && (state[to] == open || state[to] == 0 && circle(to)) {
				return true
			}
		}
		state[at] = closed
		return false
	}
	return !s.Live(s.Start()) || !circle(s.Start())
}

// inside are the widest candidates within a set. Of two that match the same, the one with a variable tells more.
func (d describer) inside(s set) []candidate {
	var in []candidate
	for _, c := range d.candidates {
		if !c.set.Empty() && c.set.Within(s) {
			in = append(in, c)
		}
	}
	better := func(o, c candidate) bool {
		if a, b := len(o.variables), len(c.variables); a != b {
			return a > b
		}
		return o.text < c.text
	}
	return slices.DeleteFunc(slices.Clone(in), func(c candidate) bool {
		return slices.ContainsFunc(in, func(o candidate) bool {
			return c.set.Within(o.set) && (!o.set.Within(c.set) || better(o, c))
		})
	})
}

// without is a set as the patterns around it, without what is not of it. It may have to say more than there is.
func (d describer) without(s, whole set) recipe {
	around, found := candidate{set: whole}, false
	for _, c := range d.candidates {
		if s.Within(c.set) && c.set.Within(around.set) && !around.set.Within(c.set) {
			around, found = c, true
		}
	}
	out := recipe{all: !found}
	if found {
		out.in = []pattern{around.pattern}
	}
	if but, exact := d.made(around.set.Minus(s)); exact {
		out.but = but
		return out
	}
	// The smallest patterns that each have a part of it.
	touching := slices.DeleteFunc(slices.Clone(d.candidates), func(c candidate) bool { return c.set.Disjoint(s) || c.set.IsAll() })
	slices.SortStableFunc(touching, func(a, b candidate) int { return cmp.Compare(len(b.text), len(a.text)) })
	rest, union := s, automata.None()
	var in []pattern
	for _, c := range touching {
		if !c.set.Disjoint(rest) {
			in, rest, union = append(in, c.pattern), rest.Minus(c.set), union.Union(c.set)
		}
	}
	if rest.Empty() && len(in) > 0 {
		if but, exact := d.made(union.Minus(s)); exact {
			return recipe{in: in, but: but}
		}
	}
	out.loose = true
	for _, c := range d.inside(around.set.Minus(s)) {
		out.but = append(out.but, c.pattern)
	}
	return out
}

// make is the set that a recipe makes out of a whole, where variables stand for some texts. One that stands for nothing matches
// nothing.
func (r *reader) make(of recipe, whole set, is standing) set {
	if of.fixed != nil {
		return *of.fixed
	}
	union := func(patterns []pattern) set {
		out := automata.None()
		for _, p := range patterns {
			if s, fits := r.matched(p, is); fits {
				out = out.Union(s)
			}
		}
		return out
	}
	out := union(of.in)
	if of.all {
		out = whole
	}
	return out.Intersect(whole).Minus(union(of.but))
}

// standing is what variables stand for in a box, by their names in lower case.
type standing map[string]string

// describer is of some patterns, in which variables stand for texts. Those with other variables are left out.
func (r *reader) describer(patterns []pattern, is standing, spell func(string) string) describer {
	d := describer{spell: spell}
	for _, p := range patterns {
		if s, fits := r.matched(p, is); fits {
			d.candidates = append(d.candidates, candidate{p, s})
			d.closed = d.closed || p.fixed != nil
		}
	}
	return d
}

// matched is what a pattern matches.
func (r *reader) matched(p pattern, is standing) (set, bool) {
	if p.fixed != nil {
		return *p.fixed, true
	}
	source := p.source
	name := "described " + map[bool]string{true: "w"}[p.wildcards] + map[bool]string{true: "f"}[p.fold] + source
	for _, v := range p.variables {
		text, known := is[v]
		if !known {
			return set{}, false
		}
		name += "\x00" + text
	}
	return r.symbols.Set(name, func() set { return automata.Fold(tokens(source, p.wildcards, is), p.fold) }), true
}

// tokens is a text of a policy with variables that stand for texts.
func tokens(source string, wildcards bool, is standing) []automata.Token {
	var out []automata.Token
	char := func(c rune) automata.Token { return automata.Token{Kind: automata.Char, Char: c} }
	for rest := source; rest != ""; {
		if name, after, closed := strings.Cut(strings.TrimPrefix(rest, "${"), "}"); strings.HasPrefix(rest, "${") && closed {
			text, known := is[strings.ToLower(name)]
			switch {
			case name == "*" || name == "?" || name == "$":
				out, rest = append(out, char(rune(name[0]))), after
				continue
			case known:
				for _, c := range text {
					out = append(out, char(c))
				}
				rest = after
				continue
			}
		}
		for _, c := range rest {
			switch {
			case wildcards && c == '*':
				out = append(out, automata.Token{Kind: automata.AnyText})
			case wildcards && c == '?':
				out = append(out, automata.Token{Kind: automata.AnyChar})
			default:
				out = append(out, char(c))
			}
			rest = rest[len(string(c)):]
			break
		}
	}
	return out
}

// nonEmpty is a whole of which the empty text is no part.
func nonEmpty() set { return access.NonEmpty() }
