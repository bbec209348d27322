package editor

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// patience is how long an answer may take before the test fails.
const patience = time.Minute

// Server is a language server that runs until the test ends.
type Server struct {
	wire    *wire
	trouble *log

	mutex sync.Mutex
	news  map[string]chan []Diagnostic // by document: what was published last
}

// Start starts a server, or skips the test where none is installed.
func Start(t testing.TB) *Server {
	t.Helper()
	Require(t)
	command := exec.Command("node", serverProgram(os.Getenv(ServerVariable)), "--stdio")
	trouble := &log{}
	command.Stderr = trouble
	stdin, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatalf("starting the language server: %v", err)
	}
	s := &Server{wire: newWire(stdin), trouble: trouble, news: map[string]chan []Diagnostic{}}
	go s.wire.listen(stdout, s.notified)
	t.Cleanup(func() {
		_ = command.Process.Kill() // after its goodbye it may be gone already
		<-s.wire.ended
		_ = command.Wait() // a killed process has no good end
	})
	s.greet(t)
	return s
}

// greet makes the server ready, and takes leave of it at the end of the test.
func (s *Server) greet(t testing.TB) {
	t.Helper()
	s.ask(t, "initialize", map[string]any{
		"processId": os.Getpid(),
		"rootUri":   nil,
		"capabilities": map[string]any{"textDocument": map[string]any{
			"completion": map[string]any{"completionItem": map[string]any{
				"snippetSupport": true, "documentationFormat": []string{"markdown", "plaintext"},
			}},
			"hover":              map[string]any{"contentFormat": []string{"markdown", "plaintext"}},
			"publishDiagnostics": map[string]any{},
		}},
	}, nil)
	s.tell(t, "initialized", map[string]any{})
	// Everything as editors set it, but for the store of schemas on the web: the
	// tests need no network, and a spec names its schema itself.
	s.tell(t, "workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{"yaml": map[string]any{
		"completion": true, "hover": true, "validate": true, "schemaStore": map[string]any{"enable": false},
	}}})
	t.Cleanup(func() {
		s.ask(t, "shutdown", nil, nil)
		s.tell(t, "exit", nil)
	})
}

// ask sends a request and waits for its answer.
func (s *Server) ask(t testing.TB, method string, params, result any) {
	t.Helper()
	answer, err := s.wire.ask(method, params)
	if err != nil {
		t.Fatalf("%s: %v\n%s", method, err, s.state())
	}
	select {
	case m := <-answer:
		if m.Error != nil {
			t.Fatalf("%s: the language server refuses: %s", method, m.Error)
		}
		if result == nil {
			return
		}
		if err := json.Unmarshal(m.Result, result); err != nil {
			t.Fatalf("%s: %v\n%s", method, err, m.Result)
		}
	case <-s.wire.ended:
		t.Fatalf("%s: the language server ended\n%s", method, s.state())
	case <-time.After(patience):
		t.Fatalf("%s: no answer within %s\n%s", method, patience, s.state())
	}
}

func (s *Server) tell(t testing.TB, method string, params any) {
	t.Helper()
	if err := s.wire.tell(method, params); err != nil {
		t.Fatalf("%s: %v\n%s", method, err, s.state())
	}
}

// state is what a failure shows of the server.
func (s *Server) state() string {
	return "It said last:\n" + s.wire.said() + "\nand of itself:\n" + s.trouble.String()
}

// notified keeps what is published of a document, the newest only.
func (s *Server) notified(m message) {
	if m.Method != "textDocument/publishDiagnostics" {
		return
	}
	var published struct {
		URI         string
		Diagnostics []Diagnostic
	}
	if json.Unmarshal(m.Params, &published) != nil {
		return // the one who waits then says what was heard
	}
	news := s.newsOf(published.URI)
	select {
	case <-news:
	default:
	}
	news <- published.Diagnostics
}

func (s *Server) newsOf(uri string) chan []Diagnostic {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.news[uri] == nil {
		s.news[uri] = make(chan []Diagnostic, 1)
	}
	return s.news[uri]
}

// address is the URI of a file, in the form that the server uses too.
func address(t testing.TB, path string) string {
	t.Helper()
	whole, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(whole)}).String()
}

// log is what a process writes, to be read while it still writes.
type log struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Write(b)
}

func (l *log) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.String()
}
