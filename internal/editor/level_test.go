package editor_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/spec"
)

// The tests of completion and of hovering are made from the schema itself, so
// that a new key is tested with the day it comes: every mapping of the language
// is a level, and a document is made that leads there.

// schema is a part of a JSON Schema.
type schema map[string]any

// level is a place in a document where keys are written.
type level struct {
	path []step
	at   schema // of a mapping, with properties or with names of the author's own
}

// step is one way down: a key, or into a list.
type step struct {
	key    string
	inList bool
}

// name is what the tests call things for which authors choose the name; it fits
// everywhere.
const name = "production"

// language is the schema, read.
type language struct {
	root schema
}

func readLanguage(t *testing.T) language {
	t.Helper()
	var root schema
	if err := json.Unmarshal(spec.Schema(), &root); err != nil {
		t.Fatal(err)
	}
	return language{root}
}

// part is a schema inside another, with the references resolved.
func (l language) part(of schema, key string) (schema, bool) {
	inner, ok := of[key].(map[string]any)
	if !ok {
		return nil, false
	}
	return l.resolved(inner), true
}

// resolved adds to a schema what it refers to.
func (l language) resolved(s schema) schema {
	reference, refers := s["$ref"].(string)
	if !refers {
		return s
	}
	definitions := l.root["$defs"].(map[string]any)
	whole := maps.Clone(definitions[strings.TrimPrefix(reference, "#/$defs/")].(map[string]any))
	maps.Copy(whole, s)
	return whole
}

// forms are the ways to write a value: a mapping, and the shorthands for it.
func (l language) forms(s schema) []schema {
	alternatives, several := s["oneOf"].([]any)
	if !several {
		return []schema{s}
	}
	var forms []schema
	for _, a := range alternatives {
		forms = append(forms, l.resolved(a.(map[string]any)))
	}
	return forms
}

// levels are all mappings at a place and below.
func (l language) levels(s schema, path []step) []level {
	var out []level
	for _, form := range l.forms(s) {
		if form["properties"] != nil || form["propertyNames"] != nil {
			out = append(out, level{path, form})
		}
		if items, ok := l.part(form, "items"); ok {
			out = append(out, l.levels(items, down(path, step{inList: true}))...)
		}
		if values, ok := l.part(form, "additionalProperties"); ok {
			out = append(out, l.levels(values, down(path, step{key: name}))...)
		}
		for _, key := range l.keys(form) {
			out = append(out, l.levels(l.property(form, key), down(path, step{key: key}))...)
		}
	}
	return out
}

func down(path []step, s step) []step { return append(slices.Clip(path), s) }

func (l language) keys(s schema) []string {
	properties, _ := s["properties"].(map[string]any)
	return slices.Sorted(maps.Keys(properties))
}

func (l language) property(of schema, key string) schema {
	return l.resolved(of["properties"].(map[string]any)[key].(map[string]any))
}

// TestLevels holds that the walk through the schema finds what is known to be
// there, of each way down one.
func TestLevels(t *testing.T) {
	l := readLanguage(t)
	found := map[string][]string{}
	for _, v := range l.levels(l.root, nil) {
		found[v.String()] = l.keys(v.at)
	}
	for path, key := range map[string]string{
		"the spec":                               "tables",
		"tables.production":                      "tenant_keys",
		"tables.production.sort_key":             "type",
		"roles.production.access[]":              "operations",
		"roles.production.assumed_by.github":     "repository",
		"environments.production.endpoints":      "",
		"tables.production.billing.autoscale_to": "write",
		"expect[]":                               "may_not",
		"roles.production.state.bucket":          "",
		"roles.production.assumed_by.cognito":    "identity_pool",
		"tables.production.global_indexes.production.capacity.autoscale_to": "read",
	} {
		keys, there := found[path]
		if !there || key != "" && !slices.Contains(keys, key) {
			t.Errorf("no level %q with the key %q", path, key)
		}
	}
}

// String is the level as messages name it.
func (v level) String() string {
	text := ""
	for _, s := range v.path {
		switch {
		case s.inList:
			text += "[]"
		case text == "":
			text = s.key
		default:
			text += "." + s.key
		}
	}
	if text == "" {
		return "the spec"
	}
	return text
}

// document is a text that leads down a path and ends with what stands there.
func document(path []step, end string) string {
	text, indent, bullet := modeline, "", ""
	for _, s := range path {
		if s.inList {
			bullet += "- "
			continue
		}
		text += indent + bullet + s.key + ":\n"
		indent += strings.Repeat(" ", len(bullet)) + "  "
		bullet = ""
	}
	return text + indent + bullet + end + "\n"
}
