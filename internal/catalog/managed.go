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
}

// ManagedPolicy finds an AWS managed policy by its exact name. A policy that is
// not found may well exist: AWS has more than a thousand.
func ManagedPolicy(name string) (ManagedPolicyInfo, bool) {
	policies := managedPolicies()
	i := slices.IndexFunc(policies, func(p managedPolicy) bool { return p.name == name })
	if i < 0 {
		return ManagedPolicyInfo{}, false
	}
	return ManagedPolicyInfo{Path: policies[i].path, Refused: policies[i].refused}, true
}

// ManagedPolicyARN is the ARN of an AWS managed policy, whose account is "aws".
func (p Partition) ManagedPolicyARN(name string, info ManagedPolicyInfo) string {
	return "arn:" + p.ID + ":iam::aws:policy" + info.Path + name
}

type managedPolicy struct{ name, path, refused string }

const (
	rootPath        = "/"
	serviceRolePath = "/service-role/"
	jobFunctionPath = "/job-function/"
)

// managedPolicies is the table: first what may be attached, then what may not.
func managedPolicies() []managedPolicy {
	return []managedPolicy{
		{"AWSAppSyncPushToCloudWatchLogs", serviceRolePath, ""},
		{"AWSGlueServiceRole", serviceRolePath, ""},
		{"AWSLambdaBasicDurableExecutionRolePolicy", serviceRolePath, ""},
		{"AWSLambdaBasicExecutionRole", serviceRolePath, ""},
		{"AWSLambdaENIManagementAccess", serviceRolePath, ""},
		{"AWSLambdaKinesisExecutionRole", serviceRolePath, ""},
		{"AWSLambdaMSKExecutionRole", serviceRolePath, ""},
		{"AWSLambdaSQSQueueExecutionRole", serviceRolePath, ""},
		{"AWSLambdaVPCAccessExecutionRole", serviceRolePath, ""},
		{"AWSXRayDaemonWriteAccess", rootPath, ""},
		{"AmazonAPIGatewayPushToCloudWatchLogs", serviceRolePath, ""},
		{"AmazonEC2ContainerRegistryPullOnly", rootPath, ""},
		{"AmazonEC2ContainerRegistryReadOnly", rootPath, ""},
		{"AmazonECSTaskExecutionRolePolicy", serviceRolePath, ""},
		{"AmazonSSMManagedInstanceCore", rootPath, ""},
		{"CloudWatchAgentServerPolicy", rootPath, ""},
		{"CloudWatchLambdaApplicationSignalsExecutionRolePolicy", rootPath, ""},
		{"CloudWatchLambdaInsightsExecutionRolePolicy", rootPath, ""},

		{"AWSBackupServiceRolePolicyForBackup", serviceRolePath,
			"It backs up, and deletes the backups of, every table of the account; a role of kind backup is held to its tables."},
		{"AWSBackupServiceRolePolicyForRestores", serviceRolePath,
			"It reads and writes the items of every table of the account; a role of kind restore is held to its tables."},
		{"AWSIoTRuleActions", serviceRolePath,
			"It grants dynamodb:PutItem on every table of the account."},
		{"AWSLambdaDynamoDBExecutionRole", serviceRolePath,
			"It reads the streams of every table of the account; a role of kind stream_consumer is held to its streams."},
		{"AWSLambdaInvocation-DynamoDB", rootPath,
			"It reads the streams of every table of the account, and invokes every Lambda function."},
		{"AWSLambda_FullAccess", rootPath,
			"It passes any role that Lambda may assume to a function of its own, and so has the access of every such role."},
		{"AdministratorAccess", rootPath,
			"It grants everything."},
		{"AmazonDynamoDBFullAccess", rootPath,
			"It grants dynamodb:* on everything."},
		{"AmazonDynamoDBFullAccess_v2", rootPath,
			"It grants dynamodb:* on everything."},
		{"AmazonDynamoDBReadOnlyAccess", rootPath,
			"It reads the items of every table of the account."},
		{"AmazonElasticMapReduceforEC2Role", serviceRolePath,
			"It grants dynamodb:* on everything."},
		{"DataScientist", jobFunctionPath,
			"It grants dynamodb:* on everything."},
		{"DatabaseAdministrator", jobFunctionPath,
			"It grants dynamodb:* on everything."},
		{"IAMFullAccess", rootPath,
			"It grants iam:* on everything, with which the role can give itself any access."},
		{"PowerUserAccess", rootPath,
			"It grants everything but the administration of users and roles."},
		{"ReadOnlyAccess", rootPath,
			"It reads the items and the streams of every table of the account."},
	}
}
