package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/words"
)

// This file is what an operator needs who does not begin with nothing, or whose apply broke off.

// adoption is the order in which what exists already is taken over. A new version of a policy counts for the roles that have
// it attached, and AWS has no condition on their boundary there (Service Authorization Reference, CreatePolicyVersion).
func adoption(m *model.Model) []string {
	var out []string
	if m.Guardrails.Boundary != nil && anyRole(m, madeRole) {
		out = append(out, "Roles of this spec that exist without the boundary get it from an administrator, who applies the root of the environment once, after its bootstrap root and before anybody deploys. "+
			"Until then whoever deploys could write a new version of a policy that such a role has, and no boundary would limit it.")
	}
	var known []string
	if slices.ContainsFunc(m.Keys, madeKey) {
		known = append(known, "a key by its policy")
	}
	if len(m.Endpoints) > 0 {
		known = append(known, "an endpoint by the tag "+code(model.StackTag))
	}
	if len(known) > 0 {
		out = append(out, "Whoever deploys knows "+words.List(known, "and")+". What was made before has neither the one nor the other until an administrator has applied the root once.")
	}
	if slices.ContainsFunc(m.Tables, madeTable) {
		out = append(out, "A table that exists is imported by an administrator before the first apply, and the plan read: what it would replace, it would delete.")
	}
	return out
}

// trouble is how to get on after an apply that broke off, and after a role was made anew.
func trouble(m *model.Model) []string {
	var out []string
	if made := slices.IndexFunc(m.Tables, madeTable); made >= 0 {
		e, t := m.Environments[0], m.Tables[made]
		address := "module.tables.aws_dynamodb_table." + t.Name
		at := "terraform -chdir=" + artifact.EnvironmentDir(e)
		out = append(out, fmt.Sprintf("A table that was made and not finished Terraform would delete and make again%s. Read what is there, and if it is the table, take the mark off and apply again: %s. "+
			"A table that is there and that Terraform does not know is imported: %s.",
			words.When(!allowed(m, model.DeleteTables), ", which is refused"), code(at+" untaint "+address), code(at+" import "+address+" "+e.TableName(t))))
	}
	if slices.ContainsFunc(m.Keys, madeKey) || slices.ContainsFunc(m.Tables, func(t *model.Table) bool { return len(m.KeptFromRecovery(t)) > 0 }) {
		out = append(out, "A role that deploys or plans, deleted and made again, is another one to AWS: where a policy of a resource named it, there is now the id of the role that is gone (IAM user guide, \"AWS JSON policy elements: Principal\"). "+
			strings.Join(lostWithRole(m), " ")+" An administrator applies the root of the environment, which writes the name there again.")
	}
	return out
}

// lostWithRole is what a role that was made again has lost.
func lostWithRole(m *model.Model) []string {
	var out []string
	if slices.ContainsFunc(m.Keys, madeKey) {
		out = append(out, "It has no right on a key.")
	}
	if slices.ContainsFunc(m.Tables, func(t *model.Table) bool { return len(m.KeptFromRecovery(t)) > 0 }) {
		out = append(out, "The guard on recovery does not hold it.")
	}
	return out
}
