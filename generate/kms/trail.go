package kms

import (
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// cloudTrail lets CloudTrail encrypt the log files of this trail (CloudTrail user guide, "Configure AWS KMS key policies
// for CloudTrail"). Nobody is given the right to decrypt them: a spec names no readers of its trail, and the report says so.
func cloudTrail(m *model.Model, e *model.Environment) []policy.Statement {
	service := &policy.Principal{Service: []string{"cloudtrail.amazonaws.com"}}
	ofThisTrail := policy.Condition{Operator: equals, Key: "aws:SourceArn", Values: []string{e.TrailARN(m)}}
	return []policy.Statement{
		{
			Sid: "EncryptTrail", Effect: policy.Allow, Principal: service,
			Action:   []string{"kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"},
			Resource: []string{thisKey},
			Condition: []policy.Condition{ofThisTrail, {
				Operator: like,
				Key:      "kms:EncryptionContext:aws:cloudtrail:arn",
				Values:   []string{"arn:" + e.Partition + ":cloudtrail:*:" + e.Account + ":trail/*"},
			}},
		},
		{
			Sid: "DescribeForTrail", Effect: policy.Allow, Principal: service, Action: []string{"kms:DescribeKey"},
			Resource: []string{thisKey}, Condition: []policy.Condition{ofThisTrail},
		},
	}
}
