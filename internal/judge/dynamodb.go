package judge

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

func dynamodbOperations() map[string]operation {
	onTable := func(name string) operation { return onThis("dynamodb:"+name, tableOf) }
	onItem := func(name string) operation { return onTable(name).with(lockedItem) }
	return map[string]operation{
		"CreateTable":               {createTable, learnTable},
		"DeleteTable":               onTable("DeleteTable").then(forgetTable),
		"DescribeTable":             onTable("DescribeTable"),
		"UpdateTable":               onTable("UpdateTable").and(newTableKey).and(noReplicas),
		"DescribeContinuousBackups": onTable("DescribeContinuousBackups"),
		"UpdateContinuousBackups":   onTable("UpdateContinuousBackups"),
		"DescribeTimeToLive":        onTable("DescribeTimeToLive"),
		"UpdateTimeToLive":          onTable("UpdateTimeToLive"),
		"ListTagsOfResource":        onTable("ListTagsOfResource"),
		"TagResource": onTable("TagResource").with(requestedTags).then(func(a *account, c *call, _ object) {
			a.tag(tableOf(a, c), c.body.tags("Tags"))
		}),
		"UntagResource": onTable("UntagResource").with(removedTags).then(func(a *account, c *call, _ object) {
			a.untag(tableOf(a, c), c.body.texts("TagKeys"))
		}),
		"GetResourcePolicy": onTable("GetResourcePolicy"),
		"PutResourcePolicy": onTable("PutResourcePolicy").then(func(a *account, c *call, _ object) {
			a.setPolicy(c, tableOf(a, c), c.body.text("Policy"))
		}),
		"DeleteResourcePolicy": onTable("DeleteResourcePolicy").then(func(a *account, c *call, _ object) {
			delete(a.policies, tableOf(a, c))
		}),
		// The lock of a state, if it is a table's.
		"GetItem":    onItem("GetItem"),
		"PutItem":    onItem("PutItem"),
		"DeleteItem": onItem("DeleteItem"),
	}
}

// tableOf is the ARN of the table, or stream, that a call is about. A call may name the table by either.
func tableOf(a *account, c *call) string {
	name := c.body.text("TableName") + c.body.text("ResourceArn")
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	return a.arn("dynamodb", c.region, "table/"+name)
}

func requestedTags(_ *account, c *call) evaluate.Context { return c.body.tags("Tags").requested() }

func removedTags(_ *account, c *call) evaluate.Context {
	return evaluate.Context{tagKeys(slices.Sorted(slices.Values(c.body.texts("TagKeys"))))}
}

// createTable asks for the table's tags, too, where there are any (DynamoDB developer guide, "Adding tags to new or
// existing tables"), and for the use of its key.
func createTable(a *account, c *call) []need {
	table, tags := tableOf(a, c), c.body.tags("Tags")
	needs := []need{{action: "dynamodb:CreateTable", resource: table, keys: tags.requested()}}
	needs = append(needs, taggedAtCreate("dynamodb:TagResource", table, tags)...)
	return append(needs, newTableKey(a, c)...)
}

// newTableKey is what DynamoDB does with a key, for whoever chooses it for a table: the encryption context names the table,
// and the grant is for DynamoDB itself. DescribeKey has no encryption context (DynamoDB developer guide, "DynamoDB encryption
// at rest: usage notes", authorizing use of your KMS key).
func newTableKey(a *account, c *call) []need {
	encryption := c.body.child("SSESpecification")
	if encryption.text("Enabled") != "true" {
		return nil
	}
	key := a.key(c, encryption.textOr("KMSMasterKeyId", "alias/aws/dynamodb"))
	through := append(forwarded("dynamodb.amazonaws.com"), one("kms:ViaService", via("dynamodb", c.region)))
	forTable := append(slices.Clone(through),
		one("kms:EncryptionContext:aws:dynamodb:tableName", c.body.text("TableName")),
		one("kms:EncryptionContext:aws:dynamodb:subscriberId", a.id),
		evaluate.Key{Name: "kms:EncryptionContextKeys", Values: []string{"aws:dynamodb:subscriberId", "aws:dynamodb:tableName"}})
	granted := append(slices.Clone(forTable),
		one("kms:GrantIsForAWSResource", "true"),
		one("kms:GrantConstraintType", "EncryptionContextSubset"))
	needs := []need{a.onKey("kms:DescribeKey", key, through...), a.onKey("kms:CreateGrant", key, granted...)}
	for _, action := range []string{
		"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo",
	} {
		needs = append(needs, a.onKey(action, key, forTable...))
	}
	return checkedByAWS(needs...)
}

// noReplicas refuses to judge what no spec can have yet: a replica needs rights in its own region.
func noReplicas(_ *account, c *call) []need {
	if len(c.body.children("ReplicaUpdates")) > 0 {
		c.fail("the judge does not know what replicas need")
	}
	return nil
}

func learnTable(a *account, c *call, _ object) { a.tag(tableOf(a, c), c.body.tags("Tags")) }

func forgetTable(a *account, c *call, _ object) {
	delete(a.tags, tableOf(a, c))
	delete(a.policies, tableOf(a, c))
}

// lockedItem is the key that requests for items carry: the partition key of the item.
func lockedItem(_ *account, c *call) evaluate.Context {
	item := c.body.child("Key")
	if item == nil {
		item = c.body.child("Item")
	}
	return evaluate.Context{one("dynamodb:LeadingKeys", item.child("LockID").text("S"))}
}

// setPolicy takes over the policy of a table, stream or key.
func (a *account) setPolicy(c *call, arn, text string) {
	document, err := policy.Parse([]byte(text))
	if err != nil {
		c.fail("the policy of %s: %w", arn, err)
		return
	}
	a.policies[arn] = &document
}
