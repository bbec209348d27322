package main

import (
	"fmt"
	"io"
)

type checkCommand struct {
	specFlags
}

// Help is printed by check --help.
func (checkCommand) Help() string {
	return `All mistakes of the file are reported in one run, each at its line and with a remedy. A spec without mistakes is
compiled in memory and proven, but nothing is written.

Example:

  ddbgen check spec.yaml
  ddbgen check --format github spec.yaml    # annotations on a pull request`
}

// Run reports what is wrong with a spec, what only its output can show included.
func (c checkCommand) Run(stdout io.Writer) error {
	done, ds, err := c.compile()
	if err != nil {
		return err
	}
	if err := c.report(stdout, done.src, ds); err != nil || c.Format != "text" {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s is good: %s.\n%s\n", c.Spec, summary(done.model), proven(done))
	return err
}
