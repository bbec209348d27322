package ddbgen_test

import (
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/e2e"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// TestLostTable shows why a deploy role must be whole before it is used: of a table with a local index the provider forgets
// that it made it, if it is denied anything after CreateTable. To grant what was missing does not help any more.
func TestLostTable(t *testing.T) {
	e2e.Require(t)
	t.Parallel()
	m, tree := deployable(t, "silo")
	d := deploy(t, m, tree, m.Environments[0])
	d.stack.Init(t)
	const table = "-target=module.tables.aws_dynamodb_table.orders"
	blind := mutation{sid: "Tables", statement: func(s policy.Statement) policy.Statement {
		s.Action = without(s.Action, "dynamodb:DescribeTable")
		return s
	}}
	record := d.judged(d.deployer, "blind", blind.documents, func() {
		if output, err := d.stack.Run(t, "apply", "-auto-approve", "-no-color", table); err == nil {
			t.Errorf("applied without dynamodb:DescribeTable:\n%s", output)
		}
	})
	onlyDenied(t, record, "dynamodb:DescribeTable")
	if _, made := d.emulator.ReadBack(t).Tables["Orders"]; !made {
		t.Error("the table was not made")
	}
	d.as(t, d.deployer, "whole", func() {
		if output, err := d.stack.Run(t, "apply", "-auto-approve", "-no-color", table); err == nil || !strings.Contains(output, "already exists") {
			t.Errorf("the provider knows the table that it made: %v\n%s", err, output)
		}
	})
}
