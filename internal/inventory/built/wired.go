package built

import (
	"maps"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/inventory/tfjson"
	"github.com/ddbgen/ddbgen/internal/tree"
	"github.com/ddbgen/ddbgen/internal/wiring"
)

// wired is what the roots of an environment make, and where: the account and the region of their provider.
type wired struct {
	read                       bool // a root was
	resources                  []*wiring.Resource
	partition, account, region string
}

func (w *wired) add(resources []*wiring.Resource) {
	w.read = true
	w.resources = append(w.resources, resources...)
	for _, res := range resources {
		if res.Mode != wiring.Provider {
			continue
		}
		if accounts, is := res.Arguments["allowed_account_ids"].(wiring.List); is && len(accounts) == 1 {
			w.account = text(accounts[0])
		}
		w.region = text(res.Arguments["region"])
		if p, known := catalog.PartitionOf(w.region); known {
			w.partition = p.ID
		}
	}
}

// text is a text without symbols; "" if it has some.
func text(v wiring.Value) string {
	if t, is := v.(wiring.Text); is && len(t) == 1 && t[0].Kind == wiring.IsLiteral {
		return t[0].Text
	}
	return ""
}

// of is the resource of a type with a file in an argument.
func (w *wired) of(kind, argument, file string) *wiring.Resource {
	want := wiring.File(file)
	for _, res := range w.resources {
		if value := res.Arguments[argument]; res.Type == kind && value != nil && wiring.Equal(value, want) {
			return res
		}
	}
	return nil
}

// role is the role that a file is the trust or a policy of, and the resource that says its path: a role that exists already is
// found by its name alone, and its policies lie under its path.
func (w *wired) role(p found) (role, path *wiring.Resource) {
	if p.kind == artifact.Trust {
		role = w.of("aws_iam_role", "assume_role_policy", p.path)
		return role, role
	}
	managed := w.of("aws_iam_policy", "policy", p.path)
	if managed == nil {
		return nil, nil
	}
	for _, res := range w.resources {
		if res.Type != "aws_iam_role_policy_attachment" || res.Arguments["policy_arn"] == nil || !wiring.Equal(res.Arguments["policy_arn"], managed.Reference("arn")) {
			continue
		}
		for _, role := range w.resources {
			if role.Type == "aws_iam_role" && text(role.Arguments["name"]) == text(res.Arguments["role"]) {
				return role, managed
			}
		}
	}
	return nil, nil
}

// complete says of an identity what Terraform does: its ARN, its tags, and what else is attached to it.
func (w *wired) complete(i *inventory.Identity, role, path *wiring.Resource) {
	name := text(role.Arguments["name"])
	if i.ARN == "" && w.account != "" && name != "" {
		i.ARN = w.iam("role", text(path.Arguments["path"]), name)
	}
	if tags, is := role.Arguments["tags"].(wiring.Object); is && len(i.Tags) == 0 {
		for _, key := range slices.Sorted(maps.Keys(tags)) {
			i.Tags = append(i.Tags, inventory.Tag{Key: key, Value: text(tags[key])})
		}
	}
	for _, res := range w.resources {
		if res.Type == "aws_iam_role_policy_attachment" && text(res.Arguments["role"]) == name {
			i.Attach(text(res.Arguments["policy_arn"]), i.Range)
		}
	}
}

func (w *wired) iam(kind, path, name string) string {
	return "arn:" + w.partition + ":iam::" + w.account + ":" + kind + path + name
}

// boundaryARN is the ARN of the boundary that is made here; "" if none is.
func (w *wired) boundaryARN() string {
	for _, res := range w.resources {
		if v, is := res.Arguments["policy"].(wiring.Text); is && res.Type == "aws_iam_policy" && len(v) == 1 && v[0].Kind == wiring.IsFile && strings.HasSuffix(v[0].Text, "/boundary.json") {
			return w.iam("policy", text(res.Arguments["path"]), text(res.Arguments["name"]))
		}
	}
	return ""
}

// tableOf is the address of the table that a policy in a file is given to.
func (w *wired) tableOf(file string) string {
	res := w.of("aws_dynamodb_resource_policy", "policy", file)
	if res == nil {
		return ""
	}
	if arn, is := res.Arguments["resource_arn"].(wiring.Text); is && len(arn) == 1 && arn[0].Kind == wiring.IsReference {
		return strings.TrimSuffix(arn[0].Text, ".arn")
	}
	return ""
}

// table is a table that is made, or that exists already, of which only the name is known.
func (w *wired) table(res *wiring.Resource) *inventory.Table {
	body := node(res.Body)
	t := &inventory.Table{Table: tfjson.Describe(body), Described: res.Mode == wiring.Managed}
	t.Account, t.Region = w.account, w.region
	for _, m := range body.Get("tags").Each() {
		for _, tag := range m.Members {
			t.Tags = append(t.Tags, inventory.Tag{Key: tag.Name, Value: tag.Value.String()})
		}
	}
	return t
}

// node is a body as data: its arguments, and lists of its blocks.
func node(b wiring.Body) *tree.Node {
	out := &tree.Node{Kind: tree.Object}
	for _, name := range slices.Sorted(maps.Keys(b.Arguments)) {
		out.Members = append(out.Members, tree.Member{Name: name, Value: value(b.Arguments[name])})
	}
	for _, block := range b.Blocks {
		list := out.Get(block.Type)
		if list == nil {
			list = &tree.Node{Kind: tree.List}
			out.Members = append(out.Members, tree.Member{Name: block.Type, Value: list})
		}
		list.Items = append(list.Items, node(block.Body))
	}
	return out
}

func value(v wiring.Value) *tree.Node {
	switch v := v.(type) {
	case wiring.Text:
		n := &tree.Node{Kind: tree.String}
		for _, p := range v {
			if p.Kind == wiring.IsLiteral {
				n.Text += p.Text
			} else {
				n.Text += "{" + p.Text + "}"
			}
		}
		return n
	case wiring.Number:
		return &tree.Node{Kind: tree.Number, Text: v.String()}
	case wiring.Bool:
		return &tree.Node{Kind: tree.Bool, Text: v.String()}
	case wiring.List:
		n := &tree.Node{Kind: tree.List}
		for _, item := range v {
			n.Items = append(n.Items, value(item))
		}
		return n
	case wiring.Set:
		return value(wiring.Literals(v))
	case wiring.Object:
		n := &tree.Node{Kind: tree.Object}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			n.Members = append(n.Members, tree.Member{Name: name, Value: value(v[name])})
		}
		return n
	}
	return &tree.Node{Kind: tree.Null}
}
