package cfn

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/inventory"
)

// key reads a key of KMS, and an alias, by which people know a key.
func (t *template) key(r *resource) {
	if r.kind != "AWS::KMS::Key" {
		return
	}
	t.unresolved(t.name(r))
	k := &inventory.Key{Name: strings.Trim(r.symbol, "{}"), ARN: t.arn(r, r.at).Text, Range: r.at}
	k.Policy = t.document(r.properties.Get("KeyPolicy"), artifact.Key, "the policy of the key "+k.Name, false)
	t.inv.Keys = append(t.inv.Keys, k)
	for _, alias := range t.order {
		if alias.kind == "AWS::KMS::Alias" && t.exists(alias) {
			t.alias(k, r, alias)
		}
	}
}

func (t *template) alias(k *inventory.Key, r, alias *resource) {
	target := t.value(alias.properties.Get("TargetKeyId"))
	if target == nil || target.Text != t.name(r).Text && target.Text != k.ARN {
		return
	}
	if name := t.property(alias, "AliasName"); name != "" && k.Name == strings.Trim(r.symbol, "{}") {
		k.Name = name
	}
}

// endpoint reads a VPC endpoint (AWS CloudFormation template reference, AWS::EC2::VPCEndpoint): its type is Gateway where none
// is given.
func (t *template) endpoint(r *resource) {
	if r.kind != "AWS::EC2::VPCEndpoint" {
		return
	}
	e := &inventory.Endpoint{Name: strings.Trim(r.symbol, "{}"), Service: t.property(r, "ServiceName"), VPC: t.property(r, "VpcId"), Range: r.at}
	kind := t.property(r, "VpcEndpointType")
	e.Gateway = kind == "" || kind == "Gateway"
	n, perhaps := t.one(r.properties.Get("PolicyDocument"))
	if perhaps {
		t.warn(idUnresolved, "Condition that is not known", "Whether this endpoint has a policy of its own hangs on a condition that is not known, and it is taken as having none, so that it lets everything through. Give the values of the template's parameters.", n.Range)
		n = nil
	}
	e.Policy = t.document(n, artifact.Endpoint, "the policy of the endpoint "+e.Name, false)
	t.inv.Endpoints = append(t.inv.Endpoints, e)
}
