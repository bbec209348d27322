package report

import "github.com/ddbgen/ddbgen/internal/model"

func roles(m *model.Model) []roleSection {
	var out []roleSection
	for _, r := range m.Roles {
		out = append(out, roleSection{Name: code(r.Name), Heading: markdown().Role(m, r), Lines: markdown().Rights(m, r)})
	}
	return out
}

func tableName(t *model.Table) string { return t.Name }
