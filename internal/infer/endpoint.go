package infer

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/describe"
	"github.com/ddbgen/ddbgen/internal/inventory"
)

// endpoint is a VPC endpoint, which the spec has in lines to uncomment: what an inventory knows of one does not make one.
type endpoint struct {
	logical string
	found   *inventory.Endpoint
	roles   []*role
	streams bool
}

var vpcID = regexp.MustCompile(`^vpc-[0-9a-f]{8,17}$`)

// findEndpoints finds the endpoints of DynamoDB and its streams, with the roles of the spec that their policies name. One whose
// policy names nobody lets everybody through, and so all of the roles.
func (d *draft) findEndpoints() {
	names := describe.NewNames("endpoint")
	for _, found := range d.inv.Endpoints {
		service := found.Service[strings.LastIndexByte(found.Service, '.')+1:]
		if service != "dynamodb" && service != "dynamodb-streams" {
			continue
		}
		name := found.Name[strings.LastIndexByte(found.Name, '/')+1:]
		e := &endpoint{logical: names.Of(name), found: found, streams: service == "dynamodb-streams"}
		for _, r := range d.roles {
			if r.silent || r.isDeployer() || e.streams != (r.kind == "stream_consumer") {
				continue
			}
			if found.Policy == nil || !mentionsRoles(found.Policy) || mentions(found.Policy, r.holder.ARN) {
				e.roles = append(e.roles, r)
			}
		}
		if len(e.roles) > 0 && !d.banned("endpoint:"+e.logical) {
			d.endpoints = append(d.endpoints, e)
		}
	}
}

// mentionsRoles reports whether the policy of an endpoint names roles at all.
func mentionsRoles(p *inventory.Document) bool { return mentions(p, ":role/") }

// mentions reports whether a principal, or a condition on one, of the policy of an endpoint holds a text.
func mentions(p *inventory.Document, text string) bool {
	if text == "" {
		return false
	}
	has := func(t string) bool { return strings.Contains(t, text) }
	for _, s := range p.Document.Statement {
		if s.Principal != nil && slices.ContainsFunc(s.Principal.AWS, has) {
			return true
		}
		for _, c := range s.Condition {
			if strings.EqualFold(c.Key, "aws:PrincipalArn") && slices.ContainsFunc(c.Values, has) {
				return true
			}
		}
	}
	return false
}
