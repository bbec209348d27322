package built_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/describe"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/inventory/built"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/tree"
	"github.com/ddbgen/ddbgen/spec"
)

// build compiles an example.
func build(t *testing.T, example string) (*model.Model, generate.Tree) {
	t.Helper()
	file := filepath.Join("../../../examples", example, "spec.yaml")
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m, ds := spec.Load(file, src)
	if m == nil {
		t.Fatal(ds)
	}
	made, ds := generate.All(m)
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	return m, made
}

func examples(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob("../../../examples/*/spec.yaml")
	if err != nil || len(dirs) < 4 {
		t.Fatal(err, dirs)
	}
	for i := range dirs {
		dirs[i] = filepath.Base(filepath.Dir(dirs[i]))
	}
	return dirs
}

// sorted puts an inventory into the order of names, without what only one of the two readers can know.
func sorted(inv *inventory.Inventory) *inventory.Inventory {
	out := &inventory.Inventory{Findings: inv.Findings}
	for _, i := range inv.Identities {
		c := *i
		c.Unread = slices.Sorted(slices.Values(i.Unread))
		c.Policies = slices.Clone(i.Policies)
		slices.SortFunc(c.Policies, func(a, b *inventory.Document) int { return strings.Compare(a.Name, b.Name) })
		slices.SortFunc(c.Tags, func(a, b inventory.Tag) int { return strings.Compare(a.Key, b.Key) })
		out.Identities = append(out.Identities, &c)
	}
	slices.SortFunc(out.Identities, func(a, b *inventory.Identity) int { return strings.Compare(a.Name, b.Name) })
	for _, t := range inv.Tables {
		c := *t
		c.KMSKey = "" // the address of a resource, or a name
		if len(c.Tags) == 0 {
			c.Table, c.Described = describe.Table{Name: t.Name, Account: t.Account, Region: t.Region}, false // one that exists, or that a model describes although it does
		}
		slices.SortFunc(c.Tags, func(a, b inventory.Tag) int { return strings.Compare(a.Key, b.Key) })
		out.Tables = append(out.Tables, &c)
	}
	slices.SortFunc(out.Tables, func(a, b *inventory.Table) int { return strings.Compare(a.ARN(), b.ARN()) })
	for _, k := range inv.Keys {
		c := *k
		out.Keys = append(out.Keys, &c)
	}
	slices.SortFunc(out.Keys, func(a, b *inventory.Key) int { return strings.Compare(a.Name, b.Name) })
	out.Endpoints = slices.Clone(inv.Endpoints)
	slices.SortFunc(out.Endpoints, func(a, b *inventory.Endpoint) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// TestAlike holds that a tree that was built, and the model that it was built of, are one inventory: names and ARNs, trusts,
// policies, boundaries, what is attached from elsewhere, tags, tables with their keys, and endpoints.
func TestAlike(t *testing.T) {
	for _, example := range examples(t) {
		t.Run(example, func(t *testing.T) {
			m, made := build(t, example)
			files, policies := built.Files(made.Files), built.Policies(m, made.Policies)
			if len(policies.Identities) == 0 || len(policies.Findings)+len(files.Findings) > 0 {
				t.Fatalf("%d identities, findings %v %v", len(policies.Identities), policies.Findings, files.Findings)
			}
			if diff := cmp.Diff(sorted(policies), sorted(files), cmpopts.IgnoreTypes(hcl.Range{}, tree.Node{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestPayments holds a few things of one example to what its spec says.
func TestPayments(t *testing.T) {
	m, made := build(t, "payments")
	inv := built.Policies(m, made.Policies)
	byName := map[string]*inventory.Identity{}
	for _, i := range inv.Identities {
		byName[i.Name] = i
	}
	api, deployer := byName["production/api"], byName["production/deployer"]
	if api == nil || deployer == nil || byName["staging/api"] == nil {
		t.Fatalf("roles are missing: %d", len(byName))
	}
	if api.ARN != "arn:aws:iam::444455556666:role/ddbgen/payments/payments-api" || api.Boundary == nil || api.BoundaryARN == "" || api.Trust == nil || len(api.Policies) < 2 {
		t.Errorf("api is %+v", api)
	}
	if deployer.Boundary != nil || len(deployer.Policies) < 2 {
		t.Errorf("deployer has a boundary, or lost its parts: %+v", deployer)
	}
	if at := api.Trust.Statement(0); at.Filename != "environments/production/policies/trust.api.json" || at.Start.Line < 3 {
		t.Errorf("the trust stands at %v", at)
	}
	var ledger *inventory.Table
	for _, table := range inv.Tables {
		if table.Name == "Ledger" && table.Account == "444455556666" {
			ledger = table
		}
	}
	if ledger == nil || ledger.Policy == nil || len(ledger.GlobalIndexes) != 2 || ledger.PartitionKey.Name != "PK" || ledger.Stream != "new_and_old_images" {
		t.Errorf("ledger is %+v", ledger)
	}
}

// TestWithoutTerraform holds what the names of files tell alone: the boundary is that of the roles that are made and do not
// deploy.
func TestWithoutTerraform(t *testing.T) {
	_, made := build(t, "payments")
	policies := slices.DeleteFunc(slices.Clone(made.Files), func(f output.File) bool { return strings.HasSuffix(f.Path, ".tf") })
	inv := built.Files(policies)
	if len(inv.Findings) > 0 {
		t.Fatal(inv.Findings)
	}
	for _, i := range inv.Identities {
		_, name, _ := strings.Cut(i.Name, "/")
		if deploys := name == "deployer" || name == "planner"; (i.Boundary == nil) != deploys || i.ARN != "" || i.Trust == nil {
			t.Errorf("%s: boundary %v, ARN %q", i.Name, i.Boundary != nil, i.ARN)
		}
	}
	if len(inv.Identities) < 10 || len(inv.Tables) < 2 || len(inv.Keys) == 0 || len(inv.Endpoints) == 0 {
		t.Errorf("%d identities, %d tables, %d keys, %d endpoints", len(inv.Identities), len(inv.Tables), len(inv.Keys), len(inv.Endpoints))
	}
}

// TestEdited holds that a boundary which the Terraform does not give to a role is not said to hold it, that Terraform which
// cannot be read is a finding, and so is a policy.
func TestEdited(t *testing.T) {
	_, made := build(t, "payments")
	edit := func(path, old, new string) []output.File {
		files := slices.Clone(made.Files)
		i := slices.IndexFunc(files, func(f output.File) bool { return f.Path == path })
		if i < 0 || !strings.Contains(string(files[i].Bytes), old) {
			t.Fatalf("%s does not hold %s", path, old)
		}
		files[i].Bytes = []byte(strings.Replace(string(files[i].Bytes), old, new, 1))
		return files
	}
	inv := built.Files(edit("modules/roles/role_api.tf", "permissions_boundary = var.permissions_boundary", ""))
	for _, i := range inv.Identities {
		if i.Name == "production/api" && (i.Boundary != nil || i.BoundaryARN != "") {
			t.Error("the boundary holds a role that does not have it")
		}
	}
	inv = built.Files(edit("modules/roles/role_api.tf", `resource "aws_iam_role" "api" {`, `resource "aws_iam_role" "api" { x = uuid()`))
	if len(inv.Findings) == 0 || len(inv.Identities) == 0 {
		t.Error("Terraform that cannot be read is no finding")
	}
	inv = built.In("dir", edit("environments/production/policies/role.api.json", `"Allow"`, `"allow"`))
	if len(inv.Findings) != 1 || inv.Findings[0].Subject.Filename != "dir/environments/production/policies/role.api.json" || inv.Findings[0].Subject.Start.Line < 3 {
		t.Errorf("findings: %v", inv.Findings)
	}
}

// TestHostile holds that no tree brings the reader down.
func TestHostile(t *testing.T) {
	for _, files := range [][]output.File{
		nil,
		{{Path: "environments", Bytes: nil}},
		{{Path: "environments/e/policies/role.json"}},
		{{Path: "environments/e/policies/role.x.json"}, {Path: "environments/e/policies/boundary.json", Bytes: []byte("[]")}},
		{{Path: "environments/e/main.tf", Bytes: []byte(`module "x" { source = "../.." }`)}, {Path: "environments/e/policies/table.x.json", Bytes: []byte(`{"Statement": {"Effect": "Deny", "Action": "*"}}`)}},
		{{Path: "environments/e/main.tf", Bytes: []byte(`resource "aws_iam_role" "x" {}` + "\n" + `provider "aws" {}`)}, {Path: "environments/e/policies/trust.x.json", Bytes: []byte(`{"Statement": {"Effect": "Deny", "Action": "*"}}`)}},
	} {
		built.Files(files)
	}
}
