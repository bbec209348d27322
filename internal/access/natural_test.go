package access

import (
	"slices"
	"testing"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// TestNaturalExamples is the examples that a person is shown of statements as they are written.
func TestNaturalExamples(t *testing.T) {
	is := func(operator, key string, values ...string) policy.Condition {
		return policy.Condition{Operator: operator, Key: key, Values: values}
	}
	tests := []struct {
		action, resource string
		condition        []policy.Condition
		want             string
	}{
		{"dynamodb:Query", "arn:aws:dynamodb:*:*:table/*", nil, "dynamodb:Query on arn:aws:dynamodb:us-east-1:000000000000:table/any"},
		{"dynamodb:Query", "arn:aws:dynamodb:*:*:table/Orders*", nil, "dynamodb:Query on arn:aws:dynamodb:us-east-1:000000000000:table/Orders"},
		{"dynamodb:Query", "arn:aws:dynamodb:eu-west-1:*:table/Orders/index/*", nil, "dynamodb:Query on arn:aws:dynamodb:eu-west-1:000000000000:table/Orders/index/a"},
		{"dynamodb:Query", "arn:aws:dynamodb:*:111122223333:table/Orders", nil, "dynamodb:Query on arn:aws:dynamodb:us-east-1:111122223333:table/Orders"},
		{"dynamodb:Query", "arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/t}-*", nil, "dynamodb:Query on arn:aws:dynamodb:us-east-1:000000000000:table/somebody- with aws:PrincipalTag/t = somebody"},
		{"kms:Decrypt", "*", nil, "kms:Decrypt on arn:aws:kms:us-east-1:000000000000:key/any"},
		{"iam:PassRole", "arn:aws:iam::*:role/app-*", nil, "iam:PassRole on arn:aws:iam::000000000000:role/app-"},
		{"dynamodb:Query", "*", []policy.Condition{is("ForAllValues:StringLike", "dynamodb:LeadingKeys", "T#${aws:PrincipalTag/t}#*"), is("Null", "dynamodb:LeadingKeys", "false")},
			"dynamodb:Query on arn:aws:dynamodb:us-east-1:000000000000:table/any with aws:PrincipalTag/t = somebody, dynamodb:LeadingKeys = T#somebody#1"},
		{"dynamodb:Query", "*", []policy.Condition{is("ForAnyValue:StringNotLike", "dynamodb:LeadingKeys", "T#*")},
			"dynamodb:Query on arn:aws:dynamodb:us-east-1:000000000000:table/any with dynamodb:LeadingKeys = any"},
		{"dynamodb:Query", "*", []policy.Condition{is("Bool", "aws:SecureTransport", "FALSE"), is("NotIpAddress", "aws:SourceIp", "10.0.0.0/8"), is("Null", "aws:SourceIp", "false")},
			"dynamodb:Query on arn:aws:dynamodb:us-east-1:000000000000:table/any with aws:SecureTransport = false, aws:SourceIp = 203.0.113.10"},
		{"dynamodb:Query", "*", []policy.Condition{is("StringNotEquals", "dynamodb:Select", "ALL_ATTRIBUTES"), is("Null", "dynamodb:Select", "false"), is("StringNotEquals", "aws:PrincipalAccount", "111111111111")},
			"dynamodb:Query on arn:aws:dynamodb:us-east-1:000000000000:table/any with aws:PrincipalAccount = 000000000000, dynamodb:Select = SPECIFIC_ATTRIBUTES"},
		{"dynamodb:Query", "*", []policy.Condition{is("NumericGreaterThan", "aws:MultiFactorAuthAge", "3600"), is("DateLessThan", "aws:CurrentTime", "2026-07-01T00:00:00Z")},
			"dynamodb:Query on arn:aws:dynamodb:us-east-1:000000000000:table/any with aws:CurrentTime = 2026-06-30T00:00:00Z, aws:MultiFactorAuthAge = 3601"},
	}
	for _, tt := range tests {
		d := policy.Document{Version: policy.Version, Statement: []policy.Statement{
			{Effect: policy.Allow, Action: []string{tt.action}, Resource: []string{tt.resource}, Condition: tt.condition},
		}}
		for _, s := range []*Symbols{NewSymbols(d), NewWorlds(d)} {
			m, err := s.Read(artifact.Identity, "example", d)
			if err != nil {
				t.Fatalf("%v: %v", tt.condition, err)
			}
			r := s.Example(m.Allows[0], "", unknown)
			if got := r.String(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if err := Confirm(r, artifact.Identity, []policy.Document{d}, AllowsMore); err != nil {
				t.Errorf("%s: %v", r, err)
			}
		}
	}
}

// TestExampleSpellsKeys holds that an example writes the names of keys as the documents do, and as AWS does where they do not.
func TestExampleSpellsKeys(t *testing.T) {
	d := policy.Document{Version: policy.Version, Statement: []policy.Statement{{
		Effect: policy.Allow, Action: []string{"dynamodb:Query"}, Resource: []string{"*"},
		Condition: []policy.Condition{
			{Operator: "ForAllValues:StringEquals", Key: "DynamoDB:LeadingKeys", Values: []string{"${aws:PrincipalTag/Tenant}"}},
			{Operator: "Null", Key: "dynamodb:Leadingkeys", Values: []string{"false"}},
		},
	}}}
	s := NewSymbols(d)
	m, err := s.Read(artifact.Identity, "p", d)
	if err != nil {
		t.Fatal(err)
	}
	r := s.Example(m.Allows[0].Given(s.Is("dynamodb:select", "COUNT")), "", unknown)
	var names []string
	for _, k := range r.Context {
		names = append(names, k.Name)
	}
	for _, want := range []string{"DynamoDB:LeadingKeys", "aws:PrincipalTag/Tenant", "dynamodb:Select"} {
		if !slices.Contains(names, want) {
			t.Errorf("no %s among %v", want, names)
		}
	}
}
