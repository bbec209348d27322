package spec

import (
	"bytes"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/catalog"
)

// The reference in docs/spec.md is written by hand down to a marker. Below it stands one table for each mapping of the
// language, made from the tags of the structs as the decoder and the schema are, so it cannot promise a key that is not
// there or forget one that is. `go test ./spec -update` writes it again.

const (
	referencePath   = "../docs/spec.md"
	referenceMarker = "<!-- From here on the page is made from the code: go test ./spec -update -->\n"
)

func TestReference(t *testing.T) {
	page, err := os.ReadFile(referencePath)
	if err != nil {
		t.Fatal(err)
	}
	intro, written, found := strings.Cut(string(page), referenceMarker)
	if !found {
		t.Fatalf("%s has lost the line %q, below which the tables stand", referencePath, referenceMarker)
	}
	made := "\n" + reference(reflect.TypeFor[Document]())
	if *update {
		if err := os.WriteFile(referencePath, []byte(intro+referenceMarker+made), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(made, written); diff != "" {
		t.Errorf("the tables of %s are not those of the code; run go test ./spec -update (-code +page):\n%s", referencePath, diff)
	}
}

// TestReferenceTable reads a table of a small language against the lines it must have.
func TestReferenceTable(t *testing.T) {
	got := reference(reflect.TypeFor[sample]())
	for _, line := range []string{
		"| `name` | text | required | A name.<br>Must be a name: 2 to 5 letters a-z. | `core` |",
		"| `mode` | text | `slow` | A mode.<br>One of:<br>`slow`: At ease.<br>`fast`: In haste.<br>`furious`: Without looking. | `fast` |",
		"| `note` | text of several lines | optional | Prose.<br>3 to 12 characters.<br>Without it: there is nothing to say. | `some words` |",
		"| `days` | number | optional | A number.<br>From 1 to 35. | `7` |",
		"| `key` | [mapping](#key), or text | optional | A shorthand. | `PK` |",
		"| `crate` | [mapping](#key), or text | optional | A crate. | `c` |",
		"| `words` | list of text | optional | Words.<br>Each one of `red`, `green`.<br>1 to 3 entries. | `[red]` |",
		"| `tags` | mapping of names to text | optional | Tags.<br>Each at most 4 characters.<br>At most 2 entries.<br>Names: a capitalized word. | `{Team: blue}` |",
		"| `account` | text, or a mapping of environments to text | optional | One, or one an environment.<br>Must be three digits. | `\"123\"` |",
		"| `parts` | list of [mappings](#parts) | optional | Parts. | `[{box: b}]` |",
		"Short: text in place of the mapping is its `name`.",
		"Exactly one of `box`, `bag`, `crate`.",
		"At most one of `lid`, `label`.",
	} {
		if !strings.Contains(got, "\n"+line+"\n") {
			t.Errorf("no line %s", line)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

// TestReferenceLinks follows every link inside the page to a heading.
func TestReferenceLinks(t *testing.T) {
	page, err := os.ReadFile(referencePath)
	if err != nil {
		t.Fatal(err)
	}
	anchors := map[string]bool{}
	for _, h := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllSubmatch(page, -1) {
		anchors[anchor(string(h[1]))] = true
	}
	links := regexp.MustCompile(`\]\(#([^)]*)\)`).FindAllSubmatch(page, -1)
	for _, l := range links {
		if !anchors[string(l[1])] {
			t.Errorf("%s links to #%s, which no heading has", referencePath, l[1])
		}
	}
	if len(links) == 0 {
		t.Errorf("%s has no links: are they written otherwise now?", referencePath)
	}
}

// TestReferenceLists holds what is written by hand to the lists of the code.
func TestReferenceLists(t *testing.T) {
	page, err := os.ReadFile(referencePath)
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, group := range operationGroups() {
		rows = append(rows, fmt.Sprintf("| `%s` | %s |\n", group, strings.Join(operationGroup(group), ", ")))
	}
	var services []string
	for _, s := range catalog.AssumingServices() {
		services = append(services, s.Name)
	}
	rows = append(rows, fmt.Sprintf("| `service` | an AWS service: `%s` |\n", strings.Join(services, "`, `")))
	for _, row := range rows {
		if !strings.Contains(string(page), row) {
			t.Errorf("%s has no line %s", referencePath, row)
		}
	}
}

// reference returns the tables of a language, the mapping at the top first, each mapping before those inside it. One
// that stands in several places is described at the first, and the others link there.
func reference(top reflect.Type) string {
	w := &referenceWriter{places: map[reflect.Type]string{}}
	w.find("", top)
	w.section("", top)
	return w.String()
}

type referenceWriter struct {
	bytes.Buffer
	places map[reflect.Type]string // where each mapping stands first
}

func (w *referenceWriter) find(path string, kind reflect.Type) {
	if _, known := w.places[kind]; known {
		return
	}
	w.places[kind] = path
	for _, f := range shapeOf(kind).fields {
		if inner, nested := mappingOf(f.kind); nested {
			w.find(pathOf(path, f), inner)
		}
	}
}

func (w *referenceWriter) section(path string, kind reflect.Type) {
	if w.places[kind] != path {
		return
	}
	s := shapeOf(kind)
	if path == "" {
		w.WriteString("## The whole file\n\n")
	} else {
		fmt.Fprintf(w, "\n## `%s`\n\n", path)
	}
	for _, sentence := range aboutMapping(s) {
		w.WriteString(sentence + "\n\n")
	}
	w.WriteString("| key | type | default | meaning | example |\n|---|---|---|---|---|\n")
	for _, f := range s.fields {
		fmt.Fprintf(w, "| `%s` | %s | %s | %s | %s |\n", f.rules.name, w.typeInWords(f), presenceOf(f.rules), meaning(f), cell(f.rules.example))
	}
	for _, f := range s.fields {
		if inner, nested := mappingOf(f.kind); nested {
			w.section(pathOf(path, f), inner)
		}
	}
}

// aboutMapping says what holds for the keys of a mapping together, and what may stand in its place.
func aboutMapping(s *shape) []string {
	var out []string
	for _, f := range s.fields {
		if f.rules.short {
			out = append(out, fmt.Sprintf("Short: %s in place of the mapping is its `%s`.", plainType(f.kind), f.rules.name))
		}
	}
	for _, g := range s.groups {
		word := "At most"
		if g.exactly {
			word = "Exactly"
		}
		out = append(out, fmt.Sprintf("%s one of `%s`.", word, strings.Join(g.keys, "`, `")))
	}
	return out
}

func presenceOf(r rules) string {
	switch {
	case !r.optional:
		return "required"
	case r.value != "":
		return cell(r.value)
	}
	return "optional"
}

// meaning is the description of a key, and on lines of their own what may stand there.
func meaning(f field) string {
	out := []string{f.rules.doc}
	if words := enumInWords(f); words != "" {
		out = append(out, words)
	}
	out = append(out, limits(f)...)
	if f.rules.without != "" {
		out = append(out, "Without it: "+fullStop(f.rules.without))
	}
	return strings.NewReplacer("|", `\|`, "*", `\*`).Replace(strings.Join(out, "<br>"))
}

// enumInWords lists the words that may stand there, each with what it does.
func enumInWords(f field) string {
	r := f.rules
	var words []string
	for i, word := range r.enum {
		words = append(words, "`"+word+"`")
		if len(r.means) > 0 {
			words[i] += ": " + r.means[i]
		}
	}
	introduction := "One of"
	switch {
	case len(words) == 0:
		return ""
	case collection(f.kind) != "":
		introduction = "Each one of"
	case len(words) == 1:
		introduction = "Only"
	}
	if len(r.means) > 0 {
		return introduction + ":<br>" + strings.Join(words, "<br>")
	}
	return introduction + " " + strings.Join(words, ", ") + "."
}

// typeInWords names the type of a key, with a link where it is a mapping that has a table.
func (w *referenceWriter) typeInWords(f field) string {
	inner, nested := mappingOf(f.kind)
	if !nested {
		if f.rules.multiline {
			return "text of several lines"
		}
		return plainType(f.kind)
	}
	link := func(word string) string { return fmt.Sprintf("[%s](#%s)", word, anchor(w.places[inner])) }
	switch collection(f.kind) {
	case "List":
		return "list of " + link("mappings")
	case "Map":
		return "mapping of names to " + link("mappings")
	}
	words := link("mapping")
	for _, short := range shapeOf(inner).fields {
		if short.rules.short {
			words += ", or " + plainType(short.kind)
		}
	}
	return words
}

// plainType names a type that holds no mapping with known keys.
func plainType(kind reflect.Type) string {
	switch kind {
	case reflect.TypeFor[Text]():
		return "text"
	case reflect.TypeFor[Bool]():
		return "true or false"
	case reflect.TypeFor[Int]():
		return "number"
	case reflect.TypeFor[PerEnvironment]():
		return "text, or a mapping of environments to text"
	}
	switch collection(kind) {
	case "List":
		return "list of " + plainType(elementOf(kind))
	case "Map":
		return "mapping of names to " + plainType(elementOf(kind))
	}
	panic("spec: the reference has no word for " + kind.String())
}

// mappingOf returns the struct that a type is or holds, if its keys are known.
func mappingOf(kind reflect.Type) (reflect.Type, bool) {
	if kind.Kind() == reflect.Pointer {
		return mappingOf(kind.Elem())
	}
	if collection(kind) != "" {
		return mappingOf(elementOf(kind))
	}
	_, decodesItself := reflect.New(kind).Interface().(node)
	return kind, kind.Kind() == reflect.Struct && !decodesItself
}

// elementOf is the type that a list or a mapping holds.
func elementOf(kind reflect.Type) reflect.Type {
	if items, ok := kind.FieldByName("Items"); ok {
		return items.Type.Elem()
	}
	entries, ok := kind.FieldByName("Entries")
	if !ok {
		panic("spec: " + kind.String() + " holds nothing")
	}
	value, _ := entries.Type.Elem().FieldByName("Value")
	return value.Type
}

// pathOf is where the mapping of a key stands: tables.NAME, roles.NAME.access[].
func pathOf(path string, f field) string {
	at := f.rules.name
	if path != "" {
		at = path + "." + at
	}
	switch collection(f.kind) {
	case "List":
		return at + "[]"
	case "Map":
		return at + ".NAME"
	}
	return at
}

// anchor is the address that Markdown renderers give a heading.
func anchor(heading string) string {
	keep := func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '_', r == '-':
			return r
		case r == ' ':
			return '-'
		}
		return -1
	}
	return strings.Map(keep, strings.ToLower(heading))
}

// cell is a value as code, empty where there is none.
func cell(value string) string {
	if value == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(value, "|", `\|`) + "`"
}
