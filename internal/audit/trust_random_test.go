package audit

import (
	"math/rand/v2"
	"testing"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/sample"
)

// TestRandomResources: whatever the policies of tables, streams, keys, endpoints and roles' trust say, the audit ends, and its
// witnesses and repairs are what they claim to be.
func TestRandomResources(t *testing.T) {
	shown, repaired := 0, 0
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 4))
		inv := randomInventory(r)
		for _, f := range Run(inv) {
			if f.Witness != nil {
				shown++
				if err := f.Witness.Confirm(); err != nil {
					t.Fatalf("seed %d: %s: %v", seed, f.ID, err)
				}
			}
			if f.Repair == "" {
				continue
			}
			repaired++
			if _, err := policy.Parse([]byte(`{"Version": "2012-10-17", "Statement": [` + f.Repair + `]}`)); err != nil {
				t.Fatalf("seed %d: the repair of %s cannot be read: %v\n%s", seed, f.ID, err, f.Repair)
			}
		}
	}
	t.Logf("%d witnesses, %d repairs", shown, repaired)
	if shown < 200 || repaired < 100 {
		t.Errorf("%d witnesses and %d repairs: random policies show hardly anything", shown, repaired)
	}
}

func randomInventory(r *rand.Rand) *inventory.Inventory {
	const table = "arn:aws:dynamodb:eu-west-1:210987654321:table/orders"
	document := func(kind artifact.Kind, actions, resources []string) *inventory.Document {
		d := policy.Document{Version: sample.Pick(r, []string{policy.Version, policy.Version, policy.VersionLegacy, ""})}
		for range 1 + r.IntN(3) {
			d.Statement = append(d.Statement, randomStatement(r, kind, actions, resources))
		}
		return &inventory.Document{Document: d, Kind: kind, Name: string(kind)}
	}
	keys := []string{"kms:Decrypt", "kms:*", "kms:CreateGrant", "kms:PutKeyPolicy", "kms:Describe*", "*"}
	items := []string{"dynamodb:GetItem", "dynamodb:*", "dynamodb:Scan", "dynamodb:Put*", "dynamodb:UpdateTable", "dynamodb:GetRecords"}
	inv := &inventory.Inventory{
		Identities: []*inventory.Identity{{
			Kind: inventory.Role, Name: "it", ARN: sample.Pick(r, []string{"arn:aws:iam::210987654321:role/it", "arn:aws:iam::000000000000:role/it", "", "{Role.Arn}"}),
			Trust:    document(artifact.Trust, []string{"sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML", "sts:TagSession", "sts:*"}, nil),
			Policies: []*inventory.Document{document(artifact.Identity, append([]string{"iam:*", "iam:PassRole", "lambda:*", "sts:AssumeRole", "kms:*"}, items...), []string{"*", table, "arn:aws:iam::*:role/*", "arn:aws:kms:*:*:key/*"})},
			Tags:     []inventory.Tag{{Key: "tenant", Value: "x"}},
		}},
		Keys:      []*inventory.Key{{Name: "k", ARN: sample.Pick(r, []string{"arn:aws:kms:eu-west-1:210987654321:key/1", "", "{Key.Arn}"}), Policy: document(artifact.Key, keys, []string{"*"})}},
		Endpoints: []*inventory.Endpoint{{Name: "e", Service: sample.Pick(r, []string{"com.amazonaws.eu-west-1.dynamodb", "com.amazonaws.eu-west-1.dynamodb-streams", "", "dynamodb"}), Policy: document(artifact.Endpoint, append([]string{"*"}, items...), []string{"*", table, "arn:aws:dynamodb:*:*:table/*"})}},
	}
	t := &inventory.Table{Policy: document(artifact.Table, items, []string{"*", table, table + "/index/*"}), StreamPolicy: document(artifact.Table, items, []string{"*", table + "/stream/*"})}
	t.Name, t.Account, t.Region = "orders", sample.Pick(r, []string{"210987654321", "", "000000000000"}), sample.Pick(r, []string{"eu-west-1", ""})
	if r.IntN(4) == 0 {
		t.Policy = nil
	}
	inv.Tables = append(inv.Tables, t)
	return inv
}

func randomStatement(r *rand.Rand, kind artifact.Kind, actions, resources []string) policy.Statement {
	const url = "token.actions.githubusercontent.com"
	some := func(of []string) []string { return []string{sample.Pick(r, of), sample.Pick(r, of)} }
	st := policy.Statement{Effect: sample.Pick(r, []policy.Effect{policy.Allow, policy.Allow, policy.Deny}), Action: some(actions)}
	if r.IntN(8) == 0 {
		st.Action, st.NotAction = nil, st.Action
	}
	if resources != nil {
		if st.Resource = some(resources); r.IntN(8) == 0 {
			st.Resource, st.NotResource = nil, st.Resource
		}
	}
	if kind != artifact.Identity {
		st.Principal = sample.Pick(r, []*policy.Principal{
			{Any: true}, {AWS: []string{"*"}}, {AWS: []string{"arn:aws:iam::210987654321:root"}}, {AWS: []string{"345345345345"}}, {AWS: []string{"arn:aws:iam::210987654321:role/it"}},
			{Service: []string{"ecs-tasks.amazonaws.com", "replication.dynamodb.amazonaws.com"}}, {Federated: []string{"arn:aws:iam::210987654321:oidc-provider/" + url}},
			{Federated: []string{"cognito-identity.amazonaws.com"}}, {Federated: []string{"arn:aws:iam::210987654321:saml-provider/x"}}, nil,
		})
		if r.IntN(10) == 0 {
			st.Principal, st.NotPrincipal = nil, &policy.Principal{AWS: []string{"arn:aws:iam::210987654321:role/it"}}
		}
	}
	operators := []string{"StringEquals", "StringNotEquals", "StringLike", "StringEqualsIfExists", "ForAllValues:StringLike", "ForAnyValue:StringEquals", "ArnLike", "ArnNotLike", "Bool", "BoolIfExists", "IpAddress", "NotIpAddress", "Null", "DateLessThan", "NumericLessThan", "NumericGreaterThanEquals"}
	names := []string{"aws:SourceVpce", "aws:SourceIp", "aws:SecureTransport", "aws:ViaAWSService", "aws:PrincipalOrgID", "aws:PrincipalArn", "aws:PrincipalTag/tenant", "aws:RequestTag/tenant",
		"aws:TagKeys", "dynamodb:LeadingKeys", "kms:ViaService", "kms:CallerAccount", "kms:GrantIsForAWSResource", url + ":sub", url + ":aud", "cognito-identity.amazonaws.com:amr", "SAML:aud",
		"sts:ExternalId", "aws:CurrentTime", "aws:MultiFactorAuthAge", "aws:SourceAccount", "iam:PassedToService"}
	values := []string{"true", "false", "*", "?*", "repo:acme/*", "repo:acme/app:ref:refs/heads/main", "210987654321", "10.0.0.0/8", "0.0.0.0/0", "${aws:PrincipalTag/tenant}", "${aws:PrincipalTag/tenant, 'x'}",
		"${", "2026-01-01T00:00:00Z", "3600", "o-a1b2c3d4e5", "arn:aws:iam::210987654321:role/*", ""}
	for range r.IntN(4) {
		c := policy.Condition{Operator: sample.Pick(r, operators), Key: sample.Pick(r, names), Values: some(values)}
		twice := false
		for _, o := range st.Condition {
			twice = twice || o.Operator == c.Operator && o.Key == c.Key
		}
		if !twice {
			st.Condition = append(st.Condition, c)
		}
	}
	return st
}
