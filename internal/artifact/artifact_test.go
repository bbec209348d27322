package artifact

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

var (
	production = &model.Environment{Name: "production", NamePrefix: "prod-"}
	api        = &model.Role{Name: "api", PhysicalName: "payments-api"}
	worker     = &model.Role{Name: "worker", PhysicalName: "payments-worker", PerTenant: true}
)

func TestPath(t *testing.T) {
	for want, p := range map[string]Policy{
		"role.api.json":             {Kind: Identity, Role: api, Part: 1},
		"role.api~2.json":           {Kind: Identity, Role: api, Part: 2},
		"role.worker.acme.json":     {Kind: Identity, Role: worker, Tenant: "acme", Part: 1},
		"role.worker.acme~12.json":  {Kind: Identity, Role: worker, Tenant: "acme", Part: 12},
		"trust.api.json":            {Kind: Trust, Role: api},
		"trust.worker.globex.json":  {Kind: Trust, Role: worker, Tenant: "globex"},
		"table.ledger.json":         {Kind: Table, Table: &model.Table{Name: "ledger", PhysicalName: "Ledger"}},
		"key.payments.json":         {Kind: Key, Key: &model.Key{Name: "payments"}},
		"endpoint.app_streams.json": {Kind: Endpoint, Endpoint: &model.Endpoint{Name: "app_streams"}},
	} {
		p.Environment = production
		if got := p.Path(); got != "environments/production/policies/"+want {
			t.Errorf("%s, not %s", got, want)
		}
	}
}

func TestManagedPolicyName(t *testing.T) {
	for want, p := range map[string]Policy{
		"prod-payments-api":           {Role: api, Part: 1},
		"prod-payments-api+2":         {Role: api, Part: 2},
		"prod-payments-worker-acme":   {Role: worker, Tenant: "acme", Part: 1},
		"prod-payments-worker-acme+3": {Role: worker, Tenant: "acme", Part: 3},
	} {
		p.Kind, p.Environment = Identity, production
		if got := p.ManagedPolicyName(); got != want {
			t.Errorf("%s, not %s", got, want)
		}
	}
}

func TestOfRole(t *testing.T) {
	policies := []Policy{
		{Kind: Identity, Role: api, Part: 1}, {Kind: Identity, Role: api, Part: 2}, {Kind: Trust, Role: api},
		{Kind: Identity, Role: worker, Tenant: "acme", Part: 1}, {Kind: Identity, Role: worker, Tenant: "globex", Part: 1},
	}
	if got := OfRole(policies, api, ""); len(got) != 2 || got[0].Part != 1 || got[1].Part != 2 {
		t.Errorf("api: %v", got)
	}
	if got := OfRole(policies, worker, "globex"); len(got) != 1 || got[0].Tenant != "globex" {
		t.Errorf("worker: %v", got)
	}
}

// White space counts in some kinds and not in others; a letter beyond ASCII is one character and two bytes.
func TestSize(t *testing.T) {
	document := []byte("{\n  \"Sid\": \"a é\"\n}\n")
	want := map[Kind]int{Identity: 13, Trust: 13, Table: 20, Key: 19, Endpoint: 19}
	for kind, size := range want {
		if got := Size(kind, document); got != size {
			t.Errorf("%s: %d, not %d", kind, got, size)
		}
	}
}

func TestEncode(t *testing.T) {
	// The shapes of an encoding: how many resources of 40 characters each kind holds readably and at all.
	document := func(n int) policy.Document {
		s := policy.Statement{Effect: policy.Allow, Action: []string{"dynamodb:GetItem"}}
		for i := range n {
			s.Resource = append(s.Resource, strings.Repeat("r", 36)+string(rune('a'+i/676))+string(rune('a'+i/26%26))+string(rune('a'+i%26))+"x")
		}
		return policy.Document{Version: policy.Version, Statement: []policy.Statement{s}}
	}
	for _, test := range []struct {
		kind           Kind
		resources      int
		readable, fits bool
	}{
		{Identity, 140, true, true}, {Identity, 150, false, false}, // white space is free: what does not fit readably fits not at all
		{Trust, 185, true, true}, {Trust, 200, false, false},
		{Table, 390, true, true}, {Table, 450, false, true}, {Table, 480, false, false},
		{Key, 600, true, true}, {Key, 700, false, true}, {Key, 770, false, false},
		{Endpoint, 1, false, true}, {Endpoint, 470, false, true}, {Endpoint, 480, false, false},
	} {
		bytes, fits := Encode(test.kind, document(test.resources))
		readable := strings.Contains(string(bytes), "\n")
		if readable != test.readable || fits != test.fits {
			t.Errorf("%s with %d resources: readable %v, fits %v", test.kind, test.resources, readable, fits)
		}
		if fits != (Size(test.kind, bytes) <= Quota(test.kind)) {
			t.Errorf("%s with %d resources: fits is %v at a size of %d", test.kind, test.resources, fits, Size(test.kind, bytes))
		}
		if _, err := policy.Parse(bytes); err != nil {
			t.Errorf("%s with %d resources: %v", test.kind, test.resources, err)
		}
	}
}

func TestPascal(t *testing.T) {
	for _, test := range []struct {
		names []string
		want  string
	}{
		{[]string{"ledger"}, "Ledger"},
		{[]string{"ledger", "by_status", "own_tenant", "Query"}, "LedgerByStatusOwnTenantQuery"},
		{[]string{"", "a-b.c", "__", "x9"}, "ABCX9"},
		{[]string{"é", "café"}, "Caf"},
		{nil, ""},
	} {
		if got := Pascal(test.names...); got != test.want {
			t.Errorf("%q: %q, not %q", test.names, got, test.want)
		}
	}
}

func TestSids(t *testing.T) {
	sids := Sids{}
	var got []string
	for _, sid := range []string{"A", "A2", "A", "A", "B", "A2"} {
		got = append(got, sids.Unique(sid))
	}
	if diff := cmp.Diff([]string{"A", "A2", "A22", "A3", "B", "A23"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	slices.Sort(got)
	if len(slices.Compact(got)) != 6 {
		t.Error("a name was handed out twice")
	}
}
