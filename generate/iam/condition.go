package iam

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/policy"
)

// The condition keys of DynamoDB that are used here (DynamoDB developer guide, specifying-conditions).
const (
	leadingKeys        = "dynamodb:LeadingKeys"
	attributes         = "dynamodb:Attributes"
	selected           = "dynamodb:Select"
	returnValues       = "dynamodb:ReturnValues"
	enclosingOperation = "dynamodb:EnclosingOperation"
	fullTableScan      = "dynamodb:FullTableScan"
)

func equals(key string, values ...string) policy.Condition {
	return policy.Condition{Operator: "StringEquals", Key: key, Values: values}
}

func like(key string, values ...string) policy.Condition {
	return policy.Condition{Operator: "StringLike", Key: key, Values: values}
}

// present holds where a request carries the key at all. Beside every ForAllValues it is what makes the condition one:
// ForAllValues alone is true when the key is missing (IAM user guide, "Single-valued vs. multivalued context keys").
func present(key string) policy.Condition {
	return policy.Condition{Operator: "Null", Key: key, Values: []string{"false"}}
}

// everyValue holds where the key is there and each of its values equals one of those given.
func everyValue(key string, values ...string) []policy.Condition {
	return []policy.Condition{{Operator: "ForAllValues:StringEquals", Key: key, Values: values}, present(key)}
}

// everyValueLike is everyValue with patterns.
func everyValueLike(key string, patterns ...string) []policy.Condition {
	return []policy.Condition{{Operator: "ForAllValues:StringLike", Key: key, Values: patterns}, present(key)}
}

// literal writes text as a value that stands for itself where no wildcards are: a dollar sign could begin a policy variable
// (IAM user guide, "IAM policy elements: Variables and tags", special characters).
func literal(text string) string { return strings.ReplaceAll(text, "$", "${$}") }

// literalPattern writes text as a pattern that matches only itself.
func literalPattern(text string) string { return escapes.Replace(text) }

var escapes = strings.NewReplacer("$", "${$}", "*", "${*}", "?", "${?}")

func literals(texts []string) []string {
	values := make([]string, len(texts))
	for i, text := range texts {
		values[i] = literal(text)
	}
	return values
}
