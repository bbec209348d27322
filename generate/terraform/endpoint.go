package terraform

import (
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
)

// endpointsModule is the module of the VPC endpoints.
func endpointsModule(m *model.Model) []output.File {
	if len(m.Endpoints) == 0 {
		return nil
	}
	dir := module("endpoints")
	var files []output.File
	for _, p := range m.Endpoints {
		files = append(files, endpoint(m, p).named(dir, "endpoint_"+p.Name))
	}
	return append(files,
		endpointVariables(m).named(dir, "variables"),
		endpointOutputs(m).named(dir, "outputs"),
		versions().named(dir, "versions"))
}

func endpoint(m *model.Model, p *model.Endpoint) *source {
	s := newSource()
	s.resource("aws_vpc_endpoint", p.Name, nil, func(b body) {
		b.set("vpc_id", expr("var.endpoints.%s.vpc_id", p.Name))
		b.set("service_name", expr("var.endpoints.%s.service_name", p.Name))
		if p.Gateway {
			b.set("vpc_endpoint_type", text("Gateway"))
			b.set("route_table_ids", expr("var.endpoints.%s.route_table_ids", p.Name))
		} else {
			b.set("vpc_endpoint_type", text("Interface"))
			b.set("subnet_ids", expr("var.endpoints.%s.subnet_ids", p.Name))
			b.set("security_group_ids", expr("var.endpoints.%s.security_group_ids", p.Name))
			b.comment("DynamoDB's interface endpoints have no private DNS name; clients are given the URL in outputs.tf.")
			b.set("private_dns_enabled", boolean(false))
		}
		b.set("policy", expr("var.endpoints.%s.policy", p.Name))
		b.set("tags", hclwrite.TokensForFunctionCall("merge", expr("var.tags"),
			object([]pair{{"Name", prefixed(m.Name + "-" + p.Name)}})))
	})
	return s
}

func endpointVariables(m *model.Model) *source {
	s := newSource()
	s.prefixVariable()
	s.tagsVariable()
	s.variable("endpoints", "Where each endpoint stands, the name of the service behind it, and its JSON policy.",
		objectType(pairsOf(m.Endpoints, func(p *model.Endpoint) pair { return pair{p.Name, endpointType(p)} })))
	return s
}

func endpointType(p *model.Endpoint) hclwrite.Tokens {
	fields := []pair{{"vpc_id", expr("string")}, {"service_name", expr("string")}}
	if p.Gateway {
		fields = append(fields, pair{"route_table_ids", expr("list(string)")})
	} else {
		fields = append(fields, pair{"subnet_ids", expr("list(string)")}, pair{"security_group_ids", expr("list(string)")})
	}
	return objectType(append(fields, pair{"policy", expr("string")}))
}

func endpointOutputs(m *model.Model) *source {
	s := newSource()
	s.output("ids", "Id of each endpoint.",
		object(pairsOf(m.Endpoints, func(p *model.Endpoint) pair { return pair{p.Name, expr("aws_vpc_endpoint.%s.id", p.Name)} })))
	if interfaces := keep(m.Endpoints, isInterface); len(interfaces) > 0 {
		s.output("urls", "URL of each interface endpoint, for the endpoint setting of the SDK's client.",
			object(pairsOf(interfaces, func(p *model.Endpoint) pair {
				return pair{p.Name, join(text("https://"), expr("aws_vpc_endpoint.%s.dns_entry[0].dns_name", p.Name))}
			})))
	}
	return s
}

func isInterface(p *model.Endpoint) bool { return !p.Gateway }

// serviceName is the name of the service behind an endpoint. It is com.amazonaws in China too, where most other services
// have a cn in front (China user guide, "Gateway endpoints for Amazon DynamoDB").
func serviceName(e *model.Environment, p *model.Endpoint) string {
	return "com.amazonaws." + e.Region + "." + string(p.Service)
}
