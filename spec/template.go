package spec

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ddbgen/ddbgen/internal/model"
)

// A key template is the shape of a tenant's partition key: literal text, {tenant} once, and optionally one star at the
// end. It becomes the value of a condition on dynamodb:LeadingKeys, where the tenant id is put in by IAM, so the literal
// text must mean itself there: no wildcards, no variables, no characters beyond Latin-1.
//
// The star stands for anything, so what comes before it must say where the tenant's part has ended: "T#{tenant}*" of the
// tenant acme is also a key of the tenant acme2. Hence a star follows a delimiter, which is any character but a letter,
// a digit, or the placeholder. Whether the delimiter does delimit, for the ids that there are, is law 4 (tenants.go).

const tenantPlaceholder = "{tenant}"

// maxPartitionKey is the longest partition key, in bytes (DynamoDB developer guide, "Constraints").
const maxPartitionKey = 2048

// parseTemplate reads a template. With a problem the template is a guess that only says that there is one.
func parseTemplate(text string) (model.KeyTemplate, string) {
	prefix, rest, _ := strings.Cut(text, tenantPlaceholder)
	suffix, open := strings.CutSuffix(rest, "*")
	t := model.KeyTemplate{Prefix: prefix, Suffix: suffix, Open: open}
	switch n := strings.Count(text, tenantPlaceholder); {
	case n == 0:
		return t, fmt.Sprintf("%q does not say where the tenant id stands. Write {tenant} in its place, as in \"TENANT#{tenant}\".", text)
	case n > 1:
		return t, "A template holds {tenant} once. Write the key's shape up to the first {tenant}, a delimiter and a star."
	case open && !endsInDelimiter(suffix):
		return t, fmt.Sprintf("A star stands for anything, so before it must be a delimiter such as #; else the keys of one tenant go on into those of another. Write %q.",
			prefix+tenantPlaceholder+suffix+"#*")
	case len(prefix)+len(suffix) >= maxPartitionKey:
		return t, fmt.Sprintf("A partition key has at most %d bytes, and this leaves none for the tenant id. Shorten it.", maxPartitionKey)
	}
	return t, literalProblem(prefix + suffix)
}

// endsInDelimiter reports whether a text ends in a character that is neither letter nor digit.
func endsInDelimiter(s string) bool {
	last, size := utf8.DecodeLastRuneInString(s)
	return size > 0 && !unicode.IsLetter(last) && !unicode.IsDigit(last)
}

// literalProblem says what in the literal text of a template would not mean itself in a policy.
func literalProblem(literal string) string {
	for _, c := range literal {
		switch {
		case c == '*':
			return "A star may stand at the end of a template only. Remove the others, or list each shape of the key by itself."
		case c == '?':
			return "A policy takes ? for any character. Choose keys without it."
		case strings.ContainsRune("${}", c):
			return fmt.Sprintf("%q belongs to placeholders, and {tenant} is the only one there is. Remove it.", c)
		case c > 0xff:
			return policyProblem(literal)
		}
	}
	return ""
}

// templateText is the template as it was written.
func templateText(t model.KeyTemplate) string { return t.Pattern(tenantPlaceholder) }

func quoteRune(c rune) string { return fmt.Sprintf("%q (U+%04X)", c, c) }
