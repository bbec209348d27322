package kms

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

const path = "/ddbgen/payments/"

func production() *model.Environment {
	return &model.Environment{
		Name: "production", Account: "444455556666", Region: "ap-northeast-1", Partition: "aws",
		Tags: []model.Tag{{Key: "Environment", Value: "production"}},
	}
}

// payments is every kind of role on tables under one key, and a table under none.
func payments() *model.Model {
	key := &model.Key{
		Name: "payments",
		Administrators: []model.Principal{
			{ARN: "arn:{partition}:iam::{account}:role/TerraformDeploy"},
		},
		Origin: hcl.Range{Filename: "spec.yaml"},
	}
	under := model.Encryption{Kind: model.CustomerManaged, Key: key}
	ledger := &model.Table{Name: "ledger", PhysicalName: "Ledger", Encryption: under, TenantKeys: []model.KeyTemplate{{}}, Tags: []model.Tag{{Key: "Team", Value: "core"}}}
	limits := &model.Table{Name: "limits", PhysicalName: "Limits", Encryption: under, Tags: []model.Tag{{Key: "Team", Value: "risk"}}}
	plain := &model.Table{Name: "plain", PhysicalName: "Plain", Tags: limits.Tags}
	role := func(name string, kind model.Kind, tables ...*model.Table) *model.Role {
		return &model.Role{Name: name, PhysicalName: "payments-" + name, Path: path, Kind: kind, Tables: tables}
	}
	may := func(r *model.Role, t *model.Table, actions ...string) *model.Role {
		g := &model.Grant{Role: r, Table: t}
		for _, a := range actions {
			g.Actions = append(g.Actions, model.Action{Name: a})
		}
		r.Grants = append(r.Grants, g)
		return r
	}
	tagged := func(name string, action string, tags ...model.TagMatch) *model.Role {
		r := role(name, model.Runtime)
		r.TagGrants = []*model.TagGrant{{Role: r, Tags: tags, Actions: []model.Action{{Name: action}}}}
		return r
	}
	restore := role("recovery", model.Restore, ledger)
	restore.Restore = &model.RestoreRights{Into: "recovered-*", FromBackup: true}
	keeper := role("keeper", model.Runtime)
	key.Administrators = append(key.Administrators, model.Principal{Role: keeper})
	return &model.Model{
		Name: "payments", Keys: []*model.Key{key}, Tables: []*model.Table{ledger, limits, plain},
		Roles: []*model.Role{
			tagged("auditor", "GetItem", model.TagMatch{Key: "Environment", Value: "production"}, model.TagMatch{Key: "Team", Same: true}),
			role("exporter", model.Export, ledger),
			keeper,
			tagged("outsider", "GetItem", model.TagMatch{Key: "Team", Value: "sales"}),
			role("projector", model.StreamConsumer, ledger),
			may(role("reader", model.Runtime), ledger, "GetItem", "Query"),
			restore,
			may(role("teller", model.Runtime), plain, "GetItem"),
			role("vault", model.Backup, ledger, limits, plain),
			tagged("viewer", "DescribeTable", model.TagMatch{Key: "Team", Same: true}),
			may(role("watcher", model.Runtime), ledger, "DescribeTable"),
			may(may(role("writer", model.Runtime), limits, "PutItem"), ledger, "DescribeTable", "UpdateItem"),
		},
	}
}

// silo is a role for each tenant of a silo, in China, with a prefix.
func silo() (*model.Model, *model.Environment) {
	key := &model.Key{Name: "orders", Administrators: []model.Principal{{ARN: "arn:aws-cn:iam::111122223333:role/Deploy"}}}
	orders := &model.Table{Name: "orders", PhysicalName: "Orders", Encryption: model.Encryption{Kind: model.CustomerManaged, Key: key}}
	worker := &model.Role{Name: "worker", PhysicalName: "silo-worker", Path: "/ddbgen/silo/", Kind: model.Runtime, PerTenant: true}
	worker.Grants = []*model.Grant{{Role: worker, Table: orders, Actions: []model.Action{{Name: "Query"}}}}
	m := &model.Model{
		Name: "silo", Keys: []*model.Key{key}, Tables: []*model.Table{orders}, Roles: []*model.Role{worker},
		Tenancy: &model.Tenancy{Tenants: []string{"acme", "globex"}},
	}
	return m, &model.Environment{Name: "staging", Account: "111122223333", Region: "cn-north-1", Partition: "aws-cn", NamePrefix: "stg-"}
}

// audited is a key that a trail uses and no table.
func audited() *model.Model {
	key := &model.Key{Name: "audit"}
	return &model.Model{Name: "payments", Keys: []*model.Key{key}, Trail: &model.Trail{Bucket: "acme-audit", Key: key, Writes: true}}
}

// read is an audited key whose trail has readers: a role made elsewhere and one made here.
func read() *model.Model {
	m := audited()
	reader := &model.Role{Name: "reader", PhysicalName: "payments-reader", Path: path, Kind: model.Runtime}
	m.Roles = []*model.Role{reader}
	m.Trail.Readers = []model.Principal{{ARN: "arn:{partition}:iam::{account}:role/AuditReader"}, {Role: reader}}
	return m
}

// deployed is a key that roles deploy and plan: one of those that deploy may also delete it.
func deployed() *model.Model {
	key := &model.Key{Name: "data"}
	ledger := &model.Table{Name: "ledger", PhysicalName: "Ledger", Encryption: model.Encryption{Kind: model.CustomerManaged, Key: key}}
	role := func(name string, kind model.Kind, allows ...model.Allowance) *model.Role {
		return &model.Role{Name: name, PhysicalName: "payments-" + name, Path: "/ddbgen-bootstrap/payments/", Kind: kind, Allows: allows}
	}
	m := &model.Model{
		Name: "payments", Keys: []*model.Key{key}, Tables: []*model.Table{ledger},
		DeployRoles: []*model.Role{role("cleaner", model.Deploy, model.DeleteKeys), role("deployer", model.Deploy), role("planner", model.Plan)},
	}
	key.Administrators = []model.Principal{
		{Role: m.DeployRoles[0]}, {Role: m.DeployRoles[1]}, {ARN: "arn:{partition}:iam::{account}:role/KeyAdmin"},
	}
	return m
}

func TestPolicies(t *testing.T) {
	siloModel, staging := silo()
	for name, test := range map[string]struct {
		model       *model.Model
		environment *model.Environment
	}{
		"every_role": {payments(), production()},
		"silo":       {siloModel, staging},
		"trail":      {audited(), production()},
		"readers":    {read(), production()},
		"deployed":   {deployed(), production()},
	} {
		t.Run(name, func(t *testing.T) {
			policies, found := Policies(test.model, test.environment)
			if len(found) > 0 || len(policies) != 1 {
				t.Fatalf("%d policies, findings: %v", len(policies), found)
			}
			document := parse(t, policies[0].Bytes)
			compare(t, name, document)
			for _, s := range document.Statement {
				demand(t, test.environment, s)
			}
		})
	}
}

func TestOwnerStatements(t *testing.T) {
	m, e := payments(), production()
	if got := OwnerStatements(m, e, m.Keys[0]); got != nil {
		t.Errorf("a key that is made here has an owner: %v", got)
	}
	arn := "arn:aws:kms:ap-northeast-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	m.Keys[0].Existing = []model.EnvironmentValue{{Environment: e, Value: arn}}
	m.Keys[0].Administrators = nil
	m.Roles = slices.DeleteFunc(m.Roles, func(r *model.Role) bool { return r.Name != "reader" })
	m.Trail = &model.Trail{Key: m.Keys[0]}
	if policies, found := Policies(m, e); len(policies)+len(found) > 0 {
		t.Errorf("the policy of an existing key is written: %v, %v", policies, found)
	}
	compare(t, "owner", policy.Document{Version: policy.Version, Statement: OwnerStatements(m, e, m.Keys[0])})

	// Who deploys chooses the key for tables, and manages nothing of it.
	m = deployed()
	m.Keys[0].Existing, m.Keys[0].Administrators = []model.EnvironmentValue{{Environment: e, Value: arn}}, nil
	compare(t, "owner_deployed", policy.Document{Version: policy.Version, Statement: OwnerStatements(m, e, m.Keys[0])})
}

func parse(t *testing.T, document []byte) policy.Document {
	t.Helper()
	parsed, err := policy.Parse(document)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func compare(t *testing.T, name string, got policy.Document) {
	t.Helper()
	want, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(policy.Encode(parse(t, want))), string(policy.Encode(got))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// demand is what must hold of every statement of every key policy: the account and everybody get no use of the key, and
// whoever does uses it through DynamoDB, for the account's tables of certain names.
func demand(t *testing.T, e *model.Environment, s policy.Statement) {
	t.Helper()
	if s.Effect != policy.Allow || !slices.Equal(s.Resource, []string{"*"}) || len(s.NotAction)+len(s.NotResource) > 0 || s.NotPrincipal != nil {
		t.Errorf("%s: unforeseen form", s.Sid)
	}
	if s.Principal.Any || slices.Contains(s.Principal.AWS, "*") {
		t.Errorf("%s: principal *", s.Sid)
	}
	if slices.ContainsFunc(s.Action, func(a string) bool { return strings.Contains(a, "*") }) {
		t.Errorf("%s: %v holds a wildcard", s.Sid, s.Action)
	}
	if slices.Contains(s.Action, "kms:DescribeKey") && slices.ContainsFunc(s.Condition, func(c policy.Condition) bool {
		return strings.HasPrefix(c.Key, "kms:EncryptionContext")
	}) {
		t.Errorf("%s: DescribeKey under an encryption context", s.Sid)
	}
	if !uses(s) {
		return
	}
	if slices.Contains(s.Principal.AWS, e.AccountRootARN()) {
		t.Errorf("%s: the account may use the key", s.Sid)
	}
	if slices.Equal(s.Principal.Service, []string{"cloudtrail.amazonaws.com"}) && s.Principal.AWS == nil || readsTrail(s) {
		return
	}
	for _, key := range []string{
		"kms:ViaService", "kms:CallerAccount", "kms:EncryptionContext:aws:dynamodb:tableName", "kms:EncryptionContext:aws:dynamodb:subscriberId",
	} {
		i := slices.IndexFunc(s.Condition, func(c policy.Condition) bool { return c.Key == key })
		if i < 0 || len(s.Condition[i].Values) == 0 || !strings.HasPrefix(s.Condition[i].Operator, "String") || strings.Contains(s.Condition[i].Operator, "IfExists") {
			t.Errorf("%s: no condition on %s", s.Sid, key)
		}
	}
}

// readsTrail reports whether a statement lets no more than decrypt the log files of one trail.
func readsTrail(s policy.Statement) bool {
	return s.Principal.Service == nil && slices.Equal(s.Action, []string{"kms:Decrypt"}) && slices.ContainsFunc(s.Condition, func(c policy.Condition) bool {
		return c.Operator == "StringEquals" && c.Key == "kms:EncryptionContext:aws:cloudtrail:arn" && len(c.Values) == 1 && strings.HasSuffix(c.Values[0], ":trail/payments-audit")
	})
}

// uses reports whether a statement allows anything that is not in the closed list of administration.
func uses(s policy.Statement) bool {
	administration := []string{"Alias", "Policy", "KeyRotation", "KeyDeletion", "Tag", "Untag", "Description", "Describe", "EnableKey", "DisableKey", "List", "RevokeGrant", "RotateKeyOnDemand"}
	return slices.ContainsFunc(s.Action, func(action string) bool {
		return !slices.ContainsFunc(administration, func(word string) bool { return strings.Contains(action, word) })
	})
}

func TestKeyWithoutAdministrators(t *testing.T) {
	m := payments()
	m.Keys[0].Administrators = nil
	policies, found := Policies(m, production())
	if len(policies) != 0 || len(found) != 1 || diag.IDOf(found[0]) != "key-administrators" || found[0].Subject == nil {
		t.Fatalf("%d policies, findings: %v", len(policies), found)
	}
}

func TestQuota(t *testing.T) {
	m := payments()
	reader := m.Roles[slices.IndexFunc(m.Roles, func(r *model.Role) bool { return r.Name == "reader" })]
	for i := range 80 {
		r := *reader
		r.Name, r.PhysicalName = fmt.Sprint("reader_", i), fmt.Sprint("payments-reader-", i)
		m.Roles = append(m.Roles, &r)
	}
	policies, found := Policies(m, production())
	if len(policies) != 0 || len(found) != 1 || diag.IDOf(found[0]) != "key-policy-quota" || found[0].Subject == nil {
		t.Fatalf("%d policies, findings: %v", len(policies), found)
	}

	// What is too large with white space may fit without.
	m.Roles = m.Roles[:len(m.Roles)-40]
	policies, found = Policies(m, production())
	if len(policies) != 1 || len(found) != 0 || strings.Contains(string(policies[0].Bytes), "\n") {
		t.Fatalf("%d policies, findings: %v", len(policies), found)
	}
}
