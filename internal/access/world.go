package access

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file finds texts for variables such that it is enough to look at these.
//
// Documents are read with a known text for each variable (world), so whatever is found is exact for these texts. Is nothing
// found, then nothing is there for any texts, if for every text t of a variable v there is one of the chosen, u, such that a
// request with t can be turned into one with u which satisfies the same conditions. Say a key is compared with "a${v}b…" and
// otherwise with texts without variables. What it holds is turned by writing "aub" for "atb" where it begins with that, and
// is left as it is where it does not. Then
//
//   - it begins with "aub" where it began with "atb", and what follows is the same, so the same patterns with v match;
//   - the other patterns match as before if reading "atb" and "aub" leads their automata to the same state (place.states), or,
//     where all that is compared with v ends with b, to states that accept alike;
//   - what did not begin with "atb" must not begin with "aub". Characters beyond Latin-1 are the same to all patterns, so if
//     u holds one it can be chosen to be none that the request holds; and a text without such a character will do if another
//     with one leads to the same states and does not begin with it. If v is compared as a whole only, then t and u swap.
//
// So the texts are divided by the states that they lead to at all places where v is compared, which are finitely many, and
// one of each division is chosen; several where variables are compared at the same place, which may be equal or not. Where
// the variable is not used like this (two in a text, behind a wildcard, in any case, at places of which one begins another),
// the worlds are not known to be enough, and are said to be so.
//
// The region and the account of a resource are taken to be without colons, as all are: a wildcard for them could otherwise
// reach into the part where the variable is, and match the same resource in two ways.

// worlds are texts of variables.
type worlds struct {
	texts    map[string][]string // of each variable
	enough   bool                // a difference is in one of them if there is one
	expected map[string]bool     // the statements that they are enough for
}

// textsOf are the texts of a variable. One that was not expected has the one that nothing is known of.
func (w *worlds) textsOf(name string) []string {
	if texts, known := w.texts[name]; known {
		return texts
	}
	w.enough = false
	return naturalTexts(name)[:1]
}

// naturalTexts are what a variable can stand for, as a person would write it.
func naturalTexts(name string) []string {
	switch {
	case strings.HasSuffix(name, "account"):
		return []string{"000000000000", "111111111111", "222222222222"}
	case name == "aws:principalarn":
		return []string{"arn:aws:iam::000000000000:role/somebody", "arn:aws:iam::000000000000:role/another"}
	}
	return []string{somebody, "another", "third"}
}

// site is what one key, or the resource, is compared with in the documents.
type site struct {
	sets  []automata.Set // of texts without variables
	with  []affixed
	loose bool // compared with a variable in a way that is none of these
}

// affixed is a text with one variable.
type affixed struct {
	variable string
	fields   string // of an ARN: the parts before the last, which may have wildcards
	before   string // what else comes before the variable
	after    string // what comes after it, up to a wildcard
	open     bool   // a wildcard follows
}

// worldsOf chooses the texts.
func (s *Symbols) worldsOf(documents []policy.Document) *worlds {
	w := &worlds{texts: map[string][]string{}, enough: true, expected: map[string]bool{}}
	sites := map[string]*site{}
	var names []string
	for _, d := range documents {
		for _, st := range d.Statement {
			w.expected[statementText(d.Version, st)] = true
			names = append(names, variablesIn(st, d.Version == policy.Version)...)
			s.visit(sites, st, d.Version == policy.Version)
		}
	}
	names = Sorted(names)
	for _, together := range companions(sites, names) {
		c := chooser{symbols: s, sites: sites, names: together, enough: true}
		c.choose()
		for _, name := range together {
			w.texts[name] = c.texts(name)
		}
		w.enough = w.enough && c.enough
	}
	return w
}

// statementText tells statements apart by what they compare.
func statementText(version string, st policy.Statement) string {
	return fmt.Sprintf("%s %q %q %q", version, st.Resource, st.NotResource, st.Condition)
}

// resourceSite is the site of the resource: no key has this name.
const resourceSite = propositionMark + "resource"

// visit adds what a statement compares.
func (s *Symbols) visit(sites map[string]*site, st policy.Statement, variables bool) {
	at := func(name string) *site {
		if sites[name] == nil {
			sites[name] = &site{}
		}
		return sites[name]
	}
	for _, p := range completed(slices.Concat(st.Resource, st.NotResource)) {
		if fields, last := lastPart(p); !variables || !strings.Contains(last, "${") {
			at(resourceSite).add(s.parted(p))
		} else {
			at(resourceSite).compare(s, "ArnLike", escaped(fields), last)
		}
	}
	for _, c := range st.Condition {
		base, key := policy.OperatorOf(c.Operator).Base, strings.ToLower(c.Key)
		if base == "Null" {
			continue
		}
		for _, v := range c.Values {
			switch {
			case !variables || !takesVariables(base) || !strings.Contains(v, "${"):
				at(key).add(s.valueUnder(base, key, v, false, nil))
			case strings.HasPrefix(base, "Arn"):
				last := arnParts(v)[len(arnParts(v))-1]
				at(key).compare(s, base, strings.TrimSuffix(v, last), last)
			default:
				at(key).compare(s, base, "", v)
			}
		}
	}
}

// parted is what a pattern of a resource matches part by part.
func (s *Symbols) parted(pattern string) (part, error) {
	if _, last := lastPart(pattern); last == "" || pattern == "*" {
		return s.match(pattern, reading{wildcards: true}, nil)
	}
	m, err := s.arn(pattern, false)
	return part{set: m.set}, err
}

// fieldsBefore is the texts that may come before a variable: the first parts of an ARN, if it is in one, and a text.
func (s *Symbols) fieldsBefore(fields, text string) automata.Set {
	if !strings.ContainsAny(fields, "*?") {
		return s.Literal(strings.ReplaceAll(fields, "${$}", "$") + text)
	}
	return s.Set("before "+fields+"\x00"+text, func() automata.Set {
		var sets []automata.Set
		for _, f := range strings.Split(strings.TrimSuffix(fields, ":"), ":") {
			sets = append(sets, automata.Glob(strings.ReplaceAll(f, "${$}", "$")).Minus(automata.Glob("*:*")), automata.Literal(":"))
		}
		return automata.Concat(append(sets, automata.Literal(text))...)
	})
}

// add adds a set of texts without variables. One that is not decided is a proposition, which nothing depends on.
func (t *site) add(p part, err error) {
	if err == nil {
		t.sets = append(t.sets, p.set)
	}
}

// compare adds a text with variables that the site is compared with.
func (t *site) compare(s *Symbols, base, fields, last string) {
	t.add(s.valueUnder(base, "", fields+last, true, nil)) // where the variables stand for nothing, their defaults are left
	var first affixed
	isVariable := func(p piece) bool { return p.variable && !catalog.Multivalued(p.name) }
	found := 0
	for _, p := range takeApart(fields, true) {
		if isVariable(p) {
			t.with, t.loose = append(t.with, affixed{variable: p.name, open: true}), true
		}
	}
	for _, p := range takeApart(last, true) {
		isOpen := !p.plain && (p.char == '*' || p.char == '?') && base != "StringEquals"
		switch {
		case isVariable(p) && found == 0:
			first.variable, first.fields, found = p.name, fields, 1
		case isVariable(p):
			t.with, t.loose = append(t.with, affixed{variable: p.name, open: true}), true
		case p.variable || isOpen && found == 0:
			t.loose = true
		case isOpen:
			first.open = true
		case found == 0:
			first.before += string(p.char)
		case !first.open:
			first.after += string(p.char)
		}
	}
	if found > 0 {
		t.with, t.loose = append(t.with, first), t.loose || base == "StringEqualsIgnoreCase"
	}
}

// overlaps reports whether a text may begin with both what comes before one variable and what comes before another.
func (a affixed) overlaps(b affixed) bool {
	return strings.HasPrefix(a.before, b.before) || strings.HasPrefix(b.before, a.before)
}

// companions divides the variables into those that some key is compared with together.
func companions(sites map[string]*site, names []string) [][]string {
	group := map[string]string{}
	for _, n := range names {
		group[n] = n
	}
	join := func(a, b string) {
		from, to := group[b], group[a]
		for _, n := range names {
			if group[n] == from {
				group[n] = to
			}
		}
	}
	for key, site := range sites {
		for _, a := range site.with {
			if _, is := group[key]; is {
				join(a.variable, key)
			}
			for _, b := range site.with {
				if a.overlaps(b) {
					join(a.variable, b.variable)
				}
			}
		}
	}
	var out [][]string
	for _, n := range names {
		i := slices.IndexFunc(out, func(o []string) bool { return group[o[0]] == group[n] })
		if i < 0 {
			out = append(out, []string{n})
		} else {
			out[i] = append(out[i], n)
		}
	}
	return out
}
