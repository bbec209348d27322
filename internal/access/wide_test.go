package access

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/sample"
)

// reader looks for requests in the boxes that symbols which know the documents make of one, other than package access does:
// each variable's text is written as its letter, and propositions are asked of the evaluator.
type reader struct {
	*Symbols
	document     policy.Document
	propositions map[string]func(evaluate.Request) bool
}

func newReader(s *Symbols, d policy.Document) *reader {
	r := &reader{s, d, map[string]func(evaluate.Request) bool{}}
	ask := func(st policy.Statement) func(evaluate.Request) bool {
		st.Effect, st.Action = policy.Allow, []string{"*"}
		kind := artifact.Identity
		if st.Principal != nil {
			kind = artifact.Table
		}
		alone := policy.Document{Version: d.Version, Statement: []policy.Statement{st}}
		return func(r evaluate.Request) bool {
			if kind == artifact.Identity {
				r.Principal, r.ResourceAccount = evaluate.MustPrincipal(Anybody), "000000000000" // no document allows it of itself
			}
			return evaluate.Decide(r, Layered(kind, []policy.Document{alone})).Outcome == evaluate.Allow
		}
	}
	for _, st := range d.Statement {
		for _, c := range st.Condition {
			r.propositions[conditionWords(c)] = ask(policy.Statement{Resource: []string{"*"}, Condition: []policy.Condition{c}})
		}
		r.propositions[resourceWords(st)] = ask(policy.Statement{Resource: st.Resource, NotResource: st.NotResource})
		for _, p := range []*policy.Principal{st.Principal, st.NotPrincipal} {
			if p == nil {
				continue
			}
			for _, name := range p.AWS {
				r.propositions[principalWords("", name)] = ask(policy.Statement{Resource: []string{"*"}, Principal: &policy.Principal{AWS: []string{name}}})
			}
			for _, name := range p.Service {
				r.propositions[principalWords("service:", name)] = ask(policy.Statement{Resource: []string{"*"}, Principal: &policy.Principal{Service: []string{name}}})
			}
		}
	}
	return r
}

func (r *reader) outcome(m Meaning, q evaluate.Request) evaluate.Outcome {
	holds := func(b Box) bool { return r.holds(b, q) }
	switch {
	case slices.ContainsFunc(m.Denies, holds):
		return evaluate.ExplicitDeny
	case slices.ContainsFunc(m.Allows, holds):
		return evaluate.Allow
	}
	return evaluate.ImplicitDeny
}

func (r *reader) holds(b Box, q evaluate.Request) bool {
	in := func(set automata.Set, text string) bool { return r.within(set, text, q) }
	if !b.Action.Contains(strings.ToLower(q.Action)) || !in(b.Resource, q.Resource) || !b.Principal.Contains(principalText(q.Principal)) {
		return false
	}
	return !slices.ContainsFunc(b.Keys, func(k Key) bool {
		texts := held(q, k.Name)
		if words, is := strings.CutPrefix(k.Name, propositionMark); is {
			truth, known := r.propositions[words]
			if !known {
				panic("no proposition says " + words)
			}
			if texts = nil; truth(q) {
				texts = []string{"holds"}
			}
		}
		if o := r.orders[k.Name]; o != nil && !o.mixed {
			texts = slices.Clone(texts)
			for i := range texts {
				texts[i] = o.represent(texts[i])
			}
		}
		return !k.Values.holdBy(texts, in)
	})
}

// within reports whether a text is in a set, with what variables stand for written as letters.
func (r *reader) within(set automata.Set, text string, q evaluate.Request) bool {
	if len(r.names) == 0 || set.Contains(text) && !strings.Contains(text, fresh) {
		return set.Contains(text)
	}
	written := []automata.Token{}
	for text != "" {
		i := slices.IndexFunc(r.names, func(name string) bool {
			is := held(q, name)
			return len(is) == 1 && is[0] != "" && strings.HasPrefix(text, is[0])
		})
		if i >= 0 {
			written = append(written, automata.Token{Kind: automata.Variable, Variable: i})
			text = text[len(held(q, r.names[i])[0]):]
			continue
		}
		_, size := utf8.DecodeRuneInString(text)
		written = append(written, Literal(text[:size])...)
		text = text[size:]
	}
	return !automata.Pattern(written).Disjoint(set)
}

// fresh begins the texts that variables stand for, and is in no document.
const fresh = "jq"

// TestEverythingAgrees asks both whether any policy that AWS accepts allows random requests: the boxes, with what is not
// decided as propositions, and the evaluator. Variables are letters, and stand for texts that no document has.
func TestEverythingAgrees(t *testing.T) {
	agree(t, func(d policy.Document) (*Symbols, func(string) [][]string) {
		s := NewSymbols(d)
		s.Opaque = true
		return s, func(name string) [][]string {
			return [][]string{{fmt.Sprintf("%s%.1sv", fresh, strings.TrimPrefix(strings.ToLower(name), "aws:principaltag/"))}, {""}, nil}
		}
	})
}

// TestWorldsAgree is TestEverythingAgrees with the texts of NewWorlds for variables.
func TestWorldsAgree(t *testing.T) {
	agree(t, func(d policy.Document) (*Symbols, func(string) [][]string) {
		s := NewWorlds(d)
		return s, func(name string) [][]string {
			out := [][]string{{""}, nil}
			for _, text := range s.worlds.textsOf(strings.ToLower(name)) {
				out = append(out, []string{text})
			}
			return out
		}
	})
}

func agree(t *testing.T, read func(policy.Document) (*Symbols, func(string) [][]string)) {
	total, allowed, denied, open := 0, 0, 0, 0
	for seed := uint64(0); total < pairs(t, 30000); seed++ {
		g := sample.NewGrower(seed)
		d := g.Document()
		s, stand := read(d)
		m, err := s.Read(g.Kind, "random", d)
		if err != nil {
			t.Fatalf("seed %d: %v in\n%s", seed, err, policy.Encode(d))
		}
		reader := newReader(s, d)
		if slices.ContainsFunc(slices.Concat(m.Allows, m.Denies), func(b Box) bool { return len(b.Propositions()) > 0 }) {
			open++
		}
		sampler := sample.NewSampler(seed, g.Kind, d)
		sampler.Sessions, sampler.Stand = true, stand
		policies := Layered(g.Kind, []policy.Document{d})
		for range requestsEach {
			q := Placed(sampler.Request(), g.Kind)
			if !covers(q, s.variables(d), stand) {
				continue
			}
			got, want := evaluate.Decide(q, policies).Outcome, reader.outcome(m, q)
			total++
			allowed, denied = allowed+btoi(got == evaluate.Allow), denied+btoi(got == evaluate.ExplicitDeny)
			if got != want {
				t.Fatalf("seed %d: the evaluator answers %s and the boxes %s to\n%+v\nunder\n%s\n%s", seed, got, want, q, policy.Encode(d), shown(m))
			}
		}
	}
	t.Logf("%d pairs: %d allowed, %d denied; %d policies with propositions", total, allowed, denied, open)
	if allowed < total/20 || denied < total/20 || open == 0 {
		t.Errorf("of %d pairs only %d are allowed and %d denied, too few to tell", total, allowed, denied)
	}
}

// covers reports whether variables stand for what they are assumed to: a request that is disturbed may hold something else.
func covers(q evaluate.Request, names []string, stand func(string) [][]string) bool {
	return !slices.ContainsFunc(names, func(name string) bool {
		return !slices.ContainsFunc(stand(name), func(texts []string) bool { return slices.Equal(texts, held(q, name)) })
	})
}

func (s *Symbols) variables(documents ...policy.Document) []string {
	var out []string
	for _, d := range documents {
		for _, st := range d.Statement {
			out = append(out, variablesIn(st, d.Version == policy.Version)...)
		}
	}
	return Sorted(out)
}

func shown(m Meaning) string {
	var b strings.Builder
	for _, of := range []struct {
		effect string
		boxes  []Box
	}{{"allows", m.Allows}, {"denies", m.Denies}} {
		for _, box := range of.boxes {
			fmt.Fprintf(&b, "%s:", of.effect)
			for _, k := range box.Keys {
				text, _ := k.Values.Every.Shortest("${0}", "${1}", "${2}")
				fmt.Fprintf(&b, " %q absent %t empty %t every %t %q", k.Name, k.Values.Absent, k.Values.Empty, !k.Values.Every.Empty(), text)
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}
