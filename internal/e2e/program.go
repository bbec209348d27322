package e2e

import (
	"os/exec"
	"strings"
	"testing"
)

// Program runs a program that takes the emulator for AWS, in a directory, and
// returns what it printed. A program that fails fails the test.
func (e *Emulator) Program(t testing.TB, directory, name string, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, arguments...)
	command.Dir = directory
	command.Env = e.environment()
	command.SysProcAttr = dieWithParent()
	var stderr strings.Builder
	command.Stderr = &stderr
	answer, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, stderr.String())
	}
	return string(answer)
}
