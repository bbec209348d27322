package e2e_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/ddbgen/ddbgen/internal/e2e"
	"github.com/google/go-cmp/cmp"
)

const (
	account = "444455556666"
	region  = "ap-northeast-1"
	tree    = "testdata/everything"
)

// TestEverything takes a root with every resource type that ddbgen writes
// through its whole life. It tests the harness: what fails here is the harness
// or the emulator, not the generator.
func TestEverything(t *testing.T) {
	emulator := e2e.StartEmulator(t, account, region)
	emulator.Seed(t, e2e.Seed{
		Networks: []e2e.Network{{
			VPC:            "vpc-0a1b2c3d4e5f60718",
			RouteTables:    []string{"rtb-0a1b2c3d4e5f60718"},
			Subnets:        []string{"subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"},
			SecurityGroups: []string{"sg-0a1b2c3d4e5f60718"},
		}},
		Buckets: []string{"everything-audit-logs"},
	})
	terraform := e2e.NewTerraform(t, emulator, tree, ".")
	terraform.Init(t)
	if terraform.Plan(t).Empty {
		t.Error("the first plan has nothing to do")
	}
	checkPlanned(t, terraform.ShowPlan(t), "aws_cloudtrail.audit")

	terraform.Converge(t)
	world := emulator.ReadBack(t)
	checkWorld(t, world)
	if !protected(t, world.Tables["Ledger"]) {
		t.Error("the table is not protected")
	}

	terraform.AllowDestroy(t)
	if protected(t, emulator.ReadBack(t).Tables["Ledger"]) {
		t.Error("AllowDestroy left the table protected")
	}
	terraform.Destroy(t)
	checkGone(t, emulator.ReadBack(t))
}

func checkPlanned(t *testing.T, plan []byte, address string) {
	t.Helper()
	var planned struct {
		Changes []struct{ Address string } `json:"resource_changes"`
	}
	if err := json.Unmarshal(plan, &planned); err != nil {
		t.Fatal(err)
	}
	for _, change := range planned.Changes {
		if change.Address == address {
			return
		}
	}
	t.Errorf("the plan as JSON does not hold %s", address)
}

func checkWorld(t *testing.T, world e2e.World) {
	t.Helper()
	key, ok := world.KeyByAlias("alias/everything-payments")
	if !ok {
		t.Error("no key has the alias")
	}
	ledger := world.Tables["Ledger"]
	if len(world.Endpoints) != 2 {
		t.Fatalf("%d VPC endpoints, want 2", len(world.Endpoints))
	}
	documents := []struct {
		file string
		got  json.RawMessage
	}{
		{"api.json", world.Policies["everything-api"].Document},
		{"boundary.json", world.Policies["everything-boundary"].Document},
		{"api_trust.json", world.Roles["everything-api"].Trust},
		{"key.json", key.Policy},
		{"table.json", ledger.ResourcePolicy},
		{"stream.json", ledger.StreamPolicy},
		{"endpoint.json", world.Endpoints[0].Policy},
		{"endpoint.json", world.Endpoints[1].Policy},
	}
	for _, document := range documents {
		want, err := os.ReadFile(filepath.Join(tree, "policies", document.file))
		if err != nil {
			t.Fatal(err)
		}
		if diff := e2e.DiffJSON(want, document.got); diff != "" {
			t.Errorf("%s was not applied as written (-file +emulator):\n%s", document.file, diff)
		}
	}
	checkSettings(t, world, key, ledger)
}

func checkSettings(t *testing.T, world e2e.World, key e2e.Key, ledger e2e.Table) {
	t.Helper()
	const tables = "arn:aws:dynamodb:" + region + ":" + account + ":table/"
	role, trail, gateway := world.Roles["everything-api"], world.Trails["everything-audit"], world.Endpoints[0]
	settings := []struct {
		name      string
		want, got any
	}{
		{"role's path", "/everything/", role.Path},
		{"role's boundary", "arn:aws:iam::" + account + ":policy/everything/everything-boundary", role.Boundary},
		{"role's session", 7200, role.MaxSessionDuration},
		{"role's policies", []string{
			"arn:aws:iam::" + account + ":policy/everything/everything-api",
			"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
		}, role.Attached},
		{"role's profiles", []string{"everything-api"}, role.InstanceProfiles},
		{"role's tags", map[string]string{"ManagedBy": "e2e"}, role.Tags},
		{"identity provider's clients", []string{"sts.amazonaws.com"}, world.IdentityProviders["token.actions.githubusercontent.com"].Clients},
		{"key's rotation", 180, key.RotationDays},
		{"table's ARN", tables + "Ledger", ledger.ARN},
		{"table's recovery", 20, ledger.RecoveryDays},
		{"table's expiry", "expires_at", ledger.TimeToLive},
		{"table's tags", map[string]string{"ManagedBy": "e2e"}, ledger.Tags},
		{"scalable targets", 2, len(world.Scaling.Targets)},
		{"scaling policies", 2, len(world.Scaling.Policies)},
		{"gateway's VPC", "vpc-0a1b2c3d4e5f60718", gateway.VPC},
		{"gateway's route tables", []string{"rtb-0a1b2c3d4e5f60718"}, gateway.RouteTables},
		{"interface's subnets", []string{"subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"}, world.Endpoints[1].Subnets},
		{"trail's logging", true, trail.Logging},
	}
	for _, setting := range settings {
		if diff := cmp.Diff(setting.want, setting.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", setting.name, diff)
		}
	}
	wantSelectors := `[{"Name": "Writes to the ledger", "FieldSelectors": [
		{"Field": "eventCategory", "Equals": ["Data"]},
		{"Field": "readOnly", "Equals": ["false"]},
		{"Field": "resources.ARN", "Equals": ["` + tables + `Ledger"]},
		{"Field": "resources.type", "Equals": ["AWS::DynamoDB::Table"]}]}]`
	if diff := e2e.DiffJSON([]byte(wantSelectors), trail.Selectors); diff != "" {
		t.Errorf("trail's selectors (-want +got):\n%s", diff)
	}
}

func protected(t *testing.T, table e2e.Table) bool {
	t.Helper()
	var description struct{ DeletionProtectionEnabled bool }
	if err := json.Unmarshal(table.Description, &description); err != nil {
		t.Fatal(err)
	}
	return description.DeletionProtectionEnabled
}

// checkGone looks for what a destroy left behind.
func checkGone(t *testing.T, world e2e.World) {
	t.Helper()
	left := map[string]int{
		"roles": len(world.Roles), "policies": len(world.Policies), "identity providers": len(world.IdentityProviders),
		"tables": len(world.Tables), "keys": len(world.Keys), "endpoints": len(world.Endpoints), "trails": len(world.Trails),
	}
	want := map[string]int{
		"roles": 0, "policies": 0, "identity providers": 0, "tables": 0, "keys": 0, "endpoints": 0, "trails": 0,
	}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Errorf("left after destroy (-want +got):\n%s", diff)
	}
}
