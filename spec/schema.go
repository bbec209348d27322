package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp/syntax"
	"strconv"
	"unicode"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"
)

// The schema says in JSON Schema what the decoder checks: it is written from the same shapes (tags.go), and a test holds
// that the two accept the same documents. What only the whole document can tell, such as a name that refers to nothing,
// is in neither.

// SchemaID is the address that spec files name to get completion and checks in an editor.
const SchemaID = "https://ddbgen.dev/schema/v1/ddbgen.schema.json"

// Schema returns the JSON Schema of the language, in the 2020-12 dialect.
func Schema() []byte { return encodeSchema(schemaFor(Document{})) }

func encodeSchema(s *jsonschema.Schema) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	if err := e.Encode(s); err != nil {
		panic("spec: " + err.Error())
	}
	return b.Bytes()
}

// schemaFor returns the schema of a struct, the schemas of the structs below it being its definitions.
func schemaFor(v any) *jsonschema.Schema {
	w := &schemaWriter{defs: jsonschema.Definitions{}}
	s := w.object(reflect.TypeOf(v))
	s.Version, s.ID, s.Title, s.Definitions = jsonschema.Version, SchemaID, "ddbgen spec", w.defs
	return s
}

type schemaWriter struct {
	defs jsonschema.Definitions
}

// schemer is a type that describes itself: the types that decode themselves.
type schemer interface {
	schema(w *schemaWriter, r rules) *jsonschema.Schema
}

// of returns the schema of any type of the language.
func (w *schemaWriter) of(t reflect.Type, r rules) *jsonschema.Schema {
	if t.Kind() == reflect.Pointer {
		return w.of(t.Elem(), r)
	}
	if self, ok := reflect.New(t).Interface().(schemer); ok {
		return self.schema(w, r)
	}
	return w.reference(t)
}

// reference returns a reference to the definition of a struct, and writes the definition when it is the first.
func (w *schemaWriter) reference(t reflect.Type) *jsonschema.Schema {
	if t.Kind() != reflect.Struct {
		panic("spec: no schema for " + t.String())
	}
	if _, known := w.defs[t.Name()]; !known {
		w.defs[t.Name()] = nil // a struct that holds itself refers to what is being written
		w.defs[t.Name()] = w.object(t)
	}
	return &jsonschema.Schema{Ref: "#/$defs/" + t.Name()}
}

// object returns the schema of a struct: of its mapping, or of its mapping and its shorthands.
func (w *schemaWriter) object(t reflect.Type) *jsonschema.Schema {
	s := shapeOf(t)
	object := &jsonschema.Schema{
		Type: "object", Properties: jsonschema.NewProperties(), AdditionalProperties: jsonschema.FalseSchema,
	}
	var forms []*jsonschema.Schema
	for _, f := range s.fields {
		property := w.property(f)
		object.Properties.Set(f.rules.name, property)
		if !f.rules.optional {
			object.Required = append(object.Required, f.rules.name)
		}
		if f.rules.short {
			forms = append(forms, property)
		}
	}
	object.AllOf = groupSchemas(s.groups)
	if len(forms) == 0 {
		return object
	}
	return &jsonschema.Schema{OneOf: append(forms, object)}
}

func (w *schemaWriter) property(f field) *jsonschema.Schema {
	s := w.of(f.kind, f.rules)
	s.Description = f.rules.doc
	if f.rules.example != "" {
		s.Examples = []any{literal(f.rules.example)}
	}
	if f.rules.value != "" {
		s.Default = literal(f.rules.value)
	}
	return s
}

// literal returns the value that a tag writes as YAML.
func literal(text string) any {
	var v any
	if err := yaml.Load([]byte(text), &v); err != nil {
		panic(fmt.Sprintf("spec: the tag value %q: %v", text, err))
	}
	return v
}

// groupSchemas says which keys exclude each other: any two of a group, and all being absent where one must be there.
func groupSchemas(groups []group) []*jsonschema.Schema {
	var all []*jsonschema.Schema
	for _, g := range groups {
		var each []*jsonschema.Schema
		for i, key := range g.keys {
			each = append(each, &jsonschema.Schema{Required: []string{key}})
			for _, other := range g.keys[:i] {
				if !g.exactly {
					all = append(all, &jsonschema.Schema{Not: &jsonschema.Schema{Required: []string{other, key}}})
				}
			}
		}
		if g.exactly {
			all = append(all, &jsonschema.Schema{OneOf: each})
		}
	}
	return all
}

func (t *Text) schema(_ *schemaWriter, r rules) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string", MinLength: unsigned(r.minLen), MaxLength: unsigned(r.maxLen)}
	for _, word := range r.enum {
		s.Enum = append(s.Enum, word)
	}
	if len(r.enum) == 0 {
		restrict(s, r.pattern, r.multiline)
	}
	return s
}

// What a text without a pattern may hold: anything but control characters, see hasControl.
const (
	lineOnly   = `^[^\x00-\x1f\x7f]*$`
	proseLines = `^[^\x00-\x08\x0b-\x1f\x7f]*$`
)

// restrict sets the pattern of a text, and keeps control characters out where the pattern would let them in.
func restrict(s *jsonschema.Schema, pattern string, multiline bool) {
	control := lineOnly
	if multiline {
		control = proseLines
	}
	switch {
	case pattern == "":
		s.Pattern = control
	case admitsControl(pattern):
		s.Pattern = anchored(pattern)
		s.AllOf = []*jsonschema.Schema{{Pattern: control}}
	default:
		s.Pattern = anchored(pattern)
	}
}

// admitsControl reports whether any part of a pattern matches a control character.
func admitsControl(pattern string) bool {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		panic("spec: " + err.Error())
	}
	return reaches(re, func(lo, hi rune) bool { return lo <= 0x1f || lo <= 0x7f && hi >= 0x7f })
}

func reaches(re *syntax.Regexp, hit func(lo, hi rune) bool) bool {
	switch re.Op {
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return hit(0, unicode.MaxRune)
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			if hit(r, r) {
				return true
			}
		}
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			if hit(re.Rune[i], re.Rune[i+1]) {
				return true
			}
		}
	}
	for _, sub := range re.Sub {
		if reaches(sub, hit) {
			return true
		}
	}
	return false
}

func (b *Bool) schema(*schemaWriter, rules) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "boolean"}
}

func (i *Int) schema(_ *schemaWriter, r rules) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "integer", Minimum: jsonNumber(r.min), Maximum: jsonNumber(r.max)}
}

func (l *List[T]) schema(w *schemaWriter, r rules) *jsonschema.Schema {
	return &jsonschema.Schema{
		Type: "array", Items: w.of(reflect.TypeFor[T](), r.inner()),
		MinItems: unsigned(r.minItems), MaxItems: unsigned(r.maxItems),
	}
}

func (m *Map[T]) schema(w *schemaWriter, r rules) *jsonschema.Schema {
	names := &jsonschema.Schema{}
	restrict(names, r.keys, false)
	return &jsonschema.Schema{
		Type: "object", PropertyNames: names, AdditionalProperties: w.of(reflect.TypeFor[T](), r.inner()),
		MinProperties: unsigned(r.minItems), MaxProperties: unsigned(r.maxItems),
	}
}

func (e *PerEnvironment) schema(w *schemaWriter, r rules) *jsonschema.Schema {
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{e.All.schema(w, r), e.By.schema(w, r)}}
}

func unsigned(n *int) *uint64 {
	if n == nil {
		return nil
	}
	u := uint64(*n)
	return &u
}

func jsonNumber(n *int) json.Number {
	if n == nil {
		return ""
	}
	return json.Number(strconv.Itoa(*n))
}
