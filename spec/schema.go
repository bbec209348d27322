package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"
)

// The schema says in JSON Schema what the decoder checks: it is written from the same shapes (tags.go), and a test holds
// that the two accept the same documents. What only the whole document can tell, such as a name that refers to nothing,
// is in neither. What it tells people is in schema_words.go.

// SchemaID is the address that spec files name to get completion and checks in an editor.
const SchemaID = "https://ddbgen.dev/schema/v1/ddbgen.schema.json"

// Schema returns the JSON Schema of the language, in the 2020-12 dialect.
func Schema() []byte { return seal(encodeSchema(schemaFor(Document{}))) }

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

// object returns the schema of a struct: of its mapping, or of its mapping and its shorthands. The mapping stands first:
// of several forms that a value is none of, language servers complain about the first, and a mapping has most to say.
func (w *schemaWriter) object(t reflect.Type) *jsonschema.Schema {
	s := shapeOf(t)
	object := &jsonschema.Schema{
		Title: t.Name(), Type: "object", Properties: jsonschema.NewProperties(), AdditionalProperties: jsonschema.FalseSchema,
	}
	forms := []*jsonschema.Schema{object}
	for _, f := range s.fields {
		object.Properties.Set(f.rules.name, w.property(f))
		if !f.rules.optional {
			object.Required = append(object.Required, f.rules.name)
		}
		if f.rules.short {
			form := w.of(f.kind, f.rules)
			form.Extras[wrongTypeKey] = structRemedy(s)
			forms = append(forms, form)
		}
	}
	object.AllOf = groupSchemas(s.groups)
	if len(forms) > 1 {
		return &jsonschema.Schema{OneOf: forms}
	}
	return typedApart(object, s)
}

// typedApart takes the type of a mapping into a schema of its own. A message about the type would else stand in the place
// of those about keys as well.
func typedApart(object *jsonschema.Schema, s *shape) *jsonschema.Schema {
	typed := &jsonschema.Schema{Type: object.Type, Extras: messages{wrongTypeKey: structRemedy(s)}}
	object.Type, object.AllOf = "", append([]*jsonschema.Schema{typed}, object.AllOf...)
	return object
}

func (w *schemaWriter) property(f field) *jsonschema.Schema {
	s := w.of(f.kind, f.rules)
	describe(s, f)
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

// groupSchemas says which keys exclude each other, and that one must be there where it must. Each key but the last of a
// group forbids those after it, so that two of them are one mistake, at the key that is too much.
func groupSchemas(groups []group) []*jsonschema.Schema {
	var all []*jsonschema.Schema
	for _, g := range groups {
		excluding := &jsonschema.Schema{DependentSchemas: map[string]*jsonschema.Schema{}}
		for i, key := range g.keys[:len(g.keys)-1] {
			others := &jsonschema.Schema{Properties: jsonschema.NewProperties(), Extras: messages{wrongTypeKey: "Keep only one of " + strings.Join(g.keys, ", ") + "."}}
			for _, other := range g.keys[i+1:] {
				others.Properties.Set(other, jsonschema.FalseSchema)
			}
			excluding.DependentSchemas[key] = others
		}
		all = append(all, excluding)
		if g.exactly {
			all = append(all, oneRequired(g))
		}
	}
	return all
}

func oneRequired(g group) *jsonschema.Schema {
	s := &jsonschema.Schema{}
	for _, key := range g.keys {
		s.AnyOf = append(s.AnyOf, &jsonschema.Schema{Required: []string{key}, Extras: messages{wrongTypeKey: "Write exactly one of " + strings.Join(g.keys, ", ") + "."}})
	}
	return s
}

func (t *Text) schema(_ *schemaWriter, r rules) *jsonschema.Schema {
	s := &jsonschema.Schema{MinLength: unsigned(r.minLen), MaxLength: unsigned(r.maxLen), Extras: textMessages(r)}
	for _, word := range r.enum { // which says the type as well: a value of another is then one mistake, not two
		s.Enum = append(s.Enum, word)
	}
	if len(r.enum) == 0 {
		s.Type = "string"
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
		s.AllOf = []*jsonschema.Schema{{Pattern: control, Extras: messages{noMatchKey: controlCharacter(rules{multiline: multiline})}}}
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
	return &jsonschema.Schema{Type: "boolean", Extras: messages{wrongTypeKey: bareBool}}
}

func (i *Int) schema(_ *schemaWriter, r rules) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "integer", Minimum: jsonNumber(r.min), Maximum: jsonNumber(r.max), Extras: messages{wrongTypeKey: bareInt}}
}

func (l *List[T]) schema(w *schemaWriter, r rules) *jsonschema.Schema {
	return &jsonschema.Schema{
		Type: "array", Items: describeInner(w.of(reflect.TypeFor[T](), r.inner()), r),
		MinItems: unsigned(r.minItems), MaxItems: unsigned(r.maxItems), Extras: collectionMessages(l.wanted(), r),
	}
}

func (m *Map[T]) schema(w *schemaWriter, r rules) *jsonschema.Schema {
	names := &jsonschema.Schema{Title: "name", Description: orElse(sentence(fullStop(r.keysAre)), "A name."), Extras: textMessages(rules{pattern: r.keys, is: r.keysAre})}
	restrict(names, r.keys, false)
	return &jsonschema.Schema{
		Type: "object", PropertyNames: names, AdditionalProperties: describeInner(w.of(reflect.TypeFor[T](), r.inner()), r),
		MinProperties: unsigned(r.minItems), MaxProperties: unsigned(r.maxItems), Extras: collectionMessages(m.wanted(), r),
	}
}

func (e *PerEnvironment) schema(w *schemaWriter, r rules) *jsonschema.Schema {
	all, by := e.All.schema(w, r), e.By.schema(w, r)
	all.Extras[wrongTypeKey] = "Write " + e.wanted() + "."
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{by, all}}
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
