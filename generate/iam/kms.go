package iam

import (
	"github.com/ddbgen/ddbgen/internal/keyuse"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is for tables under a key that exists already. Of a key made here the key policy alone says who uses it; the
// policy of any other belongs to someone else, who must let IAM policies decide, and then the roles' own policies carry
// the use: of who works with the tables, and of who creates them.

func (h holder) keyUses() []policy.Statement {
	var out []policy.Statement
	for _, k := range h.m.Keys {
		arn := model.In(h.e, k.Existing)
		use, any := keyuse.ByRole(h.m, h.e, k, h.role)
		if arn == "" || !any {
			continue
		}
		out = append(out, h.keyUse(k, arn, use)...)
		out = append(out, policy.Statement{
			Sid: sid("describe", k.Name, "key"), Effect: policy.Allow,
			Action: []string{"kms:DescribeKey"}, Resource: []string{arn}, Condition: keyuse.Describing(h.e),
		})
	}
	return out
}

// keyUse is what the role does with the key, for some tables in each statement.
func (h holder) keyUse(k *model.Key, arn string, use keyuse.Use) []policy.Statement {
	var out []policy.Statement
	for _, names := range split(use.Names()) {
		out = append(out, policy.Statement{
			Sid: sid("use", k.Name, "key"), Effect: policy.Allow,
			Action: use.Actions, Resource: []string{arn}, Condition: keyuse.ThroughDynamoDB(h.e, names...),
		})
	}
	for _, names := range split(use.Creates) {
		out = append(out, policy.Statement{
			Sid: sid("grant", k.Name, "key"), Effect: policy.Allow,
			Action: []string{"kms:CreateGrant"}, Resource: []string{arn}, Condition: keyuse.Granting(h.e, names...),
		})
	}
	return out
}
