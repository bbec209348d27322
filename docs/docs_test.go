package docs_test

import (
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/docs"
)

// TestSections holds that each part of the page has a topic of its own that can be typed, and that none is lost.
func TestSections(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range docs.Sections() {
		if s.Topic == "" || seen[s.Topic] || strings.ContainsAny(s.Topic, " `[]") {
			t.Errorf("the topic %q", s.Topic)
		}
		seen[s.Topic] = true
		if !strings.HasPrefix(s.Text, "## ") || strings.Count(s.Text, "\n") < 3 {
			t.Errorf("%s is %q", s.Topic, s.Text)
		}
	}
	for _, topic := range []string{"tenants", "kinds-of-role", "tables", "tables.global_indexes", "roles.access", "expect"} {
		if !seen[topic] {
			t.Errorf("no topic %s", topic)
		}
	}
}
