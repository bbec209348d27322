package collision

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/automata"
)

func ids(t testing.TB, pattern string) automata.Set {
	t.Helper()
	set, err := automata.Regexp(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// template reads a template as a spec writes it.
func template(text string) Template {
	prefix, rest, _ := strings.Cut(text, "{tenant}")
	suffix, open := strings.CutSuffix(rest, "*")
	return Template{prefix, suffix, open}
}

func templates(texts ...string) []Template {
	var out []Template
	for _, text := range texts {
		out = append(out, template(text))
	}
	return out
}

func TestFind(t *testing.T) {
	for _, test := range []struct {
		pattern   string
		templates []string
		want      string // the shared key; "" if there is none
	}{
		{"[a-z0-9]{8,32}", []string{"TENANT#{tenant}"}, ""},
		{"[a-z0-9]{8,32}", []string{"TENANT#{tenant}", "TENANT#{tenant}#INVOICE#*"}, ""},
		{"[a-z0-9]{8,32}", []string{"{tenant}", "{tenant}#ORDER#*"}, ""},
		{"[a-z]{1,4}", []string{"A#{tenant}", "B#{tenant}#*"}, ""},
		// A delimiter that an id can hold: acme and acme-eu.
		{"[a-z-]{1,4}", []string{"{tenant}-*"}, "a--"},
		{"[a-z]+", []string{"{tenant}*"}, "aa"},
		// Fixed length makes the same delimiter safe, and no delimiter at all.
		{"[a-z-]{4}", []string{"{tenant}-*"}, ""},
		{"[a-z]{4}", []string{"{tenant}*"}, ""},
		// One template's prefix begins another's, and an id can take in the rest.
		{"[a-z#]{1,4}", []string{"T{tenant}", "T#{tenant}"}, "T#a"},
		{"[a-z]{1,4}", []string{"T{tenant}", "T#{tenant}"}, ""},
		// The same id at two distances: only texts that repeat themselves are read as the same id.
		{"aaa|aab", []string{"{tenant}*", "a{tenant}*"}, "aaab"},
		{"aaa", []string{"{tenant}*", "a{tenant}*"}, ""},
		// Of the same length, but different in a letter.
		{"[ab]{2}", []string{"{tenant}a", "a{tenant}"}, "aba"},
	} {
		got, found, err := Find(ids(t, test.pattern), templates(test.templates...))
		if err != nil || found != (test.want != "") || len(got.Key) != len(test.want) {
			t.Errorf("%s under %v: %+v, %v, want a key like %q", test.pattern, test.templates, got, found, test.want)
		}
	}
}

// TestFindAgreesWithTryingEverything compares with all short ids of small patterns under random templates.
func TestFindAgreesWithTryingEverything(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	shared, unshared := 0, 0
	for range 4000 {
		pattern := []string{"[ab]{1,2}", "a|bb|ba", "[a-]{1,3}", "ab?", "(?:ab){1,2}"}[r.IntN(5)]
		set := ids(t, pattern)
		var all []Template
		for range 1 + r.IntN(2) {
			all = append(all, Template{word(r, 2), word(r, 2), r.IntN(2) == 0})
		}
		got, found, err := Find(set, all)
		want := everything(set, all)
		if err != nil || found != want {
			t.Fatalf("%s under %+v: found %+v, %v; trying everything: %v", pattern, all, got, found, want)
		}
		if !found {
			unshared++
			continue
		}
		shared++
		if got.First == got.Second || !set.Contains(got.First) || !set.Contains(got.Second) ||
			!matches(all[got.By], got.First, got.Key) || !matches(all[got.And], got.Second, got.Key) {
			t.Fatalf("%s under %+v: %+v is no shared key", pattern, all, got)
		}
	}
	if shared < 500 || unshared < 500 {
		t.Fatalf("%d shared and %d unshared: the random templates are lopsided", shared, unshared)
	}
}

// TestFindGivesUp holds that what would take too long to decide is an error, and no answer.
func TestFindGivesUp(t *testing.T) {
	far := Template{Prefix: strings.Repeat("ab", 400)}
	if _, _, err := Find(ids(t, "[ab]*a[ab]{9}"), []Template{{Suffix: "#"}, far}); !errors.Is(err, ErrTooLarge) {
		t.Fatalf("decided: %v", err)
	}
}

func word(r *rand.Rand, most int) string {
	var b strings.Builder
	for range r.IntN(most + 1) {
		b.WriteByte("ab-"[r.IntN(3)])
	}
	return b.String()
}

func matches(t Template, id, key string) bool {
	whole := t.Prefix + id + t.Suffix
	return key == whole || t.Open && strings.HasPrefix(key, whole)
}

// everything compares the keys of all pairs of ids up to four letters. Open templates share a key if one's fixed text
// begins the other's.
func everything(set automata.Set, all []Template) bool {
	var members []string
	for _, w := range words(4) {
		if set.Contains(w) {
			members = append(members, w)
		}
	}
	for _, a := range members {
		for _, b := range members {
			for _, x := range all {
				for _, y := range all {
					if a != b && meet(x, a, y, b) {
						return true
					}
				}
			}
		}
	}
	return false
}

func meet(x Template, a string, y Template, b string) bool {
	p, q := x.Prefix+a+x.Suffix, y.Prefix+b+y.Suffix
	return p == q || x.Open && strings.HasPrefix(q, p) || y.Open && strings.HasPrefix(p, q)
}

func words(most int) []string {
	out := []string{""}
	for begin := 0; most > 0; most-- {
		end := len(out)
		for _, w := range out[begin:end] {
			for _, c := range "ab-" {
				out = append(out, w+string(c))
			}
		}
		begin = end
	}
	return out
}

func BenchmarkFind(b *testing.B) {
	set := ids(b, "[a-z0-9]{8,32}")
	all := templates("TENANT#{tenant}", "TENANT#{tenant}#INVOICE#*", "ORG#{tenant}#ORDER#*")
	b.ReportAllocs()
	for b.Loop() {
		if _, found, err := Find(set, all); found || err != nil {
			b.Fatal("shared")
		}
	}
}
