package spec

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// didYouMean ends a message about an unknown word: with the known word that was likely meant, or with all there are,
// introduced by words such as "Write one of".
func didYouMean(word string, known []string, introduction string) string {
	if near := nearest(word, known); near != "" {
		return fmt.Sprintf("Did you mean %q?", near)
	}
	if len(known) == 0 {
		return "Remove it."
	}
	return introduction + " " + strings.Join(known, ", ") + "."
}

// nearest returns the known word that differs from a word by the fewest slips of a finger (a letter left out, added,
// changed, or swapped with its neighbour), if these are few for the length of the word; else "". Case, hyphens and
// underscores do not count, for partitionKey and partition-key are not slips but habits. Of equally near words the
// first wins. Where none is near, it may be the one word that begins so: Put is PutItem.
func nearest(word string, known []string) string {
	best, least := "", (utf8.RuneCountInString(word)+1)/3+1
	for _, k := range known {
		if d := distance(fold(word), fold(k)); d < least {
			best, least = k, d
		}
	}
	return orElse(best, goneOn(word, known))
}

// goneOn returns the only known word that begins with a word of some letters, or "".
func goneOn(word string, known []string) string {
	longer := slices.DeleteFunc(slices.Clone(known), func(k string) bool { return !strings.HasPrefix(fold(k), fold(word)) })
	if len(longer) != 1 || utf8.RuneCountInString(fold(word)) < 3 {
		return ""
	}
	return longer[0]
}

func fold(s string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(s))
}

// distance is the optimal string alignment distance: Levenshtein's, with swapped neighbours as one slip.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	if len(s) > 64 || len(t) > 64 { // not the length of a key; no need to be quadratic in a text
		return len(s) + len(t)
	}
	var before, above []int
	row := make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(s); i++ {
		before, above, row = above, row, make([]int, len(t)+1)
		row[0] = i
		for j := 1; j <= len(t); j++ {
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+differ(s[i-1], t[j-1]))
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(t)]
}

func differ(a, b rune) int {
	if a == b {
		return 0
	}
	return 1
}
