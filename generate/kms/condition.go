package kms

import (
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// The operators that table names are compared with.
const (
	equals = "StringEquals"
	like   = "StringLike"
)

// cryptoActions are the operations that use a symmetric key. AWS writes two of them with a star (ReEncrypt*,
// GenerateDataKey*); the star would add nothing but what asymmetric keys can do.
func cryptoActions() []string {
	return []string{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"}
}

// throughDynamoDB holds for requests that DynamoDB makes for tables of these names on behalf of a caller of the account.
func throughDynamoDB(e *model.Environment, operator string, tableNames []string) []policy.Condition {
	return []policy.Condition{
		callerAccount(e),
		{Operator: equals, Key: "kms:EncryptionContext:aws:dynamodb:subscriberId", Values: []string{e.Account}},
		{Operator: operator, Key: "kms:EncryptionContext:aws:dynamodb:tableName", Values: tableNames},
		viaDynamoDB(e),
	}
}

func callerAccount(e *model.Environment) policy.Condition {
	return policy.Condition{Operator: equals, Key: "kms:CallerAccount", Values: []string{e.Account}}
}

// viaDynamoDB names the service as KMS knows it; streams have no name of their own.
func viaDynamoDB(e *model.Environment) policy.Condition {
	return policy.Condition{Operator: equals, Key: "kms:ViaService", Values: []string{"dynamodb." + e.Region + ".amazonaws.com"}}
}

// forAWSResource holds for grants that an AWS service makes for itself.
func forAWSResource() policy.Condition {
	return policy.Condition{Operator: "Bool", Key: "kms:GrantIsForAWSResource", Values: []string{"true"}}
}

// tableNames are the physical names of the tables under a key.
func tableNames(m *model.Model, e *model.Environment, k *model.Key) []string {
	var names []string
	for _, t := range m.Tables {
		if t.Encryption.Key == k {
			names = append(names, e.TableName(t))
		}
	}
	return names
}
