package iam

import (
	"maps"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// The tests of this file ask an evaluator what the roles may do, with a policy on the resource that grants their sessions
// everything: whoever deploys writes such policies.

// hostile is the policy of a resource that lets a session do everything.
func hostile(session string) *policy.Document {
	d := document([]policy.Statement{{
		Effect: policy.Allow, Principal: &policy.Principal{AWS: []string{session}}, Action: []string{"*"}, Resource: []string{"*"},
	}})
	return &d
}

// sessionOf is a session of a role.
func sessionOf(e *model.Environment, r *model.Role) string {
	return "arn:" + e.Partition + ":sts::" + e.Account + ":assumed-role/" + e.RoleName(r, "") + "/session"
}

// openedTo counts the actions of services near the data that a session is allowed by such a policy, under the policies that
// the role has, and reports those that are not for it.
func openedTo(t *testing.T, session string, policies evaluate.Policies, of func(action string) bool) int {
	t.Helper()
	policies.Resource = hostile(session)
	request := evaluate.Request{
		Principal: principal(t, session), Resource: "arn:aws:dynamodb:eu-central-1:444455556666:table/Any",
		// What a Deny with a condition lets through.
		Context: evaluate.ContextOf(map[string][]string{
			"kms:ViaService": {"dynamodb.eu-central-1.amazonaws.com"}, "kms:GrantIsForAWSResource": {"true"},
		}),
	}
	opened := 0
	for _, service := range catalog.Load().Services() {
		if !strings.Contains(" dynamodb iam kms sts ", " "+service.Name+" ") {
			continue
		}
		for _, action := range service.Actions {
			request.Action = action.Name
			if evaluate.Decide(request, policies).Outcome != evaluate.Allow {
				continue
			}
			if opened++; !of(action.Name) {
				t.Errorf("%s is open to %s", action.Name, session)
			}
		}
	}
	return opened
}

// TestDeployHostile holds that no policy of a resource opens to a role that deploys or plans what it is not for.
func TestDeployHostile(t *testing.T) {
	for name, m := range map[string]*model.Model{
		"everything": deployEverything(), "allowed": deployAllowed(), "minimal": deployMinimal(), "existing": deployExisting(), "silo": deploySilo(), "nothing": deploying(system(nil)),
	} {
		e := m.Environments[0]
		for _, r := range m.DeployRoles {
			statements := Statements(m, e, r, "")
			var granted []policy.Statement
			for _, s := range statements {
				if s.Effect == policy.Allow {
					granted = append(granted, s)
				}
			}
			mine := map[string]bool{}
			for _, action := range append(actionsOf(granted), holder{m: m, e: e, role: r}.keyPolicyActions()...) {
				mine[action] = true
			}
			of := func(action string) bool { return mine[action] }
			openedTo(t, sessionOf(e, r), evaluate.Policies{Identity: []policy.Document{document(statements)}}, of)
			anything := func(string) bool { return true }
			if n := openedTo(t, sessionOf(e, r), evaluate.Policies{Identity: []policy.Document{document(granted)}}, anything); n < 200 {
				t.Errorf("%s: %s: the hostile policy opens only %d actions, to whom nothing is refused", name, r.Name, n)
			}
		}
	}
}

// TestBoundaryHostile holds that no policy of a resource opens to a role what its boundary does not let through.
func TestBoundaryHostile(t *testing.T) {
	m := boundedJobs()
	m.Guardrails.Boundary = &model.Boundary{}
	e, boundary := m.Environments[0], boundaryOf(t, m)
	through := map[string]bool{}
	for _, s := range boundary.Statement {
		for _, action := range s.Action {
			through[action] = true
		}
	}
	for _, r := range m.Roles {
		policies := evaluate.Policies{Identity: []policy.Document{everything()}, Boundaries: []policy.Document{boundary}}
		if n := openedTo(t, sessionOf(e, r), policies, func(action string) bool { return through[action] }); n == 0 {
			t.Errorf("%s: the hostile policy opens nothing", r.Name)
		}
	}
}

// TestBoundaryIntegration holds that a session that begins with a token of the pipeline that deploys can do nothing.
func TestBoundaryIntegration(t *testing.T) {
	m := integrated()
	boundary, session := boundaryOf(t, m), sessionOf(m.Environments[0], m.Roles[0])
	for provider, want := range map[string]evaluate.Outcome{
		"arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com": evaluate.ExplicitDeny,
		"arn:aws:iam::444455556666:oidc-provider/gitlab.com":                          evaluate.Allow,
		"": evaluate.Allow, // a session that begins with no token
	} {
		request := evaluate.Request{Principal: principal(t, session), Action: "sqs:ReceiveMessage", Resource: "arn:aws:sqs:eu-central-1:444455556666:jobs"}
		if provider != "" {
			request.Context = evaluate.ContextOf(map[string][]string{"aws:FederatedProvider": {provider}})
		}
		got := evaluate.Decide(request, evaluate.Policies{Identity: []policy.Document{everything()}, Boundaries: []policy.Document{boundary}}).Outcome
		if got != want {
			t.Errorf("by %q: %s, not %s", provider, got, want)
		}
	}
}

// TestDeployRequests asks for single things that roles which deploy and plan may do, and for what is nearest to them.
func TestDeployRequests(t *testing.T) {
	const (
		alarm   = "arn:aws:cloudwatch:eu-central-1:444455556666:alarm:"
		scaling = "arn:aws:autoscaling:eu-central-1:444455556666:scalingPolicy:0f9e8d7c:resource/dynamodb/table/"
		worker  = "arn:aws:iam::444455556666:role/ddbgen/shop/prod-shop-worker"
		limits  = "arn:aws:iam::444455556666:policy/ddbgen-bootstrap/shop/prod-shop-boundary"
		key     = "arn:aws:kms:eu-central-1:444455556666:key/0f9e8d7c-6b5a-4c3d-8e2f-1a0b9c8d7e6f"
		locks   = "arn:aws:dynamodb:eu-central-1:444455556666:table/terraform-locks"
		state   = "acme-tfstate/shop/production.tfstate"
	)
	kept, locked := deployEverything(), deployAllowed()
	ours := keys{"aws:RequestTag/ddbgen:stack": {"shop/production"}}
	and := func(a, b keys) keys {
		all := maps.Clone(a)
		maps.Copy(all, b)
		return all
	}
	item := func(names ...string) keys { return keys{"dynamodb:LeadingKeys": names} }
	// What its own policies say.
	for _, c := range []asked{
		{"an alarm on a table's scaling", kept, "deployer", "cloudwatch:PutMetricAlarm", alarm + "TargetTracking-table/prod-Orders-x", keys{"cloudwatch:AlarmActions": {scaling + "prod-Orders:policyName/read"}}, true},
		{"an alarm on an index's scaling", kept, "deployer", "cloudwatch:PutMetricAlarm", alarm + "TargetTracking-table/prod-Orders/index/by_day-x", keys{"cloudwatch:AlarmActions": {scaling + "prod-Orders/index/by_day:policyName/read"}}, true},
		{"an alarm that does nothing", kept, "deployer", "cloudwatch:PutMetricAlarm", alarm, nil, true},
		{"an alarm that stops an instance", kept, "deployer", "cloudwatch:PutMetricAlarm", alarm + "TargetTracking-table/prod-Orders-x", keys{"cloudwatch:AlarmActions": {"arn:aws:automate:eu-central-1:ec2:stop"}}, false},
		{"an alarm that also stops an instance", kept, "deployer", "cloudwatch:PutMetricAlarm", alarm + "TargetTracking-table/prod-Orders-x", keys{"cloudwatch:AlarmActions": {scaling + "prod-Orders:policyName/read", "arn:aws:automate:eu-central-1:ec2:stop"}}, false},
		{"an alarm on another table's scaling", kept, "deployer", "cloudwatch:PutMetricAlarm", alarm + "TargetTracking-table/prod-Orders-x", keys{"cloudwatch:AlarmActions": {scaling + "prod-Orders2:policyName/read"}}, false},
		{"another alarm", kept, "deployer", "cloudwatch:DeleteAlarms", alarm + "intrusion", nil, false},
		{"an alarm of a table", kept, "deployer", "cloudwatch:DeleteAlarms", alarm + "TargetTracking-table/prod-Orders-x", nil, true},

		{"a role in the boundary", kept, "deployer", "iam:CreateRole", worker, keys{"iam:PermissionsBoundary": {limits}}, true},
		{"a role without a boundary", kept, "deployer", "iam:CreateRole", worker, nil, false},
		{"a role with the tenants' tag", kept, "deployer", "iam:CreateRole", worker, keys{"iam:PermissionsBoundary": {limits}, "aws:TagKeys": {"Tenant_ID"}}, false},
		{"a change that tells the boundary", kept, "deployer", "iam:UpdateAssumeRolePolicy", worker, keys{"iam:PermissionsBoundary": {limits}}, true},
		{"a change that tells no boundary", kept, "deployer", "iam:UpdateAssumeRolePolicy", worker, nil, true},
		{"a change that tells another boundary", kept, "deployer", "iam:UpdateAssumeRolePolicy", worker, keys{"iam:PermissionsBoundary": {limits + "2"}}, false},
		{"a role that lies deeper", kept, "deployer", "iam:UpdateAssumeRolePolicy", strings.Replace(worker, "worker", "x/worker", 1), nil, false},
		{"a role that deploys", kept, "deployer", "iam:GetRole", strings.Replace(worker, "ddbgen", "ddbgen-bootstrap", 1), nil, false},
		{"inline policies", kept, "planner", "iam:GetRolePolicy", worker, nil, true},

		{"the tables' recovery", kept, "deployer", "dynamodb:UpdateContinuousBackups", "arn:aws:dynamodb:eu-central-1:444455556666:table/prod-Rates", nil, false},
		{"the tables' recovery, allowed", locked, "deployer", "dynamodb:UpdateContinuousBackups", "arn:aws:dynamodb:eu-central-1:444455556666:table/prod-Rates", nil, true},
		{"where the trail writes", kept, "deployer", "cloudtrail:UpdateTrail", "arn:aws:cloudtrail:eu-central-1:444455556666:trail/prod-shop-audit", nil, false},
		{"where the trail writes, allowed", locked, "deployer", "cloudtrail:UpdateTrail", "arn:aws:cloudtrail:eu-central-1:444455556666:trail/prod-shop-audit", nil, true},

		{"a key", kept, "deployer", "kms:CreateKey", "*", and(ours, keys{"kms:BypassPolicyLockoutSafetyCheck": {"false"}, "kms:KeyOrigin": {"AWS_KMS"}}), true},
		{"a key of another stack", kept, "deployer", "kms:CreateKey", "*", keys{"aws:RequestTag/ddbgen:stack": {"shop/staging"}}, false},
		{"a key that nobody can change", kept, "deployer", "kms:CreateKey", "*", and(ours, keys{"kms:BypassPolicyLockoutSafetyCheck": {"true"}}), false},
		{"a key of known material", kept, "deployer", "kms:CreateKey", "*", and(ours, keys{"kms:KeyOrigin": {"EXTERNAL"}}), false},

		{"the lock", locked, "deployer", "dynamodb:DeleteItem", locks, item(state), true},
		{"the lock, to plan", locked, "planner", "dynamodb:DeleteItem", locks, item(state), true},
		{"the lock of another state", locked, "deployer", "dynamodb:DeleteItem", locks, item("acme-tfstate/bank/production.tfstate"), false},
		{"the lock of another state, to plan", locked, "planner", "dynamodb:PutItem", locks, item("acme-tfstate/shop/production.bootstrap.tfstate"), false},
		{"the lock and another", locked, "deployer", "dynamodb:GetItem", locks, item(state, "acme-tfstate/bank/production.tfstate"), false},
		{"no item", locked, "deployer", "dynamodb:GetItem", locks, nil, false},
		{"the digest", locked, "deployer", "dynamodb:PutItem", locks, item(state + "-md5"), true},
		{"the end of the digest", locked, "deployer", "dynamodb:DeleteItem", locks, item(state + "-md5"), false},
		{"the digest, to plan", locked, "planner", "dynamodb:GetItem", locks, item(state + "-md5"), true},
		{"a digest from a plan", locked, "planner", "dynamodb:PutItem", locks, item(state + "-md5"), false},
	} {
		if got := c.allowed(t, nil); got != c.want {
			t.Errorf("%s: allowed is %v", c.name, got)
		}
	}

	// What they leave of a hostile policy.
	through := keys{"kms:ViaService": {"dynamodb.eu-central-1.amazonaws.com"}, "kms:GrantIsForAWSResource": {"true"}}
	for _, c := range []asked{
		{"a key through DynamoDB", kept, "deployer", "kms:Decrypt", key, through, true},
		{"a key through no service", kept, "deployer", "kms:Decrypt", key, nil, false},
		{"a key through a function", kept, "deployer", "kms:Decrypt", key, keys{"kms:ViaService": {"lambda.eu-central-1.amazonaws.com"}}, false},
		{"a key through the state, to plan", kept, "planner", "kms:Decrypt", key, keys{"kms:ViaService": {"s3.eu-west-1.amazonaws.com"}}, true},
		{"a key through no service, to plan", kept, "planner", "kms:Decrypt", key, nil, false},
		{"a grant for DynamoDB", kept, "deployer", "kms:CreateGrant", key, through, true},
		{"a grant for anybody", kept, "deployer", "kms:CreateGrant", key, and(through, keys{"kms:GrantIsForAWSResource": {"false"}}), false},
		{"a key's policy", kept, "deployer", "kms:PutKeyPolicy", key, nil, true},
		{"a key's policy that nobody can change", kept, "deployer", "kms:PutKeyPolicy", key, keys{"kms:BypassPolicyLockoutSafetyCheck": {"true"}}, false},
		{"a key's policy, to plan", kept, "planner", "kms:PutKeyPolicy", key, nil, false},
		{"a key's end", kept, "deployer", "kms:ScheduleKeyDeletion", key, nil, false},
		{"a key's end, allowed", locked, "deployer", "kms:ScheduleKeyDeletion", key, nil, true},
		{"items of a table", locked, "deployer", "dynamodb:GetItem", "arn:aws:dynamodb:eu-central-1:444455556666:table/prod-Ledger", item("acme"), false},
		{"items of a table, to plan", locked, "planner", "dynamodb:GetItem", "arn:aws:dynamodb:eu-central-1:444455556666:table/prod-Ledger", item("acme"), false},
		{"a table's end", kept, "deployer", "dynamodb:DeleteTable", "arn:aws:dynamodb:eu-central-1:444455556666:table/prod-Ledger", nil, false},
		{"a role that works with the data", kept, "deployer", "sts:AssumeRole", worker, nil, false},
	} {
		if got := c.allowed(t, hostile(c.session())); got != c.want {
			t.Errorf("%s, by its own policy: allowed is %v", c.name, got)
		}
	}
}

// asked is one request of a role that deploys or plans.
type asked struct {
	name             string
	model            *model.Model
	role             string
	action, resource string
	keys             keys
	want             bool
}

type keys map[string][]string

func (a asked) session() string {
	return sessionOf(a.model.Environments[0], roleCalled(a.model, a.role))
}

// allowed reports whether it is allowed, under the policy of its resource, if that has one.
func (a asked) allowed(t *testing.T, ofResource *policy.Document) bool {
	t.Helper()
	statements := Statements(a.model, a.model.Environments[0], roleCalled(a.model, a.role), "")
	return evaluate.Decide(
		evaluate.Request{Principal: principal(t, a.session()), Action: a.action, Resource: a.resource, Context: evaluate.ContextOf(a.keys)},
		evaluate.Policies{Identity: []policy.Document{document(statements)}, Resource: ofResource},
	).Outcome == evaluate.Allow
}

func roleCalled(m *model.Model, name string) *model.Role {
	for _, r := range m.AllRoles() {
		if r.Name == name {
			return r
		}
	}
	panic("no role " + name)
}
