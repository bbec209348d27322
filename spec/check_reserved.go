package spec

import (
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/model"
)

// checkReservedNames refuses the logical names that Terraform takes for something else.
//
//   - The modules have an object for each sort of thing, keyed by its name, and after an opening brace "for" begins a for
//     expression. The type of an object takes no quotes around its keys, so no spelling would help (Terraform language,
//     "Types and values", "For expressions").
//   - Each thing has a file of its own, and a file whose name ends in _override.tf is not added to the module but laid over
//     it (Terraform language, "Override files").
func checkReservedNames(m *model.Model) hcl.Diagnostics {
	var f findings
	report := func(what, name string, at hcl.Range) {
		if name == "for" {
			f.error(idReservedName, "Name that Terraform reserves", at,
				"The %s is called %q, which begins a for expression in Terraform. Choose another name for it; what AWS calls it can stay.", what, name)
		}
		if strings.HasSuffix("_"+name, "_override") {
			f.error(idReservedName, "Name that Terraform reserves", at,
				"The %s is called %q, and Terraform would take its file for one that overrides others. Choose another name for it; what AWS calls it can stay.", what, name)
		}
	}
	for _, k := range m.Keys {
		report("KMS key", k.Name, k.Origin)
	}
	for _, t := range m.Tables {
		report("table", t.Name, t.Origin)
	}
	for _, p := range m.Endpoints {
		report("endpoint", p.Name, p.Origin)
	}
	for _, r := range m.AllRoles() {
		report("role", r.Name, r.Origin)
	}
	return f.Diagnostics
}

// laterPolicy is the name of a role's second policy, or of a later one: the role's name and a number (see
// artifact.Policy.ManagedPolicyName).
var laterPolicy = regexp.MustCompile(`^(.+)\+[0-9]+$`)

// checkPolicyNames keeps the names of all policies apart. A role's first policy is called like the role, the others have a
// number behind, so no role may be called like another with a number. Policies have one name in an account, whatever
// their path and case (IAM user guide, "IAM identifiers").
func checkPolicyNames(m *model.Model) hcl.Diagnostics {
	var f findings
	names := map[string]*model.Role{}
	eachRoleName(m, func(r *model.Role, name string) { names[name] = r })
	boundary := strings.ToLower((&model.Environment{}).BoundaryName(m))
	if r := names[boundary]; r != nil && m.Guardrails.Boundary.Made() {
		f.error(idNameTaken, "Role named like the boundary", r.Origin,
			"The permissions boundary is a policy called %q, and a policy of %q would be called so too. Give the role another \"name\".", boundary, r.Name)
	}
	eachRoleName(m, func(r *model.Role, name string) {
		match := laterPolicy.FindStringSubmatch(name)
		if match == nil || names[match[1]] == nil {
			return
		}
		f.error(idNameTaken, "Role named like another's policy", r.Origin,
			"A role's policies beyond the first have a number behind its name, so one of %q could be called %q, like a policy of %q. Write that name without the + before the number.",
			names[match[1]].Name, name, r.Name)
	})
	return f.Diagnostics
}

// eachRoleName visits the names of roles, one for each tenant in a silo, without the environment's prefix and in lower case.
func eachRoleName(m *model.Model, visit func(*model.Role, string)) {
	for _, r := range m.AllRoles() {
		for _, tenant := range m.RoleTenants(r) {
			visit(r, strings.ToLower((&model.Environment{}).RoleName(r, tenant)))
		}
	}
}
