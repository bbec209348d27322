package ddbgen_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// block is a fenced block of a page, with the line it begins on and the file that the comment above it names.
type block struct {
	line           int
	language, from string
	text           string
}

var (
	fence = regexp.MustCompile("^```([a-z]*)$")
	from  = regexp.MustCompile(`^<!-- from (\S+) -->$`)
)

// blocks are the fenced blocks of a page, in order.
func blocks(t *testing.T, page string) []block {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var found []block
	var open *block
	source := ""
	for i, line := range strings.SplitAfter(string(text), "\n") {
		bare := strings.TrimSuffix(line, "\n")
		mark := fence.FindStringSubmatch(bare)
		switch {
		case open != nil && mark == nil:
			open.text += line
		case open != nil:
			found, open = append(found, *open), nil
		case mark != nil:
			open, source = &block{line: i + 1, language: mark[1], from: source}, ""
		case from.MatchString(bare):
			source = from.FindStringSubmatch(bare)[1]
		case source != "" && bare != "":
			t.Errorf("%s:%d: the comment above names %s, and no block follows it", page, i+1, source)
		}
	}
	return found
}

// TestReadmeSnippets holds that what the page shows of a file is in the file, byte for byte.
func TestReadmeSnippets(t *testing.T) {
	compared := 0
	for _, b := range blocks(t, "README.md") {
		shown := b.language == "yaml" || b.language == "json"
		if !shown && b.from == "" {
			continue
		}
		if b.from == "" {
			t.Errorf("README.md:%d: a block of %s does not say which file it is from", b.line, b.language)
			continue
		}
		file, err := os.ReadFile(b.from)
		if err != nil {
			t.Errorf("README.md:%d: %v", b.line, err)
			continue
		}
		if !bytes.Contains(append([]byte("\n"), file...), []byte("\n"+b.text)) {
			t.Errorf("README.md:%d: this is not in %s:\n%s", b.line, b.from, b.text)
		}
		compared++
	}
	if compared == 0 {
		t.Error("README.md shows nothing of any file: are blocks written otherwise now?")
	}
}

// TestReadmeCommands runs the commands of the page one after the other, in a directory that holds the examples and a
// spec.yaml. A block of sh with a block of text behind it is a session, which prints that text; one session begins in the
// directory in which the one before ended. Of other blocks each line is a command of ddbgen, or is known by its first word,
// so that none is passed over by accident.
func TestReadmeCommands(t *testing.T) {
	work := t.TempDir()
	program := filepath.Join(work, "bin", "ddbgen")
	run(t, ".", "go", "build", "-o", program, "./cmd/ddbgen")
	if err := os.CopyFS(filepath.Join(work, "examples"), os.DirFS("examples")); err != nil {
		t.Fatal(err)
	}
	run(t, work, "cp", "examples/books/spec.yaml", "spec.yaml")
	all, in := blocks(t, "README.md"), work
	ran, sessions := 0, 0
	for i, b := range all {
		switch {
		case b.language != "sh":
		case i+1 < len(all) && all[i+1].language == "text":
			in = session(t, in, program, b, all[i+1])
			sessions++
		default:
			ran += commands(t, work, program, b)
		}
	}
	if ran == 0 || sessions == 0 {
		t.Errorf("README.md shows %d ddbgen commands and %d sessions: are they written otherwise now?", ran, sessions)
	}
}

// took is how long something took, which is never the same twice.
var took = regexp.MustCompile(`\bin [0-9.]+(µs|ms|s)\b`)

// session runs a block in a directory, demands that it prints another block, and returns the directory in which it ends.
func session(t *testing.T, dir, program string, b, prints block) string {
	t.Helper()
	end := filepath.Join(filepath.Dir(program), "end")
	cmd := exec.Command("sh", "-e", "-c", b.text+"pwd > "+end)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "PATH="+filepath.Dir(program)+string(filepath.ListSeparator)+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("README.md:%d: %v\n%s", b.line, err, out)
	}
	if diff := cmp.Diff(took.ReplaceAllString(prints.text, "in no time"), took.ReplaceAllString(string(out), "in no time")); diff != "" {
		t.Errorf("README.md:%d: it prints otherwise (-page +printed):\n%s", b.line, diff)
	}
	return strings.TrimSpace(string(read(t, end)))
}

// commands runs the lines of a block that are commands of ddbgen, and counts them.
func commands(t *testing.T, dir, program string, b block) int {
	t.Helper()
	ran := 0
	for line := range strings.Lines(b.text) {
		command := strings.TrimSpace(line)
		rest, ours := strings.CutPrefix(command, "ddbgen ")
		switch {
		case ours:
			run(t, dir, "sh", "-c", `"$0" `+rest, program)
			ran++
		case !elsewhere(command):
			t.Errorf("line %d: %q is neither a ddbgen command nor one that is known here", b.line, command)
		}
	}
	return ran
}

// elsewhere reports whether other tests or other programs answer for a command.
func elsewhere(command string) bool {
	switch command {
	case "go install ./cmd/ddbgen", "go test ./...", "terraform init", "terraform apply":
		return true
	}
	return strings.HasPrefix(command, "cd generated/environments/")
}

func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}
