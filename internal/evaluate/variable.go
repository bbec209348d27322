package evaluate

import "strings"

// variable is one ${...} of a policy (IAM user guide, "IAM policy elements:
// Variables and tags").
type variable struct {
	name       string
	fallback   string // of ${name, 'fallback'}
	hasDefault bool
}

// cutVariable reads the variable that text begins with and returns what follows
// it. It reports false for a "${" that nothing closes, which is plain text.
func cutVariable(text string) (v variable, rest string, ok bool) {
	body := strings.TrimPrefix(text, "${")
	end := strings.IndexByte(body, '}')
	if end < 0 {
		return variable{}, "", false
	}
	name, _, hasDefault := strings.Cut(body[:end], ",")
	if !hasDefault {
		return variable{name: name}, body[end+1:], true
	}
	quoted := body[len(name)+1:]
	opening := strings.IndexByte(quoted, '\'')
	if opening < 0 || strings.TrimSpace(quoted[:opening]) != "" {
		return variable{name: body[:end]}, body[end+1:], true
	}
	fallback, rest, closed := strings.Cut(quoted[opening+1:], "'}")
	if !closed {
		return variable{name: body[:end]}, body[end+1:], true
	}
	return variable{name: strings.TrimSpace(name), fallback: fallback, hasDefault: true}, rest, true
}

// resolve returns the text that stands for a variable, and false when there is
// none. The three characters that have a meaning in patterns have a variable
// each, to write them as themselves. A key that is absent, or has more values
// than one, has no text.
func (r *Request) resolve(v variable) (string, bool) {
	switch v.name {
	case "*", "?", "$":
		return v.name, true
	}
	if k := r.lookup(v.name); k.len() == 1 && !isMultivalued(v.name) {
		return k.at(0), true
	}
	return v.fallback, v.hasDefault
}
