package spec

import (
	"fmt"
	"slices"

	"github.com/ddbgen/ddbgen/internal/model"
)

// Terraform runs as roles of two kinds: deploy applies what is generated, plan only looks. They are made apart from all
// that they make, by an administrator, so they are not among the model's other roles.

// resolveDeployRole resolves what only roles that Terraform runs as have. Their state is resolved with everything else that
// is about all of them.
func (r *resolver) resolveDeployRole(role *model.Role, v Role) {
	if v.AssumedBy != nil {
		r.checkDeployTrust(role, *v.AssumedBy)
	}
	if role.Kind == model.Deploy {
		r.resolveAllowances(role, v)
	}
}

// checkDeployTrust refuses whoever has no business to run Terraform: services that run applications, and users of an
// application.
func (r *resolver) checkDeployTrust(role *model.Role, a AssumedBy) {
	if role.Trust.Kind.ByIntegration() {
		return
	}
	switch t := role.Trust; t.Kind {
	case model.SAMLTrust, model.NoTrust:
		return
	case model.ServiceTrust:
		if t.Service == "codebuild" {
			return
		}
	case model.RoleTrust:
		if a.Roles.Set() {
			return
		}
	}
	r.error(idDeployTrust, "Role that an application could become", role.Trust.Origin,
		"A role of kind %s is for whoever runs Terraform: continuous integration, people, or an administrator's role. Write github, gitlab, hcp_terraform, buildkite, circleci, bitbucket, saml, roles (by ARN), or service: codebuild.", role.Kind)
}

// resolveAllowances resolves what a deploy role is given beyond the safe default, each with the role's reason.
func (r *resolver) resolveAllowances(role *model.Role, v Role) {
	for _, text := range sortedTexts(r.unique(v.Allow)) {
		role.Allows = append(role.Allows, model.Allowance(text.Value))
	}
	switch {
	case !v.Allow.Set():
		r.needless(v.Because)
	case !v.Because.Set():
		r.error(idNeedsBecause, "More than the safe default without a reason", v.Allow.Range,
			"What a deploy role is not given by default needs a reason that reviewers can read. Add it to the role, as because: \"…\".")
	default:
		for _, a := range role.Allows {
			r.waive(fmt.Sprintf("role %q", role.Name), allowanceInWords(a), v.Because)
		}
	}
}

// allowanceInWords says what a deploy role may do that it else may not.
func allowanceInWords(a model.Allowance) string {
	switch a {
	case model.DeleteTables:
		return "may delete tables"
	case model.DeleteKeys:
		return "may delete keys, and so what is encrypted with them"
	case model.DeleteTrail:
		return "may delete the audit trail, and change where it writes"
	case model.ChangeRecovery:
		return "may turn point-in-time recovery off, and so delete backups"
	case model.ChangeExistingRoles:
		return "may attach this system's policies to roles made elsewhere, which no boundary of its own holds"
	}
	return "may do " + string(a)
}

// resolveDeployment resolves what Terraform runs as and with, as far as it is about all that is made.
func (r *resolver) resolveDeployment() {
	r.resolveState()
	for _, e := range r.doc.Roles.Entries {
		if role := r.roles.parts[e.Key.Value]; role.Kind == model.Deploy {
			r.checkBounded(role)
			r.checkAllowancesUsed(e.Value.Allow)
		}
	}
	r.checkProviders()
}

// checkBounded demands a boundary of whoever makes roles: without one a role could be made that may do more than its maker
// (IAM user guide, "Permissions boundaries for IAM entities", "Delegating responsibility to others").
func (r *resolver) checkBounded(role *model.Role) {
	if r.doc.Guardrails == nil || r.doc.Guardrails.PermissionsBoundary == nil {
		r.error(idDeployBoundary, "Deploy role without a boundary", role.Origin,
			"%q makes roles, and without a boundary it could make one that may do anything. Write guardrails: {permissions_boundary: generate}, or the ARN of a boundary.", role.Name)
	}
}

// checkAllowancesUsed warns of allowances for what the spec does not have: a reader would look for it, and what is added
// later would be covered without another thought.
func (r *resolver) checkAllowancesUsed(list List[Text]) {
	made := func(t *model.Table) bool { return !t.Existing }
	unused := map[model.Allowance]string{}
	if !slices.ContainsFunc(r.m.Tables, made) {
		unused[model.DeleteTables] = "no table that is made here"
	}
	if !slices.ContainsFunc(r.m.Keys, func(k *model.Key) bool { return len(k.Existing) == 0 }) {
		unused[model.DeleteKeys] = "no key that is made here"
	}
	if r.doc.Audit == nil {
		unused[model.DeleteTrail] = "no audit trail"
	}
	if !slices.ContainsFunc(r.m.Tables, func(t *model.Table) bool { return made(t) && t.PointInTimeDays > 0 }) {
		unused[model.ChangeRecovery] = "no table with point-in-time recovery"
	}
	if !slices.ContainsFunc(r.m.Roles, func(role *model.Role) bool { return role.Existing }) {
		unused[model.ChangeExistingRoles] = "no role that is made elsewhere"
	}
	for _, text := range list.Items {
		if what := unused[model.Allowance(text.Value)]; what != "" {
			r.warn(idAllowanceUnused, "Nothing to allow", text.Range,
				"The spec has %s, so %q allows nothing yet. Remove it until there is something it is for.", what, text.Value)
		}
	}
}

// checkProviders demands, where identity providers are to be made, that a root makes them and a role needs them. An account
// has one provider for each issuer (IAM user guide, "Create an OpenID Connect (OIDC) identity provider in IAM").
func (r *resolver) checkProviders() {
	makers := map[string]string{}
	for _, e := range r.doc.Environments.Entries {
		written := e.Value.Providers
		if written.Value != "create" {
			continue
		}
		other := makers[e.Value.Account.Value]
		switch {
		case !r.m.Bootstraps():
			r.error(idProviders, "Identity providers that nothing makes", written.Range,
				"They are made by the bootstrap root, which there is with a role of kind deploy or plan, or with guardrails: {permissions_boundary: generate}. Add one of these, or write identity_providers: existing.")
		case !slices.ContainsFunc(r.m.AllRoles(), func(role *model.Role) bool { return role.Trust.Kind.ByIntegration() }):
			r.error(idProviders, "Identity providers for nobody", written.Range,
				"No role is assumed by continuous integration with a token, so there is no provider to make. Remove identity_providers.")
		case other != "":
			r.error(idProviders, "Identity providers made twice", written.Range,
				"The environment %q makes the providers of this account, which has one for each issuer. Write identity_providers: existing here.", other)
		}
		makers[e.Value.Account.Value] = e.Key.Value
	}
}
