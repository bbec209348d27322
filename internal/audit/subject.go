package audit

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// auditor is one audit.
type auditor struct {
	inv      *inventory.Inventory
	subjects []*subject // the identities that have policies, in order
	findings []Finding
}

// subject is an identity with what its policies, together with those of the tables, allow it.
type subject struct {
	*inventory.Identity
	symbols    *access.Symbols
	statements []statement // of its own policies
	bounds     []access.Box
	bounded    bool
	policies   evaluate.Policies // its own and its boundary: what a witness is decided under, where no resource has a policy
}

// statement is a statement of a document, with the requests that it matches.
type statement struct {
	document *inventory.Document
	index    int
	policy.Statement
	boxes     []access.Box
	undecided error // of a statement that cannot be decided: there are no boxes
}

func newAuditor(inv *inventory.Inventory) *auditor {
	a := &auditor{inv: inv}
	for _, i := range inv.Identities {
		if len(i.Policies) > 0 {
			a.subjects = append(a.subjects, newSubject(i))
		}
	}
	return a
}

func newSubject(i *inventory.Identity) *subject {
	s := &subject{Identity: i}
	for _, d := range i.Policies {
		s.policies.Identity = append(s.policies.Identity, d.Document)
	}
	documents := slices.Clone(s.policies.Identity)
	if i.Boundary != nil {
		s.policies.Boundaries = []policy.Document{i.Boundary.Document}
		documents = append(documents, i.Boundary.Document)
	}
	s.symbols = access.NewSymbols(documents...)
	for _, d := range i.Policies {
		s.statements = append(s.statements, statementsOf(s.symbols, d, artifact.Identity)...)
	}
	return s
}

// statementsOf takes a document apart.
func statementsOf(symbols *access.Symbols, d *inventory.Document, kind artifact.Kind) []statement {
	var out []statement
	for i, st := range d.Document.Statement {
		s := statement{document: d, index: i, Statement: st}
		m, err := symbols.Read(kind, d.Name, policy.Document{Version: d.Version, Statement: []policy.Statement{st}})
		if err != nil {
			s.undecided = err
		}
		s.boxes = append(m.Allows, m.Denies...)
		out = append(out, s)
	}
	return out
}

// denied is everything that the identity's own policies deny.
func (s *subject) denied() []access.Box {
	var out []access.Box
	for _, st := range s.statements {
		if st.Effect == policy.Deny {
			out = append(out, st.boxes...)
		}
	}
	return out
}

// caller is a session of the identity, as a principal.
func (s *subject) caller() string {
	account, name := "000000000000", "somebody"
	if parts := strings.Split(s.ARN, ":"); len(parts) == 6 && len(parts[4]) == 12 {
		account = parts[4]
	}
	if s.Name != "" {
		name = s.Name
	}
	if s.Kind == inventory.User {
		return "arn:aws:iam::" + account + ":user/" + name
	}
	return "arn:aws:sts::" + account + ":assumed-role/" + name + "/session"
}

// allowedBy is what a statement allows of some requests, after everything that denies.
func (s *subject) allowedBy(st statement, of access.Box) []access.Box {
	if st.Effect != policy.Allow {
		return nil
	}
	return access.Minus(access.Meeting(st.boxes, of), s.denied())
}

// example is a request of one of some boxes, of DynamoDB if there is one.
func (s *subject) example(boxes []access.Box) access.Request {
	return s.symbols.Example(access.Best(boxes), s.caller(), func(string) (automata.Set, bool) { return automata.Set{}, false })
}

// shows reports a finding at a statement, if the evaluator confirms the request.
func (a *auditor) shows(f Finding, st statement) {
	if f.Witness != nil && f.Witness.Confirm() != nil {
		return
	}
	f.Document, f.Statement = st.document.Name, st.document.Sid(st.index)
	if f.At.Filename == "" {
		f.At = st.document.Statement(st.index)
	}
	a.findings = append(a.findings, f)
}
