package audit

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file asks what an identity can do at all: reach an item, or change something. What is wrong with who may become a role
// often depends on it.

// item is a request for items that the identity may make; nil if there is none.
func (s *subject) item() *Witness {
	return s.first(itemActions(), func(string) bool { return true })
}

// change is a request by which the identity may change something; nil if there is none. That Terraform locks its state is no
// change, nor is the use of a key, nor what is written to a log.
func (s *subject) change() *Witness {
	return s.first(changingActions(), func(resource string) bool { return !stateLock.MatchString(resource) })
}

// stateLock is what holds a lock of Terraform's state, as its backend calls it or as tables for it are called.
var stateLock = regexp.MustCompile(`(?i)\.tflock$|:table/[a-z0-9_.-]*(terraform|tofu|tf|state)[a-z0-9_.-]*lock(s|ing)?([_.-][a-z0-9]+)*$`)

// first is the first of some requests that is allowed to the identity.
func (s *subject) first(actions []string, on func(resource string) bool) *Witness {
	for _, st := range s.statements {
		if st.Effect != policy.Allow {
			continue
		}
		matched := matchedActions(st.Statement, actions)
		for _, action := range matched {
			for _, resource := range s.resourcesFor(st.Statement, action) {
				if !on(resource) {
					continue
				}
				q := question{someSession(s), action, resource, s.account()}
				if w := q.answer(s.policiesOn(resource), st.Statement, evaluate.Allow); w != nil {
					return w
				}
			}
		}
	}
	return nil
}

// policiesOn are the policies that decide a request about a resource, which has one of its own only if it is of DynamoDB.
func (s *subject) policiesOn(resource string) evaluate.Policies {
	if !strings.Contains(resource, ":dynamodb:") {
		return s.policies
	}
	return s.policiesFor(resource)
}

// resourcesFor are resources that a statement's patterns match, of the kinds that an action works on, as far as the catalog knows.
func (s *subject) resourcesFor(st policy.Statement, action string) []string {
	var out []string
	for _, r := range st.Resource {
		if strings.Trim(r, "*") == "" {
			continue
		}
		out = append(out, concreteARN(r, "us-east-1", s.account()))
	}
	return append(out, anyResources(action, s.principal())...)
}

// anyResources are resources that an action works on, with names that no document knows.
func anyResources(action, session string) []string {
	a, known := catalog.Load().Action(action)
	if !known || a.NoResource() {
		return []string{"*"}
	}
	var out []string
	service, _, _ := strings.Cut(action, ":")
	for _, r := range a.Resources {
		for _, s := range catalog.Load().Services() {
			if s.Name != service {
				continue
			}
			for _, t := range s.ResourceTypes {
				if t.Name == r.Type {
					out = append(out, fill(t.ARN, session))
				}
			}
		}
	}
	return out
}

// anyName is the name of something that no document knows.
const anyName = "any-other"

// fill gives the placeholders of a pattern of ARNs values, of the account of a session.
func fill(pattern, session string) string {
	partition, account := place(session)
	for {
		before, rest, found := strings.Cut(pattern, "${")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return pattern
		}
		value := anyName
		switch name {
		case "Partition":
			value = partition
		case "Region":
			value = "us-east-1"
		case "Account":
			value = account
		}
		pattern = before + value + after
	}
}

// changingActions are the actions that change something: those that the catalog knows, and common ones of services of which it
// knows few.
var changingActions = sync.OnceValue(func() []string {
	var out []string
	for _, service := range catalog.Load().Services() {
		switch service.Name {
		case "kms", "logs", "sts", "cloudwatch":
			continue
		}
		for _, a := range service.Actions {
			if strings.Contains(a.Access, "Write") || strings.Contains(a.Access, "management") {
				out = append(out, a.Name)
			}
		}
	}
	for _, name := range []string{
		"s3:PutObject", "s3:DeleteObject", "s3:DeleteBucket", "lambda:UpdateFunctionCode", "lambda:InvokeFunction", "sqs:SendMessage", "sns:Publish",
		"ecs:UpdateService", "ecs:RunTask", "ecr:PutImage", "cloudformation:CreateStack", "cloudformation:UpdateStack", "secretsmanager:PutSecretValue",
		"ssm:PutParameter", "states:StartExecution", "events:PutRule", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "sts:AssumeRole",
	} {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	slices.SortStableFunc(out, func(x, y string) int { return rankOf(x) - rankOf(y) })
	return out
})

// rankOf puts the changes first that tell most of a role: those of DynamoDB.
func rankOf(action string) int {
	if strings.HasPrefix(action, "dynamodb:") {
		return 0
	}
	return 1
}
