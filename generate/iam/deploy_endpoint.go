package iam

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/calls"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file lets VPC endpoints be made. AWS gives an endpoint its id, so what is known of it is its tag: it is made with the
// tag, only what has the tag is changed, and the tag is neither put on nor taken off anything later (EC2 user guide, "Grant
// permission to tag resources during creation"). The network around it has ids, which the spec names.

func (h holder) endpointDeployment() []policy.Statement {
	if len(h.m.Endpoints) == 0 {
		return nil
	}
	network, all := h.endpointNetwork(), h.endpointCalls()
	endpoint := all.On("vpc-endpoint")
	tagging, itself := endpoint.For("tags"), endpoint.With()
	anyEndpoint := []string{h.arn("ec2", "vpc-endpoint/*")}
	return slices.Concat(
		h.endpointLists(),
		h.allow("EndpointCreation", itself.In(catalog.CreatePhase), anyEndpoint,
			h.ofStack("aws:RequestTag"), equals("ec2:VpceServiceName", network.services...)),
		h.allow("EndpointNetwork", all.On("vpc"), network.vpcs),
		h.allow("EndpointRoutes", all.On("route-table", "security-group", "subnet"), network.routes),
		h.allow("EndpointChanges", itself.In(catalog.UpdatePhase|catalog.DeletePhase), anyEndpoint, h.ofStack("aws:ResourceTag")),
		h.allow("EndpointCreationTags", tagging.In(catalog.CreatePhase), anyEndpoint,
			equals("ec2:CreateAction", "CreateVpcEndpoint"), h.ofStack("aws:RequestTag")),
		h.allow("EndpointTags", tagging.In(catalog.UpdatePhase), anyEndpoint,
			h.ofStack("aws:ResourceTag"),
			policy.Condition{Operator: "ForAllValues:StringNotEquals", Key: "aws:TagKeys", Values: []string{model.StackTag}},
			present("aws:TagKeys")),
	)
}

func (h holder) endpointLists() []policy.Statement {
	if len(h.m.Endpoints) == 0 {
		return nil
	}
	return h.allow("EndpointLists", h.endpointCalls().On("*"), anything())
}

// endpointCalls are the calls for the endpoints of the model.
func (h holder) endpointCalls() calls.List {
	arguments := []string{"tags"}
	for _, p := range h.m.Endpoints {
		if p.Gateway {
			arguments = append(arguments, "route_table_ids")
		} else {
			arguments = append(arguments, catalog.Interface)
		}
	}
	return calls.Of("aws_vpc_endpoint").With(arguments...)
}

// network is where the endpoints of an environment stand, and what is behind them.
type network struct {
	vpcs     []string // ARNs
	routes   []string // ARNs of route tables, subnets and security groups
	services []string
}

func (h holder) endpointNetwork() network {
	var n network
	for i := range h.e.Placements {
		p := &h.e.Placements[i]
		n.vpcs = append(n.vpcs, h.arn("ec2", "vpc/"+p.VPC))
		n.services = append(n.services, h.e.ServiceName(p.Endpoint))
		for _, part := range []struct {
			kind string
			ids  []string
		}{{"route-table", p.RouteTables}, {"security-group", p.SecurityGroups}, {"subnet", p.Subnets}} {
			for _, id := range part.ids {
				n.routes = append(n.routes, h.arn("ec2", part.kind+"/"+id))
			}
		}
	}
	for _, list := range []*[]string{&n.vpcs, &n.routes, &n.services} {
		*list = unique(*list)
	}
	return n
}
