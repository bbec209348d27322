package spec

import (
	"github.com/hashicorp/hcl/v2"
)

// The leaves of a document carry where they were written, so that any later check can point there. A leaf that was not
// written has the zero Range. A leaf that was written wrongly has been reported: where the type is wrong it holds the
// zero value, where the value breaks a rule it holds the value, so that one mistake does not make others.

// Text is a string.
type Text struct {
	Value string
	Range hcl.Range
}

// Bool is true or false.
type Bool struct {
	Value bool
	Range hcl.Range
}

// Int is a whole number.
type Int struct {
	Value int
	Range hcl.Range
}

// List is a sequence of values of one type.
type List[T any] struct {
	Items []T
	Range hcl.Range
}

// Map is a mapping whose keys are names the author chooses, in the order they were written.
type Map[T any] struct {
	Entries []Entry[T]
	Range   hcl.Range
}

// Entry is one key of a Map and its value.
type Entry[T any] struct {
	Key   Text
	Value T
}

// PerEnvironment is a text that is the same everywhere (All), or one for each environment (By, with the names of
// environments as its keys).
type PerEnvironment struct {
	All Text      `yaml:"-"`
	By  Map[Text] `yaml:"-"`
}

// Set reports whether the text was written.
func (t Text) Set() bool { return t.Range != hcl.Range{} }

// Set reports whether the value was written.
func (b Bool) Set() bool { return b.Range != hcl.Range{} }

// Set reports whether the number was written.
func (i Int) Set() bool { return i.Range != hcl.Range{} }

// Set reports whether the list was written, were it empty.
func (l List[T]) Set() bool { return l.Range != hcl.Range{} }

// Set reports whether the mapping was written, were it empty.
func (m Map[T]) Set() bool { return m.Range != hcl.Range{} }

// Set reports whether either form was written.
func (e PerEnvironment) Set() bool { return e.All.Set() || e.By.Set() }

// texts are the texts that were written: one, or one for each environment that is named.
func (e PerEnvironment) texts() []Text {
	if e.All.Set() {
		return []Text{e.All}
	}
	var out []Text
	for _, entry := range e.By.Entries {
		out = append(out, entry.Value)
	}
	return out
}

// at is where either form was written.
func (e PerEnvironment) at() hcl.Range {
	if e.By.Set() {
		return e.By.Range
	}
	return e.All.Range
}
