package spec

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/model"
)

// checkCircles reports roles that only roles of one circle can become. Assumption has one source a role, so following the
// sources from a role ends, or comes back.
func checkCircles(m *model.Model) hcl.Diagnostics {
	var f findings
	done := map[*model.Role]bool{}
	for _, start := range m.Roles {
		var way []*model.Role
		for r := start; r != nil && !done[r]; r = assumer(r) {
			if at := slices.Index(way, r); at >= 0 {
				f.error(idAssumptionCircle, "Roles that assume each other", r.Trust.Origin,
					"%s can be assumed from within this circle only, so nobody can begin. Let a service or somebody else assume one of them.", circle(way[at:]))
				break
			}
			way = append(way, r)
		}
		for _, r := range way {
			done[r] = true
		}
	}
	return f.Diagnostics
}

func assumer(r *model.Role) *model.Role {
	if len(r.Trust.Roles) == 1 {
		return r.Trust.Roles[0].Role
	}
	return nil
}

func circle(roles []*model.Role) string {
	var names []string
	for _, r := range roles {
		names = append(names, r.Name)
	}
	return quoted(names)
}

// passage is the endpoints that list a role.
type passage struct{ items, streams []*model.Endpoint }

func passages(m *model.Model) map[*model.Role]*passage {
	out := map[*model.Role]*passage{}
	for _, r := range m.Roles {
		out[r] = &passage{}
	}
	for _, e := range m.Endpoints {
		for _, r := range e.Roles {
			switch p := out[r]; {
			case p == nil:
			case e.Service == model.DynamoDBStreams:
				p.streams = append(p.streams, e)
			default:
				p.items = append(p.items, e)
			}
		}
	}
	return out
}

// checkConsumersPass is law 12: streams are another service, which no endpoint for tables leads to (DynamoDB developer
// guide, "Using AWS PrivateLink for DynamoDB Streams"). A Lambda function's stream is read by Lambda, outside the VPC
// (Lambda developer guide, "Using AWS Lambda with Amazon DynamoDB").
func checkConsumersPass(m *model.Model) hcl.Diagnostics {
	var f findings
	passages := passages(m)
	for _, r := range m.Roles {
		p := passages[r]
		if r.Kind != model.StreamConsumer || len(p.items) == 0 {
			continue
		}
		switch lambda := r.Trust.Kind == model.ServiceTrust && r.Trust.Service == "lambda"; {
		case lambda:
			f.warn(idConsumerEndpoint, "Endpoint without an effect", p.items[0].Origin,
				"The endpoint %q lists %q, whose stream Lambda reads from outside the VPC. Remove the role from the list.", p.items[0].Name, r.Name)
		case len(p.streams) == 0:
			f.error(idConsumerEndpoint, "Stream out of reach", p.items[0].Origin,
				"The endpoint %q lists %q and leads to tables, not to streams, so from within the VPC its stream is out of reach. Add an endpoint with type: interface and service: dynamodb_streams that lists the role.", p.items[0].Name, r.Name)
		default:
			f.warn(idConsumerEndpoint, "Endpoint without an effect", p.items[0].Origin,
				"The endpoint %q leads to tables, and %q reads streams, which it reaches through %q. Remove the role from the list.", p.items[0].Name, r.Name, p.streams[0].Name)
		}
	}
	return f.Diagnostics
}

// checkLockedOut warns of runtime roles that the network guard leaves no way to their items.
func checkLockedOut(m *model.Model) hcl.Diagnostics {
	var f findings
	if len(m.Guardrails.OnlyThrough) == 0 {
		return nil
	}
	passages := passages(m)
	for _, r := range m.Roles {
		if r.Kind != model.Runtime || !touchesItems(r) {
			continue
		}
		passes := slices.ContainsFunc(passages[r].items, func(e *model.Endpoint) bool { return slices.Contains(m.Guardrails.OnlyThrough, e) })
		if !passes {
			f.warn(idLockedOut, "Role without a way in", r.Origin,
				"Items are reached only through the endpoints of guardrails.network, and none of them lists %q. Add the role to one of them.", r.Name)
		}
	}
	return f.Diagnostics
}
