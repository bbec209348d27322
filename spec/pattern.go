package spec

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
)

// The id pattern says what a tenant id looks like, and isolation is decided for every id it matches. So it describes a
// set of texts and nothing else: no anchors (it is always matched whole), no flags, no lazy repetition, not the empty
// text. Its ids are put into policies by IAM or by this program; none may hold a character that a policy reads
// otherwise, and none may be taken for two.

// idPattern is an id pattern that can be used.
type idPattern struct {
	whole    *regexp.Regexp
	tree     *syntax.Regexp
	alphabet [256]bool // the characters that an id can hold
}

// parseIDPattern reads an id pattern, or says what is wrong with it.
func parseIDPattern(source string) (*idPattern, string) {
	if strings.Contains(source, `\Q`) { // an open quotation would swallow what is put around the pattern
		return nil, `The quotation \Q hides which characters an id holds. Write them out.`
	}
	tree, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return nil, fmt.Sprintf("This is no regular expression of RE2: %s. Correct it.", reason(err))
	}
	if strings.Count(source, "(?") != strings.Count(source, "(?:") {
		return nil, "Flags and named groups have no meaning in a pattern that only says which ids there are. Remove them, and group with (?:…)."
	}
	p := &idPattern{tree: tree, whole: regexp.MustCompile(`^(?:` + source + `)$`)}
	if problem := p.walk(tree); problem != "" {
		return nil, problem
	}
	switch {
	case p.whole.MatchString(""):
		return nil, "The pattern matches the empty text, and a tenant without an id is every tenant: its key would be the prefix alone. Demand at least one character."
	case p.alphabet == [256]bool{}:
		return nil, "The pattern matches nothing. Correct it."
	}
	return p, ""
}

func reason(err error) string {
	var mistake *syntax.Error
	if !errors.As(err, &mistake) {
		return err.Error()
	}
	return fmt.Sprintf("%s in %q", mistake.Code, mistake.Expr)
}

// walk gathers the alphabet of a tree and returns the first problem in it.
func (p *idPattern) walk(re *syntax.Regexp) string {
	switch re.Op {
	case syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText:
		return "The pattern always matches an id as a whole. Remove the anchors."
	case syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return "A word boundary says nothing about which characters an id holds. Remove it."
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return "A dot matches every character, wildcards of policies among them. Write the characters that an id holds, such as [a-z0-9]."
	}
	if re.Flags&syntax.NonGreedy != 0 && isRepetition(re.Op) {
		return "A lazy repetition matches the same ids as an ordinary one. Remove the question mark."
	}
	if problem := p.addRanges(ranges(re)); problem != "" {
		return problem
	}
	for _, sub := range re.Sub {
		if problem := p.walk(sub); problem != "" {
			return problem
		}
	}
	return ""
}

func isRepetition(op syntax.Op) bool {
	return op == syntax.OpStar || op == syntax.OpPlus || op == syntax.OpQuest || op == syntax.OpRepeat
}

// ranges are the characters that a node itself matches, as pairs from and to.
func ranges(re *syntax.Regexp) []rune {
	switch re.Op {
	case syntax.OpCharClass:
		return re.Rune
	case syntax.OpLiteral:
		var out []rune
		for _, c := range re.Rune {
			out = append(out, c, c)
		}
		return out
	}
	return nil
}

// forbiddenInIDs are the characters that a policy, or the text around an id in one, reads otherwise: wildcards,
// variables, and those that JSON escapes.
const forbiddenInIDs = "*?${}\"\\"

func (p *idPattern) addRanges(pairs []rune) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] > 0xff {
			return fmt.Sprintf("The pattern matches %s, and IAM policies hold Latin-1 only. Write the characters that an id holds, such as [a-z0-9].", quoteRune(max(pairs[i], 0x100)))
		}
		for c := pairs[i]; c <= pairs[i+1]; c++ {
			if strings.ContainsRune(forbiddenInIDs, c) || unicode.IsControl(c) {
				return fmt.Sprintf("The pattern matches %s, which a policy would not read as part of an id. Write the characters that an id holds, such as [a-z0-9].", quoteRune(c))
			}
			p.alphabet[c] = true
		}
	}
	return ""
}

// outsideTags names a character of the alphabet that the value of a tag cannot hold.
func (p *idPattern) outsideTags() string {
	for c := range rune(256) {
		if p.alphabet[c] && !inTagValue(c) {
			return fmt.Sprintf("The pattern matches %s, and the tenant id travels in a tag, whose value holds letters, digits, blanks and _ . : / = + - @ only. Leave the character out.", quoteRune(c))
		}
	}
	return ""
}

// inTagValue reports whether the value of a tag can hold a character (STS API reference, Tag: [\p{L}\p{Z}\p{N}_.:/=+\-@]*).
func inTagValue(c rune) bool {
	return unicode.IsLetter(c) || unicode.In(c, unicode.Z) || unicode.IsNumber(c) || strings.ContainsRune("_.:/=+-@", c)
}

// holds reports whether an id can hold a character.
func (p *idPattern) holds(c rune) bool { return c < 256 && p.alphabet[c] }

// maxSamples bounds the ids that samples makes; there are examples enough among so many, or none that is short.
const maxSamples = 96

// samples returns some ids of the pattern, shortest first. They prefer the characters of hint, where the pattern lets them
// choose, so that an id can be found that takes a neighbour's delimiter into itself.
func (p *idPattern) samples(hint string) []string {
	ids := expand(p.tree, hint)
	ids = slices.DeleteFunc(ids, func(id string) bool { return !p.whole.MatchString(id) })
	slices.SortStableFunc(ids, func(a, b string) int { return len(a) - len(b) })
	return ids
}

// expand returns some of the texts that a node matches.
func expand(re *syntax.Regexp, hint string) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{string(re.Rune)}
	case syntax.OpCharClass:
		return choose(re.Rune, hint)
	case syntax.OpCapture:
		return expand(re.Sub[0], hint)
	case syntax.OpAlternate:
		var out []string
		for _, sub := range re.Sub {
			out = append(out, expand(sub, hint)...)
		}
		return out[:min(len(out), maxSamples)]
	case syntax.OpConcat:
		out := []string{""}
		for _, sub := range re.Sub {
			out = product(out, expand(sub, hint))
		}
		return out
	case syntax.OpStar:
		return repeat(re.Sub[0], 0, 2, hint)
	case syntax.OpPlus:
		return repeat(re.Sub[0], 1, 3, hint)
	case syntax.OpQuest:
		return repeat(re.Sub[0], 0, 1, hint)
	case syntax.OpRepeat:
		most := re.Min + 2
		if re.Max >= 0 {
			most = min(most, re.Max)
		}
		return repeat(re.Sub[0], re.Min, most, hint)
	}
	return []string{""}
}

// choose returns some characters of a class: its first, its last, and those of hint.
func choose(pairs []rune, hint string) []string {
	var out []string
	for i := 0; i+1 < len(pairs); i += 2 {
		for _, c := range hint {
			if pairs[i] <= c && c <= pairs[i+1] {
				out = append(out, string(c))
			}
		}
	}
	for i := 0; i+1 < len(pairs) && len(out) < 5; i += 2 {
		out = append(out, string(pairs[i]))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func product(heads, tails []string) []string {
	var out []string
	for _, head := range heads {
		for _, tail := range tails {
			if len(out) == maxSamples {
				return out
			}
			out = append(out, head+tail)
		}
	}
	return out
}

func repeat(re *syntax.Regexp, least, most int, hint string) []string {
	one := expand(re, hint)
	all, run := []string(nil), []string{""}
	for n := 0; n <= most; n++ {
		if n >= least {
			all = append(all, run...)
		}
		run = product(run, one)
	}
	return all[:min(len(all), maxSamples)]
}
