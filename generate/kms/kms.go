// Package kms makes the key policy of each customer managed key that the spec has made here.
//
// The key policy alone says who can decrypt: it gives no principal kms:* and delegates no cryptographic operation to IAM
// policies, so that a policy attached somewhere else can never open the data. These principals appear in it:
//
//   - the account, and the key's administrators, who may change and retire the key but not use it;
//   - the roles that deploy, which do what Terraform does to the key, and those that plan, which look at it;
//   - the administrators and the roles that deploy once more, as whoever creates tables under the key, through DynamoDB only;
//   - each role that reads or writes items of an encrypted table, through DynamoDB only, and only for its own tables;
//   - CloudTrail, for the audit trail, and the readers of its log files, for those only.
//
// "Through DynamoDB" is kms:ViaService, which ends in amazonaws.com in every partition; "for its tables" is the encryption
// context that DynamoDB sends, the table's name and the account (DynamoDB developer guide, "encryption at rest: usage
// notes"; KMS developer guide, "condition keys"). DescribeKey carries no encryption context and stands apart.
package kms

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/keyuse"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// Policies are the key policies of the keys an environment makes, in the model's order.
func Policies(m *model.Model, e *model.Environment) ([]artifact.Policy, hcl.Diagnostics) {
	var out []artifact.Policy
	var ds hcl.Diagnostics
	for _, k := range m.Keys {
		if len(k.Existing) > 0 {
			continue
		}
		if lacksAdministrators(m, k) {
			ds = append(ds, diag.Error("key-administrators", "Key without administrators",
				"Nobody could create a table under this key: its policy lets only its administrators choose it for one. "+
					"Name the role that applies the Terraform in administrators.", k.Origin))
			continue
		}
		document := policy.Document{Version: policy.Version, Statement: statements(m, e, k)}
		bytes, fits := artifact.Encode(artifact.Key, document)
		if !fits {
			ds = append(ds, diag.Error("key-policy-quota", "Key policy too large",
				"The policy of this key is larger than the 32,768 characters that KMS accepts, because too many roles use it. "+
					"Use several keys, each for some of the tables.", k.Origin))
			continue
		}
		out = append(out, artifact.Policy{Kind: artifact.Key, Environment: e, Key: k, Bytes: bytes})
	}
	return out, ds
}

// lacksAdministrators reports whether a table is to be put under a key that nobody may choose.
func lacksAdministrators(m *model.Model, k *model.Key) bool {
	return len(k.Administrators) == 0 &&
		slices.ContainsFunc(m.Tables, func(t *model.Table) bool { return t.Encryption.Key == k })
}

// OwnerStatements are what the key policy of an existing key must hold, beside its owner's own statements; none for a key
// that is made here.
func OwnerStatements(m *model.Model, e *model.Environment, k *model.Key) []policy.Statement {
	if len(k.Existing) == 0 {
		return nil
	}
	return append(tableCreation(m, e, k), usage(m, e, k)...)
}

func statements(m *model.Model, e *model.Environment, k *model.Key) []policy.Statement {
	return slices.Concat(administration(m, e, k), deployment(m, e, k), tableCreation(m, e, k), usage(m, e, k))
}

// usage is who uses the key: the roles that reach encrypted tables, and the trail.
func usage(m *model.Model, e *model.Environment, k *model.Key) []policy.Statement {
	var out []policy.Statement
	uses := keyuse.Of(m, e, k)
	sids := artifact.Sids{}
	for _, u := range uses {
		out = append(out, useBy(m, e, u, sids)...)
	}
	if len(uses) > 0 {
		out = append(out, describe(m, e, uses))
	}
	if m.Trail != nil && m.Trail.Key == k {
		out = append(out, cloudTrail(m, e)...)
	}
	return out
}

// administration lets the account and the administrators run the key, not use it. The account's statement is what makes
// the key recoverable when its administrators are gone; it admits only principals of the account itself.
func administration(m *model.Model, e *model.Environment, k *model.Key) []policy.Statement {
	account := policy.Statement{
		Sid:       "AccountAdministration",
		Effect:    policy.Allow,
		Principal: &policy.Principal{AWS: []string{e.AccountRootARN()}},
		Action:    administrationActions(),
		Resource:  []string{thisKey},
		Condition: []policy.Condition{keyuse.CallerAccount(e)},
	}
	administrators := slices.DeleteFunc(slices.Clone(k.Administrators), deploys)
	return append([]policy.Statement{account},
		forPrincipals("KeyAdministration", principalARNs(m, e, administrators), administrationActions())...)
}

// forPrincipals lets principals act on the key; nothing if there are none.
func forPrincipals(sid string, arns, actions []string) []policy.Statement {
	if len(arns) == 0 {
		return nil
	}
	return []policy.Statement{{
		Sid: sid, Effect: policy.Allow, Principal: &policy.Principal{AWS: arns}, Action: actions, Resource: []string{thisKey},
	}}
}

// thisKey is how a key policy names the key it belongs to (KMS developer guide, "key policies").
const thisKey = "*"

// administrationActions are the actions that change or show a key and use it for nothing. CreateGrant is not among them:
// a grant hands out use.
func administrationActions() []string {
	return []string{
		"kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DescribeKey", "kms:DisableKey",
		"kms:DisableKeyRotation", "kms:EnableKey", "kms:EnableKeyRotation", "kms:GetKeyPolicy",
		"kms:GetKeyRotationStatus", "kms:ListGrants", "kms:ListKeyPolicies", "kms:ListKeyRotations",
		"kms:ListResourceTags", "kms:PutKeyPolicy", "kms:RevokeGrant", "kms:RotateKeyOnDemand",
		"kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
	}
}

func principalARNs(m *model.Model, e *model.Environment, principals []model.Principal) []string {
	var arns []string
	for _, p := range principals {
		arns = append(arns, e.PrincipalARNs(m, p)...)
	}
	return arns
}

// tableCreation is what DynamoDB needs of whoever chooses the key for a table, when it is created or later: to use it
// through DynamoDB, and to grant DynamoDB its use (developer guide, "encryption at rest: usage notes", authorizing use of
// your key). A grant carries the encryption context as its constraint.
func tableCreation(m *model.Model, e *model.Environment, k *model.Key) []policy.Statement {
	tables, creators := tableNames(m, e, k), tableCreators(m, e, k)
	if len(tables) == 0 || len(creators) == 0 {
		return nil
	}
	principal := &policy.Principal{AWS: creators}
	return []policy.Statement{
		{
			Sid: "TableCreation", Effect: policy.Allow, Principal: principal, Action: keyuse.CryptoActions(), Resource: []string{thisKey},
			Condition: keyuse.ThroughDynamoDB(e, tables...),
		},
		{
			Sid: "TableCreationGrant", Effect: policy.Allow, Principal: principal, Action: []string{"kms:CreateGrant"}, Resource: []string{thisKey},
			Condition: keyuse.Granting(e, tables...),
		},
	}
}

// tableCreators are the administrators, and of an existing key, whose administrators are its owner's affair, the roles that
// deploy.
func tableCreators(m *model.Model, e *model.Environment, k *model.Key) []string {
	arns := principalARNs(m, e, k.Administrators)
	if len(k.Existing) > 0 {
		arns = append(arns, roleARNs(m, e, m.RolesThat(model.Deploy))...)
	}
	return arns
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
