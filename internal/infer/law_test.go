package infer

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/inventory/load"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/spec"
)

const ordersARN = "arn:aws:dynamodb:eu-west-1:210987654321:table/Orders"

func allow(actions []string, resource string, conditions ...policy.Condition) policy.Statement {
	return policy.Statement{Effect: policy.Allow, Action: actions, Resource: []string{resource}, Condition: conditions}
}

func holding(name string, statements ...policy.Statement) *inventory.Document {
	return &inventory.Document{Document: policy.Document{Version: policy.Version, Statement: statements}, Kind: artifact.Identity, Name: name}
}

func app(policies ...*inventory.Document) *inventory.Inventory {
	i := &inventory.Identity{Kind: inventory.Role, Name: "app", ARN: "arn:aws:iam::210987654321:role/app", Policies: policies}
	return &inventory.Inventory{Identities: []*inventory.Identity{i}, Tables: []*inventory.Table{orders()}}
}

// TestGainsAreSeen gives the last comparison specs that grant too much, which inference never makes.
func TestGainsAreSeen(t *testing.T) {
	inv := app(holding("p", allow([]string{"dynamodb:GetItem"}, ordersARN)))
	for name, test := range map[string]struct{ from, to, want string }{
		"an operation":   {"operations: [GetItem]", "operations: [GetItem, PutItem]", "dynamodb:PutItem"},
		"an index":       {"operations: [GetItem]}", "operations: [Query], indexes: [by_day]}", "dynamodb:Query"},
		"another role":   {"name: app", "name: other", ""},
		"nothing at all": {"kind: runtime", "kind: runtime", ""},
	} {
		d := newDraft(inv, Options{Name: "x"})
		if ds := d.place(); ds.HasErrors() {
			t.Fatal(ds)
		}
		d = d.attempt(map[string]string{})
		text := strings.Replace(d.write(complete).String(), test.from, test.to, 1)
		if name != "nothing at all" && text == d.write(complete).String() {
			t.Fatalf("%s: %q is not in\n%s", name, test.from, text)
		}
		m, ds := spec.Load("spec.yaml", []byte(text))
		if m == nil {
			t.Fatal(ds)
		}
		gains := d.gains(m, generated(t, m))
		if test.want == "" != (len(gains) == 0) || len(gains) > 0 && !strings.Contains(gains[0].Request, test.want) {
			t.Errorf("%s: %v", name, gains)
		}
	}
}

// TestKeptBack: a policy that stays attached may grant what a refusal beside it held back. Then it is not attached.
func TestKeptBack(t *testing.T) {
	queues := holding("queues", allow([]string{"sqs:*"}, "*"))
	queues.ARN = "arn:aws:iam::210987654321:policy/queues"
	deny := policy.Statement{Effect: policy.Deny, Action: []string{"sqs:DeleteQueue"}, Resource: []string{"*"}}
	read := allow([]string{"dynamodb:GetItem"}, ordersARN)
	for name, test := range map[string]struct {
		inv    *inventory.Inventory
		attach bool
	}{
		"nothing is refused":     {app(holding("p", read), queues), true},
		"it is refused":          {app(holding("p", read, deny), queues), false},
		"something else is":      {app(holding("p", read, policy.Statement{Effect: policy.Deny, Action: []string{"s3:*"}, Resource: []string{"*"}}), queues), true},
		"by the policy itself":   {app(holding("p", read), &inventory.Document{Document: policy.Document{Version: policy.Version, Statement: append([]policy.Statement{deny}, queues.Document.Statement...)}, Kind: artifact.Identity, Name: "queues", ARN: queues.ARN}), true},
		"unread, and refused":    {unread(app(holding("p", read, deny)), queues.ARN), false},
		"unread, nothing is":     {unread(app(holding("p", read)), queues.ARN), true},
		"AWS's, and is harmless": {unread(app(holding("p", read)), "arn:aws:iam::aws:policy/AdministratorAccess"), false},
	} {
		r := Infer(test.inv, "spec.yaml", Options{Name: "x"})
		if got := strings.Contains(string(r.Text), "attach:"); got != test.attach || r.Model == nil || len(r.Gains) > 0 {
			t.Errorf("%s: attached %v, %v %v\n%s", name, got, r.Findings, r.Gains, r.Text)
		}
		if !test.attach && r.LeftOut == 0 {
			t.Errorf("%s: nothing says so\n%s", name, r.Text)
		}
	}
}

func unread(inv *inventory.Inventory, arn string) *inventory.Inventory {
	inv.Identities[0].Unread = append(inv.Identities[0].Unread, arn)
	return inv
}

// TestNeverSilent: of every statement that allows more than the spec does, the place is in the spec.
func TestNeverSilent(t *testing.T) {
	inv, r := imported(t, filepath.Join("testdata", "corpus", "bare-holes"), Options{Name: "notes"})
	for _, i := range inv.Identities {
		for _, d := range i.Policies {
			for n := range d.Document.Statement {
				if where := (&statement{document: d, index: n}).where(); !strings.Contains(strings.Join(strings.Fields(string(r.Text)), " "), where) {
					t.Errorf("nothing is said of %s\n%s", where, r.Text)
				}
			}
		}
	}
}

// FuzzInfer imports whatever can be read: without a panic, and without a gain.
func FuzzInfer(f *testing.F) {
	seeds, _ := filepath.Glob("testdata/corpus/*/*.json")
	for _, s := range seeds {
		src, err := os.ReadFile(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file := filepath.Join(t.TempDir(), "input.json")
		if err := os.WriteFile(file, src, 0o600); err != nil {
			t.Fatal(err)
		}
		inv, err := load.Paths([]string{file}, load.Options{})
		if err != nil || inv.Findings.HasErrors() {
			return
		}
		if r := Infer(inv, "spec.yaml", Options{}); r.Model != nil {
			lawful(t, r)
		}
	})
}
