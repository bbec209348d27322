// Package wanted tests findings against expectations that are written beside the mistakes.
//
// A file is cut into chunks at the lines "# ---"; every chunk is a whole spec. A comment in it demands findings on its
// own line:
//
//	partition_kye: PK   # want `Unknown key: .*Did you mean "partition_key"`
//
// The text between the backquotes is a regular expression, looked for in "Summary: Detail [id]"; several of them demand
// several findings. A finding at the very beginning of the file, or at no place, is demanded by "# want-file `…`"
// anywhere in the chunk. A finding that nobody wants and a want that no finding meets both fail the test, so that such a
// file is a catalogue of mistakes that can be read, and that holds.
package wanted

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
)

// Chunk is one spec of a file, with what it wants.
type Chunk struct {
	Name   string // file and line, as editors open it
	Source []byte

	wants []want
}

// want demands one finding on a line of the chunk; on line 0, at the beginning of the file or at no place.
type want struct {
	line    int
	pattern *regexp.Regexp
}

const separator = "# ---"

// Chunks reads a file.
func Chunks(path string) ([]Chunk, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parse(filepath.Base(path), string(src))
}

func parse(name, src string) ([]Chunk, error) {
	var chunks []Chunk
	var lines []string
	first := 1
	flush := func(next int) error {
		if strings.TrimSpace(strings.Join(lines, "")) != "" {
			c, err := newChunk(name, first, lines)
			if err != nil {
				return err
			}
			chunks = append(chunks, c)
		}
		lines, first = nil, next
		return nil
	}
	for i, line := range strings.SplitAfter(src, "\n") {
		if strings.TrimRight(line, "\r\n") != separator {
			lines = append(lines, line)
			continue
		}
		if err := flush(i + 2); err != nil {
			return nil, err
		}
	}
	return chunks, flush(0)
}

func newChunk(file string, first int, lines []string) (Chunk, error) {
	c := Chunk{Name: fmt.Sprintf("%s:%d", file, first), Source: []byte(strings.Join(lines, ""))}
	for i, line := range lines {
		wants, err := wantsOf(line, i+1)
		if err != nil {
			return Chunk{}, fmt.Errorf("%s:%d: %w", file, first+i, err)
		}
		c.wants = append(c.wants, wants...)
	}
	return c, nil
}

var (
	comment = regexp.MustCompile("# want(-file)?((?:\\s+`[^`]*`)+)\\s*$")
	quoted  = regexp.MustCompile("`([^`]*)`")
	looks   = regexp.MustCompile(`#\s*want\b`)
)

func wantsOf(line string, number int) ([]want, error) {
	m := comment.FindStringSubmatch(line)
	if m == nil {
		if looks.MatchString(line) {
			return nil, fmt.Errorf("cannot read the want: %s", strings.TrimSpace(line))
		}
		return nil, nil
	}
	if m[1] != "" {
		number = 0
	}
	var wants []want
	for _, q := range quoted.FindAllStringSubmatch(m[2], -1) {
		pattern, err := regexp.Compile("(?s)" + q[1])
		if err != nil {
			return nil, err
		}
		wants = append(wants, want{line: number, pattern: pattern})
	}
	return wants, nil
}

// Check runs a check on the chunk and fails the test for what is wanted and not found, and found and not wanted.
func (c Chunk) Check(t testing.TB, check func(src []byte) hcl.Diagnostics) {
	t.Helper()
	for _, problem := range c.compare(check(c.Source)) {
		t.Errorf("%s: %s", c.Name, problem)
	}
}

// compare matches wants and findings one to one and returns what is left on either side.
func (c Chunk) compare(ds hcl.Diagnostics) []string {
	var problems []string
	met := make([]bool, len(c.wants))
	for _, d := range diag.Sort(ds) {
		if !c.meet(met, d) {
			problems = append(problems, fmt.Sprintf("line %d: nobody wants: %s", lineOf(d), text(d)))
		}
	}
	for i, w := range c.wants {
		if !met[i] {
			problems = append(problems, fmt.Sprintf("line %d: nothing matches: %s", w.line, strings.TrimPrefix(w.pattern.String(), "(?s)")))
		}
	}
	return problems
}

func (c Chunk) meet(met []bool, d *hcl.Diagnostic) bool {
	for i, w := range c.wants {
		onLine := w.line == lineOf(d) || w.line == 0 && atStart(d)
		if !met[i] && onLine && w.pattern.MatchString(text(d)) {
			met[i] = true
			return true
		}
	}
	return false
}

// text is what the patterns are matched against.
func text(d *hcl.Diagnostic) string {
	return fmt.Sprintf("%s: %s [%s]", d.Summary, d.Detail, diag.IDOf(d))
}

func lineOf(d *hcl.Diagnostic) int {
	if d.Subject == nil {
		return 0
	}
	return d.Subject.Start.Line
}

func atStart(d *hcl.Diagnostic) bool {
	return d.Subject == nil || d.Subject.Start.Line == 1 && d.Subject.Start.Column == 1
}
