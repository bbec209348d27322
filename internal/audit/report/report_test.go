package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/audit"
	"github.com/ddbgen/ddbgen/internal/decide"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/tree"
)

const roles = `{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Read", "Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:Query"], "Resource": "*"},
    {"Effect": "Allow", "Action": "dynamodb:Scan", "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/T"}
  ]
}
`

// holding is an inventory of one role with one document.
func holding(t *testing.T, name, file, src string) *inventory.Inventory {
	t.Helper()
	all, ds := tree.ParseJSON(file, []byte(src))
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	d, wrong := inventory.Parse(all[0], artifact.Identity, name)
	if wrong != nil {
		t.Fatal(wrong)
	}
	return &inventory.Inventory{
		Files:      map[string][]byte{file: []byte(src)},
		Identities: []*inventory.Identity{{Kind: inventory.Role, Name: "api", Policies: []*inventory.Document{d}}},
	}
}

var scan = audit.Rule{
	ID: "scan-beside-rows", Severity: audit.High, Title: "Scan beside a limit to rows",
	Why: "A Scan names no key,\nso no condition on keys holds it.\n\n- It reads\n- and reads.", Remedy: "Take Scan out.", Source: "a page",
}

// about is a finding about a statement of the only document.
func about(inv *inventory.Inventory, rule audit.Rule, i int) audit.Finding {
	d := inv.Identities[0].Policies[0]
	return audit.Finding{
		Rule: rule, At: d.Statement(i), Subject: "the role api", Document: d.Name, Statement: d.Sid(i), Detail: "It reads all rows.",
		Witness: &audit.Witness{
			Request:  access.Request{Principal: "arn:aws:sts::111122223333:assumed-role/api/session", Action: "dynamodb:Scan", Resource: "arn:aws:dynamodb:eu-west-1:111122223333:table/T"},
			Policies: evaluate.Policies{Identity: []policy.Document{d.Document}},
			Outcome:  evaluate.Allow,
		},
		Repair: `{"Sid":"Read","Effect":"Allow"}`,
	}
}

func TestFingerprint(t *testing.T) {
	known := func(name, src string, i int) string {
		inv := holding(t, name, "roles.json", src)
		return Items(inv, []audit.Finding{about(inv, scan, i)})[0].Fingerprint
	}
	first, second := known("p", roles, 0), known("p", roles, 1)
	if first == second || len(first) != 32 {
		t.Errorf("two statements are %q and %q", first, second)
	}
	moved := "\n\n\n" + roles
	var minified bytes.Buffer
	json.Compact(&minified, []byte(roles))
	reordered := strings.Replace(roles, `["dynamodb:GetItem", "dynamodb:Query"]`, `["dynamodb:query", "dynamodb:GetItem"]`, 1)
	renamed := strings.Replace(roles, `"Sid": "Read", `, `"Sid": "ReadAll", `, 1)
	for name, src := range map[string]string{"moved": moved, "minified": minified.String(), "lists in another order": reordered, "another Sid": renamed} {
		if got := known("p", src, 0); got != first {
			t.Errorf("%s: it is another finding", name)
		}
		if got := known("p", src, 1); got != second {
			t.Errorf("%s: the second is another finding", name)
		}
	}
	swapped := `{"Version": "2012-10-17", "Statement": [` +
		`{"Effect": "Allow", "Action": "dynamodb:Scan", "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/T"},` +
		`{"Sid": "Read", "Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:Query"], "Resource": "*"}]}`
	if known("p", swapped, 0) != second || known("p", swapped, 1) != first {
		t.Error("statements in another order: they are other findings")
	}
	widened := strings.Replace(roles, `"dynamodb:Query"]`, `"dynamodb:Query", "dynamodb:Scan"]`, 1)
	older := strings.Replace(roles, "2012-10-17", "2008-10-17", 1)
	for name, got := range map[string]string{"widened": known("p", widened, 0), "older language": known("p", older, 0), "another document": known("q", roles, 0)} {
		if got == first {
			t.Errorf("%s: it is the same finding", name)
		}
	}
}

// TestFingerprintOfOthers holds that rule, subject and account are part of what a finding is known by.
func TestFingerprintOfOthers(t *testing.T) {
	inv := holding(t, "p", "roles.json", roles)
	f := about(inv, scan, 0)
	rule, subject, account := f, f, f
	rule.ID, subject.Subject = "other", "the role other"
	w := *f.Witness
	w.Request.Principal = "arn:aws:sts::444455556666:assumed-role/api/session"
	account.Witness = &w
	seen := map[string]bool{}
	for _, i := range Items(inv, []audit.Finding{f, rule, subject, account}) {
		seen[i.Fingerprint] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d fingerprints of four findings", len(seen))
	}
}

func TestText(t *testing.T) {
	inv := holding(t, "p", "roles.json", roles)
	low := scan
	low.ID, low.Severity, low.Title = "costly", audit.Low, "It costs"
	later := about(inv, scan, 1)
	items := Items(inv, []audit.Finding{later, about(inv, scan, 0), {Rule: low, Detail: "Nobody\nreads it."}})
	unread := hcl.Diagnostics{diag.Warning("half-known", "Half known", "A parameter.", inv.Identities[0].Policies[0].Statement(1))}
	var b bytes.Buffer
	if err := diag.Text(&b, inv.Files, Diagnostics(items, unread, ForPeople), false); err != nil {
		t.Fatal(err)
	}
	want := `Low: It costs [costly]

Nobody reads it.

A Scan names no key, so no condition on keys holds it.

- It reads
- and reads.

Take Scan out.

High: Scan beside a limit to rows [scan-beside-rows]

  on roles.json:4:5
     4 |     {"Sid": "Read", "Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:Query"], "Resource": "*"},
       |     ^

Statement Read of p, the role api: It reads all rows.

  Request: dynamodb:Scan on arn:aws:dynamodb:eu-west-1:111122223333:table/T, by arn:aws:sts::111122223333:assumed-role/api/session (allowed).

A Scan names no key, so no condition on keys holds it.

- It reads
- and reads.

Take Scan out.

Instead:

  {
    "Sid": "Read",
    "Effect": "Allow"
  }

Note: Half known [half-known]

  on roles.json:5:5
     5 |     {"Effect": "Allow", "Action": "dynamodb:Scan", "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/T"}
       |     ^

A parameter.

High: Scan beside a limit to rows [scan-beside-rows]

  on roles.json:5:5
     5 |     {"Effect": "Allow", "Action": "dynamodb:Scan", "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/T"}
       |     ^

Statement number 2 of p, the role api: It reads all rows.

  Request: dynamodb:Scan on arn:aws:dynamodb:eu-west-1:111122223333:table/T, by arn:aws:sts::111122223333:assumed-role/api/session (allowed).

Instead:

  {
    "Sid": "Read",
    "Effect": "Allow"
  }
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

// TestSeverities holds what programs take each severity for.
// TestAbout holds that a finding says once whom it is about, and what its document is called.
func TestAbout(t *testing.T) {
	for _, c := range []struct{ subject, document, statement, detail, want string }{
		{"the role api", "rows", "Read", "It reads.", "Statement Read of rows, the role api: It reads."},
		{"the role api", "rows", "Read", "The role api reads.", "Statement Read of rows: The role api reads."},
		{"the policy rows", "rows", "Read", "It reads.", "Statement Read of the policy rows: It reads."},
		{"the policy rows", "rows", "", "It reads.", "In the policy rows: It reads."},
		{"the policy rows", "rows", "Read", "The policy rows reads.", "Statement Read of rows: The policy rows reads."},
		{"the policy rows", "", "", "It reads.", "The policy rows: It reads."},
		{"", "rows", "", "It reads.", "In rows: It reads."},
		{"the role rows", "ows", "", "It reads.", "In ows, the role rows: It reads."},
		{"", "", "", "It reads.", "It reads."},
	} {
		i := Item{Finding: audit.Finding{Subject: c.subject, Document: c.document, Statement: c.statement, Detail: c.detail}}
		if got := i.about(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestLooked holds that a report says what it looked at, and nothing of what there was none of.
func TestLooked(t *testing.T) {
	flow := &inventory.Inventory{Files: map[string][]byte{"ci.yml": nil}, Workflows: []*inventory.Workflow{{File: "ci.yml"}}}
	if got := Look(flow).String(); got != "1 file: 1 workflow" {
		t.Errorf("a workflow is %q", got)
	}
	if got := Look(holding(t, "p", "roles.json", roles)).String(); got != "1 file: 1 identity; 1 policy document with 2 statements" {
		t.Errorf("a role is %q", got)
	}
}

func TestSeverities(t *testing.T) {
	want := map[audit.Severity][2]string{audit.High: {"::error ", `"error"`}, audit.Medium: {"::warning ", `"warning"`}, audit.Low: {"::notice ", `"note"`}}
	for s, words := range want {
		rule := scan
		rule.Severity = s
		ds := Diagnostics([]Item{{Finding: audit.Finding{Rule: rule, At: hcl.Range{Filename: "f"}}}}, nil, ForPrograms)
		var github, sarif bytes.Buffer
		diag.GitHub(&github, ds)
		diag.SARIF(&sarif, nil, ds, func(diag.ID) diag.Help { return diag.Help{} })
		if !strings.HasPrefix(github.String(), words[0]) || !strings.Contains(sarif.String(), `"level": `+words[1]) {
			t.Errorf("%s: %s%s", s, github.String(), sarif.String())
		}
	}
}

// asked are witnesses of every kind of principal and every layer, with what is decided.
func asked(t *testing.T) []audit.Witness {
	t.Helper()
	document := func(statement string) policy.Document {
		d, err := policy.Parse([]byte(`{"Version":"2012-10-17","Statement":[` + statement + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	everything := document(`{"Effect":"Allow","Action":"*","Resource":"*"}`)
	anybody := document(`{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`)
	nothing := document(`{"Effect":"Deny","Action":"*","Resource":"*"}`)
	nobody := document(`{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}`)
	rows := document(`{"Effect":"Allow","Action":"dynamodb:Query","Resource":"*","Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["a","b"]},"StringEquals":{"aws:ResourceAccount":"444455556666"}}}`)
	const session, table = "arn:aws:sts::111122223333:assumed-role/api/session", "arn:aws:dynamodb:us-east-1:000000000000:table/any"
	query := func(principal string) access.Request {
		return access.Request{Principal: principal, Action: "dynamodb:Query", Resource: table}
	}
	keyed := query(session)
	keyed.Context = evaluate.Context{{Name: "dynamodb:LeadingKeys", Values: []string{"a", "b"}}, {Name: "DynamoDB:leadingkeys", Values: []string{"c"}}, {Name: "aws:SourceVpc", Values: nil}}
	own := []policy.Document{everything}
	return []audit.Witness{
		{Request: query(session), Policies: evaluate.Policies{Identity: own}, Outcome: evaluate.Allow},
		{Request: query(session), Outcome: evaluate.ImplicitDeny},
		{Request: query("arn:aws:iam::111122223333:user/ann"), Policies: evaluate.Policies{Identity: own}, Account: "444455556666", Outcome: evaluate.ImplicitDeny},
		{Request: query(session), Policies: evaluate.Policies{Identity: own, Resource: &anybody}, Account: "444455556666", Outcome: evaluate.Allow},
		{Request: keyed, Policies: evaluate.Policies{Identity: []policy.Document{rows}, Resource: &anybody}, Account: "444455556666", Outcome: evaluate.Allow},
		{Request: query(session), Policies: evaluate.Policies{Identity: own, Boundaries: []policy.Document{rows}}, Outcome: evaluate.ImplicitDeny},
		{Request: query(session), Policies: evaluate.Policies{Identity: own, Session: own, Endpoint: []policy.Document{anybody}, SCP: [][]policy.Document{own}, RCP: [][]policy.Document{{anybody}}}, Outcome: evaluate.Allow},
		{Request: query(session), Policies: evaluate.Policies{Identity: own, SCP: [][]policy.Document{{nothing}}}, Outcome: evaluate.ExplicitDeny},
		{Request: query(session), Policies: evaluate.Policies{Identity: own, RCP: [][]policy.Document{{nobody}}}, Outcome: evaluate.ExplicitDeny},
		{Request: query(session), Policies: evaluate.Policies{Identity: own, SCP: [][]policy.Document{{}}}, Outcome: evaluate.ImplicitDeny},
		{Request: query("service:lambda.amazonaws.com"), Policies: evaluate.Policies{Resource: &anybody}, Outcome: evaluate.Allow},
		{Request: query("account:444455556666"), Policies: evaluate.Policies{Resource: &anybody}, Outcome: evaluate.Allow},
		{Request: query("account:444455556666"), Policies: evaluate.Policies{Resource: &nothing}, Account: "000000000000", Outcome: evaluate.ImplicitDeny},
		{Request: query("nobody (an unsigned request)"), Policies: evaluate.Policies{Resource: &anybody}, Outcome: evaluate.Allow},
		{Request: access.Request{Principal: "federated:cognito-identity.amazonaws.com", Action: "sts:AssumeRoleWithWebIdentity", Resource: "arn:aws:iam::111122223333:role/api"}, Policies: evaluate.Policies{Resource: &anybody}, Outcome: evaluate.Allow},
	}
}

// TestWitnesses holds that ddbgen decide takes each witness as it is printed, and decides what the audit says.
func TestWitnesses(t *testing.T) {
	for n, w := range asked(t) {
		if err := w.Confirm(); err != nil {
			t.Errorf("%d: the test is wrong: %v", n, err)
		}
		requireDecided(t, w)
	}
}

// requireDecided sends the witness of a JSON report to ddbgen decide.
func requireDecided(t *testing.T, w audit.Witness) {
	t.Helper()
	var printed bytes.Buffer
	item := Item{Finding: audit.Finding{Rule: scan, Witness: &w}}
	if err := diag.JSON(&printed, nil, Diagnostics([]Item{item}, nil, ForPrograms), func(diag.ID) diag.Help { return diag.Help{} }); err != nil {
		t.Fatal(err)
	}
	var read struct {
		Diagnostics []struct {
			Finding struct {
				Decision string
				Witness  json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(printed.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	found := read.Diagnostics[0].Finding
	var line, answer bytes.Buffer
	if err := json.Compact(&line, found.Witness); err != nil {
		t.Fatalf("%s: %v", w.Request, err)
	}
	line.WriteByte('\n')
	good, err := decide.Stream(&answer, &line)
	if err != nil || !good || !strings.Contains(answer.String(), `"decision":"`+found.Decision+`"`) || found.Decision != string(w.Outcome) {
		t.Errorf("%s: decided %s; the report says %s, and the audit %s", w.Request, answer.String(), found.Decision, w.Outcome)
	}
}
