// Package e2e runs generated Terraform roots for real: the real Terraform, the
// real AWS provider, and an AWS emulator (moto) that takes the calls.
//
// A test has three parts to play with:
//
//	emulator := e2e.StartEmulator(t, "444455556666", "ap-northeast-1")
//	emulator.Seed(t, e2e.Seed{Networks: []e2e.Network{{VPC: "vpc-0a1b2c3d4e5f60718"}}})
//
//	terraform := e2e.NewTerraform(t, emulator, "generated", "environments/production")
//	terraform.Converge(t) // init, fmt, validate, apply, and an empty second plan
//
//	world := emulator.ReadBack(t)
//	diff := e2e.DiffJSON(file, world.Roles["payments-api"].Trust)
//
//	terraform.AllowDestroy(t)
//	terraform.Destroy(t)
//
// Terraform works on a copy of the tree, so a test cannot change what is
// committed; Root is a Terraform for another root of the same copy. Everything a
// test starts ends with the test.
//
// The emulator enforces no policy: see package judge.
//
// The emulator stands behind a proxy that mends the few answers in which moto
// differs from AWS and that would make a second plan fail or not be empty. They
// are listed, each with its reason, in one place: see mends.
//
// On a machine without Terraform, the provider or moto the tests skip and say
// what is missing. With DDBGEN_E2E_REQUIRED=1 they fail instead, so that CI
// cannot be green for want of a tool.
package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	// MirrorVariable names the root of a Terraform filesystem mirror that holds
	// registry.terraform.io/hashicorp/aws. Setting it turns the tests on.
	MirrorVariable = "DDBGEN_E2E_PROVIDER_MIRROR"
	// RequiredVariable makes a missing tool a failure.
	RequiredVariable = "DDBGEN_E2E_REQUIRED"
	// LogVariable names a file to which every Terraform command that was run is
	// added with its outcome, since `go test` shows nothing of a test that passes.
	LogVariable = "DDBGEN_E2E_LOG"
)

// Require skips the test unless everything it needs is on this machine, or
// fails it when CI demands that it is.
func Require(t testing.TB) {
	t.Helper()
	Need(t, terraformMissing(), mirrorMissing(), motoMissing())
}

// Need skips the test if one of the complaints says that something is missing,
// or fails it when CI demands that nothing is.
func Need(t testing.TB, complaints ...string) {
	t.Helper()
	missing := slices.DeleteFunc(complaints, func(complaint string) bool { return complaint == "" })
	if len(missing) == 0 {
		return
	}
	message := "end-to-end tests need what is missing here:\n  - " + strings.Join(missing, "\n  - ")
	if os.Getenv(RequiredVariable) == "1" {
		t.Fatal(message)
	}
	t.Skip(message)
}

func terraformMissing() string {
	if _, err := exec.LookPath("terraform"); err != nil {
		return "terraform is not on PATH: install Terraform 1.11 or later"
	}
	return ""
}

func mirrorMissing() string {
	mirror := os.Getenv(MirrorVariable)
	if mirror == "" {
		return MirrorVariable + " is not set: run `terraform providers mirror DIR` in a root that requires hashicorp/aws, and set it to DIR"
	}
	found, _ := filepath.Glob(filepath.Join(mirror, "registry.terraform.io", "hashicorp", "aws", "*"))
	if len(found) == 0 {
		return MirrorVariable + "=" + mirror + " holds no registry.terraform.io/hashicorp/aws: set it to the root of a filesystem mirror"
	}
	return ""
}

// motoMissing asks whether the modules can be found instead of importing them,
// which takes half a second.
func motoMissing() string {
	const probe = `import importlib.util, sys
sys.exit(any(importlib.util.find_spec(m) is None for m in ("moto", "flask", "boto3")))`
	if exec.Command("python3", "-c", probe).Run() != nil {
		return "python3 cannot import moto, flask and boto3: pip install 'moto[server]' boto3"
	}
	return ""
}
