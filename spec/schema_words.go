package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/ddbgen/ddbgen/internal/catalog"
)

// What the schema tells people: the description of each key, of each word that may stand there, and what to write where
// something is wrong. All of it is plain text, which every editor shows. Descriptions, defaults and examples are keywords
// of JSON Schema; the others are those of VS Code's language servers, which other programs pass over.
const (
	wrongTypeKey = "errorMessage"        // instead of: Incorrect type. Expected "string".
	noMatchKey   = "patternErrorMessage" // instead of: String does not match the pattern of "^(?:…".
	enumKey      = "enumDescriptions"
	offersKey    = "defaultSnippets" // what is offered beside the words of an enum
)

// messages are keywords that JSON Schema does not have.
type messages map[string]any

// textMessages are those of a text.
func textMessages(r rules) messages {
	m := messages{wrongTypeKey: textWanted(r)}
	switch {
	case len(r.enum) == 0 && r.pattern == "":
		m[noMatchKey] = controlCharacter(r)
	case len(r.enum) == 0:
		m[noMatchKey] = "Write " + fullStop(orElse(r.is, "a match of "+r.pattern))
	}
	if len(r.means) > 0 {
		m[enumKey] = r.means
	}
	if words := offers(r.suggest); len(words) > 0 {
		m[offersKey] = words
	}
	return m
}

// collectionMessages are those of a list, or of a mapping with names of the author's own.
func collectionMessages(wanted string, r rules) messages {
	return messages{wrongTypeKey: strings.TrimSpace("Write " + wanted + ". " + forExample(r))}
}

func textWanted(r rules) string {
	switch {
	case len(r.enum) == 1:
		return "Write " + r.enum[0] + "."
	case len(r.enum) > 1:
		return "Write one of " + strings.Join(r.enum, ", ") + "."
	}
	message := "This is text: a number or a truth value needs quotes."
	if r.is != "" {
		message += " Write " + fullStop(r.is)
	}
	return message
}

func controlCharacter(r rules) string {
	return "This holds a control character. " + controlRemedy(r)
}

// describe tells what a key does, what may stand there, what holds without it, and how it may look.
func describe(s *jsonschema.Schema, f field) {
	r := f.rules
	lines := append([]string{r.doc}, limits(f)...)
	switch {
	case r.value != "":
		lines = append(lines, "Default: "+fullStop(r.value))
	case r.without != "":
		lines = append(lines, "Without it: "+fullStop(r.without))
	}
	if r.example != "" {
		if example := literal(r.example); offered(example) {
			s.Examples = []any{example}
		} else {
			lines = append(lines, "Example: "+r.example)
		}
	}
	s.Description = strings.Join(lines, "\n")
}

// offered reports whether editors can offer an example as a value. Mappings they show as [object Object], so those are
// shown in the description instead.
func offered(example any) bool {
	switch example := example.(type) {
	case map[string]any:
		return false
	case []any:
		return !slices.ContainsFunc(example, func(item any) bool { return !offered(item) })
	}
	return true
}

// describeInner tells of the values in a list or in a mapping with names of the author's own what the whole is.
func describeInner(s *jsonschema.Schema, r rules) *jsonschema.Schema {
	s.Description = r.doc
	return s
}

// offer is a word that editors offer.
type offer struct {
	Label       string `json:"label"`
	Body        string `json:"body"`
	Description string `json:"description"`
}

// offers is a list of words by its name.
func offers(list string) []offer {
	var out []offer
	add := func(word, about string) { out = append(out, offer{word, word, about}) }
	switch list {
	case "":
	case "operations":
		return operationOffers()
	case "claimed_operations":
		for _, o := range catalog.Operations() {
			if onTable(o) {
				add(o.Name, operationInWords(o))
			}
		}
	case "services":
		for _, s := range catalog.AssumingServices() {
			add(s.Name, "The service principal "+s.Principal+".")
		}
	case "regions":
		for _, name := range catalog.Regions() {
			partition, _ := catalog.PartitionOf(name)
			add(name, "A region of the partition "+partition.ID+".")
		}
	case "managed_policies":
		for _, name := range catalog.ManagedPolicies() {
			add(name, "A policy that AWS wrote and keeps up to date.")
		}
	case "boundaries":
		add("generate", "A boundary made of what the roles of the spec hold together.")
	default:
		panic("spec: no list of words " + list)
	}
	return out
}

func operationOffers() []offer {
	var out []offer
	for _, group := range operationGroups() {
		out = append(out, offer{group, group, "All of " + strings.Join(operationGroup(group), ", ") + "."})
	}
	for _, o := range catalog.Operations() {
		if id, _ := refusal(o); id == "" {
			out = append(out, offer{o.Name, o.Name, operationInWords(o)})
		}
	}
	return out
}

// operationInWords says what matters of an operation to who may have it.
func operationInWords(o catalog.Operation) string {
	words := fmt.Sprintf("One operation: %s.", o.Class)
	if len(o.Members) > 0 {
		words = "Authorised by its members: " + strings.Join(o.Members, ", ") + "."
	}
	switch {
	case o.Class == catalog.ClassDescribe:
		return words + " It shows no item."
	case o.IsAction() && !o.Has(catalog.CarriesLeadingKeys):
		return words + " Its requests name no partition key, so it cannot be held to a tenant's rows."
	}
	return words
}
