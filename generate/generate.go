// Package generate turns a model into files. It writes nothing and decides nothing: every generator is a pure function
// from the model to values, and this package calls them in order and hands the values on.
//
//	model ─┬─ iam ──── identity policies ─┬─ endpoint
//	       │     ├──── trust policies     │
//	       │     └──── boundary           │
//	       ├─ table ── resource policies  ├─→ terraform, report ─→ files
//	       └─ kms ──── key policies ──────┘
package generate

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/generate/endpoint"
	"github.com/ddbgen/ddbgen/generate/iam"
	"github.com/ddbgen/ddbgen/generate/kms"
	"github.com/ddbgen/ddbgen/generate/report"
	"github.com/ddbgen/ddbgen/generate/table"
	"github.com/ddbgen/ddbgen/generate/terraform"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
)

// Tree is what a build makes: every file, and the policies among them with what each is for.
type Tree struct {
	Files    []output.File // sorted by path
	Policies []artifact.Policy
}

// All makes every file of a model. With errors among the diagnostics the tree is empty.
func All(m *model.Model) (Tree, hcl.Diagnostics) {
	var tree Tree
	var ds hcl.Diagnostics
	for _, e := range m.Environments {
		policies, found := environment(m, e)
		tree.Policies = append(tree.Policies, policies...)
		tree.Files = append(tree.Files, terraform.Roots(m, e, policies)...)
		ds = append(ds, found...)
	}
	if ds.HasErrors() {
		return Tree{}, ds
	}
	for _, p := range tree.Policies {
		tree.Files = append(tree.Files, output.File{Path: p.Path(), Bytes: p.Bytes})
	}
	tree.Files = append(tree.Files, terraform.Modules(m)...)
	tree.Files = append(tree.Files, gitAttributes())
	tree.Files = append(tree.Files, report.Readme(m, foreignKeys(m), tree.Policies))
	output.Sort(tree.Files)
	return tree, ds
}

// environment makes the policies of one environment.
func environment(m *model.Model, e *model.Environment) ([]artifact.Policy, hcl.Diagnostics) {
	identity, identityFound := iam.Policies(m, e)
	trust, trustFound := iam.Trusts(m, e)
	boundary, boundaryFound := iam.Boundary(m, e)
	tables, tablesFound := table.Policies(m, e)
	keys, keysFound := kms.Policies(m, e)
	endpoints, endpointsFound := endpoint.Policies(m, e, identity)
	return slices.Concat(identity, trust, boundary, tables, keys, endpoints),
		slices.Concat(identityFound, trustFound, boundaryFound, tablesFound, keysFound, endpointsFound)
}

// gitAttributes keeps git from changing the files on their way into a checkout.
func gitAttributes() output.File {
	return output.File{Path: ".gitattributes", Bytes: []byte(
		"# No change of line ends, as git makes on Windows: the lock holds a digest of every file, and each would seem edited by hand.\n" +
			"* -text\n")}
}

// foreignKeys are the statements that the owners of existing keys must have in their key policies.
func foreignKeys(m *model.Model) []report.ForeignKey {
	var out []report.ForeignKey
	for _, e := range m.Environments {
		for _, k := range m.Keys {
			if statements := kms.OwnerStatements(m, e, k); len(statements) > 0 {
				out = append(out, report.ForeignKey{Environment: e, Key: k, Statements: statements})
			}
		}
	}
	return out
}
