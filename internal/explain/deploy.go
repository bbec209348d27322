package explain

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/prove"
	"github.com/ddbgen/ddbgen/internal/words"
)

// This file is about the roles that deploy and plan: what they may do, what is withheld, and what they are refused.

// duty is something that such a role may do, with the statements that say so.
type duty struct {
	what string
	by   []prove.Statement
}

// duties says what such a role may do, as far as it is asked.
func (p *page) duties() {
	for _, d := range p.told() {
		p.section("It " + d.what)
		p.by(1, d.by)
	}
}

// told are the duties that are asked about.
func (p *page) told() []duty {
	var out []duty
	asked := p.inQuestion()
	for _, d := range p.say.Duties(p.Model, p.Role, p.Environment) {
		by := words.Those(p.held.Allowing(d.Actions, d.On(p.Environment)), func(s prove.Statement) bool { return slices.Contains(asked, s) })
		if len(by) > 0 {
			out = append(out, duty{d.What, by})
		}
	}
	return out
}

// inQuestion are the statements that allow the role something of what is asked.
func (p *page) inQuestion() []prove.Statement {
	actions, resources := []string{"*"}, []string{"*"}
	if p.Table != nil {
		table := p.Environment.TableARN(p.Table)
		actions, resources = []string{"dynamodb:*"}, []string{table, table + "/*"}
	}
	if p.Operation.Name != "" {
		actions = p.allowed
	}
	return p.held.Allowing(actions, resources)
}

// refusals says what such a role is refused, where the question is about all of it.
func (p *page) refusals() {
	if p.Operation.Name != "" || p.Table != nil {
		return
	}
	for _, d := range p.say.Withheld(p.Model, p.Role) {
		p.section("Withheld: " + d.What)
		p.by(1, p.held.Refusing(d.Actions, d.On(p.Environment)))
	}
	for _, d := range p.say.Never(p.Model, p.Role, p.Environment) {
		p.section("Refused: " + d.What)
		p.by(1, p.held.Refusing(d.Actions, d.On(p.Environment)))
	}
}

// service answers for an action of another service than DynamoDB: yes or no, and by which statements.
func (p *page) service(action string) {
	everywhere := []string{"*"}
	allowing, refusing := p.held.Allowing([]string{action}, everywhere), p.held.Refusing([]string{action}, everywhere)
	if !p.held.May(action) {
		p.section("No: " + p.Role.Name + " may not do " + action + " in " + p.Environment.Name + ".")
		p.granted(action)
		for _, s := range refusing {
			p.line(1, "%s in %s: denies it.", s.Sid, s.Path)
		}
		if len(allowing) > 0 && len(refusing) == 0 {
			p.line(1, "The permissions boundary lets nothing of it through.")
		}
		return
	}
	p.section("Yes: " + p.Role.Name + " may do " + action + " in " + p.Environment.Name + ", as these statements say.")
	p.by(1, allowing)
	for _, s := range refusing {
		p.line(1, "but for what %s in %s denies", s.Sid, s.Path)
	}
}
