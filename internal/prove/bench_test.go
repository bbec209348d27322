package prove_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/prove"
	"github.com/ddbgen/ddbgen/spec"
)

// BenchmarkRun is the proof of a whole build: of the payments example, and of as many tables as roles.
func BenchmarkRun(b *testing.B) {
	payments, err := os.ReadFile("../../examples/payments/spec.yaml")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("payments", func(b *testing.B) { run(b, payments) })
	for _, n := range []int{50, 500} {
		b.Run(fmt.Sprintf("tables=%d", n), func(b *testing.B) { run(b, pooled(n)) })
	}
}

func run(b *testing.B, src []byte) {
	m, ds := spec.Load("spec.yaml", src)
	if ds.HasErrors() {
		b.Fatal(ds)
	}
	tree, ds := generate.All(m)
	if ds.HasErrors() {
		b.Fatal(ds)
	}
	b.ReportAllocs()
	for b.Loop() {
		result := prove.Run(m, tree.Files)
		if len(result.Findings) > 0 {
			b.Fatal(result.Findings)
		}
		b.ReportMetric(float64(result.Statements), "statements")
	}
}

// pooled is a spec of n tables that all tenants share, and n roles that each reach two of them.
func pooled(n int) []byte {
	var b strings.Builder
	b.WriteString("version: 1\nname: pooled\nenvironments:\n  production: {account: \"444455556666\", region: eu-central-1}\n")
	b.WriteString("tenancy:\n  id_pattern: \"[a-z0-9]{8,32}\"\n  identity: {session_tag: tenant_id}\ntables:\n")
	for i := range n {
		fmt.Fprintf(&b, "  table%d:\n    partition_key: PK\n    tenant_keys: [\"TENANT#{tenant}\", \"TENANT#{tenant}#ITEM#*\"]\n", i)
		b.WriteString("    global_indexes:\n      by_status: {partition_key: GSI1PK, tenant_keys: [\"TENANT#{tenant}#STATUS#*\"]}\n")
	}
	b.WriteString("roles:\n")
	for i := range n {
		fmt.Fprintf(&b, "  role%d:\n    kind: runtime\n    assumed_by: {roles: [\"arn:aws:iam::444455556666:role/broker\"]}\n    access:\n", i)
		fmt.Fprintf(&b, "      - {table: table%d, operations: [read, write], indexes: [by_status]}\n", i)
		fmt.Fprintf(&b, "      - {table: table%d, operations: [read]}\n", (i+1)%n)
	}
	return []byte(b.String())
}
