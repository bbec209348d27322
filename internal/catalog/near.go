package catalog

import (
	"cmp"
	"slices"
	"strings"
)

// mostNear is how many names are returned at the most: a message with more
// choices than these helps less.
const mostNear = 3

// NearRegion returns the names of regions that name may be a slip of, nearest first.
func NearRegion(name string) []string { return nearNames(name, Regions()) }

// NearManagedPolicy returns the names of AWS managed policies that name may be
// a slip of, nearest first.
func NearManagedPolicy(name string) []string {
	var names []string
	for _, p := range managedPolicies() {
		names = append(names, p.name)
	}
	return nearNames(name, names)
}

func nearNames(name string, names []string) []string {
	var found []candidate
	for _, n := range names {
		if d := distance(strings.ToLower(name), strings.ToLower(n)); d <= slack(name) {
			found = append(found, candidate{n, d})
		}
	}
	return nearest(found)
}

type candidate struct {
	name     string
	distance int
}

// slack is how many letters of a word may be wrong: about one in four.
func slack(word string) int { return max(1, len(word)/4) }

func nearest(found []candidate) []string {
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.name, b.name))
	})
	var names []string
	for _, f := range found[:min(len(found), mostNear)] {
		names = append(names, f.name)
	}
	return names
}

// distance is the number of letters to insert, remove or replace to get from
// one word to the other (Levenshtein), one row of the table at a time.
func distance(from, to string) int {
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(from) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(to) {
			cost := diagonal
			if from[i] != to[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(to)]
}

// NearAmong returns those of names that name may be a slip of, nearest first.
func NearAmong(name string, names []string) []string { return nearNames(name, names) }
