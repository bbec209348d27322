package words

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/model"
)

// InsecureTransport says what the guardrail on transport refuses.
func (s Style) InsecureTransport() string { return "Plain HTTP, to every table and its indexes." }

// Network says which requests the network guardrail refuses, and which it lets through.
func (s Style) Network(m *model.Model) string {
	through := NamesOf(m.Guardrails.OnlyThrough, func(p *model.Endpoint) string { return p.Name })
	out := "Reading and writing items of every table, but through " + s.Plural("endpoint", "endpoints", through) + "."
	if anyKnownByVPC(m) {
		out += " An endpoint whose id the spec does not give is known by its VPC: any DynamoDB endpoint of that VPC will do."
	}
	out += " Let through are calls that an AWS service makes, as itself or for a caller, service-linked roles" +
		When(slices.ContainsFunc(m.Roles, func(r *model.Role) bool { return r.Kind == model.Backup }), ", and backup roles on their tables") + "."
	return out + " Streams, which are resources of their own, and vector search, which a table's policy cannot name, are not covered."
}

// anyKnownByVPC reports whether some guarded endpoint has no id in some environment.
func anyKnownByVPC(m *model.Model) bool {
	return slices.ContainsFunc(m.Environments, func(e *model.Environment) bool {
		return slices.ContainsFunc(m.Guardrails.OnlyThrough, func(p *model.Endpoint) bool {
			place := e.PlacementOf(p)
			return place != nil && place.EndpointID == ""
		})
	})
}
