package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/words"
)

var update = flag.Bool("update", false, "rewrite the expected READMEs")

func TestReadme(t *testing.T) {
	for name, m := range map[string]*model.Model{
		"rich": rich(),
		"silo": silo(),
		"none": {
			Name: "books", Environments: []*model.Environment{{Name: "production", Account: "444455556666", Region: "us-east-1"}},
			Tables: []*model.Table{{Name: "books", PhysicalName: "Books"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := Readme(m, foreignOf(m), policiesOf(m)).Bytes
			path := filepath.Join("testdata", name+".md")
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			wellFormed(t, string(got))
		})
	}
}

// The page says of a trail's log files who can read them, if anybody.
func TestReaders(t *testing.T) {
	m := rich()
	for _, test := range []struct {
		readers []model.Principal
		want    []string
	}{
		{nil, []string{"and nobody may decrypt them", "nobody decrypt them. To read them, name `readers` of the trail"}},
		{m.Trail.Readers, []string{"and `arn:{partition}:iam::{account}:role/AuditReader` may decrypt them", "To read the log files takes the right"}},
		{[]model.Principal{{Role: m.Roles[0]}}, []string{"and `api` may decrypt them", "decrypts the log files of the audit trail"}},
	} {
		m.Trail.Readers = test.readers
		page := string(Readme(m, nil, nil).Bytes)
		for _, want := range test.want {
			if !strings.Contains(page, want) {
				t.Errorf("%v: nothing says %q", test.readers, want)
			}
		}
	}
}

// wellFormed demands of a page: no blank line twice, no trailing white space, each row of a table as wide as its head.
func wellFormed(t *testing.T, page string) {
	t.Helper()
	if strings.Contains(page, "\n\n\n") || regexp.MustCompile(`[ \t]\n`).MatchString(page) || !strings.HasSuffix(page, "\n") {
		t.Error("stray white space")
	}
	width := 0
	for _, line := range strings.Split(page, "\n") {
		if !strings.HasPrefix(line, "|") {
			width = 0
			continue
		}
		cells := len(bar.FindAllString(escaped.ReplaceAllString(line, ""), -1))
		if width == 0 {
			width = cells
		}
		if cells != width {
			t.Errorf("a row of %d bars below a head of %d: %s", cells, width, line)
		}
	}
}

var (
	bar     = regexp.MustCompile(`\|`)
	escaped = regexp.MustCompile(`\\[[:punct:]]`)
)

// hostile is text that tries to end its line, its cell, its code span and its page.
const hostile = "x | y \\| z\n\n# heading\r\n```\nfence\n``\n`tick` <script>alert(1)</script> <!-- [a](http://evil) ![b](http://evil) ](http://evil) &lt; ${x} {{.}} $a$ ~~s~~ __b__ *i* \u202egnp.exe \u2028 \x00 \x1b[31m"

// Every field that holds free text is hostile, and the page has the same lines, rows and headings as when it is tame.
func TestHostileText(t *testing.T) {
	tame, wild := poisoned("tame"), poisoned(hostile)
	if strings.Count(wild, "\n") != strings.Count(tame, "\n") {
		t.Fatalf("%d lines, not %d", strings.Count(wild, "\n"), strings.Count(tame, "\n"))
	}
	wellFormed(t, wild)
	tameLines, wildLines := strings.Split(tame, "\n"), strings.Split(wild, "\n")
	fenced := false
	for i, line := range wildLines {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		if fenced || strings.HasPrefix(line, "```") {
			continue
		}
		if begin := regexp.MustCompile("^(#+ |\\| |- |```|`?)"); begin.FindString(line) != begin.FindString(tameLines[i]) {
			t.Errorf("line begins anew: %s", line)
		}
		outside := escaped.ReplaceAllString(withoutCode(line), "")
		if strings.ContainsAny(outside, "<`*~&") || strings.Contains(outside, "](") || strings.Contains(outside, "${") {
			t.Errorf("markup: %s", outside)
		}
		if strings.ContainsAny(line, "\x00\x1b\u202e\u2028\r") {
			t.Errorf("control characters: %q", line)
		}
	}
	if !strings.Contains(wild, "evil") {
		t.Error("nothing was poisoned")
	}
}

func poisoned(with string) string {
	m := rich()
	for _, r := range m.AllRoles() {
		r.Description = with
		for i := range r.Tags {
			r.Tags[i] = model.Tag{Key: with, Value: with}
		}
		for _, g := range r.Grants {
			if g.Attributes != nil {
				g.Attributes = []string{with}
			}
			if g.Rows.Kind == model.NamedRows {
				g.Rows.Keys = []string{with}
			}
		}
		for _, g := range r.TagGrants {
			g.Tags = []model.TagMatch{{Key: with, Value: with}, {Key: with, Same: true}}
		}
		if len(r.Trust.Subjects) > 0 {
			for i := range r.Trust.Subjects {
				r.Trust.Subjects[i].Values = []string{with}
			}
			r.Trust.Claims = []model.Tag{{Key: with, Value: with}, {Key: "job_workflow_ref", Value: with}}
		}
	}
	for i := range m.Waivers {
		m.Waivers[i] = model.Waiver{Subject: with, Waived: with, Because: with}
	}
	m.Keys[0].Description = with
	m.Tenancy.IDPattern, m.Tenancy.Identity.Name = with, with
	m.Tables[0].TenantKeys = []model.KeyTemplate{{Prefix: with, Suffix: with}}
	return string(Readme(m, nil, nil).Bytes)
}

// withoutCode is a line without its code spans, which end at the first run of as many backticks as opened them; a
// backslash before a backtick outside of a span escapes it (CommonMark, "Code spans").
func withoutCode(line string) string {
	var out strings.Builder
	for i := 0; i < len(line); {
		switch line[i] {
		case '\\':
			end := min(i+2, len(line))
			out.WriteString(line[i:end])
			i = end
		case '`':
			fence := run(line[i:])
			length := closing(line[i+fence:], fence)
			if length < 0 {
				out.WriteString(line[i : i+fence])
				i += fence
				continue
			}
			i += fence + length
		default:
			out.WriteByte(line[i])
			i++
		}
	}
	return out.String()
}

func run(s string) int { return len(s) - len(strings.TrimLeft(s, "`")) }

// closing is how far it is to the end of a code span with the given fence; -1 if there is none.
func closing(s string, fence int) int {
	for i := 0; i < len(s); {
		n := run(s[i:])
		if n == fence {
			return i + n
		}
		i += max(n, 1)
	}
	return -1
}

func TestCode(t *testing.T) {
	for in, want := range map[string]string{
		"a": "`a`", "": "(empty)", "a`b": "`` a`b ``", "`": "`` ` ``", "``a`": "``` ``a` ```", "a|b\\": "`a|b\\`", "a\n b": "`a b`",
	} {
		if got := code(in); got != want {
			t.Errorf("%q: %s, not %s", in, got, want)
		}
	}
	if got := cellCode(`a|b\`); got != `a\|b\\` {
		t.Errorf("in a table: %s", got)
	}
}

// Every source of a tenant id and every form of trust has words.
func TestWordsForAll(t *testing.T) {
	m := silo()
	for kind := model.Silo; kind <= model.OIDCSubject; kind++ {
		m.Tenancy.Identity = model.Identity{Kind: kind, Name: "name"}
		if got := tenants(m); !strings.HasSuffix(got, ".") {
			t.Errorf("identity %d: %s", kind, got)
		}
	}
	for kind := model.ServiceTrust; kind <= model.SAMLTrust; kind++ {
		e := &model.Environment{Name: "production"}
		got := words.Markdown().Trustee(e, model.Trust{
			Kind: kind, Service: "lambda", Roles: []model.Principal{{ARN: "arn"}}, SAMLProvider: "okta", Namespace: "n", ServiceAccount: "s",
			Issuer: []model.EnvironmentValue{{Environment: e, Value: "issuer"}}, Audience: []model.EnvironmentValue{{Environment: e, Value: "audience"}}, Cluster: []model.EnvironmentValue{{Environment: e, Value: "c"}},
		})
		if got == "" || strings.Contains(got, "empty") || strings.Contains(got, "  ") {
			t.Errorf("trust %d: %q", kind, got)
		}
	}
}

func TestDeterminism(t *testing.T) {
	first := Readme(rich(), foreignOf(rich()), policiesOf(rich())).Bytes
	for range 5 {
		if !bytes.Equal(first, Readme(rich(), foreignOf(rich()), policiesOf(rich())).Bytes) {
			t.Fatal("the README differs from build to build")
		}
	}
}
