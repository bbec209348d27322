package tfhcl

import (
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/ddbgen/ddbgen/internal/tree"
)

// made is an instance of a block with for_each or count, or the only one of a block without.
type made struct {
	address string // from the root
	key     string // ["orders"], [0], or empty
	name    string // orders
	frame   *frame // with each and count
	perhaps bool   // how many there are is not known
}

func (d *declaration) repeated() bool {
	return d.body.Attributes["for_each"] != nil || d.body.Attributes["count"] != nil
}

// instances are those of a resource. They are the same in all variants.
func (m *module) instances(d *declaration) []made {
	key := m.prefix + d.address()
	if all, ok := m.expanded[key]; ok {
		return all
	}
	if m.busy["instances "+key] {
		return nil
	}
	m.busy["instances "+key] = true
	var all []made
	m.steadily(func() *tree.Node { all = m.expand(d.body, key); return nil })
	delete(m.busy, "instances "+key)
	m.expanded[key] = all
	return all
}

// expand are the instances of a block. Where it is not known how many there are, one stands for each.
func (m *module) expand(body *hclsyntax.Body, address string) []made {
	if a := body.Attributes["count"]; a != nil {
		return m.counted(m.eval(a.Expr, nil), address, a.Expr.Range())
	}
	a := body.Attributes["for_each"]
	if a == nil {
		return []made{{address: address}}
	}
	over := m.eval(a.Expr, nil)
	var out []made
	one := func(key, value *tree.Node) {
		each := &tree.Node{Kind: tree.Object, Range: a.SrcRange}
		put(each, "key", a.SrcRange, key)
		put(each, "value", a.SrcRange, value)
		k := "[" + strconv.Quote(key.Text) + "]"
		out = append(out, made{address: address + k, key: k, name: key.Text, frame: (*frame)(nil).with("each", each), perhaps: over.Unknown != nil})
	}
	switch {
	case isUnknown(over) || over.Kind != tree.List && over.Kind != tree.Object:
		key := unknown(address+".each.key", "each key of "+address, a.SrcRange)
		one(key, unknown(address+".each.value", "each value of "+address, a.SrcRange))
		out[0].perhaps = true
	case over.Kind == tree.List:
		for _, v := range over.Items {
			one(v, v)
		}
	default:
		for _, p := range m.pairs(over, a.SrcRange) {
			one(p.key, p.value)
		}
	}
	return out
}

func (m *module) counted(n *tree.Node, address string, at hcl.Range) []made {
	index := func(v *tree.Node) *frame {
		count := &tree.Node{Kind: tree.Object, Range: at}
		put(count, "index", at, v)
		return (*frame)(nil).with("count", count)
	}
	i, err := strconv.Atoi(n.Text)
	if err != nil || n.Unknown != nil {
		return []made{{address: address, key: "[0]", name: "0", frame: index(literal("0", at)), perhaps: true}}
	}
	var out []made
	for k := range min(max(i, 0), maxItems/10) {
		key := "[" + strconv.Itoa(k) + "]"
		out = append(out, made{address: address + key, key: key, name: strconv.Itoa(k), frame: index(fromCty(cty.NumberIntVal(int64(k)), at))})
		m.spent++
	}
	return out
}

// attribute is an argument of a resource, or an attribute that it has once it is there. Those of resources are the same in all
// variants; a policy document that a data source makes is not.
func (m *module) attribute(d *declaration, in made, name string, at hcl.Range) *tree.Node {
	compute := func() *tree.Node {
		return m.once(d.address()+in.key+"."+name, at, func() *tree.Node {
			if d.data {
				return m.looked(d, in, name, at)
			}
			if a := d.body.Attributes[name]; a != nil {
				v := m.eval(a.Expr, in.frame)
				switch {
				case d.kind == openIDProvider && name == "url":
					return openIDURL(v)
				case !isNull(v) || name != "name" && name != "path":
					return v
				} // null is as if it were left out
			}
			if b := m.blocks(d.body, name, in.frame); len(b) > 0 {
				return list(b, at)
			}
			return m.computed(d, in, name, at)
		})
	}
	if d.data {
		return compute()
	}
	return m.steadily(compute)
}

// whole is an instance as a value.
func (m *module) whole(d *declaration, in made) *tree.Node {
	return m.once(d.address()+in.key, d.at, func() *tree.Node {
		out := &tree.Node{Kind: tree.Object, Range: d.at}
		for _, a := range sorted(d.body.Attributes) {
			if !settingOf(a.Name) {
				put(out, a.Name, a.NameRange, m.attribute(d, in, a.Name, a.SrcRange))
			}
		}
		for _, name := range []string{"id", "arn", "name"} {
			if out.Get(name) == nil {
				put(out, name, d.at, m.attribute(d, in, name, d.at))
			}
		}
		return m.sized(out)
	})
}

// settingOf reports whether an argument is for Terraform and not for the resource.
func settingOf(name string) bool {
	return name == "for_each" || name == "count" || name == "provider" || name == "depends_on"
}

// blocks are the blocks of one type in a body, as objects: also those that dynamic blocks make.
func (m *module) blocks(body *hclsyntax.Body, kind string, f *frame) []*tree.Node {
	var out []*tree.Node
	for _, b := range body.Blocks {
		switch {
		case b.Type == kind:
			out = append(out, m.body(b.Body, f, b.TypeRange))
		case b.Type == "dynamic" && len(b.Labels) == 1 && b.Labels[0] == kind:
			out = append(out, m.dynamic(b, f)...)
		}
		if len(out) > maxItems {
			break
		}
	}
	return out
}

// maybeThere marks a block of which it is not known whether it is there.
const maybeThere = "!maybe"

// dynamic are the blocks that a dynamic block makes (Terraform documentation, "dynamic Blocks").
func (m *module) dynamic(b *hclsyntax.Block, f *frame) []*tree.Node {
	a := b.Body.Attributes["for_each"]
	if a == nil {
		return nil
	}
	iterator := b.Labels[0]
	if i := b.Body.Attributes["iterator"]; i != nil {
		iterator = hcl.ExprAsKeyword(i.Expr)
	}
	over := m.eval(a.Expr, f)
	pairs := m.pairs(over, a.SrcRange)
	var out []*tree.Node
	for _, content := range b.Body.Blocks {
		if content.Type != "content" {
			continue
		}
		for _, p := range pairs {
			each := &tree.Node{Kind: tree.Object, Range: a.SrcRange}
			put(each, "key", a.SrcRange, p.key)
			put(each, "value", a.SrcRange, p.value)
			n := m.body(content.Body, f.with(iterator, each), b.TypeRange)
			if over.Unknown != nil {
				n.Tag = maybeThere
			}
			out = append(out, n)
			if m.spent > m.budget {
				return out
			}
		}
	}
	return out
}

// body is a block as an object.
func (m *module) body(body *hclsyntax.Body, f *frame, at hcl.Range) *tree.Node {
	out := &tree.Node{Kind: tree.Object, Range: at}
	if m.depth++; m.depth > maxDepth {
		m.depth--
		return out
	}
	defer func() { m.depth-- }()
	for _, a := range sorted(body.Attributes) {
		out.Members = append(out.Members, tree.Member{Name: a.Name, Range: a.NameRange, Value: m.eval(a.Expr, f)})
	}
	seen := map[string]bool{}
	for _, b := range body.Blocks {
		kind := b.Type
		if kind == "dynamic" && len(b.Labels) == 1 {
			kind = b.Labels[0]
		}
		if !seen[kind] {
			seen[kind] = true
			out.Members = append(out.Members, tree.Member{Name: kind, Range: b.TypeRange, Value: list(m.blocks(body, kind, f), b.TypeRange)})
		}
	}
	return m.sized(out)
}

// computed is an attribute that AWS or the provider makes, as far as it follows from the arguments; else a name in braces.
func (m *module) computed(d *declaration, in made, name string, at hcl.Range) *tree.Node {
	argument := func(name string) *tree.Node { return m.attribute(d, in, name, at) }
	join := func(front string, rest ...*tree.Node) *tree.Node {
		return m.text(append([]*tree.Node{literal(front, at)}, rest...), at)
	}
	symbol := unknown(in.address, "the name or id of "+in.address+", which AWS or Terraform chooses", at)
	m.chosen[symbol.Unknown[0]] = true
	switch {
	case name == "name" && d.body.Attributes["name_prefix"] != nil && !isNull(argument("name_prefix")):
		return join("", argument("name_prefix"), symbol)
	case name == "name", name == "key_id":
		return symbol
	case name == "id" && (d.kind == "aws_iam_policy" || d.kind == openIDProvider || d.kind == samlProvider || strings.HasPrefix(d.kind, "aws_ssoadmin")):
		return argument("arn")
	case name == "id" && (d.kind == "aws_dynamodb_table" || strings.HasPrefix(d.kind, "aws_iam_") && !strings.Contains(d.kind, "attachment")):
		return argument("name")
	case name == "id" && d.kind == "aws_s3_bucket" && d.body.Attributes["bucket"] != nil:
		return argument("bucket")
	case name == "id":
		return symbol
	case name == "stream_arn" && d.kind == "aws_dynamodb_table":
		label := unknown(in.address+".stream_label", "the label of the stream of "+in.address+", which AWS chooses", at)
		m.chosen[label.Unknown[0]] = true
		return m.text([]*tree.Node{argument("arn"), literal("/stream/", at), label}, at)
	case name == "target_key_arn" && d.kind == "aws_kms_alias":
		return argument("target_key_id")
	case name == "arn":
		return m.arn(d, in, symbol, at)
	case name == "path" && strings.HasPrefix(d.kind, "aws_iam_"):
		return literal("/", at)
	}
	return unknown(in.address+"."+name, name+" of "+in.address, at)
}

// arn is the ARN of a resource, if its type is known here.
func (m *module) arn(d *declaration, in made, symbol *tree.Node, at hcl.Range) *tree.Node {
	front := "arn:" + m.partition(at) + ":"
	name := func() *tree.Node { return m.attribute(d, in, "name", at) }
	switch kind := strings.TrimPrefix(d.kind, "aws_iam_"); d.kind {
	case "aws_iam_role", "aws_iam_policy", "aws_iam_user", "aws_iam_group":
		return m.text([]*tree.Node{literal(front+"iam::"+m.account(at)+":"+kind, at), m.attribute(d, in, "path", at), name()}, at)
	case samlProvider:
		return m.text([]*tree.Node{literal(front+"iam::"+m.account(at)+":saml-provider/", at), name()}, at)
	case openIDProvider:
		if a := d.body.Attributes["url"]; a != nil {
			if arn := m.openIDARN(m.eval(a.Expr, in.frame), at); arn != nil {
				return arn
			}
		}
	case "aws_dynamodb_table":
		return m.text([]*tree.Node{literal(front+"dynamodb:"+m.regionOf(d, in, at)+":"+m.account(at)+":table/", at), name()}, at)
	case "aws_kms_key", "aws_kms_external_key":
		return m.text([]*tree.Node{literal(front+"kms:"+m.regionOf(d, in, at)+":"+m.account(at)+":key/", at), symbol}, at)
	case "aws_kms_alias":
		return m.text([]*tree.Node{literal(front+"kms:"+m.regionOf(d, in, at)+":"+m.account(at)+":", at), name()}, at)
	case "aws_s3_bucket":
		return m.text([]*tree.Node{literal(front+"s3:::", at), m.attribute(d, in, "id", at)}, at)
	case "aws_lambda_function":
		return m.text([]*tree.Node{literal(front+"lambda:"+m.regionOf(d, in, at)+":"+m.account(at)+":function:", at), m.attribute(d, in, "function_name", at)}, at)
	}
	return unknown(in.address+".arn", "the ARN of "+in.address, at)
}

// regionOf is the region of a resource: it may name another than the provider's.
func (m *module) regionOf(d *declaration, in made, at hcl.Range) string {
	if a := d.body.Attributes["region"]; a != nil {
		if v := m.attribute(d, in, "region", at); v.Kind == tree.String && v.Text != "" {
			return v.Text
		}
	}
	return m.region(at)
}
