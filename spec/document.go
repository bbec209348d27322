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
// keys of which exactly one is present. For people, `doc` says what the key does, to access above all, `means` what each
// word of an enum does, `example` shows it, and `default` or `without` tells what holds without it; `suggest` names a list
// of words that editors offer, and `aka` what the key is called elsewhere, in Terraform above all, by which messages know it.
package spec

import "github.com/hashicorp/hcl/v2"

// Document is a whole spec file, version 1.
type Document struct {
	Version      Int              `yaml:"version" min:"1" max:"1" is:"1, the only version there is" doc:"Version of the spec language; 1 is the only one. It changes no access by itself." example:"1"`
	Name         Text             `yaml:"name" pattern:"[a-z][a-z0-9-]{0,30}" is:"1 to 31 characters: a lower-case letter, then lower-case letters, digits and hyphens" doc:"Name of the system. It is part of every generated name, and of the path under which deploy roles may make roles, so two systems in one account need two names." example:"payments"`
	Environments Map[Environment] `yaml:"environments" minitems:"1" keys:"[a-z][a-z0-9_-]{0,30}" keysare:"1 to 31 characters: a lower-case letter, then lower-case letters, digits, hyphens and underscores" doc:"Where the system runs. Each environment is compiled to its own policies and its own Terraform root, and nothing of one reaches the tables of another." example:"{production: {account: \"444455556666\", region: eu-central-1}}"`
	Tenancy      *Tenancy         `yaml:"tenancy,omitempty" doc:"How tenants are told apart. Tables and indexes with tenant_keys are then reached by a tenant's session in the rows of that tenant only." without:"there are no tenants, no table may have tenant_keys, and an entry of access reaches all rows" example:"{id_pattern: \"[a-z0-9]{8,32}\", identity: {session_tag: tenant_id}}"`
	Keys         Map[Key]         `yaml:"keys,omitempty" keys:"[a-z][a-z0-9_]{0,38}" keysare:"1 to 39 characters: a lower-case letter, then lower-case letters, digits and underscores" doc:"Customer managed KMS keys that tables or the audit trail are encrypted with. The key policy of each names who may use it, for which tables, and nobody else can." without:"data is encrypted with keys of AWS, and whoever may read a table may decrypt it" example:"{payments: {description: Ledger data at rest}}"`
	Tables       Map[Table]       `yaml:"tables" minitems:"1" keys:"[a-z][a-z0-9_]{0,38}" keysare:"1 to 39 characters: a lower-case letter, then lower-case letters, digits and underscores" doc:"DynamoDB tables, by the logical name the rest of the spec refers to. A table by itself gives nobody access: roles do." example:"{books: {partition_key: ISBN}}"`
	Endpoints    Map[Endpoint]    `yaml:"endpoints,omitempty" keys:"[a-z][a-z0-9_]{0,38}" keysare:"1 to 39 characters: a lower-case letter, then lower-case letters, digits and underscores" doc:"VPC endpoints with policies that let only these roles through, to only what they may do anyway. An endpoint adds no access." without:"no endpoint is made, and requests take whatever way the network has" example:"{app: {type: gateway, roles: [api]}}"`
	Roles        Map[Role]        `yaml:"roles,omitempty" keys:"[a-z][a-z0-9_]{0,38}" keysare:"1 to 39 characters: a lower-case letter, then lower-case letters, digits and underscores" doc:"IAM roles: who may become them, and what they may do. Every role has one kind; a role that would need two is two roles." without:"nothing is granted to anyone" example:"{reader: {kind: runtime, assumed_by: {service: lambda}, access: [{table: books, operations: [read]}]}}"`
	Guardrails   *Guardrails      `yaml:"guardrails,omitempty" doc:"Refusals that hold for every table whoever asks, roles made elsewhere included, and the permissions boundary of the roles." without:"plain HTTP is refused, and nothing else" example:"{network: {only_through: [app]}, permissions_boundary: generate}"`
	Audit        *Audit           `yaml:"audit,omitempty" doc:"A record of who touched which item. It gives and takes no access to tables." without:"CloudTrail records changes of tables, but not who reads and writes their items" example:"{trail: {bucket: acme-audit, tables: [ledger]}}"`
	Expect       List[Claim]      `yaml:"expect,omitempty" doc:"Claims of the author's own about who may do what, proven on every build. A claim gives no access; one that fails stops the build." without:"the build proves what it always proves" example:"[{role: api_tenant, tenant: acme0001, may_not: Scan, table: ledger}]"`
	Range        hcl.Range        `yaml:"-"`
}

// Environment is one place the system runs in: an account, a region and what differs there.
type Environment struct {
	Account    Text           `yaml:"account" pattern:"[0-9]{12}" is:"an AWS account id: 12 digits, in quotes" doc:"AWS account id. Policies name it outright, so they hold in this account only." example:"\"444455556666\""`
	Region     Text           `yaml:"region" pattern:"[a-z]{2,4}(?:-[a-z]+)+-[0-9]" is:"an AWS region such as eu-central-1" suggest:"regions" doc:"AWS region, which policies name outright. The partition follows from it." example:"ap-northeast-1"`
	NamePrefix Text           `yaml:"name_prefix,omitempty" pattern:"[a-zA-Z0-9_.-]{0,32}" is:"at most 32 characters of a-z A-Z 0-9 _ . -" doc:"Put before the physical names of tables, roles, policies and aliases. It is what keeps two environments of one account and region apart." example:"\"staging-\"" default:"\"\""`
	Endpoints  Map[Placement] `yaml:"endpoints,omitempty" doc:"Where each endpoint of the spec stands in this environment's network." without:"needed for each endpoint of the spec" example:"{app: {vpc_id: vpc-0a1b2c3d4e5f60718, route_table_ids: [rtb-0a1b2c3d4e5f60718]}}"`
	Providers  Text           `yaml:"identity_providers,omitempty" enum:"existing,create" means:"They are there already, and are found by their address.|The bootstrap root makes them; of several environments or specs in one account, one does." doc:"The OpenID Connect providers in IAM of the continuous integration that assumes roles. An account has one of each." example:"create" default:"existing"`
	Tags       Map[Text]      `yaml:"tags,omitempty" keys:"[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}" keysare:"1 to 128 letters, digits, spaces and _ . : / = + @ -" pattern:"[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{0,256}" is:"at most 256 letters, digits, spaces and _ . : / = + @ -" maxitems:"40" doc:"Tags on everything made for this environment. Roles with tagged access compare such tags, so who may set them decides who gets in." without:"only the tags ManagedBy and ddbgen:stack" example:"{CostCenter: \"1234\"}"`
	Range      hcl.Range      `yaml:"-"`
}

// Placement is where a VPC endpoint stands in the network of one environment.
type Placement struct {
	VPC            Text       `yaml:"vpc_id" pattern:"vpc-[0-9a-f]{8,17}" is:"a VPC id such as vpc-0a1b2c3d4e5f60718" doc:"The VPC of the endpoint." example:"vpc-0a1b2c3d4e5f60718"`
	RouteTables    List[Text] `yaml:"route_table_ids,omitempty" pattern:"rtb-[0-9a-f]{8,17}" is:"a route table id such as rtb-0a1b2c3d4e5f60718" doc:"Route tables of a gateway endpoint: the subnets that use them reach DynamoDB through it." example:"[rtb-0a1b2c3d4e5f60718]" without:"for an interface endpoint, which has none"`
	Subnets        List[Text] `yaml:"subnet_ids,omitempty" pattern:"subnet-[0-9a-f]{8,17}" is:"a subnet id such as subnet-0a1b2c3d4e5f60718" doc:"Subnets in which an interface endpoint has its network interfaces." example:"[subnet-0a1b2c3d4e5f60718]" without:"for a gateway endpoint, which has none"`
	SecurityGroups List[Text] `yaml:"security_group_ids,omitempty" pattern:"sg-[0-9a-f]{8,17}" is:"a security group id such as sg-0a1b2c3d4e5f60718" doc:"Security groups of an interface endpoint: they decide which machines can reach it." example:"[sg-0a1b2c3d4e5f60718]" without:"for a gateway endpoint, which has none"`
	EndpointID     Text       `yaml:"endpoint_id,omitempty" pattern:"vpce-[0-9a-f]{8,17}" is:"an endpoint id such as vpce-0a1b2c3d4e5f60718" doc:"The id of the endpoint once it exists. guardrails.network then lets requests in through this very endpoint." example:"vpce-0a1b2c3d4e5f60718" without:"guardrails.network lets requests in through any endpoint of the VPC"`
	Range          hcl.Range  `yaml:"-"`
}

// Tenancy says what a tenant id looks like and how a request carries it.
type Tenancy struct {
	IDPattern Text       `yaml:"id_pattern" maxlen:"200" doc:"Regular expression (RE2) that every tenant id matches as a whole. That no tenant reaches another's rows is decided for all ids of this pattern, so keep it as narrow as your ids are." example:"\"[a-z0-9]{8,32}\""`
	Identity  *Identity  `yaml:"identity,omitempty" doc:"Where the tenant id of a request comes from: policies compare it with the partition keys that a request names." without:"a silo, in which every role that is held to its tenant's rows is made once for each of the tenants listed" example:"{session_tag: tenant_id}"`
	Tenants   List[Text] `yaml:"tenants,omitempty" doc:"The tenants of a silo, each with roles of its own. With an identity they are examples for the generated README, and give no access." example:"[acme0001, globex01]" without:"no examples; a silo needs the list"`
	Range     hcl.Range  `yaml:"-"`
}

// Identity is the source of the tenant id: exactly one of its keys.
type Identity struct {
	_               struct{}  `oneof:"session_tag,cognito_claim,cognito_identity,login_with_amazon,facebook,google,oidc_subject"`
	SessionTag      Text      `yaml:"session_tag,omitempty" pattern:"[a-zA-Z0-9_.-]{1,128}" is:"a tag key: 1 to 128 characters of a-z A-Z 0-9 _ . -" doc:"Key of the session tag that carries the tenant id. Trust policies demand that the tag is there, is not empty and is the only one." example:"tenant_id"`
	CognitoClaim    Text      `yaml:"cognito_claim,omitempty" pattern:"[a-zA-Z0-9_.-]{1,128}" is:"a tag key: 1 to 128 characters of a-z A-Z 0-9 _ . -" doc:"Principal tag that the Cognito identity pool fills from a claim of the user's token. Whoever maps the pool's claims decides which tenant a user is." example:"tenant_id"`
	CognitoIdentity Bool      `yaml:"cognito_identity,omitempty" doc:"The Cognito identity id is the tenant: each signed-in user has rows of their own." example:"true"`
	LoginWithAmazon Bool      `yaml:"login_with_amazon,omitempty" doc:"The Login with Amazon user id is the tenant: each user has rows of their own." example:"true"`
	Facebook        Bool      `yaml:"facebook,omitempty" doc:"The Facebook user id is the tenant: each user has rows of their own." example:"true"`
	Google          Bool      `yaml:"google,omitempty" doc:"The Google account's subject is the tenant: each user has rows of their own." example:"true"`
	OIDCSubject     Text      `yaml:"oidc_subject,omitempty" pattern:"[a-z0-9.-]+(?:/[a-zA-Z0-9_./-]*[a-zA-Z0-9_-])?" is:"an issuer without https://, such as auth.example.com/realms/app" doc:"The subject of this OpenID Connect issuer's token is the tenant: each user of the issuer has rows of their own." example:"auth.example.com/realms/app"`
	Range           hcl.Range `yaml:"-"`
}

// Key is a customer managed KMS key.
type Key struct {
	Description        Text           `yaml:"description,omitempty" maxlen:"8192" doc:"What the key protects, in words. AWS shows it beside the key." example:"Ledger data at rest" without:"no description"`
	RotationDays       Int            `yaml:"rotation_days,omitempty" min:"90" max:"2560" doc:"Days between rotations of the key material. Who may use the key does not change with it." example:"365" default:"365"`
	DeletionWindowDays Int            `yaml:"deletion_window_days,omitempty" min:"7" max:"30" doc:"Days between a request to delete the key and its end, in which the request can still be taken back. Without the key its data is lost." example:"30" default:"30"`
	Administrators     List[Text]     `yaml:"administrators,omitempty" doc:"Roles of this spec, or ARNs, that administer the key and may choose it when they create a table. They can change its policy, and so who may decrypt. An ARN may hold {account}, {region} and {partition}." example:"[\"arn:{partition}:iam::{account}:role/KeyAdmin\"]" without:"for a key that no table uses, which the account alone then administers"`
	Existing           PerEnvironment `yaml:"existing,omitempty" pattern:"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]{1,64}" is:"the ARN of a KMS key (not of an alias)" doc:"ARN of a key that someone else made; one, or one for each environment. Its policy stays as it is, and the roles' own policies carry the right to use it." example:"arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab" without:"the key is made here, with a policy that names each of its users"`
	Tags               Map[Text]      `yaml:"tags,omitempty" keys:"[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}" keysare:"1 to 128 letters, digits, spaces and _ . : / = + @ -" pattern:"[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{0,256}" is:"at most 256 letters, digits, spaces and _ . : / = + @ -" doc:"Tags of the key, beside those of the environment." without:"only those of the environment" example:"{DataClass: confidential}"`
	Range              hcl.Range      `yaml:"-"`
}

// Table is a DynamoDB table.
type Table struct {
	Name               Text             `yaml:"name,omitempty" pattern:"[a-zA-Z0-9_.-]{3,255}" is:"a table name: 3 to 255 characters of a-z A-Z 0-9 _ . -" doc:"Physical name, after the environment's name_prefix. Policies name it outright." example:"Ledger" without:"the logical name"`
	PartitionKey       Attribute        `yaml:"partition_key" aka:"hash_key" doc:"Partition key: a name (of type S) or a mapping. Conditions on rows compare its value." example:"PK"`
	SortKey            *Attribute       `yaml:"sort_key,omitempty" aka:"range_key" doc:"Sort key: a name (of type S) or a mapping. No condition of IAM can hold a role to sort keys." example:"SK" without:"the table has none"`
	TenantKeys         List[Text]       `yaml:"tenant_keys,omitempty" minitems:"1" doc:"Every shape a tenant's partition key takes: literal text, {tenant} once, and optionally one * at the end, after a delimiter. A tenant's session reaches the partitions of these shapes with its own id in them, and no others." example:"[\"TENANT#{tenant}\", \"TENANT#{tenant}#INVOICE#*\"]" without:"the table belongs to no tenant, and access to it reaches all rows"`
	GlobalIndexes      Map[GlobalIndex] `yaml:"global_indexes,omitempty" aka:"global_secondary_index,global_secondary_indexes,gsi" maxitems:"20" keys:"[a-z][a-z0-9_]{0,38}" keysare:"1 to 39 characters: a lower-case letter, then lower-case letters, digits and underscores" doc:"Global secondary indexes, 20 at most. A role reaches an index only where its access lists it." without:"there are none" example:"{by_status: {partition_key: GSI1PK, tenant_keys: [\"TENANT#{tenant}\"]}}"`
	LocalIndexes       Map[LocalIndex]  `yaml:"local_indexes,omitempty" aka:"local_secondary_index,local_secondary_indexes,lsi" maxitems:"5" keys:"[a-z][a-z0-9_]{0,38}" keysare:"1 to 39 characters: a lower-case letter, then lower-case letters, digits and underscores" doc:"Local secondary indexes, 5 at most. They share the table's partition key and so its tenant_keys. A role reaches an index only where its access lists it." without:"there are none" example:"{by_amount: {sort_key: {name: amount, type: N}}}"`
	Stream             Text             `yaml:"stream,omitempty" aka:"stream_enabled,stream_view_type" enum:"keys_only,new_image,old_image,new_and_old_images" means:"The keys of the item that changed.|The item as it is after the change.|The item as it was before the change.|The item before and after the change." doc:"Turn the stream on, with this view of a change. Only roles of kind stream_consumer read it, and they see the changes of all tenants." example:"new_and_old_images" without:"there is no stream"`
	TimeToLive         Text             `yaml:"time_to_live,omitempty" aka:"ttl" minlen:"1" maxlen:"255" doc:"Attribute with the time, in epoch seconds, after which DynamoDB deletes an item. Whoever may write it can have the item deleted." example:"expires_at" without:"nothing is deleted by itself"`
	Encryption         *Encryption      `yaml:"encryption,omitempty" aka:"server_side_encryption" doc:"Encryption at rest: aws_owned, aws_managed, or a key of this spec and why. With a key of this spec, who may not use the key cannot read the table either." example:"{key: payments, because: [audit]}" default:"aws_owned"`
	PointInTime        *PointInTime     `yaml:"point_in_time_recovery,omitempty" aka:"pitr" doc:"Continuous backups, from which a role of kind restore can make a table; on unless turned off with a reason." example:"{days: 35}" default:"true"`
	DeletionProtection *Protection      `yaml:"deletion_protection,omitempty" doc:"Refuse to delete the table, whoever asks; on unless turned off with a reason." example:"true" default:"true"`
	Billing            *Billing         `yaml:"billing,omitempty" aka:"billing_mode" doc:"on_demand, or provisioned capacity. It changes no access." example:"{read: 10, write: 5, autoscale_to: {read: 100, write: 50}}" default:"on_demand"`
	Existing           Bool             `yaml:"existing,omitempty" doc:"Someone else creates the table. Only policies are written for it, its resource policy with the guardrails among them." example:"true" default:"false"`
	Tags               Map[Text]        `yaml:"tags,omitempty" keys:"[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}" keysare:"1 to 128 letters, digits, spaces and _ . : / = + @ -" pattern:"[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{0,256}" is:"at most 256 letters, digits, spaces and _ . : / = + @ -" doc:"Tags of the table, beside those of the environment. Roles with tagged access reach tables by them." without:"only those of the environment" example:"{Team: billing}"`
	Range              hcl.Range        `yaml:"-"`
}

// Attribute is a key attribute: a name, or a name and a type.
type Attribute struct {
	Name  Text      `yaml:"name" short:"true" minlen:"1" maxlen:"255" doc:"Attribute name." example:"PK"`
	Type  Text      `yaml:"type,omitempty" enum:"S,N,B" means:"String.|Number.|Binary." doc:"Type of the attribute. A key that holds a tenant is of type S." example:"N" default:"S"`
	Range hcl.Range `yaml:"-"`
}

// GlobalIndex is a global secondary index.
type GlobalIndex struct {
	Name         Text        `yaml:"name,omitempty" pattern:"[a-zA-Z0-9_.-]{3,255}" is:"an index name: 3 to 255 characters of a-z A-Z 0-9 _ . -" doc:"Physical name. Policies name it outright." example:"ByStatus" without:"the logical name"`
	PartitionKey Attribute   `yaml:"partition_key" aka:"hash_key" doc:"Partition key of the index: a name (of type S) or a mapping. A query on the index is held to rows by this key, not by the table's." example:"GSI1PK"`
	SortKey      *Attribute  `yaml:"sort_key,omitempty" aka:"range_key" doc:"Sort key of the index: a name (of type S) or a mapping." example:"{name: GSI1SK, type: N}" without:"the index has none"`
	Projection   *Projection `yaml:"projection,omitempty" aka:"projection_type" doc:"Which attributes the index carries: all, keys_only, or a list of attributes beside the keys. Whoever may query the index can see these, and no others." example:"[amount, status]" default:"all"`
	TenantKeys   List[Text]  `yaml:"tenant_keys,omitempty" minitems:"1" doc:"Every shape a tenant's partition key of this index takes. A tenant's session queries the partitions of these shapes with its own id in them." example:"[\"TENANT#{tenant}#STATUS#*\"]" without:"no role that is held to a tenant's rows may query the index"`
	Capacity     *Capacity   `yaml:"capacity,omitempty" doc:"Provisioned capacity of the index." example:"{read: 10, write: 5}" without:"the table's"`
	Range        hcl.Range   `yaml:"-"`
}

// LocalIndex is a local secondary index.
type LocalIndex struct {
	Name       Text        `yaml:"name,omitempty" pattern:"[a-zA-Z0-9_.-]{3,255}" is:"an index name: 3 to 255 characters of a-z A-Z 0-9 _ . -" doc:"Physical name. Policies name it outright." example:"ByAmount" without:"the logical name"`
	SortKey    Attribute   `yaml:"sort_key" aka:"range_key" doc:"Sort key of the index: a name (of type S) or a mapping. The partition key is the table's." example:"{name: amount, type: N}"`
	Projection *Projection `yaml:"projection,omitempty" aka:"projection_type" doc:"Which attributes the index carries: all, keys_only, or a list of attributes beside the keys. A query of a local index can fetch the others from the table." example:"keys_only" default:"all"`
	Range      hcl.Range   `yaml:"-"`
}

// Projection is what an index carries: a word or a list.
type Projection struct {
	Type       Text       `yaml:"type,omitempty" short:"true" enum:"all,keys_only" means:"Every attribute of the item.|The keys of the index and of the table." doc:"What the index carries, in a word." example:"keys_only"`
	Attributes List[Text] `yaml:"attributes,omitempty" short:"true" minitems:"1" minlen:"1" maxlen:"255" doc:"Attributes that the index carries beside the keys." example:"[amount, status]"`
	_          struct{}   `oneof:"type,attributes"`
	Range      hcl.Range  `yaml:"-"`
}

// Encryption is a word, or a key of this spec and why.
type Encryption struct {
	Type    Text       `yaml:"type,omitempty" short:"true" enum:"aws_owned,aws_managed" means:"A key that AWS owns: no cost, and no policy of yours decides about it.|The key of DynamoDB in your account: CloudTrail shows its use, and its policy cannot be changed." doc:"Which key of AWS encrypts the table." example:"aws_managed"`
	Key     Text       `yaml:"key,omitempty" doc:"A key of this spec. Each role with access to the table may then use the key, for this table only." example:"payments"`
	Because List[Text] `yaml:"because,omitempty" minitems:"1" enum:"audit,rotation,revocation,cross_account" means:"Every use of the key is to be seen in CloudTrail.|The key material is to change at intervals of your choosing.|Access to all data is to end by taking the key away.|Another account is to use the data." doc:"Why a customer managed key is worth its price. Needed with key." example:"[audit, revocation]" without:"none, for a key of AWS"`
	_       struct{}   `oneof:"type,key"`
	Range   hcl.Range  `yaml:"-"`
}

// PointInTime is continuous backup: on or off, or a mapping.
type PointInTime struct {
	Enabled Bool      `yaml:"enabled,omitempty" short:"true" doc:"Whether continuous backups are kept." example:"true" default:"true"`
	Days    Int       `yaml:"days,omitempty" min:"1" max:"35" doc:"How many days back a restore can reach." example:"35" default:"35"`
	Because Text      `yaml:"because,omitempty" multiline:"true" minlen:"1" maxlen:"500" doc:"Why they are off. Needed with enabled: false; the generated README shows it." example:"a cache that is rebuilt every night" without:"none, while they are on"`
	Range   hcl.Range `yaml:"-"`
}

// Protection is deletion protection: on or off, or a mapping.
type Protection struct {
	Enabled Bool      `yaml:"enabled,omitempty" short:"true" doc:"Whether the table refuses to be deleted." example:"true" default:"true"`
	Because Text      `yaml:"because,omitempty" multiline:"true" minlen:"1" maxlen:"500" doc:"Why it is off. Needed with enabled: false; the generated README shows it." example:"made and destroyed by every test run" without:"none, while it is on"`
	Range   hcl.Range `yaml:"-"`
}

// Billing is a word, or provisioned capacity.
type Billing struct {
	Mode        Text          `yaml:"mode,omitempty" short:"true" enum:"on_demand" means:"Pay for each request; nothing to plan." doc:"Pay for each request." example:"on_demand" without:"provisioned, with read and write"`
	Read        Int           `yaml:"read,omitempty" min:"1" max:"40000" doc:"Read capacity units. Needed with write." example:"10" without:"on_demand"`
	Write       Int           `yaml:"write,omitempty" min:"1" max:"40000" doc:"Write capacity units. Needed with read." example:"5" without:"on_demand"`
	AutoscaleTo *CapacityRoof `yaml:"autoscale_to,omitempty" doc:"How far autoscaling may raise the capacity." example:"{read: 100, write: 50}" without:"the capacity stays as it is written"`
	Range       hcl.Range     `yaml:"-"`
}

// Capacity is the provisioned capacity of an index.
type Capacity struct {
	Read        Int           `yaml:"read" min:"1" max:"40000" doc:"Read capacity units." example:"10"`
	Write       Int           `yaml:"write" min:"1" max:"40000" doc:"Write capacity units." example:"5"`
	AutoscaleTo *CapacityRoof `yaml:"autoscale_to,omitempty" doc:"How far autoscaling may raise the capacity." example:"{read: 100, write: 50}" without:"the capacity stays as it is written"`
	Range       hcl.Range     `yaml:"-"`
}

// CapacityRoof is the most that autoscaling may provision.
type CapacityRoof struct {
	Read  Int       `yaml:"read" min:"1" max:"40000" doc:"Most read capacity units." example:"100"`
	Write Int       `yaml:"write" min:"1" max:"40000" doc:"Most write capacity units." example:"50"`
	Range hcl.Range `yaml:"-"`
}

// Endpoint is a VPC endpoint.
type Endpoint struct {
	Type    Text       `yaml:"type" enum:"gateway,interface" means:"In route tables; free of charge.|As network interfaces in subnets; costs by the hour." doc:"How the endpoint stands in the network." example:"gateway"`
	Service Text       `yaml:"service,omitempty" enum:"dynamodb,dynamodb_streams" means:"Tables and their indexes.|Streams of tables." doc:"What lies behind the endpoint. Streams have an interface endpoint only." example:"dynamodb_streams" default:"dynamodb"`
	Roles   List[Text] `yaml:"roles" minitems:"1" doc:"Roles of this spec that pass through, each to what it may do anyway. Everybody else is refused at the endpoint." example:"[api_tenant, projector]"`
	Range   hcl.Range  `yaml:"-"`
}

// Guardrails are refusals that hold for every table.
type Guardrails struct {
	InsecureTransport   *Transport    `yaml:"insecure_transport,omitempty" doc:"What becomes of requests by plain HTTP: every table's resource policy refuses them, whoever asks." example:"deny" default:"deny"`
	Network             *NetworkGuard `yaml:"network,omitempty" doc:"Items are reached only through these endpoints: every table's resource policy refuses other ways, but for AWS services that act for a role." without:"requests may come from any network" example:"{only_through: [app]}"`
	PermissionsBoundary *Boundary     `yaml:"permissions_boundary,omitempty" doc:"The most that any role made here can ever hold, whatever policies it gets: generate, or the ARN of a managed policy. Roles of kind deploy need one." example:"generate" without:"roles hold what their policies say, and there can be no deploy role"`
	Range               hcl.Range     `yaml:"-"`
}

// Transport says what happens to plain HTTP.
type Transport struct {
	Effect  Text      `yaml:"effect" short:"true" enum:"deny,allow" means:"It is refused by every table's resource policy.|It is let through; needs because." doc:"What becomes of plain HTTP." example:"deny"`
	Because Text      `yaml:"because,omitempty" multiline:"true" minlen:"1" maxlen:"500" doc:"Why plain HTTP is let through. Needed with allow; the generated README shows it." example:"a proxy in the same VPC terminates TLS" without:"none, while it is refused"`
	Range   hcl.Range `yaml:"-"`
}

// NetworkGuard names the endpoints that items are reached through.
type NetworkGuard struct {
	OnlyThrough List[Text] `yaml:"only_through" minitems:"1" doc:"Endpoints of this spec through which items are reached." example:"[app]"`
	Range       hcl.Range  `yaml:"-"`
}

// Audit is the record of item access.
type Audit struct {
	Trail Trail     `yaml:"trail" doc:"A CloudTrail trail for the tables' data events: who read and wrote which item." example:"{bucket: acme-audit, tables: [ledger]}"`
	Range hcl.Range `yaml:"-"`
}

// Trail is a CloudTrail trail that records item access.
type Trail struct {
	Bucket  Text       `yaml:"bucket" pattern:"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]" is:"an S3 bucket name: 3 to 63 characters of a-z 0-9 . -" doc:"Bucket that receives the log files; it exists already. Who may read it sees the keys of items." example:"acme-audit"`
	Key     Text       `yaml:"key,omitempty" doc:"A key of this spec that encrypts the log files. Only its readers can decrypt them." example:"payments" without:"S3's own encryption"`
	Readers List[Text] `yaml:"readers,omitempty" minitems:"1" doc:"Roles of this spec, or ARNs, that may decrypt the log files when they are under a key made here. An ARN may hold {account}, {region} and {partition}." example:"[\"arn:{partition}:iam::{account}:role/AuditReader\"]" without:"nobody may decrypt them with a key made here"`
	Tables  List[Text] `yaml:"tables" minitems:"1" doc:"Tables of this spec whose item access is recorded." example:"[ledger]"`
	Log     Text       `yaml:"log,omitempty" enum:"reads,writes,all" means:"Requests that read items.|Requests that write items.|Both." doc:"What is recorded." example:"writes" default:"all"`
	Range   hcl.Range  `yaml:"-"`
}

// Claim is a claim of the author's own about who may do what.
type Claim struct {
	Role         Text      `yaml:"role" doc:"A role of this spec whose policies the claim is about." example:"api_tenant"`
	Tenant       Text      `yaml:"tenant,omitempty" doc:"The tenant whose session it is, of a role that is held to a tenant's rows." example:"acme0001" without:"for a role that is held to no tenant; others need it"`
	May          Text      `yaml:"may,omitempty" suggest:"claimed_operations" doc:"An operation of which some ordinary request is allowed, outside transactions unless it is one." example:"Query"`
	MayNot       Text      `yaml:"may_not,omitempty" suggest:"claimed_operations" doc:"An operation of which no request is allowed." example:"Scan"`
	Table        Text      `yaml:"table" doc:"A table of this spec." example:"ledger"`
	Index        Text      `yaml:"index,omitempty" doc:"An index of the table." example:"by_status" without:"may is about the table alone, and may_not about its indexes too, unless it names a partition"`
	PartitionKey Text      `yaml:"partition_key,omitempty" doc:"The partition of the table, or of the index, that the request works on. For may, the only one; for may_not, one of those." example:"\"TENANT#acme0001\"" without:"any partition"`
	_            struct{}  `oneof:"may,may_not"`
	Range        hcl.Range `yaml:"-"`
}
