package access

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/sample"
)

// pairs is how many pairs of a policy and a request a test looks at; DDBGEN_PAIRS asks for more at a release.
func pairs(t *testing.T, usual int) int {
	text := os.Getenv("DDBGEN_PAIRS")
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

const requestsEach = 20 // requests to one policy

// TestWitnessesAgree asks both whether random policies allow random requests: the prover by looking for the request in the
// boxes, and the evaluator.
func TestWitnessesAgree(t *testing.T) {
	total, allowed, denied, undecided := 0, 0, 0, 0
	for seed := uint64(0); total < pairs(t, 60000); seed++ {
		g := sample.NewGrower(seed)
		d := g.Document()
		s := NewSymbols()
		m, err := s.readAlone(g.Kind, d)
		if err != nil || hasTwo(d) {
			undecided++
			continue
		}
		sampler := sample.NewSampler(seed, g.Kind, d)
		policies := Layered(g.Kind, []policy.Document{d})
		for range requestsEach {
			r := Placed(sampler.Request(), g.Kind)
			got := evaluate.Decide(r, policies).Outcome
			want := s.outcome(m, r, comparedWithVariables(d))
			total++
			switch got {
			case evaluate.Allow:
				allowed++
			case evaluate.ExplicitDeny:
				denied++
			}
			if got != want {
				t.Fatalf("seed %d: the evaluator answers %s and the prover %s to\n%+v\nunder\n%s", seed, got, want, r, policy.Encode(d))
			}
		}
	}
	t.Logf("%d pairs: %d allowed, %d denied; %d policies were not decided", total, allowed, denied, undecided)
	if allowed < total/20 || denied < total/20 {
		t.Errorf("of %d pairs only %d are allowed and %d denied, too few to tell", total, allowed, denied)
	}
}

// TestDifferencesAreReal compares random policies with what an edit makes of them. Where the prover says that the two
// differ, the evaluator must tell them apart by the request; where it says that they do not, by none.
func TestDifferencesAreReal(t *testing.T) {
	total, different, alike, inconclusive := 0, 0, 0, 0
	for seed := uint64(0); total < pairs(t, 60000)/requestsEach; seed++ {
		g := sample.NewGrower(seed)
		before := g.Document()
		after := g.Edit(before)
		s := NewSymbols()
		a, errA := s.readAlone(g.Kind, before)
		b, errB := s.readAlone(g.Kind, after)
		if _, both := Complemented([]policy.Document{before, after}); errA != nil || errB != nil || both {
			continue
		}
		total++
		differences := Compare(a.Settled(), b.Settled())
		if len(differences) == 0 {
			alike++
			requireAlike(t, seed, g.Kind, before, after)
			continue
		}
		different++
		confirmed := false
		for _, d := range differences {
			r := s.Example(d.Request, "", unknown)
			err := Confirm(r, g.Kind, []policy.Document{before}, d.Kind)
			other := Confirm(r, g.Kind, []policy.Document{after}, d.Kind.turned())
			if err == nil && other == nil {
				confirmed = true
				continue
			}
			if !hasVariables(before) && !hasVariables(after) {
				t.Fatalf("seed %d: %v is not confirmed (%v, %v): %s\nbefore %s\nafter %s", seed, d.Kind, err, other, r, policy.Encode(before), policy.Encode(after))
			}
		}
		if !confirmed {
			inconclusive++
		}
	}
	t.Logf("%d pairs of policies: %d differ, of which %d are inconclusive; %d mean the same", total, different, inconclusive, alike)
	if alike < total/50 || inconclusive > different/50 {
		t.Errorf("%d of %d alike, %d of %d inconclusive", alike, total, inconclusive, different)
	}
}

func requireAlike(t *testing.T, seed uint64, kind artifact.Kind, before, after policy.Document) {
	t.Helper()
	s := sample.NewSampler(seed, kind, before, after)
	x, y := Layered(kind, []policy.Document{before}), Layered(kind, []policy.Document{after})
	for range 2 * requestsEach {
		r := Placed(s.Request(), kind)
		if a, b := evaluate.Decide(r, x).Outcome, evaluate.Decide(r, y).Outcome; a != b {
			t.Fatalf("seed %d: said to mean the same, but the evaluator answers %s and %s to\n%+v\nbefore %s\nafter %s",
				seed, a, b, r, policy.Encode(before), policy.Encode(after))
		}
	}
}

// unknown says of no variable what it usually stands for.
func unknown(string) (automata.Set, bool) { return automata.Set{}, false }

// turned is the difference seen from the other side.
func (k DifferenceKind) turned() DifferenceKind {
	return [...]DifferenceKind{AllowsMore: AllowsLess, AllowsLess: AllowsMore, DeniesMore: DeniesLess, DeniesLess: DeniesMore}[k]
}

func hasVariables(d policy.Document) bool {
	return slices.ContainsFunc(d.Statement, func(s policy.Statement) bool {
		return hasVariable(s.Resource) || slices.ContainsFunc(s.Condition, func(c policy.Condition) bool { return hasVariable(c.Values) })
	})
}

func (s *Symbols) readAlone(kind artifact.Kind, d policy.Document) (Meaning, error) {
	if key, both := Complemented([]policy.Document{d}); both {
		return Meaning{}, fmt.Errorf("%s is not decided", key)
	}
	return s.Read(kind, "random", d)
}

// comparedWithVariables are the keys that variables are compared with, in lower case, and "" for the resource.
func comparedWithVariables(d policy.Document) map[string]bool {
	out := map[string]bool{}
	for _, s := range d.Statement {
		out[""] = out[""] || hasVariable(s.Resource)
		for _, c := range s.Condition {
			out[strings.ToLower(c.Key)] = out[strings.ToLower(c.Key)] || hasVariable(c.Values)
		}
	}
	return out
}

// outcome looks for a request in boxes. Only what is compared with variables is looked for as what variables stand for.
func (s *Symbols) outcome(m Meaning, r evaluate.Request, variable map[string]bool) evaluate.Outcome {
	holds := func(b Box) bool { return s.holds(b, r, variable) }
	switch {
	case slices.ContainsFunc(m.Denies, holds):
		return evaluate.ExplicitDeny
	case slices.ContainsFunc(m.Allows, holds):
		return evaluate.Allow
	}
	return evaluate.ImplicitDeny
}

// holds reports whether a request is in a box.
func (s *Symbols) holds(b Box, r evaluate.Request, variable map[string]bool) bool {
	stands := func(key string) [][]string { // what each variable stands for
		if !variable[key] {
			return nil
		}
		out := make([][]string, len(s.names))
		for i, name := range s.names {
			out[i] = held(r, name)
		}
		return out
	}
	if !b.Action.Contains(strings.ToLower(r.Action)) || !within(b.Resource, r.Resource, stands("")) || !b.Principal.Contains(principalText(r.Principal)) {
		return false
	}
	return !slices.ContainsFunc(b.Keys, func(k Key) bool { return !k.Values.hold(held(r, k.Name), stands(k.Name)) })
}

func held(r evaluate.Request, name string) []string {
	for _, k := range r.Context {
		if strings.EqualFold(k.Name, name) {
			return k.Values
		}
	}
	return nil
}

func principalText(p evaluate.Principal) string {
	switch {
	case strings.HasSuffix(p.Name, ":root"):
		return "account:" + p.Account
	case strings.Contains(p.Name, "-provider/") || slices.Contains(builtInProviders(), p.Name):
		return "federated:" + p.Name
	case p.Account == "":
		return "service:" + p.Name
	}
	return p.Name
}

// hold reports whether what a key holds is among values.
func (v Values) hold(texts []string, stands [][]string) bool {
	return v.holdBy(texts, func(set automata.Set, text string) bool { return within(set, text, stands) })
}

func (v Values) holdBy(texts []string, within func(automata.Set, string) bool) bool {
	if len(texts) == 0 {
		return v.Absent
	}
	if !slices.ContainsFunc(texts, func(t string) bool { return t != "" }) {
		return v.Empty
	}
	for _, t := range texts {
		if !within(v.Every, t) {
			return false
		}
	}
	for _, some := range v.Some {
		if !slices.ContainsFunc(texts, func(t string) bool { return within(some, t) }) {
			return false
		}
	}
	return true
}

// within reports whether a text is in a set when the variables stand for some texts: whether the set has the text, or the
// text with a part written as a variable. No pattern has two variables (hasTwo).
func within(set automata.Set, text string, stands [][]string) bool {
	if set.Contains(text) {
		return true
	}
	for i, s := range stands {
		for at := range len(text) + 1 {
			if len(s) != 1 || !strings.HasPrefix(text[at:], s[0]) {
				continue
			}
			written := append(Literal(text[:at]), automata.Token{Kind: automata.Variable, Variable: i})
			if !automata.Pattern(append(written, Literal(text[at+len(s[0]):])...)).Disjoint(set) {
				return true
			}
		}
	}
	return false
}

// hasTwo reports whether a text of a document has two variables.
func hasTwo(d policy.Document) bool {
	return slices.ContainsFunc(d.Statement, func(s policy.Statement) bool {
		return slices.ContainsFunc(s.Condition, func(c policy.Condition) bool {
			return slices.ContainsFunc(c.Values, func(v string) bool { return strings.Count(v, "${aws:") > 1 })
		})
	})
}
