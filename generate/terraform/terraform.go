// Package terraform writes Terraform from a model: modules that every environment shares, and the applicable roots of
// each environment.
//
// A module has one resource for each thing of the spec, under its logical name: the table "ledger" is
// module.tables.aws_dynamodb_table.ledger whatever its physical name. So a renamed thing keeps its address, a new one
// changes no other's, and a reader (or a scanner) sees literal settings where a loop over a map would hide them. What
// differs between environments comes in through variables: names' prefix, tags, policies, network ids.
//
// An environment has one root, which calls the modules in the order roles, keys, tables, endpoints, audit. The order is
// AWS's: a key policy may name only principals that exist, and a table needs its key. Where the spec has roles that
// deploy, or a permissions boundary, there is a second root before it, for an administrator: it makes what those who
// deploy must not be able to change. Policies never pass through Terraform as data: a root reads each from its own file
// with file(), so what is applied is, byte for byte, what was checked.
//
// Files are built as HCL values and tokens, so no text of the spec can become syntax.
package terraform

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
)

// Modules are the modules that the model needs, for all environments.
func Modules(m *model.Model) []output.File {
	return slices.Concat(bootstrapModule(m), rolesModule(m), keysModule(m), tablesModule(m), endpointsModule(m), auditModule(m))
}

// Roots are the Terraform roots of an environment: its own, and the one that an administrator applies before, if there is
// anything in it. Policies are that environment's own.
func Roots(m *model.Model, e *model.Environment, policies []artifact.Policy) []output.File {
	dir := artifact.EnvironmentDir(e)
	files := []output.File{
		rootMain(m, e, policies).named(dir, "main"),
		rootProviders(m, e, false).named(dir, "providers"),
		rootOutputs(m).named(dir, "outputs"),
	}
	return append(files, bootstrapRoot(m, e, policies)...)
}

// blank is an environment without a prefix: what it calls a thing is the part of the name that environments share.
func blank() *model.Environment { return &model.Environment{} }

// madeKeys are the keys that Terraform makes; the others exist already.
func madeKeys(m *model.Model) []*model.Key { return keep(m.Keys, makesKey) }

func makesKey(k *model.Key) bool { return len(k.Existing) == 0 }

func makesTable(t *model.Table) bool { return !t.Existing }

func makesRole(r *model.Role) bool { return !r.Existing }

// tableKeys are the customer managed keys of tables that Terraform makes, in the model's order.
func tableKeys(m *model.Model) []*model.Key {
	return keep(m.Keys, func(k *model.Key) bool {
		return slices.ContainsFunc(m.Tables, func(t *model.Table) bool { return makesTable(t) && t.Encryption.Key == k })
	})
}

func keep[T any](list []T, wanted func(T) bool) []T {
	var out []T
	for _, x := range list {
		if wanted(x) {
			out = append(out, x)
		}
	}
	return out
}
