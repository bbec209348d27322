package ddbgen_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/describe"
	"github.com/ddbgen/ddbgen/internal/e2e"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/templates"
)

// TestStartersInTerraform has the real Terraform and the real provider validate what specs to begin with are built into: every
// starter, as it is written and with the settings that it leaves out, and tables that were described, made elsewhere or to
// be managed.
func TestStartersInTerraform(t *testing.T) {
	e2e.Require(t)
	t.Parallel()
	var all []buildOf
	add := func(name, src string) {
		m, tree := compiled(t, "spec.yaml", src)
		all = append(all, buildOf{name, m, tree})
	}
	leftOut := regexp.MustCompile(`(?m)^( *)#([^ #\n])`)
	for _, s := range templates.Starters() {
		add(s.Name, s.Text())
		add(s.Name+"-whole", leftOut.ReplaceAllString(s.Text(), "$1$2"))
	}
	tables, ds := describe.Read("everything.json", read(t, filepath.Join("internal", "describe", "testdata", "everything.json")))
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	s := describe.Spec{Name: "legacy", Account: "444455556666", Region: "eu-central-1", Tables: tables}
	add("tables", string(s.Text()))
	s.Managed = true
	add("tables-managed", string(s.Text()))
	validateTogether(t, all)
}

// buildOf is a spec's build, and a name for it.
type buildOf struct {
	name string
	m    *model.Model
	tree generate.Tree
}

// validateTogether validates every root of the first environment of builds. To pay for one start of the provider, and not for
// one each, one root calls them all as modules.
func validateTogether(t *testing.T, all []buildOf) {
	t.Helper()
	dir := t.TempDir()
	var calls strings.Builder
	for _, b := range all {
		put(t, filepath.Join(dir, b.name), b.tree)
		env := b.m.Environments[0]
		fmt.Fprintf(&calls, "module %q {\n  source = %q\n}\n", b.name, "./"+b.name+"/"+artifact.EnvironmentDir(env))
		bootstrap := artifact.BootstrapRootDir(env)
		if slices.ContainsFunc(b.tree.Files, func(f output.File) bool { return strings.HasPrefix(f.Path, bootstrap+"/") }) {
			fmt.Fprintf(&calls, "module %q {\n  source = %q\n}\n", b.name+"-bootstrap", "./"+b.name+"/"+bootstrap)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(calls.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	// Nothing here makes a call.
	terraform := e2e.NewTerraform(t, &e2e.Emulator{}, dir, ".")
	terraform.Init(t)
	terraform.FmtCheck(t)
	// Its one warning is of this arrangement: a backend counts in the root that is run.
	answer, err := terraform.Run(t, "validate", "-no-color")
	if err != nil || strings.Count(answer, "Warning: ") != strings.Count(answer, "Warning: Backend configuration ignored") {
		t.Errorf("terraform validate: %v\n%s", err, answer)
	}
}
