package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/ddbgen/ddbgen/spec"
	"github.com/ddbgen/ddbgen/templates"
)

// question is what a spec cannot begin without: a flag answers it, or a person at a terminal, or a default.
type question struct {
	flag, text string
	answer     *string
	fallback   string
	complaint  func(answer string) string // what is wrong with an answer; "" for nothing
}

// questions are all of them, about the fields of c.
func (c *initCommand) questions() []question {
	about := func(set func(*beginning, string)) func(string) string {
		return func(answer string) string {
			b := beginning{name: templates.StarterSystem, account: templates.StarterAccount, region: templates.StarterRegion}
			set(&b, answer)
			return b.complaint()
		}
	}
	return []question{
		{"name", "Name of the system, which becomes part of the names of roles", &c.Name, systemName(c.Spec),
			about(func(b *beginning, name string) { b.name = name })},
		{"account", "AWS account, 12 digits", &c.Account, templates.StarterAccount,
			about(func(b *beginning, account string) { b.account = account })},
		{"region", "AWS region", &c.Region, templates.StarterRegion,
			about(func(b *beginning, region string) { b.region = region })},
	}
}

// templateQuestion asks what the spec begins as.
func (c *initCommand) templateQuestion() question {
	text, all := "What the system is like:\n", templates.Starters()
	for _, s := range all {
		text += fmt.Sprintf("  %-14s %s\n", s.Name, s.About)
	}
	names := namesOf(all, func(s templates.Starter) string { return s.Name })
	return question{"template", text + "Template", c.Template, all[0].Name, func(answer string) string {
		if starterNamed(answer) == nil {
			return "Give one of: " + strings.Join(names, ", ") + "."
		}
		return ""
	}}
}

// settle answers the questions that no flag has answered: by asking where a terminal is to ask, else by their defaults. A
// wrong answer is asked for again.
func settle(questions []question, terminal io.Reader, prompts io.Writer) error {
	var answers *bufio.Reader
	if terminal != nil {
		answers = bufio.NewReader(terminal)
	}
	for _, q := range questions {
		if *q.answer != "" {
			continue
		}
		*q.answer = q.fallback
		if answers == nil {
			continue
		}
		if err := q.ask(answers, prompts); err != nil {
			return err
		}
	}
	return nil
}

func (q question) ask(answers *bufio.Reader, prompts io.Writer) error {
	for {
		if _, err := fmt.Fprintf(prompts, "%s [%s]: ", q.text, q.fallback); err != nil {
			return err
		}
		line, err := answers.ReadString('\n')
		if errors.Is(err, io.EOF) && line == "" {
			return errors.New("nothing was written: the questions were not answered")
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		*q.answer = cmp.Or(strings.Trim(line, " \t\r\n\"'"), q.fallback)
		complaint := q.complaint(*q.answer)
		if complaint == "" {
			return nil
		}
		if _, err := fmt.Fprintln(prompts, complaint); err != nil {
			return err
		}
	}
}

// terminal is standard input if a person types there, else nil. The null device is a character device as a terminal is.
func terminal() io.Reader {
	in, err := os.Stdin.Stat()
	if err != nil || in.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	if null, err := os.Stat(os.DevNull); err == nil && os.SameFile(in, null) {
		return nil
	}
	return os.Stdin
}

var notInName = regexp.MustCompile(`[^a-z0-9]+`)

// systemName is the name of the directory that a spec is in, as the name of a system.
func systemName(at string) string {
	whole, err := filepath.Abs(at)
	if err != nil {
		return templates.StarterSystem
	}
	name := notInName.ReplaceAllString(strings.ToLower(filepath.Base(filepath.Dir(whole))), "-")
	name = strings.TrimLeft(name, "-0123456789")
	name = strings.TrimRight(name[:min(len(name), 31)], "-")
	return cmp.Or(name, templates.StarterSystem)
}

// complaint is what is said of a spec that begins so; "" if it is good.
func (b beginning) complaint() string {
	_, ds := spec.Load("spec.yaml", []byte(b.text(templates.Starters()[0])))
	if len(ds) == 0 {
		return ""
	}
	return ds[0].Detail
}
