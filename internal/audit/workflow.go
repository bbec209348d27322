package audit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// This file looks into the workflow files of CI: which credentials lie there, and whose code runs with those that a job is given. No
// request shows what lies in a file; where a role is named that is here too, what it may do does.

var (
	longLivedKey = Rule{
		ID: "workflow-long-lived-key", Severity: High, Title: "Long-lived AWS key in a workflow",
		Why: "An access key works until somebody deletes it, from everywhere, for whoever has read it: every action that the job runs, every log that it slips into, every fork of a repository whose secrets " +
			"were copied. A pipeline can have credentials for an hour instead, which work for its own runs only.",
		Remedy: "Let the job assume a role by OpenID Connect: `permissions: {id-token: write}` and `role-to-assume` of `aws-actions/configure-aws-credentials`. Then delete the key.",
		Source: "IAM user guide, \"Security best practices in IAM\", temporary credentials; GitHub, \"Configuring OpenID Connect in Amazon Web Services\"",
	}
	targetCheckout = Rule{
		ID: "workflow-runs-foreign-code", Severity: High, Title: "Code of a pull request with the credentials of the repository",
		Why: "`pull_request_target` and `workflow_run` run with the secrets and the token of the repository, also for pull requests from forks, because they are meant to run code that is already in it. This job checks out what was " +
			"proposed instead, and has AWS credentials: whoever opens a pull request runs what he likes with them.",
		Remedy: "Run the code of a pull request under `pull_request`, with a role that can only plan. Keep `pull_request_target` for jobs that do not check out the head.",
		Source: "GitHub, \"Events that trigger workflows\", pull_request_target; GitHub Security Lab, \"Preventing pwn requests\"",
	}
	pullWrites = Rule{
		ID: "workflow-pull-request-writes", Severity: High, Title: "Pull request that runs with a role which writes",
		Why:    "What a pull request proposes runs before anybody has looked at it. In this job it runs with a role that may change things, so that a branch is enough to change them.",
		Remedy: "Give the jobs of pull requests a role that can only plan, and let the role that changes things trust the main branch, or an environment that needs a review.",
		Source: "GitHub, \"Security hardening with OpenID Connect\"; IAM user guide, \"Create a role for OpenID Connect federation\"",
	}
	everyPermission = Rule{
		ID: "workflow-write-all", Severity: Medium, Title: "Workflow token that may do everything, with AWS credentials",
		Why: "`permissions: write-all` gives each step a token that can write to the repository, and lets each step ask for a token for AWS (`id-token: write`). An action that was taken over can push to " +
			"the branch that the role trusts.",
		Remedy: "Set `permissions: {}` for the workflow, and for the job that assumes the role `permissions: {contents: read, id-token: write}`.",
		Source: "GitHub, \"Workflow syntax for GitHub Actions\", permissions",
	}
)

func workflowChecks() []check {
	return []check{{rules: []Rule{longLivedKey, targetCheckout, pullWrites, everyPermission}, find: (*auditor).findWorkflows}}
}

func (a *auditor) findWorkflows() {
	for _, w := range a.inv.Workflows {
		a.longLivedKeys(w.Root)
		jobs := w.Root.Get("jobs")
		if jobs == nil {
			continue
		}
		for _, m := range jobs.Members {
			j := job{workflow: w, name: m.Name, node: m.Value}
			a.foreignCode(j)
			a.pullRequestWrites(j)
			a.everyPermission(j)
		}
	}
}

// inWorkflow reports what lies in a workflow.
func (a *auditor) inWorkflow(rule Rule, at *tree.Node, subject, detail string) {
	a.findings = append(a.findings, Finding{Rule: rule, At: at.Range, Subject: subject, Detail: detail})
}

// keyID is what the id of a long-lived access key looks like (IAM user guide, "IAM identifiers", unique ID prefixes).
var keyID = regexp.MustCompile(`\bAKIA[A-Z2-7]{16}\b`)

// exampleKey ends the keys that AWS's own pages show.
const exampleKey = "EXAMPLE"

// longLivedKeys looks for keys in a workflow: where a name says that a value is one, with a value that does, and in scripts.
func (a *auditor) longLivedKeys(n *tree.Node) {
	if n == nil {
		return
	}
	temporary := slices.ContainsFunc(n.Members, func(m tree.Member) bool { return credentialName(m.Name) == "aws_session_token" })
	reported := false
	for _, m := range n.Members {
		switch name := credentialName(m.Name); {
		case name != "aws_access_key_id" && name != "aws_secret_access_key" || temporary || reported:
		case longLived(m.Value.String()):
			a.inWorkflow(longLivedKey, m.Value, "the workflow", fmt.Sprintf("%s is given from outside of the run, without a session token: it is a key that does not expire.", m.Name))
			reported = true
			continue
		}
		if !reported || credentialName(m.Name) == "" {
			a.longLivedKeys(m.Value)
		}
	}
	for _, item := range n.Items {
		a.longLivedKeys(item)
	}
	if n.Kind != tree.String {
		return
	}
	for _, found := range keyID.FindAllString(n.Text, -1) {
		if !strings.HasSuffix(found, exampleKey) {
			a.inWorkflow(longLivedKey, n, "the workflow", "The id of a long-lived access key is written out here.")
			return
		}
	}
	if configuresSecret.MatchString(n.Text) {
		a.inWorkflow(longLivedKey, n, "the workflow", "The script writes a secret access key of the repository's secrets into the configuration of the AWS CLI.")
	}
}

// configuresSecret is a script that makes a key the credentials of the commands after it.
var configuresSecret = regexp.MustCompile(`(?i)(aws_secret_access_key\s+|AWS_SECRET_ACCESS_KEY=)["']?\$\{\{\s*secrets\.`)

// credentialName is the name of a part of AWS credentials as environment variables have it; empty for any other name.
func credentialName(name string) string {
	switch name = strings.ToLower(strings.ReplaceAll(name, "-", "_")); name {
	case "aws_access_key_id", "aws_secret_access_key", "aws_session_token":
		return name
	}
	return ""
}

// longLived reports whether a value is a key that lasts: one of the secrets, or written out. What a step before has made is not, and
// neither is what emulators take.
func longLived(value string) bool {
	return strings.Contains(value, "secrets.") || strings.Contains(value, "secrets[") || keyID.MatchString(value) && !strings.Contains(value, exampleKey)
}

// job is a job of a workflow of GitHub.
type job struct {
	workflow *inventory.Workflow
	name     string
	node     *tree.Node
}

func (j job) subject() string { return "the job " + j.name }

// events are what starts the workflow.
func (j job) events() []string {
	on := j.workflow.Root.Get("on")
	if on == nil {
		on = j.workflow.Root.Get("true")
	}
	if on == nil {
		return nil
	}
	if on.Kind == tree.Object {
		var out []string
		for _, m := range on.Members {
			out = append(out, m.Name)
		}
		return out
	}
	var out []string
	for _, n := range on.Each() {
		out = append(out, n.String())
	}
	return out
}

// runsOn reports whether a job, or a step of it, runs for an event, by what its condition says of it.
func (j job) runsOn(event string, step *tree.Node) bool {
	if !slices.Contains(j.events(), event) {
		return false
	}
	for _, condition := range []string{j.node.Get("if").String(), step.Get("if").String()} {
		if excludes(condition, event) {
			return false
		}
	}
	return true
}

// excludes reports whether a condition keeps an event out: it names another event, or a branch, which a pull request's ref is not. A
// condition with alternatives keeps out only what each of them does.
func excludes(condition, event string) bool {
	condition = strings.NewReplacer(" ", "", `"`, "'").Replace(condition)
	if condition == "" {
		return false
	}
	for _, alternative := range strings.Split(condition, "||") {
		other := false
		for _, m := range eventIs.FindAllStringSubmatch(alternative, -1) {
			same := m[2] == event
			other = other || m[1] == "==" && !same || m[1] == "!=" && same
		}
		if event == "pull_request" {
			other = other || strings.Contains(alternative, "github.ref=='refs/heads/") || strings.Contains(alternative, "github.ref=='refs/tags/") ||
				strings.Contains(alternative, "startsWith(github.ref,'refs/tags/") || strings.Contains(alternative, "github.ref_name==") ||
				strings.Contains(alternative, "github.event.pull_request.merged")
		}
		if !other {
			return false
		}
	}
	return true
}

var eventIs = regexp.MustCompile(`github\.event_name(==|!=)'([a-z_]+)'`)

// assumption is a step that assumes a role.
type assumption struct {
	step, role *tree.Node
}

// assumes are the steps by which a job gets AWS credentials of a role.
func (j job) assumes() []assumption {
	var out []assumption
	for _, step := range j.node.Get("steps").Each() {
		if role := step.At("with", "role-to-assume"); role != nil && strings.Contains(step.Get("uses").String(), "configure-aws-credentials") {
			out = append(out, assumption{step, role})
		}
	}
	return out
}

// hasCredentials reports whether a job has AWS credentials of whatever kind.
func (j job) hasCredentials() bool {
	if len(j.assumes()) > 0 || holdsCredentials(j.node) {
		return true
	}
	return holdsCredentials(j.workflow.Root.Get("env"))
}

func holdsCredentials(n *tree.Node) bool {
	if n == nil {
		return false
	}
	return slices.ContainsFunc(n.Members, func(m tree.Member) bool { return credentialName(m.Name) != "" || holdsCredentials(m.Value) }) ||
		slices.ContainsFunc(n.Items, holdsCredentials)
}

// foreignCode reports a job that checks out what was proposed, with the rights of the repository.
func (a *auditor) foreignCode(j job) {
	for _, event := range []string{"pull_request_target", "workflow_run"} {
		for _, step := range j.node.Get("steps").Each() {
			ref := step.At("with", "ref")
			if !strings.HasPrefix(step.Get("uses").String(), "actions/checkout") || !isHead(ref.String()) || !j.runsOn(event, step) || !j.hasCredentials() {
				continue
			}
			a.inWorkflow(targetCheckout, ref, j.subject(), fmt.Sprintf("The job %s runs on %s, checks out %s, and has AWS credentials.", j.name, event, strings.TrimSpace(ref.String())))
			return
		}
	}
}

// isHead reports whether a ref is what a pull request proposes.
func isHead(ref string) bool {
	for _, head := range []string{"github.event.pull_request.head", "github.head_ref", "github.event.workflow_run.head", "refs/pull/"} {
		if strings.Contains(ref, head) {
			return true
		}
	}
	return false
}

// pullRequestWrites reports a job of a pull request that assumes a role which changes things, if the role's trust lets it.
func (a *auditor) pullRequestWrites(j job) {
	for _, as := range j.assumes() {
		if !j.runsOn("pull_request", as.step) && !j.runsOn("pull_request_target", as.step) {
			continue
		}
		for _, s := range a.subjects {
			if s.Kind != inventory.Role || !isRoleNamed(s.Identity, as.role.String()) || !j.trusted(s.Identity) {
				continue
			}
			change := s.change()
			if change == nil || change.Confirm() != nil {
				continue
			}
			a.findings = append(a.findings, Finding{Rule: pullWrites, At: as.role.Range, Subject: j.subject(), Witness: change,
				Detail: fmt.Sprintf("The job %s runs for pull requests as %s, which may make this request.", j.name, s)})
			return
		}
	}
}

// isRoleNamed reports whether an identity is the role that a workflow names.
func isRoleNamed(i *inventory.Identity, arn string) bool {
	if i.ARN != "" && !strings.ContainsAny(i.ARN, "{") && !strings.Contains(i.ARN, unknownAccount) {
		return i.ARN == arn
	}
	return i.Name != "" && strings.Contains(arn, ":role/") && strings.HasSuffix(arn, "/"+i.Name)
}

// trusted reports whether the trust policy of a role can take a token of the job for a pull request: one whose subject is a pull
// request's, or that of the environment that the job names. Where there is no trust policy, nobody knows.
func (j job) trusted(i *inventory.Identity) bool {
	if i.Trust == nil {
		return true
	}
	environment := j.node.Get("environment")
	name := environment.String()
	if environment != nil && environment.Kind == tree.Object {
		name = environment.Get("name").String()
	}
	subject := automata.Glob("repo:*:pull_request")
	if name != "" {
		subject = automata.Concat(automata.Glob("repo:*:environment:"), automata.Literal(name))
	}
	const url = "token.actions.githubusercontent.com"
	for _, st := range i.Trust.Document.Statement {
		values := subjectsOf(st, url)
		if st.Effect != policy.Allow || st.Principal == nil || !slices.ContainsFunc(st.Principal.Federated, func(p string) bool { return strings.Contains(p, url) }) {
			continue
		}
		if len(values) == 0 {
			return true
		}
		for _, v := range values {
			if !automata.Glob(v).Disjoint(subject) {
				return true
			}
		}
	}
	return false
}

// everyPermission reports a job with AWS credentials of a role whose token may do everything.
func (a *auditor) everyPermission(j job) {
	if len(j.assumes()) == 0 {
		return
	}
	p := j.node.Get("permissions")
	if p == nil {
		p = j.workflow.Root.Get("permissions")
	}
	if p.String() != "write-all" {
		return
	}
	if slices.ContainsFunc(a.findings, func(f Finding) bool { return f.ID == everyPermission.ID && f.At == p.Range }) {
		return
	}
	a.inWorkflow(everyPermission, p, j.subject(), fmt.Sprintf("The job %s assumes a role, and each of its steps has this token.", j.name))
}
