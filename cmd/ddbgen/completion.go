package main

import (
	"embed"
	"io"
)

// Shells learn of ddbgen from a short script each, which asks ddbgen itself what may come next (complete.go). So the three
// scripts know no command and no flag, and need no update when there are others.
//
//go:embed shell
var shellScripts embed.FS

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"The shell: bash, zsh or fish." placeholder:"SHELL"`
}

// Help is printed by completion --help.
func (completionCommand) Help() string {
	return `With the script loaded, the tab key completes commands, flags, their values, names of the spec, and files.

Example:

  source <(ddbgen completion bash)    # in ~/.bashrc
  source <(ddbgen completion zsh)     # in ~/.zshrc, after compinit
  ddbgen completion fish > ~/.config/fish/completions/ddbgen.fish`
}

// Run prints the script of a shell.
func (c completionCommand) Run(stdout io.Writer) error {
	script, err := shellScripts.ReadFile("shell/ddbgen." + c.Shell)
	if err != nil {
		return err
	}
	_, err = stdout.Write(script)
	return err
}
