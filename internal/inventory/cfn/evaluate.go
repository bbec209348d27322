package cfn

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// The limits of what is evaluated. Names can be made of names, so that a small template can stand for a text without end.
const (
	maxText     = 64 << 10 // CloudFormation takes no parameter, name or policy of that size
	maxDepth    = 120      // of values in each other, and of references
	maxVariants = 64       // of one statement
)

// evaluator computes the values of a template (AWS CloudFormation user guide, "Intrinsic function reference").
type evaluator struct {
	options    Options
	warn       func(id, title, detail string, at hcl.Range)
	parameters map[string]*tree.Node
	mappings   *tree.Node
	conditions map[string]*tree.Node
	resources  map[string]*resource
	symbols    map[string]bool // the texts that stand for names which CloudFormation chooses: they hold no separators
	chosen     map[string]bool // what is said of them
	names      map[string]*tree.Node
	naming     map[string]bool
	spent      int
	budget     int
	depth      int
	logic
}

func newEvaluator(root *tree.Node, o Options, budget int, warn func(id, title, detail string, at hcl.Range)) evaluator {
	e := evaluator{
		options: o, warn: warn, budget: budget,
		parameters: map[string]*tree.Node{}, mappings: root.Get("Mappings"), conditions: map[string]*tree.Node{},
		resources: map[string]*resource{}, symbols: map[string]bool{}, chosen: map[string]bool{},
		names: map[string]*tree.Node{}, naming: map[string]bool{},
		logic: logic{known: map[string]truth{}, deciding: map[string]bool{}},
	}
	for _, m := range members(root.Get("Parameters")) {
		e.parameters[m.Name] = m.Value
	}
	for _, m := range members(root.Get("Conditions")) {
		e.conditions[m.Name] = m.Value
	}
	return e
}

// call takes a node that is a call of an intrinsic function apart: {"Fn::Join": …} or !Join …. Others have no name.
func call(n *tree.Node) (name string, argument *tree.Node) {
	if n == nil {
		return "", nil
	}
	if n.Tag != "" {
		bare := *n
		bare.Tag = ""
		switch n.Tag {
		case "!Ref", "!Condition":
			return n.Tag[1:], &bare
		}
		return "Fn::" + strings.TrimPrefix(n.Tag, "!"), &bare
	}
	if n.Kind == tree.Object && len(n.Members) == 1 {
		if m := n.Members[0]; m.Name == "Ref" || strings.HasPrefix(m.Name, "Fn::") {
			return m.Name, m.Value
		}
	}
	return "", nil
}

// value computes a value; nil if it is AWS::NoValue, which takes away what it is given to.
func (e *evaluator) value(n *tree.Node) *tree.Node {
	if n == nil {
		return nil
	}
	if e.depth++; e.depth > maxDepth {
		e.depth--
		return somewhere("too-deep", "a value in too many others", n.Range)
	}
	defer func() { e.depth-- }()
	if e.spent++; e.spent > e.budget {
		return somewhere("too-large", "a value of a template that grows too large", n.Range)
	}
	if name, argument := call(n); name != "" {
		return e.function(name, argument, n)
	}
	switch n.Kind {
	case tree.Object:
		return e.object(n)
	case tree.List:
		return e.list(n)
	case tree.String:
		if strings.Contains(n.Text, "{{resolve:") {
			return e.dynamic(n)
		}
	}
	return n
}

func (e *evaluator) object(n *tree.Node) *tree.Node {
	out := &tree.Node{Kind: tree.Object, Range: n.Range}
	for _, m := range n.Members {
		if strings.HasPrefix(m.Name, "Fn::") {
			e.warn(idUnread, "Function beside other names", m.Name+" stands beside other names here, and what it makes is not read.", m.Range)
			continue
		}
		if v := e.value(m.Value); v != nil {
			out.Members = append(out.Members, tree.Member{Name: m.Name, Range: m.Range, Value: v})
		}
	}
	return out
}

func (e *evaluator) list(n *tree.Node) *tree.Node {
	out := &tree.Node{Kind: tree.List, Range: n.Range}
	for _, i := range n.Items {
		name, _ := call(i)
		v := e.value(i)
		switch {
		case v == nil:
		case name == "Fn::If" && v.Kind == tree.List && v.Unknown != nil:
			out.Items = append(out.Items, v.Items...) // of both cases
		default:
			out.Items = append(out.Items, v)
		}
	}
	return out
}

// dynamic is a text with a dynamic reference, of which only the stack learns the value.
func (e *evaluator) dynamic(n *tree.Node) *tree.Node {
	out := *n
	var b strings.Builder
	rest := n.Text
	for {
		begin := strings.Index(rest, "{{resolve:")
		end := -1
		if begin >= 0 {
			end = strings.Index(rest[begin:], "}}")
		}
		if end < 0 {
			b.WriteString(rest)
			break
		}
		reference := rest[begin+len("{{") : begin+end]
		b.WriteString(rest[:begin] + symbol(reference))
		out.Unknown = append(out.Unknown, "the dynamic reference "+reference)
		rest = rest[begin+end+2:]
	}
	out.Text = b.String()
	return &out
}

// text is a value as a text; unknown where it has none.
func (e *evaluator) text(n *tree.Node, at hcl.Range) *tree.Node {
	v := e.value(n)
	switch {
	case v == nil:
		return &tree.Node{Kind: tree.String, Range: at}
	case v.Kind == tree.String:
		return v
	case v.Kind == tree.Number || v.Kind == tree.Bool:
		return &tree.Node{Kind: tree.String, Text: v.Text, Unknown: v.Unknown, Range: v.Range}
	}
	return somewhere("not-a-text", "a value that is no text", v.Range)
}

// joined is texts one behind the other.
func (e *evaluator) joined(at hcl.Range, delimiter string, parts []*tree.Node) *tree.Node {
	out := &tree.Node{Kind: tree.String, Range: at}
	size := 0
	for _, p := range parts {
		size += len(p.Text) + len(delimiter)
	}
	if e.spent += size; size > maxText || e.spent > e.budget {
		return somewhere("too-large", "a text that grows too large", at)
	}
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			b.WriteString(delimiter)
		}
		b.WriteString(p.Text)
		out.Unknown = union(out.Unknown, p.Unknown)
	}
	out.Text = b.String()
	return out
}

func literal(text string, at hcl.Range) *tree.Node {
	return &tree.Node{Kind: tree.String, Text: text, Range: at}
}

// unknown is a name in braces for what is not known.
func unknown(name, what string, at hcl.Range) *tree.Node {
	return &tree.Node{Kind: tree.String, Text: symbol(name), Unknown: []string{what}, Range: at}
}

// somewhere is a name in braces for what has no name of its own, and so is named after its place: the same name must not stand
// for two values.
func somewhere(name, what string, at hcl.Range) *tree.Node {
	return unknown(fmt.Sprintf("%s.%d.%d", name, at.Start.Line, at.Start.Column), what, at)
}

// at is a value at another place: where it is used, and not where it was written.
func at(n *tree.Node, r hcl.Range) *tree.Node {
	if n == nil || n.Range == r {
		return n
	}
	out := *n
	out.Range = r
	if n.Items != nil {
		out.Items = make([]*tree.Node, len(n.Items))
		for i, item := range n.Items {
			out.Items[i] = at(item, r)
		}
	}
	return &out
}

// symbol is a name in braces.
func symbol(name string) string { return inventory.Symbol(strings.TrimPrefix(name, "AWS::")) }

// union appends what is not there yet.
func union(list []string, more []string) []string {
	for _, m := range more {
		found := false
		for _, l := range list {
			found = found || l == m
		}
		if !found && len(list) < 20 {
			list = append(list[:len(list):len(list)], m)
		}
	}
	return list
}

// account is the account of the stack, and region its region. Where nobody says which, a made-up account and AWS's first region
// stand for them, and a finding says so.
func (e *evaluator) account(at hcl.Range) string {
	if e.options.Account != "" {
		return e.options.Account
	}
	e.assumed(at)
	return "000000000000"
}

func (e *evaluator) region(at hcl.Range) string {
	if e.options.Region != "" {
		return e.options.Region
	}
	e.assumed(at)
	return "us-east-1"
}

func (e *evaluator) partition(at hcl.Range) string {
	if p, ok := catalog.PartitionOf(e.region(at)); ok {
		return p.ID
	}
	return "aws"
}

// assumed says once that account or region are made up.
func (e *evaluator) assumed(at hcl.Range) {
	if e.assuming {
		return
	}
	e.assuming = true
	e.warn(idAssumed, "Account or region that is not known", "A template does not say in which account and region it is deployed. Where none is given, the account is 000000000000 and the region us-east-1. Give them with --account and --region.", at)
}
