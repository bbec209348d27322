package evaluate

import (
	"strings"
	"unicode/utf8"
)

// pattern is the text of a policy that a value of the request is compared with.
//
// Matching reads the pattern from left to right and replaces variables as it
// meets them, so that a replaced value is only ever compared, whatever wildcards
// it holds, and nothing needs to be put together first.
type pattern struct {
	text      string
	wild      bool     // * and ? are wildcards
	fold      bool     // letters match whatever their case
	request   *Request // what variables stand for; nil leaves them as they are
	variables int      // the offset of text from which variables count
}

// matches says whether the whole value matches. A pattern with a variable that
// has no value matches nothing (IAM user guide, "Policy variables with no
// value").
func (p *pattern) matches(value string) bool {
	if p.request != nil && strings.IndexByte(p.text, '$') < 0 {
		p.request = nil
	}
	if p.request == nil && (!p.wild || strings.IndexByte(p.text, '*') < 0 && strings.IndexByte(p.text, '?') < 0) {
		return p.text == value || p.fold && strings.EqualFold(p.text, value)
	}
	return p.matchParts(value)
}

// matchParts is the usual matching with one wildcard to fall back to: after a
// mismatch the last * takes one character more. An earlier * need never be
// reconsidered, because whatever it could take the last one can take too.
func (p *pattern) matchParts(value string) bool {
	at := cursor{rest: p.text}
	var star cursor
	starValue, hasStar := "", false
	for {
		kind, text := p.next(&at)
		switch kind {
		case anyText:
			star, starValue, hasStar = at, value, true
			continue
		case noValue:
			return false
		case theEnd:
			if value == "" {
				return true
			}
		case anyCharacter:
			if _, size := utf8.DecodeRuneInString(value); size > 0 {
				value = value[size:]
				continue
			}
		case literal:
			if rest, ok := p.cutPrefix(value, text); ok {
				value = rest
				continue
			}
		}
		if !hasStar || starValue == "" {
			return false
		}
		_, size := utf8.DecodeRuneInString(starValue)
		starValue = starValue[size:]
		at, value = star, starValue
	}
}

func (p *pattern) cutPrefix(value, prefix string) (string, bool) {
	if !p.fold {
		return strings.CutPrefix(value, prefix)
	}
	// Letters that differ in case may differ in length, so the characters are
	// counted and not the bytes.
	size := 0
	for range prefix {
		_, n := utf8.DecodeRuneInString(value[size:])
		size += n
	}
	return value[size:], strings.EqualFold(value[:size], prefix)
}

// part is a kind of piece of a pattern.
type part int

const (
	literal      part = iota
	anyText           // *
	anyCharacter      // ?
	noValue           // a variable without a value
	theEnd
)

// cursor is how far a pattern has been read.
type cursor struct{ rest string }

// next reads the next piece of the pattern; for a literal, with its text.
func (p *pattern) next(c *cursor) (part, string) {
	if c.rest == "" {
		return theEnd, ""
	}
	switch first := c.rest[0]; {
	case p.wild && first == '*':
		c.rest = c.rest[1:]
		return anyText, ""
	case p.wild && first == '?':
		c.rest = c.rest[1:]
		return anyCharacter, ""
	case p.atVariable(c.rest):
		if v, rest, ok := cutVariable(c.rest); ok {
			c.rest = rest
			text, resolved := p.request.resolve(v)
			if !resolved {
				return noValue, ""
			}
			return literal, text
		}
	}
	end := 1
	for end < len(c.rest) && !p.isSpecial(c.rest[end:]) {
		end++
	}
	text := c.rest[:end]
	c.rest = c.rest[end:]
	return literal, text
}

func (p *pattern) isSpecial(rest string) bool {
	return p.wild && (rest[0] == '*' || rest[0] == '?') || p.atVariable(rest)
}

func (p *pattern) atVariable(rest string) bool {
	return p.request != nil && rest[0] == '$' && len(p.text)-len(rest) >= p.variables && strings.HasPrefix(rest, "${")
}

// matchAction compares an action with one of a policy. Case has no meaning in
// either the service or the name (IAM user guide, "IAM JSON policy elements:
// Action").
func matchAction(policyText, action string) bool {
	p := pattern{text: policyText, wild: true, fold: true}
	return p.matches(action)
}

// matchResource compares a resource with one of a policy. Variables count only
// in the last field of the ARN, and an ARN of fewer than six fields is completed
// with wildcards (IAM user guide, "Variables and tags", Resource element, and
// "Grammar of the IAM JSON policy language", resource_string).
func (r *Request) matchResource(policyText string, variables bool) bool {
	p := pattern{text: policyText, wild: true}
	last := fieldOffset(policyText, 5)
	if last < 0 && strings.HasPrefix(policyText, "arn:") {
		p.text += ":*"
	}
	if variables && last >= 0 {
		p.request, p.variables = r, last
	}
	return p.matches(r.Resource)
}

// fieldOffset is where a field of an ARN begins, counted from 0, or -1.
func fieldOffset(arn string, field int) int {
	offset := 0
	for range field {
		i := strings.IndexByte(arn[offset:], ':')
		if i < 0 {
			return -1
		}
		offset += i + 1
	}
	return offset
}

// matchARN compares an ARN field by field, as the ARN condition operators do:
// wildcards do not reach from one of the six fields into the next (IAM user
// guide, "Condition operators", ARN). A lone * matches every ARN; any other text
// without six fields matches none.
func (p *pattern) matchARN(arn string) bool {
	if fieldOffset(arn, 5) < 0 {
		return false
	}
	rest := p.text
	if rest == "*" {
		return true
	}
	for range 5 {
		end := p.endOfField(rest)
		if end < 0 {
			return false
		}
		value, after, _ := strings.Cut(arn, ":")
		field := pattern{text: rest[:end], wild: true, request: p.request}
		if !field.matches(value) {
			return false
		}
		rest, arn = rest[end+1:], after
	}
	field := pattern{text: rest, wild: true, request: p.request}
	return field.matches(arn)
}

// endOfField finds the colon that ends the first field, past the colons inside
// variables.
func (p *pattern) endOfField(text string) int {
	for i := 0; i < len(text); i++ {
		if text[i] == ':' {
			return i
		}
		if p.request != nil && strings.HasPrefix(text[i:], "${") {
			if _, rest, ok := cutVariable(text[i:]); ok {
				i = len(text) - len(rest) - 1
			}
		}
	}
	return -1
}
