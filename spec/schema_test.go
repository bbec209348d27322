package spec

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/ddbgen/ddbgen/spec/source"
)

var update = flag.Bool("update", false, "rewrite spec/schema.json and other expected files")

const schemaFile = "schema.json"

// TestSchemaFile holds that the committed schema, which editors read, is the one of this program.
func TestSchemaFile(t *testing.T) {
	got := Schema()
	if *update {
		if err := os.WriteFile(schemaFile, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("spec/schema.json is out of date, run: go test ./spec -update\n%s", diff)
	}
}

func TestSchemaIsDeterministic(t *testing.T) {
	first := Schema()
	for range 5 {
		if !bytes.Equal(first, Schema()) {
			t.Fatal("two schemas of one language differ")
		}
	}
}

// compileSchema returns a validator for the schema of a struct; compiling checks it against the 2020-12 metaschema.
func compileSchema(t testing.TB, v any) *validator.Schema {
	t.Helper()
	doc, err := validator.UnmarshalJSON(bytes.NewReader(encodeSchema(schemaFor(v))))
	if err != nil {
		t.Fatal(err)
	}
	c := validator.NewCompiler()
	if err := c.AddResource(SchemaID, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(SchemaID)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSchemaOfSample holds what each tag becomes.
func TestSchemaOfSample(t *testing.T) {
	var root map[string]any
	if err := json.Unmarshal(encodeSchema(schemaFor(sample{})), &root); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, want string }{
		{"$schema", `"https://json-schema.org/draft/2020-12/schema"`},
		{"$id", `"https://ddbgen.dev/schema/v1/ddbgen.schema.json"`},
		{"required", `["name"]`},
		{"additionalProperties", `false`},
		{"properties.name", `{"description":"A name.","examples":["core"],"pattern":"^(?:[a-z]{2,5})$","type":"string"}`},
		{"properties.mode", `{"default":"slow","description":"A mode.","enum":["slow","fast","furious"],"examples":["fast"],"type":"string"}`},
		{"properties.note.pattern", `"^[^\\x00-\\x08\\x0b-\\x1f\\x7f]*$"`},
		{"properties.free.pattern", `"^[^\\x00-\\x1f\\x7f]*$"`},
		{"properties.loose.allOf", `[{"pattern":"^[^\\x00-\\x1f\\x7f]*$"}]`},
		{"properties.on", `{"default":false,"description":"A switch.","examples":[true],"type":"boolean"}`},
		{"properties.days", `{"description":"A number.","examples":[7],"maximum":35,"minimum":1,"type":"integer"}`},
		{"properties.key", `{"$ref":"#/$defs/sampleKey","description":"A shorthand.","examples":["PK"]}`},
		{"properties.words.items", `{"enum":["red","green"],"type":"string"}`},
		{"properties.words.maxItems", `3`},
		{"properties.tags.propertyNames", `{"pattern":"^(?:[A-Z][a-z]*)$"}`},
		{"properties.tags.additionalProperties", `{"maxLength":4,"pattern":"^[^\\x00-\\x1f\\x7f]*$","type":"string"}`},
		{"properties.tags.maxProperties", `2`},
		{"$defs.part.allOf", `[{"oneOf":[{"required":["box"]},{"required":["bag"]},{"required":["crate"]}]},{"not":{"required":["lid","label"]}}]`},
		{"$defs.part.properties.inner.$ref", `"#/$defs/part"`},
	} {
		var v any = root
		for _, key := range strings.Split(c.path, ".") {
			v = v.(map[string]any)[key]
		}
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, strings.TrimSpace(b.String())); diff != "" {
			t.Errorf("%s: %s", c.path, diff)
		}
	}
}

// eachStruct calls visit for a struct type and all struct types of the language below it, each once.
func eachStruct(t reflect.Type, seen map[reflect.Type]bool, visit func(reflect.Type)) {
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		eachStruct(t.Elem(), seen, visit)
		return
	}
	if t.Kind() != reflect.Struct || seen[t] || t.PkgPath() != reflect.TypeFor[Text]().PkgPath() {
		return
	}
	seen[t] = true
	if _, leaf := reflect.New(t).Interface().(node); !leaf && !strings.HasPrefix(t.Name(), "Entry[") {
		visit(t)
	}
	for i := range t.NumField() {
		eachStruct(t.Field(i).Type, seen, visit)
	}
}

// TestEveryKeyIsDescribed holds that an editor has something to say about every key, and an example for every key but
// those that hold a mapping, whose keys have theirs.
func TestEveryKeyIsDescribed(t *testing.T) {
	known := strings.Fields("yaml enum pattern is min max minlen maxlen minitems maxitems keys keysare short multiline doc example default oneof atmostone")
	tag := regexp.MustCompile(`(?:^|" )([a-z]+):"`)
	eachStruct(reflect.TypeFor[Document](), map[reflect.Type]bool{}, func(s reflect.Type) {
		for _, f := range shapeOf(s).fields {
			name := s.Name() + "." + f.rules.name
			if f.rules.doc == "" || !strings.ContainsAny(f.rules.doc[len(f.rules.doc)-1:], ".)") {
				t.Errorf("%s: the description %q is no sentence", name, f.rules.doc)
			}
			if f.rules.example == "" && !holdsMapping(f.kind) {
				t.Errorf("%s has no example", name)
			}
			if f.rules.pattern != "" && f.rules.is == "" || f.rules.keys != "" && f.rules.keysAre == "" {
				t.Errorf("%s has a pattern without words for it", name)
			}
			for _, m := range tag.FindAllStringSubmatch(string(s.Field(f.index).Tag), -1) {
				if !slices.Contains(known, m[1]) {
					t.Errorf("%s has the tag %s, which nothing reads", name, m[1])
				}
			}
		}
		keys := shapeOf(s).names()
		for _, g := range shapeOf(s).groups {
			for _, key := range g.keys {
				if !slices.Contains(keys, key) {
					t.Errorf("%s: a group names %s, which is no key", s.Name(), key)
				}
			}
		}
	})
}

// holdsMapping reports whether a value of the type is always a mapping, or a list of them.
func holdsMapping(t reflect.Type) bool {
	switch {
	case t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice:
		return holdsMapping(t.Elem())
	case strings.HasPrefix(t.Name(), "Map["):
		return true
	case strings.HasPrefix(t.Name(), "List["):
		return holdsMapping(t.Field(0).Type)
	}
	if _, leaf := reflect.New(t).Interface().(node); leaf {
		return false
	}
	return !slices.ContainsFunc(shapeOf(t).fields, func(f field) bool { return f.rules.short })
}

// TestExamplesHold decodes every example and default of the language as the value of its key.
func TestExamplesHold(t *testing.T) {
	eachStruct(reflect.TypeFor[Document](), map[reflect.Type]bool{}, func(s reflect.Type) {
		for _, f := range shapeOf(s).fields {
			for _, text := range []string{f.rules.example, f.rules.value} {
				if text == "" {
					continue
				}
				if problem := decodeAlone(f, text); problem != "" {
					t.Errorf("%s.%s: the example %s: %s", s.Name(), f.rules.name, text, problem)
				}
			}
		}
	})
}

func decodeAlone(f field, text string) string {
	file := source.New("example", []byte(text))
	root, ds := file.Parse()
	d := newDecoder(file, ds)
	if root == nil {
		root = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
	}
	d.value(reflect.New(f.kind).Elem(), root, f.rules, place{path: f.rules.name})
	if d.diags.HasErrors() {
		return d.diags.Error()
	}
	return ""
}
