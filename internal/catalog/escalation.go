package catalog

// This file knows the published ways by which somebody who holds a few
// permissions in an account comes to hold more. A role that deploys holds some
// of each, so whoever proves that it cannot raise itself goes through this list.

// EscalationMethod is one way: who may do all of Actions, each on what they
// choose, has what Gives says. The list has what the step itself needs, and
// not what only helps to find a victim.
type EscalationMethod struct {
	Name    string
	Actions []string
	Gives   string
	Source  string
}

// What the methods give.
const (
	anyPermission = "any permission"
	passedRole    = "the permissions of a role that is passed"
	attachedRole  = "the permissions of a role that something runs as already"
	otherUser     = "the permissions of another user"
	otherRole     = "the permissions of a role"
	olderPolicy   = "the permissions of another version of a policy"
	otherGroup    = "the permissions of a group"
	beyondLimit   = "the permissions that a boundary holds back"
)

// Where they are published: lists of methods, and pages of AWS that say which
// permissions somebody else's role takes.
const (
	rhino       = "Rhino Security Labs, AWS IAM Privilege Escalation Methods"
	pathfinding = "Datadog, pathfinding.cloud"
	iamGuide    = "IAM user guide, Permissions boundaries for IAM entities: delegating responsibility"
	profileAPI  = "IAM API reference, AddRoleToInstanceProfile"
	ec2Guide    = "EC2 user guide, Grant permissions to attach an IAM role to an instance"
	ssmGuide    = "Systems Manager user guide, Setting up Automation: a service role"
)

// EscalationMethods is every method. Of Rhino's list one is left out: its
// action, codestar:CreateProjectFromTemplate, was never documented and exists
// no more.
func EscalationMethods() []EscalationMethod {
	return []EscalationMethod{
		{"A new version of a policy", []string{"iam:CreatePolicyVersion"}, anyPermission, rhino},
		{"Another version of a policy", []string{"iam:SetDefaultPolicyVersion"}, olderPolicy, rhino},
		{"An EC2 instance with a role", []string{"ec2:RunInstances", "iam:PassRole"}, passedRole, rhino},
		{"An access key of another user", []string{"iam:CreateAccessKey"}, otherUser, rhino},
		{"A password of another user", []string{"iam:CreateLoginProfile"}, otherUser, rhino},
		{"A changed password of another user", []string{"iam:UpdateLoginProfile"}, otherUser, rhino},
		{"A policy attached to a user", []string{"iam:AttachUserPolicy"}, anyPermission, rhino},
		{"A policy attached to a group", []string{"iam:AttachGroupPolicy"}, anyPermission, rhino},
		{"A policy attached to a role", []string{"iam:AttachRolePolicy"}, anyPermission, rhino},
		{"An inline policy of a user", []string{"iam:PutUserPolicy"}, anyPermission, rhino},
		{"An inline policy of a group", []string{"iam:PutGroupPolicy"}, anyPermission, rhino},
		{"An inline policy of a role", []string{"iam:PutRolePolicy"}, anyPermission, rhino},
		{"A group to be a member of", []string{"iam:AddUserToGroup"}, otherGroup, rhino},
		{"A changed trust policy", []string{"iam:UpdateAssumeRolePolicy", "sts:AssumeRole"}, otherRole, rhino},
		{"A Lambda function with a role, invoked", []string{"iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"}, passedRole, rhino},
		{"A Lambda function with a role, invoked from another account", []string{"iam:PassRole", "lambda:AddPermission", "lambda:CreateFunction"}, passedRole, rhino},
		{"A Lambda function with a role, invoked by a stream", []string{"iam:PassRole", "lambda:CreateEventSourceMapping", "lambda:CreateFunction"}, passedRole, rhino},
		{"New code of a Lambda function", []string{"lambda:UpdateFunctionCode"}, attachedRole, rhino},
		{"A Glue development endpoint with a role", []string{"glue:CreateDevEndpoint", "iam:PassRole"}, passedRole, rhino},
		{"A new SSH key of a Glue development endpoint", []string{"glue:UpdateDevEndpoint"}, attachedRole, rhino},
		{"A CloudFormation stack with a role", []string{"cloudformation:CreateStack", "iam:PassRole"}, passedRole, rhino},
		{"A data pipeline with a role", []string{"datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "iam:PassRole"}, passedRole, rhino},
		{"A CodeStar project with a role", []string{"codestar:CreateProject", "iam:PassRole"}, passedRole, rhino},
		{"A CodeStar project of one's own", []string{"codestar:AssociateTeamMember", "codestar:CreateProject"}, "the permissions of a project's owner", rhino},
		{"A Lambda layer over a library of a function", []string{"lambda:UpdateFunctionConfiguration"}, attachedRole, rhino},
		{"A SageMaker notebook with a role", []string{"iam:PassRole", "sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"}, passedRole, rhino},
		{"A signed URL of a SageMaker notebook", []string{"sagemaker:CreatePresignedNotebookInstanceUrl"}, attachedRole, rhino},

		{"A role that trusts its holder", []string{"sts:AssumeRole"}, otherRole, pathfinding},
		{"A role changed and assumed", []string{"iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"}, anyPermission, pathfinding},
		{"New user data of an instance", []string{"ec2:ModifyInstanceAttribute", "ec2:StartInstances", "ec2:StopInstances"}, attachedRole, pathfinding},
		{"A spot instance with a role", []string{"ec2:RequestSpotInstances", "iam:PassRole"}, passedRole, pathfinding},
		{"A shell on an instance", []string{"ssm:StartSession"}, attachedRole, pathfinding},
		{"A command on an instance", []string{"ssm:SendCommand"}, attachedRole, pathfinding},
		{"An ECS task with a role", []string{"ecs:RegisterTaskDefinition", "ecs:RunTask", "iam:PassRole"}, passedRole, pathfinding},
		{"An ECS task with a role, on an instance", []string{"ecs:RegisterTaskDefinition", "ecs:StartTask", "iam:PassRole"}, passedRole, pathfinding},
		{"An ECS service with a role", []string{"ecs:CreateService", "ecs:RegisterTaskDefinition", "iam:PassRole"}, passedRole, pathfinding},
		{"A shell in an ECS task", []string{"ecs:ExecuteCommand"}, attachedRole, pathfinding},
		{"A CodeBuild project with a role", []string{"codebuild:CreateProject", "codebuild:StartBuild", "iam:PassRole"}, passedRole, pathfinding},
		{"Other commands for a CodeBuild project", []string{"codebuild:StartBuild"}, attachedRole, pathfinding},
		{"Other commands for a CodeBuild batch", []string{"codebuild:StartBuildBatch"}, attachedRole, pathfinding},
		{"A Glue job with a role", []string{"glue:CreateJob", "glue:StartJobRun", "iam:PassRole"}, passedRole, pathfinding},
		{"A Glue job with a role, triggered", []string{"glue:CreateJob", "glue:CreateTrigger", "iam:PassRole"}, passedRole, pathfinding},
		{"Another role for a Glue job", []string{"glue:StartJobRun", "glue:UpdateJob", "iam:PassRole"}, passedRole, pathfinding},
		{"A changed CloudFormation stack", []string{"cloudformation:UpdateStack"}, attachedRole, pathfinding},
		{"A change set of a CloudFormation stack", []string{"cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"}, attachedRole, pathfinding},
		{"A CloudFormation stack set with a role", []string{"cloudformation:CreateStackInstances", "cloudformation:CreateStackSet", "iam:PassRole"}, passedRole, pathfinding},
		{"A changed CloudFormation stack set", []string{"cloudformation:UpdateStackSet", "iam:PassRole"}, attachedRole, pathfinding},
		{"A SageMaker training job with a role", []string{"iam:PassRole", "sagemaker:CreateTrainingJob"}, passedRole, pathfinding},
		{"A SageMaker processing job with a role", []string{"iam:PassRole", "sagemaker:CreateProcessingJob"}, passedRole, pathfinding},
		{"An App Runner service with a role", []string{"apprunner:CreateService", "iam:PassRole"}, passedRole, pathfinding},
		{"Another command of an App Runner service", []string{"apprunner:UpdateService"}, attachedRole, pathfinding},

		{"A role in the profile of an instance", []string{"iam:AddRoleToInstanceProfile", "iam:PassRole"}, passedRole, profileAPI},
		{"A profile for an instance", []string{"ec2:AssociateIamInstanceProfile", "iam:PassRole"}, passedRole, ec2Guide},
		{"Another profile for an instance", []string{"ec2:ReplaceIamInstanceProfileAssociation", "iam:PassRole"}, passedRole, ec2Guide},
		{"An automation with a role", []string{"iam:PassRole", "ssm:StartAutomationExecution"}, passedRole, ssmGuide},
		{"A role of one's own", []string{"iam:AttachRolePolicy", "iam:CreateRole"}, anyPermission, iamGuide},
		{"A role without its boundary", []string{"iam:DeleteRolePermissionsBoundary"}, beyondLimit, iamGuide},
		{"A role with another boundary", []string{"iam:PutRolePermissionsBoundary"}, beyondLimit, iamGuide},
		{"A user without a boundary", []string{"iam:DeleteUserPermissionsBoundary"}, beyondLimit, iamGuide},
		{"A user with another boundary", []string{"iam:PutUserPermissionsBoundary"}, beyondLimit, iamGuide},
	}
}
