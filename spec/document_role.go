package spec

import "github.com/hashicorp/hcl/v2"

// Role is an IAM role. Which keys it takes beside the common ones depends on its kind.
type Role struct {
	Kind        Text           `yaml:"kind" enum:"runtime,stream_consumer,backup,restore,export,deploy,plan" means:"An application: what its access says, on items.|Reads the streams of tables, every row of every tenant, and no table.|Makes backups of tables, on demand or by AWS Backup.|Makes tables with new names of backups; can read and write all that is in them, so it needs because.|Exports whole tables to S3.|Terraform applies the spec as this role: it makes tables and roles, and touches no item.|Terraform plans as this role: it reads settings, and no item." doc:"What the role is for. The kind decides which keys the role takes, and what it can never be given." example:"runtime"`
	Name        Text           `yaml:"name,omitempty" pattern:"(?:[a-zA-Z0-9+=,.@_-]+/)*[a-zA-Z0-9+=,.@_-]{1,64}" is:"a role name: 1 to 64 characters of a-z A-Z 0-9 + = , . @ _ -" doc:"Physical name; of an existing role with its path, such as service/reader." example:"payments-api" without:"the spec's name and the logical name, such as payments-api-tenant"`
	Description Text           `yaml:"description,omitempty" maxlen:"1000" doc:"What the role is for, in words. AWS shows it beside the role." example:"Handlers of the public API" without:"no description"`
	Existing    Bool           `yaml:"existing,omitempty" doc:"Someone else makes the role. Its policies are written and attached, who may become it is not." example:"true" default:"false"`
	AssumedBy   *AssumedBy     `yaml:"assumed_by,omitempty" aka:"assume_role_policy,trust" doc:"Who may become the role: exactly one form. Nobody else can, and where a tag names the tenant, nobody without it." without:"only for an existing role, whose trust is written elsewhere" example:"{service: lambda}"`
	Session     Int            `yaml:"max_session_seconds,omitempty" aka:"max_session_duration" min:"3600" max:"43200" doc:"Longest session, in seconds. A session keeps its tenant, and its rights, until it ends." example:"3600" default:"3600"`
	Attach      List[Text]     `yaml:"attach,omitempty" aka:"policies,managed_policy_arns" minitems:"1" suggest:"managed_policies" doc:"Policies written elsewhere: names of AWS managed policies, or ARNs. The role may do what they say besides, and the proof does not look into them. A Lambda function writes logs only if it is given one that lets it, such as AWSLambdaBasicExecutionRole." example:"[AWSLambdaBasicExecutionRole]" without:"the role has the policies of this spec only"`
	Tags        Map[Text]      `yaml:"tags,omitempty" keys:"[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}" keysare:"1 to 128 letters, digits, spaces and _ . : / = + @ -" pattern:"[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{0,256}" is:"at most 256 letters, digits, spaces and _ . : / = + @ -" doc:"Tags of the role, beside those of the environment. Access with tagged and same compares them with the tags of tables." without:"only those of the environment" example:"{Team: billing}"`
	Access      List[Access]   `yaml:"access,omitempty" minitems:"1" doc:"What a runtime role may do: each entry is about one table, or about tables with certain tags. Entries add up." without:"the role may do nothing on tables; a role that only becomes others needs none" example:"[{table: ledger, operations: [read]}]"`
	Streams     List[Text]     `yaml:"streams,omitempty" minitems:"1" doc:"Tables whose streams a stream_consumer reads: every change, whatever the tenant." example:"[ledger]" without:"needed by a stream_consumer, refused for other kinds"`
	Tables      List[Text]     `yaml:"tables,omitempty" minitems:"1" doc:"Tables that a backup, restore or export role works on, whole." example:"[ledger]" without:"needed by these kinds, refused for others"`
	Into        Text           `yaml:"into,omitempty" pattern:"[a-zA-Z0-9_.-]{3,254}[*]" is:"a table name prefix of at least 3 characters and a star, such as restored-*" doc:"Names of the tables that a restore role creates. It cannot restore over a table that is there." example:"\"restored-*\"" without:"needed by a restore role, refused for other kinds"`
	From        List[Text]     `yaml:"from,omitempty" minitems:"1" enum:"backup,point_in_time" means:"Backups, of DynamoDB or of AWS Backup.|Any second of the continuous backups." doc:"What a restore role restores from." example:"[point_in_time]" without:"both"`
	Bucket      Text           `yaml:"bucket,omitempty" pattern:"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]" is:"an S3 bucket name: 3 to 63 characters of a-z 0-9 . -" doc:"Bucket that an export role writes to. Who may read it can read the table's content." example:"acme-exports" without:"needed by an export role, refused for other kinds"`
	Prefix      Text           `yaml:"prefix,omitempty" pattern:"[a-zA-Z0-9!_.()/-]{1,512}/" is:"a prefix that ends in / and holds a-z A-Z 0-9 ! _ . ( ) / -" doc:"Where in the bucket an export role writes. It can write nowhere else." example:"ledger/" without:"anywhere in the bucket"`
	BucketKey   PerEnvironment `yaml:"bucket_key,omitempty" pattern:"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]{1,64}" is:"the ARN of a KMS key (not of an alias)" doc:"KMS key of the bucket of an export role, which it may use through S3." example:"arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab" without:"the bucket has no key of yours, and the role may use none"`
	Because     Text           `yaml:"because,omitempty" multiline:"true" minlen:"1" maxlen:"500" doc:"Why the role may do what is not a safe default: restore, or allow of a deploy role. The generated README shows it." example:"disaster recovery, runbook DR-3" without:"none, for what is safe by default"`
	State       *State         `yaml:"state,omitempty" doc:"Where Terraform keeps its state, which the roles that it runs as may read and write. One for the system: written at one deploy or plan role, it holds for all." without:"the roots have no backend, and the roles reach no state" example:"{bucket: acme-tfstate}"`
	Allow       List[Text]     `yaml:"allow,omitempty" minitems:"1" enum:"delete_tables,delete_keys,delete_trail,change_recovery,change_existing_roles" means:"Delete tables.|Schedule the deletion of keys.|Delete the audit trail, or change where it writes; stopping it is never allowed.|Change or turn off the point-in-time recovery of tables that have it.|Attach policies of this spec to roles made elsewhere, which no boundary holds." doc:"What a deploy role is given beyond the safe default; needs because." example:"[delete_tables]" without:"none of these"`
	Range       hcl.Range      `yaml:"-"`
}

// Access is one thing a runtime role may do: on a table, or on every table with certain tags.
type Access struct {
	_             struct{}   `oneof:"table,tagged"`
	Table         Text       `yaml:"table,omitempty" doc:"A table of this spec." example:"ledger"`
	Tagged        Map[Text]  `yaml:"tagged,omitempty" minitems:"1" keys:"[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}" keysare:"1 to 128 letters, digits, spaces and _ . : / = + @ -" pattern:"[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,256}" is:"1 to 256 letters, digits, spaces and _ . : / = + @ -" doc:"Every table of the account and region that carries these tags, in this spec or not, but for tenant-keyed tables of this spec. The value same stands for the principal's own tag." example:"{Environment: production, Team: same}"`
	Operations    List[Text] `yaml:"operations" aka:"actions" minitems:"1" suggest:"operations" doc:"What may be done: groups (read, write, transact) or exact API names. Nothing else may." example:"[read, write]"`
	Indexes       List[Text] `yaml:"indexes,omitempty" minitems:"1" doc:"Indexes of the table, by logical name, that Query, Scan and PartiQLSelect may use." example:"[by_status]" without:"the table alone, none of its indexes"`
	Tenant        Text       `yaml:"tenant,omitempty" enum:"own,any" means:"Rows of the session's own tenant.|Rows of all tenants; needs because." doc:"Whose rows of a tenant-keyed table." example:"own" without:"own on a tenant-keyed table, else all rows"`
	PartitionKeys List[Text] `yaml:"partition_keys,omitempty" minitems:"1" minlen:"1" maxlen:"2048" doc:"Only these partitions, named literally: data that is shared by all tenants. No tenant's key may be among them." example:"[CONFIG]" without:"the rows that tenant says"`
	Attributes    List[Text] `yaml:"attributes,omitempty" aka:"columns" minitems:"1" minlen:"1" maxlen:"255" doc:"Only these attributes; the keys of the table and the indexes are added. Reads must then ask for attributes by name, and operations that write whole items are refused." example:"[PK, SK, status]" without:"all attributes"`
	Transactions  Text       `yaml:"transactions,omitempty" enum:"only,never" means:"Inside a transaction, and not outside.|Outside a transaction, and not inside." doc:"Whether the operations may be done inside a transaction." example:"only" without:"inside and outside"`
	Because       Text       `yaml:"because,omitempty" multiline:"true" minlen:"1" maxlen:"500" doc:"Why the access is wider than the safe default: tenant: any, or Scan. The generated README shows it." example:"support desk reads across tenants, ticket SEC-12" without:"none, for what is safe by default"`
	Range         hcl.Range  `yaml:"-"`
}

// AssumedBy says who may become a role: exactly one of its keys.
type AssumedBy struct {
	_            struct{}      `oneof:"service,role,roles,github,gitlab,hcp_terraform,buildkite,circleci,bitbucket,cognito,web_identity,irsa,eks_pod_identity,saml"`
	Service      Text          `yaml:"service,omitempty" pattern:"[a-z][a-z0-9_]*" is:"the name of an AWS service such as lambda" suggest:"services" doc:"An AWS service that runs your code or acts for you, such as lambda, ecs_tasks or backup. Where the service says for whom it acts, it must be this account. Which function or CodeBuild project of the account gets the role is decided by whoever may pass it (iam:PassRole)." example:"lambda"`
	Role         Text          `yaml:"role,omitempty" doc:"A role of this spec. It receives the right to become this one, with the tenant in a tag where one is demanded." example:"api"`
	Roles        List[Text]    `yaml:"roles,omitempty" minitems:"1" doc:"ARNs of roles made elsewhere, which must themselves be given the right to become this one. An ARN may hold {account}, {region} and {partition}." example:"[\"arn:aws:iam::444455556666:role/compliance/reader\"]"`
	GitHub       *GitHub       `yaml:"github,omitempty" doc:"GitHub Actions, by OpenID Connect: the runs of one repository in one environment, branch or tag, or its pull requests." example:"{repository: acme/infra, environment: production}"`
	GitLab       *GitLab       `yaml:"gitlab,omitempty" doc:"GitLab CI on gitlab.com, by OpenID Connect: the pipelines of one project on one branch or tag." example:"{project: acme/infra, branch: main}"`
	HCPTerraform *HCPTerraform `yaml:"hcp_terraform,omitempty" doc:"HCP Terraform, by workload identity: the runs of one workspace, in one phase." example:"{organization: acme, project: payments, workspace: production, run_phase: apply}"`
	Buildkite    *Buildkite    `yaml:"buildkite,omitempty" doc:"Buildkite, by OpenID Connect: one step of one pipeline on one branch." example:"{organization: acme, pipeline: infra, branch: main, step: deploy}"`
	CircleCI     *CircleCI     `yaml:"circleci,omitempty" doc:"CircleCI, by OpenID Connect: the jobs of one project that one user started." example:"{organization_id: c8a1b6f2-1d2e-4f3a-9b8c-7d6e5f4a3b2c, project_id: 0f9e8d7c-6b5a-4c3d-8e2f-1a0b9c8d7e6f, user_id: 1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d}"`
	Bitbucket    *Bitbucket    `yaml:"bitbucket,omitempty" doc:"Bitbucket Pipelines, by OpenID Connect: the steps of one repository whose subject is this." example:"{workspace: acme, workspace_uuid: c8a1b6f2-1d2e-4f3a-9b8c-7d6e5f4a3b2c, subject: \"{0f9e8d7c-6b5a-4c3d-8e2f-1a0b9c8d7e6f}:{1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d}\"}"`
	Cognito      *Cognito      `yaml:"cognito,omitempty" doc:"Authenticated users of a Cognito identity pool; guests never." example:"{identity_pool: \"eu-central-1:12345678-1234-1234-1234-123456789012\"}"`
	WebIdentity  *WebIdentity  `yaml:"web_identity,omitempty" doc:"Users of Login with Amazon, Facebook, Google or an OpenID Connect issuer, signed in to one application." example:"{provider: www.amazon.com, audience: amzn1.application.0123456789abcdef}"`
	IRSA         *IRSA         `yaml:"irsa,omitempty" doc:"One Kubernetes service account, by the cluster's OpenID Connect issuer." example:"{issuer: oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E, namespace: billing, service_account: ledger}"`
	PodIdentity  *PodIdentity  `yaml:"eks_pod_identity,omitempty" doc:"One Kubernetes service account, by EKS Pod Identity." example:"{cluster: main, namespace: billing, service_account: ledger}"`
	SAML         *SAML         `yaml:"saml,omitempty" doc:"Users of a SAML identity provider of the account, as far as the provider gives them the role." example:"{provider: okta}"`
	Range        hcl.Range     `yaml:"-"`
}

// GitHub names the workflow runs of one repository.
type GitHub struct {
	_            struct{}       `oneof:"environment,branch,tag,pull_request"`
	Repository   Text           `yaml:"repository" pattern:"[a-zA-Z0-9-]{1,39}/[a-zA-Z0-9_.-]{1,100}" is:"OWNER/REPOSITORY" doc:"Repository as OWNER/REPOSITORY. Runs of no other can become the role." example:"acme/infra"`
	Environment  PerEnvironment `yaml:"environment,omitempty" minlen:"1" maxlen:"255" doc:"Only jobs of this deployment environment; one, or one for each environment of the spec. Who may deploy to it is set in GitHub." example:"production"`
	Branch       PerEnvironment `yaml:"branch,omitempty" pattern:"[a-zA-Z0-9_./#+@=-]{1,244}" is:"a branch name without wildcards" doc:"Only runs on this branch; one, or one for each environment. Whoever may push to it can become the role." example:"main"`
	Tag          PerEnvironment `yaml:"tag,omitempty" pattern:"[a-zA-Z0-9_./#+@=-]{1,244}" is:"a tag name without wildcards" doc:"Only runs on this tag; one, or one for each environment. Whoever may push it can become the role." example:"v1"`
	PullRequest  Bool           `yaml:"pull_request,omitempty" doc:"Runs of pull requests, whatever they hold; plan roles only." example:"true"`
	RepositoryID Text           `yaml:"repository_id,omitempty" pattern:"[0-9]{1,20}" is:"the repository's number, in quotes" doc:"The repository's id. With it, a repository that somebody else makes under the same name is refused." example:"\"456789\"" without:"the name alone decides"`
	OwnerID      Text           `yaml:"owner_id,omitempty" pattern:"[0-9]{1,20}" is:"the owner's number, in quotes" doc:"The owner's id. With it, an owner who takes the same name is refused." example:"\"123456\"" without:"the name alone decides"`
	Workflow     Text           `yaml:"workflow,omitempty" pattern:"[a-zA-Z0-9-]{1,39}/[a-zA-Z0-9_.-]{1,100}/[.]github/workflows/[a-zA-Z0-9_.-]{1,200}[.]ya?ml@(?:refs/(?:heads|tags)/[a-zA-Z0-9_./#+@=-]{1,244}|[0-9a-f]{40})" is:"a workflow file with its ref, such as acme/workflows/.github/workflows/deploy.yml@refs/heads/main" doc:"Only jobs of this workflow, a reusable one above all, as job_workflow_ref of the token names it: the file and the ref it was read from." example:"acme/workflows/.github/workflows/deploy.yml@refs/heads/main" without:"any workflow of the repository"`
	Subject      Text           `yaml:"subject,omitempty" enum:"classic,immutable,both" means:"Names of owner and repository.|Names with ids, which nobody else can get.|Either, during a migration." doc:"Form of the token's subject that is accepted." example:"immutable" without:"both with ids, else classic"`
	Range        hcl.Range      `yaml:"-"`
}

// GitLab names the pipelines of one project on gitlab.com.
type GitLab struct {
	_           struct{}       `oneof:"branch,tag"`
	Project     Text           `yaml:"project" pattern:"[a-zA-Z0-9_.-]+(?:/[a-zA-Z0-9_.-]+)+" is:"GROUP/PROJECT" doc:"Project as GROUP/PROJECT. Pipelines of no other can become the role. Once a project or a group is renamed or deleted, somebody else may register its path: project_id refuses them." example:"acme/infra"`
	Branch      PerEnvironment `yaml:"branch,omitempty" pattern:"[a-zA-Z0-9_./#+@=-]{1,244}" is:"a branch name without wildcards" doc:"Only pipelines on this branch; one, or one for each environment. Whoever may push to it can become the role." example:"main"`
	Tag         PerEnvironment `yaml:"tag,omitempty" pattern:"[a-zA-Z0-9_./#+@=-]{1,244}" is:"a tag name without wildcards" doc:"Only pipelines on this tag; one, or one for each environment. Whoever may push it can become the role." example:"v1"`
	ProjectID   Text           `yaml:"project_id,omitempty" pattern:"[0-9]{1,20}" is:"the project's number, in quotes" doc:"The project's id. With it, a project that somebody else makes under the same path is refused." example:"\"456789\"" without:"the path alone decides"`
	NamespaceID Text           `yaml:"namespace_id,omitempty" pattern:"[0-9]{1,20}" is:"the number of the group or user, in quotes" doc:"The id of the group or user that the project lies in. With it, a group that takes the same path is refused." example:"\"123456\"" without:"the path alone decides"`
	Audience    Text           `yaml:"audience,omitempty" pattern:"[!-)+->@-~]{1,255}" is:"an audience without blanks and wildcards" doc:"Audience of the id token, as the pipeline asks for it. Tokens made for others are refused." example:"https://gitlab.com" default:"https://gitlab.com"`
	Range       hcl.Range      `yaml:"-"`
}

// HCPTerraform names the runs of one workspace.
type HCPTerraform struct {
	Organization Text           `yaml:"organization" pattern:"[a-zA-Z0-9_-]{1,60}" is:"an organization name" doc:"Organization whose runs can become the role." example:"acme"`
	Project      Text           `yaml:"project" pattern:"[a-zA-Z0-9 _-]{1,60}" is:"a project name" doc:"Project of the workspace." example:"payments"`
	Workspace    PerEnvironment `yaml:"workspace" pattern:"[a-zA-Z0-9_-]{1,90}" is:"a workspace name" doc:"Workspace whose runs can become the role; one, or one for each environment." example:"production"`
	RunPhase     Text           `yaml:"run_phase" enum:"plan,apply" means:"For a role of kind plan.|For a role of kind deploy." doc:"Phase of a run in which the role is taken." example:"apply"`
	Range        hcl.Range      `yaml:"-"`
}

// Buildkite names the jobs of one pipeline.
type Buildkite struct {
	Organization Text           `yaml:"organization" pattern:"[a-z0-9-]{1,100}" is:"an organization slug" doc:"Slug of the organization whose builds can become the role." example:"acme"`
	Pipeline     Text           `yaml:"pipeline" pattern:"[a-z0-9-]{1,100}" is:"a pipeline slug" doc:"Slug of the pipeline." example:"infra"`
	Branch       PerEnvironment `yaml:"branch" pattern:"[a-zA-Z0-9_./#+@=-]{1,244}" is:"a branch name without wildcards" doc:"Only builds of this branch; one, or one for each environment. Whoever may push to it can become the role." example:"main"`
	Step         Text           `yaml:"step" pattern:"[a-zA-Z0-9_-]{1,100}" is:"a step key" doc:"Only the step with this key." example:"deploy"`
	Range        hcl.Range      `yaml:"-"`
}

// CircleCI names the jobs of one project.
type CircleCI struct {
	Organization Text      `yaml:"organization_id" pattern:"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}" is:"a UUID" doc:"Id of the organization whose jobs can become the role." example:"c8a1b6f2-1d2e-4f3a-9b8c-7d6e5f4a3b2c"`
	Project      Text      `yaml:"project_id" pattern:"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}" is:"a UUID" doc:"Id of the project." example:"0f9e8d7c-6b5a-4c3d-8e2f-1a0b9c8d7e6f"`
	User         Text      `yaml:"user_id,omitempty" pattern:"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}" is:"a UUID" doc:"Only jobs started by this user." example:"1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d" without:"jobs of any user of the project, which needs because"`
	Because      Text      `yaml:"because,omitempty" multiline:"true" minlen:"1" maxlen:"500" doc:"Why any user of the project may start it. The generated README shows it." example:"only maintainers can run workflows in this project" without:"none, with a user_id"`
	Range        hcl.Range `yaml:"-"`
}

// Bitbucket names the pipelines of one repository. The subject is taken as it is written.
type Bitbucket struct {
	Workspace     Text           `yaml:"workspace" pattern:"[a-z0-9_-]{1,62}" is:"a workspace name" doc:"Workspace whose pipelines can become the role." example:"acme"`
	WorkspaceUUID Text           `yaml:"workspace_uuid" pattern:"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}" is:"a UUID" doc:"UUID of the workspace, which is in the token's audience." example:"c8a1b6f2-1d2e-4f3a-9b8c-7d6e5f4a3b2c"`
	Subject       PerEnvironment `yaml:"subject" pattern:"[a-zA-Z0-9:{}*-]{1,300}" is:"the subject as Bitbucket shows it" doc:"Subject of the token, as the repository's settings show it; one, or one for each environment. A star in it lets in every subject that fits, and needs because." example:"\"{0f9e8d7c-6b5a-4c3d-8e2f-1a0b9c8d7e6f}:{1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d}:*\""`
	Because       Text           `yaml:"because,omitempty" multiline:"true" minlen:"1" maxlen:"500" doc:"Why the subject holds a wildcard. The generated README shows it." example:"the step's UUID differs in every run" without:"none, for a subject without a star"`
	Range         hcl.Range      `yaml:"-"`
}

// Cognito names an identity pool.
type Cognito struct {
	IdentityPool PerEnvironment `yaml:"identity_pool" pattern:"[a-z0-9-]+:[0-9a-f-]{36}" is:"an identity pool id such as eu-central-1:12345678-1234-1234-1234-123456789012" doc:"Id of the identity pool whose users can become the role; one, or one for each environment." example:"eu-central-1:12345678-1234-1234-1234-123456789012"`
	Range        hcl.Range      `yaml:"-"`
}

// WebIdentity names an OpenID Connect issuer and the application its tokens are made for.
type WebIdentity struct {
	Provider PerEnvironment `yaml:"provider" pattern:"[a-z0-9.-]+(?:/[a-zA-Z0-9_./-]*[a-zA-Z0-9_-])?" is:"www.amazon.com, graph.facebook.com, accounts.google.com, or an issuer without https://" doc:"The issuer whose users can become the role; one, or one for each environment." example:"www.amazon.com"`
	Audience PerEnvironment `yaml:"audience" pattern:"[!-)+->@-~]{1,255}" is:"an application id without blanks and wildcards" doc:"The application id the token is made for; one, or one for each environment. Tokens made for others are refused." example:"amzn1.application.0123456789abcdef"`
	Range    hcl.Range      `yaml:"-"`
}

// IRSA names a Kubernetes service account of an EKS cluster.
type IRSA struct {
	Issuer         PerEnvironment `yaml:"issuer" pattern:"[a-z0-9.-]+(?:/[a-zA-Z0-9_./-]*[a-zA-Z0-9_-])?" is:"the cluster's issuer without https://" doc:"OpenID Connect issuer of the cluster; one, or one for each environment." example:"oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E"`
	Namespace      Text           `yaml:"namespace" pattern:"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?" is:"a Kubernetes namespace" doc:"Namespace of the service account." example:"billing"`
	ServiceAccount Text           `yaml:"service_account" pattern:"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?" is:"a Kubernetes service account" doc:"Name of the service account whose pods can become the role." example:"ledger"`
	Range          hcl.Range      `yaml:"-"`
}

// PodIdentity names a Kubernetes service account of an EKS cluster.
type PodIdentity struct {
	Cluster        PerEnvironment `yaml:"cluster" pattern:"[a-zA-Z0-9][a-zA-Z0-9_-]{0,99}" is:"the name of an EKS cluster" doc:"Name of the cluster; one, or one for each environment." example:"main"`
	Namespace      Text           `yaml:"namespace" pattern:"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?" is:"a Kubernetes namespace" doc:"Namespace of the service account." example:"billing"`
	ServiceAccount Text           `yaml:"service_account" pattern:"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?" is:"a Kubernetes service account" doc:"Name of the service account whose pods can become the role." example:"ledger"`
	Range          hcl.Range      `yaml:"-"`
}

// SAML names a SAML identity provider of the account.
type SAML struct {
	Provider Text      `yaml:"provider" pattern:"[a-zA-Z0-9._-]{1,128}" is:"the name of a SAML provider" doc:"Name of the provider in IAM, whose users can become the role." example:"okta"`
	Range    hcl.Range `yaml:"-"`
}
