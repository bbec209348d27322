package policy

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Encode writes the document in its canonical form: elements in the order in
// which the IAM user guide lists them, lists sorted and without repeats,
// statements as given, two spaces of indent and a newline at the end.
//
// Statement order is kept because it is the author's; all the rest has no
// meaning to AWS, so one order is chosen and a diff shows only changes of
// meaning.
//
// It panics where one statement has two conditions of the same operator and
// key: JSON cannot hold both, and to drop one would widen or narrow the grant.
func Encode(d Document) []byte {
	w := writer{indent: true}
	w.document(d)
	w.buf = append(w.buf, '\n')
	return w.buf
}

// EncodeMinified writes the same document without white space, for the policy
// kinds whose quota counts it: VPC endpoint policies, KMS key policies and
// DynamoDB resource-based policies.
func EncodeMinified(d Document) []byte {
	w := writer{}
	w.document(d)
	return w.buf
}

// CountNonSpace counts the characters outside JSON white space, which is how IAM
// measures managed, inline and trust policies (IAM user guide, "IAM and AWS STS
// quotas"). A space inside a string is part of the policy and is counted: should
// IAM not count it, the policy is shorter than thought and still fits.
func CountNonSpace(document []byte) int {
	n := 0
	inString, escaped := false, false
	for _, r := range string(document) {
		if inString || !strings.ContainsRune(" \t\r\n", r) {
			n++
		}
		if r == '"' && !escaped {
			inString = !inString
		}
		escaped = inString && r == '\\' && !escaped
	}
	return n
}

func (w *writer) document(d Document) {
	w.open('{')
	w.textElement("Version", d.Version)
	w.textElement("Id", d.ID)
	w.name("Statement")
	w.open('[')
	for _, s := range d.Statement {
		w.next()
		w.statement(s)
	}
	w.close(']')
	w.close('}')
}

func (w *writer) statement(s Statement) {
	w.open('{')
	w.textElement("Sid", s.Sid)
	w.textElement("Effect", string(s.Effect))
	w.principalElement("Principal", s.Principal)
	w.principalElement("NotPrincipal", s.NotPrincipal)
	w.listElement("Action", s.Action)
	w.listElement("NotAction", s.NotAction)
	w.listElement("Resource", s.Resource)
	w.listElement("NotResource", s.NotResource)
	w.conditionElement(s.Condition)
	w.close('}')
}

// textElement writes an element that is absent when empty.
func (w *writer) textElement(name, value string) {
	if value == "" {
		return
	}
	w.name(name)
	w.text(value)
}

// listElement writes an element that is absent when it has no values.
func (w *writer) listElement(name string, values []string) {
	if len(values) == 0 {
		return
	}
	w.name(name)
	w.list(values)
}

// list writes one value as a bare string and any other number as a list, sorted
// and without repeats.
func (w *writer) list(values []string) {
	values = slices.Compact(slices.Sorted(slices.Values(values)))
	if len(values) == 1 {
		w.text(values[0])
		return
	}
	w.open('[')
	for _, v := range values {
		w.next()
		w.text(v)
	}
	w.close(']')
}

func (w *writer) principalElement(name string, p *Principal) {
	if p == nil {
		return
	}
	w.name(name)
	named := len(p.AWS) + len(p.CanonicalUser) + len(p.Federated) + len(p.Service)
	switch {
	case p.Any && named > 0:
		panic("policy: a principal is everyone and named ones at once")
	case p.Any:
		w.text("*")
		return
	case named == 0:
		panic("policy: a principal names no one")
	}
	w.open('{')
	w.listElement("AWS", p.AWS)
	w.listElement("CanonicalUser", p.CanonicalUser)
	w.listElement("Federated", p.Federated)
	w.listElement("Service", p.Service)
	w.close('}')
}

// conditionElement writes the conditions by operator and then by key, both
// sorted, which is the nesting that JSON has for them.
func (w *writer) conditionElement(conditions []Condition) {
	if len(conditions) == 0 {
		return
	}
	sorted := slices.SortedFunc(slices.Values(conditions), compareConditions)
	w.name("Condition")
	w.open('{')
	for i, c := range sorted {
		newOperator := i == 0 || c.Operator != sorted[i-1].Operator
		if !newOperator && c.Key == sorted[i-1].Key {
			panic(fmt.Sprintf("policy: two conditions of one statement are %s on %s", c.Operator, c.Key))
		}
		if newOperator && i > 0 {
			w.close('}')
		}
		if newOperator {
			w.name(c.Operator)
			w.open('{')
		}
		w.name(c.Key)
		w.list(c.Values)
	}
	w.close('}')
	w.close('}')
}

func compareConditions(a, b Condition) int {
	if n := strings.Compare(a.Operator, b.Operator); n != 0 {
		return n
	}
	return strings.Compare(a.Key, b.Key)
}

// writer builds JSON in the order in which it is told, which a map given to
// encoding/json would not keep.
type writer struct {
	buf    []byte
	indent bool
	depth  int
}

func (w *writer) open(bracket byte) {
	w.buf = append(w.buf, bracket)
	w.depth++
}

// close puts the closing bracket on its own line, or next to its opening one
// when there is nothing between them.
func (w *writer) close(bracket byte) {
	w.depth--
	if !w.atOpening() {
		w.newline()
	}
	w.buf = append(w.buf, bracket)
}

// next begins another member of the object or list that is open.
func (w *writer) next() {
	if !w.atOpening() {
		w.buf = append(w.buf, ',')
	}
	w.newline()
}

func (w *writer) name(name string) {
	w.next()
	w.text(name)
	w.buf = append(w.buf, ':')
	if w.indent {
		w.buf = append(w.buf, ' ')
	}
}

func (w *writer) atOpening() bool {
	last := w.buf[len(w.buf)-1]
	return last == '{' || last == '['
}

func (w *writer) newline() {
	if !w.indent {
		return
	}
	w.buf = append(w.buf, '\n')
	for range w.depth {
		w.buf = append(w.buf, "  "...)
	}
}

// text writes a JSON string. Only what JSON forbids inside one is escaped: the
// policies are read by people, and "<" or "é" written as \u003c would only hide
// it. Bytes that are no UTF-8 become U+FFFD, so the result is JSON whatever
// comes in.
func (w *writer) text(s string) {
	w.buf = append(w.buf, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			w.buf = append(w.buf, '\\', byte(r))
		case r == '\n':
			w.buf = append(w.buf, `\n`...)
		case r == '\r':
			w.buf = append(w.buf, `\r`...)
		case r == '\t':
			w.buf = append(w.buf, `\t`...)
		case r < 0x20 || r == 0x7F:
			w.buf = fmt.Appendf(w.buf, `\u%04x`, r)
		default:
			w.buf = utf8.AppendRune(w.buf, r)
		}
	}
	w.buf = append(w.buf, '"')
}
