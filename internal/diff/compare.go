package diff

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file computes the difference between what one subject's documents mean on the two sides.

// comparison is one layer of one subject, on both sides.
type comparison struct {
	layer   Layer
	subject string
	whole   bool
	caller  string // who asks, where the documents do not say it
	callers string // the ARN of whom they are sessions, if it is known
	old     *state
	new     *state
}

// state is one side of a comparison. Nil limits are none: nothing beside the documents decides.
type state struct {
	documents []*inventory.Document
	limits    []*inventory.Document // the permissions boundary
	allows    []*statement
	denies    []*statement
	room      []*statement // what the limits allow
	bars      []*statement // what the limits deny
}

// statement is a statement of a document, with the requests that it matches.
type statement struct {
	document *inventory.Document
	index    int
	policy.Statement
	boxes []access.Box
}

// String names a statement in a message.
func (s *statement) String() string {
	return "the statement " + s.document.Sid(s.index) + " of " + s.document.Name
}

func (s *statement) at() hcl.Range { return s.document.Statement(s.index) }

// same reports whether both sides are the same, word by word.
func (c *comparison) same() bool {
	return len(c.old.limits) == len(c.new.limits) && sameText(c.old.documents, c.new.documents) && sameText(c.old.limits, c.new.limits)
}

func (s *state) all() []policy.Document {
	var out []policy.Document
	for _, d := range slices.Concat(s.documents, s.limits) {
		out = append(out, d.Document)
	}
	return out
}

func plainDocuments(ds []*inventory.Document) []policy.Document {
	out := make([]policy.Document, len(ds))
	for i, d := range ds {
		out[i] = d.Document
	}
	return out
}

// outcome is what a comparison found.
type outcome struct {
	changes   []Change
	undecided []Undecided
}

// run compares.
func (c *comparison) run() outcome {
	var out outcome
	if c.same() {
		return out
	}
	documents := append(c.old.all(), c.new.all()...)
	r := &reader{comparison: c, symbols: access.NewWorlds(documents...), others: access.NewWorlds(documents...)}
	r.read(c.old, atomsOf("", slices.Concat(c.new.documents, c.new.limits)))
	r.read(c.new, atomsOf("", slices.Concat(c.old.documents, c.old.limits)))
	for _, d := range []Direction{Gain, Loss} {
		r.changes(d)
	}
	return r.out
}

// reader is a comparison whose documents are read as sets.
type reader struct {
	*comparison
	symbols   *access.Symbols
	others    *access.Symbols // for what is read beside the documents, which the former do not expect
	statement []*statement    // by the number that the origin of their boxes is
	words     *vocabulary
	done      map[string][]doneRecipe
	skipped   bool // an Allow statement that both sides have is left out: it cannot be decided
	out       outcome
}

// read takes the documents of a side apart. A statement that cannot be read as a set is left out: silently, if the other side has
// the same, and else as undecided.
func (r *reader) read(s *state, other []atom) {
	for _, part := range []struct {
		documents      []*inventory.Document
		allows, denies *[]*statement
	}{{s.documents, &s.allows, &s.denies}, {s.limits, &s.room, &s.bars}} {
		for _, d := range part.documents {
			for i, st := range d.Document.Statement {
				read := &statement{document: d, index: i, Statement: st}
				kind := r.layer.artifactKind()
				if part.allows == &s.room {
					kind = Boundary.artifactKind()
				}
				m, err := r.symbols.Read(kind, d.Name, policy.Document{Version: d.Version, Statement: []policy.Statement{st}})
				if err != nil {
					r.unreadable(read, err, among(atoms(d.Version, st), other))
					continue
				}
				read.boxes = append(m.Allows, m.Denies...)
				for j := range read.boxes {
					read.boxes[j].Origin = strconv.Itoa(len(r.statement))
				}
				r.statement = append(r.statement, read)
				if st.Effect == policy.Deny {
					*part.denies = append(*part.denies, read)
				} else {
					*part.allows = append(*part.allows, read)
				}
			}
		}
	}
}

// unreadable notes a statement that is left out. Where both sides have it, an Allow cannot be the reason for a gain, unless a
// refusal is gone; and a Deny can only refuse more of what is told.
func (r *reader) unreadable(s *statement, err error, both bool) {
	if both {
		r.skipped = r.skipped || s.Effect == policy.Allow
		return
	}
	why := err.Error()
	if _, rest, found := strings.Cut(why, ": "); found {
		why = rest
	}
	r.undecided("The "+strings.TrimPrefix(s.String(), "the ")+" is compared with nothing: "+why+".", s.at())
}

func (r *reader) undecided(why string, at hcl.Range) {
	r.out.undecided = append(r.out.undecided, Undecided{Subject: r.subject, Layer: r.layer, Why: why, At: at})
}

func boxesOf(statements []*statement) []access.Box {
	var out []access.Box
	for _, s := range statements {
		out = append(out, s.boxes...)
	}
	return out
}

// origin is the statement that a box is of.
func (r *reader) origin(b access.Box) *statement {
	n, err := strconv.Atoi(b.Origin)
	if err != nil || n >= len(r.statement) {
		return nil
	}
	return r.statement[n]
}

// sides are the states before and after a change in a direction: what a change loses, the opposite change gains.
func (r *reader) sides(d Direction) (from, to *state) {
	if d == Gain {
		return r.old, r.new
	}
	return r.new, r.old
}

// changes finds what is gained in a direction.
func (r *reader) changes(d Direction) {
	from, to := r.sides(d)
	if from.holds(to) {
		return
	}
	granted, sure := r.granted(from, to)
	released, decided := r.released(from, to)
	if !sure || !decided {
		r.undecided("Whether "+map[Direction]string{Gain: "more", Loss: "less"}[d]+" is allowed depends on what the policy variables stand for.", hcl.Range{})
	}
	if r.skipped && len(released) > 0 {
		r.undecided("A statement that both sides have is not compared, and what is refused has changed.", hcl.Range{})
	}
	// A refusal that is gone (or new) and concerns more than what the documents grant is told whole, and that part of it once.
	released = r.beyond(released, granted)
	r.tell(d, r.notIn(granted, released), nil, false)
	r.tell(d, released, granted, true)
}

// holds reports whether one side, word by word, allows all that another does and refuses no more: whatever a condition means, then,
// the other allows nothing that the one does not.
func (s *state) holds(other *state) bool {
	in := func(a, b []*inventory.Document, effect policy.Effect) bool {
		return among(atomsOf(effect, a), atomsOf(effect, b))
	}
	limited := len(s.limits) == 0 || len(other.limits) > 0 && in(other.limits, s.limits, policy.Allow)
	return limited && in(other.documents, s.documents, policy.Allow) && in(s.documents, other.documents, policy.Deny) && in(s.limits, other.limits, policy.Deny)
}

// granted is what is allowed on the one side and not on the other, by the documents within the limits.
//
// Within a limit L the documents allow D ∩ L less what is denied. What of that was not allowed before was not allowed by the
// documents before, or not by the limit before. So it is the gain of the documents, within the limit, and the gain of the limit,
// within the documents.
func (r *reader) granted(from, to *state) ([]access.Box, bool) {
	before, after := from.refused(), to.refused()
	boxes, sure := r.symbols.Gain(access.Meaning{Allows: boxesOf(from.allows), Denies: before}, access.Meaning{Allows: boxesOf(to.allows), Denies: after})
	boxes = within(boxes, to)
	if len(from.limits) == 0 || len(to.limits) > 0 && sameText(from.limits, to.limits) {
		return boxes, sure // it is not the limit that held
	}
	now := within(boxesOf(to.allows), to)
	more, decided := r.symbols.Gain(access.Meaning{Allows: boxesOf(from.room), Denies: before}, access.Meaning{Allows: now, Denies: after})
	return append(boxes, more...), sure && decided
}

// mostCompared is how many pairs of boxes are compared to tell no part of a difference twice.
const mostCompared = 4096

// beyond is the boxes of each statement of which some are not in others.
func (r *reader) beyond(boxes, others []access.Box) []access.Box {
	var out []access.Box
	for _, group := range byOrigin(boxes) {
		if len(group)*len(others) > mostCompared || len(access.Minus(group, others)) > 0 {
			out = append(out, group...)
		}
	}
	return out
}

// notIn is the boxes without those that others hold whole.
func (r *reader) notIn(boxes, others []access.Box) []access.Box {
	if len(others) == 0 || len(boxes)*len(others) > mostCompared {
		return boxes
	}
	return slices.DeleteFunc(slices.Clone(boxes), func(b access.Box) bool { return len(access.Minus([]access.Box{b}, others)) == 0 })
}

// within is what of some boxes the limit of a side has room for.
func within(boxes []access.Box, s *state) []access.Box {
	if len(s.limits) == 0 {
		return boxes
	}
	var out []access.Box
	for _, room := range boxesOf(s.room) {
		out = append(out, access.Meeting(boxes, room)...)
	}
	return out
}

// refused is everything that a side denies.
func (s *state) refused() []access.Box { return append(boxesOf(s.denies), boxesOf(s.bars)...) }

// released is what the one side refuses and the other does not. The policy of an endpoint only limits, so of what it does not
// allow it makes no difference whether it is refused too (VPC user guide, "Control access to VPC endpoints using endpoint policies").
func (r *reader) released(from, to *state) ([]access.Box, bool) {
	if r.layer == EndpointPolicy {
		return nil, true
	}
	return r.symbols.Gain(access.Meaning{Allows: to.refused()}, access.Meaning{Allows: boxesOf(from.denies)})
}

// variablesOf are the names of the variables in a text.
func variablesOf(text string) []string {
	var out []string
	for {
		_, rest, found := strings.Cut(text, "${")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return out
		}
		if !slices.Contains([]string{"*", "?", "$"}, name) && !strings.Contains(name, ",") {
			out = append(out, name)
		}
		text = after
	}
}
