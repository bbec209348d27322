package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/audit"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// Looked is what an audit looked at.
type Looked struct {
	Files, Identities, Tables, Keys, Endpoints, Workflows int
	Documents, Statements                                 int

	Unread []string // attached policies and boundaries whose documents are not there
}

// Look counts what is in an inventory.
func Look(inv *inventory.Inventory) Looked {
	l := Looked{
		Files: len(inv.Files), Identities: len(inv.Identities), Tables: len(inv.Tables), Keys: len(inv.Keys),
		Endpoints: len(inv.Endpoints), Workflows: len(inv.Workflows),
	}
	for _, d := range inv.Documents() {
		l.Documents++
		l.Statements += len(d.Document.Statement)
	}
	for _, i := range inv.Identities {
		l.Unread = append(l.Unread, i.Unread...)
	}
	slices.Sort(l.Unread)
	l.Unread = slices.Compact(l.Unread)
	return l
}

// Nothing reports whether there was nothing to audit.
func (l Looked) Nothing() bool {
	return l.Identities+l.Tables+l.Keys+l.Endpoints+l.Workflows+l.Documents == 0
}

// String says what was looked at: "1 file: 3 identities, 1 table; 4 policy documents with 9 statements".
func (l Looked) String() string {
	var things []string
	for _, t := range []struct {
		n    int
		noun string
	}{{l.Identities, "identity"}, {l.Tables, "table"}, {l.Keys, "key"}, {l.Endpoints, "endpoint"}, {l.Workflows, "workflow"}} {
		if t.n > 0 {
			things = append(things, counted(t.n, t.noun))
		}
	}
	documents := ""
	if l.Documents > 0 {
		documents = counted(l.Documents, "policy document") + " with " + counted(l.Statements, "statement")
	}
	return counted(l.Files, "file") + ": " + joined("; ", strings.Join(things, ", "), documents)
}

// Undecided are the statements of an inventory of which nobody can say what they allow: no rule has judged them. Those of
// identities are a rule's own. Whole documents are read first, since hardly any has such a statement.
func Undecided(inv *inventory.Inventory) hcl.Diagnostics {
	var out hcl.Diagnostics
	for _, d := range inv.Documents() {
		if d.Kind == artifact.Identity {
			continue
		}
		symbols := access.NewSymbols(d.Document)
		if _, err := symbols.Read(d.Kind, d.Name, d.Document); err == nil {
			continue
		}
		for i, st := range d.Document.Statement {
			st.Sid = d.Sid(i) // what the reason calls it
			_, err := symbols.Read(d.Kind, d.Name, policy.Document{Version: d.Version, Statement: []policy.Statement{st}})
			if err != nil {
				out = append(out, diag.Warning("undecided-document", "Statement of a resource's policy that cannot be decided",
					err.Error()+". No rule has judged this statement, and what it allows or denies is not taken into account elsewhere. Read it yourself, or write it otherwise.", d.Statement(i)))
			}
		}
	}
	return out
}

// several is the first few of some texts, and how many more there are.
func several(texts []string) string {
	const shown = 5
	if len(texts) <= shown+1 {
		return strings.Join(texts, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(texts[:shown], ", "), len(texts)-shown)
}

// Verdict is how many findings there are of each severity, the gravest first: "2 high, 1 low". Of none it is empty.
func Verdict(items []Item) string {
	var parts []string
	for s := audit.High; s >= audit.Low; s-- {
		n := 0
		for _, i := range items {
			if i.Severity == s {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	return strings.Join(parts, ", ")
}

// Closing ends a report: what was looked at, and what the audit cannot speak of. Unread are the findings of the readers and
// Undecided's, absent the identities of a spec that are not there.
func (l Looked) Closing(items []Item, accepted int, unread hcl.Diagnostics, absent []string) []string {
	verdict := "No finding"
	if v := Verdict(items); v != "" {
		verdict = v
	}
	out := []string{verdict + ", in " + l.String() + "."}
	if accepted > 0 {
		out = append(out, "Not shown: "+counted(accepted, "finding")+" that the baseline accepts.")
	}
	if len(l.Unread) > 0 {
		out = append(out, "Not judged, because the documents are not in these files: "+several(l.Unread)+".")
	}
	if len(absent) > 0 {
		out = append(out, "In the spec, and not in these files: "+several(absent)+".")
	}
	if n := len(unread); n > 0 {
		out = append(out, "Not judged, or only in part: "+counted(n, "place")+" in these files, each told above.")
	}
	return out
}

// Worst is the gravest severity among some findings; none of nothing.
func Worst(items []Item) audit.Severity {
	worst := audit.Severity(0)
	for _, i := range items {
		worst = max(worst, i.Severity)
	}
	return worst
}
