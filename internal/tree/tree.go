// Package tree is data as somebody wrote it: the values of a JSON, YAML or HCL file alike, each with its place.
//
// What a file computes, such as the intrinsic functions of a template or the references of Terraform, is resolved by whoever
// reads the file. Where that cannot be done, the text holds a name in braces in place of what is not known, and says so.
package tree

import (
	"bytes"
	"encoding/json"

	"github.com/hashicorp/hcl/v2"
)

// Kind is what a value is.
type Kind int

// The kinds.
const (
	Null Kind = iota
	Bool
	Number
	String
	List
	Object
)

// String is the kind in the words of a message.
func (k Kind) String() string {
	return [...]string{"null", "true or false", "a number", "a string", "a list", "an object"}[k]
}

// Node is a value.
type Node struct {
	Kind    Kind
	Text    string   // of a string; the digits of a number; true or false
	Items   []*Node  // of a list
	Members []Member // of an object, in the order they are written
	Unknown []string // what of the text could not be resolved, in words: "the parameter TableName"
	Tag     string   // of YAML, if it is not one of YAML's own: !Sub
	Range   hcl.Range
}

// Member is a name of an object with its value.
type Member struct {
	Name  string
	Range hcl.Range // of the name
	Value *Node
}

// Get is the value of a name; nil if there is none, or this is no object. Of a name that comes twice it is the first.
func (n *Node) Get(name string) *Node {
	if n == nil {
		return nil
	}
	for _, m := range n.Members {
		if m.Name == name {
			return m.Value
		}
	}
	return nil
}

// At is the value at the end of a path of names; nil if there is none.
func (n *Node) At(path ...string) *Node {
	for _, name := range path {
		n = n.Get(name)
	}
	return n
}

// Each is the items of a list, and any other value as the only item of one, as AWS reads most lists. Of nil there are none.
func (n *Node) Each() []*Node {
	switch {
	case n == nil:
		return nil
	case n.Kind == List:
		return n.Items
	}
	return []*Node{n}
}

// String is the text of a string; empty for anything else.
func (n *Node) String() string {
	if n == nil || n.Kind != String {
		return ""
	}
	return n.Text
}

// Place is where the value stands; nowhere, if there is none.
func (n *Node) Place() hcl.Range {
	if n == nil {
		return hcl.Range{}
	}
	return n.Range
}

// Unresolved is what of the value, or of anything in it, could not be resolved.
func (n *Node) Unresolved() []string {
	if n == nil {
		return nil
	}
	out := n.Unknown
	for _, i := range n.Items {
		out = append(out, i.Unresolved()...)
	}
	for _, m := range n.Members {
		out = append(out, m.Value.Unresolved()...)
	}
	return out
}

// JSON is the value as JSON. Names that come twice come twice.
func (n *Node) JSON() []byte {
	var b bytes.Buffer
	n.encode(&b)
	return b.Bytes()
}

func (n *Node) encode(b *bytes.Buffer) {
	if n == nil {
		b.WriteString("null")
		return
	}
	switch n.Kind {
	case Null:
		b.WriteString("null")
	case Bool, Number:
		b.WriteString(n.Text)
	case String:
		quote(b, n.Text)
	case List:
		b.WriteByte('[')
		for i, item := range n.Items {
			if i > 0 {
				b.WriteByte(',')
			}
			item.encode(b)
		}
		b.WriteByte(']')
	case Object:
		b.WriteByte('{')
		for i, m := range n.Members {
			if i > 0 {
				b.WriteByte(',')
			}
			quote(b, m.Name)
			b.WriteByte(':')
			m.Value.encode(b)
		}
		b.WriteByte('}')
	}
}

func quote(b *bytes.Buffer, s string) {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string is always encoded
	b.Truncate(b.Len() - 1)
}
