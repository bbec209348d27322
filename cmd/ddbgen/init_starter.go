package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/spec"
	"github.com/ddbgen/ddbgen/templates"
)

// starter writes a commented spec from a template.
func (c initCommand) starter(stdout io.Writer) error {
	if c.Template == nil {
		c.Template = new(string)
	}
	if err := settle(append(c.questions(), c.templateQuestion()), terminal(), os.Stderr); err != nil {
		return err
	}
	b := beginning{name: c.Name, account: c.Account, region: c.Region}
	text := []byte(b.text(*starterNamed(*c.Template)))
	m, ds := spec.Load(c.Spec, text)
	if ds.HasErrors() {
		return c.report(stdout, text, ds)
	}
	return c.begin(stdout, text, m, nil, nil)
}

// beginning is what differs between two specs from one template.
type beginning struct{ name, account, region string }

// text is a starter with names of one's own in place of those that every starter has.
func (b beginning) text(s templates.Starter) string {
	return strings.NewReplacer(
		"name: "+templates.StarterSystem, "name: "+spec.Scalar(b.name),
		`"`+templates.StarterAccount+`"`, spec.Scalar(b.account),
		templates.StarterAccount, b.account,
		"region: "+templates.StarterRegion, "region: "+spec.Scalar(b.region),
		templates.StarterRegion, b.region,
	).Replace(s.Text())
}

func starterNamed(name string) *templates.Starter {
	for _, s := range templates.Starters() {
		if s.Name == name {
			return &s
		}
	}
	return nil
}

// begin writes a new spec and the schema beside it, unless something stands where the spec is to be, and says what comes
// next. It prints what was found on the way, in files of which these are the contents.
func (c initCommand) begin(stdout io.Writer, text []byte, m *model.Model, sources map[string][]byte, ds hcl.Diagnostics) error {
	schema, err := c.schemaFile(text)
	if err != nil {
		return err
	}
	made, found, err := create(c.Spec, text)
	if err != nil {
		return err
	}
	if err := c.reportOn(stdout, sources, append(ds, found...)); err != nil {
		return err
	}
	if err := schema.write(); err != nil || c.Format != "text" {
		return err
	}
	done := c.Spec + " is up to date\n"
	if made {
		done = "wrote " + c.Spec + "\n"
	}
	if _, err := io.WriteString(stdout, done); err != nil {
		return err
	}
	if err := schema.report(stdout, "wrote"); err != nil {
		return err
	}
	return c.next(stdout, m)
}

// next says what to run once the spec is as it shall be.
func (c initCommand) next(stdout io.Writer, m *model.Model) error {
	at := shellWord(c.Spec)
	third := []string{"ddbgen help access", "how to write what a role may do"}
	for _, r := range m.Roles {
		if len(r.Grants) > 0 {
			third = []string{fmt.Sprintf("ddbgen explain %s --spec %s", r.Name, at), "what a role may do, in words"}
			break
		}
	}
	steps := [][]string{
		{"ddbgen check " + at, "every mistake, at its line"},
		{"ddbgen build " + at, "the policies and the Terraform, proven"},
		third,
	}
	width := 0
	for _, s := range steps {
		width = max(width, len(s[0]))
	}
	out := fmt.Sprintf("\nNext, change in %s what its comments say, and then:\n", c.Spec)
	for _, s := range steps {
		out += fmt.Sprintf("  %-*s    # %s\n", width, s[0], s[1])
	}
	_, err := io.WriteString(stdout, out)
	return err
}

// shellWord is a text as one word of a command line.
func shellWord(text string) string {
	safe := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("/._-+=,:@", r)
	}
	if text != "" && strings.TrimFunc(text, safe) == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
