package ddbgen_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/e2e"
	"github.com/ddbgen/ddbgen/internal/model"
)

// TestExamplesInTerraform takes every environment of every example through the real Terraform and the real provider: the
// bootstrap by an administrator, all else by the deploy role, which is denied nothing, and a plan by the plan role, which is
// denied nothing either. What is applied is read back through AWS's API, planned again, and destroyed. Production of payments
// is left to TestPaymentsLife.
func TestExamplesInTerraform(t *testing.T) {
	e2e.Require(t)
	t.Parallel()
	for _, dir := range examples(t) {
		name := filepath.Base(dir)
		m, tree := deployable(t, name)
		for _, env := range m.Environments {
			if name == "payments" && env.Name == "production" {
				continue
			}
			t.Run(name+"/"+env.Name, func(t *testing.T) {
				t.Parallel()
				d := deploy(t, m, tree, env)
				d.as(t, d.deployer, "apply", func() { d.stack.Converge(t) })
				d.as(t, d.planner, "plan", func() {
					if plan := d.stack.Plan(t); !plan.Empty {
						t.Errorf("the plan role's plan is not empty:\n%s", plan.Output)
					}
				})
				world := d.emulator.ReadBack(t)
				compare(t, world, m, env, tree.Policies)
				ids := d.ids(world)
				d.destroy(t)
				if slices.Contains(tracedExamples(), name) {
					compareTrace(t, name, d.judge.Record().Trace(ids))
				}
			})
		}
	}
}

// destroy removes all that the environment's root made: as the deploy role, where it may, else as an administrator.
func (d *deployment) destroy(t *testing.T) {
	t.Helper()
	do := func() {
		if slices.ContainsFunc(d.m.Tables, func(t *model.Table) bool { return t.DeletionProtection && !t.Existing }) {
			d.stack.AllowDestroy(t)
		}
		d.stack.Destroy(t)
	}
	if d.mayDestroy() {
		d.as(t, d.deployer, "destroy", do)
		return
	}
	if d.m.Trail == nil { // else it stands before the tables
		record := d.judged(d.deployer, "destroy without leave", nil, func() {
			if output, err := d.stack.Run(t, "destroy", "-auto-approve", "-no-color"); err == nil {
				t.Errorf("a role that may not deletes tables:\n%s", output)
			}
		})
		onlyDenied(t, record, "dynamodb:DeleteTable")
	}
	do()
}

// mayDestroy reports whether the deploy role is given what a destroy takes.
func (d *deployment) mayDestroy() bool {
	role := d.m.RolesThat(model.Deploy)[0]
	tables := slices.ContainsFunc(d.m.Tables, func(t *model.Table) bool { return !t.Existing })
	keys := slices.ContainsFunc(d.m.Keys, func(k *model.Key) bool { return len(k.Existing) == 0 })
	return (role.May(model.DeleteTables) || !tables) && (role.May(model.DeleteKeys) || !keys) && (role.May(model.DeleteTrail) || d.m.Trail == nil)
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
	for _, role := range m.AllRoles() {
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
	case artifact.Boundary:
		return world.Policies[env.BoundaryName(m)].Document
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
	boundary := env.BoundaryARN(m)
	if role.Existing || slices.Contains(m.DeployRoles, role) {
		boundary = ""
	}
	if got.Boundary != boundary {
		t.Errorf("role %s: the boundary is %q, want %q", role.Name, got.Boundary, boundary)
	}
}
