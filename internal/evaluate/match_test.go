package evaluate

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// naiveMatch is the definition of the wildcards, tried in every way.
func naiveMatch(pattern, value []rune) bool {
	if len(pattern) == 0 {
		return len(value) == 0
	}
	switch pattern[0] {
	case '*':
		for i := range len(value) + 1 {
			if naiveMatch(pattern[1:], value[i:]) {
				return true
			}
		}
		return false
	case '?':
		return len(value) > 0 && naiveMatch(pattern[1:], value[1:])
	}
	return len(value) > 0 && value[0] == pattern[0] && naiveMatch(pattern[1:], value[1:])
}

// TestMatchAgainstDefinition compares with naiveMatch on short texts of few
// letters, where coincidences abound.
func TestMatchAgainstDefinition(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	matched := 0
	for range 200_000 {
		text, value := word(random, "ab*?é"), word(random, "abé")
		want := naiveMatch([]rune(text), []rune(value))
		p := pattern{text: text, wild: true}
		if got := p.matches(value); got != want {
			t.Fatalf("%q against %q: got %v", value, text, got)
		}
		if want {
			matched++
		}
	}
	if matched < 1_000 {
		t.Errorf("only %d pairs matched", matched)
	}
}

// TestVariablesAgainstDefinition replaces variables by private characters that
// stand for what they are, and then compares with naiveMatch.
func TestVariablesAgainstDefinition(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 100_000 {
		tag := word(random, "ab*?")
		request := &Request{Context: Context{{"t", []string{tag}}}}
		var text, expanded strings.Builder
		for range random.IntN(5) {
			switch random.IntN(4) {
			case 0:
				text.WriteString("${t}")
				expanded.WriteString(literalOf(tag))
			case 1:
				text.WriteString("${*}")
				expanded.WriteString(literalOf("*"))
			default:
				piece := word(random, "ab*?")
				text.WriteString(piece)
				expanded.WriteString(piece)
			}
		}
		value := word(random, "ab*?") + tag
		want := naiveMatch([]rune(expanded.String()), []rune(literalOf(value)))
		p := pattern{text: text.String(), wild: true, request: request}
		if got := p.matches(value); got != want {
			t.Fatalf("%q against %q with t = %q: got %v", value, text.String(), tag, got)
		}
	}
}

// literalOf replaces the wildcards of a text by characters that are none.
func literalOf(text string) string {
	return strings.NewReplacer("*", "×", "?", "¿").Replace(text)
}

func word(random *rand.Rand, alphabet string) string {
	letters := []rune(alphabet)
	var b strings.Builder
	for range random.IntN(7) {
		b.WriteRune(letters[random.IntN(len(letters))])
	}
	return b.String()
}

func FuzzMatch(f *testing.F) {
	f.Add("TENANT#${t}#*", "TENANT#acme#1", "acme")
	f.Add("*${t, 'x'}?", "axb", "")
	f.Add("${${t}}", "}", "t")
	f.Add("${t, '}'}${*}${?", "\xff", "\xfe*")
	f.Fuzz(func(t *testing.T, text, value, tag string) {
		request := &Request{Context: Context{{"t", []string{tag}}}}
		p := pattern{text: text, wild: true, request: request}
		matched := p.matches(value)
		plain := !strings.Contains(text, "${")
		if plain && utf8.ValidString(text) && utf8.ValidString(value) && len(text)+len(value) < 40 && strings.Count(text, "*") < 4 {
			if want := naiveMatch([]rune(text), []rune(value)); matched != want {
				t.Fatalf("%q against %q: got %v", value, text, matched)
			}
		}
		p.matchARN(value)
		matchAction(text, value)
		matchAddress(text, value)
		compareDates(dateEquals, text, value)
		compareNumbers(numericEquals, text, value)
		compareBinary(text, value)
	})
}
