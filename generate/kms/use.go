package kms

import (
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/keyuse"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// useBy is what a role does with the key.
func useBy(m *model.Model, e *model.Environment, u keyuse.Use, sids artifact.Sids) []policy.Statement {
	principal := &policy.Principal{AWS: e.RoleARNs(m, u.Role)}
	out := []policy.Statement{{
		Sid: sids.Unique("UseBy" + artifact.Pascal(u.Role.Name)), Effect: policy.Allow, Principal: principal,
		Action: u.Actions, Resource: []string{thisKey}, Condition: keyuse.ThroughDynamoDB(e, u.Names()...),
	}}
	if len(u.Creates) > 0 {
		out = append(out, policy.Statement{
			Sid: sids.Unique("GrantBy" + artifact.Pascal(u.Role.Name)), Effect: policy.Allow, Principal: principal,
			Action: []string{"kms:CreateGrant"}, Resource: []string{thisKey}, Condition: keyuse.Granting(e, u.Creates...),
		})
	}
	return out
}

// describe lets every user of the key see that it is enabled.
func describe(m *model.Model, e *model.Environment, uses []keyuse.Use) policy.Statement {
	var arns []string
	for _, u := range uses {
		arns = append(arns, e.RoleARNs(m, u.Role)...)
	}
	return policy.Statement{
		Sid: "DescribeByUsers", Effect: policy.Allow, Principal: &policy.Principal{AWS: arns},
		Action: []string{"kms:DescribeKey"}, Resource: []string{thisKey}, Condition: keyuse.Describing(e),
	}
}
