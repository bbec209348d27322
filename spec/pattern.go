package spec

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"strings"
	"unicode"

	"github.com/ddbgen/ddbgen/internal/automata"
)

// The id pattern says what a tenant id looks like, and isolation is decided for every id it matches. So it describes a
// set of texts and nothing else: no anchors (it is always matched whole), no flags, no lazy repetition, not the empty
// text. Its ids are put into policies by IAM or by this program; none may hold a character that a policy reads
// otherwise, and none may be taken for two.

// idPattern is an id pattern that can be used.
type idPattern struct {
	set      automata.Set // the ids
	alphabet [256]bool    // the characters that an id can hold
}

// patternProblem is what is wrong with an id pattern.
type patternProblem struct{ id, detail string }

// parseIDPattern reads an id pattern, or says what is wrong with it.
func parseIDPattern(source string) (*idPattern, *patternProblem) {
	p := &idPattern{}
	if problem := p.read(source); problem != "" {
		return nil, &patternProblem{idIDPattern, problem}
	}
	set, err := automata.Regexp(source)
	if err != nil { // there are no anchors left, so it is the size
		return nil, &patternProblem{idIDPatternSize, fmt.Sprintf("Isolation is decided for every id of the pattern, by an automaton, and this one has more than %d states. Write fewer and smaller repetitions, such as {1,64}, and nothing that overlaps with what is repeated before it.", automata.MaxStates)}
	}
	p.set = set
	switch {
	case set.Contains(""):
		return nil, &patternProblem{idIDPattern, "The pattern matches the empty text, and a tenant without an id is every tenant: its key would be the prefix alone. Demand at least one character."}
	case set.Empty():
		return nil, &patternProblem{idIDPattern, "The pattern matches nothing. Correct it."}
	}
	return p, nil
}

// read gathers what the text of a pattern says, or returns what is wrong with it.
func (p *idPattern) read(source string) string {
	if strings.Contains(source, `\Q`) {
		return `The quotation \Q hides which characters an id holds. Write them out.`
	}
	tree, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return fmt.Sprintf("This is no regular expression of RE2: %s. Correct it.", reason(err))
	}
	if strings.Count(source, "(?") != strings.Count(source, "(?:") {
		return "Flags and named groups have no meaning in a pattern that only says which ids there are. Remove them, and group with (?:…)."
	}
	return p.walk(tree)
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
func (p *idPattern) outsideTags() *patternProblem {
	for c := range rune(256) {
		if p.alphabet[c] && !inTagValue(c) {
			return &patternProblem{idIDPattern, fmt.Sprintf("The pattern matches %s, and the tenant id travels in a tag, whose value holds letters, digits, blanks and _ . : / = + - @ only. Leave the character out.", quoteRune(c))}
		}
	}
	return nil
}

// inTagValue reports whether the value of a tag can hold a character (STS API reference, Tag: [\p{L}\p{Z}\p{N}_.:/=+\-@]*).
func inTagValue(c rune) bool {
	return unicode.IsLetter(c) || unicode.In(c, unicode.Z) || unicode.IsNumber(c) || strings.ContainsRune("_.:/=+-@", c)
}

// holds reports whether an id can hold a character.
func (p *idPattern) holds(c rune) bool { return c < 256 && p.alphabet[c] }
