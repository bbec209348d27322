package explain

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/prove"
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
		switch {
		case !prove.NamesTable(action):
			p.atAll(action)
		case p.Table != nil:
			p.answer(action, p.Table)
		default:
			p.anywhere(action)
		}
	}
}

// answer says whether the role may do an action on a table, and if not, what comes nearest to allowing it.
func (p *page) answer(action string, t *model.Table) {
	p.judge(action, p.held.Ask(action, t), " on "+t.Name, "")
}

// atAll says whether the role may do an action that is about no table of the spec.
func (p *page) atAll(action string) {
	remark := ", which no policy can hold to one table"
	on := ""
	if p.Operation.Class == catalog.ClassRestore {
		remark = ", whichever table was backed up"
		if p.Role.Restore != nil {
			on = p.restored()
		}
	}
	p.judge(action, p.held.Ask(action, nil), on, remark)
}

// restored is the new tables of a role that restores.
func (p *page) restored() string { return " on new tables " + p.say.Name(p.Role.Restore.Into) }

// judge writes an answer down.
func (p *page) judge(action string, answer prove.Answer, on, remark string) {
	name := strings.TrimPrefix(action, "dynamodb:")
	if answer.Yes {
		p.allowed = append(p.allowed, action)
		p.section("Yes: " + p.Role.Name + " may do " + name + on + " in " + p.Environment.Name + remark + ", as follows.")
		return
	}
	p.section("No: " + p.Role.Name + " may not do " + name + on + " in " + p.Environment.Name + ".")
	granted := p.granted(action)
	for _, cause := range answer.Why {
		switch {
		case cause.Path != "":
			p.line(1, "%s in %s: %s.", cause.Sid, cause.Path, cause.What)
		case granted:
			p.line(1, "%s.", upper(cause.What))
		}
	}
}

// granted reports whether some statement allows the role an action, and says so if none does: where a boundary denies all that
// the roles do not need, that is not what is missing.
func (p *page) granted(action string) bool {
	if len(p.held.Allowing([]string{action}, []string{"*"})) > 0 {
		return true
	}
	p.line(1, "No statement allows %s.", action)
	return false
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// anywhere says on which tables the role may do an action: those of the spec, and those that it makes itself.
func (p *page) anywhere(action string) {
	name := strings.TrimPrefix(action, "dynamodb:")
	var tables []string
	for _, t := range p.Model.Tables {
		if p.held.Ask(action, t).Yes {
			tables = append(tables, t.Name)
		}
	}
	var on []string
	if len(tables) > 0 {
		on = append(on, " on "+p.say.Names(tables))
	}
	if p.Role.Restore != nil && p.Operation.Class != catalog.ClassRestore && p.held.Ask(action, nil).Yes {
		on = append(on, p.restored())
	}
	if len(on) == 0 {
		p.section("No: " + p.Role.Name + " may do " + name + " on no table of the spec in " + p.Environment.Name + ".")
		return
	}
	p.allowed = append(p.allowed, action)
	p.section("Yes: " + p.Role.Name + " may do " + name + strings.Join(on, " and") + " in " + p.Environment.Name + ", as follows.")
}

// reaches reports whether the role has any right on a table.
func (p *page) reaches(t *model.Table) bool {
	return slices.ContainsFunc(p.Role.Grants, func(g *model.Grant) bool { return g.Table == t }) ||
		slices.ContainsFunc(p.Role.TagGrants, func(g *model.TagGrant) bool { return p.byTags(g, t) }) ||
		slices.Contains(p.Role.Tables, t) || len(p.told()) > 0
}

// byTags reports whether access by tags reaches a table, by the tags that the spec gives it.
func (p *page) byTags(g *model.TagGrant, t *model.Table) bool {
	return slices.ContainsFunc(g.Actions, func(a model.Action) bool { return p.held.Ask("dynamodb:"+a.Name, t).Yes })
}
