package main

import (
	"fmt"
	"io"

	"github.com/hashicorp/hcl/v2"
)

type checkCommand struct {
	Specs  []string `arg:"" optional:"" default:"spec.yaml" files:"*.yaml *.yml *.json" help:"The specs." placeholder:"SPEC"`
	Format string   `enum:"text,json,github,sarif" default:"text" help:"How findings are printed: text, json, github, sarif."`
}

// Help is printed by check --help.
func (checkCommand) Help() string {
	return `All mistakes of a file are reported in one run, each at its line and with a remedy. A spec without mistakes is
compiled in memory and proven, but nothing is written.

Example:

  ddbgen check spec.yaml
  ddbgen check --format github */spec.yaml    # annotations on a pull request`
}

// Run reports what is wrong with specs, what only their output can show included.
func (c checkCommand) Run(stdout io.Writer) error {
	sources := map[string][]byte{}
	var all hcl.Diagnostics
	var good string
	for _, spec := range c.Specs {
		done, ds, err := specFlags{Spec: spec, Format: c.Format}.compile()
		if err != nil {
			return err
		}
		sources[spec] = done.src
		all = append(all, ds...)
		if !ds.HasErrors() {
			good += fmt.Sprintf("%s is good: %s.\n%s\n", spec, summary(done.model), proven(done))
		}
	}
	err := specFlags{Format: c.Format}.reportOn(stdout, sources, all)
	if c.Format != "text" || good == "" {
		return err
	}
	if _, printed := io.WriteString(stdout, good); printed != nil {
		return printed
	}
	return err
}
