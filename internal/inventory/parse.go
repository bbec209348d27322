package inventory

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// Parse reads a policy document: an object, or a string that holds the text of one. What cannot be read is a finding at the
// element that is the reason, and there is no document then.
//
// Documents of anybody are read as strictly as our own (see policy.Parse). Some of what is refused AWS may take: a list of
// actions that is empty, or a name in another case, if a service forgives it. Which services do is not documented, so what
// such a document allows is not known, and a guess would hide the very statement that a person looks for. Nothing is left out
// of a document to make it readable.
func Parse(node *tree.Node, kind artifact.Kind, name string) (*Document, *hcl.Diagnostic) {
	var text []byte
	switch {
	case node == nil:
		return nil, unreadable(name, "there is none", hcl.Range{})
	case node.Kind == tree.Object:
		text = node.JSON()
	case node.Kind == tree.String:
		plain, err := decoded(node.Text)
		if err != nil {
			return nil, unreadable(name, "it is URL-encoded, and not well: "+err.Error(), node.Range)
		}
		text = []byte(plain)
	default:
		return nil, unreadable(name, "it is "+node.Kind.String()+", and a policy document is an object, or a string that holds one", node.Range)
	}
	d, err := policy.Parse(text)
	if err == nil {
		return &Document{Document: d, Kind: kind, Name: name, Node: node}, nil
	}
	var wrong *policy.Error
	if !errors.As(err, &wrong) {
		return nil, unreadable(name, err.Error(), node.Range)
	}
	why := wrong.Message
	if wrong.Path != "" {
		why = wrong.Path + ": " + why
	}
	if node.Kind == tree.String {
		return nil, unreadable(name, fmt.Sprintf("%s (in the string, on line %d)", why, wrong.Line), node.Range)
	}
	return nil, unreadable(name, why, place(node, wrong.Path))
}

func unreadable(name, why string, at hcl.Range) *hcl.Diagnostic {
	if name == "" {
		name = "without a name"
	}
	return diag.Error("unreadable-policy-document", "Policy that cannot be read",
		fmt.Sprintf("Of the policy document %s it is not known what it allows: %s. Write it as the IAM user guide does, \"Grammar of the IAM JSON policy language\".", name, why), at)
}

// decoded is the text of a document that came in a string. IAM gives documents encoded as RFC 3986 says (IAM API reference,
// PolicyVersion), and the AWS CLI decodes most of them.
func decoded(text string) (string, error) {
	if begin := strings.TrimSpace(text); strings.HasPrefix(begin, "%7B") || strings.HasPrefix(begin, "%7b") || strings.HasPrefix(begin, "%0A") || strings.HasPrefix(begin, "%20") {
		return url.PathUnescape(begin)
	}
	return text, nil
}

// place is where an element stands, which a path such as Statement[2].Condition.StringEquals leads to; where the path ends
// early, the nearest thing around it. Names are not always quoted in a path, so it is followed by the names that are there.
func place(node *tree.Node, path string) hcl.Range {
	at := node.Range
	for path != "" {
		next, rest, where := step(node, path)
		if next == nil {
			break
		}
		node, path, at = next, rest, where
	}
	if path == "" {
		if m := twice(node); m != nil { // the path of what comes twice is that of the object
			return m.Range
		}
	}
	return at
}

// step follows the first part of a path, which a dot, a bracket or the end is behind.
func step(node *tree.Node, path string) (next *tree.Node, rest string, at hcl.Range) {
	if index, rest, is := strings.Cut(strings.TrimPrefix(path, "["), "]"); is && path[0] == '[' {
		i, err := strconv.Atoi(index)
		if err != nil || i < 0 || i >= len(node.Items) {
			return nil, "", hcl.Range{}
		}
		return node.Items[i], rest, node.Items[i].Range
	}
	path = strings.TrimPrefix(path, ".")
	length := -1
	for _, m := range node.Members {
		for _, name := range []string{m.Name, strconv.Quote(m.Name)} {
			behind, is := strings.CutPrefix(path, name)
			if is && len(name) > length && (behind == "" || behind[0] == '.' || behind[0] == '[') {
				next, rest, at, length = m.Value, behind, whole(m), len(name)
			}
		}
	}
	return next, rest, at
}

// whole is where a member stands, name and value, as far as it is on one line.
func whole(m tree.Member) hcl.Range {
	if v := m.Value.Range; v.Filename == m.Range.Filename && v.Start.Byte > m.Range.Start.Byte && v.End.Line == m.Range.Start.Line {
		return hcl.RangeBetween(m.Range, v)
	}
	return m.Range
}

// twice is the second of two members of the same name, or of names that differ only in case; nil if there are none.
func twice(node *tree.Node) *tree.Member {
	seen := map[string]bool{}
	for i := range node.Members {
		folded := strings.ToLower(node.Members[i].Name)
		if seen[folded] {
			return &node.Members[i]
		}
		seen[folded] = true
	}
	return nil
}
