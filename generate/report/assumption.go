package report

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/words"
)

// assumptions is what the files rest on and cannot enforce, and where AWS's documentation is silent: only what this model
// makes use of.
func assumptions(m *model.Model) []string {
	out := []string{
		"Only these files, and what is listed as lying outside them, grant access to the tables. A policy attached elsewhere adds to them; Terraform shows one added to a role made here as drift.",
		"Whoever may change roles, policies" + words.When(len(m.Keys) > 0, ", keys") + " or tables of the account can undo all of it.",
	}
	if m.Tenancy != nil && anyRole(m, (*model.Role).TenantScoped) {
		out = append(out, tenancyAssumptions(m)...)
	}
	if anyRole(m, func(r *model.Role) bool { return len(r.TagGrants) > 0 }) {
		out = append(out, "Whoever may tag tables decides which of them access by tags reaches; "+taggers(m)+". A table that was restored can lack the tags of the one it was.")
	}
	out = append(out, grantAssumptions(m)...)
	if slices.ContainsFunc(m.Tables, func(t *model.Table) bool { return t.Encryption.Kind == model.CustomerManaged }) {
		out = append(out, "To read and to write encrypted tables roles hold "+code("kms:Decrypt")+" and "+code("kms:DescribeKey")+". AWS names no least set for writing; if DynamoDB asked for more, writes would be refused. A key that is turned off still works for about five minutes.")
	}
	if anyRole(m, func(r *model.Role) bool { return r.Kind == model.Backup && r.Trust.Service == "backup" }) {
		out = append(out, "AWS Backup has its advanced features for DynamoDB turned on, the default of accounts that came to it after November 2021.")
	}
	if anyRole(m, func(r *model.Role) bool { return r.Kind == model.Restore && r.Trust.Service == "backup" }) {
		out = append(out, "AWS Backup says from which recovery point it restores, and no policy of the role can: whoever may start a restore with such a role is held, elsewhere, to the recovery points of its tables.")
	}
	if m.Trail != nil {
		out = append(out, trailAssumptions(m)...)
	}
	out = append(out, deployAssumptions(m)...)
	if slices.ContainsFunc(m.Tables, (*model.Table).TenantKeyed) {
		out = append(out, "A table's streams, exports and backups hold the rows of every tenant; no key condition reaches them.")
	}
	return out
}

// taggers says which roles may tag tables.
func taggers(m *model.Model) string {
	if len(m.RolesThat(model.Deploy)) == 0 {
		return "no role here may"
	}
	return "of the roles here those may that deploy, the tables of this spec only"
}

func tenancyAssumptions(m *model.Model) []string {
	out := []string{"Every tenant id matches " + code(m.Tenancy.IDPattern) + ", and none passes from one tenant to another."}
	switch m.Tenancy.Identity.Kind {
	case model.SessionTag:
		out = append(out, "Whoever begins a session of a tenant's role passes the right tenant in the session tag "+code(m.Tenancy.Identity.Name)+".")
	case model.CognitoClaim:
		out = append(out, "The identity pool maps the claim to the tag "+code(m.Tenancy.Identity.Name)+", users cannot write the attribute behind the claim themselves, and it holds no "+code("*")+" and no "+code("?")+", which AWS warns might match more than themselves.")
	case model.Silo:
		out = append(out, "A tenant's role is used only for that tenant.")
	}
	if anyGrant(m, plantsIndexKeys) {
		out = append(out, "DynamoDB checks the table's partition key of a write, not the values of index keys: a tenant that may write can put an item under another tenant's key of a global index. Readers of such an index verify the table's key of each item.")
	}
	return out
}

// plantsIndexKeys reports whether a tenant may set the key of an index that tenants read.
func plantsIndexKeys(g *model.Grant) bool {
	return g.Rows.Kind == model.OwnRows && len(words.ActionsThat(g.Actions, catalog.Operation.SetsAttributes)) > 0 &&
		slices.ContainsFunc(g.Table.GlobalIndexes, func(i *model.Index) bool { return len(i.TenantKeys) > 0 && g.MaySet(i.PartitionKey.Name) })
}

func grantAssumptions(m *model.Model) []string {
	var out []string
	if anyGrant(m, writesColumns) {
		out = append(out, "A write that fails its condition can return the item as it was ("+code("ReturnValuesOnConditionCheckFailure")+"). Whether "+code("dynamodb:ReturnValues")+" restrains that outside transactions is documented nowhere: give no role a right to write items whose other attributes it must not see.")
	}
	if anyGrant(m, func(g *model.Grant) bool { return g.Rows.Kind != model.AllRows && hasTransactions(g) }) {
		out = append(out, "Members of a transaction are taken to carry "+code("dynamodb:LeadingKeys")+" as the same operation alone does; if one did not, it would be refused.")
	}
	return out
}

func writesColumns(g *model.Grant) bool {
	return g.Attributes != nil && len(words.ActionsThat(g.Actions, func(o catalog.Operation) bool { return o.Has(catalog.ChangesItems) })) > 0
}

func hasTransactions(g *model.Grant) bool {
	return slices.ContainsFunc(g.Actions, func(a model.Action) bool { return a.OnlyInTransaction || a.Name == "ConditionCheckItem" })
}

// trailAssumptions are what a trail does and does not show (DynamoDB developer guide, "Understanding DynamoDB log file
// entries": a SELECT is logged with readOnly false).
func trailAssumptions(m *model.Model) []string {
	out := []string{"The trail's log files show keys of items in clear: who reads " + code(m.Trail.Bucket) + " learns them. Calls on an index are taken to be recorded as calls on its table; AWS documents no type of their own."}
	switch {
	case !m.Trail.Reads:
		out = append(out, "The trail records writes only. CloudTrail counts every PartiQL statement as a write, so reads by PartiQL are in it, and no other reads.")
	case !m.Trail.Writes:
		out = append(out, "The trail records reads only. CloudTrail counts every PartiQL statement as a write, so reads by PartiQL are missing.")
	}
	if m.Trail.Key != nil && len(m.Trail.Key.Existing) == 0 {
		out = append(out, readersAssumption(m.Trail))
	}
	return out
}

// readersAssumption is what the readers of a trail need beside the key, which is all that is given to them here (CloudTrail
// user guide, "Allow users in other accounts to decrypt trail logs with your KMS key").
func readersAssumption(t *model.Trail) string {
	if len(t.Readers) == 0 {
		return "The key policy of " + code(t.Key.Name) + " lets CloudTrail encrypt the log files and nobody decrypt them. To read them, name " + code("readers") + " of the trail."
	}
	return "To read the log files takes the right to read the objects of " + code(t.Bucket) + " as well, which policies written elsewhere give; in another account than the key's, these must also allow the use of the key."
}

// deployAssumptions are what the policies of the roles that deploy rest on where AWS's documentation is silent. Each is an
// Allow under a condition: if AWS did otherwise, a deployment would be refused.
func deployAssumptions(m *model.Model) []string {
	if len(m.RolesThat(model.Deploy)) == 0 {
		return nil
	}
	all := []struct {
		what    string
		matters bool
	}{
		{code("iam:PassedToService") + " names EC2 when a role is put into an instance profile", anyRole(m, func(r *model.Role) bool { return !r.Existing && r.Trust.Service == "ec2" })},
		{code("kms:ViaService") + " names DynamoDB in what it asks of a key for whoever makes a table", slices.ContainsFunc(m.Tables, func(t *model.Table) bool { return !t.Existing && t.Encryption.Kind == model.CustomerManaged })},
		{code("aws:RequestTag") + " is in the request that makes a key with tags", slices.ContainsFunc(m.Keys, madeKey)},
		{code("cloudwatch:AlarmActions") + " is in the request by which scaling sets an alarm, with what the alarm does", slices.ContainsFunc(m.Tables, words.Scaled)},
		{"Terraform looks for its state with no more than " + code("s3:ListBucket") + " on the bucket", m.State != nil},
	}
	var facts []string
	for _, a := range all {
		if a.matters {
			facts = append(facts, a.what)
		}
	}
	var out []string
	if len(facts) > 0 {
		out = append(out, "For whoever deploys it is taken that "+strings.Join(facts, "; that ")+". Where AWS did otherwise, a deployment would be refused, and nothing be open.")
	}
	if issuers := deployersOnly(m); m.Guardrails.Boundary.Made() && len(issuers) > 0 {
		out = append(out, "A session begun with a token of "+codes(issuers)+" is taken to carry "+code("aws:FederatedProvider")+" in all its requests. Where it did not, whoever deploys could begin sessions of the roles here with the token itself, once it wrote their trust so.")
	}
	return append(out, "Of other systems in an account, none makes roles or policies under "+code(m.RolesPath())+", or tables of these names: whoever deploys may change those.")
}

func anyRole(m *model.Model, is func(*model.Role) bool) bool { return slices.ContainsFunc(m.Roles, is) }

func anyGrant(m *model.Model, is func(*model.Grant) bool) bool {
	return anyRole(m, func(r *model.Role) bool { return slices.ContainsFunc(r.Grants, is) })
}
