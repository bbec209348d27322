package judge

import (
	"maps"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/e2e"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// account is what conditions depend on: what is in the account, as far as requests have told.
type account struct {
	partition, id, region string

	tags     map[string]tags             // of everything that has any, by ARN
	policies map[string]*policy.Document // of tables, streams and keys, by ARN
	managed  map[string]*managed         // by ARN
	roles    map[string]*role            // by name
	profiles map[string]string           // ARNs of instance profiles, by name
	aliases  map[string]string           // ARNs of keys, by alias
	targets  map[string]string           // ARNs of scalable targets, by resource id and dimension
	services map[string]bool             // service-linked roles, by service
	objects  map[string]string           // ARNs of the keys of S3 objects, by the objects' ARNs
	types    map[string]string           // services of VPC endpoints, by ARN
}

// managed is a customer managed policy.
type managed struct {
	versions map[string]policy.Document
	current  string
}

// role is an IAM role.
type role struct {
	arn      string
	boundary string   // ARN
	attached []string // ARNs of policies
}

// tags are the tags of one resource.
type tags map[string]string

func newAccount(partition, id, region string) *account {
	a := &account{
		partition: partition, id: id, region: region,
		tags: map[string]tags{}, policies: map[string]*policy.Document{}, managed: map[string]*managed{}, roles: map[string]*role{},
		profiles: map[string]string{}, aliases: map[string]string{}, targets: map[string]string{}, services: map[string]bool{},
		objects: map[string]string{}, types: map[string]string{},
	}
	a.addManagedKey()
	return a
}

// arn is an ARN of the account; region is "" for IAM.
func (a *account) arn(service, region, resource string) string {
	return "arn:" + a.partition + ":" + service + ":" + region + ":" + a.id + ":" + resource
}

// addManagedKey adds the key that AWS manages for DynamoDB.
func (a *account) addManagedKey() {
	arn := a.arn("kms", a.region, "key/"+ManagedKey)
	a.aliases["alias/aws/dynamodb"] = arn
	a.tags[arn] = tags{}
	document := ManagedKeyPolicy(a.partition, a.id, a.region)
	a.policies[arn] = &document
}

// learn takes over what is in the account before anybody makes a request through the judge.
func (a *account) learn(world e2e.World) error {
	documents := reader{}
	for _, name := range slices.Sorted(maps.Keys(world.Roles)) {
		r := world.Roles[name]
		a.roles[name] = &role{arn: r.ARN, boundary: r.Boundary, attached: slices.Clone(r.Attached)}
		a.tags[r.ARN] = r.Tags
	}
	for _, name := range slices.Sorted(maps.Keys(world.Policies)) {
		p := world.Policies[name]
		a.managed[p.ARN] = &managed{map[string]policy.Document{"v1": *documents.read(p.Document)}, "v1"}
		a.tags[p.ARN] = p.Tags
	}
	for _, name := range slices.Sorted(maps.Keys(world.Tables)) {
		t := world.Tables[name]
		a.tags[t.ARN] = t.Tags
		if len(t.ResourcePolicy) > 0 && string(t.ResourcePolicy) != "null" {
			a.policies[t.ARN] = documents.read(t.ResourcePolicy)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(world.Keys)) {
		k := world.Keys[id]
		a.tags[k.ARN], a.policies[k.ARN] = k.Tags, documents.read(k.Policy)
		for _, alias := range k.Aliases {
			a.aliases[alias] = k.ARN
		}
	}
	for _, e := range world.Endpoints {
		arn := a.arn("ec2", a.region, "vpc-endpoint/"+e.ID)
		a.tags[arn], a.types[arn] = e.Tags, e.Service
	}
	return documents.err
}

// reader parses documents and keeps the first error.
type reader struct{ err error }

func (r *reader) read(text []byte) *policy.Document {
	document, err := policy.Parse(text)
	if err != nil && r.err == nil {
		r.err = err
	}
	return &document
}

// identity are the documents of a role's managed policies, in the order they were attached, and its boundary, if any.
func (a *account) identity(c *call, name string) (attached, boundaries []policy.Document) {
	r := a.role(c, name)
	for _, arn := range r.attached {
		attached = append(attached, a.document(c, arn))
	}
	if r.boundary != "" {
		boundaries = append(boundaries, a.document(c, r.boundary))
	}
	return attached, boundaries
}

func (a *account) document(c *call, arn string) policy.Document {
	if m, known := a.managed[arn]; known {
		return m.versions[m.current]
	}
	c.fail("the judge does not know the policy %s", arn)
	return policy.Document{}
}

// role is a role that must be there.
func (a *account) role(c *call, name string) *role {
	if r, known := a.roles[name]; known {
		return r
	}
	c.fail("the judge does not know the role %q", name)
	return &role{arn: a.arn("iam", "", "role/"+name)}
}

// key is the ARN of a key that must be there, by what a request may call it: id, ARN, alias, or ARN of an alias.
func (a *account) key(c *call, name string) string {
	if i := strings.Index(name, "alias/"); i >= 0 {
		if arn, known := a.aliases[name[i:]]; known {
			return arn
		}
	}
	arn := name
	if !strings.HasPrefix(name, "arn:") {
		arn = a.arn("kms", c.region, "key/"+name)
	}
	if a.policies[arn] == nil {
		c.fail("the judge does not know the key %q", name)
	}
	return arn
}

// tag adds tags to a resource, and so does a resource that is made with tags, or with none.
func (a *account) tag(arn string, added tags) {
	if a.tags[arn] == nil {
		a.tags[arn] = tags{}
	}
	maps.Copy(a.tags[arn], added)
}

func (a *account) untag(arn string, keys []string) {
	for _, key := range keys {
		delete(a.tags[arn], key)
	}
}

// keys are one condition key for each tag, such as aws:ResourceTag/Team.
func (t tags) keys(prefix string) evaluate.Context {
	var out evaluate.Context
	for _, key := range slices.Sorted(maps.Keys(t)) {
		out = append(out, evaluate.Key{Name: prefix + key, Values: []string{t[key]}})
	}
	return out
}

// requested are the condition keys of a request that sets tags.
func (t tags) requested() evaluate.Context {
	if len(t) == 0 {
		return nil
	}
	return append(t.keys("aws:RequestTag/"), tagKeys(slices.Sorted(maps.Keys(t))))
}

func tagKeys(keys []string) evaluate.Key { return evaluate.Key{Name: "aws:TagKeys", Values: keys} }

func one(name, value string) evaluate.Key { return evaluate.Key{Name: name, Values: []string{value}} }
