package judge

import (
	"maps"
	"slices"

	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

func kmsOperations() map[string]operation {
	onKey := func(name string) operation {
		return operation{needs: func(a *account, c *call) []need {
			return []need{a.onKey("kms:"+name, a.key(c, c.body.text("KeyId")))}
		}}
	}
	return map[string]operation{
		"CreateKey":    {createKey, learnKey},
		"DescribeKey":  onKey("DescribeKey").with(requestAlias),
		"GetKeyPolicy": onKey("GetKeyPolicy"),
		"PutKeyPolicy": onKey("PutKeyPolicy").with(lockoutCheck).and(remainingAdministrator).then(func(a *account, c *call, _ object) {
			a.setPolicy(c, a.key(c, c.body.text("KeyId")), c.body.text("Policy"))
		}),
		"GetKeyRotationStatus": onKey("GetKeyRotationStatus"),
		"EnableKeyRotation":    onKey("EnableKeyRotation"),
		"DisableKeyRotation":   onKey("DisableKeyRotation"),
		"EnableKey":            onKey("EnableKey"),
		"DisableKey":           onKey("DisableKey"),
		"UpdateKeyDescription": onKey("UpdateKeyDescription"),
		"ScheduleKeyDeletion":  onKey("ScheduleKeyDeletion"),
		"ListResourceTags":     onKey("ListResourceTags"),
		"TagResource": onKey("TagResource").with(requestedTags).then(func(a *account, c *call, _ object) {
			a.tag(a.key(c, c.body.text("KeyId")), c.body.tags("Tags"))
		}),
		"UntagResource": onKey("UntagResource").with(removedTags).then(func(a *account, c *call, _ object) {
			a.untag(a.key(c, c.body.text("KeyId")), c.body.texts("TagKeys"))
		}),
		"ListAliases": onAnything("kms:ListAliases"),
		"CreateAlias": {changeAlias("kms:CreateAlias"), learnAlias},
		"UpdateAlias": {changeAlias("kms:UpdateAlias"), learnAlias},
		"DeleteAlias": {changeAlias("kms:DeleteAlias"), func(a *account, c *call, _ object) {
			delete(a.aliases, c.body.text("AliasName"))
		}},
	}
}

// ManagedKey is the id of the key that AWS manages for DynamoDB.
const ManagedKey = "aws-managed-dynamodb"

// ManagedKeyPolicy is the policy of that key, which nobody can change (DynamoDB developer guide, "DynamoDB encryption at rest:
// usage notes", AWS managed key).
func ManagedKeyPolicy(partition, account, region string) policy.Document {
	return policy.Document{Version: policy.Version, Statement: []policy.Statement{
		{
			Sid: "UseThroughDynamoDB", Effect: policy.Allow, Principal: &policy.Principal{AWS: []string{"*"}},
			Action:   []string{"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"},
			Resource: []string{"*"},
			Condition: []policy.Condition{
				{Operator: "StringEquals", Key: "kms:CallerAccount", Values: []string{account}},
				{Operator: "StringEquals", Key: "kms:ViaService", Values: []string{via("dynamodb", region)}},
			},
		},
		{
			Sid: "MetadataForAccount", Effect: policy.Allow, Principal: &policy.Principal{AWS: []string{"arn:" + partition + ":iam::" + account + ":root"}},
			Action: []string{"kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"}, Resource: []string{"*"},
		},
	}}
}

// via is a service of a region as kms:ViaService names it, in every partition.
func via(service, region string) string { return service + "." + region + ".amazonaws.com" }

// onKey is a need for an action on a key: beside the key's tags, its aliases count.
func (a *account) onKey(action, key string, keys ...evaluate.Key) need {
	n := a.on(action, key)
	n.keys = append(n.keys, one("kms:CallerAccount", a.id))
	if aliases := a.aliasesOf(key); len(aliases) > 0 {
		n.keys = append(n.keys, evaluate.Key{Name: "kms:ResourceAliases", Values: aliases})
	}
	n.keys = append(n.keys, keys...)
	return n
}

func (a *account) aliasesOf(key string) []string {
	var out []string
	for _, alias := range slices.Sorted(maps.Keys(a.aliases)) {
		if a.aliases[alias] == key {
			out = append(out, alias)
		}
	}
	return out
}

// requestAlias is the alias by which a request names the key.
func requestAlias(a *account, c *call) evaluate.Context {
	if alias := c.body.text("KeyId"); a.aliases[alias] != "" {
		return evaluate.Context{one("kms:RequestAlias", alias)}
	}
	return nil
}

// createKey has no key yet whose policy could allow: the account's own policies must (KMS API reference, CreateKey, "To use
// the Tags parameter, you must have kms:TagResource permission in an IAM policy").
func createKey(a *account, c *call) []need {
	arn, tags := a.arn("kms", c.region, "key/new"), c.body.tags("Tags")
	keys := append(tags.requested(), one("kms:CallerAccount", a.id), one("kms:BypassPolicyLockoutSafetyCheck", bypasses(c)),
		one("kms:KeyOrigin", c.body.textOr("Origin", "AWS_KMS")), one("kms:KeySpec", c.body.textOr("KeySpec", "SYMMETRIC_DEFAULT")),
		one("kms:KeyUsage", c.body.textOr("KeyUsage", "ENCRYPT_DECRYPT")), one("kms:MultiRegion", c.body.textOr("MultiRegion", "false")))
	needs := []need{{action: "kms:CreateKey", resource: "*", keys: keys}}
	needs = append(needs, taggedAtCreate("kms:TagResource", arn, tags)...)
	return append(needs, a.lockout(c, arn)...)
}

// remainingAdministrator is what PutKeyPolicy asks for beside itself.
func remainingAdministrator(a *account, c *call) []need {
	return a.lockout(c, a.key(c, c.body.text("KeyId")))
}

// lockout is a check of the policy that a request brings: it must let the caller change it again (KMS API reference,
// CreateKey and PutKeyPolicy, Policy).
func (a *account) lockout(c *call, key string) []need {
	text := c.body.text("Policy")
	if text == "" || bypasses(c) == "true" {
		return nil
	}
	document, err := policy.Parse([]byte(text))
	if err != nil {
		c.fail("the policy of %s: %w", key, err)
	}
	n := a.onKey("kms:PutKeyPolicy", key)
	n.policy = &document
	return checkedByAWS(n)
}

func lockoutCheck(_ *account, c *call) evaluate.Context {
	return evaluate.Context{one("kms:BypassPolicyLockoutSafetyCheck", bypasses(c))}
}

func bypasses(c *call) string { return c.body.textOr("BypassPolicyLockoutSafetyCheck", "false") }

func learnKey(a *account, c *call, answer object) {
	arn := a.arn("kms", c.region, "key/"+answer.child("KeyMetadata").text("KeyId"))
	a.tag(arn, c.body.tags("Tags"))
	if text := c.body.text("Policy"); text != "" {
		a.setPolicy(c, arn, text)
		return
	}
	document := DefaultKeyPolicy(a.partition, a.id)
	a.policies[arn] = &document
}

// DefaultKeyPolicy is the policy that a key gets without one (KMS developer guide, "Default key policy").
func DefaultKeyPolicy(partition, account string) policy.Document {
	return policy.Document{Version: policy.Version, Statement: []policy.Statement{{
		Sid: "Enable IAM User Permissions", Effect: policy.Allow, Principal: &policy.Principal{AWS: []string{"arn:" + partition + ":iam::" + account + ":root"}},
		Action: []string{"kms:*"}, Resource: []string{"*"},
	}}}
}

// changeAlias is checked on the alias and on its key, and where the alias moves, on both keys (KMS developer guide,
// "Controlling access to aliases").
func changeAlias(action string) func(*account, *call) []need {
	return func(a *account, c *call) []need {
		alias := c.body.text("AliasName")
		needs := []need{{action: action, resource: a.arn("kms", c.region, alias), keys: evaluate.Context{one("kms:CallerAccount", a.id)}}}
		var keys []string
		if had := a.aliases[alias]; had != "" {
			keys = append(keys, had)
		}
		if target := c.body.text("TargetKeyId"); target != "" {
			keys = append(keys, a.key(c, target))
		}
		slices.Sort(keys)
		for _, key := range slices.Compact(keys) {
			needs = append(needs, a.onKey(action, key))
		}
		return needs
	}
}

func learnAlias(a *account, c *call, _ object) {
	a.aliases[c.body.text("AliasName")] = a.key(c, c.body.text("TargetKeyId"))
}
