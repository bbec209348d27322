package main

import (
	"io"

	"github.com/ddbgen/ddbgen/spec"
)

type schemaCommand struct{}

// Help is printed by schema --help.
func (schemaCommand) Help() string {
	return `Editors with a YAML language server check and complete a spec that begins with the line

  ` + modeline + `

ddbgen build keeps that file beside the spec, so this is for editors that want it elsewhere.

Example:

  ddbgen schema > ddbgen.schema.json`
}

// Run prints the schema.
func (schemaCommand) Run(stdout io.Writer) error {
	_, err := stdout.Write(spec.Schema())
	return err
}
