package model

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// Kind is what a role is for.
type Kind string

// The kinds of role.
const (
	Runtime        Kind = "runtime"
	StreamConsumer Kind = "stream_consumer"
	Backup         Kind = "backup"
	Restore        Kind = "restore"
	Export         Kind = "export"
	Deploy         Kind = "deploy"
	Plan           Kind = "plan"
)

// Role is an IAM role; in a silo, one for each tenant (see PerTenant).
type Role struct {
	Name         string // logical
	PhysicalName string // without the environment's prefix and without a tenant; of an existing role without its path
	Path         string // Model.RolesPath, of Deploy and Plan Model.BootstrapPath; of an existing role the path its name was written with, else "/"
	Kind         Kind
	Description  string
	Existing     bool
	PerTenant    bool  // made once for each tenant of the silo
	Trust        Trust // zero for an existing role
	Assumes      []*Role
	Session      int // seconds
	Attach       []Attachment
	Tags         []Tag          // of a role made here
	Grants       []*Grant       // Runtime, by table and then by reach
	TagGrants    []*TagGrant    // Runtime, by table and then by reach
	Tables       []*Table       // StreamConsumer: their streams; Backup, Restore, Export
	Restore      *RestoreRights // Restore
	Export       *ExportTarget  // Export
	Allows       []Allowance    // Deploy, sorted
	Origin       hcl.Range
}

// TenantScoped reports whether the role reaches only rows of the session's tenant on some table, so that its sessions
// must carry a tenant.
func (r *Role) TenantScoped() bool {
	for _, g := range r.Grants {
		if g.Rows.Kind == OwnRows {
			return true
		}
	}
	return false
}

// Attachment is a managed policy written elsewhere.
type Attachment struct {
	ARN    string // may hold {partition} and {account}
	Origin hcl.Range
}

// Grant is what a runtime role may do on one table: the unit of intent.
type Grant struct {
	Role       *Role
	Table      *Table
	Actions    []Action // sorted by name
	Indexes    []*Index // that Query, Scan and PartiQLSelect may use beside the table
	Rows       Rows
	Attributes []string // nil: all; else sorted and closed over the keys of the table and of Indexes
	// NoTransactions: none of the item actions inside a transaction.
	NoTransactions bool
	Because        string
	Origin         hcl.Range
}

// MaySet reports whether the grant's rows and columns leave an attribute of the table open to be set to anything. The table's
// own partition key is not: a write is held to it.
func (g *Grant) MaySet(attribute string) bool {
	return attribute != g.Table.PartitionKey.Name && (g.Attributes == nil || slices.Contains(g.Attributes, attribute))
}

// Action is an IAM action of DynamoDB, without its "dynamodb:" prefix.
type Action struct {
	Name string
	// OnlyInTransaction: the action is granted only as a member of TransactGetItems or TransactWriteItems
	// (dynamodb:EnclosingOperation). ConditionCheckItem is a transaction's by nature and never carries the mark.
	OnlyInTransaction bool
}

// RowsKind says which rows a grant reaches.
type RowsKind int

// Which rows a grant reaches.
const (
	AllRows   RowsKind = iota // a table without tenants, or tenant: any
	OwnRows                   // of the session's tenant: the table's and the indexes' tenant keys
	NamedRows                 // of literal partitions
)

// Rows is which rows a grant reaches.
type Rows struct {
	Kind RowsKind
	Keys []string // NamedRows: partition keys, sorted
}

// TagGrant is what a runtime role may do on every table that carries tags.
type TagGrant struct {
	Role    *Role
	Tags    []TagMatch // sorted by key
	Actions []Action   // sorted by name
	Because string
	Origin  hcl.Range
}

// TagMatch is a tag that a table must carry.
type TagMatch struct {
	Key   string
	Value string // "" when Same
	Same  bool   // equal to the principal's own tag of the same key
}

// RestoreRights is what a restore role may create and from what.
type RestoreRights struct {
	Into        string // table name pattern that ends in a star, without the environment's prefix
	FromBackup  bool
	PointInTime bool
	Because     string
}

// ExportTarget is where an export role writes.
type ExportTarget struct {
	Bucket    string
	Prefix    string             // "" or ends in /
	BucketKey []EnvironmentValue // KMS key ARNs; empty: the bucket uses SSE-S3
}

// TrustKind is the form of a trust policy.
type TrustKind int

// The forms of trust.
const (
	NoTrust TrustKind = iota // an existing role
	ServiceTrust
	RoleTrust
	GitHubTrust
	GitLabTrust
	HCPTerraformTrust
	BuildkiteTrust
	CircleCITrust
	BitbucketTrust
	CognitoTrust
	WebIdentityTrust
	IRSATrust
	PodIdentityTrust
	SAMLTrust
)

// ByIntegration reports whether it is runs of a system of continuous integration that become the role, with its token. The
// other issuers of tokens are those of an application's users and of clusters, and belong to those.
func (k TrustKind) ByIntegration() bool {
	//exhaustive:ignore
	switch k {
	case GitHubTrust, GitLabTrust, HCPTerraformTrust, BuildkiteTrust, CircleCITrust, BitbucketTrust:
		return true
	}
	return false
}

// Trust says who may become a role. Which fields count depends on Kind.
type Trust struct {
	Kind    TrustKind
	Service string      // ServiceTrust: a name of the catalog, such as lambda
	Roles   []Principal // RoleTrust

	// Issuer is the OpenID Connect issuer without https://, one for each environment, in the model's order. For
	// WebIdentityTrust it may be www.amazon.com, graph.facebook.com or accounts.google.com.
	Issuer []EnvironmentValue
	// Audience is what the token is made for, one for each environment. CognitoTrust: the identity pool's id.
	Audience []EnvironmentValue
	// Subjects are the exact subjects of the token, of which one must match, for each environment. Subjects with a star
	// (Buildkite, CircleCI, Bitbucket) have a part that differs in every run.
	Subjects []EnvironmentValues
	// Claims are further claims of the token that must be equal, sorted by key; keys without the issuer.
	Claims []Tag

	Cluster                   []EnvironmentValue // PodIdentityTrust: name of the EKS cluster, one for each environment
	Namespace, ServiceAccount string             // PodIdentityTrust
	SAMLProvider              string             // SAMLTrust
	Origin                    hcl.Range
}
