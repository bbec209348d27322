package main

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/checks"
)

// TestSessions runs the sessions that the pages about checks show, where the spec that is given was built. The last command
// of a wrong one reports the check of the page, and that of a right one nothing.
func TestSessions(t *testing.T) {
	run := 0
	for _, p := range checks.Pages() {
		spec := checks.Example{}
		for _, e := range p.Examples {
			if e.Language == "yaml" {
				spec = e
			}
			if e.Language != "console" {
				continue
			}
			run++
			t.Run(p.ID+"/"+string(e.Verdict), func(t *testing.T) {
				t.Parallel()
				found, err := reported(t, spec.Spec(), e.Source)
				switch {
				case e.Verdict == checks.Right && (len(found) > 0 || err != nil):
					t.Errorf("reports %v: %v", found, err)
				case e.Verdict == checks.Wrong && !slices.Contains(found, p.ID):
					t.Errorf("reports %v, and not %s", found, p.ID)
				case e.Verdict == checks.Wrong && len(found) > 1 && p.ID != "stray-policy": // what makes it a stray is missing elsewhere
					t.Errorf("reports %v", found)
				}
			})
		}
	}
	if run < 20 {
		t.Errorf("%d sessions; the pages were not read", run)
	}
}

// reported returns the ids of the findings that the last command of a session prints, and whether it succeeds. The others do.
func reported(t *testing.T, spec, session string) ([]string, error) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "system")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "spec.yaml"), []byte(spec), 0o600); err != nil {
		t.Fatal(err)
	}
	session = strings.ReplaceAll("\n"+session, "\n> ", "\n") // the rest of a command
	commands := append([]string{"ddbgen build"}, strings.Split(session, "\n$ ")[1:]...)
	var said []byte
	var err error
	for _, c := range commands {
		if err != nil {
			t.Fatalf("before %s: %v\n%s", c, err, said)
		}
		shell := exec.Command("sh", "-c", c)
		shell.Dir = dir
		said, err = shell.CombinedOutput()
	}
	ids := map[string]bool{}
	for _, found := range regexp.MustCompile(`(?m)^(?:Error: |Warning: |::.*title=).*\[([a-z-]+)\]`).FindAllStringSubmatch(string(said), -1) {
		ids[found[1]] = true
	}
	return slices.Sorted(maps.Keys(ids)), err
}
