package words

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// This file says of a role in a few words what it may do and what not, for a table with a row for each role.

// Summary is what a role may do, in a few words.
func (s Style) Summary(m *model.Model, r *model.Role) []string {
	var out []string
	add := func(what string) {
		if !slices.Contains(out, what) {
			out = append(out, what)
		}
	}
	for _, g := range r.Grants {
		add(s.summary(g))
	}
	for _, g := range r.TagGrants {
		add(List(verbs(g.Actions), "and") + " tables that carry tags")
	}
	for _, to := range r.Assumes {
		add(s.Becoming(m, r, to))
	}
	for _, what := range s.jobSummary(m, r) {
		add(what)
	}
	if readsTrail(m, r) {
		add(decryptsTrail)
	}
	if len(out) == 0 {
		out = []string{nothing}
	}
	return out
}

// summary is what a grant allows: what is done to which rows of which table.
func (s Style) summary(g *model.Grant) string {
	items := ActionsThat(g.Actions, reachItems)
	if len(items) == 0 {
		return "describes " + s.Name(g.Table.Name)
	}
	what := "every row"
	switch {
	case g.Rows.Kind == model.OwnRows:
		what = "its own tenant's rows"
	case g.Rows.Kind == model.NamedRows:
		what = "named rows"
	case g.Table.TenantKeyed():
		what = "every tenant's rows"
	}
	return List(verbs(items), "and") + " " + When(g.Attributes != nil, "some columns of ") + what + " of " + s.Name(g.Table.Name)
}

// verbs are what actions do with items, each once.
func verbs(actions []model.Action) []string {
	all := []struct {
		word string
		is   func(catalog.Operation) bool
	}{
		{"describes", func(o catalog.Operation) bool { return !reachItems(o) }},
		{"reads", func(o catalog.Operation) bool {
			return reachItems(o) && !o.Has(catalog.ChangesItems) && o.Class != catalog.ClassScan && o.Class != catalog.ClassVector
		}},
		{"scans", func(o catalog.Operation) bool { return o.Class == catalog.ClassScan }},
		{"searches", func(o catalog.Operation) bool { return o.Class == catalog.ClassVector }},
		{"writes", func(o catalog.Operation) bool { return o.Has(catalog.ChangesItems) }},
	}
	var out []string
	for _, verb := range all {
		if len(ActionsThat(actions, verb.is)) > 0 {
			out = append(out, verb.word)
		}
	}
	return out
}

// jobSummary is what the kind of a role does that is no application's.
func (s Style) jobSummary(m *model.Model, r *model.Role) []string {
	tables := s.Names(NamesOf(r.Tables, tableName))
	switch r.Kind {
	case model.StreamConsumer:
		return []string{"reads the streams of " + tables}
	case model.Backup:
		return []string{"backs up " + tables}
	case model.Restore:
		return []string{"restores " + tables + " into new tables " + s.Name(r.Restore.Into)}
	case model.Export:
		return []string{"exports every row of " + tables + " to S3"}
	case model.Deploy:
		out := []string{"makes and changes " + List(s.made(m, r), "and")}
		if may := NamesOf(r.Allows, func(a model.Allowance) string { return string(a) }); len(may) > 0 {
			out = append(out, "is allowed "+s.Names(may))
		}
		return out
	case model.Plan:
		return []string{"reads the settings of all that is made here" + When(m.State != nil, ", and Terraform's state")}
	}
	return nil
}

// made is what a role that deploys makes, in the order it is made.
func (s Style) made(m *model.Model, r *model.Role) []string {
	var out []string
	for _, part := range []struct {
		what  string
		there bool
	}{
		{"roles", len(Those(m.Roles, madeRole)) > 0}, {"keys", len(Those(m.Keys, madeKey)) > 0},
		{"tables", len(m.Tables) > 0}, {"endpoints", len(m.Endpoints) > 0}, {"the trail", m.Trail != nil},
	} {
		if part.there {
			out = append(out, part.what)
		}
	}
	return out
}

// Without is what a role is not given, in a few words, as far as one may want to know of a role of its kind.
func (s Style) Without(m *model.Model, r *model.Role) []string {
	switch r.Kind {
	case model.StreamConsumer:
		return []string{"items, but for what streams show of them", "changes of tables"}
	case model.Backup:
		return []string{"items", "restoring", "deletion of backups", "changes of tables"}
	case model.Restore:
		return []string{"tables of other names", "deletion of backups"}
	case model.Export:
		return []string{"items, but in the export", "other buckets", "changes of tables"}
	case model.Deploy:
		out := []string{"items, for itself", "becoming a role", "making roles without the boundary", "changes of itself"}
		if names := NamesOf(withheld(m, r), func(a model.Allowance) string { return string(a) }); len(names) > 0 {
			out = append(out, "what would be allowed by "+s.Names(names))
		}
		return out
	case model.Plan:
		return []string{"changes of anything" + When(m.State != nil, " but the lock"), "items", "becoming a role"}
	}
	var out []string
	if r.TenantScoped() {
		out = append(out, "other tenants' rows")
	}
	return append(out, "streams, backups and exports", "changes of tables")
}
