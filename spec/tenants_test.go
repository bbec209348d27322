package spec

import (
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/model"
)

func pattern(t testing.TB, source string) *idPattern {
	t.Helper()
	ids, problem := parseIDPattern(source)
	if problem != "" {
		t.Fatal(problem)
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

func TestApart(t *testing.T) {
	for _, test := range []struct {
		pattern, a, b string
		want          bool
	}{
		{"[a-z]+", "{tenant}", "{tenant}", true},
		{"[a-z]+", "{tenant}x", "{tenant}x", true},
		{"[a-z]+", "{tenant}", "{tenant}x", false},
		{"[a-z]+", "{tenant}", "{tenant}#x", true},
		{"[a-z]+", "{tenant}#*", "{tenant}#x#*", true},
		{"[a-z-]+", "{tenant}-*", "{tenant}-*", false},
		{"[a-z]+", "T#{tenant}", "U#{tenant}", true},
		{"[a-z]+", "T#{tenant}", "T#U#{tenant}", true},
		{"[a-zA-Z]+", "T#{tenant}", "T#U#{tenant}", true},
		{"[a-z]+", "T#{tenant}#*", "T#U#{tenant}", true},
		{"[a-zA-Z]+", "T#{tenant}#*", "T#U#{tenant}", false},
		{"[a-z]{2,}", "T#{tenant}#*", "T#u#{tenant}", true},
		{"[a-z]+", "T#{tenant}", "T#u{tenant}", false},
		{"[a-z]+", "T#{tenant}", "T##{tenant}", true},
	} {
		ids, a, b := pattern(t, test.pattern), template(t, test.a), template(t, test.b)
		if got := ids.apart(a, b) || ids.apart(b, a); got != test.want {
			t.Errorf("%s: %q and %q apart: %v", test.pattern, test.a, test.b, got)
		}
	}
}

// TestApartIsTrue holds the decision of law 4 to a search: what is said to be apart has no key of two tenants among all
// ids of up to three characters, and of what is refused some has, so that the search says something.
func TestApartIsTrue(t *testing.T) {
	patterns := []string{"a+", "[ab]{1,3}", "a|aa|ab", "[a#]{1,3}", "a[ab#]?", "(?:ab)+", "[b#][ab]*"}
	var templates []string
	for _, prefix := range []string{"", "a", "#", "a#", "b#", "#a", "##"} {
		for _, suffix := range []string{"", "a", "#", "#a", "b#*", "#*", "#a#*"} {
			templates = append(templates, prefix+"{tenant}"+suffix)
		}
	}
	apart, found := 0, 0
	for _, source := range patterns {
		ids := pattern(t, source)
		all := shortIDs(ids)
		for i, a := range templates {
			for _, b := range templates[i:] {
				one, other := template(t, a), template(t, b)
				key, collides := search(all, one, other)
				if collides {
					found++
				}
				if ids.apart(one, other) || ids.apart(other, one) {
					apart++
					if collides {
						t.Errorf("%s: %q and %q share the key %q", source, a, b, key)
					}
				}
				if c, ok := ids.collision(one, other); ok && (c.first == c.second || !ids.whole.MatchString(c.first) || !ids.whole.MatchString(c.second)) {
					t.Errorf("%s: %q and %q: no collision: %v", source, a, b, c)
				}
			}
		}
	}
	if apart < 1000 || found < 500 {
		t.Errorf("%d pairs apart, %d collide; the test says little", apart, found)
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
			if ids.whole.MatchString(s) {
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

func TestSamplesAreIDs(t *testing.T) {
	for _, source := range []string{"[a-z0-9]{8,32}", "a|bc", "(?:x[0-9]+)?y", "[A-Z][a-z-]*", "t-[0-9]{3}", "[^\\x00-/:-\\x{10FFFF}]+"} {
		ids := pattern(t, source)
		samples := ids.samples("-#5")
		if len(samples) < 2 {
			t.Errorf("%s: samples %q", source, samples)
		}
		for _, id := range samples {
			if !ids.whole.MatchString(id) {
				t.Errorf("%s does not match %q", source, id)
			}
		}
	}
}
