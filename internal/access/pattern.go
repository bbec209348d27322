package access

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ddbgen/ddbgen/internal/automata"
)

// This file reads the texts of policies as sets: what a pattern with wildcards and variables matches.

// reading says how a text of a policy is read.
type reading struct {
	wildcards bool
	variables bool
	fold      bool // letters match whatever their case
}

// text is a text of a policy taken apart.
type text struct {
	tokens    []automata.Token
	variables []string // the names of the variables in it, in lower case
}

// read takes a text apart. What it cannot take apart exactly is an error, and no set at all.
func (s *Symbols) read(source string, how reading) (text, error) {
	var out text
	for rest := source; rest != ""; {
		if how.variables && strings.HasPrefix(rest, "${") {
			end := strings.IndexByte(rest, '}')
			if end < 0 {
				return text{}, fmt.Errorf("the variable in %q has no end", source)
			}
			if err := s.readVariable(&out, rest[2:end]); err != nil {
				return text{}, fmt.Errorf("%w in %q", err, source)
			}
			rest = rest[end+1:]
			continue
		}
		c, size := utf8.DecodeRuneInString(rest)
		out.tokens = append(out.tokens, character(c, how))
		rest = rest[size:]
	}
	return out, nil
}

func character(c rune, how reading) automata.Token {
	switch {
	case how.wildcards && c == '*':
		return automata.Token{Kind: automata.AnyText}
	case how.wildcards && c == '?':
		return automata.Token{Kind: automata.AnyChar}
	}
	return automata.Token{Kind: automata.Char, Char: c}
}

// readVariable reads what stands between ${ and }. A variable with a default is refused: whoever lacks the key would be
// taken for the default.
func (s *Symbols) readVariable(out *text, name string) error {
	switch name {
	case "*", "?", "$":
		out.tokens = append(out.tokens, automata.Token{Kind: automata.Char, Char: rune(name[0])})
		return nil
	}
	if strings.Contains(name, ",") {
		return fmt.Errorf("the default of the variable %q is not decided", name)
	}
	number, fits := s.Number(name)
	if !fits {
		return fmt.Errorf("more than %d variables", automata.Variables)
	}
	out.tokens = append(out.tokens, automata.Token{Kind: automata.Variable, Variable: number})
	out.variables = append(out.variables, strings.ToLower(name))
	return nil
}

// matched is what a text of a policy matches.
type matched struct {
	set       automata.Set
	variables []string // what it depends on, in lower case, sorted
	empty     bool     // it matches the empty text if every variable stands for the empty text
}

// matched reads a text of a policy.
func (s *Symbols) matched(source string, how reading) (matched, error) {
	t, err := s.read(source, how)
	if err != nil {
		return matched{}, err
	}
	if how.fold && len(t.variables) > 0 {
		return matched{}, fmt.Errorf("the case of the variable in %q is not decided", source)
	}
	if how.fold {
		for _, token := range t.tokens {
			if token.Kind == automata.Char && token.Char > unicode.MaxASCII {
				return matched{}, fmt.Errorf("the case of %q is not decided", source)
			}
		}
	}
	name := fmt.Sprintf("%t%t%t%s", how.wildcards, how.variables, how.fold, source)
	out := matched{set: s.Set(name, func() automata.Set { return automata.Fold(t.tokens, how.fold) })}
	out.variables = Sorted(t.variables)
	out.empty = !slices.ContainsFunc(t.tokens, func(t automata.Token) bool { return t.Kind == automata.Char || t.Kind == automata.AnyChar })
	return out, nil
}
