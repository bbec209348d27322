package infer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// A silo has a role for each tenant, and the tenant's id is in its policies: there is no variable to find. What gives one away
// is roles whose names differ in an end, and whose policies become the same once that end is taken out of them.

// findSilo finds the roles of a silo.
func (d *draft) findSilo() {
	type member struct {
		h      *holder
		tenant string
	}
	groups := map[string][]member{}
	stems := map[string]string{}
	for _, h := range d.held {
		if h.Kind != inventory.Role || !h.hasLiteralRows() {
			continue
		}
		name := h.roleName()
		for i, c := range name {
			stem, tenant := name[:i], name[min(i+1, len(name)):]
			if c != '-' || stem == "" || tenant == "" || d.banned("silo:"+stem) || !h.namesTenant(tenant) {
				continue
			}
			key := stem + "\x00" + h.without(tenant)
			groups[key] = append(groups[key], member{h, tenant})
			stems[key] = stem
		}
	}
	keys := sortedKeys(groups)
	slices.SortStableFunc(keys, func(a, b string) int {
		return cmp.Or(len(groups[b])-len(groups[a]), len(stems[b])-len(stems[a]))
	})
	silo := map[*holder]siloed{}
	var tenants []string
	for _, key := range keys {
		members := groups[key]
		var ids []string
		free := true
		for _, m := range members {
			_, taken := silo[m.h]
			free = free && !taken
			ids = append(ids, m.tenant)
		}
		slices.Sort(ids)
		if len(members) < 2 || !free || len(slices.Compact(slices.Clone(ids))) != len(ids) || tenants != nil && !slices.Equal(ids, tenants) {
			continue
		}
		tenants = ids
		for _, m := range members {
			first := members[slices.IndexFunc(members, func(n member) bool { return n.tenant == ids[0] })].h
			silo[m.h] = siloed{m.tenant, stems[key], first}
		}
	}
	if tenants != nil {
		d.tenancy = &tenancy{identity: model.Identity{Kind: model.Silo}, tenants: tenants, silo: silo}
	}
}

// roleName is the name of a role in AWS, without its path.
func (h *holder) roleName() string {
	name := h.Name
	if _, path, is := strings.Cut(h.ARN, ":role/"); is {
		name = path
	}
	return name[strings.LastIndexByte(name, '/')+1:]
}

// hasLiteralRows reports whether a statement holds the identity to rows that it names.
func (h *holder) hasLiteralRows() bool {
	return slices.ContainsFunc(h.statements, func(s *statement) bool {
		return s.Effect == policy.Allow && len(s.conditions(leadingKeys)) > 0
	})
}

// namesTenant reports whether rows are told by a text.
func (h *holder) namesTenant(tenant string) bool {
	return slices.ContainsFunc(h.statements, func(s *statement) bool {
		return s.Effect == policy.Allow && slices.ContainsFunc(s.conditions(leadingKeys), func(c policy.Condition) bool {
			return slices.ContainsFunc(c.Values, func(v string) bool { return strings.Contains(v, tenant) })
		})
	})
}

// without is the policies with a text taken out.
func (h *holder) without(tenant string) string {
	var b strings.Builder
	for _, d := range h.Policies {
		b.Write(policy.Encode(d.Document))
	}
	if h.Trust != nil {
		b.Write(policy.Encode(h.Trust.Document))
	}
	return strings.ReplaceAll(b.String(), tenant, "{tenant}")
}

// siloTemplate is the template of a value that a tenant's id stands in.
func siloTemplate(v keyValue, tenant string) (model.KeyTemplate, bool) {
	text := v.text
	if !v.usable {
		return model.KeyTemplate{}, false
	}
	before, after, found := strings.Cut(text, tenant)
	return model.KeyTemplate{Prefix: before, Suffix: after, Open: v.template.Open}, found
}
