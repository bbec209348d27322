package main

import (
	"fmt"
	"io"

	"github.com/ddbgen/ddbgen/generate"
)

type checkCommand struct {
	specFlags
}

// Help is printed by check --help.
func (checkCommand) Help() string {
	return `All mistakes of the file are reported in one run, each at its line and with a remedy.

Example:

  ddbgen check spec.yaml
  ddbgen check --format github spec.yaml    # annotations on a pull request`
}

// Run reports what is wrong with a spec, what only its output can show included.
func (c checkCommand) Run(stdout io.Writer) error {
	m, src, ds, err := c.load()
	if err != nil {
		return err
	}
	if m != nil {
		_, found := generate.All(m)
		ds = append(ds, found...)
	}
	if err := c.report(stdout, src, ds); err != nil || c.Format != "text" {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s is good: %s.\n", c.Spec, summary(m))
	return err
}
