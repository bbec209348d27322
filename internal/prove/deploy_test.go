package prove_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/prove"
	"github.com/ddbgen/ddbgen/spec"
)

const deployed = `
version: 1
name: shop
environments: {production: {account: "444455556666", region: eu-central-1}}
tenancy: {id_pattern: "[a-z]{4}", identity: {session_tag: tenant}}
keys:
  data: {administrators: [deployer]}
tables:
  orders: {name: Orders, partition_key: PK, tenant_keys: ["T#{tenant}"], encryption: {key: data, because: [audit]}}
  rates: {name: Rates, partition_key: day, tags: {Team: audit}, billing: {read: 10, write: 5, autoscale_to: {read: 100, write: 50}}}
roles:
  api: {kind: runtime, assumed_by: {service: lambda}}
  reader: {kind: runtime, assumed_by: {role: api}, access: [{table: orders, operations: [GetItem, Query]}]}
  loader: {kind: runtime, assumed_by: {service: lambda}, access: [{table: rates, operations: [PutItem]}]}
  keeper: {kind: runtime, assumed_by: {gitlab: {project: acme/keeper, branch: main}}, access: [{table: rates, operations: [GetItem]}]}
  auditor: {kind: runtime, assumed_by: {service: lambda}, tags: {Team: audit}, access: [{tagged: {Team: same}, operations: [DescribeTable]}]}
  deployer:
    kind: deploy
    assumed_by: {github: {repository: acme/infra, environment: production, repository_id: "456789", owner_id: "123456"}}
    state: {bucket: acme-tfstate, lock: {table: terraform-locks}, key: "arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-44cd-96ef-1234567890ab"}
  planner:
    kind: plan
    assumed_by: {github: {repository: acme/infra, pull_request: true, repository_id: "456789", owner_id: "123456"}}
guardrails: {permissions_boundary: generate}
expect:
  - {role: reader, tenant: acme, may: Query, table: orders, partition_key: "T#acme"}
`

func builtFrom(t *testing.T, source string) (*model.Model, []output.File) {
	t.Helper()
	m, ds := spec.Load("spec.yaml", []byte(source))
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	tree, ds := generate.All(m)
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	return m, tree.Files
}

// TestDeploymentEdits edits what the roles that deploy and plan have, and demands a finding, beside whatever else is found.
// Every request that a finding shows is one that the evaluator confirms.
func TestDeploymentEdits(t *testing.T) {
	m, files := builtFrom(t, deployed)
	for _, d := range prove.Run(m, files).Findings {
		t.Fatalf("as generated: %s", d.Detail)
	}
	const (
		deployer, planner = "bootstrap/policies/role.deployer", "bootstrap/policies/role.planner"
		trust, plans      = "bootstrap/policies/trust.deployer", "bootstrap/policies/trust.planner"
		boundary          = "bootstrap/policies/boundary"
		key, reader       = "policies/key.data", "policies/role.reader"
	)
	for _, test := range []struct{ name, file, old, new, id, want string }{
		// The laws hold whatever the intent is.
		{"items", deployer, `"dynamodb:UpdateTable"`, `"dynamodb:WriteDataForReplication"`, "law", "items, or copies of them"},
		{"items of the lock's neighbours", deployer, `:table/terraform-locks`, `:table/terraform*`, "law", "items, or copies of them"},
		{"items of any lock", deployer, `"dynamodb:LeadingKeys": "acme-tfstate`, `"dynamodb:LeadingKeys": "other-tfstate`, "law", "items, or copies of them"},
		{"any item of the locks", deployer, `ForAllValues:StringEquals`, `ForAnyValue:StringNotEquals`, "law", "items, or copies of them"},
		{"an alarm of anything", deployer, `"cloudwatch:AlarmActions"`, `"cloudwatch:OtherActions"`, "law", "an alarm that does more than scale"},
		{"a key that nobody can change", deployer, `"kms:BypassPolicyLockoutSafetyCheck": "true"`, `"kms:BypassPolicyLockoutSafetyCheck": "false"`, "law", "a key that is not the account's"},
		{"a key of somebody else", deployer, `"EXTERNAL",`, ``, "law", "a key that is not the account's"},
		{"roles of another boundary", deployer, `StringNotEquals": {
          "iam:PermissionsBoundary"`, `StringEquals": {
          "iam:PermissionsBoundary"`, "law", "a role without its boundary"},
		{"nothing else denied", deployer, `"NotAction"`, `"Action"`, "denies-less", "deployer"},
		{"an action more", deployer, `"NotAction": [`, `"NotAction": [
        "dynamodb:Scan",`, "denies-less", "dynamodb:Scan"},
		{"an action of a plan more", planner, `"NotAction": [`, `"NotAction": [
        "sts:AssumeRole",`, "denies-less", "sts:AssumeRole"},
		{"an action of a plan less", planner, `"NotAction": [
        "application-autoscaling:DescribeScalableTargets",`, `"NotAction": [`, "allows-less", "application-autoscaling:DescribeScalableTargets"},
		{"a session of another", planner, `"dynamodb:DescribeTable"`, `"sts:GetSessionToken"`, "law", "a session of another role"},
		{"the state's key for anything", deployer, `"kms:ViaService": "s3.eu-central-1.amazonaws.com"`, `"kms:CallerAccount": "444455556666"`, "allows-more", "kms:Decrypt"},
		{"IAM elsewhere", deployer, `role/ddbgen/shop/shop-*`, `role/*`, "law", "made elsewhere, or by the administrator"},
		{"no boundary", deployer, `"iam:PermissionsBoundary": "arn`, `"iam:PermissionsBoundary": "x-arn`, "law", "a role without its boundary"},
		{"the tenant's tag", deployer, `"aws:TagKeys": "tenant"`, `"aws:TagKeys": "tenants"`, "law", "the tenant of a role to be chosen"},
		{"the tenant's tag in one case", deployer, `ForAnyValue:StringEqualsIgnoreCase`, `ForAnyValue:StringEquals`, "law", "the tenant of a role to be chosen"},
		{"the table", deployer, `"dynamodb:UpdateTable"`, `"dynamodb:DeleteBackup"`, "allows-less", "dynamodb:UpdateTable"},
		{"a change by a plan", planner, `"dynamodb:DescribeTable"`, `"dynamodb:TagResource"`, "law", "a change to who plans"},
		{"a pull request", trust, `repo:acme/infra:environment:production`, `repo:acme/infra:pull_request`, "law", "a run that is not trusted with it"},
		{"an immutable pull request", trust, `repo:acme/infra:environment:production`, `repo:acme@1/infra@2:pull_request`, "law", "a run that is not trusted with it"},
		{"a subject in any case", trust, `StringEquals`, `StringEqualsIgnoreCase`, "law", "a subject that is not written out"},
		{"any run", trust, `"token.actions.githubusercontent.com:sub": [`, `"token.actions.githubusercontent.com:jti": [`, "law", "a run that is not trusted with it"},
		{"any repository", plans, `"token.actions.githubusercontent.com:sub": [`, `"token.actions.githubusercontent.com:jti": [`, "law", "whatever subject"},

		// What a role needs must fit its boundary.
		{"a key that the boundary leaves out", boundary, `kms:Decrypt`, `kms:Encrypt`, "beyond-boundary", "key.data.json"},
		{"a table that the boundary leaves out", boundary, `table/Orders"`, `table/Others"`, "beyond-boundary", "role.reader.json"},
		{"rows that the boundary leaves out", boundary, `T#${aws`, `t#${aws`, "beyond-boundary", "role.reader.json"},
		{"tags that the boundary leaves out", boundary, `"aws:PrincipalTag/Team": "audit"`, `"aws:PrincipalTag/Team": "core"`, "beyond-boundary", "role.auditor.json"},
		{"tags of the role's choice", boundary, `"aws:PrincipalTag/Team": "audit",`, ``, "allows-more", "aws:principaltag/team"},
		{"actions that the boundary denies", boundary, `"NotAction": [
        "dynamodb:DescribeTable",`, `"NotAction": [`, "beyond-boundary", "role.auditor.json"},
		{"a key that the boundary denies", boundary, `        "kms:Decrypt",
        "kms:DescribeKey",
        "sts`, `        "sts`, "beyond-boundary", "key.data.json"},
		{"tokens that the boundary denies", boundary, `oidc-provider/token.actions.githubusercontent.com`, `oidc-provider/gitlab.com`, "beyond-boundary", "role.keeper.json"},
		{"tokens that the boundary lets through", boundary, `oidc-provider/token.actions.githubusercontent.com`, `oidc-provider/gitlab.com`, "denies-less", "aws:federatedprovider"},
		{"an action that the boundary does not deny", boundary, `"NotAction": [`, `"NotAction": [
        "dynamodb:DeleteTable",`, "denies-less", "dynamodb:DeleteTable"},
		{"more than the boundary", reader, `"dynamodb:GetItem"`, `"dynamodb:Get*"`, "beyond-boundary", "role.reader.json"},
		{"a key for more than the boundary", key, `"kms:Decrypt"`, `"kms:Sign"`, "beyond-boundary", "kms:Sign"},
		{"a boundary with IAM", boundary, `"dynamodb:Query"`, `"iam:PutRolePolicy"`, "law", "a change of roles or policies"},
		{"a boundary with the control plane", boundary, `"dynamodb:Query"`, `"dynamodb:Update*"`, "law", "a change of tables"},
		{"a boundary with sessions of others", boundary, `role/ddbgen/shop/shop-reader`, `role/*`, "law", "a session of a role of others"},
		{"a boundary that refuses a claim", boundary, `T#${aws`, `t#${aws`, "claim", "may Query"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var found []string
			for _, d := range prove.Run(m, editedIn(t, files, test.file, test.old, test.new)).Findings {
				if strings.Contains(d.Detail, "does not confirm") {
					t.Errorf("the evaluator does not confirm: %s", d.Detail)
				}
				found = append(found, string(diag.IDOf(d))+": "+d.Detail)
			}
			if !slices.ContainsFunc(found, func(f string) bool { return strings.HasPrefix(f, test.id) && strings.Contains(f, test.want) }) {
				t.Errorf("found %q, want %s: %s", found, test.id, test.want)
			}
		})
	}
}

// editedIn is a tree in which the files whose names begin so, the parts of one policy, have another text in the place of one.
func editedIn(t *testing.T, files []output.File, name, old, text string) []output.File {
	t.Helper()
	files = slices.Clone(files)
	edited := false
	for i, f := range files {
		if strings.Contains(f.Path, "/"+name) && strings.Contains(string(f.Bytes), old) {
			files[i].Bytes = []byte(strings.ReplaceAll(string(f.Bytes), old, text))
			edited = true
		}
	}
	if !edited {
		t.Fatalf("no part of %s holds %s", name, old)
	}
	return files
}

// TestRoots proves each root of an environment alone, as those are found who plan one.
func TestRoots(t *testing.T) {
	m, files := builtFrom(t, deployed)
	isBootstrap := func(f output.File) bool { return strings.Contains(f.Path, "/bootstrap/policies/") }
	isMain := func(f output.File) bool { return strings.Contains(f.Path, "/production/policies/") }
	for _, root := range []struct {
		name  string
		prove func(*model.Model, *model.Environment, []output.File, map[string]string, string) prove.Result
		has   func(output.File) bool
	}{{"main", prove.Environment, isMain}, {"bootstrap", prove.Bootstrap, isBootstrap}} {
		t.Run(root.name, func(t *testing.T) {
			var all []output.File
			for _, f := range files {
				if root.has(f) {
					all = append(all, f)
				}
			}
			if found := root.prove(m, m.Environments[0], all, nil, "Again.").Findings; len(found) > 0 {
				t.Error(found)
			}
			for i, f := range all {
				without := slices.Delete(slices.Clone(all), i, i+1)
				if found := root.prove(m, m.Environments[0], without, nil, "Again.").Findings; len(found) == 0 {
					t.Errorf("%s is missing, and nothing is found", f.Path)
				}
			}
			stray := output.File{Path: strings.Replace(all[0].Path, "policies/", "policies/extra", 1), Bytes: all[0].Bytes}
			if found := root.prove(m, m.Environments[0], append(all, stray), nil, "Again.").Findings; len(found) != 1 || diag.IDOf(found[0]) != "stray-policy" {
				t.Errorf("found %v of a stray", found)
			}
		})
	}
}

// TestHoldingUnderBoundary asks for rights that a role's own policies give and the boundary does not, and for one that its own
// policies do not give either, which is then the reason.
func TestHoldingUnderBoundary(t *testing.T) {
	m, files := builtFrom(t, deployed)
	const boundary = "boundary"
	for _, test := range []struct{ name, old, new, role, action, why string }{
		{"as generated", "", "", "loader", "dynamodb:PutItem", ""},
		{"an action that the boundary denies", `"dynamodb:PutItem"`, `"dynamodb:Scan"`, "loader", "dynamodb:PutItem", boundary},
		{"a table that the boundary leaves out", `table/Rates"`, `table/Others"`, "loader", "dynamodb:PutItem", boundary},
		{"an action that the boundary allows and denies", `"NotAction": [
        "dynamodb:DescribeTable",`, `"NotAction": [`, "auditor", "dynamodb:DescribeTable", "DenyAllElse"},
		{"a provider that the boundary denies", `oidc-provider/token.actions.githubusercontent.com`, `oidc-provider/gitlab.com`, "loader", "dynamodb:PutItem", ""},
		{"an action that neither allows", "", "", "loader", "dynamodb:Scan", "no statement allows"},
		{"a table of its tag", "", "", "auditor", "dynamodb:DescribeTable", ""},
		{"a table of its tag, which the boundary wants otherwise", `"aws:PrincipalTag/Team": "audit"`, `"aws:PrincipalTag/Team": "core"`, "auditor", "dynamodb:DescribeTable", boundary},
	} {
		t.Run(test.name, func(t *testing.T) {
			edited := files
			if test.old != "" {
				edited = editedIn(t, files, "bootstrap/policies/boundary", test.old, test.new)
			}
			role := m.Roles[slices.IndexFunc(m.Roles, func(r *model.Role) bool { return r.Name == test.role })]
			rates := m.Tables[slices.IndexFunc(m.Tables, func(t *model.Table) bool { return t.Name == "rates" })]
			held, err := prove.Hold(m, m.Environments[0], edited, role, "")
			if err != nil {
				t.Fatal(err)
			}
			answer := held.Ask(test.action, rates)
			if answer.Yes != (test.why == "") {
				t.Fatalf("the answer is %t: %v", answer.Yes, answer.Why)
			}
			for _, c := range answer.Why {
				if why := c.Path + " " + c.Sid + " " + c.What; !strings.Contains(why, test.why) {
					t.Errorf("it is no because of %q, want %q", why, test.why)
				}
			}
		})
	}
}

// TestTagOfEnvironment asks about a table by a tag that the role has from its environment.
func TestTagOfEnvironment(t *testing.T) {
	source := strings.Replace(deployed, `region: eu-central-1}`, `region: eu-central-1, tags: {Team: audit}}`, 1)
	source = strings.Replace(source, ` tags: {Team: audit}, access`, ` access`, 1)
	for _, test := range []struct {
		tag  string
		want bool
	}{{"audit", true}, {"core", false}} {
		m, files := builtFrom(t, strings.Replace(source, "tags: {Team: audit}, billing", "tags: {Team: "+test.tag+"}, billing", 1))
		for _, d := range prove.Run(m, files).Findings {
			t.Error(d.Detail)
		}
		auditor := m.Roles[slices.IndexFunc(m.Roles, func(r *model.Role) bool { return r.Name == "auditor" })]
		rates := m.Tables[slices.IndexFunc(m.Tables, func(t *model.Table) bool { return t.Name == "rates" })]
		held, err := prove.Hold(m, m.Environments[0], files, auditor, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := held.Ask("dynamodb:DescribeTable", rates).Yes; got != test.want {
			t.Errorf("with the table's tag %s the answer is %t", test.tag, got)
		}
	}
}

// TestManagedPoliciesAreDecided: what AWS managed policies say goes into the boundary of who has them attached, so each must be
// one that can be decided.
func TestManagedPoliciesAreDecided(t *testing.T) {
	for _, name := range strings.Fields(`AWSAppSyncPushToCloudWatchLogs AWSGlueServiceRole AWSLambdaBasicDurableExecutionRolePolicy
		AWSLambdaBasicExecutionRole AWSLambdaENIManagementAccess AWSLambdaKinesisExecutionRole AWSLambdaMSKExecutionRole
		AWSLambdaSQSQueueExecutionRole AWSLambdaVPCAccessExecutionRole AWSXRayDaemonWriteAccess AmazonAPIGatewayPushToCloudWatchLogs
		AmazonEC2ContainerRegistryPullOnly AmazonEC2ContainerRegistryReadOnly AmazonECSTaskExecutionRolePolicy AmazonSSMManagedInstanceCore
		CloudWatchAgentServerPolicy CloudWatchLambdaApplicationSignalsExecutionRolePolicy CloudWatchLambdaInsightsExecutionRolePolicy`) {
		source := strings.Replace(deployed, "api: {kind: runtime,", "api: {kind: runtime, attach: ["+name+"],", 1)
		m, files := builtFrom(t, source)
		for _, d := range prove.Run(m, files).Findings {
			t.Errorf("%s: %s", name, d.Detail)
		}
	}
}
