package infer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/spec"
)

func (w *writer) roleList() {
	begun := false
	for _, r := range w.roles {
		if r.silent {
			continue
		}
		w.Line(0, "")
		if !begun {
			w.Line(0, "roles:")
			begun = true
		}
		w.as("role:"+r.logical, func() { w.role(r) })
	}
}

// name is the physical name that the spec has for a role.
func (r *role) name(d *draft) string {
	if r.physical == "" {
		return strings.ReplaceAll(d.Name+"-"+r.logical, "_", "-")
	}
	if !r.existing {
		return r.physical[strings.LastIndexByte(r.physical, '/')+1:]
	}
	return r.physical
}

func (w *writer) role(r *role) {
	w.Line(1, "%s:", r.logical)
	w.Line(2, "kind: %s", r.kind)
	name := r.name(w.draft)
	switch {
	case r.physical == "" && (r.existing || w.form != toFillIn):
		w.fill(2, "name", spec.Scalar(name), "…", fmt.Sprintf("which role the policies of %s are of, by its name in AWS, with its path", r.holder.String()))
	case r.existing || name != w.Name+"-"+strings.ReplaceAll(r.logical, "_", "-"):
		w.Line(2, "name: %s", spec.Scalar(name))
	}
	if r.existing {
		w.Line(2, "existing: true")
	}
	w.comments(2, r.notes)
	if r.trust != "" && !r.existing {
		w.as(trustPart(r, r.trust), func() { w.Line(2, "assumed_by: {%s}", r.trust) })
	}
	if tags := r.tags(); len(tags) > 0 && !r.existing && !w.banned("tags:"+r.logical) {
		w.as("tags:"+r.logical, func() { w.Line(2, "tags: {%s}", strings.Join(tags, ", ")) })
	}
	if len(r.attach) > 0 {
		w.Line(2, "attach:")
		for _, arn := range r.attach {
			w.as("attach:"+r.logical+":"+arn, func() { w.Line(3, "- %s", spec.Scalar(arn)) })
		}
	}
	if len(r.tables) > 0 {
		var tables []string
		for _, t := range r.tables {
			tables = append(tables, t.logical)
		}
		key := "tables"
		if r.kind == model.StreamConsumer {
			key = "streams"
		}
		w.Line(2, "%s: %s", key, scalars(tables))
	}
	for _, s := range append(slices.Clone(r.settings), w.allow(r)...) {
		w.Line(2, "%s", s)
	}
	if len(r.entries)+len(r.tagged) > 0 {
		w.Line(2, "access:")
		for _, e := range r.tagged {
			w.as(e.part(r), func() { w.taggedEntry(e) })
		}
		for _, e := range r.entries {
			w.as(e.part(r), func() { w.entry(e) })
		}
	}
}

// tags are the tags of a role that is made here, but for those that everything made here has.
func (r *role) tags() []string {
	var out []string
	for _, t := range r.holder.Tags {
		if t.Key != "ManagedBy" && !strings.HasPrefix(t.Key, "ddbgen:") && !strings.HasPrefix(strings.ToLower(t.Key), "aws:") {
			out = append(out, fmt.Sprintf("%s: %q", spec.Scalar(t.Key), t.Value))
		}
	}
	slices.Sort(out)
	return out
}

// entry writes an entry of access: in one line if it fits.
func (w *writer) entry(e *entry) {
	settings := []string{"table: " + e.table.logical}
	if len(e.table.templates) > 0 && e.rows.Kind == model.AllRows && e.needsReason() {
		settings = append(settings, "tenant: any")
	}
	if e.needsReason() {
		settings = append(settings, "because: "+spec.Scalar(e.because))
	}
	settings = append(settings, "operations: "+scalars(e.words()))
	if len(e.indexes) > 0 && e.takesIndex() {
		var names []string
		for _, i := range e.indexes {
			names = append(names, i.logical)
		}
		settings = append(settings, "indexes: "+scalars(names))
	}
	if e.rows.Kind == model.NamedRows {
		settings = append(settings, "partition_keys: "+scalars(e.rows.Keys))
	}
	if e.attributes != nil {
		settings = append(settings, "attributes: "+scalars(e.attributes))
	}
	if e.transactions != "" {
		settings = append(settings, "transactions: "+e.transactions)
	}
	const width = 112
	if line := strings.Join(settings, ", "); len(line) <= width && !e.needsReason() {
		w.Line(3, "- {%s}", line)
		return
	}
	w.Line(3, "- %s", settings[0])
	for _, s := range settings[1:] {
		w.Line(4, "%s", s)
	}
}

func (w *writer) taggedEntry(e *taggedEntry) {
	w.Line(3, "- tagged: %s", e.taggedWords())
	w.Line(4, "operations: %s", scalars(e.words()))
	if slices.ContainsFunc(e.actions, func(a model.Action) bool { return a.Name == "Scan" }) {
		w.Line(4, "because: %s", spec.Scalar(e.because))
	}
}
