package plan

import (
	"encoding/json"
	"slices"
	"strings"
)

// This file follows a value that is not known yet to the resources it is computed from. A reference is written as in the
// configuration: aws_iam_policy.api.arn, var.roles, module.tables.arns, each.value. Locals are not in a plan's
// configuration, so what goes through one leads nowhere.

// module is the configuration of a module, by what may be referred to in it.
type module struct {
	resources map[string]resourceFile // aws_iam_policy.api
	calls     map[string]callFile
	outputs   map[string][]string // what each output refers to
}

type moduleFile struct {
	Resources []resourceFile `json:"resources"`
	Outputs   map[string]struct {
		Expression expression `json:"expression"`
	} `json:"outputs"`
	Calls map[string]callFile `json:"module_calls"`
}

type resourceFile struct {
	Address     string                     `json:"address"`
	Expressions map[string]json.RawMessage `json:"expressions"`
	ForEach     expression                 `json:"for_each_expression"`
}

type callFile struct {
	Expressions map[string]json.RawMessage `json:"expressions"`
	ForEach     expression                 `json:"for_each_expression"`
	Module      moduleFile                 `json:"module"`
}

type expression struct {
	References []string `json:"references"`
}

// configure remembers the configuration of a module and of those it calls.
func (p *Plan) configure(address string, f moduleFile) {
	m := module{resources: map[string]resourceFile{}, calls: f.Calls, outputs: map[string][]string{}}
	for _, r := range f.Resources {
		m.resources[r.Address] = r
	}
	for name, o := range f.Outputs {
		m.outputs[name] = o.Expression.References
	}
	p.modules[address] = m
	for name, call := range f.Calls {
		p.configure(moduleAddress(address, name), call.Module)
	}
}

// moduleAddress is the address of a module that another calls.
func moduleAddress(address, name string) string {
	if address != "" {
		address += "."
	}
	return address + "module." + name
}

// references are what an attribute refers to. One that is a block refers to what its own attributes do; that is not asked.
func references(expressions map[string]json.RawMessage, attribute string) []string {
	var e expression
	if json.Unmarshal(expressions[attribute], &e) != nil {
		return nil
	}
	return e.References
}

// Sources is the managed resources of a type that an attribute of a resource is computed from, in the order of the plan.
// Where both have instances, the one with the same key is the source of the other.
func (p *Plan) Sources(r *Resource, attribute, kind string) []*Resource {
	at := withoutIndexes(r.Module)
	config := p.modules[at].resources[r.Type+"."+r.Name]
	f := follower{plan: p, seen: map[string]bool{}, found: map[string]bool{}}
	refs := references(config.Expressions, attribute)
	if slices.ContainsFunc(refs, func(ref string) bool { return strings.HasPrefix(ref, "each.") }) {
		refs = append(slices.Clone(refs), config.ForEach.References...)
	}
	f.follow(at, refs)
	var all, same []*Resource
	for _, candidate := range p.Of(kind) {
		if !f.found[resourceAddress(withoutIndexes(candidate.Module), candidate.Type+"."+candidate.Name)] {
			continue
		}
		all = append(all, candidate)
		if r.Index != "" && candidate.Index == r.Index {
			same = append(same, candidate)
		}
	}
	if len(same) > 0 {
		return same
	}
	return all
}

// resourceAddress is the address of a resource in a module.
func resourceAddress(module, resource string) string {
	if module == "" {
		return resource
	}
	return module + "." + resource
}

// follower walks from references to resources.
type follower struct {
	plan  *Plan
	seen  map[string]bool
	found map[string]bool // addresses without indexes
}

func (f *follower) follow(at string, refs []string) {
	for _, ref := range refs {
		key := at + " " + ref
		if f.seen[key] {
			continue
		}
		f.seen[key] = true
		parts := strings.Split(withoutIndexes(ref), ".")
		switch {
		case len(parts) < 2:
		case parts[0] == "var":
			f.argument(at, parts[1])
		case parts[0] == "module":
			f.output(at, parts)
		default:
			if _, is := f.plan.modules[at].resources[parts[0]+"."+parts[1]]; is {
				f.found[resourceAddress(at, parts[0]+"."+parts[1])] = true
			}
		}
	}
}

// argument follows a variable to what the caller of the module gives for it.
func (f *follower) argument(at, variable string) {
	parent, name, called := cutModule(at)
	if called {
		f.follow(parent, references(f.plan.modules[parent].calls[name].Expressions, variable))
	}
}

// output follows an output of a module that is called. A reference to the module as a whole is listed beside the one to
// its output, and says nothing more.
func (f *follower) output(at string, parts []string) {
	if len(parts) > 2 {
		child := moduleAddress(at, parts[1])
		f.follow(child, f.plan.modules[child].outputs[parts[2]])
	}
}

// cutModule splits a module's address into its caller and the name it is called by.
func cutModule(at string) (parent, name string, called bool) {
	i := strings.LastIndex(at, "module.")
	if i < 0 {
		return "", "", false
	}
	return strings.TrimSuffix(at[:i], "."), at[i+len("module."):], true
}

// withoutIndexes is an address without the keys of instances, which are quoted texts with anything in them.
func withoutIndexes(address string) string {
	var out strings.Builder
	inside, quoted, escaped := false, false, false
	for _, c := range address {
		switch {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case inside && c == '"':
			quoted = !quoted
		case c == '[' && !quoted:
			inside = true
		case c == ']' && !quoted:
			inside = false
		case !inside:
			out.WriteRune(c)
		}
	}
	return out.String()
}
