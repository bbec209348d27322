package audit

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/inventory/load"
)

// mutant is a clean directory of the corpus with one hole opened in it.
type mutant struct {
	dir      string
	file     string
	old, new string // texts as they stand in the file, or with their quotes as they stand in a string of it
	id       string // of the finding that there must be
}

// mutants are by kind of document: tables, endpoints, keys, trust, escalation, workflows.
func mutants() []mutant {
	const (
		guarded = "table-guarded"
		table   = "get-resource-policy.json"
		named   = "endpoint-named-tables"
		vpce    = "describe-vpc-endpoints.json"
		used    = "key-by-use"
		key     = "get-key-policy.json"
		exact   = "trust-github-exact"
		users   = "trust-cognito-users"
		broker  = "trust-broker"
		bounded = "escalation-within-boundary"
		ci      = "workflow-by-openid"
		account = "account.json"
		infra   = ".github/workflows/infra.yml"
		sub     = "token.actions.githubusercontent.com:sub"
	)
	return []mutant{
		{guarded, table, `"aws:SecureTransport": "false"`, `"aws:SecureTransport": "true"`, "plain-http-allowed"},
		{guarded, table, `"Sid": "NoPlainHttp", "Effect": "Deny", "Principal": "*"`, `"Sid": "NoPlainHttp", "Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::210987654321:role/one"}`, "plain-http-allowed"},
		{guarded, table, `"Action": "dynamodb:*"`, `"Action": "dynamodb:Scan"`, "plain-http-allowed"},
		{guarded, table, `"Effect": "Deny", "Principal": "*", "Action": "dynamodb:*", "Resource": ["arn:aws:dynamodb:eu-west-1:210987654321:table/invoices", "arn:aws:dynamodb:eu-west-1:210987654321:table/invoices/index/*"]`,
			`"Effect": "Deny", "Principal": "*", "Action": "dynamodb:*", "Resource": "arn:aws:dynamodb:eu-west-1:210987654321:table/invoices"`, "plain-http-allowed"},
		{guarded, table, `{"aws:ViaAWSService": "false", "aws:PrincipalIsAWSService": "false"}`, `{"aws:PrincipalIsAWSService": "false"}`, "network-deny-breaks-services"},
		{guarded, table, `"BoolIfExists": {"aws:ViaAWSService": "false"`, `"BoolIfExists": {"aws:ViaAWSService": "true"`, "network-deny-breaks-services"},
		{guarded, table, `"StringNotEquals": {"aws:SourceVpce"`, `"ForAnyValue:StringNotEquals": {"aws:SourceVpce"`, "network-limit-without-key"},
		{guarded, table, `"StringNotEquals": {"aws:SourceVpce": "vpce-0aa11bb22cc33dd44"}`, `"StringNotEquals": {"aws:SourceVpce": "vpce-0aa11bb22cc33dd44"}, "Null": {"aws:SourceVpce": "false"}`, "network-limit-without-key"},
		{guarded, table, `"StringNotEquals": {"aws:SourceVpce": "vpce-0aa11bb22cc33dd44"}`, `"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}, "Null": {"aws:SourceIp": "false"}`, "network-limit-without-key"},
		{guarded, table, `"StringNotEquals": {"aws:SourceVpce": "vpce-0aa11bb22cc33dd44"}`, `"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}`, ""},
		{guarded, table, `{"AWS": "arn:aws:iam::345345345345:role/bookkeeping"}`, `"*"`, "table-open-to-everybody"},
		{guarded, table, `{"AWS": "arn:aws:iam::345345345345:role/bookkeeping"}`, `{"AWS": ["arn:aws:iam::345345345345:role/bookkeeping", "*"]}`, "table-open-to-everybody"},
		{guarded, table, `"Principal": {"AWS": "arn:aws:iam::345345345345:role/bookkeeping"}`, `"NotPrincipal": {"AWS": "arn:aws:iam::345345345345:role/bookkeeping"}`, "table-open-to-everybody"},
		{guarded, table, `arn:aws:iam::345345345345:role/bookkeeping`, `345345345345`, "table-open-to-account"},
		{"table-in-organization", "template.yaml", `aws:PrincipalAccount: ["345345345345", "456456456456"]`, `aws:SecureTransport: "true"`, "table-open-to-account"},
		{"table-in-organization", "template.yaml", `StringEquals: {aws:PrincipalOrgID: o-a1b2c3d4e5, aws:PrincipalAccount: ["345345345345", "456456456456"]}`, `StringEquals: {aws:PrincipalTag/team: data}`, "table-open-to-everybody"},

		{named, vpce, `"Resource": ["arn:aws:dynamodb:eu-west-1:210987654321:table/invoices", "arn:aws:dynamodb:eu-west-1:210987654321:table/invoices/index/*"]`, `"Resource": "*"`, "endpoint-any-table"},
		{named, vpce, `"aws:ResourceAccount": "210987654321", `, ``, "endpoint-any-table"},
		{named, vpce, `arn:aws:dynamodb:eu-west-1:210987654321:table/invoices"`, `arn:aws:dynamodb:eu-west-1:*:table/invoices"`, "endpoint-any-table"},
		{named, vpce, `, "Condition": {"StringEquals": {"aws:ResourceAccount": "210987654321", "aws:PrincipalAccount": "210987654321"}}`, ``, "endpoint-default-policy"},

		{used, key, `"Principal": {"AWS": "arn:aws:iam::210987654321:role/orders-api"}, "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEquals": {"kms:ViaService": "dynamodb.eu-west-1.amazonaws.com", "kms:CallerAccount": "210987654321", `,
			`"Principal": "*", "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEquals": {"kms:ViaService": "dynamodb.eu-west-1.amazonaws.com", `, "key-open-to-everybody"},
		{used, key, `"Principal": {"AWS": "arn:aws:iam::210987654321:role/orders-api"}, "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEquals": {"kms:ViaService": "dynamodb.eu-west-1.amazonaws.com", "kms:CallerAccount": "210987654321", `,
			`"Principal": "*", "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEquals": {"kms:CallerAccount": "210987654321", `, "key-open-to-account"},
		{used, key, `, "Bool": {"kms:GrantIsForAWSResource": "true"}`, ``, "grants-for-anybody"},
		{used, key, `"Bool": {"kms:GrantIsForAWSResource": "true"}`, `"BoolIfExists": {"kms:GrantIsForAWSResource": "false"}`, "grants-for-anybody"},
		{used, key, `"kms:PutKeyPolicy", `, ``, "key-locks-everybody-out"},
		{used, key, `"kms:Describe*"`, `"kms:*"`, "key-delegated-without-need"},
		{used, key, `"Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEquals": {"kms:ViaService": "dynamodb.eu-west-1.amazonaws.com", "kms:CallerAccount": "210987654321", "kms:EncryptionContext:aws:dynamodb:tableName": "orders"}}`,
			`"Action": "kms:Decrypt", "Resource": "*"`, "key-use-outside-dynamodb"},
		{used, key, `arn:aws:iam::210987654321:role/orders-api`, `arn:aws:iam::345345345345:root`, ""}, // kms:CallerAccount keeps it out
		{"key-as-aws-writes-it", "orders-api.json", `"arn:aws:kms:eu-west-1:210987654321:key/1111aaaa-22bb-33cc-44dd-5555eeee6666",
      "Condition": {
        "StringEquals": {
          "kms:ViaService": "dynamodb.eu-west-1.amazonaws.com"
        }
      }`, `"*"`, "key-opened-by-wildcard"},

		{exact, account, `"` + sub + `": "repo:acme-shop/infra:environment:production",`, ``, "ci-trust-any-project"}, // the owner's id is asked for besides
		{exact, account, `"` + sub + `": "repo:acme-shop/infra:environment:production",
              "token.actions.githubusercontent.com:repository_owner_id": "123456"`, `"aws:RequestedRegion": "eu-west-1"`, "ci-trust-any-subject"},
		{exact, account, `"repo:acme-shop/infra:ref:refs/heads/release/*"`, `"*"`, "ci-trust-any-subject"},
		{exact, account, `"repo:acme-shop/infra:ref:refs/heads/release/*"`, `"repo:*/infra:ref:refs/heads/main"`, "ci-trust-any-subject"},
		{exact, account, `"repo:acme-shop/infra:ref:refs/heads/release/*"`, `"repo:acme-*"`, "ci-trust-neighbour"},
		{exact, account, `"repo:acme-shop/infra:ref:refs/heads/release/*"`, `"repo:acme-shop/*"`, "ci-trust-any-project"},
		{exact, account, `"repo:acme-shop/infra:ref:refs/heads/release/*"`, `"repo:acme-shop/infra*"`, "ci-trust-any-project"},
		{exact, account, `"repo:acme-shop/infra:ref:refs/heads/release/*"`, `"repo:acme-shop/*:ref:refs/heads/main"`, "ci-trust-any-project"},
		{exact, account, `"repo:acme-shop/infra:ref:refs/heads/release/*"`, `"repo:acme-shop/infra:*"`, "ci-trust-any-branch"},
		{exact, account, `"repo:acme-shop/infra:ref:refs/heads/release/*"`, `"repo:acme-shop/infra:ref:refs/heads/*"`, "ci-trust-any-branch"},
		{exact, account, `"repo:acme-shop/infra:ref:refs/heads/release/*"`, `"repo:acme-shop/infra:pull_request"`, "ci-trust-pull-request-writes"},
		{exact, account, `"token.actions.githubusercontent.com:aud": "sts.amazonaws.com",`, ``, "token-for-any-audience"},
		{exact, account, `"project_path:hub-team/infra:ref_type:branch:ref:main"`, `"project_path:hub-team/infra:ref_type:branch:ref:other"`, ""},
		{exact, account, `"organization:acme-shop:project:shop:workspace:shop-production:run_phase:*"`, `"organization:acme-shop:*"`, "ci-trust-any-project"},
		{exact, account, `"organization:acme-shop:project:shop:workspace:shop-production:run_phase:*"`, `"organization:acme*:workspace:shop-production:run_phase:*"`, "ci-trust-neighbour"},
		{exact, account, `,
              "oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123456789ABCDEF0123456789:aud": "sts.amazonaws.com"`, ``, "token-for-any-audience"},
		{users, account, `"cognito-identity.amazonaws.com:amr": "authenticated"`, `"cognito-identity.amazonaws.com:amr": ["authenticated", "unauthenticated"]`, "guests-of-identity-pool"},
		{users, account, `"cognito-identity.amazonaws.com:amr": "authenticated"`, `"cognito-identity.amazonaws.com:amr": "*authenticated"`, "guests-of-identity-pool"},
		{users, account, `"StringEquals": {
              "cognito-identity.amazonaws.com:aud"`, `"StringNotEquals": {
              "cognito-identity.amazonaws.com:aud"`, "token-for-any-audience"},
		{broker, account, `"arn:aws:iam::210987654321:role/clinic-broker"
            },`, `"arn:aws:iam::210987654321:root"
            },`, "tenant-tag-chosen-by-caller"},
		{broker, account, `"${aws:PrincipalTag/clinic}"`, `"${aws:RequestTag/clinic}"`, "tenant-tag-chosen-by-caller"},
		{broker, account, `"ForAllValues:StringEquals": {
                "aws:TagKeys"`, `"ForAnyValue:StringEquals": {
                "aws:TagKeys"`, "session-tags-not-pinned"},
		{broker, account, `"sts:ExternalId": "7c1f"`, `"aws:RequestedRegion": "eu-west-1"`, "trust-whole-account"},
		{broker, account, `"AWS": "arn:aws:iam::345345345345:root"`, `"AWS": "*"`, "trust-open-to-everybody"},
		{broker, account, `"aws:SourceAccount": "210987654321"`, `"aws:RequestedRegion": "eu-west-1"`, ""}, // its ARN has the account
		{broker, account, `"Condition": {
                "StringEquals": {
                  "aws:SourceAccount": "210987654321"
                },
                "ArnLike": {
                  "aws:SourceArn": "arn:aws:ecs:eu-west-1:210987654321:*"
                }
              }`, `"Sid": "Tasks"`, "service-trust-without-source"},
		{broker, account, `"Resource": "arn:aws:iam::210987654321:role/clinic-session",`, `"Resource": "*",`, "assume-any-role"},
		{exact, account, `"StringEquals": {
                "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                "` + sub + `"`, `"StringEqualsIfExists": {
                "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                "` + sub + `"`, "ci-trust-subject-missing"},
		{"key-where-needed", "main.tf", `hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}`, `hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.data.arn
  }
}`, "customer-key-on-every-table"},
		{broker, account, `"SAML:aud": "https://signin.aws.amazon.com/saml"`, `"SAML:iss": "https://idp.example"`, "token-for-any-audience"},

		{bounded, account, `"StringEquals": {
                    "iam:PermissionsBoundary": "arn:aws:iam::210987654321:policy/shop-boundary"
                  },`, ``, ""},
		{bounded, account, `"arn:aws:iam::210987654321:role/app/*",
                "Condition": {
                  "StringEquals": {
                    "iam:PermissionsBoundary": "arn:aws:iam::210987654321:policy/shop-boundary"
                  }
                }`, `"*"`, "privilege-escalation"},
		{bounded, account, `"Effect": "Deny",
                "Action": "iam:*"`, `"Effect": "Allow",
                "Action": "iam:*"`, "privilege-escalation"},
		{bounded, account, `"arn:aws:lambda:eu-west-1:210987654321:function:shop-*"`, `"*"`, "privilege-escalation"},
		{bounded, account, `"arn:aws:iam::210987654321:role/app/*",
                "Condition": {
                  "StringEquals": {
                    "iam:PassedToService": "lambda.amazonaws.com"
                  }
                }`, `"*"`, "pass-any-role"},
		{bounded, account, `saml-provider/corporate`, `oidc-provider/token.actions.githubusercontent.com`, "administrator"},

		{ci, infra, `if: github.event_name == 'push' && github.ref == 'refs/heads/main'
    environment: production`, `environment: production`, "workflow-pull-request-writes"},
		{ci, infra, `role/shop-plan`, `role/shop-deploy`, ""},
		{ci, infra, `AWS_SESSION_TOKEN: ${{ steps.aws.outputs.aws-session-token }}`, ``, ""},
		{ci, infra, `${{ steps.aws.outputs.aws-secret-access-key }}
          AWS_SESSION_TOKEN: ${{ steps.aws.outputs.aws-session-token }}`, `${{ secrets.DEPLOY_KEY }}`, "workflow-long-lived-key"},
		{ci, infra, `AWS_SECRET_ACCESS_KEY: local`, `AWS_SECRET_ACCESS_KEY: ${{ secrets.KEY }}`, "workflow-long-lived-key"},
		{ci, infra, `terraform plan`, `aws configure set aws_secret_access_key ${{ secrets.KEY }} && terraform plan`, "workflow-long-lived-key"},
		{ci, infra, `permissions: {contents: read, id-token: write}`, `permissions: write-all`, "workflow-write-all"},
		{ci, infra, `pull_request:
permissions: {}`, `pull_request_target:
permissions: {}`, ""},
		{ci, infra, `pull_request:
permissions: {}
jobs:
  plan:
    if: github.event_name == 'pull_request'
    runs-on: ubuntu-24.04
    permissions: {contents: read, id-token: write}
    steps:
      - uses: actions/checkout@v4`, `pull_request_target:
permissions: {}
jobs:
  plan:
    runs-on: ubuntu-24.04
    permissions: {contents: read, id-token: write}
    steps:
      - uses: actions/checkout@v4
        with: {ref: "${{ github.head_ref }}"}`, "workflow-runs-foreign-code"},
	}
}

// TestMutantsOfResources: each hole is found, with the right id and a witness that the evaluator confirms. What opens none is not found.
func TestMutantsOfResources(t *testing.T) {
	found := map[string]int{}
	for n, m := range mutants() {
		findings := runMutant(t, n, m)
		confirmAll(t, findings)
		is := func(f Finding) bool { return f.ID == m.id }
		switch {
		case m.id == "" && len(findings) > 0:
			t.Errorf("mutant %d, %s: %q for %q opens nothing, and this is found:\n%s", n, m.dir, m.new, m.old, strings.Join(lines("", findings), "\n"))
		case m.id != "" && !slices.ContainsFunc(findings, is):
			t.Errorf("mutant %d, %s: %q for %q is not found as %s, but this:\n%s", n, m.dir, m.new, m.old, m.id, strings.Join(lines("", findings), "\n"))
		default:
			found[m.id]++
		}
	}
	t.Logf("%d mutants, by rule: %v", len(mutants()), found)
}

// runMutant audits a clean directory with a hole in it.
func runMutant(t *testing.T, n int, m mutant) []Finding {
	t.Helper()
	from, dir := filepath.Join("testdata", "corpus", "clean", m.dir), t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, m.file)
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := opened(string(src), m.old, m.new)
	if quoted := strings.NewReplacer(`"`, `\"`); text == "" {
		text = opened(string(src), quoted.Replace(m.old), quoted.Replace(m.new))
	}
	if text == "" {
		t.Fatalf("mutant %d: %s has no %q", n, file, m.old)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	inv, err := load.Paths([]string{dir}, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range inv.Findings {
		if d.Severity == 1 {
			t.Fatalf("mutant %d cannot be read: %v", n, d)
		}
	}
	return Run(inv)
}

// opened is a text with another in place of its first part that is the same but for the white space; empty if there is none.
func opened(text, old, new string) string {
	words := strings.Fields(old)
	for i, w := range words {
		words[i] = regexp.QuoteMeta(w)
	}
	at := regexp.MustCompile(strings.Join(words, `\s+`)).FindStringIndex(text)
	if at == nil {
		return ""
	}
	return text[:at[0]] + new + text[at[1]:]
}
