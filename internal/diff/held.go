package diff

import (
	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file looks for what the policies of tables refuse still.

// held says of what an identity gained which table's policy refuses all of it still.
func (d *differ) held() {
	for i := range d.result.Changes {
		c := &d.result.Changes[i]
		if c.Layer != Access || c.Direction != Gain {
			continue
		}
		for _, t := range d.after.Tables {
			if t.Policy != nil && concerns(c.Witness.Request.Resource, t.ARN()) && refusesAll(t.Policy.Document, c.callers, c.Boxes) {
				c.Held = "the policy of the table " + t.Name
			}
		}
	}
}

// refusesAll reports whether a resource's policy denies some callers everything of some boxes. One with variables is not asked.
func refusesAll(d policy.Document, callers string, boxes []access.Box) bool {
	who := policy.Statement{Effect: policy.Allow, Principal: &policy.Principal{AWS: []string{callers}}, Action: []string{"*"}, Resource: []string{"*"}}
	if len(variablesOf(string(policy.Encode(d)))) > 0 || callers == "" {
		return false
	}
	symbols := access.NewWorlds(d)
	m, err := symbols.Read(TablePolicy.artifactKind(), "", d)
	if err != nil {
		return false
	}
	they, err := symbols.Read(TablePolicy.artifactKind(), "", policy.Document{Version: policy.Version, Statement: []policy.Statement{who}})
	if err != nil || len(they.Allows) != 1 {
		return false
	}
	var asked []access.Box
	for _, b := range boxes {
		b.Principal = they.Allows[0].Principal
		asked = append(asked, b)
	}
	return len(access.Minus(asked, m.Denies)) == 0
}

// concerns reports whether a resource is a table, or an index of it. What is not known of the table's ARN is a star.
func concerns(resource, arn string) bool {
	return automata.Glob(arn).Contains(resource) || automata.Glob(arn+"/index/*").Contains(resource)
}
