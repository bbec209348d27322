package diag

import (
	"strings"
	"testing"
)

func TestShort(t *testing.T) {
	long, edge := strings.Repeat("é", 300), strings.Repeat("é", maxAround)
	for _, c := range []struct {
		name      string
		got, want snippet
	}{
		{"a line that a person writes", snippet{edge, "x", edge + "é"}, snippet{edge, "x", edge + "é"}},
		{"a range in the middle", snippet{long, "x", long}, snippet{"…" + edge, "x", edge + "…"}},
		{"a range at the beginning", snippet{"", "x", long}, snippet{"", "x", edge + "…"}},
		{"a range at the end", snippet{long, "x", ""}, snippet{"…" + edge, "x", ""}},
		{"a long range", snippet{"a", long, "b"}, snippet{"a", edge + "…", "b"}},
	} {
		if got := c.got.short(); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
