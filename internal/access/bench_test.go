package access

import (
	"fmt"
	"testing"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// role is the policy of a role as they are: rows by tenant, tables by name, and denies.
func role(tables int) policy.Document {
	const tenant = "${aws:PrincipalTag/tenant}"
	d := policy.Document{Version: policy.Version}
	for i := range tables {
		table := fmt.Sprintf("arn:aws:dynamodb:us-east-1:000000000000:table/orders-%d", i)
		d.Statement = append(d.Statement, policy.Statement{
			Effect: policy.Allow, Action: []string{"dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"}, Resource: []string{table, table + "/index/*"},
			Condition: []policy.Condition{
				{Operator: "ForAllValues:StringLike", Key: "dynamodb:LeadingKeys", Values: []string{"TENANT#" + tenant + "#*", "SHARED#*"}},
				{Operator: "Null", Key: "dynamodb:LeadingKeys", Values: []string{"false"}},
			},
		})
	}
	d.Statement = append(d.Statement, policy.Statement{
		Effect: policy.Deny, Action: []string{"dynamodb:*"}, Resource: []string{"*"},
		Condition: []policy.Condition{{Operator: "BoolIfExists", Key: "aws:SecureTransport", Values: []string{"false"}}},
	}, policy.Statement{
		Effect: policy.Deny, Action: []string{"dynamodb:*"}, Resource: []string{"*"},
		Condition: []policy.Condition{{Operator: "NotIpAddressIfExists", Key: "aws:SourceIp", Values: []string{"10.0.0.0/8", "192.168.0.0/16"}}},
	})
	return d
}

func BenchmarkRead(b *testing.B) {
	d := role(5)
	for _, of := range []struct {
		name    string
		symbols func(...policy.Document) *Symbols
	}{{"letters", NewSymbols}, {"worlds", NewWorlds}} {
		b.Run(of.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := of.symbols(d).Read(artifact.Identity, "role", d); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkGain(b *testing.B) {
	old := role(5)
	wider := role(5)
	wider.Statement[2].Condition = wider.Statement[2].Condition[1:]
	turned := role(5)
	turned.Statement[0], turned.Statement[4] = turned.Statement[4], turned.Statement[0]
	for _, of := range []struct {
		name string
		new  policy.Document
		gain bool
	}{{"none", turned, false}, {"some", wider, true}} {
		b.Run(of.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s := NewWorlds(old, of.new)
				was, err := s.Read(artifact.Identity, "role", old)
				is, other := s.Read(artifact.Identity, "role", of.new)
				gain, sure := s.Gain(was, is)
				if err != nil || other != nil || len(gain) > 0 != of.gain || !sure {
					b.Fatalf("%v, %v: %d boxes are gained, sure %t", err, other, len(gain), sure)
				}
			}
		})
	}
}
