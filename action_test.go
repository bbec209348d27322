package ddbgen_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// action is action.yml, as far as it matters here.
type action struct {
	Name, Description string
	Inputs            map[string]struct{ Description, Default string }
	Outputs           map[string]struct{ Description, Value string }
	Runs              struct {
		Using string
		Steps []actionStep
	}
}

type actionStep struct {
	ID, Name, Uses, Shell, Run string
	Env, With                  map[string]string
}

func readAction(t *testing.T) action {
	t.Helper()
	var a action
	decoder := yaml.NewDecoder(bytes.NewReader(read(t, "action.yml")))
	if err := decoder.Decode(&a); err != nil {
		t.Fatal(err)
	}
	return a
}

var (
	expression = regexp.MustCompile(`^\$\{\{ ([a-z]+)\.([a-z_.-]+) \}\}$`)
	outputOf   = regexp.MustCompile(`^\$\{\{ steps\.([a-z]+)\.outputs\.([a-z]+) \}\}$`)
)

// TestActionShape holds the action to what GitHub takes, and to what no test on this machine could see: that no expression
// stands in a script, where it would be a command.
func TestActionShape(t *testing.T) {
	a := readAction(t)
	if a.Name == "" || a.Description == "" || a.Runs.Using != "composite" || len(a.Runs.Steps) == 0 {
		t.Fatalf("%+v is no composite action", a)
	}
	used := map[string]bool{}
	for _, s := range a.Runs.Steps {
		if (s.Run == "") == (s.Uses == "") || s.Run != "" && s.Shell != "bash" || s.Name == "" {
			t.Errorf("the step %q has not one of run, with a shell, and uses", s.Name)
		}
		if strings.Contains(s.Run, "${{") {
			t.Errorf("the step %q has an expression in its script", s.Name)
		}
		for name, value := range s.Env {
			m := expression.FindStringSubmatch(value)
			if m == nil {
				t.Errorf("the step %q sets %s to %s", s.Name, name, value)
				continue
			}
			if m[1] == "inputs" {
				used[m[2]] = true
				if _, there := a.Inputs[m[2]]; !there {
					t.Errorf("the step %q asks for the input %s, which there is not", s.Name, m[2])
				}
			}
			if !strings.Contains(s.Run, "$"+name) && !strings.Contains(s.Run, "${"+name) {
				t.Errorf("the step %q does not use %s", s.Name, name)
			}
		}
	}
	for name, in := range a.Inputs {
		if !used[name] || in.Description == "" {
			t.Errorf("the input %s is not used, or not described", name)
		}
	}
	for name, out := range a.Outputs {
		m := outputOf.FindStringSubmatch(out.Value)
		if m == nil || out.Description == "" {
			t.Errorf("the output %s is %q", name, out.Value)
			continue
		}
		i := slices.IndexFunc(a.Runs.Steps, func(s actionStep) bool { return s.ID == m[1] })
		if i < 0 || !strings.Contains(a.Runs.Steps[i].Run, `echo "`+m[2]+`=`) {
			t.Errorf("no step %s writes the output %s", m[1], m[2])
		}
	}
}

// runner stands for a machine of GitHub's: it runs the scripts of the action in a checkout.
type runner struct {
	t              *testing.T
	action         action
	checkout, temp string
	path           string
	outputs        map[string]string // of the action, by name
	summary        string
}

// newRunner makes a checkout with a built spec as its first commit.
func newRunner(t *testing.T) *runner {
	for _, program := range []string{"bash", "git"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("the scripts of the action need %s, which is not there", program)
		}
	}
	r := &runner{t: t, action: readAction(t), checkout: t.TempDir(), temp: t.TempDir(), path: os.Getenv("PATH")}
	r.put("spec.yaml", string(read(t, "examples/saas/spec.yaml")))
	r.sh("git init --quiet --initial-branch=main .")
	if _, failed := r.step("Build ddbgen", nil); failed != nil {
		t.Fatal(failed)
	}
	r.sh("ddbgen build spec.yaml && git add . && git commit --quiet -m first && git update-ref refs/remotes/origin/main HEAD")
	return r
}

func (r *runner) put(name, text string) {
	r.t.Helper()
	path := filepath.Join(r.checkout, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// edit replaces a text of a file that is there.
func (r *runner) edit(name, old, text string) {
	r.t.Helper()
	before := string(read(r.t, filepath.Join(r.checkout, name)))
	if !strings.Contains(before, old) {
		r.t.Fatalf("%s does not contain %q", name, old)
	}
	r.put(name, strings.Replace(before, old, text, 1))
}

// bash runs a script as the runner does: it ends at the first command that fails.
func (r *runner) bash(script string, env ...string) (string, error) {
	command := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
	command.Dir = r.checkout
	command.Env = append(os.Environ(), "PATH="+r.path, "RUNNER_TEMP="+r.temp, "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull,
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com", "NO_COLOR=1")
	command.Env = append(command.Env, env...)
	out, err := command.CombinedOutput()
	return string(out), err
}

// sh runs a script that must succeed.
func (r *runner) sh(script string) string {
	r.t.Helper()
	out, err := r.bash(script)
	if err != nil {
		r.t.Fatalf("%s: %v\n%s", script, err, out)
	}
	return out
}

// step runs a step of the action, and keeps what it leaves for later ones.
func (r *runner) step(name string, inputs map[string]string) (string, error) {
	r.t.Helper()
	i := slices.IndexFunc(r.action.Runs.Steps, func(s actionStep) bool { return s.Name == name })
	if i < 0 {
		r.t.Fatalf("the action has no step %q", name)
	}
	s := r.action.Runs.Steps[i]
	var env []string
	for variable, value := range s.Env {
		env = append(env, variable+"="+r.value(value, inputs))
	}
	files := map[string]string{}
	for _, file := range []string{"GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"} {
		files[file] = filepath.Join(r.t.TempDir(), file)
		if err := os.WriteFile(files[file], nil, 0o644); err != nil {
			r.t.Fatal(err)
		}
		env = append(env, file+"="+files[file])
	}
	out, err := r.bash(s.Run, env...)
	for line := range strings.Lines(string(read(r.t, files["GITHUB_PATH"]))) {
		r.path = strings.TrimSpace(line) + string(os.PathListSeparator) + r.path
	}
	r.summary = string(read(r.t, files["GITHUB_STEP_SUMMARY"]))
	r.outputs = map[string]string{}
	for line := range strings.Lines(string(read(r.t, files["GITHUB_OUTPUT"]))) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		r.outputs[key] = value
	}
	if err != nil {
		err = fmt.Errorf("%s: %w\n%s", name, err, out)
	}
	return out, err
}

// value is what GitHub makes of an expression of the action.
func (r *runner) value(text string, inputs map[string]string) string {
	r.t.Helper()
	m := expression.FindStringSubmatch(text)
	switch {
	case m == nil:
		return text
	case m[1] == "inputs":
		if given, is := inputs[m[2]]; is {
			return given
		}
		return r.value(r.action.Inputs[m[2]].Default, nil)
	case m[1]+"."+m[2] == "github.action_path":
		root, err := filepath.Abs(".")
		if err != nil {
			r.t.Fatal(err)
		}
		return root
	case m[1]+"."+m[2] == "github.event.pull_request.base.sha":
		return "" // no pull request, unless the test says so
	}
	r.t.Fatalf("what is %s?", text)
	return ""
}

// all runs the steps after the build in order, up to the first that fails.
func (r *runner) all(inputs map[string]string) error {
	r.t.Helper()
	for _, s := range r.action.Runs.Steps {
		if s.Uses != "" || s.Name == "Build ddbgen" {
			continue
		}
		if _, err := r.step(s.Name, inputs); err != nil {
			return err
		}
	}
	return nil
}

const (
	granted  = "      - {table: plans, operations: [read]}"
	narrowed = "      - {table: plans, operations: [GetItem]}"
)

// scanBesideRows is a policy with a hole.
const scanBesideRows = `{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": ["dynamodb:Query", "dynamodb:Scan"], "Resource": "arn:aws:dynamodb:eu-central-1:111122223333:table/orders",
   "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": "${aws:PrincipalTag/tenant}"}}}]}`

// TestActionRuns runs the scripts of the action in a checkout, as they are, on what they are to pass and on what they are to
// find.
func TestActionRuns(t *testing.T) {
	r := newRunner(t)
	base := strings.TrimSpace(r.sh("git rev-parse HEAD"))
	if err := r.all(nil); err != nil {
		t.Fatalf("nothing is wrong, and there is no base: %v", err)
	}

	t.Run("no change", func(t *testing.T) {
		if _, err := r.step("Compare access with the base", map[string]string{"base": base, "fail-on-diff": "change"}); err != nil {
			t.Fatal(err)
		}
		if comment := string(read(t, r.outputs["comment"])); !strings.Contains(comment, "No change in access") || comment != r.summary {
			t.Errorf("the comment is %q, and the summary %q", comment, r.summary)
		}
	})

	t.Run("a loss, and a gain the other way", func(t *testing.T) {
		r.edit("spec.yaml", granted, narrowed)
		if out, err := r.step("Compare what was generated with the spec", nil); err == nil || !strings.Contains(out, "role.api_tenant.json") {
			t.Errorf("nobody built, and the step says %v: %s", err, out)
		}
		r.sh("ddbgen build spec.yaml && git commit --quiet -am narrowed")
		if err := r.all(map[string]string{"base": base, "fail-on-diff": "gain"}); err != nil {
			t.Error(err)
		}
		now := strings.TrimSpace(r.sh("git rev-parse HEAD"))
		r.edit("spec.yaml", narrowed, granted)
		r.sh("ddbgen build spec.yaml")
		out, err := r.step("Compare access with the base", map[string]string{"base": now, "fail-on-diff": "gain"})
		if err == nil || !strings.Contains(string(read(t, r.outputs["comment"])), "BatchGetItem") {
			t.Errorf("a gain is no failure (%v), or is not in the comment: %s", err, out)
		}
		if _, err := r.step("Compare access with the base", map[string]string{"base": now}); err != nil {
			t.Errorf("nobody asked to fail: %v", err)
		}
	})

	t.Run("an edit by hand", func(t *testing.T) {
		const file = "generated/environments/production/policies/role.api_tenant.json"
		r.edit(file, `"dynamodb:Query"`, `"dynamodb:Scan"`)
		if out, err := r.step("Compare what was generated with the spec", nil); err == nil || !strings.Contains(out, "role.api_tenant.json") {
			t.Errorf("%v: %s", err, out)
		}
		r.sh("git checkout --quiet HEAD -- generated && ddbgen build --force spec.yaml")
	})

	t.Run("a mistake", func(t *testing.T) {
		r.edit("spec.yaml", "operations: [read, write, transact]", "operations: [read, Scan]")
		if out, err := r.step("Check the spec", nil); err == nil || !strings.Contains(out, "::error") || !strings.Contains(out, "file=spec.yaml") {
			t.Errorf("%v: %s", err, out)
		}
		r.edit("spec.yaml", "operations: [read, Scan]", "operations: [read, write, transact]")
	})

	t.Run("audit", func(t *testing.T) {
		r.put("infra/my policies/role.json", scanBesideRows)
		audited := map[string]string{"audit": "infra/my policies\n\ngenerated\n", "fail-on-audit": "high"}
		if _, err := r.step("Audit", audited); err == nil {
			t.Error("a Scan beside a limit to rows is no failure")
		}
		if sarif := string(read(t, r.outputs["sarif"])); !strings.Contains(sarif, `"ruleId": "scan-beside-rows"`) || !strings.Contains(sarif, "infra/my%20policies/role.json") {
			t.Errorf("%s", sarif)
		}
		r.sh("ddbgen audit --write-baseline --baseline known.json -- 'infra/my policies'")
		audited["baseline"] = "known.json"
		if _, err := r.step("Audit", audited); err != nil {
			t.Errorf("what is known is found: %v", err)
		}
	})

	t.Run("hostile inputs", func(t *testing.T) {
		for _, step := range []string{"Check the spec", "Compare what was generated with the spec", "Compare access with the base", "Audit"} {
			for input := range r.action.Inputs {
				hostile := map[string]string{"audit": "infra", "base": base, input: `x"; touch taken; $(touch taken) #`}
				if _, err := r.step(step, hostile); err == nil && strings.Contains(stepOf(r.action, step).Run, "$"+strings.ToUpper(input)) {
					t.Errorf("%s takes the %s of nobody", step, input)
				}
			}
		}
		if _, err := os.Stat(filepath.Join(r.checkout, "taken")); err == nil {
			t.Error("an input was run")
		}
	})
}

func stepOf(a action, name string) actionStep {
	i := slices.IndexFunc(a.Runs.Steps, func(s actionStep) bool { return s.Name == name })
	return a.Runs.Steps[i]
}

// TestActionFetchesBase runs the comparison in a checkout without history, as actions/checkout makes it.
func TestActionFetchesBase(t *testing.T) {
	r := newRunner(t)
	base := strings.TrimSpace(r.sh("git rev-parse HEAD"))
	r.edit("spec.yaml", granted, narrowed)
	r.sh("ddbgen build spec.yaml && git commit --quiet -am narrowed")
	origin := r.checkout
	r.checkout = t.TempDir()
	r.sh("git clone --quiet --depth=1 'file://" + origin + "' .")
	if out, err := r.bash("git cat-file -e " + base); err == nil {
		t.Fatalf("the base is there: %s", out)
	}
	r.sh("git -C '" + origin + "' config uploadpack.allowAnySHA1InWant true") // as GitHub does
	if _, err := r.step("Compare access with the base", map[string]string{"base": base}); err != nil {
		t.Fatal(err)
	}
	if comment := string(read(t, r.outputs["comment"])); !strings.Contains(comment, "BatchGetItem") {
		t.Errorf("%s", comment)
	}
}

// hook is one of .pre-commit-hooks.yaml.
type hook struct {
	ID, Name, Description, Entry, Language, Files string
	Args                                          []string
	PassFilenames                                 *bool `yaml:"pass_filenames"`
}

func readHooks(t *testing.T) []hook {
	t.Helper()
	var hooks []hook
	if err := yaml.Unmarshal(read(t, ".pre-commit-hooks.yaml"), &hooks); err != nil {
		t.Fatal(err)
	}
	return hooks
}

// TestHooks runs each hook as pre-commit does: the entry, the arguments, and the staged files of its pattern.
func TestHooks(t *testing.T) {
	r := newRunner(t)
	run := func(h hook) (string, error) {
		files, err := regexp.Compile(h.Files)
		if err != nil {
			t.Fatal(err)
		}
		words := append(strings.Fields(h.Entry), h.Args...)
		matched := 0
		for name := range strings.Lines(r.sh("git ls-files")) {
			if name = strings.TrimSpace(name); !files.MatchString(name) {
				continue
			}
			if matched++; h.PassFilenames == nil || *h.PassFilenames {
				words = append(words, name)
			}
		}
		if matched == 0 {
			t.Errorf("%s is about no file of a checkout with a spec and its output", h.ID)
		}
		return r.bash(`IFS=$'\n'; $WORDS`, "WORDS="+strings.Join(words, "\n"))
	}
	hooks := readHooks(t)
	if len(hooks) == 0 {
		t.Fatal("there are no hooks")
	}
	for _, h := range hooks {
		if h.Language != "golang" || h.Name == "" || h.Description == "" || !strings.HasPrefix(h.Entry, "ddbgen ") {
			t.Errorf("%+v", h)
		}
		if out, err := run(h); err != nil {
			t.Errorf("%s, on what is good: %v\n%s", h.ID, err, out)
		}
	}
	r.edit("generated/environments/production/policies/role.api_tenant.json", `"dynamodb:Query"`, `"dynamodb:Scan"`)
	r.edit("spec.yaml", "operations: [read, write, transact]", "operations: [read, Scan]")
	r.put("infra/role.json", scanBesideRows)
	for _, h := range hooks {
		if out, err := run(h); err == nil {
			t.Errorf("%s, on a mistake in both: %s", h.ID, out)
		}
	}
}

// TestCIPage holds what docs/ci.md shows to the action and the hooks, and runs its commands.
func TestCIPage(t *testing.T) {
	a := readAction(t)
	for _, b := range blocks(t, "docs/ci.md") {
		switch {
		case b.language == "yaml" && strings.Contains(b.text, "jobs:"):
			var workflow struct {
				Jobs map[string]struct {
					Steps []struct {
						Uses, If, Run string
						Env, With     map[string]string
					}
				}
			}
			if err := yaml.Unmarshal([]byte(b.text), &workflow); err != nil {
				t.Fatal(err)
			}
			found := false
			for _, s := range workflow.Jobs["access"].Steps {
				if strings.HasPrefix(s.Uses, "ddbgen/ddbgen@") {
					found = true
					for name := range s.With {
						if _, there := a.Inputs[name]; !there {
							t.Errorf("the action has no input %s", name)
						}
					}
				}
			}
			if !found {
				t.Error("the workflow does not use the action")
			}
			for _, m := range regexp.MustCompile(`steps\.ddbgen\.outputs\.([a-z]+)`).FindAllStringSubmatch(b.text, -1) {
				if _, there := a.Outputs[m[1]]; !there {
					t.Errorf("the action has no output %s", m[1])
				}
			}
		case b.language == "yaml":
			var config struct {
				Repos []struct{ Hooks []struct{ ID string } }
			}
			if err := yaml.Unmarshal([]byte(b.text), &config); err != nil || len(config.Repos) != 1 {
				t.Fatal(err)
			}
			for _, used := range config.Repos[0].Hooks {
				if !slices.ContainsFunc(readHooks(t), func(h hook) bool { return h.ID == used.ID }) {
					t.Errorf("there is no hook %s", used.ID)
				}
			}
		case b.language == "sh":
			r := newRunner(t)
			r.put("infra/role.json", string(read(t, "examples/saas/generated/environments/production/policies/role.api_tenant.json")))
			r.sh(b.text)
		}
	}
	text := string(read(t, "docs/ci.md"))
	for name := range a.Inputs {
		if !strings.Contains(text, "| `"+name+"` |") {
			t.Errorf("the page does not have the input %s", name)
		}
	}
	for name := range a.Outputs {
		if !strings.Contains(text, "| `"+name+"` |") {
			t.Errorf("the page does not have the output %s", name)
		}
	}
}
