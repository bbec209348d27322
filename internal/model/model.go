// Package model is the meaning of a spec once every name is resolved: pointers instead of names, defaults applied, lists
// in a fixed order, and an origin on everything that can be blamed. It knows no YAML, no AWS JSON and no HCL. The
// compiler turns a model into files; the prover derives from the same model, by its own code, what those files must grant.
//
// Every slice is sorted by logical name unless its comment says otherwise, so no reader needs to sort again.
package model

import "github.com/hashicorp/hcl/v2"

// Model is a whole system.
type Model struct {
	Name         string
	Environments []*Environment
	Tenancy      *Tenancy // nil: a single-tenant system
	Keys         []*Key
	Tables       []*Table
	Endpoints    []*Endpoint
	Roles        []*Role // of every kind but Deploy and Plan
	DeployRoles  []*Role // of the kinds Deploy and Plan: what Terraform runs as, made apart from what it makes
	State        *State  // nil: Terraform keeps its state in a local file
	Guardrails   Guardrails
	Trail        *Trail   // nil: no audit trail
	Claims       []*Claim // as written
	Waivers      []Waiver
}

// Environment is one account and region the system runs in.
type Environment struct {
	Name       string
	Account    string // 12 digits
	Region     string
	Partition  string // aws, aws-cn, aws-us-gov, aws-eusc
	NamePrefix string
	Placements []Placement // one for each endpoint of the model, in the model's order
	Tags       []Tag
	// MakesProviders: the identity providers of continuous integration are made here; else they exist already.
	MakesProviders bool
	Origin         hcl.Range
}

// Placement is where an endpoint stands in an environment's network.
type Placement struct {
	Endpoint       *Endpoint
	VPC            string
	RouteTables    []string // gateway
	Subnets        []string // interface
	SecurityGroups []string // interface
	EndpointID     string   // "" until someone writes it down
	Origin         hcl.Range
}

// Tag is a tag of an AWS resource.
type Tag struct{ Key, Value string }

// Tenancy says what a tenant id looks like and how a request carries it.
type Tenancy struct {
	IDPattern string // RE2, matches a tenant id as a whole
	Identity  Identity
	Tenants   []string // Silo: all tenants; else examples
	Origin    hcl.Range
}

// IdentityKind is the kind of source a tenant id comes from.
type IdentityKind int

// The sources of a tenant id.
const (
	Silo            IdentityKind = iota // one role a listed tenant; the id is written into the policy
	SessionTag                          // a session tag, passed by whoever assumes the role
	CognitoClaim                        // a principal tag that a Cognito identity pool fills from a claim
	CognitoIdentity                     // the Cognito identity id
	LoginWithAmazon                     // the Login with Amazon user id
	Facebook                            // the Facebook user id
	Google                              // the Google subject
	OIDCSubject                         // the subject of an OpenID Connect issuer
)

// Identity is the source of a request's tenant id.
type Identity struct {
	Kind   IdentityKind
	Name   string // SessionTag, CognitoClaim: the tag key; OIDCSubject: the issuer; else ""
	Origin hcl.Range
}

// Tagged reports whether the tenant id travels as a session tag, so that trust must demand it.
func (i Identity) Tagged() bool { return i.Kind == SessionTag || i.Kind == CognitoClaim }

// Key is a customer managed KMS key.
type Key struct {
	Name               string
	Description        string
	RotationDays       int
	DeletionWindowDays int
	Administrators     []Principal
	Existing           []EnvironmentValue // ARNs; empty: the key is made here
	Tags               []Tag
	Origin             hcl.Range
}

// EnvironmentValue is a value that may differ between environments, in the order of the model's environments.
type EnvironmentValue struct {
	Environment *Environment
	Value       string
}

// EnvironmentValues are values that may differ between environments, in the order of the model's environments.
type EnvironmentValues struct {
	Environment *Environment
	Values      []string
}

// Principal is a role of the model, or the ARN of one made elsewhere.
type Principal struct {
	Role *Role  // nil: ARN
	ARN  string // may hold {account}, {region}, {partition}; see Environment.ExpandARN
}

// AttributeType is the type of a key attribute: S, N or B.
type AttributeType string

// Attribute is a key attribute.
type Attribute struct {
	Name string
	Type AttributeType
}

// Table is a DynamoDB table.
type Table struct {
	Name               string // logical
	PhysicalName       string // without the environment's prefix
	PartitionKey       Attribute
	SortKey            *Attribute
	TenantKeys         []KeyTemplate // empty: not tenant-keyed
	GlobalIndexes      []*Index
	LocalIndexes       []*Index
	Stream             StreamView // "": no stream
	TimeToLive         string     // attribute; "": none
	Encryption         Encryption
	PointInTimeDays    int // 0: off
	DeletionProtection bool
	Capacity           *Capacity // nil: on demand
	Existing           bool
	Tags               []Tag
	Origin             hcl.Range
}

// TenantKeyed reports whether rows of the table belong to tenants.
func (t *Table) TenantKeyed() bool { return len(t.TenantKeys) > 0 }

// Indexes are the table's indexes: global ones, then local ones.
func (t *Table) Indexes() []*Index {
	return append(append([]*Index(nil), t.GlobalIndexes...), t.LocalIndexes...)
}

// KeyAttributes are the names of the table's key attributes: the partition key, then the sort key if there is one.
func (t *Table) KeyAttributes() []string { return keyNames(t.PartitionKey, t.SortKey) }

// Index is a secondary index of a table.
type Index struct {
	Name         string // logical
	PhysicalName string
	Table        *Table
	Local        bool
	PartitionKey Attribute // of a local index: the table's
	SortKey      *Attribute
	Projection   Projection
	TenantKeys   []KeyTemplate // of a local index: the table's; empty: not tenant-keyed
	Capacity     *Capacity     // nil: on demand, or a local index
	Origin       hcl.Range
}

// KeyAttributes are the names of the index's key attributes.
func (i *Index) KeyAttributes() []string { return keyNames(i.PartitionKey, i.SortKey) }

func keyNames(partition Attribute, sort *Attribute) []string {
	if sort == nil {
		return []string{partition.Name}
	}
	return []string{partition.Name, sort.Name}
}

// ProjectionKind says which attributes an index carries.
type ProjectionKind string

// The kinds of projection, in DynamoDB's words.
const (
	ProjectAll      ProjectionKind = "ALL"
	ProjectKeysOnly ProjectionKind = "KEYS_ONLY"
	ProjectInclude  ProjectionKind = "INCLUDE"
)

// Projection is which attributes an index carries.
type Projection struct {
	Kind       ProjectionKind
	Attributes []string // ProjectInclude: sorted, without keys
}

// StreamView is what a stream record shows of a change, in DynamoDB's words: KEYS_ONLY, NEW_IMAGE, OLD_IMAGE,
// NEW_AND_OLD_IMAGES.
type StreamView string

// EncryptionKind is who owns the key a table is encrypted with.
type EncryptionKind int

// The kinds of encryption at rest.
const (
	AWSOwned EncryptionKind = iota
	AWSManaged
	CustomerManaged
)

// Encryption is a table's encryption at rest.
type Encryption struct {
	Kind    EncryptionKind
	Key     *Key     // CustomerManaged
	Because []string // CustomerManaged
}

// Capacity is provisioned throughput in capacity units; the roofs are 0 without autoscaling.
type Capacity struct {
	Read, Write         int
	ReadRoof, WriteRoof int
}

// Autoscaled reports whether autoscaling moves the capacity.
func (c *Capacity) Autoscaled() bool { return c != nil && c.ReadRoof > 0 }

// KeyTemplate is the shape of a tenant's partition key: Prefix, the tenant id, Suffix, and anything if Open.
type KeyTemplate struct {
	Prefix, Suffix string
	Open           bool // the template ends in a star
	Origin         hcl.Range
}

// Pattern is the template with id in the tenant's place, and a star at the end if it is open.
func (k KeyTemplate) Pattern(id string) string {
	p := k.Prefix + id + k.Suffix
	if k.Open {
		p += "*"
	}
	return p
}

// EndpointService is what lies behind a VPC endpoint.
type EndpointService string

// The services that have an endpoint.
const (
	DynamoDB        EndpointService = "dynamodb"
	DynamoDBStreams EndpointService = "dynamodb-streams"
)

// Endpoint is a VPC endpoint.
type Endpoint struct {
	Name    string
	Gateway bool // else an interface endpoint
	Service EndpointService
	Roles   []*Role
	Origin  hcl.Range
}

// Guardrails are refusals that hold for every table.
type Guardrails struct {
	DenyInsecureTransport bool
	OnlyThrough           []*Endpoint // empty: from anywhere
	Boundary              *Boundary   // nil: roles have none
	Origin                hcl.Range
}

// Trail is a CloudTrail trail that records item access.
type Trail struct {
	Bucket string
	Key    *Key // nil: SSE-S3
	// Readers may decrypt the log files, which are under Key. Only of a key that is made here.
	Readers []Principal
	Tables  []*Table
	Reads   bool
	Writes  bool
	Origin  hcl.Range
}

// Claim is a claim of the author's own, which the proof holds the policies to: that a role may do something, by some
// ordinary request, or that it may not, by any.
type Claim struct {
	Role      *Role
	Tenant    string // whose session it is; "" if the role's sessions belong to no tenant
	May       bool
	Operation string // of the API, or an action that has no operation of its own
	Table     *Table
	// Index is what the request works on; nil: the table, and where it may not and names no partition, the indexes too.
	Index        *Index
	PartitionKey string // ""; of the index, if there is one
	Origin       hcl.Range
}

// Waiver is a place where the spec asks for less than the safe default, and why.
type Waiver struct {
	Subject string // such as `role "support"`
	Waived  string // such as `reads rows of every tenant of "ledger"`
	Because string
	Origin  hcl.Range
}
