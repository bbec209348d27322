package keyuse

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

func staging() *model.Environment {
	return &model.Environment{
		Name: "staging", Account: "444455556666", Region: "cn-north-1", Partition: "aws-cn", NamePrefix: "st-",
		Tags: []model.Tag{{Key: "Stage", Value: "test"}},
	}
}

// world is a tenant's table and another under a key, one under another key, and one under none.
type world struct {
	key, other                     *model.Key
	ledger, limits, orders, public *model.Table
}

func newWorld() world {
	w := world{key: &model.Key{Name: "data"}, other: &model.Key{Name: "other"}}
	under := func(k *model.Key) model.Encryption { return model.Encryption{Kind: model.CustomerManaged, Key: k} }
	team := []model.Tag{{Key: "Team", Value: "risk"}}
	w.ledger = &model.Table{Name: "ledger", PhysicalName: "Ledger", Encryption: under(w.key), Tags: team, TenantKeys: []model.KeyTemplate{{}}}
	w.limits = &model.Table{Name: "limits", PhysicalName: "Limits", Encryption: under(w.key), Tags: team}
	w.orders = &model.Table{Name: "orders", PhysicalName: "Orders", Encryption: under(w.other), Tags: team}
	w.public = &model.Table{Name: "public", PhysicalName: "Public", Tags: team}
	return w
}

func (w world) model(roles ...*model.Role) *model.Model {
	return &model.Model{
		Name: "shop", Keys: []*model.Key{w.key, w.other},
		Tables: []*model.Table{w.ledger, w.limits, w.orders, w.public}, Roles: roles,
	}
}

func may(t *model.Table, operations string) *model.Grant {
	return &model.Grant{Table: t, Actions: actionsOf(operations)}
}

func tagged(operations string, matches ...model.TagMatch) *model.TagGrant {
	return &model.TagGrant{Actions: actionsOf(operations), Tags: matches}
}

func actionsOf(operations string) []model.Action {
	var out []model.Action
	for _, name := range strings.Fields(operations) {
		out = append(out, model.Action{Name: name})
	}
	return out
}

// Which tables under the key "data" a role uses it for; "" is no use at all.
func TestTables(t *testing.T) {
	w := newWorld()
	risk, same := model.TagMatch{Key: "Team", Value: "risk"}, model.TagMatch{Key: "Team", Same: true}
	for _, test := range []struct {
		name string
		role model.Role
		want string
	}{
		{"nothing", model.Role{}, ""},
		{"items", model.Role{Grants: []*model.Grant{may(w.ledger, "GetItem")}}, "st-Ledger"},
		{"a table is named once", model.Role{Grants: []*model.Grant{may(w.limits, "PutItem"), may(w.limits, "Scan")}}, "st-Limits"},
		{"in the model's order", model.Role{Grants: []*model.Grant{may(w.limits, "GetItem"), may(w.ledger, "GetItem")}}, "st-Ledger st-Limits"},
		{"description only", model.Role{Grants: []*model.Grant{may(w.ledger, "DescribeTable")}}, ""},
		{"description and items", model.Role{Grants: []*model.Grant{may(w.ledger, "DescribeTable GetItem")}}, "st-Ledger"},
		{"another key, and none", model.Role{Grants: []*model.Grant{may(w.orders, "GetItem"), may(w.public, "GetItem")}}, ""},
		{"streams", model.Role{Kind: model.StreamConsumer, Tables: []*model.Table{w.ledger}}, "st-Ledger"},
		{"tags reach no tenant's table", model.Role{TagGrants: []*model.TagGrant{tagged("GetItem", risk)}}, "st-Limits"},
		{"tags, of the principal", model.Role{TagGrants: []*model.TagGrant{tagged("GetItem", same)}}, "st-Limits"},
		{"tags, another value", model.Role{TagGrants: []*model.TagGrant{tagged("GetItem", model.TagMatch{Key: "Team", Value: "core"})}}, ""},
		{"tags, all of them", model.Role{TagGrants: []*model.TagGrant{tagged("GetItem", risk, model.TagMatch{Key: "Owner", Same: true})}}, ""},
		{"tags of the environment", model.Role{TagGrants: []*model.TagGrant{tagged("GetItem", model.TagMatch{Key: "Stage", Value: "test"})}}, "st-Limits"},
		{"tags, description only", model.Role{TagGrants: []*model.TagGrant{tagged("DescribeTable", risk)}}, ""},
	} {
		if test.role.Kind == "" {
			test.role.Kind = model.Runtime
		}
		m := w.model(&test.role)
		use, any := ByRole(m, staging(), w.key, &test.role)
		if got := strings.Join(use.Tables, " "); got != test.want || any != (test.want != "") {
			t.Errorf("%s: %q (%v), not %q", test.name, got, any, test.want)
		}
		if all := Of(m, staging(), w.key); any != (len(all) == 1) || any && all[0].Role != &test.role {
			t.Errorf("%s: %v", test.name, all)
		}
	}
}

func TestActions(t *testing.T) {
	w := newWorld()
	for kind, want := range map[model.Kind]string{
		model.Runtime:        "kms:Decrypt",
		model.StreamConsumer: "kms:Decrypt",
		model.Export:         "kms:Decrypt",
		model.Backup:         "kms:Decrypt kms:GenerateDataKey",
		model.Restore:        "kms:Decrypt kms:Encrypt kms:GenerateDataKey kms:GenerateDataKeyWithoutPlaintext kms:ReEncryptFrom kms:ReEncryptTo",
	} {
		r := &model.Role{Kind: kind, Tables: []*model.Table{w.ledger}, Restore: &model.RestoreRights{Into: "restored-*"}}
		use, _ := ByRole(w.model(r), staging(), w.key, r)
		names, creates := "st-Ledger", ""
		if kind == model.Restore {
			names, creates = "st-Ledger st-restored-*", "st-restored-*"
		}
		if got := strings.Join(use.Actions, " "); got != want {
			t.Errorf("%s: %s", kind, got)
		}
		if got := strings.Join(use.Names(), " "); got != names || strings.Join(use.Creates, " ") != creates {
			t.Errorf("%s: for %s, creates %q", kind, got, use.Creates)
		}
	}
}

// Who deploys creates the tables that are made here, and uses the key for nothing else; who plans does not use it.
func TestDeployment(t *testing.T) {
	w := newWorld()
	w.limits.Existing = true
	deployer, planner := &model.Role{Kind: model.Deploy}, &model.Role{Kind: model.Plan}
	m := w.model()
	m.DeployRoles = []*model.Role{deployer, planner}
	use, any := ByRole(m, staging(), w.key, deployer)
	want := Use{Role: deployer, Actions: CryptoActions(), Creates: []string{"st-Ledger"}}
	if diff := cmp.Diff(want, use); diff != "" || !any {
		t.Errorf("who deploys (-want +got):\n%s", diff)
	}
	if use, any := ByRole(m, staging(), w.key, planner); any {
		t.Errorf("who plans uses the key: %v", use)
	}
	w.ledger.Existing = true
	if use, any := ByRole(m, staging(), w.key, deployer); any {
		t.Errorf("who deploys no table under the key uses it: %v", use)
	}
	if uses := Of(m, staging(), w.key); len(uses) > 0 {
		t.Errorf("roles that work with no table use the key: %v", uses)
	}
}

func TestConditions(t *testing.T) {
	e := staging()
	const context = "kms:EncryptionContext:aws:dynamodb:"
	account := equals("kms:CallerAccount", "444455556666")
	subscriber := equals(context+"subscriberId", "444455556666")
	via := equals("kms:ViaService", "dynamodb.cn-north-1.amazonaws.com")
	names := func(operator string, names ...string) policy.Condition {
		return policy.Condition{Operator: operator, Key: context + "tableName", Values: names}
	}
	forService := policy.Condition{Operator: "Bool", Key: "kms:GrantIsForAWSResource", Values: []string{"true"}}
	for _, test := range []struct {
		name      string
		got, want []policy.Condition
	}{
		{"names", ThroughDynamoDB(e, "A", "B"), []policy.Condition{account, subscriber, names("StringEquals", "A", "B"), via}},
		{"a pattern", ThroughDynamoDB(e, "A", "b-*"), []policy.Condition{account, subscriber, names("StringLike", "A", "b-*"), via}},
		{"a grant", Granting(e, "b-*"), []policy.Condition{account, subscriber, names("StringLike", "b-*"), via, forService}},
		{"a description", Describing(e), []policy.Condition{account, via}},
	} {
		if diff := cmp.Diff(test.want, test.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// What Terraform does to a key that is made here: nothing that uses it, turns it off or gives its use away, and its end apart.
func TestTerraform(t *testing.T) {
	for _, test := range []struct {
		name string
		got  []string
		want string
	}{
		{"deployment", DeploymentActions(), "CreateAlias DeleteAlias DescribeKey EnableKeyRotation GetKeyPolicy GetKeyRotationStatus " +
			"ListResourceTags PutKeyPolicy TagResource UntagResource UpdateAlias UpdateKeyDescription"},
		{"deletion", DeletionActions(), "ScheduleKeyDeletion"},
		{"inspection", InspectionActions(), "DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags"},
	} {
		if got := strings.ReplaceAll(strings.Join(test.got, " "), "kms:", ""); got != test.want {
			t.Errorf("%s: %s, not %s", test.name, got, test.want)
		}
	}
}

func TestUnknownKind(t *testing.T) {
	w := newWorld()
	defer func() {
		if said := recover(); said != "keyuse: unknown kind of role chef" {
			t.Errorf("panic %v", said)
		}
	}()
	r := &model.Role{Kind: "chef", Tables: []*model.Table{w.ledger}}
	ByRole(w.model(r), staging(), w.key, r)
}
