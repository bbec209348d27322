package iam

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// TestLaws makes models at random, impossible ones among them, and holds every statement that comes out to the laws. An
// impossible model is reported, and what was written for it still obeys.
func TestLaws(t *testing.T) {
	statements, reported := 0, 0
	for seed := range uint64(400) {
		m := deployedAtRandom(rand.New(rand.NewPCG(seed, 2)), randomModel(rand.New(rand.NewPCG(seed, 1))))
		policies, ds := Policies(m, m.Environments[0])
		reported += len(ds)
		sids := map[string]bool{}
		for _, p := range policies {
			for _, s := range parsed(t, p.Bytes) {
				statements++
				name := fmt.Sprintf("%s %s", p.Role.Name, p.Tenant)
				if sids[name+s.Sid] {
					t.Errorf("seed %d: %s has two statements %s", seed, name, s.Sid)
				}
				sids[name+s.Sid] = true
				for _, broken := range append(broken(s), open(m, p.Role, s)...) {
					t.Errorf("seed %d: %s of %s: %s", seed, s.Sid, name, broken)
				}
			}
		}
		trust, _ := Trusts(m, m.Environments[0])
		for _, p := range trust {
			if n := len(parsed(t, p.Bytes)); n != 1 {
				t.Errorf("seed %d: the trust of %s has %d statements", seed, p.Role.Name, n)
			}
		}
		if t.Failed() {
			break
		}
	}
	if statements < 5000 || reported < 100 {
		t.Errorf("only %d statements and %d findings were made", statements, reported)
	}
}

// broken are the laws that a statement breaks.
func broken(s policy.Statement) []string {
	var out []string
	if !regexp.MustCompile(`^[A-Za-z0-9]+$`).MatchString(s.Sid) {
		out = append(out, "its name is no Sid")
	}
	if s.Principal != nil || (len(s.Action) > 0) == (len(s.NotAction) > 0) || (len(s.Resource) > 0) == (len(s.NotResource) > 0) {
		out = append(out, "it is no plain statement of an identity policy")
	}
	if s.Effect == policy.Allow {
		out = append(out, tooWide(s)...)
	}
	for _, c := range s.Condition {
		if strings.HasPrefix(c.Operator, "ForAllValues:") && !holds(s, "Null", c.Key, "false") && harmlessWithout[c.Key] == "" {
			out = append(out, c.Key+" is not demanded to be there")
		}
		if len(c.Values) == 0 {
			out = append(out, c.Key+" has no values")
		}
	}
	for _, name := range slices.Concat(s.Action, s.NotAction) {
		action, known := catalog.Load().Action(name)
		if s.Effect == policy.Deny && name == "iam:*" {
			continue // a refusal may name a whole service: it must not miss what appears tomorrow
		}
		if !known {
			out = append(out, "no action "+name)
			continue
		}
		for _, c := range s.Condition {
			if !global(c.Key) && !action.HasConditionKey(c.Key) {
				out = append(out, name+" does not carry "+c.Key)
			}
		}
		out = append(out, wrongResources(s, action)...)
	}
	return out
}

// harmlessWithout are the keys that a request under ForAllValues may lack, and why it is harmless then.
var harmlessWithout = map[string]string{
	"cloudwatch:AlarmActions": "an alarm that does nothing",
}

// tooWide are the ways in which a grant reaches more than it names.
func tooWide(s policy.Statement) []string {
	var out []string
	if len(s.NotResource) > 0 || len(s.NotAction) > 0 {
		out = append(out, "it grants what it does not name")
	}
	for _, name := range s.Action {
		if action, known := catalog.Load().Action(name); known && slices.Contains(s.Resource, "*") && !action.NoResource() {
			out = append(out, name+" is granted on everything")
		}
	}
	for _, arn := range s.Resource {
		if strings.Contains(strings.TrimPrefix(arn, "*"), "*") && !slices.ContainsFunc(patterns(), func(p pattern) bool { return p.arn.MatchString(arn) }) {
			out = append(out, arn+" is a pattern that nothing justifies")
		}
	}
	return out
}

// pattern is a form of ARN that stands for more than one thing, and why the things cannot be named.
type pattern struct {
	arn *regexp.Regexp
	why string
}

// patterns are all patterns that policies may hold.
var patterns = sync.OnceValue(func() []pattern {
	form := func(arn, why string) pattern { return pattern{regexp.MustCompile("^arn:[a-z-]+:" + arn + "$"), why} }
	return []pattern{
		form(`dynamodb:[^*]*:table/\*`, "access by tags: conditions hold it to the tables that carry them"),
		form(`dynamodb:[^*]*:table/[^*]*/(stream|backup|export)/\*`, "AWS gives streams, backups and exports their names"),
		form(`dynamodb:[^*]*:table/restored-\*`, "whoever restores names the new table, after a pattern of the spec"),
		form(`backup:[^*]*:recovery-point:\*`, "AWS gives recovery points their ids"),
		form(`s3:::[^*]*/\*`, "DynamoDB names the files of an export"),
		form(`iam::[0-9]*:(role|policy)/ddbgen/shop/[^*]*-\*`, "a new role or tenant must need no administrator"),
		form(`iam::[0-9]*:policy/[^*]*\+\*`, "how many policies a role's access fills changes with it"),
		form(`iam::[0-9]*:instance-profile/ddbgen/shop/[^*]*-\*`, "a new tenant must need no administrator"),
		form(`kms:[^*]*:key/\*`, "AWS gives keys their ids: a condition holds it to the tag of the request, or to one alias"),
		form(`ec2:[^*]*:vpc-endpoint/\*`, "AWS gives endpoints their ids: a condition holds it to the tag"),
		form(`application-autoscaling:[^*]*:scalable-target/\*`, "AWS gives targets their ids: a condition holds it to those of DynamoDB"),
		form(`cloudwatch:[^*]*:alarm:TargetTracking-table/[^*]+\*`, "Application Auto Scaling names its alarms after the table"),
		form(`cloudwatch:[^*]*:alarm:\*`, "a list of alarms, which is authorised on all of them"),
	}
})

// open are the tables of which a role may reach some rows only, and of which a statement reaches others.
func open(m *model.Model, r *model.Role, s policy.Statement) []string {
	e := m.Environments[0]
	var out []string
	for _, t := range m.Tables {
		all := slices.ContainsFunc(r.Grants, func(g *model.Grant) bool { return g.Table == t && g.Rows.Kind == model.AllRows })
		reached := slices.ContainsFunc(s.Resource, func(arn string) bool {
			return arn == e.TableARN(t) || strings.HasPrefix(arn, e.TableARN(t)+"/index/")
		})
		if r.Kind != model.Runtime || s.Effect == policy.Deny || all || !reached || slices.Equal(s.Action, []string{"dynamodb:DescribeTable"}) {
			continue
		}
		if !holds(s, "Null", "dynamodb:LeadingKeys", "false") {
			out = append(out, "it reaches every row of "+t.Name)
		}
	}
	return out
}

func holds(s policy.Statement, operator, key, value string) bool {
	return slices.ContainsFunc(s.Condition, func(c policy.Condition) bool {
		return c.Operator == operator && c.Key == key && slices.Equal(c.Values, []string{value})
	})
}

// global reports whether a condition key is in every request, and so in no list of the catalog.
func global(key string) bool {
	return strings.HasPrefix(key, "aws:PrincipalTag/") || key == "aws:SecureTransport"
}

// wrongResources are the resources of a DynamoDB action that are of a type it does not take.
func wrongResources(s policy.Statement, action catalog.Action) []string {
	if !strings.HasPrefix(action.Name, "dynamodb:") || s.Effect == policy.Deny {
		return nil
	}
	var out []string
	for _, arn := range s.Resource {
		kind := "table"
		for _, part := range []string{"index", "stream", "backup", "export"} {
			if strings.Contains(arn, "/"+part+"/") {
				kind = part
			}
		}
		if arn != "*" && !action.TakesResource(kind) {
			out = append(out, fmt.Sprintf("%s does not work on %s", action.Name, arn))
		}
	}
	return out
}

// deployedAtRandom adds to a model what roles deploy, some of it, and roles that deploy and plan it.
func deployedAtRandom(r *rand.Rand, m *model.Model) *model.Model {
	maybe := func() bool { return r.IntN(2) == 0 }
	e := m.Environments[0]
	for _, t := range m.Tables {
		t.Existing = r.IntN(4) == 0
		if maybe() {
			t.PointInTimeDays, t.TimeToLive = 1+r.IntN(35), "expires_at"
		}
		if t.Encryption.Kind == model.AWSOwned && maybe() {
			t.Encryption.Kind = model.AWSManaged
		}
		if maybe() {
			t.Capacity = &model.Capacity{Read: 1, Write: 1, ReadRoof: r.IntN(2) * 10, WriteRoof: 10}
		}
		for _, i := range t.GlobalIndexes {
			i.Capacity = t.Capacity
		}
	}
	for _, role := range m.Roles {
		if role.Trust.Kind == model.ServiceTrust && maybe() {
			role.Trust.Service = "ec2"
		}
		if maybe() {
			role.Tags = []model.Tag{{Key: "team", Value: tenantOfSample}}
		}
		if maybe() {
			role.Attach = []model.Attachment{{ARN: "arn:{partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}}
		}
		switch r.IntN(4) {
		case 0:
			role.PhysicalName = "Own" + role.Name
		case 1:
			role.Existing, role.Path, role.Trust = true, "/service/", model.Trust{}
		}
	}
	if maybe() {
		m.Keys = append(m.Keys, &model.Key{Name: "made"})
	}
	for i, gateway := range []bool{true, false}[:r.IntN(3)] {
		p := &model.Endpoint{Name: fmt.Sprint("e", i), Gateway: gateway, Service: model.DynamoDB}
		m.Endpoints = append(m.Endpoints, p)
		e.Placements = append(e.Placements, model.Placement{
			Endpoint: p, VPC: "vpc-1", RouteTables: []string{"rtb-1"}, Subnets: []string{"subnet-1"}, SecurityGroups: []string{"sg-1"},
		})
	}
	if maybe() {
		m.Trail = &model.Trail{Bucket: "audit", Writes: true}
	}
	if maybe() {
		stored(m)
		m.State.LockTable = []string{"", "terraform-locks"}[r.IntN(2)]
	}
	deploying(m)
	for _, a := range []model.Allowance{model.ChangeExistingRoles, model.ChangeRecovery, model.DeleteKeys, model.DeleteTables, model.DeleteTrail} {
		if maybe() {
			m.DeployRoles[0].Allows = append(m.DeployRoles[0].Allows, a)
		}
	}
	return m
}

// randomModel is a model of any shape the types allow, with tenants or without.
func randomModel(r *rand.Rand) *model.Model {
	var all []*model.Table
	tenants := r.IntN(3) > 0
	for i := range 1 + r.IntN(4) {
		all = append(all, randomTable(r, fmt.Sprintf("table_%d", i), tenants))
	}
	var roles []*model.Role
	for i := range 1 + r.IntN(5) {
		roles = append(roles, randomRole(r, fmt.Sprintf("role_%d", i), all, tenants))
	}
	m := system(all, roles...)
	for i, role := range roles[1:] {
		if r.IntN(3) == 0 {
			roles[i].Assumes = append(roles[i].Assumes, role)
			role.Trust = model.Trust{Kind: model.RoleTrust, Roles: []model.Principal{{Role: roles[i]}}}
		}
	}
	if r.IntN(3) == 0 {
		underKey(m, all[:1+r.IntN(len(all))]...)
	}
	m.Guardrails.DenyInsecureTransport = r.IntN(4) > 0
	switch kind := model.IdentityKind(r.IntN(8)); {
	case !tenants:
	case kind == model.Silo:
		siloed(m, []string{"acme", "globex", "initech"})
	default:
		identified(m, kind, "tenant_id")
	}
	return m
}

func randomTable(r *rand.Rand, name string, tenants bool) *model.Table {
	keys := []string{"{tenant}", "T#{tenant}", "T#{tenant}#*", "*{tenant}#$*"}
	some := func() []string {
		if !tenants || r.IntN(3) == 0 {
			return nil
		}
		return keys[r.IntN(len(keys)):]
	}
	t := table(name, some()...)
	for i := range r.IntN(4) {
		index(t, fmt.Sprintf("by_%d", i), some()...)
	}
	t.Tags = []model.Tag{{Key: "Team", Value: "web"}}
	return t
}

func randomRole(r *rand.Rand, name string, all []*model.Table, tenants bool) *model.Role {
	kinds := []model.Kind{model.Runtime, model.Runtime, model.Runtime, model.StreamConsumer, model.Backup, model.Restore, model.Export}
	role := role(name, kinds[r.IntN(len(kinds))])
	role.Trust.Service = []string{"lambda", "backup"}[r.IntN(2)]
	switch role.Kind {
	case model.Restore:
		role.Restore = &model.RestoreRights{Into: "restored-*", FromBackup: r.IntN(2) == 0, PointInTime: r.IntN(2) == 0}
	case model.Export:
		role.Export = &model.ExportTarget{Bucket: "bucket", Prefix: []string{"", "p/"}[r.IntN(2)]}
	case model.Runtime:
		for range r.IntN(4) {
			role.Grants = append(role.Grants, randomGrant(r, role, all[r.IntN(len(all))], tenants))
		}
		if r.IntN(3) == 0 {
			role.TagGrants = []*model.TagGrant{{Actions: randomActions(r), Tags: []model.TagMatch{{Key: "Team", Same: r.IntN(2) == 0, Value: "web"}}}}
		}
		return role
	}
	role.Tables = all[:1+r.IntN(len(all))]
	return role
}

func randomGrant(r *rand.Rand, role *model.Role, t *model.Table, tenants bool) *model.Grant {
	g := &model.Grant{Role: role, Table: t, Actions: randomActions(r), NoTransactions: r.IntN(4) == 0}
	g.Indexes = t.GlobalIndexes[:r.IntN(len(t.GlobalIndexes)+1)]
	switch r.IntN(3) {
	case 0:
		g.Rows = model.Rows{Kind: model.NamedRows, Keys: []string{"CONFIG", "a$*"}}
	case 1:
		if tenants && t.TenantKeyed() {
			g.Rows.Kind = model.OwnRows
		}
	}
	if r.IntN(3) == 0 {
		g.Attributes = []string{"PK", "SK", "price$"}
	}
	return g
}

// randomActions are actions a runtime role may hold, whether they go together or not.
func randomActions(r *rand.Rand) []model.Action {
	var out []model.Action
	for _, o := range catalog.Operations() {
		if !o.ForRuntime() || !o.IsAction() || r.IntN(3) > 0 {
			continue
		}
		pinned := o.Has(catalog.CarriesEnclosing) && r.IntN(3) == 0
		out = append(out, model.Action{Name: o.Name, OnlyInTransaction: pinned})
	}
	if out == nil {
		return []model.Action{{Name: "GetItem"}}
	}
	return out
}
