package evaluate

import (
	"slices"
	"strings"
)

// Request is what AWS knows of one call when it decides it.
type Request struct {
	Principal Principal
	Action    string // "dynamodb:Query"
	Resource  string // an ARN; "*" where the action has no resource

	// ResourceAccount owns the resource. When empty it is taken from the ARN,
	// and where the ARN has none, as with S3, it is the principal's own account.
	ResourceAccount string

	Context Context
}

// Context is the request context: the condition keys of the request with their
// values. The names are compared without case, and the first of two that differ
// only in case counts (IAM user guide, "IAM JSON policy elements: Condition").
//
// The keys that AWS derives from the principal and the resource need not be
// given: aws:PrincipalArn, aws:PrincipalAccount, aws:PrincipalType,
// aws:PrincipalIsAWSService, aws:PrincipalServiceName and aws:ResourceAccount.
// A given one wins.
type Context []Key

// Key is one condition key of a request.
type Key struct {
	Name   string
	Values []string
}

// ContextOf makes a context, sorted by name, of a map. It serves the
// tests of this package and of the proof, whose cases hold maps: nothing that
// decides for a user makes a context of one.
func ContextOf(keys map[string][]string) Context {
	var c Context
	for name, values := range keys {
		c = append(c, Key{name, values})
	}
	slices.SortFunc(c, func(a, b Key) int { return strings.Compare(a.Name, b.Name) })
	return c
}

// key is the value or values of a condition key. Most keys have one, and a
// string needs no allocation where a slice would.
type key struct {
	present bool
	many    []string // of a key given in the context
	one     string   // of a derived key, when many is nil
}

func (k key) len() int {
	if k.many == nil && k.present {
		return 1
	}
	return len(k.many)
}

func (k key) at(i int) string {
	if k.many == nil {
		return k.one
	}
	return k.many[i]
}

// isNull says whether the key is absent or its value is null: no values, or
// nothing but empty ones.
func (k key) isNull() bool {
	for i := range k.len() {
		if k.at(i) != "" {
			return false
		}
	}
	return true
}

// lookup finds a condition key: a given one first, else one that AWS derives.
func (r *Request) lookup(name string) key {
	for i := range r.Context {
		if strings.EqualFold(r.Context[i].Name, name) {
			values := r.Context[i].Values
			return key{present: len(values) > 0, many: values}
		}
	}
	if len(name) < 5 || !strings.EqualFold(name[:4], "aws:") {
		return key{}
	}
	return r.derived(name[4:])
}

// derived is a global condition key that follows from who calls and whose the
// resource is (IAM user guide, "AWS global condition context keys").
func (r *Request) derived(name string) key {
	p := &r.Principal
	switch {
	case strings.EqualFold(name, "PrincipalArn"):
		return derivedKey(p.iamARN)
	case strings.EqualFold(name, "PrincipalAccount"):
		return derivedKey(p.Account)
	case strings.EqualFold(name, "PrincipalType"):
		return derivedKey(p.kind.principalType())
	case strings.EqualFold(name, "PrincipalIsAWSService"):
		switch p.kind {
		case service:
			return derivedKey("true")
		case anonymous: // "Anonymous requests do not include this key", as of all that tell of the principal
			return key{}
		}
		return derivedKey("false")
	case strings.EqualFold(name, "PrincipalServiceName") && p.kind == service:
		return derivedKey(p.Name)
	case strings.EqualFold(name, "ResourceAccount"):
		return derivedKey(r.resourceAccount())
	}
	return key{}
}

func derivedKey(value string) key {
	return key{present: value != "", one: value}
}

// resourceAccount is the account that owns the resource, or "" when nothing
// tells.
func (r *Request) resourceAccount() string {
	if r.ResourceAccount != "" {
		return r.ResourceAccount
	}
	if account := accountOf(r.Resource); account != "" && account != "*" {
		return account
	}
	return r.Principal.Account
}

// accountOf is the fifth field of an ARN.
func accountOf(arn string) string {
	rest := arn
	for range 4 {
		_, after, found := strings.Cut(rest, ":")
		if !found {
			return ""
		}
		rest = after
	}
	account, _, found := strings.Cut(rest, ":")
	if !found {
		return ""
	}
	return account
}

// isMultivalued says whether a condition key has several values by nature, in
// whatever number a request has them (IAM user guide, "AWS global condition
// context keys", value type; Service Authorization Reference, types that begin
// with ArrayOf). They need a set operator and cannot be policy variables.
func isMultivalued(name string) bool {
	prefix, rest, _ := strings.Cut(name, ":")
	switch {
	case strings.EqualFold(prefix, "aws"):
		return foldsToOne(rest, "TagKeys", "CalledVia", "PrincipalServiceNamesList",
			"PrincipalOrgPaths", "ResourceOrgPaths", "SourceOrgPaths", "VpceOrgPaths")
	case strings.EqualFold(prefix, "dynamodb"):
		return foldsToOne(rest, "LeadingKeys", "Attributes", "FirstPartitionKeyValues",
			"SecondPartitionKeyValues", "ThirdPartitionKeyValues", "FourthPartitionKeyValues", "FisTargetArns")
	case strings.EqualFold(prefix, "kms"):
		return foldsToOne(rest, "EncryptionContextKeys", "GrantOperations", "ResourceAliases")
	case strings.EqualFold(prefix, "sts"):
		return foldsToOne(rest, "TransitiveTagKeys", "IdentityTokenAudience", "RequestContextProviders")
	case strings.EqualFold(prefix, "saml"):
		return foldsToOne(rest, "cn", "eduOrgHomePageURI", "eduOrgIdentityAuthNPolicyURI", "eduOrgLegalName", "eduOrgSuperiorURI",
			"eduOrgWhitePagesURI", "eduPersonAffiliation", "eduPersonAssurance", "eduPersonEntitlement", "eduPersonNickname",
			"eduPersonOrgUnitDN", "eduPersonScopedAffiliation", "eduPersonTargetedID")
	case strings.EqualFold(prefix, "backup"):
		return foldsToOne(rest, "CopyTargets", "CopyTargetOrgPaths")
	case strings.EqualFold(prefix, "cloudwatch"):
		return foldsToOne(rest, "AlarmActions")
	case strings.EqualFold(prefix, "ec2"):
		return foldsToOne(rest, "VpcePrivateDnsSpecifiedDomains")
	case strings.EqualFold(prefix, "iam"):
		return foldsToOne(rest, "AccountPropertyNamespaces")
	case strings.EqualFold(prefix, "s3"):
		return foldsToOne(rest, "RequestObjectTagKeys")
	}
	// The authentication methods of any OpenID Connect provider.
	return strings.EqualFold(rest, "amr")
}

func foldsToOne(name string, of ...string) bool {
	for _, o := range of {
		if len(o) == len(name) && strings.EqualFold(o, name) {
			return true
		}
	}
	return false
}
