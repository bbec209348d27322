package infer

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/describe"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// role is a role of the spec.
type role struct {
	logical  string
	physical string // as the spec has it: of a role made elsewhere with its path; empty: not known
	holder   *holder
	per      map[string]*holder // by tenant, in a silo
	kind     model.Kind
	existing bool
	trust    string // as assumed_by has it; empty: not written
	trusts   []string
	entries  []*entry
	tagged   []*taggedEntry
	tables   []*table // of the kinds that work on whole tables
	settings []string // lines of the kinds that have more
	attach   []string
	notes    []note
	party    bool           // it holds nothing, and others become it, or it becomes others
	deploys  bool           // it is what Terraform runs as, and is left out
	told     bool           // what its trust lets in besides
	silent   bool           // it is not written
	meant    access.Meaning // what its generated policies do
}

// findRoles infers the roles.
func (d *draft) findRoles() {
	names := describe.NewNames("role")
	for _, h := range d.held {
		if !d.importable(h) {
			continue
		}
		r := d.roleOf(h)
		if r == nil {
			continue
		}
		d.findAccess(r)
		d.roles = append(d.roles, r)
	}
	d.keepParties()
	d.dropUnused()
	for _, r := range d.roles {
		if r.silent {
			continue
		}
		r.logical = names.Of(d.shortName(r))
		if d.banned("role:" + r.logical) {
			r.silent = true
		}
	}
	for _, r := range d.roles {
		r.entries = slices.DeleteFunc(r.entries, func(e *entry) bool { return d.banned(e.part(r)) })
		r.tagged = slices.DeleteFunc(r.tagged, func(e *taggedEntry) bool { return d.banned(e.part(r)) })
		r.silent = r.silent || len(r.entries)+len(r.tables)+len(r.tagged) == 0 && !r.party && !r.isDeployer()
	}
	d.findBoundary()
	for _, r := range d.roles {
		d.findTrust(r)
		r.attach = slices.DeleteFunc(r.attach, func(arn string) bool { return d.banned("attach:" + r.logical + ":" + arn) })
	}
}

// importable reports whether an identity may become a role of the spec, and says so where it may not.
func (d *draft) importable(h *holder) bool {
	switch {
	case h.Kind == inventory.Role && strings.Contains(h.ARN, ":role/aws-service-role/"):
		return false // AWS makes it, and says what it may do
	case d.elsewhere(h):
		if d.touches(h) {
			d.say("Left out: %s of another account. The spec is about the account %s; import the other by itself, with --account.", plain(h.String()), d.env.Account)
		}
		return false
	case h.Kind == inventory.Role && len(h.Policies) == 0 && len(h.Unread) == 0 && h.Trust != nil:
		return true // it may be who becomes another
	case h.Kind == inventory.Role || h.Kind == inventory.Somebody:
		return true
	case d.touches(h):
		d.say("Left out: %s, which reaches tables. A spec has roles only; let it become one.", plain(h.String()))
	}
	return false
}

// elsewhere reports whether an identity is of another account.
func (d *draft) elsewhere(h *holder) bool {
	parts := strings.Split(h.ARN, ":")
	return len(parts) >= 6 && accountID.MatchString(parts[4]) && parts[4] != unknownAccount && parts[4] != d.env.Account
}

// touches reports whether an identity may do anything with DynamoDB.
func (d *draft) touches(h *holder) bool {
	return slices.ContainsFunc(h.statements, func(s *statement) bool {
		return s.Effect == policy.Allow && s.ofDynamoDB()
	})
}

// ofDynamoDB reports whether a statement grants anything of DynamoDB.
func (s *statement) ofDynamoDB() bool {
	if len(s.NotAction) > 0 {
		return true
	}
	return slices.ContainsFunc(s.Action, func(a string) bool {
		service, _, _ := strings.Cut(strings.ToLower(a), ":")
		return covers(service, "dynamodb")
	})
}

// roleOf is the role of an identity; nil if it belongs to a role that another identity stands for.
func (d *draft) roleOf(h *holder) *role {
	r := &role{holder: h, kind: model.Runtime, existing: !d.Managed}
	if d.tenancy != nil && d.tenancy.silo != nil {
		if s, is := d.tenancy.silo[h]; is {
			if s.first != h {
				return nil
			}
			r.per = map[string]*holder{}
			for other, o := range d.tenancy.silo {
				if o.stem == s.stem {
					r.per[o.tenant] = other
				}
			}
		}
	}
	r.physical = d.physicalName(h)
	if ownPath.MatchString(h.ARN) { // a build made it, and will again
		r.existing = false
	}
	return r
}

var roleName = regexp.MustCompile(`^(?:[a-zA-Z0-9+=,.@_-]+/)*[a-zA-Z0-9+=,.@_-]{1,64}$`)

// physicalName is the name of an identity with its path; without the end that names a tenant, in a silo.
func (d *draft) physicalName(h *holder) string {
	name := h.Name
	if h.Kind == inventory.Somebody {
		return ""
	}
	if _, path, found := strings.Cut(h.ARN, ":role/"); found && !strings.ContainsAny(path, "*{}") {
		name = path
	}
	if d.tenancy != nil && d.tenancy.silo != nil {
		if s, is := d.tenancy.silo[h]; is {
			name = strings.TrimSuffix(name, "-"+s.tenant)
		}
	}
	if !roleName.MatchString(name) {
		return ""
	}
	return name
}

// shortName is what the logical name of a role is made of.
func (d *draft) shortName(r *role) string {
	name := r.physical
	if name == "" {
		name = r.holder.Name
	}
	name = name[strings.LastIndexByte(name, '/')+1:]
	return strings.TrimPrefix(name, d.Name+"-")
}

// findAccess infers what a role may do, and so of which kind it is. Of several kinds that would do it is the one that works
// with items. A role that works with none and may change tables is whose Terraform runs as.
func (d *draft) findAccess(r *role) {
	if strings.Contains(r.holder.ARN, ":role/ddbgen-bootstrap/") {
		r.silent, r.deploys = true, true
		d.findDeployment(r)
		return
	}
	for _, t := range d.tables {
		r.entries = append(r.entries, d.accessTo(r.holder, t)...)
	}
	r.tagged = d.taggedAccess(r.holder)
	if !slices.ContainsFunc(r.entries, (*entry).reachesItems) && len(r.tagged) == 0 {
		d.findKind(r)
		r.deploys = len(r.tables) == 0 && d.changesTables(r.holder)
		if len(r.tables) > 0 || r.deploys {
			r.entries = nil
		}
	}
	r.silent = len(r.entries) == 0 && len(r.tables) == 0 && len(r.tagged) == 0
	d.findAttached(r)
	d.findDeployment(r)
}

// reachesItems reports whether an entry is about items, and not a table's description alone.
func (e *entry) reachesItems() bool {
	return slices.ContainsFunc(e.actions, func(a model.Action) bool { return a.Name != "DescribeTable" })
}

// changesTables reports whether an identity may change tables or their settings.
func (d *draft) changesTables(h *holder) bool {
	return slices.ContainsFunc(catalog.Operations(), func(o catalog.Operation) bool {
		return o.Class == catalog.ClassControl && h.reaches(o.Action(), automata.All())
	})
}

// keepParties writes roles that hold nothing themselves and take part in who becomes whom: those that a build made, and, where
// roles are made here, those that others of the spec trust.
func (d *draft) keepParties() {
	for _, r := range d.roles {
		if !r.silent || r.holder.Kind != inventory.Role || r.existing {
			continue
		}
		own := ownPath.MatchString(r.holder.ARN) && strings.Contains(r.holder.ARN, ":role/ddbgen/")
		trusted := slices.ContainsFunc(d.roles, func(other *role) bool {
			return !other.silent && !other.existing && other.holder.trusts(r.holder.ARN)
		})
		r.party = !r.deploys && (own || trusted) && !d.touches(r.holder)
		r.silent = !r.party
	}
}

// trusts reports whether the trust of an identity names a principal.
func (h *holder) trusts(arn string) bool {
	return h.Trust != nil && arn != "" && slices.ContainsFunc(h.Trust.Document.Statement, func(s policy.Statement) bool {
		return s.Principal != nil && slices.Contains(s.Principal.AWS, arn)
	})
}

// dropUnused leaves out tables that nobody described and no role of the spec works with.
func (d *draft) dropUnused() {
	used := map[*table]bool{}
	for _, r := range d.roles {
		if r.silent {
			continue
		}
		for _, e := range r.entries {
			used[e.table] = true
		}
		for _, t := range r.tables {
			used[t] = true
		}
	}
	known := func(t *table) bool { return t.found != nil || used[t] }
	if slices.ContainsFunc(d.tables, known) { // else what is left out of them is worth saying
		d.tables = slices.DeleteFunc(d.tables, func(t *table) bool { return !known(t) })
	}
}

// isDeployer reports whether the role is one that Terraform runs as.
func (r *role) isDeployer() bool { return r.kind == model.Deploy || r.kind == model.Plan }
