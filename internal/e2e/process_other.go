//go:build !linux

package e2e

import "syscall"

// dieWithParent has no equivalent outside Linux; cleanup ends the children.
func dieWithParent() *syscall.SysProcAttr { return nil }
