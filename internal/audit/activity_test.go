package audit

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/sample"
)

// identity is an identity with one policy, of the statement's actions on a resource, and perhaps a trust.
func identity(kind inventory.IdentityKind, trust *policy.Principal, resource string, actions ...string) *inventory.Identity {
	i := &inventory.Identity{Kind: kind, Name: "it", ARN: "arn:aws:iam::210987654321:role/it", Policies: []*inventory.Document{{
		Name: "policy", Kind: artifact.Identity,
		Document: policy.Document{Version: policy.Version, Statement: []policy.Statement{{Effect: policy.Allow, Action: actions, Resource: []string{resource}}}},
	}}}
	if trust != nil {
		i.Trust = &inventory.Document{Name: "trust", Kind: artifact.Trust, Document: policy.Document{Version: policy.Version, Statement: []policy.Statement{
			{Effect: policy.Allow, Principal: trust, Action: []string{"sts:AssumeRole"}},
		}}}
	}
	return i
}

func TestActivity(t *testing.T) {
	service := func(name string) *policy.Principal { return &policy.Principal{Service: []string{name}} }
	provider := func(name string) *policy.Principal { return &policy.Principal{Federated: []string{name}} }
	const oidc = "arn:aws:iam::210987654321:oidc-provider/"
	table := "arn:aws:dynamodb:eu-west-1:210987654321:table/orders"
	for _, test := range []struct {
		who     *inventory.Identity
		want    activity
		because string
	}{
		{identity(inventory.Role, service("lambda.amazonaws.com"), table, "dynamodb:*"), serves, "a function"},
		{identity(inventory.Role, service("ec2.amazonaws.com.cn"), table, "dynamodb:GetItem"), serves, "a machine in China"},
		{identity(inventory.Role, service("cloudformation.amazonaws.com"), "*", "*"), deploys, "a stack's role"},
		{identity(inventory.Role, service("backup.amazonaws.com"), table, "dynamodb:StartAwsBackupJob"), unclear, "a service of AWS"},
		{identity(inventory.Role, provider("cognito-identity.amazonaws.com"), table, "dynamodb:GetItem"), serves, "users of an application"},
		{identity(inventory.Role, provider(oidc+"token.actions.githubusercontent.com"), table, "dynamodb:*"), deploys, "CI"},
		{identity(inventory.Role, provider(oidc+"oidc.eks.eu-west-1.amazonaws.com/id/ABC"), table, "dynamodb:*"), serves, "a pod"},
		{identity(inventory.Role, provider(oidc+"login.example.com"), table, "dynamodb:*"), unclear, "a provider that nobody knows"},
		{identity(inventory.Role, provider("arn:aws:iam::210987654321:saml-provider/people"), table, "dynamodb:*"), unclear, "people"},
		{identity(inventory.Role, &policy.Principal{AWS: []string{"210987654321"}}, table, "dynamodb:*"), unclear, "an account"},
		{identity(inventory.Role, &policy.Principal{Service: []string{"lambda.amazonaws.com", "codebuild.amazonaws.com"}}, table, "dynamodb:*"), unclear, "both"},
		{identity(inventory.Somebody, nil, table, "dynamodb:GetItem", "dynamodb:PutItem"), serves, "items only"},
		{identity(inventory.Somebody, nil, table, "dynamodb:*"), serves, "everything of one service"},
		{identity(inventory.Somebody, nil, "*", "*"), administers, "everything"},
		{identity(inventory.Somebody, nil, "*", "iam:*"), administers, "identities"},
		{identity(inventory.Somebody, nil, table, "dynamodb:CreateTable", "dynamodb:UpdateTable"), deploys, "no items"},
		{identity(inventory.Somebody, nil, table, "dynamodb:CreateTable", "dynamodb:PutItem"), unclear, "both items and tables"},
		{identity(inventory.Somebody, nil, "*", "dynamodb:*", "cloudformation:*"), unclear, "items and deployments"},
		{identity(inventory.Somebody, nil, "*", "s3:GetObject"), unclear, "no DynamoDB"},
		{identity(inventory.Group, nil, table, "dynamodb:*"), unclear, "people"},
	} {
		inv := &inventory.Inventory{Identities: []*inventory.Identity{test.who}}
		if got := newAuditor(inv).subjects[0].does; got != test.want {
			t.Errorf("%s: %d, want %d", test.because, got, test.want)
		}
	}
}

// TestActivityOfChains: a role that another becomes is for what that is for, and two that become each other are for nothing that
// can be told.
func TestActivityOfChains(t *testing.T) {
	api := identity(inventory.Role, &policy.Principal{Service: []string{"lambda.amazonaws.com"}}, "*", "sts:AssumeRole")
	api.Name, api.ARN = "api", "arn:aws:iam::210987654321:role/api"
	tenant := identity(inventory.Role, &policy.Principal{AWS: []string{api.ARN}}, "*", "dynamodb:GetItem")
	one := identity(inventory.Role, &policy.Principal{AWS: []string{"arn:aws:iam::210987654321:role/two"}}, "*", "dynamodb:GetItem")
	one.Name, one.ARN = "one", "arn:aws:iam::210987654321:role/one"
	two := identity(inventory.Role, &policy.Principal{AWS: []string{one.ARN}}, "*", "dynamodb:GetItem")
	two.Name, two.ARN = "two", "arn:aws:iam::210987654321:role/two"
	a := newAuditor(&inventory.Inventory{Identities: []*inventory.Identity{api, tenant, one, two}})
	for i, want := range []activity{serves, serves, unclear, unclear} {
		if got := a.subjects[i].does; got != want {
			t.Errorf("%s: %d, want %d", a.subjects[i], got, want)
		}
	}
}

// TestRandomDocuments: whatever a document says, the audit ends, and says nothing that the evaluator does not confirm.
func TestRandomDocuments(t *testing.T) {
	shown := 0
	for seed := range uint64(400) {
		g := sample.NewGrower(seed)
		d := g.Document()
		r := rand.New(rand.NewPCG(seed, 9))
		who := &inventory.Identity{Kind: inventory.Role, Name: "it", ARN: "arn:aws:iam::210987654321:role/it", Policies: []*inventory.Document{{Document: d, Kind: artifact.Identity, Name: "random"}}}
		if r.IntN(2) == 0 {
			who.Boundary = &inventory.Document{Document: sample.NewGrower(seed + 10000).Document(), Kind: artifact.Boundary, Name: "boundary"}
		}
		table := &inventory.Table{Policy: &inventory.Document{Document: sample.NewGrower(seed + 20000).Document(), Kind: artifact.Table, Name: fmt.Sprint("table ", seed)}}
		table.Name = "Orders"
		for _, f := range Run(&inventory.Inventory{Identities: []*inventory.Identity{who}, Tables: []*inventory.Table{table}}) {
			if f.Witness == nil {
				continue
			}
			shown++
			if err := f.Witness.Confirm(); err != nil {
				t.Fatalf("seed %d: %s: %v", seed, f.ID, err)
			}
			if f.Witness.Outcome == evaluate.Allow && f.Title == "" {
				t.Fatalf("seed %d: a finding without a title", seed)
			}
		}
	}
	t.Logf("%d findings with a witness", shown)
	if shown == 0 {
		t.Error("random documents show nothing")
	}
}
