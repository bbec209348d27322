package iam

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/model"
)

// TestIdentitySources holds the policy variable of every source of a tenant id. The policies differ in nothing else but
// that a tag, which can be empty, must not be: so two files serve them all, with TENANT_ID where the variable stands.
func TestIdentitySources(t *testing.T) {
	for _, c := range []struct {
		kind     model.IdentityKind
		name     string
		variable string
	}{
		{model.SessionTag, "tenant_id", "${aws:PrincipalTag/tenant_id}"},
		{model.CognitoClaim, "org", "${aws:PrincipalTag/org}"},
		{model.CognitoIdentity, "", "${cognito-identity.amazonaws.com:sub}"},
		{model.LoginWithAmazon, "", "${www.amazon.com:user_id}"},
		{model.Facebook, "", "${graph.facebook.com:id}"},
		{model.Google, "", "${accounts.google.com:sub}"},
		{model.OIDCSubject, "login.example.com/realms/shop", "${login.example.com/realms/shop:sub}"},
	} {
		ledger := table("ledger", "TENANT#{tenant}")
		byStatus := index(ledger, "by_status", "TENANT#{tenant}#*")
		m := identified(system(tables(ledger), runtime("api", may(ledger, "GetItem Query", with(byStatus)))), c.kind, c.name)
		policies, ds := Policies(m, m.Environments[0])
		if ds.HasErrors() || len(policies) != 1 {
			t.Fatalf("%s: %d policies, %v", c.variable, len(policies), ds)
		}
		file := "testdata/identity_source.json"
		if c.name != "" && c.kind != model.OIDCSubject {
			file = "testdata/identity_source_tag.json"
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want := strings.NewReplacer("TENANT_ID", c.variable, "TAG_KEY", c.name).Replace(string(source))
		if diff := cmp.Diff(want, string(policies[0].Bytes)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.variable, diff)
		}
	}
}
