package iam

import (
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is for roles that restore. A restore makes a new table and fills it with the caller's rights, so the caller
// needs the item actions on the new table; the table that was backed up is only read, and by DynamoDB (DynamoDB developer
// guide, backuprestore_IAM). The pattern of the new tables' names keeps the item actions away from all others.

func (h holder) restores() []policy.Statement {
	if h.role.Kind != model.Restore {
		return nil
	}
	target := h.restoreTarget()
	out := h.restoreActions(target)
	return append(out, policy.Statement{
		Sid: "FillRestoredTables", Effect: policy.Allow,
		Action: []string{
			"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:GetItem",
			"dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem",
		},
		Resource: []string{target},
	})
}

// restoreActions begin a restore. AWS Backup restores its own recovery points, by a permission of its own on the new
// table.
func (h holder) restoreActions(target string) []policy.Statement {
	if ofAWSBackup(h.role) {
		return []policy.Statement{{
			Sid: "RestoreFromBackup", Effect: policy.Allow,
			Action: []string{"dynamodb:RestoreTableFromAwsBackup"}, Resource: []string{target},
		}}
	}
	var out []policy.Statement
	if h.role.Restore.FromBackup {
		out = append(out, h.onEach(policy.Statement{
			Sid: "RestoreFromBackup", Effect: policy.Allow, Action: []string{"dynamodb:RestoreTableFromBackup"},
		}, append(h.tableARNs(h.backupsOf), target))...)
	}
	if h.role.Restore.PointInTime {
		out = append(out, h.onEach(policy.Statement{
			Sid: "RestoreToPointInTime", Effect: policy.Allow, Action: []string{"dynamodb:RestoreTableToPointInTime"},
		}, append(h.tableARNs(h.e.TableARN), target))...)
	}
	return out
}

func (h holder) restoreTarget() string { return h.e.TablePatternARN(h.role.Restore.Into) }
