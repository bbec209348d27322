package report

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/words"
)

// overview has a row for each role of every kind, in a few words; what it may do exactly is in its section.
func overview(m *model.Model) []overviewRow {
	var rows []overviewRow
	for _, r := range m.AllRoles() {
		rows = append(rows, overviewRow{
			Role: cellCode(r.Name), Kind: cellCode(string(r.Kind)), Who: cells().AssumerInShort(m, r),
			May: strings.Join(cells().Summary(m, r), "; "), Not: strings.Join(cells().Without(m, r), "; "),
		})
	}
	return rows
}

func roles(m *model.Model) []roleSection {
	var out []roleSection
	for _, r := range m.AllRoles() {
		out = append(out, roleSection{
			Name: code(r.Name), Heading: markdown().Role(m, r, m.Environments...), Lines: markdown().Rights(m, r),
			Withheld: refused(markdown().Withheld(m, r)), Never: refused(markdown().Never(m, r, m.Environments...)),
		})
	}
	return out
}

func refused(duties []words.Duty) []string {
	return words.NamesOf(duties, func(d words.Duty) string { return d.What })
}

func tableName(t *model.Table) string { return t.Name }
