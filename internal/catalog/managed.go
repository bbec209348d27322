package catalog

import "slices"

// This file knows the AWS managed policies that roles which touch DynamoDB
// commonly have attached, from the AWS Managed Policy Reference, one page a
// policy. Two things are taken from a page: the path in the policy's ARN, which
// cannot be told from its name, and whether what it grants voids what is proven
// of the role. A policy does when it grants items, streams, backups or the
// administration of tables that the spec did not, or lets its holder grant
// itself anything: policies of one role add up, and the widest decides.

// ManagedPolicyInfo is what is known of an AWS managed policy.
type ManagedPolicyInfo struct {
	Path    string // in the ARN, before the name: "/", "/service-role/", "/job-function/"
	Refused string // why no role of a spec may have it attached; empty when it may
	Tables  bool   // it grants items, streams or backups of every table itself, and not by way of another role
}

// ManagedPolicy finds an AWS managed policy by its exact name. A policy that is
// not found may well exist: AWS has more than a thousand.
func ManagedPolicy(name string) (ManagedPolicyInfo, bool) {
	policies := managedPolicies()
	i := slices.IndexFunc(policies, func(p managedPolicy) bool { return p.name == name })
	if i < 0 {
		return ManagedPolicyInfo{}, false
	}
	return ManagedPolicyInfo{Path: policies[i].path, Refused: policies[i].refused, Tables: policies[i].tables}, true
}

// ManagedPolicies returns the names of those that a role of a spec may have
// attached.
func ManagedPolicies() []string {
	var names []string
	for _, p := range managedPolicies() {
		if p.refused == "" {
			names = append(names, p.name)
		}
	}
	return names
}

type managedPolicy struct {
	name, path, refused string
	tables              bool
}

const (
	rootPath        = "/"
	serviceRolePath = "/service-role/"
	jobFunctionPath = "/job-function/"
)

// managedPolicies is the table: first what may be attached, then what may not.
func managedPolicies() []managedPolicy {
	return []managedPolicy{
		{"AWSAppSyncPushToCloudWatchLogs", serviceRolePath, "", false},
		{"AWSGlueServiceRole", serviceRolePath, "", false},
		{"AWSLambdaBasicDurableExecutionRolePolicy", serviceRolePath, "", false},
		{"AWSLambdaBasicExecutionRole", serviceRolePath, "", false},
		{"AWSLambdaENIManagementAccess", serviceRolePath, "", false},
		{"AWSLambdaKinesisExecutionRole", serviceRolePath, "", false},
		{"AWSLambdaMSKExecutionRole", serviceRolePath, "", false},
		{"AWSLambdaSQSQueueExecutionRole", serviceRolePath, "", false},
		{"AWSLambdaVPCAccessExecutionRole", serviceRolePath, "", false},
		{"AWSXRayDaemonWriteAccess", rootPath, "", false},
		{"AmazonAPIGatewayPushToCloudWatchLogs", serviceRolePath, "", false},
		{"AmazonEC2ContainerRegistryPullOnly", rootPath, "", false},
		{"AmazonEC2ContainerRegistryReadOnly", rootPath, "", false},
		{"AmazonECSTaskExecutionRolePolicy", serviceRolePath, "", false},
		{"AmazonSSMManagedInstanceCore", rootPath, "", false},
		{"CloudWatchAgentServerPolicy", rootPath, "", false},
		{"CloudWatchLambdaApplicationSignalsExecutionRolePolicy", rootPath, "", false},
		{"CloudWatchLambdaInsightsExecutionRolePolicy", rootPath, "", false},

		{"AWSBackupServiceRolePolicyForBackup", serviceRolePath,
			"It backs up, and deletes the backups of, every table of the account; a role of kind backup is held to its tables.", true},
		{"AWSBackupServiceRolePolicyForRestores", serviceRolePath,
			"It reads and writes the items of every table of the account; a role of kind restore is held to its tables.", true},
		{"AWSIoTRuleActions", serviceRolePath,
			"It grants dynamodb:PutItem on every table of the account.", true},
		{"AWSLambdaDynamoDBExecutionRole", serviceRolePath,
			"It reads the streams of every table of the account; a role of kind stream_consumer is held to its streams.", true},
		{"AWSLambdaInvocation-DynamoDB", rootPath,
			"It reads the streams of every table of the account, and invokes every Lambda function.", true},
		{"AWSLambda_FullAccess", rootPath,
			"It passes any role that Lambda may assume to a function of its own, and so has the access of every such role.", false},
		{"AdministratorAccess", rootPath,
			"It grants everything.", true},
		{"AmazonDynamoDBFullAccess", rootPath,
			"It grants dynamodb:* on everything.", true},
		{"AmazonDynamoDBFullAccess_v2", rootPath,
			"It grants dynamodb:* on everything.", true},
		{"AmazonDynamoDBFullAccesswithDataPipeline", rootPath,
			"It grants dynamodb:* on everything.", true},
		{"AmazonDynamoDBReadOnlyAccess", rootPath,
			"It reads the items of every table of the account.", true},
		{"AmazonElasticMapReduceforEC2Role", serviceRolePath,
			"It grants dynamodb:* on everything.", true},
		{"DataScientist", jobFunctionPath,
			"It grants dynamodb:* on everything.", true},
		{"DatabaseAdministrator", jobFunctionPath,
			"It grants dynamodb:* on everything.", true},
		{"IAMFullAccess", rootPath,
			"It grants iam:* on everything, with which the role can give itself any access.", false},
		{"PowerUserAccess", rootPath,
			"It grants everything but the administration of users and roles.", true},
		{"ReadOnlyAccess", rootPath,
			"It reads the items and the streams of every table of the account.", true},
	}
}
