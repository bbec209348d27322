package spec

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"go.yaml.in/yaml/v4"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/spec/source"
)

// The decoder walks the nodes of a file and a tree of structs side by side. It never stops at a mistake: what is wrong
// is reported and left zero, and what lies beside it is still checked. Structs are walked by reflection on their tags
// (tags.go); every other type decodes itself (decode_leaf.go, decode_collection.go).

// decodeInto fills v, a pointer to a struct, from a file and returns everything that is wrong with its shape.
func decodeInto(f *source.File, v any) hcl.Diagnostics {
	root, diags := f.Parse()
	if root == nil {
		return diags
	}
	d := newDecoder(f, diags)
	d.value(reflect.ValueOf(v).Elem(), root, rules{}, place{})
	return d.diags
}

// decoder holds what is found wrong, and the tags read so far.
type decoder struct {
	file   *source.File
	diags  hcl.Diagnostics
	shapes map[reflect.Type]*shape
}

func newDecoder(f *source.File, diags hcl.Diagnostics) *decoder {
	return &decoder{file: f, diags: diags, shapes: map[reflect.Type]*shape{}}
}

// matches reports whether a pattern matches a text from its beginning to its end; no pattern matches every text.
func matches(pattern, text string) bool {
	if pattern == "" {
		return true
	}
	compiled, known := patterns.Load(pattern)
	if !known {
		compiled, _ = patterns.LoadOrStore(pattern, regexp.MustCompile(anchored(pattern)))
	}
	return compiled.(*regexp.Regexp).MatchString(text)
}

// patterns are the compiled patterns of the language by their text, a fixed and small number. To compile one takes longer
// than to match a thousand values with it, and most are not met in most files.
var patterns sync.Map

// node is a type that decodes itself.
type node interface {
	// decode reads the value from n, which is neither null nor refused.
	decode(d *decoder, n *yaml.Node, r rules, p place)
	// fits reports whether n has the type, so that a shorthand can be told from another.
	fits(n *yaml.Node) bool
	// wanted says in words what may be written.
	wanted() string
}

// place is where in the document the decoder is: the path of keys, for messages, and the key that leads here, if any.
type place struct {
	path string
	key  hcl.Range
}

func (p place) String() string {
	if p.path == "" {
		return "the spec"
	}
	return fmt.Sprintf("%q", p.path)
}

func (p place) under(key Text) place {
	path := key.Value
	if p.path != "" {
		path = p.path + "." + key.Value
	}
	return place{path: path, key: key.Range}
}

func (p place) item(i int) place { return place{path: fmt.Sprintf("%s[%d]", p.path, i)} }

func (d *decoder) report(id, summary string, at hcl.Range, format string, args ...any) {
	d.diags = append(d.diags, diag.Error(id, summary, fmt.Sprintf(format, args...), at))
}

// at returns the range to point to for a node: its text, or the key above where there is no text, or where the text
// begins on another line.
func (d *decoder) at(n *yaml.Node, p place) hcl.Range {
	block := n.Kind != yaml.ScalarNode && n.Style&yaml.FlowStyle == 0
	if p.key != (hcl.Range{}) && (block || isNull(n)) {
		return p.key
	}
	return d.file.Range(n)
}

// value decodes a node into any type of the language.
func (d *decoder) value(v reflect.Value, n *yaml.Node, r rules, p place) {
	switch {
	case refused(n):
	case isNull(n):
		d.report("empty", "Empty value", d.at(n, p), "%s has no value. Write one%s%s.", sentence(p.String()), d.below(v.Type()), removable(r, ", or remove the line"))
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(v.Elem(), n, r, p)
	default:
		if self, ok := v.Addr().Interface().(node); ok {
			self.decode(d, n, r, p)
			return
		}
		d.structure(v, n, r, p)
	}
}

// below says where the value of an empty key stands, where it can be a mapping only: it may well be there, and be indented as
// its key is.
func (d *decoder) below(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	self, decodesItself := reflect.New(t).Interface().(node)
	switch {
	case decodesItself && (!self.fits(&yaml.Node{Kind: yaml.MappingNode}) || self.fits(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str"})):
		return ""
	case !decodesItself && !d.shape(t).onlyMapping():
		return ""
	}
	return ", in lines that are indented deeper than the key"
}

// refused reports whether the node has been complained about as such, and its type says nothing.
func refused(n *yaml.Node) bool {
	return n.Kind == yaml.AliasNode || n.Style&yaml.TaggedStyle != 0 || n.Tag == "!!merge"
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// structure decodes a mapping with known keys, or the shorthand for one.
func (d *decoder) structure(v reflect.Value, n *yaml.Node, r rules, p place) {
	s := d.shape(v.Type())
	if s.spot >= 0 {
		v.Field(s.spot).Set(reflect.ValueOf(d.at(n, p)))
	}
	if n.Kind == yaml.MappingNode {
		d.mapping(v, s, n, p)
		return
	}
	f, ok := s.shorthand(n)
	if !ok {
		d.notOfType(wantedStruct(s), structRemedy(s), n, r, p)
		return
	}
	short := f.rules
	short.name, short.example = r.name, r.example
	d.value(v.Field(f.index), n, short, p)
}

func (d *decoder) shape(t reflect.Type) *shape {
	if t.Kind() != reflect.Struct {
		panic("spec: cannot decode into " + t.String())
	}
	if d.shapes[t] == nil {
		d.shapes[t] = shapeOf(t)
	}
	return d.shapes[t]
}

// mapping decodes the keys of a mapping, then looks at what the keys are together.
func (d *decoder) mapping(v reflect.Value, s *shape, n *yaml.Node, p place) {
	keys := d.keys(n, p)
	present := presence(keys)
	for _, k := range keys {
		f, known := s.field(k.name.Value)
		if !known {
			d.unknownKey(k, s, present, p)
			continue
		}
		target := v.Field(f.index)
		if k.repeated { // checked like any other, and thrown away
			target = reflect.New(f.kind).Elem()
		}
		d.value(target, k.value, f.rules, p.under(k.name))
	}
	d.missing(s, present, d.at(n, p), p)
	d.groups(s, keys, present, d.at(n, p), p)
}

// unknownKey reports a key that is not of the language. When it looks like a known one that is missing, or is what Terraform
// calls it, that one counts as present: one slip is one mistake.
func (d *decoder) unknownKey(k pair, s *shape, present map[string]bool, p place) {
	remedy := keysInWords(s)
	if key := s.meant(k.name.Value, present); key != "" {
		present[key] = true
		remedy = fmt.Sprintf("Did you mean %q?", key)
	}
	d.report("unknown-key", "Unknown key", k.name.Range, "%s has no key %q. %s", sentence(p.String()), k.name.Value, remedy)
}

func (d *decoder) missing(s *shape, present map[string]bool, at hcl.Range, p place) {
	for _, f := range s.fields {
		if f.rules.optional || present[f.rules.name] {
			continue
		}
		d.report("missing-key", "Missing key", at, "%s has no %q. %s %s",
			sentence(p.String()), f.rules.name, f.rules.doc, forExample(f.rules))
	}
}

// groups checks the keys of which one, or at most one, may be written.
func (d *decoder) groups(s *shape, keys []pair, present map[string]bool, at hcl.Range, p place) {
	for _, g := range s.groups {
		var first Text
		for _, k := range keys {
			switch {
			case k.repeated || !g.has(k.name.Value):
			case !first.Set():
				first = k.name
			default:
				d.report("one-of", "Keys that exclude each other", k.name.Range,
					"%s has %q already, on line %d, and takes only one of %s. Keep one of the two.",
					sentence(p.String()), first.Value, first.Range.Start.Line, strings.Join(g.keys, ", "))
			}
		}
		if g.exactly && !g.anyOf(present) {
			d.report("one-of", "Missing key", at, "%s needs one of these keys. Write exactly one of %s.",
				sentence(p.String()), strings.Join(g.keys, ", "))
		}
	}
}
