package prove

import (
	"maps"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// File is one policy file of a build, which can be proven again with other bytes in its place.
type File struct {
	Path  string
	Kind  artifact.Kind
	Bytes []byte

	in      intent
	subject subject
	paths   []string // this file, and those that apply together with it
	want    access.Meaning
	files   map[string][]byte
}

// Files are the policy files of a build. What each must mean is worked out once.
func Files(m *model.Model, tree []output.File) []File {
	bytes := map[string][]byte{}
	for _, f := range tree {
		bytes[f.Path] = f.Bytes
	}
	var out []File
	for _, e := range m.Environments {
		g := gatherer{m: m, in: intent{Symbols: access.NewSymbols(), m: m, e: e}, bytes: bytes}
		g.roles(m.Roles)
		for _, t := range m.Tables {
			g.add(artifact.Policy{Kind: artifact.Table, Table: t}, t.Origin, g.in.table(t))
		}
		for _, k := range g.in.madeKeys() {
			g.add(artifact.Policy{Kind: artifact.Key, Key: k}, k.Origin, g.in.key(k))
		}
		for _, x := range m.Endpoints {
			g.add(artifact.Policy{Kind: artifact.Endpoint, Endpoint: x}, x.Origin, g.in.endpoint(x))
		}
		out = append(out, g.out...)
		g = gatherer{m: m, in: intent{Symbols: access.NewSymbols(), m: m, e: e}, bytes: bytes}
		g.roles(m.DeployRoles)
		if b := m.Guardrails.Boundary; b.Made() {
			g.add(artifact.Policy{Kind: artifact.Boundary}, b.Origin, g.in.boundary())
		}
		out = append(out, g.out...)
	}
	return out
}

// gatherer gathers the policy files of one root.
type gatherer struct {
	m     *model.Model
	in    intent
	bytes map[string][]byte
	out   []File
}

func (g *gatherer) roles(roles []*model.Role) {
	for _, r := range roles {
		for _, tenant := range g.m.RoleTenants(r) {
			g.add(artifact.Policy{Kind: artifact.Identity, Role: r, Tenant: tenant, Part: 1}, r.Origin, g.in.identity(r, tenant))
			if r.Trust.Kind != model.NoTrust {
				g.add(artifact.Policy{Kind: artifact.Trust, Role: r, Tenant: tenant}, r.Origin, g.in.trust(r, tenant))
			}
		}
	}
}

func (g *gatherer) add(p artifact.Policy, origin hcl.Range, want access.Meaning) {
	p.Environment = g.in.e
	want = want.Settled()
	paths := []string{p.Path()}
	if p.Kind == artifact.Identity {
		paths = (&prover{files: g.bytes}).parts(p)
	}
	for _, path := range paths {
		if there := g.bytes[path]; there != nil {
			g.out = append(g.out, File{path, p.Kind, there, g.in, subject{p, origin}, paths, want, g.bytes})
		}
	}
}

// Prove proves the file with other bytes in its place; nil removes it.
func (f File) Prove(bytes []byte) hcl.Diagnostics {
	files := maps.Clone(f.files)
	if files[f.Path] = bytes; bytes == nil {
		delete(files, f.Path)
	}
	p := prover{m: f.in.m, files: files, read: map[string]bool{}}
	p.compare(f.in, f.subject, f.paths, f.want)
	return p.result.Findings
}

// Policies are the file's document, and those that apply together with it, in the layer they belong to.
func (f File) Policies(document policy.Document) evaluate.Policies {
	documents := []policy.Document{document}
	for _, path := range f.paths {
		if path == f.Path {
			continue
		}
		other, err := policy.Parse(f.files[path])
		if err != nil {
			panic("prove: " + err.Error())
		}
		documents = append(documents, other)
	}
	return access.Layered(f.Kind, documents)
}
