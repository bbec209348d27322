package prove

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// Result is the outcome of a proof.
type Result struct {
	Findings   hcl.Diagnostics // empty: proven
	Roles      int             // roles of all environments, one for each tenant in a silo
	Documents  int             // policy documents read
	Statements int             // statements in them
	Classes    int             // kinds of requests that the spec speaks of, each compared with the documents
}

// String is what was proven, in words.
func (r Result) String() string {
	return counted(r.Roles, "role") + ", " + counted(r.Documents, "document") + ", " + counted(r.Statements, "statement") + ", " +
		counted(r.Classes, "kind") + " of requests"
}

// counted is "1 role" or "2 roles".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Run proves that files, the whole of a build, grant exactly what a model means.
func Run(m *model.Model, files []output.File) Result {
	p := newProver(m, files)
	p.whole = true
	tasks := []func(*prover){(*prover).isolation, func(p *prover) { p.wiring(files) }, func(p *prover) { p.claims(m.Environments...) }}
	for _, e := range m.Environments {
		tasks = append(tasks, p.proofs(e)...)
		tasks = append(tasks, p.bootstrapProofs(e)...)
	}
	p.inParallel(tasks)
	p.strays(files)
	return p.result
}

// Environment proves that the policies of one environment's own root grant exactly what a model means, wherever they were
// found: each is given under the path that a build would write it to, names says what findings call it, and remedy how they
// end. How Terraform attaches the policies is not proven here; whoever found them says what they are attached to. That the
// roles lie within their boundary is not proven either: the boundary is in another root.
func Environment(m *model.Model, e *model.Environment, policies []output.File, names map[string]string, remedy string) Result {
	return found(m, policies, names, remedy, func(p *prover) []func(*prover) {
		return append(p.proofs(e), (*prover).isolation, func(p *prover) { p.claims(e) })
	})
}

// Bootstrap proves the same of the root that an administrator applies before an environment's own.
func Bootstrap(m *model.Model, e *model.Environment, policies []output.File, names map[string]string, remedy string) Result {
	return found(m, policies, names, remedy, func(p *prover) []func(*prover) { return p.bootstrapProofs(e) })
}

func found(m *model.Model, policies []output.File, names map[string]string, remedy string, proofs func(*prover) []func(*prover)) Result {
	p := newProver(m, policies)
	p.names, p.remedy = names, remedy
	p.inParallel(proofs(p))
	p.strays(policies)
	return p.result
}

// prover is the state of one proof.
type prover struct {
	m      *model.Model
	files  map[string][]byte
	read   map[string]bool   // policies that something is proven of
	names  map[string]string // what findings call a policy, where that is not its path
	remedy string            // the last sentence of findings about documents
	whole  bool              // the files are those of all roots
	result Result
}

// buildAgain ends findings about a build: what the generators and the proof disagree on is no mistake of the spec.
const buildAgain = "Build again; if this remains, it is a fault of ddbgen."

func newProver(m *model.Model, files []output.File) *prover {
	p := &prover{m: m, files: map[string][]byte{}, read: map[string]bool{}, remedy: buildAgain}
	for _, f := range files {
		p.files[f.Path] = f.Bytes
	}
	return p
}

// called is what findings call the policy at a path.
func (p *prover) called(path string) string {
	if name := p.names[path]; name != "" {
		return name
	}
	return path
}

// proofs are the proofs about what an environment's own root makes, each of which can be made alone.
func (p *prover) proofs(e *model.Environment) []func(*prover) {
	half := len(p.m.Roles) / 2
	return []func(*prover){
		func(p *prover) { p.roles(p.intent(e), p.m.Roles[:half]) },
		func(p *prover) { p.roles(p.intent(e), p.m.Roles[half:]) },
		func(p *prover) { p.resources(p.intent(e)) },
	}
}

// bootstrapProofs are the proofs about what an administrator applies before.
func (p *prover) bootstrapProofs(e *model.Environment) []func(*prover) {
	return []func(*prover){
		func(p *prover) { p.roles(p.intent(e), p.m.DeployRoles) },
		func(p *prover) { p.boundary(p.intent(e)) },
		func(p *prover) { p.escalation(p.intent(e)) },
	}
}

func (p *prover) intent(e *model.Environment) intent {
	return intent{Symbols: access.NewSymbols(), m: p.m, e: e}
}

// inParallel makes proofs side by side, each with a result of its own; the results are joined in the order of the tasks.
func (p *prover) inParallel(tasks []func(*prover)) {
	provers := make([]*prover, len(tasks))
	var wait sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, task := range tasks {
		provers[i] = &prover{m: p.m, files: p.files, read: map[string]bool{}, names: p.names, remedy: p.remedy, whole: p.whole}
		wait.Go(func() {
			slots <- struct{}{}
			task(provers[i])
			<-slots
		})
	}
	wait.Wait()
	for _, q := range provers {
		maps.Copy(p.read, q.read)
		p.result.add(q.result)
	}
}

func (r *Result) add(s Result) {
	r.Findings = append(r.Findings, s.Findings...)
	r.Roles += s.Roles
	r.Documents += s.Documents
	r.Statements += s.Statements
	r.Classes += s.Classes
}

func (p *prover) roles(in intent, roles []*model.Role) {
	var l *limit
	if p.whole && slices.ContainsFunc(roles, in.isBounded) {
		l = p.limit(in)
	}
	for _, r := range roles {
		for _, tenant := range p.m.RoleTenants(r) {
			p.result.Roles++
			p.role(in, r, tenant, l)
		}
	}
}

// resources proves what is attached to tables, keys and endpoints.
func (p *prover) resources(in intent) {
	for _, t := range p.m.Tables {
		if want := in.table(t); len(want.Denies) > 0 {
			p.document(in, subject{artifact.Policy{Kind: artifact.Table, Environment: in.e, Table: t}, t.Origin}, want)
		}
	}
	for _, k := range p.m.Keys {
		if len(k.Existing) == 0 {
			p.document(in, subject{artifact.Policy{Kind: artifact.Key, Environment: in.e, Key: k}, k.Origin}, in.key(k))
		}
	}
	for _, x := range p.m.Endpoints {
		p.document(in, subject{artifact.Policy{Kind: artifact.Endpoint, Environment: in.e, Endpoint: x}, x.Origin}, in.endpoint(x))
	}
}

// subject is what a proof is about: a policy, by what it belongs to, and where the spec speaks of that.
type subject struct {
	policy artifact.Policy
	origin hcl.Range
}

func (p *prover) role(in intent, r *model.Role, tenant string, l *limit) {
	identity := subject{artifact.Policy{Kind: artifact.Identity, Environment: in.e, Role: r, Tenant: tenant, Part: 1}, r.Origin}
	want := in.identity(r, tenant)
	if len(want.Allows) > 0 || len(want.Denies) > 0 {
		got, documents := p.compare(in, identity, p.parts(identity.policy), want)
		p.lawful(in, identity, session(in.e, r, tenant), in.laws(r, tenant, got.Allows))
		p.roleWithin(in, l, identity, documents, got.Allows)
	}
	if r.Trust.Kind != model.NoTrust {
		trust := subject{artifact.Policy{Kind: artifact.Trust, Environment: in.e, Role: r, Tenant: tenant}, r.Origin}
		got, _ := p.compare(in, trust, []string{trust.policy.Path()}, in.trust(r, tenant))
		p.lawful(in, trust, "", in.trustLaws(r, got.Allows))
	}
}

// parts are the paths of a role's managed policies, in the order of their parts.
func (p *prover) parts(first artifact.Policy) []string {
	paths := []string{first.Path()}
	for next := first; ; {
		next.Part++
		if _, there := p.files[next.Path()]; !there {
			return paths
		}
		paths = append(paths, next.Path())
	}
}

func (p *prover) document(in intent, s subject, want access.Meaning) {
	p.compare(in, s, []string{s.policy.Path()}, want)
}

// compare proves that some documents, together, mean what is wanted, and returns what they do mean, settled, and the documents.
func (p *prover) compare(in intent, s subject, paths []string, want access.Meaning) (access.Meaning, []policy.Document) {
	var documents []policy.Document
	var got access.Meaning
	for _, path := range paths {
		document, err := p.parse(path)
		if err != nil {
			p.finding(s, "unreadable-policy", "Policy cannot be read", "%v.", err)
			return access.Meaning{}, nil
		}
		documents = append(documents, document)
		m, err := in.Read(s.policy.Kind, p.called(path), document)
		if err != nil {
			p.finding(s, "undecided-policy", "Policy cannot be decided", "%v, so nothing is proven of it.", err)
			return access.Meaning{}, nil
		}
		got.Add(m)
	}
	if key, both := access.Complemented(documents); both {
		p.finding(s, "undecided-policy", "Policy cannot be decided", "%s compares %s with a variable and by a negation, so nothing is proven of it.",
			p.called(s.policy.Path()), key)
		return access.Meaning{}, nil
	}
	p.result.Classes += len(want.Allows) + len(want.Denies)
	got = got.Settled()
	for _, d := range access.Compare(got, want.Settled()) {
		p.differ(in, s, documents, d)
	}
	return got, documents
}

func (p *prover) parse(path string) (policy.Document, error) {
	bytes, there := p.files[path]
	if !there {
		return policy.Document{}, fmt.Errorf("%s is missing", p.called(path))
	}
	p.read[path] = true
	document, err := policy.Parse(bytes)
	if err != nil {
		return policy.Document{}, fmt.Errorf("%s: %w", p.called(path), err)
	}
	p.result.Documents++
	p.result.Statements += len(document.Statement)
	return document, nil
}

// strays are policies that nothing was proven of.
func (p *prover) strays(files []output.File) {
	for _, f := range files {
		if strings.HasSuffix(f.Path, ".json") && strings.HasPrefix(f.Path, artifact.EnvironmentsDir+"/") && !p.read[f.Path] {
			p.result.Findings = append(p.result.Findings, diag.Error("stray-policy", "Policy that nothing asks for",
				fmt.Sprintf("%s belongs to nothing in the spec. Remove it.", p.called(f.Path)), hcl.Range{}))
		}
	}
}

// finding reports what is wrong with a document, in a sentence that the remedy follows.
func (p *prover) finding(s subject, id, summary, format string, args ...any) {
	p.result.Findings = append(p.result.Findings, diag.Error(id, summary, fmt.Sprintf(format, args...)+" "+p.remedy, s.origin))
}
