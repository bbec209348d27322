package awscli

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// endpoint reads a VPC endpoint, if it is one of DynamoDB's. A policy that is what AWS puts there by itself was given by nobody.
func (r *reader) endpoint(v *tree.Node) {
	service := v.Get("ServiceName").String()
	if service != "" && !ofDynamoDB(service) {
		return
	}
	e := &inventory.Endpoint{
		Name: v.Get("VpcEndpointId").String(), Service: service, VPC: v.Get("VpcId").String(),
		Gateway: v.Get("VpcEndpointType").String() == "Gateway", Range: v.Place(),
	}
	r.inv.Endpoints = append(r.inv.Endpoints, e)
	p := v.Get("PolicyDocument")
	if p == nil || p.Kind == tree.Null {
		return
	}
	if e.Policy = r.parse(p, artifact.Endpoint, "endpoint policy"); e.Policy != nil && e.Policy.AllowsEverything() {
		e.Policy, e.Range = nil, p.Range
	}
}

// ofDynamoDB reports whether a service that endpoints are for is DynamoDB or its streams: com.amazonaws.eu-central-1.dynamodb,
// also with -fips, -streams or both behind it (DynamoDB developer guide, "AWS PrivateLink for DynamoDB").
func ofDynamoDB(service string) bool {
	last := service[strings.LastIndex(service, ".")+1:]
	return last == "dynamodb" || strings.HasPrefix(last, "dynamodb-")
}

// keyMetadata remembers the key of aws kms describe-key, for the policy that follows.
func (r *reader) keyMetadata(v *tree.Node) {
	m := v.Get("KeyMetadata")
	id := m.Get("KeyId").String()
	r.key = &inventory.Key{Name: id, ARN: m.Get("Arn").String(), Range: m.Place()}
	r.keyOfAWS = m.Get("KeyManager").String() == "AWS"
	if id != "" {
		r.keys[id] = r.key
	}
}

// aliases reads aws kms list-aliases. A key is called by its first alias.
func (r *reader) aliases(v *tree.Node) {
	for _, a := range v.Get("Aliases").Each() {
		if key := r.keys[a.Get("TargetKeyId").String()]; key != nil && key.Name == a.Get("TargetKeyId").String() {
			key.Name = a.Get("AliasName").String()
		}
	}
}

// resourcePolicy reads aws dynamodb get-resource-policy or aws kms get-key-policy, of which neither says what it is of.
func (r *reader) resourcePolicy(v *tree.Node) { r.document(v.Get("Policy")) }

// fileName is how a build names its policies: role.api.json. A tilde separates the part of a policy that fills several files.
var fileName = regexp.MustCompile(`^(role|trust|table|key|endpoint)\.(.+?)(~[0-9]+)?\.json$`)

// base is the name of the file.
func (r *reader) base() string { return path.Base(strings.ReplaceAll(r.file, `\`, "/")) }

// nameOfFile is the file's name without what says its form.
func (r *reader) nameOfFile() string { return strings.TrimSuffix(r.base(), path.Ext(r.base())) }

// document reads a document that stands by itself. What it is attached to is said by the name of its file, or else by what is
// in it.
func (r *reader) document(v *tree.Node) {
	r.flush()
	name := r.nameOfFile()
	if r.bare++; r.bare > 1 {
		name += " number " + strconv.Itoa(r.bare)
	}
	var kind artifact.Kind
	subject := name
	if parts := fileName.FindStringSubmatch(r.base()); parts != nil {
		kind, subject = artifact.Kind(parts[1]), parts[2]
	} else if r.base() == "boundary.json" {
		kind = artifact.Boundary
	}
	said := kind != ""
	d := r.parse(v, kind, name)
	if d == nil {
		return
	}
	if !said {
		var why string
		if kind, why = kindOf(d.Document); why != "" {
			r.skip(v, "Policy of something else", "The document %s %s, so it is not read. Leave it out.", name, why)
			return
		}
		d.Kind = kind
	}
	r.give(d, subject, said)
}

// give puts a document where its kind belongs. Of a role that no file name says, only the policy is known.
func (r *reader) give(d *inventory.Document, subject string, said bool) {
	at := d.Node.Place()
	//exhaustive:enforce
	switch d.Kind {
	case artifact.Identity:
		i := &inventory.Identity{Kind: inventory.Somebody, Name: subject, Policies: []*inventory.Document{d}, Range: at}
		if said {
			i.Kind = inventory.Role
		}
		r.inv.Identities = append(r.inv.Identities, i)
	case artifact.Trust:
		r.inv.Identities = append(r.inv.Identities, &inventory.Identity{Kind: inventory.Role, Name: subject, Trust: d, Range: at})
	case artifact.Boundary:
		r.inv.Identities = append(r.inv.Identities, &inventory.Identity{Kind: inventory.Somebody, Name: subject, Boundary: d, Range: at})
	case artifact.Table:
		r.tablePolicy(d, subject)
	case artifact.Key:
		r.keyPolicy(d, subject)
	case artifact.Endpoint:
		r.inv.Endpoints = append(r.inv.Endpoints, &inventory.Endpoint{Name: subject, Policy: d, Range: at})
	}
}

// tablePolicy gives a policy to the table before it, unless it names another, or that has one.
func (r *reader) tablePolicy(d *inventory.Document, name string) {
	named, stream, one := tableOf(d.Document)
	t := r.table
	if t != nil && (one && t.Name != named.Name || stream && t.StreamPolicy != nil || !stream && t.Policy != nil) {
		t = nil
	}
	if t == nil {
		t = &inventory.Table{Table: named.Table}
		if !one {
			t.Name = name
		}
		t.Range = d.Node.Place()
		r.inv.Tables = append(r.inv.Tables, t)
	}
	if stream {
		t.StreamPolicy = d
	} else {
		t.Policy = d
	}
}

// tableOf is the table that all resources of a policy belong to, and whether they are its streams.
func tableOf(d policy.Document) (table inventory.Table, stream, one bool) {
	stream = true
	for _, s := range d.Statement {
		for _, arn := range slices.Concat(s.Resource, s.NotResource) {
			t, rest, ok := inventory.SplitTable(arn)
			if !ok {
				return inventory.Table{}, false, false
			}
			if one && (t.Name != table.Name || t.Account != table.Account || t.Region != table.Region) {
				return inventory.Table{}, false, false
			}
			table, one = t, true
			stream = stream && strings.HasPrefix(rest, "/stream")
		}
	}
	return table, stream && one, one
}

func (r *reader) keyPolicy(d *inventory.Document, name string) {
	k := r.key
	ofAWS := r.keyOfAWS
	if r.key, r.keyOfAWS = nil, false; k == nil {
		k = &inventory.Key{Name: name, Range: d.Node.Place()}
	} else if ofAWS {
		return // AWS wrote it, and nobody else can
	}
	k.Policy = d
	r.inv.Keys = append(r.inv.Keys, k)
}

// kindOf is what a document is attached to, by what it says: without principals to an identity, else to what the actions are
// of. The second result says why a document is none that is read.
func kindOf(d policy.Document) (artifact.Kind, string) {
	principals, resources := 0, 0
	services := map[string]bool{}
	for _, s := range d.Statement {
		if s.Principal != nil || s.NotPrincipal != nil {
			principals++
		}
		resources += len(s.Resource) + len(s.NotResource)
		for _, a := range slices.Concat(s.Action, s.NotAction) {
			service, _, _ := strings.Cut(strings.ToLower(a), ":")
			services[service] = true
		}
	}
	delete(services, "*")
	only := func(names ...string) bool {
		for s := range services {
			if !slices.Contains(names, s) {
				return false
			}
		}
		return true
	}
	switch {
	case principals == 0:
		return artifact.Identity, ""
	case principals < len(d.Statement):
		return "", "names principals in some statements and not in others, which no policy may"
	case resources == 0 || len(services) > 0 && only("sts"):
		return artifact.Trust, ""
	case len(services) > 0 && only("kms"):
		return artifact.Key, ""
	case only("dynamodb", "dax"):
		if _, _, one := tableOf(d); one {
			return artifact.Table, ""
		}
		return artifact.Endpoint, ""
	}
	return "", "is about other services than DynamoDB, KMS and STS"
}
