package ddbgen_test

import (
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/e2e"
	"github.com/ddbgen/ddbgen/internal/judge"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
)

// deployment is an environment of a system in the making: an account, a judge before it, and the environment's two roots.
// An administrator applies the bootstrap root, the deploy role the other, each with the rights of its generated policies.
type deployment struct {
	m                 *model.Model
	env               *model.Environment
	tree              generate.Tree
	emulator          *e2e.Emulator // past the judge
	judge             *judge.Judge
	bootstrap, stack  *e2e.Terraform
	deployer, planner string // names of roles
}

// deploy begins a deployment in an account that holds what the spec refers to, and makes the bootstrap.
func deploy(t *testing.T, m *model.Model, tree generate.Tree, env *model.Environment, more ...e2e.Seed) *deployment {
	t.Helper()
	d := &deployment{m: m, env: env, tree: tree, emulator: e2e.StartEmulator(t, env.Account, env.Region)}
	d.deployer, d.planner = d.only(t, model.Deploy), d.only(t, model.Plan)
	for _, seed := range append(more, surroundings(m, env)) {
		d.emulator.Seed(t, seed)
	}
	d.judge = judge.Start(t, d.emulator, env.Partition)
	d.judge.Learn(t)
	dir := t.TempDir()
	put(t, dir, tree)
	d.stack = e2e.NewTerraform(t, d.judge.Emulator(), dir, artifact.EnvironmentDir(env))
	d.bootstrap = d.stack.Root(artifact.BootstrapRootDir(env))

	d.judge.Phase("bootstrap")
	d.bootstrap.Init(t)
	d.bootstrap.Apply(t)
	if plan := d.bootstrap.Plan(t); !plan.Empty || strings.Contains(plan.Output, "Warning:") {
		t.Errorf("the second plan of the bootstrap is not empty, or warns:\n%s", plan.Output)
	}
	return d
}

// only is the name of the one role of a kind.
func (d *deployment) only(t *testing.T, kind model.Kind) string {
	t.Helper()
	roles := d.m.RolesThat(kind)
	if len(roles) != 1 {
		t.Fatalf("%d roles of the kind %s, want 1", len(roles), kind)
	}
	return d.env.RoleName(roles[0], "")
}

// put writes a tree over what a build before it has left.
func put(t *testing.T, dir string, tree generate.Tree) {
	t.Helper()
	changes, err := output.Plan(dir, tree.Files, output.Options{Generator: "test", Spec: output.Digest(nil), Force: true})
	if err == nil {
		err = output.Apply(changes)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// as does something as a role, in a phase, in which nothing may be denied.
func (d *deployment) as(t *testing.T, role, phase string, do func()) {
	t.Helper()
	if denials := d.judged(role, phase, nil, do).Denials(); len(denials) > 0 {
		t.Errorf("%s as %s: denied\n%s", phase, role, strings.Join(denials, "\n"))
	}
}

// judged does something as a role, with edited policies unless edit is nil, and returns what was asked.
func (d *deployment) judged(role, phase string, edit judge.Edit, do func()) judge.Record {
	before := d.judge.Record()
	d.judge.Phase(phase)
	d.judge.AsEdited(role, edit)
	do()
	d.judge.AsAdministrator()
	return d.judge.Record().Since(before)
}

// write brings another build of the spec into the tree, and tells whether an administrator has to apply its bootstrap.
func (d *deployment) write(t *testing.T, m *model.Model, env *model.Environment, tree generate.Tree) bool {
	t.Helper()
	put(t, d.stack.Tree, tree)
	before := d.bootstrapFiles()
	d.m, d.env, d.tree = m, env, tree
	return !slices.EqualFunc(before, d.bootstrapFiles(), func(x, y output.File) bool { return x.Path == y.Path && string(x.Bytes) == string(y.Bytes) })
}

// bootstrapFiles are the files that the administrator's root consists of.
func (d *deployment) bootstrapFiles() []output.File {
	return slices.DeleteFunc(slices.Clone(d.tree.Files), func(f output.File) bool {
		return !strings.HasPrefix(f.Path, artifact.BootstrapRootDir(d.env)+"/") && !strings.HasPrefix(f.Path, artifact.ModulesDir+"/"+artifact.BootstrapDir+"/")
	})
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
	for _, arn := range existingKeys(m, env) {
		seed.Keys = append(seed.Keys, e2e.SeedKey{ID: path.Base(arn)})
	}
	for _, role := range m.Roles {
		if role.Existing {
			seed.Roles = append(seed.Roles, e2e.SeedRole{Name: env.RoleName(role, ""), Path: role.Path})
		}
	}
	if m.State != nil {
		stateSurroundings(&seed, m, env)
	}
	if !env.MakesProviders {
		seed.IdentityProviders = issuers(m, env)
	}
	return seed
}

// stateSurroundings are what Terraform keeps its state in.
func stateSurroundings(seed *e2e.Seed, m *model.Model, env *model.Environment) {
	seed.Buckets = append(seed.Buckets, model.In(env, m.State.Bucket))
	if m.State.LockTable != "" {
		seed.Tables = append(seed.Tables, map[string]any{
			"TableName": m.State.LockTable, "BillingMode": "PAY_PER_REQUEST",
			"KeySchema":            []map[string]string{{"AttributeName": "LockID", "KeyType": "HASH"}},
			"AttributeDefinitions": []map[string]string{{"AttributeName": "LockID", "AttributeType": "S"}},
		})
	}
}

// issuers are those of continuous integration.
func issuers(m *model.Model, env *model.Environment) []string {
	var out []string
	for _, role := range m.AllRoles() {
		switch role.Trust.Kind {
		case model.GitHubTrust, model.GitLabTrust, model.HCPTerraformTrust, model.BuildkiteTrust, model.CircleCITrust, model.BitbucketTrust:
			out = append(out, model.In(env, role.Trust.Issuer))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
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

// ids are the ids that the account gave out, with what a trace calls them.
func (d *deployment) ids(world e2e.World) *strings.Replacer {
	var pairs []string
	for _, key := range d.m.Keys {
		if made, found := world.KeyByAlias(d.env.KeyAlias(d.m, key)); found {
			pairs = append(pairs, path.Base(made.ARN), key.Name)
		}
	}
	for _, e := range world.Endpoints {
		pairs = append(pairs, e.ID, "vpce-"+strings.ToLower(e.Type))
	}
	for _, entry := range d.judge.Record() {
		for _, check := range entry.Checks {
			if _, id, found := strings.Cut(check.Request.Resource, ":scalable-target/"); found && id != "new" {
				pairs = append(pairs, id, "made")
			}
		}
	}
	return strings.NewReplacer(pairs...)
}

// compareTrace holds what was asked to the trace that is kept of it.
func compareTrace(t *testing.T, name string, live judge.Trace) {
	t.Helper()
	if *update {
		if err := os.WriteFile(tracePath(name), live.Encode(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	byAWS := 0
	for _, need := range live {
		if need.ByAWS {
			byAWS++
		}
	}
	e2e.Log(t, "%d different needs, %d of them not on the wire", len(live), byAWS)
	if diff := cmp.Diff(lines(readTrace(t, name)), lines(live)); diff != "" {
		t.Errorf("%s is not what Terraform asks: run the test again with -update (-stored +live):\n%s", tracePath(name), diff)
	}
}

// lines are the needs and when each was there, of whatever policy the resource had by then: a table's policy and what else is
// made of the table are made side by side, so that it is there or not.
func lines(trace judge.Trace) []string {
	phases := map[string][]string{}
	for _, need := range trace {
		need.Policied = false
		phases[need.String()] = append(phases[need.String()], need.Phases...)
	}
	var out []string
	for _, need := range slices.Sorted(maps.Keys(phases)) {
		slices.Sort(phases[need])
		out = append(out, need+" in "+strings.Join(slices.Compact(phases[need]), ", "))
	}
	return out
}
