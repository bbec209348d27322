package judge

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"testing"

	"github.com/ddbgen/ddbgen/internal/e2e"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// Judge stands between Terraform and an emulator. At first an administrator makes the requests: see As.
type Judge struct {
	emulator *e2e.Emulator
	front    e2e.Emulator // the same, at the judge's address
	upstream *url.URL
	next     http.RoundTripper
	services map[string]map[string]operation
	report   func(format string, arguments ...any)

	mutex   sync.Mutex
	account *account
	phase   string
	actor   actor
	entries []Entry
}

// actor is who makes the requests.
type actor struct {
	role string // name; "": an administrator
	edit Edit   // nil: the role's documents as they are
}

// Edit changes the documents of a role before they are asked.
type Edit func([]policy.Document) []policy.Document

// Start puts a judge before an emulator and ends it with the test.
func Start(t testing.TB, emulator *e2e.Emulator, partition string) *Judge {
	t.Helper()
	j, err := newJudge(emulator, partition, t.Errorf)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(j)
	t.Cleanup(server.Close)
	j.front.URL = server.URL
	return j
}

func newJudge(emulator *e2e.Emulator, partition string, report func(string, ...any)) (*Judge, error) {
	upstream, err := url.Parse(emulator.URL)
	if err != nil {
		return nil, err
	}
	return &Judge{
		emulator: emulator, front: *emulator, upstream: upstream, next: &http.Transport{DisableCompression: true}, services: services(), report: report,
		account: newAccount(partition, emulator.Account, emulator.Region),
	}, nil
}

// Emulator is the emulator behind the judge, for Terraform to use.
func (j *Judge) Emulator() *e2e.Emulator { return &j.front }

// Learn takes over what was put into the account past the judge.
func (j *Judge) Learn(t testing.TB) {
	t.Helper()
	world := j.emulator.ReadBack(t)
	j.mutex.Lock()
	defer j.mutex.Unlock()
	if err := j.account.learn(world); err != nil {
		t.Fatal(err)
	}
}

// Phase names what is done from now on, for the record.
func (j *Judge) Phase(name string) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	j.phase = name
}

// As has a role of the account make all requests from now on.
func (j *Judge) As(role string) { j.AsEdited(role, nil) }

// AsEdited has a role make all requests, with other documents than it has.
func (j *Judge) AsEdited(role string, edit Edit) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	j.actor = actor{role, edit}
}

// AsAdministrator has all requests allowed.
func (j *Judge) AsAdministrator() { j.AsEdited("", nil) }

// Record is what has been asked so far.
func (j *Judge) Record() Record {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	return slices.Clone(j.entries)
}

// ServeHTTP judges one request, and passes it on if it is allowed.
func (j *Judge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		j.refuse(w, "reading a request: %v", err)
		return
	}
	c, err := parseCall(r, body)
	if err != nil {
		j.refuse(w, "%v", err)
		return
	}
	o, known := j.services[c.service][c.operation]
	if !known {
		j.refuse(w, "the judge does not know %s (%s %s)", c, r.Method, r.URL)
		return
	}
	entry, err := j.judge(c, o)
	if err != nil {
		j.refuse(w, "%s: %v", c, err)
		return
	}
	if denied := entry.Denied(); len(denied) > 0 {
		deny(w, r, c, denied[0])
		return
	}
	j.pass(w, r, body, c, o)
}

// refuse fails the test, and the request too, in words that Terraform shows.
func (j *Judge) refuse(w http.ResponseWriter, format string, arguments ...any) {
	message := fmt.Sprintf(format, arguments...)
	j.report("%s", message)
	http.Error(w, message, http.StatusNotImplemented)
}

// judge decides what a call needs, and records it.
func (j *Judge) judge(c *call, o operation) (Entry, error) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	entry := Entry{Phase: j.phase, Role: j.actor.role, Operation: c.String()}
	if o.needs != nil {
		for _, n := range o.needs(j.account, c) {
			entry.Checks = append(entry.Checks, j.check(c, n))
		}
	}
	j.entries = append(j.entries, entry)
	return entry, c.unknown
}

// check asks package evaluate whether the actor has a permission.
func (j *Judge) check(c *call, n need) Check {
	a := j.account
	check := Check{ByAWS: n.byAWS, Keys: n.keys, Request: evaluate.Request{Action: n.action, Resource: n.resource, Context: n.keys}}
	if j.actor.role == "" {
		check.Decision.Outcome = evaluate.Allow
		return check
	}
	arn := a.role(c, j.actor.role).arn
	actor := Actor{ARN: arn, Tags: a.tags[arn], Region: c.region}
	check.Policies.Resource = n.policy
	check.Policies.Identity, check.Policies.Boundaries = a.identity(c, j.actor.role)
	if j.actor.edit != nil {
		check.Policies.Identity = j.actor.edit(check.Policies.Identity)
	}
	check.Request = actor.Request(n.action, n.resource, n.keys)
	check.Decision = evaluate.Decide(check.Request, check.Policies)
	return check
}

// pass hands a request to the emulator, and follows what it changes.
func (j *Judge) pass(w http.ResponseWriter, r *http.Request, body []byte, c *call, o operation) {
	onward := r.Clone(r.Context())
	onward.URL.Scheme, onward.URL.Host, onward.RequestURI = j.upstream.Scheme, j.upstream.Host, ""
	onward.Body, onward.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	// The answer is to be read here.
	onward.Header.Del("Accept-Encoding")
	response, err := j.next.RoundTrip(onward)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	_ = response.Body.Close() // read to its end
	if response.StatusCode < http.StatusMultipleChoices && o.learns != nil {
		j.learn(c, o, answered(answer))
	}
	for name, values := range response.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(response.StatusCode)
	_, _ = w.Write(answer) // Terraform gave up, as it does when it is interrupted
}

func (j *Judge) learn(c *call, o operation, answer object) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	o.learns(j.account, c, answer)
	if c.unknown != nil {
		j.report("%s: %v", c, c.unknown)
	}
}
