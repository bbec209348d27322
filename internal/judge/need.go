package judge

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// need is one permission that a request needs.
type need struct {
	action   string // "dynamodb:CreateTable"
	resource string // an ARN, or "*"
	keys     evaluate.Context
	policy   *policy.Document // of the resource itself
	// byAWS: not on the wire; AWS checks it on its own side while it serves the request.
	byAWS bool
}

// operation is what AWS does with an operation of its API, as far as the judge is concerned.
type operation struct {
	// needs are the permissions; nil: none.
	needs func(*account, *call) []need
	// learns follows what a success changes; nil: nothing that counts.
	learns func(a *account, c *call, answer object)
}

// services are the operations that Terraform is known to use, by service as requests are signed for it.
func services() map[string]map[string]operation {
	return map[string]map[string]operation{
		"application-autoscaling": autoscalingOperations(),
		"cloudtrail":              cloudtrailOperations(),
		"dynamodb":                dynamodbOperations(),
		"ec2":                     ec2Operations(),
		"iam":                     iamOperations(),
		"kms":                     kmsOperations(),
		"s3":                      s3Operations(),
		// "No permissions are required to perform this operation" (STS API reference, GetCallerIdentity).
		"sts": {"GetCallerIdentity": {}},
	}
}

// onAnything is an operation that takes no resource.
func onAnything(action string) operation {
	return operation{needs: func(*account, *call) []need { return []need{{action: action, resource: "*"}} }}
}

// onThis is an operation on one resource, which is there already and may have tags and a policy.
func onThis(action string, resource func(*account, *call) string) operation {
	return operation{needs: func(a *account, c *call) []need {
		return []need{a.on(action, resource(a, c))}
	}}
}

// with adds condition keys to all needs of an operation.
func (o operation) with(keys func(*account, *call) evaluate.Context) operation {
	needs := o.needs
	o.needs = func(a *account, c *call) []need {
		out := needs(a, c)
		for i := range out {
			out[i].keys = slices.Concat(out[i].keys, keys(a, c))
		}
		return out
	}
	return o
}

// and adds needs to an operation.
func (o operation) and(more func(*account, *call) []need) operation {
	needs := o.needs
	o.needs = func(a *account, c *call) []need { return append(needs(a, c), more(a, c)...) }
	return o
}

// then sets what an operation changes.
func (o operation) then(learns func(a *account, c *call, answer object)) operation {
	o.learns = learns
	return o
}

// on is a need for an action on a resource that is there, with its tags and its policy.
func (a *account) on(action, arn string) need {
	return need{action: action, resource: arn, keys: a.tags[arn].keys("aws:ResourceTag/"), policy: a.policies[arn]}
}

// checkedByAWS marks needs that no request shows.
func checkedByAWS(needs ...need) []need {
	for i := range needs {
		needs[i].byAWS = true
	}
	return needs
}

// taggedAtCreate is the need of a service for its tagging action when a resource is made with tags.
func taggedAtCreate(action, arn string, tags tags) []need {
	if len(tags) == 0 {
		return nil
	}
	return checkedByAWS(need{action: action, resource: arn, keys: tags.requested()})
}

// forwarded are the condition keys of a request that a service makes for its caller, with the caller's rights (IAM user
// guide, "Forward access sessions").
func forwarded(service string) evaluate.Context {
	return evaluate.Context{
		one("aws:CalledVia", service), one("aws:CalledViaFirst", service), one("aws:CalledViaLast", service),
		one("aws:ViaAWSService", "true"),
	}
}
