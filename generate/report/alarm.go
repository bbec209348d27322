package report

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/model"
)

type alarmRow struct{ Event, Source, Means string }

// alarms are the management events of CloudTrail that say that somebody opens the data, or takes its protection away. All of
// them are things that a role which deploys may do, and most are rare in a deployment.
func alarms(m *model.Model) []alarmRow {
	if len(m.RolesThat(model.Deploy)) == 0 {
		return nil
	}
	tables, keys := slices.ContainsFunc(m.Tables, madeTable), slices.ContainsFunc(m.Keys, madeKey)
	existing := anyRole(m, func(r *model.Role) bool { return r.Existing })
	var rows []alarmRow
	for _, a := range []struct {
		event, service, means string
		concerns              bool
	}{
		{"PutResourcePolicy", "dynamodb", "a table was opened to somebody, or the guard on its recovery taken away", len(m.Tables) > 0},
		{"DeleteResourcePolicy", "dynamodb", "a table refuses nothing any more", len(m.Tables) > 0},
		{"UpdateContinuousBackups", "dynamodb", "recovery was turned on, or off", slices.ContainsFunc(m.Tables, recovers)},
		{"UpdateTimeToLive", "dynamodb", "items expire by another attribute", slices.ContainsFunc(m.Tables, expires)},
		{"DeleteTable", "dynamodb", "a table was deleted", tables && allowed(m, model.DeleteTables)},
		{"PutKeyPolicy", "kms", "the use of a key was opened to somebody", keys},
		{"ScheduleKeyDeletion", "kms", "a key, and all that is under it, is lost when its waiting time ends", keys && allowed(m, model.DeleteKeys)},
		{"UpdateAssumeRolePolicy", "iam", "somebody else becomes a role", anyRole(m, madeRole)},
		{"CreatePolicyVersion", "iam", "a role made elsewhere may do something else, and no boundary of this system limits it", existing},
		{"ModifyVpcEndpoint", "ec2", "an endpoint lets others through, or other things", len(m.Endpoints) > 0},
		{"PutEventSelectors", "cloudtrail", "the audit trail records other events, or none", m.Trail != nil},
		{"UpdateTrail", "cloudtrail", "the audit trail writes elsewhere, or otherwise", m.Trail != nil},
		{"StopLogging", "cloudtrail", "the audit trail was stopped, by none of the roles here", m.Trail != nil},
		{"DeleteTrail", "cloudtrail", "the audit trail was deleted", m.Trail != nil},
	} {
		if a.concerns {
			rows = append(rows, alarmRow{cellCode(a.event), cellCode(a.service + ".amazonaws.com"), a.means})
		}
	}
	return rows
}

// allowed reports whether some role that deploys is given what is else withheld.
func allowed(m *model.Model, a model.Allowance) bool {
	return slices.ContainsFunc(m.RolesThat(model.Deploy), func(r *model.Role) bool { return r.May(a) })
}
