package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/ddbgen/ddbgen/docs"
)

type helpCommand struct {
	Topic string `arg:"" optional:"" names:"topic" help:"A command, or a part of the spec." placeholder:"TOPIC"`
}

// Help is printed by help --help.
func (helpCommand) Help() string {
	return `Without a topic, the commands and the topics. A topic is a part of the page about the spec, by its heading or by the key that it is about.

Example:

  ddbgen help build
  ddbgen help tenants
  ddbgen help tables.global_indexes`
}

// Run prints what a command does, or a part of the page about the spec.
func (c helpCommand) Run(k *kong.Context, stdout io.Writer) error {
	if c.Topic == "" {
		return c.overview(k, stdout)
	}
	for _, command := range k.Model.Children {
		if command.Name == c.Topic {
			about, err := kong.Trace(k.Kong, []string{c.Topic})
			if err != nil {
				return err
			}
			return about.PrintUsage(false)
		}
	}
	for _, section := range docs.Sections() {
		if section.Topic == c.Topic {
			_, err := io.WriteString(stdout, section.Text)
			return err
		}
	}
	all := append(commandNames(k.Model.Node), topics()...)
	remedy := "ddbgen help lists all."
	if near := nearTo(c.Topic, all); len(near) > 0 {
		remedy = "Did you mean " + strings.Join(near, " or ") + "?"
	}
	fmt.Fprintf(os.Stderr, "ddbgen: there is no help about %q. %s\n", c.Topic, remedy)
	return errWanting
}

// overview is the help of the program, and the topics.
func (helpCommand) overview(k *kong.Context, stdout io.Writer) error {
	program, err := kong.Trace(k.Kong, nil)
	if err != nil {
		return err
	}
	if err := program.PrintUsage(false); err != nil {
		return err
	}
	var prose []string
	for _, section := range docs.Sections() {
		if !section.Key {
			prose = append(prose, section.Topic)
		}
	}
	_, err = fmt.Fprintf(stdout, "\nRun \"ddbgen help TOPIC\" for a part of the page about the spec, or for a key of\nthe spec, such as tables.global_indexes. Topics:\n  %s\n", strings.Join(prose, "\n  "))
	return err
}

// topics are the names of the parts of the page about the spec.
func topics() []string {
	var all []string
	for _, section := range docs.Sections() {
		all = append(all, section.Topic)
	}
	return all
}

func commandNames(program *kong.Node) []string {
	var all []string
	for _, command := range program.Children {
		if !command.Hidden {
			all = append(all, command.Name)
		}
	}
	return all
}
