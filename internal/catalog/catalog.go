// Package catalog is what AWS's services have: actions, the resources and
// condition keys each takes, regions and partitions, AWS managed policies, the
// services that assume roles, what Terraform calls, and by what a role is known
// to raise itself.
//
// The package holds facts and no opinion of what a role should have. Some are
// data, embedded, and every file says what it was made from and when: the
// actions, resource types and condition keys, made from AWS's Service
// Authorization Reference by gen/gen.mjs (data), the documents of AWS managed
// policies (managed.json) and the calls of each Terraform resource type
// (calls.json). The rest is tables in Go, each citing the page it was read
// from: how DynamoDB's operations are classed (operations.go), which region lies
// in which partition (partition.go), the AWS managed policies (managed.go), the
// services that assume roles (services.go) and the methods of escalation
// (escalation.go). Tests hold the tables against the data.
//
// Two habits of the reference need knowing:
//
//   - It marks every alternative of an action as required. PutResourcePolicy
//     requires a stream and a table, and means one of them.
//   - It lists the condition keys a service adds. The global ones, such as
//     aws:PrincipalArn or aws:SecureTransport, are in every request and in no
//     list (IAM user guide, "AWS global condition context keys").
//
// Actions that are in the data only because a method of escalation takes them
// have no condition keys there: no policy grants them, so none is asked about.
package catalog

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

//go:embed data/*.json
var files embed.FS

// load reads the embedded files once. A catalog is never changed after that,
// so one value serves every caller.
var load = sync.OnceValue(func() *Catalog { return parse(files) })

// Catalog is the actions, resource types and condition keys of the services
// that ddbgen names. It is shared: what it returns is read, not changed.
type Catalog struct {
	services []Service
	actions  map[string]Action       // by name in lower case
	keys     map[string]ConditionKey // by name in lower case
	patterns []ConditionKey          // those whose name has a placeholder
}

// Service is one service's part of the catalog.
type Service struct {
	Name          string `json:"service"` // the prefix of its actions: "dynamodb"
	Source        string // where the data comes from
	Version       string // the version of the source
	Updated       string // the day the source was last made from AWS's pages
	Retrieved     string // the day it was taken from the source
	Whole         bool   // every action is here, not only those a generator names
	Actions       []Action
	ResourceTypes []ResourceType
	ConditionKeys []ConditionKey
}

// Action is one IAM action.
type Action struct {
	Name          string     // canonical, with its service: "dynamodb:GetItem"
	Access        string     // "Read", "Write", "List", "Tagging, Write", "Permissions management, Write"
	Resources     []Resource // empty: the action works on "*" only
	ConditionKeys []string   // keys of the request, whatever the resource
}

// Resource is a resource type that an action takes. Its condition keys are
// those of the type itself, such as aws:ResourceTag/${TagKey}, and those the
// action adds for it.
type Resource struct {
	Type          string
	Required      bool
	ConditionKeys []string
}

// ResourceType is a kind of resource and the pattern of its ARNs, with
// placeholders such as ${Partition} and ${TableName}.
type ResourceType struct {
	Name          string
	ARN           string
	ConditionKeys []string
}

// ConditionKey is a condition key and the type of its value. A name may hold a
// placeholder: aws:ResourceTag/${TagKey} stands for a key of every tag.
type ConditionKey struct {
	Name string
	Type string // "String", "Bool", "ARN", "ArrayOfString" …
}

// Multivalued tells whether a request may hold several values of the key, so
// that a condition on it needs ForAllValues or ForAnyValue (IAM user guide,
// "Single-valued vs. multivalued context keys").
func (k ConditionKey) Multivalued() bool { return strings.HasPrefix(k.Type, "ArrayOf") }

// Load returns the catalog.
func Load() *Catalog { return load() }

// Services returns the services in the order of their names.
func (c *Catalog) Services() []Service { return c.services }

// Action finds an action by its name with the service, in any case, as IAM
// compares it ("IAM JSON policy elements: Action"). The action returned has
// the canonical name.
func (c *Catalog) Action(name string) (Action, bool) {
	action, ok := c.actions[strings.ToLower(name)]
	return action, ok
}

// ConditionKey finds a condition key of a service by name, in any case. The
// key aws:ResourceTag/Team is found as aws:ResourceTag/${TagKey}.
func (c *Catalog) ConditionKey(name string) (ConditionKey, bool) {
	if key, ok := c.keys[strings.ToLower(name)]; ok {
		return key, true
	}
	i := slices.IndexFunc(c.patterns, func(k ConditionKey) bool { return sameKey(k.Name, name) })
	if i < 0 {
		return ConditionKey{}, false
	}
	return c.patterns[i], true
}

// HasConditionKey tells whether requests of the action can hold the condition
// key, which the reference lists either for the action or for a resource it
// takes. Case does not matter. Global keys are listed nowhere.
func (a Action) HasConditionKey(key string) bool {
	if slices.ContainsFunc(a.ConditionKeys, func(k string) bool { return sameKey(k, key) }) {
		return true
	}
	return slices.ContainsFunc(a.Resources, func(r Resource) bool {
		return slices.ContainsFunc(r.ConditionKeys, func(k string) bool { return sameKey(k, key) })
	})
}

// TakesResource tells whether the action can be granted on resources of the
// type: "table", "index", "key".
func (a Action) TakesResource(resourceType string) bool {
	return slices.ContainsFunc(a.Resources, func(r Resource) bool { return r.Type == resourceType })
}

// NoResource tells whether the action takes no resource, so that "*" is the
// only resource it can be granted on.
func (a Action) NoResource() bool { return len(a.Resources) == 0 }

// sameKey compares a listed key, which may hold a placeholder, with a key. The
// placeholder stands for at least one letter.
func sameKey(listed, key string) bool {
	prefix, rest, placeholder := strings.Cut(listed, "${")
	if !placeholder {
		return strings.EqualFold(listed, key)
	}
	_, suffix, _ := strings.Cut(rest, "}")
	return len(key) > len(prefix)+len(suffix) &&
		strings.EqualFold(key[:len(prefix)], prefix) &&
		strings.EqualFold(key[len(key)-len(suffix):], suffix)
}

// parse reads every data file. The files are part of the program, so one that
// cannot be read is a fault of the program.
func parse(files fs.FS) *Catalog {
	names, err := fs.Glob(files, "data/*.json")
	if err != nil || len(names) == 0 {
		panic(fmt.Sprintf("catalog: no embedded data: %v", err))
	}
	c := &Catalog{actions: map[string]Action{}, keys: map[string]ConditionKey{}}
	for _, name := range names { // Glob sorts
		c.add(parseService(files, name))
	}
	return c
}

func parseService(files fs.FS, name string) Service {
	bytes, err := fs.ReadFile(files, name)
	if err != nil {
		panic(fmt.Sprintf("catalog: %v", err))
	}
	var service Service
	if err := json.Unmarshal(bytes, &service); err != nil {
		panic(fmt.Sprintf("catalog: %s: %v", name, err))
	}
	service.complete()
	return service
}

// complete gives the actions their full names, and the resources they take the
// condition keys that every resource of the type has.
func (s *Service) complete() {
	types := map[string]ResourceType{}
	for _, t := range s.ResourceTypes {
		types[t.Name] = t
	}
	for i := range s.Actions {
		s.Actions[i].Name = s.Name + ":" + s.Actions[i].Name
		for j := range s.Actions[i].Resources {
			r := &s.Actions[i].Resources[j]
			keys := append(r.ConditionKeys, types[r.Type].ConditionKeys...)
			slices.Sort(keys)
			r.ConditionKeys = slices.Compact(keys)
		}
	}
}

func (c *Catalog) add(s Service) {
	c.services = append(c.services, s)
	for _, action := range s.Actions {
		c.actions[strings.ToLower(action.Name)] = action
	}
	for _, key := range s.ConditionKeys {
		c.keys[strings.ToLower(key.Name)] = key
		if strings.Contains(key.Name, "${") {
			c.patterns = append(c.patterns, key)
		}
	}
}
