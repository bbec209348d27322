package plan

import "strings"

// This file follows references to the attributes that a value is computed from, where Sources follows them to resources.

// Origin is an attribute of a resource, or of a data source, that a value is computed from.
type Origin struct {
	Module    string // module.roles, without the keys of instances; "" for the root
	Resource  string // aws_dynamodb_table.orders["eu"], data.aws_iam_policy_document.rows
	Attribute string // arn; "" for the resource as a whole
}

// maxOrigins is more than any value is computed from. Outputs that refer to each other twice would double with each module.
const maxOrigins = 1000

// Origins is what references that stand in a module lead to, each as often as it is referred to, and the references that lead to
// no resource: locals, whose configuration is not in a plan, the keys of instances, and variables that are given a constant.
//
// The configuration names what an expression refers to, and not what it makes of it: aws_dynamodb_table.orders.arn is written
// there for "${aws_dynamodb_table.orders.arn}/index/*" too (Terraform documentation, "JSON output format", expression
// representation).
func (p *Plan) Origins(module string, refs []string) (origins []Origin, elsewhere []string) {
	o := origin{plan: p, under: map[string]bool{}}
	o.follow(module, refs)
	return o.found, o.elsewhere
}

type origin struct {
	plan      *Plan
	under     map[string]bool // what is being followed, so that a circle ends
	steps     int
	found     []Origin
	elsewhere []string
}

func (o *origin) follow(at string, refs []string) {
	for _, ref := range furthest(refs) {
		key := at + " " + ref
		o.steps++
		if o.under[key] || o.steps > maxOrigins {
			o.elsewhere = append(o.elsewhere, ref)
			continue
		}
		o.under[key] = true
		o.step(at, ref)
		delete(o.under, key)
	}
}

func (o *origin) step(at, ref string) {
	parts := segments(ref)
	var further []string
	next := at
	switch {
	case parts[0] == "var" && len(parts) == 2:
		if parent, name, called := cutModule(at); called {
			next, further = parent, references(o.plan.modules[parent].calls[withoutIndexes(name)].Expressions, parts[1])
		}
	case parts[0] == "module" && len(parts) == 3:
		next = moduleAddress(at, withoutIndexes(parts[1]))
		further = o.plan.modules[next].outputs[parts[2]]
	default:
		begin := 2
		if parts[0] == "data" {
			begin = 3
		}
		if len(parts) >= begin {
			address := strings.Join(parts[:begin], ".")
			if _, is := o.plan.modules[at].resources[withoutIndexes(address)]; is {
				o.found = append(o.found, Origin{at, address, strings.Join(parts[begin:], ".")})
				return
			}
		}
	}
	if len(further) == 0 {
		o.elsewhere = append(o.elsewhere, ref)
		return
	}
	o.follow(next, further)
}

// furthest is references without those that Terraform lists behind each for what is around it: behind
// aws_dynamodb_table.t["a"].arn come aws_dynamodb_table.t["a"] and aws_dynamodb_table.t.
func furthest(refs []string) []string {
	var out []string
	last := ""
	for _, ref := range refs {
		rest, inside := strings.CutPrefix(last, ref)
		if !inside || rest == "" || rest[0] != '.' && rest[0] != '[' {
			out = append(out, ref)
		}
		last = ref
	}
	return out
}

// segments are the parts of a reference between its dots, but for those within a key.
func segments(ref string) []string {
	var out []string
	begin, inside, quoted, escaped := 0, false, false, false
	for i := range len(ref) {
		switch c := ref[i]; {
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
		case c == '.' && !inside:
			out = append(out, ref[begin:i])
			begin = i + 1
		}
	}
	return append(out, ref[begin:])
}
