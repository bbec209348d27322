package spec

import "github.com/hashicorp/hcl/v2"

// Role is an IAM role. Which keys it takes beside the common ones depends on its kind.
type Role struct {
	Kind        Text           `yaml:"kind" enum:"runtime,stream_consumer,backup,restore,export,deploy,plan" doc:"What the role is for. deploy and plan are not supported yet." example:"runtime"`
	Name        Text           `yaml:"name,omitempty" pattern:"(?:[a-zA-Z0-9+=,.@_-]+/)*[a-zA-Z0-9+=,.@_-]{1,64}" is:"a role name: 1 to 64 characters of a-z A-Z 0-9 + = , . @ _ -" doc:"Physical name; of an existing role with its path, such as service/reader. Default: the spec's name and the logical name." example:"payments-api"`
	Description Text           `yaml:"description,omitempty" maxlen:"1000" doc:"What the role is for, in words." example:"Handlers of the public API"`
	Existing    Bool           `yaml:"existing,omitempty" doc:"Someone else makes the role; its policies are written and attached, its trust is not." example:"true" default:"false"`
	AssumedBy   *AssumedBy     `yaml:"assumed_by,omitempty" doc:"Who may become the role: exactly one form."`
	Session     Int            `yaml:"max_session_seconds,omitempty" min:"3600" max:"43200" doc:"Longest session, in seconds." example:"3600" default:"3600"`
	Attach      List[Text]     `yaml:"attach,omitempty" minitems:"1" doc:"Policies written elsewhere: names of AWS managed policies, or ARNs. They stay outside the proof." example:"[AWSLambdaBasicExecutionRole]"`
	Tags        Map[Text]      `yaml:"tags,omitempty" keys:"[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}" keysare:"1 to 128 letters, digits, spaces and _ . : / = + @ -" pattern:"[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{0,256}" is:"at most 256 letters, digits, spaces and _ . : / = + @ -" doc:"Tags of the role."`
	Access      List[Access]   `yaml:"access,omitempty" minitems:"1" doc:"What a runtime role may do."`
	Streams     List[Text]     `yaml:"streams,omitempty" minitems:"1" doc:"Tables whose streams a stream_consumer reads." example:"[ledger]"`
	Tables      List[Text]     `yaml:"tables,omitempty" minitems:"1" doc:"Tables that a backup, restore or export role works on." example:"[ledger]"`
	Into        Text           `yaml:"into,omitempty" pattern:"[a-zA-Z0-9_.-]{3,254}[*]" is:"a table name prefix of at least 3 characters and a star, such as restored-*" doc:"Names of the tables that a restore role creates." example:"\"restored-*\""`
	From        List[Text]     `yaml:"from,omitempty" minitems:"1" enum:"backup,point_in_time" doc:"What a restore role restores from. Default: both." example:"[point_in_time]"`
	Bucket      Text           `yaml:"bucket,omitempty" pattern:"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]" is:"an S3 bucket name: 3 to 63 characters of a-z 0-9 . -" doc:"Bucket that an export role writes to." example:"acme-exports"`
	Prefix      Text           `yaml:"prefix,omitempty" pattern:"[a-zA-Z0-9!_.()/-]{1,512}/" is:"a prefix that ends in / and holds a-z A-Z 0-9 ! _ . ( ) / -" doc:"Where in the bucket an export role writes." example:"ledger/"`
	BucketKey   PerEnvironment `yaml:"bucket_key,omitempty" pattern:"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]{1,64}" is:"the ARN of a KMS key (not of an alias)" doc:"KMS key of the bucket of an export role." example:"arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"`
	Because     Text           `yaml:"because,omitempty" multiline:"true" minlen:"1" maxlen:"500" doc:"Why the role may do what is not a safe default." example:"disaster recovery, runbook DR-3"`
	State       *State         `yaml:"state,omitempty" doc:"Terraform state of a deploy or plan role. Not supported yet."`
	Range       hcl.Range      `yaml:"-"`
}

// Access is one thing a runtime role may do: on a table, or on every table with certain tags.
type Access struct {
	_             struct{}   `oneof:"table,tagged"`
	Table         Text       `yaml:"table,omitempty" doc:"A table of this spec." example:"ledger"`
	Tagged        Map[Text]  `yaml:"tagged,omitempty" minitems:"1" keys:"[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}" keysare:"1 to 128 letters, digits, spaces and _ . : / = + @ -" pattern:"[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,256}" is:"1 to 256 letters, digits, spaces and _ . : / = + @ -" doc:"Every table that carries these tags; the value same stands for the principal's own tag." example:"{Environment: production, Team: same}"`
	Operations    List[Text] `yaml:"operations" minitems:"1" doc:"Groups (read, write, transact) or exact API names." example:"[read, write]"`
	Indexes       List[Text] `yaml:"indexes,omitempty" minitems:"1" doc:"Indexes of the table, by logical name, that Query and Scan may use." example:"[by_status]"`
	Tenant        Text       `yaml:"tenant,omitempty" enum:"own,any" doc:"Whose rows: the session's own tenant, or any. On a tenant-keyed table own is the default." example:"own"`
	PartitionKeys List[Text] `yaml:"partition_keys,omitempty" minitems:"1" minlen:"1" maxlen:"2048" doc:"Only these partitions, named literally: data that is shared by all tenants." example:"[CONFIG]"`
	Attributes    List[Text] `yaml:"attributes,omitempty" minitems:"1" minlen:"1" maxlen:"255" doc:"Only these attributes; the keys of the table and the indexes are added." example:"[PK, SK, status]"`
	Transactions  Text       `yaml:"transactions,omitempty" enum:"only,never" doc:"Only inside, or never inside, a transaction. Default: either." example:"only"`
	Because       Text       `yaml:"because,omitempty" multiline:"true" minlen:"1" maxlen:"500" doc:"Why the access is wider than the safe default." example:"support desk reads across tenants, ticket SEC-12"`
	Range         hcl.Range  `yaml:"-"`
}

// State is the Terraform state a deploy or plan role works with. Not supported yet.
type State struct {
	Bucket Text      `yaml:"bucket" doc:"Bucket of the state." example:"acme-tfstate"`
	Prefix Text      `yaml:"prefix,omitempty" doc:"Prefix of the state's key." example:"payments/"`
	Range  hcl.Range `yaml:"-"`
}

// AssumedBy says who may become a role: exactly one of its keys.
type AssumedBy struct {
	_            struct{}      `oneof:"service,role,roles,github,gitlab,hcp_terraform,buildkite,circleci,bitbucket,cognito,web_identity,irsa,eks_pod_identity,saml"`
	Service      Text          `yaml:"service,omitempty" pattern:"[a-z][a-z0-9_]*" is:"the name of an AWS service such as lambda" doc:"An AWS service: lambda, ecs_tasks, ec2, eks_pod_identity, backup, and others." example:"lambda"`
	Role         Text          `yaml:"role,omitempty" doc:"A role of this spec; it receives the right to assume this one." example:"api"`
	Roles        List[Text]    `yaml:"roles,omitempty" minitems:"1" doc:"ARNs of roles made elsewhere. An ARN may hold {account}, {region} and {partition}." example:"[\"arn:aws:iam::444455556666:role/compliance/reader\"]"`
	GitHub       *GitHub       `yaml:"github,omitempty" doc:"GitHub Actions, by OpenID Connect."`
	GitLab       *GitLab       `yaml:"gitlab,omitempty" doc:"GitLab CI on gitlab.com, by OpenID Connect."`
	HCPTerraform *HCPTerraform `yaml:"hcp_terraform,omitempty" doc:"HCP Terraform runs, by workload identity."`
	Buildkite    *Buildkite    `yaml:"buildkite,omitempty" doc:"Buildkite, by OpenID Connect."`
	CircleCI     *CircleCI     `yaml:"circleci,omitempty" doc:"CircleCI, by OpenID Connect."`
	Bitbucket    *Bitbucket    `yaml:"bitbucket,omitempty" doc:"Bitbucket Pipelines, by OpenID Connect."`
	Cognito      *Cognito      `yaml:"cognito,omitempty" doc:"Authenticated users of a Cognito identity pool."`
	WebIdentity  *WebIdentity  `yaml:"web_identity,omitempty" doc:"Users of Login with Amazon, Facebook, Google or an OpenID Connect issuer."`
	IRSA         *IRSA         `yaml:"irsa,omitempty" doc:"A Kubernetes service account, by the cluster's OpenID Connect issuer."`
	PodIdentity  *PodIdentity  `yaml:"eks_pod_identity,omitempty" doc:"A Kubernetes service account, by EKS Pod Identity."`
	SAML         *SAML         `yaml:"saml,omitempty" doc:"Users of a SAML identity provider of the account."`
	Range        hcl.Range     `yaml:"-"`
}

// GitHub names the workflow runs of one repository.
type GitHub struct {
	_            struct{}  `oneof:"environment,branch,tag,pull_request"`
	Repository   Text      `yaml:"repository" pattern:"[a-zA-Z0-9-]{1,39}/[a-zA-Z0-9_.-]{1,100}" is:"OWNER/REPOSITORY" doc:"Repository as OWNER/REPOSITORY." example:"acme/infra"`
	Environment  Text      `yaml:"environment,omitempty" minlen:"1" maxlen:"255" doc:"Only jobs of this deployment environment." example:"production"`
	Branch       Text      `yaml:"branch,omitempty" pattern:"[a-zA-Z0-9_./#+@=-]{1,244}" is:"a branch name without wildcards" doc:"Only runs on this branch." example:"main"`
	Tag          Text      `yaml:"tag,omitempty" pattern:"[a-zA-Z0-9_./#+@=-]{1,244}" is:"a tag name without wildcards" doc:"Only runs on this tag." example:"v1"`
	PullRequest  Bool      `yaml:"pull_request,omitempty" doc:"Runs of pull requests; plan roles only." example:"true"`
	RepositoryID Text      `yaml:"repository_id,omitempty" pattern:"[0-9]{1,20}" is:"the repository's number, in quotes" doc:"The repository's id, which survives no rename by somebody else." example:"\"456789\""`
	OwnerID      Text      `yaml:"owner_id,omitempty" pattern:"[0-9]{1,20}" is:"the owner's number, in quotes" doc:"The owner's id." example:"\"123456\""`
	Subject      Text      `yaml:"subject,omitempty" enum:"classic,immutable,both" doc:"Form of the token's subject: classic names, immutable names with ids, or both during a migration. Default: both with ids, else classic." example:"immutable"`
	Range        hcl.Range `yaml:"-"`
}

// GitLab names the pipelines of one project on gitlab.com.
type GitLab struct {
	_        struct{}  `oneof:"branch,tag"`
	Project  Text      `yaml:"project" pattern:"[a-zA-Z0-9_.-]+(?:/[a-zA-Z0-9_.-]+)+" is:"GROUP/PROJECT" doc:"Project as GROUP/PROJECT." example:"acme/infra"`
	Branch   Text      `yaml:"branch,omitempty" pattern:"[a-zA-Z0-9_./#+@=-]{1,244}" is:"a branch name without wildcards" doc:"Only pipelines on this branch." example:"main"`
	Tag      Text      `yaml:"tag,omitempty" pattern:"[a-zA-Z0-9_./#+@=-]{1,244}" is:"a tag name without wildcards" doc:"Only pipelines on this tag." example:"v1"`
	Audience Text      `yaml:"audience,omitempty" pattern:"[!-)+->@-~]{1,255}" is:"an audience without blanks and wildcards" doc:"Audience of the id token." example:"https://gitlab.com" default:"https://gitlab.com"`
	Range    hcl.Range `yaml:"-"`
}

// HCPTerraform names the runs of one workspace.
type HCPTerraform struct {
	Organization Text      `yaml:"organization" pattern:"[a-zA-Z0-9_-]{1,60}" is:"an organization name" doc:"Organization." example:"acme"`
	Project      Text      `yaml:"project" pattern:"[a-zA-Z0-9 _-]{1,60}" is:"a project name" doc:"Project." example:"payments"`
	Workspace    Text      `yaml:"workspace" pattern:"[a-zA-Z0-9_-]{1,90}" is:"a workspace name" doc:"Workspace." example:"production"`
	RunPhase     Text      `yaml:"run_phase" enum:"plan,apply" doc:"plan or apply." example:"apply"`
	Range        hcl.Range `yaml:"-"`
}

// Buildkite names the jobs of one pipeline.
type Buildkite struct {
	Organization Text      `yaml:"organization" pattern:"[a-z0-9-]{1,100}" is:"an organization slug" doc:"Organization slug." example:"acme"`
	Pipeline     Text      `yaml:"pipeline" pattern:"[a-z0-9-]{1,100}" is:"a pipeline slug" doc:"Pipeline slug." example:"infra"`
	Branch       Text      `yaml:"branch" pattern:"[a-zA-Z0-9_./#+@=-]{1,244}" is:"a branch name without wildcards" doc:"Only builds of this branch." example:"main"`
	Step         Text      `yaml:"step" pattern:"[a-zA-Z0-9_-]{1,100}" is:"a step key" doc:"Only the step with this key." example:"deploy"`
	Range        hcl.Range `yaml:"-"`
}

// CircleCI names the jobs of one project.
type CircleCI struct {
	Organization Text      `yaml:"organization_id" pattern:"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}" is:"a UUID" doc:"Organization id." example:"c8a1b6f2-1d2e-4f3a-9b8c-7d6e5f4a3b2c"`
	Project      Text      `yaml:"project_id" pattern:"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}" is:"a UUID" doc:"Project id." example:"0f9e8d7c-6b5a-4c3d-8e2f-1a0b9c8d7e6f"`
	User         Text      `yaml:"user_id,omitempty" pattern:"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}" is:"a UUID" doc:"Only jobs started by this user. Without it any user of the project, which needs a reason." example:"1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d"`
	Because      Text      `yaml:"because,omitempty" multiline:"true" minlen:"1" maxlen:"500" doc:"Why any user of the project may start it." example:"only maintainers can run workflows in this project"`
	Range        hcl.Range `yaml:"-"`
}

// Bitbucket names the pipelines of one repository. The subject is taken as it is written.
type Bitbucket struct {
	Workspace     Text      `yaml:"workspace" pattern:"[a-z0-9_-]{1,62}" is:"a workspace name" doc:"Workspace." example:"acme"`
	WorkspaceUUID Text      `yaml:"workspace_uuid" pattern:"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}" is:"a UUID" doc:"UUID of the workspace." example:"c8a1b6f2-1d2e-4f3a-9b8c-7d6e5f4a3b2c"`
	Subject       Text      `yaml:"subject" pattern:"[a-zA-Z0-9:{}*-]{1,300}" is:"the subject as Bitbucket shows it" doc:"Subject of the token, as the repository's settings show it. A star in it needs a reason." example:"\"{0f9e8d7c-6b5a-4c3d-8e2f-1a0b9c8d7e6f}:{1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d}:*\""`
	Because       Text      `yaml:"because,omitempty" multiline:"true" minlen:"1" maxlen:"500" doc:"Why the subject holds a wildcard." example:"the step's UUID differs in every run"`
	Range         hcl.Range `yaml:"-"`
}

// Cognito names an identity pool.
type Cognito struct {
	IdentityPool PerEnvironment `yaml:"identity_pool" pattern:"[a-z0-9-]+:[0-9a-f-]{36}" is:"an identity pool id such as eu-central-1:12345678-1234-1234-1234-123456789012" doc:"Id of the identity pool; one, or one for each environment." example:"eu-central-1:12345678-1234-1234-1234-123456789012"`
	Range        hcl.Range      `yaml:"-"`
}

// WebIdentity names an OpenID Connect issuer and the application its tokens are made for.
type WebIdentity struct {
	Provider PerEnvironment `yaml:"provider" pattern:"[a-z0-9.-]+(?:/[a-zA-Z0-9_./-]*[a-zA-Z0-9_-])?" is:"www.amazon.com, graph.facebook.com, accounts.google.com, or an issuer without https://" doc:"The issuer; one, or one for each environment." example:"www.amazon.com"`
	Audience PerEnvironment `yaml:"audience" pattern:"[!-)+->@-~]{1,255}" is:"an application id without blanks and wildcards" doc:"The application id the token is made for; one, or one for each environment." example:"amzn1.application.0123456789abcdef"`
	Range    hcl.Range      `yaml:"-"`
}

// IRSA names a Kubernetes service account of an EKS cluster.
type IRSA struct {
	Issuer         PerEnvironment `yaml:"issuer" pattern:"[a-z0-9.-]+(?:/[a-zA-Z0-9_./-]*[a-zA-Z0-9_-])?" is:"the cluster's issuer without https://" doc:"OpenID Connect issuer of the cluster; one, or one for each environment." example:"oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E"`
	Namespace      Text           `yaml:"namespace" pattern:"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?" is:"a Kubernetes namespace" doc:"Namespace of the service account." example:"billing"`
	ServiceAccount Text           `yaml:"service_account" pattern:"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?" is:"a Kubernetes service account" doc:"Name of the service account." example:"ledger"`
	Range          hcl.Range      `yaml:"-"`
}

// PodIdentity names a Kubernetes service account of an EKS cluster.
type PodIdentity struct {
	Cluster        PerEnvironment `yaml:"cluster" pattern:"[a-zA-Z0-9][a-zA-Z0-9_-]{0,99}" is:"the name of an EKS cluster" doc:"Name of the cluster; one, or one for each environment." example:"main"`
	Namespace      Text           `yaml:"namespace" pattern:"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?" is:"a Kubernetes namespace" doc:"Namespace of the service account." example:"billing"`
	ServiceAccount Text           `yaml:"service_account" pattern:"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?" is:"a Kubernetes service account" doc:"Name of the service account." example:"ledger"`
	Range          hcl.Range      `yaml:"-"`
}

// SAML names a SAML identity provider of the account.
type SAML struct {
	Provider Text      `yaml:"provider" pattern:"[a-zA-Z0-9._-]{1,128}" is:"the name of a SAML provider" doc:"Name of the provider in IAM." example:"okta"`
	Range    hcl.Range `yaml:"-"`
}
