package e2e

import "syscall"

// dieWithParent makes the kernel end a child when the test binary is killed,
// as `go test -timeout` and CI do without running any cleanup.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
