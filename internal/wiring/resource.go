package wiring

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Mode says what a block declares.
type Mode int

// The modes.
const (
	Managed  Mode = iota // a resource
	Data                 // a data source
	Provider             // the settings of a provider
	Backend              // where the state is kept
)

// Resource is an instance of a resource or of a data source, or the settings of a provider or of a backend.
type Resource struct {
	Mode    Mode
	Module  string // address of the module, such as module.roles; "" in the root
	Type    string
	Name    string // "" of a provider and of a backend
	Key     string
	HasKey  bool     // one of several, by for_each
	Ignored []string // what lifecycle.ignore_changes names
	Place   string   // where it is declared: file and line
	Body

	address string
}

// Body is what stands in a block, in a resource as in the blocks inside it.
type Body struct {
	Arguments map[string]Value
	Blocks    []Block // in the order of the source
}

// Block is a block inside a resource.
type Block struct {
	Type string
	Body
}

// Address is the resource's address in the root's plan.
func (r *Resource) Address() string { return r.address }

// addressed is the resource with its address, which is asked for more often than it is made.
func (r *Resource) addressed() *Resource {
	parts := []string{r.Module, [...]string{Managed: "", Data: "data", Provider: "provider", Backend: "backend"}[r.Mode], r.Type, r.Name}
	r.address = strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), ".")
	if r.HasKey {
		r.address += "[" + strconv.Quote(r.Key) + "]"
	}
	return r
}

// String makes a resource a Value: as a whole it is known by its address.
func (r *Resource) String() string { return r.Address() }

// Reference is an attribute of the resource that AWS decides.
func (r *Resource) Reference(attribute string) Text {
	return Text{{IsReference, r.Address() + "." + attribute}}
}

// attribute is what a reference to the resource comes to: what the configuration sets, or a symbol for what AWS decides.
func (r *Resource) attribute(name string) (Value, bool) {
	if v, set := r.Arguments[name]; set {
		return v, true
	}
	if !slices.Contains(computed(r.Type), name) {
		return nil, false
	}
	if name == "dns_entry" {
		return List{Object{"dns_name": r.Reference("dns_entry[0].dns_name")}}, true
	}
	return r.Reference(name), true
}

// computed are the attributes that AWS decides, of a resource or a data source alike. None of them can be set.
func computed(kind string) []string {
	switch kind {
	case "aws_iam_role", "aws_iam_policy", "aws_iam_openid_connect_provider", "aws_cloudtrail":
		return []string{"arn", "id"}
	case "aws_kms_key":
		return []string{"arn", "id", "key_id"}
	case "aws_dynamodb_table":
		return []string{"arn", "id", "stream_arn"}
	case "aws_vpc_endpoint":
		return []string{"arn", "id", "dns_entry"}
	}
	return nil
}

// String shows a body on one line: its arguments by name, then its blocks as they stand.
func (b Body) String() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(b.Arguments)) {
		parts = append(parts, name+" = "+b.Arguments[name].String())
	}
	for _, block := range b.Blocks {
		parts = append(parts, block.String())
	}
	return strings.Join(parts, "; ")
}

func (b Block) String() string { return b.Type + " { " + b.Body.String() + " }" }

// Files are the paths of the files that arguments of the body read, each as often as it is read.
func (b Body) Files() []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(b.Arguments)) {
		out = append(out, filesOf(b.Arguments[name])...)
	}
	for _, block := range b.Blocks {
		out = append(out, block.Files()...)
	}
	return out
}

func filesOf(v Value) []string {
	var out []string
	switch v := v.(type) {
	case Text:
		for _, p := range v {
			if p.Kind == IsFile {
				out = append(out, p.Text)
			}
		}
	case List:
		for _, x := range v {
			out = append(out, filesOf(x)...)
		}
	case Object:
		for _, name := range v.names() {
			out = append(out, filesOf(v[name])...)
		}
	}
	return out
}
