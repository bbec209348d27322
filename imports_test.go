// Package ddbgen_test holds the whole module to its architecture: which package
// may import which, and that each says what it is for.
package ddbgen_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/ddbgen/ddbgen"

// ban forbids imports. A package of this module is written "./spec/source", any
// other by its import path. Example is an import, from and to, that must be caught.
type ban struct {
	why     string
	forbids rule
	example [2]string
}

type rule func(from, to string) bool

func bans() []ban {
	return []ban{
		{"a helper that the proof shares with the compiler would be a mistake they share",
			both(under("./internal/evaluate", "./internal/access", "./internal/prove", "./internal/wiring", "./internal/verify", "./internal/decide"), under("./generate")), [2]string{"./internal/prove", "./generate/iam"}},
		{"what the proof expects of a key it works out itself",
			both(under("./internal/evaluate", "./internal/access", "./internal/prove"), under("./internal/keyuse")), [2]string{"./internal/prove", "./internal/keyuse"}},
		{"a compiler that asks its witness has none",
			both(under("./generate"), under("./internal/access", "./internal/prove", "./internal/evaluate", "./internal/wiring", "./internal/verify", "./internal/explain")), [2]string{"./generate", "./internal/prove"}},
		{"what decides one request knows nothing of what it is asked for",
			both(under("./internal/evaluate"), and(under("."), not(under("./internal/policy")))), [2]string{"./internal/evaluate", "./internal/model"}},
		{"what the judge knows of AWS it does not have from those it judges",
			both(under("./internal/judge"), and(under("."), not(under("./internal/judge", "./internal/e2e", "./internal/evaluate", "./internal/policy")))), [2]string{"./internal/judge", "./internal/calls"}},
		{"the proof reads meaning from the model, not from the words of a file",
			both(under("./internal/access", "./internal/prove", "./internal/wiring", "./internal/verify", "./internal/explain", "./internal/plan"), under("./spec")), [2]string{"./internal/prove", "./spec"}},
		{"what exists is judged by itself, not by what a spec would make of it",
			both(under("./internal/inventory", "./internal/audit", "./internal/diff"), under("./generate", "./spec")), [2]string{"./internal/audit", "./generate/iam"}},
		{"an audit holds the documents of anybody to AWS's rules, and the proof holds ours to the spec: neither leans on the other",
			both(under("./internal/audit", "./internal/diff"), under("./internal/prove")), [2]string{"./internal/diff", "./internal/prove"}},
		{"files have forms, and what is read of them has none",
			both(under("./internal/audit", "./internal/diff", "./internal/infer"), under("./internal/inventory/awscli", "./internal/inventory/tfjson", "./internal/inventory/tfhcl", "./internal/inventory/cfn")), [2]string{"./internal/audit", "./internal/inventory/cfn"}},
		{"the YAML may change, the policies must not",
			both(under("./generate"), under("./spec")), [2]string{"./generate/iam", "./spec/source"}},
		{"generate passes values between the generators, so that each is read alone",
			siblings, [2]string{"./generate/kms", "./generate/iam"}},
		{"the meaning of a spec has no syntax, neither YAML nor JSON nor HCL",
			both(under("./internal/model"), under(".")), [2]string{"./internal/model", "./internal/catalog"}},
		{"compiler and proof both stand on policy, so it stands on nothing that could carry one's mistake to the other",
			both(under("./internal/policy"), not(standard)), [2]string{"./internal/policy", "./internal/model"}},
		{"what a person may write does not depend on what is made of it",
			both(under("./spec"), under("./generate", "./internal/policy")), [2]string{"./spec/source", "./internal/policy"}},
		{"a tree of files and a list of findings mean the same whatever is in them",
			both(under("./internal/output", "./internal/diag"), under(".")), [2]string{"./internal/diag", "./internal/model"}},
		{"pages explain what any part of the module reports, and depend on none",
			both(under("./internal/checks"), under(".")), [2]string{"./internal/checks", "./spec"}},
		{"templates are text and its embedding; what fills them is made by the generators",
			both(under("./templates"), not(standard)), [2]string{"./templates", "./internal/model"}},
		{"commands wire the other packages together and hold nothing that those could need",
			both(not(under("./cmd")), under("./cmd")), [2]string{"./internal/diag", "./cmd/ddbgen"}},
		{"the command line is known to commands only",
			both(not(under("./cmd")), under("github.com/alecthomas/kong")), [2]string{"./spec", "github.com/alecthomas/kong"}},
	}
}

type match func(string) bool

func both(from, to match) rule { return func(f, t string) bool { return from(f) && to(t) } }
func and(a, b match) match     { return func(p string) bool { return a(p) && b(p) } }
func not(m match) match        { return func(p string) bool { return !m(p) } }

// under matches the packages named and those below them.
func under(roots ...string) match {
	return func(p string) bool {
		return slices.ContainsFunc(roots, func(r string) bool { return strings.HasPrefix(p+"/", r+"/") })
	}
}

// standard matches packages of Go itself: the others begin with a host name or a dot.
func standard(p string) bool {
	return !strings.Contains(strings.Split(p, "/")[0], ".")
}

// siblings matches an import from one generator's directory to another's.
func siblings(from, to string) bool {
	f, t := strings.Split(from, "/"), strings.Split(to, "/")
	return under("./generate")(from) && under("./generate")(to) && len(f) > 2 && len(t) > 2 && f[2] != t[2]
}

func TestImports(t *testing.T) {
	own := 0
	sources(t, func(name string, f *ast.File) {
		for _, i := range f.Imports {
			from, to := "./"+path.Dir(name), strings.Trim(i.Path.Value, "\"`")
			if rest, ok := strings.CutPrefix(to, module+"/"); ok {
				to = "./" + rest
				own++
			}
			for _, b := range bans() {
				if b.forbids(from, to) {
					t.Errorf("%s: %s imports %s, but %s", name, from, to, b.why)
				}
			}
		}
	})
	if own == 0 {
		t.Errorf("no file imports a package of %s: has the module another name now?", module)
	}
}

// TestBans shows that each ban catches its example, and none catches what is allowed.
func TestBans(t *testing.T) {
	allowed := [][2]string{
		{"./cmd/ddbgen", "./generate"}, {"./cmd/ddbgen", "github.com/alecthomas/kong"}, {"./generate", "./generate/iam"},
		{"./generate/iam", "./internal/policy"}, {"./generate/iam", "./generate/iam/trust"}, {"./internal/prove", "./internal/evaluate"}, {"./generate/iam", "./internal/keyuse"},
		{"./internal/policy", "encoding/json"}, {"./spec", "./spec/source"}, {"./internal/diag", "github.com/hashicorp/hcl/v2"}, {"./templates", "embed"},
	}
	for _, b := range bans() {
		if !b.forbids(b.example[0], b.example[1]) {
			t.Errorf("%s: %v is not caught", b.why, b.example)
		}
		for _, a := range allowed {
			if b.forbids(a[0], a[1]) {
				t.Errorf("%s: %v is caught", b.why, a)
			}
		}
	}
}

func TestPackageComments(t *testing.T) {
	said := map[string]string{}
	sources(t, func(name string, f *ast.File) { said[path.Dir(name)] += f.Doc.Text() })
	for _, dir := range slices.Sorted(maps.Keys(said)) {
		if said[dir] == "" {
			t.Errorf("%s has no comment that says what the package is for", dir)
		}
	}
}

// sources visits the Go files of the module, tests aside, up to their imports.
func sources(t *testing.T, visit func(name string, f *ast.File)) {
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		base := d.Name()
		if err == nil && d.IsDir() && name != "." && (base == "testdata" || strings.ContainsAny(base[:1], "._")) {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(base, ".go") || strings.HasSuffix(base, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly|parser.ParseComments)
		if err == nil {
			visit(name, f)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
