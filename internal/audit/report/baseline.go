package report

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// idBaseline is the check that a baseline is one.
const idBaseline = "unreadable-baseline"

// Baseline is what is known and accepted.
type Baseline struct {
	Accepted []Accepted
}

// Accepted is one finding that is accepted. All but the fingerprint is for whoever reads the file.
type Accepted struct {
	ID          string `json:"id"`
	Subject     string `json:"subject,omitempty"`
	Document    string `json:"document,omitempty"`
	Statement   string `json:"statement,omitempty"`
	Fingerprint string `json:"fingerprint"`
	Because     string `json:"because,omitempty"`

	at hcl.Range
}

// file is a baseline as it is written.
type file struct {
	Version  int        `json:"version"`
	Accepted []Accepted `json:"accepted"`
}

// ReadBaseline reads a baseline. One that is not understood accepts nothing, and the finding says why.
func ReadBaseline(name string, src []byte) (Baseline, hcl.Diagnostics) {
	all, ds := tree.ParseJSON(name, src)
	switch {
	case ds.HasErrors():
		return Baseline{}, hcl.Diagnostics{unreadable(ds[0].Detail, place(ds[0]))}
	case len(all) != 1:
		return Baseline{}, hcl.Diagnostics{unreadable("It holds "+counted(len(all), "value")+" of JSON.", hcl.Range{Filename: name})}
	}
	r := baselineReader{}
	b := r.file(all[0])
	if r.ds.HasErrors() {
		return Baseline{}, r.ds
	}
	return b, nil
}

func unreadable(why string, at hcl.Range) *hcl.Diagnostic {
	return diag.Error(idBaseline, "Baseline cannot be read", why+" Write it with --write-baseline; by hand, change no more than \"because\".", at)
}

type baselineReader struct{ ds hcl.Diagnostics }

func (r *baselineReader) wrong(at hcl.Range, format string, args ...any) {
	r.ds = append(r.ds, unreadable(fmt.Sprintf(format, args...), at))
}

func (r *baselineReader) file(n *tree.Node) Baseline {
	var b Baseline
	if again := n.Repeated(); again != nil {
		r.wrong(again.Range, "%q comes twice.", again.Name)
	}
	version := n.Get("version")
	if n.Kind != tree.Object || version == nil || version.Text != "1" {
		r.wrong(n.Range, "It is not of version 1.")
		return b
	}
	for _, m := range n.Members {
		switch {
		case m.Name == "version":
		case m.Name != "accepted":
			r.wrong(m.Range, "There is no %q in a baseline.", m.Name)
		case m.Value.Kind != tree.List:
			r.wrong(m.Value.Range, `"accepted" is %s and not a list.`, m.Value.Kind)
		default:
			for _, item := range m.Value.Items {
				b.Accepted = append(b.Accepted, r.accepted(item))
			}
		}
	}
	return b
}

func (r *baselineReader) accepted(n *tree.Node) Accepted {
	a := Accepted{at: n.Range}
	if n.Kind != tree.Object {
		r.wrong(n.Range, "What is accepted is %s and not an object.", n.Kind)
		return a
	}
	fields := map[string]*string{
		"id": &a.ID, "subject": &a.Subject, "document": &a.Document, "statement": &a.Statement, "fingerprint": &a.Fingerprint, "because": &a.Because,
	}
	for _, m := range n.Members {
		field := fields[m.Name]
		switch {
		case field == nil:
			r.wrong(m.Range, "There is no %q in what is accepted.", m.Name)
		case m.Value.Kind != tree.String:
			r.wrong(m.Value.Range, "%q is %s and not a string.", m.Name, m.Value.Kind)
		default:
			*field = m.Value.Text
		}
	}
	if a.ID == "" || a.Fingerprint == "" {
		r.wrong(n.Range, `What is accepted has an "id" and a "fingerprint".`)
	}
	return a
}

// known is what an accepted finding and one that is made are compared by.
type known struct{ id, fingerprint string }

// Apply parts the findings that are not accepted from those that are, which are counted. What is accepted and was not found is
// told in a note, because it would go on to accept what comes back; but not where its rule did not look.
func (b Baseline) Apply(items []Item, looked func(rule string) bool) (rest []Item, accepted int, stale hcl.Diagnostics) {
	found := map[known]bool{}
	for _, a := range b.Accepted {
		found[known{a.ID, a.Fingerprint}] = false
	}
	for _, i := range items {
		key := known{i.ID, i.Fingerprint}
		if _, is := found[key]; !is {
			rest = append(rest, i)
			continue
		}
		found[key] = true
		accepted++
	}
	for _, a := range b.Accepted {
		if key := (known{a.ID, a.Fingerprint}); !found[key] && looked(a.ID) {
			found[key] = true // told once
			stale = append(stale, diag.Warning("stale-baseline", "Accepted, and not found any more",
				fmt.Sprintf("%s is accepted here for %s, and there is no such finding. It was mended, or its statement was changed. Take it out, or write the baseline anew with --write-baseline.", a.ID, a.whose()), a.at))
		}
	}
	return rest, accepted, stale
}

func (a Accepted) whose() string {
	of := joined(", ", a.Subject, a.Document)
	if a.Statement != "" {
		of = joined(", ", of, "statement "+a.Statement)
	}
	return cmp.Or(of, "something that it does not name")
}

// Accept is a baseline of findings. The reasons of the one before it stay.
func Accept(items []Item, before Baseline) Baseline {
	because := map[known]string{}
	for _, a := range before.Accepted {
		because[known{a.ID, a.Fingerprint}] = a.Because
	}
	var out Baseline
	seen := map[known]bool{}
	for _, i := range items {
		key := known{i.ID, i.Fingerprint}
		if seen[key] {
			continue
		}
		seen[key] = true
		out.Accepted = append(out.Accepted, Accepted{
			ID: i.ID, Subject: i.Subject, Document: i.Document, Statement: i.Statement, Fingerprint: i.Fingerprint, Because: because[key],
		})
	}
	return out
}

// Keep adds what another baseline accepts by rules that did not look.
func (b Baseline) Keep(other Baseline, looked func(rule string) bool) Baseline {
	for _, a := range other.Accepted {
		if !looked(a.ID) {
			b.Accepted = append(b.Accepted, a)
		}
	}
	return b
}

// Bytes is the baseline as a file: sorted, one field a line, so that a change of it can be reviewed.
func (b Baseline) Bytes() []byte {
	out := file{Version: 1, Accepted: slices.Clone(b.Accepted)}
	if out.Accepted == nil {
		out.Accepted = []Accepted{}
	}
	slices.SortFunc(out.Accepted, func(x, y Accepted) int {
		return cmp.Or(cmp.Compare(x.ID, y.ID), cmp.Compare(x.Subject, y.Subject), cmp.Compare(x.Document, y.Document),
			cmp.Compare(x.Statement, y.Statement), cmp.Compare(x.Fingerprint, y.Fingerprint))
	})
	var buffer bytes.Buffer
	e := json.NewEncoder(&buffer)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(out); err != nil {
		panic("report: " + err.Error()) // texts are always encoded
	}
	return buffer.Bytes()
}

// counted is "1 file" or "3 files".
func counted(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case noun[len(noun)-1] == 'y' && noun != "key":
		return fmt.Sprintf("%d %sies", n, noun[:len(noun)-1])
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
