package prove

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/model"
)

// session is a principal that is a session of a role.
func session(e *model.Environment, r *model.Role, tenant string) string {
	return "arn:" + e.Partition + ":sts::" + e.Account + ":assumed-role/" + e.RoleName(r, tenant) + "/session"
}

// ids are the tenant ids.
func (in intent) ids() automata.Set {
	return in.Set("ids", func() automata.Set {
		ids, err := automata.Regexp(in.m.Tenancy.IDPattern)
		if err != nil {
			return automata.None()
		}
		return ids
	})
}

// example is one request of a box. The session's tenant, if a variable stands for it, is an id of the pattern.
func (in intent) example(b access.Box, session string) access.Request {
	return in.Symbols.Example(b, session, func(variable string) (automata.Set, bool) {
		if in.m.Tenancy == nil || !strings.EqualFold(variable, in.tenantVariable()) {
			return automata.Set{}, false
		}
		return in.ids(), true
	})
}
