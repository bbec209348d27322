package decide

import (
	"bytes"
	"encoding/json"

	"github.com/ddbgen/ddbgen/internal/evaluate"
)

// Decider answers lines. It keeps what it has parsed for those that follow, so
// one serves a whole stream; it is not for use by several goroutines at once.
type Decider struct {
	documents cache
	decision  evaluate.Decision
	out       bytes.Buffer
	encoder   *json.Encoder
}

// NewDecider returns a Decider that has seen nothing yet.
func NewDecider() *Decider {
	d := new(Decider)
	d.encoder = json.NewEncoder(&d.out)
	// Sids and ids are read by programs and people, not by browsers.
	d.encoder.SetEscapeHTML(false)
	return d
}

// Line answers one line, which is given without its newline. The answer has one,
// and is good until the next call. It is false when the answer is an error.
func (d *Decider) Line(line []byte) (answer []byte, ok bool) {
	q, err := readQuestion(line, &d.documents)
	if err != nil {
		return d.encode(refused(q.id, err)), false
	}
	evaluate.DecideInto(&d.decision, &q.request, &q.policies)
	return d.encode(decided(q.id, &d.decision)), true
}

func (d *Decider) encode(a answer) []byte {
	d.out.Reset()
	if err := d.encoder.Encode(a); err != nil {
		// Strings and numbers always encode, and a buffer takes every write.
		panic("decide: " + err.Error())
	}
	return d.out.Bytes()
}
