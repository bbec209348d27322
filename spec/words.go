package spec

import (
	"fmt"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// wrongType reports a node that is of another kind than its key wants.
func (d *decoder) wrongType(wanted string, n *yaml.Node, r rules, p place) {
	d.notOfType(wanted, "Write "+wanted+".", n, r, p)
}

// notOfType is wrongType with a remedy for where the language has no example.
func (d *decoder) notOfType(wanted, remedy string, n *yaml.Node, r rules, p place) {
	d.report("wrong-type", "Wrong type", d.at(n, p), "%s must be %s, not %s. %s", sentence(p.String()), wanted, found(n), orElse(forExample(r), remedy))
}

// wantedStruct says what may be written for a struct.
func wantedStruct(s *shape) string {
	var forms []string
	for _, f := range s.fields {
		if f.rules.short {
			forms = append(forms, f.wanted())
		}
	}
	return strings.Join(append(forms, "a mapping"), " or ")
}

// structRemedy says what to write for a struct.
func structRemedy(s *shape) string {
	if s.onlyMapping() {
		return "Write a mapping. " + keysInWords(s)
	}
	return "Write " + wantedStruct(s) + "."
}

func keysInWords(s *shape) string { return "Its keys are " + strings.Join(s.names(), ", ") + "." }

func (f field) wanted() string {
	if len(f.rules.enum) > 0 && f.kind == reflect.TypeFor[Text]() {
		return strings.Join(f.rules.enum, " or ")
	}
	return f.node().wanted()
}

// found says what a node is.
func found(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	if n.Tag == "!!str" {
		return "text"
	}
	return "a " + foundWord(n)
}

// foundWord names the type of a scalar.
func foundWord(n *yaml.Node) string {
	switch n.Tag {
	case "!!str":
		return "text"
	case "!!bool":
		return "truth value"
	case "!!timestamp":
		return "date"
	default:
		return "number"
	}
}

func quoteIfText(n *yaml.Node) string {
	if n.Tag == "!!str" {
		return fmt.Sprintf("%q", n.Value)
	}
	return n.Value
}

// oneWord ends a message about a word that is none of those that may be written. Where the words are short for a mapping or
// a list, that may have been meant, and is shown.
func oneWord(word string, r rules) string {
	switch long := strings.HasPrefix(r.example, "{") || strings.HasPrefix(r.example, "["); {
	case nearest(word, r.enum) != "":
		return didYouMean(word, r.enum, "")
	case long:
		return fmt.Sprintf("Write %s, or the long form. %s", strings.Join(r.enum, " or "), forExample(r))
	case len(r.enum) == 1:
		return "Write " + fullStop(r.enum[0])
	}
	return didYouMean(word, r.enum, "Write one of")
}

// forExample ends a message with what the author could have written, where the language has an example.
func forExample(r rules) string {
	if r.example == "" || r.name == "" {
		return ""
	}
	return fmt.Sprintf("For example: %s: %s", r.name, r.example)
}

func characters(n int) string {
	if n == 1 {
		return "1 character"
	}
	return fmt.Sprintf("%d characters", n)
}

// sentence begins a sentence with a word that may be in lower case.
func sentence(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// fullStop ends a sentence, unless it ends in a character that the reader would take for part of a list of characters.
func fullStop(s string) string {
	last, _ := utf8.DecodeLastRuneInString(s)
	if unicode.IsLetter(last) || unicode.IsDigit(last) || strings.ContainsRune(")]}\"*", last) {
		return s + "."
	}
	return s
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
