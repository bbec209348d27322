package diff

import (
	"fmt"
	"testing"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/inventory"
)

// BenchmarkRoles compares 500 roles with 500 of which one in ten is edited, and one in fifty has another name.
func BenchmarkRoles(b *testing.B) {
	system := func(edited bool) *inventory.Inventory {
		inv := &inventory.Inventory{}
		for i := range 500 {
			name, actions := fmt.Sprintf("role-%d", i), `"dynamodb:GetItem","dynamodb:Query"`
			if edited && i%10 == 0 {
				actions += `,"dynamodb:PutItem"`
			}
			if edited && i%50 == 1 {
				name += "-renamed"
			}
			table := fmt.Sprintf("arn:aws:dynamodb:eu-central-1:%s:table/Table%d", account, i)
			inv.Identities = append(inv.Identities, role(name, doc(b, artifact.Identity, "p",
				`{"Effect":"Allow","Action":[`+actions+`],"Resource":["`+table+`","`+table+`/index/*"],"Condition":`+ownRows+`}`,
				says("Allow", "Config", "dynamodb:GetItem", table, `{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["CONFIG"]},"Null":{"dynamodb:LeadingKeys":"false"}}`),
				says("Deny", "NoHTTP", "*", "*", `{"Bool":{"aws:SecureTransport":"false"}}`))))
		}
		return inv
	}
	before, after := system(false), system(true)
	for b.Loop() {
		if r := Inventories(before, after); len(r.Gains()) != 50 || len(r.Losses()) != 0 || len(r.Renames) != 10 {
			b.Fatalf("%d gains, %d losses, %d renames, %d undecided", len(r.Gains()), len(r.Losses()), len(r.Renames), len(r.Undecided))
		}
	}
}
