package prove

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"golang.org/x/text/unicode/norm"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/wiring"
)

// This file and those beside it with wiring in their names prove that Terraform attaches what was proven to what it was
// proven of, and attaches nothing else. What a root must make follows from the model; a resource is found by what
// identifies it (a role by its name, a policy by its file), compared argument by argument, and then accounted for. Any
// resource that is not accounted for in the end is a finding, so nothing can be added unseen: an inline policy, a grant of
// a key, a second policy, a data source.

// wiring proves what the roots of each environment attach to what.
func (p *prover) wiring(files []output.File) {
	tree := wiring.NewTree(files)
	roots := p.roots()
	for _, r := range roots {
		resources, err := tree.Read(r.dir)
		if err != nil {
			p.result.Findings = append(p.result.Findings, diag.Error("undecided-wiring", "Terraform cannot be decided",
				fmt.Sprintf("%v, so nothing is proven of what it attaches to what. %s", err, buildAgain), r.e.Origin))
			continue
		}
		w := &wired{
			p: p, m: p.m, e: r.e, resources: resources, claimed: map[*wiring.Resource]bool{},
			found: map[selector]map[string][]*wiring.Resource{}, keys: map[*model.Key]*wiring.Resource{}, tables: map[*model.Table]*wiring.Resource{},
		}
		w.provider()
		w.backend(r)
		r.prove(w)
		w.unclaimed()
		w.documents(r.own(files, roots))
	}
	p.strayRoots(files, roots)
}

// root is a Terraform root of a build, and the proof of what is in it.
type root struct {
	e         *model.Environment
	dir       string
	bootstrap bool
	prove     func(*wired)
}

// roots are the roots that the model asks for.
func (p *prover) roots() []root {
	var out []root
	for _, e := range p.m.Environments {
		out = append(out, root{e, artifact.EnvironmentDir(e), false, (*wired).environment})
		if p.m.Bootstraps() {
			out = append(out, root{e, artifact.BootstrapRootDir(e), true, (*wired).bootstrap})
		}
	}
	return out
}

// own are the files in a root's directory, without those of roots that lie in it.
func (r root) own(files []output.File, roots []root) []output.File {
	var out []output.File
	for _, f := range files {
		inner := slices.ContainsFunc(roots, func(s root) bool { return strings.HasPrefix(s.dir, r.dir+"/") && strings.HasPrefix(f.Path, s.dir+"/") })
		if strings.HasPrefix(f.Path, r.dir+"/") && !inner {
			out = append(out, f)
		}
	}
	return out
}

// strayRoots are directories where Terraform could be run, and nothing in the spec asks for it.
func (p *prover) strayRoots(files []output.File, roots []root) {
	var told []string
	for _, f := range files {
		dir, isTerraform := path.Dir(f.Path), strings.HasSuffix(f.Path, ".tf") || strings.HasSuffix(f.Path, ".tf.json")
		if !isTerraform || !strings.HasPrefix(dir, artifact.EnvironmentsDir+"/") || slices.Contains(told, dir) ||
			slices.ContainsFunc(roots, func(r root) bool { return r.dir == dir }) {
			continue
		}
		told = append(told, dir)
		p.result.Findings = append(p.result.Findings, diag.Error("wiring", "Terraform attaches something else",
			fmt.Sprintf("%s is no root that the spec asks for. %s", dir, buildAgain), hcl.Range{}))
	}
}

// wired is the wiring of one root.
type wired struct {
	p         *prover
	m         *model.Model
	e         *model.Environment
	resources []*wiring.Resource
	claimed   map[*wiring.Resource]bool // those that the model accounts for
	found     map[selector]map[string][]*wiring.Resource
	keys      map[*model.Key]*wiring.Resource
	tables    map[*model.Table]*wiring.Resource
}

// environment proves all that the environment's own root makes, in the order in which one thing refers to another.
func (w *wired) environment() {
	for _, r := range w.m.Roles {
		for _, tenant := range w.m.RoleTenants(r) {
			w.role(r, tenant)
		}
	}
	for _, k := range w.m.Keys {
		w.key(k)
	}
	for _, t := range w.m.Tables {
		w.table(t)
	}
	for _, x := range w.m.Endpoints {
		w.endpoint(x)
	}
	w.trail()
}

// provider demands the one provider that the policies' account and region belong to.
func (w *wired) provider() {
	region := selector{wiring.Provider, "aws", "region"}
	if r := w.one(w.e.Origin, "The environment", region, wiring.Literal(w.e.Region)); r != nil {
		w.match(w.e.Origin, r, wiring.Body{Arguments: arguments{
			"region":              wiring.Literal(w.e.Region),
			"allowed_account_ids": wiring.Literals([]string{w.e.Account}),
		}})
	}
}

// backend demands that the state is kept where the model says, encrypted and locked, and that of each root apart. Where the
// model says nothing, a backend is accounted for by nothing.
func (w *wired) backend(r root) {
	s := w.m.State
	if s == nil {
		return
	}
	key := wiring.Literal(w.e.StateKey(w.m, r.bootstrap))
	made := w.one(s.Origin, "The state", selector{wiring.Backend, "s3", "key"}, key)
	if made == nil {
		return
	}
	want := arguments{
		"bucket":  wiring.Literal(model.In(w.e, s.Bucket)),
		"key":     key,
		"region":  wiring.Literal(model.In(w.e, s.Region)),
		"encrypt": wiring.Bool(true),
	}
	if s.LockTable == "" {
		want["use_lockfile"] = wiring.Bool(true)
	} else {
		want["dynamodb_table"] = wiring.Literal(s.LockTable)
	}
	if arn := model.In(w.e, s.Key); arn != "" {
		want["kms_key_id"] = wiring.Literal(arn)
	}
	w.match(s.Origin, made, wiring.Body{Arguments: want})
}

// unclaimed are the resources that nothing in the spec asks for.
func (w *wired) unclaimed() {
	for _, r := range w.resources {
		if !w.claimed[r] {
			w.fault(w.e.Origin, "%s (%s) is nothing that the spec asks for.", r.Address(), r.Place)
		}
	}
}

// documents demands that each policy of a root is attached once. Terraform normalises the text that it reads, so a policy
// must be normal already to arrive as it was proven (Terraform language, "Types and values": strings are Unicode in form C).
func (w *wired) documents(files []output.File) {
	read := map[string]int{}
	for _, r := range w.resources {
		for _, path := range r.Files() {
			read[path]++
		}
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Path, ".json") {
			continue
		}
		if n := read[f.Path]; n != 1 {
			w.fault(w.e.Origin, "Terraform reads %s %d times, not once.", f.Path, n)
		}
		if !norm.NFC.IsNormal(f.Bytes) {
			w.fault(w.e.Origin, "%s holds characters that Terraform changes as it reads the file: write them in Unicode's form C.", f.Path)
		}
	}
}

// has reports whether a build made a policy. That it makes all that the model asks for is proven from the documents.
func (w *wired) has(p artifact.Policy) bool {
	_, there := w.p.files[p.Path()]
	return there
}

// selector is an argument that resources are found by.
type selector struct {
	mode           wiring.Mode
	kind, argument string
}

// where are the resources that have an argument with a value; they are accounted for from here on.
func (w *wired) where(s selector, v wiring.Value) []*wiring.Resource {
	if w.found[s] == nil {
		w.found[s] = map[string][]*wiring.Resource{}
		for _, r := range w.resources {
			if value, set := r.Arguments[s.argument]; set && r.Mode == s.mode && r.Type == s.kind {
				w.found[s][value.String()] = append(w.found[s][value.String()], r)
			}
		}
	}
	found := w.found[s][v.String()]
	for _, r := range found {
		w.claimed[r] = true
	}
	return found
}

// one is the only resource that has an argument with a value; nil, with a finding, if there is none or several.
func (w *wired) one(origin hcl.Range, what string, s selector, v wiring.Value) *wiring.Resource {
	found := w.where(s, v)
	if len(found) == 1 {
		return found[0]
	}
	w.fault(origin, "%s must have exactly one %s with the %s %s, and has %d.", what, s.kind, s.argument, v, len(found))
	return nil
}

type arguments = map[string]wiring.Value

// match demands that a resource is as wanted. Arguments and blocks in free may be anything: they say how a thing is
// described or paid for, not who may do what.
func (w *wired) match(origin hcl.Range, r *wiring.Resource, want wiring.Body, free ...string) {
	for _, name := range slices.Sorted(maps.Keys(want.Arguments)) {
		got := r.Arguments[name]
		switch {
		case got == nil:
			w.fault(origin, "%s (%s) has no %s, which should be %s.", r.Address(), r.Place, name, want.Arguments[name])
		case !wiring.Equal(got, want.Arguments[name]):
			w.fault(origin, "%s (%s) has the %s %s, which should be %s.", r.Address(), r.Place, name, got, want.Arguments[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Arguments)) {
		if _, wanted := want.Arguments[name]; !wanted && !slices.Contains(free, name) {
			w.fault(origin, "%s (%s) has an argument that nothing asks for, %s.", r.Address(), r.Place, name)
		}
	}
	w.matchBlocks(origin, r, want.Blocks, free)
	for _, name := range r.Ignored {
		if !slices.Contains(free, "ignore "+name) {
			w.fault(origin, "%s (%s) leaves changes of %s alone, so what was proven is not restored.", r.Address(), r.Place, name)
		}
	}
}

// unordered is a list that is wanted of a set, in the order in which it is written, which does not count.
func unordered(written wiring.Value, want wiring.List) wiring.Value {
	if list, isList := written.(wiring.List); isList && wiring.EqualSets(list, want) {
		return list
	}
	return want
}

// matchBlocks demands the blocks that are wanted, in whatever order.
func (w *wired) matchBlocks(origin hcl.Range, r *wiring.Resource, want []wiring.Block, free []string) {
	missing := map[string]int{}
	for _, b := range want {
		missing[b.String()]++
	}
	for _, b := range r.Blocks {
		if missing[b.String()] > 0 {
			missing[b.String()]--
		} else if !slices.Contains(free, b.Type) {
			w.fault(origin, "%s (%s) has a block that nothing asks for, %s.", r.Address(), r.Place, b)
		}
	}
	for _, b := range want {
		if missing[b.String()] > 0 {
			missing[b.String()]--
			w.fault(origin, "%s (%s) lacks a block, %s.", r.Address(), r.Place, b)
		}
	}
}

func (w *wired) fault(origin hcl.Range, format string, args ...any) {
	w.p.result.Findings = append(w.p.result.Findings, diag.Error("wiring", "Terraform attaches something else",
		fmt.Sprintf("In %s: ", w.e.Name)+fmt.Sprintf(format, args...)+" "+buildAgain, origin))
}

// tags are the tags of a resource that has some of its own.
func (w *wired) tags(own []model.Tag) wiring.Value {
	out := wiring.Object{}
	for _, t := range w.e.AllTags(w.m, own) {
		out[t.Key] = wiring.Literal(t.Value)
	}
	return out
}
