package spec

// The names of the checks of resolution and of the laws. A name is printed with every message of its check, and
// testdata/mistakes shows an example of each. A page of internal/checks explains it.
const (
	// References and lists.
	idUnknownReference   = "unknown-reference"   // a name that nothing in the spec has
	idDuplicateItem      = "duplicate-item"      // an item twice in one list
	idUnsupported        = "unsupported"         // of the language, and not built yet
	idChoiceFalse        = "choice-false"        // one of several forms, chosen with false
	idExisting           = "existing"            // a setting of something that is made elsewhere
	idNeedsBecause       = "needs-because"       // less than the safe default, without a reason
	idNeedlessBecause    = "needless-because"    // a reason for nothing (warning)
	idPolicyText         = "policy-text"         // characters that a policy does not hold, or reads otherwise
	idEnvironmentMissing = "environment-missing" // a value for some environments only
	idARNElsewhere       = "arn-elsewhere"       // an ARN of another account, region or partition
	idPrincipalARN       = "principal-arn"       // not the ARN of one principal

	// Environments and names in AWS.
	idUnknownRegion   = "unknown-region"
	idSameEnvironment = "same-environment" // two environments whose resources have the same names
	idReservedTag     = "reserved-tag"     // a tag key of AWS's own
	idTagCase         = "tag-case"         // tag keys that differ in case only
	idTooManyTags     = "too-many-tags"
	idPhysicalName    = "physical-name" // of a table or an index, of the wrong length
	idNameTaken       = "name-taken"    // two things of one name in AWS
	idRoleName        = "role-name"     // too long, or with a path
	idKeyAlias        = "key-alias"     // not a KMS alias
	idTrailName       = "trail-name"    // not a CloudTrail name
	idReservedName    = "reserved-name" // a word of Terraform's language

	// Tenancy.
	idIDPattern       = "id-pattern"
	idIDPatternSize   = "id-pattern-size" // too large to decide about all ids
	idTenantID        = "tenant-id"       // not of the pattern, or not for role names
	idNoTenants       = "no-tenants"      // a silo of nobody
	idNoTenancy       = "no-tenancy"      // tenant keys without it
	idKeyTemplate     = "key-template"    // not a shape of keys
	idTenantKeyType   = "tenant-key-type"
	idKeysOverlap     = "keys-overlap"      // law 4
	idPlantedKey      = "planted-key"       // law 5 (warning)
	idTwoScopes       = "two-scopes"        // law 6
	idTenantTrust     = "tenant-trust"      // nobody brings a tenant
	idTenantChain     = "tenant-chain"      // a tenant could become the role
	idTenantTag       = "tenant-tag"        // a role's own tag would be the tenant
	idOpenSubject     = "open-subject"      // a star beside a token's subject
	idDelimiterInTag  = "delimiter-in-tag"  // (warning)
	idTaggedAndTenant = "tagged-and-tenant" // access by tags beside a tenant-keyed table

	// Keys and tables.
	idKeyAdministrators = "key-administrators"
	idEncryption        = "encryption"
	idKeysEverywhere    = "keys-everywhere" // law 11 (warning)
	idKeyAttribute      = "key-attribute"   // one attribute for both keys
	idAttributeType     = "attribute-type"  // one attribute, two types
	idLocalIndex        = "local-index"
	idProjection        = "projection"
	idCapacity          = "capacity"
	idTimeToLive        = "time-to-live"
	idRecoveryOff       = "recovery-off"
	idTrailReaders      = "trail-readers"

	// Endpoints and guardrails.
	idEndpointService  = "endpoint-service"
	idNotPlaced        = "not-placed" // an endpoint that stands nowhere in an environment
	idPlacement        = "placement"  // of another type of endpoint
	idNetworkGuard     = "network-guard"
	idConsumerEndpoint = "consumer-endpoint" // law 12
	idLockedOut        = "locked-out"        // (warning)

	// Roles.
	idKindKey        = "kind-key"         // a key of another kind of role
	idKindKeyMissing = "kind-key-missing" // a key that the kind demands
	idExistingRole   = "existing-role"
	idSession        = "session" // (warning)
	idAttach         = "attach"
	idAttachRefused  = "attach-refused"
	idNoStream       = "no-stream"
	idRestoreTarget  = "restore-target"
	idNoRecovery     = "no-recovery"

	// Trust: law 10.
	idAssumedBy        = "assumed-by"
	idAssumptionCircle = "assumption-circle"
	idUnknownService   = "unknown-service"
	idSharedIssuer     = "shared-issuer"
	idRunPhase         = "run-phase"         // of the other of the kinds deploy and plan
	idCognitoPartition = "cognito-partition" // a partition where Cognito has other names
	idPullRequest      = "pull-request"
	idGitHubIDs        = "github-ids"
	idTrustByName      = "trust-by-name"     // (warning)
	idAmbiguousSubject = "ambiguous-subject" // a name that might have the subject of another
	idWildcardSubject  = "wildcard-subject"

	// Access: laws 1, 2, 3 and 7.
	idWildcardAction   = "wildcard-action"
	idUnknownOperation = "unknown-operation"
	idControlPlane     = "control-plane"
	idOtherKind        = "other-kind"
	idNotAnAction      = "not-an-action"
	idNoLeadingKeys    = "no-leading-keys"
	idNotTenantKeyed   = "not-tenant-keyed"
	idIndexNotKeyed    = "index-not-keyed"
	idIndexUnused      = "index-unused"
	idRowsTwice        = "rows-twice"
	idPartitionKeys    = "partition-keys"
	idColumnsVoid      = "columns-void" // (warning)
	idWholeItem        = "whole-item"
	idTransactions     = "transactions"
	idTaggedOnly       = "tagged-only"
	idSameTagMissing   = "same-tag-missing" // (warning)

	// What Terraform runs as.
	idDeployRole      = "deploy-role"      // where a role that works with tables is meant
	idDeployTrust     = "deploy-trust"     // whoever has no business to run Terraform
	idDeployBoundary  = "deploy-boundary"  // a deploy role and no boundary
	idDeployExisting  = "deploy-existing"  // an existing role, and a deploy role that may not change it
	idDeployReach     = "deploy-reach"     // names by which one environment's deploy role reaches another's roles
	idSameSubject     = "same-subject"     // (warning)
	idAllowanceUnused = "allowance-unused" // (warning)
	idBoundary        = "boundary"
	idState           = "state"
	idProviders       = "identity-providers"

	// Claims.
	idClaimTenant    = "claim-tenant"    // missing, or of a role without
	idClaimOperation = "claim-operation" // not about a table
	idClaimDetail    = "claim-detail"    // an index or a partition of an operation that has none
)
