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
	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/prove"
	"github.com/ddbgen/ddbgen/internal/sample"
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

// specs are the specs whose output is proven.
func specs(t *testing.T) []string {
	t.Helper()
	examples, err := filepath.Glob("../../examples/*/spec.yaml")
	if err != nil || len(examples) == 0 {
		t.Fatal("no examples", err)
	}
	return append(examples, deploySpec)
}

// deploySpec is a spec with all that a deployment can have. Its second environment is like the first, in another partition.
const deploySpec = "testdata/deploy/spec.yaml"

// everyMutant asks for all mutants there are. Without it those of a document that has many are sampled, and environments that
// are like production are left out.
var everyMutant = os.Getenv("DDBGEN_EVERY_MUTANT") != ""

// fewMutants is how many mutants of a document are all proven.
const fewMutants = 100

// TestMutants breaks every generated policy of every spec in every way of one edit. Each mutant is found, with a request
// that the evaluator confirms, or means the same, which the evaluator is asked about too.
//
// That takes minutes: DDBGEN_EVERY_MUTANT=1 go test -run TestMutants -v ./internal/prove.
func TestMutants(t *testing.T) {
	var mutex sync.Mutex
	var all tally
	t.Run("of", func(t *testing.T) {
		for _, path := range specs(t) {
			for root, files := range byRoot(build(t, path)) {
				if !strings.HasPrefix(root, "environments/production/") && (!everyMutant || path == deploySpec) {
					continue // like production, under other names
				}
				t.Run(filepath.Base(filepath.Dir(path))+"/"+root, func(t *testing.T) {
					t.Parallel()
					found := breakAll(t, files)
					mutex.Lock()
					defer mutex.Unlock()
					all.add(found)
				})
			}
		}
	})
	t.Logf("%d mutants: %d found, of which %d as undecided or unreadable; %d mean the same", all.total, all.killed, all.undecided, all.equal)
	least := 8000
	if everyMutant {
		least = 80000
	}
	if all.total < least {
		t.Errorf("%d mutants are fewer than there should be", all.total)
	}
}

// byRoot divides files, because only those of one root share what they are proven with.
func byRoot(files []prove.File) map[string][]prove.File {
	out := map[string][]prove.File{}
	for _, f := range files {
		root := filepath.Dir(f.Path)
		out[root] = append(out[root], f)
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
	for _, m := range sampled(f.Path, mutants(original, f.Kind, k)) {
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
	s := sample.NewSampler(seedOf(f.Path+m.name), f.Kind, original, changed)
	before, after := f.Policies(original), f.Policies(changed)
	for range samples {
		r := access.Placed(s.Request(), f.Kind)
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
	edited   string // which statement, and what of it
	document policy.Document
}

// sampled is the mutants of a document, of one that has many only some: of each part of each statement one in so many, and
// one at least. Which ones differs from file to file, and is the same in every run.
func sampled(path string, all []mutant) []mutant {
	if everyMutant || len(all) <= fewMutants {
		return all
	}
	step := len(all)/fewMutants + 1
	var out []mutant
	for len(all) > 0 {
		end := slices.IndexFunc(all, func(m mutant) bool { return m.edited != all[0].edited })
		if end < 0 {
			end = len(all)
		}
		for i := int(seedOf(path+all[0].edited) % uint64(min(step, end))); i < end; i += step {
			out = append(out, all[i])
		}
		all = all[end:]
	}
	return out
}

func seedOf(name string) uint64 {
	seed := fnv.New64()
	seed.Write([]byte(name))
	return seed.Sum64()
}

// editor gathers the mutants of a document.
type editor struct {
	original policy.Document
	kind     artifact.Kind
	known    known
	edited   string
	out      []mutant
}

// mutants are all documents of one edit.
func mutants(d policy.Document, kind artifact.Kind, k known) []mutant {
	e := editor{original: d, kind: kind, known: k}
	e.document()
	for i := range d.Statement {
		for _, part := range []struct {
			name string
			edit func(i int)
		}{{"itself", e.statement}, {"actions", e.actions}, {"resources", e.resources}, {"principal", e.principal}} {
			e.edited = fmt.Sprintf("statement %d: %s", i, part.name)
			part.edit(i)
		}
		for c := range d.Statement[i].Condition {
			for _, part := range []struct {
				name string
				edit func(i, c int)
			}{{"condition", e.condition}, {"operator", e.operator}, {"key", e.key}, {"values", e.values}} {
				e.edited = fmt.Sprintf("statement %d: %s %d", i, part.name, c)
				part.edit(i, c)
			}
		}
	}
	return e.out
}

// edit adds a mutant.
func (e *editor) edit(name string, change func(d *policy.Document)) {
	d := clone(e.original)
	change(&d)
	e.out = append(e.out, mutant{name, e.edited, d})
}

// in adds a mutant of one statement.
func (e *editor) in(i int, name string, change func(s *policy.Statement)) {
	e.edit(fmt.Sprintf("statement %d: %s", i, name), func(d *policy.Document) { change(&d.Statement[i]) })
}

func clone(d policy.Document) policy.Document {
	d.Statement = slices.Clone(d.Statement)
	for i := range d.Statement {
		s := &d.Statement[i]
		s.Action, s.NotAction = slices.Clone(s.Action), slices.Clone(s.NotAction)
		s.Resource, s.NotResource = slices.Clone(s.Resource), slices.Clone(s.NotResource)
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

// swapped is how many texts of a list get others in their place. All texts of a list are read alike, and some are long.
const swapped = 2

// lists calls change with every way to drop one of some texts, and to put another in the place of one of the first.
func lists(texts []string, others func(text string) []string, add []string, change func(name string, texts []string)) {
	for i, text := range texts {
		change("drop "+text, slices.Delete(slices.Clone(texts), i, i+1))
		if i >= swapped {
			continue
		}
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
