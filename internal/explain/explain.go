// Package explain says in words who may do what in a system, and by which statement of which file.
//
// The words come from the model, and are those of the generated page. The statements come from the files: each right is
// looked up in what was emitted, as the prover reads it. So an answer is not what a statement is called, but what it grants.
package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/prove"
	"github.com/ddbgen/ddbgen/internal/words"
)

// Question is what is asked about a role.
type Question struct {
	Model       *model.Model
	Environment *model.Environment
	Role        *model.Role
	Tenant      string            // "": any tenant; of a role made for each tenant, which one
	Operation   catalog.Operation // zero: all
	Action      string            // "", or an action of another service, which is all that is asked then
	Table       *model.Table      // nil: all
}

// Answer says what a role may do by the files of a build. The error is for files that cannot be read as policies.
func Answer(q Question, files []output.File) (string, error) {
	tenant := ""
	if q.Role.PerTenant {
		tenant = q.Tenant
	}
	held, err := prove.Hold(q.Model, q.Environment, files, q.Role, tenant)
	if err != nil {
		return "", err
	}
	p := page{Question: q, say: words.Plain(), held: held}
	if q.Action != "" {
		p.service(q.Action)
		return p.text.String(), nil
	}
	p.verdict()
	if q.Operation.Name == "" {
		p.who()
	}
	p.tables()
	p.others()
	p.duties()
	p.refusals()
	p.guards()
	return p.text.String(), nil
}

// page is an answer while it is written.
type page struct {
	Question
	say     words.Style
	held    *prove.Holding
	allowed []string       // of the actions that are asked about
	shown   []*model.Table // whose rights were said
	text    strings.Builder
}

// line writes a line, two blanks for each step it is set in.
func (p *page) line(steps int, format string, args ...any) {
	p.text.WriteString(strings.Repeat("  ", steps) + fmt.Sprintf(format, args...) + "\n")
}

// section begins what belongs together.
func (p *page) section(title string) {
	if p.text.Len() > 0 {
		p.text.WriteByte('\n')
	}
	p.line(0, "%s", title)
}

// by writes the statements that something rests on.
func (p *page) by(steps int, statements []prove.Statement) {
	for _, s := range statements {
		p.line(steps, "by %s in %s", s.Sid, s.Path)
	}
}

// who says who may become the role.
func (p *page) who() {
	title := fmt.Sprintf("%s in %s", p.Role.Name, p.Environment.Name)
	if p.Role.PerTenant {
		title += ", of tenant " + p.Tenant
	}
	p.section(title)
	p.line(1, "%s", p.Environment.ExpandARN(p.say.Role(p.Model, p.Role, p.Environment)))
	if statements := p.held.Trust(); len(statements) > 0 {
		p.by(2, statements)
	}
	if boundary := p.Environment.BoundaryARN(p.Model); boundary != "" && slices.Contains(p.Model.Roles, p.Role) && !p.Role.Existing {
		p.line(1, "It can hold no more than its permissions boundary %s.", boundary)
	}
	for _, a := range p.Role.Attach {
		p.line(1, "It has the policy %s too, which is written elsewhere, and of which nothing is said here.", p.Environment.ExpandARN(a.ARN))
	}
}

// tables says what the role may do on each table that its grants name.
func (p *page) tables() {
	for _, t := range p.Model.Tables {
		if p.Table != nil && p.Table != t {
			continue
		}
		var lines []func()
		for _, g := range p.Role.Grants {
			if g.Table == t {
				lines = append(lines, p.grant(g)...)
			}
		}
		if len(lines) == 0 {
			continue
		}
		p.section(fmt.Sprintf("Table %s, %s", t.Name, p.Environment.TableARN(t)))
		for _, write := range lines {
			write()
		}
		p.shown = append(p.shown, t)
	}
}

// grant is the lines of what a grant allows, as far as it is asked.
func (p *page) grant(g *model.Grant) []func() {
	var out []func()
	for _, r := range p.held.Grant(g) {
		r.Actions = slices.DeleteFunc(r.Actions, func(a model.Action) bool { return !p.asked(a.Name) })
		if len(r.Actions) > 0 {
			out = append(out, func() {
				p.line(1, "%s", p.right(g, r))
				p.by(2, r.By)
			})
		}
	}
	if refused := p.refused(g); len(out) > 0 && refused != "" {
		out = append(out, func() {
			p.line(1, "%s", refused)
			p.by(2, p.held.Refusals(g))
		})
	}
	return out
}

// asked reports whether a question is about an action.
func (p *page) asked(action string) bool {
	return p.Operation.Name == "" || slices.Contains(p.Operation.Actions(), "dynamodb:"+action)
}

// right says what is allowed, where, on which rows and columns.
func (p *page) right(g *model.Grant, r prove.Right) string {
	where, templates := " on the table", g.Table.TenantKeys
	if r.Index != nil {
		where, templates = " on the index "+p.say.Name(r.Index.Name), r.Index.TenantKeys
	}
	out := p.say.Actions(r.Actions) + where
	if len(words.ActionsThat(r.Actions, func(o catalog.Operation) bool { return o.Class != catalog.ClassDescribe })) == 0 {
		return out + ", which shows no items"
	}
	tenant := "{tenant}"
	if p.Tenant != "" {
		tenant = p.Tenant
	}
	out += ": " + p.say.Rows(g, templates, tenant)
	if g.Attributes != nil {
		out += "; only the attributes " + p.say.Names(g.Attributes)
	}
	return out
}

// refused is what a grant refuses altogether.
func (p *page) refused(g *model.Grant) string {
	var out []string
	if g.NoTransactions {
		out = append(out, "inside a transaction")
	}
	if slices.ContainsFunc(g.Actions, func(a model.Action) bool { return a.Name == "PartiQLSelect" && p.asked(a.Name) }) {
		out = append(out, "by a PartiQL statement that reads the whole table or index")
	}
	if len(out) == 0 {
		return ""
	}
	return "Never " + words.List(out, "or")
}

// guards says what the tables that were shown refuse to everybody.
func (p *page) guards() {
	for _, guard := range []struct {
		what string
		by   func(*model.Table) []prove.Statement
	}{{p.say.InsecureTransport(), p.held.Insecure}, {p.say.Network(p.Model), p.held.Elsewhere}} {
		var by []prove.Statement
		for _, t := range p.shown {
			by = append(by, guard.by(t)...)
		}
		if len(by) > 0 {
			p.section("Refused to everybody: " + guard.what)
			p.by(1, by)
		}
	}
}

// others says what the role may do beside its grants on tables.
func (p *page) others() {
	for _, g := range p.Role.TagGrants {
		if p.Table == nil || p.byTags(g, p.Table) {
			p.tagGrant(g)
		}
	}
	if p.Operation.Name != "" {
		p.job(p.held.JobOf(p.allowed), p.held.JobRefusalsOf(p.allowed))
		return
	}
	if p.Table != nil && !slices.Contains(p.Role.Tables, p.Table) {
		return
	}
	p.job(p.held.Job(), p.held.JobRefusals())
	if p.Table != nil {
		return
	}
	for _, to := range p.Role.Assumes {
		p.section("It " + p.say.Becoming(p.Model, p.Role, to))
		p.by(1, p.held.Becoming(to))
	}
	if statements := p.held.Keys(); len(statements) > 0 {
		p.section("It uses keys made elsewhere for the tables under them, through DynamoDB only")
		p.by(1, statements)
	}
}

// job says what the kind of the role does, where there are statements for it. A stream has no policy that could refuse plain
// HTTP.
func (p *page) job(grants, refuses []prove.Statement) {
	if len(grants) > 0 {
		for _, sentence := range p.say.Job(p.Role) {
			p.section("It " + sentence)
			p.by(1, grants)
		}
	}
	if p.Role.Kind == model.StreamConsumer && len(refuses) > 0 {
		p.section("Never over plain HTTP")
		p.by(1, refuses)
	}
}

func (p *page) tagGrant(g *model.TagGrant) {
	if !slices.ContainsFunc(g.Actions, func(a model.Action) bool { return p.asked(a.Name) }) {
		return
	}
	p.section(p.say.TagGrant(p.Model, g))
	p.by(1, p.held.TagGrant(g))
}
