package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/audit"
	"github.com/ddbgen/ddbgen/internal/diag"
)

const hostile = "a|b `x` ```\n</details><script> @team \x1b[31m\u202e [l](http://x) {{ }}"

// TestHostile holds that names out of a file neither break a page nor rule a terminal.
func TestHostile(t *testing.T) {
	f := audit.Finding{Rule: scan, At: hcl.Range{Filename: hostile + ".json", Start: hcl.Pos{Line: 3}, End: hcl.Pos{Line: 3}}, Subject: hostile, Document: hostile, Statement: hostile, Detail: hostile, Repair: `{"Sid":"` + "```" + `"}`}
	f.Witness = &audit.Witness{}
	f.Witness.Request.Action, f.Witness.Request.Resource = "dynamodb:Scan", hostile
	items := []Item{{Finding: f, Fingerprint: "x"}}
	unread := hcl.Diagnostics{diag.Error("unreadable-file", "Not JSON", hostile, f.At)}
	page := Page(items, unread, []string{hostile})
	for _, bad := range []string{"\x1b", "\u202e"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	for _, bad := range []string{" @team", "<script>", "](http://x)"} {
		if prose := withoutCode(page); strings.Contains(prose, bad) || !strings.Contains(prose, "team") {
			t.Errorf("the page holds %q outside of code: %s", bad, prose)
		}
	}
	row := ""
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "| 1 |") {
			row = strings.ReplaceAll(line, `\|`, "")
		}
	}
	if strings.Count(row, "|") != 6 {
		t.Errorf("a row of five cells: %s", row)
	}
	if !strings.Contains(page, "````json\n") {
		t.Error("the block ends at a fence in it")
	}
	var text strings.Builder
	if err := diag.Text(&text, nil, Diagnostics(items, unread, ForPeople), false); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(text.String(), "\x1b\u202e") {
		t.Errorf("the text holds what a terminal obeys: %q", text.String())
	}
}

// TestPageIsBounded holds that a page fits a comment, and says what it leaves out.
func TestPageIsBounded(t *testing.T) {
	var items []Item
	for n := range 2000 {
		f := audit.Finding{Rule: scan, At: hcl.Range{Filename: "f.json", Start: hcl.Pos{Line: n + 1}, End: hcl.Pos{Line: n + 1}}, Subject: strings.Repeat("long ", 200), Detail: fmt.Sprintf("The finding of line %d.", n+1)}
		items = append(items, Item{Finding: f})
	}
	var unread hcl.Diagnostics
	for range 300 {
		unread = append(unread, diag.Error("unreadable-file", "Not JSON", strings.Repeat("long ", 200), items[0].At))
	}
	page := Page(items, unread, []string{"2000 high."})
	if n := len([]rune(page)); n > 65536 || n < 40000 {
		t.Errorf("the page has %d characters", n)
	}
	for _, want := range []string{"1900 more are not in this table", "There is no room here for the ", "and 280 more", "The finding of line 1\\.", "### 1. Scan"} {
		if !strings.Contains(page, want) && !strings.Contains(page, strings.ReplaceAll(want, "\\", "")) {
			t.Errorf("it does not say %q", want)
		}
	}
}

func TestPageOfNothing(t *testing.T) {
	want := "## ddbgen audit: no finding\n\nNo finding, in 1 file.\n\n"
	if got := Page(nil, nil, []string{"No finding, in 1 file."}); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// withoutCode is a page without its code: what stands between a run of backticks and the next of the same length. A backtick
// behind a backslash is none.
func withoutCode(page string) string {
	var out strings.Builder
	for {
		begin := 0
		for begin < len(page) && (page[begin] != '`' || begin > 0 && page[begin-1] == '\\') {
			begin++
		}
		out.WriteString(page[:begin])
		if begin == len(page) {
			return out.String()
		}
		rest := strings.TrimLeft(page[begin:], "`")
		fence := page[begin : len(page)-len(rest)]
		for {
			run := strings.IndexByte(rest, '`')
			if run < 0 {
				return out.String() + rest
			}
			after := strings.TrimLeft(rest[run:], "`")
			closes := len(rest)-run-len(after) == len(fence)
			rest = after
			if closes {
				break
			}
		}
		page = rest
	}
}
