// Package tfhcl reads Terraform's own files: the roles, users, groups, policies, tables, keys and endpoints that a directory
// declares.
//
// It computes what Terraform would, as far as the files alone can tell: variables with their defaults, locals, functions,
// for_each and count, the policy documents of data sources, and modules in directories below. A resource is referred to by what
// it will be, so that an ARN in a policy agrees with the table that it is about. What is not known is a name in braces, the same
// for the same, and a note says what it stands for.
//
// Where it is not known which of two values is taken, a policy is what it is at worst: statements that allow are there if they
// are there in one case, statements that deny only if they are there in every case.
//
// It is not what proves a build (that is internal/wiring, which refuses whatever it does not know for certain): here are files
// of anybody, and a reader who says what he could not read.
package tfhcl

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// The checks of this package.
const (
	idUnresolved = "unresolved-value"
	idAssumed    = "assumed-place"
	idUnread     = "unread-part"
	idFile       = "unreadable-file"
)

// Options say what the files leave to whoever applies them.
type Options struct {
	Account, Region string
	Parameters      map[string]string // the values of variables
	Root            string            // a directory around the one that is read, out of which nothing is read; empty: that one itself
}

// maxFile is more than any file that a policy is read from.
const maxFile = 1 << 20

// reader is a directory while it is read.
type reader struct {
	options     Options
	dir         string          // out of which nothing is read
	cwd         string          // in which Terraform runs, below dir; empty: dir itself
	called      map[string]bool // directories of modules that are called, below dir
	inv         *inventory.Inventory
	paths       map[string]string // of a file below the directory, by what it is below the directory
	reported    map[string]bool
	starts      map[string][]int
	sizes       map[*tree.Node]int
	symbols     map[string]string
	chosen      map[string]bool
	assigned    map[string]*tree.Node // by terraform.tfvars
	home        string                // the region of the provider
	homeAccount string                // the only account that it takes
	expanded    map[string][]made
	moduleCount int
	depth       int
	spent       int
	budget      int
	assumption
}

// Read reads a directory: files are its own, and those of the directories below it, by their paths. It is false if no file is of
// Terraform.
func Read(dir string, files map[string][]byte, o Options) (*inventory.Inventory, bool) {
	root, ok := rooted(dir, files, o)
	if !ok {
		return nil, false
	}
	return root.read(), true
}

// read makes the inventory.
func (m *module) read() *inventory.Inventory {
	r := m.reader
	for _, rel := range slices.Sorted(maps.Keys(r.paths)) {
		if strings.HasSuffix(rel, ".tf.json") && path.Dir(rel) == path.Clean(r.cwd) {
			r.unread(hcl.Range{Filename: r.paths[rel], Start: hcl.InitialPos, End: hcl.InitialPos}, "Terraform in JSON", "What this file declares is not read. Give a plan: terraform show -json.")
		}
	}
	var all []instance
	r.collect(m, &all)
	things(r.inv, all)
	if r.spent > r.budget {
		r.inv.Findings = append(r.inv.Findings, diag.Error(idUnread, "Files that grow too large", "What these files compute takes too long, and not all of it was read. Give a plan: terraform show -json.", hcl.Range{}))
	}
	return r.inv
}

// rooted takes up the files of a directory; false if none is of Terraform.
func rooted(dir string, files map[string][]byte, o Options) (*module, bool) {
	r := &reader{options: o, dir: path.Clean(dir), inv: &inventory.Inventory{Files: map[string][]byte{}}, paths: map[string]string{}, called: map[string]bool{}, reported: map[string]bool{},
		starts: map[string][]int{}, sizes: map[*tree.Node]int{}, symbols: map[string]string{}, chosen: map[string]bool{}, assigned: map[string]*tree.Node{}, expanded: map[string][]made{}}
	if o.Root != "" {
		if rel, ok := below(path.Clean(o.Root), r.dir); ok {
			r.dir, r.cwd = path.Clean(o.Root), rel
		}
	}
	r.steady, r.naming = map[string]*tree.Node{}, map[string]bool{}
	r.kept, r.busy = r.steady, r.naming
	size := 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		rel, ok := below(r.dir, path.Clean(name))
		if !ok {
			continue
		}
		r.paths[rel] = name
		r.inv.Files[name] = files[name]
		if strings.HasSuffix(name, ".tf") {
			size += len(files[name])
		}
	}
	r.budget = 1<<20 + 64*size
	root := r.newModule("", r.cwd, 0)
	own := r.filesOf(r.cwd)
	root.load(own)
	r.assign(root)
	r.provider(root)
	return root, len(own) > 0
}

// below is a path as it is from a directory that it lies in.
func below(dir, name string) (string, bool) {
	if dir == name {
		return "", true
	}
	if dir == "." && !path.IsAbs(name) && !outside(name) {
		return name, true
	}
	return strings.CutPrefix(name, strings.TrimSuffix(dir, "/")+"/")
}

// outside reports whether a path leads out of the directory that it is from.
func outside(rel string) bool { return rel == ".." || strings.HasPrefix(rel, "../") }

// All reads directories of Terraform below one. Those that others call as modules are read as these call them, and not by
// themselves, where their variables have no values.
func All(root string, directories []string, files map[string]map[string][]byte, o Options) *inventory.Inventory {
	o.Root = root
	type reading struct {
		inv    *inventory.Inventory
		called map[string]bool
	}
	found := map[string]reading{} // by what the directory is below root
	called := map[string]bool{}
	var order []string
	for _, dir := range directories {
		m, ok := rooted(dir, files[dir], o)
		if !ok {
			continue
		}
		rel := path.Clean(m.cwd)
		found[rel] = reading{m.read(), m.called}
		order = append(order, rel)
		for other := range m.called {
			called[other] = called[other] || other != rel
		}
	}
	out, covered := &inventory.Inventory{}, map[string]bool{}
	for _, rel := range order {
		if !called[rel] {
			out.Add(found[rel].inv)
			maps.Copy(covered, found[rel].called)
		}
	}
	for _, rel := range order { // what calls only each other is read as well
		if called[rel] && !covered[rel] {
			out.Add(found[rel].inv)
		}
	}
	return out
}

// filesOf are the files of Terraform in a directory, in order.
func (r *reader) filesOf(dir string) []string {
	var out []string
	for _, rel := range slices.Sorted(maps.Keys(r.paths)) {
		if strings.HasSuffix(rel, ".tf") && path.Dir(rel) == path.Clean(dir) {
			out = append(out, r.paths[rel])
		}
	}
	if len(out) == 0 {
		out = r.onDisk(dir)
	}
	return out
}

// onDisk takes up the files of a module that were not given.
func (r *reader) onDisk(dir string) []string {
	if outside(dir) || path.Clean(dir) == path.Clean(r.cwd) {
		return nil
	}
	entries, err := os.ReadDir(path.Join(r.dir, dir))
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".tf") && !e.IsDir() {
			if src, name, ok := r.open(path.Join(dir, e.Name())); ok {
				r.inv.Files[name] = src
				r.budget += 64 * len(src)
				out = append(out, name)
			}
		}
	}
	return out
}

// open reads a file below the directory, which no link leads out of.
func (r *reader) open(rel string) ([]byte, string, bool) {
	if rel = path.Clean(rel); outside(rel) {
		return nil, "", false
	}
	if name, ok := r.paths[rel]; ok {
		return r.inv.Files[name], name, true
	}
	root, err := os.OpenRoot(r.dir)
	if err != nil {
		return nil, "", false
	}
	defer func() { _ = root.Close() }()
	f, err := root.Open(rel)
	if err != nil {
		return nil, "", false
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, "", false
	}
	src, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil || len(src) > maxFile {
		return nil, "", false
	}
	name := path.Join(r.dir, rel)
	r.paths[rel] = name
	r.inv.Files[name] = src
	return src, name, true
}

// assign takes up the values of variables from the files that Terraform reads by itself (Terraform documentation, "Variable
// Definitions (.tfvars) Files").
func (r *reader) assign(root *module) {
	names := []string{path.Join(r.cwd, "terraform.tfvars")}
	for _, rel := range slices.Sorted(maps.Keys(r.paths)) {
		if strings.HasSuffix(rel, ".auto.tfvars") && path.Dir(rel) == path.Clean(r.cwd) {
			names = append(names, rel)
		}
	}
	for _, rel := range names {
		src, name, ok := r.open(rel)
		if !ok {
			continue
		}
		body, problem := parse(src, name)
		if problem != nil {
			r.inv.Findings = append(r.inv.Findings, problem)
			continue
		}
		for _, a := range sorted(body.Attributes) {
			r.assigned[a.Name] = root.eval(a.Expr, nil)
		}
	}
}

// provider takes the region from the provider, if it is known there, and the account, if the provider takes no other (Terraform
// registry, hashicorp/aws, allowed_account_ids).
func (r *reader) provider(root *module) {
	for _, b := range root.providers {
		if len(b.Labels) != 1 || b.Labels[0] != "aws" || b.Body.Attributes["alias"] != nil {
			continue
		}
		argument := func(name string) *tree.Node {
			if a := b.Body.Attributes[name]; a != nil {
				return root.eval(a.Expr, nil)
			}
			return nil
		}
		if v := argument("region"); v.String() != "" && v.Unknown == nil {
			r.home = v.Text
		}
		if v := argument("allowed_account_ids"); len(v.Each()) == 1 && v.Unknown == nil && v.Each()[0].Unknown == nil {
			r.homeAccount = v.Each()[0].Text
		}
	}
}

func (r *reader) account(at hcl.Range) string {
	switch {
	case r.options.Account != "":
		return r.options.Account
	case r.homeAccount != "":
		return r.homeAccount
	}
	r.assumed(at)
	return "000000000000"
}

func (r *reader) region(at hcl.Range) string {
	switch {
	case r.options.Region != "":
		return r.options.Region
	case r.home != "":
		return r.home
	}
	r.assumed(at)
	return "us-east-1"
}

func (r *reader) partition(at hcl.Range) string {
	if p, ok := catalog.PartitionOf(r.region(at)); ok {
		return p.ID
	}
	return "aws"
}

// assumed says once that account or region are made up.
func (r *reader) assumed(at hcl.Range) {
	if r.reported["assumed"] {
		return
	}
	r.reported["assumed"] = true
	r.tell(diag.Noted(diag.Warning(idAssumed, "Account or region that is not known", "The files do not say for which account and region they are. Where none is given, the account is 000000000000 and the region us-east-1. Give them with --account and --region.", at)))
}

func (r *reader) unread(at hcl.Range, title, format string, args ...any) {
	r.tell(diag.Warning(idUnread, title, fmt.Sprintf(format, args...), at))
}

func (r *reader) note(at hcl.Range, title, format string, args ...any) {
	r.tell(diag.Noted(diag.Warning(idUnresolved, title, fmt.Sprintf(format, args...), at)))
}

func (r *reader) tell(d *hcl.Diagnostic) {
	key := d.Summary + "\x00" + d.Detail
	if d.Subject != nil {
		key += "\x00" + d.Subject.String()
	}
	if !r.reported[key] {
		r.reported[key] = true
		r.inv.Findings = append(r.inv.Findings, d)
	}
}

// unresolved says of each value within a node what it is that could not be resolved, once a place. That AWS chooses names is
// said once: each is the same everywhere, so that little hangs on it.
func (r *reader) unresolved(n *tree.Node) {
	if n == nil {
		return
	}
	for _, what := range n.Unknown {
		switch {
		case r.chosen[what] && r.reported["chosen"]:
		case r.chosen[what]:
			r.reported["chosen"] = true
			r.note(n.Range, "Names that AWS chooses", "Some of what these files make has no name or id yet. A name in braces stands for each, the same wherever it is referred to, as here for %s.", what)
		case len(n.Text) < 200 && strings.Contains(n.Text, "{"):
			r.note(n.Range, "Value that is not known", "%s is not known here, and a name in braces stands for it: %s. Give the values of the variables, or a plan, to see what follows from it.", upper(what), n.Text)
		default:
			r.note(n.Range, "Value that is not known", "%s is not known here. Give the values of the variables, or a plan, to see what follows from it.", upper(what))
		}
	}
	for _, i := range n.Items {
		r.unresolved(i)
	}
	for _, m := range n.Members {
		r.unresolved(m.Value)
	}
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
