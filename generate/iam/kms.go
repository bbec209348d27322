package iam

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is for tables under a key that exists already. Of a key made here the key policy alone says who uses it; the
// policy of any other belongs to someone else, who must let IAM policies decide, and then the roles' own policies carry
// the use. DynamoDB decrypts the table's key with the caller's rights and names the table and the account in the
// encryption context (DynamoDB developer guide, "encryption at rest: usage notes"). DescribeKey has no encryption context,
// so it stands apart (KMS developer guide, "kms:EncryptionContext").

func (h holder) keyUses() []policy.Statement {
	var out []policy.Statement
	for _, k := range h.m.Keys {
		arn := model.In(h.e, k.Existing)
		names := h.tableNamesUnder(k)
		if arn == "" || names == nil {
			continue
		}
		operator := equals
		if h.role.Kind == model.Restore {
			operator, names = like, append(names, h.e.NamePrefix+h.role.Restore.Into)
		}
		for _, part := range split(names) {
			out = append(out, h.keyUse(k, arn, operator(tableName, part...))...)
		}
		out = append(out, policy.Statement{
			Sid: sid("describe", k.Name, "key"), Effect: policy.Allow,
			Action: []string{"kms:DescribeKey"}, Resource: []string{arn},
			Condition: []policy.Condition{h.callerAccount(), h.viaDynamoDB()},
		})
	}
	return out
}

const tableName = "kms:EncryptionContext:aws:dynamodb:tableName"

// keyUse is what the role does with the key for some tables.
func (h holder) keyUse(k *model.Key, arn string, tables policy.Condition) []policy.Statement {
	conditions := []policy.Condition{
		h.callerAccount(),
		equals("kms:EncryptionContext:aws:dynamodb:subscriberId", h.e.Account),
		tables,
		h.viaDynamoDB(),
	}
	use := policy.Statement{
		Sid: sid("use", k.Name, "key"), Effect: policy.Allow,
		Action: keyActions(h.role.Kind), Resource: []string{arn}, Condition: conditions,
	}
	if h.role.Kind != model.Restore {
		return []policy.Statement{use}
	}
	// DynamoDB makes itself a grant of the key for the table that is created.
	return []policy.Statement{use, {
		Sid: sid("grant", k.Name, "key"), Effect: policy.Allow,
		Action: []string{"kms:CreateGrant"}, Resource: []string{arn},
		Condition: append(slices.Clone(conditions), policy.Condition{
			Operator: "Bool", Key: "kms:GrantIsForAWSResource", Values: []string{"true"},
		}),
	}}
}

// keyActions are the operations that a kind of role has done with a table's key. A backup is encrypted anew (AWS Backup
// developer guide, "encryption for backups"); to restore is to create a table under the key.
func keyActions(kind model.Kind) []string {
	switch kind {
	case model.Backup:
		return []string{"kms:Decrypt", "kms:GenerateDataKey"}
	case model.Restore:
		return []string{
			"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext",
			"kms:ReEncryptFrom", "kms:ReEncryptTo",
		}
	case model.Runtime, model.StreamConsumer, model.Export:
		return []string{"kms:Decrypt"}
	}
	panic("iam: unknown kind of role " + string(kind))
}

// tableNamesUnder are the tables under a key whose items the role reaches.
func (h holder) tableNamesUnder(k *model.Key) []string {
	var names []string
	for _, t := range h.m.Tables {
		if t.Encryption.Key == k && h.reachesItems(t) {
			names = append(names, h.e.TableName(t))
		}
	}
	return names
}

func (h holder) reachesItems(t *model.Table) bool {
	return slices.Contains(h.role.Tables, t) ||
		slices.ContainsFunc(h.role.Grants, func(g *model.Grant) bool { return g.Table == t && touchItems(g.Actions) }) ||
		slices.ContainsFunc(h.role.TagGrants, func(g *model.TagGrant) bool {
			return touchItems(g.Actions) && !t.TenantKeyed() && carries(h.e.AllTags(h.m, t.Tags), g.Tags)
		})
}

// touchItems reports whether one of the actions needs the table's key.
func touchItems(actions []model.Action) bool {
	return slices.ContainsFunc(operationsOf(actions), func(o operation) bool { return o.Class != catalog.ClassDescribe })
}

// carries reports whether tags can satisfy every match. A tag that must be the principal's own is known by its key alone.
func carries(tags []model.Tag, matches []model.TagMatch) bool {
	for _, match := range matches {
		if !slices.ContainsFunc(tags, func(t model.Tag) bool { return t.Key == match.Key && (match.Same || t.Value == match.Value) }) {
			return false
		}
	}
	return true
}

func (h holder) callerAccount() policy.Condition { return equals("kms:CallerAccount", h.e.Account) }

// viaDynamoDB holds for requests that DynamoDB makes for the caller; streams have no name of their own.
func (h holder) viaDynamoDB() policy.Condition {
	return equals("kms:ViaService", viaService("dynamodb", h.e.Region))
}

// viaService ends in amazonaws.com in every partition (KMS developer guide, "kms:ViaService").
func viaService(service, region string) string { return service + "." + region + ".amazonaws.com" }
