// Package client runs an application's own requests under the policies of a build, for tests of the clients that the
// documentation shows.
//
// An Account decides what a session of a role may do. It takes requests as SDKs send them, works out the condition keys that
// AWS derives from their parameters, and asks package evaluate. A Gate puts an account before the emulator of package e2e,
// which enforces no policy: a client whose requests pass has sent what its policies demand, in the right session.
//
// Of DynamoDB it knows the operations and parameters that those clients use. A request with any other fails; it is never
// waved through.
package client

import (
	"fmt"
	"slices"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// Account holds what a build makes in one environment.
type Account struct {
	Model       *model.Model
	Environment *model.Environment
	Policies    []artifact.Policy
}

// Session is a session of a role.
type Session struct {
	Role *model.Role
	Name string
	Tags []model.Tag
}

// Role is the role with a logical name.
func (a Account) Role(name string) (*model.Role, error) {
	i := slices.IndexFunc(a.Model.Roles, func(r *model.Role) bool { return r.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("there is no role %q", name)
	}
	return a.Model.Roles[i], nil
}

// Ask decides a request to DynamoDB: an operation, such as Query, with the JSON of its parameters.
func (a Account) Ask(s Session, operation string, parameters []byte) (evaluate.Decision, error) {
	r, err := parse(operation, parameters)
	if err != nil {
		return evaluate.Decision{}, err
	}
	table, index, err := a.target(r)
	if err != nil {
		return evaluate.Decision{}, err
	}
	resource, partitionKey := a.Environment.TableARN(table), table.PartitionKey.Name
	if index != nil {
		resource, partitionKey = a.Environment.IndexARN(index), index.PartitionKey.Name
	}
	keys, err := r.keys(operation, partitionKey)
	if err != nil {
		return evaluate.Decision{}, err
	}
	identity, err := a.documents(artifact.OfRole(a.Policies, s.Role, ""))
	if err != nil {
		return evaluate.Decision{}, err
	}
	guard, err := a.documents(a.only(func(p artifact.Policy) bool { return p.Kind == artifact.Table && p.Table == table }))
	if err != nil {
		return evaluate.Decision{}, err
	}
	return evaluate.Decide(a.request(s, "dynamodb:"+operation, resource, keys), evaluate.Policies{Identity: identity, Resource: first(guard)}), nil
}

// Assume decides whether a session may become another one of a role. Who passes tags needs sts:TagSession as well (IAM user
// guide, "Pass session tags in AWS STS").
func (a Account) Assume(s, wanted Session) (evaluate.Decision, error) {
	identity, err := a.documents(artifact.OfRole(a.Policies, s.Role, ""))
	if err != nil {
		return evaluate.Decision{}, err
	}
	trust, err := a.documents(a.only(func(p artifact.Policy) bool { return p.Kind == artifact.Trust && p.Role == wanted.Role }))
	if err != nil {
		return evaluate.Decision{}, err
	}
	keys := evaluate.Context{one("sts:RoleSessionName", wanted.Name)}
	actions := []string{"sts:AssumeRole"}
	if len(wanted.Tags) > 0 {
		actions = append(actions, "sts:TagSession")
		keys = append(append(keys, tagged("aws:RequestTag/", wanted.Tags)...), evaluate.Key{Name: "aws:TagKeys", Values: tagKeys(wanted.Tags)})
	}
	var decision evaluate.Decision
	for _, action := range actions {
		request := a.request(s, action, a.Environment.RoleARN(wanted.Role, ""), keys)
		decision = evaluate.Decide(request, evaluate.Policies{Identity: identity, Resource: first(trust)})
		if decision.Outcome != evaluate.Allow {
			break
		}
	}
	return decision, nil
}

// request is what AWS knows of a call of a session. It came over TLS: only the emulator speaks plain HTTP.
func (a Account) request(s Session, action, resource string, keys evaluate.Context) evaluate.Request {
	e := a.Environment
	return evaluate.Request{
		Principal: evaluate.MustPrincipal("arn:" + e.Partition + ":sts::" + e.Account + ":assumed-role/" + e.RoleName(s.Role, "") + "/" + s.Name),
		Action:    action,
		Resource:  resource,
		Context: slices.Concat(keys, tagged("aws:PrincipalTag/", s.Tags), evaluate.Context{
			one("aws:PrincipalArn", e.RoleARN(s.Role, "")), one("aws:SecureTransport", "true"), one("aws:ViaAWSService", "false"),
		}),
	}
}

// target is the table that a request names, and the index, if it names one.
func (a Account) target(r request) (*model.Table, *model.Index, error) {
	for _, t := range a.Model.Tables {
		if a.Environment.TableName(t) != r.TableName {
			continue
		}
		for _, i := range t.Indexes() {
			if i.PhysicalName == r.IndexName {
				return t, i, nil
			}
		}
		if r.IndexName == "" {
			return t, nil, nil
		}
	}
	return nil, nil, fmt.Errorf("there is no table %q with an index %q", r.TableName, r.IndexName)
}

func (a Account) only(wanted func(artifact.Policy) bool) []artifact.Policy {
	return slices.DeleteFunc(slices.Clone(a.Policies), func(p artifact.Policy) bool { return !wanted(p) })
}

// documents are those of the policies of the account's environment.
func (a Account) documents(policies []artifact.Policy) ([]policy.Document, error) {
	var out []policy.Document
	for _, p := range policies {
		if p.Environment != a.Environment {
			continue
		}
		document, err := policy.Parse(p.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Path(), err)
		}
		out = append(out, document)
	}
	return out, nil
}

func first(documents []policy.Document) *policy.Document {
	if len(documents) == 0 {
		return nil
	}
	return &documents[0]
}

// tagged are one condition key for each tag.
func tagged(prefix string, tags []model.Tag) evaluate.Context {
	var out evaluate.Context
	for _, t := range tags {
		out = append(out, one(prefix+t.Key, t.Value))
	}
	return out
}

func tagKeys(tags []model.Tag) []string {
	var out []string
	for _, t := range tags {
		out = append(out, t.Key)
	}
	return out
}

func one(name, value string) evaluate.Key { return evaluate.Key{Name: name, Values: []string{value}} }
