package spec

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"fmt"

	"github.com/ddbgen/ddbgen/internal/diag"
)

func TestFill(t *testing.T) {
	if os.Getenv("FILL") == "" { t.Skip() }
	files, _ := filepath.Glob("testdata/mistakes/*.yaml")
	strip := regexp.MustCompile("\\s*# want(-file)? `.*$")
	total := 0
	for _, file := range files {
		b, _ := os.ReadFile(file)
		var out []string
		for i, chunk := range strings.Split(string(b), "# ---\n") {
			lines := strings.Split(strings.TrimSuffix(chunk, "\n"), "\n")
			for j := range lines { lines[j] = strip.ReplaceAllString(lines[j], "") }
			_, ds := Load("spec.yaml", []byte(strings.Join(lines, "\n")+"\n"))
			wants := map[int][]string{}
			for _, d := range ds {
				sentences := regexp.MustCompile(`(?:[.?!]|:) `).Split(d.Detail, -1)
				last := sentences[len(sentences)-1]
				if len(sentences) > 1 && len(last) < 18 { last = d.Detail[strings.LastIndex(d.Detail, sentences[len(sentences)-2]):] }
				if d.Subject == nil { fmt.Println("NO SUBJECT", d); continue }
				wants[d.Subject.Start.Line] = append(wants[d.Subject.Start.Line], fmt.Sprintf("`%s: .*%s \\[%s\\]`", regexp.QuoteMeta(d.Summary), regexp.QuoteMeta(last), diag.IDOf(d)))
				total++
			}
			if len(ds) == 0 { fmt.Println("CLEAN CHUNK", file, i) }
			for j := range lines {
				if w := wants[j+1]; len(w) > 0 { lines[j] += " # want " + strings.Join(w, " ") }
			}
			out = append(out, strings.Join(lines, "\n")+"\n")
		}
		os.WriteFile(file, []byte(strings.Join(out, "# ---\n")), 0o644)
	}
	fmt.Println("TOTAL", total)
}
