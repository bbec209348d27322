package endpoint

import (
	"fmt"
	"os"
	"path/filepath"
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

func production() *model.Environment {
	return &model.Environment{Name: "production", Account: "444455556666", Region: "ap-northeast-1", Partition: "aws"}
}

// roles have the identity policies that lie in testdata/identity.
func roles() map[string]*model.Role {
	out := map[string]*model.Role{}
	for _, name := range []string{"api_tenant", "auditor", "idle", "projector", "reader", "recovery", "support", "treasury", "worker"} {
		out[name] = &model.Role{Name: name, PhysicalName: "payments-" + strings.ReplaceAll(name, "_", "-"), Path: "/ddbgen/payments/"}
	}
	out["reader"].PhysicalName, out["reader"].Path = "shop-reader", "/service/"
	out["worker"].PerTenant = true
	return out
}

func identities(t *testing.T, roles map[string]*model.Role) []artifact.Policy {
	t.Helper()
	paths, err := filepath.Glob("testdata/identity/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatal("no identity policies", err)
	}
	var out []artifact.Policy
	for _, path := range paths {
		bytes, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name, tenant, _ := strings.Cut(strings.TrimSuffix(filepath.Base(path), ".json"), ".")
		out = append(out, artifact.Policy{Kind: artifact.Identity, Role: roles[name], Tenant: tenant, Bytes: bytes})
	}
	return out
}

func TestPolicies(t *testing.T) {
	e := production()
	for name, test := range map[string]struct {
		service model.EndpointService
		roles   []string
	}{
		"one_table": {model.DynamoDB, []string{"api_tenant"}},               // sts, Deny and conditions on rows stay away
		"joined":    {model.DynamoDB, []string{"support", "treasury"}},      // equal rights share a statement, others do not
		"silo":      {model.DynamoDB, []string{"worker"}},                   // a role of each tenant
		"tags":      {model.DynamoDB, []string{"auditor", "reader"}},        // conditions on tags are kept
		"patterns":  {model.DynamoDB, []string{"recovery"}},                 // backups, and tables that do not exist yet
		"streams":   {model.DynamoDBStreams, []string{"projector", "idle"}}, // only what streams serve
		"items":     {model.DynamoDB, []string{"projector"}},                // only what streams do not serve: nothing
		"nothing":   {model.DynamoDB, []string{"idle"}},
	} {
		t.Run(name, func(t *testing.T) {
			all := roles()
			endpoint := &model.Endpoint{Name: name, Gateway: test.service == model.DynamoDB, Service: test.service}
			for _, r := range test.roles {
				endpoint.Roles = append(endpoint.Roles, all[r])
			}
			m := payments(endpoint)
			identity := identities(t, all)
			policies, found := Policies(m, e, identity)
			if len(found) > 0 || len(policies) != 1 || policies[0].Endpoint != endpoint {
				t.Fatalf("policies %v, findings: %v", policies, found)
			}
			want, err := os.ReadFile(filepath.Join("testdata", name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			got := parse(t, policies[0].Bytes)
			if diff := cmp.Diff(string(policy.Encode(parse(t, want))), string(policy.Encode(got))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			heldByRoles(t, m, e, got, identity)
		})
	}
}

func payments(endpoints ...*model.Endpoint) *model.Model {
	return &model.Model{
		Name:    "payments",
		Tenancy: &model.Tenancy{Tenants: []string{"acme", "globex"}},
		Tables: []*model.Table{
			{Name: "ledger", PhysicalName: "Ledger"}, {Name: "ledger_old", PhysicalName: "Ledger2"}, {Name: "rates", PhysicalName: "Rates"},
		},
		Endpoints: endpoints,
	}
}

func parse(t *testing.T, document []byte) policy.Document {
	t.Helper()
	parsed, err := policy.Parse(document)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// heldByRoles demands that every principal of every statement holds every action of it on every resource of it.
func heldByRoles(t *testing.T, m *model.Model, e *model.Environment, got policy.Document, identity []artifact.Policy) {
	t.Helper()
	held := map[string]bool{}
	for _, p := range identity {
		for _, s := range parse(t, p.Bytes).Statement {
			for _, principal := range e.RoleARNs(m, p.Role) {
				for _, action := range s.Action {
					for _, resource := range s.Resource {
						held[fmt.Sprint(s.Effect, principal, action, resource)] = true
					}
				}
			}
		}
	}
	for _, s := range got.Statement {
		if s.Effect == policy.Deny {
			continue
		}
		i := slices.IndexFunc(s.Condition, func(c policy.Condition) bool { return c.Key == "aws:PrincipalArn" && c.Operator == "ArnEquals" })
		if i < 0 {
			t.Fatalf("%s is open to everybody", s.Sid)
		}
		for _, principal := range s.Condition[i].Values {
			for _, action := range s.Action {
				for _, resource := range s.Resource {
					if !held[fmt.Sprint(policy.Allow, principal, action, resource)] {
						t.Errorf("%s lets %s pass to %s on %s, which its policies do not allow", s.Sid, principal, action, resource)
					}
				}
			}
		}
	}
}

func TestOrder(t *testing.T) {
	all := roles()
	m := payments(
		&model.Endpoint{Name: "app", Service: model.DynamoDB, Roles: []*model.Role{all["support"]}},
		&model.Endpoint{Name: "streams", Service: model.DynamoDBStreams, Roles: []*model.Role{all["projector"]}},
	)
	policies, _ := Policies(m, production(), identities(t, all))
	var got []string
	for _, p := range policies {
		if strings.ContainsAny(string(p.Bytes), "\n ") {
			t.Errorf("%s holds white space, which the quota counts", p.PathInRoot())
		}
		p.Environment = production()
		got = append(got, p.PathInRoot())
	}
	if diff := cmp.Diff([]string{"policies/endpoint.app.json", "policies/endpoint.streams.json"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Many roles on many tables: too large, and found out without comparing each with each.
func TestQuota(t *testing.T) {
	const many = 1000
	e, endpoint := production(), &model.Endpoint{Name: "app", Service: model.DynamoDB, Origin: hcl.Range{Filename: "spec.yaml"}}
	m := payments(endpoint)
	var identity []artifact.Policy
	for i := range many {
		m.Tables = append(m.Tables, &model.Table{Name: fmt.Sprint("table_", i), PhysicalName: fmt.Sprint("Table", i)})
		r := &model.Role{Name: fmt.Sprint("role_", i), PhysicalName: fmt.Sprint("role-", i), Path: "/"}
		endpoint.Roles = append(endpoint.Roles, r)
		var statements []policy.Statement
		for j := range 20 {
			statements = append(statements, policy.Statement{
				Effect: policy.Allow, Action: []string{"dynamodb:GetItem", "dynamodb:Query"},
				Resource: []string{e.TableARN(&model.Table{PhysicalName: fmt.Sprint("Table", (i+j)%many)})},
			})
		}
		document := policy.Document{Version: policy.Version, Statement: statements}
		identity = append(identity, artifact.Policy{Kind: artifact.Identity, Role: r, Bytes: policy.Encode(document)})
	}
	policies, found := Policies(m, e, identity)
	if len(policies) != 0 || len(found) != 1 || diag.IDOf(found[0]) != "endpoint-policy-quota" || found[0].Subject == nil {
		t.Fatalf("%d policies, findings: %v", len(policies), found)
	}
}
