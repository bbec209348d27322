package judge

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/evaluate"
)

func ec2Operations() map[string]operation {
	return map[string]operation{
		// None of the Describe operations takes a resource.
		"DescribeVpcEndpoints":      onAnything("ec2:DescribeVpcEndpoints"),
		"DescribePrefixLists":       onAnything("ec2:DescribePrefixLists"),
		"DescribeNetworkInterfaces": onAnything("ec2:DescribeNetworkInterfaces"),
		"CreateVpcEndpoint":         {createEndpoint, learnEndpoint},
		"ModifyVpcEndpoint":         {needs: modifyEndpoint},
		"DeleteVpcEndpoints":        {needs: deleteEndpoints},
		"CreateTags": {changeTags("ec2:CreateTags"), func(a *account, c *call, _ object) {
			for _, arn := range tagged(a, c) {
				a.tag(arn, c.body.tags("Tag"))
			}
		}},
		"DeleteTags": {changeTags("ec2:DeleteTags"), func(a *account, c *call, _ object) {
			for _, arn := range tagged(a, c) {
				a.untag(arn, tagNames(c))
			}
		}},
	}
}

// onEC2 is a need for an action on a resource of EC2, by its id, which tells of what kind it is.
func (a *account) onEC2(c *call, action, id string, keys ...evaluate.Key) need {
	kinds := [][2]string{{"vpce-", "vpc-endpoint/"}, {"vpc-", "vpc/"}, {"rtb-", "route-table/"}, {"subnet-", "subnet/"}, {"sg-", "security-group/"}}
	for _, kind := range kinds {
		if !strings.HasPrefix(id, kind[0]) {
			continue
		}
		n := a.on(action, a.arn("ec2", c.region, kind[1]+id))
		n.keys = append(n.keys, a.tags[n.resource].keys("ec2:ResourceTag/")...)
		n.keys = append(n.keys, one("ec2:Region", c.region))
		if service := a.types[n.resource]; service != "" {
			n.keys = append(n.keys, one("ec2:VpceServiceName", service))
		}
		n.keys = append(n.keys, keys...)
		return n
	}
	c.fail("the judge does not know what %q is", id)
	return need{}
}

// createEndpoint is checked on the endpoint and on all that it is put into. Only the endpoint itself carries the tags of the
// request and the service (Service Authorization Reference, Amazon EC2, CreateVpcEndpoint).
func createEndpoint(a *account, c *call) []need {
	const action = "ec2:CreateVpcEndpoint"
	var tags tags
	for _, specification := range c.body.children("TagSpecification") {
		tags = specification.tags("Tag")
	}
	endpoint := a.onEC2(c, action, "vpce-new", one("ec2:VpceServiceName", c.body.text("ServiceName")))
	endpoint.keys = append(endpoint.keys, tags.requested()...)
	needs := []need{endpoint, a.onEC2(c, action, c.body.text("VpcId"))}
	for _, id := range slices.Concat(c.body.texts("RouteTableId"), c.body.texts("SubnetId"), c.body.texts("SecurityGroupId")) {
		needs = append(needs, a.onEC2(c, action, id))
	}
	if c.body.text("PrivateDnsEnabled") == "true" {
		c.fail("the judge does not know what private DNS needs")
	}
	if len(tags) == 0 {
		return needs
	}
	// To tag at creation is CreateTags, told from others by ec2:CreateAction (EC2 user guide, "Grant permission to tag
	// Amazon EC2 resources during creation").
	tag := need{action: "ec2:CreateTags", resource: endpoint.resource}
	tag.keys = append(tags.requested(), one("ec2:CreateAction", "CreateVpcEndpoint"), one("ec2:Region", c.region))
	return append(needs, checkedByAWS(tag)...)
}

func learnEndpoint(a *account, c *call, answer object) {
	arn := a.arn("ec2", c.region, "vpc-endpoint/"+answer.text("vpcEndpointId"))
	a.types[arn] = c.body.text("ServiceName")
	a.tag(arn, nil)
	for _, specification := range c.body.children("TagSpecification") {
		a.tag(arn, specification.tags("Tag"))
	}
}

func modifyEndpoint(a *account, c *call) []need {
	const action = "ec2:ModifyVpcEndpoint"
	needs := []need{a.onEC2(c, action, c.body.text("VpcEndpointId"))}
	for _, list := range []string{
		"AddRouteTableId", "RemoveRouteTableId", "AddSubnetId", "RemoveSubnetId", "AddSecurityGroupId", "RemoveSecurityGroupId",
	} {
		for _, id := range c.body.texts(list) {
			needs = append(needs, a.onEC2(c, action, id))
		}
	}
	return needs
}

func deleteEndpoints(a *account, c *call) []need {
	var needs []need
	for _, id := range c.body.texts("VpcEndpointId") {
		needs = append(needs, a.onEC2(c, "ec2:DeleteVpcEndpoints", id))
	}
	return needs
}

func changeTags(action string) func(*account, *call) []need {
	return func(a *account, c *call) []need {
		var needs []need
		for _, id := range c.body.texts("ResourceId") {
			n := a.onEC2(c, action, id)
			if action == "ec2:CreateTags" {
				n.keys = append(n.keys, c.body.tags("Tag").requested()...)
			} else {
				n.keys = append(n.keys, tagKeys(tagNames(c)))
			}
			needs = append(needs, n)
		}
		return needs
	}
}

// tagNames are the keys of the tags in a request.
func tagNames(c *call) []string {
	var out []string
	for _, tag := range c.body.children("Tag") {
		out = append(out, tag.text("Key"))
	}
	slices.Sort(out)
	return out
}

// tagged are the ARNs of the resources whose tags a request changes.
func tagged(a *account, c *call) []string {
	var out []string
	for _, id := range c.body.texts("ResourceId") {
		out = append(out, a.onEC2(c, "", id).resource)
	}
	return out
}
