// Command ddbgen compiles a declarative spec of DynamoDB tables, tenants and roles into least-privilege policies and the
// Terraform that applies them.
//
// This package is wiring only: one file a command, and what they share. Exit codes: 0 good, 1 the input was found wanting,
// 2 could not read or write, 80 not understood.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/alecthomas/kong"
)

// The exit codes beside 0, and 80, which kong gives a command line it does not understand.
const (
	exitWanting = 1
	exitIO      = 2
)

type grammar struct {
	Init         initCommand         `cmd:"" help:"Write a first spec, from existing tables too, or the workflow by which GitHub Actions deploys what a spec generates."`
	Build        buildCommand        `cmd:"" help:"Compile a spec into policies and Terraform."`
	Check        checkCommand        `cmd:"" help:"Report what is wrong with a spec, and write nothing."`
	Verify       verifyCommand       `cmd:"" help:"Prove that the files on disk, or a Terraform plan, grant what the spec says and nothing more."`
	Audit        auditCommand        `cmd:"" help:"Find the pitfalls of DynamoDB's security in what exists: policies, roles, tables, keys, endpoints."`
	Import       importCommand       `cmd:"" help:"Write a spec of what exists, one that grants no more, and show what it would take away."`
	Diff         diffCommand         `cmd:"" help:"Say which access a change gains and which it loses: of specs, builds, policies, or a revision of git."`
	Decide       decideCommand       `cmd:"" help:"Decide requests under policies as AWS does: JSON Lines in, JSON Lines out."`
	Explain      explainCommand      `cmd:"" help:"Say in words what a role may do, and by which statement."`
	ExplainCheck explainCheckCommand `cmd:"" help:"Explain a check or a rule, by the id that is printed with every finding, with examples."`
	Schema       schemaCommand       `cmd:"" help:"Print the JSON Schema of the spec language, for editors."`

	Completion  completionCommand `cmd:"" help:"Print the script by which a shell completes commands, flags, names and files."`
	Complete    completeCommand   `cmd:"" hidden:"" passthrough:"" help:"Say what may come next on a command line."`
	Help        helpCommand       `cmd:"" help:"Explain a command, or a part of the spec."`
	ShowVersion versionCommand    `cmd:"" name:"version" help:"Print the version, and what this program was built from."`

	Version kong.VersionFlag `help:"Print the version and exit."`
}

func main() {
	parser := newParser()
	command, err := parser.Parse(os.Args[1:])
	parser.FatalIfErrorf(err)
	command.BindTo(os.Stdout, (*io.Writer)(nil))
	os.Exit(exitCode(command.Run()))
}

func newParser() *kong.Kong {
	return kong.Must(new(grammar),
		kong.Name("ddbgen"),
		kong.Description("Access control for DynamoDB in layers that cannot be forgotten: one spec.yaml becomes least-privilege policies and the Terraform that applies them."),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Vars{"version": about(debug.ReadBuildInfo())},
	)
}

// errWanting ends a command whose findings are printed already.
var errWanting = errors.New("the input was found wanting")

func exitCode(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errWanting):
		return exitWanting
	}
	fmt.Fprintln(os.Stderr, "ddbgen: "+err.Error())
	return exitIO
}
