package ddbgen_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"go.yaml.in/yaml/v4"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/spec"
)

// hostileTexts are texts that would break out of HCL, JSON, Markdown or HTML, or be taken for a wildcard or a variable, if
// anything wrote them as they are.
func hostileTexts() []string {
	return []string{
		`a"b\`,
		"${aws:PrincipalTag/x}",
		"%{ if true }x%{ endif }",
		"one\ntwo\n\"\nresource \"x\" \"y\" {}",
		"</script><script>alert(1)</script>",
		"| a | b |\n# c [d](http://e) `f`",
		"ключ 🔑 \u202e",
		"*",
		"$${x} $$ %%{y}",
	}
}

// TestHostileTexts puts every hostile text into every scalar of the example that uses the whole language, one at a time,
// keys included. Each is either refused with a diagnostic, or comes out as nothing but that text.
func TestHostileTexts(t *testing.T) {
	name := filepath.Join("examples", "payments", "spec.yaml")
	src := read(t, name)
	accepted, refused := 0, 0
	for leaf := range scalars(t, src) {
		harmless := generated(replaced(t, src, leaf, "harmless text"))
		for _, text := range hostileTexts() {
			got := generated(replaced(t, src, leaf, text))
			if got == nil {
				refused++
				continue
			}
			accepted++
			where := fmt.Sprintf("scalar %d replaced by %q", leaf, text)
			checkParses(t, where, got)
			if harmless != nil {
				if diff := cmp.Diff(shapes(t, harmless), shapes(t, got)); diff != "" {
					t.Errorf("%s changes the structure of the Terraform (-harmless +hostile):\n%s", where, diff)
				}
			}
		}
	}
	t.Logf("%d hostile texts came out as themselves, %d were refused", accepted, refused)
	if accepted == 0 || refused == 0 {
		t.Error("the test saw only one of the two outcomes, so it looked at nothing")
	}
}

// generated are the files of a spec by path, or nil if it is refused.
func generated(src []byte) map[string]string {
	m, ds := spec.Load("spec.yaml", src)
	if ds.HasErrors() {
		return nil
	}
	tree, ds := generate.All(m)
	if ds.HasErrors() {
		return nil
	}
	return byPath(tree.Files)
}

// scalars counts the scalars of a document.
func scalars(t *testing.T, src []byte) int {
	t.Helper()
	n := 0
	visit(document(t, src), func(*yaml.Node) { n++ })
	return n
}

// replaced is a document with its n-th scalar replaced by a quoted text.
func replaced(t *testing.T, src []byte, n int, text string) []byte {
	t.Helper()
	root := document(t, src)
	at := 0
	visit(root, func(node *yaml.Node) {
		if at == n {
			node.Value, node.Tag, node.Style = text, "!!str", yaml.DoubleQuotedStyle
		}
		at++
	})
	out, err := yaml.Dump(root)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func document(t *testing.T, src []byte) *yaml.Node {
	t.Helper()
	var root yaml.Node
	if err := yaml.Load(src, &root); err != nil {
		t.Fatal(err)
	}
	return &root
}

func visit(n *yaml.Node, scalar func(*yaml.Node)) {
	if n.Kind == yaml.ScalarNode {
		scalar(n)
	}
	for _, child := range n.Content {
		visit(child, scalar)
	}
}

// checkParses demands that every file is what its ending says.
func checkParses(t *testing.T, where string, files map[string]string) {
	t.Helper()
	for path, content := range files {
		switch filepath.Ext(path) {
		case ".tf":
			if _, ds := hclsyntax.ParseConfig([]byte(content), path, hcl.InitialPos); ds.HasErrors() {
				t.Errorf("%s: %v", where, ds)
			}
		case ".json":
			if _, err := policy.Parse([]byte(content)); err != nil {
				t.Errorf("%s: %s: %v", where, path, err)
			}
		case ".md":
			if markup := foreignMarkup(content); markup != "" {
				t.Errorf("%s: %s holds markup of the text: %q", where, path, markup)
			}
		}
	}
}

// foreignMarkup is the first HTML or link in a generated page, which has none of its own; what is fenced, quoted as code or
// escaped is text.
func foreignMarkup(page string) string {
	text := regexp.MustCompile("(?s)```.*?```|`[^`\n]*`|\\\\.").ReplaceAllString(page, "")
	return regexp.MustCompile(`<[^ ]|\]\(`).FindString(text)
}

// shapes are the Terraform files of a tree without the texts in them: blocks, attributes, and the kinds of expression.
func shapes(t *testing.T, files map[string]string) []string {
	t.Helper()
	var out []string
	for path, content := range files {
		if filepath.Ext(path) != ".tf" {
			continue
		}
		file, ds := hclsyntax.ParseConfig([]byte(content), path, hcl.InitialPos)
		if ds.HasErrors() {
			t.Fatal(ds)
		}
		var s shape
		_ = hclsyntax.Walk(file.Body.(*hclsyntax.Body), &s)
		slices.Sort(s.nodes) // attributes come from a map
		out = append(out, strings.Join(s.nodes, " "))
	}
	slices.Sort(out)
	return out
}

// shape gathers the kinds of the nodes it is walked over.
type shape struct{ nodes []string }

func (s *shape) Enter(n hclsyntax.Node) hcl.Diagnostics {
	switch n := n.(type) {
	case *hclsyntax.TemplateExpr, *hclsyntax.LiteralValueExpr:
		if isText(n.(hclsyntax.Expression)) {
			s.nodes = append(s.nodes, "text")
			return nil
		}
	case *hclsyntax.Attribute:
		s.nodes = append(s.nodes, "attribute "+n.Name)
		return nil
	}
	s.nodes = append(s.nodes, fmt.Sprintf("%T", n))
	return nil
}

func (s *shape) Exit(hclsyntax.Node) hcl.Diagnostics { return nil }

// isText reports whether an expression is a text without anything to fill in.
func isText(e hclsyntax.Expression) bool {
	v, ds := e.Value(nil)
	return !ds.HasErrors() && v.Type() == cty.String
}
