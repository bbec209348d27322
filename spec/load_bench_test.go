package spec

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkLoad shows that the time grows with the size of the spec and no faster.
func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		src := large(n)
		mustLoad(b, src)
		b.Run(fmt.Sprintf("tables=%d", n), func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				Load("spec.yaml", src)
			}
		})
	}
}

// large is a spec of n tables, each with an index, and as many roles.
func large(n int) []byte {
	var s strings.Builder
	s.WriteString("version: 1\nname: shop\nenvironments: {prod: {account: \"444455556666\", region: eu-central-1}}\n")
	s.WriteString("tenancy: {id_pattern: \"[a-z0-9]{8,32}\", identity: {session_tag: tenant_id}}\ntables:\n")
	for i := range n {
		fmt.Fprintf(&s, "  t%04d:\n    partition_key: PK\n    sort_key: SK\n    tenant_keys: [\"T#{tenant}\", \"T#{tenant}#A#*\"]\n", i)
		s.WriteString("    global_indexes: {by_day: {partition_key: day, tenant_keys: [\"T#{tenant}#*\"]}}\n")
	}
	s.WriteString("roles:\n  api: {kind: runtime, assumed_by: {service: lambda}}\n")
	for i := range n {
		fmt.Fprintf(&s, "  r%04d:\n    kind: runtime\n    assumed_by: {role: api}\n    access:\n", i)
		fmt.Fprintf(&s, "      - {table: t%04d, operations: [read, write], indexes: [by_day]}\n", i)
		fmt.Fprintf(&s, "      - {table: t%04d, operations: [GetItem], partition_keys: [CONFIG]}\n", (i+1)%n)
	}
	return []byte(s.String())
}
