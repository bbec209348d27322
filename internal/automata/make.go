package automata

import (
	"errors"
	"regexp/syntax"
	"slices"
	"unicode"
)

// Literal is the set of one text.
func Literal(text string) Set { return Literals([]string{text}) }

// Literals is the set of some texts.
func Literals(texts []string) Set {
	t := trie{{}}
	for _, text := range texts {
		t.add(text)
	}
	dead := int32(len(t))
	states := make([]state, 0, len(t)+1)
	for _, n := range t {
		states = append(states, state{n.accept, n.edges(dead)})
	}
	return minimal(append(states, state{edges: []edge{{highest, dead}}}))
}

// trie is a tree of texts: each node leads on by letter. Node 0 is the root.
type trie []trieNode

type trieNode struct {
	accept bool
	moves  []move // in order, each of one letter
}

func (t *trie) add(text string) {
	at := 0
	for _, c := range text {
		letter := letterOf(c)
		i, found := slices.BinarySearchFunc((*t)[at].moves, letter, func(m move, l uint16) int { return int(m.first) - int(l) })
		if !found {
			(*t)[at].moves = slices.Insert((*t)[at].moves, i, move{letter, letter, len(*t)})
			*t = append(*t, trieNode{})
		}
		at = (*t)[at].moves[i].to
	}
	(*t)[at].accept = true
}

// edges lead the letters of a node on, and all others to a state.
func (n trieNode) edges(rest int32) []edge {
	edges := make([]edge, 0, 2*len(n.moves)+1)
	next := uint16(0)
	for _, m := range n.moves {
		if m.first > next {
			edges = append(edges, edge{m.first - 1, rest})
		}
		edges = append(edges, edge{m.last, int32(m.to)})
		next = m.last + 1
	}
	if next <= highest {
		edges = append(edges, edge{highest, rest})
	}
	return edges
}

// Token is one place of a pattern: a character, any one character, any text, or a variable.
type Token struct {
	Kind     TokenKind
	Char     rune // Char
	Variable int  // Variable: its number
}

// TokenKind is the kind of a token.
type TokenKind int

// The kinds of token.
const (
	Char     TokenKind = iota // this character
	AnyChar                   // ?
	AnyText                   // *
	Variable                  // the text that a variable stands for
)

// Tokens reads a pattern in which * stands for any text and ? for any one character.
func Tokens(pattern string) []Token {
	var out []Token
	for _, c := range pattern {
		switch c {
		case '*':
			out = append(out, Token{Kind: AnyText})
		case '?':
			out = append(out, Token{Kind: AnyChar})
		default:
			out = append(out, Token{Kind: Char, Char: c})
		}
	}
	return out
}

// Glob is the set of texts that match a pattern of * and ?.
func Glob(pattern string) Set { return Pattern(Tokens(pattern)) }

// Pattern is the set of texts that match the tokens of a pattern.
func Pattern(tokens []Token) Set {
	if chain, ok := prefixed(tokens); ok {
		return chain
	}
	n := nfa{accept: len(tokens), nodes: make([]node, len(tokens)+1)}
	for i, t := range tokens {
		switch t.Kind {
		case Char:
			n.nodes[i].moves = []move{{letterOf(t.Char), letterOf(t.Char), i + 1}}
		case AnyChar:
			n.nodes[i].moves = []move{{0, lastOfAny(tokens, i), i + 1}}
		case AnyText:
			n.nodes[i].moves = []move{{0, highest, i}}
			n.nodes[i].free = []int{i + 1}
		case Variable:
			letter := variable + uint16(t.Variable)
			n.nodes[i].moves = []move{{letter, letter, i + 1}}
		}
	}
	return n.determine()
}

// prefixed is the set of a pattern of characters and variables, with at most a star at its end, which most patterns are: a
// chain of states that leads to one that accepts once, or for ever.
func prefixed(tokens []Token) (Set, bool) {
	n := len(tokens)
	open := n > 0 && tokens[n-1].Kind == AnyText
	if open {
		n--
	}
	accepting, dead := int32(n), int32(n+1)
	states := make([]state, 0, n+2)
	for i, t := range tokens[:n] {
		switch t.Kind {
		case Char:
			states = append(states, state{edges: only(letterOf(t.Char), int32(i+1), dead)})
		case Variable:
			states = append(states, state{edges: only(variable+uint16(t.Variable), int32(i+1), dead)})
		default:
			return Set{}, false
		}
	}
	if open {
		states = append(states, state{accept: true, edges: []edge{{highest, accepting}}})
	} else {
		states = append(states, state{accept: true, edges: []edge{{highest, dead}}})
	}
	return inOrder(append(states, state{edges: []edge{{highest, dead}}})), true
}

// only leads one letter to a state and all others to another.
func only(letter uint16, to, rest int32) []edge {
	edges := make([]edge, 0, 3)
	if letter > 0 {
		edges = append(edges, edge{letter - 1, rest})
	}
	edges = append(edges, edge{letter, to})
	if letter < highest {
		edges = append(edges, edge{highest, rest})
	}
	return edges
}

// lastOfAny is the last letter that the question mark at i matches. Beside a star it stands for at least one character, and
// a variable is that; elsewhere for exactly one, which a variable need not be.
func lastOfAny(tokens []Token, i int) uint16 {
	isWild := func(t Token) bool { return t.Kind == AnyChar || t.Kind == AnyText }
	first, last := i, i
	for first > 0 && isWild(tokens[first-1]) {
		first--
	}
	for last+1 < len(tokens) && isWild(tokens[last+1]) {
		last++
	}
	for _, t := range tokens[first : last+1] {
		if t.Kind == AnyText {
			return highest
		}
	}
	return other
}

// Concat is the set of texts that are a text of the first set, then one of the second, and so on.
func Concat(sets ...Set) Set {
	out := Literal("")
	for _, s := range sets {
		out = concat(out, s)
	}
	return out
}

func concat(a, b Set) Set {
	n := nfa{nodes: make([]node, len(a.states)+len(b.states)+1)}
	n.accept = len(n.nodes) - 1
	n.add(a, 0, len(a.states))
	n.add(b, len(a.states), n.accept)
	return n.determine()
}

// MaxStates is how large the automaton of a regular expression may be. An expression of a few characters, such as
// [ab]*a[ab]{30}, can need one with more states than a machine has memory for.
const MaxStates = 2048

// maxWork bounds how many states of the expression's own automaton are gathered on the way.
const maxWork = 1 << 20

// ErrTooLarge is of a regular expression whose automaton would have more than MaxStates states.
var ErrTooLarge = errors.New("the automaton of the regular expression is too large")

// Regexp is the set of texts that a regular expression of RE2 matches as a whole. Anchors and word boundaries are refused:
// they speak of what is around a text, and nothing is.
func Regexp(source string) (Set, error) {
	tree, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return Set{}, err
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return Set{}, err
	}
	n := nfa{start: program.Start, nodes: make([]node, len(program.Inst)+1), accept: len(program.Inst)}
	for i := range program.Inst {
		if err := n.addInst(i, &program.Inst[i]); err != nil {
			return Set{}, err
		}
	}
	set, fits := n.determineWithin(MaxStates, maxWork)
	if !fits {
		return Set{}, ErrTooLarge
	}
	return set, nil
}

// Fold is Pattern, in which letters match whatever their case if fold is set. Only letters of ASCII have a case here.
func Fold(tokens []Token, fold bool) Set {
	if !fold {
		return Pattern(tokens)
	}
	sets := make([]Set, len(tokens))
	for i, t := range tokens {
		sets[i] = Pattern(tokens[i : i+1])
		if upper, lower := unicode.ToUpper(t.Char), unicode.ToLower(t.Char); t.Kind == Char && t.Char <= unicode.MaxASCII && upper != lower {
			sets[i] = Pattern([]Token{{Kind: Char, Char: upper}}).Union(Pattern([]Token{{Kind: Char, Char: lower}}))
		}
	}
	return Concat(sets...)
}
