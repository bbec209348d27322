package checks_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// This file finds the ids of all findings that the program can report, by reading its source. Findings are made by
// diag.Error and diag.Warning, of which the id is the first argument. It is seldom a text there, so it is followed back: to
// what callers pass as a parameter, what a function returns, what a field or a variable is given. An id that cannot be
// followed fails the test, so that none is missed.

// emitted returns the ids of findings, each with a place in the source that makes one.
func emitted(t *testing.T) map[string]string {
	t.Helper()
	ids := map[string]string{}
	for _, p := range packages(t) {
		for _, f := range p.functions {
			for _, call := range calls(f) {
				if !makesFinding(call) {
					continue
				}
				for _, id := range p.texts(call.Args[0], f) {
					if id != "" { // what finds nothing wrong returns no id
						ids[id] = p.files.Position(call.Pos()).String()
					}
				}
			}
		}
	}
	return ids
}

// makesFinding reports whether a call is one of diag.Error and diag.Warning.
func makesFinding(call *ast.CallExpr) bool {
	s, ok := call.Fun.(*ast.SelectorExpr)
	return ok && (s.Sel.Name == "Error" || s.Sel.Name == "Warning") && named(s.X, "diag")
}

func named(e ast.Expr, name string) bool {
	i, ok := e.(*ast.Ident)
	return ok && i.Name == name
}

// parsed is one package, as far as ids are followed through it.
type parsed struct {
	t         *testing.T
	files     *token.FileSet
	functions []*ast.FuncDecl
	values    map[string]ast.Expr // constants and variables
	fields    map[string][]string // of structs, in their order
	followed  map[*ast.FuncDecl]bool
}

// packages parses the module, tests aside.
func packages(t *testing.T) []*parsed {
	t.Helper()
	const root = "../.."
	byDir := map[string]*parsed{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		base := d.Name()
		if err == nil && d.IsDir() && name != root && (base == "testdata" || strings.ContainsAny(base[:1], "._")) {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(base, ".go") || strings.HasSuffix(base, "_test.go") {
			return err
		}
		dir := filepath.Dir(name)
		if byDir[dir] == nil {
			byDir[dir] = &parsed{t: t, files: token.NewFileSet(), values: map[string]ast.Expr{}, fields: map[string][]string{}, followed: map[*ast.FuncDecl]bool{}}
		}
		return byDir[dir].parse(name)
	})
	if err != nil {
		t.Fatal(err)
	}
	var out []*parsed
	for _, dir := range slices.Sorted(maps.Keys(byDir)) {
		out = append(out, byDir[dir])
	}
	return out
}

func (p *parsed) parse(name string) error {
	src, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	file, err := parser.ParseFile(p.files, name, src, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			p.functions = append(p.functions, f)
			continue
		}
		for _, s := range d.(*ast.GenDecl).Specs {
			p.declare(s)
		}
	}
	return nil
}

func (p *parsed) declare(s ast.Spec) {
	switch s := s.(type) {
	case *ast.ValueSpec:
		for i := range s.Values {
			p.values[s.Names[i].Name] = s.Values[i]
		}
	case *ast.TypeSpec:
		if of, ok := s.Type.(*ast.StructType); ok {
			p.fields[s.Name.Name] = namesIn(of.Fields)
		}
	}
}

// namesIn are the names of parameters or fields, one for each, in their order.
func namesIn(list *ast.FieldList) []string {
	var out []string
	for _, f := range list.List {
		for _, n := range f.Names {
			out = append(out, n.Name)
		}
	}
	return out
}

func calls(f *ast.FuncDecl) []*ast.CallExpr { return within[*ast.CallExpr](f) }

// within returns the nodes of one type in a function.
func within[T ast.Node](f *ast.FuncDecl) []T {
	var out []T
	ast.Inspect(f, func(n ast.Node) bool {
		if v, ok := n.(T); ok {
			out = append(out, v)
		}
		return true
	})
	return out
}

// texts returns every text that an expression in a function can have.
func (p *parsed) texts(e ast.Expr, in *ast.FuncDecl) []string {
	p.t.Helper()
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil {
			return []string{text}
		}
	case *ast.BinaryExpr:
		var out []string
		for _, left := range p.texts(e.X, in) {
			for _, right := range p.texts(e.Y, in) {
				out = append(out, left+right)
			}
		}
		return out
	case *ast.SelectorExpr:
		return p.given(e.Sel.Name)
	case *ast.Ident:
		return p.meant(e, in)
	}
	p.t.Fatalf("%s: cannot tell which ids of findings this can be", p.files.Position(e.Pos()))
	return nil
}

// meant is what a name stands for: a parameter, a variable of the function, or a constant.
func (p *parsed) meant(name *ast.Ident, in *ast.FuncDecl) []string {
	p.t.Helper()
	if i := slices.Index(namesIn(in.Type.Params), name.Name); i >= 0 {
		return p.passed(in, i)
	}
	var out []string
	for _, a := range within[*ast.AssignStmt](in) {
		for i, left := range a.Lhs {
			call, ok := a.Rhs[0].(*ast.CallExpr)
			switch {
			case !named(left, name.Name):
			case ok:
				out = append(out, p.returned(call, i)...)
			default:
				out = append(out, p.texts(a.Rhs[i], in)...)
			}
		}
	}
	if value, ok := p.values[name.Name]; ok && out == nil {
		out = p.texts(value, in)
	}
	if out == nil {
		p.t.Fatalf("%s: cannot tell what %s is", p.files.Position(name.Pos()), name.Name)
	}
	return out
}

// passed is what callers pass to a function as one of its parameters; of a recursive one, what others pass.
func (p *parsed) passed(callee *ast.FuncDecl, parameter int) []string {
	p.t.Helper()
	if p.followed[callee] {
		return nil
	}
	p.followed[callee] = true
	defer delete(p.followed, callee)
	var out []string
	for _, f := range p.functions {
		for _, call := range calls(f) {
			if p.callsOf(callee, call, f) {
				out = append(out, p.texts(call.Args[parameter], f)...)
			}
		}
	}
	return out
}

// callsOf reports whether a call is one of a function. Methods are known by their name, unless the receiver on which they are
// called has a method of that name that is another.
func (p *parsed) callsOf(callee *ast.FuncDecl, call *ast.CallExpr, in *ast.FuncDecl) bool {
	if callee.Recv == nil {
		return named(call.Fun, callee.Name.Name)
	}
	s, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != callee.Name.Name || p.imported(s.X) {
		return false
	}
	if in.Recv == nil || !named(s.X, strings.Join(namesIn(in.Recv), "")) {
		return true
	}
	own := receiver(in)
	return own == receiver(callee) || !slices.ContainsFunc(p.functions, func(f *ast.FuncDecl) bool {
		return f.Name.Name == callee.Name.Name && receiver(f) == own
	})
}

// imported reports whether an expression is a package that has functions called like methods here.
func (p *parsed) imported(e ast.Expr) bool {
	return named(e, "diag") || named(e, "fmt") || named(e, "errors")
}

// receiver is the name of the type that a method is of.
func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	kind := f.Recv.List[0].Type
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	if name, ok := kind.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}

// returned is what the functions of the name that a call has return in one place. What a function within such a function
// returns counts as well, so a call of that adds nothing.
func (p *parsed) returned(call *ast.CallExpr, result int) []string {
	p.t.Helper()
	name := ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	var out []string
	for _, f := range p.functions {
		if f.Name.Name != name {
			continue
		}
		for _, r := range within[*ast.ReturnStmt](f) {
			if result < len(r.Results) && !isCall(r.Results[result]) {
				out = append(out, p.texts(r.Results[result], f)...)
			}
		}
	}
	if out == nil {
		p.t.Fatalf("%s: cannot tell what %s returns", p.files.Position(call.Pos()), name)
	}
	return out
}

func isCall(e ast.Expr) bool { _, ok := e.(*ast.CallExpr); return ok }

// given is what the structs of the package are made with in a field.
func (p *parsed) given(field string) []string {
	p.t.Helper()
	var out []string
	for _, f := range p.functions {
		for _, literal := range within[*ast.CompositeLit](f) {
			for i, e := range literal.Elts {
				pair, keyed := e.(*ast.KeyValueExpr)
				switch {
				case keyed && named(pair.Key, field):
					out = append(out, p.texts(pair.Value, f)...)
				case !keyed && p.isField(literal.Type, i, field):
					out = append(out, p.texts(e, f)...)
				}
			}
		}
	}
	if out == nil {
		p.t.Fatalf("cannot tell what is in the field %s", field)
	}
	return out
}

// isField reports whether the i-th field of a struct type has a name.
func (p *parsed) isField(kind ast.Expr, i int, field string) bool {
	of, ok := kind.(*ast.Ident)
	return ok && i < len(p.fields[of.Name]) && p.fields[of.Name][i] == field
}
