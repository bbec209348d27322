package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
)

// environmentNamed finds an environment of a spec; nil, with a finding that suggests names, if there is none.
func environmentNamed(m *model.Model, name string) (*model.Environment, hcl.Diagnostics) {
	var ds hcl.Diagnostics
	e := named(&ds, "environment", name, m.Environments, environmentName)
	return e, ds
}

func environmentName(e *model.Environment) string { return e.Name }

// named finds a thing by its name; a zero one with a finding that suggests names that are near.
func named[T any](ds *hcl.Diagnostics, what, name string, all []T, nameOf func(T) string) T {
	for _, v := range all {
		if nameOf(v) == name {
			return v
		}
	}
	names := namesOf(all, nameOf)
	remedy := ""
	switch near := nearTo(name, names); {
	case len(near) > 0:
		remedy = "Did you mean " + strings.Join(near, " or ") + "?"
	case what == "action":
		remedy = "Give an operation of DynamoDB, such as Query, or an action of another service, such as iam:PassRole."
	case what == "check":
		remedy = "Run ddbgen explain-check, which lists them all."
	case what == "rule":
		remedy = "Run ddbgen audit --list-rules, which lists them all."
	default:
		remedy = "Give one of: " + strings.Join(names, ", ") + "."
	}
	*ds = append(*ds, unknown(what, fmt.Sprintf("There is no %s %q. %s", what, name, remedy))...)
	var zero T
	return zero
}

// nearTo is the names that one may be a slip of, or else is the beginning of: prod, of production.
func nearTo(name string, names []string) []string {
	if near := catalog.NearAmong(name, names); len(near) > 0 || name == "" {
		return near
	}
	longer := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !strings.HasPrefix(n, name) })
	if len(longer) > 3 {
		return nil
	}
	return longer
}

func namesOf[T any](all []T, nameOf func(T) string) []string {
	var names []string
	for _, v := range all {
		names = append(names, nameOf(v))
	}
	return names
}

func unknown(what, detail string) hcl.Diagnostics {
	return hcl.Diagnostics{diag.Error("unknown-"+what, "No such "+what, detail, hcl.Range{})}
}
