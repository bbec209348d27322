package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/audit"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/inventory/tfjson"
)

// state is a state of Terraform, as terraform show -json prints it, of so many roles: each with a trust policy and a policy of
// three statements, of which one in ten lets a Scan beside a limit to rows.
func state(roles int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"format_version":"1.0","terraform_version":"1.13.0","values":{"root_module":{"resources":[`)
	for n := range roles {
		if n > 0 {
			b.WriteByte(',')
		}
		table := fmt.Sprintf("arn:aws:dynamodb:eu-west-1:111122223333:table/orders-%d", n%50)
		scan := ""
		if n%10 == 0 {
			scan = `,{"Sid":"Report","Effect":"Allow","Action":"dynamodb:Scan","Resource":"` + table + `"}`
		}
		policy := `{"Version":"2012-10-17","Statement":[` +
			`{"Sid":"Rows","Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:PutItem","dynamodb:Query"],"Resource":["` + table + `"],` +
			`"Condition":{"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["TENANT#${aws:PrincipalTag/tenant}#*"]},"Null":{"dynamodb:LeadingKeys":"false"},"StringLike":{"aws:PrincipalTag/tenant":"?*"}}},` +
			`{"Sid":"Logs","Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/api-` + fmt.Sprint(n) + `:*"},` +
			`{"Sid":"Plain","Effect":"Deny","Action":"dynamodb:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}` + scan + `]}`
		trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
		fmt.Fprintf(&b, `{"address":"aws_iam_role.r%[1]d","mode":"managed","type":"aws_iam_role","name":"r%[1]d","values":{"arn":"arn:aws:iam::111122223333:role/api-%[1]d","name":"api-%[1]d","assume_role_policy":%[2]q}},`, n, trust)
		fmt.Fprintf(&b, `{"address":"aws_iam_role_policy.p%[1]d","mode":"managed","type":"aws_iam_role_policy","name":"p%[1]d","values":{"name":"data","role":"api-%[1]d","policy":%[2]q}}`, n, policy)
	}
	b.WriteString(`]}}}`)
	return b.Bytes()
}

// printed audits a state and prints what is found.
func printed(tb testing.TB, src []byte, w io.Writer) int {
	inv, ok := tfjson.Read("state.json", src)
	if !ok || inv.Findings.HasErrors() {
		tb.Fatalf("the state is not read: %v", inv)
	}
	items := Items(inv, audit.Run(inv))
	if err := diag.Text(w, inv.Files, Diagnostics(items, nil, ForPeople), false); err != nil {
		tb.Fatal(err)
	}
	return len(items)
}

// TestState holds that the benchmark audits what it says.
func TestState(t *testing.T) {
	var text strings.Builder
	printed(t, state(20), &text)
	if n := strings.Count(text.String(), "[scan-beside-rows]"); n != 2 {
		t.Errorf("of two roles in twenty, %d may scan:\n%s", n, text.String())
	}
}

// BenchmarkAudit audits a state of 1,000 roles, from its bytes to what is printed.
func BenchmarkAudit(b *testing.B) {
	src := state(1000)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if printed(b, src, io.Discard) < 100 {
			b.Fatal("the holes were not found")
		}
	}
}
