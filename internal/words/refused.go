package words

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/model"
)

// This file says what the roles are refused that deploy and plan: what the spec could ask for and does not, and what it
// cannot ask for. What a role's own statements do not name is denied as a whole, so most of it has one statement.

// Withheld is what a role that deploys would be given if the spec asked for it. Each names the word that does.
func (s Style) Withheld(m *model.Model, r *model.Role) []Duty {
	if r.Kind != model.Deploy {
		return nil
	}
	var out []Duty
	for _, a := range withheld(m, r) {
		d := s.withheld(m, a)
		d.What += ": " + s.Name(string(a))
		out = append(out, d)
	}
	return out
}

// withheld are the allowances that a role which deploys does not have, of those that concern the system.
func withheld(m *model.Model, r *model.Role) []model.Allowance {
	var out []model.Allowance
	for _, a := range []struct {
		allowance model.Allowance
		concerns  bool
	}{
		{model.DeleteTables, slices.ContainsFunc(m.Tables, madeTable)},
		{model.ChangeRecovery, slices.ContainsFunc(m.Tables, recoverable)},
		{model.DeleteKeys, slices.ContainsFunc(m.Keys, madeKey)},
		{model.DeleteTrail, m.Trail != nil},
	} {
		if a.concerns && !r.May(a.allowance) {
			out = append(out, a.allowance)
		}
	}
	return out
}

// withheld is what an allowance would allow.
func (s Style) withheld(m *model.Model, a model.Allowance) Duty {
	switch a {
	case model.DeleteTables:
		return Duty{"deleting a table", []string{"dynamodb:DeleteTable", "dynamodb:DeleteTableReplica"}, everything}
	case model.ChangeRecovery:
		recovered := Those(m.Tables, recoverable)
		return Duty{
			"changing or turning off point-in-time recovery of " + s.tables(recovered) + " once it is on, which a table's own policy refuses",
			[]string{"dynamodb:UpdateContinuousBackups"}, tablesNamed(recovered),
		}
	case model.DeleteKeys:
		return Duty{"scheduling the deletion of a key", []string{"kms:ScheduleKeyDeletion"}, everything}
	case model.DeleteTrail:
		return Duty{"deleting the audit trail, or changing where it writes", trailLoss(), everything}
	}
	panic("words: nothing is withheld for " + string(a))
}

// trailLoss are the calls by which log files go missing, and that Terraform needs to remove a trail or to change it.
func trailLoss() []string { return []string{"cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail"} }

// Never is what a role that deploys or plans is refused outright in some environments, whatever other policies grant it.
func (s Style) Never(m *model.Model, r *model.Role, environments ...*model.Environment) []Duty {
	switch r.Kind {
	case model.Deploy:
		return slices.Concat(s.neverItself(m, environments), s.neverData(m), s.neverKeys(m, r), s.neverLoss(m), anythingElse())
	case model.Plan:
		return slices.Concat(s.neverData(m), s.neverKeys(m, r), anythingElse())
	}
	return nil
}

// neverItself is what keeps a role that deploys from giving itself more than it has.
func (s Style) neverItself(m *model.Model, environments []*model.Environment) []Duty {
	boundary := s.Each(environments, func(e *model.Environment) string { return s.Name(e.BoundaryARN(m)) })
	ownRole := iamNames("role" + m.RolesPath() + m.Name) // it stands for each role right below the path
	deeper := m.RolesPath() + "*/*"
	out := []Duty{
		{"changing itself, another role that deploys or plans, or the permissions boundary " + boundary, []string{"iam:*"}, iamNames("role" + m.BootstrapPath() + "*")},
		{"touching what lies deeper than " + s.Name(m.RolesPath()), []string{"iam:*"}, iamNames("role"+deeper, "policy"+deeper, "instance-profile"+deeper)},
		{"taking the permissions boundary off a role", []string{"iam:DeleteRolePermissionsBoundary"}, everything},
		{
			"changing or deleting a role that has another permissions boundary, or the trust of one",
			[]string{"iam:DeleteRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:UpdateRoleDescription"}, ownRole,
		},
	}
	if m.Tenancy != nil && m.Tenancy.Identity.Tagged() {
		out = append(out, Duty{
			"tagging a role with " + s.Name(m.Tenancy.Identity.Name) + ", which would make the role a tenant's",
			[]string{"iam:CreateRole", "iam:TagRole", "iam:UntagRole"}, ownRole,
		})
	}
	return out
}

// neverData is what keeps a role that deploys or plans from the data by its own requests.
func (s Style) neverData(m *model.Model) []Duty {
	lock := When(m.State != nil && m.State.LockTable != "", ", but of the lock")
	return []Duty{
		{"becoming another role", []string{"sts:AssumeRole"}, everything},
		{"reading or writing items of a table" + lock, []string{"dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"}, tablesNamed(m.Tables)},
		{
			"querying or scanning a table, reading its stream, restoring, exporting or importing one, deleting a backup",
			[]string{
				"dynamodb:DeleteBackup", "dynamodb:ExportTableToPointInTime", "dynamodb:GetRecords", "dynamodb:ImportTable",
				"dynamodb:Query", "dynamodb:RestoreTable*", "dynamodb:Scan",
			}, everything,
		},
	}
}

// neverKeys is what keeps a role that deploys or plans from using keys, and from keys that nobody here could use or change.
func (s Style) neverKeys(m *model.Model, r *model.Role) []Duty {
	ofState := m.State != nil && len(m.State.Key) > 0
	ofTables := r.Kind == model.Deploy && (slices.ContainsFunc(m.Keys, madeKey) || len(keysOfTables(m)) > 0)
	use := "using a key"
	switch {
	case ofState:
		use += " but through DynamoDB, and S3 for the state"
	case ofTables:
		use += " but through DynamoDB"
	}
	out := []Duty{{use, []string{"kms:Decrypt"}, everything}}
	if ofTables {
		out = append(out, Duty{"granting the use of a key, but to DynamoDB for itself", []string{"kms:CreateGrant"}, everything})
	}
	if r.Kind == model.Deploy && slices.ContainsFunc(m.Keys, madeKey) {
		out = append(out, Duty{
			"making a key whose material lies outside KMS, and setting a key's policy without AWS's check that it can be changed again",
			[]string{"kms:CreateKey", "kms:PutKeyPolicy"}, everything,
		})
	}
	return out
}

// neverLoss is what cannot be undone, or would hide what is done.
func (s Style) neverLoss(m *model.Model) []Duty {
	var out []Duty
	if !slices.ContainsFunc(m.Tables, madeTable) {
		out = append(out, s.withheld(m, model.DeleteTables))
	}
	if len(m.Keys) > 0 {
		out = append(out, Duty{"disabling a key, stopping its rotation, revoking what DynamoDB was granted of it", []string{"kms:DisableKey", "kms:DisableKeyRotation", "kms:RevokeGrant"}, everything})
	}
	if m.Trail != nil {
		out = append(out, Duty{"stopping the audit trail", []string{"cloudtrail:StopLogging"}, everything})
	}
	return out
}

// anythingElse is what no statement of the role names. A service that it has nothing to do with stands for all of that.
func anythingElse() []Duty {
	return []Duty{{"every action that its statements do not name, of any service, also one that AWS adds later", []string{"organizations:*"}, everything}}
}
