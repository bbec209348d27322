package evaluate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/policy"
)

// The corpus is two kinds of files.
//
// testdata/conditions holds tables of conditions: one condition, a request
// context, and whether it holds. Each row is decided twice, in an Allow and in a
// Deny, so that neither effect can hide a mistake.
//
// testdata/decisions holds whole decisions: policies by layer, a request, the
// outcome, and the statements that made it, as "layer policy.statement" or, for
// the organization's policies, "layer level.policy.statement". The cases of a
// group take what they do not say themselves from the group.

const caller = "arn:aws:sts::111122223333:assumed-role/app/one"

type conditionGroup struct {
	About  string         `json:"about"`
	Source string         `json:"source"`
	Cases  []conditionRow `json:"cases"`
}

type conditionRow struct {
	Note      string                     `json:"note"`
	Version   string                     `json:"version"`
	Condition json.RawMessage            `json:"condition"`
	Context   map[string]json.RawMessage `json:"context"`
	Holds     *bool                      `json:"holds"`
}

func TestConditions(t *testing.T) {
	rows := 0
	for _, file := range glob(t, "testdata/conditions/*.json") {
		for _, group := range read[[]conditionGroup](t, file) {
			checkGroup(t, file, group.About, group.Source)
			for _, row := range group.Cases {
				rows++
				name := fmt.Sprintf("%s: %s: %s %s", filepath.Base(file), group.About, row.Condition, row.Note)
				t.Run(name, func(t *testing.T) { row.check(t) })
			}
		}
	}
	t.Logf("%d conditions", rows)
}

func (row conditionRow) check(t *testing.T) {
	if row.Holds == nil {
		t.Fatal("the row does not say whether it holds")
	}
	version := policy.Version
	if row.Version != "" {
		version = row.Version
	}
	request := Request{
		Principal: MustPrincipal(caller), Action: "dynamodb:Query",
		Resource: "arn:aws:dynamodb:eu-west-1:111122223333:table/T", Context: contextOf(t, row.Context),
	}
	document := func(effect string) policy.Document {
		return parse(t, fmt.Appendf(nil, `{"Version": %q, "Statement": {"Effect": %q, "Action": "*", "Resource": "*", "Condition": %s}}`,
			version, effect, row.Condition))
	}
	everything := parse(t, []byte(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}`))
	want := map[bool][2]Outcome{true: {Allow, ExplicitDeny}, false: {ImplicitDeny, Allow}}[*row.Holds]
	if got := Decide(request, Policies{Identity: []policy.Document{document("Allow")}}).Outcome; got != want[0] {
		t.Errorf("in an Allow: got %s, want %s", got, want[0])
	}
	if got := Decide(request, Policies{Identity: []policy.Document{everything, document("Deny")}}).Outcome; got != want[1] {
		t.Errorf("in a Deny: got %s, want %s", got, want[1])
	}
}

type decisionGroup struct {
	About  string         `json:"about"`
	Source string         `json:"source"`
	Cases  []decisionCase `json:"cases"`
	wireRequest
	wirePolicies
}

type decisionCase struct {
	Name string   `json:"name"`
	Want Outcome  `json:"want"`
	By   []string `json:"by"`
	Miss []string `json:"miss"` // "layer policy.statement: words of what failed", when given
	wireRequest
	wirePolicies
}

type wireRequest struct {
	Principal       *string                    `json:"principal"`
	Action          string                     `json:"action"`
	Resource        string                     `json:"on"`
	ResourceAccount string                     `json:"resource_account"`
	Context         map[string]json.RawMessage `json:"context"`
}

type wirePolicies struct {
	Identity []json.RawMessage   `json:"identity"`
	Boundary []json.RawMessage   `json:"boundary"`
	Session  []json.RawMessage   `json:"session"`
	SCP      [][]json.RawMessage `json:"scp"`
	RCP      [][]json.RawMessage `json:"rcp"`
	Policy   json.RawMessage     `json:"policy"`
	Endpoint []json.RawMessage   `json:"endpoint"`
}

func TestDecisions(t *testing.T) {
	cases := 0
	for _, file := range glob(t, "testdata/decisions/*.json") {
		for _, group := range read[[]decisionGroup](t, file) {
			checkGroup(t, file, group.About, group.Source)
			for _, c := range group.Cases {
				cases++
				name := fmt.Sprintf("%s: %s: %s", filepath.Base(file), group.About, c.Name)
				t.Run(name, func(t *testing.T) { c.check(t, group) })
			}
		}
	}
	t.Logf("%d decisions", cases)
}

func (c decisionCase) check(t *testing.T, group decisionGroup) {
	request := c.wireRequest.request(t, group.wireRequest)
	policies := c.wirePolicies.policies(t, group.wirePolicies)
	got := Decide(request, policies)
	if got.Outcome != c.Want {
		t.Errorf("got %s, want %s\nby %v\nmissed %v", got.Outcome, c.Want, got.DecidedBy, got.Missed)
	}
	if c.By != nil || c.Want != ImplicitDeny {
		if diff := cmp.Diff(c.By, reasonTexts(got.DecidedBy)); diff != "" {
			t.Errorf("decided by (-want +got):\n%s", diff)
		}
	}
	if c.Miss != nil {
		if diff := cmp.Diff(c.Miss, missTexts(got.Missed)); diff != "" {
			t.Errorf("missed (-want +got):\n%s", diff)
		}
	}
	if c.Want == ImplicitDeny && len(got.Missed) == 0 {
		t.Error("an implicit deny without what was missed")
	}
	var again Decision
	DecideInto(&again, &request, &policies)
	if again.Outcome != got.Outcome || !slices.Equal(again.DecidedBy, got.DecidedBy) {
		t.Errorf("DecideInto answers %s by %v", again.Outcome, again.DecidedBy)
	}
}

func reasonTexts(reasons []Reason) []string {
	var texts []string
	for _, r := range reasons {
		texts = append(texts, r.text())
	}
	return texts
}

func missTexts(misses []Miss) []string {
	var texts []string
	for _, m := range misses {
		texts = append(texts, m.text()+": "+m.Failed)
	}
	return texts
}

func (r Reason) text() string {
	if r.Layer == SCP || r.Layer == RCP {
		return fmt.Sprintf("%s %d.%d.%d", r.Layer, r.Level, r.Policy, r.Statement)
	}
	return fmt.Sprintf("%s %d.%d", r.Layer, r.Policy, r.Statement)
}

func (w wireRequest) request(t *testing.T, group wireRequest) Request {
	t.Helper()
	name := caller
	for _, p := range []*string{group.Principal, w.Principal} {
		if p != nil {
			name = *p
		}
	}
	principal, err := ParsePrincipal(name)
	if err != nil {
		t.Fatal(err)
	}
	keys := group.Context
	if w.Context != nil {
		keys = w.Context
	}
	return Request{
		Principal: principal, Action: or(w.Action, group.Action), Resource: or(w.Resource, group.Resource),
		ResourceAccount: or(w.ResourceAccount, group.ResourceAccount), Context: contextOf(t, keys),
	}
}

func (w wirePolicies) policies(t *testing.T, group wirePolicies) Policies {
	t.Helper()
	var p Policies
	p.Identity = parseAll(t, orSlice(w.Identity, group.Identity))
	p.Boundaries = parseAll(t, orSlice(w.Boundary, group.Boundary))
	p.Session = parseAll(t, orSlice(w.Session, group.Session))
	p.Endpoint = parseAll(t, orSlice(w.Endpoint, group.Endpoint))
	for _, level := range orSlice(w.SCP, group.SCP) {
		p.SCP = append(p.SCP, parseAll(t, level))
	}
	for _, level := range orSlice(w.RCP, group.RCP) {
		p.RCP = append(p.RCP, parseAll(t, level))
	}
	if own := orSlice(w.Policy, group.Policy); own != nil && !bytes.Equal(own, []byte("null")) {
		document := parse(t, statements(own))
		p.Resource = &document
	}
	return p
}

func parseAll(t *testing.T, texts []json.RawMessage) []policy.Document {
	t.Helper()
	var documents []policy.Document
	for _, text := range texts {
		documents = append(documents, parse(t, statements(text)))
	}
	return documents
}

// statements lets a policy of the corpus be only its statements, of the current
// version of the language.
func statements(text json.RawMessage) []byte {
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) || !bytes.Contains(text, []byte(`"Statement"`)) {
		return fmt.Appendf(nil, `{"Version": "2012-10-17", "Statement": %s}`, text)
	}
	return text
}

func parse(t *testing.T, text []byte) policy.Document {
	t.Helper()
	document, err := policy.Parse(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return document
}

// contextOf reads a context whose values are strings or lists of them.
func contextOf(t *testing.T, keys map[string]json.RawMessage) Context {
	t.Helper()
	values := make(map[string][]string)
	for name, text := range keys {
		var one string
		var many []string
		if json.Unmarshal(text, &one) == nil {
			many = []string{one}
		} else if err := json.Unmarshal(text, &many); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		values[name] = many
	}
	return ContextOf(values)
}

func checkGroup(t *testing.T, file, about, source string) {
	t.Helper()
	if about == "" || source == "" {
		t.Errorf("%s: a group does not say what it is about (%q) or where AWS says so (%q)", file, about, source)
	}
}

func read[T any](t *testing.T, file string) T {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var v T
	if err := decoder.Decode(&v); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return v
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no file matches %s", pattern)
	}
	return files
}

func or(a, b string) string {
	if strings.TrimSpace(a) != "" {
		return a
	}
	return b
}

func orSlice[T any](a, b []T) []T {
	if a != nil {
		return a
	}
	return b
}
