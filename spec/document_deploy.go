package spec

import "github.com/hashicorp/hcl/v2"

// Boundary is the permissions boundary of the roles: a word, an ARN, or a mapping.
type Boundary struct {
	Policy  Text       `yaml:"policy" short:"true" suggest:"boundaries" pattern:"generate|arn:(?:aws[a-z-]*|[{]partition[}]):iam::(?:[0-9]{12}|[{]account[}]|aws):policy/(?:[a-zA-Z0-9+=,.@_-]|/|[{]account[}]|[{]region[}])+" is:"generate, or the ARN of a managed policy, which may hold {account}, {region} and {partition}" doc:"generate makes the boundary of what the roles of the spec hold together; an ARN names one made elsewhere, which says itself what it lets through." example:"generate"`
	Also    List[Text] `yaml:"also,omitempty" minitems:"1" pattern:"[a-z0-9-]{1,63}:[a-zA-Z0-9]{1,128}" is:"an action with its service such as logs:PutLogEvents, without wildcards" doc:"Actions that a generated boundary lets through on every resource, because policies attached from elsewhere need them. It gives nobody the actions; needs because." example:"[\"logs:PutLogEvents\"]" without:"what the roles of the spec hold, and what known AWS managed policies grant them"`
	Because Text       `yaml:"because,omitempty" multiline:"true" minlen:"1" maxlen:"500" doc:"Why the boundary lets them through. The generated README shows it." example:"the agent's policy writes log events" without:"none, without also"`
	Range   hcl.Range  `yaml:"-"`
}

// State is where Terraform keeps its state: an S3 bucket that exists already.
type State struct {
	Bucket PerEnvironment `yaml:"bucket" pattern:"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]" is:"an S3 bucket name: 3 to 63 characters of a-z 0-9 . -" doc:"Bucket of the state; one, or one for each environment. A state shows how the system is set up, so who may read the bucket matters." example:"acme-tfstate"`
	Region PerEnvironment `yaml:"region,omitempty" pattern:"[a-z]{2,4}(?:-[a-z]+)+-[0-9]" is:"an AWS region such as eu-central-1" doc:"Region of the bucket; one, or one for each environment." example:"eu-central-1" without:"the environment's"`
	Prefix Text           `yaml:"prefix,omitempty" maxlen:"512" pattern:"(?:[a-zA-Z0-9!_()-][a-zA-Z0-9!_.()-]*/)+" is:"a prefix such as payments/, whose parts hold a-z A-Z 0-9 ! _ . ( ) -, begin with no full stop and end in /" doc:"What the keys of the state begin with; the environment's name follows. Roles reach the state of their environment only." example:"payments/" without:"the spec's name and a slash"`
	Lock   *Lock          `yaml:"lock,omitempty" doc:"What keeps two runs apart: s3 (an object beside the state), or a DynamoDB table that exists already." example:"{table: terraform-locks}" default:"s3"`
	Key    PerEnvironment `yaml:"key,omitempty" pattern:"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})" is:"the ARN of a KMS key (not of an alias) whose id is a UUID, or mrk- and 32 hexadecimal digits" doc:"KMS key of the bucket, which the roles may use through S3; one, or one for each environment. Terraform takes no id but a UUID or that of a multi-Region key." example:"arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-44cd-96ef-1234567890ab" without:"S3's own encryption"`
	Range  hcl.Range      `yaml:"-"`
}

// Lock is a word, or the table that holds the locks.
type Lock struct {
	Method Text      `yaml:"method,omitempty" short:"true" enum:"s3" means:"An object beside the state; Terraform 1.11 or newer." doc:"How the state is locked, in a word." example:"s3"`
	Table  Text      `yaml:"table,omitempty" pattern:"[a-zA-Z0-9_.-]{3,255}" is:"a table name: 3 to 255 characters of a-z A-Z 0-9 _ . -" doc:"DynamoDB table, by its name in AWS, in the environment's account and region. It is the only table whose items a deploy or plan role touches." example:"terraform-locks"`
	_      struct{}  `oneof:"method,table"`
	Range  hcl.Range `yaml:"-"`
}
