package tfjson

import (
	"cmp"
	"strings"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// keys reads the KMS keys with their policies. A key is called by its first alias.
func (r *reader) keys() {
	kinds := []string{"aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key"}
	byID := map[string]*inventory.Key{}
	made := map[*resource]*inventory.Key{}
	unnamed := map[*inventory.Key]bool{}
	var all []*inventory.Key
	var from []*resource
	for _, kind := range kinds {
		for _, v := range r.byType[kind] {
			k := &inventory.Key{Name: v.address, ARN: v.text("arn"), Range: v.at}
			all, from = append(all, k), append(from, v)
			made[v], unnamed[k] = k, true
			for _, id := range []string{k.ARN, v.text("key_id")} {
				if id != "" {
					byID[id] = k
				}
			}
		}
	}
	of := func(v *resource, attribute string) *inventory.Key {
		if k := byID[v.text(attribute)]; k != nil {
			return k
		}
		for _, s := range r.sources(v, attribute, kinds...) {
			return made[s]
		}
		return nil
	}
	for _, v := range r.byType["aws_kms_alias"] {
		if k := of(v, "target_key_id"); k != nil && unnamed[k] {
			k.Name = v.name("name")
			delete(unnamed, k)
		}
	}
	for _, v := range r.byType["aws_kms_key_policy"] {
		k := of(v, "key_id")
		if k == nil {
			k = &inventory.Key{Name: v.name("key_id"), Range: v.at}
			if strings.HasPrefix(k.Name, "arn:") {
				k.ARN = k.Name
			}
			all, from = append(all, k), append(from, v)
		}
		k.Policy = r.policy(v, "policy", artifact.Key, "key policy")
	}
	for i, k := range all {
		v := from[i]
		if k.Policy == nil && v.kind != "aws_kms_key_policy" {
			k.Policy = r.keyPolicy(v)
		}
		if k.Policy != nil {
			r.inv.Keys = append(r.inv.Keys, k)
		}
	}
}

// keyPolicy reads the policy of a key where it stands in the key. A key that is made without one gets AWS's default (KMS
// developer guide, "Default key policy").
func (r *reader) keyPolicy(v *resource) *inventory.Document {
	if v.text("policy") == "" && r.later(v, "policy") && r.configured(v, "policy") == nil {
		r.note(v.at, "Key without a policy", "The key %s is given no policy, so AWS gives it the default one, which leaves the use of the key to the IAM policies of its account. Nothing more is said of it: give it a policy.", v.address)
		return nil
	}
	return r.policy(v, "policy", artifact.Key, "key policy")
}

// endpoints reads the VPC endpoints of DynamoDB with their policies.
func (r *reader) endpoints() {
	byID := map[string]*inventory.Endpoint{}
	made := map[*resource]*inventory.Endpoint{}
	others := map[string]bool{}
	for _, v := range r.byType["aws_vpc_endpoint"] {
		service := v.text("service_name")
		last := service[strings.LastIndex(service, ".")+1:]
		if last != "dynamodb" && !strings.HasPrefix(last, "dynamodb-") {
			others[v.text("id")] = true
			continue
		}
		kind := v.text("vpc_endpoint_type")
		e := &inventory.Endpoint{Name: cmp.Or(v.text("id"), v.address), Service: service, VPC: v.text("vpc_id"), Gateway: kind == "Gateway" || kind == "", Range: v.at}
		made[v] = e
		byID[v.text("id")] = e
		if written := r.configured(v, "policy"); v.text("policy") == "" && (!r.later(v, "policy") || written == nil) {
			r.inv.Endpoints = append(r.inv.Endpoints, e)
			continue // AWS puts its default there
		}
		if e.Policy = r.policy(v, "policy", artifact.Endpoint, "endpoint policy"); e.Policy == nil {
			continue // it has one, and nobody knows which: said already
		}
		if e.Policy.AllowsEverything() {
			e.Policy, e.Range = nil, v.values.Get("policy").Place()
		}
		r.inv.Endpoints = append(r.inv.Endpoints, e)
	}
	for _, v := range r.byType["aws_vpc_endpoint_policy"] {
		id := v.text("vpc_endpoint_id")
		e := byID[id]
		if id == "" {
			e = nil
			for _, s := range r.sources(v, "vpc_endpoint_id", "aws_vpc_endpoint") {
				e = made[s]
			}
		}
		if e == nil {
			if id != "" && !others[id] {
				r.note(v.at, "Endpoint of another file", "For which service the endpoint %s is cannot be told here, so nothing is said of its policy. Give the file of the endpoint with its policy in it.", id)
			}
			continue
		}
		if d := r.policy(v, "policy", artifact.Endpoint, "endpoint policy"); d == nil {
			r.drop(e)
		} else {
			e.Policy, e.Range = d, v.at
		}
	}
}

// drop takes out an endpoint whose policy is not known: without one it would count as open.
func (r *reader) drop(e *inventory.Endpoint) {
	for i, other := range r.inv.Endpoints {
		if other == e {
			r.inv.Endpoints = append(r.inv.Endpoints[:i:i], r.inv.Endpoints[i+1:]...)
			return
		}
	}
}

// resourcePolicies gives tables and streams their policies.
func (r *reader) resourcePolicies(made map[*resource]*inventory.Table, byARN map[string]*inventory.Table) {
	for _, v := range r.byType["aws_dynamodb_resource_policy"] {
		d := r.policy(v, "policy", artifact.Table, "resource policy")
		if d == nil {
			continue
		}
		stream := false
		var t *inventory.Table
		if arn := v.text("resource_arn"); arn != "" {
			named, rest, ok := inventory.SplitTable(arn)
			stream = strings.HasPrefix(rest, "/stream")
			if t = byARN[named.ARN()]; t == nil && ok {
				t = &inventory.Table{Table: named.Table}
				t.Range = v.at
				byARN[named.ARN()] = t
				r.inv.Tables = append(r.inv.Tables, t)
			}
		} else {
			for _, s := range r.sources(v, "resource_arn", "aws_dynamodb_table") {
				t = made[s]
			}
			for _, ref := range r.configured(v, "resource_arn").Get("references").Each() {
				stream = stream || strings.HasSuffix(ref.String(), ".stream_arn")
			}
		}
		if t == nil {
			t = &inventory.Table{}
			t.Name, t.Range = "{"+v.address+"}", v.at
			r.inv.Tables = append(r.inv.Tables, t)
		}
		if d.Name = "resource policy"; stream {
			d.Name, t.StreamPolicy = "stream policy", d
		} else {
			t.Policy = d
		}
	}
}

// isTrue is an attribute that is true.
func isTrue(n *tree.Node) bool { return n != nil && n.Kind == tree.Bool && n.Text == "true" }
