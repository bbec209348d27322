package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/model"
)

// What is left to trust, and what to watch for it, follows the model: nothing is said of what the system does not have, and
// nothing is promised that the policies do not keep.
func TestLeftToTrust(t *testing.T) {
	const (
		ownDoor   = "It denies everything to a session that was begun with a token of `token.actions.githubusercontent.com`"
		selectors = "| `PutEventSelectors` | `cloudtrail.amazonaws.com` |"
		rows      = "the boundary holds it to them too"
		refused   = "make again, which is refused."
	)
	for _, test := range []struct {
		name          string
		change        func(*model.Model)
		want, without []string
	}{
		{"as it is", func(*model.Model) {}, []string{
			rows, selectors, "to another role that the same pipeline may become", "aliases of keys, VPC endpoints, network interfaces, trails and scalable targets with their policies of the whole account",
			"items of the table `rates` expire", "can have it record none", "to tag what is scaled for that of other services too", "takes the lock of the state, and deletes it while another holds it",
			"| `CreatePolicyVersion` |", "| `DeleteTable` |", "untaint module.tables.aws_dynamodb_table.ledger`", "import module.tables.aws_dynamodb_table.ledger Ledger`", "It has no right on a key. The guard on recovery does not hold it.",
			"Roles of this spec that exist without the boundary get it from an administrator", "a key by its policy and an endpoint by the tag", "writes into each root",
		}, []string{ownDoor, refused, "tells no tenant from another", "| `ScheduleKeyDeletion` |"}},
		{"no application comes with a token of the pipeline", func(m *model.Model) {
			m.Roles = slices.DeleteFunc(m.Roles, func(r *model.Role) bool { return r.Name == "ci" })
		}, []string{ownDoor, "carry `aws:FederatedProvider`"}, nil},
		{"another boundary", func(m *model.Model) {
			m.Roles = slices.DeleteFunc(m.Roles, func(r *model.Role) bool { return r.Name == "ci" })
			m.Guardrails.Boundary = &model.Boundary{ARN: "arn:aws:iam::{account}:policy/limits"}
		}, []string{"written elsewhere"}, []string{ownDoor, rows, "`aws:FederatedProvider`"}},
		{"one role a tenant", func(m *model.Model) { m.Tenancy.Identity = model.Identity{Kind: model.Silo} },
			[]string{"conditions on rows, columns and transactions are in the roles' own policies only", "tells no tenant from another"}, []string{rows}},
		{"no tenants", func(m *model.Model) { m.Tenancy = nil }, []string{"conditions on columns and transactions are in the roles' own policies only.\n"}, []string{rows, "tells no tenant"}},
		{"nothing is deleted", func(m *model.Model) { m.DeployRoles[0].Allows = []model.Allowance{model.ChangeExistingRoles} }, []string{refused}, []string{"| `DeleteTable` |"}},
		{"keys are deleted", func(m *model.Model) { m.DeployRoles[0].Allows = []model.Allowance{model.DeleteKeys} }, []string{"| `ScheduleKeyDeletion` |"}, nil},
		{"no trail, no endpoints, no keys", func(m *model.Model) { m.Trail, m.Endpoints, m.Keys, m.Guardrails.OnlyThrough = nil, nil, nil, nil },
			[]string{"sees the scalable targets with their policies of the whole account", "The guard on recovery does not hold it."},
			[]string{selectors, "record none", "| `PutKeyPolicy` |", "| `ModifyVpcEndpoint` |", "the policies of its", "network interfaces", "knows a key", "no right on a key"}},
		{"the trail may be deleted", func(m *model.Model) { m.DeployRoles[0].Allows = []model.Allowance{model.DeleteTrail} }, []string{"The trail is not stopped."}, []string{"where it writes is changed, and it is deleted, only"}},
		{"nobody deploys", func(m *model.Model) { m.DeployRoles = m.DeployRoles[1:] },
			[]string{"sees the aliases", "Pull requests become `planner`"}, []string{selectors, "Whoever deploys writes", "### What exists already", "### What is left half done"}},
	} {
		m := rich()
		test.change(m)
		page := string(Readme(m, nil, nil).Bytes)
		wellFormed(t, page)
		for _, want := range test.want {
			if !strings.Contains(page, want) {
				t.Errorf("%s: nothing says %q", test.name, want)
			}
		}
		for _, without := range test.without {
			if strings.Contains(page, without) {
				t.Errorf("%s: it says %q", test.name, without)
			}
		}
	}
}
