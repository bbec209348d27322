package main

import (
	"io"
	"os"

	"github.com/ddbgen/ddbgen/internal/decide"
)

type decideCommand struct{}

// Help is printed by decide --help.
func (decideCommand) Help() string {
	return `Each line of standard input is a request with the policies that bear on it, in JSON; each is answered by a line
with the decision and the statements that made it. docs/decide.md describes the format. A line that is wrong is
answered with its error and the rest goes on; the exit code is then 1.

Example:

  ddbgen decide < requests.jsonl

  {"id":"1","request":{"principal":"arn:aws:iam::111122223333:user/ann","action":"dynamodb:GetItem","resource":"arn:aws:dynamodb:eu-west-1:111122223333:table/T","context":{"dynamodb:LeadingKeys":["a"]}},"policies":{"identity":[{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":"dynamodb:GetItem","Resource":"*"}]}]}}

  {"id":"1","decision":"allow","decided_by":[{"layer":"identity","policy":0,"statement":0,"sid":"Read","effect":"Allow"}],"error":null}`
}

// Run answers the requests of standard input.
func (decideCommand) Run(stdout io.Writer) error {
	good, err := decide.Stream(stdout, os.Stdin)
	if err == nil && !good {
		return errWanting
	}
	return err
}
