package iam

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// wide is a role with access to many tables, and the model it is in. The names differ in length, so the statements do.
func wide(count int) (*model.Model, *model.Role) {
	r := runtime("wide")
	r.Origin = hcl.Range{Filename: "spec.yaml"}
	var all []*model.Table
	for i := range count {
		t := table(fmt.Sprintf("t%04d%s", i, strings.Repeat("x", i%7*9)))
		all = append(all, t)
		r.Grants = append(r.Grants, may(t, read))
	}
	return system(all, r), r
}

// TestPack holds that the documents of a role are its statements, all and in order, none over the quota, and cut as late
// as the quota allows.
func TestPack(t *testing.T) {
	for _, count := range []int{1, 15, 30, 33, 100, 250} {
		m, r := wide(count)
		statements := Statements(m, m.Environments[0], r, "")
		documents, ds := pack(r, statements)
		if len(ds) > 0 {
			t.Fatalf("%d statements: %s", count, ds)
		}
		var joined []policy.Statement
		for i, d := range documents {
			if size := artifact.Size(artifact.Identity, d); size > artifact.IdentityQuota {
				t.Errorf("%d statements: document %d has %d characters", count, i, size)
			}
			joined = append(joined, parsed(t, d)...)
			if i+1 == len(documents) {
				continue
			}
			longer := append(parsed(t, d), parsed(t, documents[i+1])[0])
			if size(longer) <= artifact.IdentityQuota {
				t.Errorf("%d statements: document %d has room for the next statement", count, i)
			}
		}
		if diff := cmp.Diff(canonical(statements), canonical(joined)); diff != "" {
			t.Errorf("%d statements came out differently (-want +got):\n%s", count, diff)
		}
	}
}

func parsed(t *testing.T, document []byte) []policy.Statement {
	t.Helper()
	d, err := policy.Parse(document)
	if err != nil {
		t.Fatal(err)
	}
	return d.Statement
}

func canonical(statements []policy.Statement) string {
	return string(policy.Encode(document(statements)))
}

// TestPackLimits holds what a role must not have: a statement that no document holds, and more documents than a role
// can have attached, those of others included.
func TestPackLimits(t *testing.T) {
	long := runtime("long", may(table("ledger"), "GetItem", columnsOf(manyColumns(400))))
	crowded, crowdedRole := wide(1200)
	full, fullRole := wide(40)
	for range artifact.AttachmentQuota - 1 {
		fullRole.Attach = append(fullRole.Attach, model.Attachment{})
	}
	for _, c := range []struct {
		model *model.Model
		role  *model.Role
		want  []string
		says  string
	}{
		{system(nil, long), long, []string{"statement-quota"}, "LedgerReadColumns"},
		{crowded, crowdedRole, []string{"attachment-quota"}, "Divide the role"},
		{full, fullRole, []string{"attachment-quota"}, "less those of attach"},
	} {
		_, ds := Policies(c.model, c.model.Environments[0])
		var ids []string
		for _, d := range ds {
			ids = append(ids, string(diag.IDOf(d)))
		}
		if !slices.Equal(ids, c.want) || !strings.Contains(ds.Error(), c.says) {
			t.Errorf("role %q: %v, want %v with %q", c.role.Name, ds, c.want, c.says)
		}
	}
}

func manyColumns(count int) string {
	var b strings.Builder
	for i := range count {
		fmt.Fprintf(&b, "attribute_%04d ", i)
	}
	return b.String()
}

// TestSplit holds that a list of tables that outgrows a statement makes several, with nothing lost.
func TestSplit(t *testing.T) {
	consumer := role("consumer", model.StreamConsumer)
	for i := range 100 {
		consumer.Tables = append(consumer.Tables, table(fmt.Sprintf("t%03d%s", i, strings.Repeat("y", 100))))
	}
	m := system(consumer.Tables, consumer)
	policies, ds := Policies(m, m.Environments[0])
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	granted := map[string]int{}
	for _, p := range policies {
		for _, s := range parsed(t, p.Bytes) {
			if s.Effect == policy.Allow && slices.Contains(s.Action, "dynamodb:GetRecords") {
				for _, resource := range s.Resource {
					granted[resource]++
				}
			}
		}
	}
	for _, table := range consumer.Tables {
		if n := granted[m.Environments[0].StreamARN(table)]; n != 1 {
			t.Errorf("the stream of %s is granted %d times", table.Name, n)
		}
	}
}

// TestSiloQuota holds that what is too much for a role made per tenant is said once.
func TestSiloQuota(t *testing.T) {
	m, r := wide(1200)
	siloed(m, []string{"acme", "globex"})
	r.PerTenant = true
	if _, ds := Policies(m, m.Environments[0]); len(ds) != 1 {
		t.Errorf("%d findings, want 1: %v", len(ds), ds)
	}
}

// TestSameBytes holds that the same model gives the same bytes.
func TestSameBytes(t *testing.T) {
	m, _ := wide(100)
	first, _ := Policies(m, m.Environments[0])
	for range 10 {
		again, _ := Policies(m, m.Environments[0])
		if !slices.EqualFunc(first, again, func(a, b artifact.Policy) bool {
			return a.Path() == b.Path() && bytes.Equal(a.Bytes, b.Bytes)
		}) {
			t.Fatal("the same model gave other bytes")
		}
	}
}
