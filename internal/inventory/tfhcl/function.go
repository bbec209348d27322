package tfhcl

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/ddbgen/ddbgen/internal/tree"
)

// call evaluates a function (Terraform documentation, "Built-in Functions").
func (m *module) call(e *hclsyntax.FunctionCallExpr, f *frame) *tree.Node {
	at := e.Range()
	name := strings.TrimPrefix(e.Name, "core::")
	if name == "try" || name == "can" || name == "coalesce" {
		return m.attempt(name, e, f)
	}
	var args []*tree.Node
	for i, x := range e.Args {
		v := m.eval(x, f)
		if e.ExpandFinal && i == len(e.Args)-1 {
			if v.Kind != tree.List {
				return m.opaque(name, append(args, v), at)
			}
			args = append(args, v.Items...)
			continue
		}
		args = append(args, v)
	}
	if v := m.structural(name, args, at); v != nil {
		return m.sized(v)
	}
	if v := m.collection(name, args, at); v != nil {
		return m.sized(v)
	}
	if v := m.textual(name, args, f, at); v != nil {
		return v
	}
	return m.library(name, args, at)
}

// attempt evaluates the functions that take the first argument that is good. What is not known may be good.
func (m *module) attempt(name string, e *hclsyntax.FunctionCallExpr, f *frame) *tree.Node {
	at := e.Range()
	for i, x := range e.Args {
		v := m.eval(x, f)
		last := i == len(e.Args)-1
		switch {
		case name == "can":
			if len(m.unknowns(v)) > 0 {
				return somewhere("can", "whether something can be computed", at)
			}
			return boolean(true, at)
		case name == "coalesce" && (isNull(v) || v.Kind == tree.String && v.Text == "" && v.Unknown == nil) && !last:
			continue
		}
		return v
	}
	return null(at)
}

// structural evaluates functions that keep what they are given, with its places; nil for another function.
func (m *module) structural(name string, args []*tree.Node, at hcl.Range) *tree.Node {
	if len(args) == 0 {
		return nil
	}
	first := args[0]
	switch name {
	case "jsonencode":
		out := *first
		out.Tag = asText
		if isUnknown(first) {
			out.Tag = "" // one that is not known is not known as JSON either
			out.Text = "{jsonencode." + strings.Trim(first.Text, "{}") + "}"
		}
		return &out
	case "jsondecode":
		return m.decoded(first, at)
	case "toset", "tolist", "tostring", "tonumber", "tobool", "tomap", "sensitive", "nonsensitive", "ephemeralasnull":
		if name == "toset" && first.Kind == tree.List {
			return inOrder(m.distinct(first))
		}
		return first
	case "concat", "setunion", "flatten":
		out := list(nil, at)
		for _, a := range args {
			m.append(out, a, name == "flatten", 0)
		}
		if name == "setunion" {
			return inOrder(m.distinct(out))
		}
		return out
	case "merge":
		out := &tree.Node{Kind: tree.Object, Range: at}
		for _, a := range args {
			if isUnknown(a) || a.Kind != tree.Object && !isNull(a) {
				return m.opaque(name, args, at)
			}
			m.spent += len(a.Members) * (1 + len(out.Members)/16)
			for _, member := range a.Members {
				put(out, member.Name, member.Range, member.Value)
			}
			out.Unknown = union(out.Unknown, a.Unknown)
			if m.spent > m.budget {
				return somewhere("too-large", "a value that grows too large", at)
			}
		}
		return out
	}
	return nil
}

// append adds the items of a list to another, or what is not known as one item.
func (m *module) append(out, a *tree.Node, deep bool, depth int) {
	if a.Kind != tree.List {
		out.Items = append(out.Items, a)
		return
	}
	out.Unknown = union(out.Unknown, a.Unknown)
	m.spent += len(a.Items)
	for _, i := range a.Items {
		if deep && i.Kind == tree.List && depth < maxDepth && len(out.Items) <= maxItems && m.spent <= m.budget {
			m.append(out, i, deep, depth+1)
		} else if isNull(i) || len(out.Items) <= maxItems {
			out.Items = append(out.Items, i)
		}
	}
}

// distinct is a list in which nothing comes twice.
func (m *module) distinct(n *tree.Node) *tree.Node {
	out := list(nil, n.Range)
	out.Unknown = n.Unknown
	seen := map[string]bool{}
	for _, i := range n.Items {
		if !m.charge(i) {
			return somewhere("too-large", "a list that grows too large", n.Range)
		}
		if key := string(i.JSON()); !seen[key] {
			seen[key] = true
			out.Items = append(out.Items, i)
		}
	}
	return out
}

// inOrder is a set as Terraform goes through one: in the order of its texts.
func inOrder(n *tree.Node) *tree.Node {
	slices.SortStableFunc(n.Items, func(a, b *tree.Node) int { return strings.Compare(a.Text, b.Text) })
	return n
}

// decoded is what a JSON text says.
func (m *module) decoded(n *tree.Node, at hcl.Range) *tree.Node {
	if n.Tag == asText {
		out := *n
		out.Tag = ""
		return &out
	}
	if m.spent += len(n.Text); isUnknown(n) || m.spent > m.budget {
		return m.opaque("jsondecode", []*tree.Node{n}, at)
	}
	values, ds := tree.ParseJSON(n.Range.Filename, []byte(n.Text))
	if len(ds) > 0 || len(values) != 1 {
		return m.opaque("jsondecode", []*tree.Node{n}, at)
	}
	m.settle(values[0], n.Unknown != nil, func(hcl.Pos) hcl.Pos { return n.Range.Start })
	return values[0]
}

// collection evaluates functions of lists and objects; nil for another, or where too little is known.
func (m *module) collection(name string, args []*tree.Node, at hcl.Range) *tree.Node {
	if len(args) == 0 || isUnknown(args[0]) {
		return nil
	}
	first := args[0]
	isList, isObject := first.Kind == tree.List, first.Kind == tree.Object && first.Tag == ""
	out := list(nil, at)
	out.Unknown = first.Unknown
	switch {
	case name == "distinct" && isList:
		return m.distinct(first)
	case name == "compact" && isList:
		for _, i := range first.Items {
			if !isNull(i) && (i.Kind != tree.String || i.Text != "") {
				out.Items = append(out.Items, i)
			}
		}
		return out
	case name == "reverse" && isList:
		out.Items = slices.Clone(first.Items)
		slices.Reverse(out.Items)
		return out
	case (name == "keys" || name == "values") && isObject:
		// Terraform has the names of an object in their order as texts.
		members := slices.Clone(first.Members)
		slices.SortStableFunc(members, func(a, b tree.Member) int { return strings.Compare(a.Name, b.Name) })
		for _, member := range members {
			v := member.Value
			if name == "keys" {
				v = m.named(member.Name, member.Range)
			}
			out.Items = append(out.Items, v)
		}
		return out
	case name == "lookup" && isObject && len(args) >= 2 && args[1].Unknown == nil:
		if v := first.Get(args[1].Text); v != nil {
			return v
		}
		if len(args) == 3 && first.Unknown == nil {
			return args[2]
		}
	case name == "one" && isList && first.Unknown == nil && len(first.Items) <= 1:
		if len(first.Items) == 0 {
			return null(at)
		}
		return first.Items[0]
	}
	return m.counting(name, args, at)
}

// counting evaluates functions that count on the whole of a list being known.
func (m *module) counting(name string, args []*tree.Node, at hcl.Range) *tree.Node {
	first := args[0]
	isList := first.Kind == tree.List && first.Unknown == nil
	number := func(i int) (int, bool) {
		if i >= len(args) || args[i].Unknown != nil {
			return 0, false
		}
		n, err := strconv.Atoi(args[i].Text)
		return n, err == nil
	}
	switch {
	case name == "length" && (isList || first.Kind == tree.Object && first.Tag == "" && first.Unknown == nil):
		return fromCty(cty.NumberIntVal(int64(len(first.Items)+len(first.Members))), at)
	case name == "element" && isList && len(first.Items) > 0:
		if i, ok := number(1); ok && i >= 0 {
			return first.Items[i%len(first.Items)]
		}
	case name == "slice" && isList:
		from, ok := number(1)
		to, ok2 := number(2)
		if ok && ok2 && from >= 0 && from <= to && to <= len(first.Items) {
			return list(first.Items[from:to:to], at)
		}
	case name == "contains" && isList && len(args) == 2 && len(m.unknowns(first)) == 0 && args[1].Unknown == nil:
		return boolean(slices.ContainsFunc(first.Items, func(i *tree.Node) bool { return i.Kind == args[1].Kind && i.Text == args[1].Text }), at)
	case name == "coalescelist":
		for _, a := range args {
			if a.Kind != tree.List || a.Unknown != nil {
				return nil
			}
			if len(a.Items) > 0 {
				return a
			}
		}
	case name == "zipmap" && isList && len(args) == 2 && args[1].Kind == tree.List && len(first.Items) == len(args[1].Items):
		out := &tree.Node{Kind: tree.Object, Range: at}
		for i, k := range first.Items {
			m.spent += i / 16
			put(out, k.Text, at, args[1].Items[i])
		}
		return out
	}
	return nil
}

// textual evaluates the functions that put texts together, or read them from files. Names in braces go through them unharmed.
func (m *module) textual(name string, args []*tree.Node, f *frame, at hcl.Range) *tree.Node {
	switch {
	case name == "join" && len(args) >= 2:
		var parts []*tree.Node
		for _, a := range args[1:] {
			if isUnknown(a) {
				parts = append(parts, args[0], a)
				continue
			}
			for _, i := range a.Each() {
				parts = append(parts, args[0], i)
			}
		}
		return m.text(parts[min(1, len(parts)):], at)
	case name == "format" && len(args) > 0:
		return m.format(args, at)
	case name == "formatlist" && len(args) > 1:
		return m.formatList(args, at)
	case name == "file" && len(args) == 1:
		return m.file(args[0], at)
	case name == "templatefile" && len(args) == 2:
		return m.templateFile(args[0], args[1], at)
	case (name == "basename" || name == "dirname") && len(args) == 1 && args[0].Unknown == nil:
		if name == "basename" {
			return literal(path.Base(args[0].Text), at)
		}
		return literal(path.Dir(args[0].Text), at)
	case (name == "trimspace" || name == "chomp") && len(args) == 1 && args[0].Tag == asText:
		return args[0]
	}
	return nil
}

var verbs = regexp.MustCompile(`%(\[[0-9]+\])?[-+ #0]*[0-9]{0,3}(\.[0-9]{0,3})?[a-zA-Z%]`)

// format evaluates format, with widths that are no attack.
func (m *module) format(args []*tree.Node, at hcl.Range) *tree.Node {
	pattern := args[0]
	if pattern.Kind != tree.String || pattern.Tag != "" || strings.Contains(verbs.ReplaceAllString(pattern.Text, ""), "%") {
		return m.opaque("format", args, at)
	}
	simple := regexp.MustCompile(`%[sv]|%%`)
	if strings.Contains(simple.ReplaceAllString(pattern.Text, ""), "%") {
		return m.library("format", args, at)
	}
	parts := []*tree.Node{}
	rest, next := pattern.Text, 1
	for {
		i := strings.Index(rest, "%")
		if i < 0 {
			parts = append(parts, &tree.Node{Kind: tree.String, Text: rest, Unknown: pattern.Unknown, Range: at})
			return m.text(parts, at)
		}
		parts = append(parts, literal(rest[:i], at))
		if rest[i+1] == '%' {
			parts = append(parts, literal("%", at))
		} else {
			if next >= len(args) {
				return m.opaque("format", args, at)
			}
			parts = append(parts, args[next])
			next++
		}
		rest = rest[i+2:]
	}
}

// formatList evaluates formatlist: lists give an item each, other values themselves. A list that is not known is one item.
func (m *module) formatList(args []*tree.Node, at hcl.Range) *tree.Node {
	out, count := list(nil, at), 1
	for _, a := range args[1:] {
		if a.Kind == tree.List {
			count = len(a.Items)
			out.Unknown = union(out.Unknown, a.Unknown)
		}
	}
	for i := range min(count, maxItems) {
		each := []*tree.Node{args[0]}
		for _, a := range args[1:] {
			if a.Kind == tree.List {
				if i >= len(a.Items) {
					return m.opaque("formatlist", args, at)
				}
				a = a.Items[i]
			}
			each = append(each, a)
		}
		if m.spent > m.budget {
			break
		}
		out.Items = append(out.Items, m.format(each, at))
	}
	return out
}

// opaque is what a function makes of what is not known: named after both, so that the same of the same has one name.
func (m *module) opaque(name string, args []*tree.Node, at hcl.Range) *tree.Node {
	text, what := name, ""
	for _, a := range args {
		if m.size(a) > 4096 || !m.charge(a) {
			return somewhere(name, "what "+name+" makes", at)
		}
		text += " " + strings.Trim(string(a.JSON()), "{}\"")
		if all := m.unknowns(a); what == "" && len(all) > 0 {
			what = all[0]
		}
	}
	if what == "" {
		return somewhere(name, "what "+name+" makes", at)
	}
	return unknown(text, "what "+name+" makes of "+what, at)
}

// library evaluates functions of texts and numbers by the library that Terraform has them from.
func (m *module) library(name string, args []*tree.Node, at hcl.Range) *tree.Node {
	impl, known := functions()[name]
	if !known {
		return m.opaque(name, args, at)
	}
	size, product := 0, 1
	var values []cty.Value
	for _, a := range args {
		if len(m.unknowns(a)) > 0 {
			return m.opaque(name, args, at)
		}
		w := m.size(a)
		size += w
		product = min(product*max(w, 1), 1<<40)
		v, ok := toCty(a)
		if !ok {
			return m.opaque(name, args, at)
		}
		values = append(values, v)
	}
	// What replace, setproduct and indent make grows with the product of what they are given.
	multiplies := name == "replace" || name == "setproduct" || name == "formatlist" || name == "regexall"
	number := slices.ContainsFunc(args, func(a *tree.Node) bool { return a.Kind == tree.Number && len(a.Text) > 4 })
	if m.spent += size; size > maxText || multiplies && product > 1<<24 || name == "indent" && number {
		return somewhere(name, "what "+name+" makes, which grows too large,", at)
	}
	v, err := impl.Call(values)
	if err != nil {
		return somewhere(name, "what "+name+" makes", at)
	}
	out := fromCty(v, at)
	return m.sized(out)
}

func functions() map[string]function.Function {
	return map[string]function.Function{
		"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "floor": stdlib.FloorFunc, "max": stdlib.MaxFunc, "min": stdlib.MinFunc,
		"lower": stdlib.LowerFunc, "upper": stdlib.UpperFunc, "title": stdlib.TitleFunc, "strrev": stdlib.ReverseFunc, "substr": stdlib.SubstrFunc,
		"trim": stdlib.TrimFunc, "trimprefix": stdlib.TrimPrefixFunc, "trimsuffix": stdlib.TrimSuffixFunc, "trimspace": stdlib.TrimSpaceFunc,
		"chomp": stdlib.ChompFunc, "indent": stdlib.IndentFunc, "replace": replaceFunc, "split": stdlib.SplitFunc, "regex": stdlib.RegexFunc,
		"regexall": stdlib.RegexAllFunc, "format": stdlib.FormatFunc, "formatlist": stdlib.FormatListFunc, "sort": stdlib.SortFunc,
		"range": stdlib.RangeFunc, "setproduct": stdlib.SetProductFunc, "setintersection": stdlib.SetIntersectionFunc,
		"setsubtract": stdlib.SetSubtractFunc, "chunklist": stdlib.ChunklistFunc, "startswith": affix(strings.HasPrefix), "endswith": affix(strings.HasSuffix),
		"strcontains": affix(strings.Contains), "parseint": stdlib.ParseIntFunc, "signum": stdlib.SignumFunc,
	}
}

// affix is one of the functions that Terraform has itself.
func affix(has func(string, string) bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "str", Type: cty.String}, {Name: "part", Type: cty.String}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.BoolVal(has(args[0].AsString(), args[1].AsString())), nil
		},
	})
}

// replaceFunc is Terraform's replace: what stands between slashes is a regular expression.
var replaceFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "str", Type: cty.String}, {Name: "substr", Type: cty.String}, {Name: "replace", Type: cty.String}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		s, old, by := args[0].AsString(), args[1].AsString(), args[2].AsString()
		if len(old) > 1 && strings.HasPrefix(old, "/") && strings.HasSuffix(old, "/") {
			re, err := regexp.Compile(old[1 : len(old)-1])
			if err != nil {
				return cty.NilVal, err
			}
			return cty.StringVal(re.ReplaceAllString(s, by)), nil
		}
		return cty.StringVal(strings.ReplaceAll(s, old, by)), nil
	},
})
