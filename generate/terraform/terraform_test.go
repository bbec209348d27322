package terraform

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/zclconf/go-cty/cty"

	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
)

var update = flag.Bool("update", false, "rewrite testdata")

// all are the modules and roots of a model.
func all(m *model.Model) []output.File {
	files := Modules(m)
	for _, e := range m.Environments {
		files = append(files, Roots(m, e, policies(m, e))...)
	}
	output.Sort(files)
	return files
}

func archive(files []output.File) []byte {
	var a txtar.Archive
	for _, f := range files {
		a.Files = append(a.Files, txtar.File{Name: f.Path, Data: f.Bytes})
	}
	return txtar.Format(&a)
}

func TestRich(t *testing.T) {
	name := filepath.Join("testdata", "rich.txtar")
	got := archive(all(rich()))
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Error(d)
	}
}

func TestDeterminism(t *testing.T) {
	want := archive(all(rich()))
	for range 10 {
		if !bytes.Equal(want, archive(all(rich()))) {
			t.Fatal("two runs differ")
		}
	}
}

func TestFilesAreFormatted(t *testing.T) {
	for _, f := range all(rich()) {
		parse(t, f)
		if d := cmp.Diff(string(f.Bytes), string(hclwrite.Format(f.Bytes))); d != "" {
			t.Errorf("%s: %s", f.Path, d)
		}
	}
}

// A module is there only if something is in it, and then the root calls it.
func TestModulesAsNeeded(t *testing.T) {
	tests := []struct {
		name string
		keep func(from, to *model.Model)
		want []string
	}{
		{"nothing", func(from, to *model.Model) {}, nil},
		{"roles", func(from, to *model.Model) { to.Roles = from.Roles }, []string{"roles"}},
		{"deploy roles", func(from, to *model.Model) { to.DeployRoles = from.DeployRoles }, []string{"bootstrap"}},
		{"boundary", func(from, to *model.Model) { to.Guardrails = from.Guardrails }, []string{"bootstrap"}},
		{"boundary made elsewhere", func(_, to *model.Model) { to.Guardrails.Boundary = &model.Boundary{ARN: "arn"} }, nil},
		{"existing key", func(from, to *model.Model) { to.Keys = from.Keys[:1] }, nil},
		{"made key", func(from, to *model.Model) { to.Keys = from.Keys }, []string{"keys"}},
		{"tables", func(from, to *model.Model) { to.Tables = from.Tables }, []string{"tables"}},
		{"endpoints", func(from, to *model.Model) { to.Endpoints = from.Endpoints }, []string{"endpoints"}},
		{"trail", func(from, to *model.Model) { to.Tables, to.Trail = from.Tables, from.Trail }, []string{"audit", "tables"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			from := rich()
			m := &model.Model{Name: from.Name, Environments: from.Environments[:1], Tenancy: from.Tenancy}
			tt.keep(from, m)
			files := all(m)
			if d := cmp.Diff(tt.want, directories(files)); d != "" {
				t.Error("modules:", d)
			}
			if d := cmp.Diff(tt.want, called(t, files)); d != "" {
				t.Error("calls:", d)
			}
		})
	}
}

func directories(files []output.File) []string {
	var out []string
	for _, f := range files {
		if name, ok := strings.CutPrefix(path.Dir(f.Path), "modules/"); ok {
			out = append(out, name)
		}
	}
	return slices.Compact(out)
}

func called(t *testing.T, files []output.File) []string {
	var out []string
	for _, f := range files {
		for _, b := range parse(t, f).Blocks {
			if b.Type == "module" {
				out = append(out, b.Labels[0])
			}
		}
	}
	slices.Sort(out)
	return out
}

// Every root of an environment has its own state, in the place that the model names. A lock object beside it needs a newer
// Terraform.
func TestState(t *testing.T) {
	tests := []struct {
		name    string
		state   func(*model.State) *model.State
		version string
		want    []string // of the first root of the first environment
	}{
		{"none", func(*model.State) *model.State { return nil }, ">= 1.5", nil},
		{"lock file and key", func(s *model.State) *model.State { return s }, ">= 1.11", []string{
			"bucket acme-tfstate", "encrypt true", "key payments/production.tfstate",
			"kms_key_id arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-44cd-96ef-1234567890ab", "region eu-central-1", "use_lockfile true",
		}},
		{"lock table", func(s *model.State) *model.State { s.LockTable, s.Key = "locks", nil; return s }, ">= 1.5", []string{
			"bucket acme-tfstate", "dynamodb_table locks", "encrypt true", "key payments/production.tfstate", "region eu-central-1",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := rich()
			m.State = tt.state(m.State)
			e := m.Environments[0]
			own := parse(t, rootProviders(m, e, false).named("", "providers")).Blocks[0].Body
			if got := constants(t, own); !slices.Equal(got, []string{"required_version " + tt.version}) {
				t.Error(got)
			}
			if d := cmp.Diff(tt.want, backendOf(t, own)); d != "" {
				t.Error(d)
			}
			administrators := parse(t, rootProviders(m, e, true).named("", "providers")).Blocks[0].Body
			want := slices.Clone(tt.want)
			for i, s := range want {
				want[i] = strings.ReplaceAll(s, "production.tfstate", "production.bootstrap.tfstate")
			}
			if d := cmp.Diff(want, backendOf(t, administrators)); d != "" {
				t.Error("bootstrap:", d)
			}
		})
	}
}

// backendOf is what stands in the backend block inside a block.
func backendOf(t *testing.T, b *hclsyntax.Body) []string {
	for _, block := range b.Blocks {
		if block.Type == "backend" {
			return constants(t, block.Body)
		}
	}
	return nil
}

// constants are the arguments of a block, which need nothing to be known.
func constants(t *testing.T, b *hclsyntax.Body) []string {
	var out []string
	for name, a := range b.Attributes {
		v, ds := a.Expr.Value(nil)
		if ds.HasErrors() {
			t.Fatal(ds)
		}
		if v.Type() == cty.Bool {
			out = append(out, fmt.Sprint(name, " ", v.True()))
		} else {
			out = append(out, name+" "+v.AsString())
		}
	}
	slices.Sort(out)
	return out
}

// Every role that is made beside the tables is bounded; those that an administrator makes, and existing ones, are not.
func TestBoundary(t *testing.T) {
	bounded := []string{
		"modules/roles/role_api.tf", "modules/roles/role_api_tenant.tf", "modules/roles/role_batch.tf", "modules/roles/role_worker.tf",
	}
	tests := []struct {
		name     string
		boundary *model.Boundary
		existing bool // all roles are
		want     []string
		arn      string
	}{
		{"none", nil, false, nil, ""},
		{"made", &model.Boundary{}, false, bounded, "arn:aws:iam::444455556666:policy/ddbgen-bootstrap/payments/payments-boundary"},
		{"elsewhere", &model.Boundary{ARN: "arn:{partition}:iam::{account}:policy/most"}, false, bounded, "arn:aws:iam::444455556666:policy/most"},
		{"nothing to bound", &model.Boundary{}, true, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := rich()
			m.Guardrails.Boundary = tt.boundary
			if tt.existing {
				m.Roles = m.Roles[3:4]
			}
			var got []string
			for _, f := range all(m) {
				for _, b := range parse(t, f).Blocks {
					a := b.Body.Attributes["permissions_boundary"]
					switch {
					case a == nil:
					case b.Type == "resource":
						got = append(got, f.Path)
					case f.Path == "environments/production/main.tf":
						if v, _ := a.Expr.Value(nil); v.AsString() != tt.arn {
							t.Errorf("the root passes %q", v.AsString())
						}
					}
				}
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// What autoscaling moves is what Terraform leaves alone, and nothing more.
func TestIgnoredChanges(t *testing.T) {
	fixed, moving := &model.Capacity{Read: 1, Write: 2}, &model.Capacity{Read: 1, Write: 2, ReadRoof: 3, WriteRoof: 4}
	reads := &model.Capacity{Read: 1, Write: 2, ReadRoof: 3}
	tests := []struct {
		name         string
		table, index *model.Capacity
		want         []string
		targets      int
	}{
		{"on demand", nil, nil, nil, 0},
		{"fixed", fixed, fixed, nil, 0},
		{"reads move", reads, fixed, []string{"read_capacity"}, 1},
		{"table moves", moving, fixed, []string{"read_capacity", "write_capacity"}, 2},
		{"index moves", fixed, moving, []string{"global_secondary_index"}, 2},
		{"both move", moving, moving, []string{"read_capacity", "write_capacity", "global_secondary_index"}, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			events := rich().Tables[1]
			events.Capacity, events.GlobalIndexes[0].Capacity = tt.table, tt.index
			body := parse(t, table(&model.Model{}, events).named("", "table"))
			if d := cmp.Diff(tt.want, ignored(body.Blocks[0].Body)); d != "" {
				t.Error(d)
			}
			if n := len(body.Blocks) - 1; n != 2*tt.targets {
				t.Errorf("%d blocks for autoscaling, want %d", n, 2*tt.targets)
			}
		})
	}
}

func ignored(b *hclsyntax.Body) []string {
	var out []string
	for _, block := range b.Blocks {
		if block.Type != "lifecycle" {
			continue
		}
		for _, v := range block.Body.Attributes["ignore_changes"].Expr.Variables() {
			out = append(out, v.RootName())
		}
	}
	return out
}
