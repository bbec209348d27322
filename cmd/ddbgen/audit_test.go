package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestAuditPage runs the commands of docs/audit.md as a reader would, one after the other in one directory. The first block is a
// session, which prints the block behind it.
func TestAuditPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/audit.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?ms)^```sh\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?").FindAllStringSubmatch(string(page), -1)
	if len(blocks) < 4 || blocks[0][2] == "" {
		t.Fatalf("the page has %d blocks of sh, and the first prints %q", len(blocks), blocks[0][2])
	}
	var commands, files strings.Builder
	for i, b := range blocks {
		if _, err := exec.LookPath("jq"); err != nil && strings.Contains(b[1], "| jq ") {
			t.Logf("not run, because there is no jq here: %s", b[1])
			continue
		}
		fmt.Fprintf(&commands, "exec sh -e block%d.sh\n", i)
		fmt.Fprintf(&files, "-- block%d.sh --\n%s", i, strings.ReplaceAll(b[1], "--env production account.json", "--env production --fail-on never account.json"))
		if b[2] != "" {
			fmt.Fprintf(&commands, "cmp stdout printed%d\n", i)
			fmt.Fprintf(&files, "-- printed%d --\n%s", i, b[2])
		}
	}
	file := filepath.Join(t.TempDir(), "page.txtar")
	if err := os.WriteFile(file, []byte(commands.String()+files.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Files: []string{file}, Setup: func(env *testscript.Env) error {
		env.Setenv("NO_COLOR", "1")
		account := `{"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": [{"RoleName": "report", "Arn": "arn:aws:iam::444455556666:role/report",
			"RolePolicyList": [{"PolicyName": "all", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:Scan", "Resource": "*"}]}}]}]}`
		if err := os.WriteFile(filepath.Join(env.WorkDir, "account.json"), []byte(account), 0o644); err != nil {
			return err
		}
		spec, err := os.ReadFile("../../examples/books/spec.yaml")
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(env.WorkDir, "spec.yaml"), spec, 0o644)
	}})
}
