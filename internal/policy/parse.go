package policy

import (
	"strings"
	"unicode/utf8"
)

// Parse reads a policy document. It takes every shape that AWS documents, and
// refuses everything else, with an *Error that says where.
//
// Taken: one string or a list wherever the grammar has a list, one statement or
// a list of them, both versions of the language, and numbers and booleans as
// condition values, which stand for their own text.
//
// Refused, although some AWS service may let it pass:
//   - element names, operators and effects in any other case than AWS's
//     documentation writes them: not every service forgives it, and a reader
//     should not have to know which one does;
//   - names that come twice, condition keys also when they differ only in case,
//     because AWS compares those without it (IAM user guide, policy checks,
//     "Duplicate keys with different case");
//   - empty lists of actions, resources or principals: such a statement does
//     nothing, or with a Not element everything.
//
// Whether the document fits where it is attached is not checked: a Principal is
// required in one place and forbidden in another, and trust policies have no
// Resource.
func Parse(document []byte) (Document, error) {
	p := parser{scanner{src: document}}
	p.checkUTF8()
	d := p.document()
	p.end()
	if p.err != nil {
		return Document{}, p.err
	}
	return d, nil
}

type parser struct{ scanner }

func (p *parser) checkUTF8() {
	for i := 0; i < len(p.src); {
		r, size := utf8.DecodeRune(p.src[i:])
		if r == utf8.RuneError && size == 1 {
			p.fail(i, "the byte 0x%02X is not UTF-8", p.src[i])
			return
		}
		i += size
	}
}

func (p *parser) document() Document {
	var d Document
	begin := p.start()
	p.object(func(name string, at int) {
		switch name {
		case "Version":
			d.Version = p.version()
		case "Id":
			d.ID = p.text("a string")
		case "Statement":
			d.Statement = p.statements()
		default:
			p.unknownElement(at, name, "Version", "Id", "Statement")
		}
	})
	if d.Statement == nil {
		p.fail(begin, "Statement is missing")
	}
	return d
}

func (p *parser) version() string {
	at := p.start()
	v := p.text("a string")
	if v != Version && v != VersionLegacy {
		p.fail(at, "no policy language has version %q; it is %q or %q", v, Version, VersionLegacy)
	}
	return v
}

func (p *parser) statements() []Statement {
	at := p.start()
	if p.peek() == '{' {
		return []Statement{p.statement()}
	}
	var statements []Statement
	p.list(func() { statements = append(statements, p.statement()) })
	if len(statements) == 0 {
		p.fail(at, "the list of statements is empty")
	}
	return statements
}

func (p *parser) statement() Statement {
	var s Statement
	begin := p.start()
	p.object(func(name string, at int) { p.element(&s, name, at) })
	p.checkStatement(begin, s)
	return s
}

func (p *parser) element(s *Statement, name string, at int) {
	switch name {
	case "Sid":
		s.Sid = p.text("a string")
	case "Effect":
		s.Effect = p.effect()
	case "Principal":
		s.Principal = p.principal()
	case "NotPrincipal":
		s.NotPrincipal = p.principal()
	case "Action":
		s.Action = p.texts()
	case "NotAction":
		s.NotAction = p.texts()
	case "Resource":
		s.Resource = p.texts()
	case "NotResource":
		s.NotResource = p.texts()
	case "Condition":
		s.Condition = p.conditions()
	default:
		p.unknownElement(at, name, "Sid", "Effect", "Principal", "NotPrincipal",
			"Action", "NotAction", "Resource", "NotResource", "Condition")
	}
}

// checkStatement looks for what is missing or excludes each other. No list that
// was read is empty, so nil means absent.
func (p *parser) checkStatement(at int, s Statement) {
	switch {
	case s.Effect == "":
		p.fail(at, "Effect is missing")
	case s.Action == nil && s.NotAction == nil:
		p.fail(at, "both Action and NotAction are missing")
	case s.Action != nil && s.NotAction != nil:
		p.fail(at, "Action and NotAction exclude each other")
	case s.Resource != nil && s.NotResource != nil:
		p.fail(at, "Resource and NotResource exclude each other")
	case s.Principal != nil && s.NotPrincipal != nil:
		p.fail(at, "Principal and NotPrincipal exclude each other")
	}
}

func (p *parser) effect() Effect {
	at := p.start()
	effect := Effect(p.text("a string"))
	if effect != Allow && effect != Deny {
		p.fail(at, "no statement has the effect %q; it is %q or %q, in this case", effect, Allow, Deny)
	}
	return effect
}

func (p *parser) principal() *Principal {
	at := p.start()
	if p.peek() == '"' {
		if everyone := p.text("a string"); everyone != "*" {
			p.fail(at, `a principal is "*" or an object such as {"AWS": ...}, not %q`, everyone)
		}
		return &Principal{Any: true}
	}
	var pr Principal
	p.object(func(name string, at int) {
		switch name {
		case "AWS":
			pr.AWS = p.texts()
		case "Service":
			pr.Service = p.texts()
		case "Federated":
			pr.Federated = p.texts()
		case "CanonicalUser":
			pr.CanonicalUser = p.texts()
		default:
			p.unknownElement(at, name, "AWS", "Service", "Federated", "CanonicalUser")
		}
	})
	if pr.AWS == nil && pr.Service == nil && pr.Federated == nil && pr.CanonicalUser == nil {
		p.fail(at, "no principal is named")
	}
	return &pr
}

// texts reads one string or a list of them, none empty.
func (p *parser) texts() []string {
	at := p.start()
	var texts []string
	one := func() {
		at := p.start()
		t := p.text("a string or a list of strings")
		if t == "" {
			p.fail(at, "the string is empty")
		}
		texts = append(texts, t)
	}
	if p.peek() != '[' {
		one()
		return texts
	}
	p.list(one)
	if len(texts) == 0 {
		p.fail(at, "the list is empty")
	}
	return texts
}

func (p *parser) conditions() []Condition {
	var conditions []Condition
	p.object(func(operator string, at int) {
		if !knownOperator(operator) {
			p.fail(at, "no condition operator is named %q", operator)
		}
		keys := make(map[string]bool)
		p.object(func(key string, at int) {
			folded := strings.ToLower(key)
			if key == "" || keys[folded] {
				p.fail(at, "the condition key %q is empty or differs from another only in case", key)
			}
			keys[folded] = true
			conditions = append(conditions, Condition{Operator: operator, Key: key, Values: p.values()})
		})
	})
	return conditions
}

// values reads the values of a condition. The list may be empty: AWS defines
// what the operators make of it (IAM user guide, policy checks, "Empty array
// condition").
func (p *parser) values() []string {
	var values []string
	one := func() { values = append(values, p.value()) }
	if p.peek() != '[' {
		one()
		return values
	}
	p.list(one)
	return values
}

// value reads one condition value. Quotation marks are optional for numbers and
// booleans (IAM user guide, "Grammar of the IAM JSON policy language"), so these
// stand for the text that they are written with.
func (p *parser) value() string {
	const want = "a string, a number or a boolean"
	if p.peek() == '"' {
		return p.text(want)
	}
	return p.literal(want)
}

// unknownElement refuses a name, and shows the known one that differs only in
// case.
func (p *parser) unknownElement(at int, name string, known ...string) {
	for _, k := range known {
		if strings.EqualFold(k, name) {
			p.fail(at, "unknown element %q; it is spelt %q", name, k)
		}
	}
	p.fail(at, "unknown element %q; the elements here are %s", name, strings.Join(known, ", "))
}

// knownOperator says whether AWS has the condition operator (IAM user guide,
// "Condition operators"): a set operator may stand before any, and IfExists
// after any but Null.
func knownOperator(operator string) bool {
	for _, set := range []string{"ForAllValues:", "ForAnyValue:"} {
		if base, found := strings.CutPrefix(operator, set); found {
			operator = base
			break
		}
	}
	if base, found := strings.CutSuffix(operator, "IfExists"); found {
		return base != "Null" && plainOperator(base)
	}
	return plainOperator(operator)
}

func plainOperator(operator string) bool {
	switch operator {
	case "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
		"StringLike", "StringNotLike",
		"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals",
		"NumericGreaterThan", "NumericGreaterThanEquals",
		"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals",
		"DateGreaterThan", "DateGreaterThanEquals",
		"Bool", "BinaryEquals", "IpAddress", "NotIpAddress",
		"ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike",
		"Null":
		return true
	}
	return false
}
