package prove

import (
	"fmt"
	"strings"
	"testing"
)

// large is a spec of n tables and n roles.
func wiringLarge(n int) []byte {
	var b strings.Builder
	b.WriteString("version: 1\nname: large\nenvironments:\n  production: {account: \"444455556666\", region: eu-central-1}\n")
	b.WriteString("tenancy: {id_pattern: \"[a-z0-9]{8,32}\", identity: {session_tag: tenant_id}}\ntables:\n")
	for i := range n {
		fmt.Fprintf(&b, "  table%d: {partition_key: PK, sort_key: SK, tenant_keys: [\"TENANT#{tenant}\"]}\n", i)
	}
	b.WriteString("roles:\n")
	for i := range n {
		fmt.Fprintf(&b, "  r%d: {kind: runtime, assumed_by: {roles: [\"arn:aws:iam::444455556666:role/broker\"]}, access: [{table: table%d, operations: [read]}]}\n", i, i)
	}
	return []byte(b.String())
}

func BenchmarkWiring(b *testing.B) {
	b.Run("payments", func(b *testing.B) {
		m, files := wiringExample(b, "payments")
		for b.Loop() {
			wiringOf(m, files)
		}
	})
	b.Run("tables=500,roles=500", func(b *testing.B) {
		m, files := wiringBuild(b, "large", wiringLarge(500))
		for b.Loop() {
			if found := wiringOf(m, files); len(found) > 0 {
				b.Fatal(found[0].Detail)
			}
		}
	})
}
