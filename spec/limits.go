package spec

import (
	"fmt"
	"reflect"
	"strings"
)

// limits says, a sentence each, what restricts the value of a key; of the words of an enum it says nothing.
func limits(f field) []string {
	r := f.rules
	var out []string
	if limit := valueLimit(r); limit != "" {
		if collection(f.kind) != "" {
			limit = "each " + limit
		}
		out = append(out, fullStop(sentence(limit)))
	}
	if limit := between(r.minItems, r.maxItems, "entries", "entry"); limit != "" {
		out = append(out, sentence(limit)+".")
	}
	if r.keysAre != "" && collection(f.kind) == "Map" {
		out = append(out, "Names: "+fullStop(r.keysAre))
	}
	return out
}

// valueLimit is what a value, or each of several, must be.
func valueLimit(r rules) string {
	switch {
	case len(r.enum) > 0:
		return ""
	case r.is != "":
		return "must be " + r.is
	case r.min != nil && r.max != nil:
		return fmt.Sprintf("from %d to %d", *r.min, *r.max)
	}
	return between(r.minLen, r.maxLen, "characters", "character")
}

func between(least, most *int, plural, singular string) string {
	switch {
	case least != nil && most != nil:
		return fmt.Sprintf("%d to %d %s", *least, *most, plural)
	case most != nil:
		return fmt.Sprintf("at most %d %s", *most, plural)
	case least != nil && *least == 1:
		return "at least 1 " + singular
	case least != nil:
		return fmt.Sprintf("at least %d %s", *least, plural)
	}
	return ""
}

// collection is List or Map for such a type, else empty.
func collection(kind reflect.Type) string {
	name, _, generic := strings.Cut(kind.Name(), "[")
	if !generic || name != "List" && name != "Map" {
		return ""
	}
	return name
}
