package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRoundTrip: what is written is what is read, for documents of every shape.
func TestRoundTrip(t *testing.T) {
	for seed := range uint64(5_000) {
		g := generator{rand.New(rand.NewPCG(seed, 0))}
		want := g.document()
		for _, text := range [][]byte{Encode(want), EncodeMinified(want)} {
			got, err := Parse(text)
			if err != nil {
				t.Fatalf("seed %d: %v\n%s", seed, err, text)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("seed %d (-want +got):\n%s\n%s", seed, diff, text)
			}
		}
	}
}

// TestEncodeIsCanonical: the order in which lists and conditions are given, and
// repeats, do not reach the text.
func TestEncodeIsCanonical(t *testing.T) {
	for seed := range uint64(1_000) {
		g := generator{rand.New(rand.NewPCG(seed, 1))}
		d := g.document()
		want := Encode(d)
		for i := range d.Statement {
			g.disturb(&d.Statement[i])
		}
		if diff := cmp.Diff(string(want), string(Encode(d))); diff != "" {
			t.Fatalf("seed %d (-before +after):\n%s", seed, diff)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, shape := range shapes {
		f.Add([]byte(shape.text))
	}
	f.Add(Encode(everything()))
	f.Add([]byte(`{"Statement":{"Effect":"Allow","Action":"a","Condition":{"Bool":{"k":[true,-1.5e3,"\ud83d\ude00"]}}}}`))
	for seed := range uint64(20) {
		g := generator{rand.New(rand.NewPCG(seed, 2))}
		f.Add(EncodeMinified(g.document()))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		first, err := Parse(text)
		if err != nil {
			checkError(t, text, err)
			return
		}
		if !json.Valid(text) {
			t.Fatal("taken, but no JSON")
		}
		canonical := Encode(first)
		second, err := Parse(canonical)
		if err != nil {
			t.Fatalf("%v\n%s", err, canonical)
		}
		if diff := cmp.Diff(normal(first), second); diff != "" {
			t.Fatalf("read twice (-first +second):\n%s", diff)
		}
		if !bytes.Equal(canonical, Encode(second)) {
			t.Fatal("written twice, not the same text")
		}
		if got, want := CountNonSpace(canonical), len([]rune(string(EncodeMinified(first)))); got != want {
			t.Fatalf("counts %d, minified %d", got, want)
		}
	})
}

func checkError(t *testing.T, text []byte, err error) {
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%v has no place in the text", err)
	}
	lines := strings.Split(string(text), "\n")
	if e.Line < 1 || e.Line > len(lines) || e.Column < 1 || e.Column > len([]rune(lines[e.Line-1]))+1 {
		t.Fatalf("%v: outside of the text", err)
	}
}

// normal is a document with its lists and conditions in canonical order.
func normal(d Document) Document {
	for i := range d.Statement {
		s := &d.Statement[i]
		for _, list := range lists(s) {
			slices.Sort(*list)
			*list = slices.Compact(*list)
		}
		slices.SortFunc(s.Condition, func(a, b Condition) int {
			return strings.Compare(a.Operator+"\x00"+a.Key, b.Operator+"\x00"+b.Key)
		})
	}
	return d
}

// lists are all lists of a statement in which order has no meaning.
func lists(s *Statement) []*[]string {
	all := []*[]string{&s.Action, &s.NotAction, &s.Resource, &s.NotResource}
	for _, p := range []*Principal{s.Principal, s.NotPrincipal} {
		if p != nil {
			all = append(all, &p.AWS, &p.Service, &p.Federated, &p.CanonicalUser)
		}
	}
	for i := range s.Condition {
		all = append(all, &s.Condition[i].Values)
	}
	return all
}

// generator makes documents in canonical order.
type generator struct{ *rand.Rand }

func (g generator) document() Document {
	d := Document{
		Version: g.one("", Version, VersionLegacy),
		ID:      g.one("", "an id", "\"quoted\" \\ <é>"),
	}
	for range 1 + g.IntN(4) {
		d.Statement = append(d.Statement, g.statement())
	}
	return d
}

func (g generator) statement() Statement {
	s := Statement{Sid: g.one("", "One", "two words"), Effect: Effect(g.one("Allow", "Deny"))}
	*choose(g, &s.Action, &s.NotAction) = g.list(1)
	if g.IntN(4) > 0 {
		*choose(g, &s.Resource, &s.NotResource) = g.list(1)
	}
	if g.IntN(2) > 0 {
		*choose(g, &s.Principal, &s.NotPrincipal) = g.principal()
	}
	for _, operator := range []string{"ArnLike", "ForAllValues:StringEquals", "ForAnyValue:StringLikeIfExists", "Null"} {
		for i := range g.IntN(3) {
			key := fmt.Sprintf("aws:Key%d/%s", i, g.one("", "tag", "é", "a b"))
			s.Condition = append(s.Condition, Condition{Operator: operator, Key: key, Values: g.list(0)})
		}
	}
	return s
}

func (g generator) principal() *Principal {
	if g.IntN(3) == 0 {
		return &Principal{Any: true}
	}
	p := &Principal{AWS: g.list(0), Service: g.list(0), Federated: g.list(0)}
	p.CanonicalUser = g.list(1)
	return p
}

// list is sorted, without repeats, and nil when empty.
func (g generator) list(least int) []string {
	words := []string{"*", "arn:aws:dynamodb:eu-west-1:111122223333:table/Ledger", "dynamodb:GetItem", "true", "5",
		"TENANT#${aws:PrincipalTag/tenant}#*", "\t\"\\/\b\x00\x7f", "<&>", "é😀\u2028", "a b"}
	g.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	picked := words[:least+g.IntN(4)]
	if len(picked) == 0 {
		return nil
	}
	return slices.Sorted(slices.Values(picked))
}

func (g generator) one(of ...string) string { return of[g.IntN(len(of))] }

func choose[T any](g generator, a, b *T) *T {
	if g.IntN(2) == 0 {
		return a
	}
	return b
}

// disturb repeats and reorders what has no order.
func (g generator) disturb(s *Statement) {
	for _, list := range lists(s) {
		if len(*list) > 0 {
			*list = append(slices.Clone(*list), (*list)[g.IntN(len(*list))])
		}
		g.Shuffle(len(*list), func(i, j int) { (*list)[i], (*list)[j] = (*list)[j], (*list)[i] })
	}
	g.Shuffle(len(s.Condition), func(i, j int) { s.Condition[i], s.Condition[j] = s.Condition[j], s.Condition[i] })
}
