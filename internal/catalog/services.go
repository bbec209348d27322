package catalog

import "slices"

// This file knows the AWS services that assume the roles of applications, and
// what they say of themselves when they do. A service that sends aws:SourceArn
// and aws:SourceAccount with sts:AssumeRole lets a trust policy demand that it
// acts for a resource of the own account (IAM user guide, "The confused deputy
// problem"). A service that does not send them can no longer assume a role that
// demands them, so they are demanded only where the service's own guide shows a
// trust policy with them.

// AssumingService is a service that assumes roles.
type AssumingService struct {
	Name      string   // as a spec writes it: "ecs_tasks"
	Principal string   // the service's name, without suffix, for Partition.ServicePrincipal: "ecs-tasks"
	Actions   []string // of the trust policy
	// SourceAccount tells whether aws:SourceAccount can be demanded.
	SourceAccount bool
	// SourceARN is the pattern aws:SourceArn can be held to, after
	// "arn:PARTITION:" and with ${Region} and ${Account}; empty when it cannot.
	SourceARN string
}

// AssumingServiceByName finds a service by the name a spec gives it.
func AssumingServiceByName(name string) (AssumingService, bool) {
	services := AssumingServices()
	i := slices.IndexFunc(services, func(s AssumingService) bool { return s.Name == name })
	if i < 0 {
		return AssumingService{}, false
	}
	return services[i], true
}

// AssumingServices is every service that a spec may name, in the order of
// their names.
func AssumingServices() []AssumingService {
	assume := []string{"sts:AssumeRole"}
	return []AssumingService{
		// API Gateway developer guide, permissions: a trust policy without conditions.
		{Name: "apigateway", Principal: "apigateway", Actions: assume},
		// AppSync developer guide, attaching-a-data-source, "IAM trust policy".
		{Name: "appsync", Principal: "appsync", Actions: assume, SourceAccount: true,
			SourceARN: "appsync:${Region}:${Account}:apis/*"},
		// AWS Backup's guide speaks of the two keys for topics and for keys, and of
		// neither for the trust of a role (cross-service-confused-deputy-prevention).
		{Name: "backup", Principal: "backup", Actions: assume},
		// CodeBuild user guide, setting-up-service-role.
		{Name: "codebuild", Principal: "codebuild", Actions: assume, SourceAccount: true,
			SourceARN: "codebuild:${Region}:${Account}:project/*"},
		// EC2 sends neither key: prowler-cloud/prowler#2810, quoting AWS Support.
		{Name: "ec2", Principal: "ec2", Actions: assume},
		// ECS developer guide, task-iam-roles. A cluster's ARN is not supported, so
		// the pattern ends at the account.
		{Name: "ecs_tasks", Principal: "ecs-tasks", Actions: assume, SourceAccount: true,
			SourceARN: "ecs:${Region}:${Account}:*"},
		// EKS user guide, pod-id-role: the service tags every session, and needs the
		// permission for it. The guide names neither key.
		{Name: "eks_pod_identity", Principal: "pods.eks", Actions: []string{"sts:AssumeRole", "sts:TagSession"}},
		// Glue developer guide, create-an-iam-role: neither key is named.
		{Name: "glue", Principal: "glue", Actions: assume},
		// Lambda developer guide, lambda-intro-execution-role: a trust policy without conditions.
		{Name: "lambda", Principal: "lambda", Actions: assume},
		// EventBridge user guide, eb-pipes-permissions, names the principal; the account
		// alone is demanded by the example of aws_pipes_pipe in the Terraform AWS provider,
		// which its acceptance tests run.
		{Name: "pipes", Principal: "pipes", Actions: assume, SourceAccount: true},
		// EventBridge Scheduler user guide, cross-service-confused-deputy-prevention: the
		// ARN is the schedule group's, never a schedule's.
		{Name: "scheduler", Principal: "scheduler", Actions: assume, SourceAccount: true,
			SourceARN: "scheduler:${Region}:${Account}:schedule-group/*"},
		// Step Functions developer guide, procedure-create-iam-role.
		{Name: "states", Principal: "states", Actions: assume, SourceAccount: true,
			SourceARN: "states:${Region}:${Account}:stateMachine:*"},
	}
}
