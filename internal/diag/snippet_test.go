package diag

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
)

func TestShort(t *testing.T) {
	e := func(n int) string { return strings.Repeat("é", n) }
	for _, c := range []struct {
		name      string
		got, want snippet
	}{
		{"a line that a person writes", snippet{e(60), "x", e(59)}, snippet{e(60), "x", e(59)}},
		{"a range in the middle", snippet{e(300), "x", e(300)}, snippet{"…" + e(34), "x", e(33) + "…"}},
		{"a range near the beginning", snippet{e(3), "x", e(300)}, snippet{e(3), "x", e(64) + "…"}},
		{"a range near the end", snippet{e(300), "x", e(3)}, snippet{"…" + e(64), "x", e(3)}},
		{"a long range", snippet{"a", e(300), "b"}, snippet{"a", e(40) + "…", "b"}},
		{"a long range in the middle", snippet{e(300), e(300), e(300)}, snippet{"…" + e(14), e(40) + "…", e(14) + "…"}},
	} {
		got := c.got.short()
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		if wide := utf8.RuneCountInString(got.line()); got != c.got && wide > maxShown+3 {
			t.Errorf("%s: %d characters are shown", c.name, wide)
		}
	}
}

// TestLongLines holds that of a line that a program wrote no more than a part is copied, and none of its characters is cut.
func TestLongLines(t *testing.T) {
	for shift := range 3 {
		far := strings.Repeat("x", shift) + strings.Repeat("€", 5000)
		src := far + "HERE" + far + "\n"
		at := hcl.Range{Filename: "f", Start: hcl.Pos{Line: 1, Column: shift + 5001, Byte: len(far)}, End: hcl.Pos{Line: 1, Column: shift + 5005, Byte: len(far) + 4}}
		s, ok := cut([]byte(src), at)
		if !ok || s.marked != "HERE" || len(s.line()) > 2*maxPart+20 || !utf8.ValidString(s.line()) || !strings.HasPrefix(s.before, "…€") || !strings.HasSuffix(s.after, "€…") {
			t.Errorf("%v, %d bytes, %q", ok, len(s.line()), s.line())
		}
		if short := s.short(); short.before != "…"+strings.Repeat("€", maxShown/2-2) {
			t.Errorf("shown: %q", short.before)
		}
		if got := codePoints([]byte(src), at.Start); got != shift+5001 {
			t.Errorf("SARIF's column is %d", got)
		}
	}
}
