package iam

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// TestBoundaryHoldsRoles asks an evaluator about requests that statements of roles were written for, and about requests near
// them: what a role is allowed it must still be allowed under its boundary. The boundary must also let through what it was
// merged of, and no more.
func TestBoundaryHoldsRoles(t *testing.T) {
	allowed, bounded := 0, 0
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 3))
		m := deployedAtRandom(r, randomModel(rand.New(rand.NewPCG(seed, 1))))
		m.Guardrails.Boundary.Also = []string{"sqs:ReceiveMessage"}
		e := m.Environments[0]
		boundary, unmerged := boundaryOf(t, m), document(bounds(m, e))
		for _, role := range m.Roles {
			if role.Existing {
				continue
			}
			tenant := m.RoleTenants(role)[0]
			own := document(Statements(m, e, role, tenant))
			caller := principal(t, e.RoleARN(role, tenant))
			for _, s := range append(own.Statement, unmerged.Statement...) {
				for range 3 {
					request := sampled(r, s)
					request.Principal = caller
					mine, before, after := decided(request, own), decided(request, unmerged), decided(request, everything(), boundary)
					if before != after {
						t.Fatalf("seed %d: merged to %v what was %v: %+v", seed, after, before, request)
					}
					if mine && !decided(request, own, boundary) {
						t.Fatalf("seed %d: %s of %s is held back: %+v", seed, s.Sid, role.Name, request)
					}
					if mine {
						allowed++
					}
					if after && !mine {
						bounded++
					}
				}
			}
		}
	}
	if allowed < 1000 || bounded < 1000 {
		t.Errorf("only %d requests were allowed to a role, and %d let through that were not", allowed, bounded)
	}
}

func principal(t *testing.T, arn string) evaluate.Principal {
	t.Helper()
	p, err := evaluate.ParsePrincipal(arn)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// boundaryOf is the boundary of a model as it is written.
func boundaryOf(t *testing.T, m *model.Model) policy.Document {
	t.Helper()
	policies, _ := Boundary(m, m.Environments[0]) // one that is too large is made all the same
	return document(parsed(t, policies[0].Bytes))
}

// everything is a policy that allows everything.
func everything() policy.Document {
	return document([]policy.Statement{{Effect: policy.Allow, Action: []string{"*"}, Resource: []string{"*"}}})
}

func decided(r evaluate.Request, identity policy.Document, boundaries ...policy.Document) bool {
	return evaluate.Decide(r, evaluate.Policies{Identity: []policy.Document{identity}, Boundaries: boundaries}).Outcome == evaluate.Allow
}

// sampled is a request that a statement speaks of; one in four lacks one of its condition keys or has another value for it.
func sampled(r *rand.Rand, s policy.Statement) evaluate.Request {
	request := evaluate.Request{Action: one(r, s.Action), Resource: filled(one(r, s.Resource)), ResourceAccount: "444455556666"}
	context := map[string][]string{}
	for _, key := range []string{
		"aws:PrincipalTag/tenant_id", "aws:PrincipalTag/Team", "cognito-identity.amazonaws.com:sub", "www.amazon.com:user_id", "graph.facebook.com:id", "accounts.google.com:sub", "tenant_id:sub",
	} {
		context[key] = []string{tenantOfSample}
	}
	for _, c := range s.Condition {
		if c.Operator == "Null" || context[c.Key] != nil {
			continue
		}
		value := filled(one(r, c.Values))
		if r.IntN(12) == 0 {
			value = []string{"", "other"}[r.IntN(2)]
		}
		context[c.Key] = []string{value}
	}
	if r.IntN(4) == 0 && len(s.Condition) > 0 {
		delete(context, s.Condition[r.IntN(len(s.Condition))].Key)
	}
	request.Context = evaluate.ContextOf(context)
	return request
}

const tenantOfSample = "acme0001"

// filled is a text that a value of a policy stands for.
func filled(value string) string {
	for _, variable := range []string{
		"${aws:PrincipalTag/tenant_id}", "${aws:PrincipalTag/Team}", "${cognito-identity.amazonaws.com:sub}", "${www.amazon.com:user_id}",
		"${graph.facebook.com:id}", "${accounts.google.com:sub}", "${tenant_id:sub}",
	} {
		value = strings.ReplaceAll(value, variable, tenantOfSample)
	}
	value = strings.NewReplacer("${*}", "\x00", "${$}", "$", "${?}", "\x01").Replace(value)
	value = strings.NewReplacer("?", "a", "*", "some-thing").Replace(value)
	return strings.NewReplacer("\x00", "*", "\x01", "?").Replace(value)
}

func one(r *rand.Rand, values []string) string { return values[r.IntN(len(values))] }

// TestMerge holds what is united and what is not.
func TestMerge(t *testing.T) {
	statement := func(sid, actions, resources string, conditions ...policy.Condition) policy.Statement {
		return policy.Statement{Sid: sid, Effect: policy.Allow, Action: strings.Fields(actions), Resource: strings.Fields(resources), Condition: conditions}
	}
	row := equals("k", "v")
	others := policy.Statement{Sid: "N", Effect: policy.Allow, NotAction: []string{"a:A"}, Resource: []string{"x"}}
	for _, c := range []struct {
		name     string
		in, want []policy.Statement
	}{
		{"actions on the same", []policy.Statement{statement("B", "a:A", "x"), statement("A", "a:B", "x")}, []policy.Statement{statement("AB", "a:A a:B", "x")}},
		{"resources of the same", []policy.Statement{statement("A", "a:A", "y"), statement("A", "a:A", "x")}, []policy.Statement{statement("A", "a:A", "x y")}},
		{"another condition", []policy.Statement{statement("A", "a:A", "x", row), statement("B", "a:A", "x")}, []policy.Statement{statement("A", "a:A", "x", row), statement("B", "a:A", "x")}},
		{"both differ", []policy.Statement{statement("A", "a:A", "x"), statement("B", "a:B", "y")}, []policy.Statement{statement("A", "a:A", "x"), statement("B", "a:B", "y")}},
		{"what is not named", []policy.Statement{others, statement("A", "a:A", "x")}, []policy.Statement{statement("A", "a:A", "x"), others}},
		{"twice", []policy.Statement{others, others}, []policy.Statement{others}},
	} {
		if want, got := canonical(c.want), canonical(merge(c.in)); got != want {
			t.Errorf("%s: %s, not %s", c.name, got, want)
		}
	}
	in := []policy.Statement{statement("A", "a:A", "x"), statement("A", "a:B", "x")}
	if merge(in); fmt.Sprint(in[0].Action) != "[a:A]" {
		t.Error("merging changed what was merged")
	}
}
