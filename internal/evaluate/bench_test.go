package evaluate

import (
	"testing"

	"github.com/cedar-policy/cedar-go"
)

// A measure for the speed of a decision: the same tenant role as in fineGrained,
// decided by Cedar, an authorization language made to be evaluated fast.
//
// The policies are equivalent as far as Cedar's language goes, and where it does
// not go that far, Cedar's work is the smaller one. Its patterns have no
// variables, so the tenant is a literal in them and a comparison with the
// principal's tag stands beside; and they apply to one string and not to each of
// a set, so the request has one key, as Query and GetItem always have.

const cedarPolicies = `
@id("LedgerOwnTenantRead")
permit (
    principal in Role::"api_tenant",
    action in [Action::"dynamodb:BatchGetItem", Action::"dynamodb:GetItem", Action::"dynamodb:Query"],
    resource == Table::"Ledger"
) when {
    context has leading_key && principal.tenant_id == "acme0001" &&
    (context.leading_key like "TENANT#acme0001" || context.leading_key like "TENANT#acme0001#INVOICE#*")
};

@id("LedgerOwnTenantWrite")
permit (
    principal in Role::"api_tenant",
    action in [Action::"dynamodb:BatchWriteItem", Action::"dynamodb:DeleteItem", Action::"dynamodb:PutItem", Action::"dynamodb:UpdateItem"],
    resource == Table::"Ledger"
) when {
    context has leading_key && principal.tenant_id == "acme0001" &&
    (context.leading_key like "TENANT#acme0001" || context.leading_key like "TENANT#acme0001#INVOICE#*")
};

@id("LedgerByStatusOwnTenantRead")
permit (
    principal in Role::"api_tenant",
    action == Action::"dynamodb:Query",
    resource == Index::"Ledger/by_status"
) when {
    context has leading_key && principal.tenant_id == "acme0001" &&
    (context.leading_key like "TENANT#acme0001" || context.leading_key like "TENANT#acme0001#INVOICE#*")
};`

// cedarCase is fineGrained and fineGrainedRequest as Cedar has them, with the
// partition key of the request.
func cedarCase(t testing.TB, leadingKey string) (*cedar.PolicySet, cedar.EntityMap, cedar.Request) {
	t.Helper()
	policies, err := cedar.NewPolicySetFromBytes("ledger.cedar", []byte(cedarPolicies))
	if err != nil {
		t.Fatal(err)
	}
	session := cedar.NewEntityUID("Session", "api_tenant/one")
	role := cedar.NewEntityUID("Role", "api_tenant")
	entities := cedar.EntityMap{
		role: {UID: role},
		session: {
			UID: session, Parents: cedar.NewEntityUIDSet(role),
			Attributes: cedar.NewRecord(cedar.RecordMap{"tenant_id": cedar.String("acme0001")}),
		},
	}
	return policies, entities, cedar.Request{
		Principal: session,
		Action:    cedar.NewEntityUID("Action", "dynamodb:Query"),
		Resource:  cedar.NewEntityUID("Table", "Ledger"),
		Context: cedar.NewRecord(cedar.RecordMap{
			"secure_transport": cedar.True,
			"leading_key":      cedar.String(leadingKey),
			"select":           cedar.String("ALL_ATTRIBUTES"),
		}),
	}
}

const ownKey, foreignKey = "TENANT#acme0001#INVOICE#2026-11", "TENANT#globex01#INVOICE#2026-11"

func requestFor(leadingKey string) Request {
	request := fineGrainedRequest()
	for i := range request.Context {
		if request.Context[i].Name == "dynamodb:LeadingKeys" {
			request.Context[i].Values = []string{leadingKey}
		}
	}
	return request
}

// TestCedarAgrees: what is compared must come to the same answers.
func TestCedarAgrees(t *testing.T) {
	for _, leadingKey := range []string{ownKey, foreignKey, "TENANT#acme0001", "TENANT#acme00011", "TENANT#acme0001#OTHER#1"} {
		own := Decide(requestFor(leadingKey), Policies{Identity: fineGrained()})
		policies, entities, request := cedarCase(t, leadingKey)
		cedars, diagnostic := cedar.Authorize(policies, entities, request)
		if (own.Outcome == Allow) != (cedars == cedar.Allow) || len(diagnostic.Errors) > 0 {
			t.Errorf("%s: %s here, %v by Cedar, %v", leadingKey, own.Outcome, cedars, diagnostic.Errors)
		}
	}
}

// BenchmarkFineGrained decides the same requests here and by Cedar. Both report
// the statements that allowed.
func BenchmarkFineGrained(b *testing.B) {
	for _, of := range []struct{ name, leadingKey string }{{"allow", ownKey}, {"deny", foreignKey}} {
		b.Run(of.name+"/evaluate", func(b *testing.B) {
			request, policies := requestFor(of.leadingKey), Policies{Identity: fineGrained()}
			var decision Decision
			b.ReportAllocs()
			for b.Loop() {
				DecideInto(&decision, &request, &policies)
			}
		})
		b.Run(of.name+"/cedar", func(b *testing.B) {
			policies, entities, request := cedarCase(b, of.leadingKey)
			b.ReportAllocs()
			for b.Loop() {
				cedar.Authorize(policies, entities, request)
			}
		})
	}
}
