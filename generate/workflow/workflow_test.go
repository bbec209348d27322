package workflow

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
)

var update = flag.Bool("update", false, "rewrite testdata")

// system is a model with two environments, one role that deploys and one that plans.
func system() *model.Model {
	m := &model.Model{Name: "payments", State: &model.State{}}
	m.Environments = []*model.Environment{
		{Name: "production", Account: "444455556666", Region: "ap-northeast-1", Partition: "aws"},
		{Name: "staging", Account: "111122223333", Region: "eu-central-1", Partition: "aws", NamePrefix: "staging-"},
	}
	m.DeployRoles = []*model.Role{
		gitHubRole(m, "deployer", model.Deploy, "environment:production", "environment:staging"),
		gitHubRole(m, "planner", model.Plan, "pull_request"),
	}
	return m
}

// gitHubRole is a role whose subject ends so, in each environment.
func gitHubRole(m *model.Model, name string, kind model.Kind, runs ...string) *model.Role {
	r := &model.Role{Name: name, PhysicalName: "payments-" + name, Path: m.BootstrapPath(), Kind: kind, Trust: model.Trust{Kind: model.GitHubTrust}}
	for i, e := range m.Environments {
		r.Trust.Audience = append(r.Trust.Audience, model.EnvironmentValue{Environment: e, Value: "sts.amazonaws.com"})
		r.Trust.Subjects = append(r.Trust.Subjects, model.EnvironmentValues{Environment: e, Values: []string{"repo:acme/infra:" + runs[i%len(runs)]}})
	}
	return r
}

var options = Options{Spec: "spec.yaml", Generated: "generated", Version: "v1.2.3"}

func written(t *testing.T, m *model.Model, o Options) []byte {
	t.Helper()
	f, ds := GitHub(m, o)
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	return f.Bytes
}

func TestGolden(t *testing.T) {
	branches := func(m *model.Model) {
		m.DeployRoles[0] = gitHubRole(m, "deployer", model.Deploy, "ref:refs/heads/release/2.x", "ref:refs/heads/main")
	}
	for _, test := range []struct {
		name string
		edit func(*model.Model)
		o    Options
	}{
		{"payments", func(*model.Model) {}, options},
		{"branches", branches, Options{Spec: "access/spec.yaml", Generated: "access/generated"}},
		{"checked", func(m *model.Model) { m.DeployRoles = m.DeployRoles[:1] }, options},
		{"planned", func(m *model.Model) { m.DeployRoles = m.DeployRoles[1:] }, options},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := system()
			test.edit(m)
			got := written(t, m, test.o)
			if again := written(t, m, test.o); !bytes.Equal(got, again) {
				t.Error("two runs differ")
			}
			name := filepath.Join("testdata", test.name+".yml")
			if *update {
				if err := os.WriteFile(name, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), string(got)); d != "" {
				t.Error(d)
			}
		})
	}
}

// document is a workflow as far as the tests read it. Keys that are not here are errors where a job could gain a right by
// them.
type document struct {
	On          map[string]struct{ Branches []string }
	Permissions map[string]string
	Jobs        map[string]job
}

type job struct {
	Needs       string
	If          string
	Environment string
	Permissions map[string]string
	Concurrency struct {
		Group  string
		Cancel bool `yaml:"cancel-in-progress"`
	}
	Steps []jobStep
}

type jobStep struct {
	Uses string
	With map[string]string
	Env  map[string]string
	Run  string
}

func parsed(t *testing.T, src []byte) document {
	t.Helper()
	var d document
	if err := yaml.Load(src, &d); err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	return d
}

// The shell sees constant scripts that it can parse, and GitHub finds nothing in them to evaluate.
func TestScripts(t *testing.T) {
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash to parse the scripts with")
	}
	for name, j := range parsed(t, written(t, system(), options)).Jobs {
		for _, s := range j.Steps {
			if strings.Contains(s.Run, "${{") {
				t.Errorf("%s: an expression in a script: %s", name, s.Run)
			}
			c := exec.Command(shell, "-n")
			c.Stdin = strings.NewReader(s.Run)
			if out, err := c.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s%s", name, err, out, s.Run)
			}
		}
	}
}

// Only what becomes a role may ask for a token, and nothing may write.
func TestPermissions(t *testing.T) {
	src := written(t, system(), options)
	d := parsed(t, src)
	if d.Permissions == nil || len(d.Permissions) > 0 {
		t.Error("by default a job has the permissions", d.Permissions)
	}
	for name, j := range d.Jobs {
		want := map[string]string{"contents": "read"}
		for _, s := range j.Steps {
			if s.With["role-to-assume"] != "" {
				want["id-token"] = "write"
			}
			if strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != "false" {
				t.Error(name, "leaves a token behind")
			}
			if s.Uses != "" && !regexp.MustCompile(`^[a-z-]+/[a-z-]+@v[0-9]+$`).MatchString(s.Uses) {
				t.Error(name, "uses", s.Uses)
			}
		}
		if d := cmp.Diff(want, j.Permissions); d != "" {
			t.Error(name, d)
		}
		if (j.Needs == "check") != (name != "check") {
			t.Errorf("%s needs %q", name, j.Needs)
		}
	}
	for _, never := range []string{"secrets.", "pull_request_target", "write-all"} {
		if bytes.Contains(src, []byte(never)) {
			t.Error("there is", never)
		}
	}
}

// The token of each job has the subject that the trust policy of its role asks for, whatever the names.
func TestSubjects(t *testing.T) {
	for _, runs := range [][]string{
		{"environment:production", "environment:staging"},
		{"environment:live%3Aeu"},
		{"ref:refs/heads/main"},
		{"ref:refs/heads/main", "ref:refs/heads/it's/next"},
		{"environment:production", "ref:refs/heads/develop"},
	} {
		m := system()
		m.DeployRoles[0] = gitHubRole(m, "deployer", model.Deploy, runs...)
		d := parsed(t, written(t, m, options))
		for _, e := range m.Environments {
			apply, plan := d.Jobs["apply-"+e.Name], d.Jobs["plan-"+e.Name]
			subject := "repo:acme/infra:ref:" + refOf(t, apply.If)
			if apply.Environment != "" {
				subject = "repo:acme/infra:environment:" + strings.ReplaceAll(apply.Environment, ":", "%3A")
			}
			if want := model.AllIn(e, m.DeployRoles[0].Trust.Subjects); subject != want[0] {
				t.Errorf("the token of apply-%s is of %s, not of %s", e.Name, subject, want)
			}
			if plan.Environment != "" || !strings.Contains(plan.If, "github.event_name == 'pull_request'") {
				t.Errorf("the token of plan-%s is not of a pull request", e.Name)
			}
			if branch := strings.TrimPrefix(refOf(t, apply.If), "refs/heads/"); !slices.Contains(d.On["push"].Branches, branch) {
				t.Errorf("apply-%s waits for a push to %s, and pushes to %q start the workflow", e.Name, branch, d.On["push"].Branches)
			}
		}
	}
}

// refOf is the ref that a condition compares with.
func refOf(t *testing.T, condition string) string {
	t.Helper()
	found := regexp.MustCompile(`^\$\{\{ github\.event_name == 'push' && github\.ref == '((?:[^']|'')*)' \}\}$`).FindStringSubmatch(condition)
	if found == nil {
		t.Fatal("a job of pushes has the condition", condition)
	}
	return strings.ReplaceAll(found[1], "''", "'")
}

// What is applied is what was planned and proven, as the environment's own role, and alone. What is installed is installed
// before that role is there.
func TestApply(t *testing.T) {
	m := system()
	d := parsed(t, written(t, m, options))
	groups := map[string]bool{}
	for _, e := range m.Environments {
		for i, r := range m.DeployRoles {
			name := []string{"apply-", "plan-"}[i] + e.Name
			var with, proof map[string]string
			var runs []string
			assumed := -1
			for at, s := range d.Jobs[name].Steps {
				if s.With["role-to-assume"] != "" {
					with, assumed = s.With, at
				}
				if strings.Contains(s.Run, "ddbgen verify") {
					proof = s.Env
				}
				runs = append(runs, strings.Join(strings.Fields(s.Run), " "))
			}
			want := map[string]string{"role-to-assume": e.RoleARN(r, ""), "allowed-account-ids": e.Account, "aws-region": e.Region, "audience": "sts.amazonaws.com"}
			if d := cmp.Diff(want, with); d != "" {
				t.Error(name, d)
			}
			if d := cmp.Diff(map[string]string{"SPEC": "spec.yaml", "ENVIRONMENT": e.Name}, proof); d != "" {
				t.Error(name, d)
			}
			installed := slices.IndexFunc(runs, func(s string) bool { return strings.HasPrefix(s, "go install ") })
			planned := slices.Index(runs, `terraform plan -input=false -lock-timeout=10m -out="$RUNNER_TEMP/plan.out"`)
			proven := slices.Index(runs, `terraform show -json "$RUNNER_TEMP/plan.out" > "$RUNNER_TEMP/plan.json" `+
				`ddbgen verify --format github --plan "$RUNNER_TEMP/plan.json" --spec "$GITHUB_WORKSPACE/$SPEC" --env "$ENVIRONMENT"`)
			applied := slices.IndexFunc(runs, func(s string) bool { return strings.Contains(s, "terraform apply") })
			if installed < 0 || assumed < installed || planned < assumed || proven < planned || (applied > proven) != (r.Kind == model.Deploy) {
				t.Errorf("%s runs %q, and has its role from step %d on", name, runs, assumed)
			}
			if applied >= 0 && runs[applied] != `terraform apply -input=false -lock-timeout=10m "$RUNNER_TEMP/plan.out"` {
				t.Errorf("%s applies with %s", name, runs[applied])
			}
		}
		c := d.Jobs["apply-"+e.Name].Concurrency
		if c.Group == "" || c.Cancel || groups[c.Group] {
			t.Errorf("apply-%s: %+v", e.Name, c)
		}
		groups[c.Group] = true
	}
}

// What is committed is compared with the spec and proven, without a role.
func TestCheck(t *testing.T) {
	var runs []string
	for _, s := range parsed(t, written(t, system(), options)).Jobs["check"].Steps {
		if s.Run != "" {
			runs = append(runs, s.Run)
		}
	}
	want := []string{
		`go install "github.com/ddbgen/ddbgen/cmd/ddbgen@$DDBGEN_VERSION"`,
		`ddbgen build --check --format github --out "$GENERATED" "$SPEC"`,
		`ddbgen verify --format github --spec "$SPEC" "$GENERATED"`,
	}
	if d := cmp.Diff(want, runs); d != "" {
		t.Error(d)
	}
}

// Without a lock of the providers init writes one; with one it keeps to it, or fails.
func TestProviderLock(t *testing.T) {
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash to run the script with")
	}
	steps := parsed(t, written(t, system(), options)).Jobs["apply-staging"].Steps
	at := slices.IndexFunc(steps, func(s jobStep) bool { return strings.Contains(s.Run, "terraform init") })
	for want, files := range map[string][]string{
		"init -input=false":                    nil,
		"init -input=false -lockfile=readonly": {".terraform.lock.hcl"},
	} {
		c := exec.Command(shell, "--noprofile", "--norc", "-eo", "pipefail", "-c", "terraform() { echo \"$*\"; }\n"+steps[at].Run)
		c.Dir = t.TempDir()
		for _, name := range files {
			if err := os.WriteFile(filepath.Join(c.Dir, name), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		out, err := c.CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != want {
			t.Errorf("with %q: terraform %s (%v), not %s", files, got, err, want)
		}
	}
}

// A filter pattern of a branch matches that branch.
func TestFilter(t *testing.T) {
	for branch, want := range map[string]string{"main": "main", "release/2.x": "release/2.x", "c++": `c\+\+`, "!a*b?[c]": `\!a\*b\?\[c\]`} {
		if got := filter(branch); got != want {
			t.Errorf("%s: %s, not %s", branch, got, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	claim := func(value string, roles ...int) func(*model.Model) []*model.Role {
		return func(m *model.Model) []*model.Role {
			for _, i := range roles {
				m.DeployRoles[i].Trust.Claims = []model.Tag{{Key: "job_workflow_ref", Value: value}}
			}
			return nil
		}
	}
	replace := func(i int, kind model.Kind, runs ...string) func(*model.Model) []*model.Role {
		return func(m *model.Model) []*model.Role {
			m.DeployRoles[i] = gitHubRole(m, m.DeployRoles[i].Name, kind, runs...)
			return nil
		}
	}
	more := func(m *model.Model) {
		m.DeployRoles = append(m.DeployRoles, gitHubRole(m, "second", model.Deploy, "environment:production"))
	}
	const own = "acme/infra/.github/workflows/ddbgen-payments.yml@refs/heads/main"
	for _, test := range []struct {
		name string
		edit func(*model.Model) []*model.Role
		want []diag.ID
	}{
		{"both roles", func(*model.Model) []*model.Role { return nil }, nil},
		{"no roles", func(m *model.Model) []*model.Role { m.DeployRoles = nil; return nil }, []diag.ID{"workflow-role"}},
		{"roles of others", func(m *model.Model) []*model.Role {
			m.DeployRoles[0].Trust = model.Trust{Kind: model.RoleTrust}
			m.DeployRoles[1].Trust = model.Trust{Kind: model.GitLabTrust}
			return nil
		}, []diag.ID{"workflow-role"}},
		{"a plan role of no pull request", func(m *model.Model) []*model.Role {
			m.DeployRoles = []*model.Role{gitHubRole(m, "planner", model.Plan, "ref:refs/heads/main")}
			return nil
		}, []diag.ID{"workflow-role"}},
		{"two roles that deploy", func(m *model.Model) []*model.Role { more(m); return nil }, []diag.ID{"workflow-role"}},
		{"one of two", func(m *model.Model) []*model.Role { more(m); return m.DeployRoles[2:] }, nil},
		{"on a tag", replace(0, model.Deploy, "environment:production", "ref:refs/tags/v1"), []diag.ID{"workflow-trigger"}},
		{"a reusable workflow", claim("acme/workflows/.github/workflows/deploy.yml@refs/heads/main", 0, 1), []diag.ID{"workflow-reusable", "workflow-reusable"}},
		{"this workflow", claim(own, 0), nil},
		{"this workflow on a pull request", claim(own, 1), []diag.ID{"workflow-reusable"}},
		{"this workflow on one of two branches", func(m *model.Model) []*model.Role {
			m.DeployRoles[0] = gitHubRole(m, "deployer", model.Deploy, "ref:refs/heads/main", "ref:refs/heads/next")
			return claim(own, 0)(m)
		}, []diag.ID{"workflow-reusable"}},
		{"this workflow, with ids", func(m *model.Model) []*model.Role {
			for i := range m.DeployRoles[0].Trust.Subjects {
				m.DeployRoles[0].Trust.Subjects[i].Values = []string{"repo:acme@12/infra@34:environment:production"}
			}
			return claim(own, 0)(m)
		}, nil},
		{"no state", func(m *model.Model) []*model.Role { m.State = nil; return nil }, []diag.ID{"workflow-state"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := system()
			o := options
			o.Roles = test.edit(m)
			f, ds := GitHub(m, o)
			var got []diag.ID
			for _, d := range ds {
				got = append(got, diag.IDOf(d))
			}
			if d := cmp.Diff(test.want, got); d != "" {
				t.Error(d)
			}
			if (f.Bytes == nil) != ds.HasErrors() {
				t.Errorf("errors %v, and a workflow of %d bytes", ds.HasErrors(), len(f.Bytes))
			}
		})
	}
}

// poison is text that would be syntax wherever it is not quoted: for YAML, for GitHub's expressions, for the shell.
const poison = "é\"}\\ ${{ secrets.X }} ${{ '}}' }} $${{'' $(id) `id` ' \r\n\t# x: y\n- z\n--- \x7f\u2028 ${{"

// Text of the spec comes back as it was, and nothing else of the workflow changes.
func TestHostileText(t *testing.T) {
	for _, runs := range []string{"environment:", "ref:refs/heads/"} {
		benign, evil := hostile(t, runs, "MARK"), hostile(t, runs, poison)
		if d := cmp.Diff(slices.Sorted(maps.Keys(benign)), slices.Sorted(maps.Keys(evil))); d != "" {
			t.Fatal("text became syntax:", d)
		}
		marked := 0
		for _, at := range slices.Sorted(maps.Keys(benign)) {
			marked += strings.Count(benign[at], "MARK")
			inside, got := poison, meaning(evil[at])
			switch {
			case evil[at] == benign[at]:
				continue
			case strings.HasSuffix(at, ".if"):
				inside, got = strings.ReplaceAll(poison, "'", "''"), evil[at]
			case strings.Contains(at, ".branches"):
				inside, got = filter(poison), evil[at]
			}
			if want := strings.ReplaceAll(benign[at], "MARK", inside); got != want {
				t.Errorf("%s is %q, not %q", at, got, want)
			}
		}
		if marked < 20 {
			t.Errorf("only %d texts of the model are in the workflow", marked)
		}
	}
}

// hostile is every string of a workflow, by where it stands, with a text behind all that the spec may choose.
func hostile(t *testing.T, runs, end string) map[string]string {
	t.Helper()
	m := system()
	for _, e := range m.Environments {
		e.Account, e.Region, e.NamePrefix = e.Account+end, e.Region+end, e.NamePrefix+end
	}
	m.DeployRoles[0] = gitHubRole(m, "deployer", model.Deploy, runs+strings.ReplaceAll(end, ":", "%3A"))
	for _, r := range m.DeployRoles {
		for i := range r.Trust.Audience {
			r.Trust.Audience[i].Value += end
		}
	}
	o := options
	o.Spec, o.Generated = o.Spec+end, o.Generated+end
	var content any
	if err := yaml.Load(written(t, m, o), &content); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	flatten("", content, out)
	return out
}

func flatten(at string, v any, into map[string]string) {
	switch v := v.(type) {
	case map[string]any:
		for name, x := range v {
			flatten(at+"."+name, x, into)
		}
	case []any:
		for i, x := range v {
			flatten(fmt.Sprintf("%s.%d", at, i), x, into)
		}
	default:
		into[at] = fmt.Sprint(v)
	}
}

// meaning is what GitHub makes of a text: it evaluates what stands between ${{ and }}, which here may be a string only.
func meaning(s string) string {
	var out strings.Builder
	for {
		before, behind, found := strings.Cut(s, "${{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		literal := regexp.MustCompile(`^ '((?:[^']|'')*)' \}\}`).FindStringSubmatch(behind)
		if literal == nil {
			return out.String() + "(an expression)"
		}
		out.WriteString(strings.ReplaceAll(literal[1], "''", "'"))
		s = behind[len(literal[0]):]
	}
}
