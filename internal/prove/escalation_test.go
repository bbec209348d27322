package prove

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// rising has all that whoever deploys could try to rise by: roles of every sort, another environment in the account, keys,
// a state and locks.
const rising = `
version: 1
name: shop
environments:
  production: {account: "444455556666", region: eu-central-1, identity_providers: create, endpoints: {app: {vpc_id: vpc-0a1b2c3d4e5f60718, route_table_ids: [rtb-0a1b2c3d4e5f60718]}}}
  staging: {account: "444455556666", region: eu-central-1, name_prefix: staging-, endpoints: {app: {vpc_id: vpc-0a1b2c3d4e5f60718, route_table_ids: [rtb-1a1b2c3d4e5f60718]}}}
tenancy: {id_pattern: "[a-z]{4,8}", identity: {session_tag: tenant}}
keys:
  data: {administrators: [deployer]}
tables:
  orders:
    partition_key: PK
    tenant_keys: ["T#{tenant}"]
    encryption: {key: data, because: [audit]}
    billing: {read: 10, write: 5, autoscale_to: {read: 100, write: 50}}
  legacy: {name: Legacy, existing: true, partition_key: id}
endpoints:
  app: {type: gateway, roles: [api]}
roles:
  worker: {kind: runtime, assumed_by: {service: ec2}, access: [{table: legacy, operations: [read]}]}
  api: {kind: runtime, name: Api, assumed_by: {role: worker}, access: [{table: orders, operations: [read]}]}
  crawler: {kind: runtime, assumed_by: {service: glue}, access: [{table: legacy, operations: [read]}]}
  reader: {kind: runtime, existing: true, name: service/reader, access: [{table: legacy, operations: [read]}]}
  deployer:
    kind: deploy
    assumed_by: {github: {repository: acme/infra, environment: {production: production, staging: staging}, repository_id: "456789", owner_id: "123456"}}
    state: {bucket: acme-tfstate, lock: {table: locks}, key: "arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-44cd-96ef-1234567890ab"}
    allow: [change_existing_roles]
    because: the reader is another team's
  planner: {kind: plan, assumed_by: {gitlab: {project: acme/infra, branch: main}}}
  drift: {kind: plan, assumed_by: {gitlab: {project: acme/infra, branch: nightly, audience: drift}}}
guardrails: {permissions_boundary: generate}
audit: {trail: {bucket: acme-audit, tables: [orders], log: writes}}
`

// risen is the ways that are found in some environments.
func risen(files []output.File, environments ...intent) []string {
	p := newProver(environments[0].m, files)
	for _, in := range environments {
		p.escalation(in)
	}
	var out []string
	for _, f := range p.result.Findings {
		out = append(out, string(diag.IDOf(f))+": "+f.Detail)
	}
	return out
}

// intents are all environments of a model.
func intents(m *model.Model) []intent {
	var out []intent
	for _, e := range m.Environments {
		out = append(out, (&prover{m: m}).intent(e))
	}
	return out
}

func TestNobodyRises(t *testing.T) {
	specs, err := filepath.Glob("../../examples/*/spec.yaml")
	if err != nil {
		t.Fatal(err)
	}
	deploying := 0
	for _, path := range append(specs, "../../spec/testdata/valid/deploy.yaml") {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		m, files := wiringBuild(t, path, src)
		deploying += len(m.RolesThat(model.Deploy))
		for _, way := range risen(files, intents(m)...) {
			t.Errorf("%s: %s", path, way)
		}
	}
	if deploying == 0 {
		t.Error("no example has a deploy role")
	}
	m, files := wiringBuild(t, "rising", []byte(rising))
	for _, way := range risen(files, intents(m)...) {
		t.Error(way)
	}
}

// What a policy of AWS grants that the spec attaches, such as all of Glue, is within the boundary by design.
func TestAttachedPoliciesAreByDesign(t *testing.T) {
	m, files := wiringBuild(t, "rising", []byte(strings.Replace(rising, "{service: glue}", "{service: glue}, attach: [AWSGlueServiceRole]", 1)))
	for _, way := range risen(files, intents(m)...) {
		t.Error(way)
	}
	d := documents{t, files, "boundary"}
	d.each(func(document *policy.Document) {
		if !slices.ContainsFunc(document.Statement, func(s policy.Statement) bool { return slices.Contains(s.Action, "glue:*") }) {
			t.Error("the boundary does not let Glue through")
		}
	})
}

// documents are the policies of one role in production, or the boundary, which can be edited.
type documents struct {
	t     *testing.T
	files []output.File
	name  string // how the names of the files begin
}

// each edits every document.
func (d documents) each(change func(*policy.Document)) {
	for i, f := range d.files {
		name, own := strings.CutPrefix(f.Path, "environments/production/bootstrap/policies/")
		if !own || !strings.HasPrefix(name, d.name) {
			continue
		}
		document, err := policy.Parse(f.Bytes)
		if err != nil {
			d.t.Fatal(err)
		}
		change(&document)
		d.files[i].Bytes = policy.Encode(document)
	}
}

// statement edits a statement, which must be there.
func (d documents) statement(sid string, change func(*policy.Statement)) {
	found := false
	d.each(func(document *policy.Document) {
		for i, s := range document.Statement {
			if s.Sid == sid {
				found = true
				change(&document.Statement[i])
			}
		}
	})
	if !found {
		d.t.Fatalf("%s has no statement %s", d.name, sid)
	}
}

func (d documents) drop(sid string) {
	d.statement(sid, func(s *policy.Statement) { s.Action, s.NotAction = []string{"none:None"}, nil })
}

// admit takes actions from those that are denied because nothing needs them.
func (d documents) admit(actions ...string) {
	d.statement("DenyAllElse", func(s *policy.Statement) { s.NotAction = append(s.NotAction, actions...) })
}

// widen gives a statement another resource, and more actions.
func (d documents) widen(sid, resource string, actions ...string) {
	d.admit(actions...)
	d.statement(sid, func(s *policy.Statement) {
		s.Resource = []string{resource}
		s.Action = append(s.Action, actions...)
	})
}

// loosen takes the conditions on a key from a statement.
func (d documents) loosen(sid, key string) {
	d.statement(sid, func(s *policy.Statement) {
		before := len(s.Condition)
		s.Condition = slices.DeleteFunc(s.Condition, func(c policy.Condition) bool { return c.Key == key })
		if len(s.Condition) == before {
			d.t.Fatalf("%s has no condition on %s", sid, key)
		}
	})
}

// allow adds a statement to the first document.
func (d documents) allow(resource string, actions ...string) {
	d.admit(actions...)
	added := false
	d.each(func(document *policy.Document) {
		if !added {
			document.Statement = append(document.Statement, policy.Statement{Sid: "Added", Effect: policy.Allow, Action: actions, Resource: []string{resource}})
		}
		added = true
	})
	if !added {
		d.t.Fatalf("no policy begins with %s", d.name)
	}
}

// undeny takes away what denies any of some actions.
func (d documents) undeny(actions []string) {
	d.each(func(document *policy.Document) {
		document.Statement = slices.DeleteFunc(document.Statement, func(s policy.Statement) bool {
			return s.Effect == policy.Deny && slices.ContainsFunc(s.Action, func(a string) bool {
				return a == "iam:*" || slices.Contains(actions, a)
			})
		})
	})
}

// TestEscalationMethods gives the actions of each published method to the role that deploys, to the one that plans, and to
// all that the boundary holds.
func TestEscalationMethods(t *testing.T) {
	m, files := wiringBuild(t, "rising", []byte(rising))
	production := intents(m)[0]
	for _, method := range catalog.EscalationMethods() {
		changed := slices.Clone(files)
		for _, name := range []string{"role.deployer", "role.planner", "boundary"} {
			d := documents{t, changed, name}
			d.undeny(method.Actions)
			d.allow("*", method.Actions...)
		}
		found := risen(changed, production)
		for _, name := range []string{`the role "deployer"`, `the role "planner"`, "a role within the boundary"} {
			requireWay(t, name, slices.DeleteFunc(slices.Clone(found), func(detail string) bool { return !strings.Contains(detail, name) }), method.Name)
		}
	}
}

// requireWay demands a finding with a way, and that the evaluator confirms each.
func requireWay(t *testing.T, name string, found []string, way string) {
	t.Helper()
	for _, detail := range found {
		if strings.Contains(detail, "does not confirm") {
			t.Errorf("%s: %s", name, detail)
		}
	}
	if !slices.ContainsFunc(found, func(detail string) bool {
		_, ways, _ := strings.Cut(detail, "Ways that it opens: ")
		return strings.HasPrefix(detail, "escalation: ") && slices.Contains(strings.Split(strings.Split(ways, ". ")[0], "; "), way)
	}) {
		t.Errorf("%s: the way %q is not found, but %q", name, way, found)
	}
}

// TestGuards takes away one guard after the other.
func TestGuards(t *testing.T) {
	const account, other = "arn:aws:iam::444455556666:", "arn:aws:iam::aws:policy/AdministratorAccess"
	m, files := wiringBuild(t, "rising", []byte(rising))
	production := intents(m)[0]
	for _, test := range []struct {
		name string
		edit func(d documents)
		ways []string
	}{
		{"any policy", func(d documents) { d.widen("Policies", account+"policy/*") }, []string{"A new version of a policy"}},
		{"the policies of another environment", func(d documents) { d.widen("Policies", account+"policy/ddbgen/shop/*") }, []string{"A new version of a policy"}},
		{"another version of any policy", func(d documents) { d.widen("Policies", account+"policy/*", "iam:SetDefaultPolicyVersion") }, []string{"Another version of a policy"}},
		{"its own policies", func(d documents) {
			d.drop("DenyBootstrap")
			d.widen("Policies", account+"policy/ddbgen-bootstrap/*")
		}, []string{"One's own role, its policies, or the boundary", "A new version of a policy"}},
		{"its own trust", func(d documents) {
			d.drop("DenyBootstrap")
			d.widen("RoleChanges", account+"role/ddbgen-bootstrap/shop/shop-deployer")
		}, []string{"One's own role, its policies, or the boundary"}},
		{"attachments without the boundary", func(d documents) { d.loosen("RoleAttachments", "iam:PermissionsBoundary") }, []string{"A policy attached to a role"}},
		{"attachments to any role", func(d documents) { d.widen("RoleAttachments", account+"role/*") }, []string{"A policy attached to a role"}},
		{"an inline policy without the boundary", func(d documents) { d.widen("RoleTags", account+"role/ddbgen/shop/shop-*", "iam:PutRolePolicy") }, []string{"An inline policy of a role"}},
		{"roles without the boundary", func(d documents) { d.loosen("RolesInBoundary", "iam:PermissionsBoundary") }, []string{"A role of one's own", "A role with another boundary"}},
		{"roles that have another boundary", func(d documents) { d.drop("DenyOtherBoundary") }, []string{"A role changed and assumed"}},
		{"roles deeper down", func(d documents) { d.drop("DenyOtherPaths") }, []string{"A role of one's own", "A new version of a policy"}},
		{"roles with another boundary", func(d documents) {
			d.statement("RolesInBoundary", func(s *policy.Statement) { s.Condition[0].Values = []string{other} })
		}, []string{"A role of one's own", "A role with another boundary"}},
		{"roles with any boundary at all", func(d documents) {
			d.statement("RolesInBoundary", func(s *policy.Statement) { s.Condition[0].Operator = "StringLikeIfExists" })
		}, []string{"A role of one's own"}},
		{"roles of any path", func(d documents) { d.widen("RolesInBoundary", account+"role/*") }, []string{"A role of one's own"}},
		{"roles of another environment", func(d documents) { d.widen("RolesInBoundary", account+"role/ddbgen/shop/*") }, []string{"A role of one's own"}},
		{"the boundary taken off", func(d documents) {
			d.widen("RolesInBoundary", account+"role/ddbgen/shop/shop-*", "iam:DeleteRolePermissionsBoundary")
		}, []string{"A role without its boundary"}},
		{"all else", func(d documents) { d.drop("DenyAllElse") }, []string{
			"A changed trust policy", "A role that trusts its holder", "A session of one's own making", "Items of a table", "A table deleted", "A key deleted", "A key disabled",
		}},
		{"sessions", func(d documents) { d.admit("sts:AssumeRole") }, []string{"A changed trust policy", "A role that trusts its holder"}},
		{"sessions of any kind", func(d documents) { d.admit("sts:*") }, []string{"A session of one's own making"}},
		{"reading of tables", func(d documents) { d.admit("dynamodb:Scan") }, []string{"Items of a table"}},
		{"the tenant's tag", func(d documents) { d.drop("DenyTenantTag") }, []string{"The tenant of a role"}},
		{"the tenant's tag on a role that is there", func(d documents) {
			d.statement("DenyTenantTag", func(s *policy.Statement) { s.Action = []string{"iam:CreateRole"} })
		}, []string{"The tenant of a role", "The tags of another role"}},
		{"the tenant's tag in capitals", func(d documents) {
			d.statement("DenyTenantTag", func(s *policy.Statement) { s.Condition[0].Operator = "ForAnyValue:StringEquals" })
		}, []string{"The tenant of a role"}},
		{"tags of any role", func(d documents) { d.widen("RoleTags", account+"role/*") }, []string{"The tags of another role"}},
		{"an instance", func(d documents) { d.allow("*", "ec2:RunInstances") }, []string{"An EC2 instance with a role"}},
		{"a role passed to any service", func(d documents) { d.loosen("PassRoleToEC2", "iam:PassedToService") }, []string{"A role in the profile of an instance"}},
		{"any role passed", func(d documents) { d.widen("PassRoleToEC2", account+"role/*") }, []string{"A role in the profile of an instance"}},
		{"any instance profile", func(d documents) { d.widen("InstanceProfiles", account+"instance-profile/*") }, []string{"A role in the profile of an instance"}},
		{"a role of any service", func(d documents) { d.loosen("AutoscalingServiceRole", "iam:AWSServiceName") }, []string{"A role that a service has for itself"}},
		{"a provider", func(d documents) { d.allow("*", "iam:CreateOpenIDConnectProvider") }, []string{"An identity provider of one's own"}},
		{"audiences of a provider", func(d documents) { d.allow("*", "iam:AddClientIDToOpenIDConnectProvider") }, []string{"An identity provider of one's own"}},
		{"the tag of an endpoint", func(d documents) { d.loosen("EndpointTags", "aws:ResourceTag/ddbgen:stack") }, []string{"The tag by which the system knows its own"}},
		{"tags whenever", func(d documents) { d.loosen("EndpointCreationTags", "ec2:CreateAction") }, []string{"The tag by which the system knows its own"}},
		{"the policies of all keys", func(d documents) { d.widen("KeyCreationTags", "*", "kms:PutKeyPolicy") }, []string{"The policy of another key"}},
		{"use of keys", func(d documents) { d.drop("DenyKeyUse") }, []string{"Use of a key"}},
		{"use of keys through any service", func(d documents) {
			d.statement("DenyKeyUse", func(s *policy.Statement) {
				s.Condition[0].Values = append(s.Condition[0].Values, "ec2.eu-central-1.amazonaws.com")
			})
		}, []string{"Use of a key", "Use of a key, by a grant"}},
		{"grants", func(d documents) { d.drop("DenyKeyGrants") }, []string{"Use of a key, by a grant"}},
		{"grants that do not say for whom", func(d documents) {
			d.statement("DenyKeyGrants", func(s *policy.Statement) { s.Condition[0].Operator = "Bool" })
		}, []string{"Use of a key, by a grant"}},
		{"the policy of any table", func(d documents) { d.widen("Tables", "arn:aws:dynamodb:eu-central-1:444455556666:table/*") }, []string{"The policy of another table"}},
		{"items", func(d documents) { d.drop("DenyItems") }, []string{"Items of a table"}},
		{"items of a table", func(d documents) {
			d.statement("DenyItems", func(s *policy.Statement) {
				s.NotResource = append(s.NotResource, "arn:aws:dynamodb:eu-central-1:444455556666:table/Legacy")
			})
		}, []string{"Items of a table"}},
		{"an index", func(d documents) {
			d.statement("DenyItems", func(s *policy.Statement) {
				s.NotResource, s.Resource = nil, []string{"arn:aws:dynamodb:*:*:table/orders"}
			})
		}, []string{"Items of a table"}},
		{"more of the locks", func(d documents) {
			d.widen("StateLock", "arn:aws:dynamodb:eu-central-1:444455556666:table/locks", "dynamodb:Scan")
		}, []string{"Items of a table"}},
		{"any state", func(d documents) { d.widen("StateObject", "arn:aws:s3:::acme-tfstate/*") }, []string{"The state of another root"}},
		{"the administrator's state", func(d documents) {
			d.widen("StateObject", "arn:aws:s3:::acme-tfstate/shop/production.bootstrap.tfstate")
		}, []string{"The state of another root"}},
		{"other items of the locks", func(d documents) { d.loosen("StateLock", "dynamodb:LeadingKeys") }, []string{"Items of a table"}},
		{"the digest of another state", func(d documents) {
			d.statement("StateDigest", func(s *policy.Statement) {
				s.Condition[0].Operator, s.Condition[0].Values = "ForAllValues:StringLike", []string{"acme-tfstate/*-md5"}
			})
		}, []string{"Items of a table"}},
		{"locks without a key", func(d documents) {
			d.statement("StateLock", func(s *policy.Statement) {
				s.Condition = slices.DeleteFunc(s.Condition, func(c policy.Condition) bool { return c.Operator == "Null" })
			})
		}, []string{"Items of a table"}},
		{"deletion of tables", func(d documents) { d.admit("dynamodb:DeleteTable") }, []string{"A table deleted"}},
		{"deletion of keys", func(d documents) { d.admit("kms:ScheduleKeyDeletion", "kms:DisableKey") }, []string{"A key deleted", "A key disabled"}},
		{"deletion of the trail", func(d documents) {
			d.widen("Trail", "*", "cloudtrail:DeleteTrail", "cloudtrail:StopLogging", "cloudtrail:UpdateTrail")
		}, []string{"The trail deleted", "The trail stopped", "The trail turned elsewhere"}},
		{"a key of nobody", func(d documents) { d.drop("DenyLockout") }, []string{"A key that is not the account's"}},
		{"a key with material from elsewhere", func(d documents) { d.drop("DenyKeyOrigins") }, []string{"A key that is not the account's"}},
		{"a key with material of some other origin", func(d documents) {
			d.statement("DenyKeyOrigins", func(s *policy.Statement) { s.Condition[0].Values = s.Condition[0].Values[1:] })
		}, []string{"A key that is not the account's"}},
		{"an alarm of anything", func(d documents) { d.loosen("AutoscalingAlarms", "cloudwatch:AlarmActions") }, []string{"An alarm that acts on anything else"}},
		{"an alarm of another group", func(d documents) {
			d.statement("AutoscalingAlarms", func(s *policy.Statement) {
				s.Condition[0].Values = []string{"arn:aws:autoscaling:eu-central-1:444455556666:scalingPolicy:*"}
			})
		}, []string{"An alarm that acts on anything else"}},
		{"any policy for an existing role", func(d documents) {
			d.statement("ExistingRoleAttachments", func(s *policy.Statement) { s.Condition = nil })
		}, []string{"A policy attached to a role"}},
		{"another existing role", func(d documents) { d.widen("ExistingRoleAttachments", account+"role/service/*") }, []string{"A policy attached to a role"}},
		{"a user", func(d documents) { d.allow("*", "iam:CreateUser") }, []string{"A change beyond what the system makes"}},
		{"all of IAM", func(d documents) { d.allow("*", "iam:*") }, []string{"A new version of a policy", "An access key of another user"}},
		{"another service", func(d documents) { d.allow("*", "organizations:LeaveOrganization") }, []string{"A change beyond what the system makes"}},
	} {
		changed := slices.Clone(files)
		test.edit(documents{t, changed, "role.deployer"})
		found := risen(changed, production)
		for _, way := range test.ways {
			requireWay(t, test.name, found, way)
		}
	}
}

// A way of several steps is open only where each of them is; a step alone is still a change that nothing asks for.
func TestHalfAWay(t *testing.T) {
	m, files := wiringBuild(t, "rising", []byte(rising))
	documents{t, files, "role.deployer"}.allow("*", "cloudformation:CreateChangeSet")
	found := risen(files, intents(m)[0])
	if len(found) != 1 || !strings.Contains(found[0], "Ways that it opens: A change beyond what the system makes.") {
		t.Error(found)
	}
}

// TestGuardsOfPlanner takes the guards from who plans, whose own policies let it change nothing.
func TestGuardsOfPlanner(t *testing.T) {
	m, files := wiringBuild(t, "rising", []byte(rising))
	production := intents(m)[0]
	for _, test := range []struct {
		name string
		edit func(d documents)
		way  string
	}{
		{"all else", func(d documents) { d.drop("DenyAllElse") }, "A role that trusts its holder"},
		{"sessions", func(d documents) { d.admit("sts:AssumeRole") }, "A role that trusts its holder"},
		{"items", func(d documents) { d.drop("DenyItems") }, "Items of a table"},
		{"reading of tables", func(d documents) { d.admit("dynamodb:Scan") }, "Items of a table"},
		{"other items of the locks", func(d documents) { d.loosen("StateLock", "dynamodb:LeadingKeys") }, "Items of a table"},
		{"use of keys", func(d documents) { d.drop("DenyKeyUse") }, "Use of a key"},
		{"a policy of its own path", func(d documents) {
			d.allow("arn:aws:iam::444455556666:policy/ddbgen/shop/shop-*", "iam:CreatePolicyVersion")
		}, "A new version of a policy"},
		{"the state of the administrator", func(d documents) { d.widen("StateReading", "arn:aws:s3:::acme-tfstate/*") }, "The state of another root"},
		{"a table deleted", func(d documents) {
			d.allow("arn:aws:dynamodb:eu-central-1:444455556666:table/orders", "dynamodb:DeleteTable")
		}, "A table deleted"},
		{"the policy of a table", func(d documents) {
			d.allow("arn:aws:dynamodb:eu-central-1:444455556666:table/orders", "dynamodb:PutResourcePolicy")
		}, "The policy of another table"},
	} {
		changed := slices.Clone(files)
		test.edit(documents{t, changed, "role.planner"})
		requireWay(t, test.name, risen(changed, production), test.way)
	}
}

// TestGuardsOfBoundary takes the guards from the boundary. A session that the policy of a table, of a key or of a role names is
// held by no more than what the boundary denies.
func TestGuardsOfBoundary(t *testing.T) {
	m, files := wiringBuild(t, "rising", []byte(rising))
	production := intents(m)[0]
	for _, test := range []struct {
		name string
		edit func(d documents)
		ways []string
	}{
		{"all else", func(d documents) { d.drop("DenyAllElse") }, []string{"A change of a table, by its policy", "A change of a key, by its policy", "A session of one's own making"}},
		{"deletion of tables", func(d documents) { d.admit("dynamodb:DeleteTable") }, []string{"A change of a table, by its policy"}},
		{"the policies of keys", func(d documents) { d.admit("kms:PutKeyPolicy") }, []string{"A change of a key, by its policy"}},
		{"backups", func(d documents) { d.admit("dynamodb:DeleteBackup") }, []string{"A change of a table, by its policy"}},
		{"all of KMS", func(d documents) { d.admit("kms:*") }, []string{"A change of a key, by its policy"}},
		{"another's identity", func(d documents) { d.admit("sts:SetSourceIdentity") }, []string{"A session of one's own making"}},
		{"the tokens of who deploys", func(d documents) { d.drop("DenyIntegrationSessions") }, []string{"A role made here, for whoever deploys"}},
		{"the tokens of who deploys, for some tables", func(d documents) {
			d.statement("DenyIntegrationSessions", func(s *policy.Statement) { s.Resource = []string{"arn:aws:dynamodb:*:*:table/orders"} })
		}, []string{"A role made here, for whoever deploys"}},
		{"the tokens of who deploys, for what only the policy of a table could give", func(d documents) {
			d.statement("DenyIntegrationSessions", func(s *policy.Statement) {
				s.Resource, s.NotResource = nil, []string{"arn:aws:dynamodb:*:*:table/Legacy/index/*"}
			})
		}, []string{"A role made here, for whoever deploys"}},
		{"the tokens of another provider", func(d documents) {
			d.statement("DenyIntegrationSessions", func(s *policy.Statement) {
				s.Condition[0].Values = []string{"arn:aws:iam::444455556666:oidc-provider/gitlab.com"}
			})
		}, []string{"A role made here, for whoever deploys"}},
	} {
		changed := slices.Clone(files)
		test.edit(documents{t, changed, "boundary"})
		found := risen(changed, production)
		for _, way := range test.ways {
			requireWay(t, test.name, found, way)
		}
	}
}

// TestTokensThatRolesNeed: where a role that is made here takes the tokens of the same provider, the boundary must let them through,
// and whoever deploys can let itself in by design.
func TestTokensThatRolesNeed(t *testing.T) {
	shared := strings.Replace(rising, "worker: {kind: runtime, assumed_by: {service: ec2}", "worker: {kind: runtime, assumed_by: {github: {repository: acme/app, branch: main}}", 1)
	m, files := wiringBuild(t, "shared", []byte(shared))
	for _, way := range risen(files, intents(m)...) {
		t.Error(way)
	}
	documents{t, files, "boundary"}.each(func(d *policy.Document) {
		if slices.ContainsFunc(d.Statement, func(s policy.Statement) bool { return s.Sid == "DenyIntegrationSessions" }) {
			t.Error("the boundary denies the sessions of a role that it bounds")
		}
	})
}

// TestAllowancesAreWaived holds that what the spec allows is let pass for its reason, and only then.
func TestAllowancesAreWaived(t *testing.T) {
	const every = "allow: [change_existing_roles, delete_keys, delete_tables, delete_trail]"
	m, files := wiringBuild(t, "rising", []byte(strings.Replace(rising, "allow: [change_existing_roles]", every, 1)))
	for _, way := range risen(files, intents(m)...) {
		t.Error(way)
	}
	m.Waivers = nil
	found := risen(files, intents(m)...)
	for _, way := range []string{"A policy attached to a role", "A key deleted", "A table deleted", "The trail deleted", "The trail turned elsewhere"} {
		requireWay(t, "without a reason", found, way)
	}
}
