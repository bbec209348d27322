package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/audit"
)

func everyRule(string) bool { return true }

func TestBaseline(t *testing.T) {
	inv := holding(t, "p", "roles.json", roles)
	items := Items(inv, []audit.Finding{about(inv, scan, 1), about(inv, scan, 0)})
	written := Accept(items, Baseline{}).Bytes()
	want := `{
  "version": 1,
  "accepted": [
    {
      "id": "scan-beside-rows",
      "subject": "the role api",
      "document": "p",
      "statement": "Read",
      "fingerprint": "` + items[0].Fingerprint + `"
    },
    {
      "id": "scan-beside-rows",
      "subject": "the role api",
      "document": "p",
      "statement": "number 2",
      "fingerprint": "` + items[1].Fingerprint + `"
    }
  ]
}
`
	if diff := cmp.Diff(want, string(written)); diff != "" {
		t.Fatal(diff)
	}
	reasoned := strings.Replace(want, items[0].Fingerprint+`"`, items[0].Fingerprint+`", "because": "of <old> & new"`, 1)
	b, ds := ReadBaseline("b.json", []byte(reasoned))
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	if rest, accepted, stale := b.Apply(items, everyRule); len(rest) != 0 || accepted != 2 || len(stale) != 0 {
		t.Errorf("all is accepted: %d are left, %d accepted, %d stale", len(rest), accepted, len(stale))
	}
	again := string(Accept(items, b).Bytes())
	if !strings.Contains(again, `"because": "of <old> & new"`) {
		t.Errorf("the reason is gone: %s", again)
	}

	changed := holding(t, "p", "roles.json", strings.Replace(roles, `"Resource": "*"`, `"Resource": ["*"], "Condition": {"Bool": {"aws:SecureTransport": "true"}}`, 1))
	rest, accepted, stale := b.Apply(Items(changed, []audit.Finding{about(changed, scan, 0), about(changed, scan, 1)}), everyRule)
	if len(rest) != 1 || rest[0].Statement != "Read" || accepted != 1 {
		t.Errorf("a statement that is changed is another: %d are left, %d accepted", len(rest), accepted)
	}
	if len(stale) != 1 || stale[0].Subject.Start.Line != 4 || !strings.Contains(stale[0].Detail, "the role api, p, statement Read") {
		t.Errorf("stale: %v", stale)
	}
	if _, _, stale := b.Apply(nil, func(string) bool { return false }); len(stale) != 0 {
		t.Errorf("a rule that did not look finds nothing stale: %v", stale)
	}
	kept := Accept(nil, b).Keep(b, func(string) bool { return false })
	if len(kept.Accepted) != 2 || len(Accept(nil, b).Keep(b, everyRule).Accepted) != 0 {
		t.Errorf("kept of rules that did not look: %v", kept)
	}
	if got := string(Baseline{}.Bytes()); got != "{\n  \"version\": 1,\n  \"accepted\": []\n}\n" {
		t.Errorf("nothing accepted: %s", got)
	}
}

// badBaselines are files that are no baselines, with the place of the mistake.
var badBaselines = []struct {
	src    string
	line   int
	detail string
}{
	{"", 0, "0 values"},
	{"{", 1, "ends before"},
	{"[]", 1, "version 1"},
	{"{}", 1, "version 1"},
	{`{"version": 2, "accepted": []}`, 1, "version 1"},
	{`{"version": "1"} {"version": 1}`, 0, "2 values"},
	{"{\"version\": 1,\n\"acepted\": []}", 2, `no "acepted"`},
	{`{"version": 1, "accepted": {}}`, 1, "an object and not a list"},
	{`{"version": 1, "accepted": ["x"]}`, 1, "a string and not an object"},
	{"{\"version\": 1, \"accepted\": [\n{\"id\": \"x\"}]}", 2, `"id" and a "fingerprint"`},
	{`{"version": 1, "accepted": [{"id": "x", "fingerprint": 3}]}`, 1, "a number and not a string"},
	{`{"version": 1, "accepted": [{"id": "x", "fingerprint": "y", "reason": "z"}]}`, 1, `no "reason"`},
	{"{\"version\": 1, \"accepted\": [],\n\"accepted\": []}", 2, "twice"},
	{"\xff", 1, "UTF-8"},
}

func TestBadBaselines(t *testing.T) {
	for _, c := range badBaselines {
		b, ds := ReadBaseline("b.json", []byte(c.src))
		if !ds.HasErrors() || len(b.Accepted) != 0 {
			t.Errorf("%q is read: %v", c.src, b)
			continue
		}
		if ds[0].Subject.Start.Line != c.line || !strings.Contains(ds[0].Detail, c.detail) || ds[0].Subject.Filename != "b.json" {
			t.Errorf("%q: %v: %s", c.src, ds[0].Subject, ds[0].Detail)
		}
	}
}

// FuzzBaseline holds that what is read is written and read again as the same, and that nothing panics.
func FuzzBaseline(f *testing.F) {
	for _, c := range badBaselines {
		f.Add([]byte(c.src))
	}
	f.Add([]byte(`{"version": 1, "accepted": [{"id": "x", "fingerprint": "y", "because": "z"}]}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		b, ds := ReadBaseline("b.json", src)
		if ds.HasErrors() {
			return
		}
		again, ds := ReadBaseline("b.json", b.Bytes())
		if ds.HasErrors() || string(again.Bytes()) != string(b.Bytes()) {
			t.Errorf("%s: %v: %s", b.Bytes(), ds, again.Bytes())
		}
	})
}
