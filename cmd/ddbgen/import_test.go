package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestImportPage runs the sessions of docs/import.md as a reader would, one after the other in one directory: each block of sh
// must print the block that follows it.
func TestImportPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/import.md")
	if err != nil {
		t.Fatal(err)
	}
	fenced := regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$").FindAllStringSubmatch(string(page), -1)
	if len(fenced) < 6 || len(fenced)%2 != 0 {
		t.Fatalf("the page has %d blocks", len(fenced))
	}
	var commands, files strings.Builder
	for i := 0; i < len(fenced); i += 2 {
		if fenced[i][1] != "sh" || fenced[i+1][1] == "sh" {
			t.Fatalf("this is not a block of sh with what it prints behind it:\n%s", fenced[i][2])
		}
		fmt.Fprintf(&commands, "exec sh -e session%d.sh\ncmp stdout want%d\n", i, i)
		fmt.Fprintf(&files, "-- session%d.sh --\n%s-- want%d --\n%s", i, fenced[i][2], i, fenced[i+1][2])
	}
	file := filepath.Join(t.TempDir(), "page.txtar")
	if err := os.WriteFile(file, []byte(commands.String()+files.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Files: []string{file}, Setup: func(env *testscript.Env) error {
		env.Setenv("NO_COLOR", "1")
		return nil
	}})
}
