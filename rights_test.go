package ddbgen_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/judge"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// The tests here decide again, under the policies that are generated now, what Terraform was seen to ask. The end-to-end tests
// see to it that the traces are what Terraform asks.

// observed is a trace, with the papers of each of its phases.
type observed struct {
	trace  judge.Trace
	phases map[string]papers
}

// tracePath is where a trace is kept.
func tracePath(name string) string { return "testdata/traces/" + name + ".trace" }

func readTrace(t *testing.T, name string) judge.Trace {
	t.Helper()
	trace, err := judge.ReadTrace(read(t, tracePath(name)))
	if err != nil {
		t.Fatal(err)
	}
	return trace
}

// observedLife is payments on its way through its history.
func observedLife(t *testing.T) observed {
	t.Helper()
	return observed{readTrace(t, "payments"), paymentsPapers(t, paymentsVersions(t))}
}

// tracedExamples are the examples of which a trace is kept beside payments, for what payments has not: capacity that is
// scaled; tables, roles and keys made elsewhere, a lock table, and a state under a key.
func tracedExamples() []string { return []string{"brownfield", "game-scores"} }

// observedExample is production of an example, made, planned and destroyed.
func observedExample(t *testing.T, name string) observed {
	t.Helper()
	m, tree := deployable(t, name)
	p := papersOf(t, m, m.Environments[0], tree)
	return observed{readTrace(t, name), map[string]papers{"apply": p, "plan": p, "destroy": p}}
}

// TestTraces: what Terraform asks is allowed, in every phase, and what is to be denied is denied.
func TestTraces(t *testing.T) {
	check := func(name string, o observed) {
		decided := 0
		for _, need := range o.trace {
			for _, phase := range need.Phases {
				papers, known := o.phases[phase]
				if !known {
					t.Fatalf("%s: unknown phase %q", name, phase)
				}
				decided++
				if decision := papers.decide(t, need); (decision.Outcome == evaluate.Allow) == need.Denied {
					t.Errorf("%s, %s: %s\n%+v", name, phase, need, decision)
				}
			}
		}
		t.Logf("%s: %d needs, decided %d times", name, len(o.trace), decided)
	}
	check("payments", observedLife(t))
	for _, name := range tracedExamples() {
		check(name, observedExample(t, name))
	}
}

// TestTraps holds the trace to what is known to surprise whoever writes such policies by hand.
func TestTraps(t *testing.T) {
	trace := readTrace(t, "payments")
	find := func(phase, action string) []judge.Need {
		var out []judge.Need
		for _, need := range trace {
			if need.Action == action && (phase == "" || slices.Contains(need.Phases, phase)) {
				out = append(out, need)
			}
		}
		if len(out) == 0 {
			t.Errorf("%s: %s was never asked", phase, action)
		}
		return out
	}
	// A change of tags sends the changed ones alone: a condition on a tag that stays would deny it.
	for _, action := range []string{"dynamodb:TagResource", "kms:TagResource", "iam:TagRole", "iam:TagPolicy", "ec2:CreateTags", "cloudtrail:AddTags"} {
		for _, need := range find("tag", action) {
			if diff := cmp.Diff([]string{"CostCenter", "Owner"}, need.Keys["aws:TagKeys"]); diff != "" {
				t.Errorf("%s: tag keys (-want +got):\n%s", need, diff)
			}
		}
	}
	// The provider asks for DynamoDB's own key whenever it reads a table under a customer's.
	for _, phase := range []string{"create", "plan", "settle", "destroy"} {
		if !slices.ContainsFunc(find(phase, "kms:DescribeKey"), func(n judge.Need) bool {
			return slices.Equal(n.Keys["kms:RequestAlias"], []string{"alias/aws/dynamodb"})
		}) {
			t.Errorf("%s: nobody asked for alias/aws/dynamodb", phase)
		}
	}
	// Of a policy IAM keeps five versions, so the sixth makes Terraform delete the oldest.
	for _, need := range find("", "iam:DeletePolicyVersion") {
		if slices.Contains(need.Phases, "tag") {
			t.Errorf("a version was deleted too early: %s", need)
		}
	}
	find("change key and trail", "iam:DeletePolicyVersion")
}

// mutation is one change of one statement that lets it allow less.
type mutation struct {
	name      string // of the role or resource, the statement, and what is changed
	holder    string // name of the role, or ARN of the resource
	sid       string
	statement func(policy.Statement) policy.Statement // does not change what it is given
}

// mutations are the mutations of every Allow statement that is about the roles which deploy and plan.
func (p papers) mutations() []mutation {
	var out []mutation
	for _, role := range slices.Sorted(maps.Keys(p.identity)) {
		for _, document := range p.identity[role] {
			out = append(out, mutationsOf(role, role, document.Statement)...)
		}
	}
	for _, key := range p.made {
		out = append(out, mutationsOf("key", key, slices.DeleteFunc(slices.Clone(p.resources[key].Statement), func(s policy.Statement) bool {
			return !p.speaksOfActors(s)
		}))...)
	}
	return out
}

// speaksOfActors reports whether a statement names one of the actors.
func (p papers) speaksOfActors(s policy.Statement) bool {
	for _, actor := range p.actors {
		if s.Principal != nil && slices.Contains(s.Principal.AWS, actor.ARN) {
			return true
		}
	}
	return false
}

func mutationsOf(called, holder string, statements []policy.Statement) []mutation {
	var out []mutation
	for _, s := range statements {
		if s.Effect != policy.Allow {
			continue
		}
		add := func(change string, mutate func(policy.Statement) policy.Statement) {
			out = append(out, mutation{called + " " + s.Sid + ": " + change, holder, s.Sid, mutate})
		}
		for _, action := range s.Action {
			add("without "+action, func(s policy.Statement) policy.Statement {
				s.Action = without(s.Action, action)
				return s
			})
		}
		for _, resource := range s.Resource {
			for _, other := range misses(resource) {
				add(other.what+" instead of "+resource, func(s policy.Statement) policy.Statement {
					s.Resource = exchanged(s.Resource, resource, other.arn)
					return s
				})
			}
		}
		if s.Principal != nil {
			for _, arn := range s.Principal.AWS {
				add("without "+arn, func(s policy.Statement) policy.Statement {
					s.Principal = &policy.Principal{AWS: without(s.Principal.AWS, arn)}
					return s
				})
			}
		}
		for _, c := range s.Condition {
			for _, value := range c.Values {
				add(c.Operator+" "+c.Key+" other than "+value, func(s policy.Statement) policy.Statement {
					s.Condition = slices.Clone(s.Condition)
					for i := range s.Condition {
						if s.Condition[i].Operator == c.Operator && s.Condition[i].Key == c.Key {
							s.Condition[i].Values = exchanged(s.Condition[i].Values, value, missed(c, value))
						}
					}
					return s
				})
			}
		}
	}
	return out
}

// miss is an ARN that misses what another is of, and by what.
type miss struct{ what, arn string }

// misses are the ways to write an ARN wrong: each of its parts in turn.
func misses(arn string) []miss {
	fields := strings.SplitN(arn, ":", 6)
	if len(fields) < 6 {
		return nil // "*": there is nothing narrower than an action that takes no resource
	}
	with := func(i int, text string) string {
		other := slices.Clone(fields)
		other[i] = text
		return strings.Join(other, ":")
	}
	var out []miss
	if fields[3] != "" {
		out = append(out, miss{"in ap-northeast-2", with(3, "ap-northeast-2")})
	}
	if fields[4] != "" {
		out = append(out, miss{"in account 999999999999", with(4, "999999999999")})
	}
	parts := strings.Split(fields[5], "/")
	for i, part := range parts {
		if i == 0 && len(parts) > 1 && fields[2] != "s3" {
			continue // "table", "role": the kind of the resource
		}
		other := slices.Clone(parts)
		other[i] = "x" + part
		if part != "*" {
			other[i] = part + "x"
			if strings.HasSuffix(part, "*") {
				other[i] = strings.TrimSuffix(part, "*") + "x*"
			}
		}
		out = append(out, miss{other[i], with(5, strings.Join(other, "/"))})
	}
	return out
}

// missed is a value with which a condition does not hold where it held.
func missed(c policy.Condition, value string) string {
	switch {
	case value == "true":
		return "false"
	case value == "false":
		return "true"
	case strings.Contains(c.Operator, "Not"):
		return "CostCenter" // a tag that is changed
	}
	return value + "x"
}

func without(list []string, text string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == text })
}

func exchanged(list []string, text, by string) []string {
	out := slices.Clone(list)
	for i := range out {
		if out[i] == text {
			out[i] = by
		}
	}
	return out
}

// documents are documents of the mutation's holder, with it.
func (m mutation) documents(documents []policy.Document) []policy.Document {
	out := slices.Clone(documents)
	for i := range out {
		out[i].Statement = slices.Clone(out[i].Statement)
		for j, s := range out[i].Statement {
			if s.Sid == m.sid {
				out[i].Statement[j] = m.statement(s)
			}
		}
	}
	return out
}

// papers are papers with the mutation.
func (m mutation) papers(p papers) papers {
	if !slices.Contains(p.made, m.holder) {
		p.identity = maps.Clone(p.identity)
		p.identity[m.holder] = m.documents(p.identity[m.holder])
		return p
	}
	p.resources = maps.Clone(p.resources)
	for _, key := range p.made {
		p.resources[key] = m.documents([]policy.Document{p.resources[key]})[0]
	}
	return p
}

// denies reports whether a mutation denies anything of what was asked and allowed.
func (o observed) denies(t *testing.T, m mutation) bool {
	t.Helper()
	mutated := map[string]papers{}
	for phase, p := range o.phases {
		mutated[phase] = m.papers(p)
	}
	for _, need := range o.trace {
		for _, phase := range need.Phases {
			if !need.Denied && mutated[phase].decide(t, need).Outcome != evaluate.Allow {
				return true
			}
		}
	}
	return false
}

// mutations are the mutations of the papers of all phases, each once, but of statements with these names.
func (o observed) mutations(but map[string]bool) []mutation {
	var out []mutation
	seen := map[string]bool{}
	for _, phase := range slices.Sorted(maps.Keys(o.phases)) {
		for _, m := range o.phases[phase].mutations() {
			if !seen[m.name] && !but[m.sid] {
				seen[m.name] = true
				out = append(out, m)
			}
		}
	}
	return out
}

// TestEachRightIsNeeded takes from the roles that deploy and plan each action, each resource, each principal and each value
// of a condition in turn, and writes each part of each ARN wrong. Something that Terraform asked for must be denied then.
// What nobody missed is listed, with the reason why it is granted all the same; the list is exact. That nothing can be added
// to the policies is what the proof is for.
func TestEachRightIsNeeded(t *testing.T) {
	life := observedLife(t)
	statements := map[string]bool{}
	check := func(name string, o observed, mutations []mutation) {
		var unmissed, listed []string
		for _, m := range mutations {
			if !o.denies(t, m) {
				unmissed = append(unmissed, m.name)
			}
		}
		for _, spared := range sparedRights()[name] {
			listed = append(listed, spared.name)
		}
		slices.Sort(unmissed)
		slices.Sort(listed)
		if diff := cmp.Diff(listed, unmissed); diff != "" {
			t.Errorf("%s: rights that nobody missed (-listed +found):\n%s", name, diff)
		}
		t.Logf("%s: %d mutations, of which %d deny what Terraform asked, and %d are listed", name, len(mutations), len(mutations)-len(unmissed), len(listed))
	}
	all := life.mutations(nil)
	for _, m := range all {
		statements[m.sid] = true
	}
	check("payments", life, all)
	for _, name := range tracedExamples() {
		o := observedExample(t, name)
		check(name, o, o.mutations(statements))
	}
}

// spared is a mutation that denies nothing of a trace, and why the right is granted all the same.
type spared struct{ name, because string }

func sparedRights() map[string][]spared {
	const (
		keyAnew = "a key that is made anew, because somebody deleted the old one by hand, takes over its alias (Terraform provider, aws_kms_alias, target_key_id)"
		later   = "a later build changes the policy; the life of payments shows it (Policies)"
		second  = "statements that outgrow one policy go into a second one, of this name"
	)
	const another = "arn:aws:iam::444455556666:policy/service/shop-backend+*"
	return map[string][]spared{
		"payments": {
			{"key KeyDeployment: without kms:UpdateAlias", keyAnew},
			{"payments-deployer KeyAliases: without kms:UpdateAlias", keyAnew},
		},
		"brownfield": {
			{"brownfield-deployer ExistingRolePolicies: without iam:CreatePolicyVersion", later},
			{"brownfield-deployer ExistingRolePolicies: without iam:DeletePolicyVersion", later},
			{"brownfield-deployer ExistingRolePolicies: without iam:UntagPolicy", later},
			{"brownfield-deployer ExistingRoleAttachments: ArnLike iam:PolicyARN other than " + another, second},
			{"brownfield-deployer ExistingRolePolicies: in account 999999999999 instead of " + another, second},
			{"brownfield-deployer ExistingRolePolicies: servicex instead of " + another, second},
			{"brownfield-deployer ExistingRolePolicies: shop-backend+x* instead of " + another, second},
		},
		"game-scores": {
			{"game-scores-deployer ScalableTargetTags: without application-autoscaling:UntagResource", "a tag that leaves the spec; the life of payments shows it for tables"},
		},
	}
}
