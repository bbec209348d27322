package spec

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"go.yaml.in/yaml/v4"
)

// shape is what the tags of a struct say, read once: the decoder, the schema and the tests walk shapes, so that they
// cannot read a tag in two ways.
type shape struct {
	fields []field
	groups []group
	spot   int // index of the field Range, or -1
}

// field is one key of a mapping.
type field struct {
	index int
	kind  reflect.Type
	rules rules
}

// group names keys of which at most one may be present; with exactly, one must be.
type group struct {
	keys    []string
	exactly bool
}

// rules are the tags of one field. Those about texts and numbers also hold for the items of a list and the values of a
// mapping.
type rules struct {
	name                string
	optional, short     bool
	multiline           bool
	enum, means         []string // the words that may be written, and what each does
	suggest             string   // the list of words that editors offer, of a text that may be others too
	aka                 []string // what the key is called elsewhere
	pattern, keys       string
	is, keysAre         string
	min, max            *int
	minLen, maxLen      *int
	minItems, maxItems  *int
	doc, example, value string
	without             string // in words, what holds without the key, where no value says it
}

// inner returns the rules for what the collection of a field holds.
func (r rules) inner() rules {
	r.name, r.example, r.value, r.without, r.doc = "", "", "", "", ""
	r.minItems, r.maxItems = nil, nil
	r.keys, r.keysAre = "", ""
	return r
}

// shapeOf reads the tags of a struct type.
func shapeOf(t reflect.Type) *shape {
	s := &shape{spot: -1}
	for i := range t.NumField() {
		f := t.Field(i)
		switch {
		case f.Name == "_":
			s.groups = append(s.groups, groupOf(f)...)
		case f.Type == reflect.TypeFor[hcl.Range]():
			s.spot = i
		case f.Tag.Get("yaml") == "-":
		default:
			s.fields = append(s.fields, field{index: i, kind: f.Type, rules: rulesOf(f)})
		}
	}
	return s
}

func groupOf(f reflect.StructField) []group {
	var groups []group
	if keys, ok := f.Tag.Lookup("oneof"); ok {
		groups = append(groups, group{keys: strings.Split(keys, ","), exactly: true})
	}
	if keys, ok := f.Tag.Lookup("atmostone"); ok {
		groups = append(groups, group{keys: strings.Split(keys, ",")})
	}
	return groups
}

func rulesOf(f reflect.StructField) rules {
	name, option, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	if name == "" || option != "" && option != "omitempty" {
		panic(fmt.Sprintf("spec: field %s has the tag yaml:%q", f.Name, f.Tag.Get("yaml")))
	}
	r := rules{
		name: name, optional: option == "omitempty",
		short: f.Tag.Get("short") == "true", multiline: f.Tag.Get("multiline") == "true",
		pattern: f.Tag.Get("pattern"), is: f.Tag.Get("is"),
		keys: f.Tag.Get("keys"), keysAre: f.Tag.Get("keysare"),
		min: number(f, "min"), max: number(f, "max"),
		minLen: number(f, "minlen"), maxLen: number(f, "maxlen"),
		minItems: number(f, "minitems"), maxItems: number(f, "maxitems"),
		doc: f.Tag.Get("doc"), example: f.Tag.Get("example"), value: f.Tag.Get("default"), without: f.Tag.Get("without"),
		suggest: f.Tag.Get("suggest"),
	}
	if enum, ok := f.Tag.Lookup("enum"); ok {
		r.enum = strings.Split(enum, ",")
	}
	if means, ok := f.Tag.Lookup("means"); ok {
		r.means = strings.Split(means, "|")
	}
	if aka, ok := f.Tag.Lookup("aka"); ok {
		r.aka = strings.Split(aka, ",")
	}
	return r
}

// number returns the number of a tag, or nil where the field has no such tag.
func number(f reflect.StructField, tag string) *int {
	text, ok := f.Tag.Lookup(tag)
	if !ok {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		panic(fmt.Sprintf("spec: field %s has the tag %s:%q", f.Name, tag, text))
	}
	return &n
}

// anchored makes a pattern match from the beginning to the end, in Go and in JSON Schema alike.
func anchored(pattern string) string { return "^(?:" + pattern + ")$" }

// node returns an empty value of the field's type, which must decode itself.
func (f field) node() node {
	n, ok := reflect.New(f.kind).Interface().(node)
	if !ok {
		panic("spec: a short field cannot be a " + f.kind.String())
	}
	return n
}

// shorthand returns the field that a node which is not a mapping stands for: the one of its very type, or the first
// that takes scalars, whose complaint then says what to write.
func (s *shape) shorthand(n *yaml.Node) (field, bool) {
	best, found := field{}, false
	for _, f := range s.fields {
		if !f.rules.short {
			continue
		}
		self := f.node()
		if self.fits(n) {
			return f, true
		}
		if scalar := !self.fits(&yaml.Node{Kind: yaml.SequenceNode}); scalar && n.Kind == yaml.ScalarNode && !found {
			best, found = f, true
		}
	}
	return best, found
}

func (s *shape) field(name string) (field, bool) {
	for _, f := range s.fields {
		if f.rules.name == name {
			return f, true
		}
	}
	return field{}, false
}

func (s *shape) names() []string {
	var names []string
	for _, f := range s.fields {
		names = append(names, f.rules.name)
	}
	return names
}

// meant returns the key that a word was likely meant to be, of those that are not present: the one that is called so elsewhere,
// or the nearest in its letters; "" if there is none.
func (s *shape) meant(word string, present map[string]bool) string {
	var absent []string
	for _, f := range s.fields {
		called := func(name string) bool { return fold(name) == fold(word) }
		switch {
		case present[f.rules.name]:
		case slices.ContainsFunc(f.rules.aka, called):
			return f.rules.name
		default:
			absent = append(absent, f.rules.name)
		}
	}
	return nearest(word, absent)
}

// onlyMapping reports whether there is no shorthand for the mapping.
func (s *shape) onlyMapping() bool {
	return !slices.ContainsFunc(s.fields, func(f field) bool { return f.rules.short })
}

func (g group) has(key string) bool {
	return slices.Contains(g.keys, key)
}

func (g group) anyOf(present map[string]bool) bool {
	return slices.ContainsFunc(g.keys, func(key string) bool { return present[key] })
}
