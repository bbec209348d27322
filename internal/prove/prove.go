package prove

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

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
}

// Run proves that files, the whole of a build, grant exactly what a model means.
func Run(m *model.Model, files []output.File) Result {
	p := prover{m: m, files: map[string][]byte{}, read: map[string]bool{}}
	for _, f := range files {
		p.files[f.Path] = f.Bytes
	}
	p.isolation()
	for _, e := range m.Environments {
		p.environment(e)
	}
	p.strays(files)
	return p.result
}

// prover is the state of one proof.
type prover struct {
	m      *model.Model
	files  map[string][]byte
	read   map[string]bool // policies that something is proven of
	result Result
}

func (p *prover) environment(e *model.Environment) {
	in := intent{symbols: newSymbols(), m: p.m, e: e}
	for _, r := range p.m.Roles {
		for _, tenant := range p.m.RoleTenants(r) {
			p.result.Roles++
			p.role(in, r, tenant)
		}
	}
	for _, t := range p.m.Tables {
		if want := in.table(t); len(want.denies) > 0 {
			p.document(in, subject{artifact.Policy{Kind: artifact.Table, Environment: e, Table: t}, t.Origin}, want)
		}
	}
	for _, k := range p.m.Keys {
		if len(k.Existing) == 0 {
			p.document(in, subject{artifact.Policy{Kind: artifact.Key, Environment: e, Key: k}, k.Origin}, in.key(k))
		}
	}
	for _, x := range p.m.Endpoints {
		p.document(in, subject{artifact.Policy{Kind: artifact.Endpoint, Environment: e, Endpoint: x}, x.Origin}, in.endpoint(x))
	}
}

// subject is what a proof is about: a policy, by what it belongs to, and where the spec speaks of that.
type subject struct {
	policy artifact.Policy
	origin hcl.Range
}

func (p *prover) role(in intent, r *model.Role, tenant string) {
	identity := subject{artifact.Policy{Kind: artifact.Identity, Environment: in.e, Role: r, Tenant: tenant, Part: 1}, r.Origin}
	want := in.identity(r, tenant)
	if len(want.allows) > 0 || len(want.denies) > 0 {
		got := p.compare(in, identity, p.parts(identity.policy), want)
		p.lawful(in, identity, r, tenant, got.allowed())
	}
	if r.Trust.Kind != model.NoTrust {
		p.document(in, subject{artifact.Policy{Kind: artifact.Trust, Environment: in.e, Role: r, Tenant: tenant}, r.Origin}, in.trust(r, tenant))
	}
}

// parts are a role's managed policies, in the order of their parts.
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

func (p *prover) document(in intent, s subject, want meaning) {
	p.compare(in, s, []string{s.policy.Path()}, want)
}

// compare proves that some documents, together, mean what is wanted, and returns what they do mean.
func (p *prover) compare(in intent, s subject, paths []string, want meaning) meaning {
	var documents []policy.Document
	var got meaning
	for _, path := range paths {
		document, err := p.parse(path)
		if err != nil {
			p.finding(s, "unreadable-policy", "Policy cannot be read", "%v. Build again.", err)
			return meaning{}
		}
		documents = append(documents, document)
		m, err := in.meaningOf(path, document)
		if err != nil {
			p.finding(s, "undecided-policy", "Policy cannot be decided", "%v, so nothing is proven of it. Build again.", err)
			return meaning{}
		}
		got.add(m)
	}
	for _, d := range compare(got, want) {
		p.differ(in, s, documents, d)
	}
	return got
}

func (p *prover) parse(path string) (policy.Document, error) {
	bytes, there := p.files[path]
	if !there {
		return policy.Document{}, fmt.Errorf("%s is missing", path)
	}
	p.read[path] = true
	document, err := policy.Parse(bytes)
	if err != nil {
		return policy.Document{}, fmt.Errorf("%s: %w", path, err)
	}
	p.result.Documents++
	p.result.Statements += len(document.Statement)
	return document, nil
}

// strays are policies that nothing was proven of.
func (p *prover) strays(files []output.File) {
	for _, f := range files {
		if strings.HasSuffix(f.Path, ".json") && strings.HasPrefix(f.Path, "environments/") && !p.read[f.Path] {
			p.result.Findings = append(p.result.Findings, diag.Error("stray-policy", "Policy that nothing asks for",
				fmt.Sprintf("%s belongs to nothing in the spec. Remove it.", f.Path), hcl.Range{}))
		}
	}
}

func (p *prover) finding(s subject, id, summary, format string, args ...any) {
	p.result.Findings = append(p.result.Findings, diag.Error(id, summary, fmt.Sprintf(format, args...), s.origin))
}
