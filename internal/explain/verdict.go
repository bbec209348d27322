package explain

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/model"
)

// verdict is a yes or a no, where one action was asked for.
func (p *page) verdict() {
	if p.Operation.Name == "" {
		if p.Table != nil && !p.reaches(p.Table) {
			p.section("Nothing: " + p.Role.Name + " has no right on " + p.Table.Name + " in " + p.Environment.Name + ".")
		}
		return
	}
	if !p.Operation.IsAction() {
		p.section(p.Operation.Name + " is no action of a policy: what it does is authorised action by action.")
	}
	for _, action := range p.Operation.Actions() {
		if p.Table != nil {
			p.answer(action, p.Table)
			continue
		}
		p.anywhere(action)
	}
}

// answer says whether the role may do an action on a table, and if not, what comes nearest to allowing it.
func (p *page) answer(action string, t *model.Table) {
	name := strings.TrimPrefix(action, "dynamodb:")
	answer := p.held.Ask(action, t)
	if answer.Yes {
		p.section("Yes: " + p.Role.Name + " may do " + name + " on " + t.Name + " in " + p.Environment.Name + ", as follows.")
		return
	}
	p.section("No: " + p.Role.Name + " may not do " + name + " on " + t.Name + " in " + p.Environment.Name + ".")
	for _, cause := range answer.Why {
		if cause.Path == "" {
			p.line(1, "%s.", upper(cause.What))
			continue
		}
		p.line(1, "%s in %s: %s.", cause.Sid, cause.Path, cause.What)
	}
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// anywhere says on which tables the role may do an action.
func (p *page) anywhere(action string) {
	name := strings.TrimPrefix(action, "dynamodb:")
	var tables []string
	for _, t := range p.Model.Tables {
		if p.held.Ask(action, t).Yes {
			tables = append(tables, t.Name)
		}
	}
	if len(tables) == 0 {
		p.section("No: " + p.Role.Name + " may do " + name + " on no table of the spec in " + p.Environment.Name + ".")
		return
	}
	p.section("Yes: " + p.Role.Name + " may do " + name + " on " + p.say.Names(tables) + " in " + p.Environment.Name + ", as follows.")
}

// reaches reports whether the role has any right on a table.
func (p *page) reaches(t *model.Table) bool {
	return slices.ContainsFunc(p.Role.Grants, func(g *model.Grant) bool { return g.Table == t }) ||
		slices.ContainsFunc(p.Role.TagGrants, func(g *model.TagGrant) bool { return p.byTags(g, t) }) ||
		slices.Contains(p.Role.Tables, t)
}

// byTags reports whether access by tags reaches a table, by the tags that the spec gives it.
func (p *page) byTags(g *model.TagGrant, t *model.Table) bool {
	return slices.ContainsFunc(g.Actions, func(a model.Action) bool { return p.held.Ask("dynamodb:"+a.Name, t).Yes })
}
