package describe

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
)

// maxDepth is how deep values may lie in each other. What DynamoDB describes is about ten deep.
const maxDepth = 50

// value is a value of JSON, and where it stands.
type value struct {
	kind     kind
	text     string // of a string, and the digits of a number; true or false
	items    []value
	members  []member
	from, to int
}

type member struct {
	name  string
	value value
}

// kind is what a value is, in the words of a message.
type kind string

const (
	null    kind = "null"
	boolean kind = "true or false"
	number  kind = "a number"
	text    kind = "a string"
	list    kind = "an array"
	object  kind = "an object"
)

// member returns the value of a name; of what is no object, none.
func (v value) member(name string) (value, bool) {
	for _, m := range v.members {
		if m.name == name {
			return m.value, true
		}
	}
	return value{}, false
}

// parser reads a file of JSON values, one after the other.
type parser struct {
	file string
	src  []byte
	json *json.Decoder
	last hcl.Pos // that was asked for
}

// problem is a mistake and where it is.
type problem struct {
	title, detail string
	from, to      int
}

func (p *problem) Error() string { return p.title }

// parse returns the values up to the first mistake.
func (p *parser) parse() ([]value, *problem) {
	if bad := p.encoding(); bad != nil {
		return nil, bad
	}
	p.json = json.NewDecoder(bytes.NewReader(p.src))
	p.json.UseNumber()
	var all []value
	for {
		v, err := p.value(0)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, p.broken(err)
		}
		all = append(all, v)
	}
}

// encoding demands UTF-8, and puts blanks for a byte order mark, so that positions stay.
func (p *parser) encoding() *problem {
	if rest, marked := bytes.CutPrefix(p.src, []byte("\ufeff")); marked {
		p.src = append([]byte("   "), rest...)
	}
	for at := 0; at < len(p.src); {
		r, size := utf8.DecodeRune(p.src[at:])
		if r == utf8.RuneError && size == 1 {
			return &problem{"Not UTF-8", fmt.Sprintf("The byte 0x%02x is not part of a UTF-8 character. Save the output as UTF-8; in Windows PowerShell, with | Out-File -Encoding utf8.", p.src[at]), at, at + 1}
		}
		at += size
	}
	return nil
}

// broken is a mistake of the JSON itself.
func (p *parser) broken(err error) *problem {
	var found *problem
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &found):
		return found
	case errors.As(err, &syntax):
		at := min(max(int(syntax.Offset)-1, 0), len(p.src))
		return &problem{"Not JSON", "This is not JSON: " + syntax.Error() + ". Give what the AWS CLI prints with --output json.", at, min(at+1, len(p.src))}
	}
	return &problem{"Not JSON", "The JSON ends before it is complete. Give all of what the AWS CLI prints with --output json.", len(p.src), len(p.src)}
}

// value reads the next value; io.EOF if there is none.
func (p *parser) value(depth int) (value, error) {
	from := p.next()
	token, err := p.json.Token()
	if err != nil {
		return value{}, err
	}
	v := value{from: from, to: int(p.json.InputOffset())}
	switch t := token.(type) {
	case nil:
		v.kind = null
	case bool:
		v.kind, v.text = boolean, fmt.Sprint(t)
	case json.Number:
		v.kind, v.text = number, t.String()
	case string:
		v.kind, v.text = text, t
		if strings.ContainsRune(t, utf8.RuneError) {
			return v, &problem{"Half a character", "This string holds a character that was lost on the way, and so is another than it was. Give the output of the AWS CLI as it is.", v.from, v.to}
		}
	case json.Delim:
		if depth == maxDepth {
			return v, &problem{"Not what DynamoDB describes", fmt.Sprintf("Values lie more than %d deep in each other here, and no table is described so. Give what aws dynamodb describe-table prints.", maxDepth), v.from, v.to}
		}
		v.to = v.from + 1
		if v.kind = list; t == '{' {
			v.kind = object
		}
		err = p.inside(&v, depth+1)
	}
	return v, err
}

// inside reads what is in an array or an object, with the bracket that closes it.
func (p *parser) inside(v *value, depth int) error {
	seen := map[string]bool{}
	for p.json.More() {
		var m member
		if v.kind == object {
			name, err := p.value(depth)
			if err != nil {
				return unended(err)
			}
			if m.name = name.text; seen[m.name] {
				return &problem{"Name that comes twice", fmt.Sprintf("The object has %q already, and one of the two would be lost. Give the output of the AWS CLI as it is.", m.name), name.from, name.to}
			}
			seen[m.name] = true
		}
		var err error
		if m.value, err = p.value(depth); err != nil {
			return unended(err)
		}
		if v.kind == object {
			v.members = append(v.members, m)
		} else {
			v.items = append(v.items, m.value)
		}
	}
	_, err := p.json.Token()
	return unended(err)
}

// unended is the error of a file that ends inside of a value.
func unended(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// next is where the next token begins.
func (p *parser) next() int {
	at := int(p.json.InputOffset())
	for at < len(p.src) && bytes.IndexByte([]byte(" \t\r\n,:"), p.src[at]) >= 0 {
		at++
	}
	return at
}

// within is the range between two offsets.
func (p *parser) within(from, to int) hcl.Range {
	return hcl.Range{Filename: p.file, Start: p.position(from), End: p.position(to)}
}

// position counts on from the position that was asked for last: tables lie behind each other.
func (p *parser) position(at int) hcl.Pos {
	if p.last.Line == 0 || at < p.last.Byte {
		p.last = hcl.InitialPos
	}
	between := p.src[p.last.Byte:at]
	if line := bytes.LastIndexByte(between, '\n'); line >= 0 {
		p.last.Line += bytes.Count(between, []byte("\n"))
		p.last.Column, between = 1, between[line+1:]
	}
	p.last.Column += utf8.RuneCount(between)
	p.last.Byte = at
	return p.last
}

func (p *parser) diagnostic(bad *problem) *hcl.Diagnostic {
	return diag.Error(idJSON, bad.title, bad.detail, p.within(bad.from, bad.to))
}
