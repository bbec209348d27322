package spec

import (
	"bytes"
	"crypto/sha256"
	"fmt"
)

// A schema lies beside a spec, where people may have put a file of their own or have changed ours. So it says in its first
// line who wrote it, with a digest of the lines that follow: a file whose digest is right holds nothing of anybody else.

const opening = "{\n"

// seal puts that line into a schema.
func seal(schema []byte) []byte {
	rest, found := bytes.CutPrefix(schema, []byte(opening))
	if !found {
		panic("spec: a schema that does not begin with a brace and a line break")
	}
	return append([]byte(opening+sealOf(rest)), rest...)
}

func sealOf(rest []byte) string {
	return fmt.Sprintf("  \"$comment\": \"Written by ddbgen, which replaces it as long as nobody changes it: sha256:%x\",\n", sha256.Sum256(rest))
}

// IsSchema reports whether a file is a schema as a version of this program wrote it. Line ends, which version control
// changes, do not count.
func IsSchema(file []byte) bool {
	rest, _ := bytes.CutPrefix(bytes.ReplaceAll(file, []byte("\r\n"), []byte("\n")), []byte(opening))
	line, rest, found := bytes.Cut(rest, []byte("\n"))
	return found && string(line)+"\n" == sealOf(rest)
}
