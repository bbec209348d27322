package report

import (
	"regexp"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/model"
)

// Every role of every kind has one row, with what it may do and what it may not, as a person who knows the model would say.
func TestOverview(t *testing.T) {
	const plain = "streams, backups and exports; changes of tables"
	want := map[string]struct{ kind, who, may, not string }{
		"api":        {"runtime", "`lambda`", "becomes `api_tenant`, for the tenant it passes as session tag `tenant_id`", plain},
		"api_tenant": {"runtime", "the role `api`, only with the session tag `tenant_id`", "reads and writes its own tenant's rows of `ledger`", "other tenants' rows; " + plain},
		"auditor":    {"runtime", "BreakGlass", "describes and reads tables that carry tags", plain},
		"ci":         {"runtime", "`repo:acme/infra:ref:refs/heads/main`", "nothing in DynamoDB", plain},
		"exporter":   {"export", "BreakGlass", "exports every row of `ledger` to S3", "items, but in the export; other buckets; changes of tables"},
		"projector":  {"stream_consumer", "`ecs_tasks`", "reads the streams of `ledger`", "items, but for what streams show of them; changes of tables"},
		"recovery":   {"restore", "BreakGlass", "restores `ledger` into new tables `recovered-*`", "tables of other names; deletion of backups"},
		"shop":       {"runtime", "decided elsewhere", "reads and writes every row of `orders`", plain},
		"support":    {"runtime", "`ecs_tasks`", "reads and writes some columns of every tenant's rows of `ledger`", plain},
		"treasury":   {"runtime", "`ec2`", "reads every row of `rates`; describes `orders`; reads named rows of `ledger`", plain},
		"vault":      {"backup", "`backup`", "backs up `ledger` and `rates`", "items; restoring; deletion of backups; changes of tables"},
		"deployer": {
			"deploy", "`repo:acme/infra:environment:staging` or `repo:acme@123456/infra@456789:environment:staging` of `token.actions.githubusercontent.com` (in staging)",
			"makes and changes roles, keys, tables, endpoints and the trail; is allowed `change_existing_roles` and `delete_tables`",
			"items, for itself; becoming a role; making roles without the boundary; changes of itself; what would be allowed by `change_recovery`, `delete_keys` and `delete_trail`",
		},
		"planner": {"plan", "`repo:acme/infra:pull_request`", "reads the settings of all that is made here, and Terraform's state", "changes of anything but the lock; items; becoming a role"},
	}
	page := string(Readme(rich(), nil, nil).Bytes)
	rows := regexp.MustCompile("(?m)^\\| `(.*)` \\| `(.*)` \\| (.*) \\| (.*) \\| (.*) \\|$").FindAllStringSubmatch(page, -1)
	for _, row := range rows {
		role, w := row[1], want[row[1]]
		if row[2] != w.kind || !strings.Contains(row[3], w.who) || w.who == "" || row[4] != w.may || row[5] != w.not {
			t.Errorf("%s: %q", role, row[2:])
		}
		delete(want, role)
	}
	for role := range want {
		t.Errorf("%s has no row", role)
	}
}

// What a role that deploys is not given, and what it is refused, follows the model.
func TestWithheld(t *testing.T) {
	const guard = "recovery of the table `ledger` once it is on"
	for _, test := range []struct {
		name          string
		change        func(*model.Model)
		want, without []string
	}{
		{"as it is", func(*model.Model) {}, []string{
			"- deletes the tables `ledger` and `rates`", guard, "- scheduling the deletion of a key: `delete_keys`", "- deleting the audit trail, or changing where it writes: `delete_trail`",
			"- tagging a role with `tenant_id`", "- stopping the audit trail", "but of the lock", "and S3 for the state",
			"scale the capacity of the table `rates`", "the instance profiles of the role `treasury`", "made elsewhere and not held by the boundary",
		}, []string{"`delete_tables`\n", "deletes the audit trail", "schedules the deletion"}},
		{"everything is asked for", func(m *model.Model) {
			m.DeployRoles[0].Allows = []model.Allowance{model.ChangeExistingRoles, model.ChangeRecovery, model.DeleteKeys, model.DeleteTables, model.DeleteTrail}
		}, []string{"- deletes the audit trail", "- schedules the deletion of the key `at_rest`", "- stopping the audit trail", "schedules its deletion"}, []string{"Withheld", guard, "does not delete it"}},
		{"nothing is asked for", func(m *model.Model) { m.DeployRoles[0].Allows = nil },
			[]string{"- deleting a table: `delete_tables`", guard}, []string{"- deletes the tables"}},
		{"without tenants, trail and state", func(m *model.Model) { m.Tenancy, m.Trail, m.State = nil, nil, nil },
			[]string{"Keep their state where whoever deploys does not reach it", "The roots name no backend", "Refused, whatever else grants it", "using a key but through DynamoDB\n"}, []string{"- tagging a role", "audit trail", "tfstate", "the lock,", "S3 for the state"}},
	} {
		m := rich()
		test.change(m)
		page := string(Readme(m, nil, nil).Bytes)
		for _, want := range test.want {
			if !strings.Contains(page, want) {
				t.Errorf("%s: nothing says %q", test.name, want)
			}
		}
		for _, without := range test.without {
			if strings.Contains(page, without) {
				t.Errorf("%s: it says %q", test.name, without)
			}
		}
	}
}

// The way up is told for each environment, in the order in which each step can be done, and only where there is one.
func TestBootstrap(t *testing.T) {
	m := rich()
	page := string(Readme(m, nil, nil).Bytes)
	last := 0
	for _, step := range []string{
		"aws s3api create-bucket --bucket acme-tfstate --region us-east-1\n",
		"aws s3api create-bucket --bucket acme-tfstate-staging --region ap-northeast-1 --create-bucket-configuration LocationConstraint=ap-northeast-1\n",
		"# staging, account 111122223333\naws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com --client-id-list sts.amazonaws.com\n",
		"terraform -chdir=environments/production/bootstrap apply\n", "terraform -chdir=environments/staging/bootstrap apply\n",
		"arn:aws:iam::111122223333:role/ddbgen-bootstrap/payments/staging-payments-deployer",
		"terraform -chdir=environments/production apply\n", "terraform -chdir=environments/staging apply\n",
	} {
		at := strings.Index(page, step)
		if at < last {
			t.Errorf("%q is missing, or too early", step)
		}
		last = at
	}
	if n := strings.Count(page, "--table-name terraform-locks"); n != 2 {
		t.Errorf("the lock table is made %d times in two accounts", n)
	}
	if strings.Count(page, "create-open-id-connect-provider") != 1 {
		t.Error("an identity provider that the bootstrap root makes is made by hand too")
	}
	m.Environments[1].Account, m.Environments[0].MakesProviders = m.Environments[0].Account, false
	page = string(Readme(m, nil, nil).Bytes)
	if strings.Count(page, "--table-name terraform-locks") != 1 || strings.Count(page, "create-open-id-connect-provider") != 1 {
		t.Error("what an account has once is made twice in it")
	}
	m.DeployRoles, m.Guardrails.Boundary, m.State = nil, nil, nil
	page = string(Readme(m, nil, nil).Bytes)
	if strings.Contains(page, "bootstrap") || !strings.Contains(page, "The account has an identity provider in IAM for `token.actions.githubusercontent.com`") {
		t.Error("a system without bootstrap roots speaks of them")
	}
}
