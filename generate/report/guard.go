package report

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/model"
)

// keys says what each key that is made here protects, and who may use it.
func keys(m *model.Model) []string {
	var out []string
	for _, k := range m.Keys {
		if len(k.Existing) == 0 {
			out = append(out, keyInWords(m, k))
		}
	}
	return out
}

func keyInWords(m *model.Model, k *model.Key) string {
	out := code(k.Name) + ": "
	if k.Description != "" {
		out += sentence(text(k.Description)) + " "
	}
	tables := names(m.Tables, tableName, func(t *model.Table) bool { return t.Encryption.Key == k })
	if len(tables) > 0 {
		out += "It encrypts " + plural("table", "tables", tables) +
			", and is used only through DynamoDB, by the roles above that read or write their items, each for its own tables. "
	}
	if m.Trail != nil && m.Trail.Key == k {
		out += "CloudTrail encrypts the audit trail's log files with it, and " + decrypters(m.Trail) + " may decrypt them. "
	}
	out += "The account administers it, through IAM policies."
	if len(k.Administrators) == 0 {
		return out
	}
	out += " So may " + codes(principals(k.Administrators))
	if len(tables) > 0 {
		out += ", who may also put tables under it: DynamoDB demands of whoever does to be allowed its use, through DynamoDB and for these tables"
	}
	return out + "."
}

// decrypters are those who may decrypt the log files of a trail under a key made here.
func decrypters(t *model.Trail) string {
	if len(t.Readers) == 0 {
		return "nobody"
	}
	return codes(principals(t.Readers))
}

// guardrails says what is refused whoever asks.
func guardrails(m *model.Model) []string {
	var out []string
	if m.Guardrails.DenyInsecureTransport {
		out = append(out, "Plain HTTP, to every table and its indexes.")
	}
	if len(m.Guardrails.OnlyThrough) > 0 {
		out = append(out, networkGuard(m))
	}
	return out
}

func networkGuard(m *model.Model) string {
	through := names(m.Guardrails.OnlyThrough, endpointName, func(*model.Endpoint) bool { return true })
	out := "Reading and writing items of every table, but through " + plural("endpoint", "endpoints", through) + "."
	if anyKnownByVPC(m) {
		out += " An endpoint whose id the spec does not give is known by its VPC: any DynamoDB endpoint of that VPC will do."
	}
	out += " Let through are calls that an AWS service makes, as itself or for a caller, service-linked roles" +
		when(anyRole(m, func(r *model.Role) bool { return r.Kind == model.Backup }), ", and backup roles on their tables") + "."
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

func endpointName(p *model.Endpoint) string { return p.Name }

// outside is what these files do not decide.
func outside(m *model.Model) []string {
	var out []string
	for _, r := range m.Roles {
		for _, a := range r.Attach {
			out = append(out, "Role "+code(r.Name)+" also has the policy "+code(a.ARN)+", which is written elsewhere and can change there.")
		}
		if r.Existing {
			out = append(out, "Who may become "+code(r.Name)+" is decided where that role is made, and other policies may be attached to it there."+demandedTrust(m, r))
		}
	}
	return out
}

// demandedTrust is what the trust of an existing role must hold, which is not written here.
func demandedTrust(m *model.Model, r *model.Role) string {
	if !demandsTag(m, r) {
		return ""
	}
	return " Its trust must demand the session tag " + code(m.Tenancy.Identity.Name) + ", not empty, and no other tag; the role itself must not carry that tag."
}
