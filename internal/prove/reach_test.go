package prove_test

import (
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/spec"
)

const twoEnvironments = `
version: 1
name: shop
environments:
  production: {account: "444455556666", region: eu-central-1, tags: {Team: x}}
  staging: {account: "444455556666", region: eu-central-1, name_prefix: staging-, tags: {Team: x}}
  elsewhere: {account: "444455556666", region: eu-west-1, name_prefix: far-, tags: {Team: x}}
tenancy: {id_pattern: "[a-z]{4}", identity: {session_tag: tenant}}
tables:
  orders: {name: Orders, partition_key: id, tenant_keys: ["{tenant}"]}
  rates: {name: Rates, partition_key: id}
roles:
  reader: {kind: runtime, assumed_by: {service: lambda}, access: [{tagged: {Team: x}, operations: [GetItem]}]}
`

// TestTagsReachNoTenantTable asks the evaluator about access by tags, in each environment, to the tables of all. Generators
// and proof would agree if both forgot an environment; the evaluator knows of none.
func TestTagsReachNoTenantTable(t *testing.T) {
	m, ds := spec.Load("spec.yaml", []byte(twoEnvironments))
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	tree, ds := generate.All(m)
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	asked := 0
	for _, f := range tree.Files {
		if !strings.HasSuffix(f.Path, "/role.reader.json") {
			continue
		}
		document, err := policy.Parse(f.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		home := m.Environments[0]
		for _, e := range m.Environments {
			if strings.Contains(f.Path, "/"+e.Name+"/") {
				home = e
			}
		}
		for _, e := range m.Environments {
			for _, table := range m.Tables {
				want := evaluate.Allow
				switch {
				case e.Region != home.Region:
					want = evaluate.ImplicitDeny
				case table.TenantKeyed():
					want = evaluate.ExplicitDeny
				}
				asked++
				got := evaluate.Decide(evaluate.Request{
					Principal: evaluate.MustPrincipal("arn:aws:sts::444455556666:assumed-role/" + home.RoleName(m.Roles[0], "") + "/s"),
					Action:    "dynamodb:GetItem", Resource: e.TableARN(table),
					Context: evaluate.ContextOf(map[string][]string{"aws:ResourceTag/Team": {"x"}, "dynamodb:LeadingKeys": {"acme"}}),
				}, evaluate.Policies{Identity: []policy.Document{document}})
				if got.Outcome != want {
					t.Errorf("from %s, %s of %s: %s, want %s", home.Name, table.Name, e.Name, got.Outcome, want)
				}
			}
		}
	}
	if asked != 18 {
		t.Errorf("asked %d times, want three environments about six tables", asked)
	}
}
