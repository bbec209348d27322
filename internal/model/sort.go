package model

import (
	"slices"
	"strings"
)

// uniqueTags sorts tags by key; of several with the same key the last stays.
func uniqueTags(tags []Tag) []Tag {
	slices.SortStableFunc(tags, func(a, b Tag) int { return strings.Compare(a.Key, b.Key) })
	var out []Tag
	for _, t := range tags {
		if n := len(out); n > 0 && out[n-1].Key == t.Key {
			out[n-1] = t
			continue
		}
		out = append(out, t)
	}
	return out
}
