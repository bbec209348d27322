package access

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/ddbgen/ddbgen/internal/automata"
)

const base64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// binary is the texts that are the same bytes as a text in base64. Line ends mean nothing there, and neither do the bits of
// the last digit beyond the last byte.
func (s *Symbols) binary(written string) (part, error) {
	bytes, err := base64.StdEncoding.DecodeString(written)
	if err != nil {
		return part{set: automata.None()}, nil
	}
	digits := base64.StdEncoding.EncodeToString(bytes)
	if len(digits) > automata.MaxStates/2 {
		return part{}, fmt.Errorf("a value of %d bytes is not decided", len(bytes))
	}
	last := strings.IndexByte(digits+"=", '=') - 1
	unused := 2 * (len(digits) - 1 - last)
	var pattern strings.Builder
	pattern.WriteString(`[\r\n]*`)
	for i := range len(digits) {
		pattern.WriteString("[" + digits[i:i+1])
		for extra := 1; i == last && extra < 1<<unused; extra++ {
			pattern.WriteByte(base64Digits[strings.IndexByte(base64Digits, digits[i])+extra])
		}
		pattern.WriteString(`][\r\n]*`)
	}
	set := s.Set("base64 "+digits, func() automata.Set { return mustRegexp(pattern.String()) })
	return part{set: set}, nil
}
