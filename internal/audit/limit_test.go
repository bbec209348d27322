package audit

import (
	"fmt"
	"slices"
	"testing"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// holdsAlone is a policy of which nobody knows whose it is.
func holdsAlone(t testing.TB, statements string) *inventory.Inventory {
	t.Helper()
	nodes, ds := tree.ParseJSON("policy.json", []byte(`{"Version": "2012-10-17", "Statement": [`+statements+`]}`))
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	d, bad := inventory.Parse(nodes[0], artifact.Identity, "policy")
	if bad != nil {
		t.Fatal(bad)
	}
	return &inventory.Inventory{Identities: []*inventory.Identity{{Kind: inventory.Somebody, Name: "policy", Policies: []*inventory.Document{d}}}}
}

const ownRows = `{"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:Query"], "Resource": "%[1]s",
	"Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": "${aws:PrincipalTag/tenant}"}, "Null": {"dynamodb:LeadingKeys": "false"}}}, `

// TestCallers: a statement for callers that the limited ones certainly are is as bad as one for all; of one for callers that they
// may be it is said that nobody knows; and one for others is nothing.
func TestCallers(t *testing.T) {
	const none = Severity(0)
	for _, test := range []struct {
		condition string
		want      Severity
	}{
		{`{}`, High},
		{`{"StringNotEquals": {"aws:PrincipalTag/role": "guest"}}`, High},
		{`{"StringLike": {"aws:PrincipalTag/role": "*"}}`, High},
		{`{"StringEqualsIfExists": {"aws:PrincipalTag/role": "admin"}}`, High},
		{`{"StringEquals": {"aws:PrincipalAccount": "111122223333"}}`, High},
		{`{"StringEquals": {"aws:PrincipalAccount": "999988887777"}}`, Low}, // whose the policy is, nothing says
		{`{"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}`, High},
		{`{"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}`, High},
		{`{"Bool": {"aws:MultiFactorAuthPresent": "true"}}`, Low},
		{`{"StringEquals": {"aws:PrincipalTag/role": "admin"}}`, Low},
		{`{"Null": {"aws:PrincipalTag/tenant": "false"}}`, High},
		{`{"Null": {"aws:PrincipalTag/tenant": "true"}}`, none},
		{`{"StringEquals": {"aws:PrincipalTag/tenant": "operations"}}`, none},
		{`{"StringEquals": {"aws:ResourceTag/env": "prod"}}`, High}, // of the table that both name
	} {
		const table = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
		inv := holdsAlone(t, fmt.Sprintf(ownRows+`{"Effect": "Allow", "Action": "dynamodb:Scan", "Resource": "%[1]s", "Condition": %[2]s}`, table, test.condition))
		got := none
		for _, f := range Run(inv) {
			if f.ID == scanBesideRows.ID {
				got = f.Severity
			}
		}
		if got != test.want {
			t.Errorf("%s: severity %d, want %d", test.condition, got, test.want)
		}
	}
}

// TestUnknownResources: what is not known never hides what follows from the rest.
func TestUnknownResources(t *testing.T) {
	for _, test := range []struct {
		own, scanned string
		want         []string
	}{
		{"{TableArn}", "{TableArn}", []string{scanBesideRows.ID}},
		{"{TableArn}", "{OtherArn}", nil},
		{"arn:aws:dynamodb:eu-west-1:111122223333:table/{Table}", "arn:aws:dynamodb:eu-west-1:111122223333:table/{Table}", []string{scanBesideRows.ID}},
		{"arn:{Partition}:dynamodb:{Region}:{Account}:table/orders", "arn:{Partition}:dynamodb:{Region}:{Account}:table/orders", []string{scanBesideRows.ID}},
		{"arn:aws:dynamodb:eu-west-1:111122223333:table/orders", "arn:aws:dynamodb:{Region}:111122223333:table/orders", []string{scanBesideRows.ID}},
		{"{Prefix}:table/orders", "{Prefix}:table/orders", []string{scanBesideRows.ID}},
	} {
		var got []string
		for _, f := range Run(holdsAlone(t, fmt.Sprintf(ownRows+`{"Effect": "Allow", "Action": "dynamodb:Scan", "Resource": "%[2]s"}`, test.own, test.scanned))) {
			got = append(got, f.ID)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s and %s: %v, want %v", test.own, test.scanned, got, test.want)
		}
	}
	for _, statement := range []string{
		`{"Effect": "Allow", "Action": ["{Actions}"], "Resource": "{TableArn}"}`,
		`{"Effect": "Allow", "Action": ["dynamodb:{Action}"], "Resource": "{TableArn}"}`,
		`{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "{TableArn}", "Condition": {"ForAllValues:StringEquals": {"{Key}": "a"}}}`,
	} {
		if ids := idsFound(Run(holdsAlone(t, statement))); !slices.Equal(ids, []string{undecidedStatement.ID}) {
			t.Errorf("%s: %v", statement, ids)
		}
	}
	for _, statement := range []string{
		`{"Effect": "Allow", "Action": ["dynamodb:GetRecords", "dynamodb:DescribeStream"], "Resource": "{StreamArn}"}`,
		`{"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:Query"], "Resource": ["{TableArn}", "{TableArn}/index/by-day"]}`,
	} {
		if ids := idsFound(Run(holdsAlone(t, statement))); len(ids) > 0 {
			t.Errorf("%s: %v", statement, ids)
		}
	}
}
