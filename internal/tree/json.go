package tree

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/apparentlymart/go-textseg/v15/textseg"
	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
)

// idFile is the check that a file is the data that it is read as.
const idFile = "unreadable-file"

// maxDepth is how deep values may lie in each other. Plans of modules in modules are the deepest: three levels a module.
const maxDepth = 100

// mistake is a finding about a part of a file, between two offsets.
type mistake struct {
	title, detail string
	from, to      int
}

func (m *mistake) Error() string { return m.title }

// ParseJSON reads values of JSON that stand one after the other, up to the first mistake. The place of a list or an object is
// its opening bracket. Names that come twice in an object come twice in the node: whether that is a mistake is for the reader
// to say (see Repeated).
func ParseJSON(file string, src []byte) ([]*Node, hcl.Diagnostics) {
	p := jsonParser{places: places{file: file, src: src}}
	all, err := p.all()
	if err != nil {
		m := p.broken(err)
		return all, hcl.Diagnostics{diag.Error(idFile, m.title, m.detail, p.within(m.from, m.to))}
	}
	return all, nil
}

// Repeated is the first name in a value, or in anything in it, that its object has already; nil if there is none.
func (n *Node) Repeated() *Member {
	if n == nil {
		return nil
	}
	for _, i := range n.Items {
		if m := i.Repeated(); m != nil {
			return m
		}
	}
	seen := make(map[string]bool, len(n.Members))
	for i := range n.Members {
		m := &n.Members[i]
		if seen[m.Name] {
			return m
		}
		seen[m.Name] = true
		if inside := m.Value.Repeated(); inside != nil {
			return inside
		}
	}
	return nil
}

// jsonParser reads a file of JSON. encoding/json takes the text apart into tokens, and knows where they end.
type jsonParser struct {
	places
	json *json.Decoder
}

func (p *jsonParser) all() ([]*Node, error) {
	begin, err := checkEncoding(p.src)
	if err != nil {
		return nil, err
	}
	p.skipMark(begin)
	p.json = json.NewDecoder(bytes.NewReader(p.src[begin:]))
	p.json.UseNumber()
	var all []*Node
	for {
		n, err := p.value(0)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, n)
	}
}

// checkEncoding demands UTF-8, and returns where the text begins, which is after a byte order mark.
func checkEncoding(src []byte) (int, error) {
	begin := 0
	if bytes.HasPrefix(src, []byte("\ufeff")) {
		begin = len("\ufeff")
	}
	if utf8.Valid(src) {
		return begin, nil
	}
	for at := 0; at < len(src); {
		r, size := utf8.DecodeRune(src[at:])
		if r == utf8.RuneError && size == 1 {
			return begin, &mistake{"Not UTF-8", fmt.Sprintf("The byte 0x%02x is not part of a UTF-8 character. Save the file as UTF-8; in Windows PowerShell, with | Out-File -Encoding utf8.", src[at]), at, at + 1}
		}
		at += size
	}
	return begin, nil
}

// broken is a mistake of the JSON itself.
func (p *jsonParser) broken(err error) *mistake {
	var found *mistake
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &found):
		return found
	case errors.As(err, &syntax):
		at := min(max(p.begin+int(syntax.Offset)-1, p.begin), len(p.src))
		return &mistake{"Not JSON", "This is not JSON: " + syntax.Error() + ". Give the file as the program wrote it; the AWS CLI prints JSON with --output json.", at, min(at+1, len(p.src))}
	}
	return &mistake{"Not JSON", "The JSON ends before it is complete. Give all of what the program wrote; the AWS CLI prints JSON with --output json.", len(p.src), len(p.src)}
}

// value reads the next value; io.EOF if there is none.
func (p *jsonParser) value(depth int) (*Node, error) {
	from := p.next()
	token, err := p.json.Token()
	if err != nil {
		return nil, err
	}
	n, to := &Node{}, p.offset()
	switch t := token.(type) {
	case nil:
		n.Kind = Null
	case bool:
		n.Kind, n.Text = Bool, strconv.FormatBool(t)
	case json.Number:
		n.Kind, n.Text = Number, t.String()
	case string:
		n.Kind, n.Text = String, t
		// encoding/json puts U+FFFD for half of a surrogate pair.
		if strings.Count(t, "\ufffd") > writtenAsSuch(p.src[from:to]) {
			return nil, &mistake{"Half a character", "This string holds a character that was lost on the way, and so is another than it was. Give the file as the program wrote it.", from, to}
		}
	case json.Delim:
		if depth == maxDepth {
			return nil, &mistake{"Values too deep in each other", fmt.Sprintf("Values lie more than %d deep in each other here, and nothing that is read is so deep. Give the file as the program wrote it.", maxDepth), from, to}
		}
		n.Range = p.within(from, from+1)
		if n.Kind = List; t == '{' {
			n.Kind = Object
		}
		return n, p.inside(n, depth+1)
	}
	n.Range = p.within(from, to)
	return n, nil
}

// inside reads what is in a list or an object, with the bracket that closes it.
func (p *jsonParser) inside(n *Node, depth int) error {
	for p.json.More() {
		var m Member
		if n.Kind == Object {
			name, err := p.value(depth)
			if err != nil {
				return unended(err)
			}
			m.Name, m.Range = name.Text, name.Range
		}
		var err error
		if m.Value, err = p.value(depth); err != nil {
			return unended(err)
		}
		if n.Kind == Object {
			n.Members = append(n.Members, m)
		} else {
			n.Items = append(n.Items, m.Value)
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

func (p *jsonParser) offset() int { return p.begin + int(p.json.InputOffset()) }

// next is where the next token begins.
func (p *jsonParser) next() int {
	at := p.offset()
	for at < len(p.src) && bytes.IndexByte([]byte(" \t\r\n,:"), p.src[at]) >= 0 {
		at++
	}
	return at
}

// places counts lines and columns on from the place that was asked for last, so that a file of one line takes no time in the
// square of its length. A column is a grapheme cluster, as everywhere in HCL; a token of JSON begins and ends one.
type places struct {
	file  string
	src   []byte
	begin int // of the text, behind a byte order mark
	last  hcl.Pos
}

func (p *places) skipMark(begin int) {
	p.begin = begin
	p.last = p.first()
}

func (p *places) first() hcl.Pos { return hcl.Pos{Line: 1, Column: 1, Byte: p.begin} }

// within is the range between two offsets.
func (p *places) within(from, to int) hcl.Range {
	return hcl.Range{Filename: p.file, Start: p.position(from), End: p.position(to)}
}

func (p *places) position(at int) hcl.Pos {
	if p.last.Line == 0 || at < p.last.Byte {
		p.last = p.first()
	}
	at = max(at, p.last.Byte)
	between := p.src[p.last.Byte:at]
	if line := bytes.LastIndexByte(between, '\n'); line >= 0 {
		p.last.Line += bytes.Count(between, []byte("\n"))
		p.last.Column, between = 1, between[line+1:]
	}
	p.last.Column += clusters(between)
	p.last.Byte = at
	return p.last
}

// clusters is how many characters a person sees in a text without line breaks.
func clusters(text []byte) int {
	for i, c := range text {
		if c >= utf8.RuneSelf {
			// The cluster may begin before: 🇩 is one with what follows it, e with an accent behind it.
			from := max(i-1, 0)
			n, err := textseg.TokenCount(text[from:], textseg.ScanGraphemeClusters)
			if err != nil {
				return len(text)
			}
			return from + n
		}
	}
	return len(text)
}

// writtenAsSuch is how often U+FFFD itself is in the source of a string, as it is or escaped.
func writtenAsSuch(source []byte) int {
	text := strings.ToLower(strings.ReplaceAll(string(source), `\\`, ""))
	return strings.Count(text, "\ufffd") + strings.Count(text, `\ufffd`)
}
