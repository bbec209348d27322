package infer

import (
	"fmt"
	"testing"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/describe"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// BenchmarkInfer imports an account of a thousand roles and a hundred tables.
func BenchmarkInfer(b *testing.B) {
	inv := &inventory.Inventory{}
	for n := range 100 {
		inv.Tables = append(inv.Tables, &inventory.Table{Described: true, Table: describe.Table{
			Name: fmt.Sprint("Table", n), Account: "210987654321", Region: "eu-west-1", PartitionKey: describe.Attribute{Name: "id", Type: "S"},
		}})
	}
	for n := range 1000 {
		table := fmt.Sprint("arn:aws:dynamodb:eu-west-1:210987654321:table/Table", n%100)
		d := policy.Document{Version: policy.Version, Statement: []policy.Statement{{
			Sid: "Items", Effect: policy.Allow, Action: []string{"dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"}, Resource: []string{table, table + "/index/*"},
		}, {
			Sid: "Logs", Effect: policy.Allow, Action: []string{"logs:PutLogEvents"}, Resource: []string{"*"},
		}}}
		inv.Identities = append(inv.Identities, &inventory.Identity{
			Kind: inventory.Role, Name: fmt.Sprint("role-", n), ARN: fmt.Sprint("arn:aws:iam::210987654321:role/role-", n),
			Policies: []*inventory.Document{{Document: d, Kind: artifact.Identity, Name: "inline"}},
		})
	}
	for b.Loop() {
		if r := Infer(inv, "spec.yaml", Options{Name: "many"}); r.Roles != 1000 {
			b.Fatal(r.Findings, r.Roles)
		}
	}
}
