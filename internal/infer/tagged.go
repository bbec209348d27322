package infer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/spec"
)

// taggedEntry is access to every table that carries tags.
type taggedEntry struct {
	tags    []model.TagMatch
	actions []model.Action
	because string
}

func (e *taggedEntry) part(r *role) string {
	return "entry:" + r.logical + ":tagged:" + strings.Join(e.words(), "|")
}

func (e *taggedEntry) words() []string { return (&entry{actions: e.actions}).words() }

func (e *taggedEntry) grant() *model.TagGrant {
	actions := slices.Clone(e.actions)
	slices.SortFunc(actions, func(a, b model.Action) int { return cmp.Compare(a.Name, b.Name) })
	return &model.TagGrant{Tags: e.tags, Actions: actions}
}

// taggedAccess infers access by tags: of each statement that is held by tags of the resource, the operations for which the
// generated statement is allowed.
func (d *draft) taggedAccess(h *holder) []*taggedEntry {
	var out []*taggedEntry
	for _, s := range h.statements {
		tags := s.resourceTags()
		if s.Effect != policy.Allow || len(tags) == 0 {
			continue
		}
		e := &taggedEntry{tags: tags, because: clip(s.place() + " grants it (" + s.where() + "); say why when you review this")}
		for _, o := range itemOperations() {
			if o.Class == catalog.ClassPartiQL || !s.names(o) {
				continue
			}
			one := &taggedEntry{tags: tags, actions: []model.Action{{Name: o.Name}}}
			if d.fits(h, &model.Role{Kind: model.Runtime, TagGrants: []*model.TagGrant{one.grant()}}) {
				e.actions = append(e.actions, one.actions[0])
			}
		}
		if len(e.actions) > 0 {
			out = append(out, e)
		}
	}
	return out
}

// resourceTags are the tags that a statement demands of a table: texts, or the principal's own.
func (s *statement) resourceTags() []model.TagMatch {
	const prefix = "aws:resourcetag/"
	var out []model.TagMatch
	for _, c := range s.Condition {
		op := policy.OperatorOf(c.Operator)
		if !strings.HasPrefix(strings.ToLower(c.Key), prefix) || op.Base != "StringEquals" || op.Negated || op.IfExists || len(c.Values) != 1 {
			continue
		}
		key, value := c.Key[len(prefix):], c.Values[0]
		switch {
		case strings.EqualFold(value, "${aws:PrincipalTag/"+key+"}"):
			out = append(out, model.TagMatch{Key: key, Same: true})
		case literal(value) && value != "same":
			out = append(out, model.TagMatch{Key: key, Value: value})
		}
	}
	slices.SortFunc(out, func(a, b model.TagMatch) int { return cmp.Compare(a.Key, b.Key) })
	return out
}

// taggedWords are the tags as a spec has them.
func (e *taggedEntry) taggedWords() string {
	var out []string
	for _, t := range e.tags {
		value := spec.Scalar(t.Value)
		if t.Same {
			value = "same"
		}
		out = append(out, spec.Scalar(t.Key)+": "+value)
	}
	return "{" + strings.Join(out, ", ") + "}"
}
