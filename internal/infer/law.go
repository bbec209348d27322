package infer

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is the law: what the spec generates grants nothing that does not exist. It goes by the generated documents, and not
// by what was accepted on the way to them.

// Gain is a request that the spec would allow, and that is not allowed for certain by what exists.
type Gain struct {
	Subject string // "the role orders-api"
	Request string
	part    string // what of the spec makes it
}

// gains compares the documents that the spec generates with those that exist.
func (d *draft) gains(m *model.Model, policies []artifact.Policy) []Gain {
	var out []Gain
	guards, bounds := documentsOf(policies, artifact.Table), documentsOf(policies, artifact.Boundary)
	for _, r := range d.roles {
		made := roleNamed(m, r.logical)
		if r.silent || made == nil {
			continue
		}
		for _, tenant := range m.RoleTenants(made) {
			h := r.holder
			if tenant != "" {
				h = r.per[tenant]
			}
			if h == nil {
				out = append(out, Gain{plain(r.logical), "there is no role of the tenant " + tenant, "role:" + r.logical})
				continue
			}
			granted, found := d.roleGains(r, h, artifact.OfRole(policies, made, tenant), guards, bounds)
			out = append(out, found...)
			if h == r.holder {
				r.meant = granted
			}
			for _, p := range policies {
				if p.Kind == artifact.Trust && p.Role == made && p.Tenant == tenant {
					out = append(out, d.trustGains(m, r, h, parsed(p))...)
				}
			}
		}
	}
	for _, p := range policies {
		if p.Kind == artifact.Table {
			out = append(out, d.tableGains(p)...)
		}
	}
	return out
}

func roleNamed(m *model.Model, logical string) *model.Role {
	for _, r := range m.AllRoles() {
		if r.Name == logical {
			return r
		}
	}
	return nil
}

func parsed(p artifact.Policy) policy.Document {
	document, err := policy.Parse(p.Bytes)
	if err != nil {
		panic("infer: a generated policy does not parse: " + err.Error())
	}
	return document
}

func documentsOf(policies []artifact.Policy, kind artifact.Kind) []policy.Document {
	var out []policy.Document
	for _, p := range policies {
		if p.Kind == kind {
			out = append(out, parsed(p))
		}
	}
	return out
}

// roleGains compares what a role would be allowed, which it returns, with what an identity is, within what the policies of
// tables let through.
func (d *draft) roleGains(r *role, h *holder, policies []artifact.Policy, guards, bounds []policy.Document) (access.Meaning, []Gain) {
	var statements []policy.Statement
	for _, p := range policies {
		statements = append(statements, parsed(p).Statement...)
	}
	for i := range statements { // where the role is made here it has another ARN, and so have those that it becomes
		statements[i].Resource = d.formerly(statements[i].Resource)
	}
	whole, comparable := h.meaning(artifact.Identity, statements)
	wanted := whole.Allows
	kept := d.keptGains(r, h, whole)
	if kept != nil {
		return whole, kept
	}
	if !comparable {
		return whole, []Gain{{plain(h.String()), "it cannot be compared with what exists", "role:" + r.logical}}
	}
	rest := access.Minus(wanted, h.allows)
	if d.boundary == "generate" && !r.existing && !r.isDeployer() { // one that is made elsewhere stays, and bounds what is granted here too
		if m, err := h.symbols.Read(artifact.Boundary, "", bounds...); err == nil {
			wanted = meet(wanted, m.Settled().Allows)
		}
		rest = access.Minus(wanted, h.bounded())
	}
	if len(rest) > 0 {
		if m, err := h.symbols.Read(artifact.Table, "", guards...); err == nil {
			rest = access.Minus(rest, slices.DeleteFunc(m.Denies, func(b access.Box) bool { return !b.Principal.IsAll() }))
		}
	}
	if len(rest) == 0 {
		return whole, nil
	}
	return whole, []Gain{{plain(h.String()), d.example(h, rest), d.culprit(r, rest)}}
}

// keptGains are of policies that stay attached while refusals beside them go: what those held back. Of a policy that nobody read
// anything may be.
func (d *draft) keptGains(r *role, h *holder, whole access.Meaning) []Gain {
	var allowed []access.Box
	for _, document := range h.Policies {
		if !slices.ContainsFunc(r.attach, func(arn string) bool { return sameAttachment(arn, document.ARN) }) {
			continue
		}
		for _, s := range statementsOf(h.symbols, document, artifact.Identity) {
			if s.Effect == policy.Allow {
				allowed = append(allowed, s.boxes...)
			}
		}
	}
	var gone []access.Box
	for _, s := range h.statements {
		if s.Effect == policy.Deny && !slices.ContainsFunc(r.attach, func(arn string) bool { return sameAttachment(arn, s.document.ARN) }) {
			gone = append(gone, s.boxes...)
		}
	}
	gone = access.Minus(gone, whole.Denies)
	for _, arn := range r.attach {
		unread := slices.ContainsFunc(h.Unread, func(u string) bool { return sameAttachment(arn, u) })
		if unread && len(gone) > 0 {
			return []Gain{{plain(h.String()), "what " + plain(arn) + " grants, which nobody read, and a refusal beside it may hold back", "attach:" + r.logical + ":" + arn}}
		}
	}
	if held := meet(allowed, gone); len(held) > 0 && len(r.attach) > 0 {
		return []Gain{{plain(h.String()), d.example(h, held), "attach:" + r.logical + ":" + r.attach[0]}}
	}
	return nil
}

// sameAttachment reports whether a policy as a spec names it is the one with an ARN.
func sameAttachment(named, arn string) bool {
	return arn != "" && (named == arn || attachable(arn) == named)
}

// culprit is the part of the spec that a gain of a role comes of.
func (d *draft) culprit(r *role, rest []access.Box) string {
	action := access.Best(rest).Action
	if text, _ := action.Shortest(); strings.HasPrefix(text, "kms:") {
		for _, t := range d.tables {
			uses := slices.Contains(r.tables, t) || slices.ContainsFunc(r.entries, func(e *entry) bool { return e.table == t })
			if t.encryption != "" && uses && !d.banned("encryption:"+t.Name) {
				return "encryption:" + t.Name
			}
		}
	}
	if text, _ := action.Shortest(); strings.HasPrefix(text, "sts:") {
		for _, other := range d.roles {
			if other.trust == "role: "+r.logical {
				return trustPart(other, other.trust)
			}
		}
	}
	return "role:" + r.logical
}

// formerly are ARNs of the spec's roles as those that exist have them.
func (d *draft) formerly(arns []string) []string {
	out := slices.Clone(arns)
	for i, arn := range out {
		for _, r := range d.roles {
			for tenant, h := range r.identities() {
				if !r.silent && h.ARN != "" && arn == d.roleARN(r, tenant) {
					out[i] = h.ARN
				}
			}
		}
	}
	return out
}

// identities are the identities that a role stands for, by tenant.
func (r *role) identities() map[string]*holder {
	if r.per != nil {
		return r.per
	}
	return map[string]*holder{"": r.holder}
}

// roleARN is the ARN that a role of the spec has.
func (d *draft) roleARN(r *role, tenant string) string {
	m := &model.Model{Name: d.Name}
	made := &model.Role{PhysicalName: r.name(d), Path: m.RolesPath()}
	if r.isDeployer() {
		made.Path = m.BootstrapPath()
	}
	if at := strings.LastIndexByte(made.PhysicalName, '/') + 1; r.existing {
		made.Path, made.PhysicalName = "/"+made.PhysicalName[:at], made.PhysicalName[at:]
	} else {
		made.PhysicalName = made.PhysicalName[at:]
	}
	return d.env.RoleARN(made, tenant)
}

// trustGains compares who could become a role with who can.
func (d *draft) trustGains(m *model.Model, r *role, h *holder, document policy.Document) []Gain {
	part := trustPart(r, r.trust)
	if h.Trust == nil {
		return []Gain{{plain(h.String()), "nobody says who may become it", part}}
	}
	for i := range document.Statement {
		if p := document.Statement[i].Principal; p != nil {
			p.AWS = d.formerly(p.AWS)
		}
	}
	symbols := access.NewSymbols(h.Trust.Document, document)
	if _, bad := access.Complemented([]policy.Document{h.Trust.Document, document}); bad {
		return []Gain{{plain(h.String()), "who may become it cannot be compared", part}}
	}
	wanted, err := symbols.Read(artifact.Trust, "", document)
	if err != nil {
		return []Gain{{plain(h.String()), "who may become it cannot be compared", part}}
	}
	var allows, denies []access.Box
	for _, s := range statementsOf(symbols, h.Trust, artifact.Trust) {
		if s.Effect == policy.Deny {
			denies = append(denies, s.boxes...)
		} else {
			allows = append(allows, s.boxes...)
		}
	}
	now := access.Minus(allows, denies)
	if rest := access.Minus(wanted.Settled().Allows, now); len(rest) > 0 {
		return []Gain{{plain(h.String()), "who may become it: " + request(symbols, rest), part}}
	}
	if rest := access.Minus(now, wanted.Settled().Allows); len(rest) > 0 && !r.told {
		r.told = true
		r.notes = append(r.notes, note{"Its trust policy (" + at(h.Trust) + ") lets in more than is repeated here, for example " + plain(request(symbols, rest)) + "."})
		d.leftOut++
	}
	return nil
}

func at(document *inventory.Document) string {
	return (&statement{document: document}).where()
}

func request(symbols *access.Symbols, boxes []access.Box) string {
	return symbols.Example(access.Best(boxes), "", func(string) (automata.Set, bool) { return automata.Set{}, false }).String()
}

// tableGains compares what the policy of a table refuses with what one that it replaces refuses.
func (d *draft) tableGains(p artifact.Policy) []Gain {
	t := d.tableOf(d.env.TableName(p.Table))
	if t == nil || t.found == nil || t.found.Policy == nil {
		return nil
	}
	if s := d.unkept(t); s != nil {
		return []Gain{{"the table " + t.Name, "what " + s.place() + " refuses", ""}}
	}
	return nil
}

// endpointGains compares what an endpoint would let through with what it does.
func (d *draft) endpointGains(p artifact.Policy) []Gain {
	for _, e := range d.endpoints {
		if e.logical != p.Endpoint.Name || e.found.Policy == nil {
			continue
		}
		document := parsed(p)
		for i := range document.Statement {
			for j, c := range document.Statement[i].Condition {
				if c.Key == "aws:PrincipalArn" {
					document.Statement[i].Condition[j].Values = d.formerly(c.Values)
				}
			}
		}
		symbols := access.NewSymbols(e.found.Policy.Document, document)
		wanted, err := symbols.Read(artifact.Endpoint, "", document)
		var allows, denies []access.Box
		for _, s := range statementsOf(symbols, e.found.Policy, artifact.Endpoint) {
			if s.Effect == policy.Deny {
				denies = append(denies, s.boxes...)
			} else {
				allows = append(allows, s.boxes...)
			}
		}
		if err != nil {
			return []Gain{{"the endpoint " + plain(e.found.Name), "it cannot be compared with what exists", "endpoint:" + e.logical}}
		}
		if rest := access.Minus(wanted.Settled().Allows, access.Minus(allows, denies)); len(rest) > 0 {
			return []Gain{{"the endpoint " + plain(e.found.Name), request(symbols, rest), "endpoint:" + e.logical}}
		}
	}
	return nil
}
