package client

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ddbgen/ddbgen/internal/e2e"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/model"
)

// Gate stands between a client and an emulator, and lets through what the account's policies allow.
type Gate struct {
	account  Account
	caller   *model.Role
	front    e2e.Emulator // the emulator, at the gate's address
	upstream *url.URL

	mutex    sync.Mutex
	sessions map[string]Session // by access key
	calls    []string
}

// Open puts a gate before an emulator, for a client that runs as a role.
func Open(t testing.TB, emulator *e2e.Emulator, account Account, caller string) *Gate {
	t.Helper()
	role, err := account.Role(caller)
	if err != nil {
		t.Fatal(err)
	}
	upstream, err := url.Parse(emulator.URL)
	if err != nil {
		t.Fatal(err)
	}
	g := &Gate{account: account, caller: role, front: *emulator, upstream: upstream, sessions: map[string]Session{}}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	g.front.URL = server.URL
	return g
}

// Emulator is the emulator behind the gate, for the client to use.
func (g *Gate) Emulator() *e2e.Emulator { return &g.front }

// Calls are the requests so far, each with the session that made it and what was decided, such as
// "api_tenant/acme0001 Query: allow".
func (g *Gate) Calls() []string {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return slices.Clone(g.calls)
}

// accessKey finds the access key in the signature of a request (IAM user guide, "Elements of an AWS API request signature").
var accessKey = regexp.MustCompile(`Credential=([^/]+)/`)

// ServeHTTP decides one request, and passes it on if it is allowed.
func (g *Gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s := g.session(r)
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		operation := target[strings.LastIndexByte(target, '.')+1:]
		decision, err := g.account.Ask(s, operation, body)
		if g.admit(w, s, operation, decision, err) {
			g.pass(w, r, body)
		}
		return
	}
	g.assume(w, r, s, body)
}

// session is the session that signed a request: one that was assumed through the gate, else the client's own.
func (g *Gate) session(r *http.Request) Session {
	if key := accessKey.FindStringSubmatch(r.Header.Get("Authorization")); key != nil {
		if s, known := g.sessions[key[1]]; known {
			return s
		}
	}
	return Session{Role: g.caller, Name: "own"}
}

// assume decides a request for a session, and remembers the access key that comes back.
func (g *Gate) assume(w http.ResponseWriter, r *http.Request, s Session, body []byte) {
	wanted, err := g.wanted(body)
	var decision evaluate.Decision
	if err == nil {
		decision, err = g.account.Assume(s, wanted)
	}
	if !g.admit(w, s, "AssumeRole", decision, err) {
		return
	}
	if key := issued.FindSubmatch(g.pass(w, r, body)); key != nil {
		g.sessions[string(key[1])] = wanted
	}
}

var issued = regexp.MustCompile(`<AccessKeyId>([^<]+)</AccessKeyId>`)

// wanted is the session that a request to STS asks for.
func (g *Gate) wanted(body []byte) (Session, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil || form.Get("Action") != "AssumeRole" {
		return Session{}, fmt.Errorf("this is no AssumeRole: %s", body)
	}
	s := Session{Name: form.Get("RoleSessionName")}
	for i := 1; form.Has(fmt.Sprintf("Tags.member.%d.Key", i)); i++ {
		s.Tags = append(s.Tags, model.Tag{Key: form.Get(fmt.Sprintf("Tags.member.%d.Key", i)), Value: form.Get(fmt.Sprintf("Tags.member.%d.Value", i))})
	}
	for _, role := range g.account.Model.Roles {
		if g.account.Environment.RoleARN(role, "") == form.Get("RoleArn") {
			s.Role = role
			return s, nil
		}
	}
	return s, fmt.Errorf("there is no role %s", form.Get("RoleArn"))
}

// admit notes a request, and refuses it unless it is allowed. What AWS would answer is not imitated: no client that is
// tested here goes on after a refusal.
func (g *Gate) admit(w http.ResponseWriter, s Session, operation string, decision evaluate.Decision, err error) bool {
	call := fmt.Sprintf("%s/%s %s: ", s.Role.Name, s.Name, operation)
	if err != nil {
		call += err.Error()
	} else {
		call += string(decision.Outcome)
	}
	g.calls = append(g.calls, call)
	if err != nil || decision.Outcome != evaluate.Allow {
		http.Error(w, call, http.StatusForbidden)
		return false
	}
	return true
}

// pass hands a request to the emulator and returns the answer that the client gets.
func (g *Gate) pass(w http.ResponseWriter, r *http.Request, body []byte) []byte {
	onward := r.Clone(r.Context())
	onward.URL.Scheme, onward.URL.Host, onward.RequestURI = g.upstream.Scheme, g.upstream.Host, ""
	onward.Body, onward.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	onward.Header.Del("Accept-Encoding") // the answer is to be read here
	response, err := http.DefaultTransport.RoundTrip(onward)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return nil
	}
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return nil
	}
	_ = response.Body.Close() // read to its end
	for name, values := range response.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(response.StatusCode)
	_, _ = w.Write(answer) // the client may be gone
	return answer
}
