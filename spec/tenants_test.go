package spec

import (
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/model"
)

func pattern(t testing.TB, source string) *idPattern {
	t.Helper()
	ids, problem := parseIDPattern(source)
	if problem != nil {
		t.Fatal(problem.detail)
	}
	return ids
}

func template(t testing.TB, text string) model.KeyTemplate {
	t.Helper()
	parsed, problem := parseTemplate(text)
	if problem != "" {
		t.Fatalf("%s: %s", text, problem)
	}
	return parsed
}

func TestParseTemplate(t *testing.T) {
	for text, want := range map[string]model.KeyTemplate{
		"{tenant}":         {},
		"T#{tenant}":       {Prefix: "T#"},
		"T#{tenant}#A#*":   {Prefix: "T#", Suffix: "#A#", Open: true},
		"{tenant}/A":       {Suffix: "/A"},
		"Größe {tenant}|*": {Prefix: "Größe ", Suffix: "|", Open: true},
	} {
		same(t, want, template(t, text))
	}
}

// TestOverlaps shows what is decided about one template or two.
func TestOverlaps(t *testing.T) {
	for _, test := range []struct {
		pattern string
		keys    []string
		want    string // the tenants that share a key; "" if there are none
	}{
		{"[a-z]+", []string{"{tenant}"}, ""},
		{"[a-z]+", []string{"{tenant}x"}, ""},
		{"[a-z]+", []string{"{tenant}", "{tenant}x"}, "a ax"},
		{"[a-z]+", []string{"{tenant}#*", "{tenant}#x#*"}, ""},
		{"acme(?:-eu)?", []string{"{tenant}-*"}, "acme acme-eu"},
		{"[a-z-]{4}", []string{"{tenant}-*"}, ""},
		{"[ab]{4}|[-x]{9}", []string{"{tenant}-x#*"}, ""},
		{"[a-z]+", []string{"T#{tenant}", "U#{tenant}"}, ""},
		{"[a-zA-Z]+", []string{"T#{tenant}", "T#U#{tenant}"}, ""},
		{"[a-zA-Z]+", []string{"T#{tenant}#*", "T#U#{tenant}"}, "U a"},
		{"[a-z]{2,}", []string{"T#{tenant}#*", "T#u#{tenant}"}, ""},
		{"[a-z]+", []string{"T#{tenant}", "T#u{tenant}"}, "a ua"},
	} {
		ids := pattern(t, test.pattern)
		got := ""
		for _, o := range overlapsOf(t, ids, test.keys...) {
			got += strings.Join(o.tenants(), " ")
		}
		if got != test.want {
			t.Errorf("%s: %q overlap: %q", test.pattern, test.keys, got)
		}
	}
}

// overlapsOf are the overlaps of templates; the shared keys are whole.
func overlapsOf(t testing.TB, ids *idPattern, texts ...string) []overlap {
	t.Helper()
	var keys []model.KeyTemplate
	for _, text := range texts {
		keys = append(keys, template(t, text))
	}
	common, shapes := shapesOf(keys)
	out := ids.overlaps(shapes)
	for i := range out {
		out[i].shared.Key = common + out[i].shared.Key
	}
	return out
}

// TestOverlapsAreTrue holds the decision of law 4 to a search among all ids of up to three characters: every pair of
// templates by which two of them share a key is found, and every key that is found belongs to two ids.
func TestOverlapsAreTrue(t *testing.T) {
	patterns := []string{"a+", "[ab]{1,3}", "a|aa|ab", "[a#]{1,3}", "a[ab#]?", "(?:ab)+", "[b#][ab]*"}
	var keys []string
	for _, prefix := range []string{"", "a", "#", "a#", "b#", "#a", "##"} {
		for _, suffix := range []string{"", "a", "#", "#a", "b#*", "#*", "#a#*"} {
			keys = append(keys, prefix+"{tenant}"+suffix)
		}
	}
	apart, found := 0, 0
	for _, source := range patterns {
		ids := pattern(t, source)
		all := shortIDs(ids)
		for i, a := range keys {
			for _, b := range keys[i:] {
				one, other := template(t, a), template(t, b)
				overlaps := overlapsOf(t, ids, a, b)
				if key, collides := search(all, one, other); collides && len(overlaps) == 0 {
					t.Errorf("%s: %q and %q share the key %q", source, a, b, key)
				}
				for _, o := range overlaps {
					pair := []model.KeyTemplate{one, other}
					if problem := noOverlap(ids, pair[o.a], pair[o.b], o); problem != "" {
						t.Errorf("%s: %q and %q: %s: %+v", source, a, b, problem, o.shared)
					}
				}
				if len(overlaps) == 0 {
					apart++
				} else {
					found++
				}
			}
		}
	}
	if apart < 1000 || found < 500 {
		t.Errorf("%d pairs apart, %d overlap; the test says little", apart, found)
	}
}

// noOverlap says why an overlap is none.
func noOverlap(ids *idPattern, a, b model.KeyTemplate, o overlap) string {
	s := o.shared
	belongs := func(t model.KeyTemplate, id string) bool {
		shape := t.Prefix + id + t.Suffix
		return s.Key == shape || t.Open && strings.HasPrefix(s.Key, shape)
	}
	switch {
	case o.err != nil:
		return o.err.Error()
	case s.First == s.Second:
		return "one tenant"
	case !ids.set.Contains(s.First) || !ids.set.Contains(s.Second):
		return "no id"
	case belongs(a, s.First) && belongs(b, s.Second) || belongs(a, s.Second) && belongs(b, s.First):
		return ""
	}
	return "not the key of both"
}

// TestRemedyHelps holds that the delimiter which a message names sets the template apart.
func TestRemedyHelps(t *testing.T) {
	for source, want := range map[string]string{"[a-z-]+": "#", "[a-z#]+": "|", "[a#|~!,;&%<>-]+": "Narrow"} {
		ids := pattern(t, source)
		remedy := ids.remedy(template(t, "{tenant}-*"), template(t, "{tenant}-*"))
		if !strings.Contains(remedy, want) {
			t.Errorf("%s: %s", source, remedy)
		}
		if want != "Narrow" && overlapsOf(t, ids, "{tenant}"+want+"-*") != nil {
			t.Errorf("%s: %s, and keys overlap still", source, remedy)
		}
	}
}

// shortIDs are all ids of up to three characters of a, b and #.
func shortIDs(ids *idPattern) []string {
	var out []string
	texts := []string{""}
	for range 3 {
		var longer []string
		for _, s := range texts {
			for _, c := range []string{"a", "b", "#"} {
				longer = append(longer, s+c)
			}
		}
		for _, s := range longer {
			if ids.set.Contains(s) {
				out = append(out, s)
			}
		}
		texts = longer
	}
	return out
}

// search looks for a key of two ids. A key that two templates share is a key of one of them that goes on as the other
// does, so that it is enough to look at the shortest keys of each.
func search(ids []string, a, b model.KeyTemplate) (string, bool) {
	for _, first := range ids {
		for _, second := range ids {
			if first == second {
				continue
			}
			x, y := a.Prefix+first+a.Suffix, b.Prefix+second+b.Suffix
			switch {
			case x == y, a.Open && strings.HasPrefix(y, x):
				return y, true
			case b.Open && strings.HasPrefix(x, y):
				return x, true
			}
		}
	}
	return "", false
}

func TestTenantOf(t *testing.T) {
	ids := pattern(t, "[a-z]{2,}")
	for _, test := range []struct {
		template, key, want string
		ok                  bool
	}{
		{"{tenant}", "acme", "acme", true},
		{"{tenant}", "a", "", false},
		{"T#{tenant}", "T#acme", "acme", true},
		{"T#{tenant}", "T#acme#x", "", false},
		{"T#{tenant}#*", "T#acme#x", "acme", true},
		{"T#{tenant}#*", "T#acme", "", false},
		{"T#{tenant}#x", "T#acme#x", "acme", true},
	} {
		id, ok := ids.tenantOf(template(t, test.template), test.key)
		if id != test.want || ok != test.ok {
			t.Errorf("%q of %q: %q, %v", test.key, test.template, id, ok)
		}
	}
}
