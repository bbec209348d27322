// Package calls selects from what applying Terraform calls: which actions of some resource types, on which kind of thing, for
// which of their arguments, in which part of their life.
//
// Whoever writes a policy for the role that deploys says what the role is there for in these words, and the catalog says
// which actions that takes. The proof does not use this package: it reads the same facts in its own way.
package calls

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/catalog"
)

// List is some calls. Every method leaves it as it is and returns those of its calls that a condition holds for.
type List []catalog.Call

// Of are the calls of resources of these types.
func Of(types ...string) List {
	var out List
	for _, t := range types {
		out = append(out, catalog.Calls(t)...)
	}
	return out
}

// On are the calls that are authorised on one of these kinds of thing.
func (l List) On(kinds ...string) List {
	return l.keep(func(c catalog.Call) bool { return slices.Contains(kinds, c.On) })
}

// With are the calls of a resource that has these of its arguments and no other optional one.
func (l List) With(arguments ...string) List {
	return l.keep(func(c catalog.Call) bool { return c.For == "" || slices.Contains(arguments, c.For) })
}

// For are the calls that one argument needs.
func (l List) For(argument string) List {
	return l.keep(func(c catalog.Call) bool { return c.For == argument })
}

// In are the calls of these phases.
func (l List) In(phases catalog.Phase) List {
	return l.keep(func(c catalog.Call) bool { return c.Phases&phases != 0 })
}

// OnlyIn are the calls of this phase that no other phase makes.
func (l List) OnlyIn(phase catalog.Phase) List {
	return l.keep(func(c catalog.Call) bool { return c.Phases == phase })
}

// Reading are the calls that change nothing.
func (l List) Reading() List { return l.keep(reads) }

// Changing are the others.
func (l List) Changing() List { return l.keep(func(c catalog.Call) bool { return !reads(c) }) }

// reads goes by the access level of the action, not by the phase: also what removes a thing looks at it first.
func reads(c catalog.Call) bool {
	action, known := catalog.Load().Action(c.Action)
	if !known {
		panic("calls: no action " + c.Action)
	}
	return action.Access == "Read" || action.Access == "List"
}

// Only are the calls of these actions.
func (l List) Only(actions ...string) List {
	return l.keep(func(c catalog.Call) bool { return slices.Contains(actions, c.Action) })
}

// Without are the calls but for these actions.
func (l List) Without(actions ...string) List {
	return l.keep(func(c catalog.Call) bool { return !slices.Contains(actions, c.Action) })
}

func (l List) keep(is func(catalog.Call) bool) List {
	var out List
	for _, c := range l {
		if is(c) {
			out = append(out, c)
		}
	}
	return out
}

// Actions are the actions of the calls, sorted, each once.
func (l List) Actions() []string {
	var out []string
	for _, c := range l {
		out = append(out, c.Action)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
