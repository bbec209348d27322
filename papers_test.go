package ddbgen_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/judge"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// papers are the documents of an environment that decide about the roles which deploy and plan.
type papers struct {
	actors    map[string]judge.Actor       // by name of the role
	identity  map[string][]policy.Document // by name of the role
	resources map[string]policy.Document   // by ARN of the resource
	made      []string                     // ARNs of the keys that are made, as a trace calls them
}

// papersOf are the papers of a build.
func papersOf(t *testing.T, m *model.Model, env *model.Environment, tree generate.Tree) papers {
	t.Helper()
	p := papers{actors: map[string]judge.Actor{}, identity: map[string][]policy.Document{}, resources: map[string]policy.Document{}}
	for _, role := range m.DeployRoles {
		p.actors[env.RoleName(role, "")] = judge.Actor{ARN: env.RoleARN(role, ""), Tags: tagMap(env.AllTags(m, role.Tags)), Region: env.Region}
	}
	for _, a := range tree.Policies {
		if a.Environment != env {
			continue
		}
		document, err := policy.Parse(a.Bytes)
		if err != nil {
			t.Fatalf("%s: %v", a.Path(), err)
		}
		switch a.Kind {
		case artifact.Identity:
			if name := env.RoleName(a.Role, ""); slices.Contains(m.DeployRoles, a.Role) {
				p.identity[name] = append(p.identity[name], document)
			}
		case artifact.Table:
			p.resources[env.TableARN(a.Table)] = document
		case artifact.Key:
			// A key that is being made is judged by the policy that it is made with.
			p.made = append(p.made, keyARN(env, a.Key.Name), keyARN(env, "new"))
			p.resources[keyARN(env, a.Key.Name)], p.resources[keyARN(env, "new")] = document, document
		}
	}
	p.resources[keyARN(env, judge.ManagedKey)] = judge.ManagedKeyPolicy(env.Partition, env.Account, env.Region)
	for _, key := range existingKeys(m, env) {
		p.resources[key] = judge.DefaultKeyPolicy(env.Partition, env.Account)
	}
	return p
}

// keyARN is the ARN of a key as a trace has it: by its logical name, because the id is made up by AWS, or by the emulator.
func keyARN(env *model.Environment, name string) string {
	return "arn:" + env.Partition + ":kms:" + env.Region + ":" + env.Account + ":key/" + name
}

// existingKeys are the ARNs of the keys that the spec refers to and does not make.
func existingKeys(m *model.Model, env *model.Environment) []string {
	var out []string
	for _, key := range m.Keys {
		out = append(out, model.In(env, key.Existing))
	}
	if m.State != nil {
		out = append(out, model.In(env, m.State.Key))
	}
	return slices.DeleteFunc(out, func(arn string) bool { return arn == "" })
}

func tagMap(tags []model.Tag) map[string]string {
	out := map[string]string{}
	for _, tag := range tags {
		out[tag.Key] = tag.Value
	}
	return out
}

// decide is what AWS decides about a need under the papers.
func (p papers) decide(t *testing.T, need judge.Need) evaluate.Decision {
	t.Helper()
	policies := evaluate.Policies{Identity: p.identity[need.Role]}
	if need.Policied {
		document, known := p.resources[need.Resource]
		if !known {
			t.Fatalf("%s has a policy that nobody generates", need.Resource)
		}
		policies.Resource = &document
	}
	return evaluate.Decide(need.Request(p.actors[need.Role]), policies)
}

// deployable is an example, with roles that deploy and plan added where it has none.
func deployable(t *testing.T, name string) (*model.Model, generate.Tree) {
	t.Helper()
	path := filepath.Join("examples", name, "spec.yaml")
	src := string(read(t, path))
	if m, _ := load(t, path, []byte(src)); len(m.DeployRoles) == 0 {
		src += `
  deployer:
    kind: deploy
    assumed_by: {github: {repository: acme/infra, environment: production}}
    state: {bucket: acme-tfstate}
    allow: [delete_tables]
    because: the test removes what it made
  planner: {kind: plan, assumed_by: {github: {repository: acme/infra, pull_request: true}}}
guardrails: {permissions_boundary: generate}
`
	}
	return compiled(t, path, src)
}
