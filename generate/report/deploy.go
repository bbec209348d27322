package report

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/words"
)

// boundary says what the permissions boundary does, and what not.
func boundary(m *model.Model) []string {
	b := m.Guardrails.Boundary
	if b == nil {
		return nil
	}
	arns := markdown().Each(m.Environments, func(e *model.Environment) string { return code(e.BoundaryARN(m)) })
	out := []string{"Every role that is made here, but for those that deploy and plan, has a permissions boundary: " + arns + ". Roles made elsewhere have none of this system's."}
	if !b.Made() {
		return append(out, "The boundary is written elsewhere: what it does not allow, no role here may do, whatever is said above.")
	}
	out = append(out,
		"It allows what the roles are given here, taken together, and denies every other action. A policy attached to a role by hand adds no action to these, and neither does a resource policy that names a session of the role.",
		"Within these actions it does not tell one role from another: "+kept(m))
	if len(b.Also) > 0 {
		out = append(out, "For policies that are attached from elsewhere it also allows "+codes(b.Also)+", on every resource.")
	}
	if issuers := deployersOnly(m); len(issuers) > 0 {
		out = append(out, "It denies everything to a session that was begun with a token of "+codes(issuers)+", which is for those who deploy. A session begun from another role, which the same pipeline may become elsewhere, is no such session.")
	}
	return append(out, "It limits these roles alone: what the policy of a table or key grants to anybody else, it does not see.")
}

// kept is what the boundary keeps of the conditions of the roles. One boundary is for the roles of all tenants of a silo, so
// it can name none of them.
func kept(m *model.Model) string {
	switch {
	case m.Tenancy == nil || !slices.ContainsFunc(m.Tables, (*model.Table).TenantKeyed):
		return "conditions on columns and transactions are in the roles' own policies only."
	case m.Tenancy.Identity.Kind == model.Silo:
		return "conditions on rows, columns and transactions are in the roles' own policies only. It is one boundary for the roles of every tenant, and tells no tenant from another."
	}
	return "conditions on columns and transactions are in the roles' own policies only. Where all of the spec's access to a table with an operation is held to the tenant's rows, or to named ones, the boundary holds it to them too; " +
		"where one role reaches every tenant's rows with it, the boundary lets all through."
}

// deployersOnly are the issuers of continuous integration that roles which deploy trust, and no other role that is made here, in
// some environment.
func deployersOnly(m *model.Model) []string {
	var out []string
	for _, e := range m.Environments {
		others := issuers(e, words.Those(m.Roles, func(r *model.Role) bool { return !r.Existing }))
		for _, issuer := range issuers(e, m.RolesThat(model.Deploy)) {
			if !slices.Contains(others, issuer) {
				out = append(out, issuer)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// issuers are those by which continuous integration becomes roles in an environment.
func issuers(e *model.Environment, roles []*model.Role) []string {
	return words.Choose(roles, func(r *model.Role) string { return model.In(e, r.Trust.Issuer) },
		func(r *model.Role) bool { return r.Trust.Kind.ByIntegration() })
}

// deployers is what to know of roles that deploy: what they can do all the same, and what AWS gives no means to withhold.
func deployers(m *model.Model) []string {
	if len(m.DeployRoles) == 0 {
		return nil
	}
	if len(m.RolesThat(model.Deploy)) == 0 {
		return append(lists(m), gates(m)...)
	}
	return slices.Concat(byDesign(m), notWithheld(m), lists(m), gates(m))
}

// byDesign is what a role that deploys can do because that is what deploying is.
func byDesign(m *model.Model) []string {
	var own []string
	if slices.ContainsFunc(m.Tables, func(t *model.Table) bool { return !t.Existing || m.Policied(t) }) {
		own = append(own, "the resource policies of the spec's tables, with the guard on their recovery")
	}
	if slices.ContainsFunc(m.Keys, madeKey) {
		own = append(own, "the policies of its keys")
	}
	if len(m.Endpoints) > 0 {
		own = append(own, "the policies of its endpoints")
	}
	if anyRole(m, madeRole) {
		own = append(own, "who becomes its roles, and what these may do within the boundary")
	}
	var out []string
	if len(own) > 0 {
		out = append(out, "Whoever deploys writes "+strings.Join(own, "; ")+". That is enough to open the data to anybody: to another account, and to another role that the same pipeline may become. "+
			"In its own requests the role is refused items, keys and sessions; what it lets others do, no policy of its own can refuse. See the alarms below; a service control policy of the organization can go further.")
	}
	if existing := words.Choose(m.Roles, logicalName, func(r *model.Role) bool { return r.Existing }); len(existing) > 0 {
		out = append(out, "To "+plural("role", "roles", existing)+", made elsewhere, whoever deploys attaches policies of these names with whatever content, and no boundary of this system limits them.")
	}
	if expiring := words.Choose(m.Tables, tableName, expires); len(expiring) > 0 {
		out = append(out, "Whoever deploys says by which attribute items of "+plural("table", "tables", expiring)+" expire, and DynamoDB deletes what has expired.")
	}
	if m.Trail != nil {
		out = append(out, "Whoever deploys says which events the audit trail records, and can have it record none: "+code("cloudtrail:PutEventSelectors")+" is needed to make a trail, and has no condition key. The trail is not stopped"+
			words.When(slices.ContainsFunc(m.RolesThat(model.Deploy), func(r *model.Role) bool { return !r.May(model.DeleteTrail) }), "; where it writes is changed, and it is deleted, only with "+code("allow: [delete_trail]"))+".")
	}
	return out
}

func madeKey(k *model.Key) bool { return len(k.Existing) == 0 }

func madeTable(t *model.Table) bool { return !t.Existing }

func madeRole(r *model.Role) bool { return !r.Existing }

func expires(t *model.Table) bool { return !t.Existing && t.TimeToLive != "" }

func recovers(t *model.Table) bool { return !t.Existing && t.PointInTimeDays > 0 }

// notWithheld is what IAM has no means to withhold (Service Authorization Reference: the actions have no condition key for
// the setting, and a resource gets its id from AWS).
func notWithheld(m *model.Model) []string {
	var out []string
	if slices.ContainsFunc(m.Tables, madeTable) {
		out = append(out, code("dynamodb:UpdateTable")+" is one action for all settings of a table. Whoever may add an index may also remove one, turn deletion protection or a stream off, or choose another key. So deletion itself is what is withheld, and the plan shows the rest.")
	}
	if slices.ContainsFunc(m.Tables, recovers) {
		out = append(out, code("dynamodb:UpdateContinuousBackups")+" turns recovery on and off alike. A table that has it refuses the action in its own policy, which whoever deploys can take away first, in a call of its own; at its creation a table has no policy yet, so recovery can be turned on then.")
	}
	if slices.ContainsFunc(m.Keys, madeKey) {
		out = append(out, "A key has no name before it is made, so the right to make and tag one is for every key, on the condition that the tag is "+code(model.StackTag)+" with this system's value. That tag can so be put on a key of others whose policy leaves tagging to IAM. It gives nobody a right here; let no other policy of the account go by it.")
	}
	if slices.ContainsFunc(m.Tables, words.Scaled) {
		out = append(out, "Scaling is authorised on a number that AWS gives: the right to set it up is for every DynamoDB table and index of the account and region, and the right to tag what is scaled for that of other services too.")
	}
	return out
}

// lists is what shows more than what belongs to the system, because the calls that list things take no resource.
func lists(m *model.Model) []string {
	var seen []string
	for _, list := range []struct {
		what  string
		shown bool
	}{
		{"aliases of keys", slices.ContainsFunc(m.Keys, madeKey)},
		{"VPC endpoints", len(m.Endpoints) > 0},
		{"network interfaces", slices.ContainsFunc(m.Endpoints, func(p *model.Endpoint) bool { return !p.Gateway })},
		{"trails", m.Trail != nil},
		{"scalable targets with their policies", slices.ContainsFunc(m.Tables, words.Scaled)},
	} {
		if list.shown {
			seen = append(seen, list.what)
		}
	}
	var out []string
	if len(seen) > 0 {
		out = append(out, "What lists things takes no resource: whoever deploys or plans sees the "+words.List(seen, "and")+" of the whole account, in the region"+
			words.When(slices.ContainsFunc(m.Tables, words.Scaled), "; whoever deploys sees its alarms too")+".")
	}
	if m.State != nil {
		out = append(out, "Whoever deploys or plans lists the bucket of the state, and so sees the names of all that lies in it.")
	}
	return out
}

// gates is what must be guarded outside of AWS, because a token says no more than this.
func gates(m *model.Model) []string {
	var out []string
	for _, r := range m.DeployRoles {
		for _, e := range m.Environments {
			for _, subject := range model.AllIn(e, r.Trust.Subjects) {
				if gate := gateOf(m, r, subject); gate != "" && !slices.Contains(out, gate) {
					out = append(out, gate)
				}
			}
		}
	}
	return out
}

// gateOf is what guards the way to a role for whoever has a subject, in the words of the provider.
func gateOf(m *model.Model, r *model.Role, subject string) string {
	becomes := ": who gets past that becomes " + code(r.Name) + "."
	_, context, _ := strings.Cut(subject, ":")
	switch {
	case r.Trust.Kind == model.GitHubTrust && strings.Contains(context, ":environment:"):
		_, name, _ := strings.Cut(context, ":environment:")
		return "Give the environment " + code(name) + " of the repository protection rules in GitHub, which say who approves and from which branches. A token for an environment names no branch" + becomes
	case r.Trust.Kind == model.GitHubTrust && strings.HasSuffix(context, ":pull_request"):
		return "Pull requests become " + code(r.Name) + ": whoever can open one from a branch of the repository reads what the role reads" +
			words.When(m.State != nil, ", the state included, and takes the lock of the state, and deletes it while another holds it") + "."
	case r.Trust.Kind == model.GitHubTrust || r.Trust.Kind == model.GitLabTrust || r.Trust.Kind == model.BuildkiteTrust:
		return "Protect the branch or tag in " + code(subject) + becomes
	case r.Trust.Kind == model.HCPTerraformTrust:
		return "In HCP Terraform it is the workspace's permissions that say who starts the run of " + code(subject) + becomes
	case r.Trust.Kind == model.CircleCITrust || r.Trust.Kind == model.BitbucketTrust:
		return "What may run as " + code(subject) + " is for the settings of the pipeline" + becomes
	}
	return ""
}
