package cfn

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// unread says that a part of the template was not read.
func (t *template) unread(at hcl.Range, title, format string, args ...any) {
	t.warn(idUnread, title, fmt.Sprintf(format, args...), at)
}

// unresolved says of each value within a node what it is that could not be resolved, once a place. That AWS chooses names is
// said once: each is the same everywhere, so that little hangs on it.
func (t *template) unresolved(n *tree.Node) {
	if n == nil {
		return
	}
	for _, what := range n.Unknown {
		at := n.Range
		if !t.chosen[what] {
			t.warn(idUnresolved, "Value that is not known", t.explain(what, n.Text), at)
		} else if !t.reported["chosen"] {
			t.reported["chosen"] = true
			t.warn(idUnresolved, "Names that AWS chooses", fmt.Sprintf("The template leaves it to AWS to name some of what it makes. A name in braces stands for each, the same wherever the template refers to it, as here for %s%s.", what, strings.TrimSuffix(": "+clipped(n.Text), ": ")), at)
		}
	}
	for _, i := range n.Items {
		t.unresolved(i)
	}
	for _, m := range n.Members {
		t.unresolved(m.Value)
	}
}

func (t *template) explain(what, text string) string {
	remedy := "What follows from it has to be looked at by hand."
	if strings.HasPrefix(what, "the parameter ") {
		remedy = "Give its value to see what follows from it."
	}
	if strings.Contains(text, "{") {
		return fmt.Sprintf("%s is not known here, and a name in braces stands for it: %s. %s", upper(what), clipped(text), remedy)
	}
	return fmt.Sprintf("%s is not known here. %s", upper(what), remedy)
}

// clipped is a text that fits a message.
func clipped(text string) string {
	if len(text) > 200 {
		return ""
	}
	return text
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// finding is a warning of what was not read, and a note of what was, with a name for what is not known.
func finding(id, title, detail string, at hcl.Range) *hcl.Diagnostic {
	d := diag.Warning(id, title, detail, at)
	if id == idUnread {
		return d
	}
	return diag.Noted(d)
}
