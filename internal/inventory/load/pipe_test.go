//go:build unix

package load_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/ddbgen/ddbgen/internal/inventory/load"
)

// TestPipe holds that what a command writes into a pipe can be read, where the pipe is named.
func TestPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	go func() {
		if err := os.WriteFile(pipe, []byte(allow), 0o600); err != nil {
			t.Error(err)
		}
	}()
	inv, err := load.Paths([]string{pipe}, load.Options{})
	if err != nil || len(inv.Identities) != 1 || len(inv.Findings) != 0 {
		t.Errorf("%v, read %v", err, inv)
	}
	if _, err := load.Paths([]string{os.DevNull}, load.Options{}); err == nil {
		t.Error("a device is read")
	}
}
