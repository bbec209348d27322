package main

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

// TestMain lets the scripts run the program itself, as a process of its own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ddbgen": main})
}

// TestScripts runs the commands as a user does. Each script is named after one behaviour.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("NO_COLOR", "1")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"append": appendTo, "uncomment": uncomment, "typed": typed,
		},
	})
}

// appendTo is "append FILE TEXT": what a person does who edits a file.
func appendTo(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: append file text")
	}
	path := ts.MkAbs(args[0])
	old, err := os.ReadFile(path)
	ts.Check(err)
	ts.Check(os.WriteFile(path, append(old, []byte(args[1]+"\n")...), 0o644))
}

// uncomment is "uncomment FILE [LINE]": it uncomments the settings of a spec that ddbgen init wrote, all of them or those
// from a line on. They begin with # and no space.
func uncomment(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) == 0 || len(args) > 2 {
		ts.Fatalf("usage: uncomment file [line]")
	}
	text, from := ts.ReadFile(args[0]), 0
	if len(args) == 2 {
		if from = strings.Index(text, "\n"+args[1]+"\n"); from < 0 {
			ts.Fatalf("%s has no line %s", args[0], args[1])
		}
	}
	settings := regexp.MustCompile(`(?m)^( *)#([^ #\n])`)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text[:from]+settings.ReplaceAllString(text[from:], "$1$2")), 0o644))
}

// typed is "typed KEYS LINES": what a person types who wants to see the words of each line completed and not run. <TAB> is the
// key; after it control-A goes to the beginning of the line, and control-E to its end.
func typed(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: typed keys lines")
	}
	var keys string
	for _, line := range strings.SplitAfter(strings.TrimSuffix(ts.ReadFile(args[1]), "\n"), "\n") {
		keys += strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "<TAB>", "\t") + "\x01printf '<%s>' \x05; echo\n"
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(keys), 0o644))
}
