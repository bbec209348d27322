package model

import (
	"testing"
)

func TestPolicied(t *testing.T) {
	keeper, deployer := &Role{Name: "keeper", Kind: Deploy, Allows: []Allowance{ChangeRecovery}}, &Role{Name: "deployer", Kind: Deploy}
	planner := &Role{Name: "planner", Kind: Plan}
	recoverable := Table{PointInTimeDays: 7}
	for name, test := range map[string]struct {
		model Model
		table Table
		kept  int
		want  bool
	}{
		"nobody deploys":               {Model{}, recoverable, 0, false},
		"insecure transport":           {Model{Guardrails: Guardrails{DenyInsecureTransport: true}}, Table{Existing: true}, 0, true},
		"endpoints":                    {Model{Guardrails: Guardrails{OnlyThrough: []*Endpoint{{}}}}, Table{}, 0, true},
		"somebody deploys":             {Model{DeployRoles: []*Role{deployer, keeper, planner}}, recoverable, 1, true},
		"who deploys may change it":    {Model{DeployRoles: []*Role{keeper, planner}}, recoverable, 0, false},
		"recovery is off":              {Model{DeployRoles: []*Role{deployer}}, Table{}, 0, false},
		"the table was made by others": {Model{DeployRoles: []*Role{deployer}}, Table{Existing: true, PointInTimeDays: 7}, 0, false},
	} {
		kept := test.model.KeptFromRecovery(&test.table)
		if len(kept) != test.kept || test.kept > 0 && kept[0] != deployer {
			t.Errorf("%s: %v are kept from changing recovery", name, kept)
		}
		if got := test.model.Policied(&test.table); got != test.want {
			t.Errorf("%s: policied is %v", name, got)
		}
	}
}

func TestServiceName(t *testing.T) {
	for _, test := range []struct {
		environment *Environment
		endpoint    Endpoint
		want        string
	}{
		{&Environment{Region: "eu-central-1"}, Endpoint{Service: DynamoDB}, "com.amazonaws.eu-central-1.dynamodb"},
		{&Environment{Region: "cn-north-1", Partition: "aws-cn"}, Endpoint{Service: DynamoDBStreams}, "com.amazonaws.cn-north-1.dynamodb-streams"},
	} {
		if got := test.environment.ServiceName(&test.endpoint); got != test.want {
			t.Errorf("%s, not %s", got, test.want)
		}
	}
}

// A new form of trust is decided about here: whether runs of continuous integration become the role by it.
func TestByIntegration(t *testing.T) {
	byIntegration := map[TrustKind]bool{GitHubTrust: true, GitLabTrust: true, HCPTerraformTrust: true, BuildkiteTrust: true, CircleCITrust: true, BitbucketTrust: true}
	for k := NoTrust; k <= SAMLTrust; k++ {
		if got := k.ByIntegration(); got != byIntegration[k] {
			t.Errorf("form %d: %v", k, got)
		}
	}
}
