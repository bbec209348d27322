// Package inventory is what exists, or will: the identities, tables, keys and endpoints that some files speak of, with every
// policy document that is attached to them, each with its place in its file.
//
// The packages below it each read one form of file into an inventory: what the AWS CLI prints (awscli), plans and states of
// Terraform (tfjson), Terraform's own files (tfhcl), templates of CloudFormation (cfn), the output of a build (built) and
// workflows of CI (workflow). Package load finds out which form a file has.
package inventory

import (
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/describe"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// Inventory is what some files say exists. All lists are in the order in which it was read.
type Inventory struct {
	Files      map[string][]byte // what was read, for the messages that show a line of it
	Identities []*Identity
	Tables     []*Table
	Keys       []*Key
	Endpoints  []*Endpoint
	Workflows  []*Workflow
	Findings   hcl.Diagnostics // what could not be read, or not be resolved
}

// IdentityKind is what an identity is.
type IdentityKind string

// The kinds of identity.
const (
	Role      IdentityKind = "role"
	User      IdentityKind = "user"
	Group     IdentityKind = "group"
	Somebody  IdentityKind = "policy" // whoever a policy that was found alone is attached to
	Permitted IdentityKind = "permission set"
)

// Identity is a role, a user or a group, or a policy of which nobody says whom it is attached to.
type Identity struct {
	Kind     IdentityKind
	Name     string
	ARN      string // empty: not known
	Trust    *Document
	Policies []*Document // inline and attached; of a user, those of his groups too
	Boundary *Document
	Unread   []string // the ARNs of attached policies, and of a boundary, of which the document is not there
	Tags     []Tag
	Range    hcl.Range

	BoundaryARN string   // empty: there is no boundary, or nothing says which managed policy it is
	Groups      []string // of a user: the names of his groups
}

// String names an identity in a message.
func (i *Identity) String() string {
	if i.Name == "" {
		return "the " + string(i.Kind)
	}
	return "the " + string(i.Kind) + " " + i.Name
}

// Tag is a tag.
type Tag struct{ Key, Value string }

// Table is a table, as far as it is known.
type Table struct {
	describe.Table
	Described    bool // false: of the table only its name is known, and its policy
	Policy       *Document
	StreamPolicy *Document
	Tags         []Tag
}

// ARN is the table's ARN, with stars for what is not known.
func (t *Table) ARN() string {
	account, region := t.Account, t.Region
	if account == "" {
		account = "*"
	}
	if region == "" {
		region = "*"
	}
	partition := "aws"
	switch {
	case strings.HasPrefix(region, "cn-"):
		partition = "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		partition = "aws-us-gov"
	case strings.HasPrefix(region, "eusc-"):
		partition = "aws-eusc"
	}
	return "arn:" + partition + ":dynamodb:" + region + ":" + account + ":table/" + t.Name
}

// Key is a key of KMS.
type Key struct {
	Name   string // its alias, or what the file calls it
	ARN    string // empty: not known
	Policy *Document
	Range  hcl.Range
}

// Endpoint is a VPC endpoint.
type Endpoint struct {
	Name    string // its id, or what the file calls it
	Service string // com.amazonaws.eu-central-1.dynamodb
	Gateway bool
	VPC     string
	Policy  *Document // nil: none was given, so that AWS puts its default there, which allows everything
	Range   hcl.Range
}

// Workflow is a workflow file of CI.
type Workflow struct {
	File string
	Root *tree.Node
}

// Document is a policy document where it stands.
type Document struct {
	policy.Document
	Kind artifact.Kind
	Name string // what a person calls it: the name of the policy, or its address in Terraform
	ARN  string // of a managed policy
	Node *tree.Node
}

// Statement is where a statement stands. Documents that lie in a string stand where the string does.
func (d *Document) Statement(i int) hcl.Range {
	if n := d.statement(i); n != nil {
		return n.Range
	}
	return d.Node.Place()
}

func (d *Document) statement(i int) *tree.Node {
	if all := d.Node.Get("Statement").Each(); i < len(all) {
		return all[i]
	}
	return nil
}

// Element is where a part of a statement stands: Element(0, "Condition", "Bool", "aws:SecureTransport"). Where there is no such
// part it is where the nearest thing around it stands.
func (d *Document) Element(i int, path ...string) hcl.Range {
	at, node := d.Statement(i), d.statement(i)
	for _, name := range path {
		if node = node.Get(name); node == nil {
			break
		}
		at = node.Range
	}
	return at
}

// Value is where a value of a list in a statement stands: Value(0, 1, "Action") is the second action.
func (d *Document) Value(i, j int, path ...string) hcl.Range {
	if all := d.statement(i).At(path...).Each(); j < len(all) {
		return all[j].Range
	}
	return d.Element(i, path...)
}

// Sid is what a person calls a statement: its Sid, or its number.
func (d *Document) Sid(i int) string {
	if s := d.Document.Statement[i].Sid; s != "" {
		return s
	}
	return "number " + strconv.Itoa(i+1)
}

// Documents is every document of the inventory, in order: those of identities (trust, policies, boundary), of tables, of their
// streams, of keys, of endpoints. One that is attached to several identities comes once.
func (inv *Inventory) Documents() []*Document {
	var out []*Document
	seen := map[*Document]bool{}
	add := func(ds ...*Document) {
		for _, d := range ds {
			if d != nil && !seen[d] {
				seen[d] = true
				out = append(out, d)
			}
		}
	}
	for _, i := range inv.Identities {
		add(i.Trust)
		add(i.Policies...)
		add(i.Boundary)
	}
	for _, t := range inv.Tables {
		add(t.Policy, t.StreamPolicy)
	}
	for _, k := range inv.Keys {
		add(k.Policy)
	}
	for _, e := range inv.Endpoints {
		add(e.Policy)
	}
	return out
}

// Add appends what another inventory holds.
func (inv *Inventory) Add(other *Inventory) {
	if inv.Files == nil {
		inv.Files = map[string][]byte{}
	}
	for name, src := range other.Files {
		inv.Files[name] = src
	}
	inv.Identities = append(inv.Identities, other.Identities...)
	inv.Tables = append(inv.Tables, other.Tables...)
	inv.Keys = append(inv.Keys, other.Keys...)
	inv.Endpoints = append(inv.Endpoints, other.Endpoints...)
	inv.Workflows = append(inv.Workflows, other.Workflows...)
	inv.Findings = append(inv.Findings, other.Findings...)
}
