package artifact

import (
	"strconv"
	"strings"
)

// Pascal joins logical names to one word of a statement id: Pascal("ledger", "by_status") is "LedgerByStatus". Statement
// ids of identity policies hold letters and digits only (IAM user guide, "IAM JSON policy elements: Sid").
func Pascal(names ...string) string {
	var b strings.Builder
	for _, name := range names {
		for _, word := range strings.FieldsFunc(name, isSeparator) {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

func isSeparator(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
}

// Sids hands out statement ids that are unique within one policy, or one role's policies.
type Sids map[string]int

// Unique is sid, or sid with a number behind it if it was handed out before.
func (s Sids) Unique(sid string) string {
	s[sid]++
	if n := s[sid]; n > 1 {
		return s.Unique(sid + strconv.Itoa(n))
	}
	return sid
}
