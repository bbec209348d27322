// Package table makes the resource policy of each table: what is refused to everybody, and to the roles that deploy, whatever
// their own policies say.
//
// The policies hold refusals only. In one account an Allow in a resource policy adds to what identity policies allow and
// can narrow nothing, while a Deny binds every principal (DynamoDB developer guide, "Using resource-based policies"). A
// policy covers the table and its indexes; streams are resources of their own, which a table's policy cannot name.
package table

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// Policies are the resource policies of an environment's tables, in the model's order; none for a table to which no
// guardrail applies.
func Policies(m *model.Model, e *model.Environment) ([]artifact.Policy, hcl.Diagnostics) {
	var out []artifact.Policy
	var ds hcl.Diagnostics
	for _, t := range m.Tables {
		if !m.Policied(t) {
			continue
		}
		statements := guardrails(m, e, t)
		bytes, fits := artifact.Encode(artifact.Table, policy.Document{Version: policy.Version, Statement: statements})
		if !fits {
			ds = append(ds, diag.Error("table-policy-quota", "Table policy too large",
				"The resource policy of this table is larger than the 20 KB that DynamoDB accepts. Name fewer endpoints and backup roles.", t.Origin))
			continue
		}
		out = append(out, artifact.Policy{Kind: artifact.Table, Environment: e, Table: t, Bytes: bytes})
	}
	return out, ds
}

func guardrails(m *model.Model, e *model.Environment, t *model.Table) []policy.Statement {
	var statements []policy.Statement
	if m.Guardrails.DenyInsecureTransport {
		statements = append(statements, denyInsecureTransport(e, t))
	}
	if len(m.Guardrails.OnlyThrough) > 0 {
		statements = append(statements, denyElsewhere(m, e, t))
	}
	if kept := m.KeptFromRecovery(t); len(kept) > 0 {
		statements = append(statements, denyRecoveryChange(m, e, t, kept))
	}
	return statements
}

// denyRecoveryChange keeps the roles that deploy from turning point-in-time recovery off, or its window down, which loses what
// lies outside it. Both are the action that turns recovery on, and no condition key tells them apart (Service Authorization
// Reference, DynamoDB). So the action is theirs by their own policies, and refused here, by a policy that a new table gets
// after its recovery was turned on.
func denyRecoveryChange(m *model.Model, e *model.Environment, t *model.Table, roles []*model.Role) policy.Statement {
	var arns []string
	for _, r := range roles {
		arns = append(arns, e.RoleARNs(m, r)...)
	}
	return policy.Statement{
		Sid:       "DenyRecoveryChange",
		Effect:    policy.Deny,
		Principal: &policy.Principal{AWS: arns},
		Action:    []string{"dynamodb:UpdateContinuousBackups"},
		Resource:  []string{e.TableARN(t)},
	}
}

// denyInsecureTransport refuses plain HTTP, which DynamoDB's endpoints do offer. Whoever sets the policy speaks TLS, so
// DynamoDB's check that its owner can change it later passes. The action is the whole service: a refusal must not miss an
// operation that appears tomorrow, and DynamoDB accepts it (developer guide, "resource-based policy examples").
func denyInsecureTransport(e *model.Environment, t *model.Table) policy.Statement {
	return policy.Statement{
		Sid:       "DenyInsecureTransport",
		Effect:    policy.Deny,
		Principal: &policy.Principal{Any: true},
		Action:    []string{"dynamodb:*"},
		Resource:  tableAndIndexes(e, t),
		Condition: []policy.Condition{{Operator: "Bool", Key: "aws:SecureTransport", Values: []string{"false"}}},
	}
}

// denyElsewhere refuses item operations that do not come through one of the guarded endpoints.
//
// A negated operator is true when its key is missing, so a request that comes through no endpoint at all is refused. Let
// through are calls that an AWS service makes with the caller's credentials or as itself, service-linked roles
// (autoscaling, replication), and the backup roles of the spec (IAM user guide, "data perimeters"; DynamoDB developer
// guide, "resource-based policy considerations"). Only operations on items are refused, so deployments, backups and
// exports, which run elsewhere, keep working.
func denyElsewhere(m *model.Model, e *model.Environment, t *model.Table) policy.Statement {
	return policy.Statement{
		Sid:       "DenyItemsElsewhere",
		Effect:    policy.Deny,
		Principal: &policy.Principal{Any: true},
		Action:    itemActions(),
		Resource:  tableAndIndexes(e, t),
		Condition: append(notThrough(m, e),
			policy.Condition{Operator: "ArnNotLike", Key: "aws:PrincipalArn", Values: exemptPrincipals(m, e, t)},
			policy.Condition{Operator: "BoolIfExists", Key: "aws:PrincipalIsAWSService", Values: []string{"false"}},
			policy.Condition{Operator: "BoolIfExists", Key: "aws:ViaAWSService", Values: []string{"false"}},
		),
	}
}

// notThrough says "through none of the endpoints": by the id of the endpoint where it is written down, else by its VPC,
// because an endpoint has no id before it exists. Both conditions must hold for the refusal.
func notThrough(m *model.Model, e *model.Environment) []policy.Condition {
	var ids, vpcs []string
	for _, endpoint := range m.Guardrails.OnlyThrough {
		placement := e.PlacementOf(endpoint)
		if placement.EndpointID != "" {
			ids = append(ids, placement.EndpointID)
			continue
		}
		vpcs = append(vpcs, placement.VPC)
	}
	var out []policy.Condition
	if len(vpcs) > 0 {
		out = append(out, policy.Condition{Operator: "StringNotEquals", Key: "aws:SourceVpc", Values: vpcs})
	}
	if len(ids) > 0 {
		out = append(out, policy.Condition{Operator: "StringNotEquals", Key: "aws:SourceVpce", Values: ids})
	}
	return out
}

func exemptPrincipals(m *model.Model, e *model.Environment, t *model.Table) []string {
	arns := []string{"arn:" + e.Partition + ":iam::" + e.Account + ":role/aws-service-role/*"}
	for _, r := range m.Roles {
		if r.Kind == model.Backup && slices.Contains(r.Tables, t) {
			arns = append(arns, e.RoleARNs(m, r)...)
		}
	}
	return arns
}

// itemActions are the actions that read or write items and that a table's resource policy may name (DynamoDB developer
// guide, "API operations supported by resource-based policies"). Vector search is not among those, so it stays outside.
func itemActions() []string {
	var actions []string
	for _, o := range catalog.Operations() {
		switch o.Class {
		case catalog.ClassItemRead, catalog.ClassItemWrite, catalog.ClassQuery, catalog.ClassScan, catalog.ClassPartiQL:
			actions = append(actions, o.Action())
		}
	}
	return actions
}

// tableAndIndexes are the resources that a table's policy may name; the star stands for every index, also one that is
// added later.
func tableAndIndexes(e *model.Environment, t *model.Table) []string {
	return []string{e.TableARN(t), e.TableARN(t) + "/index/*"}
}
