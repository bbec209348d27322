package checks_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/checks"
)

// TestQuotas provokes the checks of quotas, whose examples would be longer than a page.
func TestQuotas(t *testing.T) {
	const vpc = "environments: {production: {account: \"444455556666\", region: eu-central-1, endpoints: {app: {vpc_id: vpc-0a1b2c3d, route_table_ids: [rtb-0a1b2c3d]}}}}\n"
	reader := func(entries string) string {
		return "  api: {kind: runtime, assumed_by: {service: lambda}, access: [" + entries + "]}\n"
	}
	readers := func(n int) string {
		return "roles:\n" + times(n, func(i int) string {
			return fmt.Sprintf("  r%d: {kind: runtime, name: %s, assumed_by: {service: ecs_tasks}, access: [{table: orders, operations: [GetItem]}]}\n", i, long(60, i))
		})
	}
	tables := func(n int) string {
		return "tables:\n" + times(n, func(i int) string { return fmt.Sprintf("  t%d: {name: %s, partition_key: id}\n", i, long(240, i)) })
	}
	for id, source := range map[string]string{
		"statement-quota": "roles:\n" + reader("{table: orders, operations: [GetItem], attributes: ["+times(30, func(i int) string { return long(240, i) + ", " })+"]}"),
		"attachment-quota": tables(80) + "roles:\n" + reader(times(80, func(i int) string {
			return fmt.Sprintf("{table: t%d, operations: [GetItem], attributes: [%s]}, ", i, times(5, func(a int) string { return long(240, 5*i+a) + ", " }))
		})),
		"boundary-quota": tables(40) + "roles:\n" + reader(times(40, func(i int) string { return fmt.Sprintf("{table: t%d, operations: [GetItem]}, ", i) })) +
			"guardrails: {permissions_boundary: generate}\n",
		"trust-quota": "roles:\n  api: {kind: runtime, assumed_by: {roles: [" + times(30, func(i int) string {
			return "\"arn:aws:iam::444455556666:role/" + long(60, i) + "\", "
		}) + "]}}\n",
		"key-policy-quota": "keys: {data: {administrators: [\"arn:{partition}:iam::{account}:role/KeyAdmin\"]}}\n" +
			"tables: {orders: {partition_key: id, encryption: {key: data, because: [audit]}}, prices: {partition_key: id}}\n" + readers(330),
		"table-policy-quota": vpc + "endpoints: {app: {type: gateway, roles: [b0]}}\nguardrails: {network: {only_through: [app]}}\nroles:\n" +
			times(220, func(i int) string {
				return fmt.Sprintf("  b%d: {kind: backup, name: %s, assumed_by: {service: backup}, tables: [orders]}\n", i, long(60, i))
			}),
		"endpoint-policy-quota": vpc + "endpoints: {app: {type: gateway, roles: [" + times(220, func(i int) string { return fmt.Sprintf("r%d, ", i) }) + "]}}\n" + readers(220),
	} {
		t.Run(id, func(t *testing.T) {
			e := checks.Example{Language: "yaml", Verdict: checks.Wrong, Source: source}
			found, _ := compile(e.Spec())
			requireOnly(t, id, e, found)
		})
	}
}

func times(n int, text func(i int) string) string {
	var out strings.Builder
	for i := range n {
		out.WriteString(text(i))
	}
	return out.String()
}

// long is a name of a length, with a number in it.
func long(length, i int) string {
	return fmt.Sprintf("%s%03d", strings.Repeat("n", length-3), i)
}
