// Package endpoint makes the policy of each VPC endpoint: a second wall, which lets through only the roles named for it,
// and each only to what its own policies allow anyway.
//
// It is derived from the identity policies that were just generated, so the two cannot drift apart: every allowed
// DynamoDB statement of a role is repeated with the role as aws:PrincipalArn. An endpoint policy grants nothing by itself;
// what passes is what both allow (PrivateLink guide, "Control access using endpoint policies").
//
//   - The principal is *, narrowed by a condition, because a gateway endpoint knows no other (PrivateLink guide, "gateway
//     endpoints for DynamoDB"). aws:PrincipalArn of a session is the ARN of its role.
//   - Conditions on rows and columns are left to the identity policies: that endpoint policies evaluate DynamoDB's own
//     condition keys is documented nowhere. Conditions on a table's tags are kept.
//   - Requests of another service pass through no policy here: streams have their own endpoint.
package endpoint

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// Policies are the policies of an environment's endpoints, in the model's order, given its identity policies.
func Policies(m *model.Model, e *model.Environment, identity []artifact.Policy) ([]artifact.Policy, hcl.Diagnostics) {
	held := heldByRole(identity)
	var out []artifact.Policy
	var ds hcl.Diagnostics
	for _, endpoint := range m.Endpoints {
		bytes, fits := artifact.Encode(artifact.Endpoint, document(m, e, endpoint, held))
		if !fits {
			ds = append(ds, diag.Error("endpoint-policy-quota", "Endpoint policy too large",
				"The policy of this endpoint is larger than the 20,480 characters that a VPC endpoint accepts. "+
					"Name fewer roles, or put some of them behind an endpoint of another VPC.", endpoint.Origin))
			continue
		}
		out = append(out, artifact.Policy{Kind: artifact.Endpoint, Environment: e, Endpoint: endpoint, Bytes: bytes})
	}
	return out, ds
}

// heldByRole are the statements that each role's policies allow.
func heldByRole(identity []artifact.Policy) map[*model.Role][]policy.Statement {
	held := map[*model.Role][]policy.Statement{}
	for _, p := range identity {
		document, err := policy.Parse(p.Bytes)
		if err != nil {
			panic("endpoint: a generated policy does not parse: " + err.Error())
		}
		for _, s := range document.Statement {
			if s.Effect == policy.Allow {
				held[p.Role] = append(held[p.Role], s)
			}
		}
	}
	return held
}

// document joins the passages of an endpoint's roles, since room in an endpoint policy is scarce: principals that may do the
// same in the same place share a statement, and so do places where the same principals may do the same. Neither lets
// anything more through.
func document(m *model.Model, e *model.Environment, endpoint *model.Endpoint, held map[*model.Role][]policy.Statement) policy.Document {
	served := actionsOf(endpoint.Service)
	var byPrincipal, byResource group
	for _, r := range endpoint.Roles {
		arns := e.RoleARNs(m, r)
		for _, p := range passagesOf(held[r], served) {
			shared := byPrincipal.like(*p)
			shared.principals = append(shared.principals, arns...)
		}
	}
	for _, p := range byPrincipal.passages {
		shared := byResource.like(passage{principals: p.principals, actions: p.actions, conditions: p.conditions})
		shared.resources = append(shared.resources, p.resources...)
	}
	return policy.Document{Version: policy.Version, Statement: statements(m, e, byResource.passages)}
}

// statements turns passages into statements; an endpoint that nothing passes refuses everything, because an endpoint
// without a policy would let everything through.
func statements(m *model.Model, e *model.Environment, passages []*passage) []policy.Statement {
	if len(passages) == 0 {
		return []policy.Statement{{
			Sid: "NothingPasses", Effect: policy.Deny, Principal: &policy.Principal{Any: true}, Action: []string{"*"}, Resource: []string{"*"},
		}}
	}
	names := newNamer(m, e)
	var out []policy.Statement
	for _, p := range passages {
		out = append(out, p.statement(names.sid(p)))
	}
	return out
}
