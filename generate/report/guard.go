package report

import (
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/words"
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
		out += words.Sentence(text(k.Description)) + " "
	}
	tables := words.Choose(m.Tables, tableName, func(t *model.Table) bool { return t.Encryption.Key == k })
	if len(tables) > 0 {
		out += "It encrypts " + plural("table", "tables", tables) +
			", and is used only through DynamoDB, by the roles above that read or write their items, each for its own tables. "
	}
	if m.Trail != nil && m.Trail.Key == k {
		out += "CloudTrail encrypts the audit trail's log files with it, and " + decrypters(m.Trail) + " may decrypt them. "
	}
	out += "The account administers it, through IAM policies."
	if administrators := words.Those(k.Administrators, func(p model.Principal) bool { return p.Role == nil }); len(administrators) > 0 {
		out += " So may " + codes(words.Principals(administrators)) + "."
	}
	if deploying := words.Those(k.Administrators, func(p model.Principal) bool { return p.Role != nil }); len(deploying) > 0 {
		out += " " + words.List(words.NamesOf(deploying, deployerOfKey), "and") + "."
	}
	if planning := words.NamesOf(m.RolesThat(model.Plan), logicalName); len(planning) > 0 {
		out += " Its settings and policy are read by " + codes(planning) + "."
	}
	if len(tables) > 0 && len(k.Administrators) > 0 {
		out += " Tables are put under it by " + anyCode(words.Principals(k.Administrators)) +
			": DynamoDB demands of whoever does to be allowed its use, through DynamoDB and for these tables."
	}
	return out
}

// deployerOfKey says what a role that deploys may do with a key it administers.
func deployerOfKey(p model.Principal) string {
	out := code(p.Role.Name) + " changes its policy, rotation, tags and aliases, and does not delete it"
	if p.Role.May(model.DeleteKeys) {
		out = code(p.Role.Name) + " changes its policy, rotation, tags and aliases, and schedules its deletion"
	}
	return out
}

// decrypters are those who may decrypt the log files of a trail under a key made here.
func decrypters(t *model.Trail) string {
	if len(t.Readers) == 0 {
		return "nobody"
	}
	return codes(words.Principals(t.Readers))
}

// guardrails says what is refused whoever asks.
func guardrails(m *model.Model) []string {
	var out []string
	if m.Guardrails.DenyInsecureTransport {
		out = append(out, markdown().InsecureTransport())
	}
	if len(m.Guardrails.OnlyThrough) > 0 {
		out = append(out, markdown().Network(m))
	}
	return out
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
	if !words.DemandsTag(m, r) {
		return ""
	}
	return " Its trust must demand the session tag " + code(m.Tenancy.Identity.Name) + ", not empty, and no other tag; the role itself must not carry that tag."
}
