package access

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is what is done with what cannot be decided, where symbols are opaque. A condition that cannot be decided is a
// proposition: of each request it holds or it does not, and which one is not known. It becomes a context key of its own, by a
// name that no key has, that must be "holds". The same condition in two documents is the same key, and so no difference; and
// where no difference is found, there is none whatever holds.

// propositionMark begins the names of the keys that stand for propositions: no key has such a name.
const propositionMark = "\x00"

var holding = automata.Literal("holds")

// supposing is the box narrowed to where a proposition holds.
func (b Box) supposing(proposition string) Box { return b.Given(suppose(proposition)) }

func suppose(proposition string) Key {
	return Key{propositionMark + proposition, Values{Every: holding}}
}

// supposeNot is a proposition that does not hold.
func supposeNot(proposition string) Key {
	return Key{propositionMark + proposition, Values{Absent: true, Empty: true, Every: NonEmpty().Minus(holding)}}
}

// Propositions are what is not known of the requests of a box, in words: "it holds that ..." or "it does not hold that ...".
// Whether a request that has everything else of the box is in it depends on them.
func (b Box) Propositions() []string {
	var out []string
	for _, k := range b.Keys {
		if words, is := strings.CutPrefix(k.Name, propositionMark); is {
			prefix := "it holds that "
			if k.Values.Absent {
				prefix = "it does not hold that "
			}
			out = append(out, prefix+words)
		}
	}
	return out
}

// opaqueCondition is a condition that cannot be decided: what it says of a key that is missing is known, and where the key
// is there it is a proposition.
func opaqueCondition(c policy.Condition) [][]Key {
	op, name, multi := policy.OperatorOf(c.Operator), strings.ToLower(c.Key), catalog.Multivalued(c.Key)
	known := Values{Multi: multi, Absent: op.IfExists || op.All || op.Negated && !op.Any, Empty: op.All, Every: automata.None()}
	open := anything(multi)
	open.Absent, open.Empty = false, !op.All
	return [][]Key{{{name, known}}, {{name, open}, suppose(conditionWords(c))}}
}

func conditionWords(c policy.Condition) string {
	return fmt.Sprintf("%s %s %s", strings.ToLower(c.Key), c.Operator, quoted(c.Values))
}

func resourceWords(st policy.Statement) string {
	if len(st.NotResource) > 0 {
		return "the resource is none of " + quoted(st.NotResource)
	}
	return "the resource is one of " + quoted(st.Resource)
}

func principalWords(kind, name string) string {
	return fmt.Sprintf("the caller is the principal %q", kind+name)
}

func quoted(texts []string) string {
	texts = slices.Clone(Sorted(texts))
	for i, t := range texts {
		texts[i] = fmt.Sprintf("%q", t)
	}
	return strings.Join(texts, ", ")
}
