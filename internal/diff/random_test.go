package diff

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/describe"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/sample"
)

// pairs is how many pairs of documents a test compares; DDBGEN_PAIRS asks for more at a release.
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

// holding is an inventory in which documents are attached to what they are for.
func holding(kind artifact.Kind, documents ...policy.Document) *inventory.Inventory {
	var all []*inventory.Document
	for i, d := range documents {
		all = append(all, &inventory.Document{Document: d, Kind: kind, Name: "document " + strconv.Itoa(i+1)})
	}
	switch kind {
	case artifact.Table:
		return &inventory.Inventory{Tables: []*inventory.Table{{Table: describe.Table{Name: "A"}, Policy: all[0]}}}
	case artifact.Trust:
		return of(&inventory.Identity{Kind: inventory.Role, Name: "a", Trust: all[0]})
	case artifact.Boundary:
		return of(&inventory.Identity{Kind: inventory.Role, Name: "a", Boundary: all[0]})
	}
	return of(&inventory.Identity{Kind: inventory.Role, Name: "a", Policies: all})
}

// TestChangesAgree compares random documents with what edits make of them; CI asks for 10,000 of them. A request that the
// evaluator answers differently lies in a change, and the request of every change is answered differently.
func TestChangesAgree(t *testing.T) {
	total, unchanged, gains, losses, undecided, requests, different := 0, 0, 0, 0, 0, 0, 0
	why := map[string]int{}
	for seed := uint64(0); total < pairs(t, 600); seed++ {
		total++
		g := sample.NewGrower(seed)
		before := g.Document()
		after := before
		for range 1 + g.IntN(2) {
			after = g.Edit(after)
		}
		r := Inventories(holding(g.Kind, before), holding(g.Kind, after))
		gains, losses = gains+len(r.Gains()), losses+len(r.Losses())
		if len(r.Undecided) > 0 {
			undecided++
			why[strings.SplitN(r.Undecided[0].Why, ":", 2)[0]]++
		}
		if r.Unchanged() {
			unchanged++
		}
		for _, c := range r.Changes {
			if err := c.Witness.Confirm(); err != nil {
				t.Fatalf("seed %d: %s: %v", seed, c.Sentence(), err)
			}
		}
		s := sample.NewSampler(seed, g.Kind, before, after)
		x, y := access.Layered(g.Kind, []policy.Document{before}), access.Layered(g.Kind, []policy.Document{after})
		for range 12 {
			request := access.Placed(s.Request(), g.Kind)
			requests++
			a, b := evaluate.Decide(request, x).Outcome, evaluate.Decide(request, y).Outcome
			if a == b {
				continue
			}
			different++
			if len(r.Undecided) == 0 && !covered(r, request, a, b) {
				t.Fatalf("seed %d: %s: the evaluator answers %s and %s to %v, which is in no change:\n%s\nbefore %s\nafter %s",
					seed, g.Kind, a, b, request, told(r), policy.EncodeMinified(before), policy.EncodeMinified(after))
			}
		}
	}
	t.Logf("%d pairs: %d gains, %d losses; %d unchanged, %d with something undecided; %d requests, %d answered differently",
		total, gains, losses, unchanged, undecided, requests, different)
	t.Log(why)
	if unchanged < total/20 || undecided > total/4 || different < requests/100 {
		t.Errorf("of %d pairs %d are unchanged and %d undecided, and of %d requests %d are answered differently", total, unchanged, undecided, requests, different)
	}
}

// covered reports whether a request that was answered one way and is now answered another is in a change of that direction.
func covered(r Result, request evaluate.Request, before, after evaluate.Outcome) bool {
	direction := Loss
	if after == evaluate.Allow || before == evaluate.ExplicitDeny {
		direction = Gain
	}
	return slices.ContainsFunc(r.Changes, func(c Change) bool {
		return c.Direction == direction && slices.ContainsFunc(c.Boxes, func(b access.Box) bool { return has(b, request) })
	})
}

// has reports whether a request is in a box. The box is of one text for each variable, which stands for others.
func has(b access.Box, r evaluate.Request) bool {
	if !b.Action.Contains(strings.ToLower(r.Action)) || !b.Principal.Contains(principalText(r.Principal)) {
		return false
	}
	stands := map[string][]string{}
	for _, k := range b.Keys {
		if is := held(r, k.Name); len(is) == 1 && is[0] != "" && isTag(k.Name) {
			stands[is[0]] = append(stands[is[0]], members(k.Values.Every)...)
		}
	}
	in := func(s set, text string) bool {
		if s.Contains(text) {
			return true
		}
		for from, to := range stands {
			for i := range text {
				if strings.HasPrefix(text[i:], from) && slices.ContainsFunc(to, func(to string) bool { return s.Contains(text[:i] + to + text[i+len(from):]) }) {
					return true
				}
			}
		}
		return false
	}
	if !in(b.Resource, r.Resource) {
		return false
	}
	isProposition := func(k access.Key) bool { return strings.HasPrefix(k.Name, "\x00") } // nobody knows whether it holds
	return !slices.ContainsFunc(b.Keys, func(k access.Key) bool {
		return !isProposition(k) && !isOrdered(k.Name) && !holds(k.Values, held(r, k.Name), in)
	})
}

// isOrdered reports whether a key is compared by order. Of values that no document tells apart, a box has one.
func isOrdered(key string) bool {
	return slices.Contains([]string{"aws:currenttime", "aws:epochtime", "aws:sourceip", "s3:max-keys"}, key)
}

// isTag reports whether a key of the samples may stand for a variable. One of them has an empty name.
func isTag(key string) bool { return key == "" || strings.HasPrefix(key, "aws:principaltag/") }

// members are the texts of a set, if it has few: those that a variable is tried with.
func members(s set) []string {
	var out []string
	for range 80 {
		text, found := s.Shortest()
		if !found {
			return out
		}
		out = append(out, text)
		s = s.Minus(automata.Literal(text))
	}
	return nil
}

func held(r evaluate.Request, name string) []string {
	for _, k := range r.Context {
		if strings.EqualFold(k.Name, name) {
			return k.Values
		}
	}
	return nil
}

func holds(v access.Values, texts []string, in func(set, string) bool) bool {
	if len(texts) == 0 {
		return v.Absent
	}
	if !slices.ContainsFunc(texts, func(t string) bool { return t != "" }) {
		return v.Empty
	}
	if slices.ContainsFunc(texts, func(t string) bool { return !in(v.Every, t) }) {
		return false
	}
	return !slices.ContainsFunc(v.Some, func(s set) bool {
		return !slices.ContainsFunc(texts, func(t string) bool { return in(s, t) })
	})
}

func principalText(p evaluate.Principal) string {
	switch {
	case strings.HasSuffix(p.Name, ":root"):
		return "account:" + p.Account
	case p.Account == "":
		return "service:" + p.Name
	}
	return p.Name
}

// TestRewritesAreNoChange writes random documents in other words that mean the same.
func TestRewritesAreNoChange(t *testing.T) {
	total, rewrites := 0, 0
	for seed := uint64(0); total < pairs(t, 10000); seed++ {
		total++
		g := sample.NewGrower(seed)
		before := g.Document()
		after := []policy.Document{before}
		for range 1 + g.IntN(4) {
			after = rewritten(g.Rand, g.Kind, after)
			rewrites++
		}
		if r := Inventories(holding(g.Kind, before), holding(g.Kind, after...)); !r.Unchanged() {
			t.Fatalf("seed %d: %s\nbefore %s\nafter %s", seed, told(r), policy.EncodeMinified(before), policy.EncodeMinified(after[0]))
		}
	}
	t.Logf("%d documents, %d rewrites", total, rewrites)
}

// rewritten is documents in other words.
func rewritten(r *rand.Rand, kind artifact.Kind, documents []policy.Document) []policy.Document {
	out := slices.Clone(documents)
	d := &out[r.IntN(len(out))]
	if len(d.Statement) == 0 {
		return out
	}
	d.Statement = slices.Clone(d.Statement)
	i := r.IntN(len(d.Statement))
	s := &d.Statement[i]
	switch r.IntN(9) {
	case 0: // another order
		r.Shuffle(len(d.Statement), func(i, j int) { d.Statement[i], d.Statement[j] = d.Statement[j], d.Statement[i] })
	case 1: // other names
		s.Sid = "Renamed" + strconv.Itoa(r.IntN(100))
	case 2: // twice
		d.Statement = append(d.Statement, *s)
	case 3: // a statement for each action
		if len(s.Action) > 1 {
			rest := *s
			rest.Action, s.Action = s.Action[1:], s.Action[:1]
			d.Statement = append(d.Statement, rest)
		}
	case 4: // a statement for each resource
		if len(s.Resource) > 1 {
			rest := *s
			rest.Resource, s.Resource = s.Resource[1:], s.Resource[:1]
			d.Statement = append(d.Statement, rest)
		}
	case 5: // a statement for each value of a condition
		split(r, d, i)
	case 6: // another case, and lists in another order with repetitions
		s.Action = slices.Clone(s.Action)
		for j := range s.Action {
			s.Action[j] = strings.ToUpper(s.Action[j])
		}
		s.Action = append(s.Action, s.Action...)
		s.Condition = slices.Clone(s.Condition)
		slices.Reverse(s.Condition)
	case 7: // other wildcards
		s.Resource = replaced(s.Resource, "*", "**")
		s.NotResource = replaced(s.NotResource, "*", "**")
		s.Action = replaced(s.Action, "*", "**")
	case 8: // another policy of the same role
		if kind == artifact.Identity && len(d.Statement) > 1 {
			moved := *d
			moved.Statement = slices.Clone(d.Statement[1:])
			d.Statement = d.Statement[:1]
			out = append(out, moved)
		}
	}
	return out
}

func replaced(texts []string, from, to string) []string {
	out := slices.Clone(texts)
	for i, t := range out {
		if !strings.Contains(t, "${") {
			out[i] = strings.ReplaceAll(t, from, to)
		}
	}
	return out
}

// split makes two statements of one by a condition that holds as soon as one of its values does.
func split(r *rand.Rand, d *policy.Document, i int) {
	s := d.Statement[i]
	if len(s.Condition) == 0 {
		return
	}
	j := r.IntN(len(s.Condition))
	c := s.Condition[j]
	if op := policy.OperatorOf(c.Operator); len(c.Values) < 2 || op.All || op.Negated {
		return
	}
	rest := s
	s.Condition, rest.Condition = slices.Clone(s.Condition), slices.Clone(s.Condition)
	s.Condition[j].Values, rest.Condition[j].Values = c.Values[:1], c.Values[1:]
	d.Statement[i] = s
	d.Statement = append(d.Statement, rest)
}
