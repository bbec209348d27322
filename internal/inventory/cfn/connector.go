package cfn

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// connectors reads SAM's connectors, which may be resources, or stand in the resource that they start from (AWS SAM developer
// guide, "Managing resource permissions with AWS SAM connectors").
func (t *template) connectors(r *resource) {
	if r.kind == "AWS::Serverless::Connector" {
		t.connector(r.properties.At("Source", "Id").String(), r.properties, r.at, t.undecided(r))
	}
	for _, m := range members(r.node.Get("Connectors")) {
		if !r.made {
			t.connector(r.id, m.Value.Get("Properties"), m.Range, t.undecided(r))
		}
	}
}

// connector grants what a connector grants between tables and what has a role. Those between other resources grant nothing of
// DynamoDB.
func (t *template) connector(source string, properties *tree.Node, at hcl.Range, condition string) {
	from := t.resources[source]
	if from == nil {
		return
	}
	for _, destination := range properties.Get("Destination").Each() {
		to := t.resources[destination.Get("Id").String()]
		if to == nil || isTable(from) == isTable(to) {
			continue
		}
		var actions []string
		var resources []*tree.Node
		table, carrier := to, from
		if isTable(from) {
			table, carrier, actions = from, to, streamActions()
			resources = []*tree.Node{t.joined(at, "", []*tree.Node{t.arn(table, at), literal("/stream/*", at)})}
		} else {
			resources = []*tree.Node{t.arn(table, at), t.joined(at, "", []*tree.Node{t.arn(table, at), literal("/index/*", at)})}
			for _, p := range properties.Get("Permissions").Each() {
				actions = append(actions, connectorActions(p.String())...)
			}
		}
		i := t.carrier(carrier)
		if i == nil {
			t.unread(at, "Connector of a role that is not known", "The connector between %s and %s gives rights to a role that is not of this template, and they are not read.", source, to.id)
			continue
		}
		if len(actions) == 0 {
			continue
		}
		perhaps := condition != "" && condition != t.existence[i]
		if d := t.document(documentOf(at, []*tree.Node{allowing(at, actions, resources)}), artifact.Identity, "the connector of "+source+" with "+to.id, perhaps); d != nil {
			i.Policies = append(i.Policies, d)
		}
	}
}

// carrier is the role that a function or a state machine runs as, if it is of the template.
func (t *template) carrier(r *resource) *inventory.Identity {
	if role := t.resources[r.id+"Role"]; role != nil && role.made {
		return t.elsewhere(inventory.Role, t.name(role).Text, r.at)
	}
	for _, property := range []string{"Role", "RoleArn", "ServiceRoleArn"} {
		arn := t.value(r.properties.Get(property))
		if arn == nil || !strings.HasPrefix(arn.Text, "arn:") {
			continue
		}
		if n := slices.IndexFunc(t.inv.Identities, func(i *inventory.Identity) bool { return i.Kind == inventory.Role && i.ARN == arn.Text }); n >= 0 {
			return t.inv.Identities[n]
		}
	}
	return nil
}
