package diff

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file tells what is the same on both sides but for how it is written. That needs no comparison of sets, and none could fail:
// it holds for whatever a condition means.
//
// A statement is as good as one statement for each of its actions, resources and principals, and, where a condition holds as soon
// as one of its values does, for each value (IAM user guide, "Conditions with multiple context keys or values"). So statements that
// were reordered, split, merged or repeated come apart into the same ones.

// mostAtoms is how many a statement is taken apart into; one that would be more is left whole.
const mostAtoms = 2048

// atom is a statement for one action and one resource, as texts that do not depend on its Sid, on the order of lists, or on the
// case of what AWS compares without case: actions, and the names of keys (IAM user guide, "IAM JSON policy elements: Action",
// "IAM JSON policy elements: Condition").
type atom struct {
	rest             string
	action, resource string // patterns; empty where it has none, or one that is part of the rest
}

// atoms are the statements that a statement is as good as.
func atoms(version string, st policy.Statement) []atom {
	var sides [][]string // of each, one is taken
	list := func(name string, texts []string) {
		var side []string
		for _, t := range sorted(texts) {
			side = append(side, name+strconv.Quote(t))
		}
		if len(side) > 0 {
			sides = append(sides, side)
		}
	}
	all := func(name string, texts []string) {
		if len(texts) > 0 {
			sides = append(sides, []string{name + quoted(texts)})
		}
	}
	sides = append(sides, []string{strconv.FormatBool(version == policy.Version) + string(st.Effect)})
	if st.Principal != nil {
		sides = append(sides, principalTexts(st.Principal))
	}
	if st.NotPrincipal != nil {
		all("not principal ", principalTexts(st.NotPrincipal))
	}
	all(" not action ", widest(lower(st.NotAction)))
	all(" not resource ", widest(completed(st.NotResource)))
	conditions := slices.Clone(st.Condition)
	slices.SortFunc(conditions, func(a, b policy.Condition) int {
		return strings.Compare(conditionName(a)+quoted(a.Values), conditionName(b)+quoted(b.Values))
	})
	for _, c := range conditions {
		op := policy.OperatorOf(c.Operator)
		if len(c.Values) > 0 && !op.All && !op.Negated {
			list(conditionName(c), c.Values)
		} else {
			sides = append(sides, []string{conditionName(c) + quoted(c.Values)})
		}
	}
	actions, resources := orNone(widest(lower(st.Action))), orNone(widest(completed(st.Resource)))
	if len(actions)*len(resources) > mostAtoms {
		all(" action ", actions)
		all(" resource ", resources)
		actions, resources = []string{""}, []string{""}
	}
	var out []atom
	for _, rest := range product(sides, mostAtoms/(len(actions)*len(resources))) {
		for _, a := range actions {
			for _, r := range resources {
				out = append(out, atom{rest, a, r})
			}
		}
	}
	return out
}

// orNone is a list in which there is something, if only an empty text.
func orNone(texts []string) []string {
	if len(texts) == 0 {
		return []string{""}
	}
	return texts
}

// widest is some patterns without those that match nothing which another does not, each with its wildcards in one order. What has
// variables is left as it is.
func widest(patterns []string) []string {
	out := sorted(patterns)
	for i, p := range out {
		if isOpen(p) {
			out[i] = inOrder(p)
		}
	}
	out = sorted(out)
	if len(out) < 2 || !slices.ContainsFunc(out, isOpen) {
		return out
	}
	return slices.DeleteFunc(slices.Clone(out), func(p string) bool {
		return slices.ContainsFunc(out, func(o string) bool {
			return o != p && isOpen(o) && !strings.Contains(p, "${") && automata.Glob(p).Within(automata.Glob(o)) && (p > o || !automata.Glob(o).Within(automata.Glob(p)))
		})
	})
}

// inOrder is a pattern in which question marks come before a star beside them, and one star is enough.
func inOrder(pattern string) string {
	var b strings.Builder
	star := false
	for _, c := range pattern + "\x00" {
		switch {
		case c == '*':
			star = true
			continue
		case c != '?' && star:
			b.WriteByte('*')
			star = false
		}
		b.WriteRune(c)
	}
	return strings.TrimSuffix(b.String(), "\x00")
}

func conditionName(c policy.Condition) string {
	return " if " + c.Operator + " " + strconv.Quote(strings.ToLower(c.Key)) + " "
}

func quoted(texts []string) string {
	var out []string
	for _, t := range sorted(texts) {
		out = append(out, strconv.Quote(t))
	}
	return "[" + strings.Join(out, " ") + "]"
}

func principalTexts(p *policy.Principal) []string {
	if p.Any || slices.Contains(p.AWS, "*") {
		return []string{"everybody"}
	}
	var out []string
	for _, kind := range []struct {
		name  string
		names []string
	}{{"AWS ", p.AWS}, {"Service ", p.Service}, {"Federated ", p.Federated}, {"CanonicalUser ", p.CanonicalUser}} {
		for _, name := range kind.names {
			out = append(out, kind.name+strconv.Quote(name))
		}
	}
	return sorted(out)
}

// product is every choice of one text of each side; if there are too many, one text of all.
func product(sides [][]string, most int) []string {
	n := 1
	for _, side := range sides {
		if n *= len(side); n > most {
			var out []string
			for _, side := range sides {
				out = append(out, quoted(side))
			}
			return []string{strings.Join(out, "")}
		}
	}
	out := []string{""}
	for _, side := range sides {
		next := make([]string, 0, len(out)*len(side))
		for _, o := range out {
			for _, text := range side {
				next = append(next, o+text)
			}
		}
		out = next
	}
	return out
}

func lower(texts []string) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = strings.ToLower(t)
	}
	return out
}

func sorted(texts []string) []string {
	out := slices.Clone(texts)
	slices.Sort(out)
	return slices.Compact(out)
}

// atomsOf are those of the statements with an effect, or, if it is empty, of all.
func atomsOf(effect policy.Effect, documents []*inventory.Document) []atom {
	var out []atom
	for _, d := range documents {
		for _, st := range d.Document.Statement {
			if effect == "" || st.Effect == effect {
				out = append(out, atoms(d.Version, st)...)
			}
		}
	}
	return out
}

// among reports whether each of some atoms is among others, or is one with a wider action and a wider resource.
func among(atoms, others []atom) bool {
	known, open := make(map[atom]bool, len(others)), map[string][]atom{}
	for _, o := range others {
		if known[o] = true; isOpen(o.action) || isOpen(o.resource) {
			open[o.rest] = append(open[o.rest], o)
		}
	}
	return !slices.ContainsFunc(atoms, func(a atom) bool {
		return !known[a] && !slices.ContainsFunc(open[a.rest], func(o atom) bool { return isWider(o.action, a.action) && isWider(o.resource, a.resource) })
	})
}

// isWider reports whether a pattern matches all that another does.
func isWider(a, b string) bool {
	return a == b || isOpen(a) && !strings.Contains(b, "${") && automata.Glob(b).Within(automata.Glob(a))
}

// isOpen reports whether a pattern has wildcards and nothing else that is not plain.
func isOpen(p string) bool { return strings.ContainsAny(p, "*?") && !strings.Contains(p, "${") }

// sameText reports whether documents of both sides come apart into the same statements.
func sameText(before, after []*inventory.Document) bool {
	x, y := atomsOf("", before), atomsOf("", after)
	return among(x, y) && among(y, x)
}
