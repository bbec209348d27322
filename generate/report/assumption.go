package report

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/model"
)

// assumptions is what the files rest on and cannot enforce, and where AWS's documentation is silent: only what this model
// makes use of.
func assumptions(m *model.Model) []string {
	out := []string{"Only these files, and what is listed as lying outside them, grant access to the tables. A policy attached elsewhere adds to them; Terraform shows one added to a role made here as drift."}
	if m.Tenancy != nil && anyRole(m, (*model.Role).TenantScoped) {
		out = append(out, tenancyAssumptions(m)...)
	}
	if anyGrant(m, func(g *model.Grant) bool { return g.Attributes != nil }) {
		out = append(out, "A write that fails its condition can return the item as it was (`ReturnValuesOnConditionCheckFailure`). Whether `dynamodb:ReturnValues` restrains that outside transactions is documented nowhere: give no role a condition on items whose other attributes it must not see.")
	}
	if anyGrant(m, hasTransactions) {
		out = append(out, "Members of a transaction are taken to carry `dynamodb:LeadingKeys` as the same operation alone does; if one did not, it would be refused.")
	}
	if slices.ContainsFunc(m.Tables, func(t *model.Table) bool { return t.Encryption.Kind == model.CustomerManaged }) {
		out = append(out, "Roles hold `kms:Decrypt` and `kms:DescribeKey` to read and to write encrypted tables. AWS names no least set for writing; if DynamoDB asked for more, writes would be refused. A key that is turned off still works for about five minutes.")
	}
	if anyRole(m, func(r *model.Role) bool { return r.Kind == model.Backup && r.Trust.Service == "backup" }) {
		out = append(out, "Backups by AWS Backup need its advanced features for DynamoDB, the default in accounts since November 2021.")
	}
	return append(out, "A table's streams, exports and backups hold the rows of every tenant; no key condition reaches them.")
}

func tenancyAssumptions(m *model.Model) []string {
	out := []string{"Every tenant id matches " + code(m.Tenancy.IDPattern) + "."}
	switch m.Tenancy.Identity.Kind {
	case model.SessionTag:
		out = append(out, "Whoever assumes a tenant's role passes the right tenant in the session tag "+code(m.Tenancy.Identity.Name)+". Who may set that tag on a role decides a tenant: no role here may tag roles.")
	case model.CognitoClaim:
		out = append(out, "The identity pool maps the claim to the tag "+code(m.Tenancy.Identity.Name)+", and users cannot write the claim's attribute themselves.")
	case model.Silo:
		out = append(out, "Each tenant's role is used only for that tenant.")
	}
	if anyRole(m, writesItems) {
		out = append(out, "DynamoDB checks the table's partition key of a write, not the values of index keys: a tenant that may write can put an item under another tenant's key of a global index. Readers of such an index verify the table's key of each item.")
	}
	return out
}

func writesItems(r *model.Role) bool {
	return slices.ContainsFunc(r.Grants, func(g *model.Grant) bool {
		return g.Rows.Kind == model.OwnRows && slices.ContainsFunc(g.Actions, func(a model.Action) bool {
			return slices.Contains([]string{"PutItem", "UpdateItem", "BatchWriteItem", "PartiQLInsert", "PartiQLUpdate"}, a.Name)
		}) && slices.ContainsFunc(g.Table.GlobalIndexes, func(i *model.Index) bool { return len(i.TenantKeys) > 0 })
	})
}

func hasTransactions(g *model.Grant) bool {
	return slices.ContainsFunc(g.Actions, func(a model.Action) bool { return a.OnlyInTransaction || a.Name == "ConditionCheckItem" })
}

func anyRole(m *model.Model, is func(*model.Role) bool) bool { return slices.ContainsFunc(m.Roles, is) }

func anyGrant(m *model.Model, is func(*model.Grant) bool) bool {
	return anyRole(m, func(r *model.Role) bool { return slices.ContainsFunc(r.Grants, is) })
}
