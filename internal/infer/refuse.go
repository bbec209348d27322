package infer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/spec"
)

// This file takes out of a draft what rules refuse, and says so.

// endpointsAlone compares what the endpoints would let through, which are in lines to uncomment, so that the rest is compiled
// without them.
func (d *draft) endpointsAlone(file string) []Gain {
	if len(d.endpoints) == 0 {
		return nil
	}
	whole := d.write(withEndpoints)
	m, ds := spec.Load(file, []byte(whole.String()))
	if m == nil {
		return d.blamed(whole, ds)
	}
	tree, ds := generate.All(m)
	if ds.HasErrors() {
		return d.blamed(whole, ds)
	}
	var out []Gain
	for _, p := range tree.Policies {
		if p.Kind == artifact.Endpoint {
			out = append(out, d.endpointGains(p)...)
		}
	}
	return out
}

// blamed makes a gain of each endpoint that rules refuse, so that it is left out.
func (d *draft) blamed(w *writer, ds hcl.Diagnostics) []Gain {
	for _, f := range ds {
		if f.Severity != hcl.DiagError || f.Subject == nil {
			continue
		}
		for _, p := range w.parts {
			if line := f.Subject.Start.Line; strings.HasPrefix(p.name, "endpoint:") && p.from <= line && line <= p.to {
				return []Gain{{part: p.name, Request: f.Detail}}
			}
		}
	}
	for _, e := range d.endpoints {
		return []Gain{{part: "endpoint:" + e.logical, Request: "the spec would not be one"}}
	}
	return nil
}

// refused bans the parts of the draft that rules refuse, or that grant more than there is. It reports whether there were any:
// then all is to be inferred again.
func (d *draft) refused(r *Result, bans map[string]string) bool {
	before := len(bans)
	var first diag.ID // of other checks the findings may be consequences
	for _, f := range r.Findings {
		if f.Severity != hcl.DiagError || f.Subject == nil || first != "" && diag.IDOf(f) != first {
			continue
		}
		if diag.IDOf(f) == "keys-overlap" && d.IDPattern == "" && bans[narrower] == "" {
			bans[narrower] = "the wider one lets two tenants share a key"
			return true
		}
		if p := d.partAt(f.Subject.Start.Line); p != "" && bans[p] == "" {
			bans[p], first = f.Summary+": "+f.Detail, diag.IDOf(f)
		}
	}
	for _, g := range r.Gains {
		if bans[g.part] == "" && g.part != "" {
			bans[g.part] = "it would grant more than there is: " + g.Request
		}
	}
	return len(bans) > before
}

// partAt is the smallest part of the written spec that a line is in; empty if there is none.
func (d *draft) partAt(line int) string {
	best, size := "", 1<<30
	for _, p := range d.parts {
		if p.from <= line && line <= p.to && p.to-p.from < size {
			best, size = p.name, p.to-p.from
		}
	}
	return best
}

// explainBans says of each part that is left out why.
func (d *draft) explainBans() {
	var names []string
	for name := range d.bans {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		kind, what, _ := strings.Cut(name, ":")
		if name == narrower || kind == "trust" || kind == "encryption" { // of which the role or the table says so itself
			continue
		}
		why := plain(d.bans[name])
		if r := d.roleOfPart(kind, what); r != nil {
			r.notes = append(r.notes, note{fmt.Sprintf("Left out: %s. %s", partWords(kind, what), why)})
			d.leftOut++
			continue
		}
		d.say("Left out: %s. %s", partWords(kind, what), why)
	}
}

// partWords are the words for a part.
func partWords(kind, what string) string {
	first, rest, _ := strings.Cut(what, ":")
	switch kind {
	case "entry":
		_, entry, _ := strings.Cut(rest, ":")
		return "access to " + strings.ReplaceAll(entry, "|", " ")
	case "tenantkeys":
		return fmt.Sprintf("the key %q as one of a tenant, on %q", rest, first)
	case "tags":
		return fmt.Sprintf("the tags of the role %q", what)
	}
	return fmt.Sprintf("the %s %q", kind, what)
}

// roleOfPart is the role that a part belongs to; nil if it belongs to none that is written.
func (d *draft) roleOfPart(kind, what string) *role {
	name, _, _ := strings.Cut(what, ":")
	if kind != "entry" && kind != "tags" && kind != "attach" {
		return nil
	}
	for _, r := range d.roles {
		if r.logical == name && !r.silent {
			return r
		}
	}
	return nil
}
