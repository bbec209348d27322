package tfhcl

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// assumption is what is assumed of conditions that are not known, and what was computed under it. While the variants of a policy
// are computed, each condition is taken to hold in one run and not to hold in another.
type assumption struct {
	kept    map[string]*tree.Node
	busy    map[string]bool
	varying bool
	choices []choice

	steady map[string]*tree.Node // kept and busy where nothing is assumed
	naming map[string]bool
}

type choice struct {
	condition string
	holds     bool
}

// assume is the outcome of a condition that is not known; false if none is assumed.
func (r *reader) assume(condition *tree.Node, at hcl.Range) (holds, known bool) {
	if !r.varying {
		return false, false
	}
	text := condition.Text
	if condition.Kind != tree.String || text == "" {
		text = at.String()
	}
	negated := strings.HasPrefix(text, "{not.")
	if negated {
		text = "{" + strings.TrimPrefix(text, "{not.")
	}
	i := slices.IndexFunc(r.choices, func(c choice) bool { return c.condition == text })
	if i < 0 {
		i = len(r.choices)
		r.choices = append(r.choices, choice{text, true})
	}
	return r.choices[i].holds != negated, true
}

// variants computes a value for every outcome of the conditions that it hangs on and that are not known; false if there are more
// than maxVariants.
func (r *reader) variants(compute func() *tree.Node) ([]*tree.Node, bool) {
	before := r.assumption
	defer func() { r.assumption = before }()
	r.varying, r.choices = true, nil
	var out []*tree.Node
	for {
		r.kept, r.busy = map[string]*tree.Node{}, map[string]bool{}
		out = append(out, compute())
		for len(r.choices) > 0 && !r.choices[len(r.choices)-1].holds {
			r.choices = r.choices[:len(r.choices)-1]
		}
		if len(r.choices) == 0 {
			return out, true
		}
		if len(out) == maxVariants || r.spent > r.budget {
			return out, false
		}
		r.choices[len(r.choices)-1].holds = false
	}
}

// steadily computes what must be the same in all variants.
func (r *reader) steadily(compute func() *tree.Node) *tree.Node {
	if !r.varying {
		return compute()
	}
	before := r.assumption
	defer func() { r.assumption = before }()
	r.assumption = assumption{kept: r.steady, busy: r.naming, steady: r.steady, naming: r.naming}
	return compute()
}

// policies are the arguments that hold a policy, by the type of the resource.
func policyOf(kind string) string {
	switch kind {
	case "aws_iam_role":
		return "assume_role_policy"
	case "aws_ssoadmin_permission_set_inline_policy":
		return "inline_policy"
	}
	return "policy"
}

// wanted are the types of resources that are read.
func wanted(kind string) bool {
	for _, prefix := range []string{"aws_iam_role", "aws_iam_policy", "aws_iam_user", "aws_iam_group", "aws_dynamodb_table", "aws_dynamodb_resource_policy", "aws_kms_", "aws_vpc_endpoint", "aws_ssoadmin_"} {
		if strings.HasPrefix(kind, prefix) {
			return true
		}
	}
	return false
}

// collect makes the instances of a module's resources, and of the modules that it calls.
func (r *reader) collect(m *module, all *[]instance) {
	for _, d := range m.order {
		if d.data || !wanted(d.kind) {
			continue
		}
		for _, in := range m.instances(d) {
			in.perhaps = in.perhaps || m.perhaps
			*all = append(*all, m.instance(d, in))
		}
	}
	for _, c := range m.children {
		called := c.modules()
		for _, key := range slices.Sorted(maps.Keys(called)) {
			r.collect(called[key], all)
		}
	}
}

// instance is an instance of a resource with all that is read of it.
func (m *module) instance(d *declaration, in made) instance {
	out := instance{address: in.address, kind: d.kind, at: d.at, values: &tree.Node{Kind: tree.Object, Range: d.at}}
	for _, a := range sorted(d.body.Attributes) {
		switch {
		case settingOf(a.Name):
		case a.Name == policyOf(d.kind):
			put(out.values, a.Name, a.NameRange, m.policy(a.Expr, in))
		default:
			v := m.attribute(d, in, a.Name, a.SrcRange)
			if a.Name != "tags" && a.Name != "description" {
				m.said(v)
			}
			put(out.values, a.Name, a.NameRange, v)
		}
	}
	for _, b := range d.body.Blocks {
		kind := b.Type
		if kind == "dynamic" && len(b.Labels) == 1 {
			kind = b.Labels[0]
		}
		if out.values.Get(kind) != nil || kind == "lifecycle" || kind == "provisioner" || kind == "connection" || kind == "timeouts" {
			continue
		}
		put(out.values, kind, b.TypeRange, m.blocksOf(d, in, kind, b.TypeRange))
	}
	for _, name := range []string{"arn", "id", "name", "key_id"} {
		if out.values.Get(name) == nil && (name != "name" || slices.Contains([]string{"aws_iam_role", "aws_iam_user", "aws_iam_group", "aws_iam_policy", "aws_dynamodb_table"}, d.kind)) {
			v := m.attribute(d, in, name, d.at)
			if name == "name" {
				m.said(v)
			}
			put(out.values, name, d.at, v)
		}
	}
	return out
}

// blocksOf are the blocks of one type of a resource.
func (m *module) blocksOf(d *declaration, in made, kind string, at hcl.Range) *tree.Node {
	n := m.steadily(func() *tree.Node { return list(m.blocks(d.body, kind, in.frame), at) })
	if kind == "inline_policy" {
		for _, p := range n.Items {
			if v := p.Get("policy"); v != nil {
				put(p, "policy", v.Range, m.worst([]*tree.Node{v}, in.perhaps, v.Range))
			}
		}
		return n
	}
	m.said(n)
	return n
}

// said says what of a value is not known, unless it is too large to be of any use.
func (m *module) said(n *tree.Node) {
	if m.charge(n) {
		m.unresolved(n)
	}
}

// policy is a policy as it is at worst.
func (m *module) policy(e hclsyntax.Expression, in made) *tree.Node {
	cases, complete := m.variants(func() *tree.Node { return m.eval(e, in.frame) })
	if !complete {
		m.unread(e.Range(), "Too many cases", "This policy hangs on so many conditions that not all cases of it were read. Give the values of the variables, or a plan: terraform show -json.")
	}
	return m.worst(cases, in.perhaps, e.Range())
}

func (m *module) worst(cases []*tree.Node, perhaps bool, at hcl.Range) *tree.Node {
	out := cases[0]
	if len(cases) > 1 {
		var statements [][]*tree.Node
		for _, c := range cases {
			if c.Kind == tree.Object {
				out = c
			} else if !isNull(c) {
				m.unread(at, "Policy in several cases", "This policy hangs on a condition that is not known, and what it is in one case is not known, so it is not read. Give the values of the variables, or a plan: terraform show -json.")
				return null(at)
			}
			statements = append(statements, c.Get("Statement").Each())
		}
		all, left := inventory.Worst(statements)
		detail := "What stands here hangs on a condition that is not known. It is read as it is at worst: what one case allows is allowed."
		if left {
			detail += " What is denied in one case only is taken as not denied."
		}
		m.note(at, "Condition that is not known", "%s Give the values of the variables, or a plan, to see what follows from them.", detail)
		if out = inventory.WithStatements(out, all); out == nil {
			return null(at)
		}
	}
	if perhaps {
		before := out
		if out = inventory.WithoutDenials(out); out == nil || out.Kind == tree.Object && len(out.Get("Statement").Each()) < len(before.Get("Statement").Each()) {
			m.note(at, "Policy that may not be there", "Whether this policy is there is not known, and what it denies is taken as not denied. Give the values of the variables, or a plan.")
		}
		if out == nil {
			return null(at)
		}
	}
	if !m.charge(out) {
		m.unread(at, "Policy that grows too large", "With what it refers to written out, this policy is larger than AWS takes, and it is not read. Shorten it.")
		return null(at)
	}
	if !isUnknown(out) { // else there is no policy, and that is said
		m.unresolved(out)
	}
	return out
}

// file is the text of a file below the directory.
func (m *module) file(name *tree.Node, at hcl.Range) *tree.Node {
	src, full, ok := m.source(name, at)
	if !ok {
		return somewhere("file", "the file "+name.Text, at)
	}
	text := literal(string(src), hcl.Range{Filename: full, Start: hcl.InitialPos, End: hcl.InitialPos})
	if n := m.document(text, func(line int) int { return line }); n != nil {
		return n
	}
	return moved(text, at)
}

// source is the content of a file that an expression names. Names are those from the directory in which Terraform runs.
func (m *module) source(name *tree.Node, at hcl.Range) ([]byte, string, bool) {
	rel := path.Join(m.cwd, name.Text)
	if name.Kind != tree.String || name.Unknown != nil || path.IsAbs(name.Text) || outside(rel) {
		m.unread(at, "File outside of the directory", "A file is read here that does not lie below the directory of these files, so what is in it is not known. Give a plan: terraform show -json.")
		return nil, "", false
	}
	src, full, ok := m.open(rel)
	if !ok {
		m.unread(at, "File that is not there", "The file %s that is read here is not there, or too large, so what is in it is not known. Give the file, or a plan: terraform show -json.", rel)
		return nil, "", false
	}
	m.spent += len(src)
	return src, full, m.spent <= m.budget
}

// templateFile is a file with values in it.
func (m *module) templateFile(name, values *tree.Node, at hcl.Range) *tree.Node {
	src, full, ok := m.source(name, at)
	if !ok {
		return somewhere("file", "the file "+name.Text, at)
	}
	e, ok := parseTemplate(src, full)
	if !ok {
		m.unread(at, "Template that cannot be read", "The template %s cannot be read, so what it makes is not known. Give a plan: terraform show -json.", full)
		return somewhere("templatefile", "the template "+full, at)
	}
	var f *frame
	for _, member := range values.Members {
		f = f.with(member.Name, member.Value)
	}
	return m.eval(e, f)
}
