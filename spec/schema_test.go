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

// TestIsSchema holds that a schema of another version is known for one, and one that was changed is not.
func TestIsSchema(t *testing.T) {
	other := seal(encodeSchema(schemaFor(sample{})))
	for name, c := range map[string]struct {
		file []byte
		want bool
	}{
		"this version":    {Schema(), true},
		"another version": {other, true},
		"other line ends": {bytes.ReplaceAll(other, []byte("\n"), []byte("\r\n")), true},
		"changed":         {bytes.Replace(other, []byte("A name."), []byte("My name."), 1), false},
		"no seal":         {encodeSchema(schemaFor(sample{})), false},
		"cut off":         {other[:len(other)/2], false},
		"empty":           {nil, false},
		"not ours":        {[]byte("{\n  \"type\": \"object\"\n}\n"), false},
	} {
		if got := IsSchema(c.file); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
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
		{"properties.name", `{"description":"A name.\nMust be a name: 2 to 5 letters a-z.","errorMessage":"This is text: a number or a truth value needs quotes. Write a name: 2 to 5 letters a-z.","examples":["core"],"pattern":"^(?:[a-z]{2,5})$","patternErrorMessage":"Write a name: 2 to 5 letters a-z.","type":"string"}`},
		{"properties.mode", `{"default":"slow","description":"A mode.\nDefault: slow.","enum":["slow","fast","furious"],"enumDescriptions":["At ease.","In haste.","Without looking."],"errorMessage":"Write one of slow, fast, furious.","examples":["fast"]}`},
		{"properties.note.description", `"Prose.\n3 to 12 characters.\nWithout it: there is nothing to say."`},
		{"properties.note.pattern", `"^[^\\x00-\\x08\\x0b-\\x1f\\x7f]*$"`},
		{"properties.free.pattern", `"^[^\\x00-\\x1f\\x7f]*$"`},
		{"properties.loose.allOf", `[{"pattern":"^[^\\x00-\\x1f\\x7f]*$","patternErrorMessage":"This holds a control character. Write the text on one line, without it."}]`},
		{"properties.on", `{"default":false,"description":"A switch.\nDefault: false.","errorMessage":"Write true or false, without quotes.","examples":[true],"type":"boolean"}`},
		{"properties.days", `{"description":"A number.\nFrom 1 to 35.","errorMessage":"Write the number in digits, without quotes.","examples":[7],"maximum":35,"minimum":1,"type":"integer"}`},
		{"properties.key", `{"$ref":"#/$defs/sampleKey","description":"A shorthand.","examples":["PK"]}`},
		{"properties.words.items", `{"description":"Words.","enum":["red","green"],"errorMessage":"Write one of red, green."}`},
		{"properties.words.maxItems", `3`},
		{"properties.tags.propertyNames", `{"description":"A capitalized word.","errorMessage":"This is text: a number or a truth value needs quotes. Write a capitalized word.","pattern":"^(?:[A-Z][a-z]*)$","patternErrorMessage":"Write a capitalized word.","title":"name"}`},
		{"properties.tags.additionalProperties.description", `"Tags."`},
		{"properties.tags.description", `"Tags.\nEach at most 4 characters.\nAt most 2 entries.\nNames: a capitalized word.\nExample: {Team: blue}"`},
		{"properties.parts.errorMessage", `"Write a list. For example: parts: [{box: b}]"`},
		{"properties.tags.maxProperties", `2`},
		{"$defs.part.allOf", `[{"errorMessage":"Write a mapping. Its keys are box, bag, crate, lid, label, inner.","type":"object"},` +
			`{"dependentSchemas":{"bag":{"errorMessage":"Keep only one of box, bag, crate.","properties":{"crate":false}},` +
			`"box":{"errorMessage":"Keep only one of box, bag, crate.","properties":{"bag":false,"crate":false}}}},` +
			`{"anyOf":[{"errorMessage":"Write exactly one of box, bag, crate.","required":["box"]},` +
			`{"errorMessage":"Write exactly one of box, bag, crate.","required":["bag"]},` +
			`{"errorMessage":"Write exactly one of box, bag, crate.","required":["crate"]}]},` +
			`{"dependentSchemas":{"lid":{"errorMessage":"Keep only one of lid, label.","properties":{"label":false}}}}]`},
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

// TestEveryKeyIsDescribed holds that an editor has something to say about every key: what it does, an example, what holds
// without it, and what each word does that may stand there.
func TestEveryKeyIsDescribed(t *testing.T) {
	known := strings.Fields("yaml enum means suggest aka pattern is min max minlen maxlen minitems maxitems keys keysare short multiline doc example default without oneof atmostone")
	tag := regexp.MustCompile(`(?:^|" )([a-z]+):"`)
	eachStruct(reflect.TypeFor[Document](), map[reflect.Type]bool{}, func(s reflect.Type) {
		for _, f := range shapeOf(s).fields {
			name := s.Name() + "." + f.rules.name
			if f.rules.doc == "" || !strings.ContainsAny(f.rules.doc[len(f.rules.doc)-1:], ".)") {
				t.Errorf("%s: the description %q is no sentence", name, f.rules.doc)
			}
			if f.rules.example == "" {
				t.Errorf("%s has no example", name)
			}
			if answers := answersToAbsence(shapeOf(s), f); answers != 1 {
				t.Errorf("%s: %d answers to what holds without it, and one is wanted: a default, words in without, or that it is required", name, answers)
			}
			if len(f.rules.means) != len(f.rules.enum) {
				t.Errorf("%s: %d words may stand there, and %d are explained", name, len(f.rules.enum), len(f.rules.means))
			}
			for _, meaning := range f.rules.means {
				if !strings.HasSuffix(meaning, ".") {
					t.Errorf("%s: %q is no sentence", name, meaning)
				}
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

// answersToAbsence counts what is said of a document without the key: that it must have it, or one of its group, or what
// holds then.
func answersToAbsence(s *shape, f field) int {
	n := 0
	for _, said := range []bool{
		!f.rules.optional,
		f.rules.value != "",
		f.rules.without != "",
		slices.ContainsFunc(s.groups, func(g group) bool { return g.exactly && g.has(f.rules.name) }),
	} {
		if said {
			n++
		}
	}
	return n
}

// TestOffers holds that editors offer the operations that a runtime role may have, and no others.
func TestOffers(t *testing.T) {
	offered := map[string]string{}
	for _, o := range operationOffers() {
		offered[o.Label] = o.Description
	}
	for name, want := range map[string]string{
		"read":             "All of GetItem, BatchGetItem, Query.",
		"Query":            "One operation: query.",
		"Scan":             "One operation: scan. Its requests name no partition key, so it cannot be held to a tenant's rows.",
		"DescribeTable":    "One operation: metadata. It shows no item.",
		"TransactGetItems": "Authorised by its members: GetItem.",
		"CreateTable":      "",
		"GetRecords":       "",
	} {
		if offered[name] != want {
			t.Errorf("%s is offered with %q, want %q", name, offered[name], want)
		}
	}
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
