// Package collision answers the question that row isolation stands on: can two different tenants share a partition key?
//
// A tenant's keys are the texts of some templates with the tenant's id in its place. Two tenants share a key when one text
// can be read in two ways: as one id between one template's prefix and suffix, and as another id between those of the
// same template or another. Find reads one text in both ways at once, letter by letter, from all beginnings at the same
// time, and remembers just enough to tell whether the two ids differ:
//
//   - Where one id has ended and the other has not, how many letters ago. The ids begin a fixed distance apart, that of
//     the prefixes; they have the same length exactly if they end the same distance apart.
//   - Perhaps one letter of the first id. The letter in the same place of the second comes that distance later, and may
//     be another.
//
// There are finitely many such states, and a breadth-first walk through them finds a shortest shared key, or shows that
// there is none. Nothing is sampled.
package collision

import (
	"github.com/ddbgen/ddbgen/internal/automata"
)

// Template is the shape of a tenant's keys: Prefix, the id, Suffix, and then anything if Open.
type Template struct {
	Prefix, Suffix string
	Open           bool
}

// Shared is a key that two different tenants share.
type Shared struct {
	Key           string
	First, Second string // the ids
	By, And       int    // the templates, as indexes, that read the key as the first's and the second's
}

// Find is a key that two different ids of a set share under some templates, and false if there is none. The ids must not
// have the empty text.
func Find(ids automata.Set, templates []Template) (Shared, bool) {
	for i := range templates {
		for j := range templates {
			if len([]rune(templates[i].Prefix)) > len([]rune(templates[j].Prefix)) {
				continue // the pair comes up the other way round
			}
			if s, found := newSearch(ids, templates[i], templates[j]).run(); found {
				s.By, s.And = i, j
				return s, true
			}
		}
	}
	return Shared{}, false
}
