package audit

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// TestRepairs puts each repair of the corpus in the place of its statement. The finding must be gone, and the document must
// grant no more than before; but where the finding is that what is meant to be allowed is refused, the repair allows it.
func TestRepairs(t *testing.T) {
	repaired := 0
	for _, dir := range corpus(t, "bad") {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			for n, f := range Run(inventoryOf(t, dir)) {
				if f.Repair == "" {
					continue
				}
				inv := inventoryOf(t, dir)
				d, i := statementNamed(inv, f)
				if d == nil {
					t.Fatalf("%s: no document %s with a statement %s", f.ID, f.Document, f.Statement)
				}
				before := d.Document
				fixed, err := policy.Parse([]byte(`{"Version": "2012-10-17", "Statement": [` + f.Repair + `]}`))
				if err != nil {
					t.Fatalf("%s: the repair is no statement: %v\n%s", f.ID, err, f.Repair)
				}
				d.Document.Statement = slices.Clone(d.Document.Statement)
				if i < 0 {
					d.Document.Statement = append(d.Document.Statement, fixed.Statement...)
				} else {
					d.Document.Statement[i] = fixed.Statement[0]
				}
				same := func(g Finding) bool { return g.ID == f.ID && g.Document == f.Document && g.Statement == f.Statement }
				if was, is := count(Run(inventoryOf(t, dir)), same), count(Run(inv), same); is >= was {
					t.Errorf("finding %d, %s of %s, is still there after its repair\n%s", n+1, f.ID, f.Statement, f.Repair)
				}
				if f.Witness == nil || f.Witness.Outcome == evaluate.Allow {
					requireNoGain(t, d, before, f)
				}
				repaired++
			}
		})
	}
	t.Logf("%d repairs", repaired)
	if repaired < 20 {
		t.Errorf("only %d repairs", repaired)
	}
}

func count(findings []Finding, want func(Finding) bool) int {
	n := 0
	for _, f := range findings {
		if want(f) {
			n++
		}
	}
	return n
}

// statementNamed is the statement that a finding is about; -1 for one that its document lacks.
func statementNamed(inv *inventory.Inventory, f Finding) (*inventory.Document, int) {
	for _, d := range inv.Documents() {
		if f.Statement == "" && d.Name == f.Document {
			return d, -1
		}
		for i := range d.Document.Statement {
			if d.Name == f.Document && d.Sid(i) == f.Statement && d.Node.Place().Filename == f.At.Filename {
				return d, i
			}
		}
	}
	return nil, 0
}

func requireNoGain(t *testing.T, d *inventory.Document, before policy.Document, f Finding) {
	t.Helper()
	kind := d.Kind
	if kind == "" {
		kind = artifact.Identity
	}
	s := access.NewWorlds(before, d.Document)
	old, err := s.Read(kind, "before", before)
	if err != nil {
		t.Fatal(err)
	}
	now, err := s.Read(kind, "after", d.Document)
	if err != nil {
		t.Fatal(err)
	}
	gained, _ := s.Gain(old, now)
	gained = slices.DeleteFunc(gained, func(b access.Box) bool {
		return slices.ContainsFunc(b.Keys, func(k access.Key) bool { // no request has it
			_, unknown := unknownKey(k.Name)
			return unknown && !k.Values.Absent
		})
	})
	if len(gained) > 0 {
		t.Errorf("the repair of %s grants more: %s\n%s", f.ID, s.Example(access.Best(gained), "", usualText), f.Repair)
	}
}
