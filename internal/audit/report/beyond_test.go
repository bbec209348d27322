package report

import (
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/audit"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

const tableT = "arn:aws:dynamodb:eu-west-1:111122223333:table/T"

// document is a document of some statements.
func document(t *testing.T, kind artifact.Kind, name, file string, statements ...string) *inventory.Document {
	t.Helper()
	src := `{"Version": "2012-10-17", "Statement": [` + strings.Join(statements, ",\n") + "]}"
	all, ds := tree.ParseJSON(file, []byte(src))
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	d, wrong := inventory.Parse(all[0], kind, name)
	if wrong != nil {
		t.Fatal(wrong)
	}
	return d
}

// exists is an inventory of the table T, and of roles by their names, each with statements.
func exists(t *testing.T, file string, policy *inventory.Document, roles ...[]string) *inventory.Inventory {
	t.Helper()
	table := &inventory.Table{Policy: policy}
	table.Name, table.Account, table.Region = "T", "111122223333", "eu-west-1"
	inv := &inventory.Inventory{Files: map[string][]byte{file: nil}, Tables: []*inventory.Table{table}}
	for _, r := range roles {
		i := &inventory.Identity{Kind: inventory.Role, Name: r[0], ARN: "arn:aws:iam::111122223333:role/" + r[0]}
		i.Policies = append(i.Policies, document(t, artifact.Identity, r[0]+"-policy", r[0]+file, r[1:]...))
		inv.Identities = append(inv.Identities, i)
	}
	return inv
}

const (
	getItem  = `{"Sid": "Get", "Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "` + tableT + `"}`
	scanItem = `{"Sid": "Scan", "Effect": "Allow", "Action": "dynamodb:Scan", "Resource": "` + tableT + `"}`
	allItems = `{"Sid": "All", "Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}`
	buckets  = `{"Sid": "Buckets", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}`
	foreign  = `{"Sid": "Other", "Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/Other"}`
	tagged   = `{"Sid": "Tagged", "Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/${aws:PrincipalTag/table}"}`
	open     = `{"Sid": "Open", "Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/{TableName}"}`
	plain    = `{"Sid": "DenyPlain", "Effect": "Deny", "Principal": "*", "Action": "dynamodb:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}`
	neverHas = `{"Sid": "Never", "Effect": "Deny", "Principal": "*", "Action": "dynamodb:DeleteTable", "Resource": "*"}`
)

func TestBeyond(t *testing.T) {
	spec := func() *inventory.Inventory {
		return exists(t, "spec.json", document(t, artifact.Table, "table", "t.json", plain, neverHas), []string{"api", getItem})
	}
	tls := func() *inventory.Document { return document(t, artifact.Table, "table", "t.json", plain, neverHas) }
	for _, c := range []struct {
		name     string
		existing *inventory.Inventory
		want     []string // the subject and the statement of each finding
		absent   string
	}{
		{"the same", exists(t, "x.json", tls(), []string{"api", getItem}), nil, ""},
		{"less", exists(t, "x.json", tls(), []string{"api", foreignless}), nil, ""},
		{"a statement more", exists(t, "x.json", tls(), []string{"api", getItem, scanItem}), []string{"the role api: Scan"}, ""},
		{"another service", exists(t, "x.json", tls(), []string{"api", getItem, buckets}), []string{"the role api: Buckets"}, ""},
		{"others elsewhere", exists(t, "x.json", tls(), []string{"api", getItem}, []string{"x", buckets}, []string{"y", foreign}), nil, ""},
		{"others here", exists(t, "x.json", tls(), []string{"api", getItem}, []string{"x", buckets, allItems}), []string{"the role x: All"}, ""},
		{"others of another account, on their own tables", strangers(t, tls(), allItems), nil, ""},
		{"others of another account, on this table", strangers(t, tls(), getItem), []string{"the role x: Get"}, ""},
		{"others, by a tag", exists(t, "x.json", tls(), []string{"api", getItem}, []string{"x", tagged}), []string{"the role x: Tagged"}, ""},
		{"others, unresolved", exists(t, "x.json", tls(), []string{"api", getItem}, []string{"x", open}), []string{"the role x: Open"}, ""},
		{"a refusal less", exists(t, "x.json", document(t, artifact.Table, "table", "t.json", neverHas), []string{"api", getItem}), []string{"the table T: "}, ""},
		{"roles that are not there", exists(t, "x.json", tls()), nil, "the role api"},
	} {
		got := BeyondOf(spec(), c.existing)
		var found []string
		for _, f := range got.Findings {
			found = append(found, f.Subject+": "+f.Statement)
			if f.Severity != audit.High || f.ID != "beyond-spec" || !strings.HasSuffix(f.Detail, ".") {
				t.Errorf("%s: %s %s: %s", c.name, f.ID, f.Severity, f.Detail)
			}
			if f.Statement != "" && f.Witness == nil && !strings.Contains(c.name, "another account") {
				t.Errorf("%s: %s is shown by no request", c.name, f.Statement)
			}
			if f.Witness != nil {
				requireDecided(t, *f.Witness)
			}
		}
		if strings.Join(found, "; ") != strings.Join(c.want, "; ") {
			t.Errorf("%s: found %q, want %q", c.name, found, c.want)
		}
		if strings.Join(got.Absent, ", ") != c.absent || len(got.Undecided) > 0 {
			t.Errorf("%s: absent %q, undecided %v", c.name, got.Absent, got.Undecided)
		}
	}
}

// strangers is what there is, and a role x of another account.
func strangers(t *testing.T, policy *inventory.Document, statements ...string) *inventory.Inventory {
	t.Helper()
	inv := exists(t, "x.json", policy, []string{"api", getItem}, append([]string{"x"}, statements...))
	inv.Identities[1].ARN = "arn:aws:iam::444455556666:role/x"
	return inv
}

const foreignless = `{"Sid": "Get", "Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "` + tableT + `", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}`

// undecidable is a statement of which AWS says that it is not to be: one of an identity that names a principal.
const undecidable = `{"Sid": "Misplaced", "Effect": "Allow", "Principal": "*", "Action": "dynamodb:GetItem", "Resource": "*"}`

// homeless is one of a resource that names none.
const homeless = `{"Sid": "Homeless", "Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}`

// TestUndecided holds that what cannot be decided is told: of the spec's own as an error.
func TestUndecided(t *testing.T) {
	inv := exists(t, "x.json", document(t, artifact.Table, "table", "t.json", plain, homeless), []string{"api", getItem, undecidable})
	ds := Undecided(inv)
	if len(ds) != 1 || diag.IDOf(ds[0]) != "undecided-document" || ds[0].Subject.Start.Line != 2 || !strings.Contains(ds[0].Detail, "Homeless") {
		t.Errorf("undecided: %v", ds)
	}
	if ds := Unread(ds); ds.HasErrors() || len(ds) != 1 {
		t.Errorf("a note is an error: %v", ds)
	}
	spec := exists(t, "spec.json", nil, []string{"api", getItem})
	inv = exists(t, "x.json", nil, []string{"api", getItem, undecidable})
	if got := BeyondOf(spec, inv); !got.Undecided.HasErrors() || len(got.Findings) != 0 {
		t.Errorf("of the spec's own: %v", got)
	}
	others := BeyondOf(spec, exists(t, "x.json", nil, []string{"api", getItem}, []string{"x", undecidable}))
	if others.Undecided.HasErrors() || len(others.Undecided) != 1 {
		t.Errorf("of others: %v", others)
	}
}
