package workflow

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
)

// What the jobs run on. The actions are those of GitHub, HashiCorp and AWS themselves.
const (
	runner         = "ubuntu-24.04"
	checkout       = "actions/checkout@v6"
	setupGo        = "actions/setup-go@v6"
	setupTerraform = "hashicorp/setup-terraform@v4"
	awsCredentials = "aws-actions/configure-aws-credentials@v6"
	// terraformVersion is the one that generated files are tested with; a state that is locked without a table needs 1.11.
	terraformVersion = "1.11.4"
	ddbgen           = "github.com/ddbgen/ddbgen/cmd/ddbgen"
)

func (w writer) workflow() *yaml.Node {
	jobs := []pair{{key: "check", value: w.checkJob()}}
	for _, e := range w.m.Environments {
		if w.plan != nil {
			jobs = append(jobs, pair{key: "plan-" + e.Name, value: w.planJob(e)})
		}
	}
	for _, e := range w.m.Environments {
		if w.deploy != nil {
			jobs = append(jobs, pair{key: "apply-" + e.Name, value: w.applyJob(e)})
		}
	}
	n := sections(
		pair{key: "name", value: text("ddbgen " + w.m.Name)},
		pair{key: "on", value: w.triggers()},
		pair{key: "permissions", value: mapping(), comment: []string{"Each job has what it needs, and no more."}},
		pair{key: "env", value: w.versions()},
		pair{key: "defaults", value: mapping(pair{key: "run", value: mapping(pair{key: "shell", value: plain("bash")})})},
		pair{key: "jobs", value: sections(jobs...)},
	)
	n.HeadComment = comment([]string{
		"Written by ddbgen init, and yours from now on: ddbgen never writes over it.",
		"",
		"Actions are pinned to a major version, so that their fixes arrive by themselves. Whoever can move such a tag can",
		"run code here. To pin one to a commit instead, write what git ls-remote https://github.com/OWNER/ACTION v6 prints",
		"behind the @, with the version in a comment; Dependabot keeps both up to date.",
	})
	return n
}

// triggers are the events that start the workflow.
func (w writer) triggers() *yaml.Node {
	on := []pair{{key: "pull_request", value: mapping()}}
	var filters []*yaml.Node
	for _, b := range w.branches(w.m) {
		filters = append(filters, literal(filter(b)))
	}
	if len(filters) > 0 {
		on = append(on, pair{key: "push", value: mapping(pair{key: "branches", value: sequence(filters...)})})
	}
	return mapping(on...)
}

func (w writer) versions() *yaml.Node {
	version, why := w.o.Version, []string{"The version that wrote this file: another may generate other files, which the check would report."}
	if version == "" {
		version, why = "latest", []string{
			"A development build wrote this file, and what it is a build of cannot be installed. Write here the version that you",
			"build with: another may generate other files, which the check would report.",
		}
	}
	return mapping(
		pair{key: "DDBGEN_VERSION", value: text(version), comment: why},
		pair{key: "TERRAFORM_VERSION", value: literal(terraformVersion)},
		pair{key: "TF_IN_AUTOMATION", value: literal("true")},
	)
}

// checkJob has no credentials. What it compiles the spec to is compared with what is committed; what is committed, whoever
// wrote it, is proven.
func (w writer) checkJob() *yaml.Node {
	files := []pair{{key: "SPEC", value: text("./" + w.o.Spec)}, {key: "GENERATED", value: text(w.root(""))}}
	return mapping(
		pair{key: "runs-on", value: plain(runner)},
		pair{key: "permissions", value: mapping(pair{key: "contents", value: plain("read")})},
		pair{key: "steps", value: sequence(slices.Concat(
			[]*yaml.Node{checkoutStep()},
			installSteps(),
			[]*yaml.Node{
				step("Check that what is committed is what the spec says", script(`ddbgen build --check --format github --out "$GENERATED" "$SPEC"`), files...),
				step("Prove what is committed", script(`ddbgen verify --format github --spec "$SPEC" "$GENERATED"`), files...),
			},
		)...)},
	)
}

// installSteps install ddbgen. They stand before credentials are there, for a build runs code of whoever wrote its parts.
func installSteps() []*yaml.Node {
	return []*yaml.Node{
		uses(setupGo, pair{key: "go-version", value: plain("stable")}, pair{key: "cache", value: plain("false")}),
		step("Install ddbgen", script(`go install "`+ddbgen+`@$DDBGEN_VERSION"`)),
	}
}

// planJob is of pull requests from the repository itself. Runs of forks get no token for AWS (GitHub documentation, "Events
// that trigger workflows", "pull_request").
func (w writer) planJob(e *model.Environment) *yaml.Node {
	when := pair{key: "if", value: literal(expression(
		"github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository"))}
	return w.job(e, w.plan, []pair{when}, nil)
}

// applyJob is of pushes. The token of a job in an environment names that in its subject, and else the branch, so the job is
// in one exactly if the trust policy says so.
func (w writer) applyJob(e *model.Environment) *yaml.Node {
	run := runOf(e, w.deploy)
	when := pair{key: "if", value: literal(expression("github.event_name == 'push' && github.ref == " + quote("refs/heads/"+run.branch())))}
	place := pair{key: "environment", value: text(run.name), comment: []string{
		"Only jobs of this environment become the role. Its protection rules say who may deploy, and from which branch.",
	}}
	alone := pair{key: "concurrency", comment: []string{"One apply at a time, and none is cut off by the next."}, value: mapping(
		pair{key: "group", value: text("ddbgen-" + w.m.Name + "-" + e.Name)},
		pair{key: "cancel-in-progress", value: plain("false")},
	)}
	apply := step("Apply what was planned", script(`terraform apply -input=false -lock-timeout=10m "$RUNNER_TEMP/plan.out"`))
	if run.kind == environment {
		return w.job(e, w.deploy, []pair{when, place, alone}, apply)
	}
	when.comment = []string{"Only jobs of this branch become the role, and only without an environment: their token would name that instead."}
	return w.job(e, w.deploy, []pair{when, alone}, apply)
}

// job plans an environment as a role, proves the plan and, if there is a step to follow, goes on with it.
func (w writer) job(e *model.Environment, r *model.Role, settings []pair, next *yaml.Node) *yaml.Node {
	steps := slices.Concat([]*yaml.Node{checkoutStep()}, installSteps(), []*yaml.Node{
		uses(setupTerraform, pair{key: "terraform_version", value: plain(expression("env.TERRAFORM_VERSION"))}, pair{key: "terraform_wrapper", value: plain("false")}),
		uses(awsCredentials,
			pair{key: "role-to-assume", value: text(e.RoleARN(r, ""))},
			pair{key: "allowed-account-ids", value: text(e.Account)},
			pair{key: "audience", value: text(model.In(e, r.Trust.Audience))},
			pair{key: "aws-region", value: text(e.Region)},
		),
		step("Initialize", script(
			`# A lock of the providers that is committed is kept to.`,
			`if [ -e .terraform.lock.hcl ]; then lockfile=(-lockfile=readonly); fi`,
			`terraform init -input=false "${lockfile[@]}"`,
		)),
		step("Plan", script(`terraform plan -input=false -lock-timeout=10m -out="$RUNNER_TEMP/plan.out"`)),
		step("Show the plan", script(
			`terraform show -no-color "$RUNNER_TEMP/plan.out" > "$RUNNER_TEMP/plan.txt"`,
			`# Indented text is code in Markdown, whatever is in it. A summary holds 1 MiB.`,
			`sed 's/^/    /' "$RUNNER_TEMP/plan.txt" > "$RUNNER_TEMP/plan.md"`,
			`{ printf '### %s\n\n' "$ENVIRONMENT"; head -c 1000000 "$RUNNER_TEMP/plan.md"; } >> "$GITHUB_STEP_SUMMARY"`,
		), pair{key: "ENVIRONMENT", value: text(e.Name)}),
		step("Prove the plan", script(
			`terraform show -json "$RUNNER_TEMP/plan.out" > "$RUNNER_TEMP/plan.json"`,
			`ddbgen verify --format github --plan "$RUNNER_TEMP/plan.json" --spec "$GITHUB_WORKSPACE/$SPEC" --env "$ENVIRONMENT"`,
		), pair{key: "SPEC", value: text(w.o.Spec)}, pair{key: "ENVIRONMENT", value: text(e.Name)}),
	})
	if next != nil {
		steps = append(steps, next)
	}
	pairs := append([]pair{{key: "needs", value: plain("check")}}, settings...)
	return mapping(append(pairs,
		pair{key: "runs-on", value: plain(runner)},
		pair{key: "timeout-minutes", value: plain("60"), comment: []string{"The credentials last an hour."}},
		pair{key: "permissions", value: mapping(pair{key: "contents", value: plain("read")}, pair{key: "id-token", value: plain("write")})},
		pair{key: "defaults", value: mapping(pair{key: "run", value: mapping(
			pair{key: "working-directory", value: text(w.root(artifact.EnvironmentDir(e)))},
		)})},
		pair{key: "steps", value: sequence(steps...)},
	)...)
}

// checkoutStep leaves no token behind for the steps that follow.
func checkoutStep() *yaml.Node {
	return uses(checkout, pair{key: "persist-credentials", value: plain("false")})
}

func uses(action string, with ...pair) *yaml.Node {
	return mapping(pair{key: "uses", value: plain(action)}, pair{key: "with", value: mapping(with...)})
}

func step(name string, run *yaml.Node, env ...pair) *yaml.Node {
	pairs := []pair{{key: "name", value: plain(name)}}
	if len(env) > 0 {
		pairs = append(pairs, pair{key: "env", value: mapping(env...)})
	}
	return mapping(append(pairs, pair{key: "run", value: run})...)
}

// special are the characters that a filter pattern takes for something else than themselves (GitHub documentation,
// "Workflow syntax", "Filter pattern cheat sheet").
const special = `\*?+[]!`

// filter is the pattern that matches one branch.
func filter(branch string) string {
	var out []rune
	for _, c := range branch {
		if slices.Contains([]rune(special), c) {
			out = append(out, '\\')
		}
		out = append(out, c)
	}
	return string(out)
}
