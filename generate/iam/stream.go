package iam

import (
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is for roles that read streams. A stream shows every tenant's changes, and no condition key tells them apart.
// ListStreams takes no resource, so it stands alone on "*" (Service Authorization Reference, DynamoDB).

func streamActions() []string {
	return []string{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"}
}

func (h holder) streams() []policy.Statement {
	if h.role.Kind != model.StreamConsumer {
		return nil
	}
	out := h.onEach(policy.Statement{Sid: "ReadStreams", Effect: policy.Allow, Action: streamActions()}, h.streamARNs())
	return append(out, policy.Statement{
		Sid: "ListStreams", Effect: policy.Allow, Action: []string{"dynamodb:ListStreams"}, Resource: []string{"*"},
	})
}

// streamRefusals deny plain HTTP in the role's own policy: the policy of a table does not reach its streams (DynamoDB
// developer guide, "resource-based policy considerations").
func (h holder) streamRefusals() []policy.Statement {
	if h.role.Kind != model.StreamConsumer || !h.m.Guardrails.DenyInsecureTransport {
		return nil
	}
	plain := []policy.Condition{{Operator: "Bool", Key: "aws:SecureTransport", Values: []string{"false"}}}
	out := h.onEach(policy.Statement{
		Sid: "DenyInsecureTransport", Effect: policy.Deny, Action: streamActions(), Condition: plain,
	}, h.streamARNs())
	return append(out, policy.Statement{
		Sid: "DenyInsecureListing", Effect: policy.Deny, Action: []string{"dynamodb:ListStreams"}, Resource: []string{"*"},
		Condition: plain,
	})
}

func (h holder) streamARNs() []string { return h.tableARNs(h.e.StreamARN) }

// tableARNs is what arn makes of each table of the role.
func (h holder) tableARNs(arn func(*model.Table) string) []string {
	var arns []string
	for _, t := range h.role.Tables {
		arns = append(arns, arn(t))
	}
	return arns
}

// onEach is a statement on resources, or several where one would grow too large.
func (h holder) onEach(s policy.Statement, resources []string) []policy.Statement {
	var out []policy.Statement
	for _, part := range split(resources) {
		s.Resource = part
		out = append(out, s)
	}
	return out
}
