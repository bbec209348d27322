// Package editor opens specs in a real language server, for tests: the
// yaml-language-server that VS Code and Neovim run, spoken to over its standard
// input and output as those editors do.
//
//	server := editor.Start(t)
//	text, at := editor.Cursor("version: 1\nroles:\n  api:\n    kind: ‸\n")
//	document := server.Open(t, filepath.Join(dir, "spec.yaml"), text)
//	document.Complete(t, at)   // what the editor offers at the cursor
//	document.Hover(t, at)      // what it shows of the word there
//	document.Diagnostics(t)    // what it underlines, and why
//
// The server finds the schema as a user's does: by the first line of the spec,
// which names a file beside it.
//
// The version of the server is pinned in testdata/server. It is installed by
// `npm ci` in a copy of that directory, whose path the tests take from the
// environment. Without it they skip and say what is missing; where end-to-end
// tests are required they fail instead.
package editor

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/ddbgen/ddbgen/internal/e2e"
)

// ServerVariable names the directory in which the server is installed. Setting
// it turns the tests on.
const ServerVariable = "DDBGEN_E2E_LANGUAGE_SERVER"

// Require skips the test unless the server is on this machine, or fails it when
// CI demands that it is.
func Require(t testing.TB) {
	t.Helper()
	e2e.Need(t, nodeMissing(), serverMissing())
}

func nodeMissing() string {
	if _, err := exec.LookPath("node"); err != nil {
		return "node is not on PATH: install Node.js 20 or later"
	}
	return ""
}

func serverMissing() string {
	directory := os.Getenv(ServerVariable)
	if directory == "" {
		return ServerVariable + " is not set: copy internal/editor/testdata/server to a directory, run `npm ci` there, and set it to that directory"
	}
	if _, err := os.Stat(serverProgram(directory)); err != nil {
		return ServerVariable + "=" + directory + " holds no yaml-language-server: run `npm ci` there, beside the package-lock.json of internal/editor/testdata/server"
	}
	return ""
}

// serverProgram is what npm installs of the server's package as its command.
func serverProgram(directory string) string {
	return filepath.Join(directory, "node_modules", "yaml-language-server", "bin", "yaml-language-server")
}
