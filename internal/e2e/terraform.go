package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Terraform runs commands in one root of a copied tree, against one emulator.
type Terraform struct {
	// Dir is the root the commands run in. It is part of a copy, so a test may
	// write there.
	Dir string
	// Tree is the copy.
	Tree string

	environment []string
}

// NewTerraform copies the directory tree and returns a Terraform for the root
// at the given path inside it. The whole tree is copied because a root reaches
// its modules by relative paths.
func NewTerraform(t testing.TB, emulator *Emulator, tree, root string) *Terraform {
	t.Helper()
	Require(t)
	work := t.TempDir()
	if err := copyTree(filepath.Join(work, "tree"), tree); err != nil {
		t.Fatalf("copying %s: %v", tree, err)
	}
	config := filepath.Join(work, "terraform.rc")
	if err := os.WriteFile(config, cliConfig(os.Getenv(MirrorVariable)), 0o600); err != nil {
		t.Fatal(err)
	}
	return &Terraform{
		Dir:         filepath.Join(work, "tree", root),
		Tree:        filepath.Join(work, "tree"),
		environment: append(emulator.environment(), "TF_CLI_CONFIG_FILE="+config, "TF_IN_AUTOMATION=1", "TF_INPUT=0", "CHECKPOINT_DISABLE=1"),
	}
}

// Root is a Terraform for another root of the same copy.
func (tf *Terraform) Root(root string) *Terraform {
	other := *tf
	other.Dir = filepath.Join(tf.Tree, root)
	return &other
}

// cliConfig allows the AWS provider from the mirror and nothing else: without a
// `direct` block Terraform asks no registry. From an unpacked mirror it links
// the provider instead of copying it.
func cliConfig(mirror string) []byte {
	return fmt.Appendf(nil, `disable_checkpoint = true

provider_installation {
  filesystem_mirror {
    path    = %q
    include = ["registry.terraform.io/hashicorp/aws"]
  }
}
`, mirror)
}

// copyTree leaves out what a person's own run of Terraform left behind: a state
// would decide the outcome.
func copyTree(destination, source string) error {
	return filepath.WalkDir(source, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(source, path)
		if err != nil {
			return err
		}
		target := filepath.Join(destination, name)
		switch {
		case entry.IsDir() && entry.Name() == ".terraform":
			return filepath.SkipDir
		case entry.IsDir():
			return os.MkdirAll(target, 0o700)
		case strings.Contains(entry.Name(), ".tfstate"):
			return nil
		default:
			return copyFile(target, path)
		}
	})
}

func copyFile(destination, source string) error {
	text, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	return os.WriteFile(destination, text, 0o600)
}

// Run runs one Terraform command and returns what it printed, for commands that
// are meant to fail. The methods below are for those that are not.
func (tf *Terraform) Run(t testing.TB, arguments ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "terraform", arguments...)
	command.Dir = tf.Dir
	command.Env = tf.environment
	command.SysProcAttr = dieWithParent()
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 10 * time.Second
	started := time.Now()
	output, err := command.CombinedOutput()
	Log(t, "terraform %s: %s, %.1fs", arguments[0], ending(command), time.Since(started).Seconds())
	return string(output), err
}

// ending is the exit code in words: `terraform plan` ends with 2 when there are
// changes, so a number alone would mislead.
func ending(command *exec.Cmd) string {
	switch code := command.ProcessState.ExitCode(); {
	case code == 0:
		return "ok"
	case code == 2 && command.Args[1] == "plan":
		return "changes"
	default:
		return fmt.Sprintf("exit code %d", code)
	}
}

// Log notes what was done, also in the file LogVariable names.
func Log(t testing.TB, format string, arguments ...any) {
	t.Helper()
	line := fmt.Sprintf(format, arguments...)
	t.Log(line)
	path := os.Getenv(LogVariable)
	if path == "" {
		return
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	_, err = fmt.Fprintf(file, "%s: %s\n", t.Name(), line)
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
}

func (tf *Terraform) mustRun(t testing.TB, arguments ...string) string {
	t.Helper()
	output, err := tf.Run(t, arguments...)
	if err != nil {
		t.Fatalf("terraform %s: %v\n%s", strings.Join(arguments, " "), err, output)
	}
	return output
}

// Init installs the provider and the modules.
func (tf *Terraform) Init(t testing.TB, flags ...string) {
	t.Helper()
	tf.mustRun(t, append([]string{"init", "-no-color"}, flags...)...)
}

// Validate fails the test unless the root is valid without a warning.
func (tf *Terraform) Validate(t testing.TB) {
	t.Helper()
	output := tf.mustRun(t, "validate", "-no-color")
	if strings.Contains(output, "Warning:") {
		t.Errorf("terraform validate warns:\n%s", output)
	}
}

// FmtCheck fails the test unless every .tf file of the tree is as `terraform
// fmt` writes it.
func (tf *Terraform) FmtCheck(t testing.TB) {
	t.Helper()
	output, err := tf.Run(t, "fmt", "-check", "-diff", "-recursive", "-no-color", tf.Tree)
	if err != nil {
		t.Errorf("terraform fmt would change:\n%s", output)
	}
}

// Plan is the outcome of `terraform plan`.
type Plan struct {
	// Empty says that the plan would change nothing.
	Empty bool
	// Output is what Terraform printed.
	Output string
}

const planFile = "e2e.tfplan"

// Plan plans, and keeps the plan for ShowPlan.
func (tf *Terraform) Plan(t testing.TB, flags ...string) Plan {
	t.Helper()
	arguments := append([]string{"plan", "-no-color", "-detailed-exitcode", "-out=" + planFile}, flags...)
	output, err := tf.Run(t, arguments...)
	// With -detailed-exitcode, 2 is a plan with changes (Terraform CLI, plan).
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 2 {
		return Plan{Output: output}
	}
	if err != nil {
		t.Fatalf("terraform plan: %v\n%s", err, output)
	}
	return Plan{Empty: true, Output: output}
}

// Apply applies the root.
func (tf *Terraform) Apply(t testing.TB, flags ...string) {
	t.Helper()
	tf.mustRun(t, append([]string{"apply", "-auto-approve", "-no-color"}, flags...)...)
}

// Converge takes a root from the files to an account that matches them: init,
// fmt, validate, apply, and a second plan that must be empty.
func (tf *Terraform) Converge(t testing.TB, flags ...string) {
	t.Helper()
	tf.Init(t)
	tf.FmtCheck(t)
	tf.Validate(t)
	tf.Apply(t, flags...)
	if plan := tf.Plan(t, flags...); !plan.Empty {
		t.Errorf("the second plan is not empty:\n%s", plan.Output)
	}
}

// Destroy destroys everything. Protected tables refuse: see AllowDestroy.
func (tf *Terraform) Destroy(t testing.TB, flags ...string) {
	t.Helper()
	tf.mustRun(t, append([]string{"destroy", "-auto-approve", "-no-color"}, flags...)...)
}

// ShowPlan returns the last plan as `terraform show -json` prints it.
func (tf *Terraform) ShowPlan(t testing.TB) []byte {
	t.Helper()
	return []byte(tf.mustRun(t, "show", "-json", planFile))
}

// protection is an argument that keeps Terraform or AWS from deleting a thing.
var protection = regexp.MustCompile(`(?m)^(\s*"?(?:\w*deletion_protection\w*|prevent_destroy)"?\s*[=:]\s*)true\b`)

// AllowDestroy does what a person does who means to delete a protected table:
// switch the protection off in the copy's .tf files, and apply. DeleteTable
// refuses until then (DynamoDB developer guide, WorkingWithTables.Basics,
// "Using deletion protection").
func (tf *Terraform) AllowDestroy(t testing.TB) {
	t.Helper()
	changed, err := rewriteFiles(tf.Tree, ".tf", func(text []byte) []byte {
		return protection.ReplaceAll(text, []byte("${1}false"))
	})
	if err != nil {
		t.Fatal(err)
	}
	if changed == 0 {
		t.Fatalf("nothing in %s switches a protection on in a way AllowDestroy can find", tf.Tree)
	}
	tf.Apply(t)
}

// rewriteFiles passes every file with the extension through edit and returns
// how many it changed.
func rewriteFiles(tree, extension string, edit func([]byte) []byte) (changed int, err error) {
	err = filepath.WalkDir(tree, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.Type()&os.ModeType != 0 || filepath.Ext(path) != extension {
			return err
		}
		before, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		after := edit(before)
		if bytes.Equal(before, after) {
			return nil
		}
		changed++
		return os.WriteFile(path, after, 0o600)
	})
	return changed, err
}
