package prove

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// intent works out from the model alone what each document must mean. It knows AWS's rules by itself; that it agrees with
// what the generators know is what a proof shows.
type intent struct {
	*symbols
	m *model.Model
	e *model.Environment
}

// everything is all requests.
func everything() box {
	return box{principal: automata.All(), action: automata.All(), resource: automata.All()}
}

// on is a box of some actions on some resources.
func (in intent) on(actions, resources []string) box {
	lower := make([]string, len(actions))
	for i, a := range actions {
		lower[i] = strings.ToLower(a)
	}
	return box{principal: automata.All(), action: in.oneOf(sorted(lower)), resource: in.patterns(resources)}
}

// patterns is the set of texts that one of some patterns with stars matches.
func (in intent) patterns(patterns []string) automata.Set { return in.anyOf(sorted(patterns)) }

func sorted(texts []string) []string {
	out := slices.Clone(texts)
	slices.Sort(out)
	return slices.Compact(out)
}

// is is a key that is there with one of some texts; of a multivalued key, with none but these.
func (in intent) is(key string, texts ...string) keyed {
	return keyed{strings.ToLower(key), values{multi: multivalued(key), every: in.oneOf(sorted(texts))}}
}

// like is a key that is there with a text that matches one of some patterns with stars.
func (in intent) like(key string, patterns ...string) keyed {
	return keyed{strings.ToLower(key), values{multi: multivalued(key), every: in.patterns(patterns).Intersect(nonEmpty())}}
}

// isNot is a multivalued key that is there, with none of some texts.
func (in intent) isNot(key string, texts ...string) keyed {
	return keyed{strings.ToLower(key), values{multi: true, every: nonEmpty().Minus(in.oneOf(sorted(texts)))}}
}

// has is a multivalued key of which one text is in a set.
func has(key string, texts automata.Set) keyed {
	return keyed{strings.ToLower(key), values{multi: true, every: nonEmpty(), some: []automata.Set{texts}}}
}

// anyCase is the spellings of a text.
func (in intent) anyCase(text string) automata.Set {
	return in.set("any case "+text, func() automata.Set { return automata.Fold(literal(text), true) })
}

// isTrue and isFalse are a key that is there with a truth value, in whatever case.
func (in intent) isTrue(key string) keyed  { return in.truth(key, "true") }
func (in intent) isFalse(key string) keyed { return in.truth(key, "false") }

func (in intent) truth(key, value string) keyed {
	return keyed{strings.ToLower(key), values{every: in.anyCase(value)}}
}

// or is a key that may also be missing.
func orMissing(k keyed) keyed {
	k.values.absent = true
	return k
}

// given is a box narrowed by what keys must be.
func (b box) given(keys ...keyed) box {
	for _, k := range keys {
		b = b.with(k.name, k.values)
	}
	return b
}

// template is the set of partition keys of a tenant. The tenant is a variable, or the id itself in a silo.
func (in intent) template(t model.KeyTemplate, tenant string) automata.Set {
	name := "template " + t.Pattern("{"+tenant+"}") // a brace cannot stand in a template
	return in.set(name, func() automata.Set {
		tokens := literal(t.Prefix)
		if variable := in.tenantVariable(); variable != "" {
			number, _ := in.number(variable)
			tokens = append(tokens, automata.Token{Kind: automata.Variable, Variable: number})
		} else {
			tokens = append(tokens, literal(tenant)...)
		}
		tokens = append(tokens, literal(t.Suffix)...)
		if t.Open {
			tokens = append(tokens, automata.Token{Kind: automata.AnyText})
		}
		return automata.Pattern(tokens)
	})
}

func literal(s string) []automata.Token {
	var out []automata.Token
	for _, c := range s {
		out = append(out, automata.Token{Kind: automata.Char, Char: c})
	}
	return out
}

// tenantVariable is the context key that holds the tenant of a session; "" in a silo.
func (in intent) tenantVariable() string {
	identity := in.m.Tenancy.Identity
	//exhaustive:enforce
	switch identity.Kind {
	case model.SessionTag, model.CognitoClaim:
		return "aws:PrincipalTag/" + identity.Name
	case model.CognitoIdentity:
		return "cognito-identity.amazonaws.com:sub"
	case model.LoginWithAmazon:
		return "www.amazon.com:user_id"
	case model.Facebook:
		return "graph.facebook.com:id"
	case model.Google:
		return "accounts.google.com:sub"
	case model.OIDCSubject:
		return identity.Name + ":sub"
	case model.Silo:
		return ""
	}
	panic("prove: unknown kind of identity")
}

// variable is a context key being there, so that it can stand for something.
func variableKey(name string) keyed {
	return keyed{strings.ToLower(name), present(multivalued(name))}
}

func operationOf(a model.Action) catalog.Operation {
	o, known := catalog.OperationByName(a.Name)
	if !known {
		panic("prove: no operation " + a.Name)
	}
	return o
}
