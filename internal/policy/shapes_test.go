package policy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shapes are policies as AWS's documentation and its managed policies shape
// them, written for this test, each with the document that it stands for.
var shapes = []struct {
	name, text string
	want       Document
}{
	{
		name: "administrator: one statement, everything",
		text: `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`,
		want: Document{Version: Version, Statement: []Statement{{Effect: Allow, Action: []string{"*"}, Resource: []string{"*"}}}},
	},
	{
		name: "power user: NotAction beside a list of exceptions",
		text: `{"Version": "2012-10-17", "Statement": [
			{"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"},
			{"Effect": "Allow", "Action": ["iam:ListRoles", "account:GetRegionOptStatus"], "Resource": "*"}]}`,
		want: Document{Version: Version, Statement: []Statement{
			{Effect: Allow, NotAction: []string{"iam:*", "organizations:*", "account:*"}, Resource: []string{"*"}},
			{Effect: Allow, Action: []string{"iam:ListRoles", "account:GetRegionOptStatus"}, Resource: []string{"*"}},
		}},
	},
	{
		name: "service role: Lambda reading a stream",
		text: `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
			"Action": ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "logs:PutLogEvents"], "Resource": "*"}]}`,
		want: Document{Version: Version, Statement: []Statement{{
			Effect:   Allow,
			Action:   []string{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "logs:PutLogEvents"},
			Resource: []string{"*"},
		}}},
	},
	{
		name: "pass role to one service",
		text: `{"Version": "2012-10-17", "Statement": [{"Sid": "Pass", "Action": "iam:PassRole", "Effect": "Allow",
			"Resource": "arn:aws:iam::*:role/service-role/*", "Condition": {"StringLike": {"iam:PassedToService": "dax.amazonaws.com"}}}]}`,
		want: Document{Version: Version, Statement: []Statement{{
			Sid: "Pass", Effect: Allow, Action: []string{"iam:PassRole"}, Resource: []string{"arn:aws:iam::*:role/service-role/*"},
			Condition: []Condition{{"StringLike", "iam:PassedToService", []string{"dax.amazonaws.com"}}},
		}}},
	},
	{
		name: "trust: a service, no resource, empty Sid, statement without a list, older version",
		text: `{"Version": "2008-10-17", "Statement": {"Sid": "", "Effect": "Allow",
			"Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}}`,
		want: Document{Version: VersionLegacy, Statement: []Statement{{
			Effect: Allow, Principal: &Principal{Service: []string{"ecs-tasks.amazonaws.com"}}, Action: []string{"sts:AssumeRole"},
		}}},
	},
	{
		name: "trust: OIDC federation",
		text: `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
			"Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},
			"Condition": {"StringEquals": {
				"token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
				"token.actions.githubusercontent.com:sub": ["repo:acme/infra:environment:production"]}}}]}`,
		want: Document{Version: Version, Statement: []Statement{{
			Effect:    Allow,
			Principal: &Principal{Federated: []string{"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}},
			Action:    []string{"sts:AssumeRoleWithWebIdentity"},
			Condition: []Condition{
				{"StringEquals", "token.actions.githubusercontent.com:aud", []string{"sts.amazonaws.com"}},
				{"StringEquals", "token.actions.githubusercontent.com:sub", []string{"repo:acme/infra:environment:production"}},
			},
		}}},
	},
	{
		name: "fine-grained access: leading keys and attributes",
		text: `{"Version": "2012-10-17", "Statement": [{"Sid": "OwnRows", "Effect": "Allow",
			"Action": ["dynamodb:GetItem", "dynamodb:Query"],
			"Resource": ["arn:aws:dynamodb:us-west-2:111122223333:table/Scores"],
			"Condition": {
				"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${www.amazon.com:user_id}"], "dynamodb:Attributes": ["UserId", "TopScore"]},
				"StringEqualsIfExists": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}}}]}`,
		want: Document{Version: Version, Statement: []Statement{{
			Sid: "OwnRows", Effect: Allow, Action: []string{"dynamodb:GetItem", "dynamodb:Query"},
			Resource: []string{"arn:aws:dynamodb:us-west-2:111122223333:table/Scores"},
			Condition: []Condition{
				{"ForAllValues:StringEquals", "dynamodb:LeadingKeys", []string{"${www.amazon.com:user_id}"}},
				{"ForAllValues:StringEquals", "dynamodb:Attributes", []string{"UserId", "TopScore"}},
				{"StringEqualsIfExists", "dynamodb:Select", []string{"SPECIFIC_ATTRIBUTES"}},
			},
		}}},
	},
	{
		name: "key policy: an id, the account's root, a boolean without quotes, spaces in a Sid",
		text: `{"Version": "2012-10-17", "Id": "key-default-1", "Statement": [
			{"Sid": "Enable IAM User Permissions", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"},
			{"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::111122223333:role/app"]}, "Action": "kms:CreateGrant", "Resource": "*",
			 "Condition": {"Bool": {"kms:GrantIsForAWSResource": true}}}]}`,
		want: Document{Version: Version, ID: "key-default-1", Statement: []Statement{
			{Sid: "Enable IAM User Permissions", Effect: Allow, Principal: &Principal{AWS: []string{"arn:aws:iam::111122223333:root"}}, Action: []string{"kms:*"}, Resource: []string{"*"}},
			{
				Effect: Allow, Principal: &Principal{AWS: []string{"arn:aws:iam::111122223333:role/app"}}, Action: []string{"kms:CreateGrant"}, Resource: []string{"*"},
				Condition: []Condition{{"Bool", "kms:GrantIsForAWSResource", []string{"true"}}},
			},
		}},
	},
	{
		name: "VPC endpoint: the default policy",
		text: `{"Statement": [{"Action": "*", "Effect": "Allow", "Resource": "*", "Principal": "*"}]}`,
		want: Document{Statement: []Statement{{Effect: Allow, Principal: &Principal{Any: true}, Action: []string{"*"}, Resource: []string{"*"}}}},
	},
	{
		name: "table policy: plain HTTP and foreign networks denied",
		text: `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "dynamodb:*",
			"Resource": ["arn:aws:dynamodb:eu-west-1:111122223333:table/T", "arn:aws:dynamodb:eu-west-1:111122223333:table/T/index/*"],
			"Condition": {"Bool": {"aws:SecureTransport": "false"}, "NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}}}]}`,
		want: Document{Version: Version, Statement: []Statement{{
			Effect: Deny, Principal: &Principal{AWS: []string{"*"}}, Action: []string{"dynamodb:*"},
			Resource: []string{"arn:aws:dynamodb:eu-west-1:111122223333:table/T", "arn:aws:dynamodb:eu-west-1:111122223333:table/T/index/*"},
			Condition: []Condition{
				{"Bool", "aws:SecureTransport", []string{"false"}},
				{"NotIpAddress", "aws:SourceIp", []string{"203.0.113.0/24"}},
			},
		}}},
	},
	{
		name: "service control policy: regions, with exemptions by ARN",
		text: `{"Version": "2012-10-17", "Statement": [{"Sid": "Regions", "Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "Resource": "*",
			"Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1"]}, "ArnNotLike": {"aws:PrincipalARN": ["arn:aws:iam::*:role/Break*"]}}}]}`,
		want: Document{Version: Version, Statement: []Statement{{
			Sid: "Regions", Effect: Deny, NotAction: []string{"iam:*", "sts:*"}, Resource: []string{"*"},
			Condition: []Condition{
				{"StringNotEquals", "aws:RequestedRegion", []string{"eu-west-1"}},
				{"ArnNotLike", "aws:PrincipalARN", []string{"arn:aws:iam::*:role/Break*"}},
			},
		}}},
	},
	{
		name: "numbers and dates",
		text: `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListBucket", "NotResource": "arn:aws:s3:::private*",
			"Condition": {"NumericLessThanEquals": {"s3:max-keys": 10}, "DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}}]}`,
		want: Document{Version: Version, Statement: []Statement{{
			Effect: Allow, Action: []string{"s3:ListBucket"}, NotResource: []string{"arn:aws:s3:::private*"},
			Condition: []Condition{
				{"NumericLessThanEquals", "s3:max-keys", []string{"10"}},
				{"DateGreaterThan", "aws:CurrentTime", []string{"2026-01-01T00:00:00Z"}},
			},
		}}},
	},
}

func TestShapes(t *testing.T) {
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			got, err := Parse([]byte(shape.text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(shape.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			again, err := Parse(Encode(got))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(normal(got), again); diff != "" {
				t.Errorf("after writing and reading (-first +second):\n%s", diff)
			}
		})
	}
}

// fineGrained is a policy of the size that a tenant role has: three statements
// over a table and its indexes.
func fineGrained() Document {
	const table = "arn:aws:dynamodb:ap-northeast-1:444455556666:table/Ledger"
	own := func(sid, resource string, actions ...string) Statement {
		return Statement{
			Sid: sid, Effect: Allow, Action: actions, Resource: []string{resource},
			Condition: []Condition{
				{"ForAllValues:StringLike", "dynamodb:LeadingKeys", []string{"TENANT#${aws:PrincipalTag/tenant_id}", "TENANT#${aws:PrincipalTag/tenant_id}#INVOICE#*"}},
				{"Null", "dynamodb:LeadingKeys", []string{"false"}},
				{"Null", "aws:PrincipalTag/tenant_id", []string{"false"}},
			},
		}
	}
	return Document{Version: Version, Statement: []Statement{
		own("LedgerOwnTenantRead", table, "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"),
		own("LedgerOwnTenantWrite", table, "dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
		own("LedgerByStatusOwnTenantRead", table+"/index/by_status", "dynamodb:Query"),
	}}
}

func BenchmarkParse(b *testing.B) {
	text := Encode(fineGrained())
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	d := fineGrained()
	b.SetBytes(int64(len(Encode(d))))
	b.ReportAllocs()
	for b.Loop() {
		Encode(d)
	}
}
