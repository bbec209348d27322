package iam

import (
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is for roles that make backups. AWS Backup works with permissions of its own, which no API call of DynamoDB
// has (AWS Backup developer guide, "AWS managed policies", Amazon DynamoDB); everybody else calls CreateBackup. Neither may
// delete a backup: who can delete the last copy holds the data to ransom.

func (h holder) backups() []policy.Statement {
	switch {
	case h.role.Kind != model.Backup:
		return nil
	case ofAWSBackup(h.role):
		return h.backupsByAWSBackup()
	}
	out := h.onEach(policy.Statement{
		Sid: "BackUpTables", Effect: policy.Allow, Action: []string{"dynamodb:CreateBackup", "dynamodb:DescribeTable"},
	}, h.tableARNs(h.e.TableARN))
	return append(out, h.onEach(policy.Statement{
		Sid: "DescribeBackups", Effect: policy.Allow, Action: []string{"dynamodb:DescribeBackup"},
	}, h.tableARNs(h.backupsOf))...)
}

// backupsByAWSBackup also lets AWS Backup copy the table's tags to the recovery point: every table carries tags.
func (h holder) backupsByAWSBackup() []policy.Statement {
	out := h.onEach(policy.Statement{
		Sid: "BackUpTables", Effect: policy.Allow,
		Action: []string{"dynamodb:DescribeTable", "dynamodb:ListTagsOfResource", "dynamodb:StartAwsBackupJob"},
	}, h.tableARNs(h.e.TableARN))
	return append(out, policy.Statement{
		Sid: "TagRecoveryPoints", Effect: policy.Allow, Action: []string{"backup:TagResource"},
		Resource: []string{"arn:" + h.e.Partition + ":backup:" + h.e.Region + ":" + h.e.Account + ":recovery-point:*"},
	})
}

// ofAWSBackup reports whether AWS Backup is who assumes the role.
func ofAWSBackup(r *model.Role) bool {
	return r.Trust.Kind == model.ServiceTrust && r.Trust.Service == "backup"
}

func (h holder) backupsOf(t *model.Table) string { return h.e.TableARN(t) + "/backup/*" }
