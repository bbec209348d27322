// Package spec is the language a person writes: what may be written, everything that can be wrong with it, and how a
// correct document becomes a model.
//
// The way of a file through the package: source.File (bytes and positions) → Document (this file: the shape of the YAML,
// a position in every leaf) → Resolve (names become pointers, defaults are filled in, lists are put in order) →
// model.Model → check (the laws that need the whole meaning). Every step goes on after a mistake and reports all it finds.
//
// The structs below are the only description of the language. Their tags drive the decoder, the JSON Schema and the
// reference, so the three cannot disagree: `yaml` names the key (omitempty: optional), `pattern`, `enum`, `min`, `max`
// restrict it, `is` says the restriction in words, `short` marks the field that a bare value stands for, `oneof` names
// keys of which exactly one is present, `doc`, `example` and `default` describe it.
package spec

import "github.com/hashicorp/hcl/v2"

// Document is a whole spec file, version 1.
type Document struct {
	Version      Int              `yaml:"version" min:"1" max:"1" is:"1, the only version there is" doc:"Version of the spec language." example:"1"`
	Name         Text             `yaml:"name" pattern:"[a-z][a-z0-9-]{0,30}" is:"1 to 31 characters: a lower-case letter, then lower-case letters, digits and hyphens" doc:"Name of the system; part of every generated name." example:"payments"`
	Environments Map[Environment] `yaml:"environments" minitems:"1" keys:"[a-z][a-z0-9_-]{0,30}" keysare:"1 to 31 characters: a lower-case letter, then lower-case letters, digits, hyphens and underscores" doc:"Where the system runs. Each environment is compiled to its own policies and its own Terraform root."`
	Tenancy      *Tenancy         `yaml:"tenancy,omitempty" doc:"How tenants are told apart. Without it no table may have tenant_keys."`
	Keys         Map[Key]         `yaml:"keys,omitempty" keys:"[a-z][a-z0-9_]{0,38}" keysare:"1 to 39 characters: a lower-case letter, then lower-case letters, digits and underscores" doc:"Customer managed KMS keys that tables or the audit trail are encrypted with."`
	Tables       Map[Table]       `yaml:"tables" minitems:"1" keys:"[a-z][a-z0-9_]{0,38}" keysare:"1 to 39 characters: a lower-case letter, then lower-case letters, digits and underscores" doc:"DynamoDB tables, by the logical name the rest of the spec refers to."`
	Endpoints    Map[Endpoint]    `yaml:"endpoints,omitempty" keys:"[a-z][a-z0-9_]{0,38}" keysare:"1 to 39 characters: a lower-case letter, then lower-case letters, digits and underscores" doc:"VPC endpoints with policies that let only these roles through, to only what they may do."`
	Roles        Map[Role]        `yaml:"roles,omitempty" keys:"[a-z][a-z0-9_]{0,38}" keysare:"1 to 39 characters: a lower-case letter, then lower-case letters, digits and underscores" doc:"IAM roles. Every role has one kind; a role that would need two is two roles."`
	Guardrails   *Guardrails      `yaml:"guardrails,omitempty" doc:"Refusals that hold for every table, whoever asks."`
	Audit        *Audit           `yaml:"audit,omitempty" doc:"Record who touched which item."`
	Expect       List[Claim]      `yaml:"expect,omitempty" doc:"Claims of the author's own, proven on every build."`
	Range        hcl.Range        `yaml:"-"`
}

// Environment is one place the system runs in: an account, a region and what differs there.
type Environment struct {
	Account    Text           `yaml:"account" pattern:"[0-9]{12}" is:"an AWS account id: 12 digits, in quotes" doc:"AWS account id." example:"\"444455556666\""`
	Region     Text           `yaml:"region" pattern:"[a-z]{2,4}(?:-[a-z]+)+-[0-9]" is:"an AWS region such as eu-central-1" doc:"AWS region. The partition follows from it." example:"ap-northeast-1"`
	NamePrefix Text           `yaml:"name_prefix,omitempty" pattern:"[a-zA-Z0-9_.-]{0,32}" is:"at most 32 characters of a-z A-Z 0-9 _ . -" doc:"Put before the physical names of tables, roles, policies and aliases." example:"\"staging-\"" default:"\"\""`
	Endpoints  Map[Placement] `yaml:"endpoints,omitempty" doc:"Where each endpoint of the spec stands in this environment's network."`
	Tags       Map[Text]      `yaml:"tags,omitempty" keys:"[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}" keysare:"1 to 128 letters, digits, spaces and _ . : / = + @ -" pattern:"[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{0,256}" is:"at most 256 letters, digits, spaces and _ . : / = + @ -" maxitems:"40" doc:"Tags on everything made for this environment."`
	Range      hcl.Range      `yaml:"-"`
}

// Placement is where a VPC endpoint stands in the network of one environment.
type Placement struct {
	VPC            Text       `yaml:"vpc_id" pattern:"vpc-[0-9a-f]{8,17}" is:"a VPC id such as vpc-0a1b2c3d4e5f60718" doc:"The VPC of the endpoint." example:"vpc-0a1b2c3d4e5f60718"`
	RouteTables    List[Text] `yaml:"route_table_ids,omitempty" pattern:"rtb-[0-9a-f]{8,17}" is:"a route table id such as rtb-0a1b2c3d4e5f60718" doc:"Route tables of a gateway endpoint." example:"[rtb-0a1b2c3d4e5f60718]"`
	Subnets        List[Text] `yaml:"subnet_ids,omitempty" pattern:"subnet-[0-9a-f]{8,17}" is:"a subnet id such as subnet-0a1b2c3d4e5f60718" doc:"Subnets of an interface endpoint." example:"[subnet-0a1b2c3d4e5f60718]"`
	SecurityGroups List[Text] `yaml:"security_group_ids,omitempty" pattern:"sg-[0-9a-f]{8,17}" is:"a security group id such as sg-0a1b2c3d4e5f60718" doc:"Security groups of an interface endpoint." example:"[sg-0a1b2c3d4e5f60718]"`
	EndpointID     Text       `yaml:"endpoint_id,omitempty" pattern:"vpce-[0-9a-f]{8,17}" is:"an endpoint id such as vpce-0a1b2c3d4e5f60718" doc:"The id of the endpoint once it exists: guardrails.network then names this very endpoint instead of its VPC." example:"vpce-0a1b2c3d4e5f60718"`
	Range          hcl.Range  `yaml:"-"`
}

// Tenancy says what a tenant id looks like and how a request carries it.
type Tenancy struct {
	IDPattern Text       `yaml:"id_pattern" maxlen:"200" doc:"Regular expression (RE2) that every tenant id matches as a whole. Isolation is decided for all ids of this pattern." example:"\"[a-z0-9]{8,32}\""`
	Identity  *Identity  `yaml:"identity,omitempty" doc:"Where the tenant id of a request comes from. Without it every role that is held to the rows of its tenant is made once for each listed tenant (silo)."`
	Tenants   List[Text] `yaml:"tenants,omitempty" doc:"The tenants of a silo; with an identity, examples for the generated README." example:"[acme0001, globex01]"`
	Range     hcl.Range  `yaml:"-"`
}

// Identity is the source of the tenant id: exactly one of its keys.
type Identity struct {
	_               struct{}  `oneof:"session_tag,cognito_claim,cognito_identity,login_with_amazon,facebook,google,oidc_subject"`
	SessionTag      Text      `yaml:"session_tag,omitempty" pattern:"[a-zA-Z0-9_.-]{1,128}" is:"a tag key: 1 to 128 characters of a-z A-Z 0-9 _ . -" doc:"Key of the session tag that carries the tenant id." example:"tenant_id"`
	CognitoClaim    Text      `yaml:"cognito_claim,omitempty" pattern:"[a-zA-Z0-9_.-]{1,128}" is:"a tag key: 1 to 128 characters of a-z A-Z 0-9 _ . -" doc:"Principal tag that the Cognito identity pool fills from a claim of the user's token." example:"tenant_id"`
	CognitoIdentity Bool      `yaml:"cognito_identity,omitempty" doc:"The Cognito identity id is the tenant." example:"true"`
	LoginWithAmazon Bool      `yaml:"login_with_amazon,omitempty" doc:"The Login with Amazon user id is the tenant." example:"true"`
	Facebook        Bool      `yaml:"facebook,omitempty" doc:"The Facebook user id is the tenant." example:"true"`
	Google          Bool      `yaml:"google,omitempty" doc:"The Google account's subject is the tenant." example:"true"`
	OIDCSubject     Text      `yaml:"oidc_subject,omitempty" pattern:"[a-z0-9.-]+(?:/[a-zA-Z0-9_./-]*[a-zA-Z0-9_-])?" is:"an issuer without https://, such as auth.example.com/realms/app" doc:"The subject of this OpenID Connect issuer's token is the tenant." example:"auth.example.com/realms/app"`
	Range           hcl.Range `yaml:"-"`
}

// Key is a customer managed KMS key.
type Key struct {
	Description        Text           `yaml:"description,omitempty" maxlen:"8192" doc:"What the key protects." example:"Ledger data at rest"`
	RotationDays       Int            `yaml:"rotation_days,omitempty" min:"90" max:"2560" doc:"Days between rotations." example:"365" default:"365"`
	DeletionWindowDays Int            `yaml:"deletion_window_days,omitempty" min:"7" max:"30" doc:"Days between a request to delete the key and its end." example:"30" default:"30"`
	Administrators     List[Text]     `yaml:"administrators,omitempty" doc:"Roles of this spec, or ARNs, that administer the key and may choose it when they create a table. An ARN may hold {account}, {region} and {partition}." example:"[\"arn:{partition}:iam::{account}:role/KeyAdmin\"]"`
	Existing           PerEnvironment `yaml:"existing,omitempty" pattern:"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]{1,64}" is:"the ARN of a KMS key (not of an alias)" doc:"ARN of a key that someone else made; one, or one for each environment. The roles' own policies then carry the right to use it." example:"arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"`
	Tags               Map[Text]      `yaml:"tags,omitempty" keys:"[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}" keysare:"1 to 128 letters, digits, spaces and _ . : / = + @ -" pattern:"[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{0,256}" is:"at most 256 letters, digits, spaces and _ . : / = + @ -" doc:"Tags of the key."`
	Range              hcl.Range      `yaml:"-"`
}

// Table is a DynamoDB table.
type Table struct {
	Name               Text             `yaml:"name,omitempty" pattern:"[a-zA-Z0-9_.-]{3,255}" is:"a table name: 3 to 255 characters of a-z A-Z 0-9 _ . -" doc:"Physical name. Default: the logical name." example:"Ledger"`
	PartitionKey       Attribute        `yaml:"partition_key" doc:"Partition key: a name (of type S) or a mapping." example:"PK"`
	SortKey            *Attribute       `yaml:"sort_key,omitempty" doc:"Sort key: a name (of type S) or a mapping." example:"SK"`
	TenantKeys         List[Text]       `yaml:"tenant_keys,omitempty" minitems:"1" doc:"Every shape a tenant's partition key takes: literal text, {tenant} once, and optionally one * at the end, after a delimiter." example:"[\"TENANT#{tenant}\", \"TENANT#{tenant}#INVOICE#*\"]"`
	GlobalIndexes      Map[GlobalIndex] `yaml:"global_indexes,omitempty" maxitems:"20" keys:"[a-z][a-z0-9_]{0,38}" keysare:"1 to 39 characters: a lower-case letter, then lower-case letters, digits and underscores" doc:"Global secondary indexes, 20 at most."`
	LocalIndexes       Map[LocalIndex]  `yaml:"local_indexes,omitempty" maxitems:"5" keys:"[a-z][a-z0-9_]{0,38}" keysare:"1 to 39 characters: a lower-case letter, then lower-case letters, digits and underscores" doc:"Local secondary indexes, 5 at most. They share the table's partition key."`
	Stream             Text             `yaml:"stream,omitempty" enum:"keys_only,new_image,old_image,new_and_old_images" doc:"Turn the stream on, with this view of a change." example:"new_and_old_images"`
	TimeToLive         Text             `yaml:"time_to_live,omitempty" minlen:"1" maxlen:"255" doc:"Attribute with the time, in epoch seconds, after which an item is deleted." example:"expires_at"`
	Encryption         *Encryption      `yaml:"encryption,omitempty" doc:"Encryption at rest: aws_owned, aws_managed, or a key of this spec and why." example:"{key: payments, because: [audit]}" default:"aws_owned"`
	PointInTime        *PointInTime     `yaml:"point_in_time_recovery,omitempty" doc:"Continuous backups; on unless turned off with a reason." example:"{days: 35}" default:"true"`
	DeletionProtection *Protection      `yaml:"deletion_protection,omitempty" doc:"Refuse to delete the table; on unless turned off with a reason." example:"true" default:"true"`
	Billing            *Billing         `yaml:"billing,omitempty" doc:"on_demand, or provisioned capacity." example:"{read: 10, write: 5, autoscale_to: {read: 100, write: 50}}" default:"on_demand"`
	Existing           Bool             `yaml:"existing,omitempty" doc:"Someone else creates the table; only policies are written for it." example:"true" default:"false"`
	Tags               Map[Text]        `yaml:"tags,omitempty" keys:"[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}" keysare:"1 to 128 letters, digits, spaces and _ . : / = + @ -" pattern:"[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{0,256}" is:"at most 256 letters, digits, spaces and _ . : / = + @ -" doc:"Tags of the table."`
	Range              hcl.Range        `yaml:"-"`
}

// Attribute is a key attribute: a name, or a name and a type.
type Attribute struct {
	Name  Text      `yaml:"name" short:"true" minlen:"1" maxlen:"255" doc:"Attribute name." example:"PK"`
	Type  Text      `yaml:"type,omitempty" enum:"S,N,B" doc:"S (string), N (number) or B (binary)." example:"N" default:"S"`
	Range hcl.Range `yaml:"-"`
}

// GlobalIndex is a global secondary index.
type GlobalIndex struct {
	Name         Text        `yaml:"name,omitempty" pattern:"[a-zA-Z0-9_.-]{3,255}" is:"an index name: 3 to 255 characters of a-z A-Z 0-9 _ . -" doc:"Physical name. Default: the logical name." example:"ByStatus"`
	PartitionKey Attribute   `yaml:"partition_key" doc:"Partition key of the index: a name (of type S) or a mapping." example:"GSI1PK"`
	SortKey      *Attribute  `yaml:"sort_key,omitempty" doc:"Sort key of the index: a name (of type S) or a mapping." example:"{name: GSI1SK, type: N}"`
	Projection   *Projection `yaml:"projection,omitempty" doc:"Which attributes the index carries: all, keys_only, or a list of attributes beside the keys." example:"[amount, status]" default:"all"`
	TenantKeys   List[Text]  `yaml:"tenant_keys,omitempty" minitems:"1" doc:"Every shape a tenant's partition key of this index takes. Without it no tenant role may query the index." example:"[\"TENANT#{tenant}#STATUS#*\"]"`
	Capacity     *Capacity   `yaml:"capacity,omitempty" doc:"Provisioned capacity of the index. Default: the table's." example:"{read: 10, write: 5}"`
	Range        hcl.Range   `yaml:"-"`
}

// LocalIndex is a local secondary index.
type LocalIndex struct {
	Name       Text        `yaml:"name,omitempty" pattern:"[a-zA-Z0-9_.-]{3,255}" is:"an index name: 3 to 255 characters of a-z A-Z 0-9 _ . -" doc:"Physical name. Default: the logical name." example:"ByAmount"`
	SortKey    Attribute   `yaml:"sort_key" doc:"Sort key of the index: a name (of type S) or a mapping." example:"{name: amount, type: N}"`
	Projection *Projection `yaml:"projection,omitempty" doc:"Which attributes the index carries: all, keys_only, or a list of attributes beside the keys." example:"keys_only" default:"all"`
	Range      hcl.Range   `yaml:"-"`
}

// Projection is what an index carries: a word or a list.
type Projection struct {
	Type       Text       `yaml:"type,omitempty" short:"true" enum:"all,keys_only" doc:"all or keys_only." example:"keys_only"`
	Attributes List[Text] `yaml:"attributes,omitempty" short:"true" minitems:"1" minlen:"1" maxlen:"255" doc:"Attributes beside the keys." example:"[amount, status]"`
	_          struct{}   `oneof:"type,attributes"`
	Range      hcl.Range  `yaml:"-"`
}

// Encryption is a word, or a key of this spec and why.
type Encryption struct {
	Type    Text       `yaml:"type,omitempty" short:"true" enum:"aws_owned,aws_managed" doc:"aws_owned or aws_managed." example:"aws_managed"`
	Key     Text       `yaml:"key,omitempty" doc:"A key of this spec." example:"payments"`
	Because List[Text] `yaml:"because,omitempty" minitems:"1" enum:"audit,rotation,revocation,cross_account" doc:"Why a customer managed key is worth its price." example:"[audit, revocation]"`
	_       struct{}   `oneof:"type,key"`
	Range   hcl.Range  `yaml:"-"`
}

// PointInTime is continuous backup: on or off, or a mapping.
type PointInTime struct {
	Enabled Bool      `yaml:"enabled,omitempty" short:"true" doc:"Whether continuous backups are kept." example:"true" default:"true"`
	Days    Int       `yaml:"days,omitempty" min:"1" max:"35" doc:"How many days back a restore can reach." example:"35" default:"35"`
	Because Text      `yaml:"because,omitempty" multiline:"true" minlen:"1" maxlen:"500" doc:"Why they are off." example:"a cache that is rebuilt every night"`
	Range   hcl.Range `yaml:"-"`
}

// Protection is deletion protection: on or off, or a mapping.
type Protection struct {
	Enabled Bool      `yaml:"enabled,omitempty" short:"true" doc:"Whether the table refuses to be deleted." example:"true" default:"true"`
	Because Text      `yaml:"because,omitempty" multiline:"true" minlen:"1" maxlen:"500" doc:"Why it is off." example:"made and destroyed by every test run"`
	Range   hcl.Range `yaml:"-"`
}

// Billing is a word, or provisioned capacity.
type Billing struct {
	Mode        Text          `yaml:"mode,omitempty" short:"true" enum:"on_demand" doc:"on_demand." example:"on_demand"`
	Read        Int           `yaml:"read,omitempty" min:"1" max:"40000" doc:"Read capacity units." example:"10"`
	Write       Int           `yaml:"write,omitempty" min:"1" max:"40000" doc:"Write capacity units." example:"5"`
	AutoscaleTo *CapacityRoof `yaml:"autoscale_to,omitempty" doc:"How far autoscaling may raise the capacity." example:"{read: 100, write: 50}"`
	Range       hcl.Range     `yaml:"-"`
}

// Capacity is the provisioned capacity of an index.
type Capacity struct {
	Read        Int           `yaml:"read" min:"1" max:"40000" doc:"Read capacity units." example:"10"`
	Write       Int           `yaml:"write" min:"1" max:"40000" doc:"Write capacity units." example:"5"`
	AutoscaleTo *CapacityRoof `yaml:"autoscale_to,omitempty" doc:"How far autoscaling may raise the capacity." example:"{read: 100, write: 50}"`
	Range       hcl.Range     `yaml:"-"`
}

// CapacityRoof is the most that autoscaling may provision.
type CapacityRoof struct {
	Read  Int       `yaml:"read" min:"1" max:"40000" doc:"Read capacity units." example:"100"`
	Write Int       `yaml:"write" min:"1" max:"40000" doc:"Write capacity units." example:"50"`
	Range hcl.Range `yaml:"-"`
}

// Endpoint is a VPC endpoint.
type Endpoint struct {
	Type    Text       `yaml:"type" enum:"gateway,interface" doc:"gateway (route tables, free) or interface (network interfaces in subnets)." example:"gateway"`
	Service Text       `yaml:"service,omitempty" enum:"dynamodb,dynamodb_streams" doc:"What lies behind the endpoint. Streams have an interface endpoint only." example:"dynamodb_streams" default:"dynamodb"`
	Roles   List[Text] `yaml:"roles" minitems:"1" doc:"Roles of this spec that pass through, each to what it may do anyway." example:"[api_tenant, projector]"`
	Range   hcl.Range  `yaml:"-"`
}

// Guardrails are refusals that hold for every table.
type Guardrails struct {
	InsecureTransport   *Transport    `yaml:"insecure_transport,omitempty" doc:"Plain HTTP is refused by every table's resource policy." example:"deny" default:"deny"`
	Network             *NetworkGuard `yaml:"network,omitempty" doc:"Items are reached only through these endpoints."`
	PermissionsBoundary Text          `yaml:"permissions_boundary,omitempty" doc:"generate, or the ARN of a boundary. Not supported yet." example:"generate"`
	Range               hcl.Range     `yaml:"-"`
}

// Transport says what happens to plain HTTP.
type Transport struct {
	Effect  Text      `yaml:"effect" short:"true" enum:"deny,allow" doc:"deny or allow." example:"deny"`
	Because Text      `yaml:"because,omitempty" multiline:"true" minlen:"1" maxlen:"500" doc:"Why plain HTTP is let through." example:"a proxy in the same VPC terminates TLS"`
	Range   hcl.Range `yaml:"-"`
}

// NetworkGuard names the endpoints that items are reached through.
type NetworkGuard struct {
	OnlyThrough List[Text] `yaml:"only_through" minitems:"1" doc:"Endpoints of this spec." example:"[app]"`
	Range       hcl.Range  `yaml:"-"`
}

// Audit is the record of item access.
type Audit struct {
	Trail Trail     `yaml:"trail" doc:"A CloudTrail trail for the tables' data events."`
	Range hcl.Range `yaml:"-"`
}

// Trail is a CloudTrail trail that records item access.
type Trail struct {
	Bucket  Text       `yaml:"bucket" pattern:"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]" is:"an S3 bucket name: 3 to 63 characters of a-z 0-9 . -" doc:"Bucket that receives the log files; it exists already." example:"acme-audit"`
	Key     Text       `yaml:"key,omitempty" doc:"A key of this spec that encrypts the log files." example:"payments"`
	Readers List[Text] `yaml:"readers,omitempty" minitems:"1" doc:"Roles of this spec, or ARNs, that may decrypt the log files when they are under a key made here. An ARN may hold {account}, {region} and {partition}." example:"[\"arn:{partition}:iam::{account}:role/AuditReader\"]"`
	Tables  List[Text] `yaml:"tables" minitems:"1" doc:"Tables of this spec whose item access is recorded." example:"[ledger]"`
	Log     Text       `yaml:"log,omitempty" enum:"reads,writes,all" doc:"What is recorded." example:"writes" default:"all"`
	Range   hcl.Range  `yaml:"-"`
}

// Claim is a claim of the author's own about who may do what.
type Claim struct {
	Role         Text      `yaml:"role" doc:"A role of this spec." example:"api_tenant"`
	Tenant       Text      `yaml:"tenant,omitempty" doc:"The tenant whose session it is, of a role that is held to a tenant's rows." example:"acme0001"`
	May          Text      `yaml:"may,omitempty" doc:"An operation of which some ordinary request is allowed, outside transactions unless it is one." example:"Query"`
	MayNot       Text      `yaml:"may_not,omitempty" doc:"An operation of which no request is allowed." example:"Scan"`
	Table        Text      `yaml:"table" doc:"A table of this spec." example:"ledger"`
	Index        Text      `yaml:"index,omitempty" doc:"An index of the table. Without it, may is about the table alone, and may_not about its indexes too, unless it names a partition." example:"by_status"`
	PartitionKey Text      `yaml:"partition_key,omitempty" doc:"The partition of the table, or of the index, that the request works on. For may, the only one; for may_not, one of those." example:"\"TENANT#acme0001\""`
	_            struct{}  `oneof:"may,may_not"`
	Range        hcl.Range `yaml:"-"`
}
