package audit

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// auditor is one audit.
type auditor struct {
	inv      *inventory.Inventory // with what is not known settled
	settler  settler
	subjects []*subject // the identities that have policies, in order
	tables   []tablePolicy
	index    tableIndex
	findings []Finding
}

func newAuditor(inv *inventory.Inventory) *auditor {
	a := &auditor{}
	a.inv, a.settler = settled(inv)
	inv = a.inv
	a.tables = tablePolicies(inv)
	a.index = indexOf(inv, a.tables)
	var identities []*inventory.Identity
	for _, i := range slices.Concat(inv.Identities, strangers(inv)) {
		if len(i.Policies)+len(i.Unread) > 0 || a.granted(i) {
			identities = append(identities, i)
		}
	}
	a.subjects = make([]*subject, len(identities))
	inParallel(len(identities), func(n int) { a.subjects[n] = newSubject(a, identities[n]) })
	return a
}

// strangers are the roles and users whom the policies of tables allow something, and of whom nothing else is known.
func strangers(inv *inventory.Inventory) []*inventory.Identity {
	var out []*inventory.Identity
	known := map[string]bool{}
	for _, i := range inv.Identities {
		known[i.ARN], known[i.Name] = true, true
	}
	for _, t := range tablePolicies(inv) {
		for _, st := range t.document.Document.Statement {
			if st.Effect != policy.Allow || st.Principal == nil {
				continue
			}
			for _, arn := range st.Principal.AWS {
				kind, name := inventory.Role, arn[strings.LastIndexByte(arn, '/')+1:]
				if strings.Contains(arn, ":user/") {
					kind = inventory.User
				} else if !strings.Contains(arn, ":role/") {
					continue
				}
				if _, account := place(arn); account != "" && !known[arn] && !known[name] {
					known[arn] = true
					out = append(out, &inventory.Identity{Kind: kind, Name: name, ARN: arn, Range: t.document.Node.Place()})
				}
			}
		}
	}
	return out
}

// granted reports whether the policy of a table names an identity.
func (a *auditor) granted(i *inventory.Identity) bool {
	return i.Name != "" && i.Kind != inventory.Group && a.index.granting[i.Name] != nil
}

// each is a check of each subject, several at a time: what it finds goes to the subject.
func each(find func(*subject)) func(*auditor) {
	return func(a *auditor) { inParallel(len(a.subjects), func(n int) { find(a.subjects[n]) }) }
}

// inParallel does n things, several at a time.
func inParallel(n int, do func(int)) {
	var wait sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range n {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			do(i)
		})
	}
	wait.Wait()
}

// result is all findings, in the order of files, lines and rules. One that several identities share, because a document is
// attached to all of them, comes once.
func (a *auditor) result() []Finding {
	all := a.findings
	for _, s := range a.subjects {
		all = append(all, s.findings...)
	}
	slices.SortStableFunc(all, compareFindings)
	var out []Finding
	for i := 0; i < len(all); {
		j := i + 1
		for j < len(all) && compareFindings(all[i], all[j]) == 0 {
			j++
		}
		out = append(out, joined(all[i:j]))
		i = j
	}
	return out
}

func compareFindings(x, y Finding) int {
	return cmp.Or(cmp.Compare(x.At.Filename, y.At.Filename), cmp.Compare(x.At.Start.Byte, y.At.Start.Byte),
		-cmp.Compare(x.Severity, y.Severity), cmp.Compare(x.ID, y.ID), cmp.Compare(x.Statement, y.Statement), cmp.Compare(x.Document, y.Document))
}

// named is how many identities a finding names.
const named = 3

// joined is one finding for several that differ in whom they are about only.
func joined(same []Finding) Finding {
	out := same[0]
	var subjects []string
	for _, f := range same {
		if !slices.Contains(subjects, f.Subject) {
			subjects = append(subjects, f.Subject)
		}
	}
	if more := len(subjects) - named; more > 0 {
		subjects = append(subjects[:named], fmt.Sprintf("%d more", more))
	}
	out.Subject = strings.Join(subjects, ", ")
	return out
}

// shows reports a finding at a statement, if the evaluator confirms the request.
func (a *auditor) shows(f Finding, st statement) {
	if done, ok := a.completed(f, st); ok {
		a.findings = append(a.findings, done)
	}
}

// shows is the same for a check that looks at each subject.
func (s *subject) shows(f Finding, st statement) {
	if f.Subject == "" {
		f.Subject = s.String()
	}
	if f.At.Filename == "" && st.document.Node == nil {
		f.At = s.Range
	}
	if done, ok := s.a.completed(f, st); ok {
		s.findings = append(s.findings, done)
	}
}

func (a *auditor) completed(f Finding, st statement) (Finding, bool) {
	if f.Witness != nil && f.Witness.Confirm() != nil {
		return f, false
	}
	f.Repair = a.settler.repaired(f.Repair, st.document)
	f.Document, f.Statement = st.document.Name, st.document.Sid(st.index)
	if f.At.Filename == "" {
		f.At = st.document.Statement(st.index)
	}
	return f, true
}

// tablePolicy is the policy of a table or of its stream, with what it is attached to.
type tablePolicy struct {
	document  *inventory.Document
	table     *inventory.Table
	resources automata.Set
}

func tablePolicies(inv *inventory.Inventory) []tablePolicy {
	var out []tablePolicy
	for _, t := range inv.Tables {
		arn := t.ARN()
		if t.Policy != nil {
			out = append(out, tablePolicy{t.Policy, t, automata.Glob(arn).Union(automata.Glob(arn + "/index/*"))})
		}
		if t.StreamPolicy != nil {
			out = append(out, tablePolicy{t.StreamPolicy, t, automata.Glob(arn + "/stream/*")})
		}
	}
	return out
}

// tableIndex finds tables without a look at each.
type tableIndex struct {
	names    []string         // of all tables of the inventory, each once
	known    map[string][]int // these in the inventory, by name
	policed  map[string][]int // policies, by the name of their table
	granting map[string][]int // policies, by what stands between slashes in the principals that they allow something
	open     []int            // policies that allow everybody something
}

func indexOf(inv *inventory.Inventory, policies []tablePolicy) tableIndex {
	x := tableIndex{known: map[string][]int{}, policed: map[string][]int{}, granting: map[string][]int{}}
	for i, t := range inv.Tables {
		if x.known[t.Name] == nil {
			x.names = append(x.names, t.Name)
		}
		x.known[t.Name] = append(x.known[t.Name], i)
	}
	for i, t := range policies {
		x.policed[t.table.Name] = append(x.policed[t.table.Name], i)
		for _, st := range t.document.Document.Statement {
			if st.Effect != policy.Allow || st.Principal == nil {
				continue
			}
			if st.Principal.Any {
				x.open = append(x.open, i)
			}
			for _, principal := range st.Principal.AWS {
				if principal == "*" {
					x.open = append(x.open, i)
				}
				for _, part := range strings.Split(principal, "/")[1:] {
					if part != "" {
						x.granting[part] = append(x.granting[part], i)
					}
				}
			}
		}
	}
	return x
}

// tablesOf are the policies of the tables in the subject's account that bear on it: because it may be allowed something about
// the table by itself, or because the table's policy may name it.
func (a *auditor) tablesOf(s *subject) []tablePolicy {
	_, account := place(s.session)
	found := slices.Concat(a.index.open, a.index.granting[s.Name])
	for _, name := range s.names {
		found = append(found, a.index.policed[name]...)
	}
	slices.Sort(found)
	var out []tablePolicy
	for _, i := range slices.Compact(found) {
		if t := a.tables[i]; s.ARN == "" || t.table.Account == "" || t.table.Account == account {
			out = append(out, t)
		}
	}
	return out
}

// knownTables are the tables of the inventory that statements of the subject may be about, in order.
func (s *subject) knownTables() []*inventory.Table {
	var found []int
	for _, name := range s.names {
		found = append(found, s.a.index.known[name]...)
	}
	slices.Sort(found)
	out := make([]*inventory.Table, len(found))
	for n, i := range found {
		out[n] = s.a.inv.Tables[i]
	}
	return out
}

// spokenOf are the names of tables of the inventory that statements of some documents may be about.
func (a *auditor) spokenOf(documents []policy.Document) []string {
	spoken := map[string]bool{}
	all := false
	var patterns []string
	for _, d := range documents {
		for _, st := range d.Statement {
			if st.Effect != policy.Allow || !touchesDynamoDB(statement{Statement: st}) {
				continue
			}
			all = all || len(st.NotResource) > 0
			for _, r := range st.Resource {
				_, name, found := strings.Cut(r, ":table/")
				name, _, _ = strings.Cut(name, "/")
				switch {
				case !found:
					all = all || strings.HasSuffix(r, "*")
				case strings.Contains(name, "${"):
					all = true
				case strings.ContainsAny(name, "*?"):
					patterns = append(patterns, name)
				default:
					spoken[name] = true
				}
			}
		}
	}
	if all {
		return a.index.names
	}
	if len(patterns) > 0 {
		for _, n := range a.index.names {
			spoken[n] = spoken[n] || slices.ContainsFunc(patterns, func(p string) bool { return matches(p, n) })
		}
	}
	var out []string
	for n, yes := range spoken {
		if yes && a.index.known[n] != nil {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

// policiesFor are the policies that decide a request of the subject about a resource: its own, its boundary, and that of the
// resource.
func (s *subject) policiesFor(resource string) evaluate.Policies {
	p := s.policies
	for _, t := range s.tables {
		if t.resources.Contains(resource) {
			p.Resource = &t.document.Document
			break
		}
	}
	return p
}
