package prove

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// intent works out from the model alone what each document must mean. It knows AWS's rules by itself; that it agrees with
// what the generators know is what a proof shows.
type intent struct {
	*access.Symbols
	m *model.Model
	e *model.Environment
}

// template is the set of partition keys of a tenant. The tenant is a variable, or the id itself in a silo.
func (in intent) template(t model.KeyTemplate, tenant string) automata.Set {
	name := "template " + t.Pattern("{"+tenant+"}") // a brace cannot stand in a template
	return in.Set(name, func() automata.Set {
		tokens := access.Literal(t.Prefix)
		if variable := in.tenantVariable(); variable != "" {
			number, _ := in.Number(variable)
			tokens = append(tokens, automata.Token{Kind: automata.Variable, Variable: number})
		} else {
			tokens = append(tokens, access.Literal(tenant)...)
		}
		tokens = append(tokens, access.Literal(t.Suffix)...)
		if t.Open {
			tokens = append(tokens, automata.Token{Kind: automata.AnyText})
		}
		return automata.Pattern(tokens)
	})
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
func variableKey(name string) access.Key {
	return access.Key{Name: strings.ToLower(name), Values: access.Present(catalog.Multivalued(name))}
}

func operationOf(a model.Action) catalog.Operation {
	o, known := catalog.OperationByName(a.Name)
	if !known {
		panic("prove: no operation " + a.Name)
	}
	return o
}
