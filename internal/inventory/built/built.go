// Package built reads what a build makes, as the tree of files that it writes or as the policies of a model that was compiled
// just now. Both come to the same: an identity is called by its environment and its logical name, production/api, so that two
// builds can be compared, or a build and its spec.
//
// What is attached to what is in the Terraform of the tree, which package wiring evaluates. Where that cannot be, the names of
// the files say what each policy is for, and no more than that is known.
package built

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/tree"
	"github.com/ddbgen/ddbgen/internal/wiring"
)

// Files reads a generated tree.
func Files(files []output.File) *inventory.Inventory { return In("", files) }

// In reads a generated tree that lies in a directory, which findings then name.
func In(dir string, files []output.File) *inventory.Inventory {
	r := &reader{dir: dir, inv: &inventory.Inventory{Files: map[string][]byte{}}, documents: map[string]*inventory.Document{}}
	sorted := slices.Clone(files)
	slices.SortFunc(sorted, func(a, b output.File) int { return strings.Compare(a.Path, b.Path) })
	var environments []string
	for _, f := range sorted {
		r.inv.Files[r.name(f.Path)] = f.Bytes
		if parts := strings.Split(f.Path, "/"); len(parts) > 2 && parts[0] == artifact.EnvironmentsDir && !slices.Contains(environments, parts[1]) {
			environments = append(environments, parts[1])
		}
	}
	configuration := wiring.NewTree(sorted)
	for _, e := range environments {
		r.environment(e, sorted, configuration)
	}
	return r.inv
}

// IsBuild reports whether the paths of a directory's files are those of a build.
func IsBuild(paths []string) bool {
	return slices.ContainsFunc(paths, func(p string) bool { return policyPath.MatchString(p) })
}

// policyPath is where a policy lies in a tree, with its kind and what it is for. A tilde separates the part of a policy that
// fills several files.
var policyPath = regexp.MustCompile(`^environments/([^/]+)/(bootstrap/)?policies/(?:(boundary)|(role|trust|table|key|endpoint)\.(.+?)(~[0-9]+)?)\.json$`)

// reader makes an inventory of a tree.
type reader struct {
	dir       string
	inv       *inventory.Inventory
	documents map[string]*inventory.Document // by path in the tree
}

func (r *reader) name(file string) string { return path.Join(r.dir, file) }

// found is a policy of an environment.
type found struct {
	path, name string
	kind       artifact.Kind
	document   *inventory.Document
}

func (r *reader) environment(e string, files []output.File, configuration *wiring.Tree) {
	var policies []found
	for _, f := range files {
		parts := policyPath.FindStringSubmatch(f.Path)
		if parts == nil || parts[1] != e {
			continue
		}
		p := found{path: f.Path, name: e + "/" + parts[5], kind: artifact.Kind(parts[4])}
		if parts[3] != "" {
			p.name, p.kind = e+"/boundary", artifact.Boundary
		}
		if p.document = r.parse(f, p.kind); p.document != nil {
			r.documents[f.Path] = p.document
		}
		policies = append(policies, p)
	}
	w := &wired{}
	for _, root := range []string{artifact.EnvironmentsDir + "/" + e, artifact.EnvironmentsDir + "/" + e + "/" + artifact.BootstrapDir} {
		if !slices.ContainsFunc(files, func(f output.File) bool { return path.Dir(f.Path) == root && strings.HasSuffix(f.Path, ".tf") }) {
			continue
		}
		resources, err := configuration.Read(root)
		if err != nil {
			r.inv.Findings = append(r.inv.Findings, diag.Warning("unread-input", "Terraform that cannot be read",
				fmt.Sprintf("What the policies of %s are attached to is not known, only what their files are called: %s. Build again, and leave the generated files as they are.", root, err), hcl.Range{}))
			continue
		}
		w.add(resources)
	}
	r.identities(policies, w)
	r.tables(e, policies, w)
	r.keys(policies)
	r.endpoints(policies, w)
}

// parse reads the policy in a file. One that cannot be read is a finding.
func (r *reader) parse(f output.File, kind artifact.Kind) *inventory.Document {
	nodes, ds := tree.ParseJSON(r.name(f.Path), f.Bytes)
	r.inv.Findings = append(r.inv.Findings, ds...)
	if len(ds) > 0 {
		return nil
	}
	var node *tree.Node
	if len(nodes) > 0 {
		node = nodes[0]
	}
	d, wrong := inventory.Parse(node, kind, strings.TrimSuffix(path.Base(f.Path), ".json"))
	if wrong != nil {
		r.inv.Findings = append(r.inv.Findings, wrong)
	}
	return d
}

// identities reads the roles. The boundary is that of the roles that have it in the Terraform; where there is none to read, of
// all roles but those that deploy, which an administrator makes.
func (r *reader) identities(policies []found, w *wired) {
	byName := map[string]*inventory.Identity{}
	var boundary *inventory.Document
	var deploys []*inventory.Identity
	for _, p := range policies {
		if p.kind == artifact.Boundary {
			boundary = p.document
		}
	}
	for _, p := range policies {
		if p.kind != artifact.Identity && p.kind != artifact.Trust {
			continue
		}
		i := byName[p.name]
		if i == nil {
			i = &inventory.Identity{Kind: inventory.Role, Name: p.name, Range: hcl.Range{Filename: r.name(p.path), Start: hcl.InitialPos, End: hcl.InitialPos}}
			byName[p.name] = i
			r.inv.Identities = append(r.inv.Identities, i)
			if strings.Contains(p.path, "/"+artifact.BootstrapDir+"/") {
				deploys = append(deploys, i)
			}
		}
		if p.document != nil && p.kind == artifact.Trust {
			i.Trust = p.document
		} else if p.document != nil {
			i.Policies = append(i.Policies, p.document)
		}
		if role, made := w.role(p); role != nil {
			w.complete(i, role, made)
			if arn := text(role.Arguments["permissions_boundary"]); arn != "" && i.Boundary == nil {
				if boundary != nil && arn == w.boundaryARN() {
					i.Boundary, i.BoundaryARN = boundary, arn
				} else {
					i.Bound(arn, i.Range)
				}
			}
		} else if boundary != nil && !w.read && i.Trust != nil && !slices.Contains(deploys, i) {
			i.Boundary = boundary
		}
	}
}

// tables reads the tables that are made, and the policies of all.
func (r *reader) tables(e string, policies []found, w *wired) {
	at := func(p string) hcl.Range {
		return hcl.Range{Filename: r.name(p), Start: hcl.InitialPos, End: hcl.InitialPos}
	}
	made := map[string]*inventory.Table{}
	for _, res := range w.resources {
		if res.Type == "aws_dynamodb_table" {
			t := w.table(res)
			file, line, _ := strings.Cut(res.Place, ":")
			t.Range = at(file)
			if n, err := strconv.Atoi(line); err == nil {
				t.Range.Start.Line, t.Range.End.Line = n, n
			}
			made[res.Address()] = t
			if res.Mode == wiring.Managed {
				r.inv.Tables = append(r.inv.Tables, t)
			}
		}
	}
	for _, p := range policies {
		if p.kind != artifact.Table || p.document == nil {
			continue
		}
		t := made[w.tableOf(p.path)]
		if t == nil {
			t = &inventory.Table{}
			t.Name, t.Range = p.name, at(p.path)
			for _, s := range p.document.Document.Statement {
				for _, arn := range s.Resource {
					if named, _, ok := inventory.SplitTable(arn); ok {
						t.Name, t.Account, t.Region = named.Name, named.Account, named.Region
					}
				}
			}
		}
		if t.Policy = p.document; !slices.Contains(r.inv.Tables, t) {
			t.Range = at(p.path)
			r.inv.Tables = append(r.inv.Tables, t)
		}
	}
}

func (r *reader) keys(policies []found) {
	for _, p := range policies {
		if p.kind == artifact.Key && p.document != nil {
			r.inv.Keys = append(r.inv.Keys, &inventory.Key{Name: p.name, Policy: p.document, Range: p.document.Node.Place()})
		}
	}
}

func (r *reader) endpoints(policies []found, w *wired) {
	for _, p := range policies {
		if p.kind != artifact.Endpoint || p.document == nil {
			continue
		}
		e := &inventory.Endpoint{Name: p.name, Policy: p.document, Range: p.document.Node.Place()}
		if res := w.of("aws_vpc_endpoint", "policy", p.path); res != nil {
			e.Service, e.VPC = text(res.Arguments["service_name"]), text(res.Arguments["vpc_id"])
			e.Gateway = text(res.Arguments["vpc_endpoint_type"]) == "Gateway"
		}
		r.inv.Endpoints = append(r.inv.Endpoints, e)
	}
}
