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

// TestDecidePage runs the sessions of docs/decide.md as a reader would who has the repository: each block of sh must print
// the block that follows it.
func TestDecidePage(t *testing.T) {
	page, err := os.ReadFile("../../docs/decide.md")
	if err != nil {
		t.Fatal(err)
	}
	fenced := regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$").FindAllStringSubmatch(string(page), -1)
	if len(fenced) == 0 || len(fenced)%2 != 0 {
		t.Fatalf("the page has %d blocks", len(fenced))
	}
	var commands, files strings.Builder
	for i := 0; i < len(fenced); i += 2 {
		if fenced[i][1] != "sh" || fenced[i+1][1] != "text" {
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
		return os.CopyFS(filepath.Join(env.WorkDir, "examples"), os.DirFS("../../examples"))
	}})
}

// TestDecideHelp: what --help shows as an answer is the answer to what it shows as a question.
func TestDecideHelp(t *testing.T) {
	help := decideCommand{}.Help()
	lines := regexp.MustCompile(`(?m)^  (\{.*)$`).FindAllStringSubmatch(help, -1)
	if len(lines) != 2 {
		t.Fatalf("the help shows %d lines of JSON", len(lines))
	}
	script := "stdin in\nexec ddbgen decide\ncmp stdout out\n-- in --\n" + lines[0][1] + "\n-- out --\n" + lines[1][1] + "\n"
	file := filepath.Join(t.TempDir(), "help.txtar")
	if err := os.WriteFile(file, []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Files: []string{file}})
	if !strings.Contains(help, "docs/decide.md") {
		t.Error("the help does not name the page")
	}
}
