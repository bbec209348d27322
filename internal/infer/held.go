package infer

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// holder is an identity with what its policies allow it: at least that, where it cannot be told exactly. What is accepted
// into a spec is held to this, so nothing may be in it that is not allowed for certain.
type holder struct {
	*inventory.Identity
	symbols    *access.Symbols
	statements []*statement
	allows     []access.Box // what is allowed in the end, by its own policies
	documents  []policy.Document
	attached   []*inventory.Document // of AWS: written elsewhere, and kept as they are
	bounds     []access.Box          // what its permissions boundary lets through
}

// statement is a statement of a document, with the requests that it matches.
type statement struct {
	document *inventory.Document
	index    int
	policy.Statement
	boxes     []access.Box
	undecided error // of one whose requests cannot be told; of a refusal the boxes are then more than it refuses
}

func newHolder(i *inventory.Identity) *holder {
	h := &holder{Identity: i}
	for _, d := range i.Policies {
		h.documents = append(h.documents, d.Document)
	}
	if i.Boundary != nil {
		h.documents = append(h.documents, i.Boundary.Document)
	}
	h.symbols = access.NewSymbols(h.documents...)
	var denies []access.Box
	for _, d := range i.Policies {
		kept := ofAWS(d)
		if kept {
			h.attached = append(h.attached, d)
		}
		for _, s := range statementsOf(h.symbols, d, artifact.Identity) {
			switch {
			case s.Effect == policy.Deny:
				denies = append(denies, s.boxes...)
			case kept: // what it grants goes on, and is nothing for the spec to repeat
				continue
			default:
				h.allows = append(h.allows, s.boxes...)
			}
			h.statements = append(h.statements, s)
		}
	}
	h.allows = access.Minus(h.allows, denies)
	if i.Boundary != nil {
		var denied []access.Box
		for _, s := range statementsOf(h.symbols, i.Boundary, artifact.Boundary) {
			if s.Effect == policy.Deny {
				denied = append(denied, s.boxes...)
			} else {
				h.bounds = append(h.bounds, s.boxes...)
			}
		}
		h.bounds = access.Minus(h.bounds, denied)
	}
	return h
}

// bounded is what the identity is allowed within its permissions boundary.
func (h *holder) bounded() []access.Box {
	if h.Boundary == nil {
		return h.allows
	}
	return meet(h.allows, h.bounds)
}

// ofAWS reports whether a document is a managed policy of AWS that a role of a spec may have attached as it is.
func ofAWS(d *inventory.Document) bool {
	_, path, is := strings.Cut(d.ARN, ":iam::aws:policy/")
	if !is {
		return false
	}
	info, known := catalog.ManagedPolicy(path[strings.LastIndex(path, "/")+1:])
	return known && info.Refused == "" && !info.Tables
}

// meet is what is both in one of some boxes and in one of others.
func meet(a, b []access.Box) []access.Box {
	var out []access.Box
	for _, box := range b {
		out = append(out, access.Meeting(a, box)...)
	}
	return out
}

// statementsOf takes a document apart. An Allow that cannot be decided allows nothing here, and a Deny denies all that it
// could.
func statementsOf(symbols *access.Symbols, d *inventory.Document, kind artifact.Kind) []*statement {
	var out []*statement
	for i, st := range d.Document.Statement {
		s := &statement{document: d, index: i, Statement: st}
		if s.undecided = undecidable(st); s.undecided == nil {
			s.boxes, s.undecided = boxesOf(symbols, kind, d.Version, st)
		}
		if s.undecided != nil && st.Effect == policy.Deny {
			var err error
			if s.boxes, err = boxesOf(symbols, kind, d.Version, widened(st)); err != nil {
				s.boxes = []access.Box{access.Everything()}
			}
		}
		out = append(out, s)
	}
	return out
}

// errUnresolved is why a statement with a text that is not known cannot be decided.
var errUnresolved = errors.New("a text of it could not be resolved")

// undecidable is why nothing can be said of a statement, because of what could not be resolved. A name in braces stands for a
// text that may be any. In an Allow it matches nothing of the spec as it stands, unless it is what the statement leaves out.
func undecidable(st policy.Statement) error {
	if !unresolved(st) {
		return nil
	}
	if st.Effect == policy.Deny || slices.ContainsFunc(slices.Concat(st.NotAction, st.NotResource), hasBraces) {
		return errUnresolved
	}
	for _, c := range st.Condition {
		if hasBraces(c.Key) || policy.OperatorOf(c.Operator).Negated && slices.ContainsFunc(c.Values, hasBraces) {
			return errUnresolved
		}
	}
	return nil
}

// widened is a statement that matches all that another could, whatever its conditions and what is not known of it.
func widened(st policy.Statement) policy.Statement {
	st.Condition = nil
	if slices.ContainsFunc(slices.Concat(st.Action, st.NotAction), hasBraces) {
		st.Action, st.NotAction = []string{"*"}, nil
	}
	if slices.ContainsFunc(slices.Concat(st.Resource, st.NotResource), func(t string) bool { return strings.Contains(t, "{") }) {
		st.Resource, st.NotResource = []string{"*"}, nil
	}
	return st
}

func boxesOf(symbols *access.Symbols, kind artifact.Kind, version string, st policy.Statement) ([]access.Box, error) {
	m, err := symbols.Read(kind, "", policy.Document{Version: version, Statement: []policy.Statement{st}})
	if err != nil {
		return nil, err
	}
	return append(m.Allows, m.Denies...), nil
}

// meaning is what some generated statements do, with what they allow in the end; false if that cannot be compared with what the identity holds:
// one side compares a key with a variable, and the other excludes texts that the variable may stand for.
func (h *holder) meaning(kind artifact.Kind, statements []policy.Statement) (access.Meaning, bool) {
	d := policy.Document{Version: policy.Version, Statement: statements}
	if _, bad := access.Complemented(append(slices.Clone(h.documents), d)); bad {
		return access.Meaning{}, false
	}
	m, err := h.symbols.Read(kind, "", d)
	return m.Settled(), err == nil
}

// on reports whether a statement matches an action on a resource, in some request.
func (s *statement) on(action, arn string) bool {
	action = strings.ToLower(action)
	return slices.ContainsFunc(s.boxes, func(b access.Box) bool { return b.Action.Contains(action) && b.Resource.Contains(arn) })
}

// names reports whether a statement names an operation, if with a wildcard then with the beginning of its name. Whoever writes
// dynamodb:* means items, and has seldom decided about Scan; whoever writes * has decided about nothing.
func (s *statement) names(o catalog.Operation) bool {
	plain := o.Class == catalog.ClassItemRead || o.Class == catalog.ClassItemWrite || o.Class == catalog.ClassQuery || o.Class == catalog.ClassDescribe
	action := strings.ToLower(o.Action())
	for _, pattern := range s.Action {
		p := strings.ToLower(pattern)
		service, rest, _ := strings.Cut(p, ":")
		before, _, _ := strings.Cut(rest, "*")
		before, _, _ = strings.Cut(before, "?")
		if service == "dynamodb" && (before != "" || plain) && covers(p, action) {
			return true
		}
	}
	return false
}

// conditions are the conditions of a statement on a key.
func (s *statement) conditions(key string) []policy.Condition {
	var out []policy.Condition
	for _, c := range s.Condition {
		if strings.EqualFold(c.Key, key) {
			out = append(out, c)
		}
	}
	return out
}

// unresolved reports whether a statement holds a text that could not be resolved where it was read: a name in braces that is
// no policy variable.
func unresolved(st policy.Statement) bool {
	texts := slices.Concat(st.Action, st.NotAction, st.Resource, st.NotResource)
	for _, c := range st.Condition {
		texts = append(append(texts, c.Key), c.Values...)
	}
	return slices.ContainsFunc(texts, hasBraces)
}

func hasBraces(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] == '{' && (i == 0 || text[i-1] != '$') {
			return true
		}
	}
	return false
}

// reaches reports whether an action on a resource is allowed in some request.
func (h *holder) reaches(action string, resources automata.Set) bool {
	action = strings.ToLower(action)
	return slices.ContainsFunc(h.allows, func(b access.Box) bool {
		return b.Action.Contains(action) && !b.Resource.Disjoint(resources)
	})
}

// place is what a person calls a statement.
func (s *statement) place() string {
	name := s.document.Name
	if name == "" {
		name = "a policy"
	}
	return plain(name) + ", statement " + plain(s.document.Sid(s.index))
}

// where is the file and the line of a statement.
func (s *statement) where() string {
	r := s.document.Statement(s.index)
	return fmt.Sprintf("%s:%d", plain(r.Filename), r.Start.Line)
}
