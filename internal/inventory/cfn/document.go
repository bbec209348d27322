package cfn

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// maxDocument is more than any policy may have: that of a KMS key, of 32 KB, is the largest (KMS developer guide, "Quotas").
const maxDocument = 128 << 10

// document reads a policy document. Where it hangs on conditions that are not known, it is what it is at worst. One that may not
// be there as a whole is without what it denies.
func (t *template) document(raw *tree.Node, kind artifact.Kind, name string, perhaps bool) *inventory.Document {
	if raw == nil {
		return nil
	}
	n := t.worst(raw)
	if n != nil && perhaps {
		n = inventory.WithoutDenials(n)
	}
	if n == nil {
		return nil
	}
	if n.Kind == tree.String && n.Unknown != nil && !strings.Contains(n.Text, `"`) {
		t.unread(raw.Range, "Policy that is not known", "What this policy says is not known: it is %s. Give the values of the template's parameters, or the template with the policy in it.", n.Unknown[0])
		return nil
	}
	if weight(n) > maxDocument {
		t.unread(raw.Range, "Policy that grows too large", "With what it refers to written out, this policy is larger than AWS takes, and it is not read. Shorten it.")
		return nil
	}
	t.unresolved(n)
	d, problem := inventory.Parse(n, kind, name)
	if problem != nil {
		t.inv.Findings = append(t.inv.Findings, problem)
	}
	return d
}

// worst is a document with the statements of all cases.
func (t *template) worst(raw *tree.Node) *tree.Node {
	if name, _ := call(raw); name != "" || raw.Kind != tree.Object {
		return t.whole(raw)
	}
	out := &tree.Node{Kind: tree.Object, Range: raw.Range}
	for _, m := range raw.Members {
		v := m.Value
		if m.Name == "Statement" {
			v = t.statements(m.Value)
		} else {
			v = t.value(v)
		}
		if v != nil {
			out.Members = append(out.Members, tree.Member{Name: m.Name, Range: m.Range, Value: v})
		}
	}
	return out
}

// whole computes a document that a function makes.
func (t *template) whole(raw *tree.Node) *tree.Node {
	cases, complete := t.variants(func() *tree.Node { return t.value(raw) })
	t.tooMany(complete, raw)
	if len(cases) == 1 {
		return cases[0]
	}
	var first *tree.Node
	var lists [][]*tree.Node
	for _, c := range cases {
		if c != nil && c.Kind != tree.Object {
			t.unread(raw.Range, "Policy in several cases", "This policy hangs on a condition that is not known, and is not an object in all cases, so it is not read. Give the values of the template's parameters.")
			return nil
		}
		lists = append(lists, c.Get("Statement").Each())
		if first == nil {
			first = c
		}
	}
	if first == nil {
		return nil
	}
	return inventory.WithStatements(first, t.merged(raw, lists))
}

// statements are those of a document, each as it is in every case.
func (t *template) statements(raw *tree.Node) *tree.Node {
	if name, _ := call(raw); name != "" || raw.Kind != tree.List {
		cases, complete := t.variants(func() *tree.Node { return t.value(raw) })
		t.tooMany(complete, raw)
		if len(cases) == 1 {
			return cases[0]
		}
		return list(raw, t.merged(raw, each(cases)))
	}
	var all []*tree.Node
	for _, item := range raw.Items {
		cases, complete := t.variants(func() *tree.Node { return t.value(item) })
		t.tooMany(complete, item)
		all = append(all, t.merged(item, each(cases))...)
	}
	return list(raw, all)
}

func (t *template) tooMany(complete bool, at *tree.Node) {
	if !complete {
		t.unread(at.Range, "Too many cases", "What stands here hangs on so many conditions that not all cases of it were read. Give the values of the template's parameters.")
	}
}

func each(cases []*tree.Node) [][]*tree.Node {
	var out [][]*tree.Node
	for _, c := range cases {
		out = append(out, c.Each())
	}
	return out
}

func list(raw *tree.Node, items []*tree.Node) *tree.Node {
	return &tree.Node{Kind: tree.List, Items: items, Range: raw.Range}
}

// merged brings the statements of all cases together.
func (t *template) merged(raw *tree.Node, cases [][]*tree.Node) []*tree.Node {
	out, left := inventory.Worst(cases)
	if len(cases) == 1 {
		return out
	}
	detail := "What stands here hangs on a condition that is not known. It is read as it is at worst: what one case allows is allowed."
	if left {
		detail += " What is denied in one case only is taken as not denied."
	}
	t.warn(idUnresolved, "Condition that is not known", detail+" Give the values of the template's parameters to see what follows from them.", raw.Range)
	return out
}

// entry is an item of a list, and whether a condition that is not known decides if it is there.
type entry struct {
	node    *tree.Node
	perhaps bool
}

// entries are the items of a list that are there, or may be. The items are as they are written, so that a document in one is
// read in all its cases.
func (t *template) entries(raw *tree.Node) []entry { return t.entriesOf(raw, false, 0) }

func (t *template) entriesOf(raw *tree.Node, perhaps bool, depth int) []entry {
	if raw == nil || depth > maxDepth {
		return nil
	}
	name, argument := call(raw)
	switch {
	case name == "Ref" && argument.String() == "AWS::NoValue":
		return nil
	case name == "Fn::If" && len(argument.Each()) == 3:
		all := argument.Each()
		switch t.condition(all[0].String(), raw) {
		case yes:
			return t.entriesOf(all[1], perhaps, depth+1)
		case no:
			return t.entriesOf(all[2], perhaps, depth+1)
		}
		return append(t.entriesOf(all[1], true, depth+1), t.entriesOf(all[2], true, depth+1)...)
	case name != "":
		var out []entry
		for _, v := range t.value(raw).Each() {
			out = append(out, entry{v, perhaps})
		}
		return out
	case raw.Kind == tree.List:
		var out []entry
		for _, item := range raw.Items {
			out = append(out, t.entriesOf(item, perhaps, depth+1)...)
		}
		return out
	}
	return []entry{{raw, perhaps}}
}

// one is the only value of what is not a list, as it is written; nil if it is not there. What is there in one case only is
// there perhaps.
func (t *template) one(raw *tree.Node) (*tree.Node, bool) {
	if raw == nil {
		return nil, false
	}
	name, argument := call(raw)
	if all := argument.Each(); name == "Fn::If" && len(all) == 3 {
		switch t.condition(all[0].String(), raw) {
		case yes:
			return t.one(all[1])
		case no:
			return t.one(all[2])
		}
		a, perhapsA := t.one(all[1])
		b, perhapsB := t.one(all[2])
		if a != nil && b != nil {
			return raw, perhapsA || perhapsB
		}
		if a == nil {
			a = b
		}
		return a, true
	}
	if name == "Ref" && argument.String() == "AWS::NoValue" {
		return nil, false
	}
	return raw, false
}

// within is a member of a value, as it is written. Where a condition decides which value it is, it decides which member.
func (t *template) within(raw *tree.Node, name string) *tree.Node {
	if raw == nil {
		return nil
	}
	f, argument := call(raw)
	if all := argument.Each(); f == "Fn::If" && len(all) == 3 {
		switch t.condition(all[0].String(), raw) {
		case yes:
			return t.within(all[1], name)
		case no:
			return t.within(all[2], name)
		}
		cases := []*tree.Node{all[0], t.within(all[1], name), t.within(all[2], name)}
		for i := range cases {
			if cases[i] == nil {
				cases[i] = object(raw.Range, "Ref", "AWS::NoValue")
			}
		}
		return object(raw.Range, "Fn::If", list(raw, cases))
	}
	if f != "" {
		return t.value(raw).Get(name)
	}
	return raw.Get(name)
}
