// Package policy is an IAM policy document as data: Parse reads one strictly,
// Encode writes one canonically.
//
// A document is a list of statements, and a statement is a fixed set of
// elements; the types below hold exactly that and nothing of how it was spelt.
// JSON allows one policy to be written in many ways (one action or a list of
// one, any order of keys, any white space). Parse takes them all and Encode
// writes one, so two documents that say the same in the same statement order
// are the same bytes, and a change in meaning is a change in a diff.
//
// Parse and Encode share no code. What Encode gets wrong, Parse would otherwise
// get wrong in the same way, and a document that was read back could prove
// nothing about the document that was written.
//
// The grammar is that of the IAM user guide, "Grammar of the IAM JSON policy
// language". Whether an action exists, or a resource matches it, is not known
// here.
package policy

// Version is the policy language of every document this project writes. The
// older 2008-10-17 has no policy variables: there "${aws:username}" is literal
// text (IAM user guide, "IAM JSON policy elements: Version").
const Version = "2012-10-17"

// VersionLegacy is the older policy language, and what AWS assumes of a
// document without a Version.
const VersionLegacy = "2008-10-17"

// Effect is what a statement does to the requests it matches.
type Effect string

// The two effects, spelt as AWS demands them: the values are case-sensitive
// (IAM user guide, "IAM JSON policy elements: Effect").
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// Document is a whole policy document.
type Document struct {
	Version   string // Version, VersionLegacy, or "" when absent
	ID        string
	Statement []Statement
}

// Statement is one statement of a document. Of each pair Principal and
// NotPrincipal, Action and NotAction, Resource and NotResource at most one is
// set.
type Statement struct {
	Sid          string
	Effect       Effect
	Principal    *Principal // nil in identity policies
	NotPrincipal *Principal
	Action       []string
	NotAction    []string
	Resource     []string
	NotResource  []string
	Condition    []Condition
}

// Principal names who a statement of a resource-based policy speaks of.
//
// Any is the bare "*". The spelling {"AWS": "*"} means the same to AWS (IAM user
// guide, "AWS JSON policy elements: Principal", all principals), but it is kept
// apart as AWS: ["*"], because a document read back should be the document that
// was written.
type Principal struct {
	Any           bool // "*"; the lists are then empty
	AWS           []string
	Service       []string
	Federated     []string
	CanonicalUser []string
}

// Condition is one operator with one key: {"StringEquals": {"aws:X": ["a"]}}.
// The conditions of a statement must all hold; the values of one are
// alternatives.
type Condition struct {
	Operator string // as written: "ForAllValues:StringEquals"
	Key      string
	Values   []string
}
