package ddbgen_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/e2e"
	"github.com/ddbgen/ddbgen/internal/judge"
)

// paymentsLife is production of payments on its way through the history.
type paymentsLife struct {
	*deployment
	t        *testing.T
	versions []built
	record   judge.Record // what counts for the trace
}

// TestPaymentsLife takes production of payments through its history (see paymentsHistory), with the rights of its generated
// policies. Nothing is denied but what is meant to be, and what was asked is compared with the trace in testdata.
func TestPaymentsLife(t *testing.T) {
	e2e.Require(t)
	t.Parallel()
	versions := paymentsVersions(t)
	first := versions[0]
	life := &paymentsLife{t: t, versions: versions, deployment: deploy(t, first.m, first.tree, first.env, e2e.Seed{
		// What later versions refer to.
		Networks: []e2e.Network{{VPC: "vpc-0a1b2c3d4e5f60718", RouteTables: []string{"rtb-0a1b2c3d4e5f60718", "rtb-0a1b2c3d4e5f60719"}}},
		Buckets:  []string{"acme-audit-2"},
	})}

	life.smooth("create", life.deployer, func() { life.stack.Converge(t) })
	life.smooth("plan", life.planner, life.empty)
	ids := life.ids(life.emulator.ReadBack(t))
	life.fails("payments-deployer RoleReading: without iam:GetRole", "plan", "-no-color")
	life.fails("payments-deployer Tables: in ap-northeast-2 instead of arn:aws:dynamodb:ap-northeast-1:444455556666:table/Rates", "plan", "-no-color")

	life.place("grow")
	readsOnly(t, life.refused("plan role applies", life.planner, "apply", "-auto-approve", "-no-color"))
	life.apply("grow")
	for _, phase := range []string{"tag", "untag", "change roles", "change key and trail", "change endpoints"} {
		life.place(phase)
		life.apply(phase)
	}

	life.placeStack("change endpoints back")
	life.fails("payments-deployer EndpointRoutes: rtb-0a1b2c3d4e5f60719x instead of arn:aws:ec2:ap-northeast-1:444455556666:route-table/rtb-0a1b2c3d4e5f60719",
		"apply", "-auto-approve", "-no-color")
	life.apply("change endpoints back")
	life.bootstrap.Apply(t)
	life.smooth("settle", life.deployer, life.empty)
	compare(t, life.emulator.ReadBack(t), life.m, life.env, life.tree.Policies)

	life.drift()
	life.smooth("plan repair", life.planner, func() {
		if life.stack.Plan(t).Empty {
			t.Error("what was changed by hand does not show in a plan")
		}
	})
	life.fails("payments-deployer RolesInBoundary: StringEquals iam:PermissionsBoundary other than arn:aws:iam::444455556666:policy/ddbgen-bootstrap/payments/payments-boundary",
		"apply", "-auto-approve", "-no-color")
	life.apply("repair")
	compare(t, life.emulator.ReadBack(t), life.m, life.env, life.tree.Policies)

	const rates = "-target=module.tables.aws_dynamodb_table.rates"
	onlyDenied(t, life.refused("destroy without leave", life.deployer, "destroy", "-auto-approve", "-no-color", rates), "cloudtrail:DeleteTrail")
	for _, withheld := range [][2]string{{"move trail", "cloudtrail:UpdateTrail"}, {"shorten recovery", "dynamodb:UpdateContinuousBackups"}} {
		life.place(withheld[0])
		onlyDenied(t, life.refused(withheld[0], life.deployer, "apply", "-auto-approve", "-no-color"), withheld[1])
	}

	life.place("allow")
	life.apply("allow")
	life.smooth("destroy protected", life.deployer, func() {
		// Leave is not enough: AWS deletes no protected table, so it takes two applies.
		if output, err := life.stack.Run(t, "destroy", "-auto-approve", "-no-color", rates); err == nil || !strings.Contains(output, "api error ValidationException") {
			t.Errorf("a protected table was destroyed: %v\n%s", err, output)
		}
	})
	life.smooth("destroy", life.deployer, func() {
		life.stack.AllowDestroy(t)
		life.stack.Destroy(t)
	})
	compareTrace(t, "payments", life.record.Trace(ids))
}

// smooth is for what must not be denied anything.
func (l *paymentsLife) smooth(phase, role string, do func()) {
	l.t.Helper()
	record := l.judged(role, phase, nil, do)
	l.record = append(l.record, record...)
	if denials := record.Denials(); len(denials) > 0 {
		l.t.Errorf("%s as %s: denied\n%s", phase, role, strings.Join(denials, "\n"))
	}
}

func (l *paymentsLife) apply(phase string) {
	l.t.Helper()
	l.smooth(phase, l.deployer, func() { l.stack.Apply(l.t) })
}

func (l *paymentsLife) empty() {
	l.t.Helper()
	if plan := l.stack.Plan(l.t); !plan.Empty {
		l.t.Errorf("the plan is not empty:\n%s", plan.Output)
	}
}

// refused is for a command that must fail because something is denied.
func (l *paymentsLife) refused(phase, role string, command ...string) judge.Record {
	l.t.Helper()
	record := l.judged(role, phase, nil, func() { l.failing(command...) })
	l.record = append(l.record, record...)
	if len(record.Denials()) == 0 {
		l.t.Errorf("%s as %s: nothing was denied", phase, role)
	}
	return record
}

// failing runs a command that must fail, and returns what it printed.
func (l *paymentsLife) failing(command ...string) string {
	l.t.Helper()
	output, err := l.stack.Run(l.t, command...)
	if err == nil {
		l.t.Errorf("terraform %s succeeded", strings.Join(command, " "))
	}
	return output
}

// fails shows that a mutation of a policy, of those which TestEachRightIsNeeded decides about with the trace, makes a command
// of Terraform fail, with the words of AWS.
func (l *paymentsLife) fails(name string, command ...string) {
	l.t.Helper()
	mutations := observed{phases: paymentsPapers(l.t, l.versions)}.mutations(nil)
	i := slices.IndexFunc(mutations, func(m mutation) bool { return m.name == name })
	if i < 0 {
		l.t.Fatalf("there is no mutation %q", name)
	}
	var output string
	record := l.judged(l.deployer, "mutation", mutations[i].documents, func() { output = l.failing(command...) })
	denied := 0
	for _, entry := range record {
		for _, check := range entry.Denied() {
			denied++
			if !strings.Contains(output, "is not authorized to perform: "+check.Request.Action) {
				l.t.Errorf("%s: Terraform does not print that %s is denied:\n%s", name, check.Request.Action, output)
			}
		}
	}
	if denied == 0 {
		l.t.Errorf("%s: nothing was denied:\n%s", name, output)
	}
}

// place brings a version into the tree, and has an administrator apply its bootstrap, if that changed.
func (l *paymentsLife) place(phase string) {
	l.t.Helper()
	if l.placeStack(phase) {
		l.judge.Phase(phase)
		l.bootstrap.Apply(l.t)
	}
}

// placeStack brings a version into the tree, and tells whether its bootstrap is another one.
func (l *paymentsLife) placeStack(phase string) bool {
	l.t.Helper()
	i := slices.IndexFunc(l.versions, func(b built) bool { return b.phase == phase })
	return l.write(l.t, l.versions[i].m, l.versions[i].env, l.versions[i].tree)
}

// drift is what somebody changes by hand: a boundary taken off, a policy of the role's own, and one too many attached.
func (l *paymentsLife) drift() {
	l.judge.AsAdministrator()
	account := l.judge.Emulator()
	account.Call(l.t, "iam", "delete_role_permissions_boundary", map[string]any{"RoleName": "payments-support"})
	account.Call(l.t, "iam", "put_role_policy", map[string]any{
		"RoleName": "payments-treasury", "PolicyName": "by-hand", "PolicyDocument": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}]}`,
	})
	account.Call(l.t, "iam", "attach_role_policy", map[string]any{"RoleName": "payments-treasury", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"})
}

// readsOnly demands that whoever plans changed nothing but the lock of the state.
func readsOnly(t *testing.T, record judge.Record) {
	t.Helper()
	for _, entry := range record {
		_, operation, _ := strings.Cut(entry.Operation, ":")
		reads := slices.ContainsFunc([]string{"Get", "List", "Describe", "Head"}, func(verb string) bool { return strings.HasPrefix(operation, verb) })
		for _, check := range entry.Checks {
			if !reads && len(entry.Denied()) == 0 && !strings.HasSuffix(check.Request.Resource, ".tflock") {
				t.Errorf("the plan role may %s", check)
			}
		}
	}
}

// onlyDenied demands that these actions were denied, and no others.
func onlyDenied(t *testing.T, record judge.Record, actions ...string) {
	t.Helper()
	var denied []string
	for _, entry := range record {
		for _, check := range entry.Denied() {
			denied = append(denied, check.Request.Action)
		}
	}
	slices.Sort(denied)
	if diff := cmp.Diff(actions, slices.Compact(denied)); diff != "" {
		t.Errorf("denied (-want +got):\n%s", diff)
	}
}
