package decide

import (
	"fmt"
	"strings"
	"testing"
)

// benchLine is a request under the policy of a tenant's role, of the size that
// is usual. The id of the document makes it the same as another's or not.
func benchLine(document string) []byte {
	statement := func(sid, resource, actions string) string {
		return `{"Sid":"` + sid + `","Effect":"Allow","Action":[` + actions + `],"Resource":"arn:aws:dynamodb:eu-west-1:111122223333:table/` + resource + `",` +
			`"Condition":{"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["TENANT#${aws:PrincipalTag/tenant_id}","TENANT#${aws:PrincipalTag/tenant_id}#INVOICE#*"]},"Null":{"dynamodb:LeadingKeys":"false"}}}`
	}
	statements := strings.Join([]string{
		statement("Read", "Ledger", `"dynamodb:BatchGetItem","dynamodb:GetItem","dynamodb:Query"`),
		statement("Write", "Ledger", `"dynamodb:BatchWriteItem","dynamodb:DeleteItem","dynamodb:PutItem","dynamodb:UpdateItem"`),
		statement("ReadByStatus", "Ledger/index/by_status", `"dynamodb:Query"`),
	}, ",")
	return []byte(`{"id":"1","request":{"principal":"arn:aws:sts::111122223333:assumed-role/api/one","action":"dynamodb:Query",` +
		`"resource":"arn:aws:dynamodb:eu-west-1:111122223333:table/Ledger","context":{"aws:PrincipalTag/tenant_id":"acme0001",` +
		`"dynamodb:LeadingKeys":["TENANT#acme0001#INVOICE#2026-11"]}},"policies":{"identity":[{"Version":"2012-10-17","Id":"` + document + `","Statement":[` + statements + `]}]}}`)
}

func benchmark(b *testing.B, lines [][]byte) {
	d := NewDecider()
	b.ReportAllocs()
	b.SetBytes(int64(len(lines[0])))
	i := 0
	for b.Loop() {
		if answer, good := d.Line(lines[i]); !good {
			b.Fatal(string(answer))
		}
		i = (i + 1) % len(lines)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}

// BenchmarkLineSamePolicy asks about one policy again and again.
func BenchmarkLineSamePolicy(b *testing.B) {
	benchmark(b, [][]byte{benchLine("same")})
}

// BenchmarkLineOtherPolicy asks about so many that none is found in the cache.
func BenchmarkLineOtherPolicy(b *testing.B) {
	var lines [][]byte
	for i := range 3 * generationSize / len(benchLine("00000")) {
		lines = append(lines, benchLine(fmt.Sprintf("%05d", i)))
	}
	benchmark(b, lines)
}
