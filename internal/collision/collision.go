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
	"errors"
	"unicode/utf8"

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

// ErrTooLarge is of templates and ids that it would take too long to decide about.
var ErrTooLarge = errors.New("there are too many ways to read a key")

// Find is a key that two different ids of a set share under some templates, and false if there is none. The ids must not
// have the empty text.
func Find(ids automata.Set, templates []Template) (Shared, bool, error) {
	ranges := ids.Ranges()
	for i := range templates {
		for j := i; j < len(templates); j++ {
			s, found, err := between(ids, ranges, templates[i], templates[j])
			if found || err != nil {
				pair := [2]int{i, j}
				s.By, s.And = pair[s.By], pair[s.And]
				return s, found, err
			}
		}
	}
	return Shared{}, false, nil
}

// between is a key that is one id's by the template a and another's by b.
func between(ids automata.Set, ranges [][2]rune, a, b Template) (Shared, bool, error) {
	if utf8.RuneCountInString(a.Prefix) <= utf8.RuneCountInString(b.Prefix) {
		s, found, err := newSearch(ids, ranges, a, b).run()
		s.And = 1
		return s, found, err
	}
	s, found, err := newSearch(ids, ranges, b, a).run()
	s.By = 1
	return s, found, err
}
