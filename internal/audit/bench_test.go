package audit

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// account is an inventory as a large account has it: roles with policies of their own, and managed ones that many share.
func account(t testing.TB, roles int) *inventory.Inventory {
	t.Helper()
	read := func(kind artifact.Kind, name, text string) *inventory.Document {
		nodes, ds := tree.ParseJSON(name+".json", []byte(text))
		if ds.HasErrors() || len(nodes) != 1 {
			t.Fatal(ds)
		}
		d, bad := inventory.Parse(nodes[0], kind, name)
		if bad != nil {
			t.Fatal(bad)
		}
		return d
	}
	trust := read(artifact.Trust, "trust", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`)
	logs := read(artifact.Identity, "logs", `{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"},
		{"Effect": "Allow", "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "Resource": "*"},
		{"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}`)
	boundary := read(artifact.Boundary, "boundary", `{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": ["dynamodb:*", "logs:*", "xray:*", "s3:*", "sqs:*"], "Resource": "*"},
		{"Effect": "Deny", "Action": ["dynamodb:DeleteTable", "dynamodb:DeleteBackup"], "Resource": "*"}]}`)
	inv := &inventory.Inventory{}
	for i := range roles {
		table := fmt.Sprintf("arn:aws:dynamodb:eu-west-1:210987654321:table/table-%d", i)
		own := strings.ReplaceAll(`{"Version": "2012-10-17", "Statement": [
			{"Sid": "Rows", "Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"], "Resource": "TABLE",
			 "Condition": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["TENANT#${aws:PrincipalTag/tenant}", "TENANT#${aws:PrincipalTag/tenant}#*"]}, "Null": {"dynamodb:LeadingKeys": "false"}}},
			{"Sid": "Index", "Effect": "Allow", "Action": "dynamodb:Query", "Resource": "TABLE/index/by-day",
			 "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": "${aws:PrincipalTag/tenant}"}, "Null": {"dynamodb:LeadingKeys": "false"}}},
			{"Sid": "Queue", "Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:ReceiveMessage"], "Resource": "arn:aws:sqs:eu-west-1:210987654321:queue"}]}`, "TABLE", table)
		if i%10 == 0 {
			own = strings.Replace(own, `"dynamodb:GetItem"`, `"dynamodb:Scan"`, 1)
			own = strings.Replace(own, `, "Null": {"dynamodb:LeadingKeys": "false"}`, "", 1)
		}
		role := &inventory.Identity{Kind: inventory.Role, Name: fmt.Sprintf("role-%d", i), ARN: fmt.Sprintf("arn:aws:iam::210987654321:role/role-%d", i),
			Trust: trust, Policies: []*inventory.Document{read(artifact.Identity, fmt.Sprintf("own-%d", i), own), logs}}
		if i%3 == 0 {
			role.Boundary = boundary
		}
		inv.Identities = append(inv.Identities, role)
		if i%5 == 0 {
			inv.Tables = append(inv.Tables, &inventory.Table{})
			inv.Tables[len(inv.Tables)-1].Name = fmt.Sprintf("table-%d", i)
			inv.Tables[len(inv.Tables)-1].Account, inv.Tables[len(inv.Tables)-1].Region = "210987654321", "eu-west-1"
			inv.Tables[len(inv.Tables)-1].Policy = read(artifact.Table, fmt.Sprintf("table-%d", i),
				`{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "dynamodb:*", "Resource": "`+table+`", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}`)
		}
	}
	return inv
}

// BenchmarkRun is the audit of a large account.
func BenchmarkRun(b *testing.B) {
	for _, n := range []int{100, 1000} {
		b.Run(fmt.Sprintf("roles=%d", n), func(b *testing.B) {
			inv := account(b, n)
			b.ReportAllocs()
			for b.Loop() {
				b.ReportMetric(float64(len(Run(inv))), "findings")
			}
		})
	}
}

// policed is a large account in which each role has a table, and each table a policy that names its role.
func policed(t testing.TB, n int) *inventory.Inventory {
	inv := account(t, n)
	inv.Tables = nil
	for i := range n {
		arn := fmt.Sprintf("arn:aws:dynamodb:eu-west-1:210987654321:table/table-%d", i)
		nodes, _ := tree.ParseJSON("policy.json", []byte(fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [
			{"Effect": "Deny", "Principal": "*", "Action": "dynamodb:*", "Resource": ["%[1]s", "%[1]s/index/*"], "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
			{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::210987654321:role/role-%[2]d"}, "Action": "dynamodb:DescribeTable", "Resource": "%[1]s"}]}`, arn, i)))
		d, bad := inventory.Parse(nodes[0], artifact.Table, fmt.Sprintf("table-%d", i))
		if bad != nil {
			t.Fatal(bad)
		}
		table := &inventory.Table{Policy: d}
		table.Name, table.Account, table.Region = fmt.Sprintf("table-%d", i), "210987654321", "eu-west-1"
		inv.Tables = append(inv.Tables, table)
	}
	return inv
}

// BenchmarkPoliced is the audit of a large account with a policy on every table.
func BenchmarkPoliced(b *testing.B) {
	for _, n := range []int{100, 1000} {
		b.Run(fmt.Sprintf("roles=%d", n), func(b *testing.B) {
			inv := policed(b, n)
			b.ReportAllocs()
			for b.Loop() {
				b.ReportMetric(float64(len(Run(inv))), "findings")
			}
		})
	}
}

// TestManyRoles: time grows with the roles, and not with their square.
func TestManyRoles(t *testing.T) {
	inv := account(t, 300)
	began := time.Now()
	findings := Run(inv)
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("300 roles took %s", took)
	}
	scans := 0
	for _, f := range findings {
		if f.ID == scanBesideRows.ID {
			scans++
		}
	}
	if scans != 30 {
		t.Errorf("%d roles may scan, want 30", scans)
	}
}
