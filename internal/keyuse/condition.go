package keyuse

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// ThroughDynamoDB holds for requests that DynamoDB makes for a caller of the account, for tables of these names, which may
// be patterns. DynamoDB names the table and the account in the encryption context (DynamoDB developer guide, "encryption
// at rest: usage notes").
func ThroughDynamoDB(e *model.Environment, names ...string) []policy.Condition {
	operator := "StringEquals"
	if slices.ContainsFunc(names, func(n string) bool { return strings.Contains(n, "*") }) {
		operator = "StringLike"
	}
	return []policy.Condition{
		CallerAccount(e),
		equals("kms:EncryptionContext:aws:dynamodb:subscriberId", e.Account),
		{Operator: operator, Key: "kms:EncryptionContext:aws:dynamodb:tableName", Values: names},
		viaDynamoDB(e),
	}
}

// Granting holds for the grant that DynamoDB makes itself for a new table of such a name. For a table that is there it has
// its grant already, so of a role that restores the names of its sources are not among these.
func Granting(e *model.Environment, names ...string) []policy.Condition {
	return append(ThroughDynamoDB(e, names...),
		policy.Condition{Operator: "Bool", Key: "kms:GrantIsForAWSResource", Values: []string{"true"}})
}

// Describing holds for DescribeKey of whoever uses the key through DynamoDB. It has no encryption context, so it stands
// apart (KMS developer guide, "kms:EncryptionContext").
func Describing(e *model.Environment) []policy.Condition {
	return []policy.Condition{CallerAccount(e), viaDynamoDB(e)}
}

// CallerAccount holds for callers of the environment's account.
func CallerAccount(e *model.Environment) policy.Condition {
	return equals("kms:CallerAccount", e.Account)
}

// Via is a service of a region as kms:ViaService names it: the name ends in amazonaws.com in every partition (KMS developer
// guide, "kms:ViaService").
func Via(service, region string) string { return service + "." + region + ".amazonaws.com" }

// viaDynamoDB holds for requests that DynamoDB makes for the caller; streams have no name of their own.
func viaDynamoDB(e *model.Environment) policy.Condition {
	return equals("kms:ViaService", Via("dynamodb", e.Region))
}

func equals(key, value string) policy.Condition {
	return policy.Condition{Operator: "StringEquals", Key: key, Values: []string{value}}
}
