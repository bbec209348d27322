package evaluate

import (
	"testing"

	"github.com/ddbgen/ddbgen/internal/policy"
)

// fineGrained is a tenant role's policy of the size that is usual.
func fineGrained() []policy.Document {
	const table = "arn:aws:dynamodb:ap-northeast-1:444455556666:table/Ledger"
	own := func(sid, resource string, actions ...string) policy.Statement {
		return policy.Statement{
			Sid: sid, Effect: policy.Allow, Action: actions, Resource: []string{resource},
			Condition: []policy.Condition{
				{Operator: "ForAllValues:StringLike", Key: "dynamodb:LeadingKeys", Values: []string{"TENANT#${aws:PrincipalTag/tenant_id}", "TENANT#${aws:PrincipalTag/tenant_id}#INVOICE#*"}},
				{Operator: "Null", Key: "dynamodb:LeadingKeys", Values: []string{"false"}},
			},
		}
	}
	return []policy.Document{{Version: policy.Version, Statement: []policy.Statement{
		own("LedgerOwnTenantRead", table, "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"),
		own("LedgerOwnTenantWrite", table, "dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
		own("LedgerByStatusOwnTenantRead", table+"/index/by_status", "dynamodb:Query"),
	}}}
}

func fineGrainedRequest() Request {
	return Request{
		Principal: MustPrincipal("arn:aws:sts::444455556666:assumed-role/api_tenant/one"),
		Action:    "dynamodb:Query",
		Resource:  "arn:aws:dynamodb:ap-northeast-1:444455556666:table/Ledger",
		Context: Context{
			{"aws:PrincipalTag/tenant_id", []string{"acme0001"}},
			{"aws:SecureTransport", []string{"true"}},
			{"dynamodb:LeadingKeys", []string{"TENANT#acme0001#INVOICE#2026-11"}},
			{"dynamodb:Select", []string{"ALL_ATTRIBUTES"}},
		},
	}
}

// TestDecideIntoAllocatesNothing holds the promise of its comment.
func TestDecideIntoAllocatesNothing(t *testing.T) {
	request, policies := fineGrainedRequest(), Policies{Identity: fineGrained()}
	var decision Decision
	allocations := testing.AllocsPerRun(100, func() { DecideInto(&decision, &request, &policies) })
	if decision.Outcome != Allow || allocations != 0 {
		t.Errorf("%s with %v allocations", decision.Outcome, allocations)
	}
}

// TestDecideIntoForgets: nothing of a decision stays in the next one that uses
// its memory.
func TestDecideIntoForgets(t *testing.T) {
	request, policies := fineGrainedRequest(), Policies{Identity: fineGrained()}
	decision := Decision{Missed: []Miss{{Failed: "old"}}}
	DecideInto(&decision, &request, &policies)
	request.Action = "dynamodb:Scan"
	DecideInto(&decision, &request, &policies)
	if decision.Outcome != ImplicitDeny || len(decision.DecidedBy) != 0 || len(decision.Missed) != 0 {
		t.Errorf("got %+v", decision)
	}
}

// TestUnknownOperator: policy.Parse lets none through, so one is a mistake in
// the program, and no request may be decided by it.
func TestUnknownOperator(t *testing.T) {
	documents := fineGrained()
	documents[0].Statement[0].Condition[0].Operator = "StringSimilar"
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	Decide(fineGrainedRequest(), Policies{Identity: documents})
}

func BenchmarkDecideAllow(b *testing.B) {
	request, policies := fineGrainedRequest(), Policies{Identity: fineGrained()}
	var decision Decision
	b.ReportAllocs()
	for b.Loop() {
		DecideInto(&decision, &request, &policies)
	}
}

func BenchmarkDecideDeny(b *testing.B) {
	request, policies := fineGrainedRequest(), Policies{Identity: fineGrained()}
	request.Context[2].Values = []string{"TENANT#globex01"}
	var decision Decision
	b.ReportAllocs()
	for b.Loop() {
		DecideInto(&decision, &request, &policies)
	}
}
