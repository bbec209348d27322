package audit

import (
	"slices"
	"strings"
	"sync"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// activity is what an identity is for. What is a mistake in an application's role is the work of one that deploys, so some rules
// are about applications only.
type activity int

// The activities. What is not clear is left alone by the rules that are about one of them.
const (
	unclear     activity = iota
	serves               // an application, or its users: what runs all day, on input from outside
	deploys              // CI, CloudFormation: makes and changes tables
	administers          // may do everything, and is meant to
)

// activityOf tells what an identity is for, by who may be it: compute services and the users of an application serve, and the
// providers of CI and the services for deployments deploy. A role that only other roles become is for what they are for.
//
// A trust policy that names people, an account or a service that is none of these does not tell; nor does a name ever. Then it
// is by rows: whoever is held to some rows by who he is uses an application. And of a policy that was found alone, which nobody
// trusts, and of a user, it is by what it holds (byContent).
func activityOf(inv *inventory.Inventory, s *subject) activity {
	by := unclear
	if s.Trust != nil {
		by = byTrust(inv, s.Identity, nil)
	}
	if by == unclear && slices.ContainsFunc(s.statements, func(st statement) bool {
		return st.Effect == policy.Allow && slices.ContainsFunc(st.Condition, func(c policy.Condition) bool {
			return isRowKey(c.Key) && slices.ContainsFunc(c.Values, func(v string) bool { return len(variablesIn(v)) > 0 })
		})
	}) {
		return serves
	}
	if by == unclear && (s.Kind == inventory.Somebody || s.Kind == inventory.User || s.Kind == inventory.Role && s.Trust == nil) {
		return byContent(s)
	}
	return by
}

// byTrust asks a trust policy. Path is the roles on the way here, so that two that may become each other come to an end.
func byTrust(inv *inventory.Inventory, i *inventory.Identity, path []*inventory.Identity) activity {
	if slices.Contains(path, i) || i.Trust == nil {
		return unclear
	}
	path = append(path, i)
	var found []activity
	for _, st := range i.Trust.Document.Statement {
		if st.Effect != policy.Allow || st.Principal == nil {
			continue
		}
		for _, name := range st.Principal.Service {
			found = append(found, ofService(name))
		}
		for _, name := range st.Principal.Federated {
			found = append(found, ofProvider(name))
		}
		for _, arn := range st.Principal.AWS {
			by := unclear
			for _, other := range inv.Identities {
				if other.Kind == inventory.Role && other.ARN != "" && other.ARN == arn {
					by = byTrust(inv, other, path)
				}
			}
			found = append(found, by)
		}
	}
	if len(found) == 0 || slices.ContainsFunc(found, func(a activity) bool { return a != found[0] }) {
		return unclear
	}
	return found[0]
}

// ofService is what a service does with the roles it assumes.
func ofService(name string) activity {
	service, _, _ := strings.Cut(strings.TrimSuffix(name, ".cn"), ".amazonaws.com")
	switch service {
	case "lambda", "edgelambda", "ecs-tasks", "ec2", "pods.eks", "apigateway", "appsync", "states", "scheduler", "pipes",
		"tasks.apprunner", "batch", "glue", "sagemaker", "iot", "firehose", "events", "kinesisanalytics", "elasticmapreduce":
		return serves
	case "cloudformation", "codebuild", "codepipeline", "codedeploy", "codestar", "servicecatalog", "amplify", "proton":
		return deploys
	}
	return unclear
}

// ofProvider is what those are for whom an identity provider vouches.
func ofProvider(name string) activity {
	switch name {
	case catalog.CognitoIssuer, catalog.AmazonIssuer, catalog.FacebookIssuer, catalog.GoogleIssuer:
		return serves
	}
	_, host, found := strings.Cut(name, ":oidc-provider/")
	if !found {
		return unclear
	}
	for _, ci := range []string{"token.actions.githubusercontent.com", "gitlab.", "app.terraform.io", "agent.buildkite.com", "oidc.circleci.com",
		"api.bitbucket.org", "api.pulumi.com"} {
		if strings.HasPrefix(host, ci) {
			return deploys
		}
	}
	if strings.HasPrefix(host, "oidc.eks.") || strings.HasPrefix(host, "cognito-idp.") {
		return serves
	}
	return unclear
}

// byContent asks what the policies allow, by the actions that they name. Whoever may do everything everywhere, or anything to
// identities, administers. Whoever holds actions of services that only deployments use, or names actions that make, change and
// restore tables, deploys if he has no items, and is unclear if he has both, as whoever restores a table must. Whoever has items and none of this serves.
func byContent(s *subject) activity {
	items, changes := false, false
	for _, st := range s.statements {
		if st.Effect != policy.Allow {
			continue
		}
		if slices.ContainsFunc(st.Condition, demandsMFA) {
			return unclear // a person, and no application
		}
		if slices.Contains(st.Action, "*") && slices.Contains(st.Resource, "*") || slices.ContainsFunc(st.Action, isIAMWildcard) {
			return administers
		}
		for _, a := range st.Action {
			service, _, _ := strings.Cut(strings.ToLower(a), ":")
			if slices.Contains(deploymentServices(), service) {
				changes = true
			}
			if strings.ContainsAny(a, "*?") {
				items = items || service == "dynamodb" && reachesItemsByPattern(a)
				continue
			}
			_, name, _ := strings.Cut(a, ":")
			if o, known := operationFolded(name); known && service == "dynamodb" {
				items = items || isItems(o)
				changes = changes || o.Class == catalog.ClassControl || o.Class == catalog.ClassRestore
			}
		}
	}
	switch {
	case changes && items:
		return unclear
	case changes:
		return deploys
	case items:
		return serves
	}
	return unclear
}

// demandsMFA reports whether a condition is that the caller has signed in with a second factor, which only people do.
func demandsMFA(c policy.Condition) bool {
	switch op := policy.OperatorOf(c.Operator); strings.ToLower(c.Key) {
	case "aws:multifactorauthpresent":
		return op.Base == "Bool" && !op.IfExists && slices.ContainsFunc(c.Values, func(v string) bool { return strings.EqualFold(v, "true") })
	case "aws:multifactorauthage":
		return strings.HasPrefix(op.Base, "NumericLessThan") && !op.IfExists
	}
	return false
}

func isIAMWildcard(action string) bool {
	return strings.EqualFold(action, "iam:*") || strings.EqualFold(action, "organizations:*")
}

// deploymentServices are services that applications hardly ever call, and whoever sets them up does.
func deploymentServices() []string {
	return []string{"iam", "organizations", "cloudformation", "application-autoscaling", "datapipeline", "servicecatalog", "config", "sso"}
}

// operationFolded finds an operation by its name in any case.
func operationFolded(name string) (catalog.Operation, bool) {
	o, known := operationsFolded()[strings.ToLower(name)]
	return o, known
}

var operationsFolded = sync.OnceValue(func() map[string]catalog.Operation {
	out := map[string]catalog.Operation{}
	for _, o := range catalog.Operations() {
		out[strings.ToLower(o.Name)] = o
	}
	return out
})

// isItems reports whether an operation reads or writes items by itself.
func isItems(o catalog.Operation) bool {
	switch o.Class {
	case catalog.ClassItemRead, catalog.ClassItemWrite, catalog.ClassQuery, catalog.ClassScan, catalog.ClassPartiQL, catalog.ClassVector:
		return true
	}
	return false
}

// standIns are the documents of AWS's own policies that an identity has attached and nobody gave, where it is known what they
// grant of DynamoDB.
func standIns(i *inventory.Identity) []*inventory.Document {
	var out []*inventory.Document
	for _, arn := range i.Unread {
		parts := strings.SplitN(arn, ":", 6)
		if arn == i.BoundaryARN || len(parts) < 6 || parts[4] != "aws" || !strings.HasPrefix(parts[5], "policy/") {
			continue
		}
		name := arn[strings.LastIndexByte(arn, '/')+1:]
		if actions, known := grantedByAWS(name); known {
			out = append(out, &inventory.Document{Name: "the AWS managed policy " + name, ARN: arn, Document: policy.Document{
				Version: policy.Version, Statement: []policy.Statement{{Effect: policy.Allow, Action: actions, Resource: []string{"*"}}},
			}})
		}
	}
	return out
}

// grantedByAWS is what some policies of AWS grant of DynamoDB, on everything (AWS managed policy reference).
func grantedByAWS(name string) ([]string, bool) {
	switch name {
	case "AdministratorAccess":
		return []string{"*"}, true
	case "AmazonDynamoDBFullAccess", "AmazonDynamoDBFullAccess_v2", "AmazonDynamoDBFullAccesswithDataPipeline", "AmazonElasticMapReduceforEC2Role",
		"DataScientist", "DatabaseAdministrator", "PowerUserAccess":
		return []string{"dynamodb:*"}, true
	case "AmazonDynamoDBReadOnlyAccess":
		return []string{"dynamodb:BatchGetItem", "dynamodb:Describe*", "dynamodb:GetItem", "dynamodb:List*", "dynamodb:PartiQLSelect", "dynamodb:Query", "dynamodb:Scan"}, true
	case "ReadOnlyAccess":
		return []string{"dynamodb:BatchGet*", "dynamodb:Describe*", "dynamodb:Get*", "dynamodb:List*", "dynamodb:PartiQLSelect", "dynamodb:Query", "dynamodb:Scan"}, true
	case "AWSIoTRuleActions":
		return []string{"dynamodb:PutItem"}, true
	case "AWSLambdaDynamoDBExecutionRole", "AWSLambdaInvocation-DynamoDB":
		return []string{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"}, true
	}
	return nil, false
}
