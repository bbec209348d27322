package infer

import (
	"fmt"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is about the resource policies of tables. A spec writes one for each table, which refuses plain HTTP, and it takes
// the place of what is there: a table has one policy (DynamoDB API reference, PutResourcePolicy). So where a policy that is
// there refuses more, none may be written.

// findGuards decides whether the spec may write policies of tables.
func (d *draft) findGuards() {
	for _, t := range d.tables {
		if t.found == nil || t.found.Policy == nil {
			continue
		}
		if s := d.unkept(t); s != nil && d.transport == nil {
			d.transport = &note{fmt.Sprintf("%s of the table %s refuses more than plain HTTP (%s), and a policy written here would take its place. So none is written, and what the tables have stays.",
				s.place(), t.Name, s.where())}
			d.leftOut++
		}
	}
	if d.transport != nil {
		return
	}
	for _, t := range d.tables {
		if t.found == nil || t.found.Policy == nil {
			continue
		}
		for _, s := range statementsOf(access.NewSymbols(t.found.Policy.Document), t.found.Policy, artifact.Table) {
			if s.Effect == policy.Allow {
				t.notes = append(t.notes, note{fmt.Sprintf("Not repeated: %s allows %s (%s). The resource policy that is written here only refuses; grant to roles what they need, under roles.",
					s.place(), plain(some(s.Action, s.NotAction)), s.where())})
				d.leftOut++
			}
		}
	}
}

// unkept is a refusal of a table's policy that the policy of a spec would not repeat; nil if it would repeat all.
func (d *draft) unkept(t *table) *statement {
	symbols := access.NewSymbols(t.found.Policy.Document)
	kept, _ := boxesOf(symbols, artifact.Table, policy.Version, d.transportRefusal(t))
	all := symbols.Everywhere("dynamodb", "*")
	all.Action = symbols.Patterns([]string{"dynamodb:*"})
	all.Resource = symbols.Patterns([]string{d.env.TableARN(t.model), d.env.TableARN(t.model) + "/index/*"})
	for _, s := range statementsOf(symbols, t.found.Policy, artifact.Table) {
		if s.Effect == policy.Deny && len(access.Minus(access.Meeting(s.boxes, all), kept)) > 0 {
			return s
		}
	}
	return nil
}

// transportRefusal is what the generators write into the policies of some tables.
func (d *draft) transportRefusal(tables ...*table) policy.Statement {
	s := policy.Statement{
		Effect: policy.Deny, Principal: &policy.Principal{Any: true}, Action: []string{"dynamodb:*"},
		Condition: []policy.Condition{{Operator: "Bool", Key: "aws:SecureTransport", Values: []string{"false"}}},
	}
	for _, t := range tables {
		s.Resource = append(s.Resource, d.env.TableARN(t.model), d.env.TableARN(t.model)+"/index/*")
	}
	return s
}

// refusedByTables is what the policies of the spec's tables refuse.
func (d *draft) refusedByTables(h *holder) []access.Box {
	if d.transport != nil || len(d.tables) == 0 {
		return nil
	}
	boxes, err := boxesOf(h.symbols, artifact.Table, policy.Version, d.transportRefusal(d.tables...))
	if err != nil {
		return nil
	}
	return boxes
}
