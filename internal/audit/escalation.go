package audit

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file asks by which of the published ways an identity comes to more than its policies say. Each step of a way is a request
// about something that the identity was not made for: a role, a policy or a function with a name that nothing mentions; or about
// the identity itself. What is confined to names of its own, to a boundary or to a tag is no such request.

var (
	administrator = Rule{
		ID: "administrator", Severity: Medium, Title: "Identity that may do everything",
		Why: "Nothing limits this identity: it reaches every item of every table, and can undo every protection, this one included. What it runs, and whoever can become it, decides over the account. For CI " +
			"that is everybody who can change a pipeline.",
		Remedy: "Give deployments the actions that they need, on the names that they make, with a permissions boundary on the roles that they create. Keep administration for people, with MFA, for emergencies.",
		Source: "IAM user guide, \"Security best practices in IAM\", apply least-privilege permissions",
	}
	escalates = Rule{
		ID: "privilege-escalation", Severity: High, Title: "Way to more than the policies say",
		Why: "Some permissions are worth others. Who may write a policy of a role, pass a role to something that he runs, or change what already runs as one, has what that role has, whatever his own policies " +
			"say. Limits to tables, rows and columns do not hold against him.",
		Remedy: "Confine each step: name the resources by a path or a prefix of one's own; demand a permissions boundary by `iam:PermissionsBoundary`, the policies that may be attached by `iam:PolicyARN`, and the service that " +
			"a role is for by `iam:PassedToService`. Deny changes to the identity itself and to the boundary.",
		Source: "IAM user guide, \"Permissions boundaries for IAM entities\", delegating responsibility; Rhino Security Labs, \"AWS IAM Privilege Escalation Methods\"; Datadog, \"pathfinding.cloud\"",
	}
	passesAny = Rule{
		ID: "pass-any-role", Severity: Medium, Title: "Right to pass every role",
		Why:    "`iam:PassRole` gives a role to a service. On every role it is the half of many ways to more rights: the other half is any permission, now or later, to start something that runs as a role.",
		Remedy: "Name the roles to pass in `Resource`, and the service in `iam:PassedToService`.",
		Source: "IAM user guide, \"Grant a user permissions to pass a role to an AWS service\"",
	}
	assumesAny = Rule{
		ID: "assume-any-role", Severity: Medium, Title: "Right to assume every role",
		Why:    "With `sts:AssumeRole` on every role the identity becomes each role that trusts its account as a whole, and each that will be made so. Which roles those are is not decided where this is written.",
		Remedy: "Name the roles to assume in `Resource`.",
		Source: "IAM user guide, \"Grant a user permissions to switch roles\"",
	}
)

func escalationChecks() []check {
	return []check{{rules: []Rule{administrator, escalates, passesAny, assumesAny}, find: each((*subject).escalation)}}
}

// stepActions are the actions of all ways.
var stepActions = sync.OnceValue(func() []string {
	var out []string
	for _, m := range catalog.EscalationMethods() {
		for _, a := range m.Actions {
			if !slices.Contains(out, a) {
				out = append(out, a)
			}
		}
	}
	return out
})

// step is a request of a way, and the statement that allows it.
type step struct {
	witness *Witness
	by      statement
}

// escalation reports the ways of an identity. Whoever may do everything needs none: that is said of one that deploys, and of others
// it is taken that it is meant.
func (s *subject) escalation() {
	if st, w, all := s.everything(); all {
		if s.does == deploys {
			s.shows(Finding{Rule: administrator, Witness: w, At: st.document.Element(st.index, "Action"),
				Detail: "This request stands for all: the statement names no action and no resource that it is about."}, st)
		}
		return
	}
	if !slices.ContainsFunc(s.statements, func(st statement) bool {
		return st.Effect == policy.Allow && len(matchedActions(st.Statement, stepActions())) > 0
	}) {
		return
	}
	opened := s.openWays()
	for _, w := range opened {
		s.shows(Finding{Rule: escalates, Witness: w.decisive.witness, At: w.decisive.by.document.Element(w.decisive.by.index, "Action"),
			Detail: fmt.Sprintf("This request is open, with all that follows it. Ways that the statement opens: %s.", strings.Join(w.names, "; "))}, w.decisive.by)
	}
	reported := func(st statement, action string) bool {
		return slices.ContainsFunc(opened, func(w way) bool {
			return slices.ContainsFunc(w.steps, func(s step) bool {
				return s.by.document == st.document && s.by.index == st.index && s.witness.Request.Action == action
			})
		})
	}
	if pass, ok := s.step("iam:PassRole", ""); ok && !reported(pass.by, "iam:PassRole") {
		s.shows(Finding{Rule: passesAny, Witness: pass.witness, At: pass.by.document.Element(pass.by.index, "Resource"),
			Detail: "This request passes a role that nothing mentions, to whichever service."}, pass.by)
	}
	if assume, ok := s.step("sts:AssumeRole", ""); ok {
		s.shows(Finding{Rule: assumesAny, Witness: assume.witness, At: assume.by.document.Element(assume.by.index, "Resource"),
			Detail: "This request assumes a role that nothing mentions; it is let in by every role that trusts the account."}, assume.by)
	}
}

// everything is the statement by which the identity may do everything: requests of services that have nothing to do with each
// other, on names that nothing mentions.
func (s *subject) everything() (statement, *Witness, bool) {
	for _, st := range s.statements {
		if st.Effect != policy.Allow || len(st.NotResource) > 0 || !slices.Contains(st.Resource, "*") {
			continue
		}
		var shown *Witness
		all := true
		for _, action := range []string{"iam:CreateUser", "dynamodb:DeleteTable", "kms:ScheduleKeyDeletion", "s3:DeleteBucket", "ec2:TerminateInstances", "organizations:LeaveOrganization"} {
			if len(matchedActions(st.Statement, []string{action})) == 0 {
				all = false
				break
			}
			resource := anyResources(action, s.principal())[0]
			w := question{s.unconfined(), action, resource, s.account()}.answer(s.policiesOn(resource), st.Statement, evaluate.Allow)
			if all = all && w != nil; shown == nil {
				shown = w
			}
		}
		if all {
			return st, shown, true
		}
	}
	return statement{}, nil, false
}

// way is ways that the same statement opens.
type way struct {
	decisive step
	steps    []step
	names    []string
}

// openWays are the ways that are open, by the statement that opens the step that is about IAM, or the first.
func (s *subject) openWays() []way {
	var out []way
	for _, m := range catalog.EscalationMethods() {
		steps, open := s.walk(m)
		if !open {
			continue
		}
		decisive := steps[0]
		for _, st := range steps {
			if strings.HasPrefix(st.witness.Request.Action, "iam:") && st.witness.Request.Action != "iam:PassRole" {
				decisive = st
				break
			}
		}
		i := slices.IndexFunc(out, func(w way) bool {
			return w.decisive.by.document == decisive.by.document && w.decisive.by.index == decisive.by.index
		})
		if i < 0 {
			i = len(out)
			out = append(out, way{decisive: decisive})
		}
		out[i].names = append(out[i].names, m.Name)
		out[i].steps = append(out[i].steps, steps...)
	}
	return out
}

// walk takes the steps of a way. To assume a role that trusts whoever comes is said by a rule of its own, and the removal of a
// boundary raises the identity only if the boundary is its own.
func (s *subject) walk(m catalog.EscalationMethod) ([]step, bool) {
	if len(m.Actions) == 1 && m.Actions[0] == "sts:AssumeRole" {
		return nil, false
	}
	var out []step
	for _, action := range m.Actions {
		st, open := s.step(action, passedTo(m))
		if !open {
			return nil, false
		}
		out = append(out, st)
	}
	return out, true
}

// step is a request of a step that is allowed, to a service where a role is passed.
func (s *subject) step(action, service string) (step, bool) {
	for _, st := range s.statements {
		if st.Effect != policy.Allow || len(matchedActions(st.Statement, []string{action})) == 0 {
			continue
		}
		for _, resource := range s.victims(action) {
			q := question{s.taking(action, service), action, resource, s.account()}
			if w := q.answer(s.policiesOn(resource), st.Statement, evaluate.Allow); w != nil {
				return step{w, st}, true
			}
		}
	}
	return step{}, false
}

// victims are what a step can be about: what nothing mentions, and the identity itself with its policies.
func (s *subject) victims(action string) []string {
	var out []string
	_, name, _ := strings.Cut(action, ":")
	if !strings.Contains(name, "PermissionsBoundary") {
		out = anyResources(action, s.principal())
	}
	switch name {
	case "PassRole", "AssumeRole", "CreateRole", "AddRoleToInstanceProfile", "UpdateAssumeRolePolicy":
		return out
	}
	if !strings.HasPrefix(action, "iam:") {
		return out
	}
	switch {
	case s.ARN == "" || strings.ContainsAny(s.ARN, "*{"):
	case strings.Contains(name, "User") == (s.Kind == inventory.User) && strings.Contains(name, "Role") == (s.Kind == inventory.Role):
		if !strings.Contains(name, "Boundary") || s.bounded {
			out = append(out, s.ARN)
		}
	}
	if strings.HasSuffix(name, "PolicyVersion") {
		for _, d := range s.Policies {
			if _, account := place(d.ARN); account != "" {
				out = append(out, d.ARN)
			}
		}
	}
	return out
}

// unconfined is a session of the identity that chooses what it can, and of nothing that has a tag or a boundary.
func (s *subject) unconfined() asker {
	who := someSession(s)
	who.chooses = func(key string) bool {
		key = strings.ToLower(key)
		service, _, _ := strings.Cut(key, ":")
		return ofSession(key) && (service == "aws" || service == "sts")
	}
	return who
}

// taking is the identity at a step: with the policy and the boundary that give most, and the service that the role is passed to.
func (s *subject) taking(action, service string) asker {
	who := s.unconfined()
	_, name, _ := strings.Cut(action, ":")
	switch {
	case strings.HasPrefix(name, "Attach"):
		who = who.with(says("iam:PolicyARN", "arn:aws:iam::aws:policy/AdministratorAccess"))
	case strings.HasPrefix(name, "Put") && strings.HasSuffix(name, "Boundary"):
		who = who.with(says("iam:PermissionsBoundary", "arn:aws:iam::aws:policy/AdministratorAccess"))
	case name == "PassRole" && service != "":
		who = who.with(says("iam:PassedToService", service))
	case name == "PassRole":
		who = who.with(says("iam:PassedToService", anyName+".amazonaws.com"))
	}
	return who
}

// passedTo is the service that a way passes a role to.
func passedTo(m catalog.EscalationMethod) string {
	for _, action := range m.Actions {
		service, name, _ := strings.Cut(action, ":")
		switch service {
		case "iam":
			if name == "AddRoleToInstanceProfile" {
				return "ec2.amazonaws.com"
			}
		case "ecs":
			return "ecs-tasks.amazonaws.com"
		case "apprunner":
			return "tasks.apprunner.amazonaws.com"
		default:
			return service + ".amazonaws.com"
		}
	}
	return ""
}
