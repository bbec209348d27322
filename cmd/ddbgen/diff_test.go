package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ddbgen/ddbgen/internal/diff"
)

// TestDiffPage runs the sessions of docs/diff.md as a reader would who has the repository: each block of sh must print the block
// that follows it.
func TestDiffPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/diff.md")
	if err != nil {
		t.Fatal(err)
	}
	fenced := regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$").FindAllStringSubmatch(string(page), -1)
	if len(fenced) < 4 || len(fenced)%2 != 0 {
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

// BenchmarkDiffPayments compares the policies of the payments example with those of an edit of it.
func BenchmarkDiffPayments(b *testing.B) {
	src, err := os.ReadFile("../../examples/payments/spec.yaml")
	if err != nil {
		b.Fatal(err)
	}
	edited := strings.Replace(string(src), "- {table: rates, operations: [GetItem, Query]}", "- {table: rates, operations: [GetItem, Query, Scan], because: a test}", 1)
	var c diffCommand
	before, after := c.spec("old.yaml", src, "old "), c.spec("new.yaml", []byte(edited), "")
	if before.wrong.HasErrors() || after.wrong.HasErrors() {
		b.Fatal(before.wrong, after.wrong)
	}
	for b.Loop() {
		if r := diff.Inventories(before.inventory, after.inventory); len(r.Gains()) == 0 || len(r.Undecided) > 0 {
			b.Fatalf("%d gains, %v", len(r.Gains()), r.Undecided)
		}
	}
}
