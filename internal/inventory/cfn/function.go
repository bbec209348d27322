package cfn

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/tree"
)

// function computes a call (AWS CloudFormation user guide, "Intrinsic function reference").
func (e *evaluator) function(name string, argument, n *tree.Node) *tree.Node {
	switch name {
	case "Ref":
		return at(e.reference(argument.String(), n.Range), n.Range)
	case "Fn::GetAtt":
		return at(e.attribute(argument, n.Range), n.Range)
	case "Fn::If":
		return e.choose(argument, n)
	case "Fn::FindInMap":
		return at(e.find(argument, n.Range), n.Range)
	case "Fn::Split":
		return e.split(argument, n.Range)
	case "Fn::Select":
		return at(e.selected(argument, n.Range), n.Range)
	}
	if text := e.textual(name, argument, n); text != nil {
		return text
	}
	return e.outside(name, argument, n)
}

// textual computes the functions that make a text; nil for another.
func (e *evaluator) textual(name string, argument, n *tree.Node) *tree.Node {
	switch name {
	case "Fn::Join":
		return e.join(argument, n.Range)
	case "Fn::Sub":
		return e.substitute(argument, n.Range)
	case "Fn::Base64":
		text := e.text(argument, n.Range)
		if text.Unknown != nil {
			return somewhere("base64", "an encoded text, of which a part is not known", n.Range)
		}
		return literal(base64.StdEncoding.EncodeToString([]byte(text.Text)), n.Range)
	case "Fn::ToJsonString":
		v := e.value(argument)
		if v == nil {
			return literal("", n.Range)
		}
		out := literal(string(v.JSON()), n.Range)
		if e.spent += len(out.Text); len(out.Text) > maxText {
			return somewhere("too-large", "a text that grows too large", n.Range)
		}
		for _, what := range v.Unresolved() {
			out.Unknown = union(out.Unknown, []string{what})
		}
		return out
	case "Fn::Length":
		if v := e.value(argument); v != nil && v.Kind == tree.List && len(v.Unresolved()) == 0 {
			return &tree.Node{Kind: tree.Number, Text: strconv.Itoa(len(v.Items)), Range: n.Range}
		}
		return somewhere("length", "the length of a list that is not known", n.Range)
	}
	return nil
}

// outside stands for what only AWS can compute.
func (e *evaluator) outside(name string, argument, n *tree.Node) *tree.Node {
	switch name {
	case "Fn::ImportValue":
		export := e.text(argument, n.Range)
		return unknown("import."+strings.Trim(export.Text, "{}"), "the export "+export.Text+" of another stack", n.Range)
	case "Fn::GetAZs":
		return somewhere("availability-zones", "the list of availability zones", n.Range)
	case "Fn::Transform":
		return somewhere("transform", "what the macro "+argument.Get("Name").String()+" makes", n.Range)
	}
	return somewhere(strings.TrimPrefix(name, "Fn::"), "what "+name+" makes", n.Range)
}

// reference is what Ref of a name is.
func (e *evaluator) reference(name string, at hcl.Range) *tree.Node {
	switch name {
	case "AWS::AccountId":
		return literal(e.account(at), at)
	case "AWS::Region":
		return literal(e.region(at), at)
	case "AWS::Partition":
		return literal(e.partition(at), at)
	case "AWS::URLSuffix":
		return literal(e.suffix(at), at)
	case "AWS::NoValue":
		return nil
	case "AWS::StackName", "AWS::StackId":
		return unknown(name, "the "+map[bool]string{true: "name", false: "id"}[name == "AWS::StackName"]+" of the stack", at)
	case "AWS::NotificationARNs":
		return unknown(name, "the list of the stack's notification topics", at)
	}
	if p := e.parameters[name]; p != nil {
		return e.parameter(name, p, at)
	}
	if r := e.resources[name]; r != nil {
		return e.resourceRef(r, at)
	}
	return unknown(name, name+", which is neither a parameter nor a resource of the template", at)
}

// parameter is the value of a parameter: the one that is given, else its default. The default of a parameter of Systems Manager
// is the name under which the value is kept, and not the value (AWS CloudFormation user guide, "Parameters").
func (e *evaluator) parameter(name string, p *tree.Node, at hcl.Range) *tree.Node {
	kind := p.Get("Type").String()
	text, given := e.options.Parameters[name]
	if !given && !strings.HasPrefix(kind, "AWS::SSM::Parameter::Value") {
		switch def := p.Get("Default"); {
		case def == nil || def.Kind == tree.Null || def.Kind == tree.Object:
		case def.Kind == tree.List:
			return def
		default:
			text, given = def.Text, true
		}
	}
	if !given {
		return unknown(name, "the parameter "+name, at)
	}
	if e.spent += len(text); len(text) > maxText {
		return unknown(name, "the parameter "+name+", which is too long,", at)
	}
	if kind != "CommaDelimitedList" && !strings.HasPrefix(kind, "List<") {
		return literal(text, at)
	}
	out := &tree.Node{Kind: tree.List, Range: at}
	for item := range strings.SplitSeq(text, ",") {
		out.Items = append(out.Items, literal(strings.TrimSpace(item), at))
	}
	return out
}

// attribute is what Fn::GetAtt of a name is; written as a list, or as one text with a dot.
func (e *evaluator) attribute(argument *tree.Node, at hcl.Range) *tree.Node {
	var name, attribute string
	if all := argument.Each(); len(all) >= 2 {
		name = all[0].String()
		parts := make([]*tree.Node, 0, len(all)-1)
		for _, part := range all[1:] {
			parts = append(parts, e.text(part, at))
		}
		attribute = e.joined(at, ".", parts).Text
	} else {
		name, attribute, _ = strings.Cut(argument.String(), ".")
	}
	if r := e.resources[name]; r != nil {
		return e.resourceAttribute(r, attribute, at)
	}
	return unknown(name+"."+attribute, attribute+" of "+name+", which is no resource of the template", at)
}

// choose computes Fn::If. Where the condition is not known, a list is that of both cases, and a text is a name in braces that
// says which texts it can be.
func (e *evaluator) choose(argument, n *tree.Node) *tree.Node {
	all := argument.Each()
	if len(all) != 3 {
		return somewhere("if", "a value that depends on a condition", n.Range)
	}
	name := all[0].String()
	switch e.condition(name, n) {
	case yes:
		return e.value(all[1])
	case no:
		return e.value(all[2])
	}
	a, b := e.value(all[1]), e.value(all[2])
	what := "whether the condition " + name + " holds"
	switch {
	case a == nil && b == nil:
		return nil
	case a != nil && b != nil && string(a.JSON()) == string(b.JSON()):
		return a
	case a != nil && a.Kind == tree.List || b != nil && b.Kind == tree.List:
		out := &tree.Node{Kind: tree.List, Range: n.Range, Unknown: []string{what}}
		out.Items = append(append(out.Items, a.Each()...), b.Each()...)
		return out
	case a != nil && a.Kind == tree.Object || b != nil && b.Kind == tree.Object:
		if a == nil || a.Kind != tree.Object {
			a = b
		}
		out := *a
		out.Unknown = union(nil, append([]string{what}, a.Unknown...))
		return &out
	}
	e.spent += len(shown(a)) + len(shown(b))
	return unknown("if "+name+" "+shown(a)+" else "+shown(b), what, n.Range)
}

func shown(n *tree.Node) string {
	if n == nil {
		return ""
	}
	return n.Text
}

// find computes Fn::FindInMap.
func (e *evaluator) find(argument *tree.Node, at hcl.Range) *tree.Node {
	all := argument.Each()
	if len(all) < 3 {
		return somewhere("map", "a value of a map", at)
	}
	path := make([]*tree.Node, 3)
	for i := range path {
		path[i] = e.text(all[i], at)
	}
	names := e.joined(at, ".", path)
	if names.Unknown == nil {
		if found := e.mappings.At(path[0].Text, path[1].Text, path[2].Text); found != nil {
			e.spent += weight(found)
			return found
		}
		if len(all) > 3 {
			if def := all[3].Get("DefaultValue"); def != nil {
				return e.value(def)
			}
		}
	}
	return unknown("map."+strings.NewReplacer("{", "", "}", "").Replace(names.Text), "what the map "+path[0].Text+" holds for "+path[1].Text+" and "+path[2].Text, at)
}

// weight is about how much memory a value takes.
func weight(n *tree.Node) int {
	if n == nil {
		return 0
	}
	sum := 1 + len(n.Text)
	for _, i := range n.Items {
		sum += weight(i)
	}
	for _, m := range n.Members {
		sum += len(m.Name) + weight(m.Value)
	}
	return sum
}

// join computes Fn::Join. What stands for a list that is not known stands for the text made of it as well.
func (e *evaluator) join(argument *tree.Node, at hcl.Range) *tree.Node {
	all := argument.Each()
	if len(all) != 2 {
		return somewhere("join", "a text that is joined", at)
	}
	delimiter, list := e.text(all[0], at), e.value(all[1])
	var parts []*tree.Node
	for _, item := range list.Each() {
		parts = append(parts, e.text(item, at))
	}
	return e.joined(at, delimiter.Text, parts)
}

// split computes Fn::Split. A text that is not known may hold the delimiter, but for a name that AWS chooses.
func (e *evaluator) split(argument *tree.Node, at hcl.Range) *tree.Node {
	all := argument.Each()
	if len(all) != 2 {
		return somewhere("split", "a text that is split", at)
	}
	delimiter, text := e.text(all[0], at), e.text(all[1], at)
	if delimiter.Text == "" || delimiter.Unknown != nil || !e.whole(text) {
		return somewhere("split", "the parts of "+text.Text, at)
	}
	out := &tree.Node{Kind: tree.List, Range: at}
	for part := range strings.SplitSeq(text.Text, delimiter.Text) {
		item := literal(part, at)
		if strings.Contains(part, "{") {
			item.Unknown = text.Unknown
		}
		e.spent++
		out.Items = append(out.Items, item)
	}
	return out
}

// whole reports whether all that is not known of a text are names which AWS chooses. They hold no slash, colon or comma.
func (e *evaluator) whole(text *tree.Node) bool {
	if text.Unknown == nil {
		return true
	}
	rest := text.Text
	for {
		_, behind, found := strings.Cut(rest, "{")
		if !found {
			return true
		}
		name, after, closed := strings.Cut(behind, "}")
		if !closed || !e.symbols["{"+name+"}"] {
			return false
		}
		rest = after
	}
}

// selected computes Fn::Select.
func (e *evaluator) selected(argument *tree.Node, at hcl.Range) *tree.Node {
	all := argument.Each()
	if len(all) != 2 {
		return somewhere("select", "an item of a list", at)
	}
	index, list := e.text(all[0], at), e.value(all[1])
	i, err := strconv.Atoi(index.Text)
	if err != nil || list == nil || list.Kind != tree.List || list.Unknown != nil || i < 0 || i >= len(list.Items) {
		what := "an item of a list"
		if list != nil && len(list.Unknown) > 0 {
			what += ", " + list.Unknown[0] + ","
		}
		return somewhere("select", what, at)
	}
	return e.value(list.Items[i])
}

// substitute computes Fn::Sub: ${Name}, ${Name.Attribute}, and ${!Name}, which stands for ${Name}.
func (e *evaluator) substitute(argument *tree.Node, at hcl.Range) *tree.Node {
	template, names := argument, (*tree.Node)(nil)
	if all := argument.Each(); argument != nil && argument.Kind == tree.List {
		if len(all) == 0 || len(all) > 2 {
			return somewhere("sub", "a text that is put together", at)
		}
		if template = all[0]; len(all) == 2 {
			names = all[1]
		}
	}
	if template.String() == "" {
		return e.text(template, at)
	}
	var parts []*tree.Node
	rest := template.Text
	for {
		before, behind, found := strings.Cut(rest, "${")
		name, after, closed := strings.Cut(behind, "}")
		if !found || !closed {
			parts = append(parts, literal(rest, at))
			break
		}
		parts = append(parts, literal(before, at))
		switch given := names.Get(name); {
		case strings.HasPrefix(name, "!"):
			parts = append(parts, literal("${"+name[1:]+"}", at))
		case given != nil:
			parts = append(parts, e.text(given, at))
		default:
			parts = append(parts, e.variable(name, at))
		}
		rest = after
	}
	out := e.joined(at, "", parts)
	if strings.Contains(out.Text, "{{resolve:") {
		return e.dynamic(out)
	}
	return out
}

// variable is a name in the text of Fn::Sub.
func (e *evaluator) variable(name string, at hcl.Range) *tree.Node {
	var v *tree.Node
	if id, attribute, dotted := strings.Cut(name, "."); dotted {
		v = e.attribute(&tree.Node{Kind: tree.List, Items: []*tree.Node{literal(id, at), literal(attribute, at)}}, at)
	} else {
		v = e.reference(name, at)
	}
	if v == nil || v.Kind != tree.String {
		return unknown(name, fmt.Sprintf("%s, which is no text,", name), at)
	}
	return v
}
