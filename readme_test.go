package ddbgen_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// block is a fenced block of README.md, with the line it begins on and the file that the comment above it names.
type block struct {
	line           int
	language, from string
	text           string
}

var (
	fence = regexp.MustCompile("^```([a-z]*)$")
	from  = regexp.MustCompile(`^<!-- from (\S+) -->$`)
)

func readmeBlocks(t *testing.T) []block {
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var blocks []block
	var open *block
	source := ""
	for i, line := range strings.SplitAfter(string(page), "\n") {
		bare := strings.TrimSuffix(line, "\n")
		mark := fence.FindStringSubmatch(bare)
		switch {
		case open != nil && mark == nil:
			open.text += line
		case open != nil:
			blocks, open = append(blocks, *open), nil
		case mark != nil:
			open, source = &block{line: i + 1, language: mark[1], from: source}, ""
		case from.MatchString(bare):
			source = from.FindStringSubmatch(bare)[1]
		case source != "" && bare != "":
			t.Errorf("README.md:%d: the comment above names %s, and no block follows it", i+1, source)
		}
	}
	return blocks
}

// TestReadmeSnippets holds that what the page shows of a file is in the file, byte for byte.
func TestReadmeSnippets(t *testing.T) {
	compared := 0
	for _, b := range readmeBlocks(t) {
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

// TestReadmeCommands runs the ddbgen commands of the page one after the other, in a directory that holds the examples and
// a spec.yaml. Lines of other programs are known by their first word, so that none is passed over by accident.
func TestReadmeCommands(t *testing.T) {
	work := t.TempDir()
	program := filepath.Join(work, "bin", "ddbgen")
	run(t, ".", "go", "build", "-o", program, "./cmd/ddbgen")
	if err := os.CopyFS(filepath.Join(work, "examples"), os.DirFS("examples")); err != nil {
		t.Fatal(err)
	}
	run(t, work, "cp", "examples/books/spec.yaml", "spec.yaml")
	ran := 0
	for _, b := range readmeBlocks(t) {
		if b.language != "sh" {
			continue
		}
		for line := range strings.Lines(b.text) {
			command := strings.Replace(strings.TrimSpace(line), "go run ./cmd/ddbgen ", "ddbgen ", 1)
			rest, ours := strings.CutPrefix(command, "ddbgen ")
			switch {
			case ours:
				run(t, work, "sh", "-c", `"$0" `+rest, program)
				ran++
			case !elsewhere(command):
				t.Errorf("README.md:%d: %q is neither a ddbgen command nor one that is known here", b.line, command)
			}
		}
	}
	if ran == 0 {
		t.Error("README.md shows no ddbgen command: are they written otherwise now?")
	}
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
