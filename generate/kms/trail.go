package kms

import (
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// trailContext is the key of the encryption context that holds the trail's ARN.
const trailContext = "kms:EncryptionContext:aws:cloudtrail:arn"

// cloudTrail lets CloudTrail encrypt the log files of this trail, and its readers decrypt them (CloudTrail user guide,
// "Configure AWS KMS key policies for CloudTrail").
func cloudTrail(m *model.Model, e *model.Environment) []policy.Statement {
	service := &policy.Principal{Service: []string{"cloudtrail.amazonaws.com"}}
	ofThisTrail := policy.Condition{Operator: "StringEquals", Key: "aws:SourceArn", Values: []string{e.TrailARN(m)}}
	out := []policy.Statement{
		{
			Sid: "EncryptTrail", Effect: policy.Allow, Principal: service,
			Action:   []string{"kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"},
			Resource: []string{thisKey},
			Condition: []policy.Condition{ofThisTrail, {
				Operator: "StringLike",
				Key:      trailContext,
				Values:   []string{"arn:" + e.Partition + ":cloudtrail:*:" + e.Account + ":trail/*"},
			}},
		},
		{
			Sid: "DescribeForTrail", Effect: policy.Allow, Principal: service, Action: []string{"kms:DescribeKey"},
			Resource: []string{thisKey}, Condition: []policy.Condition{ofThisTrail},
		},
	}
	return append(out, trailReaders(m, e)...)
}

// trailReaders lets the readers of a trail decrypt its log files and nothing else under the key: S3 decrypts them with the
// reader's rights, and names the trail in the encryption context (KMS developer guide, "How AWS CloudTrail uses AWS KMS").
// The condition on the name is met only where there is one; the other says so to who reads the policy, as AWS's own does.
func trailReaders(m *model.Model, e *model.Environment) []policy.Statement {
	if len(m.Trail.Readers) == 0 {
		return nil
	}
	return []policy.Statement{{
		Sid: "DecryptTrail", Effect: policy.Allow, Principal: &policy.Principal{AWS: principalARNs(m, e, m.Trail.Readers)},
		Action: []string{"kms:Decrypt"}, Resource: []string{thisKey},
		Condition: []policy.Condition{
			{Operator: "StringEquals", Key: trailContext, Values: []string{e.TrailARN(m)}},
			{Operator: "Null", Key: trailContext, Values: []string{"false"}},
		},
	}}
}
