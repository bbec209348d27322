// Package picture writes an inventory as text, with the lines of what is in it, for tests of its readers.
package picture

import (
	"fmt"
	"strings"

	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// Of is an inventory as text. ARNs of the account 444455556666 in eu-west-1 are cut to their last part.
func Of(inv *inventory.Inventory) string {
	var b strings.Builder
	document := func(title string, d *inventory.Document) {
		if d == nil {
			return
		}
		fmt.Fprintf(&b, "  %s\n", strings.TrimSpace(title+" "+d.Name))
		for i, s := range d.Document.Statement {
			fmt.Fprintf(&b, "    %d %s\n", d.Statement(i).Start.Line, one(s))
		}
	}
	for _, i := range inv.Identities {
		fmt.Fprintf(&b, "%d %s %s %s\n", i.Range.Start.Line, i.Kind, i.Name, short(i.ARN))
		document("trust", i.Trust)
		for _, d := range i.Policies {
			document("policy", d)
		}
		document("boundary", i.Boundary)
		for _, u := range i.Unread {
			fmt.Fprintf(&b, "  unread %s\n", short(u))
		}
		for _, tag := range i.Tags {
			fmt.Fprintf(&b, "  tag %s=%s\n", tag.Key, tag.Value)
		}
	}
	for _, t := range inv.Tables {
		fmt.Fprintf(&b, "%d table %s %s\n", t.Range.Start.Line, t.Name, short(t.ARN()))
		document("policy", t.Policy)
		document("stream", t.StreamPolicy)
	}
	for _, k := range inv.Keys {
		fmt.Fprintf(&b, "%d key %s %s\n", k.Range.Start.Line, k.Name, short(k.ARN))
		document("policy", k.Policy)
	}
	for _, e := range inv.Endpoints {
		fmt.Fprintf(&b, "%d endpoint %s %s gateway:%v\n", e.Range.Start.Line, e.Name, e.Service, e.Gateway)
		document("policy", e.Policy)
	}
	return b.String()
}

func one(s policy.Statement) string {
	out := string(s.Effect)
	if s.Principal != nil {
		out += fmt.Sprint(" ", *s.Principal)
	}
	out += " " + strings.Join(append(s.Action, s.NotAction...), ",") + " on " + short(strings.Join(append(s.Resource, s.NotResource...), ","))
	for _, c := range s.Condition {
		out += fmt.Sprint(" if ", c.Operator, " ", c.Key, " ", c.Values)
	}
	return out
}

func short(arn string) string {
	return strings.NewReplacer("arn:aws:dynamodb:eu-west-1:444455556666:", "", "arn:aws:iam::444455556666:", "", "arn:aws:iam::aws:", "aws:").Replace(arn)
}
