package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// subject is an identity with what its policies, together with those of the tables, allow it: what its own policies or a table's
// policy allow, the former within its boundary, less what any of them denies (IAM user guide, "How AWS enforcement code logic
// evaluates requests").
type subject struct {
	*inventory.Identity
	a          *auditor
	symbols    *access.Symbols
	statements []statement // of its own policies
	granted    []statement // of the policies of tables, as far as they are about the identity
	refusing   []statement // of the boundary and of the policies of tables, as far as they deny the identity something
	boundary   []statement // of its boundary: they grant nothing, and may hold it to something
	bounds     []access.Box
	bounded    bool
	denies     []access.Box // of its policies, its boundary and the tables
	does       activity     // what it is for
	session    string       // a session of it, as a principal
	policies   evaluate.Policies
	names      []string          // the names of tables of the inventory that the documents may be about
	tables     []tablePolicy     // the policies of tables that bear on it
	spelling   map[string]string // the condition keys that its documents speak of, in lower case, as they write them
	limited    [columnLimits + 1][]*limit
	findings   []Finding
}

// statement is a statement of a document, with the requests that it matches.
type statement struct {
	document *inventory.Document
	index    int
	policy.Statement
	boxes     []access.Box
	undecided error // of a statement that cannot be decided: there are no boxes, or they suppose something
	unbounded bool  // what it allows, no boundary limits: of a table's policy that names a session or everybody
}

func newSubject(a *auditor, i *inventory.Identity) *subject {
	s := &subject{Identity: i, a: a, spelling: map[string]string{}}
	policies := slices.Concat(i.Policies, standIns(i))
	for _, d := range policies {
		s.policies.Identity = append(s.policies.Identity, d.Document)
	}
	documents := slices.Clone(s.policies.Identity)
	if i.Boundary != nil {
		s.policies.Boundaries, s.bounded = []policy.Document{i.Boundary.Document}, true
		documents = append(documents, i.Boundary.Document)
	}
	s.session = sessionOf(i, documents)
	s.names = a.spokenOf(s.policies.Identity)
	s.tables = a.tablesOf(s)
	for _, t := range s.tables {
		if !slices.Contains(s.names, t.table.Name) {
			s.names = append(slices.Clip(s.names), t.table.Name)
		}
	}
	for _, t := range s.tables {
		documents = append(documents, t.document.Document)
	}
	for _, d := range documents {
		s.spell(d)
	}
	s.symbols = access.NewSymbols(documents...)
	s.symbols.Opaque = true
	for _, d := range policies {
		s.statements = append(s.statements, statementsOf(s.symbols, d, artifact.Identity)...)
	}
	s.readBoundary()
	for _, t := range s.tables {
		s.readTable(t)
	}
	for _, st := range s.statements {
		if st.Effect == policy.Deny {
			s.denies = append(s.denies, st.boxes...)
		}
	}
	s.does = activityOf(a.inv, s)
	return s
}

// statementsOf takes a document apart. What is about other services matches no request that is asked about, and most statements of
// an account are.
func statementsOf(symbols *access.Symbols, d *inventory.Document, kind artifact.Kind) []statement {
	var out []statement
	for i, st := range d.Document.Statement {
		s := statement{document: d, index: i, Statement: st}
		if !touchesDynamoDB(s) {
			out = append(out, s)
			continue
		}
		s.boxes, s.undecided = boxesOf(symbols, d.Document.Version, kind, d.Name, st)
		for _, b := range s.boxes {
			if unknown := b.Propositions(); len(unknown) > 0 && s.undecided == nil {
				s.undecided = fmt.Errorf("whether %s is not known", strings.Join(unknown, " and "))
			}
		}
		out = append(out, s)
	}
	return out
}

// boxesOf is the requests that a statement matches.
func boxesOf(symbols *access.Symbols, version string, kind artifact.Kind, name string, st policy.Statement) ([]access.Box, error) {
	m, err := symbols.Read(kind, name, policy.Document{Version: version, Statement: []policy.Statement{st}})
	return append(m.Allows, m.Denies...), err
}

// readBoundary reads what the boundary lets through and what it denies.
func (s *subject) readBoundary() {
	if s.Boundary == nil {
		return
	}
	s.boundary = statementsOf(s.symbols, s.Boundary, artifact.Boundary)
	for _, st := range s.boundary {
		if st.Effect == policy.Deny {
			s.denies = append(s.denies, st.boxes...)
			s.refusing = append(s.refusing, st)
			continue
		}
		s.bounds = append(s.bounds, st.boxes...)
	}
}

// readTable reads what a table's policy, or that of its stream, says of the identity. In one account, what it allows the
// identity needs no policy of the identity's own. What it allows a role, the role's boundary limits; what it allows everybody,
// or the session itself, no boundary does (IAM user guide, "How AWS enforcement code logic evaluates requests", resource-based
// policies).
func (s *subject) readTable(t tablePolicy) {
	for _, st := range statementsOf(s.symbols, t.document, artifact.Table) {
		var mine []access.Box
		for _, b := range st.boxes {
			session, role := b.Principal.Contains(s.session), b.Principal.Contains(s.roleARN())
			if b.Resource = b.Resource.Intersect(t.resources); !session && !role || b.Resource.Empty() {
				continue
			}
			st.unbounded = st.unbounded || session
			b.Principal = access.Everything().Principal
			mine = append(mine, b)
		}
		st.boxes = mine
		switch {
		case len(mine) == 0 && st.undecided == nil:
		case st.Effect == policy.Deny:
			s.denies = append(s.denies, mine...)
			s.refusing = append(s.refusing, st)
		default:
			s.granted = append(s.granted, st)
		}
	}
}

// roleARN is the identity as the policy of a table names it.
func (s *subject) roleARN() string {
	if s.ARN != "" {
		return s.ARN
	}
	partition, account := place(s.session)
	return "arn:" + partition + ":iam::" + account + ":role/" + s.Name
}

// allowedBy is what a statement allows of some requests in the end: within the boundary, after everything that denies.
func (s *subject) allowedBy(st statement, of ...access.Box) []access.Box {
	if st.Effect != policy.Allow {
		return nil
	}
	var out []access.Box
	for _, q := range of {
		out = append(out, access.Meeting(st.boxes, q)...)
	}
	if s.bounded && !st.unbounded {
		var within []access.Box
		for _, b := range s.bounds {
			within = append(within, access.Meeting(out, b)...)
		}
		out = within
	}
	return access.Minus(out, s.denies)
}

// allows is every statement that may allow the identity something: its own, and those of tables.
func (s *subject) allows() []statement {
	var out []statement
	for _, st := range slices.Concat(s.statements, s.granted) {
		if st.Effect == policy.Allow {
			out = append(out, st)
		}
	}
	return out
}

// spell remembers how a document writes its condition keys.
func (s *subject) spell(d policy.Document) {
	for _, st := range d.Statement {
		for _, c := range st.Condition {
			s.spelling[strings.ToLower(c.Key)] = c.Key
			for _, v := range c.Values {
				s.spellVariables(v)
			}
		}
		for _, r := range slices.Concat(st.Resource, st.NotResource) {
			s.spellVariables(r)
		}
	}
}

func (s *subject) spellVariables(text string) {
	for _, v := range variablesIn(text) {
		if _, known := s.spelling[strings.ToLower(v.name)]; !known {
			s.spelling[strings.ToLower(v.name)] = v.name
		}
	}
}

// mentions reports whether a document of the subject asks about a condition key, in lower case.
func (s *subject) mentions(key string) bool {
	_, yes := s.spelling[key]
	return yes
}

// sessionOf is a session of an identity, as a principal. Where its account is not known it is the one that its documents speak
// of first.
func sessionOf(i *inventory.Identity, documents []policy.Document) string {
	partition, account := place(i.ARN)
	if account == "" {
		partition, account = placeOf(documents)
	}
	name := i.Name
	if name == "" || strings.ContainsAny(name, "/:{} ") {
		name = "somebody"
	}
	if i.Kind == inventory.User {
		return "arn:" + partition + ":iam::" + account + ":user/" + name
	}
	return "arn:" + partition + ":sts::" + account + ":assumed-role/" + name + "/session"
}

// placeOf is the partition and the account of the first resource that names an account.
func placeOf(documents []policy.Document) (partition, account string) {
	for _, d := range documents {
		for _, st := range d.Statement {
			for _, r := range slices.Concat(st.Resource, st.NotResource) {
				if partition, account = place(r); account != "" {
					return partition, account
				}
			}
		}
	}
	return "aws", "000000000000"
}

// place is the partition and the account of an ARN; empty where it has none.
func place(arn string) (partition, account string) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || len(parts[4]) != 12 || strings.Trim(parts[4], "0123456789") != "" || strings.ContainsAny(parts[1], "*?{$") {
		return "", ""
	}
	return parts[1], parts[4]
}
