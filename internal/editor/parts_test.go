package editor

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The tests here need no language server.

func TestMissingServerIsNamed(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if got := nodeMissing(); !strings.Contains(got, "node is not on PATH") {
		t.Errorf("without node: %q", got)
	}
	t.Setenv(ServerVariable, "")
	if got := serverMissing(); !strings.Contains(got, ServerVariable+" is not set") {
		t.Errorf("without a directory: %q", got)
	}
	directory := t.TempDir()
	t.Setenv(ServerVariable, directory)
	if got := serverMissing(); !strings.Contains(got, "holds no yaml-language-server") {
		t.Errorf("with an empty directory: %q", got)
	}
	program := serverProgram(directory)
	if err := os.MkdirAll(filepath.Dir(program), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := serverMissing(); got != "" {
		t.Errorf("with a server: %q", got)
	}
}

// TestPinnedServer holds that the version is named exactly, in both of npm's files.
func TestPinnedServer(t *testing.T) {
	const server = "yaml-language-server"
	var manifest struct{ Dependencies map[string]string }
	readJSON(t, "testdata/server/package.json", &manifest)
	var lock struct {
		Packages map[string]struct{ Version, Integrity string }
	}
	readJSON(t, "testdata/server/package-lock.json", &lock)
	want := manifest.Dependencies[server]
	if want == "" || strings.ContainsAny(want, "^~*<>x ") {
		t.Errorf("package.json asks for %q, which is no version", want)
	}
	for path, installed := range lock.Packages {
		if path == "node_modules/"+server && installed.Version != want {
			t.Errorf("package-lock.json has version %q, package.json %q", installed.Version, want)
		}
		if path != "" && installed.Integrity == "" {
			t.Errorf("package-lock.json has no digest of %s", path)
		}
	}
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func TestCursor(t *testing.T) {
	for text, want := range map[string]Position{"‸a": {0, 0}, "a‸b": {0, 1}, "a:\n  b‸c\nd\n": {1, 3}, "a\n‸": {1, 0}} {
		bare, got := Cursor(text)
		if got != want || strings.Contains(bare, "‸") {
			t.Errorf("%q: %v in %q, want %v", text, got, bare, want)
		}
	}
}

// TestWire talks to a server that says what is written here.
func TestWire(t *testing.T) {
	hears, says := io.Pipe()
	reads, writes := io.Pipe()
	w := newWire(writes)
	notified := make(chan message, 1)
	go w.listen(hears, func(m message) { notified <- m })
	go func() {
		from := bufio.NewReader(reads)
		question, _ := readMessage(from)
		say(says, `{"jsonrpc":"2.0","method":"news","params":{"é":1}}`)
		say(says, `{"jsonrpc":"2.0","id":"theirs","method":"may I"}`)
		granted, _ := readMessage(from)
		say(says, fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":{"heard":%q,"granted":%s}}`, *question.ID, question.Method, *granted.ID))
		says.Close()
	}()
	answer, err := w.ask("question", map[string]any{})
	if err != nil {
		t.Fatal(err)
	}
	if got := <-notified; got.Method != "news" || string(got.Params) != `{"é":1}` {
		t.Errorf("notified of %s %s", got.Method, got.Params)
	}
	if got := <-answer; string(got.Result) != `{"heard":"question","granted":"theirs"}` {
		t.Errorf("the answer is %s", got.Result)
	}
	<-w.ended
	if got := w.said(); !strings.Contains(got, "news") || !strings.Contains(got, "granted") {
		t.Errorf("it said last:\n%s", got)
	}
}

func say(to io.Writer, text string) {
	fmt.Fprintf(to, "Content-Length: %d\r\n\r\n%s", len(text), text)
}
