package report

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/audit"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// A finding is known by its rule, by whom it is about, in which account, and by what the statement says; not by its line, nor by
// how the file is written, nor by the order of statements and of lists. So it stays the same when a file is formatted or
// something is put above it, and it is another one when the statement is changed: whoever accepted the one has not seen the
// other. Its file is no part of it, because a plan lies elsewhere in each run of CI.

// index finds the statements that findings are about.
type index map[labels][]located

// labels are what a finding says of its statement.
type labels struct{ file, document, statement string }

// located is a statement where it stands.
type located struct {
	at    hcl.Range
	means string
}

func newIndex(inv *inventory.Inventory) index {
	out := index{}
	for _, d := range inv.Documents() {
		for i, st := range d.Document.Statement {
			at := d.Statement(i)
			key := labels{at.Filename, d.Name, d.Sid(i)}
			out[key] = append(out[key], located{at, content(d.Version, st)})
		}
	}
	return out
}

// content is what a statement says, however it is written: without its Sid, and with the names of actions, in which case does
// not count, in one case.
func content(version string, st policy.Statement) string {
	st.Sid, st.Action, st.NotAction = "", lower(st.Action), lower(st.NotAction)
	return string(policy.EncodeMinified(policy.Document{Version: version, Statement: []policy.Statement{st}}))
}

func lower(names []string) []string {
	out := slices.Clone(names)
	for i := range out {
		out[i] = strings.ToLower(out[i])
	}
	return out
}

// fingerprint is what a finding is known by.
func (x index) fingerprint(f audit.Finding) string {
	statement := f.Statement
	if means, found := x.content(f); found {
		statement = means
	}
	account := ""
	if f.Witness != nil {
		if asked, err := f.Witness.Request.Asked(); err == nil {
			account = asked.Principal.Account
		}
	}
	text, err := json.Marshal([]string{f.ID, f.Subject, account, f.Document, statement})
	if err != nil {
		panic("report: " + err.Error()) // texts are always encoded
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// content is what the statement of a finding says: of those that are called so, the last one before the place of the finding.
func (x index) content(f audit.Finding) (string, bool) {
	if f.Statement == "" {
		return "", false
	}
	means, found := "", false
	begin := -1
	for _, l := range x[labels{f.At.Filename, f.Document, f.Statement}] {
		if l.at.Start.Byte <= f.At.Start.Byte && l.at.Start.Byte > begin {
			means, found, begin = l.means, true, l.at.Start.Byte
		}
	}
	return means, found
}
