package verify

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/prove"
)

// Outcome is a proof, and what lies outside it.
type Outcome struct {
	prove.Result
	Outside []string // what takes part in an apply, and is not the subject of the proof
}

// Tree holds an output directory to a model: the files of its lock are there as they were written, nothing else stands
// where Terraform or a reviewer would take it for generated, and the bytes on disk grant what the model means.
func Tree(m *model.Model, dir string, held *output.Held) Outcome {
	t := tree{dir: dir}
	for _, p := range held.Edited {
		t.find("edited-file", "Generated file was edited", p, "It is not what ddbgen wrote: its digest differs from the one in %s, so what was reviewed is not what would be applied. "+
			"Take the edit back, or change the spec and run ddbgen build.", output.LockName)
	}
	for _, p := range held.Missing {
		t.find("missing-file", "Generated file is missing", p, "%s names it, and no regular file is there, so Terraform would fail, or take away what it makes. Run ddbgen build.", output.LockName)
	}
	strays, outside := Strays(dir, held)
	out := Outcome{Result: prove.Run(m, held.Files), Outside: outside}
	out.Findings = slices.Concat(t.found, strays, out.Findings)
	return out
}

// Strays sorts out the files of an output directory that its lock does not name: findings are about those that Terraform or a
// reviewer would take for generated, outside are the others that take part in an apply.
func Strays(dir string, held *output.Held) (found hcl.Diagnostics, outside []string) {
	t := tree{dir: dir, loaded: map[string]bool{}, generated: map[string]bool{}}
	for _, f := range held.Files {
		t.generated[f.Path] = true
		if isConfiguration(f.Path) {
			t.loaded[path.Dir(f.Path)] = true
		}
	}
	for _, p := range held.Others {
		t.other(p)
	}
	return t.found, t.outside
}

// tree is the files of an output directory as they are sorted out.
type tree struct {
	dir       string
	loaded    map[string]bool // directories from which Terraform loads generated files
	generated map[string]bool
	found     hcl.Diagnostics
	outside   []string
}

// other sorts out a file that the lock does not name.
func (t *tree) other(p string) {
	dir := path.Dir(p)
	switch {
	case isPolicy(p):
		t.find("stray-file", "Policy that ddbgen did not write", p,
			"It stands among the generated policies, and nothing is proven of it. Move it elsewhere.")
	case !isConfiguration(p) || !t.loaded[dir]:
	case strings.HasPrefix(p, "modules/"):
		t.find("stray-file", "Terraform file that ddbgen did not write", p,
			"Terraform loads it as part of a generated module, and nothing is proven of it. Move it into the environment's root, or into a module of your own.")
	case t.overrides(p):
		t.find("override-file", "File that overrides generated ones", p,
			"Terraform merges it into the blocks of the generated files, so what is applied is not what is proven. Remove it, or give it another name.")
	default:
		t.outside = append(t.outside, p)
	}
}

// isConfiguration reports whether Terraform or OpenTofu loads a file as configuration.
func isConfiguration(p string) bool { return extension(p) != "" }

func extension(p string) string {
	for _, e := range []string{".tf", ".tf.json", ".tofu", ".tofu.json"} {
		if strings.HasSuffix(p, e) {
			return e
		}
	}
	return ""
}

// isPolicy reports whether a file stands where the policies of one of an environment's roots are.
func isPolicy(p string) bool {
	parts := strings.Split(p, "/")
	if len(parts) == 5 && parts[2] == artifact.BootstrapDir {
		parts = slices.Delete(parts, 2, 3)
	}
	return len(parts) == 4 && parts[0] == artifact.EnvironmentsDir && parts[2] == artifact.PoliciesDir && strings.HasSuffix(p, ".json")
}

// overrides reports whether a file changes blocks of other files: by its name (Terraform language, "Override files"), or as
// an OpenTofu file, which is loaded in place of the Terraform file of the same name (OpenTofu language, "Files and
// directories").
func (t *tree) overrides(p string) bool {
	e := extension(p)
	stem := strings.TrimSuffix(p, e)
	name := path.Base(stem)
	if name == "override" || strings.HasSuffix(name, "_override") {
		return true
	}
	return strings.HasPrefix(e, ".tofu") && slices.ContainsFunc([]string{".tf", ".tf.json"}, func(e string) bool { return t.generated[stem+e] })
}

func (t *tree) find(id, summary, p, format string, args ...any) {
	at := hcl.Range{Filename: path.Join(t.dir, p), Start: hcl.InitialPos, End: hcl.InitialPos}
	t.found = append(t.found, diag.Error(id, summary, fmt.Sprintf(format, args...), at))
}
