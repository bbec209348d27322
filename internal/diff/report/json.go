package report

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diff"
)

// The names of the JSON form. Lists that are empty are there; what does not apply is left out.

type jsonResult struct {
	FormatVersion string          `json:"format_version"`
	Verdict       string          `json:"verdict"`
	Unchanged     bool            `json:"unchanged"` // proven
	GainCount     int             `json:"gain_count"`
	LossCount     int             `json:"loss_count"`
	Changes       []jsonChange    `json:"changes"`
	Undecided     []jsonUndecided `json:"undecided"`
	Renames       []jsonRename    `json:"renames"`
	Assumed       []string        `json:"assumed"`
	Compared      jsonCounts      `json:"compared"`
}

type jsonCounts struct {
	Identities int `json:"identities"`
	Tables     int `json:"tables"`
	Keys       int `json:"keys"`
	Endpoints  int `json:"endpoints"`
	Documents  int `json:"documents"`
	Statements int `json:"statements"`
}

type jsonChange struct {
	Direction  string      `json:"direction"`
	Layer      string      `json:"layer"`
	Subject    string      `json:"subject"`
	Sentence   string      `json:"sentence"`
	Refusal    bool        `json:"refusal"`
	Whole      bool        `json:"whole_subject"`
	Actions    jsonPart    `json:"actions"`
	Resources  jsonPart    `json:"resources"`
	Principals *jsonPart   `json:"principals,omitempty"`
	Ways       []jsonWay   `json:"ways"`
	Document   string      `json:"document"`
	Statement  string      `json:"statement"`
	At         *jsonPlace  `json:"at,omitempty"`
	Because    string      `json:"because,omitempty"`
	Held       string      `json:"refused_still_by,omitempty"`
	Witness    jsonWitness `json:"witness"`
}

type jsonPart struct {
	All    bool     `json:"all"`
	Texts  []string `json:"patterns"`
	But    []string `json:"but"`
	Inside bool     `json:"only_a_part"`
}

type jsonWay struct {
	Rows       *jsonCondition  `json:"rows,omitempty"`
	Columns    *jsonCondition  `json:"columns,omitempty"`
	Conditions []jsonCondition `json:"conditions"`
}

type jsonCondition struct {
	Key     string     `json:"key"`
	Missing bool       `json:"may_be_missing"`
	Empty   bool       `json:"may_be_empty"`
	Valued  bool       `json:"may_have_values"`
	Several bool       `json:"holds_several"`
	Values  jsonPart   `json:"each_value"`
	Some    []jsonPart `json:"at_least_one_each_of"`
}

type jsonPlace struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

type jsonWitness struct {
	Principal string    `json:"principal"`
	Action    string    `json:"action"`
	Resource  string    `json:"resource"`
	Context   []jsonKey `json:"context"`
	Old       string    `json:"old_decision"`
	New       string    `json:"new_decision"`
}

type jsonKey struct {
	Key    string   `json:"key"`
	Values []string `json:"values"`
}

type jsonUndecided struct {
	Subject string     `json:"subject"`
	Layer   string     `json:"layer,omitempty"`
	Why     string     `json:"why"`
	At      *jsonPlace `json:"at,omitempty"`
}

type jsonRename struct {
	Old string `json:"old"`
	New string `json:"new"`
}

// JSON is the result for a program.
func JSON(r diff.Result) []byte {
	out := jsonResult{
		FormatVersion: "1.0", Verdict: Verdict(r), Unchanged: r.Unchanged(), GainCount: len(r.Gains()), LossCount: len(r.Losses()),
		Changes: []jsonChange{}, Undecided: []jsonUndecided{}, Renames: []jsonRename{}, Assumed: listed(r.Assumed), Compared: jsonCounts(r.Compared),
	}
	for _, c := range slices.Concat(r.Gains(), r.Losses()) {
		out.Changes = append(out.Changes, change(c))
	}
	for _, u := range r.Undecided {
		out.Undecided = append(out.Undecided, jsonUndecided{u.Subject, string(u.Layer), u.Why, place(u.At)})
	}
	for _, n := range r.Renames {
		out.Renames = append(out.Renames, jsonRename(n))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(out); err != nil {
		panic("report: " + err.Error()) // texts, numbers and lists of them
	}
	return b.Bytes()
}

func change(c diff.Change) jsonChange {
	out := jsonChange{
		Direction: string(c.Direction), Layer: string(c.Layer), Subject: c.Subject, Sentence: c.Sentence(), Refusal: c.Refusal, Whole: c.Whole,
		Actions: part(c.Actions), Resources: part(c.Resources), Ways: []jsonWay{}, Document: c.Document, Statement: c.Statement, At: place(c.At),
		Because: c.Because, Held: c.Held, Witness: witness(c.Witness),
	}
	if c.Who != nil {
		who := part(*c.Who)
		out.Principals = &who
	}
	for _, w := range c.Ways {
		way := jsonWay{Rows: optional(w.Rows), Columns: optional(w.Columns), Conditions: []jsonCondition{}}
		for _, k := range w.Conditions {
			way.Conditions = append(way.Conditions, condition(k))
		}
		out.Ways = append(out.Ways, way)
	}
	return out
}

func part(p diff.Part) jsonPart { return jsonPart{p.All, listed(p.Texts), listed(p.But), p.Loose} }

func optional(c *diff.Condition) *jsonCondition {
	if c == nil {
		return nil
	}
	out := condition(*c)
	return &out
}

func condition(c diff.Condition) jsonCondition {
	out := jsonCondition{Key: c.Key, Missing: c.Missing, Empty: c.Empty, Valued: !c.Only, Several: c.Several, Values: part(c.Values), Some: []jsonPart{}}
	for _, s := range c.Some {
		out.Some = append(out.Some, part(s))
	}
	return out
}

func place(at hcl.Range) *jsonPlace {
	if at.Filename == "" {
		return nil
	}
	return &jsonPlace{at.Filename, at.Start.Line, at.Start.Column}
}

func witness(w diff.Witness) jsonWitness {
	out := jsonWitness{Principal: w.Request.Principal, Action: w.Request.Action, Resource: w.Request.Resource, Context: []jsonKey{}, Old: string(w.OldOutcome), New: string(w.NewOutcome)}
	for _, k := range w.Request.Context {
		out.Context = append(out.Context, jsonKey{k.Name, listed(k.Values)})
	}
	return out
}

// listed is a list that is there even if it is empty.
func listed(texts []string) []string { return append([]string{}, texts...) }
