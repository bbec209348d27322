package spec

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// plainScalar is a text that YAML reads as itself without quotes, wherever it stands.
var plainScalar = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./-]*$`)

// Scalar is a text as a spec writes it: plain where no reader of YAML, 1.1 or 1.2, could take it for anything else, and in
// double quotes otherwise. What does not show is escaped: the escapes of Go are escapes of YAML too (YAML 1.2, 5.7 "Escaped
// Characters").
func Scalar(text string) string {
	words := []string{"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
	if plainScalar.MatchString(text) && !slices.Contains(words, strings.ToLower(text)) {
		return text
	}
	return strconv.Quote(text)
}
