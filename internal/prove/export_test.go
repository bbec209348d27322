package prove

import (
	"maps"

	"github.com/hashicorp/hcl/v2"

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
	want    meaning
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
		in := intent{symbols: newSymbols(), m: m, e: e}
		add := func(p artifact.Policy, origin hcl.Range, want meaning) {
			p.Environment = e
			paths := []string{p.Path()}
			if p.Kind == artifact.Identity {
				paths = (&prover{files: bytes}).parts(p)
			}
			for _, path := range paths {
				if there := bytes[path]; there != nil {
					out = append(out, File{path, p.Kind, there, in, subject{p, origin}, paths, want, bytes})
				}
			}
		}
		for _, r := range m.Roles {
			for _, tenant := range m.RoleTenants(r) {
				add(artifact.Policy{Kind: artifact.Identity, Role: r, Tenant: tenant, Part: 1}, r.Origin, in.identity(r, tenant))
				if r.Trust.Kind != model.NoTrust {
					add(artifact.Policy{Kind: artifact.Trust, Role: r, Tenant: tenant}, r.Origin, in.trust(r, tenant))
				}
			}
		}
		for _, t := range m.Tables {
			add(artifact.Policy{Kind: artifact.Table, Table: t}, t.Origin, in.table(t))
		}
		for _, k := range m.Keys {
			if len(k.Existing) == 0 {
				add(artifact.Policy{Kind: artifact.Key, Key: k}, k.Origin, in.key(k))
			}
		}
		for _, x := range m.Endpoints {
			add(artifact.Policy{Kind: artifact.Endpoint, Endpoint: x}, x.Origin, in.endpoint(x))
		}
	}
	return out
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
	return layered(f.Kind, documents)
}
