package ddbgen_test

import (
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/model"
)

// paymentsSpec is the example that is taken through its life.
const paymentsSpec = "examples/payments/spec.yaml"

// version is the spec of payments at some point of its life.
type version struct {
	phase string      // in which it is applied
	also  []string    // in which it is what is there
	edits [][2]string // of the version before
	// loses: the spec loses something, so the bootstrap root comes after the environment's own, while whoever deploys may
	// still remove it.
	loses bool
}

// paymentsHistory are the changes that a system goes through: what a deploy role must be able to do without help. Five of
// them change the columns of support, so that the last of those is the sixth version of a policy, of which IAM keeps five.
func paymentsHistory() []version {
	return []version{
		{phase: "create", also: []string{"plan"}},
		{phase: "grow", also: []string{"plan role applies"}, edits: [][2]string{
			{"    sort_key: day\n", "    sort_key: day\n    time_to_live: expires_at\n    stream: keys_only\n    global_indexes: {by_day: {partition_key: day, projection: keys_only}}\n"},
			{"[PK, SK, status]", "[PK, SK, status, a1]"},
		}},
		{phase: "tag", edits: [][2]string{
			{`tags: {Environment: production, CostCenter: "1234"}`, `tags: {Environment: production, CostCenter: "5678", Owner: risk}`},
			{"a1]", "a1, a2]"},
		}},
		{phase: "untag", edits: [][2]string{{", Owner: risk}", "}"}, {"a2]", "a2, a3]"}}},
		{phase: "change roles", edits: [][2]string{
			{"description: Loads exchange rates\n    assumed_by: {service: ecs_tasks}", "description: Loads exchange rates\n    assumed_by: {service: lambda}"},
			{"description: Support desk\n", "description: Support desk, first line\n    max_session_seconds: 7200\n"},
			{"a3]", "a3, a4]"},
		}},
		{phase: "change key and trail", edits: [][2]string{
			{"description: Ledger data at rest\n    rotation_days: 365", "description: Ledger data\n    rotation_days: 180"},
			{"role/AuditReader", "role/ComplianceReader"},
			{"log: writes", "log: all"},
			{"a4]", "a4, a5]"},
		}},
		{phase: "change endpoints", edits: [][2]string{
			{"roles: [api_tenant, support, treasury]", "roles: [api_tenant, support]"},
			{"[rtb-0a1b2c3d4e5f60718]", "[rtb-0a1b2c3d4e5f60718, rtb-0a1b2c3d4e5f60719]"},
		}},
		{
			phase: "change endpoints back", also: []string{"settle", "plan repair", "repair", "destroy without leave"},
			edits: [][2]string{{", rtb-0a1b2c3d4e5f60719]", "]"}}, loses: true,
		},
		{phase: "move trail", edits: [][2]string{{"bucket: acme-audit\n", "bucket: acme-audit-2\n"}}},
		{phase: "shorten recovery", edits: [][2]string{{"{days: 35}", "{days: 20}"}}},
		{phase: "allow", also: []string{"destroy protected", "destroy"}, edits: [][2]string{
			{"{days: 20}", "{days: 35}"},
			{"    kind: deploy\n", "    kind: deploy\n    allow: [delete_tables, delete_keys, delete_trail]\n    because: the system is taken down\n"},
		}},
	}
}

// built is a version of payments, compiled.
type built struct {
	version
	src  string
	m    *model.Model
	env  *model.Environment // production
	tree generate.Tree
}

// paymentsVersions compiles the history.
func paymentsVersions(t *testing.T) []built {
	t.Helper()
	src := string(read(t, paymentsSpec))
	var out []built
	for _, v := range paymentsHistory() {
		for _, edit := range v.edits {
			if strings.Count(src, edit[0]) != 1 {
				t.Fatalf("%s: %q occurs %d times in the spec", v.phase, edit[0], strings.Count(src, edit[0]))
			}
			src = strings.Replace(src, edit[0], edit[1], 1)
		}
		m, tree := compiled(t, v.phase, src)
		out = append(out, built{v, src, m, m.Environments[0], tree})
	}
	return out
}

// compiled is the model of a spec, and its tree.
func compiled(t *testing.T, name, src string) (*model.Model, generate.Tree) {
	t.Helper()
	m, _ := load(t, name, []byte(src))
	tree, ds := generate.All(m)
	if ds.HasErrors() {
		t.Fatalf("%s: %v", name, ds)
	}
	return m, tree
}

// paymentsPapers are the papers of each phase of the history.
func paymentsPapers(t *testing.T, versions []built) map[string]papers {
	t.Helper()
	out := map[string]papers{}
	var before papers
	for _, b := range versions {
		now := papersOf(t, b.m, b.env, b.tree)
		for _, phase := range b.also {
			out[phase] = now
		}
		out[b.phase] = now
		if b.loses {
			mixed := now
			mixed.actors, mixed.identity = before.actors, before.identity
			out[b.phase] = mixed
		}
		before = now
	}
	return out
}
