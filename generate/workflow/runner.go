package workflow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
)

// This file finds out as which roles the workflow runs, and when GitHub's tokens fit their trust policies.

// mainBranch deploys where the trust policy names an environment of GitHub, and so no branch.
const mainBranch = "main"

// runners are the roles that jobs become. At least one is there.
type runners struct {
	deploy *model.Role // nil: nothing is applied
	plan   *model.Role // nil: pull requests are only checked
}

// choose picks the roles among those that are wanted, or among all.
func choose(m *model.Model, wanted []*model.Role) (runners, hcl.Diagnostics) {
	var r runners
	var ds hcl.Diagnostics
	one := func(kind model.Kind, doing string) *model.Role {
		found := candidates(m, kind, wanted)
		if len(found) > 1 {
			ds = append(ds, diag.Error("workflow-role", "Several roles for a workflow",
				fmt.Sprintf("GitHub Actions may become the roles %s, and a workflow %s as one. Name it with --role.", quotedNames(found), doing), found[1].Origin))
		}
		if len(found) != 1 {
			return nil
		}
		return found[0]
	}
	r.deploy, r.plan = one(model.Deploy, "deploys"), one(model.Plan, "plans")
	if len(ds) == 0 && r.deploy == nil && r.plan == nil {
		ds = append(ds, diag.Error("workflow-role", "No role for a workflow",
			"A workflow of GitHub Actions becomes a role of kind deploy to apply, and one of kind plan for pull requests, and here it may become neither. "+
				"Add a role of kind deploy that is assumed_by github with an environment or a branch, or one of kind plan with pull_request: true.", hcl.Range{}))
	}
	return r, append(ds, r.check(m)...)
}

// candidates are the roles of a kind that GitHub Actions may become when it runs what they are for: a plan role on pull
// requests.
func candidates(m *model.Model, kind model.Kind, wanted []*model.Role) []*model.Role {
	return slices.DeleteFunc(m.RolesThat(kind), func(r *model.Role) bool {
		return r.Trust.Kind != model.GitHubTrust || len(wanted) > 0 && !slices.Contains(wanted, r) ||
			kind == model.Plan && slices.ContainsFunc(m.Environments, func(e *model.Environment) bool { return runOf(e, r).kind != pullRequest })
	})
}

func quotedNames(roles []*model.Role) string {
	var names []string
	for _, r := range roles {
		names = append(names, fmt.Sprintf("%q", r.Name))
	}
	return strings.Join(names, " and ")
}

// check reports what a role asks of its runs that those of the workflow cannot give.
func (r runners) check(m *model.Model) hcl.Diagnostics {
	var ds hcl.Diagnostics
	if r.plan != nil {
		ds = append(ds, checkWorkflow(m, r.plan)...)
	}
	if r.deploy != nil {
		ds = append(ds, checkTrigger(m, r.deploy)...)
		ds = append(ds, checkWorkflow(m, r.deploy)...)
	}
	if m.State == nil && r != (runners{}) {
		ds = append(ds, diag.Warning("workflow-state", "Workflow without a state",
			"Runs of GitHub Actions keep no files, so Terraform forgets what it made unless its state lies elsewhere. "+
				"Add \"state\" to the deploy role, or put a backend of your own beside the generated files of each environment.", hcl.Range{}))
	}
	return ds
}

func checkTrigger(m *model.Model, r *model.Role) hcl.Diagnostics {
	for _, e := range m.Environments {
		if runOf(e, r).kind == tag {
			return hcl.Diagnostics{diag.Error("workflow-trigger", "Role of runs on a tag",
				fmt.Sprintf("Only runs on a tag become the role %q, and this workflow deploys what is pushed to a branch. Name an environment or a branch in assumed_by.", r.Name), r.Trust.Origin)}
		}
	}
	return nil
}

// checkWorkflow holds the role to its claim job_workflow_ref: the file that a job is written in, and the ref it was read
// from (GitHub documentation, "OpenID Connect reference"). Jobs that are written here are in this workflow's own file; those
// of a reusable workflow would be in that one, called with inputs that only its author knows.
func checkWorkflow(m *model.Model, r *model.Role) hcl.Diagnostics {
	i := slices.IndexFunc(r.Trust.Claims, func(c model.Tag) bool { return c.Key == "job_workflow_ref" })
	if i < 0 {
		return nil
	}
	remedy := "Call that workflow from one of your own, or leave \"workflow\" out of assumed_by."
	if own := ownFiles(m, r); len(own) == 1 {
		if r.Trust.Claims[i].Value == own[0] {
			return nil
		}
		remedy = fmt.Sprintf("Call that workflow from one of your own, leave \"workflow\" out of assumed_by, or let it be %q, which is written here.", own[0])
	}
	return hcl.Diagnostics{diag.Error("workflow-reusable", "Role of another workflow",
		fmt.Sprintf("Only jobs of the workflow %q become the role %q, and what is written here has jobs of its own. %s", r.Trust.Claims[i].Value, r.Name, remedy), r.Trust.Origin)}
}

// ownFiles are this workflow as the tokens of its jobs that deploy name it, one for each branch. A pull request has a ref
// that nobody knows before.
func ownFiles(m *model.Model, r *model.Role) []string {
	if r.Kind != model.Deploy {
		return nil
	}
	var out []string
	for _, branch := range (runners{deploy: r}).branches(m) {
		out = append(out, runOf(m.Environments[0], r).repository+"/"+Path(m)+"@refs/heads/"+branch)
	}
	return out
}

// runKind is what a subject says of the runs that it is of.
type runKind int

const (
	environment runKind = iota
	branch
	tag
	pullRequest
)

// run is the runs whose tokens fit a trust policy.
type run struct {
	repository string
	kind       runKind
	name       string // of the environment, the branch or the tag
}

// runOf reads the subject of a role in an environment (GitHub documentation, "OpenID Connect reference"): the repository,
// maybe with ids behind its parts, and then which runs. A colon in a name is written %3A. The two forms of a subject say
// the same, so the first will do.
func runOf(e *model.Environment, r *model.Role) run {
	parts := strings.SplitN(model.AllIn(e, r.Trust.Subjects)[0], ":", 3)
	owner, repository, _ := strings.Cut(parts[1], "/")
	owner, _, _ = strings.Cut(owner, "@")
	repository, _, _ = strings.Cut(repository, "@")
	out := run{repository: owner + "/" + repository, kind: pullRequest}
	for _, k := range []struct {
		prefix string
		kind   runKind
	}{{"environment:", environment}, {"ref:refs/heads/", branch}, {"ref:refs/tags/", tag}} {
		if name, found := strings.CutPrefix(parts[2], k.prefix); found {
			out.kind, out.name = k.kind, strings.ReplaceAll(name, "%3A", ":")
		}
	}
	return out
}

// branches are the branches whose pushes are deployed.
func (r runners) branches(m *model.Model) []string {
	return r.each(m, run.branch)
}

// environments are the environments of GitHub that jobs run in.
func (r runners) environments(m *model.Model) []string {
	return r.each(m, func(x run) string {
		if x.kind == environment {
			return x.name
		}
		return ""
	})
}

// each is something of the runs that deploy, sorted, without those that have none.
func (r runners) each(m *model.Model, of func(run) string) []string {
	if r.deploy == nil {
		return nil
	}
	var out []string
	for _, e := range m.Environments {
		if s := of(runOf(e, r.deploy)); s != "" {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// branch is the branch whose pushes are deployed.
func (r run) branch() string {
	if r.kind == branch {
		return r.name
	}
	return mainBranch
}
