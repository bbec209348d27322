package tfhcl

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// looked is an attribute of a data source, if it follows from what is known without asking AWS.
func (m *module) looked(d *declaration, in made, name string, at hcl.Range) *tree.Node {
	argument := func(name string) *tree.Node {
		if a := d.body.Attributes[name]; a != nil {
			return m.eval(a.Expr, in.frame)
		}
		return nil
	}
	switch d.kind + "." + name {
	case "aws_caller_identity.account_id", "aws_caller_identity.id":
		return literal(m.account(at), at)
	case "aws_region.name", "aws_region.region", "aws_region.id":
		return literal(m.region(at), at)
	case "aws_partition.partition", "aws_partition.id":
		return literal(m.partition(at), at)
	case "aws_partition.dns_suffix":
		if p, ok := catalog.PartitionOf(m.region(at)); ok {
			return literal(p.DNSSuffix, at)
		}
	case "aws_iam_policy_document.json", "aws_iam_policy_document.minified_json":
		return m.policyDocument(d, in)
	case "aws_dynamodb_table.arn":
		if n := argument("name"); n != nil {
			return m.text([]*tree.Node{literal("arn:"+m.partition(at)+":dynamodb:"+m.region(at)+":"+m.account(at)+":table/", at), n}, at)
		}
	}
	if d.kind == openIDProvider {
		if n := m.lookedOpenID(name, argument("arn"), argument("url"), at); n != nil {
			return n
		}
		return unknown(in.address+"."+name, name+" of "+in.address, at)
	}
	if n := argument(name); n != nil {
		return n
	}
	if name == "id" && (d.kind == "aws_dynamodb_table" || d.kind == "aws_iam_role") {
		if n := argument("name"); n != nil {
			return n
		}
	}
	return unknown(in.address+"."+name, name+" of "+in.address, at)
}

// policyDocument is the JSON of aws_iam_policy_document: first the sources, then its own statements, then what overrides. A
// statement takes the place of one with the same Sid (Terraform registry, hashicorp/aws, aws_iam_policy_document).
func (m *module) policyDocument(d *declaration, in made) *tree.Node {
	b := &builder{m: m, out: &tree.Node{Kind: tree.Object, Range: d.at, Tag: asText}}
	set := func(member, argument, otherwise string) {
		v := literal(otherwise, d.at)
		if a := d.body.Attributes[argument]; a != nil {
			v = m.eval(a.Expr, in.frame)
		}
		if v.Kind == tree.String && v.Text != "" {
			put(b.out, member, v.Range, v)
		}
	}
	set("Version", "version", "2012-10-17")
	set("Id", "policy_id", "")
	from := func(names ...string) {
		for _, name := range names {
			if a := d.body.Attributes[name]; a != nil {
				b.documents(m.eval(a.Expr, in.frame))
			}
		}
	}
	from("source_json", "source_policy_documents")
	for _, n := range m.blocks(d.body, "statement", in.frame) {
		b.add(b.statement(n))
	}
	from("override_json", "override_policy_documents")
	put(b.out, "Statement", d.at, list(b.statements, d.at))
	for _, what := range b.missing {
		b.out.Unknown = union(b.out.Unknown, []string{what})
	}
	return m.sized(b.out)
}

// builder makes a policy document.
type builder struct {
	m          *module
	out        *tree.Node
	statements []*tree.Node
	missing    []string
}

// documents takes up the statements of documents that are given as JSON.
func (b *builder) documents(n *tree.Node) {
	for _, each := range n.Each() {
		document := each
		if isNull(each) || each.Kind == tree.String && strings.TrimSpace(each.Text) == "" {
			continue
		}
		if each.Kind == tree.String {
			document = b.m.document(each, func(int) int { return each.Range.Start.Line })
		}
		if document == nil || document.Kind != tree.Object {
			b.missing = append(b.missing, "a document that is part of this one")
			b.m.unread(each.Range, "Policy that is not known", "The statements that are taken from here are not known, and the policy is read without them. Give a plan: terraform show -json.")
			continue
		}
		for _, s := range document.Get("Statement").Each() {
			b.add(s)
		}
	}
}

// add takes up a statement.
func (b *builder) add(s *tree.Node) {
	if s == nil {
		return
	}
	if sid := s.Get("Sid").String(); sid != "" {
		for i, other := range b.statements {
			if other.Get("Sid").String() == sid {
				b.statements[i] = s
				return
			}
		}
	}
	b.m.spent += 1 + len(b.statements)/8
	b.statements = append(b.statements, s)
}

// statement is a statement block as a policy has it. One that denies, and may not be there, is left out.
func (b *builder) statement(n *tree.Node) *tree.Node {
	out := &tree.Node{Kind: tree.Object, Range: n.Range}
	if sid := n.Get("sid"); sid.String() != "" {
		put(out, "Sid", sid.Range, sid)
	}
	effect := literal("Allow", n.Range)
	if e := n.Get("effect"); !isNull(e) {
		effect = e
	}
	put(out, "Effect", effect.Range, effect)
	if n.Tag == maybeThere && inventory.Denies(out) {
		b.m.note(n.Range, "Statement that may not be there", "Whether this statement is there is not known, and it is taken as not there, so that it denies nothing. Give the values of the variables, or a plan.")
		return nil
	}
	for _, pair := range [][2]string{{"principals", "Principal"}, {"not_principals", "NotPrincipal"}} {
		if p := b.principals(n.Get(pair[0])); p != nil {
			put(out, pair[1], p.Range, p)
		}
	}
	for _, pair := range [][2]string{{"actions", "Action"}, {"not_actions", "NotAction"}, {"resources", "Resource"}, {"not_resources", "NotResource"}} {
		if v := n.Get(pair[0]); len(v.Each()) > 0 && v.Kind != tree.Null {
			put(out, pair[1], v.Range, b.values(v, strings.HasSuffix(pair[0], "resources")))
		}
	}
	if c := b.conditions(n.Get("condition")); c != nil {
		put(out, "Condition", c.Range, c)
	}
	return out
}

// values are texts in which &{…} stands for ${…}, which is Terraform's own.
func (b *builder) values(v *tree.Node, variables bool) *tree.Node {
	out := list(nil, v.Place())
	for _, i := range v.Each() {
		if i.Kind == tree.Number || i.Kind == tree.Bool {
			i = &tree.Node{Kind: tree.String, Text: i.Text, Range: i.Range}
		}
		if variables && strings.Contains(i.Text, "&{") && i.Kind == tree.String {
			replaced := *i
			replaced.Text = strings.ReplaceAll(i.Text, "&{", "${")
			i = &replaced
		}
		out.Items = append(out.Items, i)
	}
	return out
}

func (b *builder) principals(blocks *tree.Node) *tree.Node {
	if blocks == nil {
		return nil
	}
	out := &tree.Node{Kind: tree.Object, Range: blocks.Range}
	for _, p := range blocks.Each() {
		kind, ids := p.Get("type").String(), b.values(p.Get("identifiers"), true)
		if kind == "*" && len(blocks.Each()) == 1 && len(ids.Items) == 1 && ids.Items[0].Text == "*" {
			return literal("*", p.Range)
		}
		if before := out.Get(kind); before != nil {
			ids.Items = append(before.Items[:len(before.Items):len(before.Items)], ids.Items...)
		}
		put(out, kind, p.Range, ids)
	}
	if len(out.Members) == 0 {
		return nil
	}
	return out
}

// conditions are the condition blocks. Those of one test and one variable are one, with the values of all.
func (b *builder) conditions(blocks *tree.Node) *tree.Node {
	if len(blocks.Each()) == 0 {
		return nil
	}
	out := &tree.Node{Kind: tree.Object, Range: blocks.Range}
	for _, c := range blocks.Each() {
		test, variable, values := c.Get("test").String(), c.Get("variable").String(), b.values(c.Get("values"), true)
		operator := out.Get(test)
		if operator == nil {
			operator = &tree.Node{Kind: tree.Object, Range: c.Range}
			put(out, test, c.Range, operator)
		}
		if before := operator.Get(variable); before != nil {
			values.Items = append(before.Items[:len(before.Items):len(before.Items)], values.Items...)
		}
		put(operator, variable, c.Range, values)
	}
	return out
}
