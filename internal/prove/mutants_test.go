package prove_test

import (
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/prove"
	"github.com/ddbgen/ddbgen/spec"
)

// samples is how many requests must be answered alike by a document and by one that is said to mean the same.
const samples = 200

// tally is what became of the mutants.
type tally struct{ total, killed, undecided, equal int }

func (t *tally) add(u tally) {
	t.total += u.total
	t.killed += u.killed
	t.undecided += u.undecided
	t.equal += u.equal
}

// TestMutants breaks every generated policy of every example in every way of one edit. Each mutant is found, with a request
// that the evaluator confirms, or means the same, which the evaluator is asked about too.
func TestMutants(t *testing.T) {
	specs, err := filepath.Glob("../../examples/*/spec.yaml")
	if err != nil || len(specs) == 0 {
		t.Fatal("no examples", err)
	}
	var mutex sync.Mutex
	var all tally
	for _, path := range specs {
		t.Run(filepath.Base(filepath.Dir(path)), func(t *testing.T) {
			for environment, files := range byEnvironment(build(t, path)) {
				if testing.Short() && environment != "production" {
					continue // like production, under other names
				}
				t.Run(environment, func(t *testing.T) {
					t.Parallel()
					found := breakAll(t, files)
					mutex.Lock()
					defer mutex.Unlock()
					all.add(found)
				})
			}
		})
	}
	t.Logf("%d mutants: %d found, of which %d as undecided or unreadable; %d mean the same", all.total, all.killed, all.undecided, all.equal)
	if all.total < 5000 {
		t.Errorf("%d mutants are fewer than there should be", all.total)
	}
}

// byEnvironment divides files, because only those of one environment share what they are proven with.
func byEnvironment(files []prove.File) map[string][]prove.File {
	out := map[string][]prove.File{}
	for _, f := range files {
		environment := strings.Split(f.Path, "/")[1]
		out[environment] = append(out[environment], f)
	}
	return out
}

// breakAll proves every mutant of every file.
func breakAll(t *testing.T, files []prove.File) tally {
	known := knownOf(t, files)
	var out tally
	for _, f := range files {
		if found := f.Prove(f.Bytes); found.HasErrors() {
			t.Errorf("%s is not proven to begin with: %v", f.Path, found)
			continue
		}
		out.add(mutate(t, f, known))
	}
	return out
}

func build(t *testing.T, path string) []prove.File {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, ds := spec.Load(path, src)
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	tree, ds := generate.All(m)
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	files := prove.Files(m, tree.Files)
	if len(files) != len(tree.Policies) {
		t.Fatalf("%d policies are generated, and something is proven of %d", len(tree.Policies), len(files))
	}
	return files
}

// mutate proves every mutant of a file.
func mutate(t *testing.T, f prove.File, k known) tally {
	original := parsed(t, f.Bytes)
	seen := map[string]bool{string(policy.Encode(original)): true}
	var out tally
	for _, m := range mutants(original, f.Kind, k) {
		encoded, can := encode(m.document)
		if !can || seen[string(encoded)] {
			continue
		}
		seen[string(encoded)] = true
		out.total++
		found := f.Prove(encoded)
		if !found.HasErrors() {
			out.equal++
			requireAlike(t, f, m, original, parsed(t, encoded))
			continue
		}
		out.killed++
		for _, d := range found {
			if id := fmt.Sprint(d.Summary); strings.Contains(id, "cannot be") {
				out.undecided++
			}
			if strings.Contains(d.Detail, "does not confirm") {
				t.Errorf("%s, %s: %s", f.Path, m.name, d.Detail)
			}
		}
	}
	if !f.Prove(nil).HasErrors() {
		t.Errorf("%s is missing, and nothing is found", f.Path)
	}
	return out
}

func parsed(t *testing.T, bytes []byte) policy.Document {
	t.Helper()
	d, err := policy.Parse(bytes)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// encode is the JSON of a mutant; false if JSON cannot say it, because two conditions have the same operator and key.
func encode(d policy.Document) ([]byte, bool) {
	for _, s := range d.Statement {
		seen := map[string]bool{}
		for _, c := range s.Condition {
			name := c.Operator + "\x00" + strings.ToLower(c.Key)
			if seen[name] {
				return nil, false
			}
			seen[name] = true
		}
	}
	bytes := policy.Encode(d)
	_, err := policy.Parse(bytes)
	return bytes, err == nil
}

// requireAlike asks the evaluator whether two documents answer sampled requests alike.
func requireAlike(t *testing.T, f prove.File, m mutant, original, changed policy.Document) {
	t.Helper()
	seed := fnv.New64()
	seed.Write([]byte(f.Path + m.name))
	s := prove.NewSampler(seed.Sum64(), f.Kind, original, changed)
	before, after := f.Policies(original), f.Policies(changed)
	for range samples {
		r := s.Request()
		a, b := evaluate.Decide(r, before).Outcome, evaluate.Decide(r, after).Outcome
		if a != b {
			t.Errorf("%s, %s: said to mean the same, but the evaluator answers %s before and %s after to %s on %s by %s with %v",
				f.Path, m.name, a, b, r.Action, r.Resource, r.Principal.Name, r.Context)
			return
		}
	}
}

// known is what the files of a build name, for mutants that swap one name for another.
type known struct {
	principals []string // ARNs and services
	resources  []string
}

func knownOf(t *testing.T, files []prove.File) known {
	var k known
	for _, f := range files {
		for _, s := range parsed(t, f.Bytes).Statement {
			k.resources = append(k.resources, s.Resource...)
			if s.Principal != nil {
				k.principals = append(k.principals, s.Principal.AWS...)
			}
		}
	}
	for _, list := range []*[]string{&k.principals, &k.resources} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return k
}

// mutant is a document with one edit.
type mutant struct {
	name     string
	document policy.Document
}

// editor gathers the mutants of a document.
type editor struct {
	original policy.Document
	kind     artifact.Kind
	known    known
	out      []mutant
}

// mutants are all documents of one edit.
func mutants(d policy.Document, kind artifact.Kind, k known) []mutant {
	e := editor{original: d, kind: kind, known: k}
	e.document()
	for i := range d.Statement {
		e.statement(i)
		e.actions(i)
		e.resources(i)
		e.principal(i)
		for c := range d.Statement[i].Condition {
			e.condition(i, c)
			e.operator(i, c)
			e.key(i, c)
			e.values(i, c)
		}
	}
	return e.out
}

// edit adds a mutant.
func (e *editor) edit(name string, change func(d *policy.Document)) {
	d := clone(e.original)
	change(&d)
	e.out = append(e.out, mutant{name, d})
}

// in adds a mutant of one statement.
func (e *editor) in(i int, name string, change func(s *policy.Statement)) {
	e.edit(fmt.Sprintf("statement %d: %s", i, name), func(d *policy.Document) { change(&d.Statement[i]) })
}

func clone(d policy.Document) policy.Document {
	d.Statement = slices.Clone(d.Statement)
	for i := range d.Statement {
		s := &d.Statement[i]
		s.Action, s.Resource = slices.Clone(s.Action), slices.Clone(s.Resource)
		s.Condition = slices.Clone(s.Condition)
		for c := range s.Condition {
			s.Condition[c].Values = slices.Clone(s.Condition[c].Values)
		}
		if s.Principal != nil {
			p := *s.Principal
			p.AWS, p.Service, p.Federated = slices.Clone(p.AWS), slices.Clone(p.Service), slices.Clone(p.Federated)
			s.Principal = &p
		}
	}
	return d
}

// lists calls change with every way to drop one of some texts, and to put another in its place.
func lists(texts []string, others func(text string) []string, add []string, change func(name string, texts []string)) {
	for i, text := range texts {
		change("drop "+text, slices.Delete(slices.Clone(texts), i, i+1))
		for _, other := range others(text) {
			changed := slices.Clone(texts)
			changed[i] = other
			change(text+" becomes "+other, changed)
		}
	}
	for _, more := range add {
		change("add "+more, append(slices.Clone(texts), more))
	}
}
