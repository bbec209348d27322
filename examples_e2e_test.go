package ddbgen_test

import (
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/e2e"
	"github.com/ddbgen/ddbgen/internal/model"
)

// TestExamplesInTerraform takes every root of every example through the real Terraform and the real provider. All are
// planned; payments and saas are applied to an empty account, planned again, read back through AWS's API, and destroyed.
func TestExamplesInTerraform(t *testing.T) {
	e2e.Require(t)
	applied := []string{"payments", "saas"}
	for _, dir := range examples(t) {
		name := filepath.Base(dir)
		src := read(t, filepath.Join(dir, "spec.yaml"))
		m, _ := load(t, filepath.Join(dir, "spec.yaml"), src)
		tree, ds := generate.All(m)
		if ds.HasErrors() {
			t.Fatal(ds)
		}
		for _, env := range m.Environments {
			t.Run(name+"/"+env.Name, func(t *testing.T) {
				emulator := e2e.StartEmulator(t, env.Account, env.Region)
				emulator.Seed(t, surroundings(m, env))
				terraform := e2e.NewTerraform(t, emulator, filepath.Join(dir, "generated"), artifact.EnvironmentDir(env))
				if !slices.Contains(applied, name) {
					plan(t, terraform)
					return
				}
				terraform.Converge(t)
				compare(t, emulator.ReadBack(t), m, env, tree.Policies)
				terraform.AllowDestroy(t)
				terraform.Destroy(t)
			})
		}
	}
}

func plan(t *testing.T, terraform *e2e.Terraform) {
	t.Helper()
	terraform.Init(t)
	terraform.FmtCheck(t)
	terraform.Validate(t)
	if terraform.Plan(t).Empty {
		t.Error("the plan of an account without the system is empty")
	}
}

// surroundings are what a spec refers to and does not make.
func surroundings(m *model.Model, env *model.Environment) e2e.Seed {
	var seed e2e.Seed
	for _, p := range env.Placements {
		seed.Networks = append(seed.Networks, e2e.Network{
			VPC: p.VPC, RouteTables: p.RouteTables, Subnets: p.Subnets, SecurityGroups: p.SecurityGroups,
		})
	}
	if m.Trail != nil {
		seed.Buckets = []string{m.Trail.Bucket}
	}
	for _, table := range m.Tables {
		if table.Existing {
			seed.Tables = append(seed.Tables, createTable(env, table))
		}
	}
	for _, key := range m.Keys {
		if arn := model.In(env, key.Existing); arn != "" {
			seed.Keys = append(seed.Keys, e2e.SeedKey{ID: path.Base(arn)})
		}
	}
	for _, role := range m.Roles {
		if role.Existing {
			seed.Roles = append(seed.Roles, e2e.SeedRole{Name: env.RoleName(role, ""), Path: role.Path})
		}
	}
	return seed
}

// createTable is a request to create a table as somebody else would have.
func createTable(env *model.Environment, t *model.Table) map[string]any {
	keys := []map[string]string{{"AttributeName": t.PartitionKey.Name, "KeyType": "HASH"}}
	attributes := []map[string]string{{"AttributeName": t.PartitionKey.Name, "AttributeType": string(t.PartitionKey.Type)}}
	if t.SortKey != nil {
		keys = append(keys, map[string]string{"AttributeName": t.SortKey.Name, "KeyType": "RANGE"})
		attributes = append(attributes, map[string]string{"AttributeName": t.SortKey.Name, "AttributeType": string(t.SortKey.Type)})
	}
	return map[string]any{"TableName": env.TableName(t), "KeySchema": keys, "AttributeDefinitions": attributes, "BillingMode": "PAY_PER_REQUEST"}
}

// compare demands that every generated policy is attached where it belongs, byte for byte in meaning, and that nothing
// else is attached there.
func compare(t *testing.T, world e2e.World, m *model.Model, env *model.Environment, policies []artifact.Policy) {
	t.Helper()
	compared := 0
	for _, p := range policies {
		if p.Environment != env {
			continue
		}
		compared++
		if diff := e2e.DiffJSON(p.Bytes, attached(t, world, m, p)); diff != "" {
			t.Errorf("%s is not what the account holds (-file +account):\n%s", p.Path(), diff)
		}
	}
	if compared == 0 {
		t.Error("no policy was compared")
	}
	for _, role := range m.Roles {
		for _, tenant := range m.RoleTenants(role) {
			compareAttachments(t, world, m, env, role, tenant, policies)
		}
	}
}

// attached is the document that the account holds in the place a policy is for.
func attached(t *testing.T, world e2e.World, m *model.Model, p artifact.Policy) []byte {
	t.Helper()
	env := p.Environment
	switch p.Kind {
	case artifact.Identity:
		return world.Policies[p.ManagedPolicyName()].Document
	case artifact.Trust:
		return world.Roles[env.RoleName(p.Role, p.Tenant)].Trust
	case artifact.Table:
		return world.Tables[env.TableName(p.Table)].ResourcePolicy
	case artifact.Key:
		key, found := world.KeyByAlias(env.KeyAlias(m, p.Key))
		if !found {
			t.Errorf("no key has the alias %s", env.KeyAlias(m, p.Key))
		}
		return key.Policy
	case artifact.Endpoint:
		return endpointPolicy(world, env.PlacementOf(p.Endpoint))
	}
	panic("unknown kind " + string(p.Kind))
}

func endpointPolicy(world e2e.World, placement *model.Placement) []byte {
	for _, e := range world.Endpoints {
		if e.VPC == placement.VPC && strings.HasSuffix(e.Service, "."+string(placement.Endpoint.Service)) {
			return e.Policy
		}
	}
	return nil
}

// compareAttachments demands that a role has its own policies and those the spec names, and no inline ones.
func compareAttachments(t *testing.T, world e2e.World, m *model.Model, env *model.Environment, role *model.Role, tenant string, policies []artifact.Policy) {
	t.Helper()
	var want []string
	for _, a := range role.Attach {
		want = append(want, env.ExpandARN(a.ARN))
	}
	for _, p := range artifact.OfRole(policies, role, tenant) {
		if p.Environment == env {
			want = append(want, "arn:"+env.Partition+":iam::"+env.Account+":policy"+role.Path+p.ManagedPolicyName())
		}
	}
	slices.Sort(want)
	got := world.Roles[env.RoleName(role, tenant)]
	if !slices.Equal(got.Attached, want) || len(got.Inline) > 0 {
		t.Errorf("role %s: attached %v and inline %v, want %v and none", role.Name, got.Attached, got.Inline, want)
	}
}
