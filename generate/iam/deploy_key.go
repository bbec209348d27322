package iam

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/calls"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is what a role that deploys needs of keys in its own policies: to make one, which has no id yet, with the tag that
// says whose it is, and its aliases, which have names. Everything else stands in the policy of the key. The use of a key that
// exists already is in keyUses.

func (h holder) keyDeployment() []policy.Statement {
	key, alias := calls.Of("aws_kms_key"), calls.Of("aws_kms_alias")
	var creatable, anyKey []string
	if len(h.keyAliases()) > 0 {
		creatable, anyKey = anything(), h.anyKey()
	}
	return slices.Concat(
		h.allow("KeyCreation", key.On("*"), creatable, h.ofStack("aws:RequestTag")),
		h.allow("KeyCreationTags", key.For("tags").In(catalog.CreatePhase), anyKey, h.ofStack("aws:RequestTag")),
		h.allow("KeyAliases", alias.On("alias"), h.keyAliases()),
		h.keyAliasList(),
		h.defaultKeyReading(),
	)
}

// keyAliasList lists aliases, which Terraform finds its own among.
func (h holder) keyAliasList() []policy.Statement {
	if len(h.keyAliases()) == 0 {
		return nil
	}
	return h.allow("KeyAliasList", calls.Of("aws_kms_alias").On("*"), anything())
}

// keyAliases are the aliases of the keys that are made here.
func (h holder) keyAliases() []string {
	var arns []string
	for _, k := range h.m.Keys {
		if len(k.Existing) == 0 {
			arns = append(arns, h.arn("kms", h.e.KeyAlias(h.m, k)))
		}
	}
	return arns
}

// defaultKeyReading shows DynamoDB's own key of the account: with every table that is encrypted with another, Terraform asks
// which key that is, to tell it from the table's.
func (h holder) defaultKeyReading() []policy.Statement {
	if !slices.ContainsFunc(h.m.Tables, func(t *model.Table) bool { return made(t) && t.Encryption.Kind != model.AWSOwned }) {
		return nil
	}
	return h.allow("DefaultKeyReading", calls.Of("aws_dynamodb_table").For("server_side_encryption"), h.anyKey(),
		policy.Condition{Operator: "ForAnyValue:StringEquals", Key: "kms:ResourceAliases", Values: []string{"alias/aws/dynamodb"}})
}

func (h holder) anyKey() []string { return []string{h.arn("kms", "key/*")} }
