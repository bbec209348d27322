package cfn

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/tree"
)

// truth is what is known of a condition.
type truth int

// A condition holds, or does not, or it is not known.
const (
	maybe truth = iota
	yes
	no
)

func is(b bool) truth {
	if b {
		return yes
	}
	return no
}

// logic is what is known, or is assumed, of conditions. While variants are computed, each comparison that is not known is taken
// to hold in one run and not to hold in another.
type logic struct {
	known    map[string]truth // of named conditions
	deciding map[string]bool
	varying  bool
	choices  []choice
	assuming bool // account or region
}

type choice struct {
	comparison string
	holds      bool
}

// variants computes something for every outcome of the comparisons that it depends on and that are not known. Of more than
// maxVariants the rest is missing, and the second result is false.
func (e *evaluator) variants(compute func() *tree.Node) ([]*tree.Node, bool) {
	if e.varying {
		return []*tree.Node{compute()}, true
	}
	known, choices := e.known, e.choices
	defer func() { e.known, e.choices, e.varying = known, choices, false }()
	e.varying, e.choices = true, nil
	var out []*tree.Node
	for {
		e.known = map[string]truth{}
		out = append(out, compute())
		for len(e.choices) > 0 && !e.choices[len(e.choices)-1].holds {
			e.choices = e.choices[:len(e.choices)-1]
		}
		if len(e.choices) == 0 {
			return out, true
		}
		if len(out) == maxVariants || e.spent > e.budget {
			return out, false
		}
		e.choices[len(e.choices)-1].holds = false
	}
}

// steadily computes something that must be the same in all variants: a name, above all.
func (e *evaluator) steadily(compute func() *tree.Node) *tree.Node {
	if !e.varying {
		return compute()
	}
	known, choices := e.known, e.choices
	e.known, e.choices, e.varying = map[string]truth{}, nil, false
	defer func() { e.known, e.choices, e.varying = known, choices, true }()
	return compute()
}

// assume is the outcome of a comparison that is not known.
func (e *evaluator) assume(comparison string) truth {
	if !e.varying {
		return maybe
	}
	i := slices.IndexFunc(e.choices, func(c choice) bool { return c.comparison == comparison })
	if i < 0 {
		i = len(e.choices)
		e.choices = append(e.choices, choice{comparison, true})
	}
	return is(e.choices[i].holds)
}

// condition decides a condition by its name.
func (e *evaluator) condition(name string, from *tree.Node) truth {
	if t, ok := e.known[name]; ok {
		return t
	}
	n := e.conditions[name]
	if n == nil || e.deciding[name] {
		return e.assume("condition " + name)
	}
	e.deciding[name] = true
	t := e.decide(n)
	delete(e.deciding, name)
	e.known[name] = t
	return t
}

// decide computes a condition (AWS CloudFormation user guide, "Condition functions").
func (e *evaluator) decide(n *tree.Node) truth {
	if e.depth++; e.depth > maxDepth {
		e.depth--
		return e.assume("a condition in too many others")
	}
	defer func() { e.depth-- }()
	if e.spent++; e.spent > e.budget {
		return e.assume("a condition of a template that grows too large")
	}
	name, argument := call(n)
	if n.Kind == tree.Object && len(n.Members) == 1 && n.Members[0].Name == "Condition" {
		name, argument = "Condition", n.Members[0].Value
	}
	switch name {
	case "Condition":
		return e.condition(argument.String(), n)
	case "Fn::Equals":
		return e.equals(argument)
	case "Fn::Not":
		switch all := argument.Each(); {
		case len(all) != 1:
		default:
			switch e.decide(all[0]) {
			case yes:
				return no
			case no:
				return yes
			}
			return maybe
		}
	case "Fn::And":
		return e.all(argument, no)
	case "Fn::Or":
		return e.all(argument, yes)
	case "":
		if n.Kind == tree.Bool || n.Kind == tree.String && (n.Text == "true" || n.Text == "false") {
			return is(n.Text == "true")
		}
	}
	return e.assume("condition " + n.Range.String())
}

// all decides And, which one that does not hold ends, and Or, which one that holds ends.
func (e *evaluator) all(list *tree.Node, ends truth) truth {
	result := yes
	if ends == yes {
		result = no
	}
	for _, n := range list.Each() {
		switch t := e.decide(n); t {
		case ends:
			return ends
		case maybe:
			result = maybe
		}
	}
	return result
}

func (e *evaluator) equals(list *tree.Node) truth {
	all := list.Each()
	if len(all) != 2 {
		return e.assume("condition " + list.Place().String())
	}
	a, b := e.text(all[0], all[0].Range), e.text(all[1], all[1].Range)
	switch {
	case a.Unknown == nil && b.Unknown == nil:
		return is(a.Text == b.Text)
	case a.Text == b.Text:
		return yes
	}
	return e.assume(a.Text + " = " + b.Text)
}
