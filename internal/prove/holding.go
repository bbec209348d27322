package prove

import (
	"fmt"
	"slices"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file answers by which statement a role holds a right: the one whose box has in it the box of what the spec means.

// Statement is a statement of a build, by where it stands.
type Statement struct {
	Path string
	Sid  string // its number, where it has none
}

// Holding is what a role holds in one environment, as its policies were read back.
type Holding struct {
	in      intent
	role    *model.Role
	tenant  string // of a role made for each tenant
	grants  []emitted
	refuses []emitted // of the role's own policies and of the tables'
	trusts  []emitted
	limits  []emitted // of the boundary: what it lets through
	bars    []emitted // of the boundary: what it denies
	keys    []emitted // of the keys' policies
	own     []policy.Document
	table   map[*model.Table]policy.Document
	paths   []string          // of own
	bounds  []policy.Document // the boundary; none where the role has none, or one made elsewhere
}

// emitted is a statement with the requests it matches.
type emitted struct {
	Statement
	boxes []access.Box
}

// Hold reads what the files of a build say of a role.
func Hold(m *model.Model, e *model.Environment, files []output.File, r *model.Role, tenant string) (*Holding, error) {
	h := &Holding{in: intent{Symbols: access.NewSymbols(), m: m, e: e}, role: r, tenant: tenant, table: map[*model.Table]policy.Document{}}
	p := prover{m: m, files: map[string][]byte{}, read: map[string]bool{}}
	for _, f := range files {
		p.files[f.Path] = f.Bytes
	}
	identity := artifact.Policy{Kind: artifact.Identity, Environment: e, Role: r, Tenant: tenant, Part: 1}
	for _, path := range p.parts(identity) {
		if _, there := p.files[path]; !there {
			continue // a role whose only rights others write
		}
		document, err := h.read(&p, artifact.Identity, path)
		if err != nil {
			return nil, err
		}
		h.own, h.paths = append(h.own, document), append(h.paths, path)
	}
	trust := artifact.Policy{Kind: artifact.Trust, Environment: e, Role: r, Tenant: tenant}
	if r.Trust.Kind != model.NoTrust {
		if _, err := h.read(&p, artifact.Trust, trust.Path()); err != nil {
			return nil, err
		}
	}
	if h.in.isBounded(r) {
		document, err := h.read(&p, artifact.Boundary, h.in.bounding().policy.Path())
		if err != nil {
			return nil, err
		}
		h.bounds = []policy.Document{document}
	}
	if err := h.readKeys(&p); err != nil {
		return nil, err
	}
	for _, t := range m.Tables {
		path := artifact.Policy{Kind: artifact.Table, Environment: e, Table: t}.Path()
		if _, there := p.files[path]; !there {
			continue
		}
		document, err := h.read(&p, artifact.Table, path)
		if err != nil {
			return nil, err
		}
		h.table[t] = document
	}
	return h, nil
}

// read takes the statements of a document apart.
func (h *Holding) read(p *prover, kind artifact.Kind, path string) (policy.Document, error) {
	document, err := p.parse(path)
	if err != nil {
		return document, err
	}
	for i, st := range document.Statement {
		m, err := h.in.Read(kind, path, policy.Document{Version: document.Version, Statement: []policy.Statement{st}})
		if err != nil {
			return document, err
		}
		at := Statement{path, st.Sid}
		if at.Sid == "" {
			at.Sid = fmt.Sprint(i + 1)
		}
		switch {
		case st.Effect == policy.Deny && kind == artifact.Boundary:
			h.bars = append(h.bars, emitted{at, m.Denies})
		case st.Effect == policy.Deny:
			h.refuses = append(h.refuses, emitted{at, m.Denies})
		case kind == artifact.Trust:
			h.trusts = append(h.trusts, emitted{at, m.Allows})
		case kind == artifact.Boundary:
			h.limits = append(h.limits, emitted{at, m.Allows})
		case kind == artifact.Key:
			h.keys = append(h.keys, emitted{at, m.Allows})
		default:
			h.grants = append(h.grants, emitted{at, m.Allows})
		}
	}
	return document, nil
}

// holding are the statements that match all of one of some boxes; where there is none, those that match a part of one.
func holding(statements []emitted, boxes ...access.Box) []Statement {
	var whole, part []Statement
	for _, s := range statements {
		switch {
		case slices.ContainsFunc(boxes, func(b access.Box) bool { return len(access.Minus([]access.Box{b}, s.boxes)) == 0 }):
			whole = append(whole, s.Statement)
		case slices.ContainsFunc(boxes, s.meets):
			part = append(part, s.Statement)
		}
	}
	if len(whole) > 0 {
		return whole
	}
	return part
}

func (s emitted) meets(b access.Box) bool { return slices.ContainsFunc(s.boxes, b.Meets) }

// Right is what a grant allows on its table, or on an index of it, by the same statements.
type Right struct {
	Index   *model.Index // nil: the table
	Actions []model.Action
	By      []Statement
}

// Grant is the rights of a grant: on the table, then on each index.
func (h *Holding) Grant(g *model.Grant) []Right {
	out := h.rights(g, nil, h.in.e.TableARN(g.Table), g.Table.TenantKeys)
	for _, i := range g.Indexes {
		out = append(out, h.rights(g, i, h.in.e.IndexARN(i), i.TenantKeys)...)
	}
	return out
}

func (h *Holding) rights(g *model.Grant, i *model.Index, arn string, templates []model.KeyTemplate) []Right {
	var out []Right
	for _, a := range g.Actions {
		o := operationOf(a)
		if i != nil && !o.Has(catalog.TakesIndex) {
			continue
		}
		want := h.in.On([]string{o.Action()}, []string{arn}).Given(h.in.rows(g, o, templates, h.tenant)...).Given(h.in.limits(g, a)...)
		by := holding(h.grants, want)
		same := slices.IndexFunc(out, func(r Right) bool { return slices.Equal(r.By, by) })
		if same < 0 {
			same = len(out)
			out = append(out, Right{Index: i, By: by})
		}
		out[same].Actions = append(out[same].Actions, a)
	}
	return out
}

// Refusals are the statements that deny the role what a grant refuses altogether.
func (h *Holding) Refusals(g *model.Grant) []Statement {
	return holding(h.refuses, h.in.refusals(g)...)
}

// TagGrant is the statements of access by tags, those that except tables last.
func (h *Holding) TagGrant(g *model.TagGrant) []Statement {
	m := h.in.tagGrant(g)
	return append(holding(h.grants, m.Allows...), holding(h.refuses, m.Denies...)...)
}

// Becoming is the statements by which the role becomes another.
func (h *Holding) Becoming(target *model.Role) []Statement {
	return holding(h.grants, h.in.assumption(h.role, target, h.tenant))
}

// Job is the statements of what the role's kind does.
func (h *Holding) Job() []Statement { return holding(h.grants, h.in.job(h.role).Allows...) }

// JobRefusals is the statements that deny a part of it.
func (h *Holding) JobRefusals() []Statement { return holding(h.refuses, h.in.job(h.role).Denies...) }

// JobOf is the statements of the part of the job that is some actions; none, where that is no part of it.
func (h *Holding) JobOf(actions []string) []Statement {
	return holding(h.grants, h.in.part(h.in.job(h.role).Allows, actions)...)
}

// JobRefusalsOf is the statements that deny some of these actions.
func (h *Holding) JobRefusalsOf(actions []string) []Statement {
	return holding(h.refuses, h.in.part(h.in.job(h.role).Denies, actions)...)
}

// part is what is of some actions.
func (in intent) part(boxes []access.Box, actions []string) []access.Box {
	return access.Meeting(boxes, in.On(actions, []string{"*"}))
}

// Keys is the statements by which the role uses keys made elsewhere.
func (h *Holding) Keys() []Statement { return holding(h.grants, h.in.foreignKeys(h.role)...) }

// Trust is the statements that let somebody become the role.
func (h *Holding) Trust() []Statement {
	if h.role.Trust.Kind == model.NoTrust {
		return nil
	}
	return holding(h.trusts, h.in.trust(h.role, h.tenant).Allows...)
}

// Insecure is the statements that refuse plain HTTP to a table.
func (h *Holding) Insecure(t *model.Table) []Statement {
	return h.guard(t, func(b access.Box) bool { _, found := b.Find("aws:securetransport"); return found })
}

// Elsewhere is the statements that refuse requests to a table by other ways than the guarded endpoints.
func (h *Holding) Elsewhere(t *model.Table) []Statement {
	return h.guard(t, func(b access.Box) bool { _, found := b.Find("aws:principalarn"); return found })
}

func (h *Holding) guard(t *model.Table, is func(access.Box) bool) []Statement {
	var boxes []access.Box
	for _, b := range h.in.table(t).Denies {
		if is(b) {
			boxes = append(boxes, b)
		}
	}
	return holding(h.refuses, boxes...)
}
